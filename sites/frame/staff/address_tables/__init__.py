"""Migrations of allauth's addresses: its own rewrite values in SQL, which sealed columns refuse."""
