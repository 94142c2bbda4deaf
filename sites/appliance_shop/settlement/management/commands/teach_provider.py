"""Enter the sample orders' payments into the stand-in provider's books.

Sample data invent payments that the provider never saw. With this, refunds and second
attempts of sample orders work in the demo as they do for new ones.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from sites.appliance_shop.settlement.models import Payment
from sites.appliance_shop.settlement.settle import SETTLER
from sites.provider.ledger import Ledger
from upheld.context import purpose

MARK = "sample_"


class Command(BaseCommand):
    help = "Enter the sample orders' payments into the demo provider's books."

    def handle(self, *args: Any, **options: Any) -> None:
        books = Ledger(Path(settings.PAYMENTS["ACCOUNT"]).with_name("books.sqlite3"))
        with purpose("settlement", actor=SETTLER, subject=None):
            # What the provider calls a payment is sealed: it answers no question of a part.
            payments = [
                payment
                for payment in Payment.objects.select_related("order")
                if payment.reference.startswith(MARK)
            ]
            for payment in payments:
                books.enter(
                    "stripe" if payment.provider == "stripe" else "connect",
                    payment.reference,
                    shop_order=payment.order.number,
                    cents=payment.cents,
                    payment=payment.payment,
                    back=settings.SITE_URL,
                )
        self.stdout.write(f"  payments: {len(payments)} entered")
