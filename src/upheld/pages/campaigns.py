"""The console's pages of campaigns. Staff see texts, rules and counts; never an address."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe

from upheld.context import current
from upheld.datamap.active import active
from upheld.errors import MailError, UpheldError
from upheld.mail.campaigns import rules, segments, states
from upheld.mail.campaigns.body import written
from upheld.mail.campaigns.counts import for_partner, reach, status
from upheld.mail.campaigns.models import Campaign
from upheld.mail.campaigns.refusals import CampaignRefused
from upheld.mail.campaigns.trying import preview, send_test
from upheld.pages.campaigns_form import CampaignForm, initial
from upheld.pages.mailing_posts import mailing_post_required, own_purposes
from upheld.rights.reasons import purpose_title, title_of

SHOWN = 50
_REASONS = {
    "consent": "said no meanwhile",
    "not-any-more": "said no, or left, during the sending",
    "same-address": "second account with one address",
    "earlier-version": "had an earlier version",
    "no-address": "no address",
    "suppressed": "address is not mailed any more",
    "bounce": "address does not take mail",
    "complaint": "called an earlier mail spam",
    "erasure": "was erased",
    "address": "no address that mail can go to",
    "interrupted": "the worker was stopped while handing it over",
}


@mailing_post_required
def overview(request: HttpRequest) -> HttpResponse:
    """List the campaigns of the person's posts, newest first."""
    mine = own_purposes()
    rows = Campaign.objects.filter(purpose__in=list(mine))[:SHOWN]
    return render(
        request,
        "upheld/campaigns.html",
        {
            "campaigns": [
                {
                    "row": row,
                    "status": status(row),
                    "about": purpose_title(mine[row.purpose]),
                }
                for row in rows
            ]
        },
    )


@mailing_post_required
def new(request: HttpRequest) -> HttpResponseBase:
    """Make a draft."""
    return _form(request, None)


@mailing_post_required
def edit(request: HttpRequest, key: str) -> HttpResponseBase:
    """Change a draft."""
    return _form(request, _campaign(key))


@mailing_post_required
def one(request: HttpRequest, key: str) -> HttpResponseBase:
    """Show one campaign with its preview, and do what is asked of it."""
    campaign = _campaign(key)
    if request.method == "POST":
        return _done(request, campaign)
    now = active()
    problem = ""
    try:
        rules.check(campaign, now)
        reached = reach(campaign)
    except UpheldError as error:
        problem, reached = _sentence(error), ""
    found = preview(campaign)
    segment = segments.parsed(campaign.segment)
    needed = rules.approvals_needed(campaign, now.policy)
    advertiser = now.policy.recipients.get(campaign.advertiser)
    figures = status(campaign)
    return render(
        request,
        "upheld/campaign.html",
        {
            "campaign": campaign,
            "status": figures,
            "reasons": [
                (_REASONS.get(k, k.replace("-", " ")), n) for k, n in figures.reasons.items()
            ],
            "about": purpose_title(own_purposes()[campaign.purpose]),
            "advertiser": (advertiser.name or advertiser.id) if advertiser else "",
            "segment": segment.name,
            "conditions": [
                (title_of(c.category), "none of" if c.but else "one of", ", ".join(c.values))
                for c in segment.conditions
            ],
            "reach": reached,
            "problem": problem,
            "preview": found,
            # Sanitised by `body.written`, which lets no script, style or frame through.
            "letter": mark_safe(written(campaign.body, campaign.form).html),  # noqa: S308
            "needed": needed,
            "agreed": len(campaign.approved_by),
            "mine": current().actor.ref == campaign.made_by,
            "totals": _totals(campaign),
        },
    )


def _form(request: HttpRequest, campaign: Campaign | None) -> HttpResponseBase:
    if campaign is not None and campaign.state != Campaign.DRAFT:
        messages.warning(request, "It was started, so its text stays. Make a new version instead.")
        return redirect("upheld:campaign", campaign.key)
    shown = initial(campaign) if campaign is not None else None
    form = CampaignForm(own_purposes(), request.POST or None, initial=shown)
    if request.method == "POST" and form.is_valid():
        try:
            given = form.given()
            if campaign is None:
                campaign = states.make(**given)
            else:
                states.edit(campaign, **given)
            return redirect("upheld:campaign", campaign.key)
        except CampaignRefused as refused:
            fields = {"topic": "about", "purpose": "about", "segment": "data1"}
            name = fields.get(refused.field, refused.field)
            form.add_error(name if name in form.fields else None, _sentence(refused))
    context = {"form": form, "campaign": campaign}
    return render(request, "upheld/campaign_form.html", context, status=400 if form.errors else 200)


def _done(request: HttpRequest, campaign: Campaign) -> HttpResponseBase:
    acts: dict[str, tuple[Callable[[Campaign], object], str]] = {
        "test": (send_test, "A test went to your own address."),
        "approve": (states.approve, "You agreed to this text."),
        "start": (states.start, "Started. The next run of the sender begins."),
        "pause": (states.pause, "Paused before the next mail."),
        "resume": (states.resume, "Resumed."),
        "cancel": (states.cancel, "Cancelled. What was sent was sent."),
        "version": (states.new_version, "A new version, as a draft."),
    }
    wanted = request.POST.get("do", "")
    if wanted not in acts:
        raise Http404
    act, words = acts[wanted]
    try:
        made = act(campaign)
    except MailError as refused:
        messages.warning(request, _sentence(refused))
    except OSError as error:
        messages.warning(request, f"The mail server cannot be used: {type(error).__name__}.")
    else:
        messages.success(request, words)
        if isinstance(made, Campaign):
            campaign = made
    return redirect(reverse("upheld:campaign", args=[campaign.key]))


def _totals(campaign: Campaign) -> str:
    """What the partner of a campaign that is over may be told."""
    try:
        told = for_partner(campaign)
    except CampaignRefused:
        return ""
    except UpheldError as refused:
        return _sentence(refused)
    return (
        f"You may tell the partner: {told['mails']} mails were sent. Nothing else leaves the house."
    )


def _campaign(key: str) -> Campaign:
    found = Campaign.objects.filter(key=key, purpose__in=list(own_purposes())).first()
    if found is None:
        raise Http404
    return found


def _sentence(error: UpheldError) -> str:
    hint = f" {error.hint[:1].upper()}{error.hint[1:]}." if error.hint else ""
    return f"{error.message[:1].upper()}{error.message[1:]}.{hint}"
