"""The two databases of the clinic, both guarded; `default` has the second line."""

from __future__ import annotations

from benchmarks.clinic.settings import *  # noqa: F403 - this is that module, and a second line
from benchmarks.clinic.settings import DATABASES
from tests.project.settings import UPHELD

OWNER = "bench_owner"
DATABASES = {
    "default": {**DATABASES["default"], "USER": "bench_app"},
    "stock": {**DATABASES["stock"], "USER": OWNER},
    "owner": {**DATABASES["default"], "USER": OWNER},
}
UPHELD = {**UPHELD, "SECOND_LINE": {"default": "owner"}, "SECOND_LINE_ROLES": "bench"}
