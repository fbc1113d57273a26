"""What a sales team talks about, and the language it talks in. Pure: no I/O, no clock, no database, no model."""
