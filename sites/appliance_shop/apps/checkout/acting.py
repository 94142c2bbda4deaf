"""Every checkout page acts for one person: the member signed in, or the guest by e-mail."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from oscar.apps.checkout.utils import CheckoutSessionData

from sites.appliance_shop.orders.guests import guest_subject
from upheld.context import acting_for


class ForTheBuyer:
    """View mixin, leftmost: enters the guest's subject and renders before it leaves it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        email = None
        if not request.user.is_authenticated:
            email = CheckoutSessionData(request).get_guest_email()
        if not email:
            return self._rendered(request, *args, **kwargs)
        with acting_for(guest_subject(email)):
            return self._rendered(request, *args, **kwargs)

    def _rendered(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: Any = super().dispatch(request, *args, **kwargs)  # type: ignore[misc] # a mixin
        if getattr(response, "is_rendered", True) is False:
            response.render()
        return response
