"""The installation's settings as the tests see them: four pairings, quick passwords, mail kept in memory."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ.setdefault("TIEBACK_DATA_DIR", str(Path(__file__).resolve().parent.parent / "var" / "tests"))
os.environ.setdefault("TIEBACK_MODE", "development")
os.environ.setdefault("TIEBACK_BASE_URL", "http://testserver")
os.environ.setdefault("TIEBACK_CUSTOM_HOSTS", "127.0.0.1:*,localhost:*")

from config.settings import *  # noqa: E402, F403

HUB_PAIRINGS = ["integrations.procore_xero", "integrations.procore_mri", "tests.toy", "tests.toy.keyed"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
AXES_ENABLED = False
HUB_PROXIES = 1  # as in production

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, as in production: threads of a test see each other's work as web and worker do.
    DATABASES["default"]["TEST"] = {"NAME": Path(tempfile.gettempdir(), f"tieback-test-{os.getpid()}.sqlite3")}  # noqa: F405
elif DATABASES["default"]["ENGINE"].endswith("postgresql"):  # noqa: F405
    # Commits do not wait for the disk: what that could lose, only a crash of the server itself loses, and no test does
    # that. https://www.postgresql.org/docs/current/wal-async-commit.html
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c synchronous_commit=off")  # noqa: F405

# Workers that a test starts: a queue for each test, and a killed one's messages come back while the test waits.
CELERY_TASK_DEFAULT_QUEUE = os.environ.get("TIEBACK_TEST_QUEUE", "celery")
if "visibility_timeout" in CELERY_BROKER_TRANSPORT_OPTIONS:  # noqa: F405
    CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"] = 5  # noqa: F405
