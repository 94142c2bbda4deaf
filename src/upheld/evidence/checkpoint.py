"""The log's state in three lines (C2SP tlog-checkpoint): origin, size, root."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from upheld.errors import EvidenceError
from upheld.evidence.encoding import decode_hash, encode_hash
from upheld.evidence.note import Signer, Verifier, open_note


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`origin` names the log, `size` counts its leaves, `root` is 32 bytes."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{encode_hash(self.root)}\n"

    def sign(self, signer: Signer) -> str:
        """Return the checkpoint as a signed note."""
        return signer.sign(self.text)

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the text of a note. Raises `EvidenceError`."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise EvidenceError("a checkpoint needs an origin, a size and a root, a line each")
        return cls(lines[0], decimal(lines[1], "tree size"), decode_hash(lines[2]))

    @classmethod
    def open(cls, note: str, verifiers: Iterable[Verifier]) -> Checkpoint:
        """Read a signed checkpoint and check its signature and that its origin signed it."""
        text, names = open_note(note, verifiers)
        made = cls.parse(text)
        if made.origin not in names:
            raise EvidenceError(
                f"checkpoint of `{made.origin}` is signed by `{', '.join(names)}` only"
            )
        return made


def decimal(text: str, what: str) -> int:
    """Read a whole number written without sign or leading zeros."""
    if not (text.isascii() and text.isdigit()) or (text[0] == "0" and text != "0"):
        raise EvidenceError(f"{what} `{text}` is no whole number")
    return int(text)
