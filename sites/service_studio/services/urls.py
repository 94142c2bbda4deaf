from django.urls import path

from sites.service_studio.services import views

app_name = "services"
urlpatterns = [
    path("services/", views.listing, name="list"),
    path("care-plans/", views.plans, name="plans"),
    path("services/<slug:slug>/", views.one, name="one"),
    path("services/<slug:slug>/request/", views.ask, name="ask"),
    path("account/requests/", views.requests, name="requests"),
    path("staff/requests/", views.desk, name="desk"),
    path("staff/requests/<int:pk>/", views.desk_one, name="desk-one"),
]
