"""Selection: which candidates to choose, seen only through what they cover, cost and may cost together."""
