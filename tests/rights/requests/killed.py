"""Kills a decision at every statement that it makes, and looks at what is left.

`python -m tests.rights.requests.killed` prints one JSON object; see `tests.rights.killed`.
"""

from __future__ import annotations

import json
import sys

import django


def main() -> int:
    django.setup()
    from django.core.management import call_command
    from django.test import override_settings

    from tests.rights.conftest import make_person
    from tests.rights.identity.conftest import picture
    from tests.rights.killed import in_fork
    from tests.rights.requests.conftest import ask, richer
    from upheld import journal
    from upheld.datamap.active import active, override
    from upheld.errors import KeyDestroyed
    from upheld.guard.finishing import finish
    from upheld.keyring import lifecycle, sealer
    from upheld.rights.identity.documents import COLUMN, receive
    from upheld.rights.identity.models import IdentityDocument
    from upheld.rights.requests.deciding import deny
    from upheld.rights.requests.models import RequestEvent, RequestLetter, RightsRequest
    from upheld.rights.requests.opening import verify

    call_command("migrate", run_syncdb=True, verbosity=0)

    def standing(id: object) -> tuple[str, str, bool, int]:
        """State, the paper's state, whether it still opens, steps logged."""
        row = RightsRequest.objects.get(pk=id)
        paper = IdentityDocument.objects.get(request=row)
        lifecycle.forget()  # another process destroyed it: this one may remember for seconds
        try:
            opens = bool(sealer().open(token, column=COLUMN))
        except KeyDestroyed:
            opens = False
        steps = RequestEvent.objects.filter(request=row).count()
        return f"{row.state} {row.verified_by}".strip(), paper.state, opens, steps

    ends: dict[str, list[object]] = {}
    dummy = "django.core.mail.backends.dummy.EmailBackend"
    with override_settings(EMAIL_BACKEND=dummy), override(policy=richer(active().policy)):
        ann = make_person("Ann")
        for name, kind in (("verify", "deletion"), ("deny", "copy")):
            row = ask(kind, ann.subject, key=name, channel="mail")
            receive(row, picture())
            finish()
            token = IdentityDocument.objects.get(request=row).content
            before = standing(row.pk)

            def work(target: RightsRequest = row, step: str = name) -> object:
                return verify(target, "document") if step == "verify" else deny(target, "no_match")

            killed, seen = 0, {before}
            while not in_fork(work, 2 * killed + 1):  # before each statement
                killed += 1
                seen.add(standing(row.pk))
                if standing(row.pk) != before:
                    break  # killed after the commit: then everything is done
            seen.add(standing(row.pk))
            ends[name] = [killed, sorted(map(list, seen)), RequestLetter.objects.count()]
    journal.sequence()
    report = {"ends": ends, "log_findings": len(journal.verify().findings)}
    json.dump(report, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
