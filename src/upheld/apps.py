"""The Django app: one label for the models of every room."""

from __future__ import annotations

from django.apps import AppConfig


class UpheldConfig(AppConfig):
    name = "upheld"
    verbose_name = "Upheld"
    default_auto_field = "django.db.models.BigAutoField"
