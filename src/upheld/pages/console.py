"""The privacy team's console: are the promises kept, what was refused, what was erased."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from upheld.datamap.active import active
from upheld.evidence.leaf import decode
from upheld.journal.models import Checkpoint, Leaf
from upheld.journal.sequencer import sequence
from upheld.pages.second_factor import post_required
from upheld.pages.sentences import with_code
from upheld.proving.models import ProofResult
from upheld.rights.models import ErasureReceipt
from upheld.rights.reasons import purpose_title, title_of
from upheld.rights.requests.alarms import POST, due
from upheld.rights.requests.models import RightsRequest
from upheld.rights.requests.states import RUNNING

SHOWN = 20
NEWEST = 1000
"""Waiting events that the page gives their place before it looks."""


@post_required(POST)
def overview(request: HttpRequest) -> HttpResponse:
    """Show the state of the house to the post `privacy`; nobody else gets in."""
    results = list(ProofResult.objects.all())
    proofs = [
        {
            "rule": proof.rule,
            "title": with_code(proof.title),
            "result": proof.result,
            "detail": with_code(proof.detail),
        }
        for proof in results
    ]
    # What was refused a moment ago still waits for its place in the log.
    sequence(at_most=NEWEST)
    refused = Leaf.objects.filter(kind="refusal").order_by("-index")
    return render(
        request,
        "upheld/console.html",
        {
            "policy": active().policy,
            "counts": Counter(proof["result"] for proof in proofs),
            "broken": [proof for proof in proofs if proof["result"] == "broken"],
            "proofs": proofs,
            "proved_at": max((proof.at for proof in results), default=None),
            "refusals": [_refusal(leaf) for leaf in refused[:SHOWN]],
            "refused": refused.count(),
            "leaves": Leaf.objects.count(),
            "checkpoint": Checkpoint.objects.order_by("-size").first(),
            "due": due(),
            "running": RightsRequest.objects.filter(state__in=RUNNING).count(),
            "erasures": ErasureReceipt.objects.all()[:SHOWN],
        },
    )


def _refusal(row: Leaf) -> dict[str, Any]:
    """One refusal in words: who wanted what, for which purpose, where."""
    policy = active().policy
    leaf = decode(row.text)
    posts = [policy.posts[post].title or post for post in leaf.posts if post in policy.posts]
    rule = policy.purposes.get(leaf.purpose)
    return {
        "at": row.at,
        "who": f"{leaf.actor} ({', '.join(posts)})" if posts else leaf.actor,
        "what": ", ".join(title_of(name) for name in leaf.categories),
        "table": leaf.model,
        "why": purpose_title(rule) if rule else leaf.purpose or "no purpose",
        "where": leaf.place,
    }
