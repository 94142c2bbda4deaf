"""The releases of Django whose compiler this guard was tested with.

The compiler is private to Django: a release that moves a hook would open a hole without
an error, so an unknown one stops the start.
"""

from __future__ import annotations

import django

from upheld.errors import ConfigurationError

TESTED = ((5, 2),)


def check_django(version: tuple[int, ...] = django.VERSION[:2]) -> None:
    """Raise `ConfigurationError` under a Django that the guard was not tested with."""
    if version[:2] not in TESTED:
        known = ", ".join(".".join(map(str, release)) for release in TESTED)
        raise ConfigurationError(
            f"the guard was not tested with Django `{'.'.join(map(str, version))}`",
            hint=f"install Django {known}",
        )
