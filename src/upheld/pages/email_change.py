"""A new sign-in e-mail: confirmed at the new address, reported to the old one.

The link carries everything, signed, so nothing about an unconfirmed address is stored.
"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core import signing
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from upheld import mail
from upheld.conf import conf
from upheld.context import purpose
from upheld.datamap.active import active
from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.policy.types import OWN

SALT = "upheld.email-change"
LINK_SECONDS = 24 * 3600


def is_sign_in_email(column: BoundColumn, model: BoundModel) -> bool:
    """True for the e-mail column of the account itself."""
    user = get_user_model()
    return model.model is user and column.field.name == user.get_email_field_name()


def ask(request: HttpRequest, subject: str, address: str) -> None:
    """Mail a confirmation link to the new address."""
    old = getattr(request.user, get_user_model().get_email_field_name())
    token = signing.dumps([subject, old, address], salt=SALT, compress=True)
    link = conf().SITE_URL + reverse("upheld:email-confirm", args=[token])
    name = active().policy.controller.name
    _send(
        f"Confirm your new e-mail address at {name}",
        f"Open this link to use this address at {name} from now on:\n\n{link}\n\n"
        "The link works for 24 hours. If you did not ask for it, do nothing.\n",
        address,
    )


def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show the button (GET, since mail scanners fetch links) or change the address (POST)."""
    try:
        subject, old, address = signing.loads(token, salt=SALT, max_age=LINK_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return render(request, "upheld/email_unknown.html", status=404)
    user_model = get_user_model()
    column = user_model.get_email_field_name()
    with purpose(OWN, subject=subject):
        user = user_model._default_manager.filter(pk=subject.partition(":")[2]).first()
        if user is None or getattr(user, column) != old:  # used already, or overtaken
            return render(request, "upheld/email_unknown.html", status=404)
        if request.method != "POST":
            return render(request, "upheld/email_confirm.html", {"address": address})
        setattr(user, column, address)
        user.save(update_fields=[column])
    name = active().policy.controller.name
    _send(
        f"Your e-mail address at {name} was changed",
        f"Your account at {name} now uses another e-mail address. If this was not you, "
        f"write to {active().policy.controller.contact} at once.\n",
        old,
    )
    messages.success(request, "Your new e-mail address is in use.")
    return redirect("upheld:me" if request.user.is_authenticated else "upheld:notice")


def _send(subject: str, text: str, to: str) -> None:
    # Neither address is the one on file at that moment, so it goes to no person in particular.
    mail.send(EmailMessage(subject, text, None, [to]), klass="service", subject=None)
