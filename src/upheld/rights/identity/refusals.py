"""Why a proof is not taken, in words for the person who shows it."""

from __future__ import annotations

from upheld.errors import RightsError


class ProofRefused(RightsError):
    """What was shown is not taken. The message is for a log, `words` is for the person."""

    code = "rights.proof_refused"

    def __init__(self, message: str, *, words: str, hint: str = "") -> None:
        super().__init__(message, hint=hint, words=words)
        self.words = words
