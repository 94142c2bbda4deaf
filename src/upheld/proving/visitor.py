"""A made-up visitor: looks at pages as anybody would, and what was written of it is searched.

What is seen goes apart from the statistics and is written under names of pages that nobody has,
so that it is found among millions of views; all of it is rolled back with the probe.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db import models
from django.test import Client
from django.urls import reverse
from django.urls.resolvers import ResolverMatch, URLPattern, URLResolver

from upheld.browser.visits import moments
from upheld.browser.visits.buffer import apart
from upheld.browser.visits.models import Visit, VisitCell, VisitSalt, VisitTotal
from upheld.browser.visits.seen import Seen
from upheld.browser.visits.writing import write
from upheld.conf import conf
from upheld.context import purpose
from upheld.guard.direct import Direct
from upheld.policy.types import AUTHENTICATION
from upheld.proving.registry import must
from upheld.proving.synthetic import MAKER

TABLES: tuple[type[models.Model], ...] = (Visit, VisitSalt, VisitCell, VisitTotal)
AGENT = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/17.4 Safari/605.1.15"
)
ADDRESSES = ("203.0.113.77", "2001:db8:77::203", "::ffff:198.51.100.77")
"""Of ranges kept free for documentation."""
HOSTILE = ("100042", "ann@mail.example", "Xk29fQ8aLr71mZp0", "7f3a9d8c2b1e4f60", "0612345678")
"""What addresses of pages carry: a number of an order, a mail address, tokens, a telephone."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a made-up visitor did and what was written of it."""

    rows: tuple[dict[str, Any], ...]
    """The views, by column."""
    stored: str
    """Everything that the tables of visits hold of it, as one text."""
    cookies: Mapping[str, str]
    script: bool
    """Whether the page brought the script that tells how long it was looked at."""
    waited: str
    """What waited in memory, as one text."""


def browser(address: str = ADDRESSES[0], user: Any = None, **headers: str) -> Client:
    """A browser at the site's own address, signed in as `user`."""
    at = urlsplit(conf().SITE_URL)
    given: dict[str, Any] = {
        "SERVER_NAME": at.hostname or "localhost",
        "REMOTE_ADDR": address,
        "HTTP_USER_AGENT": AGENT,
        "wsgi.url_scheme": at.scheme,
    }
    client = Client(**(given | headers))
    if user is not None:
        with purpose(AUTHENTICATION, actor=MAKER):
            client.force_login(user)
    return client


def look(using: str, address: str = ADDRESSES[0], user: Any = None, **headers: str) -> Looked:
    """Look at the notice twice, with a secret in the query and in the referrer; have what was
    seen written. Raises `Broken` when there is no notice."""
    client = browser(address, user, **headers)
    path = reverse("upheld:notice")
    with apart() as seen:
        page = client.get(f"{path}?order={HOSTILE[0]}&mail={HOSTILE[1]}")
        client.get(path, HTTP_REFERER=f"https://mail.example/read?token={HOSTILE[2]}")
    must(page.status_code == 200, f"the notice answers {page.status_code}")
    rows = written(using, seen)
    return Looked(
        rows,
        _all_of(rows, using),
        {name: cookie.value for name, cookie in client.cookies.items()},
        b"data-visit" in page.content,
        repr(seen),
    )


def written(using: str, seen: Sequence[Seen]) -> tuple[dict[str, Any], ...]:
    """Write what was seen under made-up names of pages; returns the rows."""
    mark = f"probe-{secrets.token_hex(4)}"
    write([one._replace(page=f"{mark} {one.page}"[:120]) for one in seen], using=using)
    day = moments.now().day
    rows = Visit.objects.using(using).filter(day=day, page__startswith=mark).values()
    return tuple({**row, "page": row["page"].removeprefix(mark).strip()} for row in rows)


def as_stored(using: str, seen: Sequence[Seen]) -> list[str]:
    """Write what was seen; returns the pages in the order in which the table holds them."""
    mark = f"probe-{secrets.token_hex(4)}"
    write([one._replace(page=f"{mark} {one.page}") for one in seen], using=using)
    sql = f"SELECT page FROM {Visit._meta.db_table} WHERE day = %s AND page LIKE %s"  # noqa: S608  (a constant)
    rows = Direct(using).rows(sql, [moments.now().day, f"{mark}%"])
    return [page.removeprefix(mark).strip() for (page,) in rows]


def _all_of(rows: Sequence[dict[str, Any]], using: str) -> str:
    found = [str(value) for row in rows for value in row.values()]
    for model in (VisitSalt, VisitCell):
        kept: Any = model
        for values in kept.objects.using(using).values_list():
            found += [v.hex() if isinstance(v, bytes) else str(v) for v in values]
    return "\n".join(found)


def anywhere(using: str, *traces: str) -> str:
    """The first table of the site that holds one of these texts in clear, or empty text."""
    direct = Direct(using)
    introspection = direct.connection.introspection
    quoted = direct.connection.ops.quote_name
    for table in introspection.table_names():
        with direct.connection.cursor() as cursor:
            columns = introspection.get_table_description(cursor, table)
        tests, values = [], []
        for column in columns:
            for trace in traces:
                tests.append(f"CAST({quoted(column.name)} AS text) LIKE %s")
                values.append(f"%{trace}%")
        sql = f"SELECT 1 FROM {quoted(table)} WHERE {' OR '.join(tests)} LIMIT 1"  # noqa: S608  (names come from the database itself)
        if direct.rows(sql, values):
            return str(table)
    return ""


def routes(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> Iterator[ResolverMatch]:
    """Every route of the site, its parameters empty."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            inner = (*spaces, one.namespace) if one.namespace else spaces
            yield from routes(one, inner)
        elif isinstance(one, URLPattern):
            pattern: Any = one.pattern
            names = {*pattern.converters, *pattern.regex.groupindex}
            yield ResolverMatch(
                one.callback,
                (),
                dict.fromkeys(names, ""),
                url_name=one.name,
                namespaces=list(spaces),
                route=str(pattern),
            )
