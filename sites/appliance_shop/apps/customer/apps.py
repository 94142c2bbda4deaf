"""Oscar's customer accounts with the shop's registration and account pages."""

from __future__ import annotations

from django.views.generic import RedirectView
from oscar.apps.customer import apps


class CustomerConfig(apps.CustomerConfig):  # type: ignore[misc] # Oscar ships no types
    """The customer app; sign-in, registration and the order list are ours."""

    def ready(self) -> None:
        super().ready()
        from sites.appliance_shop.apps.customer import views

        self.login_view = views.SignIn
        self.register_view = views.Register
        self.order_history_view = views.OrderList
        self.order_detail_view = views.OrderDetail
        # Deleting is done in the member centre, which says before what stays and until when.
        self.profile_delete_view = RedirectView.as_view(url="/privacy/me/").view_class
