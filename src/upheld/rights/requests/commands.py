"""`manage.py upheld requests|agents`."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import TextIO

from upheld.errors import RightsError
from upheld.guard.finishing import finish
from upheld.rights.requests.agents import dismiss, enrol
from upheld.rights.requests.alarms import due, mind
from upheld.rights.requests.models import Agent, RightsRequest
from upheld.rights.requests.states import RUNNING
from upheld.rights.telling import tell_of_releases

FINE, FINDINGS = 0, 1


class Requests:
    """Lists what runs; `--mind` is the job that keeps the clocks, to be run every hour."""

    help = "list requests by due date; --mind sends alarms and mails, ends what is over"

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mind", action="store_true", help="do what time asks for")
        parser.add_argument(
            "--every", type=float, default=0, help="with --mind: seconds between rounds"
        )
        parser.add_argument("--database", default="default")

    def run(self, options: Namespace, out: TextIO) -> int:
        using = options.database
        while options.mind and options.every:
            mind(using)
            tell_of_releases(using=using)
            finish()
            time.sleep(options.every)
        if options.mind:
            done = asdict(mind(using)) | {"told": tell_of_releases(using=using)}
            told = ", ".join(f"{count} {name}" for name, count in done.items())
            out.write((json.dumps(done) if options.json else told) + "\n")
        late = {row.pk for row in due(using)}
        running = list(
            RightsRequest.objects.using(using)
            .filter(state__in=RUNNING)
            .order_by("next_by", "received_at")
        )
        rows = [
            {
                "request": str(row.pk),
                "kind": row.kind,
                "state": row.state,
                "reason": row.reason,
                "received": row.received_at.date().isoformat(),
                "due": row.next_by.isoformat() if row.next_by else "",
                "alarm": row.pk in late,
            }
            for row in running
        ]
        if options.json and not options.mind:
            out.write(json.dumps(rows, indent=2) + "\n")
        elif not options.json:
            for line in rows:
                mark = "!" if line["alarm"] else " "
                out.write(f"{mark} {line['due'] or 'no date':<10}  {line['kind']:<18} ")
                out.write(f"{line['state']} {line['reason']}  {line['request']}\n")
            out.write(f"{len(rows)} running, {len(late)} due\n")
        return FINDINGS if late else FINE


class Agents:
    """Gives and ends the keys of authorised agents."""

    help = "list agents; --add ID --name NAME gives a key, --dismiss ID ends it"

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--add", metavar="ID", help="make an agent, or give it a new key")
        parser.add_argument("--name", default="", help="the agent's name")
        parser.add_argument("--dismiss", metavar="ID", help="end an agent's key")
        parser.add_argument("--database", default="default")

    def run(self, options: Namespace, out: TextIO) -> int:
        if options.add:
            if not options.name:
                raise RightsError("an agent needs a name", hint="add `--name`")
            key = enrol(options.add, options.name, options.database)
            shown = json.dumps({"agent": options.add, "key": key}) if options.json else key
            out.write(f"{shown}\n")
            return FINE
        if options.dismiss:
            if not dismiss(options.dismiss, options.database):
                raise RightsError(f"there is no agent `{options.dismiss}`")
            return FINE
        agents = [
            {"agent": agent.pk, "name": agent.name, "active": agent.active}
            for agent in Agent.objects.using(options.database).order_by("pk")
        ]
        if options.json:
            out.write(json.dumps(agents) + "\n")
        else:
            for each in agents:
                out.write(f"{each['agent']}  {each['name']}{'' if each['active'] else '  ended'}\n")
        return FINE


COMMANDS = {"requests": Requests(), "agents": Agents()}
