"""Writing on a board."""

from __future__ import annotations

from django import forms


class PostForm(forms.Form):
    """An entry, and the name to show with it."""

    signed = forms.CharField(
        label="Name to show",
        max_length=80,
        help_text="A nickname or your firm's name will do.",
    )
    words = forms.CharField(
        label="Your post",
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6, "aria-describedby": "public-place"}),
    )


class TopicForm(PostForm):
    """The first entry of a new talk."""

    title = forms.CharField(label="What is it about?", max_length=120)
    field_order = ("title", "signed", "words")
