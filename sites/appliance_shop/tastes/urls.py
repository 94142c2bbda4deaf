from django.urls import path

from sites.appliance_shop.tastes import views

urlpatterns = [path("preferences/", views.preferences, name="preferences")]
