from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.journal import tampering
from upheld import journal
from upheld.context import Actor
from upheld.errors import ConfigurationError, EvidenceError
from upheld.evidence.checkpoint import Checkpoint
from upheld.evidence.leaf import decode
from upheld.evidence.proof import check_consistency
from upheld.evidence.pseudonym import pseudonym
from upheld.evidence.receipt import Receipt
from upheld.evidence.verify import main
from upheld.journal import Event, signing
from upheld.journal.models import Checkpoint as CheckpointRow


@pytest.fixture
def keys(tmp_path: Path, settings: Any) -> Path:
    settings.UPHELD = {
        **settings.UPHELD,
        "KEYS_DIR": tmp_path / "keys",
        "SITE_URL": "https://shop.example",
    }
    return tmp_path / "keys"


@pytest.mark.django_db
def test_a_checkpoint_signs_the_whole_log() -> None:
    journal.write_now(Event("export"))
    signed = Checkpoint.open(journal.checkpoint(), journal.verifiers())
    assert (signed.origin, signed.size) == ("127.0.0.1:8000/evidence", 1)
    assert journal.checkpoint() == journal.checkpoint()
    assert CheckpointRow.objects.count() == 1


@pytest.mark.django_db
def test_an_empty_log_can_be_signed() -> None:
    assert Checkpoint.open(journal.checkpoint(), journal.verifiers()).size == 0
    assert journal.verify() == journal.Report(0, 1, 0, 0, ())


@pytest.mark.django_db
def test_a_receipt_holds_without_the_site(tmp_path: Path) -> None:
    for _ in range(3):
        journal.write_now(Event("read"))
    event = journal.write_now(Event("erasure", "rights", rows=40, subjects=("member:42",)))
    journal.write_now(Event("read"))
    file = tmp_path / "erasure.tlog-proof"
    file.write_text(journal.receipt_for(event), "utf-8")
    secret = journal.secret_of("member:42")
    assert secret is not None
    out = StringIO()
    key = journal.verifiers()[0].text
    about = ["--subject", "member:42", "--secret", secret.hex()]
    assert main([str(file), "--key", key, *about, "--json"], out) == 0
    leaf = json.loads(out.getvalue())["leaf"]
    assert (leaf["kind"], leaf["rows"], leaf["id"]) == ("erasure", 40, event)


@pytest.mark.django_db
def test_a_receipt_rests_on_the_first_checkpoint_that_covers_it() -> None:
    events = [journal.write_now(Event("read")) for _ in range(3)]
    journal.checkpoint()
    journal.write_now(Event("read"))
    journal.checkpoint()
    receipt = Receipt.parse(journal.receipt_for(events[0]))
    assert receipt.check(journal.verifiers()).size == 3


@pytest.mark.django_db
def test_a_receipt_of_a_long_log_takes_one_read_of_tiles() -> None:
    tampering.make_log([600, 600])
    event = journal.events_of("member:0")[-1].event
    with CaptureQueriesContext(connection) as queries:
        receipt = Receipt.parse(journal.receipt_for(event))
    assert sum("upheld_tile" in query["sql"] for query in queries) == 1
    assert sum(map(len, receipt.proof)) <= 1024


@pytest.mark.django_db
def test_an_unknown_event_has_no_receipt() -> None:
    with pytest.raises(EvidenceError) as caught:
        journal.receipt_for("f" * 32)
    assert str(caught.value) == (
        f"no event `{'f' * 32}` in the log (is its transaction committed?)"
    )


@pytest.mark.django_db
def test_later_checkpoints_extend_earlier_ones() -> None:
    tampering.make_log([3, 7, 7])
    old, new = (
        Checkpoint.open(row.note, journal.verifiers())
        for row in CheckpointRow.objects.order_by("size")
    )
    proof = journal.consistency(3, 7)
    check_consistency(3, 7, proof, old.root, new.root)


@pytest.mark.django_db
def test_a_rewritten_log_is_not_signed() -> None:
    tampering.make_log([3, 5])
    tampering.disable_triggers()
    tampering.change_text(1, '"rows":1,', '"rows":9,', cover=True)
    tampering.rebuild_tiles()
    with pytest.raises(EvidenceError) as caught:
        journal.checkpoint()
    assert str(caught.value) == (
        "the log does not extend its checkpoint of 3 leaves, so it is not signed "
        "(run `verify-log` to see which leaves differ)"
    )
    tampering.drop(4)
    tampering.drop(3)
    tampering.drop(2)
    tampering.rebuild_tiles()
    with pytest.raises(EvidenceError):
        journal.checkpoint()
    assert CheckpointRow.objects.count() == 1


@pytest.mark.django_db
def test_what_a_person_may_see_of_their_own_events() -> None:
    dispatch = Actor("staff", "member:7", frozenset({"dispatch"}))
    themselves = Actor("member", "member:42")
    journal.note(
        Event(
            "read", "order_fulfilment", dispatch, "orders", "r1", "order.Order",
            ("address.delivery",), 3, ("member:42", "member:43"), "allow",
        )
    )  # fmt: skip
    journal.note(Event("read", "own", themselves, subjects=("member:42",)))
    journal.note(Event("read", "own", subjects=("member:43",)))
    journal.flush()
    own, theirs = journal.events_of("member:42")
    assert (own.own, theirs.own) == (True, False)
    assert (theirs.purpose, theirs.actor, theirs.posts) == (
        "order_fulfilment",
        "staff",
        ("dispatch",),
    )
    assert (theirs.model, theirs.categories, theirs.rows) == (
        "order.Order",
        ("address.delivery",),
        3,
    )
    assert [entry.index for entry in journal.events_of("member:42", limit=1, offset=1)] == [
        theirs.index
    ]
    assert journal.events_of("member:99") == []


@pytest.mark.django_db
def test_erasing_a_person_unlinks_them_and_breaks_no_proof() -> None:
    event = journal.write_now(Event("export", subjects=("member:42",)))
    receipt = journal.receipt_for(event)
    name = decode(Receipt.parse(receipt).leaf).subjects[0]
    secret = journal.secret_of("member:42")
    assert secret is not None and pseudonym("member:42", secret) == name
    journal.checkpoint()

    journal.note(Event("read", subjects=("member:42",)))
    assert journal.forget("member:42") is True
    # What the request still does about them must not bring them back.
    journal.note(Event("read", subjects=("member:42",)))
    journal.write_now(Event("erasure", subjects=("member:42",)))
    journal.flush()

    assert journal.secret_of("member:42") is None
    assert journal.events_of("member:42") == []
    assert journal.verify().findings == ()
    Receipt.parse(receipt).check(journal.verifiers())
    assert journal.forget("member:42") is False


@pytest.mark.django_db
def test_an_erasure_that_is_taken_back_loses_no_event_and_no_link() -> None:
    journal.write_now(Event("export", subjects=("member:42",)))
    journal.note(Event("read", subjects=("member:42",)))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        journal.forget("member:42")
        raise ZeroDivisionError
    journal.flush()
    assert [entry.kind for entry in journal.events_of("member:42")] == ["read", "export"]


@pytest.mark.django_db(transaction=True)
def test_a_person_who_comes_back_after_their_erasure_is_a_new_one() -> None:
    journal.write_now(Event("export", subjects=("guest:abcdefghijklmnopqrst",)))
    journal.forget("guest:abcdefghijklmnopqrst")
    journal.note(Event("read", subjects=("guest:abcdefghijklmnopqrst",)))
    journal.flush()
    assert journal.events_of("guest:abcdefghijklmnopqrst") == []
    journal.note(Event("write", subjects=("guest:abcdefghijklmnopqrst",)))
    journal.flush()
    kinds = [entry.kind for entry in journal.events_of("guest:abcdefghijklmnopqrst")]
    assert kinds == ["write"]


def test_the_signing_key_is_a_file_that_only_its_owner_reads(keys: Path) -> None:
    key = signing.signer()
    assert key.name == "shop.example/evidence"
    file = keys / f"evidence-{key.verifier.id.hex()}.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    signing._kept.clear()
    assert signing.signer() == key


def test_workers_that_start_together_make_one_key(keys: Path) -> None:
    def load(_: int) -> str:
        return signing._load(keys)[-1].verifier.text

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(load, range(8)))) == 1
    assert len(list(keys.glob("evidence-*.key"))) == 1


@pytest.mark.django_db
def test_a_new_key_signs_and_the_old_one_still_verifies(keys: Path) -> None:
    old = signing.signer()
    event = journal.write_now(Event("read"))
    receipt = journal.receipt_for(event)
    new = signing.add_key()
    assert signing.signer() == new != old
    journal.write_now(Event("read"))
    Checkpoint.open(journal.checkpoint(), [new.verifier])
    assert journal.verify().findings == ()
    assert journal.receipt_for(event) == receipt


@pytest.mark.django_db
def test_a_lost_key_stops_signing_and_says_what_to_do(keys: Path) -> None:
    event = journal.write_now(Event("read"))
    journal.checkpoint()
    for file in keys.glob("evidence-*.key"):
        file.unlink()
    signing._kept.clear()
    journal.write_now(Event("read"))
    for ask in (journal.checkpoint, lambda: journal.receipt_for(event)):
        with pytest.raises(EvidenceError) as caught:
            ask()
        assert str(caught.value) == (
            "a checkpoint of this log cannot be relied on: "
            "none of the keys given signed this note "
            "(restore every `evidence-*.key` to `KEYS_DIR`, then run `verify-log`)"
        )


def test_a_new_key_in_memory() -> None:
    old = signing.signer()
    assert signing.add_key() == signing.signer() != old
    assert len(signing.verifiers()) == 2


def test_a_spoilt_key_file_stops_with_its_name(keys: Path) -> None:
    keys.mkdir()
    file = keys / "evidence-00000000.key"
    file.write_text("spoilt")
    with pytest.raises(ConfigurationError) as caught:
        signing.signer()
    assert str(caught.value) == (
        f"`{file}` is no signing key (restore it from your copy of the keys)"
    )
