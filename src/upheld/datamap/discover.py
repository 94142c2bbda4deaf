"""Draft declarations for whatever the map of a project does not declare yet."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import CharField, Model, TextField

from upheld.datamap.bind import concrete_models
from upheld.datamap.bound import AnyField
from upheld.datamap.guess import Guess, guess
from upheld.datamap.kin import Kin
from upheld.datamap.readings import Reading, readings
from upheld.datamap.samples import looks_like
from upheld.policy.extend import loads_map
from upheld.policy.mapfile import MapFile
from upheld.policy.mapfile import Model as Declared


@dataclass(frozen=True, slots=True)
class DraftModel:
    """One model as drafted. `kin` is None when only columns of it are missing."""

    label: str
    kin: Kin | None
    columns: dict[str, Guess] = field(default_factory=dict)

    @property
    def unsure(self) -> list[str]:
        """Everything a human must decide here, as `place: reason`."""
        found = [f"{self.label}: {self.kin.unsure}"] if self.kin and self.kin.unsure else []
        return found + [
            f"{self.label}.{name}: {each.unsure}"
            for name, each in self.columns.items()
            if each.unsure
        ]


@dataclass(frozen=True, slots=True)
class Draft:
    """What is missing. `extends` are shipped maps that fit and are not extended yet."""

    extends: tuple[str, ...]
    subjects: dict[str, str]
    models: tuple[DraftModel, ...]

    @property
    def empty(self) -> bool:
        """True when the map declares everything already."""
        return not (self.models or self.subjects or self.extends)


def discover(known: MapFile, extended: tuple[str, ...], samples: int) -> Draft:
    """Draft what `known` leaves out, looking at up to `samples` values a text column.

    `extended` are the packages `known` extends. Reads values through the ORM; returns no
    value, only what they look like.
    """
    extends = tuple(name for name in fitting_packages() if name not in extended)
    shipped = loads_map(f"extends: [{', '.join(extends)}]") if extends else MapFile()
    subjects = {kind.root for kind in (known.subjects | shipped.subjects).values()}
    user = get_user_model()
    new_kind = {} if user._meta.label in subjects else {"member": user._meta.label}
    roots = {user._meta.concrete_model or user}
    declared = {label.lower(): entry for label, entry in (shipped.models | known.models).items()}
    installed = [
        model
        for model in concrete_models()
        # The engine maps itself; link tables follow from their ends.
        if model._meta.app_label != "upheld" and not model._meta.auto_created
    ]
    models = [
        drafted
        for model, reading in readings(installed, roots).items()
        if (drafted := _model(model, reading, declared.get(model._meta.label.lower()), samples))
    ]
    return Draft(extends, new_kind, tuple(models))


def fitting_packages() -> list[str]:
    """Shipped maps whose own models are installed here; those another extends are left out."""
    labels = {config.label for config in apps.get_app_configs()}
    found = {}
    for name in _shipped():
        shipped = loads_map(f"extends: [{name}]")
        own = {e.label.partition(".")[0] for e in shipped.models.values() if e.origin == name}
        if own & labels:
            found[name] = {e.origin for e in shipped.models.values()} - {name}
    covered = set().union(*found.values()) if found else set()
    return sorted(name for name in found if name not in covered)


def _shipped() -> list[str]:
    """Packages that ship a map with Upheld. Their maps are data: none is imported here."""
    folders = [each for each in (files("upheld") / "contrib").iterdir() if each.is_dir()]
    return sorted(f"upheld.contrib.{d.name}" for d in folders if (d / "map.yaml").is_file())


def _model(
    model: type[Model], reading: Reading, declared: Declared | None, samples: int
) -> DraftModel | None:
    missing = [
        column
        for column in model._meta.local_concrete_fields
        if column.column is not None and not _declares(declared, column)
    ]
    if declared is not None and not missing:
        return None
    columns = {
        column.name: _of_column(model, column, reading, declared, samples) for column in missing
    }
    if declared is not None:
        return DraftModel(model._meta.label, None, columns)
    return DraftModel(model._meta.label, _with_addresses(reading.kin, columns, model), columns)


def _of_column(
    model: type[Model], column: AnyField, reading: Reading, declared: Declared | None, samples: int
) -> Guess:
    if declared is not None and declared.paths and not reading.about_people:
        # The map says whose the rows are, which no key does.
        found = guess(column, about_people=True, theme=reading.theme)
    else:
        found = reading.columns[column.name]
    found = _with_samples(found, model, column, samples)
    return _of_key(found) if column.primary_key else found


def _with_addresses(kin: Kin, columns: dict[str, Guess], model: type[Model]) -> Kin:
    """Doubt a path that is far or may be empty where the row names somebody by mail address."""
    mails = [name for name, found in columns.items() if found.what == "contact.email"]
    if not mails or kin.path == "self":
        return kin
    first, _, rest = kin.path.partition(".")
    if first and not rest and not model._meta.get_field(first).null:
        return kin  # the row's own key says whose address it is
    reason = f"rows may be about whom `{mails[0]}` names; are people known by it?"
    return replace(kin, unsure=f"{kin.unsure}; {reason}" if kin.unsure else reason)


def _declares(declared: Declared | None, column: Any) -> bool:
    """True where nothing needs to be written: keys are keys unless they are text."""
    text_key = column.primary_key and isinstance(column, CharField | TextField)
    if column.is_relation or (column.primary_key and not text_key):
        return True
    if declared is None:
        return False
    named = column.name in declared.columns or column.attname in declared.columns
    return named or declared.rest == "none"


def _of_key(found: Guess) -> Guess:
    """A text key joins rows, so it stays a key; what it seems to hold is for a human."""
    if found == Guess("none"):
        return Guess("key")
    return Guess("key", f"the key itself may be personal: {found.unsure or found.what}")


def _with_samples(found: Guess, model: type[Model], column: AnyField, samples: int) -> Guess:
    """Let stored values speak where the name did not, or contradicts them."""
    like = looks_like(model, column, samples)
    if like is None or like[0] == found.what:
        return Guess(found.what) if like and like[0] == found.what else found
    category, reason = like
    if found.what == "none" or found.unsure:
        return Guess(category, reason)
    return Guess(found.what, f"the name says `{found.what}`, but {reason}")
