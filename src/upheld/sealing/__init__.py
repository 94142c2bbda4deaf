"""Sealing: values as ciphertext under their subject's key, found by keyed digests. Pure.

The format is pinned in docs/sealing-format.md and by text vectors.
"""

from __future__ import annotations

from upheld.sealing.blind import BlindIndex
from upheld.sealing.envelope import (
    COLUMN_MARK,
    KEY_MARK,
    MARK,
    NO_BLIND,
    NO_ROW_MARK,
    PREFIX_LENGTH,
    ROW_MARK,
    column_mark,
    is_sealed,
    key_id_of,
    row_mark,
    without_blind,
)
from upheld.sealing.normal import kind_of, normal_form, scope_of, words_of
from upheld.sealing.sealer import Sealer

__all__ = [
    "COLUMN_MARK",
    "KEY_MARK",
    "MARK",
    "NO_BLIND",
    "NO_ROW_MARK",
    "PREFIX_LENGTH",
    "ROW_MARK",
    "BlindIndex",
    "Sealer",
    "column_mark",
    "is_sealed",
    "key_id_of",
    "kind_of",
    "normal_form",
    "row_mark",
    "scope_of",
    "without_blind",
    "words_of",
]
