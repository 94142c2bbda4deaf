"""The notice as people read it, each sentence linked to what makes it true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from upheld.conf import conf
from upheld.datamap.active import active
from upheld.notice.bindings import bind
from upheld.notice.inline import to_html as inline
from upheld.notice.inline import to_text
from upheld.notice.render import render as to_html
from upheld.notice.types import Block, Heading, Notice, Sentence
from upheld.notice.versions import Version, read_versions, version_text
from upheld.pages.sentences import with_code
from upheld.policy.explain import explain
from upheld.proving.models import ProofResult

MARKS = {"kept": ("✓", "Tested"), "broken": ("✕", "Broken"), "outside": ("○", "Not tested inside")}
"""Verdict on a sentence: its sign, and the word that a screen reader says for it."""


def show(request: HttpRequest) -> HttpResponse:
    """Show the notice in force, its date first."""
    now = active()
    verdicts, tested_at = _verdicts()
    marked = [verdicts.get(s.ids[0], "outside") for s in now.notice.sentences if s.ids]
    head, rest = _body(now.notice, verdicts)
    return render(
        request,
        "upheld/notice.html",
        {
            "notice": now.notice,
            "head": head,
            "rest": rest,
            "contents": _contents(now.notice),
            "counts": Counter(marked),
            "earlier": [v for v in _versions() if v.date != now.notice.updated],
            "tested_at": tested_at,
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
    head, rest = _body(notice, None)
    return render(
        request, "upheld/notice.html", {"notice": notice, "head": head, "rest": rest, "old": True}
    )


def promise(request: HttpRequest, sentence: str) -> HttpResponse:
    """Show one sentence: its rules in plain words, and the probes that tried to break it."""
    now = active()
    found = now.notice.sentence(sentence)
    if found is None:
        raise Http404
    proofs = [proof for proof in ProofResult.objects.all() if sentence in proof.says]
    return render(
        request,
        "upheld/promise.html",
        {
            # The notice's own renderer escapes everything that the sentence says.
            "text": mark_safe(inline(found.text)),  # noqa: S308
            "anchor": found.anchor,
            "rules": _rules(sentence),
            "proofs": [
                {
                    "title": with_code(proof.title),
                    "result": proof.result,
                    "detail": with_code(proof.detail),
                }
                for proof in proofs
            ],
            "tested_at": max((proof.at for proof in proofs), default=None),
        },
    )


def _rules(sentence: str) -> list[tuple[str, list[str]]]:
    """The rules behind a sentence: plain words, and the ids of all rules that say the same."""
    now = active()
    found: dict[str, list[str]] = {}
    for rule in bind(now.policy, now.notice).rules_of(sentence):
        found.setdefault(explain(now.policy, rule), []).append(rule.id)
    return list(found.items())


def _verdicts() -> tuple[dict[str, str], datetime | None]:
    """Sentence id -> kept | broken | outside, and when the last test was.

    Broken outweighs kept, as in the report of `upheld prove`.
    """
    found: dict[str, str] = {}
    last = None
    for says, result, at in ProofResult.objects.values_list("says", "result", "at"):
        last = at if last is None else max(last, at)
        for id in says:
            if result == "broken" or found.get(id, "outside") == "outside":
                found[id] = result
    return found, last


def _body(notice: Notice, verdicts: Mapping[str, str] | None) -> tuple[SafeString, SafeString]:
    """The notice up to its title, and after it. The renderer escapes all that it says."""
    marked = None if verdicts is None else lambda sentence: _mark(sentence, verdicts)
    head, end, rest = to_html(notice, after=marked).partition("</h1>\n")
    return mark_safe(head + end), mark_safe(rest)  # noqa: S308


def _mark(sentence: Sentence, verdicts: Mapping[str, str]) -> str:
    if not sentence.ids:
        return ""
    verdict = verdicts.get(sentence.ids[0], "outside")
    sign, word = MARKS[verdict]
    return format_html(
        '<a class="upheld-mark upheld-mark-{}" href="{}" aria-label="{}: what makes this true"'
        ' title="What makes this true">{}</a>',
        verdict,
        reverse("upheld:promise", args=[sentence.ids[0]]),
        word,
        sign,
    )


def _contents(notice: Notice) -> list[tuple[str, str]]:
    """(heading, anchor of the first sentence under it) of each chapter."""
    found: list[tuple[str, str]] = []
    waiting = ""
    for block in notice.blocks:
        if isinstance(block, Heading):
            waiting = to_text(block.text) if block.level > 1 else ""
        elif waiting:
            found.append((waiting, _first(block).anchor))
            waiting = ""
    return found


def _first(block: Block) -> Sentence:
    return next(iter(Notice("", date.min, (block,), "").sentences))


def _versions() -> tuple[Version, ...]:
    folder = conf().PRIVACY_DIR
    if folder is None:
        return ()
    found, _ = read_versions(folder)
    return found
