"""The buyer's page: ask for a return. Runs under the purpose `own`."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from oscar.core.loading import get_model

from sites.appliance_shop.aftersales.asking import CannotReturn, ask, returnable
from sites.appliance_shop.aftersales.forms import ReturnForm
from sites.appliance_shop.orders.views import guest_behind


@login_required
def member_return(request: HttpRequest, number: str) -> HttpResponse:
    """A member asks."""
    return _page(
        request, _order(number, user=request.user), reverse("orders:detail", args=[number])
    )


def guest_return(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """A guest asks, by the link from the mail."""
    with guest_behind(number, key):
        back = reverse("orders:guest", args=[number, key])
        return _page(request, _order(number, user=None), back)


def _order(number: str, *, user: Any) -> Any:
    orders = get_model("order", "Order").objects.select_related("parcel")
    order = orders.filter(user=user, number=number).first()
    if order is None:
        raise Http404
    return order


def _page(request: HttpRequest, order: Any, back: str) -> HttpResponse:
    lines = list(order.lines.all())
    form = ReturnForm(request.POST or None, lines=lines, free=returnable(order))
    if request.method == "POST" and form.is_valid():
        try:
            ask(
                order,
                form.pieces(),
                reason=form.cleaned_data["reason"],
                words=form.cleaned_data["words"],
            )
        except CannotReturn as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "We have your request and answer by mail.")
            return redirect(back)
    return render(request, "aftersales/ask.html", {"order": order, "form": form, "back": back})
