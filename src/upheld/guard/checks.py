"""System checks of the side doors: where values leave without a query of their own.

G001 error reports show values           G002 a log handler writes values
G003 addresses of pages are passed on    G004 a cache of pages is shared by people
G005 a search index holds personal data that no store declares
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Warning, register
from django.utils.module_loading import import_string

from upheld.datamap.active import active
from upheld.datamap.bound import DataMap
from upheld.errors import ConfigurationError
from upheld.guard.errorpages import Reporter
from upheld.guard.logs import Redacting
from upheld.guard.personcache import key

REPORTER = "upheld.guard.errorpages.Reporter"
FILTER = "upheld.guard.logs.Redacting"
KEY = "upheld.guard.personcache.key"
_SILENT = ("logging.NullHandler",)
_KEEPS_TO_SITE = frozenset(
    ("no-referrer", "same-origin", "strict-origin", "origin", "strict-origin-when-cross-origin",
     "origin-when-cross-origin")
)  # fmt: skip
_CACHING = "django.middleware.cache."


def side_doors(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn of each door that stands open."""
    return [*_reports(), *_logs(), *_referrers(), *_caches(), *_indexes()]


def _warning(id: str, message: str, hint: str, about: str) -> CheckMessage:
    return Warning(message, hint=hint, obj=about, id=f"upheld.{id}")


def _reports() -> Iterator[CheckMessage]:
    reporter = import_string(settings.DEFAULT_EXCEPTION_REPORTER)
    if not issubclass(reporter, Reporter):
        yield _warning(
            "G001",
            "reports of errors show the values of variables and of requests",
            f'set it to "{REPORTER}"',
            "DEFAULT_EXCEPTION_REPORTER",
        )


def _logs() -> Iterator[CheckMessage]:
    config = settings.LOGGING or {}
    filters = {
        name for name, spec in config.get("filters", {}).items() if _is_redacting(spec.get("()"))
    }
    for name, handler in config.get("handlers", {}).items():
        if handler.get("class") in _SILENT or filters & set(handler.get("filters", ())):
            continue
        yield _warning(
            "G002",
            f"the log handler `{name}` writes what it is given, values too",
            f'give it a filter made of "{FILTER}"',
            "LOGGING",
        )


def _is_redacting(wanted: Any) -> bool:
    found = import_string(wanted) if isinstance(wanted, str) else wanted
    return isinstance(found, type) and issubclass(found, Redacting)


def _referrers() -> Iterator[CheckMessage]:
    sent = settings.SECURE_REFERRER_POLICY or ""
    policies = {p.strip() for p in (sent.split(",") if isinstance(sent, str) else sent)}
    named = any(name.endswith("SecurityMiddleware") for name in settings.MIDDLEWARE)
    if not named or not policies <= _KEEPS_TO_SITE or policies == {""}:
        yield _warning(
            "G003",
            "browsers tell other sites the addresses of this site's pages",
            "use `SecurityMiddleware` and a policy such as `same-origin`",
            "SECURE_REFERRER_POLICY",
        )


def _caches() -> Iterator[CheckMessage]:
    used = {"template_fragments"} & set(settings.CACHES)
    if any(name.startswith(_CACHING) for name in settings.MIDDLEWARE):
        used.add(settings.CACHE_MIDDLEWARE_ALIAS)
    for alias in sorted(used):
        function = settings.CACHES.get(alias, {}).get("KEY_FUNCTION")
        if (import_string(function) if isinstance(function, str) else function) is not key:
            yield _warning(
                "G004",
                f"the cache `{alias}` gives one person's pages to another",
                f'set its KEY_FUNCTION to "{KEY}"',
                "CACHES",
            )


def _indexes() -> Iterable[CheckMessage]:
    if not apps.is_installed("haystack"):
        return []
    from haystack import connections

    try:
        datamap = active().datamap
    except ConfigurationError:
        return []  # the checks of the map say what is wrong
    found = []
    for alias, config in getattr(settings, "HAYSTACK_CONNECTIONS", {}).items():
        if str(config.get("ENGINE", "")).endswith("SimpleEngine"):
            continue  # it keeps no index: it asks the database, through the guard
        index = connections[alias].get_unified_index()
        fields = {
            model._meta.label: [field.model_attr for field in one.fields.values()]
            for model, one in index.get_indexes().items()
        }
        found += list(undeclared_in_index(datamap, alias, fields))
    return found


def undeclared_in_index(
    datamap: DataMap, alias: str, fields: dict[str, list[Any]]
) -> Iterator[CheckMessage]:
    """Warn of personal models in the search index `alias`, whose `fields` come by the
    model's label as names of attributes, None where a template makes the text."""
    store = datamap.stores.get(f"search_{alias}")
    for label, names in sorted(fields.items()):
        model = datamap.model(label)
        if model is None:
            continue
        columns = [model.column(str(name).partition("__")[0]) for name in names]
        kept = {column.category for column in columns if column is not None and column.category}
        if model.paths and not kept:
            kept = {"*"}  # rows about people, by texts that a template makes
        if kept and (store is None or not ({"*"} & kept or kept <= set(store.what))):
            yield _warning(
                "G005",
                f"the search index `{alias}` copies personal data of `{label}`",
                f"leave them out of the index, or declare `stores: {{search_{alias}:"
                " {what: [...]}}` and erase there too",
                "HAYSTACK_CONNECTIONS",
            )


def registered() -> None:
    """Register with Django; called when the app is ready."""
    register(side_doors)
