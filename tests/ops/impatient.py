"""`celery` whose turns are short from the first second on: what is tested is who goes first, not how long a turn is."""

from __future__ import annotations

from unittest import mock

import django
from celery.__main__ import main

if __name__ == "__main__":
    django.setup()
    from hub.engine import turn

    with mock.patch.multiple(turn, SHORT=1.0, SHORTEST=0.5, LOOK=0.2):
        main()
