"""Mailboxes become cases: threads, posts, walls, clean-up."""
