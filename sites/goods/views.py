"""The shop window, and questions about one product."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from sites.enquiries.asking import ask
from sites.enquiries.forms import EnquiryForm
from sites.frame.brand import brand
from sites.goods.models import Product

PICKED = 6
TOPIC = "product"


def home(request: HttpRequest) -> HttpResponse:
    """The front page."""
    return render(
        request, f"{brand().site}/home.html", {"products": Product.objects.all()[:PICKED]}
    )


def listing(request: HttpRequest) -> HttpResponse:
    """Everything, shelf by shelf."""
    products = Product.objects.all()
    shelves = [(shelf, list(on_it)) for shelf, on_it in groupby(products, lambda p: p.shelf)]
    return render(request, "goods/list.html", {"shelves": shelves})


def one(request: HttpRequest, slug: str) -> HttpResponse:
    """One product, and a form to ask about it. A sound POST keeps the question."""
    product = get_object_or_404(Product, slug=slug)
    form = ProductQuestion(request.POST or None, initial=known(request))
    if request.method == "POST" and form.is_valid():
        ask({**form.cleaned_data, "topic": TOPIC}, request.user, about=product.title)
        messages.success(request, "Thank you. Somebody who knows it will answer by mail.")
        return redirect("goods:one", slug=slug)
    others = Product.objects.filter(shelf=product.shelf).exclude(pk=product.pk)[:3]
    return render(request, "goods/one.html", {"product": product, "form": form, "others": others})


class ProductQuestion(EnquiryForm):
    """A question about the product of the page."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["topic"]
        self.fields.pop("company", None)


def known(request: HttpRequest) -> dict[str, str]:
    """What a signed-in member need not type again."""
    if not request.user.is_authenticated:
        return {}
    return {"name": request.user.get_full_name(), "email": request.user.email}
