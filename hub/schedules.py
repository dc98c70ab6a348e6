"""When a stage runs by itself: the words people write, as django-celery-beat rows."""

from __future__ import annotations

import re
import zlib
import zoneinfo
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from celery.schedules import ParseException, crontab
from celery.utils.time import remaining
from django.core.exceptions import ValidationError
from django.utils import timezone

if TYPE_CHECKING:
    from hub.models import TenantStage

EVERY = re.compile(r"every (\d+) (minute|hour)s?")
TASK = "hub.tasks.start_scheduled"
RETIRED = ("Tieback: delete old call records",)  # schedules of earlier versions; another one does their work


def parse(text: str, spread: int = 0) -> dict[str, str]:
    """Crontab fields for a schedule. `spread` moves "every …" schedules off the full hour, so that tenants do not
    all start at once. Raises ValueError with a sentence."""
    match = EVERY.fullmatch(text.strip().lower())
    if match:
        return _every(int(match[1]), match[2], spread)
    fields = text.split()
    if len(fields) != 5:
        raise ValueError("Write “every 30 minutes”, “every 4 hours”, or five crontab fields.")
    names = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
    values = dict(zip(names, fields, strict=True))
    try:
        crontab(**values)
    except (ParseException, ValueError) as error:
        raise ValueError(f"“{text}” is not a crontab: {error}") from error
    return values


def _every(number: int, unit: str, spread: int) -> dict[str, str]:
    limit = 60 if unit == "minute" else 24
    if number < 1 or limit % number:
        raise ValueError(f"Use a number of {unit}s that divides {limit} evenly.")
    rest = {"day_of_month": "*", "month_of_year": "*", "day_of_week": "*"}
    if unit == "hour":
        return {"minute": str(spread % 60), "hour": f"*/{number}", **rest}
    minutes = ",".join(str(m) for m in range(spread % number, 60, number))
    return {"minute": minutes, "hour": "*", **rest}


def check_schedule(text: str) -> None:
    """Model validator."""
    try:
        parse(text)
    except ValueError as error:
        raise ValidationError(str(error)) from error


def row_name(row: TenantStage) -> str:
    """The deterministic name of a stage's PeriodicTask."""
    return f"Tieback: {row.tenant.slug} / {row.stage}"


def _args(row_id: int) -> str:
    return f"[{row_id}]"


def sync_row(row: TenantStage) -> None:
    """Make the PeriodicTask of a stage agree with its schedule; without one there is no row."""
    from django_celery_beat.models import CrontabSchedule, PeriodicTask

    # A tenant's slug can be changed: what was made under an earlier name would run on beside this one.
    own = PeriodicTask.objects.filter(task=TASK, args=_args(row.pk))
    if not row.schedule:
        own.delete()
        return
    own.exclude(name=row_name(row)).delete()
    fields = parse(row.schedule, zlib.crc32(row_name(row).encode()))
    # Not get_or_create: two tenants made at the same moment may leave two equal rows, which nothing forbids.
    times = {**fields, "timezone": row.tenant.customer.time_zone}
    schedule = CrontabSchedule.objects.filter(**times).order_by("pk").first() or CrontabSchedule.objects.create(**times)
    values: dict[str, Any] = {
        "crontab": schedule,
        "task": TASK,
        "args": _args(row.pk),
        "enabled": row.enabled and row.tenant.enabled,
        "description": f"{row.spec.title}: {row.schedule}",
    }
    PeriodicTask.objects.update_or_create(name=row_name(row), defaults=values)


def retire(stages: Iterable[int]) -> None:
    """The beat adds and changes its own schedules, but leaves those that a new version has no more; and earlier
    versions left those of tenants that were renamed and then deleted. `stages` are all that there are, by their ids."""
    from django_celery_beat.models import PeriodicTask

    PeriodicTask.objects.filter(name__in=RETIRED).delete()
    PeriodicTask.objects.filter(task=TASK).exclude(args__in=[_args(pk) for pk in stages]).delete()


def next_run(row: TenantStage, now: datetime | None = None) -> datetime | None:
    """When the schedule starts this stage next; None without a schedule, or while it is switched off."""
    if not row.schedule or not row.enabled or not row.tenant.enabled:
        return None
    zone = zoneinfo.ZoneInfo(row.tenant.customer.time_zone)
    local = (now or timezone.now()).astimezone(zone)
    clock = crontab(**parse(row.schedule, zlib.crc32(row_name(row).encode())), nowfun=lambda: local)
    last, delta, at = clock.remaining_delta(local, tz=zone)
    until: timedelta = remaining(last, delta, at)
    return local + until
