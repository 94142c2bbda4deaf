"""SQL text that an expression carries beside its arguments: a template, a function's name.

`Func(template=...)`, `Func(function=...)`, `Case(template=...)` and classes that are not
Django's write SQL which no column reference passes. It is read like any raw fragment:
once for each wording, since projects have few.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from upheld.guard.fragments import refuse_text

if TYPE_CHECKING:
    from upheld.guard.select import GuardedSelect

_WRITTEN = ("template", "function", "arg_joiner")


def check_template(compiler: GuardedSelect, node: Any) -> None:
    """Refuse what `node` writes by hand unless it reads no row. Raises `PurposeError`."""
    own = node.__dict__
    extra = own.get("extra") or {}
    by_hand = any(name in extra or name in own for name in _WRITTEN)
    cls = node.__class__
    if not by_hand and _is_as_django_wrote_it(cls):
        return
    data = {str(k): v for k, v in extra.items() if isinstance(v, str)}
    for name in _WRITTEN:
        data.setdefault(name, own.get(name, getattr(cls, name, None)))
    arguments = len(own.get("source_expressions") or (None,))
    refuse_text(compiler, _text(arguments, **data))


@lru_cache(maxsize=4096)
def _is_as_django_wrote_it(cls: type) -> bool:
    """True when Django's own class, or one that changed none of its texts."""
    if cls.__module__.startswith("django."):
        return True
    django = next((c for c in cls.__mro__ if c.__module__.startswith("django.")), object)
    return all(getattr(cls, name, None) == getattr(django, name, None) for name in _WRITTEN)


@lru_cache(maxsize=1024)
def _text(arguments: int, **data: Any) -> str:
    template = str(data.get("template") or "%(function)s(%(expressions)s)")
    joined = str(data.get("arg_joiner") or ", ").join(["NULL"] * arguments)
    try:
        return template % _Filled(data, joined)
    except (TypeError, ValueError):
        return template


class _Filled(dict[str, Any]):
    """The values of a template; what is an argument is NULL, what is an option nothing."""

    def __init__(self, data: dict[str, Any], arguments: str) -> None:
        super().__init__(data, expressions=arguments, field=arguments)

    def __missing__(self, name: str) -> str:
        return "" if name in ("distinct", "filter", "order_by", "exclude") else "NULL"
