"""The releases of Django whose compiler this guard was tested with.

The compiler is private to Django: a release that moves a hook would open a hole without
an error, so an unknown one stops the start. Tested means: `make test`, and the suites of
`make foreign` with the results that `docs/foreign-apps.md` lists, on both databases.
"""

from __future__ import annotations

import django

from upheld.errors import ConfigurationError

TESTED = ((5, 2),)


def check_django(version: tuple[int, ...] | None = None) -> None:
    """Raise `ConfigurationError` under a Django that the guard was not tested with.

    `version` is (major, minor, ...), the running one by default. Patch releases of a tested
    minor pass; its pre-releases do not, for they are not it yet.
    """
    given = django.VERSION if version is None else version
    final = len(given) < 4 or str(given[3]) == "final"
    if given[:2] in TESTED and final:
        return
    known = ", ".join(".".join(map(str, release)) for release in TESTED)
    shown = ".".join(map(str, given[:2])) + ("" if final else f" {given[3]}")
    raise ConfigurationError(
        f"the guard was not tested with Django `{shown}`",
        hint=f"install Django {known}, or an Upheld that lists this release in "
        "`upheld.guard.versions.TESTED`",
    )
