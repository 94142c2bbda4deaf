"""The form of a campaign: everything the policy leaves open, and nothing it does not."""

from __future__ import annotations

from typing import Any

from django import forms

from upheld.context import Actor
from upheld.datamap.active import active
from upheld.mail.campaigns import rules, segments
from upheld.mail.campaigns.models import Campaign
from upheld.mail.campaigns.segments import Condition, Segment
from upheld.policy.mailkinds import kind_of
from upheld.policy.semantics import Outcome, decide
from upheld.policy.types import Purpose
from upheld.rights.reasons import purpose_title, title_of

CONDITIONS = 2
"""Conditions that the form offers."""
_IS, _IS_NOT = "is", "is_not"
_ANYBODY = "Everybody who agreed"


class CampaignForm(forms.Form):
    """One campaign. `purposes` are those of the acting person's posts."""

    title = forms.CharField(label="Title, seen by staff only", max_length=120)
    about = forms.ChoiceField(label="What people agreed to")
    klass = forms.ChoiceField(label="Class of mail")
    advertiser = forms.ChoiceField(label="Whose offer it is", required=False)
    subject_line = forms.CharField(label="Subject line", max_length=150)
    body = forms.CharField(
        label="Text", widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "true"})
    )
    form = forms.ChoiceField(
        label="Written in",
        choices=[(Campaign.MARKDOWN, "Markdown"), (Campaign.HTML, "HTML")],
        initial=Campaign.MARKDOWN,
    )
    segment = forms.CharField(
        label="Name for whom it is for", max_length=100, required=False, initial=_ANYBODY
    )

    def __init__(self, purposes: dict[str, Purpose], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        policy = active().policy
        self._choices("about", _topics(purposes))
        self._choices(
            "klass",
            [(id, id) for id, rule in rules.classes(policy).items() if kind_of(rule) != "survey"],
        )
        others = rules.advertisers(policy)
        if others:
            named = [(id, found.name or id) for id, found in others.items()]
            self._choices("advertiser", [("", "our own"), *named])
        else:
            del self.fields["advertiser"]
        matchable = _matchable(purposes)
        for number in range(1, CONDITIONS + 1) if matchable else ():
            whose = [("", "no condition"), *matchable]
            label = "Only people whose" if number == 1 else "and whose"
            self.fields[f"data{number}"] = forms.ChoiceField(
                label=label, choices=whose, required=False
            )
            self.fields[f"how{number}"] = forms.ChoiceField(
                label="how",
                choices=[(_IS, "is one of"), (_IS_NOT, "is none of")],
                required=False,
            )
            self.fields[f"values{number}"] = forms.CharField(
                label="these, with commas between", required=False, max_length=500
            )

    def conditions(self) -> list[tuple[forms.BoundField, ...]]:
        """The fields of each condition, in a row."""
        rows = range(1, CONDITIONS + 1) if "data1" in self.fields else ()
        return [tuple(self[f"{name}{n}"] for name in ("data", "how", "values")) for n in rows]

    def others(self) -> list[forms.BoundField]:
        """All fields but those of conditions."""
        rows = {field.name for row in self.conditions() for field in row} | {"segment"}
        return [field for field in self.visible_fields() if field.name not in rows]

    def given(self) -> dict[str, Any]:
        """The parts of the campaign, as `states.make` and `states.edit` take them."""
        said = self.cleaned_data
        purpose, _, topic = str(said["about"]).partition("|")
        conditions = []
        for number in range(1, CONDITIONS + 1):
            data = said.get(f"data{number}")
            if data:
                values = [word.strip() for word in said[f"values{number}"].split(",")]
                but = said.get(f"how{number}") == _IS_NOT
                conditions.append(Condition(data, tuple(word for word in values if word), but))
        name = said["segment"] if conditions and said["segment"] else _ANYBODY
        stored = segments.stored(Segment(name, tuple(conditions)))
        segments.parsed(stored)
        return {
            "title": said["title"],
            "purpose": purpose,
            "topic": topic,
            "klass": said["klass"],
            "advertiser": said.get("advertiser", ""),
            "subject_line": said["subject_line"],
            "body": said["body"],
            "form": said["form"],
            "segment": stored,
        }

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices


def initial(campaign: Campaign) -> dict[str, Any]:
    """A campaign as the form shows it."""
    segment = segments.parsed(campaign.segment)
    shown: dict[str, Any] = {
        "title": campaign.title,
        "about": f"{campaign.purpose}|{campaign.topic}",
        "klass": campaign.klass,
        "advertiser": campaign.advertiser,
        "subject_line": campaign.subject_line,
        "body": campaign.body,
        "form": campaign.form,
        "segment": segment.name,
    }
    for number, condition in enumerate(segment.conditions[:CONDITIONS], 1):
        shown[f"data{number}"] = condition.category
        shown[f"how{number}"] = _IS_NOT if condition.but else _IS
        shown[f"values{number}"] = ", ".join(condition.values)
    return shown


def _topics(purposes: dict[str, Purpose]) -> list[tuple[str, str]]:
    found = []
    for id, rule in purposes.items():
        title = purpose_title(rule)
        for topic in rule.topics or ("",):
            alone = len(rule.topics) <= 1
            found.append((f"{id}|{topic}", title if alone else f"{title}: {topic}"))
    return found


def _matchable(purposes: dict[str, Purpose]) -> list[tuple[str, str]]:
    now = active()
    system = Actor("system", "system:campaigns")
    placed = {c.category for c in now.datamap.columns if c.role == "category" and c.lookup is None}
    return [
        (id, title_of(id))
        for id, category in now.policy.data.items()
        if id in placed
        and category.kind != "special"
        and any(
            decide(now.policy, purpose, system, "subject", id, "match").outcome
            is Outcome.CONSENTED_ROWS
            for purpose in purposes
        )
    ]
