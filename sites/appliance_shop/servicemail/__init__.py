"""Mails about an order: queued with the change that causes them, sent after it."""
