"""Paying later: a member's unpaid order leads to the provider's page again."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.views.decorators.http import require_POST
from oscar.core.loading import get_model

from sites.appliance_shop.apps.checkout.paying import AWAY
from sites.appliance_shop.apps.checkout.steps import LAST
from sites.appliance_shop.settlement.paying import NotPayable, hosted_page
from sites.payments.seam import PaymentError


@login_required
@require_POST
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """Lead to the provider's page of an order that still waits for its payment."""
    orders = get_model("order", "Order").objects.filter(user=request.user)
    order = orders.filter(number=number).first()
    if order is None:
        raise Http404
    request.session[LAST] = order.number
    try:
        return HttpResponseRedirect(hosted_page(order))
    except NotPayable:
        return redirect("orders:detail", number)
    except PaymentError:
        messages.error(request, AWAY)
        return redirect("orders:detail", number)
