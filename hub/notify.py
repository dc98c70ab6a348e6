"""Telling people what they must know, once."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse

if TYPE_CHECKING:
    from hub.models import Customer, Grant, SyncJob

log = logging.getLogger(__name__)


def job_failed(job: SyncJob) -> None:
    """Mail the customer's managers that a scheduled run failed, unless the one before failed of the same; whoever
    presses a button sees it on the page."""
    from hub.models import JobState, SyncJob, Trigger

    if job.trigger != Trigger.SCHEDULE:
        return
    earlier = SyncJob.objects.filter(tenant_stage=job.tenant_stage_id, trigger=Trigger.SCHEDULE, pk__lt=job.pk)
    before = earlier.exclude(state=JobState.CANCELLED).order_by("-pk").values_list("state", "error_code").first()
    if before == (JobState.FAILED, job.error_code):
        return
    link = settings.HUB_BASE_URL + reverse("admin:hub_syncjob_change", args=[job.pk])
    _mail(job.tenant_stage.tenant.customer, f"{job} failed", f"{job.error}\n\n{job.error_fix}\n\n{link}")


def login_broken(grant: Grant) -> None:
    """Mail the customer's managers that a login must be renewed. Called once per break."""
    link = settings.HUB_BASE_URL + reverse("admin:hub_grant_change", args=[grant.pk])
    said = "What it opens is paused until somebody connects it again. Links and settings stay."
    text = f"{grant.state_reason}\n\n{said}\n\n{link}"
    _mail(grant.customer, f"{grant.name} must be connected again", text)


def operators(subject: str, text: str) -> bool:
    """Mail those who run the installation: TIEBACK_ALERT_EMAILS, else the superusers. False when it cannot be sent."""
    from django.contrib.auth.models import User

    people = User.objects.filter(is_superuser=True, is_active=True).exclude(email="")
    addresses = settings.HUB_ALERT_EMAILS or list(people.order_by("pk").values_list("email", flat=True))
    if not addresses:
        log.warning("Nobody is mailed of “%s”: no superuser has an address, and TIEBACK_ALERT_EMAILS is empty", subject)
        return True
    return _sent(subject, text, addresses, "the operators")


def _mail(customer: Customer, subject: str, text: str) -> None:
    from hub.models import Role

    managers = customer.memberships.filter(role=Role.MANAGER, user__is_active=True).exclude(user__email="")
    addresses = list(managers.values_list("user__email", flat=True))
    if addresses:
        _sent(subject, text, addresses, f"the managers of {customer}")


def _sent(subject: str, text: str, addresses: list[str], whom: str) -> bool:
    try:
        send_mail(f"Tieback: {subject}", text, None, addresses)
    except OSError:  # smtplib's errors are of this kind too
        log.exception("A mail to %s could not be sent", whom)
        return False
    return True
