"""Invented people and staff for an empty site, from a seed: the same seed, the same people."""
