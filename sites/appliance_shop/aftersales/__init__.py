"""Returns and refunds: the buyer asks, the after-sales desk handles."""
