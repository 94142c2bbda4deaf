"""Every page of the storefront: whole, self-contained, and usable without scripts."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_model

from tests.sites.appliance_shop.storefront.goods import product, put
from upheld.context import purpose

PUBLIC = (
    "/",
    "/catalogue/",
    "/catalogue/?page=2",
    "/search/?q=kettle",
    "/search/",
    "/basket/",
    "/about/",
    "/contact/",
    "/shipping-policy/",
    "/refund-policy/",
    "/accounts/login/",
    "/accounts/register/",
    "/password-reset/",
)
MEMBERS = (
    "/accounts/",
    "/accounts/orders/",
    "/accounts/addresses/",
    "/accounts/addresses/add/",
    "/accounts/alerts/",
    "/accounts/change-password/",
)
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}


class _Page(HTMLParser):
    """What the tests look at: inline code, outside addresses, picture sizes, labels."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.outside: list[str] = []
        self.unsized: list[str] = []
        self.open: list[str] = []
        self.headings = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.inline += [f"<{tag} {name}>" for name in given if name.startswith("on")]
        if "style" in given or tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(f"<{tag}>")
        for name in ("src", "href", "action"):
            value = given.get(name) or ""
            if re.match(r"(?:[a-z]+:)?//", value):
                self.outside.append(value)
        if tag == "img" and not (given.get("width") and given.get("height") and "alt" in given):
            self.unsized.append(given.get("src") or "")
        self.headings += tag == "h1"
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
        self.open.pop()


def _look(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, f"{path}: {answer.status_code}"
    text = str(answer.content.decode())
    page = _Page(text)
    assert page.inline == []
    assert page.outside == []
    assert page.unsized == []
    assert page.headings == 1
    assert page.open == []
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    return text


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_is_whole(visitor: Client, path: str) -> None:
    assert "Hearth" in _look(visitor, path)


@pytest.mark.parametrize("path", MEMBERS)
def test_a_members_page_is_whole_and_closed_to_visitors(
    member: Client, visitor: Client, path: str
) -> None:
    _look(member, path)
    answer = visitor.get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/accounts/login/?next={path}"


def test_every_category_and_product_has_its_page(visitor: Client) -> None:
    categories = get_model("catalogue", "Category").objects.all()
    products = get_model("catalogue", "Product").objects.all()
    assert (len(categories), len(products)) == (6, 47)
    for entry in [*categories, *products]:
        _look(visitor, entry.get_absolute_url())


def test_a_wrong_slug_leads_to_the_right_address(visitor: Client) -> None:
    kettle = product("Dawnby Kettle, Cream")
    category = kettle.categories.get()
    for wrong, right in (
        (f"/catalogue/old-name_{kettle.pk}/", kettle.get_absolute_url()),
        (f"/catalogue/category/old-name_{category.pk}/", category.get_absolute_url()),
    ):
        answer = visitor.get(wrong)
        assert (answer.status_code, answer.headers["Location"]) == (301, right)


@pytest.mark.parametrize(
    "path", ["/nothing/", "/offers/", "/wishlists/", "/catalogue/x_999999/", "/accounts/emails/"]
)
def test_what_is_not_there_says_so_in_the_shops_dress(visitor: Client, path: str) -> None:
    assert "There is nothing at this address" in _look(visitor, path, 404)


def test_the_three_mailboxes_and_no_other(visitor: Client) -> None:
    text = _look(visitor, "/contact/")
    found = set(re.findall(r"[\w.]+@[\w.]+", text))
    assert found == {
        "press@hearthandhob.example",
        "support@hearthandhob.example",
        "wholesale@hearthandhob.example",
    }


@pytest.mark.parametrize("path", ["/shipping-policy/", "/refund-policy/"])
def test_a_policy_names_its_version_and_is_linked_everywhere(visitor: Client, path: str) -> None:
    assert "Version 1.0, in force since 22 November 2026" in _look(visitor, path)
    assert f'href="{path}"' in _look(visitor, "/basket/")


def test_prices_are_in_dollars(visitor: Client) -> None:
    text = _look(visitor, product("Emberline Range Cooker, Sage Green").get_absolute_url())
    assert "$2,890.00" in text
    assert get_model("partner", "StockRecord").objects.exclude(price_currency="USD").count() == 0


def test_a_product_shows_picture_numbers_colours_and_neighbours(visitor: Client) -> None:
    text = _look(visitor, product("Dawnby Kettle, Cream").get_absolute_url())
    for words in (
        "/media/products/kettle-cream.svg",
        "/media/products/kettle-size.svg",
        "22 × 25 × 16 cm",
        "2200 W",
        "Ember red",
        "Sage green",
        "Free delivery",
        "From the same shelf",
    ):
        assert words in text


def test_a_sold_out_product_cannot_be_put_into_the_basket(visitor: Client, member: Client) -> None:
    iron = product("Gridley Waffle Iron")
    assert "Sold out" in _look(visitor, iron.get_absolute_url())
    assert "Tell me when it is back" in _look(member, iron.get_absolute_url())
    visitor.post(reverse("basket:add", args=[iron.pk]), {"quantity": 1})
    assert "There is nothing in it yet" in _look(visitor, "/basket/")


def test_reviews_are_shown_without_names(visitor: Client) -> None:
    with purpose("upkeep"):
        review = get_model("reviews", "ProductReview").objects.approved().first()
        assert review is not None
        name, path = review.user.first_name, review.product.get_absolute_url()
    text = _look(visitor, path)
    assert review.title in text
    assert name not in text


def test_looking_at_products_and_searching_leaves_no_trace(member: Client) -> None:
    answer = member.get(product("Dawnby Kettle, Cream").get_absolute_url())
    member.get("/search/?q=kettle")
    assert "oscar_history" not in answer.cookies
    with purpose("upkeep"):
        for name in ("ProductRecord", "UserProductView", "UserRecord", "UserSearch"):
            assert get_model("analytics", name).objects.count() == 0


def test_the_basket_counts_what_lies_in_it(visitor: Client, member: Client) -> None:
    for client in (visitor, member):
        put(client, "Dawnby Kettle, Cream", "Mull Burr Grinder")
        assert re.search(r'tool__count">2<', _look(client, "/"))
        assert "$248.00" in _look(client, "/basket/")


def test_basket_lines_change_and_go_without_scripts(visitor: Client) -> None:
    put(visitor, "Dawnby Kettle, Cream", "Mull Burr Grinder")
    lines = [form.instance for form in visitor.get("/basket/").context["formset"]]
    sent = {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 2}
    sent |= {f"form-{n}-id": line.pk for n, line in enumerate(lines)}
    sent |= {"form-0-quantity": 3, "form-1-quantity": 1, "form-1-DELETE": "on"}
    assert visitor.post("/basket/", sent).status_code == 302
    text = _look(visitor, "/basket/")
    assert "$237.00" in text
    assert "Mull Burr Grinder" not in re.sub(
        r"(?s)<div class=.messages.*?</div>\s*</div>", "", text
    )


def test_the_theme_is_a_choice_of_the_visitor(visitor: Client) -> None:
    assert "data-theme" not in _look(visitor, "/")
    answer = visitor.post("/theme/", {"theme": "dark", "next": "/about/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/about/")
    assert 'data-theme="dark"' in _look(visitor, "/about/")
    visitor.post("/theme/", {"theme": "", "next": "https://elsewhere.example/"})
    assert "data-theme" not in _look(visitor, "/")


def test_the_theme_form_leads_to_no_other_site(visitor: Client) -> None:
    answer = visitor.post("/theme/", {"theme": "dark", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"


def test_a_visitor_gets_no_cookie_but_the_forms_guard(visitor: Client) -> None:
    visitor.get("/")
    visitor.get("/catalogue/")
    assert set(visitor.cookies) == {"hh_csrf"}


def test_pictures_are_served_with_their_type(visitor: Client) -> None:
    answer = visitor.get("/media/products/kettle-cream.svg")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert visitor.get("/media/../secret_key").status_code == 400
