"""What people tell of their own will: optional, by their own hand, gone when taken back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.urls import reverse

from sites.appliance_shop.probes.shopper import Shopper
from sites.appliance_shop.probes.stage import (
    Guest,
    everything,
    make_clerk,
    make_member,
    make_product,
)
from sites.appliance_shop.probes.till import open_till
from sites.appliance_shop.tastes.keeping import KINDS, offered
from upheld import consent
from upheld.context import Actor, purpose
from upheld.errors import PurposeError
from upheld.mail import links
from upheld.policy.types import OWN, RIGHTS, UPKEEP
from upheld.proving.registry import Finding, Ground, must, probe

LETTERS = ("weekly_bundle_mail", "discount_mail", "launch_mail")


@probe(
    "shop.optional",
    rule="collect.preferences",
    title="be made to tell a taste, or have one kept that was never told",
    says=("optional",),
)
def optional(ground: Ground) -> Finding:
    guest = Guest()
    with open_till() as till:
        shopper = Shopper()
        sent = guest.registration() | {"newsletters": LETTERS[0], "tell": "colour:sage"}
        answer = shopper.post(reverse("customer:register"), sent)
        must(answer.status_code == 302, "joining without any taste is refused")
        user = _account(guest)
        page = shopper.text(reverse("preferences"))
        must("take_back" not in page and " required" not in page, "the page presses for a taste")
        must(_rows(user) == 0, "a taste was kept that nobody told")
        must(not any(_says(user, letter) for letter in LETTERS), "a newsletter was agreed to")
        order = Shopper(user).bought(make_product(), guest, till)
        must(order.status == "Paid", "a member without tastes cannot buy")
    return Finding("kept", "joined and bought without telling anything; nothing was kept")


@probe(
    "shop.your-own-hand",
    rule="collect.preferences",
    title="write a member's taste as staff, as another member or for another purpose",
    says=("your-own-hand",),
)
def your_own_hand(ground: Ground) -> Finding:
    user, _ = make_member()
    other, _ = make_member()
    tried = 0
    for rule in ground.active.policy.purposes.values():
        if rule.id in (RIGHTS, UPKEEP):
            continue
        for actor in (
            Actor("staff", f"member:{other.pk}", frozenset(rule.posts)),
            Actor("member", f"member:{other.pk}"),
            Actor(),
        ):
            for kind in KINDS:
                tried += 1
                with purpose(rule.id, actor=actor, subject=f"member:{other.pk}"):
                    _try_to_write(kind, user)
                must(_rows(user) == 0, f"a {actor.kind} wrote a {kind} under `{rule.id}`")
    Shopper(other).post(reverse("preferences"), {"tell": "colour:sage", "user": user.pk})
    must(_rows(user) == 0, "a member told a taste for another")
    Shopper(make_clerk("marketing")).post(
        reverse("preferences"), {"tell": "colour:sage", "user": user.pk}
    )
    must(_rows(user) == 0, "a clerk told a taste for a member")
    answer = Shopper(user).post(reverse("preferences"), {"tell": "colour:sage"})
    must(answer.status_code == 302 and _rows(user) == 1, "the member's own hand was refused")
    return Finding("kept", f"{tried} other hands refused; the member's own was not")


@probe(
    "shop.change-freely",
    rule="rights.rectification",
    title="find an old taste after a change, or a price that depends on one",
    says=("change-freely",),
)
def change_freely(ground: Ground) -> Finding:
    user, guest = make_member()
    product = make_product()
    shopper, page = Shopper(user), reverse("preferences")
    before = _offer(shopper, product)
    for kind in KINDS:
        values = [value for value, _ in offered(kind)][:2]
        for value in values:
            shopper.post(page, {"tell": f"{kind}:{value}"})
            must(value in _held(kind, user), f"a {kind} was not kept")
        must(_offer(shopper, product) == before, f"telling a {kind} changes what is offered")
        if values and not KINDS[kind].several:
            must(_held(kind, user) == values[-1:], f"an old {kind} was kept beside the new one")
        for value in values:
            shopper.post(page, {"take_back": f"{kind}:{value}"})
            must(value not in _held(kind, user), f"a {kind} could not be taken back")
    must(_rows(user) == 0, "something is left of what was taken back")
    must(_offer(shopper, product) == before, "taking a taste back changes what is offered")
    with open_till() as till:
        order = shopper.bought(product, guest, till)
        must(order.status == "Paid", "who took everything back cannot buy")
    return Finding("kept", "changed and taken back one by one; nothing is left, prices the same")


@probe(
    "shop.one-click",
    rule="mail.marketing",
    title="need more than one click, or a sign-in, to end a kind of mail",
    says=("one-click",),
)
def one_click(ground: Ground) -> Finding:
    for letter in LETTERS:
        user, _ = make_member()
        ref = f"member:{user.pk}"
        answer = Shopper(user).post(reverse("upheld:choices"), {letter: "yes"})
        must(answer.status_code == 303 and _says(user, letter), "a yes was not recorded")
        link = urlsplit(links.unsubscribe_url(ref, letter)).path
        stranger = Shopper(enforce_csrf_checks=True)
        must(stranger.get(link).status_code == 200, "the link needs a sign-in")
        must(_says(user, letter), "a mail scanner's GET ended the mail")
        answer = stranger.post(link, {"List-Unsubscribe": "One-Click"})
        must(answer.status_code == 200, "the click needs a second page")
        must(not _says(user, letter), f"one click did not end `{letter}`")
        forged = link[:-2] + ("B/" if link[-2] == "A" else "A/")
        must(stranger.post(forged).status_code == 404, "a forged link was taken")
    return Finding("kept", f"{len(LETTERS)} kinds of mail end with one POST and no sign-in")


@probe(
    "shop.only-if-agreed",
    rule="purposes.discount_mail",
    title="be mailed offers after agreeing to something else, or to nothing",
    says=("only-if-agreed",),
)
def only_if_agreed(ground: Ground) -> Finding:
    user, _ = make_member()
    must(not any(_says(user, letter) for letter in LETTERS), "silence counts as a yes")
    page = reverse("preferences")
    boxes = [f'name="consent_{letter}"' for letter in LETTERS]
    text = Shopper(user).text(page)
    must(all(box in text for box in boxes), "a newsletter has no box of its own")
    must(" checked" not in text, "a box comes ticked")
    Shopper(user).post(page, {"newsletters": "1", f"consent_{LETTERS[0]}": "on"})
    said = [letter for letter in LETTERS if _says(user, letter)]
    must(said == [LETTERS[0]], f"ticking `{LETTERS[0]}` alone counts for {said}")
    for wanted in LETTERS:
        for letter in LETTERS:
            answer = "yes" if letter == wanted else "no"
            Shopper(user).post(reverse("upheld:choices"), {letter: answer})
        said = [letter for letter in LETTERS if _says(user, letter)]
        must(said == [wanted], f"agreeing to `{wanted}` counts for {said}")
    return Finding("kept", "each of the three is agreed to on its own, and none by silence")


@probe(
    "shop.everyone",
    rule="subjects",
    title="be somebody whom none of the rules knows, or whose answer cannot be taken and erased",
    says=("everyone",),
)
def everyone(ground: Ground) -> Finding:
    kinds = ground.active.datamap.kinds
    for kind in ("visitor", "member", "guest", "dealer"):
        must(kind in kinds, f"the rules know no {kind}")
        who = f"{kind}:{'0' * 20}"
        with purpose(OWN, subject=who):
            consent.record(
                who, LETTERS[0], False, wording="asked by a probe", version="probe",
                place="probe", method="probe",
            )  # fmt: skip
            must(not consent.allowed(who, LETTERS[0]), f"the answer of a {kind} does not count")
            consent.forget(who)
            must(not consent.history(who), f"the answer of a {kind} outlives them")
    return Finding("kept", "visitors, members, buyers and dealers are each known and heard")


def _account(guest: Guest) -> Any:
    from django.contrib.auth import get_user_model

    with everything():
        return get_user_model().objects.get(email=guest.email)


def _rows(user: Any) -> int:
    with everything():
        return sum(kind.model.objects.filter(user=user).count() for kind in KINDS.values())


def _held(kind: str, user: Any) -> list[str]:
    found = KINDS[kind]
    with everything():
        rows = found.model.objects.filter(user=user)
        return list(rows.values_list(found.column, flat=True))


def _try_to_write(kind: str, user: Any) -> None:
    found = KINDS[kind]
    try:
        with transaction.atomic():
            found.model.objects.create(user_id=user.pk, **{found.column: offered("colour")[0][0]})
    except PurposeError:
        return


def _says(user: Any, letter: str) -> bool:
    with purpose(OWN, subject=f"member:{user.pk}"):
        return consent.allowed(f"member:{user.pk}", letter)


def _offer(shopper: Shopper, product: Any) -> tuple[str, ...]:
    """The prices on a product's page, as this person sees it."""
    import re

    return tuple(re.findall(r"\$[\d,.]+", shopper.text(product.get_absolute_url())))
