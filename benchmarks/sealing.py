"""What sealing costs beside its cipher: the same text through bare AES-256-GCM and through
the sealer, keys in memory. The note says how long the difference takes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks.pairing import quick, ratio, report
from upheld.sealing import Sealer

VALUE = "12 Harbour Street, Flat 4"
COLUMN = "order.ShippingAddress.line1"
CALLS = 50 if quick() else 5_000
OVERHEAD = 4.0
"""Microseconds that opening a value may take beside the cipher."""


class OneKey:
    """A key store that costs nothing."""

    def __init__(self) -> None:
        self.key_id, self.key = os.urandom(16), os.urandom(32)

    def for_writing(self, subject: str | None) -> tuple[bytes, bytes]:
        return self.key_id, self.key

    def for_reading(self, key_id: bytes) -> bytes:
        return self.key

    def prefetch(self, key_ids: Iterable[bytes]) -> None: ...

    def adopt(self, key_id: bytes, subject: str) -> None: ...


def microseconds(work: Callable[[], object]) -> float:
    """Return the best time of one call out of seven runs."""
    best = float("inf")
    for _ in range(7):
        began = time.perf_counter()
        for _ in range(CALLS):
            work()
        best = min(best, time.perf_counter() - began)
    return best / CALLS * 1e6


def main() -> None:
    keys = OneKey()
    sealer = Sealer(keys, os.urandom(32))
    cipher = AESGCM(keys.key)
    plain, header = VALUE.encode(), bytes(57)
    nonce = os.urandom(12)
    body = cipher.encrypt(nonce, plain, header)
    token = sealer.seal(VALUE, column=COLUMN, subject="member:1", row="order_shippingaddress:1")

    def decrypt() -> object:
        return cipher.decrypt(nonce, body, header).decode()

    def encrypt() -> object:
        return cipher.encrypt(os.urandom(12), VALUE.encode(), header)

    def seal(scope: str | None = None) -> object:
        return sealer.seal(VALUE, column=COLUMN, subject="member:1", scope=scope)

    cases: list[tuple[str, Callable[[], object], Callable[[], object]]] = [
        ("open", decrypt, lambda: sealer.open(token, column=COLUMN)),
        (
            "open, row checked",
            decrypt,
            lambda: sealer.open(token, column=COLUMN, row="order_shippingaddress:1"),
        ),
        ("seal", encrypt, seal),
        ("seal with a blind index", encrypt, lambda: seal("-:contact.phone")),
    ]
    for name, bare, sealed in cases:
        extra = microseconds(sealed) - microseconds(bare)
        allowed = f", {OVERHEAD:.0f} allowed" if name.startswith("open") else ""
        report(
            f"sealing: {name}",
            ratio(bare, sealed, inner=CALLS),
            note=f"{extra:.1f} microseconds beside the cipher{allowed}",
        )


if __name__ == "__main__":
    main()
