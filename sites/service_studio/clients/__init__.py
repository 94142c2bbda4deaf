"""What the studio keeps about a client beside the account."""
