"""The cooling shelf."""

from __future__ import annotations

from sites.appliance_shop.goods.good import Good, Shelf

_FROST = (
    "Round shoulders outside, plain good sense inside: glass shelves that slide out, a drawer that"
    " keeps lettuce crisp for ten days, and a freezer with a door of its own above.\n\n"
    "It hums at 36 decibels, which is less than the clock in most kitchens. The door can be hung on"
    " either side; the people who bring it ask."
)

SHELF = Shelf(
    "Fridges & coolers",
    "fridges",
    "Cold kept quietly, with shelves that fit what people really buy.",
    (
        Good(
            "Frostlake Fridge-Freezer, Cream",
            "Frostlake Fridge-Freezer",
            "round_fridge",
            "cream",
            "1190.00",
            (60, 172, 64),
            71,
            "Round shoulders, a calm hum, a place for everything.",
            _FROST,
            5,
            None,
            "214 L + 58 L",
            36,
            1.8,
            10,
            {"Energy a year": "178 kWh"},
            True,
        ),
        Good(
            "Frostlake Fridge-Freezer, Pale Sky",
            "Frostlake Fridge-Freezer",
            "round_fridge",
            "sky",
            "1190.00",
            (60, 172, 64),
            71,
            "Round shoulders, a calm hum, a place for everything.",
            _FROST,
            4,
            None,
            "214 L + 58 L",
            36,
            1.8,
            10,
            {"Energy a year": "178 kWh"},
        ),
        Good(
            "Glacier Double-Door Fridge",
            "Glacier Fridge",
            "french_door",
            "steel",
            "2240.00",
            (91, 178, 72),
            124,
            "A family's week, and cold water at the door.",
            "Two doors open the whole width at eye level; the freezer is a drawer you look into"
            " from above. Water runs from the tap in the door through a filter that lasts a year."
            "\n\nThe three climates inside are set apart from each other, so the butter spreads.",
            3,
            None,
            "348 L + 122 L",
            38,
            2.0,
            10,
            {"Energy a year": "291 kWh", "Water": "filtered"},
        ),
        Good(
            "Alcove Under-Counter Fridge",
            "Alcove Fridge",
            "small_fridge",
            "white",
            "429.00",
            (55, 84, 57),
            33,
            "A whole fridge at knee height.",
            "For the small kitchen, the big pantry or the office that eats lunch. Two glass"
            " shelves, two drawers, and room in the door for four bottles.\n\n"
            "The feet adjust from the front with a coin.",
            11,
            None,
            "134 L",
            37,
            1.8,
            5,
            {"Energy a year": "96 kWh"},
        ),
        Good(
            "Cellar Wine Cooler",
            "Cellar Wine Cooler",
            "wine_cooler",
            "charcoal",
            "649.00",
            (49, 84, 57),
            38,
            "Thirty bottles lying still, in the dark, at your degree.",
            "Beech shelves that slide without shaking, glass that keeps the light out, and a"
            " compressor on rubber feet. One zone, held to within half a degree.\n\n"
            "It also makes a very good cheese cupboard.",
            7,
            None,
            "30 bottles",
            37,
            1.8,
            5,
            {"Range": "5 to 18 °C", "Energy a year": "104 kWh"},
        ),
    ),
)
