"""What the words of a column's name say, whatever its row is about.

The words are those of English field names. The first rule that fits wins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """`words` are looked for in a name, between its underscores."""

    words: re.Pattern[str]
    what: str
    unsure: str = ""


def _rule(words: str, what: str, unsure: str = "") -> Rule:
    return Rule(re.compile(rf"(?:^|_)(?:{words})(?:_|$)"), what, unsure)


MENTIONED = "(author|owner|sender|editor|creator|artist)_?name"
"""Somebody is named, but the row is about what they made."""
SPECIAL = "this sounds like a special category, which needs explicit consent or must go"
RULES = (
    _rule("e?mail|e_?mail_?address|email\\d?|b?cc|reply_?to|mail_?to", "contact.email"),
    _rule("phones?|telephone|tel|mobile|cell|fax|phone_?number|msisdn|whatsapp", "contact.phone"),
    _rule("password|passwd|pwd|pass|secret|tokens?|otp|totp|pin|api_?key|recovery_?codes?|salt"
          "|private_?key|session_?key|security_?answer", "account.secret"),
    _rule("user_?name|login|log_?in_?name|nick_?name|handle|screen_?name", "account.login"),
    _rule("last_login|date_joined|last_seen|last_active|last_used|login_count"
          "|registered(_at|_on)?", "account.activity"),
    _rule("passport|ssn|social_?security|national_?id|id_?(card|number)|identity|nric|driv(er|ing)"
          "_?licen[cs]e|tax_?id|tax_?number|vat_?number", "identity.document",
          "an official number: does the policy allow it at all?"),
    _rule("card_?number|pan|cvv|cvc|ccv|card_?code", "payment.reference",
          "card data: most policies refuse them"),
    _rule("(user|member|customer|person|profile)_?(id|pk|uuid|number|no)", "account.login",
          "it names somebody by a number: whose is it?"),
    _rule("iban|bic|swift|sort_?code|account_?number|bank_?account|routing_?number",
          "payment.reference", "bank details: has the policy a category for them?"),
    _rule("(date_?of_?)?birth(day|date|_date)?|dob|age|year_?of_?birth", "name.legal",
          "an age or birth date: has the policy a category for it?"),
    _rule("gender|sex|pronouns?|marital(_?status)?|nationality|citizenship|ethnicity"
          "|race|religion|faith|political|party|union|orientation|disabilit(y|ies)|health|medical"
          "|diagnosis|allerg(y|ies)|blood(_?type)?|medication|genetic|biometric|criminal",
          "free_text", SPECIAL),
    _rule("ip(v4|v6)?|ip_?address|remote_?addr(ess)?|client_?ip|user_?agent|browser|device(_?id)?"
          "|fingerprint|mac(_?address)?|imei|advertising_?id|referr?er|cookie"
          "|visitor_?(id|key)", "technical.visit"),
    _rule("lat(itude)?|lng|lon(gitude)?|geo|location|coordinates", "technical.visit",
          "a place: whose is it, how exact need it be?"),
    _rule("billing_.*(line|street|address|city|town|post_?code|zip|state|county).*",
          "address.billing"),
    _rule("line_?[1-6]|address(_?line)?_?\\d?|street.*|house_?(number|name)|apartment|suite"
          "|city|town|village|county|province|state|region|post_?code|postal_?code|zip(_?code)?"
          "|po_?box", "address.delivery"),
    _rule("first_?name|last_?name|middle_?name|sur_?name|fore_?name|given_?names?|family_?name"
          "|full_?name|maiden_?name|display_?name|(contact|customer|recipient|employee|patient"
          "|member|guest)_?name|cardholder(_?name)?|salutation|honorific|initials", "name.legal"),
    _rule(MENTIONED, "name.legal"),
    _rule("search_?(text|vector|index|document|content)|checksum|hash", "free_text",
          "does it repeat other columns? then name them: `copy_of`"),
    _rule("query|search(_?term)?|keywords?|viewed|clicks?|views", "browsing.history"),
    _rule("(session_?|request_?|raw_?)?data|payload|blob", "free_text",
          "a bundle of data: what is in it?"),
    _rule("notes?|comments?|remarks?|message|feedback|bio|about(_?me)?|instructions|memo"
          "|complaint|details|repr", "free_text"),
)  # fmt: skip
TYPES = tuple(
    (re.compile(rf"(?:^| )(?:{words})(?: |$)"), what)
    for words, what in (
        ("email", "contact.email"), ("phone", "contact.phone"), ("ip address|inet|ip",
         "technical.visit"),
    )
)  # fmt: skip
"""Words in the name of a field's class."""
KEY = re.compile(r"_keys?(_|$)")
"""At the end of a name: a key to something."""
PAID = re.compile(
    r"(^|_)(plan|price|amount|customer_id|payment|invoice|card|paid|billing|renew\w*)(_|$)"
)
"""Among the columns of a subscription: it is one that is paid for."""
NO_ADDRESS = re.compile(
    r"(^|_)(template|subject|body|host|port|folder|dir|server|type|backend|prefix|format|box"
    r"|interval|count|status|kind|text|html|id)(_|$)"
)
"""Beside `email`: something else of a mail than an address."""
OF_A_KIND = re.compile(r"_(type|kind|count|status|format)$")
COPY = re.compile(r"(^|_)search_?(text|vector|index|document|content)(_|$)")
COURTESY = re.compile(r"^(title|prefix|suffix)$")
"""Beside a person's name: a part of it."""
CHOICE = re.compile(
    r"(^|_)(newsletter|marketing|mailing|opt_?(in|out)|subscribed?|consent\w*)(_|$)"
)
"""Of a switch: it says what somebody agreed to."""
BARE_NAME = re.compile(r"^(name|title|label)$")
REFERENCE = re.compile(r"^(number|reference|ref|(order|invoice|booking|ticket)_?(number|ref\w*))$")
BOOKKEEPING = re.compile(
    r"^(sort_order|display_order|order(ing)?|position|slug|code|type|kind|uuid|guid"
    r"|version|locale|mime_?type|content_?type|size|width|height|depth|path|num_?child|lft|rght"
    r"|tree_id|level|translation_key)$"
    r"|(^|_)(currency|tax_code|expires?(_at|_on|_date)?|valid_until)$"
    r"|_(width|height|size)$|^file_(hash|size)$"
)
FLAGS = re.compile(r"^(is|has|can|allow|show|enable|send)_|^(active|enabled|deleted|published)$")
MOMENT = re.compile(
    r"(^|_)(created|creation|added|made|updated|modified|changed|edited|timestamp|date|uploaded"
    r"|finished|started|completed|submitted|seen|read|joined|used|visited|logged|confirmed"
    r"|resolved|approved|time|when|at|on)(_|$)"
)
"""Of a date: when somebody did something."""
MADE = re.compile(
    r"(^|_)(created|creation|added|uploaded|updated|modified|changed|edited|submitted|timestamp)"
    r"(_|$)"
)
"""Of a date in a row that names people only as its makers."""
