"""What the shop keeps about a customer beside the account."""
