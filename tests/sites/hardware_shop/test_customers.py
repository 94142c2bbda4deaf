"""Seri Rack's own: a nickname is enough, organisations only where there is one, questions."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sites.enquiries.models import Enquiry
from sites.goods.models import Product
from sites.hardware_shop.customers.models import Customer
from sites.hardware_shop.samples import furnish
from tests.sites.every.people import make_member
from upheld.context import purpose

pytestmark = pytest.mark.django_db


@pytest.fixture
def products(db: None) -> list[Product]:
    with purpose("upkeep"):
        furnish(lambda line: None)
        return list(Product.objects.all())


def test_a_nickname_is_enough_and_an_organisation_is_not_asked_of_people() -> None:
    page = Client().get(reverse("people:join"))
    fields = page.context["form"].fields
    assert not {"last_name", "birth_date"} & set(fields)
    assert not fields["organisation"].required
    assert "Only if you order for an organisation" in page.content.decode()
    _, user = make_member()
    with purpose("own", subject=f"member:{user.pk}"):
        assert Customer.objects.get(user_id=user.pk).organisation == ""


def test_a_question_about_a_product_names_it(products: list[Product]) -> None:
    visitor = Client()
    page = reverse("goods:one", args=[products[0].slug])
    asked = {"name": "Melur", "email": "melur@pantai.example", "words": "Does it fit the door?"}
    assert visitor.post(page, asked).status_code == 302
    with purpose("upkeep"):
        kept = Enquiry.objects.get()
    assert (kept.topic, kept.about) == ("product", products[0].title)


def test_every_product_is_listed_with_its_price(products: list[Product]) -> None:
    page = Client().get(reverse("goods:list")).content.decode()
    assert all(product.title in page for product in products)
    assert "B$1,890.00" in page
    assert Client().get(reverse("goods:one", args=["nothing"])).status_code == 404
