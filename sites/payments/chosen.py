"""Which provider a site uses: read from its settings, built once for each process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

from sites.payments.connect_checkout import ConnectCheckout
from sites.payments.gated import through_the_gate
from sites.payments.seam import PaymentProvider
from sites.payments.stripe_checkout import StripeCheckout
from sites.provider.account import account_at

NAMES = ("stripe", "connect")


def provider(name: str | None = None) -> PaymentProvider:
    """Return the site's provider, or the one that took an earlier payment by its name.

    `settings.PAYMENTS` says `PROVIDER` (a name of `NAMES`), `API` (its address) and
    `ACCOUNT` (the path of the file with the keys).
    """
    return _stand_in.get() or _built(name or settings.PAYMENTS["PROVIDER"])


_stand_in: ContextVar[PaymentProvider | None] = ContextVar("payments_stand_in", default=None)


@contextmanager
def standing_in(other: PaymentProvider) -> Iterator[None]:
    """Let `other` take every payment in the block, e.g. for a probe that must pay nobody."""
    token = _stand_in.set(other)
    try:
        yield
    finally:
        _stand_in.reset(token)


@cache
def _built(name: str) -> PaymentProvider:
    api = settings.PAYMENTS["API"].rstrip("/")
    account = account_at(Path(settings.PAYMENTS["ACCOUNT"]))
    if name == "stripe":
        return through_the_gate(
            StripeCheckout(
                api=api,
                api_key=account.stripe_api_key,
                webhook_secret=account.stripe_webhook_secret,
            ),
            api,
        )
    if name == "connect":
        return through_the_gate(
            ConnectCheckout(
                api=api,
                merchant=account.merchant,
                key_id=account.connect_key_id,
                secret=account.connect_secret,
                webhook_key_id=account.connect_webhook_key_id,
                webhook_secret=account.connect_webhook_secret,
                integrator="Upheld sites",
            ),
            api,
        )
    raise ImproperlyConfigured(f"unknown payment provider `{name}`: use one of {NAMES}")


def _forget(*, setting: str, **_: object) -> None:
    if setting == "PAYMENTS":
        _built.cache_clear()


setting_changed.connect(_forget)
