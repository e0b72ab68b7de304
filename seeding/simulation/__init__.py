"""Cascades played forwards: what seeds reach, with its error."""
