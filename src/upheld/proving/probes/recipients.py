"""For each recipient: try to hand it more than the policy lets it have, and past the gate."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from upheld.context import Actor, purpose
from upheld.datamap.active import Active
from upheld.disclosure.feeds import Feed, feeds
from upheld.disclosure.terms import check
from upheld.errors import DisclosureRefused, UpheldError
from upheld.policy.types import ALL, Recipient
from upheld.proving.registry import Broken, Finding, Ground, Probe, makes_probes, must

PROVER = Actor("system", "system:prove")
NOWHERE = ("127.0.0.1", 9)
"""The discard port of this machine: what gets there, gets nowhere."""


@makes_probes
def recipients(active: Active) -> Iterator[Probe]:
    """One probe for each recipient."""
    for recipient in active.policy.recipients.values():
        yield Probe(
            f"recipients.{recipient.id}",
            f"recipients.{recipient.id}",
            f"hand `{recipient.id}` more than the notice says, or for something else",
            recipient.says,
            partial(_bounded, recipient=recipient),
        )


def _bounded(ground: Ground, recipient: Recipient) -> Finding:
    policy = ground.active.policy
    tried = 0
    for category in (*policy.data, *policy.refuse):
        if category in recipient.gets or (ALL in recipient.gets and category in policy.data):
            continue
        for name in recipient.purposes:
            tried += 1
            _refused(recipient, name, category, f"may be given `{category}`")
    for name in policy.purposes:
        if name not in recipient.purposes:
            for category in recipient.gets:
                tried += 1
                _refused(recipient, name, category, f"is given data for `{name}`")
    if recipient.only_if:
        for name in recipient.purposes:
            tried += 1
            _refused(recipient, name, recipient.gets[0], f"needs no {recipient.only_if}", met=False)
    for feed in feeds().values():
        if feed.recipient == recipient.id:
            tried += _widened(feed, recipient)
    tried += _past_the_gate(recipient)
    return Finding("kept", f"{tried} attempts to give it more were refused by name")


def _refused(
    recipient: Recipient, name: str, category: str, otherwise: str, *, met: bool = True
) -> None:
    """Ask for one category. `met` = as if the recipient's condition had been seen to, so
    that it is not the condition that refuses."""
    try:
        check(
            recipient.id,
            purpose=name,
            categories=[category],
            ground=recipient.only_if if met else "",
        )
    except DisclosureRefused:
        return
    raise Broken(f"`{recipient.id}` {otherwise}")


def _widened(feed: Feed, recipient: Recipient) -> int:
    """Add each personal column of the feed's model that the recipient does not get."""
    try:
        feed.checked()
    except UpheldError as refusal:
        raise Broken(f"the feed `{feed.id}` cannot be sent: {refusal}") from None
    tried = 0
    for column in feed.bound.columns:
        if column.role != "category" or column.category in recipient.gets:
            continue
        tried += 1
        wide = replace(feed, fields={**feed.fields, "probe": column.field.name})
        try:
            wide.checked()
        except DisclosureRefused as refusal:
            must(refusal.fields == ("probe",), f"the refusal of `{column.label}` names no field")
        else:
            raise Broken(f"the feed `{feed.id}` may carry `{column.label}`")
    return tried


def _past_the_gate(recipient: Recipient) -> int:
    """Open a connection under each of the recipient's purposes without asking the gate."""
    for name in recipient.purposes:
        with purpose(name, actor=PROVER):
            try:
                socket.create_connection(NOWHERE, timeout=1).close()
            except DisclosureRefused:
                continue
            except OSError:
                pass
        raise Broken(f"code that runs for `{name}` reaches the network past the gate")
    return len(recipient.purposes)
