from django.urls import path

from sites.appliance_shop.stockroom import views

app_name = "stockroom"
urlpatterns = [
    path("desk/products/", views.products, name="list"),
    path("desk/products/<int:pk>/", views.product, name="product"),
]
