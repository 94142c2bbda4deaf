"""What the catalogue desk may change of a product."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from oscar.core.loading import get_model


class ProductForm(forms.ModelForm):  # type: ignore[type-arg] # not generic at run time
    """Title, description and whether the shop shows it."""

    class Meta:
        model = get_model("catalogue", "Product")
        fields = ("title", "description", "is_public")
        widgets = {"description": forms.Textarea(attrs={"rows": 8})}
        labels = {"is_public": "Show it in the shop"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = True


class StockForm(forms.ModelForm):  # type: ignore[type-arg] # as above
    """Price in US dollars and pieces in the house."""

    class Meta:
        model = get_model("partner", "StockRecord")
        fields = ("price", "num_in_stock")
        labels = {"price": "Price in US dollars", "num_in_stock": "Pieces in stock"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["price"].required = self.fields["num_in_stock"].required = True

    def clean_price(self) -> Decimal:
        price: Decimal = self.cleaned_data["price"]
        if price <= 0:
            raise forms.ValidationError("A price is more than nothing.")
        return price

    def clean_num_in_stock(self) -> int:
        pieces: int = self.cleaned_data["num_in_stock"]
        kept = self.instance.num_allocated or 0
        if pieces < kept:
            raise forms.ValidationError(f"{kept} pieces are kept for orders.")
        return pieces
