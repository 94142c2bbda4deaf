"""Payments and refunds of orders: what the provider said, applied once."""
