"""The web server's settings: `gunicorn --config python:config.gunicorn config.wsgi`. Options on the command line win.

https://docs.gunicorn.org/en/stable/settings.html
"""

from __future__ import annotations

from typing import Any

from config.settings import LOGGING

worker_class = "gthread"  # pages wait for the database, and now and then for a vendor
workers = 1
threads = 4
graceful_timeout = 30  # seconds for requests under way when it is asked to end
control_socket_disable = True
# Its own lines go the way of all others: the same format, the same masking.
logconfig_dict: dict[str, Any] = {
    **LOGGING,
    "loggers": {**LOGGING["loggers"], "gunicorn.error": {"level": "INFO", "propagate": True}},
}
