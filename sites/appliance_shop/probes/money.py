"""US dollars, and what passes between the shop and whoever takes the payment."""

from __future__ import annotations

import json
import logging
import secrets
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from oscar.core.loading import get_model

from sites.appliance_shop.probes.shopper import Shopper, reference_of
from sites.appliance_shop.probes.stage import Guest, everything, fresh, make_product
from sites.appliance_shop.probes.till import Till, open_till
from sites.appliance_shop.settlement.models import Payment, Refund
from sites.payments.connect_checkout import ConnectCheckout
from sites.payments.models import PaymentNotice
from sites.payments.seam import ForgedNotice
from sites.payments.stripe_checkout import StripeCheckout
from upheld.proving.outbox import caught
from upheld.proving.registry import Finding, Ground, must, probe

CURRENCIES = (
    ("partner.StockRecord", "price_currency"),
    ("basket.Line", "price_currency"),
    ("order.Order", "currency"),
    ("payment.Source", "currency"),
)
"""Every column that names a currency."""
OTHERS = ("€", "£", "¥", "EUR", "GBP", "CAD")
MONEY_COLUMNS = {
    Payment: {
        "id", "order", "attempt", "provider", "reference", "payment", "cents", "outcome",
        "started_at", "settled_at",
    },
    Refund: {
        "id", "payment", "key", "reference", "cents", "outcome", "asked_at", "settled_at",
    },
    PaymentNotice: {"id", "digest", "provider", "verdict", "came", "first_at", "last_at"},
}  # fmt: skip
"""All that may be kept about money."""
LOCAL = ("127.0.0.1", "localhost", "::1")


@probe(
    "shop.us-dollars",
    rule="controller",
    title="price, buy or be mailed about something in another currency",
    says=("us-dollars",),
)
def us_dollars(ground: Ground) -> Finding:
    for label, column in CURRENCIES:
        with everything():
            rows = get_model(*label.split("."))._base_manager
            found = set(rows.order_by().values_list(column, flat=True).distinct()) - {"USD"}
        must(not found, f"`{label}` is in {found}")
    with open_till() as till:
        foreign = make_product(currency="EUR")
        shopper = Shopper()
        shopper.fill_basket(foreign)
        with everything():
            in_basket = get_model("basket", "Line").objects.filter(product=foreign).exists()
        must(not in_basket, "something priced in EUR was put into a basket")
        order = _paid_in(till, "EUR")
        must(order.status == "Pending payment", "a payment in EUR was taken for an order")
        Shopper().bought(make_product(), Guest(), till)
    for mail in caught():
        words = f"{mail.subject} {mail.body}"
        must("(US dollars)" in words, f"the mail `{mail.subject}` does not say US dollars")
        must(not any(sign in words for sign in OTHERS), "a mail names another currency")
    return Finding("kept", "another currency is neither sold, settled nor written about")


@probe(
    "shop.result-only",
    rule="purposes.settlement",
    title="change an order by a forged, wrong or repeated notification, or keep more of it",
    says=("result-only", "payment-encrypted"),
)
def result_only(ground: Ground) -> Finding:
    for model, allowed in MONEY_COLUMNS.items():
        more = {field.name for field in model._meta.concrete_fields} - allowed
        must(not more, f"`{model._meta.label}` keeps `{', '.join(sorted(more))}`")
    with open_till() as till:
        order = Shopper().order(make_product(), Guest())
        reference = reference_of(order)
        body = json.dumps({"event": "evt", "reference": reference, "card": "4111"}).encode()
        till.decide(reference, "success")
        before = _state(order)
        answer = _notify(till.name, body, {"X-Probe-Signature": "0" * 64})
        must(answer.status_code == 400, "a forged notification was taken")
        must(_state(order) == before, "a forged notification changed an order")
        till.decide(reference, "success", more=-100)
        _notify(till.name, *till.notice(reference))
        must(_state(order) == before, "a payment of another amount settled an order")
        till.decide(reference, "success")
        genuine = till.notice(reference)
        _notify(till.name, *genuine)
        settled = _state(order)
        must(settled[0] == "Paid", "a genuine notification did not settle the order")
        till.decide(reference, "failure")
        _notify(till.name, *genuine)
        _notify(till.name, *till.notice(reference))
        must(_state(order) == settled, "a repeated or late notification changed an order")
    with everything():
        log = list(PaymentNotice.objects.order_by("-pk")[:6])
    forged = any(row.verdict == PaymentNotice.Verdict.FORGED for row in log)
    must(forged, "a forged notification is not in the log")
    must(any(row.came > 1 for row in log), "a repeated notification is not in the log")
    for wire in _real_wires():
        must(_refuses_forgery(wire, body), f"`{wire.name}` takes a forged notification")
    return Finding("kept", "forged, wrong and repeated ones change nothing; each is logged")


@probe(
    "shop.outside-payment",
    rule="recipients.payment_provider",
    title="pay in the shop itself, or have the provider told who buys what",
    says=("outside-payment", "never-sold"),
)
def outside_payment(ground: Ground) -> Finding:
    buyer = Guest()
    product = make_product()
    with open_till() as till:
        order = Shopper().order(product, buyer)
        bill = till.bills[reference_of(order)]
    told = f"{bill.order} {bill.key} {bill.return_url} {[line.title for line in bill.lines]}"
    for secret in (*buyer.delivery().values(), buyer.email, product.title):
        must(len(secret) < 6 or secret not in told, "the provider is told who buys what")
    must(bill.cents == int(order.total_incl_tax * 100), "the bill is not the order's total")
    return Finding("kept", "the card is typed elsewhere; told: number, amount and the way back")


@probe(
    "shop.payment-encrypted",
    rule="measures.payment_encryption",
    title="reach the provider without TLS, or find its references in the log",
    says=("payment-encrypted",),
)
def payment_encrypted(ground: Ground) -> Finding:
    at = urlsplit(settings.PAYMENTS["API"])
    local = at.hostname in LOCAL
    must(at.scheme == "https" or local, "the provider is reached without TLS")
    lines = _Lines()
    root = logging.getLogger()
    root.addHandler(lines)
    try:
        with open_till() as till:
            order = Shopper().bought(make_product(), Guest(), till)
            reference = reference_of(order)
            _notify(till.name, reference.encode(), {})
    finally:
        root.removeHandler(lines)
    written = " ".join(lines.found)
    must(reference not in written, "a reference of a payment stands in the log")
    where = "on this machine" if local else "under TLS"
    return Finding("kept", f"the provider is reached {where}; {len(lines.found)} log lines clean")


CARD = "4111 1111 1111 1111"


@probe(
    "shop.no-card",
    rule="refuse.card.number",
    title="leave a full card number with the shop",
    says=("no-card",),
)
def no_card(ground: Ground) -> Finding:
    buyer = Guest()
    with open_till():
        shopper = Shopper()
        shopper.fill_basket(make_product())
        shopper.say_who(buyer.email)
        doors = {
            reverse("checkout:shipping-address"): {**buyer.delivery(), "notes": f"my card {CARD}"},
            reverse("checkout:index"): {"email": f"{CARD.replace(' ', '')}@post.example"},
            reverse("customer:register"): {**buyer.registration(), "line2": CARD},
            "/search/": {"q": CARD},
        }
        for path, sent in doors.items():
            send = shopper.get if path == "/search/" else shopper.post
            answer = send(path, sent)
            must(answer.status_code == 422, f"`{path}` took a card number")
            must(CARD not in answer.content.decode(), f"`{path}` repeats a card number")
        page = shopper.text(reverse("checkout:shipping-address"))
    must("cc-" not in page and "cvc" not in page, "a page of the shop asks for a card")
    policy = _form_policy(shopper)
    allowed = {"'self'", settings.PROVIDER_URL}
    must(set(policy) <= allowed, f"forms may lead to {sorted(set(policy) - allowed)}")
    return Finding("kept", f"{len(doors)} doors refuse a card, and no page asks for one")


def _form_policy(shopper: Shopper) -> list[str]:
    header = shopper.get("/").headers.get("Content-Security-Policy", "")
    parts = [part.split() for part in header.split(";") if part.strip()]
    return next((part[1:] for part in parts if part[0] == "form-action"), ["anywhere"])


def _paid_in(till: Till, currency: str) -> Any:
    shopper = Shopper()
    order = shopper.order(make_product(), Guest())
    till.decide(reference_of(order), "success", currency=currency)
    shopper.get(reverse("checkout:return", args=[order.number]))
    return fresh(order)


def _real_wires() -> tuple[StripeCheckout | ConnectCheckout, ...]:
    """The shop's two ways to a provider, with throw-away keys; neither is asked anything."""
    key, at = secrets.token_hex(16), "https://till.example"
    return (
        StripeCheckout(api=at, api_key=key, webhook_secret=key),
        ConnectCheckout(
            api=at,
            merchant="probe",
            key_id=key,
            secret=key,
            webhook_key_id=key,
            webhook_secret=key,
            integrator="probe",
        ),
    )


def _refuses_forgery(wire: StripeCheckout | ConnectCheckout, body: bytes) -> bool:
    for headers in ({}, {"Stripe-Signature": "t=1,v1=0", "X-GCS-Signature": "0"}):
        try:
            wire.read_notice(body, headers)
        except ForgedNotice:
            continue
        return False
    return True


def _state(order: Model) -> tuple[Any, ...]:
    now = fresh(order)
    with everything():
        payments = list(now.payments.order_by("pk").values_list("outcome", "cents", "payment"))
        refunds = Refund.objects.filter(payment__order=now).count()
    return now.status, payments, refunds


def _notify(wire: str, body: bytes, headers: dict[str, str]) -> Any:
    return Shopper().post(
        reverse("settlement:notice", args=[wire]),
        data=body,
        content_type="application/json",
        headers=headers,
    )


class _Lines(logging.Handler):
    """Collects what is logged."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(record.getMessage())
