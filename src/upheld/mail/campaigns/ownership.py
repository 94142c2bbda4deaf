"""One worker a campaign, found out without trusting a clock.

A worker writes its name into the campaign and counts a beat with every step. Another one takes
over when the first is gone: at once when its process is not there any more (same machine, same
start of it), else when the beat has stood still for `PATIENCE` seconds of one's own monotonic
clock. That a slow worker is taken for dead costs nothing: what it holds is never sent by
another (see `CampaignMail.HANDING`), and its next step is refused.
"""

from __future__ import annotations

import os
import secrets
import socket
import time
from pathlib import Path

from django.db.models import F

from upheld.mail.campaigns.models import Campaign
from upheld.mail.campaigns.refusals import Busy, CampaignRefused

PATIENCE = 120.0
"""Seconds: longer than a mail server may keep one mail waiting."""
_POLL = 1.0


def take(campaign: Campaign, *, patience: float = PATIENCE) -> str:
    """Make this process the campaign's worker and return its name.

    Raises `Busy` while another one works, `CampaignRefused` when it is not being sent.
    """
    using = campaign._state.db
    mine = name()
    began, seen = 0.0, -1
    while True:
        row = Campaign.objects.using(using).get(pk=campaign.pk)
        if row.state != Campaign.SENDING:
            raise CampaignRefused(
                f"campaign `{row.key}` is {row.state}, it is not being sent",
                hint="start or resume it first",
            )
        if not row.worker or is_gone(row.worker):
            free = Campaign.objects.using(using).filter(
                pk=row.pk, worker=row.worker, beat=row.beat, state=Campaign.SENDING
            )
            if free.update(worker=mine, beat=F("beat") + 1):
                return mine
            continue
        if is_here(row.worker) or patience <= 0:
            raise Busy(
                f"campaign `{row.key}` is being sent by another worker", hint="nothing to do"
            )
        now = time.monotonic()
        if row.beat != seen:
            began, seen = now, row.beat
        elif now - began >= patience:
            stuck = Campaign.objects.using(using).filter(
                pk=row.pk, worker=row.worker, beat=seen, state=Campaign.SENDING
            )
            if stuck.update(worker=mine, beat=F("beat") + 1):
                return mine
        time.sleep(min(_POLL, patience))


def leave(campaign: Campaign, mine: str) -> None:
    """Stop being the campaign's worker."""
    rows = Campaign.objects.using(campaign._state.db).filter(pk=campaign.pk, worker=mine)
    rows.update(worker="")


def name() -> str:
    """Return a name of this process that no other has: machine, start, number, and chance."""
    pid = os.getpid()
    return f"{_machine()}|{pid}|{_started(pid)}|{secrets.token_hex(4)}"


def is_here(worker: str) -> bool:
    """Whether the worker is a living process of this machine."""
    machine, pid, started = _parts(worker)
    return machine == _machine() and bool(started) and _started(pid) == started


def is_gone(worker: str) -> bool:
    """Whether the worker surely ended: a process of this machine that is not there."""
    machine, _, started = _parts(worker)
    same_host = machine.partition("@")[0] == _machine().partition("@")[0]
    return same_host and bool(started) and not is_here(worker)


def _parts(worker: str) -> tuple[str, int, str]:
    machine, pid, started, _ = (*worker.split("|"), "", "", "")[:4]
    return machine, int(pid or 0), started


def _machine() -> str:
    boot = Path("/proc/sys/kernel/random/boot_id")
    return f"{socket.gethostname()[:40]}@{boot.read_text().strip()[:13] if boot.exists() else '-'}"


def _started(pid: int) -> str:
    """When a process began, in the kernel's ticks; empty when there is none or no telling."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    # The name in brackets may hold spaces; what follows it is counted from field 3.
    after = stat.rpartition(")")[2].split()
    return "" if after[0] in ("Z", "X") else after[19]
