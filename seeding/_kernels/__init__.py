"""Numba kernels: arrays and scalars in, arrays out; no objects, no exceptions, no hidden state."""
