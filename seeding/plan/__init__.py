"""What comes back: the plan, its estimates, certificates and sections, and its files."""
