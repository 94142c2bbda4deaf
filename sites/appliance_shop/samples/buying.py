"""Sample orders: placed, paid, sent, returned, by members and by guests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.db.models import F
from oscar.core.loading import get_model

from sites.appliance_shop.aftersales.models import Reason, ReturnCase, ReturnLine, State
from sites.appliance_shop.apps.shipping.methods import FREE_FROM, Standard
from sites.appliance_shop.dispatch.models import Parcel
from sites.appliance_shop.orders.status import CANCELLED, DISPATCHED, PAID, PENDING, REFUNDED
from sites.appliance_shop.samples import words
from sites.appliance_shop.samples.people import Person
from sites.appliance_shop.settlement.models import Outcome, Payment, Refund

STATES = ((DISPATCHED, 62), (PAID, 16), (PENDING, 5), (CANCELLED, 7), (REFUNDED, 10))
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Goods:
    """A product that can be ordered, with its stock record's key and its price."""

    id: int
    title: str
    upc: str
    stock: int
    partner: int
    sku: str
    price: Decimal


def goods_for_sale() -> list[Goods]:
    """Return every product with stock."""
    records = get_model("partner", "StockRecord").objects.filter(num_in_stock__gt=0)
    return [
        Goods(
            r.product_id, r.product.title, r.product.upc, r.pk, r.partner_id, r.partner_sku, r.price
        )
        for r in records.select_related("product").order_by("pk")
    ]


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys: a member's account, or nobody and an e-mail address."""

    person: Person
    user: Any = None

    @property
    def guest_email(self) -> str:
        return "" if self.user is not None else self.person.email


def order(
    chance: Random, buyer: Buyer, goods: list[Goods], now: datetime, state: str | None = None
) -> Any:
    """Create one order with all that hangs on it. Call under the buyer's own subject."""
    chosen = chance.sample(goods, chance.choices((1, 2, 3), (6, 3, 1))[0])
    pieces = [(g, 2 if g.price < 100 and chance.random() < 0.15 else 1) for g in chosen]
    state = state or chance.choices([s for s, _ in STATES], [w for _, w in STATES])[0]
    placed = _moment(chance, buyer.person, now, state)
    sum_of = sum((g.price * n for g, n in pieces), Decimal("0.00"))
    charge = Decimal("0.00") if sum_of >= FREE_FROM else Standard.charge
    made = get_model("order", "Order").objects.create(
        number=_number(chance),
        site_id=1,
        user=buyer.user,
        guest_email=buyer.guest_email,
        currency="USD",
        total_incl_tax=sum_of + charge,
        total_excl_tax=sum_of + charge,
        shipping_incl_tax=charge,
        shipping_excl_tax=charge,
        shipping_method=Standard.name,
        shipping_code=Standard.code,
        shipping_address=_shipped_to(chance, buyer.person),
        status=state,
        date_placed=placed,
    )
    lines = [_line(made, g, n, state) for g, n in pieces]
    payment = _payment(chance, made, state, placed, sum_of + charge)
    if state in (DISPATCHED, REFUNDED):
        _parcel(chance, made, placed)
    if state == REFUNDED or (state == DISPATCHED and chance.random() < 0.08):
        _case(chance, made, lines[0], payment, placed, done=state == REFUNDED)
    return made


def _number(chance: Random) -> str:
    """As `orders.numbers.new_number`, but the same for the same seed."""
    signs = "".join(chance.choice("23456789ABCDEFGHJKMNPQRSTUVWXYZ") for _ in range(8))
    return f"HH-{signs[:4]}-{signs[4:]}"


def _moment(chance: Random, person: Person, now: datetime, state: str) -> datetime:
    """Open orders are of these days; finished ones lie between joining and a week ago."""
    if state in (PAID, PENDING):
        return now - timedelta(hours=chance.randrange(2, 40), minutes=chance.randrange(60))
    days = max((now - person.since).days - 1, 12)
    return now - timedelta(days=chance.randrange(10, days), minutes=chance.randrange(1440))


def _shipped_to(chance: Random, person: Person) -> Any:
    return get_model("order", "ShippingAddress").objects.create(
        first_name=person.first,
        last_name=person.last,
        line1=person.street,
        line4=person.town,
        state=person.state,
        postcode=person.zip,
        country_id="US",
        phone_number=person.mobile,
        notes=chance.choice(words.NOTES),
    )


def _line(made: Any, goods: Goods, count: int, state: str) -> Any:
    held = count if state in (PAID, PENDING) else 0
    if held:
        record = get_model("partner", "StockRecord").objects.filter(pk=goods.stock)
        record.filter(num_allocated=None).update(num_allocated=0)
        # Stock grows by what is kept back, so that no sample product is oversold.
        record.update(
            num_allocated=F("num_allocated") + held, num_in_stock=F("num_in_stock") + held
        )
    whole = goods.price * count
    return get_model("order", "Line").objects.create(
        order=made,
        partner_id=goods.partner,
        partner_name="Hearth & Hob",
        partner_sku=goods.sku,
        stockrecord_id=goods.stock,
        product_id=goods.id,
        title=goods.title,
        upc=goods.upc,
        quantity=count,
        line_price_incl_tax=whole,
        line_price_excl_tax=whole,
        line_price_before_discounts_incl_tax=whole,
        line_price_before_discounts_excl_tax=whole,
        unit_price_incl_tax=goods.price,
        unit_price_excl_tax=goods.price,
        num_allocated=held,
    )


def _payment(
    chance: Random, made: Any, state: str, placed: datetime, amount: Decimal
) -> Payment | None:
    outcome = {PENDING: Outcome.OPEN, CANCELLED: Outcome.FAILURE}.get(state, Outcome.SUCCESS)
    mark = f"{chance.getrandbits(64):016x}"
    payment = Payment.objects.create(
        order=made,
        attempt=1,
        provider=chance.choice(("stripe", "connect")),
        reference=f"sample_{mark}",
        payment=f"sample_paid_{mark}" if outcome == Outcome.SUCCESS else "",
        cents=int(amount / CENT),
        outcome=outcome,
        settled_at=None if outcome == Outcome.OPEN else placed + timedelta(minutes=3),
    )
    Payment.objects.filter(pk=payment.pk).update(started_at=placed)
    return payment


def _parcel(chance: Random, made: Any, placed: datetime) -> None:
    sent = placed + timedelta(days=1, hours=chance.randrange(8))
    parcel = Parcel.objects.create(
        order=made,
        carrier=chance.choice(words.CARRIERS),
        tracking_number=f"WP{chance.randrange(10**9, 10**10)}",
        expected_from=(sent + timedelta(days=3)).date(),
        expected_to=(sent + timedelta(days=6)).date(),
    )
    Parcel.objects.filter(pk=parcel.pk).update(sent_at=sent)


def _case(
    chance: Random, made: Any, line: Any, payment: Payment | None, placed: datetime, *, done: bool
) -> None:
    opened = placed + timedelta(days=7)
    closed = opened + timedelta(days=6) if done else None
    cents = int(line.line_price_incl_tax / CENT)
    state = State.REFUNDED if done else chance.choice((State.ASKED, State.ACCEPTED, State.RECEIVED))
    case = ReturnCase.objects.create(
        order=made,
        state=state,
        reason=chance.choice(Reason.values),
        words=chance.choice(words.RETURN_WORDS),
        answer="Please send it to the address on the label." if state != State.ASKED else "",
        cents=cents if done else 0,
        closed_at=closed,
    )
    ReturnCase.objects.filter(pk=case.pk).update(opened_at=opened)
    ReturnLine.objects.create(case=case, line=line, quantity=line.quantity)
    if done and payment is not None:
        Refund.objects.create(
            payment=payment,
            key=f"sample-{case.pk}",
            reference=f"sample_refund_{case.pk}",
            cents=cents,
            outcome=Outcome.SUCCESS,
            settled_at=closed,
        )
