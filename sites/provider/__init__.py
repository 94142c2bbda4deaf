"""A stand-in payment provider for the demo sites: its own process, its own state.

It speaks the wire of two real SDKs (Stripe Checkout Sessions, Connect Hosted Checkout),
shows a hosted card page and sends signed notifications. It moves no money. Card numbers
live only while one request is answered: they are never stored and never logged.
"""
