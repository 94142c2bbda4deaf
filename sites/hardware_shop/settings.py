"""Settings of Seri Rack."""

from __future__ import annotations

from sites.enquiries.topics import Topic
from sites.frame.brand import Brand, Link
from sites.frame.people.doors import Door
from sites.frame.settings import settings_for

BRAND = Brand(
    site="hardware_shop",
    name="Seri Rack",
    legal="Seri Rack Enterprise, P00000000",
    line="Racks, cabinets and what goes into them",
    about="Steel for rooms full of machines: built to measure, delivered and bolted to the floor "
    "by people who answer the telephone.",
    host="serirack.example",
    mail="privacy@serirack.example",
    address=("Simpang 14, Jalan Contoh", "Bandar Seri Begawan, Brunei"),
    menu=(
        Link("Products", "goods:list"),
        Link("Delivery", "delivery"),
        Link("About", "about"),
        Link("Support", "enquiries:contact"),
    ),
    more=(Link("Feedback", "enquiries:feedback"),),
)
MONEY = "B$"
ENQUIRY_TOPICS = (
    Topic("product", "A product"),
    Topic("order", "An order or a delivery"),
    Topic("fault", "Something that does not work"),
    Topic("privacy", "Your personal data"),
    Topic("other", "Anything else"),
)
FEEDBACK_THEMES = (
    Topic("site", "This website"),
    Topic("delivery", "A delivery"),
    Topic("product", "A product you have"),
)
DESK_DOORS = (Door("enquiries:desk", "Support", "Questions, calls and letters", "mail", "support"),)
globals().update(
    settings_for(
        BRAND,
        apps=("sites.hardware_shop.customers", "sites.goods", "sites.enquiries"),
        join_form="sites.hardware_shop.customers.forms.CustomerJoinForm",
        profile_form="sites.hardware_shop.customers.forms.CustomerProfileForm",
        prefix="hw",
        zone="Asia/Brunei",
        upheld={"PROBES": ()},
    )
)
