"""The front page of Customer Service: answers, departments, numbers, the address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sites.enquiries.topics import topics


def customer_service(request: HttpRequest) -> HttpResponse:
    """Show frequent questions, and every department with its form."""
    return render(request, "software_shop/customer_service.html", {"departments": topics()})
