"""Whether one mail may go, and to which address. Pure but for the policy in force.

Everything a mail could do wrong is asked here, each with a clear refusal; who wants to know
for many asks for the facts first and decides one by one.
"""

from __future__ import annotations

from email.utils import parseaddr

from django.core.mail import EmailMessage

from upheld.consent.addresses import ascii_domain, canonical
from upheld.datamap.active import active
from upheld.errors import MailError
from upheld.mail.facts import Facts
from upheld.policy.findings import did_you_mean
from upheld.policy.mailkinds import ALWAYS, CHOSEN, class_named, kind_of
from upheld.policy.types import MailRule

STOPPED = {
    "erasure": "was erased and is not mailed again",
    "bounce": "does not take mail any more",
    "complaint": "called an earlier mail spam",
    "asked": "is not mailed, as somebody asked who has it",
}


def class_of(word: str) -> MailRule:
    """Return the class of this id or kind. Raises `MailError`."""
    if not word:
        raise MailError(
            "a mail without a class was refused",
            hint="send it with `upheld.mail.send(..., klass=...)`, inside `mail.classed(...)`, "
            "or name the module that sends it under `mail:` in map.yaml",
            reason="class",
        )
    rule = class_named(active().policy, word)
    if rule is None:
        known = (*active().policy.mail, *ALWAYS)
        raise MailError(
            f"`{word}` is no class of mail",
            hint=did_you_mean(word, known) or f"classes are {', '.join(dict.fromkeys(known))}",
            klass=word,
            reason="class",
        )
    return rule


def check_choice(rule: MailRule, subject: str | None, purpose: str) -> None:
    """Refuse a mail by choice that does not say whose choice it rests on."""
    if kind_of(rule) not in CHOSEN:
        return
    lacking = "subject" if not subject else "purpose" if not purpose else ""
    if lacking:
        raise MailError(
            f"a `{rule.id}` mail without a {lacking} was refused",
            hint="it goes only to whom it was agreed with: say `subject` and `purpose`",
            klass=rule.id,
            reason="consent",
        )
    chosen = active().policy.purposes.get(purpose)
    channel = chosen.channel if chosen is not None else ""
    if channel not in ("", "mail"):
        raise MailError(
            f"`{purpose}` was announced for `{channel}`, not for mail",
            hint="mail for a purpose whose `channel` is mail",
            klass=rule.id,
            reason="purpose",
        )


def recipient(message: EmailMessage, rule: MailRule) -> str:
    """Return the one address that a message goes to, as it stands on the wire.

    Raises `MailError` for copies, several recipients and addresses no mail can go to.
    """
    if message.cc or message.bcc:
        raise _refused(rule, "a mail with a copy to others was refused", "send each their own")
    if len(message.to) != 1:
        raise _refused(
            rule,
            f"a mail to {len(message.to)} recipients was refused",
            "send one mail a person, so that nobody sees who else got it",
        )
    return wire_address(message.to[0], rule)


def wire_address(written: str, rule: MailRule) -> str:
    """Return the bare address in `written`, its domain in ASCII. Raises `MailError`."""
    if any(char in written for char in "\r\n\0"):
        raise MailError(
            "an address with a line break was refused",
            hint="take addresses from forms that check them",
            klass=rule.id,
            reason="header",
        )
    address = parseaddr(written)[1]
    local, at, domain = address.rpartition("@")
    plain = ascii_domain(domain)
    if not at or not local or not plain or "." not in plain:
        raise _address(rule, "a mail to something that is no address was refused")
    if not local.isascii():
        raise _address(
            rule,
            "an address with letters outside ASCII before its `@` was refused",
            "few mail servers take them yet (SMTPUTF8): ask the person for another address",
        )
    return f"{local}@{plain}"


def decide(
    rule: MailRule, to: str, subject: str | None, purpose: str, topic: str, facts: Facts | None
) -> None:
    """Refuse the mail with `MailError`, or return."""
    if subject is None or facts is None:
        return
    by_choice = kind_of(rule) in CHOSEN
    what = f"{purpose}` about `{topic}" if topic else purpose
    if by_choice and not facts.agreed:
        raise MailError(
            f"`{subject}` did not agree to `{what}`",
            hint="mail only whom `consent.allowing` names, asked when the mail leaves",
            klass=rule.id,
            reason="consent",
        )
    if by_choice and facts.stopped:
        raise MailError(
            f"the address of `{subject}` {STOPPED[facts.stopped]}",
            hint="a yes that the person gives from now on counts again",
            klass=rule.id,
            reason="suppressed",
        )
    if not facts.address:
        raise MailError(
            f"`{subject}` has no address to be written to",
            hint="nothing was sent; the person may have been erased",
            klass=rule.id,
            reason="recipient",
        )
    if canonical(to) != canonical(facts.address):
        raise MailError(
            f"a mail for `{subject}` was addressed to somebody else",
            hint="write to the address on file",
            klass=rule.id,
            reason="recipient",
        )


def _refused(rule: MailRule, message: str, hint: str) -> MailError:
    return MailError(message, hint=hint, klass=rule.id, reason="recipient")


def _address(rule: MailRule, message: str, hint: str = "check it where it is typed") -> MailError:
    return MailError(message, hint=hint, klass=rule.id, reason="address")
