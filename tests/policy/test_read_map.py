"""Reading map.yaml: what it says, and one message for each mistake."""

from __future__ import annotations

import pytest

from upheld.policy.extend import extend, loads_map
from upheld.policy.mapfile import Column, Model, Store, SubjectKind, SubjectPath
from upheld.policy.read_map import parse_map

SMALL = """\
subjects:
  member: auth.User
  guest: {root: shop.Order.guest_email, wall: consumer}
models:
  auth.User: {subject: self, columns: {email: contact.email}, rest: none}
  shop.Address:
    subject: order.user | order.guest_email | nobody
    columns:
      line1: address.delivery
      notes: {category: free_text, detect: [card.number]}
      country: none
      order: key
      search_text: {category: address.delivery, copy_of: line1}
    rest: none
    wall: consumer
    event_dates: {address.added: added_at}
  shop.Product: {nobody: "goods, no people", rest: none}
routes: {"shop:*": own}
commands: {migrate: upkeep}
stores: {cache: session.content, inbox: {what: [case.content], note: the support mailbox}}
"""


def mistakes(text: str) -> list[str]:
    return [str(each) for each in sorted(extend(parse_map(text, "map.yaml")).findings)]


def test_a_sound_map_says_what_it_means() -> None:
    found = loads_map(SMALL)
    assert found.subjects == {
        "member": SubjectKind("member", "auth.User"),
        "guest": SubjectKind("guest", "shop.Order.guest_email", "consumer"),
    }
    assert found.models["auth.User"] == Model(
        "auth.User",
        paths=(SubjectPath("self", ()),),
        columns={"email": Column("email", "category", "contact.email")},
        rest="none",
    )
    assert found.models["shop.Address"] == Model(
        "shop.Address",
        paths=(
            SubjectPath("order.user", ("order", "user")),
            SubjectPath("order.guest_email", ("order", "guest_email")),
        ),
        fallback_nobody=True,
        columns={
            "line1": Column("line1", "category", "address.delivery"),
            "notes": Column("notes", "category", "free_text", detect=("card.number",)),
            "country": Column("country", "none"),
            "order": Column("order", "key"),
            "search_text": Column(
                "search_text", "category", "address.delivery", copy_of=("line1",)
            ),
        },
        rest="none",
        wall="consumer",
        event_dates={"address.added": "added_at"},
    )
    assert found.models["shop.Product"].nobody == "goods, no people"
    assert found.routes == {"shop:*": "own"}
    assert found.commands == {"migrate": "upkeep"}
    assert found.stores == {
        "cache": Store("cache", ("session.content",)),
        "inbox": Store("inbox", ("case.content",), "the support mailbox"),
    }


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "routes:",
            "route:",
            "map.yaml:18:1: error: a map has no `route` [map.unknown-key]\n"
            "  hint: did you mean `routes`?",
        ),
        (
            "subject: self,",
            "subjects: self,",
            "map.yaml:5:15: error: `auth.User` has no `subjects` [map.unknown-key]\n"
            "  hint: did you mean `subject`?",
        ),
        (
            "  shop.Product:",
            "  Product:",
            "map.yaml:17:3: error: `Product` is no model [map.label]\n"
            "  hint: write `app_label.ModelName`",
        ),
        (
            "member: auth.User",
            "member: User",
            "map.yaml:2:11: error: `subjects.member`: `User` is no model [map.label]\n"
            "  hint: write `app.Model`, or `app.Model.column` for people known by a value",
        ),
        (
            "member: auth.User",
            "Member: auth.User",
            "map.yaml:2:3: error: `Member` cannot be an id in `subjects` [map.id]\n"
            "  hint: write lower-case words joined by `_`",
        ),
        (
            "{root: shop.Order.guest_email, wall: consumer}",
            "{wall: consumer}",
            "map.yaml:3:10: error: `subjects.guest` lacks `root` [map.missing]\n"
            "  hint: name a model: `auth.User`",
        ),
        (
            "order.user | order.guest_email | nobody",
            "order.user | nobody | order.guest_email",
            "map.yaml:7:14: error: `shop.Address` goes on after `nobody` [map.subject]\n"
            "  hint: put it last",
        ),
        (
            "order.user | order.guest_email | nobody",
            "nobody",
            "map.yaml:7:14: error: `shop.Address` names nobody as its only subject "
            "[map.subject]\n"
            '  hint: write `nobody: "the reason"` instead of `subject`',
        ),
        (
            "order.user | order.guest_email | nobody",
            "order__user",
            None,
        ),
        (
            "order.user | order.guest_email | nobody",
            "order->user",
            "map.yaml:7:14: error: `shop.Address`: `order->user` is no path [map.subject]\n"
            "  hint: write relation names joined by dots: `order.user | order.guest_email`",
        ),
        (
            'nobody: "goods, no people"',
            'subject: user, nobody: "goods, no people"',
            "map.yaml:17:41: error: `shop.Product` has a subject and `nobody` [map.subject]\n"
            "  hint: for rows without a person write `subject: ... | nobody`",
        ),
        (
            "{category: free_text, detect: [card.number]}",
            "{detect: [card.number]}",
            "map.yaml:10:14: error: `shop.Address.notes` needs either `category` or `role` "
            "[map.column]\n"
            "  hint: personal data have a category",
        ),
        (
            "      country: none\n",
            "      country code: none\n",
            "map.yaml:11:7: error: `country code` is no column of `shop.Address` [map.column]\n"
            "  hint: write the field's name in its model",
        ),
        (
            'people", rest: none}',
            'people", rest: nothing}',
            "map.yaml:17:52: error: `rest` of `shop.Product` cannot be `nothing` [map.choice]\n"
            "  hint: known here: `none`",
        ),
        (
            "migrate: upkeep",
            "migrate: ",
            "map.yaml:19:21: error: the purpose of `migrate` has no value [map.empty]\n"
            "  hint: write one or remove the line",
        ),
        (
            "{what: [case.content], note: the support mailbox}",
            "{note: the support mailbox}",
            "map.yaml:20:41: error: `stores.inbox` lacks `what` [map.missing]\n"
            "  hint: name the categories it holds",
        ),
    ],
)
def test_one_mistake_one_message(old: str, new: str, expected: str | None) -> None:
    assert SMALL.count(old) == 1
    assert mistakes(SMALL.replace(old, new)) == ([expected] if expected else [])
