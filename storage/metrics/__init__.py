"""Figures from the database: SQL made from a typed query and from the asker's scope."""
