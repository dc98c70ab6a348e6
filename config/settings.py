"""Django's settings, driven by the environment (config.env). The same file serves a laptop and production."""

from __future__ import annotations

import os
import sys
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from celery.schedules import crontab
from django.urls import reverse_lazy

from config.env import ROOT, load
from config.theme import UNFOLD as UNFOLD
from hub.embedded import running_url

ENV = load()
PRODUCTION = ENV.mode == "production"
SECURE = ENV.base_url.startswith("https://")

SECRET_KEY = ENV.secret_key.get_secret_value() or "development-only-not-a-secret-development-only-not-a-secret"
DEBUG = False  # a traceback on a page helps nobody who works here; errors are logged
ALLOWED_HOSTS = [urlsplit(ENV.base_url).hostname or "localhost"] if PRODUCTION else ["*"]
CSRF_TRUSTED_ORIGINS = [ENV.base_url]

# What the hub is about.
HUB_PAIRINGS = ["integrations.procore_xero", "integrations.procore_mri"]
HUB_FIELD_KEYS = ENV.keys
HUB_BASE_URL = ENV.base_url
HUB_DATA_DIR = ENV.data_dir
HUB_KEEP_CALLS_DAYS = ENV.keep_calls_days
HUB_KEEP_PAYLOADS_DAYS = ENV.keep_payloads_days
HUB_KEEP_JOBS_DAYS = ENV.keep_jobs_days
HUB_ALERT_EMAILS = ENV.alert_addresses
HUB_METRICS_TOKEN = ENV.metrics_token.get_secret_value()
HUB_CUSTOM_HOSTS = ENV.hosts
# HTTPS ends at a proxy, so there is one; over HTTP what a client says of itself must not count.
HUB_PROXIES = int(SECURE) if ENV.proxies is None else ENV.proxies
HUB_CALL_TIMEOUT = ENV.call_timeout
HUB_LEASE_SECONDS = ENV.lease_seconds
HUB_TICK_SECONDS = ENV.tick_seconds
HUB_FIRST_PAUSE_SECONDS = ENV.first_pause_seconds
# Any process of this data directory joins the broker that `manage.py up` has started there.
BROKER = ENV.broker_url or running_url(ENV.data_dir)
HUB_LIMITS_URL = ENV.limits_url or (BROKER if BROKER.startswith("redis") else "")
if any(host.startswith(("127.", "localhost", "[::1]", "*")) for host in ENV.hosts):
    # oauthlib refuses plain HTTP even on loopback; integrations.base.urls has checked the address already.
    os.environ.setdefault("OAUTHLIB_INSECURE_TRANSPORT", "1")

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # without its own site: ours is `hub.site.HubAdminSite`
    "unfold.contrib.filters",
    "hub.apps.HubAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_celery_beat",
    "auditlog",
    "axes",
    "hub",
    "config",
]

MIDDLEWARE = [
    "hub.probes.ProbesMiddleware",
    "hub.middleware.RequestIdMiddleware",
    "hub.origin.OriginMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "hub.bad_input.BadInputMiddleware",
    "hub.middleware.LostKeyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "hub.middleware.LocalTimeMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


def database() -> dict[str, Any]:
    """The embedded SQLite unless DATABASE_URL names a server.

    SQLite: write-ahead log and immediate transactions, so that web, worker and beat wait for each other instead of
    failing with "database is locked". https://www.sqlite.org/wal.html
    """
    if ENV.database_url:
        try:
            config = dict(dj_database_url.parse(ENV.database_url, conn_max_age=60, conn_health_checks=True))
        except (ValueError, dj_database_url.ParseError, dj_database_url.UnknownSchemeError):
            sys.exit("Tieback cannot start: DATABASE_URL: is not a database address such as postgres://user@host/name")
        if not str(config["ENGINE"]).endswith("sqlite3"):
            return config
        name = config["NAME"]
    else:
        ENV.data_dir.mkdir(parents=True, exist_ok=True)
        name = ENV.data_dir / "tieback.sqlite3"
    pragmas = ["journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "journal_size_limit=67108864"]
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "; ".join(f"PRAGMA {pragma}" for pragma in pragmas),
        },
    }


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_VERBOSE = False
AUDITLOG_CID_GETTER = "hub.logs.request_id"  # a change of the configuration is known by the request that made it
LOGIN_URL = reverse_lazy("admin:login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = ENV.time_zone

STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True  # static files come out of the installed packages; nothing to collect

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        # Alpine, which the admin theme is built on, evaluates its attributes.
        "script-src": ["'self'", "'unsafe-eval'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "frame-ancestors": ["'none'"],
    }
}

CELERY_BROKER_URL = BROKER or "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    # Unacknowledged tasks of a killed worker come back within seconds, not after kombu's default of an hour.
    {"visibility_timeout": 900, "unacked_restore_interval": 5, "unacked_restore_throttle": 1}
    if BROKER.startswith("redis")
    else {}
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True  # SyncJob rows are the results
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# After a broker's restart Celery would restore the prefetch count from the pool's threads, which read RabbitMQ's answer
# while the main thread reads as well: frames are torn, and the worker is deaf until its heartbeat fails a minute later.
CELERY_WORKER_ENABLE_PREFETCH_COUNT_REDUCTION = False
CELERY_BEAT_SCHEDULER = "hub.beat:Scheduler"
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.2}  # a click must not hang on a dead broker
CELERY_BEAT_SCHEDULE = {
    "Tieback: dispatch what is due": {"task": "hub.tasks.tick", "schedule": HUB_TICK_SECONDS},
    "Tieback: look for what is stuck": {"task": "hub.tasks.watch", "schedule": 60.0, "options": {"expire_seconds": 60}},
    "Tieback: refresh cached lists": {"task": "hub.tasks.refresh_lists", "schedule": 86_400.0},
    "Tieback: delete old data": {"task": "hub.tasks.prune", "schedule": crontab(hour=2, minute=40)},
}

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if ENV.email_url else "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST, EMAIL_PORT = ENV.mail.host, ENV.mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = ENV.mail.user, ENV.mail.password
EMAIL_USE_SSL, EMAIL_USE_TLS = ENV.mail.tls, ENV.mail.starttls
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = ENV.email_from

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s%(about)s"},
        "json": {"()": "hub.logs.Json"},
    },
    "filters": {"redact": {"()": "hub.redact.RedactFilter"}, "context": {"()": "hub.logs.ContextFilter"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if ENV.json_logs else "text",
            "filters": ["redact", "context"],
        }
    },
    "root": {"handlers": ["stderr"], "level": ENV.log_level},
    "loggers": {"axes": {"level": "WARNING"}, "django.request": {"level": "ERROR"}},
}

if PRODUCTION and not SECURE and urlsplit(ENV.base_url).hostname not in ("localhost", "127.0.0.1"):
    sys.exit("Tieback cannot start: TIEBACK_BASE_URL: must use https:// in production")
