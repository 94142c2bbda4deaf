"""Word lists that invented people and their addresses are put together from."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST: Final = _words(
    """
    Ada Alina Amos Anneke Arlo Basil Bea Bruno Calla Cedric Clara Cosima Dario Della Edda
    Elias Enid Ezra Fern Flora Gideon Greta Hanno Hazel Hugo Ida Ines Isolde Ivo Jasper Joss
    Juno Kasper Lena Leopold Linnea Livia Lorna Lucian Mabel Marlo Mina Nadia Nell Nico
    Odette Olga Orla Otis Pella Petra Quentin Ramona Rhea Rosa Rufus Sabine Selma Silas
    Tamsin Tess Theo Una Vera Viola Walt Wilma Xenia Yara Zelda
    """
)
MIDDLE: Final = _words(
    """
    Anne Birch Clay Dale Elm Fay Glen Hope Jay June Lake Lee May Rae Reed
    """
)
LAST: Final = _words(
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
)
STREETS: Final = _words(
    """
    Acorn Almond Apple Barn Bell Bridge Candle Cedar Chapel Cherry Clover Copper Dairy Elder
    Fern Foundry Garden Harbor Hearth Juniper Kiln Lantern Larch Linen Maple Meadow Mill
    Mulberry Orchard Pear Pepper Poplar Quarry Rose Saddle Sorrel Spring Thistle Violet
    Walnut
    """
)
KINDS: Final = ("Street", "Lane", "Avenue", "Road", "Court", "Way")
TOWNS: Final = _words(
    """
    Amberfield Birchwater Brambleton Cedarmouth Clearbrook Copperhill Dunmeadow Eastfern
    Elmstead Fairhollow Foxbridge Goldenrise Greenwick Harrowdale Ivywell Kestrelford
    Lakesend Larkmoor Maplecrest Northfen Oakhaven Pinegate Quailridge Redbarn Saltwell
    Stillwater Sunfield Thornbury Valleyend Westmarsh Willowfork Wrenfield
    """
)
STATES: Final = _words(
    """
    CA CO CT GA IA IL IN KS KY MA MD ME MI MN MO NC NE NH NJ NM NY OH OR PA TN TX VA VT WA
    WI
    """
)
AREA_CODES: Final = (202, 212, 303, 312, 404, 415, 503, 512, 612, 617, 702, 713, 802, 816, 919)
"""The number after it is always 555-01xx, which is kept free for stories."""
MAIL_HOSTS: Final = (
    "lanternpost.example",
    "maplemail.example",
    "quietbox.example",
    "tinpost.example",
)

CARRIERS: Final = ("Wayfarer Parcel", "Two Rivers Freight")
"""The carriers of the sample parcels."""

RETURN_WORDS: Final = (
    "It is a little too tall for the shelf above.",
    "The lid does not close as it should.",
    "We were given the same one twice.",
    "The colour is warmer than I had thought.",
)
NOTES: Final = ("", "", "", "", "Please ring twice.", "Leave it with the neighbor at number 4.")

REVIEWS: Final = (
    (5, "Exactly what it says", "It does its one job and looks good doing it. Nothing to learn."),
    (5, "Quiet at last", "Our old one woke the house. This one does not."),
    (4, "Solid, a bit heavy", "You feel that it is built to stay. Moving it takes two hands."),
    (5, "Mended it myself", "A seal wore out after a year of hard use. The part came in two days."),
    (4, "Good, cable too short", "Works as it should. I wish the cable reached my other socket."),
    (3, "Nice, but slow at first", "Takes longer than I expected, then does it well."),
    (5, "My mother wants one", "She came to visit and now asks for it every week."),
    (4, "Handsome thing", "It is the first machine I do not put away when people come."),
)
