"""The after-sales desk: cases, goods and money; no delivery address, no phone number."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from sites.appliance_shop.aftersales import handling
from sites.appliance_shop.aftersales.forms import AnswerForm, RefundForm
from sites.appliance_shop.aftersales.models import CLOSED, ReturnCase, State
from sites.appliance_shop.desk.finding import asked, by_email, by_name, by_number
from sites.appliance_shop.orders.moving import WrongState
from sites.appliance_shop.settlement.refunds import TooMuch
from sites.frame.staff.posts import holds

PAGE = 25


@holds("after_sales")
def cases(request: HttpRequest) -> HttpResponse:
    """Open or closed cases, oldest first; `q` narrows them."""
    wanted = asked(request)
    closed = request.GET.get("closed") == "1"
    found = ReturnCase.objects.select_related("order").order_by("opened_at")
    found = found.filter(state__in=CLOSED) if closed else found.exclude(state__in=CLOSED)
    if wanted:
        found = found.filter(
            by_number(wanted, "order__") | by_name(wanted, "order__") | by_email(wanted, "order__")
        )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "closed": closed, "wanted": wanted}
    return render(request, "aftersales/list.html", context)


@holds("after_sales")
def one_case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case and the answers that its state allows."""
    case = _case(pk)
    answer = AnswerForm(request.POST or None)
    refund = RefundForm(
        request.POST if "refund" in request.POST else None,
        initial={"amount": f"{handling.value(case) / 100:.2f}"},
    )
    if request.method == "POST":
        done = _obey(request, case, answer, refund)
        if done:
            messages.success(request, done)
            return redirect("aftersales:case", pk)
        case = _case(pk)
    context = {
        "case": case,
        "lines": case.lines.select_related("line"),
        "payments": case.order.payments.filter(outcome="success").prefetch_related("refunds"),
        "answer": answer,
        "refund": refund,
        "states": State,
    }
    return render(request, "aftersales/case.html", context)


def _case(pk: int) -> Any:
    case = ReturnCase.objects.select_related("order").filter(pk=pk).first()
    if case is None:
        raise Http404
    return case


def _obey(
    request: HttpRequest, case: ReturnCase, answer: AnswerForm, refund: RefundForm
) -> str | None:
    try:
        if "refund" in request.POST:
            if refund.is_valid():
                handling.refund(case.pk, refund.cents())
                return "The refund is with the payment provider; the buyer gets a mail."
            return None
        if not answer.is_valid():
            return None
        words = answer.cleaned_data["answer"].strip()
        if "accept" in request.POST:
            handling.accept(case.pk, words)
            return "The return is confirmed; the buyer has a mail."
        if "receive" in request.POST:
            handling.receive(case.pk, words)
            return "Noted: the goods are here. The buyer has a mail."
        if "refuse" in request.POST:
            if not words:
                answer.add_error("answer", "Tell the buyer why.")
                return None
            handling.refuse(case.pk, words)
            return "The return is refused; the buyer has a mail."
    except WrongState as error:
        messages.warning(request, f"Somebody was faster: {error}.")
    except TooMuch:
        refund.add_error("amount", "This is more than what is left of the payment.")
    return None
