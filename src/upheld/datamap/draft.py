"""A draft as the text of a map file. What a human must decide carries `unsure`."""

from __future__ import annotations

import json
from collections.abc import Iterator

from upheld.datamap.discover import Draft, DraftModel
from upheld.datamap.guess import Guess

HEADER = """\
# Drafted by `manage.py upheld init` from names, types and stored values.
# Decide whatever is `unsure` and take that key out: until then the checks fail.
# `none` says that a column is not personal, `nobody` that a row is about no person.
"""
ADDITION = """\
# Drafted by `manage.py upheld init`: what map.yaml does not declare yet.
# Move the entries there, decide whatever is `unsure`, and delete this file.
"""


def render(draft: Draft, *, addition: bool = False) -> str:
    """Return the draft as YAML; with `addition` as a file to be moved into a map by hand."""
    return "\n".join([ADDITION if addition else HEADER, *_lines(draft)]) + "\n"


def _lines(draft: Draft) -> Iterator[str]:
    if draft.extends:
        yield f"extends: [{', '.join(draft.extends)}]"
        yield ""
    if draft.subjects:
        inside = ", ".join(f"{kind}: {root}" for kind, root in draft.subjects.items())
        yield f"subjects: {{{inside}}}"
        yield ""
    if draft.models:
        yield "models:"
    for model in draft.models:
        yield from _model(model)


def _model(model: DraftModel) -> Iterator[str]:
    yield f"  {model.label}:"
    if model.kin is not None:
        if model.kin.path:
            yield f"    subject: {model.kin.path}"
        if model.kin.unsure:
            yield f"    unsure: {_text(model.kin.unsure)}"
    plain = all(each == Guess("none") for each in model.columns.values())
    if plain and model.kin is not None:
        yield "    rest: none"
        return
    yield "    columns:"
    for name, each in model.columns.items():
        yield f"      {name}: {_column(each)}"


def _column(found: Guess) -> str:
    if not found.unsure:
        return found.what
    word = "role" if found.what in ("none", "key") else "category"
    return f"{{{word}: {found.what}, unsure: {_text(found.unsure)}}}"


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)  # a JSON string is a YAML one
