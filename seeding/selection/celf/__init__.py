"""Lazy greedy selection (CELF) by forward simulation in common random worlds."""
