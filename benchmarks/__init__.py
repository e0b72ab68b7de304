"""Measurements, each an experiment of a name; ``python -m benchmarks`` lists them. Not part of the tests."""
