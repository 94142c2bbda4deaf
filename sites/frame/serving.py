"""The WSGI entry point of a site."""

from __future__ import annotations

import gc
import os
from typing import Any

from django.core.wsgi import get_wsgi_application


def application_of(site: str) -> Any:
    """Return the WSGI application of `site`, with everything loaded by now left out of the
    collector's walks: it lives as long as the process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"sites.{site}.settings")
    application = get_wsgi_application()
    gc.collect()
    gc.freeze()
    return application
