"""Thornfield Studio: marks, sites and print for small firms, made to order and kept in care."""
