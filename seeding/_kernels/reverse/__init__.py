"""Reverse-reachable sets."""
