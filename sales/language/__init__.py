"""Deterministic reading of sales talk in Chinese and English."""
