"""Reverse-reachable (RR) sets drawn backwards, kept as coverage: which candidate covers which set."""
