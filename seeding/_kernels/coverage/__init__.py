"""Coverage of RR sets: indices, greedy, reduction and multipliers."""
