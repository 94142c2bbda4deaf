"""Feeds: what a recipient is given of which rows, declared once and checked by the map.

A site declares each feed in a module named in `UPHELD["FEEDS"]`:

    PARCELS = register(Feed(
        id="parcels", recipient="carrier", purpose="order_fulfilment",
        model="order.ShippingAddress",
        fields={"name": "last_name", "street": "line1", "order": "order__number"},
    ))

The gate knows the category of every field from the map, so a feed cannot carry what nobody
declared, and a field added later is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Literal

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.core.signals import setting_changed
from django.db.models import Field, Model

from upheld.conf import conf
from upheld.datamap.active import active
from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.disclosure import terms
from upheld.errors import ConfigurationError, DisclosureRefused
from upheld.policy.types import Recipient

REFERENCE = "reference"
"""The field that every row of every feed carries, and no feed may declare itself."""


@dataclass(frozen=True, slots=True)
class Feed:
    """Rows of one model for one recipient. `fields` maps the recipient's name for a field to
    its path from the model, in Django's spelling (`order__number`)."""

    id: str
    recipient: str
    purpose: str
    model: str
    fields: Mapping[str, str]
    form: Literal["json", "csv"] = "json"

    @property
    def bound(self) -> BoundModel:
        """The model as the map knows it."""
        found = active().datamap.model(self.model)
        if found is None:
            raise ConfigurationError(
                f"the feed `{self.id}` reads `{self.model}`, which the map does not declare",
                hint="declare it in map.yaml",
            )
        return found

    def columns(self) -> dict[str, BoundColumn]:
        """Return field name -> column. Raises `ConfigurationError` for a path that leads
        nowhere or to a column that the map does not declare."""
        model = self.bound.model
        return {name: self._column(model, name, path) for name, path in self.fields.items()}

    def categories(self) -> dict[str, str]:
        """Return field name -> category, without the fields that are not personal."""
        columns = self.columns()
        return {name: c.category for name, c in columns.items() if c.role == "category"}

    def checked(self) -> Recipient:
        """Return the recipient when the policy lets it have every field of the feed.

        Raises `DisclosureRefused`, naming the fields that may not go.
        """
        categories = self.categories()
        recipient = terms.recipient_named(self.recipient)
        over = [name for name, each in categories.items() if not terms.gets(recipient, each)]
        if over:
            listed = ", ".join(f"`{name}` ({categories[name]})" for name in over)
            raise DisclosureRefused(
                f"the feed `{self.id}` may not send {listed} to `{self.recipient}`",
                hint="take the field out, or let the notice and the policy say so first",
                recipient=self.recipient,
                fields=tuple(over),
                promises=recipient.says,
            )
        # A feed goes by itself, so the only condition it can see to is consent: row by row.
        ground: terms.Ground = "explicit_consent" if recipient.only_if == "explicit_consent" else ""
        return terms.check(
            self.recipient,
            purpose=self.purpose,
            categories=categories.values(),
            ground=ground,
        )

    def _column(self, model: type[Model], name: str, path: str) -> BoundColumn:
        field: Any = None
        at: Any = model
        try:
            for step in path.split("__"):
                field = at._meta.get_field(step)
                if field.one_to_many or field.many_to_many:
                    raise self._wrong(name, path, "leads to several rows")
                at = getattr(field, "related_model", None)
        except (FieldDoesNotExist, AttributeError):
            raise self._wrong(name, path, "leads to no column") from None
        if not isinstance(field, Field):
            raise self._wrong(name, path, "leads to a row, not to a column")
        column = active().datamap.column(field)
        if column is None:
            raise self._wrong(name, path, "leads to a column that the map does not declare")
        owner = active().datamap.model(field.model)
        # The key of a row about nobody (a country's code) leads to nobody.
        if column.role == "key" and (owner is None or owner.relation != "nobody"):
            raise self._wrong(name, path, f"leads to a key; rows have a `{REFERENCE}` instead")
        if name == REFERENCE:
            raise self._wrong(name, path, "takes the name of the row's reference")
        return column

    def _wrong(self, name: str, path: str, what: str) -> ConfigurationError:
        return ConfigurationError(
            f"`{name}: {path}` of the feed `{self.id}` {what}",
            hint="name a plain column of the model or of a row it points to",
        )


_registered: dict[str, Feed] = {}


def register(feed: Feed) -> Feed:
    """Make a feed known by its id. A second feed of the same id is an error."""
    if _registered.setdefault(feed.id, feed) != feed:
        raise ConfigurationError(
            f"two feeds are called `{feed.id}`", hint="give one of them another id"
        )
    return feed


def feed_named(id: str) -> Feed:
    """Return the registered feed. Raises `ConfigurationError`."""
    known = feeds()
    if id not in known:
        raise ConfigurationError(
            f"no feed is called `{id}`", hint='name its module in `UPHELD["FEEDS"]`'
        )
    return known[id]


def feeds() -> dict[str, Feed]:
    """Return every feed of the modules in `UPHELD["FEEDS"]`, by id."""
    _load(conf().FEEDS)
    return dict(_registered)


@cache
def _load(modules: tuple[str, ...]) -> None:
    apps.check_models_ready()
    for module in modules:
        import_module(module)


def _forget(*, setting: str, **_: Any) -> None:
    if setting == "UPHELD":
        _load.cache_clear()


setting_changed.connect(_forget)
