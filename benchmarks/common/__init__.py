"""What experiments share: the registry, results, public networks, and what processes take."""
