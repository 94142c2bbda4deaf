"""Oscar's customer accounts with the shop's registration."""

from __future__ import annotations

from django.views.generic import RedirectView
from oscar.apps.customer import apps


class MemberCentre(RedirectView):
    """Oscar's profile pages lead to the member centre."""

    url = "/privacy/me/"


class CustomerConfig(apps.CustomerConfig):  # type: ignore[misc] # Oscar ships no types
    """The customer app; sign-in and registration are ours."""

    def ready(self) -> None:
        super().ready()
        from sites.appliance_shop.apps.customer import views

        self.summary_view = views.Overview
        self.login_view = views.SignIn
        self.alert_list_view = views.Waiting
        self.register_view = views.Register
        # Seeing, changing and deleting one's data is done in the member centre, which says
        # before what stays and until when.
        self.profile_view = self.profile_update_view = self.profile_delete_view = MemberCentre
