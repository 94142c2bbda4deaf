"""Correcting one value in place. A new sign-in e-mail is confirmed first, see `email_change`."""

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
from upheld.disclosure import passing_on
from upheld.pages import email_change
from upheld.pages.held import correctable
from upheld.pages.person import subject_of
from upheld.policy.types import OWN


@login_required
def edit(request: HttpRequest, column: str, pk: str) -> HttpResponse:
    """Correct one value of a row of one's own; anybody else's row is a 404."""
    target = _column(column)
    model = active().datamap.model(target.field.model)
    if model is None or not correctable(target):
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
                passing_on.corrected(subject_of(request), [target.category])
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
            status=400 if form.errors else 200,
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
