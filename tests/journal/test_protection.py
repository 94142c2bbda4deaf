from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from upheld import journal
from upheld.journal import Event
from upheld.journal.models import Checkpoint, Leaf, LeafSubject
from upheld.journal.protection import install, protect_log, statements

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def protected() -> None:
    """A log of one leaf behind its triggers, which are gone again after the test."""
    install("upheld.journal", table="upheld_leaf", using="default", in_memory=True)
    journal.write_now(Event("export", subjects=("member:42",)))
    journal.checkpoint()


@pytest.fixture(autouse=True)
def _without_triggers_at_the_end() -> object:
    yield
    if connection.vendor == "sqlite":
        with connection.schema_editor() as editor:
            for statement in statements("upheld.journal", "sqlite"):
                name = statement.split()[5]
                editor.execute(f"DROP TRIGGER IF EXISTS {name}", params=None)


@pytest.mark.usefixtures("protected")
@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Leaf, {"kind": "read"}),
        (LeafSubject, {"leaf": 9}),
        (Checkpoint, {"note": ""}),
    ],
)
def test_rows_of_the_log_are_neither_changed_nor_deleted(model, change) -> None:  # type: ignore[no-untyped-def] # fixture values
    table = model._meta.db_table
    with pytest.raises(IntegrityError, match=f"append-only: update on {table} is refused"):
        model.objects.update(**change)
    with pytest.raises(IntegrityError, match=f"append-only: delete on {table} is refused"):
        model.objects.all().delete()
    assert model.objects.count() == 1
    assert journal.verify().findings == ()


@pytest.mark.usefixtures("protected")
def test_the_log_still_grows_and_a_person_is_still_unlinked() -> None:
    journal.write_now(Event("export", subjects=("member:42",)))
    with transaction.atomic():
        assert journal.forget("member:42") is True
    journal.checkpoint()
    assert journal.verify().size == 2


@pytest.mark.usefixtures("protected")
def test_installing_again_changes_nothing() -> None:
    install("upheld.journal", table="upheld_leaf", using="default", in_memory=True)


def test_nothing_is_installed_where_the_tables_are_not() -> None:
    install("upheld.journal", table="upheld_nowhere", using="default", in_memory=True)
    protect_log(using="default")
