"""Settings of Thornfield Studio."""

from __future__ import annotations

import os

from sites.enquiries.topics import Topic
from sites.frame.brand import Brand, Link
from sites.frame.people.doors import Door
from sites.frame.settings import settings_for

BRAND = Brand(
    site="service_studio",
    name="Thornfield Studio",
    legal="Thornfield Studio, Thornfield, England",
    line="Marks, sites and print for small firms",
    about="A studio of five in an old mill. We draw marks, build sites, print things and keep "
    "them all in good order.",
    host="thornfield.example",
    mail="info@thornfield.example",
    phones=("01632 960123",),
    address=("4 Mill Lane", "Thornfield, England"),
    menu=(
        Link("Services", "services:list"),
        Link("Care plans", "services:plans"),
        Link("About", "about"),
        Link("Contact", "enquiries:contact"),
    ),
    more=(
        Link("Feedback", "enquiries:feedback"),
        Link("Your settings", "settings"),
        Link("Terms", "terms"),
    ),
)
ENQUIRY_TOPICS = (
    Topic("question", "A question about a service"),
    Topic("order", "Something we are working on for you"),
    Topic("account", "Your account or an invoice"),
    Topic("privacy", "Your personal data"),
    Topic("other", "Anything else"),
)
ENQUIRY_FIELDS = ("phone", "company")
FEEDBACK_THEMES = (
    Topic("site", "This website"),
    Topic("service", "A service you had from us"),
    Topic("answers", "How we answered you"),
)
ACCOUNT_DOORS = (
    Door(
        "services:requests", "Service requests", "What you asked for, and where it stands", "wrench"
    ),
    Door("settings", "Settings", "Language and currency of the site", "filter"),
)
DESK_DOORS = (
    Door("services:desk", "Studio", "Service requests that wait", "wrench", "studio"),
    Door("enquiries:desk", "Support", "Questions, calls and letters", "mail", "support"),
)
globals().update(
    settings_for(
        BRAND,
        apps=(
            "sites.service_studio.services",
            "sites.service_studio.clients",
            "sites.enquiries",
        ),
        join_form="sites.service_studio.clients.forms.ClientJoinForm",
        profile_form="sites.service_studio.clients.forms.ClientProfileForm",
        prefix="ts",
        zone="Europe/London",
        upheld={
            "PROBES": (),
            # The demo's stand-in for the outside service.
            "EMBED_ORIGINS": {
                "translator": os.environ["UPHELD_WIDGET_URL"],
            }
            if "UPHELD_WIDGET_URL" in os.environ
            else {},
        },
    )
)
