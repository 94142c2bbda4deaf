"""Into a folder of this machine, for a person to carry: bundles, feeds that are fetched."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.request import url2pathname

from upheld.disclosure.endpoints import Endpoint
from upheld.disclosure.ways import Answer


class Folder:
    """A folder that only the site's account reads."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._folder = Path(url2pathname(endpoint.address.path))

    def send(self, name: str, content: bytes, *, key: str, kind: str) -> Answer:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            waiting = self._folder / f".{key}"
            descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            # A reader sees the whole file or none; a repeated key writes the same name.
            waiting.replace(self._folder / name)
        except OSError as error:
            return Answer("later", type(error).__name__)
        return Answer("taken", name)

    def answered(self, key: str) -> Answer | None:
        """A `<key>.done` file beside it is the carrier's word that a notice was obeyed."""
        return Answer("done", "answered") if (self._folder / f"{key}.done").exists() else None
