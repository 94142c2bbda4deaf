"""A receipt: one text with which anybody can check, offline, that an event is in the log.

The format is C2SP tlog-proof; its `extra` line carries the leaf itself. `extra` is not
signed, and need not be: the leaf's hash must lead to the signed root.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from upheld.errors import EvidenceError
from upheld.evidence.checkpoint import Checkpoint, decimal
from upheld.evidence.encoding import decode_bytes, decode_hash, encode_hash
from upheld.evidence.hashing import leaf_hash
from upheld.evidence.note import Verifier
from upheld.evidence.proof import check_inclusion

MAGIC = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class Receipt:
    """`leaf` are the canonical bytes, `proof` the path's hashes, `checkpoint` a signed note."""

    leaf: bytes
    index: int
    proof: tuple[bytes, ...]
    checkpoint: str

    @property
    def text(self) -> str:
        lines = [
            MAGIC,
            "extra " + b64encode(self.leaf).decode(),
            f"index {self.index}",
            *map(encode_hash, self.proof),
            "",
        ]
        return "\n".join(lines) + "\n" + self.checkpoint

    @classmethod
    def parse(cls, text: str) -> Receipt:
        """Read a receipt; nothing is checked yet. Raises `EvidenceError`."""
        head, gap, checkpoint = text.partition("\n\n")
        lines = head.split("\n")
        if lines[0] != MAGIC:
            raise EvidenceError(f"a receipt must start with `{MAGIC}`")
        if not gap or len(lines) < 3:
            raise EvidenceError("the receipt is cut off")
        extra, index = lines[1], lines[2]
        if not extra.startswith("extra ") or not index.startswith("index "):
            raise EvidenceError("a receipt needs an `extra` line and an `index` line")
        return cls(
            decode_bytes(extra.removeprefix("extra "), "the `extra` line"),
            decimal(index.removeprefix("index "), "leaf index"),
            tuple(decode_hash(line) for line in lines[3:]),
            checkpoint,
        )

    def check(self, verifiers: Iterable[Verifier]) -> Checkpoint:
        """Return the checkpoint that covers the leaf, or raise `EvidenceError`."""
        signed = Checkpoint.open(self.checkpoint, verifiers)
        check_inclusion(leaf_hash(self.leaf), self.index, signed.size, self.proof, signed.root)
        return signed
