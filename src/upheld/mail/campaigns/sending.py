"""Sending a campaign, so that nobody gets it twice and nobody is lost.

Safety argument. SMTP cannot be asked whether it has a message, so between its 250 and our
commit there is a gap that no program can close. We are on the side of "at most once":

1. `handing` is committed for a few mails before the server is told of them.
2. What the server answered is committed with the next few.
3. Whoever finds `handing` later, after a crash, does not send it again: it becomes `unsure`
   and is shown as such. Its Message-ID is the same each time, so staff can look it up.

One worker at a time works on a campaign (`ownership`); if two ever did, 1. is a
compare-and-swap from `queued`, so one of them has the mail and the other has not. Nothing
here depends on a clock.
"""

from __future__ import annotations

import smtplib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.mail import BadHeaderError
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import F, Max
from django.utils import timezone

from upheld import journal
from upheld.datamap import watching
from upheld.datamap.active import active
from upheld.errors import MailError
from upheld.mail.campaigns import fields, ownership, post, rules
from upheld.mail.campaigns.addresses import digest
from upheld.mail.campaigns.audience import Audience, Person, working
from upheld.mail.campaigns.counts import counted
from upheld.mail.campaigns.letters import Letter, letter, message_id
from upheld.mail.campaigns.models import Campaign, CampaignMail
from upheld.mail.campaigns.moment import LastLook
from upheld.mail.campaigns.refusals import CampaignRefused
from upheld.mail.campaigns.walking import Overtaken, beat, skip, waiting
from upheld.policy.types import Policy

FEW = 10
"""Mails a commit: at most so many are `unsure` after a crash."""
TRIES = 5
"""How often a mail is offered to a server that says `later`."""

Progress = Callable[[dict[str, int]], None]
Links = Callable[[Sequence[Person]], dict[str, str]]
"""Makes the personal links of invitations: people of a slice -> subject -> address."""


def send(
    campaign: Campaign,
    *,
    links: Links | None = None,
    progress: Progress | None = None,
    patience: float = ownership.PATIENCE,
    using: str = DEFAULT_DB_ALIAS,
) -> Counter[str]:
    """Send what is left of a campaign that was started; return what this run did by state.

    Returns early when it is paused or cancelled, when the mail server cannot be used, or when
    the policy does not allow it any more; `campaign.because` then says why. Raises `Busy`
    while another worker is at it.
    """
    worker = ownership.take(campaign, patience=patience)
    run = Run(campaign, worker, using, links, progress)
    try:
        run.go()
    finally:
        ownership.leave(campaign, worker)
        campaign.refresh_from_db(using=using)
    return run.done


class _Stopped(Exception):
    """The mail server cannot be used now. The text says why, in plain words."""


@dataclass
class Run:
    """One worker's run over a campaign."""

    campaign: Campaign
    worker: str
    using: str
    links: Links | None = None
    progress: Progress | None = None
    done: Counter[str] = field(default_factory=Counter)
    offered: int = 0
    """Mails that a server put off more often than this wait for the next run."""

    def go(self) -> None:
        """Send what is left. Returns when nobody is left, or when it was stopped."""
        self._recover()
        try:
            with post.transport() as way:
                while self._slice(way):
                    pass
        except Overtaken:
            return
        except _Stopped as stopped:
            self._wait(str(stopped))
            return
        except OSError as error:  # smtplib's errors, timeouts, a server that is not there
            kind = type(error).__name__
            self._wait(f"the mail server stopped answering ({kind}); the next run goes on")
            return
        self._end()

    def _recover(self) -> None:
        """What an earlier worker was handing over is unsure from now on, whatever happened."""
        with transaction.atomic(using=self.using):
            beat(self.campaign, self.worker, self.using)
            left = self._mails().filter(state=CampaignMail.HANDING)
            self.done["unsure"] += left.update(state=CampaignMail.UNSURE, reason="interrupted")
        self.campaign.refresh_from_db(using=self.using)
        queued = self._mails().filter(state=CampaignMail.QUEUED)
        self.offered = queued.aggregate(most=Max("tries"))["most"] or 0

    def _slice(self, way: Any) -> bool:
        watching.look()
        now = active()
        try:
            rule = rules.check(self.campaign, now)
        except CampaignRefused as refused:
            self._pause(f"{refused.message}")
            return False
        with working(self.campaign):
            audience = Audience(self.campaign, now, self.using)
            people = waiting(self.campaign, audience, self.worker, self.offered, self.using)
            # Who was read is written down with each slice, so memory stays as it is.
            journal.flush()
            if people is None:
                return False
            look = LastLook(rule, self.campaign.topic, self.worker, self.using)
            links = self.links(list(people.values())) if self.links else {}
            text = letter(self.campaign, now.policy)
            answers: list[tuple[int, str, str]] = []
            keys = list(people)
            for start in range(0, len(keys), FEW):
                few = self._begin({key: people[key] for key in keys[start : start + FEW]}, answers)
                answers = []
                try:
                    for key, person in few.items():
                        if not look(key):
                            if not self._is_mine():
                                raise Overtaken
                            answers.append((key, CampaignMail.SKIPPED, "not-any-more"))
                            continue
                        given = fields.values(now.policy, person.name)
                        if links:
                            given["survey_link"] = links.get(person.subject, "")
                        answers.append((key, *self._hand(way, text, person, given, now.policy)))
                except BaseException as error:
                    self._note(answers, few, error)
                    raise
            self._finish(answers)
        return True

    def _begin(
        self, few: dict[int, Person], answers: list[tuple[int, str, str]]
    ) -> dict[int, Person]:
        """Commit the last answers, decide these few, and mark them as being handed over."""
        with transaction.atomic(using=self.using):
            beat(self.campaign, self.worker, self.using)
            self._answered(answers)
            refused = post.refused(
                {person.subject: person.address for person in few.values()},
                klass=self.campaign.klass,
                purpose=self.campaign.purpose,
                topic=self.campaign.topic,
                using=self.using,
            )
            by_reason: dict[str, list[int]] = {}
            for key, person in few.items():
                if person.subject in refused:
                    by_reason.setdefault(refused[person.subject], []).append(key)
            for reason, keys in by_reason.items():
                skip(CampaignMail, keys, reason, self.using)
                self.done["skipped"] += len(keys)
            free = {key: p for key, p in few.items() if p.subject not in refused}
            if free:
                queued = self._mails().filter(pk__in=list(free), state=CampaignMail.QUEUED)
                if queued.update(state=CampaignMail.HANDING) != len(free):
                    left = self._mails().filter(pk__in=list(free), state=CampaignMail.HANDING)
                    there = set(left.values_list("pk", flat=True))
                    free = {key: p for key, p in free.items() if key in there}  # others were erased
        return free

    def _hand(
        self, way: Any, text: Letter, person: Person, given: dict[str, str], policy: Policy
    ) -> tuple[str, str]:
        """Hand one mail over; return (state, reason). Raises `_Stopped` and what smtplib
        raises when it cannot be known whether the mail was taken."""
        campaign = self.campaign
        try:
            message = text.to(
                person.address,
                given,
                message_id=message_id(campaign, digest(person.address, self.using)),
            )
            data = post.prepare(
                message,
                klass=campaign.klass,
                subject=person.subject,
                purpose=campaign.purpose,
                topic=campaign.topic,
                decided=True,
            )
        except (MailError, BadHeaderError, UnicodeError, ValueError) as error:
            reason = getattr(error, "reason", "") or "address"
            return CampaignMail.REFUSED, reason
        try:
            way.hand(data, message.from_email, person.address)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            return _answer(code)
        except smtplib.SMTPDataError as error:
            return _answer(error.smtp_code)
        except smtplib.SMTPNotSupportedError:
            return CampaignMail.REFUSED, "address"
        except (
            smtplib.SMTPSenderRefused,
            smtplib.SMTPConnectError,
            smtplib.SMTPHeloError,
        ) as error:
            # Before the message: it was surely not taken.
            code = error.smtp_code
            raise _Stopped(f"the mail server answered {code} to our own address") from error
        return CampaignMail.SENT, ""

    def _note(
        self, answers: list[tuple[int, str, str]], few: dict[int, Person], error: BaseException
    ) -> None:
        """Note what became of a few when one of them broke off: those before it were
        answered, those behind it were never begun, and of itself nobody knows."""
        answered = {key for key, *_ in answers}
        rest = [key for key in few if key not in answered]
        if rest and not isinstance(error, _Stopped | Overtaken):
            answers.append((rest.pop(0), CampaignMail.UNSURE, type(error).__name__))
        with transaction.atomic(using=self.using):
            self._answered(answers)
            waiting = self._mails().filter(pk__in=rest, state=CampaignMail.HANDING)
            waiting.update(state=CampaignMail.QUEUED)

    def _finish(self, answers: list[tuple[int, str, str]]) -> None:
        with transaction.atomic(using=self.using):
            self._answered(answers)

    def _answered(self, answers: list[tuple[int, str, str]]) -> None:
        by_end: dict[tuple[str, str], list[int]] = {}
        for key, state, reason in answers:
            by_end.setdefault((state, reason), []).append(key)
        for (state, reason), keys in by_end.items():
            rows = self._mails().filter(
                pk__in=keys, state__in=(CampaignMail.HANDING, CampaignMail.UNSURE)
            )
            if state == CampaignMail.QUEUED:
                self._later(keys, reason)
            else:
                rows.update(state=state, reason=reason)
            self.done[state] += len(keys)
        if answers and self.progress is not None:
            self.progress(dict(self.done))

    def _later(self, keys: list[int], reason: str) -> None:
        rows = self._mails().filter(pk__in=keys, state=CampaignMail.HANDING)
        rows.filter(tries__gte=TRIES - 1).update(
            state=CampaignMail.REFUSED, reason=reason, tries=F("tries") + 1
        )
        rows.update(state=CampaignMail.QUEUED, reason=reason, tries=F("tries") + 1)

    def _is_mine(self) -> bool:
        mine = Campaign.objects.using(self.using).filter(pk=self.campaign.pk, worker=self.worker)
        return mine.filter(state=Campaign.SENDING).exists()

    def _end(self) -> None:
        with transaction.atomic(using=self.using):
            mine = Campaign.objects.using(self.using).filter(
                pk=self.campaign.pk, worker=self.worker, state=Campaign.SENDING
            )
            later = self._mails().filter(state=CampaignMail.QUEUED).count()
            if later:
                mine.update(because=f"the mail server put {later} off; the next run goes on")
            else:
                mine.update(
                    state=Campaign.DONE,
                    ended_at=timezone.now(),
                    because="",
                    counts=counted(self.campaign, self.using),
                )

    def _mails(self) -> Any:
        return CampaignMail.objects.using(self.using).filter(campaign=self.campaign)

    def _pause(self, because: str) -> None:
        rows = Campaign.objects.using(self.using).filter(pk=self.campaign.pk, worker=self.worker)
        rows.filter(state=Campaign.SENDING).update(state=Campaign.PAUSED, because=because[:255])

    def _wait(self, because: str) -> None:
        """Leave the campaign as it is; the next run goes on."""
        rows = Campaign.objects.using(self.using).filter(pk=self.campaign.pk, worker=self.worker)
        rows.update(because=because[:255])


def _answer(code: int) -> tuple[str, str]:
    """What a server's refusal of one mail means: 4xx = later, 5xx = never."""
    if 400 <= code < 500:
        return CampaignMail.QUEUED, f"later-{code}"
    return CampaignMail.REFUSED, f"server-{code}"
