"""Choosing where money is the objective: profit and least cost."""
