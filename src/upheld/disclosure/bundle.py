"""A sealed bundle: a ZIP of JSON lines with a manifest, encrypted with age for one reader.

Only the holder of the age identity opens it (`age --decrypt -i identity bundle.zip.age`). It
is made in a temporary file that is gone when closed; nothing of it stays on the server.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import IO, Any

import pyrage

from upheld.errors import DisclosureRefused

IN_MEMORY = 8 * 1024 * 1024
"""Bytes up to which a bundle stays out of the temporary folder."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A made bundle: `file` is readable from its start, `digest` its SHA-256 in hex."""

    file: IO[bytes]
    digest: str
    subjects: frozenset[str]
    rows: int


def reader_key(text: str) -> Any:
    """Return the age recipient written in `text` (`age1...`). Raises `DisclosureRefused`."""
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise DisclosureRefused(
            "this is no public key of age",
            hint="ask the reader for theirs: it starts with `age1` and is made by `age-keygen`",
        ) from None


def seal(
    lines: Iterable[tuple[str, str, Mapping[str, Any]]],
    about: Mapping[str, Any],
    reader: str,
) -> Bundle:
    """Write `lines` of (file name, whose, record) and `about` for the holder of `reader`."""
    key = reader_key(reader)
    subjects: set[str] = set()
    rows = 0
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as plain:
        with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as archive:
            files: list[dict[str, Any]] = []
            for name, group in _by_file(lines):
                digest, count = hashlib.sha256(), 0
                with archive.open(name, "w") as out:
                    for whose, record in group:
                        line = json.dumps(
                            {"person": whose, **record}, ensure_ascii=False, default=str
                        )
                        data = line.encode() + b"\n"
                        digest.update(data)
                        out.write(data)
                        subjects.add(whose)
                        count += 1
                files.append({"name": name, "rows": count, "sha256": digest.hexdigest()})
                rows += count
            manifest = {"format": "upheld-bundle-1", **about, "files": files}
            archive.writestr(
                "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=2, default=str)
            )
        plain.seek(0)
        sealed = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller reads it
        pyrage.encrypt_io(plain, sealed, [key])
    sealed.seek(0)
    whole = hashlib.file_digest(sealed, "sha256").hexdigest()
    sealed.seek(0)
    return Bundle(sealed, whole, frozenset(subjects), rows)


def _by_file(
    lines: Iterable[tuple[str, str, Mapping[str, Any]]],
) -> Iterable[tuple[str, Iterable[tuple[str, Mapping[str, Any]]]]]:
    """Group lines that come file by file, without holding more than one."""
    for name, group in groupby(lines, key=lambda line: line[0]):
        yield name, ((whose, record) for _, whose, record in group)
