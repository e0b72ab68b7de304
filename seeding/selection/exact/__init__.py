"""The best choice on a sample: branch and bound, and the CP-SAT solver."""
