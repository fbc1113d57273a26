"""What is kept, and how it is found again: tables, migrations, records under a scope, import, queues."""
