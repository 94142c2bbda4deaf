"""What invented people agreed to, in the words of the choices page."""

from __future__ import annotations

from django.conf import settings

from upheld.context import purpose


def agree(member: int, wanted: tuple[str, ...]) -> None:
    """Record that the member with this key said yes to the purposes `wanted`, and no to the
    others that an account may not be silent about."""
    if not settings.GUARD:
        return
    from upheld.consent import record
    from upheld.consent.offered import must_be_asked
    from upheld.consent.wording import wording_of
    from upheld.datamap.active import active

    policy = active().policy
    with purpose("own", subject=f"member:{member}", place="sample_data"):
        for each in dict.fromkeys((*wanted, *must_be_asked(policy))):
            record(
                f"member:{member}",
                each,
                each in wanted,
                wording=wording_of(policy.purposes[each]),
                version=policy.updated.isoformat(),
                place="choices page",
                method="button",
            )
