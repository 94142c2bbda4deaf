"""Invented goods, people and orders for the demo, the same for the same seed."""
