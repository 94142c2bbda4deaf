"""The preferences page: one button for each thing, which tells it or takes it back."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from sites.appliance_shop.tastes.keeping import (
    Unknown,
    offered,
    take_all_back,
    take_back,
    tell,
    told,
)

if settings.GUARD:
    from sites.appliance_shop.tastes import newsletters

TITLES = {
    "kitchen": ("Your kitchen", "How do you like a kitchen to look? Choose one, or none."),
    "colour": ("Your colours", "Which of our colours do you like? As many as you want."),
    "category": ("What interests you", "Which kinds of product? As many as you want."),
}
"""Kind -> heading and question."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One button. `value` is `kind:value`."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One kind of taste as the page asks for it."""

    id: str
    title: str
    words: str
    choices: tuple[Choice, ...]


@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Show the tastes; a POST with `tell`, `take_back` or `take_all_back` changes one or all,
    one with `newsletters` answers for those."""
    member: int = request.user.pk  # type: ignore[assignment] # signed in, so there is one
    if request.method == "POST":
        _obey(request, member)
        return redirect("preferences")
    held = told(member)
    return render(
        request,
        "tastes/preferences.html",
        {
            "questions": [_question(kind, set(held[kind])) for kind in TITLES],
            "anything": any(held.values()),
            "letters": newsletters.newsletters_form(member) if settings.GUARD else None,
            "active_tab": "preferences",
        },
    )


def _question(kind: str, held: set[str]) -> Question:
    choices = [Choice(f"{kind}:{value}", words, value in held) for value, words in offered(kind)]
    # A category that the shop gave up can still be taken back.
    known = {value for value, _ in offered(kind)}
    choices += [Choice(f"{kind}:{value}", value, True) for value in sorted(held - known)]
    return Question(kind, *TITLES[kind], tuple(choices))


def _obey(request: HttpRequest, member: int) -> None:
    if "newsletters" in request.POST and settings.GUARD:
        newsletters.answer(member, request.POST)
        messages.success(request, "Noted. You can change it under Choices whenever you like.")
        return
    if "take_all_back" in request.POST:
        take_all_back(member)
        messages.success(request, "Everything is taken back. Nothing of it is kept.")
        return
    act = "tell" if "tell" in request.POST else "take_back"
    kind, _, value = request.POST.get(act, "").partition(":")
    try:
        if act == "tell":
            tell(member, kind, value)
        else:
            take_back(member, kind, value)
    except Unknown:
        raise Http404 from None
    words = dict(offered(kind)).get(value, value).partition(":")[0]
    messages.success(request, f"{words}: {'kept' if act == 'tell' else 'taken back'}.")
