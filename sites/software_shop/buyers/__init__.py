"""What the shop keeps about a buyer beside the account."""
