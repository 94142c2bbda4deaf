"""The cooking shelf."""

from __future__ import annotations

from sites.appliance_shop.goods.good import Good, Shelf

_RANGE = (
    "Five burners, two full ovens side by side and a drawer that keeps plates warm: the Emberline"
    " is a kitchen's centre of gravity. The left oven fans, the right one bakes from below, the"
    " way bread likes it.\n\n"
    "Enamel fired at 820 °C, doors that close softly, and gratings in cast iron that lift out for"
    " the sink. Two people bring it in and connect it."
)

SHELF = Shelf(
    "Cooking",
    "cooking",
    "Ovens, hobs and pots that keep their heat and their temper.",
    (
        Good(
            "Bramble Counter-Top Oven",
            "Bramble Oven",
            "oven",
            "charcoal",
            "249.00",
            (48, 30, 39),
            9.4,
            "28 litres of proper oven where a big one will not go.",
            "Big enough for a loaf, a chicken or a 30 cm pizza. Heat from above, below or around,"
            " and a light that stays on when you want to watch.\n\n"
            "The door comes off its hinges for cleaning. Stone, rack and tray are in the box.",
            15,
            1700,
            "28 L",
            48,
            1.1,
            3,
            {"Range": "60 to 230 °C", "Functions": "7"},
            True,
        ),
        Good(
            "Ferrow Microwave, Warm White",
            "Ferrow Microwave",
            "microwave",
            "white",
            "159.00",
            (49, 29, 36),
            12.2,
            "One dial, one button, and no manual to lose.",
            "Turn for the time, press to start; turn again to add a minute. The Ferrow spreads its"
            " waves from below, so there is no plate to spin and the whole floor can be used.\n\n"
            "The beep can be switched off. We thought of everyone who is up at six.",
            20,
            900,
            "23 L",
            52,
            1.1,
            3,
            {"Floor": "flat ceramic, 32 cm"},
        ),
        Good(
            "Hearthside Induction Hob",
            "Hearthside Induction Hob",
            "induction",
            "copper",
            "189.00",
            (60, 6, 36),
            5.6,
            "Two rings, fifteen steps, a table anywhere.",
            "A litre of water boils in two and a half minutes, and the glass around it stays cool."
            " Both rings share the power sensibly from one ordinary socket.\n\n"
            "The copper pan in the picture is sold separately, sadly.",
            13,
            1800,
            "2 rings",
            46,
            1.4,
            3,
            {"Steps": "15", "Child lock": "yes"},
        ),
        Good(
            "Emberline Range Cooker, Sage Green",
            "Emberline Range Cooker",
            "range_cooker",
            "sage",
            "2890.00",
            (90, 91, 60),
            98,
            "Five burners and two ovens, fired in enamel.",
            _RANGE,
            3,
            3600,
            "64 L + 64 L",
            None,
            None,
            10,
            {"Burners": "5, one for a wok", "Energy": "gas hob, electric ovens"},
            True,
        ),
        Good(
            "Emberline Range Cooker, Midnight Blue",
            "Emberline Range Cooker",
            "range_cooker",
            "midnight",
            "2890.00",
            (90, 91, 60),
            98,
            "Five burners and two ovens, fired in enamel.",
            _RANGE,
            2,
            3600,
            "64 L + 64 L",
            None,
            None,
            10,
            {"Burners": "5, one for a wok", "Energy": "gas hob, electric ovens"},
        ),
        Good(
            "Smoulder Slow Cooker",
            "Smoulder Slow Cooker",
            "slow_cooker",
            "ember",
            "99.00",
            (45, 27, 28),
            5.1,
            "Put it on at eight, forget it, come home to stew.",
            "The oval pot takes a whole chicken and browns it on the stove first: it is cast"
            " aluminium, not stoneware. After cooking it keeps warm for ten hours.\n\n"
            "The glass lid clips down for the drive to a friend's table.",
            26,
            320,
            "6 L",
            None,
            0.9,
            3,
            {"Keeps warm": "10 hours", "Pot": "stove and dishwasher"},
        ),
        Good(
            "Coracle Pressure Cooker",
            "Coracle Pressure Cooker",
            "multicooker",
            "steel",
            "179.00",
            (35, 33, 33),
            6.2,
            "Beans in half an hour, and it minds itself.",
            "Pressure, steam, sauté, simmer: the Coracle replaces three pots and the person who"
            " watches them. Steam leaves through a quiet valve, away from your hand.\n\n"
            "Three safeties have to agree before the lid turns.",
            17,
            1100,
            "5.7 L",
            50,
            0.9,
            3,
            {"Pressure": "70 kPa", "Programmes": "9"},
        ),
        Good(
            "Paddy Rice Cooker, Pale Sky",
            "Paddy Rice Cooker",
            "rice_cooker",
            "sky",
            "74.00",
            (27, 25, 26),
            2.6,
            "One switch, and rice that is right each time.",
            "The Paddy weighs the water by how it boils, so a single cup comes out as well as"
            " eight. Steam vegetables in the basket above while the rice cooks below.\n\n"
            "A folding handle carries it to the table.",
            33,
            620,
            "8 cups",
            None,
            0.9,
            3,
            {"Steamer basket": "included"},
        ),
    ),
)
