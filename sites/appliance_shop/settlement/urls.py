from django.urls import path

from sites.appliance_shop.settlement import views

app_name = "settlement"
urlpatterns = [path("payments/notices/<slug:name>/", views.notice, name="notice")]
