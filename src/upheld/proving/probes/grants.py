"""For each purpose: try to read, search by and write what it was not given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from django.core.exceptions import FieldError, ValidationError
from django.db import transaction

from upheld.context import Actor, purpose
from upheld.datamap.active import Active
from upheld.datamap.bound import BoundColumn
from upheld.errors import PurposeError
from upheld.policy.semantics import Outcome, decide
from upheld.policy.types import RIGHTS, Purpose
from upheld.proving.registry import Finding, Ground, Probe, makes_probes
from upheld.proving.synthetic import MAKER, another_value

STRANGER = "a post that the policy does not know"


@makes_probes
def grants(active: Active) -> Iterator[Probe]:
    """One probe a purpose for what it may touch, one more for who may act under it."""
    for rule in active.policy.purposes.values():
        yield Probe(
            f"grants.{rule.id}",
            f"purposes.{rule.id}",
            f"read, search by and write data that `{rule.id}` was not given",
            rule.says,
            partial(_beyond_grant, rule=rule),
        )
        if rule.posts:
            yield Probe(
                f"posts.{rule.id}",
                f"purposes.{rule.id}",
                f"act under `{rule.id}` without one of its posts",
                rule.says,
                partial(_wrong_post, rule=rule),
            )


def holder_of(rule: Purpose) -> Actor:
    """Return an actor who may act under `rule`."""
    if rule.posts:
        return Actor("staff", "staff:probe", frozenset(rule.posts))
    return Actor("member", "member:0")


def _beyond_grant(ground: Ground, rule: Purpose) -> Finding:
    actor = holder_of(rule)
    tried = 0
    for column in _one_column_each(ground):
        relation = ground.active.datamap.model(column.table).relation  # type: ignore[union-attr] # a column's table is mapped
        decisions = {
            action: decide(
                ground.active.policy, rule.id, actor, relation, column.category, action
            ).outcome
            for action in ("read", "match", "write")
        }
        with purpose(rule.id, actor=actor, subject="member:0", place="probe"):
            if decisions["read"] in (Outcome.DEFER, Outcome.REFUSE):
                tried += 1
                if not _refused(ground, partial(_read, ground, column)):
                    return Finding("broken", f"`{column.label}` was read under `{rule.id}`")
            if decisions["match"] is Outcome.REFUSE:
                tried += 1
                if not _refused(ground, partial(_match, ground, column)):
                    return Finding("broken", f"`{column.label}` was searched by under `{rule.id}`")
            if decisions["write"] is Outcome.REFUSE:
                tried += 1
                if not _refused(ground, partial(_write, ground, column)):
                    return Finding("broken", f"`{column.label}` was written under `{rule.id}`")
    return Finding("kept", f"{tried} attempts refused")


def _wrong_post(ground: Ground, rule: Purpose) -> Finding:
    outsider = Actor("staff", "staff:probe", frozenset({STRANGER}))
    for actor in (outsider, Actor("member", "member:0"), Actor()):
        for column in _one_column_each(ground):
            with purpose(rule.id, actor=actor, subject="member:0", place="probe"):
                if not _refused(ground, partial(_read, ground, column)):
                    return Finding(
                        "broken", f"a {actor.kind} without the post read `{column.label}`"
                    )
    return Finding("kept", f"only {', '.join(rule.posts)} may act, others are refused")


def _one_column_each(ground: Ground) -> Iterator[BoundColumn]:
    """One mapped column for each category, of a model whose rows lead to people."""
    seen: set[str] = set()
    for column in ground.active.datamap.columns:
        model = ground.active.datamap.model(column.table)
        if column.category and column.category not in seen and model and model.paths:
            seen.add(column.category)
            yield column


def _refused(ground: Ground, attempt: Callable[[], None]) -> bool:
    try:
        # A savepoint, so that a refusal inside Django's own atomic block ends with it.
        with transaction.atomic(using=ground.using):
            attempt()
    except PurposeError:
        return True
    return False


def _read(ground: Ground, column: BoundColumn) -> None:
    manager = column.field.model._base_manager.using(ground.using)
    list(manager.values_list(column.field.attname)[:1])


def _match(ground: Ground, column: BoundColumn) -> None:
    manager = column.field.model._base_manager.using(ground.using)
    try:
        manager.filter(**{f"{column.field.name}__isnull": False}).exists()
    except (FieldError, ValidationError) as error:
        raise AssertionError(f"the probe's own query does not work: {error}") from error


def _write(ground: Ground, column: BoundColumn) -> None:
    manager = column.field.model._base_manager.using(ground.using)
    name = column.field.attname
    with purpose(RIGHTS, actor=MAKER):
        first = manager.order_by("pk").values("pk", name).first()
    # A value that is there already is no change, and the guard lets it pass as none. An
    # empty table must meet the compiler too.
    stored = first[name] if first else None
    rows = manager.filter(pk=first["pk"]) if first else manager.all()
    if not rows.update(**{name: another_value(column.field, stored)}):
        raise PurposeError("no row of the purpose's own was there to change")
