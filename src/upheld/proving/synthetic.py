"""Synthetic people: rows made for a probe and rolled back with it.

Values carry a random canary, so that a probe can look for them anywhere afterwards.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models, transaction

from upheld.context import Actor, purpose
from upheld.datamap.active import active
from upheld.datamap.bound import BoundModel
from upheld.datamap.paths import subjects_of
from upheld.policy.types import RIGHTS

MAKER = Actor(kind="system", ref="system:prove")
DEPTH = 4
"""Rows that a row needs, and those need, at most this deep."""


class CannotMake(Exception):
    """A model whose rows cannot be made from its fields alone."""


@dataclass
class Person:
    """One synthetic member with the rows made for them."""

    subject: str
    user: models.Model
    canary: str
    made: dict[str, models.Model] = field(default_factory=dict)
    """Model label -> the row made."""
    not_made: dict[str, str] = field(default_factory=dict)
    """Model label -> why no row could be made."""


def person(using: str, *, with_rows: bool = False) -> Person:
    """Make a member; with `with_rows` also one row in every model that leads to members.

    Runs inside the probe's transaction.
    """
    canary = f"zq{secrets.token_hex(6)}"
    with purpose(RIGHTS, actor=MAKER):
        user_model = get_user_model()
        user = _make(user_model, {}, canary, using)
        found = Person(f"member:{user.pk}", user, canary)
        found.made[user_model._meta.label] = user
        if with_rows:
            for model in active().datamap.models:
                _make_for(found, model, using)
    return found


def _make_for(found: Person, model: BoundModel, using: str) -> None:
    if not model.paths or model.label in found.made:
        return
    if not any(column.role == "category" for column in model.columns):
        return
    with purpose(RIGHTS, actor=MAKER, subject=found.subject):
        try:
            with transaction.atomic(using=using):
                row = _make(model.model, found.made, found.canary, using)
                _link_back(model, row, found, using)
                # A row may lead to somebody else altogether: a session is its own subject.
                if subjects_of(model, [row.pk], using)[row.pk] != found.subject:
                    raise CannotMake("such a row is about somebody else")
        except Exception as error:  # whatever an app's own save() may raise
            found.not_made[model.label] = str(error) or type(error).__name__
        else:
            found.made[model.label] = row


def _link_back(model: BoundModel, row: models.Model, found: Person, using: str) -> None:
    """A row reached only from another row (an address from its order) is tied to one."""
    for path in model.paths:
        if not path.many:
            return
        first = path.text.split(".")[0].strip()
        relation = model.model._meta.get_field(first)
        related = relation.related_model
        if not isinstance(related, type):
            continue
        other = found.made.get(related._meta.label)
        owner = active().datamap.model(related)
        if other is None and owner is not None:
            _make_for(found, owner, using)
            other = found.made.get(related._meta.label)
        if other is not None and hasattr(relation, "field") and not relation.many_to_many:
            setattr(other, relation.field.name, row)
            other.save()
            return
    raise CannotMake("no row of the person leads to it")


def _make(
    model: type[models.Model],
    known: dict[str, models.Model],
    canary: str,
    using: str,
    depth: int = 0,
) -> models.Model:
    if depth > DEPTH:
        raise CannotMake(f"`{model._meta.label}` needs rows too deep to make")
    values: dict[str, Any] = {}
    for column in model._meta.concrete_fields:
        if column.primary_key and column.has_default() is False and _is_automatic(column):
            continue
        if isinstance(column, models.ForeignKey):
            values[column.name] = _target(column, known, canary, using, depth)
            continue
        bound = active().datamap.column(column)
        personal = bound is not None and bound.role == "category"
        if personal or not (column.has_default() or column.null or column.blank):
            # Only personal columns carry the canary: goods made on the way are no trace.
            value = value_for(column, canary if personal else f"zp{secrets.token_hex(6)}")
            if value is not None:
                values[column.attname] = value
    row = model(**{name: value for name, value in values.items() if value is not None})
    row.save(using=using)
    return row


def _is_automatic(column: models.Field[Any, Any]) -> bool:
    return isinstance(column, models.AutoField) or bool(column.remote_field)


def _target(
    column: models.ForeignKey[Any, Any],
    known: dict[str, models.Model],
    canary: str,
    using: str,
    depth: int,
) -> models.Model | None:
    target = column.remote_field.model
    if target._meta.label in known:
        return known[target._meta.label]
    bound = active().datamap.model(target)
    if bound is not None and not bound.paths:
        # Goods, countries, kinds: what is about nobody may be shared with what is there.
        existing = target._base_manager.using(using).first()
        if existing is not None:
            return existing
    return None if column.null else _make(target, known, canary, using, depth + 1)


def another_value(column: models.Field[Any, Any], stored: Any) -> Any:
    """Return a value of the column's type that is not the one stored."""
    if column.choices:
        return next((value for value, _ in column.flatchoices if value != stored), "another")
    if isinstance(column, models.BooleanField):
        return not stored
    if isinstance(column, models.IntegerField | models.FloatField | models.DecimalField):
        return (stored or 0) + 1
    return value_for(column, f"zq{secrets.token_hex(3)}")


def value_for(column: models.Field[Any, Any], canary: str) -> Any:
    """Return a value of the column's type that carries `canary` where it can; None = leave out."""
    if column.choices:
        return next(value for value, _ in column.flatchoices)
    mail = f"{canary}-{secrets.token_hex(2)}@synthetic.example"
    match column:
        case models.EmailField():
            return mail
        case models.URLField():
            return f"https://{canary}.example/"
        case models.CharField() | models.TextField():
            if "phone" in column.name or "PhoneNumber" in type(column).__name__:
                return f"+1202555{secrets.randbelow(10_000):04d}"
            text = f"{canary} {secrets.token_hex(3)}"
            if isinstance(column, models.SlugField) or column.unique:
                text = f"{canary}-{secrets.token_hex(3)}"
            return text[: column.max_length] if column.max_length else text
        case models.DateTimeField():
            return datetime.now(UTC)
        case models.DateField():
            return datetime.now(UTC).date()
        case models.BooleanField():
            return False
        case models.UUIDField():
            return None if column.has_default() else secrets.token_hex(16)
        case models.IntegerField() | models.FloatField() | models.DecimalField():
            return secrets.randbelow(1_000_000) if column.unique else 1
        case models.JSONField():
            return {"canary": canary}
        case models.GenericIPAddressField():
            return "192.0.2.1"
        case models.BinaryField():
            return canary.encode()
    return None
