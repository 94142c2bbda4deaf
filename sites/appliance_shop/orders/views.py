"""Order pages for buyers: history, one order, a guest's order, its delivery details.

All run under the purpose `own`: the guard adds the buyer's rows to every query.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from oscar.core.loading import get_model

from sites.appliance_shop.orders import guests
from sites.appliance_shop.orders.forms import DetailsForm
from sites.appliance_shop.orders.status import DISPATCHED, OPEN, PENDING
from upheld.context import purpose

PAGE = 20


@login_required
def order_list(request: HttpRequest) -> HttpResponse:
    """The member's orders, newest first."""
    orders = _orders().filter(user=request.user).prefetch_related("lines").order_by("-date_placed")
    page = Paginator(orders, PAGE).get_page(request.GET.get("page"))
    return render(request, "orders/list.html", {"page": page})


@login_required
def order_detail(request: HttpRequest, number: str) -> HttpResponse:
    """One order of the member."""
    return _page(request, _member_order(request, number), None)


@login_required
def order_details_form(request: HttpRequest, number: str) -> HttpResponse:
    """Correct or complete the delivery details of an order that is not sent yet."""
    return _edit(request, _member_order(request, number), None)


def guest_order(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """One order of a guest, for whoever holds the link from the mail."""
    with guest_behind(number, key):
        return _page(request, _guest_order(number), key)


def guest_details_form(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """The same as `order_details_form`, for a guest."""
    with guest_behind(number, key):
        return _edit(request, _guest_order(number), key)


@contextmanager
def guest_behind(number: str, key: str) -> Iterator[None]:
    """Act for the guest whose order link this is. Raises `Http404` for any other link."""
    behind = guests.subject_behind(number) if guests.opens(number, key) else None
    if behind is None:
        raise Http404
    with purpose("own", subject=behind[1]):
        yield


def _orders() -> Any:
    orders = get_model("order", "Order").objects
    return orders.select_related("shipping_address__country", "parcel")


def _member_order(request: HttpRequest, number: str) -> Any:
    order = _orders().filter(user=request.user, number=number).first()
    if order is None:
        raise Http404
    return order


def _guest_order(number: str) -> Any:
    order = _orders().filter(user=None, number=number).first()
    if order is None:
        raise Http404
    return order


def _page(request: HttpRequest, order: Any, key: str | None) -> HttpResponse:
    returns = list(order.returns.prefetch_related("lines__line"))
    payments = list(order.payments.prefetch_related("refunds"))
    context = {
        "order": order,
        "lines": list(order.lines.select_related("product")),
        "parcel": getattr(order, "parcel", None),
        "payments": [p for p in payments if p.outcome == "success"],
        "returns": returns,
        "can_return": order.status == DISPATCHED and not any(r.closed_at is None for r in returns),
        "can_edit": order.status in (*OPEN, PENDING),
        "can_pay": order.status == PENDING,
        "key": key,
    }
    return render(request, "orders/detail.html", context)


def _edit(request: HttpRequest, order: Any, key: str | None) -> HttpResponse:
    back = _path("detail", order.number, key)
    if order.status not in (*OPEN, PENDING) or order.shipping_address is None:
        messages.info(request, "This order has left the house: its details stay as they are.")
        return redirect(back)
    form = DetailsForm(request.POST or None, instance=order.shipping_address)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "The delivery details of this order are changed.")
        return redirect(back)
    return render(request, "orders/details_form.html", {"order": order, "form": form, "back": back})


def _path(page: str, number: str, key: str | None) -> str:
    names = {"detail": "guest", "details": "guest-details"}
    if key is None:
        return reverse(f"orders:{page}", args=[number])
    return reverse(f"orders:{names[page]}", args=[number, key])
