"""One click ends one kind of mail: no sign-in, no second page, works for old links too.

A GET shows the button only, because mail scanners fetch links; a POST, from the button or
from the mail programme (RFC 8058), does it.
"""

from __future__ import annotations

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from upheld import consent
from upheld.context import purpose
from upheld.datamap.active import active
from upheld.policy.types import OWN
from upheld.rights.reasons import purpose_title

SALT = "upheld.unsubscribe"
WORDING = "Stop these mails"


def token_for(subject: str, purpose_id: str) -> str:
    """Return the token of a person's link for one kind of mail. It never expires."""
    return signing.dumps([subject, purpose_id], salt=SALT, compress=False)


@csrf_exempt  # mail programmes post without a cookie; the signed token is the authority
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show the button (GET) or withdraw the consent (POST)."""
    try:
        subject, purpose_id = signing.loads(token, salt=SALT)
        rule = active().policy.purposes[purpose_id]
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return render(request, "upheld/unsubscribe_unknown.html", status=404)
    done = False
    if request.method == "POST":
        with purpose(OWN, subject=subject):
            consent.record(
                subject,
                purpose_id,
                False,
                wording=WORDING,
                version=active().policy.updated.isoformat(),
                place="unsubscribe",
                method="one-click",
            )
        done = True
    return render(request, "upheld/unsubscribe.html", {"title": purpose_title(rule), "done": done})
