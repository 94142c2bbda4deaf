"""A parcel: which carrier has it, under which number, and when it should arrive."""

from __future__ import annotations

from django.db import models


class Parcel(models.Model):
    """The parcel of one order."""

    order = models.OneToOneField("order.Order", on_delete=models.CASCADE, related_name="parcel")
    carrier = models.CharField(max_length=40)
    tracking_number = models.CharField(max_length=40)
    expected_from = models.DateField()
    expected_to = models.DateField()
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "dispatch"

    def __str__(self) -> str:
        return f"parcel {self.pk}"
