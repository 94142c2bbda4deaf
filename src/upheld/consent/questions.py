"""Questions of consent for any form of a site: registration, checkout, a page of preferences.

    class Registration(ConsentQuestions, forms.Form):
        asks_about = ("weekly_news",)

    form.record_answers(subject, place="registration")

What the policy says decides how a question looks. Opt-in (`default: out`): a box that is not
ticked. Opt-out (`default: in`): a box to decline with, plain to see, and what happens without
it said beside it. `asked`: yes or no, and one of them must be chosen. What was shown is kept word
by word with the answer, under the date of the policy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import DEFAULT_DB_ALIAS, transaction
from django.forms import BoundField

from upheld.consent.asking import state
from upheld.consent.ledger import TACIT, record
from upheld.consent.offered import choices
from upheld.consent.wording import wording_of
from upheld.context import purpose
from upheld.datamap.active import active
from upheld.errors import ConsentError
from upheld.policy.types import OWN, Policy, Purpose

PREFIX = "consent_"
REACHING = ("mail", "post", "phone")
"""Channels that a form asks about when it names no purposes: those that come to the person."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as it is shown: its own words, and what is said beside it."""

    words: str
    beside: str = ""

    @property
    def wording(self) -> str:
        """What the ledger keeps."""
        return f"{self.words} {self.beside}".strip()


class ConsentQuestions:
    """Mixin of a form; put it before `forms.Form`. Fields are named `consent_<purpose>`."""

    asks_about: tuple[str, ...] = ()
    """Purposes to ask about; empty = every choice that reaches people by mail, post or phone."""
    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for rule in self._rules():
            self.fields[PREFIX + rule.id] = _field(rule, question(rule))

    def questions(self) -> Iterator[BoundField]:
        """The questions alone, for a template that sets them apart."""
        return (self[name] for name in self.fields if name.startswith(PREFIX))  # type: ignore[index] # a form, see above

    def record_answers(self, subject: str, *, place: str, using: str = DEFAULT_DB_ALIAS) -> None:
        """Record what was answered in a valid form, all of it or nothing.

        A box to decline with that was left alone is recorded as that: it never stands against
        an answer that the person gave themselves.
        """
        policy = active().policy
        with purpose(OWN, subject=subject), transaction.atomic(using=using):
            known = state(subject, using=using)
            for rule in self._rules():
                given = self.cleaned_data[PREFIX + rule.id]
                tacit = rule.default == "in" and not given
                if tacit and known[rule.id].explicit:
                    continue
                record(
                    subject,
                    rule.id,
                    _granted(rule, given),
                    wording=question(rule).wording,
                    version=policy.updated.isoformat(),
                    place=place,
                    method=TACIT if tacit else "form",
                    using=using,
                )

    def _rules(self) -> list[Purpose]:
        return asked(active().policy, self.asks_about)


def asked(policy: Policy, about: tuple[str, ...] = ()) -> list[Purpose]:
    """Return the purposes that a form asks about. Raises `ConsentError` for one that leaves no
    choice: a box beside it would be a lie."""
    offered = choices(policy)
    for id in about:
        if id not in offered:
            raise ConsentError(
                f"a form asks about `{id}`, which leaves no choice",
                hint="ask about purposes that rest on consent or have a `default`",
            )
    if about:
        return [offered[id] for id in about]
    return [rule for rule in offered.values() if rule.channel in REACHING]


def question(rule: Purpose) -> Shown:
    """Return the words in which a form asks about `rule`."""
    what = wording_of(rule)
    if rule.default == "in":
        return Shown(
            f"No, thank you: {what}",
            "Without a tick here you get it. You can stop it with one click at any time.",
        )
    if rule.default == "asked":
        return Shown(what)
    return Shown(f"Yes, please: {what}", "You can stop it with one click at any time.")


def _field(rule: Purpose, shown: Shown) -> forms.Field:
    if rule.default == "asked":
        return forms.ChoiceField(
            label=shown.words,
            choices=(("yes", "Yes"), ("no", "No")),
            widget=forms.RadioSelect,
            error_messages={"required": "Please choose yes or no."},
        )
    return forms.BooleanField(label=shown.words, help_text=shown.beside, required=False)


def _granted(rule: Purpose, given: Any) -> bool:
    if rule.default == "asked":
        return bool(given == "yes")
    return not given if rule.default == "in" else bool(given)
