"""The member centre: everything held is shown, and changed by its own person alone."""

from __future__ import annotations

import html
import io
import re
import zipfile
from typing import Any

from django.contrib.auth import get_user_model
from django.urls import reverse

from sites.appliance_shop.probes.shopper import Shopper
from sites.appliance_shop.probes.stage import (
    PASSWORD,
    canary,
    everything,
    fresh,
    make_member,
    make_product,
)
from sites.appliance_shop.probes.till import open_till
from upheld import rights
from upheld.pages.held import correctable
from upheld.proving.outbox import caught
from upheld.proving.registry import Finding, Ground, must, probe
from upheld.rights.reasons import title_of

LINK = re.compile(r"/privacy/email/\S+")


@probe(
    "shop.see-yours",
    rule="rights.access",
    title="find a kind of data that the member centre does not show",
    says=("see-yours",),
)
def see_yours(ground: Ground) -> Finding:
    user, guest = make_member()
    with open_till() as till:
        shopper = Shopper(user)
        shopper.bought(make_product(), guest, till)
    shopper.post(reverse("preferences"), {"tell": "colour:sage"})
    held = rights.by_category(f"member:{user.pk}", ground.using)
    overview = html.unescape(shopper.text(reverse("upheld:me")))
    shown = ""
    for category in held:
        must(title_of(category) in overview, f"`{category}` is not on the page")
        page = html.unescape(shopper.text(reverse("upheld:me-category", args=[category])))
        must("Nothing of this kind" not in page, f"`{category}` is shown as empty")
        shown += page
    for value in (*guest.delivery().values(), guest.email, "Sage green"):
        must(value in shown, "a value that the member gave is not shown")
    must(fresh(user).password not in shown, "a password hash is shown")
    return Finding("kept", f"{len(held)} kinds of data are shown with every value")


@probe(
    "shop.change-yours",
    rule="rights.rectification",
    title="be kept from changing one's data, or change another member's",
    says=("change-yours",),
)
def change_yours(ground: Ground) -> Finding:
    user, _ = make_member()
    other, _ = make_member()
    shopper = Shopper(user)
    changed = 0
    for row in list(rights.rows(f"member:{user.pk}", ground.using)):
        for value in row.values:
            if not correctable(value.column) or not _is_words(value):
                continue
            must(_edit(shopper, value.column.label, row.instance.pk, canary()) == 302,
                 f"`{value.column.label}` cannot be changed")  # fmt: skip
            changed += 1
    must(changed >= 4, "the member centre offers next to nothing to change")
    for row in list(rights.rows(f"member:{other.pk}", ground.using)):
        for value in row.values:
            answer = _edit(shopper, value.column.label, row.instance.pk, canary())
            must(answer == 404, f"`{value.column.label}` of another member was opened")
    return Finding("kept", f"{changed} items changed one by one; another member's answer 404")


@probe(
    "shop.edit-yourself",
    rule="rights.rectification",
    title="need anybody's help to change an address, a phone number or an e-mail address",
    says=("edit-yourself",),
)
def edit_yourself(ground: Ground) -> Finding:
    user, guest = make_member()
    shopper = Shopper(user)
    with everything():
        address, profile = user.addresses.get(), user.member_profile
    for label, row, column, new in (
        ("address.UserAddress.line1", address, "line1", f"7 {canary()} Street"),
        ("address.UserAddress.phone_number", address, "phone_number", "+18025550177"),
        ("members.MemberProfile.mobile", profile, "mobile", "+18025550178"),
    ):
        must(_edit(shopper, label, row.pk, new) == 302, f"`{label}` cannot be changed")
        must(str(getattr(fresh(row), column)) == new, f"`{label}` did not change")
    new = f"{canary().lower()}@synthetic.example"
    must(_edit(shopper, "auth.User.email", user.pk, new) == 302, "no new e-mail address is taken")
    must(fresh(user).email == guest.email, "an address was changed that nobody confirmed")
    asked = caught()[-1]
    must(asked.to == [new], "the new address is not asked")
    link = LINK.search(str(asked.body))
    must(link, "the mail to the new address has no link")
    shopper.post(link[0] if link else "")
    must(fresh(user).email == new, "the confirmed address was not taken over")
    must(caught()[-1].to == [guest.email], "the old address is not told")
    return Finding("kept", "address and numbers at once, e-mail after its own confirmation")


@probe(
    "shop.do-it-yourself",
    rule="measures.fresh_sign_in",
    title="download or delete without the password, or delete too little",
    says=("do-it-yourself",),
)
def do_it_yourself(ground: Ground) -> Finding:
    user, guest = make_member()
    shopper = Shopper(user)
    take, leave = reverse("upheld:me-download"), reverse("upheld:me-delete")
    for path in (take, leave):
        answer = shopper.post(path, {"sure": "on"})
        asked = answer.status_code == 302 and reverse("upheld:fresh") in answer.headers["Location"]
        must(asked, f"`{path}` does not ask for the password")
        must(_exists(user), "an account was deleted without the password")
    shopper.post(reverse("upheld:fresh"), {"password": PASSWORD, "next": take})
    answer = shopper.post(take)
    must(answer.status_code == 200, "the download does not come")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as bundle:
        page = html.unescape(bundle.read("index.html").decode())
    must(guest.email in page and guest.line1 in page, "the copy lacks what the member gave")
    must(fresh(user).password not in page, "the copy gives the password's hash away")
    answer = shopper.post(leave, {"sure": "on"})
    must(answer.status_code == 302, f"deleting answers {answer.status_code}")
    must(not _exists(user), "the account is still there")
    must(shopper.get(answer.headers["Location"]).status_code == 200, "there is no receipt")
    return Finding("kept", "both ask for the password first, and do what they say")


def _edit(shopper: Shopper, label: str, pk: Any, value: str) -> int:
    path = reverse("upheld:me-edit", args=[label, str(pk)])
    answer = shopper.post(path, {label.rpartition(".")[2]: value})
    return int(answer.status_code)


def _is_words(value: Any) -> bool:
    """Plain text: addresses and numbers of their own form have a probe of their own."""
    field = value.column.field
    words = value.column.category in ("name.legal", "address.delivery")
    return words and not field.choices and field.name != "postcode"


def _exists(user: Any) -> bool:
    with everything():
        return bool(get_user_model().objects.filter(pk=user.pk).exists())
