"""What the circle keeps about a member beside the account."""
