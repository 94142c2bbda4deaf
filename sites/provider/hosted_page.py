"""The page where people type their card: `/pay/<id>/`. It works without JavaScript."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import parse_qs, urlsplit

from sites.provider import cards
from sites.provider.exchange import Answer, Request
from sites.provider.ledger import Checkout, Refusal
from sites.provider.till import Till

_FOLDER = Path(__file__).with_name("pages")
_PATH = re.compile(r"/pay/([A-Za-z0-9_-]+)/(leave/|code/)?")
_CLOSED = {
    "paid": ("This is paid", "The money was taken once. You can go back to the shop."),
    "expired": ("This page has closed", "No money was taken. The shop can open a new page."),
    "cancelled": ("This payment was cancelled", "No money was taken."),
}


def answer(till: Till, request: Request) -> Answer | None:
    """Answer for the hosted pages and their style sheet, None for other paths."""
    if request.path == "/assets/page.css":
        return Answer(200, (_FOLDER / "page.css").read_bytes(), "text/css; charset=utf-8")
    found = _PATH.fullmatch(request.path)
    if found is None:
        return None
    try:
        checkout = till.ledger.checkout(None, found[1])
    except Refusal:
        return Answer(404, b"no such payment page", "text/plain")
    if found[1] != checkout.id:  # a payment's id is not the key to its page
        return Answer(404, b"no such payment page", "text/plain")
    if request.method == "POST":
        return _post(till, checkout, found[2] or "", request.body)
    if checkout.state != "open":
        return _closed(till, checkout)
    return _page(till, checkout, _code(checkout) if checkout.challenged else _form(checkout))


def _post(till: Till, checkout: Checkout, step: str, body: bytes) -> Answer:
    form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    if step == "leave/":
        if checkout.wire == "connect":  # this wire knows one way back: the page is given up
            till.cancel(checkout, expired=False)
        return _away(till, checkout)
    if checkout.state != "open":
        return _closed(till, checkout)
    if step == "code/":
        if till.confirm(checkout, form.get("code", "")):
            return _away(till, checkout)
        return _refused(till, checkout, cards.Answer("declined", "The bank declined this card."))
    answer = till.pay(
        checkout, form.get("number", ""), form.get("expiry", ""), form.get("code", "")
    )
    if answer.verdict == "approved":
        return _away(till, checkout)
    if answer.verdict == "challenge":
        return _page(till, checkout, _code(checkout))
    return _refused(till, checkout, answer)


def _refused(till: Till, checkout: Checkout, answer: cards.Answer) -> Answer:
    checkout = till.ledger.checkout(None, checkout.id)
    if checkout.state != "open":
        return _closed(till, checkout)
    status = 422 if answer.verdict == "invalid" else 402
    return _page(till, checkout, _form(checkout, answer), status)


def _away(till: Till, checkout: Checkout) -> Answer:
    back = till.back_to_shop(till.ledger.checkout(None, checkout.id))
    return Answer(303, headers=(("Location", back),))


def _closed(till: Till, checkout: Checkout) -> Answer:
    heading, words = _CLOSED[checkout.state]
    back = escape(till.back_to_shop(checkout))
    body = _fill("closed.html", heading=heading, words=words, back=back)
    return _page(till, checkout, body, 200 if checkout.state == "paid" else 410)


def _code(checkout: Checkout) -> str:
    return _fill("code.html", id=checkout.id, sum=_dollars(checkout.cents))


def _form(checkout: Checkout, answer: cards.Answer | None = None) -> str:
    tries = "".join(
        f"<tr><td>{number}</td><td>{escape(what)}</td></tr>" for number, what in cards.TEST_CARDS
    )
    fault = answer.field if answer else ""
    marks = {
        f"{name}_at_fault": ' aria-invalid="true" aria-describedby="problem"'
        if name == fault
        else ""
        for name in ("number", "expiry", "code")
    }
    message = escape(answer.message) if answer else ""
    problem = f'<p class="problem" id="problem" role="alert">{message}</p>' if answer else ""
    return _fill(
        "form.html", id=checkout.id, sum=_dollars(checkout.cents), tries=tries,
        problem=problem, **marks,
    )  # fmt: skip


def _page(till: Till, checkout: Checkout, body: str, status: int = 200) -> Answer:
    lines = "".join(
        f"<tr><td>{escape(title)}{f' × {quantity}' if quantity > 1 else ''}</td>"
        f"<td>{_dollars(quantity * cents)}</td></tr>"
        for title, quantity, cents in checkout.lines
    )
    html = _fill(
        "page.html", title=f"Pay {_dollars(checkout.cents)}", sum=_dollars(checkout.cents),
        order=escape(checkout.shop_order), lines=lines, body=body,
    )  # fmt: skip
    # A form's redirect must be named too, or the browser stops the way back to the shop.
    shops = {"{0.scheme}://{0.netloc}".format(urlsplit(checkout.return_url))}
    policy = (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {' '.join(sorted(shops))}"
    )
    return Answer(
        status,
        html.encode(),
        headers=(
            ("Content-Security-Policy", policy),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
        ),
    )


def _fill(name: str, **values: str) -> str:
    return Template((_FOLDER / name).read_text()).substitute(values)


def _dollars(cents: int) -> str:
    return f"${cents // 100:,}.{cents % 100:02d}"
