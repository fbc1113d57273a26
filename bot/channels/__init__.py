"""The messengers: each an adapter of two translations, what comes in and what goes out. Vendors live here only."""
