"""Requests of people: opened, followed by a clock, verified, decided, carried out.

Doors: the member centre, the privacy desk (phone), the mailbox (`by_mail`), agents (`agents`).
"""
