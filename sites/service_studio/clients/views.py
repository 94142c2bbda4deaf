"""The settings page: one cookie, set when somebody saves and not before."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from sites.service_studio.clients.preferences import (
    COOKIE,
    CURRENCIES,
    DAYS,
    LANGUAGES,
    Settings,
    settings_of,
)


class SettingsForm(forms.Form):
    """Language and currency."""

    language = forms.ChoiceField(
        label="Language",
        choices=list(LANGUAGES.items()),
        help_text="We write in English. Other languages come from an outside service, "
        "which is asked only if you agree.",
    )
    currency = forms.ChoiceField(
        label="Currency of prices",
        choices=[(each, each) for each in CURRENCIES],
        help_text="We charge in pounds; other currencies are shown as about.",
    )


def choose_settings(request: HttpRequest) -> HttpResponse:
    """Show the settings; a POST remembers them, `forget` ends the cookie."""
    now = settings_of(request)
    if request.method == "POST" and "forget" in request.POST:
        answer = redirect("settings")
        answer.delete_cookie(COOKIE)
        messages.success(request, "Forgotten. The site shows itself as to a new visitor.")
        return answer
    form = SettingsForm(
        request.POST or None, initial={"language": now.language, "currency": now.currency}
    )
    if request.method == "POST" and form.is_valid():
        answer = redirect("settings")
        chosen = Settings(form.cleaned_data["language"], form.cleaned_data["currency"])
        answer.set_cookie(
            COOKIE, chosen.text(), max_age=DAYS * 86400, httponly=True, samesite="Lax"
        )
        messages.success(request, "Your settings are remembered in this browser.")
        return answer
    remembered = COOKIE in request.COOKIES
    return render(
        request,
        "service_studio/settings.html",
        {"form": form, "now": now, "remembered": remembered},
    )
