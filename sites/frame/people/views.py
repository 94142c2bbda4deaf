"""Joining, signing in, the account's front page, the profile."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth import views as stock
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string

from sites.frame.brand import brand
from sites.frame.people.doors import desks_of, doors_of
from sites.frame.people.signing_in import SignInForm
from sites.frame.staff.posts import posts_of

BACKEND = "sites.frame.people.signing_in.ByEmail"
JOIN_FORM, PROFILE_FORM = "JOIN_FORM", "PROFILE_FORM"


def join(request: HttpRequest) -> HttpResponse:
    """Show the registration form; a sound POST makes the account and signs the member in."""
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    form = import_string(getattr(settings, JOIN_FORM))(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = form.join()
        login(request, user, backend=BACKEND)
        messages.success(request, f"Your account is ready. Welcome to {brand().name}.")
        return redirect(_wanted(request) or resolve_url("people:account"))
    return render(request, "people/join.html", {"form": form, "next": _wanted(request)})


class SignIn(stock.LoginView):
    """The sign-in form."""

    template_name = "people/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = False

    def get_default_redirect_url(self) -> str:
        return resolve_url("people:staff" if self.request.user.is_staff else "people:account")


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Where members find everything about their account."""
    return render(request, "people/account.html", {"doors": doors_of(request)})


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change what the site keeps beside the account."""
    form_class = import_string(getattr(settings, PROFILE_FORM))
    user: Any = request.user
    if request.method == "POST":
        form = form_class(request.POST)
        if form.is_valid():
            form.keep(user)
            messages.success(request, "Your details are saved.")
            return redirect("people:profile")
    else:
        form = form_class(initial=form_class.kept(user))
    return render(request, "people/profile.html", {"form": form})


@login_required
def staff(request: HttpRequest) -> HttpResponse:
    """The desks of the person's posts. Shows no data of members."""
    posts = posts_of(request.user)
    if not request.user.is_staff:
        raise PermissionDenied("the desks are for staff")
    return render(request, "people/staff.html", {"desks": desks_of(posts), "posts": sorted(posts)})


class PasswordChange(stock.PasswordChangeView):
    template_name = "people/password_change.html"
    success_url = reverse_lazy("people:account")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, "Your password is changed.")
        return super().form_valid(form)


class PasswordReset(stock.PasswordResetView):
    template_name = "people/password_reset.html"
    email_template_name = "people/mail/password_reset.txt"
    subject_template_name = "people/mail/password_reset_subject.txt"
    success_url = reverse_lazy("people:password-reset-sent")


class PasswordResetConfirm(stock.PasswordResetConfirmView):
    template_name = "people/password_new.html"
    success_url = reverse_lazy("people:sign-in")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, "Your new password is set. Sign in with it.")
        return super().form_valid(form)


def _wanted(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, request.get_host()) else ""
