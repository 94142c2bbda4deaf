"""Customer Service: frequent questions, departments, two numbers, the address."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_everything_by_which_the_firm_is_reached_stands_on_one_page() -> None:
    page = Client().get(reverse("customer-service")).content.decode()
    for said in (*settings.BRAND.phones, settings.BRAND.legal, settings.BRAND.mail):
        assert said in page
    assert page.count("<details>") >= 5
    assert "Do you see my card?" in page


def test_each_department_has_its_own_way_in() -> None:
    page = Client().get(reverse("customer-service")).content.decode()
    for topic in ("sales", "billing", "technical", "privacy", "complaint"):
        assert f"/contact/?topic={topic}" in page
        form = Client().get(f"/contact/?topic={topic}").context["form"]
        assert form.initial["topic"] == topic
