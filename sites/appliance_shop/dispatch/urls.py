from django.urls import path

from sites.appliance_shop.dispatch import views

app_name = "dispatch"
urlpatterns = [
    path("desk/dispatch/", views.open_orders, name="list"),
    path("desk/dispatch/<str:number>/", views.one_order, name="order"),
]
