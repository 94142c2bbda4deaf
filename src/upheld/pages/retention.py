"""The console's page on retention: is anything overdue, what went, what is held and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from upheld.datamap.active import active
from upheld.disposal import holds, outside
from upheld.disposal.clocks import endings
from upheld.disposal.models import LegalHold, SweepRun
from upheld.disposal.sweep import overdue
from upheld.pages.second_factor import post_required
from upheld.rights.reasons import purpose_title, title_of
from upheld.rights.requests.alarms import POST

RUNS = 30
"""Runs on the chart."""
HIGH, WIDE = 120, 600
"""The chart's size in its own units."""


class HoldForm(forms.Form):
    """What keeps somebody's data until two people release it."""

    subject = forms.CharField(label="Who, as the map names people: member:42", max_length=255)
    hold = forms.ChoiceField(label="Why")
    note = forms.CharField(label="File number (no names)", max_length=200)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        choice: Any = self.fields["hold"]
        choice.choices = [(hold.id, hold.title or hold.id) for hold in holds.placeable()]


@post_required(POST)
@require_http_methods(["GET", "POST"])
def retention(request: HttpRequest) -> HttpResponse:
    """Show the page (GET); place a hold, ask for its release or release it (POST)."""
    form = HoldForm(request.POST if request.POST.get("do") == "place" else None)
    if request.method == "POST":
        try:
            if _done(request, form):
                return redirect("upheld:console-retention")
        except holds.HoldRefused as refused:
            hint = f": {refused.hint}" if refused.hint else ""
            messages.error(request, f"{refused.message}{hint}".capitalize())
            return redirect("upheld:console-retention")
    late = overdue()
    runs = list(SweepRun.objects.all()[:RUNS])
    return render(
        request,
        "upheld/console_retention.html",
        {
            "late": late,
            "late_rows": sum(late.values()),
            "rules": _rules(),
            "last": runs[0] if runs else None,
            "bars": _bars(list(reversed(runs))),
            "runs": [{"run": run, "rows": _rows(run)} for run in runs[:10]],
            "high": HIGH,
            "wide": WIDE,
            "holds": [_hold(hold) for hold in LegalHold.objects.all()[:100]],
            "form": form,
            "waiting": outside.waiting(),
        },
        status=400 if form.errors else 200,
    )


def _done(request: HttpRequest, form: HoldForm) -> bool:
    do = request.POST.get("do")
    if do == "place":
        if not form.is_valid():
            return False
        given = form.cleaned_data
        holds.place(given["subject"], given["hold"], note=given["note"])
        messages.success(request, "The hold is in force.")
        return True
    number = request.POST.get("number", "")
    if not number.isdecimal():
        raise holds.HoldRefused("this hold is not in force", hint="look at the list again")
    if do == "ask":
        holds.ask_release(int(number))
        messages.success(request, "Asked. Somebody else must agree.")
    else:
        holds.release(int(number))
        messages.success(request, "Released. The next sweep erases what is over.")
    return True


def _rules() -> list[dict[str, Any]]:
    """The rules in words, tables with the same time together."""
    policy = active().policy
    found: dict[tuple[object, ...], dict[str, Any]] = {}
    for rule in (rule for ending in endings() for rule in ending.rules):
        one = found.setdefault(
            (rule.clocks, rule.holds, rule.purposes, rule.then),
            {
                "what": {},
                "when": [f"{clock.period} after {_words(clock.event)}" for clock in rule.clocks],
                "why": [purpose_title(policy.purposes[name]) for name in rule.purposes],
                "then": "made anonymous" if rule.then == "anonymise" else "erased",
                "holds": [policy.holds[name].title or name for name in rule.holds],
            },
        )
        one["what"].update(dict.fromkeys(title_of(column.category) for column in rule.columns))
    return list(found.values())


def _words(event: str) -> str:
    return event.replace(".", " ").replace("_", " ")


def _hold(hold: LegalHold) -> dict[str, Any]:
    rule = active().policy.holds.get(hold.hold)
    title = rule.title if rule is not None else ""
    return {"hold": hold, "title": title or hold.hold}


def _rows(run: SweepRun) -> int:
    return sum(rows for rule, rows in run.counts.items() if ":" in rule or " after " in rule)


def _bars(runs: Sequence[SweepRun]) -> list[dict[str, Any]]:
    """A bar for each run: rows that went, and above it rows that were late."""
    most = max([_rows(run) for run in runs] + [run.overdue for run in runs] + [1])
    step = WIDE / max(len(runs), 1)
    return [
        {
            "run": run,
            "rows": _rows(run),
            "x": round(number * step + step * 0.15, 1),
            "width": round(min(step * 0.7, 40), 1),
            "y": round(HIGH - HIGH * _rows(run) / most, 1),
            "height": round(HIGH * _rows(run) / most, 1),
            "late_y": round(HIGH - HIGH * run.overdue / most, 1),
            "late_height": round(HIGH * run.overdue / most, 1),
        }
        for number, run in enumerate(runs)
    ]
