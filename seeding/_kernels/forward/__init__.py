"""Cascades played forwards."""
