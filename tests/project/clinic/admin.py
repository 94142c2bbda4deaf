"""Django's admin over the clinic, on a site of its own: staff of after-sales work in it."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import User

from tests.project.clinic.models import Appointment, Invoice, Note, Patient, Topic

site = admin.AdminSite()


class PatientAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # takes none at run time
    """Searches by the colour, which after-sales may not read."""

    list_display = ("name", "phone")
    list_filter = ("referred_by",)
    search_fields = ("colour",)
    autocomplete_fields = ("referred_by",)
    date_hierarchy = "created"
    ordering = ("pk",)


class InvoiceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # takes none at run time
    """Everything in it may be read by after-sales."""

    list_display = ("number", "content", "total")
    search_fields = ("number",)
    list_filter = ("placed",)


site.register(Patient, PatientAdmin)
site.register(Invoice, InvoiceAdmin)
site.register((Appointment, Note, Topic, User))
