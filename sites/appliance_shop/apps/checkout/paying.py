"""From the review page to the provider and back."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.generic import View
from oscar.apps.checkout.exceptions import FailedPreCondition
from oscar.apps.checkout.utils import CheckoutSessionData
from oscar.core.loading import get_model

from sites.appliance_shop.apps.checkout.acting import ForTheBuyer
from sites.appliance_shop.apps.checkout.steps import LAST, Review, Step
from sites.appliance_shop.orders import placing, stock
from sites.appliance_shop.orders.status import CANCELLED, PENDING
from sites.appliance_shop.settlement.paying import NotPayable, hosted_page
from sites.appliance_shop.settlement.settle import SETTLER, look_again
from sites.appliance_shop.settlement.sweep import give_up
from sites.payments.chosen import provider
from sites.payments.seam import PaymentError
from upheld.context import purpose

AWAY = "The payment page cannot be reached just now. Nothing was taken; please try again."
logger = logging.getLogger("sites.checkout")


class Pay(Step, View):
    """Places the order, then leads to the provider's page. Pressing it again is harmless."""

    http_method_names = ["post"]
    pre_conditions: list[str] = []  # checked when the order is not placed yet

    def post(self, request: HttpRequest) -> HttpResponse:
        number = self.checkout_session.get_order_number()
        order = _own_order(number)
        if order is None:
            try:
                order = self._place(number)
            except FailedPreCondition as failed:
                for message in failed.messages:
                    messages.warning(request, message)
                return HttpResponseRedirect(failed.url)
            except stock.SoldOut as sold_out:
                messages.error(request, f"{sold_out.title} is sold out. Please change your basket.")
                return redirect("basket:summary")
            except placing.BasketGone:
                return redirect("checkout:unpaid" if LAST in request.session else "basket:summary")
            if order is None:
                return redirect("checkout:preview")
        request.session[LAST] = order.number
        return _to_provider(request, order)

    def _place(self, number: str | None) -> Any | None:
        request = self.request
        for condition in Review.pre_conditions:
            getattr(self, condition)(request)
        if not number:
            return None
        submission = self.build_submission()
        if request.POST.get("total") != str(submission["order_total"].incl_tax):
            messages.warning(request, "Your basket has changed. Please look at the total again.")
            return None
        order = placing.place(
            placing.Wanted(
                number=number,
                basket=request.basket,
                address=submission["shipping_address"],
                method=submission["shipping_method"],
                charge=submission["shipping_charge"],
                total=submission["order_total"],
                user=request.user if request.user.is_authenticated else None,
                email=submission["order_kwargs"].get("guest_email") or "",
            ),
            provider().name,
            request,
        )
        if request.user.is_authenticated and self.checkout_session._get("shipping", "keep"):
            _keep_address(request.user, submission["shipping_address"])
        return order


class Return(ForTheBuyer, View):
    """Where the provider sends the browser. What the address says is not believed: the
    provider is asked, and the answer settled, whoever comes here."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        with purpose("settlement", actor=SETTLER, subject=None):
            order = get_model("order", "Order").objects.filter(number=number).first()
            payment = order and order.payments.order_by("-attempt").first()
            if payment is None:
                raise Http404
            try:
                look_again(payment)
            except PaymentError:
                logger.warning("payment %s: the provider cannot be asked now", payment.pk)
            payment.refresh_from_db()
        if request.session.get(LAST) != number:  # not this browser's order: show nothing of it
            return redirect("home")
        return redirect("checkout:unpaid" if payment.outcome != "success" else "checkout:thank-you")


class Unpaid(ForTheBuyer, View):
    """The order waits for its payment: try again, or give it up."""

    def get(self, request: HttpRequest) -> HttpResponse:
        order = _last(request)
        if order.status not in (PENDING, CANCELLED):
            return redirect("checkout:thank-you")
        return render(request, "checkout/unpaid.html", {"order": order})

    def post(self, request: HttpRequest) -> HttpResponse:
        order = _last(request)
        if "give_up" not in request.POST:
            return _to_provider(request, order)
        try:
            given_up = give_up(order)
        except PaymentError:
            messages.error(request, AWAY)
            return redirect("checkout:unpaid")
        if not given_up:
            return redirect("checkout:unpaid")
        _refill_basket(request, order)
        _forget(request)
        messages.info(request, f"Order {order.number} is cancelled. Nothing was charged.")
        return redirect("basket:summary")


class ThankYou(ForTheBuyer, View):
    """The order is paid: what was bought, where it goes, what comes next."""

    def get(self, request: HttpRequest) -> HttpResponse:
        order = _last(request)
        if order.status in (PENDING, CANCELLED):
            return redirect("checkout:unpaid")
        page = render(
            request, "checkout/thank_you.html", {"order": order, "lines": order.lines.all()}
        )
        email = CheckoutSessionData(request).get_guest_email()
        _forget(request, keep_email=email)
        return page


def _to_provider(request: HttpRequest, order: Any) -> HttpResponse:
    try:
        return HttpResponseRedirect(hosted_page(order))
    except NotPayable:
        return redirect("checkout:unpaid")
    except PaymentError:
        messages.error(request, AWAY)
        return redirect("checkout:unpaid")


def _own_order(number: str | None) -> Any | None:
    """Return the buyer's order; the guard's row filter makes it the buyer's own."""
    if not number:
        return None
    orders = get_model("order", "Order").objects.select_related("shipping_address__country")
    return orders.filter(number=number).first()


def _last(request: HttpRequest) -> Any:
    order = _own_order(request.session.get(LAST))
    if order is None:
        raise Http404
    return order


def _forget(request: HttpRequest, keep_email: str | None = None) -> None:
    """Empty the checkout's part of the session; a guest's e-mail stays to see the order."""
    session = CheckoutSessionData(request)
    session.flush()
    if keep_email:
        session.set_guest_email(keep_email)
    request.session.modified = True


def _refill_basket(request: Any, order: Any) -> None:
    """Put a cancelled order's goods back into the basket."""
    for line in order.lines.select_related("product"):
        if line.product is not None:
            request.basket.add_product(line.product, line.quantity)


def _keep_address(user: Any, address: Any) -> None:
    """Add the address to the member's address book, unless it stands there already."""
    model = get_model("address", "UserAddress")
    kept = model(user=user)
    address.populate_alternative_model(kept)
    known = model.objects.filter(user=user).select_related("country")
    if all(other.summary != kept.summary for other in known):
        kept.save()
