from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User

from tests.rights.conftest import ENGINE, Person
from upheld import rights
from upheld.context import purpose
from upheld.rights import blocking


@pytest.fixture
def in_the_way(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(blocking, "_questions", [])
    rights.blocks_erasure(lambda subject, using: "Your parcel is being packed.")
    rights.blocks_erasure(lambda subject, using: None)
    yield


def test_an_erasure_waits_for_what_is_under_way(ben: Person, in_the_way: None) -> None:
    with pytest.raises(rights.ErasureBlocked) as caught:
        rights.erase(ben.subject, ground="asked in a test")
    assert str(caught.value) == "Your parcel is being packed."
    assert caught.value.data == {"reasons": ("Your parcel is being packed.",)}
    with purpose("rights", actor=ENGINE):
        assert User.objects.get(pk=ben.user.pk).email == "ben@post.example"


def test_nothing_in_the_way_is_no_reason(ben: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocking, "_questions", [])
    assert rights.blocks(ben.subject) == ()
