from django.urls import path

from sites.appliance_shop.aftersales import pages, views

app_name = "aftersales"
urlpatterns = [
    path("desk/returns/", views.cases, name="list"),
    path("desk/returns/<int:pk>/", views.one_case, name="case"),
]
buyer_patterns = (
    [
        path("accounts/orders/<str:number>/return/", pages.member_return, name="ask"),
        path("orders/<str:number>/<str:key>/return/", pages.guest_return, name="guest-ask"),
    ],
    "returns",
)
