"""The forms: an enquiry, feedback, an answer of staff."""

from __future__ import annotations

from typing import Any

from django import forms

from sites.enquiries.models import Enquiry, Feedback
from sites.enquiries.topics import asks_for, themes, topics

MOST = 4000


def _words(label: str, hint: str = "", *, required: bool = True) -> Any:
    return forms.CharField(
        label=label,
        max_length=MOST,
        help_text=hint,
        required=required,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class EnquiryForm(forms.Form):
    """A question by somebody. `about` is set by the page it is asked from."""

    topic = forms.ChoiceField(label="What is it about?")
    name = forms.CharField(
        label="Your name",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label="Your e-mail address",
        help_text="We answer to it, and use it for nothing else.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label="Your phone number",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )
    company = forms.CharField(
        label="Your company",
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    words = _words("Your question")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topic: Any = self.fields["topic"]
        topic.choices = [(each.id, each.title) for each in topics()]
        if len(topic.choices) == 1:
            topic.widget = forms.HiddenInput()
            topic.initial = topic.choices[0][0]
        for name in ("phone", "company"):
            if not asks_for(name):
                del self.fields[name]


class FeedbackForm(forms.Form):
    """A mark, and words if they like. No name."""

    theme = forms.ChoiceField(label="What is it about?")
    mark = forms.ChoiceField(
        label="How was it?",
        choices=[("5", "Very good"), ("4", "Good"), ("3", "So-so"), ("2", "Poor"), ("1", "Bad")],
        widget=forms.RadioSelect,
    )
    words = _words("What should we know?", "Please leave out names and numbers.", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theme: Any = self.fields["theme"]
        theme.choices = [(each.id, each.title) for each in themes()]

    def keep(self, user: Any) -> Feedback:
        """Write it down; `user` is None for a visitor."""
        given = self.cleaned_data
        return Feedback.objects.create(
            user=user, theme=given["theme"], mark=int(given["mark"]), words=given["words"]
        )


class AnswerForm(forms.Form):
    """What staff answer. It goes out by mail."""

    answer = _words("Your answer")


class HeardForm(EnquiryForm):
    """A call or a letter, entered by staff for the person."""

    way = forms.ChoiceField(
        label="How did it reach us?", choices=[("phone", "By phone"), ("post", "By letter")]
    )
    field_order = ("way", "topic", "name", "email", "phone", "company", "words")


def as_enquiry(given: dict[str, Any], *, user: Any = None, about: str = "") -> Enquiry:
    """Return a new enquiry of what a form took, not saved yet."""
    return Enquiry(
        user=user,
        topic=given["topic"],
        about=about,
        name=given["name"],
        email=given["email"],
        phone=given.get("phone", ""),
        company=given.get("company", ""),
        words=given["words"],
        way=given.get("way", "page"),
    )
