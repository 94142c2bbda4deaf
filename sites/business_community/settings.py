"""Settings of the Valley Trade Circle."""

from __future__ import annotations

from sites.enquiries.topics import Topic
from sites.frame.brand import Brand, Link
from sites.frame.people.doors import Door
from sites.frame.settings import settings_for

BRAND = Brand(
    site="business_community",
    name="Valley Trade Circle",
    legal="Valley Trade Circle",
    line="Where small firms of the valley meet",
    about="Three hundred workshops, farms, shops and offices that know each other, and lend each "
    "other a van.",
    host="valleytrade.example",
    mail="office@valleytrade.example",
    phones=("029 2018 0123",),
    address=("The Old Library, Heol y Farchnad", "Cwm Elfed, Wales"),
    menu=(
        Link("Boards", "boards:list"),
        Link("What we do", "about"),
        Link("Join in", "membership"),
        Link("Contact", "enquiries:contact"),
    ),
    more=(
        Link("Comment on our privacy statement", "comment"),
        Link("Feedback", "enquiries:feedback"),
    ),
)
ENQUIRY_TOPICS = (
    Topic("services", "Something we can do for you"),
    Topic("boards", "The boards"),
    Topic("comment", "Our privacy statement"),
    Topic("breach", "Somebody broke the privacy statement"),
    Topic("other", "Anything else"),
)
FEEDBACK_THEMES = (
    Topic("site", "This website"),
    Topic("services", "What the circle does"),
    Topic("statement", "The privacy statement"),
)
ACCOUNT_DOORS = (Door("boards:list", "Boards", "Read and write", "mail"),)
DESK_DOORS = (Door("enquiries:desk", "Office", "Comments, complaints, calls", "mail", "office"),)
ENQUIRY_POST = "office"
globals().update(
    settings_for(
        BRAND,
        apps=("sites.business_community.circle", "sites.boards", "sites.enquiries"),
        join_form="sites.business_community.circle.forms.MemberJoinForm",
        profile_form="sites.business_community.circle.forms.MemberProfileForm",
        prefix="vtc",
        zone="Europe/London",
        upheld={"PROBES": ("sites.business_community.probes",)},
    )
)
