"""The three mailboxes: what is kept of a letter, for how long, and that nothing crosses over."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from django.urls import reverse
from django.utils import timezone

from sites.appliance_shop.letters.models import PressCase, SupportCase, WholesaleCase
from sites.appliance_shop.probes.shopper import Shopper
from sites.appliance_shop.probes.stage import canary, everything, make_clerk
from upheld.cases.closing import close
from upheld.cases.intake import take
from upheld.cases.mailboxes import Mailbox, mailboxes
from upheld.context import Actor, purpose
from upheld.datamap.active import active
from upheld.datamap.references import reference_by_value
from upheld.disposal.sweep import sweep
from upheld.errors import PurposeError
from upheld.proving.registry import Finding, Ground, must, probe
from upheld.rights import erase
from upheld.rights.requests.models import RightsRequest

KINDS = {"support": "writer", "wholesale": "dealer", "press": "journalist"}
CASES: dict[str, Any] = {"support": SupportCase, "wholesale": WholesaleCase, "press": PressCase}


@probe(
    "shop.walls",
    rule="walls.press",
    title="carry what one person wrote to one mailbox over to another, by query, page or erasure",
    says=("walls", "wholesale-only", "press-only", "mail-kept"),
)
def walls(ground: Ground) -> Finding:
    boxes = mailboxes()
    must(set(boxes) == set(KINDS), "a mailbox is not read")
    sender, word, tried = f"{canary().lower()}@synthetic.example", canary(), 0
    for box in boxes.values():
        _write(box, sender, word)
    names = {_name(id, sender) for id in KINDS}
    must(len(names) == len(KINDS), "one address is one person on two sides")
    for box in boxes.values():
        actor = Actor("staff", "member:0", frozenset({box.post}))
        for id, model in CASES.items():
            with purpose(box.purpose, actor=actor):
                if id == box.id:
                    must(model.objects.filter(sender=sender).exists(), f"{id} lost a letter")
                else:
                    tried += 1
                    must(_shut(model, sender, word), f"`{box.purpose}` reads letters to {id}")
        desk = Shopper(make_clerk(box.post))
        for other in boxes.values():
            answer = desk.get(reverse("upheld:cases", args=[other.id]))
            open_here = answer.status_code == 200
            must(open_here == (other.id == box.id), f"{box.post} opens the desk of {other.id}")
    erase(str(_name("press", sender)), ground="a probe", using=ground.using)
    with everything():
        must(not PressCase.objects.filter(sender=sender).exists(), "an erasure left a letter")
        must(SupportCase.objects.filter(sender=sender).exists(), "an erasure crossed a wall")
    return Finding("kept", f"{tried} queries over the walls were refused, each desk shows its own")


@probe(
    "shop.case-clean-up",
    rule="measures.case_clean_up",
    title="find a closed case 31 days later, or miss one that is not over",
    says=("case-clean-up",),
)
def case_clean_up(ground: Ground) -> Finding:
    box = mailboxes()["support"]
    days = {name: f"{canary().lower()}@synthetic.example" for name in ("over", "young", "open")}
    for sender in days.values():
        _write(box, sender, canary())
    with everything():
        for name, ago in (("over", 31), ("young", 29)):
            case = SupportCase.objects.get(sender=days[name])
            close(box, case)
            SupportCase.objects.filter(pk=case.pk).update(
                closed_at=timezone.now() - timedelta(days=ago)
            )
    sweep(using=ground.using)
    with everything():
        left = {
            name
            for name, sender in days.items()
            if SupportCase.objects.filter(sender=sender).exists()
        }
    must("over" not in left, "a case is there 31 days after it was closed")
    must(left == {"young", "open"}, "a case went before its time")
    return Finding("kept", "gone after 31 days; there after 29, and while it is open")


@probe(
    "shop.application-by-mail",
    rule="rights.copy_by_mail",
    title="mail an application to support@ and see no request, or a second copy of it",
    says=("copy-by-mail", "deletion-by-mail"),
)
def application_by_mail(ground: Ground) -> Finding:
    box = mailboxes()["support"]
    for words, kind in (
        ("Please send me a copy of all my data.", "copy"),
        ("Please delete my account.", "deletion"),
    ):
        sender, before = f"{canary().lower()}@synthetic.example", set(_requests())
        _write(box, sender, words)
        fresh = set(_requests()) - before
        must(len(fresh) == 1, f"a letter that asks for `{kind}` opens {len(fresh)} requests")
        must(RightsRequest.objects.get(pk=fresh.pop()).kind == kind, "another kind was opened")
        with everything():
            must(not SupportCase.objects.filter(sender=sender).exists(), "the letter is kept twice")
    return Finding("kept", "a letter for a copy and one for deletion each opened their request")


def _write(box: Mailbox, sender: str, words: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, box.address, "A letter"
    mail["Message-ID"] = f"<{canary()}@synthetic.example>"
    mail.set_content(words)
    take(box, mail.as_bytes(), f"0:{abs(hash(mail['Message-ID'])) % 2**31}")


def _name(id: str, sender: str) -> str | None:
    return reference_by_value(active().datamap, KINDS[id], sender)


def _shut(model: Any, sender: str, word: str) -> bool:
    """Whether neither the address nor the words can be asked for, read or joined to."""
    letter = model._meta.get_field("letters").related_model
    for rows in (
        model.objects.filter(sender=sender),
        model.objects.order_by("sender"),
        model.objects.values_list("topic"),
        letter.objects.filter(body__contains=word),
        letter.objects.values_list("case__sender", "body"),
    ):
        try:
            if list(rows):
                return False
        except PurposeError:
            continue
    return True


def _requests() -> list[Any]:
    return list(RightsRequest.objects.values_list("pk", flat=True))
