"""Placing orders, their states, and the pages where buyers see them."""
