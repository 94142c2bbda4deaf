"""The map of Django's own apps."""
