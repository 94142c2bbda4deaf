"""The newsletters as empty boxes, on the page that a new member sees first."""

from __future__ import annotations

from typing import Any

from django import forms

from upheld import consent
from upheld.consent.questions import ConsentQuestions

LETTERS = ("weekly_bundle_mail", "discount_mail", "launch_mail")
PLACE = "preferences"


class NewslettersForm(ConsentQuestions, forms.Form):
    """A box for each newsletter that the member did not answer about yet."""

    def __init__(self, letters: tuple[str, ...], *args: Any) -> None:
        self.asks_about = letters
        super().__init__(*args)


def unanswered(member: int) -> tuple[str, ...]:
    """Return the newsletters that are still to be asked about."""
    states = consent.state(f"member:{member}")
    return tuple(letter for letter in LETTERS if not states[letter].explicit)


def newsletters_form(member: int, *given: Any) -> NewslettersForm | None:
    """Return the form, None when everything is answered: the choices page changes answers."""
    letters = unanswered(member)
    return NewslettersForm(letters, *given) if letters else None


def answer(member: int, given: Any) -> None:
    """Record what was ticked and what was not, word for word as it was shown."""
    form = newsletters_form(member, given)
    if form is not None and form.is_valid():
        form.record_answers(f"member:{member}", place=PLACE)
