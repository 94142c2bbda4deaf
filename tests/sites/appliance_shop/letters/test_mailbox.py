"""A real mailbox, from the first letter to the last byte that is erased there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from sites.appliance_shop.letters.models import SupportCase, SupportLetter
from tests.sites.appliance_shop.letters.conftest import Server, box, deliver, mail
from upheld.cases.closing import close, erased_on
from upheld.cases.intake import fetch
from upheld.cases.opening import opened
from upheld.cases.tidying import tidy
from upheld.cases.writing import answer, send_waiting
from upheld.context import Actor, purpose
from upheld.errors import RightsError

DESK = Actor("staff", "member:901", frozenset({"after_sales"}))


def _empty(id: str) -> None:
    with opened(box(id)) as (client, _):
        held = client.search()
        if held:
            client.delete_messages(held)
            client.expunge()


def _held(address: str, server: Server) -> list[bytes]:
    """The raw mails that lie in anybody's mailbox of the server."""
    from imapclient import IMAPClient

    from tests.sites.appliance_shop.letters.conftest import PASSWORD

    with IMAPClient("127.0.0.1", port=server.imap, ssl=False) as client:
        client.login(address, PASSWORD)
        client.select_folder("INBOX")
        return [part[b"BODY[]"] for part in client.fetch(client.search(), ["BODY[]"]).values()]


def test_from_the_letter_to_the_empty_mailbox(served: Server) -> None:
    support = box("support")
    _empty("support")
    deliver(served, mail(sender="ann@letters.example", id="<story@letters.example>"))
    assert fetch(support) == {"case": 1}
    assert fetch(support) == {}
    assert send_waiting(support) == {"sent": 1}
    (automatic,) = _held("ann@letters.example", served)
    assert b"Auto-Submitted: auto-replied" in automatic
    with purpose("after_sales", actor=DESK):
        case = SupportCase.objects.get()
        answer(support, case, "It hums like a cat.")
        with pytest.raises(RightsError, match="says nothing"):
            answer(support, case, "  ")
    assert send_waiting(support) == {"sent": 1}
    assert send_waiting(support) == {}
    assert any(b"It hums like a cat." in raw for raw in _held("ann@letters.example", served))
    with purpose("after_sales", actor=DESK):
        close(support, case)
        case.refresh_from_db()
        assert erased_on(support, case) == timezone.localdate() + timedelta(days=30)
        with pytest.raises(RightsError, match="closed already"):
            close(support, case)
    assert tidy(support) == 0
    deliver(served, mail(id="<unread@letters.example>"))
    with purpose("upkeep", actor=DESK):
        SupportCase.objects.all().delete()
    assert tidy(support) == 1
    assert len(_held("support@hearthandhob.example", served)) == 1, "what is not read yet stays"


def test_killed_while_taking_a_letter_in(served: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    support = box("support")
    _empty("support")
    fetch(support)
    deliver(served, mail(sender="ben@letters.example", id="<killed@letters.example>"))
    with monkeypatch.context() as patch:
        patch.setattr("upheld.cases.intake.automatic_reply", die)
        with pytest.raises(Killed):
            fetch(support)
    with purpose("after_sales", actor=DESK):
        assert not SupportLetter.objects.exists()
    assert fetch(support) == {"case": 1}
    with purpose("after_sales", actor=DESK):
        assert SupportLetter.objects.count() == 2


def test_a_server_that_is_down_keeps_letters_waiting(boxes: None) -> None:
    with pytest.raises(OSError):
        fetch(box("support"))
