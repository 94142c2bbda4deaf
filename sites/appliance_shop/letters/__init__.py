"""Cases of the three mailboxes, each side of the walls in tables of its own."""
