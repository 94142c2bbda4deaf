"""A first policy and notice for a site that has none: what its map needs, in plain words.

They say the least that is true of every site: people see what is theirs, signing in works,
rights are answered. Who answers for the site is left empty, so lint asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from upheld.policy.types import AUTHENTICATION, ENGINE_PURPOSES


@dataclass(frozen=True, slots=True)
class Known:
    """A category of the shared vocabulary: its kind, and the words people know it by."""

    kind: str
    words: str


VOCABULARY = {
    "name.legal": Known("identity", "your name"),
    "contact.email": Known("contact", "your e-mail address"),
    "contact.phone": Known("contact", "your phone number"),
    "address.delivery": Known("contact", "where we deliver"),
    "address.billing": Known("contact", "your billing address"),
    "account.login": Known("credential", "your sign-in name"),
    "account.secret": Known("credential", "your password as a hash"),
    "account.activity": Known("technical", "when you joined and last signed in"),
    "session.content": Known("technical", "your running visit"),
    "basket.content": Known("transaction", "what is in your basket"),
    "order.reference": Known("transaction", "your order numbers"),
    "order.content": Known("transaction", "what you bought"),
    "payment.reference": Known("transaction", "how your payments went"),
    "free_text": Known("free_text", "notes that you or we wrote"),
    "review.public": Known("free_text", "your reviews"),
    "message.sent": Known("free_text", "the mails that we sent you"),
    "browsing.history": Known("behaviour", "what you looked at and searched for"),
    "wish.list": Known("preference", "your saved lists"),
    "alert.request": Known("preference", "goods that you asked to hear about"),
    "choice.newsletter": Known("preference", "the newsletters that you chose"),
    "case.content": Known("free_text", "what you wrote to us"),
    "case.contact": Known("contact", "the address that you wrote from"),
    "staff.action": Known("behaviour", "what our staff did"),
    "technical.visit": Known("technical", "how you visit"),
    "taste.kitchen": Known("preference", "your taste in kitchens"),
    "taste.colour": Known("preference", "your favourite colours"),
    "taste.category": Known("preference", "the kinds of goods that you like"),
    "identity.document": Known("document", "papers that show who you are"),
}
SIGNING_IN = (
    "account.login", "account.secret", "account.activity", "contact.email", "name.legal",
    "session.content",
)  # fmt: skip
_SAYS = {
    "own": "yours",
    "authentication": "signing-in",
    "rights": "your-rights",
    "upkeep": "keeping-it-running",
}
_GROUNDS = {
    "own": "contract",
    "authentication": "contract",
    "rights": "legal_obligation",
    "upkeep": "legitimate_interest",
}


def policy_text(categories: Iterable[str], purposes: Iterable[str], day: date) -> str:
    """The text of a first policy.yaml. `purposes` are those that the map names already."""
    return "\n".join(_policy(sorted(set(categories)), purposes, day)) + "\n"


def _policy(categories: list[str], purposes: Iterable[str], day: date) -> Iterator[str]:
    yield "# Drafted by `manage.py upheld init`: the data that your map names, and the purposes"
    yield "# that every site has. Complete what is empty, add the purposes of your staff, and run"
    yield "# `upheld lint` until it is content. `says` names the sentences of notice.md that"
    yield "# announce a rule."
    yield ""
    yield "controller:"
    yield "  name:      # the business that answers for the site"
    yield "  country:   # its country in two letters, as GB"
    yield "  contact:   # an e-mail address where people reach it"
    yield "  says: [who-we-are]"
    yield f"updated: {day.isoformat()}"
    yield ""
    yield "data:"
    yield "  # With `sealed: {lookup: exact}` a category is kept as ciphertext that its whole value"
    yield "  # still finds."
    for name in categories:
        known = VOCABULARY.get(name, Known("behaviour", name))
        yield f"  {name}: {{kind: {known.kind}, says: [what-we-hold]}}"
    yield ""
    yield "collect:"
    yield "  site:"
    yield f"    optional: [{', '.join(categories)}]"
    yield "    says: [what-we-hold]"
    yield ""
    yield "purposes:"
    for name in ENGINE_PURPOSES:
        yield f"  {name}:"
        yield f"    basis: {_GROUNDS[name]}"
        yield from _may(name, categories)
        yield f"    says: [{_SAYS[name]}]"
    for name in sorted(set(purposes) - set(ENGINE_PURPOSES)):
        yield f"  {name}:"
        yield "    basis:   # consent, contract, legal_obligation or legitimate_interest"
        yield "    may: {rows: all}"
        yield "    says: [what-we-hold]"


def _may(name: str, categories: list[str]) -> Iterator[str]:
    if name == AUTHENTICATION:
        known = ", ".join(each for each in SIGNING_IN if each in categories)
        yield "    may:"
        yield f"      read: [{known}]"
        yield f"      write: [{known}]"
        yield "      rows: all"
    else:
        yield f"    may: {{read: all, write: all, rows: {'own' if name == 'own' else 'all'}}}"


def notice_text(categories: Iterable[str], day: date) -> str:
    """The text of a first notice.md, a sentence for each rule of the first policy."""
    held = [VOCABULARY.get(name, Known("", name)).words for name in sorted(set(categories))]
    told = f"{day.day} {day:%B} {day.year}"
    return "\n".join(
        (
            "# What we do with your data",
            "",
            f"*Last updated: {told}*",
            "",
            "We, the business that runs this site, answer for what it does. [who-we-are]",
            "",
            "## What we hold",
            "",
            f"We hold {_list(held)}. [what-we-hold]",
            "",
            "## Who uses it",
            "",
            "What is yours you see and change yourself, and no other customer does. [yours]",
            "To sign you in we look your account up by what you type. [signing-in]",
            "Our technicians keep the site running and look at data only where they must."
            " [keeping-it-running]",
            "",
            "## Your rights",
            "",
            "You may have a copy of your data, have them put right, and have them deleted."
            " [your-rights]",
            "",
        )
    )


def _list(words: list[str]) -> str:
    if len(words) < 2:
        return words[0] if words else "nothing about you"
    return f"{', '.join(words[:-1])} and {words[-1]}"
