from django.urls import path

from sites.enquiries import views

app_name = "enquiries"
urlpatterns = [
    path("contact/", views.contact, name="contact"),
    path("feedback/", views.feedback, name="feedback"),
    path("staff/enquiries/", views.desk, name="desk"),
    path("staff/enquiries/heard/", views.heard, name="desk-heard"),
    path("staff/enquiries/<int:pk>/", views.one, name="desk-one"),
]
