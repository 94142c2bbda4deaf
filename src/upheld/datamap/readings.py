"""Each model read beside the others: whether its rows are about people, and what they tell.

A row without a key to a person may still be about one: it hangs on a row that is (the remark
of a ticket), or names somebody itself (the sender's address).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Model

from upheld.datamap import wording
from upheld.datamap.guess import Guess, doubted, guess, names_people
from upheld.datamap.kin import Kin, acts, find
from upheld.datamap.themes import Theme, theme_of, theme_of_words, words_of

About = Literal["people", "work", "nobody"]
"""Whom rows are about: people; nobody, but people worked on them; nobody."""

OF_SOMEBODY = frozenset(("session.content", "case.content"))
"""Categories whose rows are somebody's even where no key says whose."""
KINDS = ("type", "template", "category", "class", "kind", "option", "method", "rule", "group",
         "permission", "definition", "setting", "exclusion", "form", "field")  # fmt: skip
"""Last words of models that describe what there can be, not what is."""


PAYING = Theme("payment.reference", "payment.reference")
"""Of a subscription that is paid for: no newsletter."""
LINKING = Theme("account.profile", "free_text", "account.activity", vague=True)
"""Of a row between a person and something: what they are there."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was made out about one model. `columns` holds a guess for every local column."""

    kin: Kin
    about: About
    theme: Theme | None
    columns: Mapping[str, Guess]

    @property
    def about_people(self) -> bool:
        """True when the rows are about people."""
        return self.about == "people"


def readings(models: Iterable[type[Model]], roots: set[type[Model]]) -> dict[type[Model], Reading]:
    """Read all `models`; `roots` are those whose rows are people."""
    kins = {model: find(model, roots) for model in models}
    about = {model: _about(model, kin) for model, kin in kins.items()}
    for _ in range(3):  # a remark of a remark of a ticket
        for model in kins:
            if about[model] != "people" and any(
                about.get(owner) == "people" for owner in _owners(model, roots)
            ):
                about[model] = "people"
    return {
        model: _reading(model, kin, about[model], _theme(model, roots))
        for model, kin in kins.items()
    }


def _about(model: type[Model], kin: Kin) -> About:
    if kin.path and not _is_loose(model, kin.path):
        return "people"
    if names_people({column.name: guess(column, about_people=False) for column in _columns(model)}):
        return "people"
    said = theme_of_words(model.__name__)
    if said is not None and said.category in OF_SOMEBODY and not _is_kind(model):
        return "people"
    direct = [path for path in kin.candidates if "." not in path] if kin.forward else []
    if not direct:
        return "nobody"
    told = said is not None and said.category == "staff.action"
    return "people" if told or not any(map(acts, direct)) else "work"


def _is_loose(model: type[Model], path: str) -> bool:
    """True where a row can be without the model that its path goes over."""
    first: Any = model._meta.get_field(path.partition(".")[0]) if "." in path else None
    return first is not None and first.null


def _is_kind(model: type[Model]) -> bool:
    return words_of(model.__name__).split()[-1] in KINDS


def _theme(model: type[Model], roots: set[type[Model]]) -> Theme | None:
    """The theme of the model's own name; of its app's; of the row it hangs on."""
    own = theme_of(model._meta.app_label, model.__name__)
    if own is not None:
        paid = any(wording.PAID.search(column.name) for column in _columns(model))
        return PAYING if paid and own.category == "choice.newsletter" else own
    seen = [model]
    for here in seen:  # grows while it is walked, nearest first
        for owner in _owners(here, roots):
            said = theme_of_words(owner.__name__)
            if said is not None:
                return said
            if owner not in seen:
                seen.append(owner)
    return LINKING if _links_people(model, roots) else None


def _links_people(model: type[Model], roots: set[type[Model]]) -> bool:
    """True for a row that does little but tie a person to something."""
    keys = [f for f in model._meta.local_fields if f.is_relation]
    to_people = [f for f in keys if f.related_model in roots and not acts(f.name)]
    return bool(to_people) and len(keys) > 1 and len(_columns(model)) <= 2 * len(keys) + 2


def _owners(model: type[Model], roots: set[type[Model]]) -> list[type[Model]]:
    """Models whose rows this one's cannot be without, people themselves left out."""
    found: list[type[Model]] = []
    for field in model._meta.local_fields:
        related: Any = field.related_model
        if field.is_relation and not field.null and related not in (None, "self"):
            target = related._meta.concrete_model or related
            if target is not model and target not in roots:
                found.append(target)
    return found


def _reading(model: type[Model], kin: Kin, about: About, theme: Theme | None) -> Reading:
    columns = {
        column.name: guess(
            column, about_people=about == "people", theme=theme, worked_on=about == "work"
        )
        for column in _columns(model)
    }
    if about != "people":
        return Reading(kin, about, theme, {n: _own(found) for n, found in columns.items()})
    named = any(found == Guess("name.legal") for found in columns.values())
    for name in columns:
        if named and wording.COURTESY.search(name):
            columns[name] = Guess("name.legal")
        elif wording.COPY.search(name):
            columns[name] = _copy(columns, name)
    return Reading(kin, about, theme, columns)


def _own(found: Guess) -> Guess:
    """In a row about nobody: what names no person may be the site's own."""
    kept = ("none", "key", "staff.action", "name.legal", "contact.email", "contact.phone")
    return found if found.what in kept else doubted(found)


def _copy(columns: Mapping[str, Guess], name: str) -> Guess:
    """A column to search in repeats others: it holds what most of them do."""
    held = Counter(
        found.what
        for other, found in columns.items()
        if found.what not in ("none", "key", "free_text") and other != name
    )
    if not held:
        return columns[name]
    return Guess(held.most_common(1)[0][0], columns[name].unsure)


def _columns(model: type[Model]) -> list[Any]:
    return [each for each in model._meta.local_concrete_fields if each.column is not None]
