"""A package that ships a map of its app."""
