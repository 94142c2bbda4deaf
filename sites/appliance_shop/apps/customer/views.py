"""The account's front page, signing in and registering."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import FormView, TemplateView
from oscar.apps.customer import views
from oscar.apps.customer.alerts.views import ProductAlertListView

from sites.appliance_shop.members.forms import RegistrationForm
from sites.appliance_shop.members.joining import Joining, join
from sites.appliance_shop.members.signing_in import SignInForm

BACKEND = "oscar.apps.customer.auth_backends.EmailBackend"


class Overview(TemplateView):
    """Where a member finds everything about the account."""

    template_name = "shop/account/overview.html"


class Waiting(ProductAlertListView):  # type: ignore[misc] # Oscar ships no types
    """The products a member asked to hear about. Oscar lists cancelled requests as well."""

    page_title = "Back-in-stock mails"

    def get_queryset(self) -> QuerySet[Any]:
        waiting: QuerySet[Any] = super().get_queryset()
        return waiting.filter(status=ProductAlertListView.model.ACTIVE)


class SignIn(views.AccountAuthView):  # type: ignore[misc] # Oscar ships no types
    """The sign-in form. Registering has its own page, so this one never makes an account."""

    template_name = "shop/account/sign_in.html"
    login_form_class = SignInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("registration_form", None)
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["next"] = self.request.GET.get("next", "")
        return context

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = self.validate_login_form()
        return answer

    def get_login_success_url(self, form: Any) -> str:
        wanted = form.cleaned_data["redirect_url"]
        if wanted:
            return str(wanted)
        return resolve_url("desk:home" if self.request.user.is_staff else "customer:summary")


class Register(FormView):  # type: ignore[type-arg] # not generic at run time
    """Becoming a member: the mandatory data, then on to where they were, or to the preferences."""

    template_name = "shop/account/register.html"
    form_class = RegistrationForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect(settings.LOGIN_REDIRECT_URL)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(next=self._wanted(), **kwargs)

    def form_valid(self, form: RegistrationForm) -> HttpResponse:
        given = form.cleaned_data
        user = join(
            Joining(
                first_name=given["first_name"],
                last_name=given["last_name"],
                email=given["email"],
                mobile=given["mobile"],
                line1=given["line1"],
                line2=given["line2"],
                city=given["city"],
                state=given["state"],
                postcode=given["postcode"],
                password=given["password1"],
            )
        )
        login(self.request, user, backend=BACKEND)
        messages.success(self.request, "Your account is ready. Welcome to Hearth & Hob.")
        return HttpResponseRedirect(self._wanted() or resolve_url("preferences"))

    def _wanted(self) -> str:
        wanted = self.request.POST.get("next") or self.request.GET.get("next") or ""
        allowed = url_has_allowed_host_and_scheme(wanted, self.request.get_host())
        return wanted if allowed else ""
