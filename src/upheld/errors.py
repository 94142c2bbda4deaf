"""The error tree. Every error has a stable code and data; the text is rendering.

Messages are lower case without a full stop, with user input in backticks. `hint` says
what to do next. Tests compare whole messages, so treat them as interface.
"""

from __future__ import annotations

from typing import Any, ClassVar


class UpheldError(Exception):
    """Base of all errors raised by Upheld.

    `code` is stable across releases, `data` holds what the message was made of.
    """

    code: ClassVar[str] = "upheld"

    def __init__(self, message: str, *, hint: str = "", **data: Any) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.data = data

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class ConfigurationError(UpheldError):
    """The settings or the privacy folder cannot be used; the site must not start."""

    code = "configuration"


class PurposeError(UpheldError):
    """A use of personal data that no purpose allows here.

    Templates render the refused value as empty instead of failing the page: Django looks
    for `silent_variable_failure`. The refusal is recorded either way.

    `purpose` is the purpose in force (None = none), `target` the column, model or
    statement, `action` one of read, match, write, delete, `promises` the sentence ids
    of the notice that stand behind the refusal.
    """

    code = "purpose"
    silent_variable_failure = True

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        purpose: str | None = None,
        target: str = "",
        action: str = "",
        promises: tuple[str, ...] = (),
        **data: Any,
    ) -> None:
        super().__init__(message, hint=hint, **data)
        self.purpose = purpose
        self.target = target
        self.action = action
        self.promises = promises


class SealingError(UpheldError):
    """A sealed value could not be made or opened."""

    code = "sealing"


class KeyDestroyed(SealingError):
    """The subject's key was destroyed on erasure; the value can never be read again."""

    code = "sealing.destroyed"


class NotSealed(SealingError):
    """The stored text is no sealed value: plaintext in a sealed column, or foreign text."""

    code = "sealing.not-a-token"


class UnknownVersion(SealingError):
    """The sealed value is of a format this release cannot read."""

    code = "sealing.version"


class Truncated(SealingError):
    """The sealed value is too short to hold its header and tag."""

    code = "sealing.truncated"


class Tampered(SealingError):
    """The sealed value was changed after it was made; nothing of it can be trusted."""

    code = "sealing.tampered"


class ForeignColumn(SealingError):
    """The sealed value was made for another column and moved here."""

    code = "sealing.foreign-column"


class ForeignRow(SealingError):
    """The sealed value was made for another row and moved here."""

    code = "sealing.foreign-row"


class UnknownKey(SealingError):
    """The data key or key-encryption key that a value needs is not there."""

    code = "sealing.unknown-key"


class KeyOwned(SealingError):
    """A data key that belongs to one subject was claimed for another."""

    code = "sealing.owned"


class Unsealable(SealingError):
    """The value cannot be kept: it is no well-formed Unicode text."""

    code = "sealing.unsealable"


class SealedUse(PurposeError):
    """A query asks of a sealed column what ciphertext cannot answer."""

    code = "sealing.use"


class EvidenceError(UpheldError):
    """The evidence log, a proof or a receipt does not hold."""

    code = "evidence"


class ConsentError(UpheldError):
    """A person's answer cannot be recorded, or the question leaves no choice."""

    code = "consent"


class RightsError(UpheldError):
    """A person's request cannot be carried out as asked."""

    code = "rights"


class MailError(UpheldError):
    """A mail may not go as it is; nothing was sent.

    `klass` is its class in the policy (empty = none was given), `reason` a stable word:
    `class`, `consent`, `suppressed`, `recipient`, `header`, `link`, `address`, `purpose`.
    """

    code = "mail"

    def __init__(
        self, message: str, *, hint: str = "", klass: str = "", reason: str = "", **data: Any
    ) -> None:
        super().__init__(message, hint=hint, **data)
        self.klass = klass
        self.reason = reason


class VisitRefused(UpheldError):
    """What a page's script told is not taken; nothing of it is stored. The message quotes
    nothing of what was sent."""

    code = "visit"


class DisclosureRefused(UpheldError):
    """Data may not leave the house this way; nothing was sent.

    `recipient` is its id in the policy (empty = nobody the policy names), `fields` what was
    refused by name, `promises` the sentence ids that stand behind the refusal.
    """

    code = "disclosure"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        recipient: str = "",
        fields: tuple[str, ...] = (),
        promises: tuple[str, ...] = (),
        **data: Any,
    ) -> None:
        super().__init__(message, hint=hint, **data)
        self.recipient = recipient
        self.fields = fields
        self.promises = promises
