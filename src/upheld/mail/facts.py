"""What is known of people at the moment a mail for them is decided: asked once for many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS

from upheld import consent
from upheld.errors import ConsentError, MailError, PurposeError
from upheld.mail import links, troubles
from upheld.mail.recipients import addresses_of
from upheld.policy.mailkinds import CHOSEN, kind_of
from upheld.policy.types import RIGHTS, MailRule


@dataclass(frozen=True, slots=True)
class Facts:
    """One person, right now. `address` is the one on file, empty when there is none that the
    purpose may read; `agreed` = they allow the purpose and the topic; `stopped` says why their
    address is not mailed (`erasure`, `bounce`, `complaint`), empty = it may be."""

    address: str
    agreed: bool = True
    stopped: str = ""
    unsubscribe: str = ""
    choices: str = ""


def facts_of(
    subjects: Iterable[str],
    rule: MailRule,
    *,
    purpose: str = "",
    topic: str = "",
    known: Mapping[str, str] | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> dict[str, Facts]:
    """Return the facts of many people for one class of mail, a few statements for each 500.

    `known` are their addresses, where the caller has just read them for this very purpose.

    They hold for now: a list that is mailed for long asks again for each slice. Raises
    `MailError` when the purpose may not read addresses or is none that people choose.
    """
    people = list(dict.fromkeys(subjects))
    if kind_of(rule) not in CHOSEN:
        addresses = dict(known) if known else addresses_of(people, reading=RIGHTS, using=using)
        return _facts(people, addresses, set(people), {}, "", "", using)
    agreed = agreeing(people, rule, purpose, topic, using)
    try:
        # The guard leaves out everybody who did not consent, whatever we found above.
        addresses = dict(known) if known else addresses_of(people, reading=purpose, using=using)
    except PurposeError as refusal:
        raise MailError(
            f"`{purpose}` may not read the addresses it would mail to",
            hint="let it read them in the policy, with `rows: consented`",
            klass=rule.id,
            reason="purpose",
        ) from refusal
    stopped = troubles.stopped(addresses.values(), using=using)
    held = {who: stopped[address] for who, address in addresses.items() if address in stopped}
    still = {w: s for w, s in held.items() if not troubles.lifted(s, w, purpose, using=using)}
    return _facts(people, addresses, agreed, still, purpose, topic, using)


def agreeing(
    people: Iterable[str], rule: MailRule, purpose: str, topic: str, using: str
) -> set[str]:
    """Return who of many people allow the purpose and the topic. Raises `MailError` for one
    that leaves no choice: nobody can have agreed to it."""
    try:
        return consent.allowing(people, purpose, topic, using=using)
    except ConsentError as refusal:
        raise MailError(
            refusal.message, hint=refusal.hint, klass=rule.id, reason="purpose"
        ) from refusal


def _facts(
    people: list[str],
    addresses: dict[str, str],
    agreed: set[str],
    stopped: dict[str, troubles.Stop],  # by subject
    purpose: str,
    topic: str,
    using: str,
) -> dict[str, Facts]:
    wanted = [links.Link(who, purpose, topic) for who in people if purpose]
    wanted += [links.Link(who) for who in people]
    urls = links.ready(wanted, using=using)
    return {
        who: Facts(
            addresses.get(who, ""),
            who in agreed,
            stopped[who].why if who in stopped else "",
            urls.get(links.Link(who, purpose, topic), "") if purpose else "",
            urls.get(links.Link(who), ""),
        )
        for who in people
    }
