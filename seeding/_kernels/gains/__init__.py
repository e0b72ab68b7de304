"""Marginal gains in common random worlds."""
