"""What is wrong with a map: found while binding, shown by the system checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `id` is that of the system check, e.g. `E001`.

    `fatal` = nothing may be decided with this map: the site does not start. The others
    leave single columns undeclared, which the guard refuses.
    """

    id: str
    message: str
    hint: str = ""
    about: str = ""
    """Label of the model or column, or the part of the map."""
    fatal: bool = False

    @property
    def level(self) -> Literal["error", "warning"]:
        """Errors stop `check` and start-up commands; warnings are shown."""
        return "warning" if self.id.startswith("W") else "error"

    def __str__(self) -> str:
        where = f"{self.about}: " if self.about else ""
        return f"{where}{self.message}"
