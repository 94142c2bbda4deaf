"""The console's page of inspections: the last one, each weakness until it is repaired and seen
again by somebody else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from upheld.context import current
from upheld.pages.second_factor import post_required
from upheld.proving.inspection.looks import LOOKS
from upheld.proving.inspection.models import Inspection, Weakness
from upheld.proving.inspection.repairing import (
    REPAIR_DAYS,
    RepairRefused,
    looked_again,
    note,
    repaired,
)
from upheld.proving.inspection.running import due_on
from upheld.rights.requests.alarms import POST

SHOWN = 50
RUNS = 12


class WeaknessForm(forms.Form):
    """A weakness that a person found."""

    what = forms.CharField(label="What is weak, in one line (no names of people)", max_length=300)
    severity = forms.ChoiceField(
        label="How bad",
        choices=[
            (name, f"{name}: repaired within {days} days") for name, days in REPAIR_DAYS.items()
        ],
        initial="medium",
    )


@post_required(POST)
@require_http_methods(["GET", "POST"])
def inspections(request: HttpRequest) -> HttpResponse:
    """Show the page (GET); note a weakness, its repair or a second look (POST)."""
    form = WeaknessForm(request.POST if request.POST.get("do") == "note" else None)
    if request.method == "POST":
        try:
            if _done(request, form):
                return redirect("upheld:inspections")
        except RepairRefused as refused:
            messages.error(request, f"{refused.message}: {refused.hint}".capitalize())
            return redirect("upheld:inspections")
    today = datetime.now(UTC).date()
    runs = list(Inspection.objects.filter(finished_at__isnull=False)[:RUNS])
    open_ones = list(Weakness.objects.filter(looked_at__isnull=True))
    unrepaired = [row for row in open_ones if row.repaired_at is None]
    return render(
        request,
        "upheld/inspections.html",
        {
            "last": runs[0] if runs else None,
            "next": due_on(),
            "late_run": (due_on() or today) < today,
            "looks": _looks(runs[0]) if runs else [],
            "runs": runs,
            "open": [_shown(row) for row in open_ones],
            "unrepaired": len(unrepaired),
            "late": sum(row.due_on < today for row in unrepaired),
            "today": today,
            "settled": Weakness.objects.filter(looked_at__isnull=False).order_by("-looked_at")[
                :SHOWN
            ],
            "form": form,
        },
        status=400 if form.errors else 200,
    )


def _done(request: HttpRequest, form: WeaknessForm) -> bool:
    do, number = request.POST.get("do"), request.POST.get("number", "")
    if do == "note":
        if not form.is_valid():
            return False
        note(form.cleaned_data["what"], form.cleaned_data["severity"])
        messages.success(request, "Noted.")
        return True
    if not number.isdecimal():
        raise RepairRefused("there is no such weakness", hint="look at the list again")
    if do == "repaired":
        repaired(int(number), request.POST.get("words", ""))
        messages.success(request, "Noted. Somebody else must look again.")
    else:
        looked_again(int(number), holds=do == "holds")
        messages.success(request, "Noted.")
    return True


def _looks(run: Inspection) -> list[tuple[str, str]]:
    return [(LOOKS[id].title if id in LOOKS else id, result) for id, result in run.results.items()]


def _shown(row: Weakness) -> dict[str, Any]:
    return {"row": row, "mine": row.repaired_by == current().actor.ref}
