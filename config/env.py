"""The environment variables this installation is set up by. docs/configuration.md explains each."""

from __future__ import annotations

import sys
import zoneinfo
from pathlib import Path
from typing import Literal, NoReturn

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.mail import MailServer, mail_server

ROOT = Path(__file__).resolve().parent.parent


class Environment(BaseSettings):
    """Read once, at start-up. A wrong or missing variable ends the start with one line naming it."""

    model_config = SettingsConfigDict(
        env_prefix="TIEBACK_", extra="ignore", populate_by_name=True, hide_input_in_errors=True
    )

    mode: Literal["production", "development"] = "production"
    secret_key: SecretStr = SecretStr("")
    field_keys: SecretStr = SecretStr("")
    data_dir: Path = ROOT / "var"
    database_url: str = Field("", validation_alias="DATABASE_URL")
    broker_url: str = Field("", validation_alias="BROKER_URL")
    limits_url: str = ""
    base_url: str = "http://localhost:8000"
    proxies: int | None = Field(None, ge=0, le=9)
    custom_hosts: str = ""
    time_zone: str = "UTC"
    email_url: str = ""
    email_from: str = "tieback@localhost"
    alert_emails: str = ""
    keep_calls_days: int = Field(30, ge=1)
    keep_payloads_days: int = Field(90, ge=1)
    keep_jobs_days: int = Field(400, ge=30)
    metrics_token: SecretStr = SecretStr("")
    call_seconds: float = Field(100.0, ge=1.0)  # a batch of fifty documents may take over a minute
    lease_seconds: float = 240.0
    tick_seconds: float = Field(15.0, ge=1.0)
    first_pause_seconds: float = Field(20.0, ge=0.1)
    log_format: Literal["", "json", "text"] = ""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            raise ValueError("must be a web address such as https://hub.example.com")
        return value.rstrip("/")

    @field_validator("field_keys")
    @classmethod
    def _fernet_keys(cls, value: SecretStr) -> SecretStr:
        for key in value.get_secret_value().split(","):
            try:
                Fernet(key.strip().encode()) if key.strip() else None
            except ValueError:
                raise ValueError("must be Fernet keys separated by commas (manage.py new_key prints one)") from None
        return value

    @field_validator("broker_url")
    @classmethod
    def _broker(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://", "redis+socket://", "amqp://", "amqps://")):
            raise ValueError("must begin with redis://, rediss://, redis+socket://, amqp:// or amqps://")
        return value

    @field_validator("limits_url")
    @classmethod
    def _limits(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://", "redis+socket://", "unix://")):
            raise ValueError("must begin with redis://, rediss://, redis+socket:// or unix://")
        return value

    @field_validator("email_url")
    @classmethod
    def _mail_address(cls, value: str) -> str:
        if value:
            mail_server(value)
        return value

    @field_validator("metrics_token")
    @classmethod
    def _long_token(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < 16:
            raise ValueError("must have 16 or more characters")
        return value

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if value not in zoneinfo.available_timezones():
            raise ValueError("is not a time zone such as Australia/Sydney")
        return value

    @model_validator(mode="after")
    def _production_needs_secrets(self) -> Environment:
        if self.mode == "production":
            for name, value in (("SECRET_KEY", self.secret_key), ("FIELD_KEYS", self.field_keys)):
                if not value.get_secret_value().strip(", "):
                    raise ValueError(f"TIEBACK_{name} is not set; it is required unless TIEBACK_MODE=development")
        return self

    @model_validator(mode="after")
    def _workers_count_together(self) -> Environment:
        """Without a common place to count in, each process would use up an account's limits for itself."""
        if self.mode == "production" and self.broker_url.startswith("amqp") and not self.limits_url:
            raise ValueError("TIEBACK_LIMITS_URL is not set; with RabbitMQ as broker it must name a Redis or Valkey")
        return self

    @model_validator(mode="after")
    def _lease_outlasts_calls(self) -> Environment:
        """A worker extends its lease between calls, so one that waits for a slow vendor must not lose it."""
        shortest = 2 * sum(self.call_timeout)
        if self.lease_seconds < shortest:
            raise ValueError(
                f"TIEBACK_LEASE_SECONDS must be at least {shortest:g}: twice as long as the longest call, "
                "connecting included"
            )
        return self

    @property
    def call_timeout(self) -> tuple[float, float]:
        """Seconds to wait for a vendor: for the connection, and for its answer."""
        return min(10.0, self.call_seconds), self.call_seconds

    @property
    def json_logs(self) -> bool:
        """Machines read the logs of production, people those of development; either can be set."""
        return self.log_format == "json" or (not self.log_format and self.mode == "production")

    @property
    def keys(self) -> list[str]:
        """Field keys, the one that encrypts first. Development has a fixed one, so that nothing need be set."""
        given = [key.strip() for key in self.field_keys.get_secret_value().split(",") if key.strip()]
        return given or ["ZGV2ZWxvcG1lbnQtb25seS1ub3QtYS1zZWNyZXQtLS0="]

    @property
    def mail(self) -> MailServer:
        return mail_server(self.email_url) if self.email_url else MailServer()

    @property
    def alert_addresses(self) -> list[str]:
        """Who is mailed of incidents; empty: the superusers."""
        return [address.strip() for address in self.alert_emails.split(",") if address.strip()]

    @property
    def hosts(self) -> list[str]:
        """Patterns of hosts that a custom vendor address may have."""
        return [host.strip() for host in self.custom_hosts.split(",") if host.strip()]


def load() -> Environment:
    """The environment, or the end of the process with one line that says which variable and why."""
    try:
        return Environment()
    except ValidationError as error:
        first = error.errors()[0]
        _refuse(str(first["loc"][0]) if first["loc"] else "", first["msg"].removeprefix("Value error, "))


def _refuse(name: str, why: str) -> NoReturn:
    plain = {"DATABASE_URL", "BROKER_URL"}
    variable = name if name in plain else f"TIEBACK_{name.upper()}"
    sys.exit(f"Tieback cannot start: {f'{variable}: ' if name else ''}{why}")
