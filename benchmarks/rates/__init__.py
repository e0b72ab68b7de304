"""What `benchmarks.engine_rates` measures, in groups that each run in a process of their own."""
