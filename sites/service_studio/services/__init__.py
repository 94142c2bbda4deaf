"""What the studio offers, and what clients ask of it."""
