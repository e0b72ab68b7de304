"""The page of a plan: one offline file with its numbers, its figures and its answers."""
