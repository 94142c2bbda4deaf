"""Rows added: whose they may be, and what they may hold. The answer names the new rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from tests.agreement.case import Case, RefusedError
from tests.agreement.people import ANN, BOB, CID
from tests.agreement.shapes.shape import Shape, of
from tests.agreement.world import FIRST, UPKEEP
from tests.project.clinic.models import Appointment, Document, Invoice, Note, Remark, Topic
from upheld.context import entered

NEW = FIRST + 500
MEMBERS = (ANN, BOB, CID)


def _member(case: Case, step: int = 0) -> int:
    """The account that the question's row picks."""
    return MEMBERS[(case.question.row + step) % len(MEMBERS)]


def _invoice(case: Case, step: int = 0) -> Invoice:
    return Invoice(pk=NEW + step, number=f"new {step}", user_id=_member(case, step), content="lens")


def _visit(case: Case, step: int = 0) -> Appointment:
    return Appointment(pk=NEW + step, patient_id=_member(case, step), reason="again")


def _note(case: Case, step: int = 0) -> Note:
    """On an appointment of ann (the first two), of bob, of nobody."""
    return Note(pk=NEW + step, appointment_id=FIRST + (case.question.row + step) % 4, text="new")


def _remark(case: Case, step: int = 0) -> Remark:
    author = _member(case, step) if (case.question.row + step) % 4 else None
    with entered(UPKEEP):
        kind = ContentType.objects.get_for_model(Topic)
    return Remark(pk=NEW + step, author_id=author, content_type=kind, object_id=FIRST, text="new")


def _document(case: Case, step: int = 0) -> Document:
    return Document(pk=NEW + step, patient_id=_member(case, step), title="new")


MAKERS: dict[type[Model], tuple[Callable[..., Any], tuple[str, ...]]] = {
    Invoice: (_invoice, ("number", "content")),
    Appointment: (_visit, ("reason",)),
    Note: (_note, ("text",)),
    Remark: (_remark, ("text",)),
    Document: (_document, ("title",)),
}
"""How a new row is made, and the personal columns that it fills."""


def _owner(case: Case, made: Any) -> str | None:
    """Whose the new row is, worked out by hand."""
    if isinstance(made, Invoice):
        return f"member:{made.user_id}"
    if isinstance(made, Note):
        (visit,) = (r for r in case.world.rows[Appointment] if r.pk == made.appointment_id)
        return min(visit.subjects, default=None)
    if isinstance(made, Remark):
        return f"member:{made.author_id}" if made.author_id else None
    return f"member:{made.patient_id}"


def _added(case: Case) -> Any:
    with entered(UPKEEP):
        return sorted(case.model._default_manager.filter(pk__gte=NEW).values_list("pk", flat=True))


def _create(case: Case) -> Any:
    make, _ = MAKERS[case.model]
    make(case).save(force_insert=True)
    return _added(case)


def _bulk_create(case: Case) -> Any:
    make, _ = MAKERS[case.model]
    case.model._default_manager.bulk_create([make(case), make(case, 1)])
    return _added(case)


def _expected(count: int) -> Callable[[Case], Any]:
    def expect(case: Case) -> Any:
        case.rows()
        make, columns = MAKERS[case.model]
        for name in columns:
            case.need("write", name)
        assert case.purpose is not None
        rule = case.now.policy.purposes[case.purpose].may.rows
        for step in range(count):
            _check(case, rule, _owner(case, make(case, step)))
        return [NEW + step for step in range(count)]

    return expect


def _check(case: Case, rule: str, owner: str | None) -> None:
    if rule == "own" and owner is not None and owner != case.context.subject:
        raise RefusedError
    if rule == "consented" and owner is not None and not case.agreed(owner):
        raise RefusedError


FILLED = of(*MAKERS)
SHAPES = [
    Shape("create", _create, _expected(1), FILLED, writes=True),
    Shape("bulk create", _bulk_create, _expected(2), FILLED, writes=True),
]
