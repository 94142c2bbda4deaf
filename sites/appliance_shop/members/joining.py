"""Making a member: the account, the mobile number, the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from oscar.apps.customer.forms import generate_username
from oscar.core.loading import get_model

from sites.appliance_shop.members.models import MemberProfile
from upheld.context import purpose

COUNTRY = "US"


@dataclass(frozen=True, slots=True)
class Joining:
    """What a new member gave."""

    first_name: str
    last_name: str
    email: str
    mobile: str
    line1: str
    line2: str
    city: str
    state: str
    postcode: str
    password: str


def join(given: Joining) -> Any:
    """Create the account and everything that belongs to it, or nothing. Returns the user.

    The account is made for signing in; the rest is the new member's own act.
    """
    with transaction.atomic():
        with purpose("authentication"):
            user = get_user_model().objects.create_user(
                username=generate_username(),
                email=given.email,
                password=given.password,
                first_name=given.first_name,
                last_name=given.last_name,
            )
        with purpose("own", subject=f"member:{user.pk}"):
            MemberProfile.objects.create(user=user, mobile=given.mobile)
            get_model("address", "UserAddress").objects.create(
                user=user,
                first_name=given.first_name,
                last_name=given.last_name,
                line1=given.line1,
                line2=given.line2,
                line4=given.city,
                state=given.state,
                postcode=given.postcode,
                country_id=COUNTRY,
                phone_number=given.mobile,
                is_default_for_shipping=True,
                is_default_for_billing=True,
            )
    return user
