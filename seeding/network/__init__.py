"""Who can activate whom, with what probability, and what reaching each person is worth."""
