"""Mutation check: small wrong changes of the code, each of which the default tests must notice."""
