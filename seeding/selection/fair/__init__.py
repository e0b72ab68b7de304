"""Choosing for every audience group: maximin and guaranteed shares."""
