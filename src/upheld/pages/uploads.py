"""Uploads stay in memory and end at the limit: no document ever lies in a temporary file.

`FILE_UPLOAD_HANDLERS = ["upheld.pages.uploads.InMemory"]` in the project's settings.
"""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler

from upheld.rights.identity.documents import LARGEST

TOO_LARGE = "upheld-too-large"
"""Name of the empty file that stands for one beyond the limit."""


class InMemory(MemoryFileUploadHandler):
    """Django's own, for every size up to the limit; of a larger file nothing is kept."""

    _taken = 0

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """Take every request, whatever length it claims."""
        self.activated = True

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Start counting anew."""
        self._taken = 0
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Keep one part, until there are too many."""
        self._taken += len(raw_data)
        if self._taken > LARGEST:
            # Read on to the end of the request, or the browser shows a broken connection.
            self.file.seek(0)
            self.file.truncate()
            return None
        return super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> Any:
        """Hand the file over; for one that was too large an empty one, so that it is told."""
        if self._taken > LARGEST:
            self.file_name, file_size = TOO_LARGE, 0
        return super().file_complete(file_size)
