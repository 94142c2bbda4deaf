"""The WSGI entry point of the shop."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sites.appliance_shop.settings")
application = get_wsgi_application()
