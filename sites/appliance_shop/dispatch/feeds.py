"""What the carrier is told of a parcel, and nothing else: to whom, where, whom to ring."""

from __future__ import annotations

from upheld.disclosure.feeds import Feed, register

PARCELS = register(
    Feed(
        id="parcels",
        recipient="carrier",
        purpose="order_fulfilment",
        model="order.Order",
        fields={
            "order": "number",
            "first_name": "shipping_address__first_name",
            "last_name": "shipping_address__last_name",
            "street": "shipping_address__line1",
            "street_2": "shipping_address__line2",
            "city": "shipping_address__line4",
            "state": "shipping_address__state",
            "postcode": "shipping_address__postcode",
            "country": "shipping_address__country__iso_3166_1_a2",
            "phone": "shipping_address__phone_number",
        },
    )
)
