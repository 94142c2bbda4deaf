"""The policy as frozen data: what `policy.yaml` says, with nothing worked out yet.

Every rule carries `says`, the ids of the notice's sentences that announce it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Rows = Literal["own", "consented", "all"]
Lookup = Literal["none", "exact", "words"]
Basis = Literal[
    "consent",
    "contract",
    "legal_obligation",
    "legitimate_interest",
    "vital_interest",
    "public_task",
]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
MailKind = Literal["contract", "service", "marketing", "survey", "partner"]
"""What a mail is: about a running contract; something else that was asked for or must be said;
advertising of one's own; a question about opinions; advertising for somebody else."""
ALL = "*"
"""In a grant: every category of the policy that is not refused."""

OWN = "own"
AUTHENTICATION = "authentication"
RIGHTS = "rights"
UPKEEP = "upkeep"
DUTIES: tuple[Basis, ...] = ("legal_obligation", "vital_interest")
"""Grounds that a person's own wishes do not lift."""
ENGINE_PURPOSES = (OWN, AUTHENTICATION, RIGHTS, UPKEEP)
"""Purposes that Upheld's own rooms run under. A policy must declare each of them."""


@dataclass(frozen=True, slots=True)
class Controller:
    """The business that answers for the site."""

    name: str
    country: str
    """ISO 3166-1 alpha-2."""
    contact: str
    currency: str = ""
    """ISO 4217, empty when the site sells nothing."""
    registration: str = ""
    hosts: tuple[str, ...] = ()
    """Every host the notice governs."""
    holidays: str = ""
    """Calendar that working days are counted by, ISO 3166 (`GB-ENG`); empty = `country`."""
    weekend: tuple[Weekday, ...] = ("sat", "sun")
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sealed:
    """How a category is kept as ciphertext.

    `lookup`: none = it can only be read back; exact = a blind index answers equality;
    words = keyed word tokens answer searches by whole words too.
    """

    lookup: Lookup = "none"
    by: Literal["site", "member"] = "site"
    """Who holds the key: member = end to end, the site itself cannot read it."""


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of personal data, e.g. `contact.email`."""

    id: str
    kind: str
    sealed: Sealed | None = None
    title: str = ""
    """Plain words for people: `Your e-mail address`; empty = made from the id."""
    anonymous: bool = False
    """Cut down at intake so that no value leads to a person; joined with nothing."""
    note: str = ""
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """Data the site never takes. `unless` = `explicit_consent` where that lifts the ban."""

    id: str
    everywhere: bool = True
    detect: tuple[str, ...] = ()
    """Names of detectors run on free text, files and mail."""
    unless: Literal["", "explicit_consent"] = ""
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CollectionPoint:
    """One place where data are taken in: a form, a mailbox, a staff screen, an event."""

    id: str
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    by: Literal["self", "staff", "mail", "provider", "automatic"] = "self"
    shows_notice: bool = True
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hold:
    """A reason that keeps some data when the rest is erased, e.g. `invoice`.

    `data` are the categories it keeps, `period` counts from the event `after`; empty
    `period` = until somebody releases it (a dispute).
    """

    id: str
    data: tuple[str, ...] = ()
    after: str = ""
    period: str = ""
    title: str = ""
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Retention:
    """How long: `period` (`6 years`, `30 days`) counted from the event `after`."""

    after: str
    period: str
    then: Literal["erase", "anonymise"] = "erase"
    hold: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """What a purpose may do. Categories not named: reading defers, all else is refused."""

    read: tuple[str, ...] = ()
    mask: tuple[str, ...] = ()
    """Read as a placeholder; never written back."""
    match: tuple[str, ...] = ()
    """May stand in a filter, an order or a group though not read; what is read may too."""
    write: tuple[str, ...] = ()
    rows: Rows = "own"


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why data are used, on which ground, by whom, how long."""

    id: str
    basis: Basis
    may: Grant = field(default_factory=Grant)
    default: Literal["in", "out", "asked", ""] = ""
    """State before a choice: in = used unless declined, out = opt-in, asked = a visible
    choice that must be made."""
    posts: tuple[str, ...] = ()
    """Staff posts that may act under it; empty = not staff work: whoever the route lets in."""
    keep: Retention | None = None
    topics: tuple[str, ...] = ()
    channel: Literal["", "mail", "page", "post", "phone"] = ""
    title: str = ""
    """Plain words for people: `Sending your order`."""
    wall: str = ""
    """The wall it stays behind; empty = none."""
    minimum_group: int = 0
    """For statistics: groups of fewer people are not shown."""
    repair: bool = False
    """It works on rows whose person cannot be told too, which all others are refused."""
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipient:
    """An outside body that may be given data, and exactly what."""

    id: str
    purposes: tuple[str, ...]
    gets: tuple[str, ...]
    name: str = ""
    where: str = ""
    contract: str = ""
    until: str = ""
    """Last day of the contract, `2027-12-31`; empty = until it is ended. Nothing is handed
    over after it."""
    safeguard: str = ""
    only_if: Literal["", "explicit_consent", "own_application", "legal_ground", "acquisition"] = ""
    grounds: tuple[str, ...] = ()
    role: Literal["processor", "controller", "authority"] = "processor"
    same_notice: bool = False
    """Bound to keep this very notice (affiliates, an acquirer)."""
    approvals: int = 0
    """How many people must agree to each hand-over; 0 = it is automatic."""
    tells_person: bool = True
    """False where a hand-over may happen without the person being told."""
    minimum_group: int = 0
    """Above 0: only totals of groups of at least so many people, never a single person."""
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie name (`*` at the end = prefix) and why it is set."""

    id: str
    purpose: str
    needs_consent: bool = False
    days: int = 0
    """0 = until the browser closes."""
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StorageKey:
    """One name under which a page keeps something in the browser that is no cookie (`*` at the
    end = prefix): a key of local or session storage, a database, a cache, a worker's scope."""

    id: str
    purpose: str
    kind: Literal["local", "session", "indexeddb", "cache", "worker"] = "local"
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Embed:
    """Content from an outside origin, loaded only when its purpose is consented."""

    id: str
    origin: str
    purpose: str
    name: str = ""
    """Who is behind the origin, as people know them; empty = its host."""
    path: str = ""
    """What is loaded from there, `/widget.js`; empty = the origin's root."""
    kinds: tuple[Literal["script", "frame", "style", "img", "connect", "font", "media"], ...] = (
        "frame",
    )
    """What pages may load from it. The first is the kind of `path`: a script or a frame."""
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Right:
    """What a person may ask for, how, and by when it is done."""

    id: str
    by: tuple[str, ...] = ()
    proof: str = ""
    """How identity is shown: `account`, `known_mail`, `document`, or an id of `proofs`."""
    within: str = ""
    """`7 working days`, `1 month`, `prompt`, empty = the law's own limit."""
    counted_from: Literal["receipt", "verified"] = "receipt"
    verify_within: str = ""
    """The limit for the identity check itself, e.g. `5 working days`."""
    unless: tuple[str, ...] = ()
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """A way to show who one is. `takes` are the categories asked for, `never` the refused
    data that must not be on it, `mask` the refused data blacked out at intake."""

    id: str
    takes: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    mask: tuple[str, ...] = ()
    forget: str = ""
    """`after check`, or a period counted from the check; empty = nothing is kept at all."""
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """A staff post. `only` bounds its work, e.g. `open_orders`."""

    id: str
    title: str = ""
    only: str = ""
    second_factor: bool = False
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wall:
    """A part of the house whose data never meet another part's.

    `holds` are categories that live behind it and nowhere else.
    """

    id: str
    holds: tuple[str, ...] = ()
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A country where data are kept or handled, e.g. id `hosting`.

    `from_abroad`: data of people elsewhere are brought here, under `safeguard`.
    """

    id: str
    country: str
    from_abroad: bool = False
    safeguard: str = ""
    note: str = ""
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A safeguard that is kept: `every` is a period, empty = always."""

    id: str
    every: str = ""
    note: str = ""
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """How a new version of the notice reaches people."""

    dated: bool = True
    tell: tuple[Literal["mail", "banner"], ...] = ()
    on: Literal["never", "material", "always"] = "never"
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """A mailbox, telephone number, address or page where people reach the controller."""

    id: str
    kind: Literal["mail", "phone", "post", "page"]
    value: str
    wall: str = ""
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MailRule:
    """What every message of a class must carry, e.g. class `marketing`."""

    id: str
    unsubscribe: Literal["none", "link", "one_click"] = "none"
    per_list: bool = False
    """Whether each mail carries the link of its own list."""
    says: tuple[str, ...] = ()
    kind: Literal["", "contract", "service", "marketing", "survey", "partner"] = ""
    """Empty = told by the id; see `upheld.policy.mailkinds`."""
    approvals: int = 0
    """How many colleagues must agree before a mailing of this class starts."""


VisitFact = Literal[
    "referrer",
    "language",
    "country",
    "browser",
    "version",
    "system",
    "device",
    "path",
    "dwell",
    "speed",
    "faults",
]


@dataclass(frozen=True, slots=True)
class Visits:
    """How visits are counted, where a purpose may write anonymous technical data.

    The page and the hour are always stored; `store` names what is stored besides.
    """

    store: tuple[VisitFact, ...] = (
        "referrer",
        "language",
        "country",
        "browser",
        "system",
        "device",
        "dwell",
        "speed",
        "faults",
    )
    cookie: str = ""
    """The cookie whose random number ties the pages of one visit together, for a day at
    most; empty = they are not tied."""
    parts: tuple[str, ...] = ()
    """Words of an address that belong to the page's name: `catalogue:detail.product_slug`."""
    leave_out: tuple[str, ...] = ()
    """Routes that are not counted; `checkout:*` = every one that starts so."""
    events: tuple[str, ...] = ()
    """Names of single events that pages may report."""
    keep: str = "2 days"
    """How long the single views stay after their day; the totals stay."""
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole policy. Mappings are keyed by id and keep the file's order."""

    controller: Controller
    updated: date
    data: dict[str, Category]
    purposes: dict[str, Purpose]
    refuse: dict[str, Refused] = field(default_factory=dict)
    collect: dict[str, CollectionPoint] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    recipients: dict[str, Recipient] = field(default_factory=dict)
    cookies: dict[str, Cookie] = field(default_factory=dict)
    storage: dict[str, StorageKey] = field(default_factory=dict)
    embeds: dict[str, Embed] = field(default_factory=dict)
    rights: dict[str, Right] = field(default_factory=dict)
    proofs: dict[str, Proof] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    walls: dict[str, Wall] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=dict)
    mail: dict[str, MailRule] = field(default_factory=dict)
    contacts: dict[str, ContactPoint] = field(default_factory=dict)
    change: Change = field(default_factory=Change)
    visits: Visits = field(default_factory=Visits)
