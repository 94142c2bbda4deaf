"""The four steps before paying: who, where to, how, review."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.views.generic import FormView, TemplateView
from oscar.apps.checkout.exceptions import FailedPreCondition
from oscar.apps.checkout.session import CheckoutSessionMixin
from oscar.core.loading import get_class, get_model

from sites.appliance_shop.apps.checkout.acting import ForTheBuyer
from sites.appliance_shop.apps.checkout.forms import DeliveryForm, GuestForm, MethodForm, complete
from sites.appliance_shop.orders.numbers import new_number
from sites.appliance_shop.orders.status import PENDING

LAST = "checkout_last_order"
"""Session key: number of the order placed last, so that its buyer sees how it went."""
STEPS = (
    ("checkout:index", "You"),
    ("checkout:shipping-address", "Delivery"),
    ("checkout:shipping-method", "Method"),
    ("checkout:preview", "Review and pay"),
)


class Step(ForTheBuyer, CheckoutSessionMixin):  # type: ignore[misc] # Oscar ships no types
    """What the steps share: the basket must be in order, the step bar is shown."""

    request: Any  # with the basket that Oscar's middleware adds
    here = ""
    pre_conditions = [
        "check_no_order_waits",
        "check_basket_is_not_empty",
        "check_basket_is_valid",
    ]

    def check_no_order_waits(self, request: Any) -> None:
        """An order placed from this session whose answer never reached the browser."""
        number = self.checkout_session.get_order_number()
        if not number or not request.basket.is_empty:
            return
        if get_model("order", "Order").objects.filter(number=number, status=PENDING).exists():
            request.session[LAST] = number
            raise FailedPreCondition(url=reverse("checkout:unpaid"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        now = [name for name, _ in STEPS].index(self.here)
        context["steps"] = [
            {"url": reverse(name), "title": title, "done": at < now, "here": at == now}
            for at, (name, title) in enumerate(STEPS)
        ]
        return context


class Who(Step, FormView):  # type: ignore[type-arg] # not generic at run time
    """A guest gives an e-mail address; a member signs in or goes straight on.

    Whether an address belongs to a member is not told here: a guest may use any.
    """

    here = "checkout:index"
    template_name = "checkout/who.html"
    form_class = GuestForm
    success_url = reverse_lazy("checkout:shipping-address")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("checkout:shipping-address")
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        email = self.checkout_session.get_guest_email() or ""
        return {"email": email, "email_again": email}

    def form_valid(self, form: GuestForm) -> HttpResponse:
        self.checkout_session.set_guest_email(form.cleaned_data["email"].strip().lower())
        return HttpResponseRedirect(self.get_success_url())


class Where(Step, FormView):  # type: ignore[type-arg] # not generic at run time
    """Full legal name, delivery address, mobile number; members may pick a saved address."""

    here = "checkout:shipping-address"
    template_name = "checkout/where.html"
    form_class = DeliveryForm
    success_url = reverse_lazy("checkout:shipping-method")
    pre_conditions = [*Step.pre_conditions, "check_user_email_is_captured"]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"member": self.request.user.is_authenticated}

    def get_initial(self) -> dict[str, Any]:
        given = dict(self.checkout_session.new_shipping_address_fields() or {})
        if given:
            given["country"] = given.pop("country_id", None)
            return given
        user = self.request.user
        if not user.is_authenticated:
            return {}
        profile = getattr(user, "member_profile", None)
        return {
            "first_name": user.first_name,
            "last_name": user.last_name,
            "phone_number": profile.mobile if profile else "",
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["saved"] = [(address, complete(address)) for address in self._saved()]
        context["chosen"] = self.checkout_session.shipping_user_address_id()
        return context

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "address_id" not in request.POST:
            return super().post(request, *args, **kwargs)
        for address in self._saved():
            if str(address.pk) == request.POST["address_id"] and complete(address):
                self.checkout_session.ship_to_user_address(address)
                return HttpResponseRedirect(self.get_success_url())
        return redirect("checkout:shipping-address")

    def form_valid(self, form: DeliveryForm) -> HttpResponse:
        session = self.checkout_session
        method = session.shipping_method_code(self.request.basket)
        session.reset_shipping_data()
        fields = {k: v for k, v in vars(form.instance).items() if not k.startswith("_")}
        session.ship_to_new_address(fields)
        if method:
            session.use_shipping_method(method)
        session._set("shipping", "keep", bool(form.cleaned_data.get("keep")))
        return HttpResponseRedirect(self.get_success_url())

    def _saved(self) -> Any:
        if not self.request.user.is_authenticated:
            return []
        addresses = get_model("address", "UserAddress").objects.filter(
            user=self.request.user, country__is_shipping_country=True
        )
        return addresses.select_related("country").order_by("-is_default_for_shipping", "pk")


class How(Step, FormView):  # type: ignore[type-arg] # not generic at run time
    """The delivery method, with its price in US dollars."""

    here = "checkout:shipping-method"
    template_name = "checkout/how.html"
    form_class = MethodForm
    success_url = reverse_lazy("checkout:preview")
    pre_conditions = [
        *Step.pre_conditions,
        "check_user_email_is_captured",
        "check_address",
    ]

    def check_address(self, request: HttpRequest) -> None:
        self.check_a_valid_shipping_address_is_captured()

    def _methods(self) -> list[Any]:
        repository = get_class("shipping.repository", "Repository")()
        return list(repository.get_shipping_methods(self.request.basket, request=self.request))

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"methods": self._methods()}

    def get_initial(self) -> dict[str, Any]:
        chosen = self.checkout_session.shipping_method_code(self.request.basket)
        return {"method_code": chosen or self._methods()[0].code}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        basket = self.request.basket
        context["methods"] = [(method, method.calculate(basket)) for method in self._methods()]
        return context

    def form_valid(self, form: MethodForm) -> HttpResponse:
        self.checkout_session.use_shipping_method(form.cleaned_data["method_code"])
        return HttpResponseRedirect(self.get_success_url())


class Review(Step, TemplateView):
    """Everything once more, the policies, and the button that leads to the provider."""

    here = "checkout:preview"
    template_name = "checkout/review.html"
    pre_conditions = [
        *Step.pre_conditions,
        "check_user_email_is_captured",
        "check_shipping_data_is_captured",
    ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        # The number is chosen here, so that pressing "pay" twice is one order.
        if not self.checkout_session.get_order_number():
            self.checkout_session.set_order_number(new_number())
        context["lines"] = self.request.basket.all_lines()
        user = self.request.user
        guest = self.checkout_session.get_guest_email()
        context["mails_go_to"] = user.email if user.is_authenticated else guest
        return context
