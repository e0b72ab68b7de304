"""Sparse rows of arcs: building, packing, and finding the live arcs of a row."""
