"""The catalogue desk. It reads and writes goods only, under `catalogue_work`."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from oscar.core.loading import get_model

from sites.appliance_shop.stockroom.forms import ProductForm, StockForm
from sites.frame.staff.posts import holds

PAGE = 50


@holds("catalogue")
def products(request: HttpRequest) -> HttpResponse:
    """All products with price and stock, by title; `q` narrows by title."""
    wanted = request.GET.get("q", "").strip()
    found = get_model("catalogue", "Product").objects.order_by("title")
    if wanted:
        found = found.filter(title__icontains=wanted)
    page = Paginator(found.prefetch_related("stockrecords"), PAGE).get_page(request.GET.get("page"))
    return render(request, "stockroom/list.html", {"page": page, "wanted": wanted})


@holds("catalogue")
def product(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit one product."""
    found = get_model("catalogue", "Product").objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    with transaction.atomic():
        records = get_model("partner", "StockRecord").objects.select_for_update()
        record = records.filter(product=found).order_by("pk").first()
        form = ProductForm(request.POST or None, instance=found, prefix="product")
        stock = StockForm(request.POST or None, instance=record, prefix="stock")
        if request.method == "POST" and form.is_valid() and stock.is_valid():
            form.save()
            stock.instance.product = found
            stock.save()
            messages.success(request, f"{found.title} is saved.")
            return redirect("stockroom:list")
    return render(
        request, "stockroom/product.html", {"product": found, "form": form, "stock": stock}
    )
