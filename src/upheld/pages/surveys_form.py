"""The form of a survey: questions as lines of text, so that it needs no script."""

from __future__ import annotations

from typing import Any

from django import forms

from upheld.mail.surveys.questions import Question
from upheld.policy.types import Purpose
from upheld.rights.reasons import purpose_title

HELP = (
    "One question a line. After a bar say how it is answered: "
    "`How fast were we? | scale 5`, `Why us? | choice price; taste; near by`, "
    "`Anything else? | text`."
)


class SurveyForm(forms.Form):
    """One survey."""

    title = forms.CharField(label="Title, seen by everybody who is invited", max_length=120)
    purpose = forms.ChoiceField(label="What people agreed to")
    intro = forms.CharField(
        label="A few words before the questions",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    questions = forms.CharField(
        label="Questions", max_length=20_000, widget=forms.Textarea(attrs={"rows": 8})
    )

    def __init__(self, purposes: dict[str, Purpose], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["purpose"]
        field.choices = [(id, purpose_title(rule)) for id, rule in purposes.items()]


class InvitationForm(forms.Form):
    """The mail that invites."""

    subject_line = forms.CharField(label="Subject line", max_length=150)
    body = forms.CharField(label="Text of the mail", widget=forms.Textarea(attrs={"rows": 6}))
    topic = forms.ChoiceField(label="Topic", required=False)

    def __init__(self, rule: Purpose | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = rule.topics if rule is not None else ()
        if topics:
            field: Any = self.fields["topic"]
            field.choices = [(topic, topic) for topic in topics]
        else:
            del self.fields["topic"]


def read(lines: str) -> list[dict[str, Any]]:
    """Return the questions of the form's text, to be checked by the survey."""
    found: list[dict[str, Any]] = []
    for line in lines.splitlines():
        if not line.strip():
            continue
        asks, _, how = line.rpartition("|") if "|" in line else (line, "", "text")
        form, _, rest = how.strip().partition(" ")
        one: dict[str, Any] = {"id": f"q{len(found) + 1}", "asks": asks.strip(), "form": form}
        if form == "scale":
            one["to"] = int(rest) if rest.strip().isdecimal() else 5
        if form == "choice":
            one["among"] = [word for word in (each.strip() for each in rest.split(";")) if word]
        found.append(one)
    return found


def shown(questions: tuple[Question, ...]) -> str:
    """Return questions as the form's text."""
    lines = []
    for one in questions:
        how = {"scale": f"scale {one.to}", "choice": f"choice {'; '.join(one.among)}"}
        lines.append(f"{one.asks} | {how.get(one.form, 'text')}")
    return "\n".join(lines)
