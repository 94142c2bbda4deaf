"""How many things lie in the visitor's basket, without loading the basket."""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import Sum
from django.http import HttpRequest
from django.utils.functional import empty
from oscar.core.loading import get_model

from upheld.context import purpose


@purpose("own")  # the visitor's own, whatever the page around it is for
def basket_count(request: HttpRequest) -> int:
    """Return the number of items in the open basket; at most one query, none without a basket."""
    basket = getattr(request, "basket", None)
    if basket is None:
        return 0
    if getattr(basket, "_wrapped", None) is not empty:
        return int(basket.num_items)  # the page has loaded the whole basket anyway
    lines = get_model("basket", "Line").objects.filter(basket__status="Open")
    if request.user.is_authenticated:
        lines = lines.filter(basket__owner=request.user)
    else:
        cookie = request.COOKIES.get(settings.OSCAR_BASKET_COOKIE_OPEN)
        if cookie is None:
            return 0
        try:
            lines = lines.filter(basket_id=Signer().unsign(cookie), basket__owner=None)
        except BadSignature:
            return 0
    return lines.aggregate(items=Sum("quantity"))["items"] or 0
