from oscar.apps.shipping import repository

from sites.appliance_shop.apps.shipping.methods import Express, Standard


class Repository(repository.Repository):  # type: ignore[misc] # Oscar ships no types
    """The shop's delivery methods; the first is shown as the estimate in the basket."""

    methods = (Standard(), Express())
