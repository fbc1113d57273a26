"""Settings, wiring, web server, worker, command line; the channels; the demo company."""
