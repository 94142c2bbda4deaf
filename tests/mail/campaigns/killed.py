"""Kills a sending campaign before and after each statement and each mail, and counts.

`python -m tests.mail.campaigns.killed` prints one JSON object; the database is named by
`UPHELD_TEST_DB_NAME`, see `tests.journal.processes_settings`. Each attempt is a fork that kills
itself (-9). What the server took is a file that each mail is added to with one write, as a mail
server's own disk: it survives the fork and cannot be half written.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import django


def main() -> int:
    django.setup()
    from contextlib import contextmanager
    from unittest import mock

    from django.core.management import call_command

    from tests.mail.campaigns.stage import person, policy_with, started
    from tests.rights.killed import Countdown, in_fork
    from upheld.datamap.active import override
    from upheld.mail.campaigns import sending, walking
    from upheld.mail.campaigns.models import Campaign, CampaignMail

    folder = Path(tempfile.mkdtemp())
    taken = folder / "taken"
    taken.touch()
    walking.SLICE, sending.FEW = 4, 2
    # Mails are points too: killed before the server has it, and after, before we know.
    mails: list[Countdown] = []

    class Way:
        def hand(self, mail: Any) -> None:
            for each in mails:
                each._point()
            descriptor = os.open(taken, os.O_WRONLY | os.O_APPEND)
            os.write(descriptor, f"{mail.recipient}\n".encode())
            os.close(descriptor)
            for each in mails:
                each._point()

    @contextmanager
    def transport() -> Any:
        yield Way()

    call_command("migrate", run_syncdb=True, verbosity=0)
    people = 10
    with (
        override(policy=policy_with()),
        mock.patch("upheld.mail.campaigns.post.transport", transport),
    ):
        for number in range(people):
            person(f"p{number}")
        killed = 0
        runs: list[dict[str, int]] = []
        step = int(os.environ.get("UPHELD_KILL_STEP", "17"))
        # Every point of a run, each with a campaign of its own, and one campaign that is killed
        # again and again at the same early points until it is through.
        point = 1
        while True:
            campaign = started()
            taken.write_text("")

            def work(campaign: Any = campaign, point: int = point) -> None:
                mails[:] = [Countdown(point)] if point % 2 else []
                sending.send(Campaign.objects.get(pk=campaign.pk), patience=0)

            through = in_fork(work, point)
            killed += not through
            tries = 0
            while not through and Campaign.objects.get(pk=campaign.pk).state != Campaign.DONE:
                mails.clear()
                tries += 1
                if tries <= 2:  # killed again at another place
                    killed += not in_fork(work, point + 11 * tries)
                else:
                    sending.send(Campaign.objects.get(pk=campaign.pk), patience=0)
            runs.append(_looked_at(campaign, taken, CampaignMail))
            if through:
                break
            point += step
    json.dump(
        {
            "killed": killed,
            "twice": sum(run["twice"] for run in runs),
            "lost": sum(run["lost"] for run in runs),
            "sent and not taken": sum(run["phantom"] for run in runs),
            "most unsure": max(run["unsure"] for run in runs),
            "left": sum(run["left"] for run in runs),
            "people": people,
            "runs": len(runs),
        },
        sys.stdout,
    )
    return 0


def _looked_at(campaign: Any, taken: Path, model: Any) -> dict[str, int]:
    arrived = Counter(taken.read_text().split())
    states = dict(model.objects.filter(campaign=campaign).values_list("subject", "state"))
    by_state = Counter(states.values())
    unsure = by_state["unsure"]
    return {
        "twice": sum(count > 1 for count in arrived.values()),
        # Everybody got it, or is told of as unsure.
        "lost": 10 - len(states) + max(0, len(states) - len(arrived) - unsure),
        "phantom": max(0, by_state["sent"] - len(arrived)),
        "unsure": unsure,
        "left": by_state["queued"] + by_state["handing"],
    }


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main())
