from django.urls import path

from sites.appliance_shop.orders import paying, views

app_name = "orders"
urlpatterns = [
    path("accounts/orders/", views.order_list, name="list"),
    path("accounts/orders/<str:number>/", views.order_detail, name="detail"),
    path("accounts/orders/<str:number>/details/", views.order_details_form, name="details"),
    path("accounts/orders/<str:number>/pay/", paying.pay, name="pay"),
    path("orders/<str:number>/<str:key>/", views.guest_order, name="guest"),
    path("orders/<str:number>/<str:key>/details/", views.guest_details_form, name="guest-details"),
]
