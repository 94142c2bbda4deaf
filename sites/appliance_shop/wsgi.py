"""The WSGI entry point of the shop."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sites.appliance_shop.settings")
application = get_wsgi_application()
# What is loaded by now lives as long as the process: the collector need not walk it again.
gc.collect()
gc.freeze()
