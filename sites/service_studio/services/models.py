"""Services with their prices, and requests for them."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models


class Service(models.Model):
    """One thing the studio does. `pence` is its price, or where prices start; `per` says
    whether once or each month."""

    class Per(models.TextChoices):
        ONCE = "once", "once"
        MONTH = "month", "a month"

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=80)
    summary = models.CharField(max_length=200)
    words = models.TextField()
    includes = models.TextField(help_text="one line each")
    drawing = models.CharField(max_length=20)
    pence = models.PositiveIntegerField()
    per = models.CharField(max_length=6, choices=Per, default=Per.ONCE)
    takes = models.CharField(max_length=40)
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def pounds(self) -> Decimal:
        """The price in pounds."""
        return Decimal(self.pence) / 100

    @property
    def parts(self) -> list[str]:
        """What is in it, line by line."""
        return self.includes.splitlines()

    @property
    def picture(self) -> str:
        """The static file of its drawing."""
        return f"service_studio/drawings/{self.drawing}.svg"


class ServiceRequest(models.Model):
    """What a client asked for: a wish in their words, a state, and what the studio says."""

    class State(models.TextChoices):
        NEW = "new", "We are reading it"
        WORKING = "working", "We are working on it"
        DONE = "done", "Done"
        DECLINED = "declined", "Not taken on"

    CLOSED = (State.DONE, State.DECLINED)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="service_requests"
    )
    service = models.ForeignKey(Service, on_delete=models.PROTECT)
    wish = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    note = models.TextField(blank=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "opened_at"], name="requests_by_state")]

    def __str__(self) -> str:
        return f"service request {self.pk}"

    @property
    def open(self) -> bool:
        """Whether the studio still has to do something."""
        return self.state not in self.CLOSED
