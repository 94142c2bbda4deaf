from django.urls import path

from sites.appliance_shop.desk import views

app_name = "desk"
urlpatterns = [path("desk/", views.home, name="home")]
