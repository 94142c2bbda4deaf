"""Routes of the test project; each name is mapped to a purpose, `unmapped` to none."""

from __future__ import annotations

from django.urls import path

from tests.project.clinic import views
from tests.project.clinic.admin import site

urlpatterns = [
    path("admin/", site.urls),
    path("topics/", views.topics, name="topics"),
    path("me/", views.me, name="me"),
    path("patients/<int:pk>/", views.patient, name="patient"),
    path("dispatch/<int:pk>/", views.dispatch, name="dispatch"),
    path("stream/", views.stream, name="stream"),
    path("template/", views.template, name="template"),
    path("unmapped/", views.unmapped, name="unmapped"),
    path("sign-in/", views.sign_in, name="sign-in"),
]
