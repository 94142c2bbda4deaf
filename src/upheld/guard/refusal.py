"""One refusal: its message with the next step, its record, and what MODE makes of it."""

from __future__ import annotations

from upheld.conf import conf
from upheld.context import Context
from upheld.datamap.active import active
from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.errors import PurposeError
from upheld.guard.record import record
from upheld.policy.semantics import Action, Decision, Outcome, decide

_VERBS = {
    "read": "read",
    "match": "used to filter, order or group",
    "write": "written",
    "delete": "deleted",
}


def refuse_column(context: Context, column: BoundColumn, action: Action, *, note: str = "") -> None:
    """Refuse `action` on `column`: raise under enforce, record and return under observe.

    `note` says what is special about the use, e.g. `it was asked for by name`.
    """
    governance = active()
    model = governance.datamap.model(column.table)
    relation = model.relation if model is not None else "unresolved"
    decision = decide(
        governance.policy, context.purpose, context.actor, relation, column.category, action
    )
    message = f"`{column.label}` may not be {_VERBS[action]}{_under(context)}"
    if note:
        message += f": {note}"
    hint = _next_step(context, decision, action, column.category, column.label)
    _raise_or_record(context, message, hint, column.label, action, decision)


def refuse_rows(context: Context, model: BoundModel, action: Action) -> None:
    """Refuse to touch any row of `model`, in the same two ways."""
    governance = active()
    category = next((c for c in governance.policy.data if c not in governance.policy.refuse), "")
    decision = decide(
        governance.policy, context.purpose, context.actor, model.relation, category, action
    )
    message = f"rows of `{model.label}` may not be {_VERBS[action]}{_under(context)}"
    hint = _next_step(context, decision, action, "", model.label)
    _raise_or_record(context, message, hint, model.label, action, decision)


def refuse(
    context: Context,
    message: str,
    *,
    hint: str,
    target: str,
    action: Action,
    reason: str,
) -> None:
    """Refuse for a reason that is no column's: a statement, a row of someone else."""
    rule = active().policy.purposes.get(context.purpose or "")
    decision = Decision(Outcome.REFUSE, reason, rule.says if rule else ())
    _raise_or_record(context, message, hint, target, action, decision)


def _raise_or_record(
    context: Context,
    message: str,
    hint: str,
    target: str,
    action: Action,
    decision: Decision,
) -> None:
    enforced = conf().MODE == "enforce"
    record(context, target, action, decision.reason, enforced=enforced)
    if enforced:
        raise PurposeError(
            message,
            hint=hint,
            purpose=context.purpose,
            target=target,
            action=action,
            promises=decision.says,
            reason=decision.reason,
        )


def _under(context: Context) -> str:
    if context.purpose is None:
        return " without a purpose"
    return f" for the purpose `{context.purpose}`"


def _next_step(
    context: Context, decision: Decision, action: Action, category: str, label: str
) -> str:
    promises = f", promised by `{'`, `'.join(decision.says)}`" if decision.says else ""
    match decision.reason:
        case "no-purpose" if context.place:
            return f"give `{context.place}` a purpose in map.yaml"
        case "no-purpose":
            return "wrap the code in `upheld.purpose(...)`"
        case "unknown-purpose":
            return "declare it under `purposes` in policy.yaml"
        case "unknown-category":
            return f"declare `{category}` under `data` in policy.yaml"
        case "refused-data":
            return f"`{category}` is refused everywhere{promises}"
        case "post":
            return f"it is the work of another post{promises}"
        case "unresolved-subject":
            return f"write the subject path of `{label}` in map.yaml{promises}"
        case "masked":
            return f"it is masked for this purpose{promises}"
        case _:
            field = "write" if action == "delete" else action
            return f"add `{category}` to `may.{field}` if the notice allows it{promises}"
