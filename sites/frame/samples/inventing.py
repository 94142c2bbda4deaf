"""Invented people: a name, an address for mail, a day of joining."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

Tell = Callable[[str], None]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@dataclass(frozen=True, slots=True)
class Names:
    """What invented names are put together from; the hosts end in `.example`."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person."""

    first: str
    last: str
    email: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Clerk:
    """A member of staff: the post held, the part of the address before `@`, what is seen."""

    post: str
    box: str
    first: str
    last: str
    sees: str
    second_factor: bool = False


@dataclass(frozen=True, slots=True)
class Samples:
    """What a site's sample data are made of.

    `furnish` fills the shop window and says what it made. `live` gives one member a life on
    the site (orders, posts); it runs for `upkeep` with that member as its subject, and the
    last argument is true for the member whose login the demo prints. `agree` picks what a
    member said yes to.
    """

    password: str
    member: tuple[str, str]
    names: Names
    clerks: tuple[Clerk, ...]
    furnish: Callable[[Tell], None]
    live: Callable[[Random, Any, Person, bool], None]
    agree: Callable[[Random, bool], tuple[str, ...]]


ENGLISH = Names(
    first=_words(
        """
        Ada Alina Amos Anneke Arlo Basil Bea Bruno Calla Cedric Clara Cosima Dario Della Edda
        Elias Enid Ezra Fern Flora Gideon Greta Hanno Hazel Hugo Ida Ines Isolde Ivo Jasper Joss
        Juno Kasper Lena Leopold Linnea Livia Lorna Lucian Mabel Marlo Mina Nadia Nell Nico
        Odette Olga Orla Otis Pella Petra Quentin Ramona Rhea Rosa Rufus Sabine Selma Silas
        Tamsin Tess Theo Una Vera Viola Walt Wilma Xenia Yara Zelda
        """
    ),
    last=_words(
        """
        Applegarth Ashlock Barleycorn Bellwood Birchall Bramwell Brookfield Butterwick Candlish
        Cloverdale Copperfell Dovelock Eastmere Elderbrook Fairweather Fennimore Flaxman Foxley
        Gooseacre Greenhalgh Harrowby Hawksmoor Hayward Hearnshaw Hollins Inglewood Juniper
        Kettlewell Larkspur Linden Loxley Mapplebeck Marlowe Meadowcroft Merriweather Millbrook
        Nettlefold Nightgale Oakenfold Oldacre Orchardson Pebbleton Penhallow Pinkerfield
        Plumtree Quillfeather Ravensdale Redfern Rosewarne Rushworth Saltmarsh Sandalwood
        Sedgewick Shepherdson Silverlock Sorrelby Starling Stonebridge Sweetbriar Tanglewood
        Teasdale Thistleton Tidewell Underhill Vinefield Wainscott Waterhouse Wetherby Whitlock
        Willowby Windrush Winterbourne Woodrose Yarrow Yewdale
        """
    ),
    hosts=("lanternpost.example", "maplemail.example", "quietbox.example", "tinpost.example"),
)
BORNEO = Names(
    first=_words(
        """
        Adib Aina Aishah Amirah Arif Azri Bahar Chandra Danial Elok Farid Fatin Hafiz Hana Idris
        Intan Iskandar Jaya Jelita Kamil Kasih Kavita Lim Liyana Mawar Mei Melur Meng Nadim
        Nurul Puteri Rafiq Rania Ravi Sari Seri Sofia Suria Syafiq Tan Umar Wafi Wati Wei Yasmin
        Zahra Zaid
        """
    ),
    last=_words(
        """
        Anggerik Awanbiru Bayangan Bungaraya Cempaka Damarlaut Gelombang Hujanmas Kelapasari
        Kembangan Kenanga Kertaslama Langitjati Lautan Lembayung Melatiwangi Mutiara Ombakputih
        Padiemas Pandanwangi Pasirhalus Pelangi Pinanggading Rimbunan Rotansega Sinarpagi
        Sungaijernih Tanjungan Telukdalam Terataiputih
        """
    ),
    hosts=("kotakpos.example", "suratku.example", "pantai.example", "mailkampung.example"),
)


def invent(chance: Random, names: Names, number: int, now: datetime) -> Person:
    """Return person `number`; different numbers never share an e-mail address."""
    first, last = chance.choice(names.first), chance.choice(names.last)
    return Person(
        first=first,
        last=last,
        email=f"{first}.{last}{number}@{chance.choice(names.hosts)}".lower(),
        since=now - timedelta(days=chance.randrange(5, 500), minutes=chance.randrange(1440)),
    )
