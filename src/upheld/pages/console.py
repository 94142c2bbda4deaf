"""The privacy team's console: are the promises kept, what was refused, what was erased."""

from __future__ import annotations

from collections import Counter

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from upheld.context import current
from upheld.datamap.active import active
from upheld.journal.models import Checkpoint, Leaf
from upheld.proving.models import ProofResult
from upheld.rights.models import ErasureReceipt

POST = "privacy"
SHOWN = 20


def overview(request: HttpRequest) -> HttpResponse:
    """Show the state of the house to the post `privacy`; nobody else gets in."""
    if POST not in current().actor.posts:
        raise PermissionDenied("the console is for the privacy post")
    proofs = list(ProofResult.objects.all())
    last = Checkpoint.objects.order_by("-size").first()
    return render(
        request,
        "upheld/console.html",
        {
            "policy": active().policy,
            "counts": Counter(proof.result for proof in proofs),
            "broken": [proof for proof in proofs if proof.result == "broken"],
            "proofs": proofs,
            "proved_at": max((proof.at for proof in proofs), default=None),
            "refusals": Leaf.objects.filter(kind="refusal").order_by("-index")[:SHOWN],
            "leaves": Leaf.objects.count(),
            "checkpoint": last,
            "erasures": ErasureReceipt.objects.all()[:SHOWN],
        },
    )
