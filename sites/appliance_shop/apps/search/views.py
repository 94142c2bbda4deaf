from django.views.generic import TemplateView


class SearchResults(TemplateView):
    template_name = "shop/search.html"
