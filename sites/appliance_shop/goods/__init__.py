"""What the shop sells: the sample catalogue as plain data."""
