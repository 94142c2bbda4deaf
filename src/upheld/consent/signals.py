"""What the consent room does when something happens elsewhere in Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate, post_save

from upheld.consent.settling import settle_after_migrate
from upheld.consent.signing_in import merge_at_sign_in
from upheld.consent.unasked import begin_unasked


def connect(app: AppConfig) -> None:
    """Connect them, once the models are ready. Repeating it changes nothing."""
    user_logged_in.connect(merge_at_sign_in, dispatch_uid="upheld.consent.merge")
    post_save.connect(begin_unasked, dispatch_uid="upheld.consent.unasked")
    post_migrate.connect(settle_after_migrate, sender=app, dispatch_uid="upheld.consent.settle")
