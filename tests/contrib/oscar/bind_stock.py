"""Bind the shipped map against stock Oscar and print what came out, as JSON.

Run as a process of its own: a Python process has one set of installed apps.
"""

from __future__ import annotations

import datetime
import json
import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.contrib.oscar.settings"
django.setup()

from upheld.datamap.bind import bind  # noqa: E402  (needs the apps)
from upheld.datamap.discover import discover  # noqa: E402
from upheld.datamap.engine import with_engine  # noqa: E402
from upheld.policy.extend import loads_map  # noqa: E402
from upheld.policy.mapfile import MapFile  # noqa: E402
from upheld.policy.types import Category, Controller, Policy, Sealed  # noqa: E402

SEALED = {
    "name.legal": "words",
    "contact.email": "exact",
    "contact.phone": "exact",
    "address.delivery": "none",
    "address.billing": "none",
    "free_text": "none",
    "message.sent": "none",
    "session.content": "none",
}
mapfile = with_engine(loads_map("extends: [upheld.contrib.oscar]"))
categories = {
    column.category
    for model in mapfile.models.values()
    for column in model.columns.values()
    if column.role == "category"
}
policy = Policy(
    Controller("Test Shop", "US", "shop@test.example"),
    datetime.date(2026, 11, 22),
    {
        id: Category(id, "contact", Sealed(SEALED[id]) if id in SEALED else None)  # type: ignore[arg-type] # a literal
        for id in sorted(categories)
    },
    {},
)
bound = bind(mapfile, policy)
extended = ("upheld.contrib.oscar", "upheld.contrib.django", "upheld.contrib.allauth")
draft = discover(MapFile(), (), samples=0)
blank = discover(MapFile(), extended, samples=0)
print(
    json.dumps(
        {
            "problems": [f"{p.id} {p}" for p in bound.problems],
            "categories": sorted(categories),
            "columns": {c.label: [c.role, c.category, c.lookup] for c in bound.columns},
            "models": {
                m.label: {
                    "paths": [path.text for path in m.paths],
                    "kinds": sorted({path.kind.id for path in m.paths if path.kind}),
                    "nobody": m.nobody,
                    "fallback_nobody": m.fallback_nobody,
                }
                for m in bound.models
            },
            "draft": [list(draft.extends), [model.label for model in draft.models]],
            "blank": {
                model.label: {
                    "path": model.kin.path if model.kin else "",
                    "unsure": model.kin.unsure if model.kin else "",
                    "columns": {k: [g.what, g.unsure] for k, g in model.columns.items()},
                }
                for model in blank.models
            },
        }
    )
)
