#!/usr/bin/env python
"""Run a management command of one site; `UPHELD_SITE` picks it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def main() -> None:
    site = os.environ.get("UPHELD_SITE", "appliance_shop")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"sites.{site}.settings")
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
