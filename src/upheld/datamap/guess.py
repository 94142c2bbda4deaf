"""What a column seems to hold, from its name and type: a guess, never a decision.

The words are those of English field names. Whatever no rule knows stays unsure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db import models

from upheld.datamap.bound import AnyField


@dataclass(frozen=True, slots=True)
class Guess:
    """`what` is a category, `none` or `key`; `unsure` says why a human must look."""

    what: str
    unsure: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    words: re.Pattern[str]
    what: str
    unsure: str = ""


def _rule(words: str, what: str, unsure: str = "") -> _Rule:
    return _Rule(re.compile(rf"(?:^|_)(?:{words})(?:_|$)"), what, unsure)


SPECIAL = "this sounds like a special category, which needs explicit consent or must go"
RULES = (
    _rule("e?mail|e_?mail_?address|email\\d?", "contact.email"),
    _rule("phones?|telephone|tel|mobile|cell|fax|phone_?number|msisdn|whatsapp", "contact.phone"),
    _rule("password|passwd|pwd|secret|tokens?|otp|totp|pin|api_?key|recovery_?codes?|salt"
          "|private_?key|session_?key|security_?answer", "account.secret"),
    _rule("user_?name|login|log_?in_?name|nick_?name|handle|screen_?name", "account.login"),
    _rule("last_login|date_joined|last_seen|last_active|login_count|registered(_at|_on)?",
          "account.activity"),
    _rule("passport|ssn|social_?security|national_?id|id_?(card|number)|identity|nric|driv(er|ing)"
          "_?licen[cs]e|tax_?id|tax_?number|vat_?number", "identity.document",
          "an official number: does the policy allow it at all?"),
    _rule("card_?number|pan|cvv|cvc|ccv|card_?code", "payment.reference",
          "card data: most policies refuse them"),
    _rule("iban|bic|swift|sort_?code|account_?number|bank_?account|routing_?number",
          "payment.reference", "bank details: has the policy a category for them?"),
    _rule("(date_?of_?)?birth(day|date|_date)?|dob|age|year_?of_?birth", "name.legal",
          "an age or birth date: has the policy a category for it?"),
    _rule("gender|sex|pronouns?|marital(_?status)?|nationality|citizenship|language|ethnicity"
          "|race|religion|faith|political|party|union|orientation|disabilit(y|ies)|health|medical"
          "|diagnosis|allerg(y|ies)|blood(_?type)?|medication|genetic|biometric|criminal",
          "free_text", SPECIAL),
    _rule("ip(v4|v6)?|ip_?address|remote_?addr(ess)?|client_?ip|user_?agent|browser|device(_?id)?"
          "|fingerprint|mac(_?address)?|imei|advertising_?id|referr?er|cookie", "technical.visit"),
    _rule("lat(itude)?|lng|lon(gitude)?|geo|location|coordinates|position", "technical.visit",
          "a place: whose is it, how exact need it be?"),
    _rule("billing_.*(line|street|address|city|town|post_?code|zip|state|county).*",
          "address.billing"),
    _rule("line_?[1-6]|address(_?line)?_?\\d?|street.*|house_?(number|name)|apartment|suite"
          "|city|town|village|county|province|state|region|post_?code|postal_?code|zip(_?code)?"
          "|po_?box", "address.delivery"),
    _rule("first_?name|last_?name|middle_?name|sur_?name|fore_?name|given_?names?|family_?name"
          "|full_?name|maiden_?name|display_?name|contact_?name|customer_?name|recipient_?name"
          "|cardholder(_?name)?|salutation|honorific|initials", "name.legal"),
    _rule("search_?(text|vector|index|document|content)|checksum|hash", "free_text",
          "does it repeat other columns? then name them: `copy_of`"),
    _rule("query|search(_?term)?|keywords?|viewed|clicks?|views", "browsing.history"),
    _rule("(session_?|request_?|raw_?)?data|payload|blob", "free_text",
          "a bundle of data: what is in it?"),
    _rule("notes?|comments?|remarks?|message|feedback|bio|about(_?me)?|instructions|memo"
          "|complaint|details", "free_text"),
)  # fmt: skip
BARE_NAME = re.compile(r"^(name|title|label)$")
BOOKKEEPING = re.compile(r"^(sort_order|display_order|priority|slug|uuid|version|locale)$")
FLAGS = re.compile(r"^(is|has|can|allow|show|enable|send)_|^(active|enabled|deleted|published)$")


def guess(field: AnyField, *, about_people: bool) -> Guess:
    """Guess one column. `about_people` = a path leads from its rows to people."""
    if field.is_relation or (field.primary_key and not _is_text(field)):
        return Guess("key")
    by_type = _by_type(field)
    if by_type is not None:
        return by_type
    name = field.name.lower()
    for rule in RULES:
        if rule.words.search(name):
            found = Guess(rule.what, rule.unsure)
            return found if _is_text(field) or rule.unsure else _of_number(found)
    if not about_people:
        return Guess("none")
    return _in_personal_row(field, name)


def _by_type(field: AnyField) -> Guess | None:
    if isinstance(field, models.EmailField):
        return Guess("contact.email")
    if isinstance(field, models.GenericIPAddressField):
        return Guess("technical.visit")
    if type(field).__name__ == "PhoneNumberField":
        return Guess("contact.phone")
    if isinstance(field, models.FileField):
        return Guess("free_text", "a file can hold anything: who uploads it?")
    if isinstance(field, models.JSONField):
        return Guess("free_text", "JSON can hold anything; what is written here?")
    if isinstance(field, models.BinaryField):
        return Guess("free_text", "bytes can hold anything; what is written here?")
    return None


def _of_number(found: Guess) -> Guess:
    return replace(found, unsure="the name sounds personal, the type is no text")


def _in_personal_row(field: AnyField, name: str) -> Guess:
    if BARE_NAME.match(name):
        return Guess("name.legal", "the name of the person, or of a thing?")
    if BOOKKEEPING.match(name):
        return Guess("none")
    if isinstance(field, models.DateField):
        return Guess("none", "a date in a person's row: does it tell what they did, and when?")
    if isinstance(field, models.BooleanField) and FLAGS.search(name):
        return Guess("none")
    if isinstance(field, models.TextField):
        return Guess("free_text", "long text: people write anything into it")
    if _is_text(field) and field.choices:
        return Guess("none", "a choice in a person's row: does it tell something about them?")
    return Guess("none", "it stands in a person's row: does it tell something about them?")


def names_people(guesses: Iterable[Guess]) -> bool:
    """True when columns so guessed stand in the row of a person, whether a path says so or not."""
    return any(found.what in ("name.legal", "contact.email", "contact.phone") for found in guesses)


def _is_text(field: Any) -> bool:
    return isinstance(field, models.CharField | models.TextField)
