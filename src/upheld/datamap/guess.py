"""What a column seems to hold, from its name, its type and the row it stands in: a guess,
never a decision. Whatever nothing is known about stays unsure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import models

from upheld.datamap import wording
from upheld.datamap.bound import AnyField
from upheld.datamap.themes import Theme, theme_of_words, words_of


@dataclass(frozen=True, slots=True)
class Guess:
    """`what` is a category, `none` or `key`; `unsure` says why a human must look."""

    what: str
    unsure: str = ""


SECRET_LENGTH = 32
"""Signs of text under which a `key` or `hash` keeps nothing secret."""
IN_TEXT = frozenset(("contact.email", "contact.phone", "name.legal", "address.delivery",
                     "address.billing", "account.secret", "account.login"))  # fmt: skip
"""Categories that are written in letters."""
LONG = "long text: people write anything into it"
NO_TEXT = "the name sounds personal, the type is no text"
_NUMBERS = (models.IntegerField, models.DecimalField, models.FloatField, models.DurationField)


def guess(
    field: AnyField, *, about_people: bool, theme: Theme | None = None, worked_on: bool = False
) -> Guess:
    """Guess one column.

    `about_people` = its rows are about people, `theme` = what they tell about them.
    `worked_on` = people are named only as those who made or changed the row.
    """
    if field.is_relation or (field.primary_key and not _is_text(field)):
        return Guess("key")
    if isinstance(field, models.BooleanField):
        return _switch(field)
    theme = theme if about_people or worked_on else None
    by_type = _by_type(field, theme)
    if by_type is not None:
        return by_type
    name = field.name.lower()
    for rule in wording.RULES:
        found = rule.words.search(name)
        if found and not _misses(field, rule.what, whole=found.group() == name):
            return _of_rule(field, rule, theme, about_people)
    shown = _by_what_is_shown(field, theme, about_people)
    if shown is not None:
        return shown
    if worked_on and not about_people:
        return _worked_on(field, name, theme)
    if not about_people:
        return Guess("none")
    return _in_personal_row(field, name, theme)


def _switch(field: AnyField) -> Guess:
    """A switch is a fact about the row's state, unless somebody's choice or condition."""
    name = field.name.lower()
    if wording.CHOICE.search(name):
        return Guess("choice.newsletter")
    special = any(
        rule.words.search(name) for rule in wording.RULES if rule.unsure == wording.SPECIAL
    )
    return Guess("free_text", wording.SPECIAL) if special else Guess("none")


def _by_type(field: AnyField, theme: Theme | None) -> Guess | None:
    if isinstance(field, models.EmailField):
        return Guess("contact.email")
    if isinstance(field, models.GenericIPAddressField):
        return Guess("technical.visit")
    for words, category in wording.TYPES:
        # Types of other packages are known by the words of their names.
        if any(words.search(words_of(kind.__name__)) for kind in type(field).__mro__[:-3]):
            return Guess(category)
    if isinstance(field, models.FileField):
        what = theme.text if theme else "free_text"
        return Guess(what, "a file can hold anything: who uploads it?")
    if isinstance(field, models.JSONField):
        # JSON cannot be sealed, so where the row has a theme it is not among the free text.
        what = theme.category if theme else "free_text"
        return Guess(what, "JSON can hold anything; what is written here?")
    if isinstance(field, models.BinaryField):
        return Guess("free_text", "bytes can hold anything; what is written here?")
    if isinstance(field, models.UUIDField):
        return Guess("none")
    return None


def _by_what_is_shown(field: Any, theme: Theme | None, about_people: bool) -> Guess | None:
    """Where the name tells nothing: how values are checked, what forms call the column, and,
    to be looked at, what they say about it."""
    checks = {type(each).__name__ for each in field.validators}
    checks |= {getattr(each, "__name__", "") for each in field.validators}
    if "EmailValidator" in checks:
        return Guess("contact.email")
    if checks & {"validate_ipv4_address", "validate_ipv6_address", "validate_ipv46_address"}:
        return Guess("technical.visit")
    label = _underscored(field.verbose_name)
    if label != field.name.lower():
        for rule in wording.RULES:
            found = rule.words.search(label)
            if found and not _misses(field, rule.what, whole=found.group() == label):
                return _of_rule(field, rule, theme, about_people)
    told = _underscored(field.help_text)
    if not (told and about_people and _is_text(field)) or field.choices:
        return None
    for rule in wording.RULES:
        if rule.what in IN_TEXT and not rule.unsure and rule.words.search(told):
            return Guess(rule.what, "its help text speaks of it")
    return None


def _underscored(text: object) -> str:
    return re.sub(r"\W+", "_", str(text)).strip("_").lower()


def _misses(field: AnyField, what: str, *, whole: bool) -> bool:
    """True where the type cannot hold what a word of the name says: `address_count`."""
    name = field.name.lower()
    if what == "contact.email" and (_is_long(field) or wording.NO_ADDRESS.search(name)):
        return True
    if what == "free_text" and wording.OF_A_KIND.search(name):
        return True
    if _is_text(field):
        return bool(field.choices) and what in ("technical.visit", "address.delivery")
    if what == "account.activity" and isinstance(field, models.DateField | models.IntegerField):
        return False
    return not whole and (what in IN_TEXT or what == "free_text")


def _of_rule(field: AnyField, rule: wording.Rule, theme: Theme | None, about_people: bool) -> Guess:
    what, unsure = rule.what, rule.unsure
    if what == "account.activity" and theme is not None:
        what = theme.when
    if what == "address.delivery" and theme and theme.category == "payment.reference":
        what = "address.billing"
    if what == "free_text" and rule.unsure != wording.SPECIAL and theme is not None:
        if _is_secret(field) and theme.category == "account.secret":
            return Guess("account.secret")
        what = theme.text
    if not _is_text(field) and not unsure and what != "account.activity":
        unsure = NO_TEXT if not isinstance(field, models.DateField) else unsure
    return Guess(what, unsure)


def _worked_on(field: AnyField, name: str, theme: Theme | None) -> Guess:
    """In a row that names people only as makers, the moments tell what they did and when."""
    if theme is not None and theme.category == "staff.action":
        return _in_personal_row(field, name, theme)
    if isinstance(field, models.DateTimeField) and wording.MADE.search(name):
        return Guess("staff.action")
    return Guess("none", LONG if _is_long(field) else "")


def _in_personal_row(field: AnyField, name: str, theme: Theme | None) -> Guess:
    if wording.BOOKKEEPING.search(name):
        return Guess("none")
    if name in ("key", "hash", "digest") and _is_secret(field):
        return Guess("account.secret")
    if wording.KEY.search(name) and _is_text(field) and not field.choices:
        return Guess("account.secret", "a key: does it let somebody in?")
    said = theme_of_words(name) if theme is None or theme.vague else None
    bare = wording.BARE_NAME.match(name)
    if theme is not None and said is None and not (theme.vague and bare):
        return _of_theme(field, name, theme)
    if bare:
        return Guess("name.legal", "the name of the person, or of a thing?")
    if said is not None and not said.vague and not _is_long(field):
        return Guess(said.category)
    if isinstance(field, models.DateField):
        if isinstance(field, models.DateTimeField) and wording.MOMENT.search(name):
            return Guess("account.activity")
        return Guess("none", "a date in a person's row: does it tell what they did, and when?")
    if _is_long(field):
        return Guess("free_text", LONG)
    if _is_text(field) and field.choices:
        return Guess("none", "a choice in a person's row: does it tell something about them?")
    return Guess("none", "it stands in a person's row: does it tell something about them?")


def _of_theme(field: AnyField, name: str, theme: Theme) -> Guess:
    if isinstance(field, models.DateField):
        return Guess(theme.when)
    if _is_long(field) and not name.endswith("_id"):
        return Guess(theme.text)
    if theme.category == "order.content" and wording.REFERENCE.match(name):
        return Guess("order.reference")
    return Guess(theme.category)


def names_people(columns: Mapping[str, Guess]) -> bool:
    """True when columns so guessed stand in the row of a person, whether a path says so or not."""
    return any(
        found.what in ("name.legal", "contact.email", "contact.phone")
        and not re.search(wording.MENTIONED, name)
        for name, found in columns.items()
    )


def doubted(found: Guess) -> Guess:
    """The same guess in a row that leads to nobody: it may be the site's own."""
    if found.what.startswith("address."):
        return replace(found, unsure="no way leads to a person: whose address is it?")
    reason = f"it sounds like `{found.what}`, but no way leads to a person: is it the site's own?"
    return Guess("none", reason)


def _is_secret(field: AnyField) -> bool:
    return _is_text(field) and (field.max_length or 0) >= SECRET_LENGTH


def _is_long(field: Any) -> bool:
    return isinstance(field, models.TextField)


def _is_text(field: Any) -> bool:
    return isinstance(field, models.CharField | models.TextField)
