"""By HTTP: one POST for each delivery, with an idempotency key. Redirects are not followed,
since they would take the data to an address that nobody declared."""

from __future__ import annotations

import httpx

from upheld.disclosure import outside
from upheld.disclosure.endpoints import Endpoint
from upheld.disclosure.ways import Answer

TIMEOUT = 15.0
"""Seconds for each of connecting, sending, waiting."""
_LATER = (408, 425, 429)


class Http:
    """A recipient that takes JSON or CSV by POST.

    It answers 200 or 201 when it has the data (and, asked to erase or correct, did so), 202
    when it will do so later and wants to be asked again with the same key.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def send(self, name: str, content: bytes, *, key: str, kind: str) -> Answer:
        headers = {"Content-Type": kind, "Idempotency-Key": key, "X-File-Name": name}
        secret = self._endpoint.secret()
        if secret:
            headers["Authorization"] = f"Bearer {secret}"
        place = self._endpoint.host_and_port
        assert place is not None, "an http address has a host, checked when it was read"
        try:
            with (
                outside.opened(*place),
                # Proxies of the environment would be a way out that nobody declared.
                httpx.Client(timeout=TIMEOUT, trust_env=False, follow_redirects=False) as client,
            ):
                response = client.post(self._endpoint.at, content=content, headers=headers)
        except (httpx.HTTPError, OSError) as error:
            return Answer("later", type(error).__name__)
        text = f"{response.status_code} {response.text}".strip()[:255]
        if response.status_code == 202:
            return Answer("taken", text)
        if response.is_success:
            return Answer("done", text)
        if response.is_server_error or response.status_code in _LATER:
            return Answer("later", text)
        return Answer("refused", text)

    def answered(self, key: str) -> Answer | None:
        """Never known without asking again: the same POST with the same key is the question."""
        return None
