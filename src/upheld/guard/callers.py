"""Which line of the project, or which template, asked for what was refused.

Looked for only when something is refused. The innermost frame counts that is neither ours
nor Django's: a line of the project if there is one, else one of an installed app.
"""

from __future__ import annotations

import sys
import sysconfig
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Any, Literal

import django
from django.conf import settings

Kind = Literal["project", "installed", "none"]

_PACKAGES = ("site-packages", "dist-packages")
_OURS = str(Path(__file__).parents[1])
_DJANGO = str(Path(django.__file__).parent)
_LIBRARIES = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
_NODE = str(Path(_DJANGO, "template", "base.py"))
_HANDLER = str(Path(_DJANGO, "core", "handlers", "base.py"))
_CARRIERS = ("asgiref", "whitenoise", "gunicorn", "uvicorn")
"""Packages that call the project and ask for nothing themselves."""


def asking_code() -> str:
    """Return `shop/views.py:42`, `template shop/detail.html:7`, or empty for neither."""
    frame: FrameType | None = sys._getframe(1)
    installed = ""
    while frame is not None:
        file = frame.f_code.co_filename
        if file == _HANDLER and installed:
            return installed  # what called the server asked for nothing
        if file == _NODE and frame.f_code.co_name == "render_annotated":
            return _template(frame.f_locals.get("self"))
        kind, name = _kind(file)
        if kind == "project":
            return f"{name}:{frame.f_lineno}"
        if kind == "installed" and not installed:
            installed = f"{name}:{frame.f_lineno}"
        frame = frame.f_back
    return installed


def _template(node: Any) -> str:
    origin, token = getattr(node, "origin", None), getattr(node, "token", None)
    name = getattr(origin, "template_name", None) or "from a string"
    return f"template {name}:{getattr(token, 'lineno', 0)}"


@lru_cache(maxsize=4096)
def _kind(file: str) -> tuple[Kind, str]:
    """Whose code a file is, and the name by which people know it."""
    if file.startswith(("<", _OURS, _DJANGO)):
        return "none", ""
    parts = Path(file).parts
    for folder in _PACKAGES:
        if folder in parts:
            inside = parts[len(parts) - parts[::-1].index(folder) :]
            return ("none", "") if inside[0] in _CARRIERS else ("installed", "/".join(inside))
    if any(file.startswith(library) for library in _LIBRARIES):
        return "none", ""
    return "project", _short(Path(file))


def _short(path: Path) -> str:
    """The path from the project's root, or from where the site was started."""
    for root in (getattr(settings, "BASE_DIR", None), Path.cwd()):
        if root is not None and path.is_relative_to(root):
            return str(path.relative_to(root))
    return str(path)
