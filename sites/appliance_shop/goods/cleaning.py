"""The cleaning shelf."""

from __future__ import annotations

from sites.appliance_shop.goods.good import Good, Shelf

SHELF = Shelf(
    "Cleaning & laundry",
    "cleaning",
    "For floors, shirts and dishes, by machines that last longer than the chore feels.",
    (
        Good(
            "Heron Cordless Vacuum, Plum",
            "Heron Vacuum",
            "stick_vacuum",
            "plum",
            "329.00",
            (25, 112, 22),
            2.6,
            "An hour of cleaning, and a battery you can change.",
            "The Heron weighs less than a cat and lies flat under the sofa. The battery slides out"
            " for charging and can be bought again in ten years: we keep the mould.\n\n"
            "Dust drops out at the push of one button.",
            13,
            420,
            "0.7 L",
            72,
            None,
            5,
            {"Runs": "60 minutes", "Battery": "removable"},
            True,
        ),
        Good(
            "Rumble Canister Vacuum, Ember Red",
            "Rumble Vacuum",
            "canister_vacuum",
            "ember",
            "219.00",
            (30, 27, 46),
            5.2,
            "The steady one that follows you through the house.",
            "A soft bumper, big wheels and nine metres of reach. The bag holds 3.5 litres and shuts"
            " itself when you lift it out, so the dust stays where you put it.\n\n"
            "Three brushes live in the lid.",
            16,
            700,
            "3.5 L",
            66,
            6.5,
            5,
            {"Reach": "9 m", "Brushes": "3"},
        ),
        Good(
            "Rook Robot Vacuum",
            "Rook Robot Vacuum",
            "robot_vacuum",
            "charcoal",
            "399.00",
            (34, 10, 34),
            3.4,
            "Learns your floor, tells nobody.",
            "The Rook finds its way with a turning eye and keeps the map in its own head: it has no"
            " camera, no app and no account. Press the key; it cleans, and goes home.\n\n"
            "Magnetic strips in the box mark where it shall not go.",
            9,
            55,
            "0.45 L",
            62,
            None,
            3,
            {"Runs": "110 minutes", "Connects to": "nothing"},
        ),
        Good(
            "Crisp Steam Iron, Pale Sky",
            "Crisp Steam Iron",
            "iron",
            "sky",
            "69.00",
            (30, 15, 13),
            1.4,
            "Glides, steams, and turns off if you walk away.",
            "A polished steel sole with a point fine enough for shirt buttons. The tank is clear,"
            " so you see when to fill it, and the cord turns out of the way.\n\n"
            "Left standing it switches off after eight minutes, lying down after thirty seconds.",
            42,
            2400,
            "0.33 L",
            None,
            2.5,
            3,
            {"Steam": "45 g a minute"},
        ),
        Good(
            "Billow Washing Machine",
            "Billow Washing Machine",
            "washer",
            "white",
            "789.00",
            (60, 85, 58),
            72,
            "Eight kilos, one dial, forty quiet minutes.",
            "Most people use three programmes; the Billow has eight and puts those three first. The"
            " drum is drilled so that nothing catches, and the motor has no brushes to wear.\n\n"
            "All bearings can be changed from the front. Ask a washing machine repairer what that"
            " means.",
            6,
            2000,
            "8 kg",
            48,
            1.6,
            10,
            {"Spin": "1400 turns", "Energy for 100 washes": "46 kWh"},
            True,
        ),
        Good(
            "Brook Dishwasher",
            "Brook Dishwasher",
            "dishwasher",
            "steel",
            "699.00",
            (60, 82, 55),
            39,
            "Thirteen places, eight litres, no pre-rinsing.",
            "The upper basket lifts with one hand when the big plates come. A drawer on top takes"
            " the cutlery lying down, so knives come out without spots.\n\n"
            "It opens by a hand's width when it is done, and dries with the room's own air.",
            8,
            1900,
            "13 places",
            42,
            1.5,
            5,
            {"Water": "8.4 L a run", "Energy for 100 runs": "64 kWh"},
        ),
    ),
)
