"""The format is pinned: what was sealed yesterday opens tomorrow, byte by byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sealing.keys import MemoryKeys
from upheld.errors import SealingError
from upheld.sealing import Sealer, kind_of, normal_form

VECTORS: dict[str, Any] = json.loads(Path(__file__).with_name("vectors.json").read_text())
DOCUMENT = Path(__file__).parents[2] / "docs/sealing-format.md"
KEY_ID, KEY, NONCE = (bytes.fromhex(VECTORS[name]) for name in ("key_id", "key", "nonce"))
sealer = Sealer(
    MemoryKeys((KEY_ID, KEY)),
    bytes.fromhex(VECTORS["index_key"]),
    random=lambda size: NONCE[:size],
)


def by_name(case: dict[str, Any]) -> str:
    return str(case.get("name", case.get("value")))


@pytest.mark.parametrize("case", VECTORS["opens"], ids=by_name)
def test_seals_and_opens(case: dict[str, Any]) -> None:
    sealed = sealer.seal(
        case["value"],
        column=case["column"],
        subject="member:1",
        row=case["row"],
        scope=case["scope"],
    )
    assert sealed == case["token"]
    assert sealer.open(case["token"], column=case["column"], row=case["row"]) == case["value"]


@pytest.mark.parametrize("case", VECTORS["opens"], ids=by_name)
def test_opens_by_the_document_alone(case: dict[str, Any]) -> None:
    # The document's own code, with none of the package's.
    names: dict[str, Any] = {}
    exec(DOCUMENT.read_text().split("```python\n")[1].split("```")[0], names)
    assert names["open_token"](case["token"], KEY) == case["value"]


@pytest.mark.parametrize("case", VECTORS["refused"], ids=by_name)
def test_refuses(case: dict[str, Any]) -> None:
    with pytest.raises(SealingError) as caught:
        sealer.open(case["token"], column=case["column"], row=case["row"])
    assert caught.value.code == case["code"]


@pytest.mark.parametrize("case", VECTORS["blind"], ids=by_name)
def test_blind_index(case: dict[str, Any]) -> None:
    assert normal_form(kind_of(case["scope"]), case["value"]) == case["normal"]
    assert sealer.blind(case["scope"], case["value"]) == case["blind"]


@pytest.mark.parametrize("case", VECTORS["words"], ids=by_name)
def test_word_tokens(case: dict[str, Any]) -> None:
    assert sorted(sealer.tokens(case["scope"], case["value"])) == case["tokens"]
