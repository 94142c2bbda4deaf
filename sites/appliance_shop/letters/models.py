"""Support, wholesale and press: the same shapes, and nothing that leads from one to another."""

from __future__ import annotations

from django.db import models

from upheld.cases.models import AbstractAttachment, AbstractCase, AbstractLetter


class SupportCase(AbstractCase):
    """What somebody wrote to support@."""


class SupportLetter(AbstractLetter):
    """One mail of it."""

    case = models.ForeignKey(SupportCase, on_delete=models.CASCADE, related_name="letters")


class SupportAttachment(AbstractAttachment):
    """One file of it."""

    letter = models.ForeignKey(SupportLetter, on_delete=models.CASCADE, related_name="attachments")


class WholesaleCase(AbstractCase):
    """What a business wrote to wholesale@."""


class WholesaleLetter(AbstractLetter):
    """One mail of it."""

    case = models.ForeignKey(WholesaleCase, on_delete=models.CASCADE, related_name="letters")


class WholesaleAttachment(AbstractAttachment):
    """One file of it."""

    letter = models.ForeignKey(
        WholesaleLetter, on_delete=models.CASCADE, related_name="attachments"
    )


class PressCase(AbstractCase):
    """What somebody of the media wrote to press@."""


class PressLetter(AbstractLetter):
    """One mail of it."""

    case = models.ForeignKey(PressCase, on_delete=models.CASCADE, related_name="letters")


class PressAttachment(AbstractAttachment):
    """One file of it."""

    letter = models.ForeignKey(PressLetter, on_delete=models.CASCADE, related_name="attachments")
