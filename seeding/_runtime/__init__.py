"""Randomness, threads, time, memory, progress and files."""
