"""A signed receipt of a person's choices, which any tool checks without us.

The receipt is canonical JSON (RFC 8785), so its very bytes are what is signed, with Ed25519 by
the key that signs the evidence log. What that key signs elsewhere are notes that begin with the
log's name; a receipt begins with a brace, so neither can be taken for the other.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import DEFAULT_DB_ALIAS

from upheld.conf import conf
from upheld.consent.asking import history
from upheld.consent.offered import policy_in_force
from upheld.consent.records import PREFIXES, records
from upheld.errors import ConsentError
from upheld.evidence.note import Verifier
from upheld.journal.signing import signer, verifiers
from upheld.journal.writing import stamp
from upheld.policy.types import Policy

PROFILE = "dpv-27560:receipt-record"
KEYS_PATH = "/.well-known/consent-receipt-keys.pem"
HOW = """\
receipt.json  what you chose, when, and in which words: the records that we hold, unchanged
receipt.sig   our signature over receipt.json, byte by byte (Ed25519)
key.pem       the public key that the signature is checked with

Anybody can check it on any computer, without us and without the internet:

    openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in receipt.json -sigfile receipt.sig

That the key is ours you see at
    {keys}
which must show the same lines as key.pem. Keep a copy of that page: keys change over the years.

receipt.json is canonical JSON (RFC 8785): records by ISO/IEC TS 27560 in terms of the Data
Privacy Vocabulary.
"""


def receipt(
    subject: str, *, policy: Policy | None = None, using: str = DEFAULT_DB_ALIAS
) -> tuple[bytes, bytes]:
    """Return the canonical bytes of a receipt and the 64 bytes of its signature.

    Raises `ConsentError` for somebody who answered nothing.
    """
    governing = policy_in_force(policy)
    if not history(subject, using=using):
        raise ConsentError("there is nothing to give a receipt of", hint="make a choice first")
    key = signer()
    content: dict[str, Any] = {
        "@context": PREFIXES,
        "dct:conformsTo": PROFILE,
        "dct:issued": stamp(datetime.now(UTC)),
        "dct:publisher": governing.controller.name,
        "site": conf().SITE_URL,
        "key": key.verifier.text,
        "records": records(subject, policy=governing, using=using),
    }
    signed = rfc8785.dumps(content)
    return signed, Ed25519PrivateKey.from_private_bytes(key.seed).sign(signed)


def bundle(subject: str, *, policy: Policy | None = None, using: str = DEFAULT_DB_ALIAS) -> bytes:
    """Return a ZIP with the receipt, its signature, the key, and how to check them."""
    signed, signature = receipt(subject, policy=policy, using=using)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("receipt.json", signed)
        files.writestr("receipt.sig", signature)
        files.writestr("key.pem", pem(signer().verifier))
        files.writestr("HOW-TO-CHECK.txt", how_to_check())
    return out.getvalue()


def how_to_check() -> str:
    """Return the steps for whoever holds a receipt."""
    return HOW.format(keys=conf().SITE_URL + KEYS_PATH)


def published_keys() -> str:
    """Return every key that ever signed, as PEM, the newest first."""
    return "".join(pem(key) for key in reversed(verifiers()))


def pem(key: Verifier) -> str:
    """Return a public key in the form that other tools read."""
    public = Ed25519PublicKey.from_public_bytes(key.public)
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
