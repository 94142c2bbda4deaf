"""What comes back: bounces (RFC 3464) and complaints (RFC 5965), and what follows from them."""
