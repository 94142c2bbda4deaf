"""Content from outside, as a page shows it: a placeholder that asks, or the thing itself."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from upheld import consent
from upheld.browser.chosen import Chosen
from upheld.browser.declared import declared
from upheld.browser.notices import SIGNALS, host
from upheld.datamap.active import active
from upheld.errors import ConfigurationError
from upheld.policy.findings import did_you_mean
from upheld.rights.reasons import purpose_title


@dataclass(frozen=True, slots=True)
class Shown:
    """One embed on one page. `kind` is `script` or `frame`; `address` is loaded only when
    `allowed`."""

    id: str
    purpose: str
    title: str
    name: str
    host: str
    kind: str
    address: str
    allowed: bool
    signal: str
    says: tuple[str, ...]


def shown(request: HttpRequest, id: str) -> Shown:
    """Return embed `id` for the person of `request`.

    Raises `ConfigurationError` for an id that the policy does not declare, and for one that
    says nothing a page could load.
    """
    governance = active()
    rules = declared(governance)
    embed = rules.embeds.get(id)
    if embed is None:
        raise ConfigurationError(
            f"no embed `{id}` in the policy",
            hint=did_you_mean(id, rules.embeds) or "declare it under `embeds:` in policy.yaml",
        )
    kind = next((each for each in embed.kinds if each in ("script", "frame")), "")
    if not kind or "*" in embed.origin:
        raise ConfigurationError(
            f"the embed `{id}` names nothing that a page could load",
            hint="give it one `origin` without `*`, and `script` or `frame` in `kinds`",
        )
    rule = governance.policy.purposes[embed.purpose]
    where = host(embed.origin)
    return Shown(
        id=id,
        purpose=embed.purpose,
        title=purpose_title(rule),
        name=embed.name or where,
        host=where,
        kind=kind,
        address=f"{embed.origin}{embed.path or '/'}",
        allowed=Chosen(request, rules)(embed.purpose),
        signal=SIGNALS.get(consent.signal(request), ""),
        says=embed.says,
    )
