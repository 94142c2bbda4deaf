"""A ZIP with a manifest: every file in it with its length and hash."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable
from typing import Any

_PART = 64 * 1024


class Bundle:
    """Writes files one after the other into a ZIP and remembers what they were."""

    def __init__(self, zipped: zipfile.ZipFile) -> None:
        self._zipped = zipped
        self._written: list[dict[str, Any]] = []

    def add(self, path: str, data: bytes) -> None:
        """Write one file."""
        self._zipped.writestr(path, data)
        self._note(path, len(data), hashlib.sha256(data).hexdigest())

    def lines(self, path: str, parts: Iterable[str]) -> None:
        """Write one file from parts of text as they come."""
        length, digest = 0, hashlib.sha256()
        with self._zipped.open(path, "w", force_zip64=True) as file:
            held: list[str] = []
            size = 0
            for part in parts:
                held.append(part)
                size += len(part)
                if size >= _PART:
                    data = "".join(held).encode()
                    file.write(data)
                    digest.update(data)
                    length += len(data)
                    held, size = [], 0
            data = "".join(held).encode()
            file.write(data)
            digest.update(data)
            length += len(data)
        self._note(path, length, digest.hexdigest())

    def manifest(self, told: dict[str, Any]) -> None:
        """Write `manifest.json` last: what is told, and every file."""
        content = {**told, "files": self._written}
        text = json.dumps(content, ensure_ascii=False, indent=2)
        self._zipped.writestr("manifest.json", text.encode())

    def _note(self, path: str, length: int, digest: str) -> None:
        self._written.append({"path": path, "bytes": length, "sha256": digest})
