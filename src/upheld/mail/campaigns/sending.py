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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.core.mail import BadHeaderError
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import F, Max
from django.utils import timezone

from upheld import journal
from upheld.datamap import watching
from upheld.datamap.active import active
from upheld.errors import MailError
from upheld.mail.campaigns import ownership, post, rules
from upheld.mail.campaigns.audience import Audience, Person, working
from upheld.mail.campaigns.counts import counted
from upheld.mail.campaigns.models import Campaign, CampaignMail
from upheld.mail.campaigns.moment import LastLook
from upheld.mail.campaigns.moulding import Mould
from upheld.mail.campaigns.refusals import CampaignRefused
from upheld.mail.campaigns.walking import Overtaken, beat, skip, waiting
from upheld.mail.models import SentMail
from upheld.policy.types import Policy

FEW = 20
"""Mails a commit: at most so many are `unsure` after a crash."""
TRIES = 5
"""How often a mail is offered to a server that says `later`."""

_MAY_HAVE_GONE = (CampaignMail.SENT, CampaignMail.UNSURE)
Answer = tuple[int, str, str]
"""The key of a row, the state that it comes to, and why."""
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


class _Why(str):
    """Why there is no mail for somebody: a stable word."""


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
    _settling: dict[int, post.Prepared] = field(default_factory=dict)
    """The mails whose end is not written down yet: a few at most."""

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

    def _slice(self, way: post.Way) -> bool:
        """Send one slice; False when nobody is left or the campaign was paused."""
        watching.look()
        now = active()
        try:
            rule = rules.check(self.campaign, now)
        except CampaignRefused as refused:
            self._pause(refused.message)
            return False
        with working(self.campaign):
            audience = Audience(self.campaign, now, self.using)
            people = waiting(self.campaign, audience, self.worker, self.offered, self.using)
            if people is None:
                return False
            people = self._decided(people)
            look = LastLook(self.campaign, rule, self.worker, self.using)
            look.lifted(person.address for person in people.values())
            answers: list[Answer] = []
            letters = self._letters(people, now.policy)
            while few := dict(islice(letters, FEW)):
                mails = self._begin(few, answers)
                answers = []
                try:
                    for key, mail in mails.items():
                        answers.append(self._hand(way, look, key, mail))
                except BaseException as error:
                    self._broken_off(answers, mails, error)
                    raise
            self._begin({}, answers)
            # Who was read and mailed is written down with each slice, so memory stays as it is.
            journal.flush()
        return True

    def _decided(self, people: dict[int, Person]) -> dict[int, Person]:
        """Take out whom the mail room does not mail now, and note why."""
        refused = post.refused(
            {person.subject: person.address for person in people.values()},
            klass=self.campaign.klass,
            purpose=self.campaign.purpose,
            topic=self.campaign.topic,
            using=self.using,
        )
        by_reason: dict[str, list[int]] = {}
        for key, person in people.items():
            if person.subject in refused:
                by_reason.setdefault(refused[person.subject], []).append(key)
        for reason, keys in by_reason.items():
            skip(keys, reason, self.using)
            self.done[CampaignMail.SKIPPED] += len(keys)
        return {key: p for key, p in people.items() if p.subject not in refused}

    def _letters(
        self, people: dict[int, Person], policy: Policy
    ) -> Iterator[tuple[int, post.Prepared | _Why]]:
        """Yield the finished mail of each, or why there is none."""
        mould = Mould(self.campaign, policy, self.using)
        links = self.links(list(people.values())) if self.links and people else {}
        for key, person in people.items():
            try:
                yield key, mould.cast(person, links.get(person.subject, ""))
            except MailError as error:
                yield key, _Why(error.reason or "address")
            except (BadHeaderError, UnicodeError, ValueError):
                yield key, _Why("address")

    def _begin(
        self, few: dict[int, post.Prepared | _Why], answers: list[Answer]
    ) -> dict[int, post.Prepared]:
        """Commit the last answers, and that these few are being handed over. Returns those
        of them that are: the others were erased or have no address that mail can go to."""
        mails = {key: mail for key, mail in few.items() if isinstance(mail, post.Prepared)}
        with transaction.atomic(using=self.using):
            beat(self.campaign, self.worker, self.using)
            self._answered(answers)
            self._answered(
                [(k, CampaignMail.REFUSED, why) for k, why in few.items() if isinstance(why, _Why)]
            )
            if mails:
                queued = self._mails().filter(pk__in=list(mails), state=CampaignMail.QUEUED)
                if queued.update(state=CampaignMail.HANDING) != len(mails):
                    left = self._mails().filter(pk__in=list(mails), state=CampaignMail.HANDING)
                    there = set(left.values_list("pk", flat=True))
                    mails = {key: mail for key, mail in mails.items() if key in there}
                post.note(mails.values(), using=self.using)
        self._settling.update(mails)
        return mails

    def _hand(self, way: post.Way, look: LastLook, key: int, mail: post.Prepared) -> Answer:
        """Hand one mail over and return what became of it. Raises `_Stopped` and `Overtaken`
        when it was surely not taken, any other error when nobody can know."""
        if not look(key, mail.record.subject, mail.record.to):
            if not self._is_mine():
                raise Overtaken
            return key, CampaignMail.SKIPPED, "not-any-more"
        try:
            way.hand(mail)
        except smtplib.SMTPRecipientsRefused as error:
            return key, *_meaning(next(iter(error.recipients.values()))[0])
        except smtplib.SMTPDataError as error:
            return key, *_meaning(error.smtp_code)
        except smtplib.SMTPNotSupportedError:
            return key, CampaignMail.REFUSED, "address"
        except (
            smtplib.SMTPSenderRefused,
            smtplib.SMTPConnectError,
            smtplib.SMTPHeloError,
        ) as error:
            raise _Stopped(
                f"the mail server answered {error.smtp_code} to our own address"
            ) from error
        except ConnectionRefusedError as error:
            raise _Stopped("the mail server is not there; the next run goes on") from error
        return key, CampaignMail.SENT, ""

    def _broken_off(
        self, answers: list[Answer], mails: dict[int, post.Prepared], error: BaseException
    ) -> None:
        """Note what became of a few when one of them broke off: those before it were
        answered, those behind it were never begun, and of itself nobody knows."""
        answered = {key for key, *_ in answers}
        rest = [key for key in mails if key not in answered]
        if rest and not isinstance(error, _Stopped | Overtaken):
            answers.append((rest.pop(0), CampaignMail.UNSURE, type(error).__name__))
        with transaction.atomic(using=self.using):
            self._answered(answers)
            never = self._mails().filter(pk__in=rest, state=CampaignMail.HANDING)
            never.update(state=CampaignMail.QUEUED)
            post.settle([mails[key] for key in rest], SentMail.FAILED, using=self.using)

    def _answered(self, answers: list[Answer]) -> None:
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
        went = [key for key, state, _ in answers if state == CampaignMail.SENT]
        not_gone = [key for key, state, _ in answers if state not in _MAY_HAVE_GONE]
        for keys, outcome in ((went, SentMail.SENT), (not_gone, SentMail.FAILED)):
            mails = [self._settling[key] for key in keys if key in self._settling]
            if mails:
                post.settle(mails, outcome, using=self.using)
        for key, *_ in answers:
            self._settling.pop(key, None)
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


def _meaning(code: int) -> tuple[str, str]:
    """What a server's refusal of one mail means: 4xx = later, 5xx = never."""
    if 400 <= code < 500:
        return CampaignMail.QUEUED, f"later-{code}"
    return CampaignMail.REFUSED, f"server-{code}"
