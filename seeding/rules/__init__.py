"""Limits and rules of a plan as one integer programme, and why none may satisfy it."""
