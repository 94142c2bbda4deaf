from django.contrib.auth import views as stock
from django.urls import path

from sites.frame.people import views

app_name = "people"
urlpatterns = [
    path("join/", views.join, name="join"),
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", stock.LogoutView.as_view(), name="sign-out"),
    path("account/", views.account, name="account"),
    path("account/details/", views.profile, name="profile"),
    path("account/password/", views.PasswordChange.as_view(), name="password-change"),
    path("staff/", views.staff, name="staff"),
    path("password/", views.PasswordReset.as_view(), name="password-reset"),
    path(
        "password/sent/",
        stock.PasswordResetDoneView.as_view(template_name="people/password_sent.html"),
        name="password-reset-sent",
    ),
    path(
        "password/<uidb64>/<token>/",
        views.PasswordResetConfirm.as_view(),
        name="password-reset-confirm",
    ),
]
