"""Pages and fragments in a cache, and what a session keeps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import RequestFactory, override_settings
from django.views.decorators.cache import cache_page

from tests.guard.conftest import AFTER_SALES, DISPATCH, Clinic, as_
from tests.project.clinic.models import Patient

FRAGMENT = "{% load cache %}{% cache 60 mine %}{% for p in patients %}{{ p.name }};{% endfor %}" \
           "{% endcache %}"  # fmt: skip
LOCMEM = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages"}
APART = {**LOCMEM, "KEY_FUNCTION": "upheld.guard.personcache.key"}


@pytest.fixture(params=["apart", "shared"])
def kind(request: pytest.FixtureRequest) -> Iterator[str]:
    chosen = APART if request.param == "apart" else LOCMEM
    with override_settings(CACHES={"default": LOCMEM, "template_fragments": chosen}):
        yield request.param
        for alias in ("default", "template_fragments"):
            caches[alias].clear()


def fragment() -> str:
    return engines["django"].from_string(FRAGMENT).render({"patients": Patient.objects.all()})


def test_fragments(clinic: Clinic, kind: str) -> None:
    with clinic.own(clinic.ann):
        assert fragment() == "Ann Lee;"
    with clinic.own(clinic.bob):
        assert fragment() == ("Bob Lee;" if kind == "apart" else "Ann Lee;")
    with clinic.own(clinic.ann):
        assert fragment() == "Ann Lee;"


def test_pages(clinic: Clinic, kind: str) -> None:
    @cache_page(60, cache="template_fragments")
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(", ".join(p.name for p in Patient.objects.all()))

    def get() -> str:
        return view(RequestFactory().get("/")).content.decode()

    with clinic.own(clinic.ann):
        assert get() == "Ann Lee"
    with clinic.own(clinic.bob):
        assert get() == ("Bob Lee" if kind == "apart" else "Ann Lee")


def test_posts_are_kept_apart(clinic: Clinic, kind: str) -> None:
    cache: Any = caches["template_fragments"]
    with as_("order_fulfilment", DISPATCH):
        cache.set("list", "for dispatch")
    with as_("after_sales", AFTER_SALES):
        assert cache.get("list") == (None if kind == "apart" else "for dispatch")


def test_the_cache_does_not_name_the_person(clinic: Clinic) -> None:
    cache = LocMemCache("named", {"KEY_FUNCTION": "upheld.guard.personcache.key"})
    with clinic.own(clinic.ann):
        cache.set("page", "x")
    assert not any(f"member:{clinic.ann.pk}" in name for name in cache._cache)  # type: ignore[attr-defined]  # LocMem's own


def test_a_refusal_is_kept_by_no_cache(clinic: Clinic) -> None:
    from django.test import Client

    page = Client().get("/unmapped/")
    assert page.status_code == 403
    assert page["Cache-Control"] == "no-store"
