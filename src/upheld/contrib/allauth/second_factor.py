"""django-allauth's authenticators as the second factor of Upheld's desks.

`SECOND_FACTOR = "upheld.contrib.allauth.second_factor.Authenticators"` and
`MFA_ADAPTER = "upheld.contrib.allauth.second_factor.SealedSecrets"` with `allauth.mfa`
installed. Each code works once: share `CACHES` between workers, allauth keeps used codes there.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from django.db import transaction

from upheld import keyring

COLUMN = "mfa.Authenticator.data"
TYPES = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


class Authenticators:
    """TOTP codes and recovery codes. A security token needs a script and is not asked for."""

    def has(self, user: Any) -> bool:
        """Tell whether `user` has an app or recovery codes."""
        return bool(Authenticator.objects.filter(user_id=user.pk, type__in=TYPES).exists())

    def check(self, user: Any, code: str) -> bool:
        """Take a code of the app, or else a recovery code."""
        kept = Authenticator.objects.filter(user_id=user.pk, type__in=TYPES)
        for authenticator in sorted(kept, key=lambda each: TYPES.index(each.type)):
            if authenticator.wrap().validate_code(code):
                authenticator.record_usage()
                return True
        return False

    def new_secret(self) -> str:
        """Return a new secret; nothing is kept yet."""
        return str(generate_totp_secret())

    def picture(self, user: Any, secret: str) -> str:
        """Return the QR code of the secret as SVG."""
        adapter = get_adapter()
        svg = str(adapter.build_totp_svg(adapter.build_totp_url(user, secret)))
        return svg[svg.index("<svg") :]  # without the XML declaration, within a page

    def enrol(self, user: Any, secret: str, code: str) -> tuple[str, ...] | None:
        """Keep the secret for a right code; an older factor ends."""
        if not validate_totp_code(secret, code):
            return None
        with transaction.atomic():
            Authenticator.objects.filter(user_id=user.pk, type__in=TYPES).delete()
            TOTP.activate(user, secret)
            return tuple(RecoveryCodes.activate(user).get_unused_codes())


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc] # allauth ships no types here
    """Keeps seeds and secrets as ciphertext, under keys outside the database."""

    def encrypt(self, text: str) -> str:
        """Seal one secret under a key of its own."""
        return keyring.sealer().seal(text, column=COLUMN, subject=None)

    def decrypt(self, encrypted_text: str) -> str:
        """Open it again."""
        return keyring.sealer().open(encrypted_text, column=COLUMN)
