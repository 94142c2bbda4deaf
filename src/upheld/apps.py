"""The Django app: one label for the models of every room."""

from __future__ import annotations

from contextlib import suppress

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate

from upheld.errors import ConfigurationError


class UpheldConfig(AppConfig):
    name = "upheld"
    verbose_name = "Upheld"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks and bind the map.

        A broken folder does not raise here, so that `check` can show it and `upheld init`
        can mend it. Everything that uses data calls `active()`, which raises it again.
        """
        from upheld.browser import checks as browser_gate
        from upheld.browser.visits import partitions, sweeping
        from upheld.consent import signals
        from upheld.consent.protection import protect_ledger
        from upheld.datamap import checks  # these need loaded models
        from upheld.datamap.active import active
        from upheld.disclosure import outside
        from upheld.guard import checks as side_doors
        from upheld.guard.indexes import prepare_sealed_columns
        from upheld.guard.launch import enter_command
        from upheld.guard.secondline import checks as second_line
        from upheld.guard.secondline import migrating
        from upheld.guard.versions import check_django
        from upheld.journal.protection import protect_log
        from upheld.journal.pseudonyms import forget_remembered
        from upheld.keyring import checks as key_checks
        from upheld.keyring.lifecycle import after_migrate
        from upheld.rights import enclosing

        # Before anything is asked of the database, whichever engine the settings name.
        check_django()
        post_migrate.connect(after_migrate, sender=self, dispatch_uid="upheld.keyring")
        post_migrate.connect(forget_remembered, sender=self, dispatch_uid="upheld.pseudonyms")
        post_migrate.connect(protect_log, sender=self, dispatch_uid="upheld.journal")
        post_migrate.connect(protect_ledger, sender=self, dispatch_uid="upheld.consent")
        post_migrate.connect(prepare_sealed_columns, sender=self, dispatch_uid="upheld.guard")
        post_migrate.connect(partitions.prepare, sender=self, dispatch_uid="upheld.visits")
        signals.connect(self)
        # Last: it compares with what the others made, and is lowered before any of them.
        pre_migrate.connect(migrating.lower, sender=self, dispatch_uid="upheld.second-line")
        post_migrate.connect(migrating.raise_again, sender=self, dispatch_uid="upheld.second-line")
        outside.install()
        enclosing.registered()
        checks.registered()
        key_checks.registered()
        sweeping.registered()
        side_doors.registered()
        second_line.registered()
        browser_gate.registered()
        with suppress(ConfigurationError):
            active()
        enter_command()
