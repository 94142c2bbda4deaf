"""Settings of Pintas Software."""

from __future__ import annotations

from sites.enquiries.topics import Topic
from sites.frame.brand import Brand, Link
from sites.frame.people.doors import Door
from sites.frame.settings import settings_for

BRAND = Brand(
    site="software_shop",
    name="Pintas Software",
    legal="Pintas Software Sdn Bhd",
    line="Small programs that do what they say",
    about="We write programs for offices that have better things to do, and sell them with a "
    "licence you can read in one sitting.",
    host="pintas.example",
    mail="support@pintas.example",
    phones=("+60 3 5550 0100", "+60 3 5550 0101"),
    address=("1 Jalan Contoh", "Kuala Lumpur, Malaysia"),
    menu=(
        Link("Programs", "goods:list"),
        Link("Licences", "licences"),
        Link("About", "about"),
        Link("Customer Service", "customer-service"),
    ),
    more=(Link("Feedback", "enquiries:feedback"),),
)
MONEY = "RM "
ENQUIRY_TOPICS = (
    Topic("sales", "Sales", "What to buy, offers, invoices before you order."),
    Topic("billing", "Billing", "Bills, payments and papers we asked you for."),
    Topic("technical", "Technical support", "Installing, keys, things that do not work."),
    Topic("privacy", "Privacy", "Your data and what we do with them."),
    Topic("complaint", "Complaints", "Whatever went wrong, with anybody here."),
    Topic("product", "A question about a program", "Asked on a program's own page."),
)
FEEDBACK_THEMES = (
    Topic("site", "This website"),
    Topic("program", "A program you use"),
    Topic("service", "Customer Service"),
)
DESK_DOORS = (
    Door(
        "enquiries:desk",
        "Customer Service",
        "Questions, complaints, calls, letters",
        "mail",
        "customer_service",
    ),
)
ENQUIRY_POST = "customer_service"
globals().update(
    settings_for(
        BRAND,
        apps=("sites.software_shop.buyers", "sites.goods", "sites.enquiries"),
        join_form="sites.software_shop.buyers.forms.BuyerJoinForm",
        profile_form="sites.software_shop.buyers.forms.BuyerProfileForm",
        prefix="sw",
        zone="Asia/Kuala_Lumpur",
        upheld={"PROBES": ()},
    )
)
