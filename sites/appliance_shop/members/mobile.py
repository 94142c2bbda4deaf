"""Mobile numbers, read as people write them and kept in international form."""

from __future__ import annotations

import phonenumbers
from django.core.exceptions import ValidationError

_MOBILE = {
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,  # the US does not tell them apart
}


def mobile_number(text: str, region: str = "US") -> str:
    """Return the number as `+` and digits. Raises `ValidationError` if it is no mobile number."""
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise ValidationError("This is not a phone number.", code="phone") from error
    if not phonenumbers.is_valid_number(parsed):
        raise ValidationError("This number does not exist.", code="phone")
    if phonenumbers.number_type(parsed) not in _MOBILE:
        raise ValidationError("This is not a mobile number.", code="phone")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
