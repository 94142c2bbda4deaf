"""The privacy team's desk: its post and its second factor, and nobody else."""

from __future__ import annotations

import time

from django.urls import reverse

from sites.appliance_shop.probes.shopper import Shopper
from sites.appliance_shop.probes.stage import canary, make_clerk, make_member
from upheld.pages import fresh
from upheld.proving.registry import Finding, Ground, must, probe
from upheld.rights.requests.models import RightsRequest
from upheld.rights.requests.opening import Asked, open_request


@probe(
    "shop.privacy-desk",
    rule="posts.privacy",
    title="handle an application without the privacy post, or with its password alone",
    says=("privacy-team",),
)
def privacy_desk(ground: Ground) -> Finding:
    user, _ = make_member()
    row = open_request(Asked("deletion", "mail", canary(), f"member:{user.pk}")).request
    one = reverse("upheld:desk-request", args=[row.pk])
    pages = (reverse("upheld:desk"), reverse("upheld:desk-phone"), one, reverse("upheld:console"))
    for post in ("dispatch", "after_sales", "marketing", "catalogue"):
        outsider = Shopper(make_clerk(post))
        outsider.show_factor()
        for path in pages:
            must(outsider.get(path).status_code == 403, f"the post {post} opened `{path}`")
    officer = Shopper(make_clerk("privacy"))
    asked = reverse("upheld:second-factor")
    for path in pages:
        answer = officer.get(path)
        sent_on = answer.status_code == 302 and answer.headers["Location"].startswith(asked)
        must(sent_on, f"`{path}` opened with the password alone")
    answer = officer.post(one, {"do": "deny", "ground": "no_match"})
    must(answer.status_code == 302, "a decision was taken with the password alone")
    must(_state(row) == "in_progress", "a decision was taken with the password alone")
    officer.show_factor()
    for path in pages:
        must(officer.get(path).status_code == 200, f"the privacy team cannot open `{path}`")
    officer.post(one, {"do": "verify"})
    must(_state(row) == "in_progress", "an application was confirmed without a document")
    officer.post(one, {"do": "deny", "ground": "insuf_verification"})
    must(_state(row) == "denied", "the privacy team cannot decide")
    return Finding("kept", f"{len(pages)} pages: the privacy post with a fresh second factor only")


@probe(
    "shop.application-online",
    rule="rights.copy_by_mail",
    title="take another member's application for one's own",
    says=("copy-by-mail", "deletion-by-mail"),
)
def application_online(ground: Ground) -> Finding:
    user, _ = make_member()
    stranger, _ = make_member()
    member, other = Shopper(user), Shopper(stranger)
    for shopper in (member, other):
        session = shopper.session
        session[fresh.SESSION_KEY] = time.time()
        session.save()
    answer = member.post(reverse("upheld:me-ask"), {"kind": "deletion", "key": canary()})
    must(answer.status_code == 302, "the member centre takes no application")
    row = RightsRequest.objects.get(subject=f"member:{user.pk}")
    must(row.verified_at is None, "a sign-in counts as a verified document")
    page = reverse("upheld:me-request", args=[row.pk])
    must("Show that it is you" in member.text(page), "no document is asked for")
    for doing in ("withdraw", "document", "send", "collect"):
        must(other.post(page, {"do": doing}).status_code == 404, "another member's page opened")
    must(_state(row) == "in_progress", "another member changed the application")
    return Finding("kept", "a document is asked for, and nobody else finds the application")


def _state(row: RightsRequest) -> str:
    return RightsRequest.objects.get(pk=row.pk).state
