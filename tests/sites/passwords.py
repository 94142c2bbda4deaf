"""The hash of passwords that the sites use, at one round instead of a million."""

from __future__ import annotations

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class OneRound(PBKDF2PasswordHasher):
    """Each sign-in and each new member costs half a second less; the stored form is the same."""

    iterations = 1
