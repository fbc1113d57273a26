"""What can be asked for in figures: the registry of metrics, the typed query, the shape of an answer."""
