"""Visits counted by the site itself: what of a page view is kept, and what never is.

Kept: hour, page, referring host, language, country, families of browser and system, kind of
device, how long it was read. Never kept, in tables or logs: an address, a raw description of a
browser, an account, a session, a number of an order. docs/visits.md.
"""
