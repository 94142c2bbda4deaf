"""Mails that an order causes, and what each desk of the staff can reach."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.template.defaultfilters import date as in_words
from django.urls import reverse

from sites.appliance_shop.aftersales.models import ReturnCase
from sites.appliance_shop.desk.views import DESKS
from sites.appliance_shop.probes.shopper import Shopper, deliver_mail, order_page
from sites.appliance_shop.probes.stage import (
    Guest,
    everything,
    fresh,
    make_clerk,
    make_member,
    make_product,
)
from sites.appliance_shop.probes.till import open_till
from sites.appliance_shop.settlement.models import Refund
from sites.appliance_shop.settlement.refunds import carry_out
from upheld.proving.outbox import caught
from upheld.proving.registry import Finding, Ground, must, probe

TRACKING = "PROBE-7741-22"


@probe(
    "shop.tracking-mail",
    rule="mail.service",
    title="send a parcel without mailing its number and days to the address left",
    says=("tracking-mail", "delivery"),
)
def tracking_mail(ground: Ground) -> Finding:
    for member in (True, False):
        user, guest = make_member() if member else (None, Guest())
        with open_till() as till:
            order = Shopper(user).bought(make_product(), guest, till)
        desk = Shopper(make_clerk("dispatch"))
        place = reverse("dispatch:order", args=[order.number])
        page = desk.text(place)
        must(guest.line1 in page and guest.last_name in page, "dispatch does not see where to")
        label = _label()
        desk.post(place, label | {"tracking_number": ""})
        desk.post(place, label | {"expected_to": ""})
        must(fresh(order).status == "Paid", "a parcel left without a number or days")
        desk.post(place, label)
        must(fresh(order).status == "Dispatched", "a complete label was refused")
        deliver_mail(order)
        mail = caught()[-1]
        must(mail.to == [guest.email], "the mail goes to another address than the one left")
        for words in (TRACKING, _day(label["expected_from"]), _day(label["expected_to"])):
            must(words in str(mail.body), f"the mail does not say `{words}`")
    return Finding("kept", "a member's and a guest's mail name number, first and last day")


@probe(
    "shop.returns-mail",
    rule="mail.service",
    title="move a return or a refund along without a mail to the registered address",
    says=("returns-mail", "returns"),
)
def returns_mail(ground: Ground) -> Finding:
    user, guest = make_member()
    with open_till() as till:
        order = Shopper(user).bought(make_product(), guest, till)
        send_parcel(order)
        case = _ask_to_return(user, order)
        deliver_mail(order)
        desk, place = Shopper(make_clerk("after_sales")), reverse("aftersales:case", args=[case])
        for step, words in (
            ("accept", "is confirmed"),
            ("receive", "has arrived"),
            ("refund", "refund"),
        ):
            sent = len(caught())
            answer = desk.post(place, {step: "1", "amount": "49.00"})
            must(answer.status_code == 302, f"the desk cannot {step}")
            for refund in _open_refunds(order):
                carry_out(refund)
            deliver_mail(order)
            new = caught()[sent:]
            must(new, f"nobody was written to after {step}")
            must(all(mail.to == [guest.email] for mail in new), "a mail went elsewhere")
            must(any(words in mail.subject for mail in new), f"no mail says `{words}`")
        must(till.refunded and till.refunded[0][1] == 4900, "the provider was asked for nothing")
    return Finding("kept", "confirmed, arrived and refunded: a mail each, to the address we know")


@probe(
    "shop.posts",
    rule="posts.dispatch",
    title="open a desk without its post",
    says=("posts",),
)
def posts(ground: Ground) -> Finding:
    user, guest = make_member()
    with open_till() as till:
        order = Shopper(user).bought(make_product(), guest, till)
        sent = Shopper(user).bought(make_product(), guest, till)
    send_parcel(sent)
    case = _ask_to_return(user, sent)
    doors = [(post, reverse(route)) for post, route, _, _ in DESKS]
    doors += [
        ("dispatch", reverse("dispatch:order", args=[order.number])),
        ("after_sales", reverse("aftersales:case", args=[case])),
        ("catalogue", reverse("stockroom:product", args=[make_product().pk])),
    ]
    tried = 0
    for post in ground.active.policy.posts:
        desk = Shopper(make_clerk(post))
        desk.show_factor()  # so that nothing but the post is missing
        for needed, path in doors:
            tried += 1
            expected = 200 if post == needed else 403
            answer = desk.get(path).status_code
            must(answer == expected, f"`{post}` at `{path}` answers {answer}")
    for outsider, expected in (
        (Shopper(user), 403),
        (Shopper(), 302),
        (Shopper(make_clerk()), 403),
    ):
        for _, path in doors:
            tried += 1
            must(outsider.get(path).status_code == expected, f"an outsider opened `{path}`")
    return Finding("kept", f"{tried} doors tried: each opens to its own post alone")


@probe(
    "shop.layers",
    rule="measures.layered_rights",
    title="see more at a desk than its post needs, or a case that is closed",
    says=("layers", "posts"),
)
def layers(ground: Ground) -> Finding:
    user, guest = make_member()
    with open_till() as till:
        order = Shopper(user).bought(make_product(), guest, till)
    dispatch, aftersales = Shopper(make_clerk("dispatch")), Shopper(make_clerk("after_sales"))
    place = reverse("dispatch:order", args=[order.number])
    page = dispatch.text(place) + dispatch.text(reverse("dispatch:list"))
    must(guest.email not in page, "dispatch sees the e-mail address")
    send_parcel(order)
    must(dispatch.get(place).status_code == 404, "dispatch sees an order that has left")
    must(order.number not in dispatch.text(reverse("dispatch:list")), "a closed order is listed")
    case = reverse("aftersales:case", args=[_ask_to_return(user, order)])
    page = aftersales.text(case) + aftersales.text(reverse("aftersales:list"))
    for hidden in (guest.line1, guest.line4, guest.phone_number[2:]):
        must(hidden not in page, "after-sales sees where the buyer lives or telephones")
    own = order_page(order)
    for clerk in (dispatch, aftersales):
        must(clerk.get(own).status_code == 404, "a clerk opened a buyer's own page")
    return Finding("kept", "each desk shows its own columns, of open orders and cases only")


def _label() -> dict[str, str]:
    first = date.today() + timedelta(days=3)
    return {
        "carrier": "Northway Parcels",
        "tracking_number": TRACKING,
        "expected_from": first.isoformat(),
        "expected_to": (first + timedelta(days=2)).isoformat(),
    }


def _day(iso: str) -> str:
    return in_words(date.fromisoformat(iso), "l, j F Y")


def send_parcel(order: Any) -> None:
    """Let the dispatch desk send a paid order, and its mail go out."""
    desk = Shopper(make_clerk("dispatch"))
    desk.post(reverse("dispatch:order", args=[order.number]), _label())
    must(fresh(order).status == "Dispatched", "an order could not be sent")
    deliver_mail(order)


def _ask_to_return(user: Any, order: Any) -> int:
    with everything():
        line = order.lines.get()
    sent = {f"line-{line.pk}": "1", "reason": "faulty", "words": "It hums."}
    answer = Shopper(user).post(reverse("returns:ask", args=[order.number]), sent)
    must(answer.status_code == 302, "a return could not be asked for")
    with everything():
        return int(ReturnCase.objects.get(order=order).pk)


def _open_refunds(order: Any) -> list[int]:
    with everything():
        waiting = Refund.objects.filter(payment__order=order, outcome="open")
        return list(waiting.values_list("pk", flat=True))
