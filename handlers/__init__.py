"""Conversations: one module a kind, routing, and all user-facing wording."""
