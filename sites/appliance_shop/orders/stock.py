"""Keeping pieces back for an order, letting them go, taking them out of the house.

Rows are locked in the order of their keys, so two orders never wait for each other.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F
from oscar.core.loading import get_model


class SoldOut(Exception):
    """There are not enough pieces left. `title` names the product."""

    def __init__(self, title: str) -> None:
        super().__init__(f"`{title}` is sold out")
        self.title = title


def lock(wanted: dict[int, tuple[int, str]]) -> None:
    """Lock stock and check it: stock record key -> (pieces, title). Raises `SoldOut`.

    Call inside a transaction.
    """
    for record in _locked(wanted):
        pieces, title = wanted[record.pk]
        if record.can_track_allocations and record.net_stock_level < pieces:
            raise SoldOut(title)


def keep(order: Any) -> None:
    """Keep an order's pieces back again. Raises `SoldOut`; call inside a transaction."""
    pieces = _pieces(order)
    lock(pieces)
    _shift(pieces, allocated=1)


def release(order: Any) -> None:
    """Let an order's pieces go. Call inside a transaction."""
    pieces = _pieces(order)
    list(_locked(pieces))
    _shift(pieces, allocated=-1)


def take_out(order: Any) -> None:
    """Take an order's pieces out of stock: they leave the house. Inside a transaction."""
    pieces = _pieces(order)
    list(_locked(pieces))
    _shift(pieces, allocated=-1, stock=-1)


def _pieces(order: Any) -> dict[int, tuple[int, str]]:
    found: dict[int, tuple[int, str]] = {}
    for line in order.lines.all():
        if line.stockrecord_id is not None:
            before, _ = found.get(line.stockrecord_id, (0, ""))
            found[line.stockrecord_id] = (before + line.quantity, line.title)
    return found


def _locked(wanted: dict[int, tuple[int, str]]) -> Any:
    records = get_model("partner", "StockRecord").objects.select_for_update(of=("self",))
    return (
        records.select_related("product__product_class", "product__parent__product_class")
        .filter(pk__in=wanted)
        .order_by("pk")
    )


def _shift(pieces: dict[int, tuple[int, str]], *, allocated: int, stock: int = 0) -> None:
    records = get_model("partner", "StockRecord").objects
    for key in sorted(pieces):
        count = pieces[key][0]
        rows = records.filter(pk=key, num_in_stock__isnull=False)
        rows.filter(num_allocated=None).update(num_allocated=0)
        rows.update(
            num_allocated=F("num_allocated") + allocated * count,
            num_in_stock=F("num_in_stock") + stock * count,
        )
