"""Word tokens: which rows of a sealed column hold which words, as keyed digests.

What a reader of this table learns without the index key: how many words a value has,
which values share a word, and how often each word occurs. Use it only for categories
whose policy says `lookup: words`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db import DEFAULT_DB_ALIAS, transaction

from upheld.keyring.models import WordToken

_SLICE = 500
_CASTS = ("", "bigint", "integer", "text", "uuid")


def add(
    column_label: str, tokens: Mapping[str, Iterable[str]], *, using: str = DEFAULT_DB_ALIAS
) -> None:
    """Note the words of rows that had none: row (primary key as text) -> its tokens."""
    noted = [
        WordToken(column_label=column_label, row=row, token=token)
        for row, found in tokens.items()
        for token in sorted(set(found))
    ]
    WordToken.objects.using(using).bulk_create(noted, batch_size=_SLICE, ignore_conflicts=True)


def replace(
    column_label: str, tokens: Mapping[str, Iterable[str]], *, using: str = DEFAULT_DB_ALIAS
) -> None:
    """Note the words of rows in place of what was noted; no tokens = none."""
    with transaction.atomic(using, savepoint=False):
        remove(column_label, list(tokens), using=using)
        add(column_label, tokens, using=using)


def remove(column_label: str, rows: Collection[str], *, using: str = DEFAULT_DB_ALIAS) -> int:
    """Take away the words of these rows. Returns how many tokens went."""
    chosen = list(rows)
    gone = 0
    for start in range(0, len(chosen), _SLICE):
        noted = WordToken.objects.using(using).filter(
            column_label=column_label, row__in=chosen[start : start + _SLICE]
        )
        gone += noted.delete()[0]
    return gone


def rows_matching(
    column_label: str, tokens: Iterable[str], *, cast: str = ""
) -> tuple[str, list[str | int]]:
    """Return SQL and parameters of a subquery: the rows that hold all of these words.

    One column, the primary key as text, or as `cast` (`bigint`, `integer`, `uuid`), so
    that `table.pk IN (<sql>)` can use the index of the primary key. No tokens (a search
    without a word in it) match no row. The same on SQLite and PostgreSQL.
    """
    if cast not in _CASTS:
        raise ValueError(f"cannot cast a primary key to `{cast}`")
    row = f"CAST(w.row AS {cast})" if cast else "w.row"
    wanted = sorted(set(tokens))
    table = WordToken._meta.db_table
    if not wanted:
        return f"SELECT {row} FROM {table} w WHERE 1 = 0", []  # noqa: S608 - names of ours only
    marks = ", ".join(["%s"] * len(wanted))
    sql = f"SELECT {row} FROM {table} w WHERE w.column_label = %s AND w.token IN ({marks})"  # noqa: S608 - as above
    if len(wanted) == 1:
        return sql, [column_label, *wanted]
    # A row has a token at most once (unique), so the count says whether all are there.
    return (
        f"{sql} GROUP BY w.row HAVING COUNT(*) = %s",
        [column_label, *wanted, len(wanted)],
    )
