"""Setting a member of staff's second factor up: an app's secret and recovery codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt, encrypt


@dataclass(frozen=True, slots=True)
class Factor:
    """What the holder is given, once."""

    secret: str
    recovery_codes: tuple[str, ...]


def set_up(user: Any) -> Factor:
    """Give `user` a new second factor; an old one ends. Runs for `upkeep` or `authentication`."""
    Authenticator.objects.filter(user_id=user.pk).delete()
    secret = generate_totp_secret()
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(secret)}
    )
    return Factor(secret, tuple(RecoveryCodes.activate(user).get_unused_codes()))


def code_of(user: Any) -> str:
    """The code that the app of `user` shows now: for the demo, where nobody has an app."""
    kept = Authenticator.objects.get(user_id=user.pk, type=Authenticator.Type.TOTP)
    counters = list(yield_hotp_counters_from_time())
    now = counters[len(counters) // 2]
    return str(format_hotp_value(hotp_value(decrypt(kept.data["secret"]), now)))
