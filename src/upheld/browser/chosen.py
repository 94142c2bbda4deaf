"""What this browser's person allows, asked once for each purpose and answer."""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest

from upheld import consent
from upheld.browser.names import Declared


class Chosen:
    """`chosen(purpose)` tells whether `purpose` may act in the browser of `request`.

    Purposes that leave no choice may. When the ledger cannot be asked the answer is no: what
    nobody can look up is not agreed to.
    """

    def __init__(self, request: HttpRequest, declared: Declared) -> None:
        self._request = request
        self._governed = declared.governed
        self._answers: dict[str, bool] = {}

    def __call__(self, purpose: str) -> bool:
        if purpose not in self._governed:
            return True
        answer = self._answers.get(purpose)
        if answer is None:
            try:
                answer = consent.allows(self._request, purpose)
            except DatabaseError:
                answer = False
            self._answers[purpose] = answer
        return answer
