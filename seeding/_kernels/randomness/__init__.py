"""Coins, random orders and random arcs: every draw is a function of (key, world, place)."""
