"""Each of the shop's probes finds its promise kept, and says so when it is broken on purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sites.models import Site
from django.core.cache import cache
from django.core.signals import request_started
from django.http import HttpResponse
from django.test import override_settings

from sites.appliance_shop.aftersales import handling
from sites.appliance_shop.apps.customer import views as customer
from sites.appliance_shop.apps.partner.strategy import OneHouse
from sites.appliance_shop.dispatch import sending
from sites.appliance_shop.dispatch import views as dispatch
from sites.appliance_shop.mailings import editions
from sites.appliance_shop.members.forms import RegistrationForm
from sites.appliance_shop.probes import mailboxes
from sites.appliance_shop.settlement import paying
from sites.appliance_shop.storefront import policies
from sites.appliance_shop.storefront import views as storefront
from sites.appliance_shop.tastes import keeping
from sites.appliance_shop.tastes import views as tastes
from sites.frame.look.icons import ICONS
from sites.frame.staff import posts
from sites.payments import middleware
from sites.payments.seam import Line, Notice
from sites.payments.stripe_checkout import StripeCheckout
from upheld.cases import intake
from upheld.context import purpose
from upheld.datamap.active import active
from upheld.datamap.active import override as governed_by
from upheld.disclosure import passing_on
from upheld.mail import stopping
from upheld.pages import correction, email_change, fresh, me, second_factor
from upheld.policy.types import Policy, Purpose
from upheld.proving.registry import Finding, all_probes
from upheld.proving.run import Proof, prove

Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Sabotage:
    """How to break one promise, and what the probe then says."""

    probe: str
    detail: str
    patch: Callable[[Patch], None] = lambda patch: None
    policy: Callable[[Policy], Policy] | None = None
    settings: dict[str, Any] | None = None


def press_reads_support(policy: Policy) -> Policy:
    may = policy.purposes["press_talks"].may
    wider = replace(may, read=(*may.read, "case.contact", "case.content"))
    return changed(policy, "press_talks", may=wider)


def changed(policy: Policy, id: str, **how: Any) -> Policy:
    rule: Purpose = policy.purposes[id]
    return replace(policy, purposes=policy.purposes | {id: replace(rule, **how)})


def all_may_write_tastes(policy: Policy) -> Policy:
    grant = policy.purposes["after_sales"].may
    return changed(policy, "after_sales", may=replace(grant, write=("*",)))


def own_is_everybodys(policy: Policy) -> Policy:
    return changed(policy, "own", may=replace(policy.purposes["own"].may, rows="all"))


def signing_in_is_enough(policy: Policy) -> Policy:
    formal = replace(policy.rights["erasure_by_mail"], proof="account")
    return replace(policy, rights=policy.rights | {"erasure_by_mail": formal})


def without_theme_cookie(policy: Policy) -> Policy:
    return replace(policy, cookies={k: v for k, v in policy.cookies.items() if k != "hh_theme"})


def hide_the_notice(patch: Patch) -> None:
    def render(*given: Any, **named: Any) -> HttpResponse:
        return HttpResponse(real(*given, **named).content.replace(b'href="/privacy/"', b""))

    real = storefront.render
    patch.setattr(storefront, "render", render)


def keep_browsers(patch: Patch) -> None:
    """Write each visitor's browser down, as an access log in the database would."""

    def note(*, environ: dict[str, Any], **_: Any) -> None:
        browser = environ.get("HTTP_USER_AGENT", "")[:50]
        with purpose("upkeep"):
            Site.objects.get_or_create(name=browser, domain=browser or "none")

    request_started.connect(note, dispatch_uid="sabotage", weak=False)


def tell_for_them(patch: Patch) -> None:
    def join(given: Any) -> Any:
        user = real(given)
        with purpose("own", subject=f"member:{user.pk}"):
            keeping.tell(user.pk, "colour", "sage")
        return user

    real = customer.join
    patch.setattr(customer, "join", join)


def tell_the_provider(patch: Patch) -> None:
    def bill_for(number: str, payment: Any) -> Any:
        bill = real(number, payment)
        bought = payment.order.lines.get().title
        return replace(bill, lines=(Line(bought, 1, bill.cents),))

    real = paying.bill_for
    patch.setattr(paying, "bill_for", bill_for)


def believe_everybody(patch: Patch) -> None:
    patch.setattr(StripeCheckout, "read_notice", lambda self, body, headers: Notice("e", "r"))


def mail_under_another_choice(patch: Patch) -> None:
    """Send every edition to those who agreed to news of launches."""

    def parts(*given: Any) -> dict[str, object]:
        return real(*given) | {"purpose": "launch_mail", "topic": "product launches"}

    real = editions.parts
    patch.setattr(editions, "parts", parts)


def show_less(patch: Patch) -> None:
    def most(subject: str) -> dict[str, Any]:
        return {name: rows for name, rows in real(subject).items() if name != "taste.colour"}

    real = me.by_category
    patch.setattr(me, "by_category", most)


def open_every_row(patch: Patch) -> None:
    patch.setattr(correction, "rows_of", lambda model, *_: model.model._base_manager.all())


def nothing(*given: Any, **named: Any) -> None: ...


def everyone(user: Any) -> frozenset[str]:
    return frozenset(active().policy.posts)


SABOTAGE = (
    Sabotage("shop.notice-everywhere", "`/about/` does not lead to the notice", hide_the_notice),
    Sabotage(
        "shop.three-mailboxes",
        "a mail shows",
        settings={"DEFAULT_FROM_EMAIL": "sales@hearthandhob.example"},
    ),
    Sabotage(
        "shop.policies",
        "does not say its version",
        lambda patch: patch.setattr(
            policies, "SHIPPING", policies.ShopPolicy("9.9", date(2026, 11, 22))
        ),
    ),
    Sabotage(
        "shop.own-cookies",
        "the cookie `hh_theme` is not announced",
        lambda patch: patch.setattr("upheld.browser.middleware.settle", nothing),
        policy=without_theme_cookie,
    ),
    Sabotage("shop.walls", "`press_talks` reads letters to support", policy=press_reads_support),
    Sabotage(
        "shop.case-clean-up",
        "a case is there 31 days after it was closed",
        lambda patch: patch.setattr(mailboxes, "sweep", lambda **given: None),
    ),
    Sabotage(
        "shop.application-by-mail",
        "opens 0 requests",
        lambda patch: patch.setattr(intake, "open_from_mail", lambda **given: None),
    ),
    Sabotage(
        "shop.carrier",
        "the carrier is not told of the erasure",
        lambda patch: patch.setattr(passing_on, "erased", lambda *given, **named: []),
    ),
    Sabotage("shop.no-trace", "keeps what a visitor's browser sent", keep_browsers),
    Sabotage(
        "shop.what-we-need",
        "an account was made without `line1`",
        lambda patch: patch.setattr(RegistrationForm.base_fields["line1"], "required", False),
    ),
    Sabotage(
        "shop.without-them",
        "an order was sent without `full legal name`",
        lambda patch: patch.setattr(sending, "missing", lambda key: []),
    ),
    Sabotage(
        "shop.asked-nowhere-else",
        'asks with `autocomplete="email`',
        lambda patch: patch.setitem(ICONS, "person", '<input autocomplete="email">'),
    ),
    Sabotage("shop.optional", "presses for a taste", tell_for_them),
    Sabotage(
        "shop.your-own-hand",
        "a staff wrote a kitchen under `after_sales`",
        policy=all_may_write_tastes,
    ),
    Sabotage(
        "shop.change-freely",
        "a kitchen could not be taken back",
        lambda patch: patch.setattr(tastes, "take_back", nothing),
    ),
    Sabotage(
        "shop.one-click",
        "one click did not end `weekly_bundle_mail`",
        lambda patch: patch.setattr(stopping, "stop", nothing),
    ),
    Sabotage(
        "shop.cancel-link",
        "`weekly-bundles` still comes after one click",
        lambda patch: patch.setattr(stopping, "stop", nothing),
    ),
    Sabotage(
        "shop.mailings",
        "a `weekly-bundles` mail went to who agreed to others",
        mail_under_another_choice,
    ),
    Sabotage(
        "shop.only-if-agreed",
        "ticking `weekly_bundle_mail` alone counts for",
        lambda patch: patch.setattr("upheld.consent.questions._granted", lambda rule, given: True),
    ),
    Sabotage(
        "shop.everyone",
        "the answer of a visitor outlives them",
        lambda patch: patch.setattr("upheld.consent.forget", lambda *given, **named: 0),
    ),
    Sabotage(
        "shop.us-dollars",
        "something priced in EUR was put into a basket",
        lambda patch: patch.delattr(OneHouse, "availability_policy"),
    ),
    Sabotage("shop.result-only", "`stripe` takes a forged notification", believe_everybody),
    Sabotage("shop.outside-payment", "the provider is told who buys what", tell_the_provider),
    Sabotage(
        "shop.payment-encrypted",
        "the provider is reached without TLS",
        settings={"PAYMENTS": {**settings.PAYMENTS, "API": "http://till.example"}},
    ),
    Sabotage(
        "shop.no-card",
        "took a card number",
        lambda patch: patch.setattr(middleware, "holds_card_number", lambda text: False),
    ),
    Sabotage(
        "shop.tracking-mail",
        "another address than the one left",
        lambda patch: misdirect(patch),
    ),
    Sabotage(
        "shop.returns-mail",
        "nobody was written to after accept",
        lambda patch: patch.setattr(handling, "queue", nothing),
    ),
    Sabotage("shop.posts", "answers 200", lambda patch: patch.setattr(posts, "posts_of", everyone)),
    Sabotage(
        "shop.layers",
        "dispatch sees an order that has left",
        lambda patch: patch.setattr(dispatch, "OPEN", ("Paid", "Dispatched")),
    ),
    Sabotage("shop.see-yours", "`taste.colour` is shown as empty", show_less),
    Sabotage(
        "shop.change-yours",
        "of another member was opened",
        open_every_row,
        policy=own_is_everybodys,
    ),
    Sabotage(
        "shop.edit-yourself",
        "an address was changed that nobody confirmed",
        lambda patch: patch.setattr(email_change, "is_sign_in_email", lambda *_: False),
    ),
    Sabotage(
        "shop.do-it-yourself",
        "does not ask for the password",
        lambda patch: patch.setattr(fresh, "is_fresh", lambda request: True),
    ),
    Sabotage(
        "shop.privacy-desk",
        "opened with the password alone",
        lambda patch: patch.setattr(second_factor, "is_fresh", lambda request: True),
    ),
    Sabotage(
        "shop.application-online",
        "a sign-in counts as a verified document",
        policy=signing_in_is_enough,
    ),
)


def misdirected(*given: Any, **named: Any) -> Any:
    from django.core.mail import EmailMultiAlternatives

    return EmailMultiAlternatives(*given, **(named | {"to": ["somebody@else.example"]}))


def misdirect(patch: Patch) -> None:
    """Address service mails wrongly; the gate, which would refuse them, looks away."""
    letters = "sites.appliance_shop.servicemail.letters.EmailMultiAlternatives"
    patch.setattr(letters, misdirected)
    patch.setattr("upheld.mail.deciding.decide", nothing)


@contextmanager
def broken(how: Sabotage) -> Iterator[None]:
    rules = how.policy(active().policy) if how.policy else None
    with (
        override_settings(**(how.settings or {})),
        governed_by(policy=rules),
        pytest.MonkeyPatch.context() as patch,
    ):
        how.patch(patch)
        try:
            yield
        finally:
            request_started.disconnect(dispatch_uid="sabotage")


@pytest.fixture(autouse=True)
def _fresh_cache(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.mark.parametrize("how", SABOTAGE, ids=lambda how: how.probe)
def test_a_broken_promise_is_called_broken(how: Sabotage) -> None:
    with broken(how):
        finding = found(how.probe)
    assert (finding.result, how.detail in finding.detail) == ("broken", True), finding


@pytest.mark.parametrize("how", SABOTAGE, ids=lambda how: how.probe)
def test_a_kept_promise_is_called_kept(how: Sabotage, proofs: tuple[Proof, ...]) -> None:
    (finding,) = (proof.finding for proof in proofs if proof.probe.id == how.probe)
    assert finding.result == "kept", finding


def test_every_probe_of_the_shop_is_broken_somewhere_here() -> None:
    own = {probe.id for probe in all_probes(active()) if probe.id.startswith("shop.")}
    assert own == {how.probe for how in SABOTAGE}


def found(id: str) -> Finding:
    proofs = [proof for proof in prove(only=id, record=False) if proof.probe.id == id]
    assert proofs, f"no probe is called {id}"
    return proofs[0].finding
