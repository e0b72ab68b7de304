"""Measurements: timings, quality against published results, repeated experiments. Not part of the tests."""
