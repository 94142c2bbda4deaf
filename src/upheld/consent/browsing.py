"""Who is choosing in this browser, and what may happen in it.

A signal of the browser (Global Privacy Control, Do Not Track) is a refusal of every purpose
that governs something in the browser or uses data of technique or behaviour. It gives way to a
yes that the person gave explicitly while the signal was being sent, and to nothing else.
"""

from __future__ import annotations

from typing import Any, Literal

from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from upheld.consent.offered import (
    choices,
    chosen_purpose,
    heeds_signals,
    offers_choice,
)
from upheld.consent.remembering import Held, answers_of
from upheld.consent.terms import terms_of
from upheld.consent.visitors import visitor_of
from upheld.datamap.active import active
from upheld.datamap.references import reference

Signal = Literal["gpc", "dnt", ""]
_CHOOSER = "_upheld_chooser"


def signal(request: HttpRequest) -> Signal:
    """Return the signal to refuse that came with the request, empty for none."""
    if request.headers.get("Sec-GPC") == "1":
        return "gpc"
    return "dnt" if request.headers.get("DNT") == "1" else ""


def chooser(request: HttpRequest) -> str | None:
    """Return who chooses: the person signed in, the visitor of a genuine cookie, or None.

    Worked out once a request, and anew when somebody signs in or out within it.
    """
    user = _signed_in(request)
    account = None if user is None else user.pk
    known: tuple[object, str | None] | None = getattr(request, _CHOOSER, None)
    if known is not None and known[0] == account:
        return known[1]
    if user is None:
        found = visitor_of(request, active().policy)
    else:
        found = reference_of_account(account)
    setattr(request, _CHOOSER, (account, found))
    return found


def chooses(request: HttpRequest, who: str | None) -> None:
    """From here on in this request it is `who` that chooses: a visitor who was nobody before."""
    user = _signed_in(request)
    setattr(request, _CHOOSER, (None if user is None else user.pk, who))


def allows(request: HttpRequest, purpose: str, topic: str = "") -> bool:
    """May `purpose` happen in this browser, now?

    What rests on no choice may. Raises `ConsentError` for a purpose that the policy lacks.
    """
    return counts(chooser(request), purpose, topic, signal=signal(request))


def counts(who: str | None, purpose: str, topic: str = "", *, signal: Signal = "") -> bool:
    """Return what `who` (None = somebody who chose nothing) allows while their browser sends
    `signal`."""
    policy = active().policy
    rule = policy.purposes.get(purpose)
    if rule is not None and not offers_choice(rule):
        return True
    rule = chosen_purpose(policy, purpose, topic)
    answers = None if who is None else answers_of(who)
    held = None if answers is None else answers.purposes.get(purpose)
    if signal and not _said_so_meanwhile(held) and heeds_signals(policy, rule):
        return False
    if not terms_of(policy).granted(rule, held):
        return False
    return not topic or answers is None or answers.topic(purpose, topic) is not False


def asks(request: HttpRequest) -> tuple[str, ...]:
    """Return the purposes that a banner asks about: they govern something in the browser, and
    nobody answered yet, or must answer again. None where a signal answers for them."""
    if signal(request):
        return ()
    policy = active().policy
    terms = terms_of(policy)
    who = chooser(request)
    held = {} if who is None else answers_of(who).purposes
    return tuple(
        id
        for id, rule in choices(policy).items()
        if heeds_signals(policy, rule)
        and ((one := held.get(id)) is None or one.said is None or terms.stale(rule, one))
    )


def reference_of_account(key: object) -> str:
    """Return the reference of the account with this primary key: `member:42` as a rule."""
    accounts = get_user_model()._meta.concrete_model
    for kind in active().datamap.kinds.values():
        if kind.by == "key" and kind.model._meta.concrete_model is accounts:
            return reference(kind.id, key)
    return reference("account", key)


def _said_so_meanwhile(held: Held | None) -> bool:
    return held is not None and bool(held.said) and held.signalled


def _signed_in(request: HttpRequest) -> Any:
    """Return the account signed in, None without one. A visitor's session is not looked into."""
    user = getattr(request, "user", None)
    session = getattr(request, "session", None)
    if isinstance(user, SimpleLazyObject) and session is not None and not session.session_key:
        return None
    return user if user is not None and user.is_authenticated else None
