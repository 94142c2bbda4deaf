from django.views.generic import TemplateView
from oscar.apps.catalogue.views import ProductDetailView


class AllProducts(TemplateView):
    template_name = "shop/listing.html"


class OneCategory(TemplateView):
    template_name = "shop/listing.html"


class OneProduct(ProductDetailView):
    pass
