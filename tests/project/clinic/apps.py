"""The app that the engine's own tests guard."""

from __future__ import annotations

from django.apps import AppConfig


class ClinicConfig(AppConfig):
    name = "tests.project.clinic"
    label = "clinic"
