#!/usr/bin/env python
"""Django's command line."""

from __future__ import annotations

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if "run_stage" in sys.argv[1:2]:
        os.environ.setdefault("TIEBACK_LOG_LEVEL", "WARNING")  # its report says what was done
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
