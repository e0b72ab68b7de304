"""Who can be bought, for how much, and how likely they accept; money exactly."""
