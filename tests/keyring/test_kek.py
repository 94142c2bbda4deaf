"""Key-encryption keys: one writes, many read, and a file others can read is refused."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest

from upheld.errors import ConfigurationError, Tampered, UnknownKey
from upheld.keyring import kek
from upheld.keyring.folder import FolderKeks
from upheld.keyring.kek import EnvironmentKeks, MemoryKeks
from upheld.keyring.wrapping import Keks, fingerprint

KEY = bytes(range(32))
CONTEXT = b"\x01" * 16


@pytest.fixture(params=["folder", "memory", "environment"])
def keks(request: pytest.FixtureRequest, tmp_path: Path) -> Keks:
    if request.param == "folder":
        found = FolderKeks(tmp_path / "keys")
        found.add()
        return found
    if request.param == "memory":
        return MemoryKeks()
    return EnvironmentKeks(b64encode(b"k" * 32).decode())


def test_unwraps_what_it_wrapped(keks: Keks) -> None:
    kek_id, wrapped = keks.wrap(KEY, CONTEXT)
    assert kek_id == keks.current() == keks.ids()[-1]
    assert KEY not in wrapped
    assert keks.unwrap(kek_id, wrapped, CONTEXT) == KEY
    assert keks.wrap(KEY, CONTEXT)[1] != wrapped


def test_a_wrapped_key_does_not_unwrap_elsewhere_or_changed(keks: Keks) -> None:
    kek_id, wrapped = keks.wrap(KEY, CONTEXT)
    for context, text in ((b"\x02" * 16, wrapped), (CONTEXT, wrapped[:-1] + b"\0\0")):
        with pytest.raises(Tampered) as caught:
            keks.unwrap(kek_id, text, context)
        assert caught.value.message == (
            f"wrapped key `{context.hex()}` was changed after it was made"
        )


def test_a_missing_kek_is_named(keks: Keks) -> None:
    with pytest.raises(UnknownKey) as caught:
        keks.unwrap("0009-aaaaaaaaaaaa", b"", CONTEXT)
    assert caught.value.message == "key-encryption key `0009-aaaaaaaaaaaa` is missing"
    assert caught.value.hint == (
        "restore it to the keys folder; without it no value under it can be read"
    )


def test_the_newest_file_writes_and_all_read(tmp_path: Path) -> None:
    keys = FolderKeks(tmp_path)
    old = keys.add()
    wrapped = keys.wrap(KEY, CONTEXT)
    other = FolderKeks(tmp_path)  # another process
    assert other.current() == old
    new = keys.add()
    assert (old[:5], new[:5]) == ("0001-", "0002-")
    assert other.current() == new
    assert other.ids() == [old, new]
    assert other.unwrap(*wrapped, CONTEXT) == KEY
    assert other.unwrap(*keys.wrap(KEY, CONTEXT), CONTEXT) == KEY


def test_the_number_counts_not_the_text(tmp_path: Path) -> None:
    keys = FolderKeks(tmp_path)
    first = keys.add()
    (tmp_path / f"{first}.key").rename(tmp_path / f"9999-{first[5:]}.key")
    assert keys.add().startswith("10000-")
    assert keys.current().startswith("10000-")


def test_a_retired_kek_is_gone(tmp_path: Path) -> None:
    keys = FolderKeks(tmp_path)
    old = keys.add()
    wrapped = keys.wrap(KEY, CONTEXT)
    keys.add()
    assert keys.retire(old) is True
    assert old not in keys.ids()
    with pytest.raises(UnknownKey):
        keys.unwrap(*wrapped, CONTEXT)


def test_files_are_for_the_owner_alone(tmp_path: Path) -> None:
    keys = FolderKeks(tmp_path / "keys")
    kek_id = keys.add()
    path = tmp_path / "keys" / f"{kek_id}.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620])
def test_a_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    kek_id = FolderKeks(tmp_path).add()
    path = tmp_path / f"{kek_id}.key"
    path.chmod(mode)
    with pytest.raises(ConfigurationError) as caught:
        FolderKeks(tmp_path).wrap(KEY, CONTEXT)
    assert caught.value.message == f"key file `{path}` is open to other users (mode {mode:04o})"
    assert caught.value.hint == f"run `chmod 600 {path}`, then rotate: who read it has the key"


def test_a_file_with_another_key_is_refused(tmp_path: Path) -> None:
    kek_id = FolderKeks(tmp_path).add()
    path = tmp_path / f"{kek_id}.key"
    path.write_bytes(b64encode(KEY))
    with pytest.raises(ConfigurationError) as caught:
        FolderKeks(tmp_path).wrap(KEY, CONTEXT)
    assert caught.value.message == f"key file `{path}` holds another key than its name says"


@pytest.mark.parametrize("content", [b"", b"!!", b"\xff\xfe", b64encode(b"short")])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    kek_id = FolderKeks(tmp_path).add()
    path = tmp_path / f"{kek_id}.key"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        FolderKeks(tmp_path).wrap(KEY, CONTEXT)
    assert caught.value.message == f"key file `{path}` is not the base64 text of 32 bytes"


def test_an_empty_folder_gets_its_key_only_by_ensure(folder: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        kek.keks().wrap(KEY, CONTEXT)
    assert caught.value.message == f"no key-encryption key in `{folder}`"
    assert caught.value.hint == (
        "run `manage.py migrate` to make the first one; if sealed data exist, "
        "restore the folder instead"
    )
    assert not folder.exists()
    first = kek.ensure()
    assert kek.ensure() == first == kek.keks().current()


def test_the_environment_comes_before_the_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_folder = kek.ensure()
    wrapped = kek.keks().wrap(KEY, CONTEXT)
    old = (folder / f"{in_folder}.key").read_text().strip()
    new = b64encode(b"n" * 32).decode()
    monkeypatch.setenv(kek.VARIABLE, f"{new}, {old}")
    found = kek.keks()
    assert found.current() == f"env-{fingerprint(b'n' * 32)}"
    assert found.unwrap(*wrapped, CONTEXT) == KEY  # moved from the file, found by fingerprint
    assert found.retire(found.ids()[0]) is False
    with pytest.raises(ConfigurationError) as caught:
        found.add()
    assert caught.value.message == (
        "the key-encryption key comes from `UPHELD_KEK`, so it cannot be made here"
    )


def test_a_damaged_variable_is_refused_without_showing_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(kek.VARIABLE, b64encode(KEY).decode() + ",secret")
    with pytest.raises(ConfigurationError) as caught:
        kek.keks()
    assert caught.value.message == "entry 2 of `UPHELD_KEK` is not the base64 text of 32 bytes"
