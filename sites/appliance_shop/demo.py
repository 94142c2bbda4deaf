"""The shop's demo: a payment provider, a carrier, a mail server, and the job that minds orders."""

from __future__ import annotations

from sites.frame.demonstration import Beside, Demo

DEMO = Demo(
    beside=(
        Beside(
            "provider",
            "sites.provider",
            "UPHELD_PROVIDER_URL",
            words=("--shop", "{site}", "--state", "{state}"),
        ),
        Beside(
            "carrier",
            "sites.carrier",
            "UPHELD_CARRIER_URL",
            path="/consignments",
            words=("--state", "{state}"),
        ),
    ),
    after_sample=(("Telling the payment provider of it", ("teach_provider",)),),
    jobs=(
        ("mind_orders", "--every", "30"),  # settles, gives up, refunds, mails
        ("upheld", "mailboxes", "--every", "5"),  # takes letters in, sends what answers them
    ),
    letters=True,
)
