from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upheld.errors import EvidenceError
from upheld.evidence.checkpoint import Checkpoint
from upheld.evidence.hashing import EMPTY_ROOT
from upheld.evidence.note import Signer, Verifier, open_note

# The example of the signed-note specification.
KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOTE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2"
    "ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
SIGNER = Signer("shop.example/evidence", bytes(range(32)))
OTHER = Signer("other.example/evidence", bytes(range(32)))
TEXT = "shop.example/evidence\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"


def test_the_specification_s_own_example_opens() -> None:
    assert open_note(NOTE, [Verifier.parse(KEY)]) == (
        "This is an example message.\n",
        ("example.com/foo",),
    )
    assert Verifier.parse(KEY).text == KEY


def test_vectors() -> None:
    assert SIGNER.verifier.text == (
        "shop.example/evidence+78430b55+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    )
    assert SIGNER.sign(TEXT) == TEXT + (
        "\n— shop.example/evidence eEMLVZQxGSpwcWNdbuBgt+ui82Sop97PFEDkc23BJw3MGgZu3POePD9c"
        "3VDNp3d3CBoaD/9vJzwq+KrdNUvo9vpeyw0=\n"
    )


def test_keys_survive_being_written() -> None:
    assert Signer.parse(SIGNER.text + "\n") == SIGNER
    assert Verifier.parse(SIGNER.verifier.text) == SIGNER.verifier
    assert Signer.fresh("shop.example").seed != Signer.fresh("shop.example").seed
    assert SIGNER.seed.hex() not in repr(SIGNER) and "seed" not in repr(SIGNER)


def test_a_signature_of_an_unknown_key_is_ignored_when_a_known_one_signed() -> None:
    note = SIGNER.sign(TEXT) + OTHER.sign(TEXT).removeprefix(TEXT + "\n")
    assert open_note(note, [OTHER.verifier]) == (TEXT, ("other.example/evidence",))
    assert open_note(note, [OTHER.verifier, SIGNER.verifier])[1] == (
        "shop.example/evidence",
        "other.example/evidence",
    )


@settings(deadline=None)
@given(st.integers(0, len(TEXT) - 2), st.characters(codec="ascii", exclude_categories=["Cc"]))
def test_any_changed_character_breaks_the_note(at: int, sign: str) -> None:
    note = SIGNER.sign(TEXT)
    changed = note[:at] + sign + note[at + 1 :]
    if changed != note:
        with pytest.raises(EvidenceError):
            open_note(changed, [SIGNER.verifier])


@pytest.mark.parametrize(
    ("note", "message"),
    [
        ("text\n", "a signed note needs text, a blank line and signatures"),
        (SIGNER.sign(TEXT)[:-1], "a signed note needs text, a blank line and signatures"),
        (
            SIGNER.sign(TEXT).replace("\n0\n", "\n1\n"),
            "the signature of `shop.example/evidence` does not hold",
        ),
        (
            OTHER.sign(TEXT),
            "none of the keys given signed this note (signed by: `other.example/evidence`)",
        ),
        (TEXT + "\n— shop.example/evidence !\n", "a signature is not base64"),
        (TEXT + "\n— x AAAB\n— y\n", "a signature line must be a dash, a key name and a signature"),
        (TEXT + "\n" + "— x AAAAAAA=\n" * 65, "a signed note has more than 64 signatures"),
        (
            "a\tb\n\n— x AAAAAAA=\n",
            "a note must end with a line feed and hold no control characters",
        ),
    ],
)
def test_bad_notes(note: str, message: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        open_note(note, [SIGNER.verifier])
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name", "a verifier key is no Ed25519 key"),
        ("name+00000000+!", "a verifier key is not base64"),
        ("+00000000+" + KEY.split("+")[2], "key name `` is empty or has a space or a plus sign"),
        (
            "another+530d903a+" + KEY.split("+")[2],
            "verifier key of `another` does not fit its id `530d903a`",
        ),
    ],
)
def test_bad_verifier_keys(text: str, message: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        Verifier.parse(text)
    assert str(caught.value) == message


def test_bad_signing_keys_are_never_quoted() -> None:
    secret = SIGNER.text.rsplit("+", 1)[1]
    for text, message in (
        (secret, "a signing key must start with `PRIVATE+KEY+`"),
        (SIGNER.text[:-4], "a signing key is no Ed25519 key"),
        (SIGNER.text[:-1], "a signing key is not base64"),
        (
            SIGNER.text.replace("shop", "shap"),
            f"signing key of `shap.example/evidence` does not fit its id "
            f"`{SIGNER.verifier.id.hex()}`",
        ),
    ):
        with pytest.raises(EvidenceError) as caught:
            Signer.parse(text)
        assert str(caught.value) == message
        assert secret[:20] not in message
    with pytest.raises(EvidenceError) as caught:
        Signer.fresh("two words")
    assert str(caught.value) == "key name `two words` is empty or has a space or a plus sign"


def test_a_checkpoint_is_read_back() -> None:
    made = Checkpoint("shop.example/evidence", 0, EMPTY_ROOT)
    assert made.text == TEXT
    assert Checkpoint.open(made.sign(SIGNER), [SIGNER.verifier]) == made
    assert Checkpoint.parse(TEXT + "an extension\n") == made


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\n1\n", "a checkpoint needs an origin, a size and a root, a line each"),
        ("a\n01\nx\n", "tree size `01` is no whole number"),
        ("a\n-1\nx\n", "tree size `-1` is no whole number"),
        ("a\n٣\nx\n", "tree size `٣` is no whole number"),
        ("a\n1\nAAAA\n", "a hash has 3 bytes instead of 32"),
        ("a\n1\n?\n", "a hash is not base64"),
        (
            TEXT.replace("SuFU=", "SuFV="),
            "a hash is not base64 in its canonical form",
        ),
    ],
)
def test_bad_checkpoints(text: str, message: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        Checkpoint.parse(text)
    assert str(caught.value) == message


def test_a_checkpoint_must_be_signed_by_its_own_origin() -> None:
    note = Checkpoint("shop.example/evidence", 0, EMPTY_ROOT).sign(OTHER)
    with pytest.raises(EvidenceError) as caught:
        Checkpoint.open(note, [OTHER.verifier, SIGNER.verifier])
    assert str(caught.value) == (
        "checkpoint of `shop.example/evidence` is signed by `other.example/evidence` only"
    )
