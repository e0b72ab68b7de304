"""Microbenchmarks of the kernels on fixed inputs, for regressions; see the README beside."""
