"""The member centre: what is held, why, how long, who used it; and correcting it in place."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.forms import ModelForm, modelform_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from upheld.context import purpose
from upheld.datamap.active import active
from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.datamap.paths import rows_of
from upheld.journal import Entry, events_of
from upheld.pages import email_change
from upheld.pages.person import subject_of
from upheld.policy.types import OWN
from upheld.rights.holdings import by_category
from upheld.rights.reasons import purpose_title, reasons_for, recipients_of, title_of

USES_SHOWN = 200
CORRECTABLE_KINDS = frozenset({"identity", "contact", "preference", "free_text"})
"""What people may correct themselves; a record of a purchase is corrected by a request."""


@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """List the kinds of data held, with how many entries and where to go from here."""
    held = by_category(subject_of(request))
    sections = [
        {"id": name, "title": title_of(name), "count": len(rows), "reasons": reasons_for(name)}
        for name, rows in held.items()
    ]
    uses = events_of(subject_of(request), limit=5)
    return render(
        request, "upheld/me.html", {"sections": sections, "uses": [_told(use) for use in uses]}
    )


@login_required
def category(request: HttpRequest, category: str) -> HttpResponse:
    """Show every entry of one kind, each value with its correction link where there is one."""
    if category not in active().policy.data:
        raise Http404
    rows = by_category(subject_of(request)).get(category, [])
    entries = [
        {
            "what": str(row.model.model._meta.verbose_name),
            "pk": str(row.instance.pk),
            "values": [
                {
                    "label": value.label,
                    "shown": "••••••••" if _is_secret(value.column) else value.shown,
                    "edit": value.column.label if _correctable(value.column) else "",
                }
                for value in row.values
            ],
        }
        for row in rows
    ]
    return render(
        request,
        "upheld/me_category.html",
        {
            "title": title_of(category),
            "entries": entries,
            "reasons": reasons_for(category),
            "recipients": recipients_of(active().policy, category),
        },
    )


@login_required
def uses(request: HttpRequest) -> HttpResponse:
    """Show who used the person's data, when and for what."""
    found = events_of(subject_of(request), limit=USES_SHOWN)
    return render(
        request, "upheld/me_uses.html", {"uses": [_told(use) for use in found], "most": USES_SHOWN}
    )


@login_required
def edit(request: HttpRequest, column: str, pk: str) -> HttpResponse:
    """Correct one value. A new sign-in e-mail is confirmed first, see `email_change`."""
    target = _column(column)
    model = active().datamap.model(target.field.model)
    if model is None or not _correctable(target):
        raise Http404
    with purpose(OWN):
        instance = _own_row(model, subject_of(request), pk)
        form = _form(target, request.POST or None, instance)
        if request.method == "POST" and form.is_valid():
            if email_change.is_sign_in_email(target, model):
                address = form.cleaned_data[target.field.name]
                email_change.ask(request, subject_of(request), address)
                messages.info(request, f"We sent a link to {address}. Open it to confirm.")
            else:
                # The whole row is saved, so that columns the app derives from this one
                # (search text, hashes) follow.
                form.save()
                messages.success(request, "Saved.")
            return redirect("upheld:me-category", target.category)
        return render(
            request,
            "upheld/me_edit.html",
            {
                "form": form,
                "label": str(target.field.verbose_name),
                "category": target.category,
                "confirm": email_change.is_sign_in_email(target, model),
            },
        )


def _column(label: str) -> BoundColumn:
    column = active().datamap.labelled(label)
    if column is None:
        raise Http404
    return column


def _own_row(model: BoundModel, subject: str, pk: str) -> Any:
    try:
        return rows_of(model, subject, "default").get(pk=pk)
    except (ObjectDoesNotExist, ValidationError, ValueError):
        raise Http404 from None


def _form(column: BoundColumn, data: Any, instance: Any) -> ModelForm[Any]:
    form_class = modelform_factory(column.field.model, fields=[column.field.name])
    return form_class(data, instance=instance)


def _correctable(column: BoundColumn) -> bool:
    field = column.field
    kind = active().policy.data[column.category].kind
    return (
        column.role == "category"
        and kind in CORRECTABLE_KINDS
        and not column.copy_of
        and field.editable
        and not field.unique
    )


def _is_secret(column: BoundColumn) -> bool:
    return active().policy.data[column.category].kind == "credential"


def _told(use: Entry) -> dict[str, Any]:
    """Put one event into words: who, what, why, when."""
    rule = active().policy.purposes.get(use.purpose)
    return {
        "at": use.at,
        "who": _who(use),
        "what": ", ".join(title_of(name) for name in use.categories) or use.kind,
        "why": purpose_title(rule) if rule else use.purpose or "no purpose",
        "refused": use.kind == "refusal",
        "says": rule.says if rule else (),
    }


def _who(use: Entry) -> str:
    if use.own:
        return "you"
    if use.actor == "staff":
        posts = [active().policy.posts.get(post) for post in use.posts]
        titles = ", ".join(post.title or post.id for post in posts if post is not None)
        return f"staff ({titles})" if titles else "staff"
    return "the site itself" if use.actor == "system" else f"a {use.actor}"
