"""Around `migrate`: the second line steps aside for the schema and comes back as it must be.

A migration may alter a column that a trigger looks at, which PostgreSQL refuses, and its owner
must see the rows that it moves. So before a migration that has something to do, triggers go and
row security binds the owner no more; grants and policies stay, so the site's login sees no
more than before. Afterwards the plan is carried out, new tables and wrong values included. A
migration that breaks off leaves the line lowered: checks say so, `--mend` raises it.
"""

from __future__ import annotations

from typing import Any

from upheld.conf import conf
from upheld.datamap.pathsql import quoted
from upheld.guard.secondline.apply import carry_out, structure
from upheld.guard.secondline.facts import facts_of, reading
from upheld.guard.secondline.items import RowSecurity, Trigger


def site_alias(using: str) -> str | None:
    """The alias of the site for what `migrate` works on: the alias of an owner, or the site's
    own, which is then connected as the owner. Some apps' migrations name no database."""
    known = conf().SECOND_LINE
    return using if using in known else next((s for s, of in known.items() if of == using), None)


def lower(*, using: str, plan: Any = None, **_: Any) -> None:
    """Before `migrate`: let the owner change tables and see their rows."""
    if not plan or site_alias(using) is None or not facts_of(using).installed:
        return
    state = structure(using)
    with reading(using) as cursor:
        for item in state.found.items:
            if isinstance(item, Trigger):
                for statement in item.unmake():
                    cursor.execute(statement)
            elif isinstance(item, RowSecurity) and item.forced:
                table = quoted(item.table)
                cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")


def raise_again(*, using: str, plan: Any = None, **_: Any) -> None:
    """After `migrate`: make the database what the policy says."""
    site = site_alias(using)
    if plan and site is not None and facts_of(using).installed:
        carry_out(site)
