"""The notice as people read it, each sentence linked to what makes it true."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from upheld.conf import conf
from upheld.datamap.active import active
from upheld.notice.bindings import bind
from upheld.notice.render import render as to_html
from upheld.notice.types import Notice, Sentence
from upheld.notice.versions import Version, read_versions, version_text
from upheld.policy.explain import explain
from upheld.proving.models import ProofResult


def show(request: HttpRequest) -> HttpResponse:
    """Show the notice in force, its date first."""
    now = active()
    last = ProofResult.objects.order_by("-at").values_list("at", flat=True).first()
    return render(
        request,
        "upheld/notice.html",
        {
            "notice": now.notice,
            "body": _body(now.notice, linked=True),
            "earlier": [v for v in _versions() if v.date != now.notice.updated],
            "proved_at": last,
        },
    )


def version(request: HttpRequest, day: str) -> HttpResponse:
    """Show the notice of an earlier day, as it was published."""
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    folder = conf().PRIVACY_DIR
    found = next((v for v in _versions() if v.date == wanted), None)
    if found is None or folder is None:
        raise Http404
    notice = version_text(folder, found)
    return render(
        request,
        "upheld/notice.html",
        {"notice": notice, "body": _body(notice, linked=False), "old": True},
    )


def promise(request: HttpRequest, sentence: str) -> HttpResponse:
    """Show one sentence: its rules in plain words, and the probes that tried to break it."""
    now = active()
    found = now.notice.sentence(sentence)
    if found is None:
        raise Http404
    proofs = [proof for proof in ProofResult.objects.all() if sentence in proof.says]
    rules = bind(now.policy, now.notice).rules_of(sentence)
    return render(
        request,
        "upheld/promise.html",
        {
            "text": found.text,
            "anchor": found.anchor,
            "rules": [{"id": rule.id, "words": explain(now.policy, rule)} for rule in rules],
            "proofs": proofs,
        },
    )


def _body(notice: Notice, *, linked: bool) -> SafeString:
    # The renderer escapes everything that the notice says.
    return mark_safe(to_html(notice, after=_proof_link if linked else None))  # noqa: S308


def _proof_link(sentence: Sentence) -> str:
    if not sentence.ids:
        return ""
    return format_html(
        ' <a class="upheld-proof" href="{}" aria-label="What makes this true">?</a>',
        reverse("upheld:promise", args=[sentence.ids[0]]),
    )


def _versions() -> tuple[Version, ...]:
    folder = conf().PRIVACY_DIR
    if folder is None:
        return ()
    found, _ = read_versions(folder)
    return found
