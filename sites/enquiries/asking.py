"""Taking an enquiry in, under the name of whoever asks."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from sites.enquiries.forms import as_enquiry
from sites.enquiries.models import Enquiry
from upheld.context import purpose


def writer(email: str) -> str | None:
    """Return the subject of somebody without an account; None without the guard."""
    if not settings.GUARD:
        return None
    from upheld.datamap.active import active
    from upheld.datamap.references import reference_by_value

    return reference_by_value(active().datamap, "writer", email)


def ask(given: dict[str, Any], user: Any, *, about: str = "") -> Enquiry:
    """Keep an enquiry of a visitor, or of the member `user`. It is their own act."""
    member = user if user is not None and user.is_authenticated else None
    subject = f"member:{member.pk}" if member else writer(given["email"])
    with purpose("own", subject=subject):
        enquiry = as_enquiry(given, user=member, about=about)
        enquiry.save()
    return enquiry


def close(enquiry: Enquiry, answer: str) -> None:
    """Note the answer and close the enquiry. Runs for the desk's purpose."""
    enquiry.answer = answer
    enquiry.state = Enquiry.State.ANSWERED
    enquiry.closed_at = timezone.now()
    enquiry.save(update_fields=["answer", "state", "closed_at"])
