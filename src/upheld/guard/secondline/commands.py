"""`manage.py upheld second-line`: shows the plan, and carries it out when asked to."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from typing import Any, TextIO

from upheld.conf import conf
from upheld.errors import ConfigurationError
from upheld.guard.secondline.apply import State, carry_out, look, undo, undoing
from upheld.guard.secondline.names import app_login
from upheld.guard.secondline.plan import Plan
from upheld.ports import Subcommand


class SecondLine:
    """Exit 0 when the database is as the policy says (or was made so), 1 when it is not."""

    help = "let PostgreSQL itself keep the policy: roles, grants, row security"

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default="default", help="alias of the site's login")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--dry-run", action="store_true", help="print the plan (the default)")
        what.add_argument("--apply", action="store_true", help="carry the plan out")
        what.add_argument(
            "--check", action="store_true", help="name what is missing, wrong or too much"
        )
        what.add_argument("--mend", action="store_true", help="put right what a check names")
        parser.add_argument(
            "--undo", action="store_true", help="take everything away; with `--apply`"
        )

    def run(self, options: Namespace, out: TextIO) -> int:
        using: str = options.database
        if options.undo and (options.check or options.mend):
            raise ConfigurationError(
                "`--undo` goes with `--dry-run` or `--apply`", hint="look at the plan first"
            )
        if options.undo:
            return self._undo(using, options, out)
        if options.apply or options.mend:
            return self._report(carry_out(using), options, out, done=True)
        return self._report(look(using), options, out, done=False)

    def _undo(self, using: str, options: Namespace, out: TextIO) -> int:
        state, plan = undoing(using)
        if options.apply:
            undo(using)
        _write(out, options.json, _facts(state, plan, done=options.apply), plan.statements)
        return 0 if options.apply or not plan.findings else 1

    def _report(self, state: State, options: Namespace, out: TextIO, *, done: bool) -> int:
        plan = state.plan
        shown = plan.findings if options.check or options.mend else plan.statements
        _write(out, options.json, _facts(state, plan, done=done), shown)
        return 0 if done or state.is_kept else 1


def _facts(state: State, plan: Plan, *, done: bool) -> dict[str, Any]:
    return {
        "database": state.facts.database,
        "owner": state.facts.owner,
        "login": app_login(conf().SECOND_LINE_ROLES),
        "done": done,
        "findings": list(plan.findings),
        "statements": list(plan.statements),
        "wrong_values": state.wrong,
        "warnings": list(state.design.warnings),
    }


def _write(out: TextIO, as_json: bool, facts: dict[str, Any], lines: tuple[str, ...]) -> None:
    if as_json:
        out.write(json.dumps(facts) + "\n")
        return
    for line in lines:
        out.write(f"{line}\n")
    for table, count in facts["wrong_values"].items():
        out.write(f"{'mended' if facts['done'] else 'wrong'}: {count} rows of {table}\n")
    for warning in facts["warnings"]:
        out.write(f"warning: {warning}\n")
    count = len(facts["findings"])
    if not count and not facts["wrong_values"]:
        out.write("the database is as the policy says\n")
    elif facts["done"]:
        out.write(f"{count} parts changed\n")
    else:
        out.write(f"{count} parts to change; `--apply` changes them\n")


COMMANDS: dict[str, Subcommand] = {"second-line": SecondLine()}
