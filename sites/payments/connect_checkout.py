"""Connect Hosted Checkout behind the seam, through the vendor's own SDK."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from worldline.connect.sdk.call_context import CallContext
from worldline.connect.sdk.communication.communication_exception import CommunicationException
from worldline.connect.sdk.communication.request_header import RequestHeader
from worldline.connect.sdk.communicator_configuration import CommunicatorConfiguration
from worldline.connect.sdk.factory import Factory
from worldline.connect.sdk.v1.api_exception import ApiException
from worldline.connect.sdk.v1.domain.amount_of_money import AmountOfMoney
from worldline.connect.sdk.v1.domain.create_hosted_checkout_request import (
    CreateHostedCheckoutRequest,
)
from worldline.connect.sdk.v1.domain.hosted_checkout_specific_input import (
    HostedCheckoutSpecificInput,
)
from worldline.connect.sdk.v1.domain.line_item import LineItem
from worldline.connect.sdk.v1.domain.order import Order
from worldline.connect.sdk.v1.domain.order_line_details import OrderLineDetails
from worldline.connect.sdk.v1.domain.order_references import OrderReferences
from worldline.connect.sdk.v1.domain.refund_request import RefundRequest
from worldline.connect.sdk.v1.domain.shopping_cart import ShoppingCart
from worldline.connect.sdk.v1.platform_exception import PlatformException
from worldline.connect.sdk.v1.webhooks.v1_webhooks_factory import V1WebhooksFactory
from worldline.connect.sdk.webhooks.api_version_mismatch_exception import (
    ApiVersionMismatchException,
)
from worldline.connect.sdk.webhooks.secret_key_store import SecretKeyStore
from worldline.connect.sdk.webhooks.signature_validation_exception import (
    SignatureValidationException,
)

from sites.payments.seam import (
    CURRENCY,
    Bill,
    ForgedNotice,
    Notice,
    Outcome,
    ProviderRefused,
    ProviderUnreachable,
    Refunded,
    Result,
    Started,
)

TIMEOUT = 15
"""Seconds to wait for the provider."""
_TAKEN = {"CAPTURED", "PAID", "CAPTURE_REQUESTED"}
_LOST = {"REJECTED", "REJECTED_CAPTURE", "CANCELLED"}


class _Keys(SecretKeyStore):  # type: ignore[misc] # the SDK ships no types
    """The keys of this shop's notifications (the SDK's own store is shared by all)."""

    def __init__(self, key_id: str, secret: str) -> None:
        self._key_id, self._secret = key_id, secret

    def get_secret_key(self, key_id: str) -> str:
        if key_id != self._key_id:
            raise SignatureValidationException("unknown key id")
        return self._secret


class ConnectCheckout:
    """Hosted checkouts of one merchant, in US dollars."""

    name = "connect"

    def __init__(
        self,
        *,
        api: str,
        merchant: str,
        key_id: str,
        secret: str,
        webhook_key_id: str,
        webhook_secret: str,
        integrator: str,
    ) -> None:
        settings = CommunicatorConfiguration(
            api_endpoint=api,
            api_key_id=key_id,
            secret_api_key=secret,
            authorization_type="v1HMAC",
            connect_timeout=TIMEOUT,
            socket_timeout=TIMEOUT,
            max_connections=10,
            integrator=integrator,
        )
        client = Factory.create_client_from_configuration(settings)
        self._merchant = client.v1().merchant(merchant)
        self._webhooks = V1WebhooksFactory.create_helper(_Keys(webhook_key_id, webhook_secret))
        self._scheme = api.split("://", 1)[0]

    def start(self, bill: Bill) -> Started:
        request = CreateHostedCheckoutRequest()
        request.order = Order()
        request.order.amount_of_money = _money(bill.cents)
        request.order.references = OrderReferences()
        request.order.references.merchant_reference = bill.order
        request.order.shopping_cart = ShoppingCart()
        request.order.shopping_cart.items = [
            _item(line.title, line.quantity, line.cents) for line in bill.lines
        ]
        request.hosted_checkout_specific_input = HostedCheckoutSpecificInput()
        request.hosted_checkout_specific_input.return_url = bill.return_url
        request.hosted_checkout_specific_input.show_result_page = False
        with _translated():
            answer = self._merchant.hostedcheckouts().create(request, CallContext(bill.key))
        url = f"{self._scheme}://{answer.partial_redirect_url}"
        return Started(answer.hosted_checkout_id or "", url)

    def result(self, reference: str) -> Result:
        with _translated():
            answer = self._merchant.hostedcheckouts().get(reference)
        if answer.status == "IN_PROGRESS":
            return Result(reference, "open")
        payment = answer.created_payment_output and answer.created_payment_output.payment
        if payment is None:  # given up by the person, or never eligible
            return Result(reference, "failure")
        outcome: Outcome = "open"
        if payment.status in _TAKEN:
            outcome = "success"
        elif payment.status in _LOST:
            outcome = "failure"
        output = payment.payment_output
        return Result(
            reference=reference,
            outcome=outcome,
            order=output.references.merchant_reference,
            cents=output.amount_of_money.amount,
            currency=output.amount_of_money.currency_code,
            payment=payment.id if outcome == "success" else "",
        )

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        signed = [RequestHeader(name, value) for name, value in headers.items()]
        try:
            event = self._webhooks.unmarshal(body, signed)
        except (
            SignatureValidationException,
            ApiVersionMismatchException,
            ValueError,
            TypeError,
        ) as error:
            raise ForgedNotice("no valid signature") from error
        page = event.payment and event.payment.hosted_checkout_specific_output
        return Notice(event.id or "", (page and page.hosted_checkout_id) or "")

    def refund(self, payment: str, cents: int, *, key: str) -> Refunded:
        request = RefundRequest()
        request.amount_of_money = _money(cents)
        with _translated():
            answer = self._merchant.payments().refund(payment, request, CallContext(key))
        done = answer.status in {"REFUNDED", "REFUND_REQUESTED", "PENDING_APPROVAL"}
        return Refunded(answer.id or "", answer.refund_output.amount_of_money.amount, done)

    def cancel(self, reference: str) -> bool:
        try:
            with _translated():
                self._merchant.hostedcheckouts().delete(reference)
        except ProviderRefused:
            return False
        return True


def _money(cents: int) -> AmountOfMoney:
    money = AmountOfMoney()
    money.amount = cents
    money.currency_code = CURRENCY
    return money


def _item(title: str, quantity: int, cents: int) -> LineItem:
    item = LineItem()
    item.amount_of_money = _money(quantity * cents)
    item.order_line_details = OrderLineDetails()
    item.order_line_details.product_name = title[:116]  # the wire's longest name
    item.order_line_details.quantity = quantity
    item.order_line_details.product_price = cents
    return item


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (PlatformException, CommunicationException) as error:
        raise ProviderUnreachable(type(error).__name__) from error
    except ApiException as error:
        if error.status_code in (401, 403):
            raise ProviderUnreachable("the provider does not know our keys") from error
        raise ProviderRefused(", ".join(str(e.message) for e in error.errors or ())) from error
