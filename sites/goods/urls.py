from django.urls import path

from sites.goods import views

app_name = "goods"
urlpatterns = [
    path("products/", views.listing, name="list"),
    path("products/<slug:slug>/", views.one, name="one"),
]
