"""What `check --deploy` says about the keys of a site."""

from __future__ import annotations

import os
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register

from upheld.conf import conf
from upheld.errors import ConfigurationError
from upheld.keyring.kek import VARIABLE, keks


def registered() -> None:
    """Register the checks; more than once is once."""
    register(keys_can_be_used, Tags.security, deploy=True)


def keys_can_be_used(**_: Any) -> list[CheckMessage]:
    """Refuse a site whose sealed data would not outlive the process, or cannot be made."""
    if conf().KEYS_DIR is None and not os.environ.get(VARIABLE):
        return [
            Error(
                "the key-encryption key is only in memory: nothing sealed outlives the process",
                hint=f"set `KEYS_DIR` in `UPHELD`, or the variable `{VARIABLE}`",
                obj="UPHELD",
                id="upheld.K001",
            )
        ]
    try:
        keks().wrap(bytes(32), b"check")
    except ConfigurationError as error:
        return [Error(error.message, hint=error.hint, obj="UPHELD", id="upheld.K002")]
    return []
