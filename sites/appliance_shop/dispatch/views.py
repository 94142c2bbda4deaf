"""The dispatch desk: names and addresses of open orders, and of no others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from oscar.core.loading import get_model

from sites.appliance_shop.apps.shipping.methods import Express, Standard
from sites.appliance_shop.desk.finding import asked, by_name, by_number, by_phone
from sites.appliance_shop.dispatch.forms import LabelForm
from sites.appliance_shop.dispatch.sending import CannotSend, Label, send_out
from sites.appliance_shop.orders.moving import WrongState
from sites.appliance_shop.orders.status import OPEN
from sites.frame.staff.posts import holds

PAGE = 25
_DAYS = {Express.code: Express.days, Standard.code: Standard.days}


def _open_orders() -> Any:
    orders = get_model("order", "Order").objects.filter(status__in=OPEN)
    return orders.select_related("shipping_address__country")


@holds("dispatch")
def open_orders(request: HttpRequest) -> HttpResponse:
    """Orders that are paid and wait for a parcel, oldest first; `q` narrows them."""
    wanted = asked(request)
    orders = _open_orders().prefetch_related("lines").order_by("date_placed")
    if wanted:
        orders = orders.filter(by_number(wanted, "") | by_name(wanted, "") | by_phone(wanted, ""))
    page = Paginator(orders, PAGE).get_page(request.GET.get("page"))
    return render(request, "dispatch/list.html", {"page": page, "wanted": wanted})


@holds("dispatch")
def one_order(request: HttpRequest, number: str) -> HttpResponse:
    """One open order: address, goods, and the form that sends it."""
    order = _open_orders().filter(number=number).first()
    if order is None:
        raise Http404("no open order with this number")
    form = LabelForm(request.POST or None, initial=_expected(order.shipping_code))
    lacking: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            send_out(order, Label(**form.cleaned_data))
        except CannotSend as refusal:
            lacking = refusal.items
        except WrongState:
            messages.warning(request, f"Order {number} is no longer open.")
            return redirect("dispatch:list")
        else:
            messages.success(request, f"Order {number} is sent; the buyer has a mail.")
            return redirect("dispatch:list")
    context = {"order": order, "lines": order.lines.all(), "form": form, "lacking": lacking}
    return render(request, "dispatch/order.html", context, status=409 if lacking else 200)


def _expected(method: str) -> dict[str, Any]:
    first, last = _DAYS.get(method, Standard.days)
    return {"expected_from": _workday(first), "expected_to": _workday(last)}


def _workday(count: int) -> Any:
    day = timezone.localdate()
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day
