"""Deleting one's account: what goes, what stays and until when, said before; then a receipt."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from upheld.datamap.active import active
from upheld.pages.fresh import fresh_sign_in_required
from upheld.pages.person import subject_of
from upheld.pages.sentences import promises
from upheld.rights.blocking import blocks
from upheld.rights.erasure import erase
from upheld.rights.holdings import by_category
from upheld.rights.plan import plan
from upheld.rights.reasons import title_of


class DeleteForm(forms.Form):
    """One plain tick, so that a stray click deletes nothing."""

    sure = forms.BooleanField(label="Yes, delete my account and my data")


@fresh_sign_in_required
def delete(request: HttpRequest) -> HttpResponse:
    """Show the plan (GET), or carry it out (POST) and go to the receipt."""
    subject = subject_of(request)
    reasons = blocks(subject)
    if reasons:
        return render(request, "upheld/me_delete_later.html", {"reasons": reasons}, status=409)
    form = DeleteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        receipt = erase(subject, ground="asked in the member centre")
        logout(request)
        return redirect("upheld:receipt", receipt.person)
    todo = plan(subject)
    holds = active().policy.holds
    stays = {name for _, _, names in todo.kept_by_hold().values() for name in names}
    kept: list[dict[str, Any]] = [
        {
            "why": holds[hold].title or hold,
            "rows": count,
            "what": [title_of(name) for name in categories],
            "until": until,
            "promises": promises(holds[hold].says),
        }
        for hold, (count, until, categories) in todo.kept_by_hold().items()
    ]
    return render(
        request,
        "upheld/me_delete.html",
        {
            "form": form,
            "kept": kept,
            "goes": sum(not row.kept and not row.shared for row in todo.rows),
            "gone": [title_of(name) for name in by_category(subject) if name not in stays],
        },
        status=400 if form.errors else 200,
    )
