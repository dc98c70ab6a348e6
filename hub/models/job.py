"""One run of one stage, and what became of every record in it."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .tenant import Gate, TenantStage


class JobState(models.TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    WAITING = "waiting", "Waiting"  # until `not_before`; without one, until a login is connected again
    SUCCEEDED = "succeeded", "Succeeded"
    PARTIAL = "partial", "Some records are problems"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


OPEN_STATES = (JobState.QUEUED, JobState.RUNNING, JobState.WAITING)


class Trigger(models.TextChoices):
    PAGE = "page", "by hand"
    SHELL = "shell", "from the shell"
    SCHEDULE = "schedule", "on schedule"
    APPROVAL = "approval", "after approval"


HURRY = timedelta(seconds=60)  # for so long what a person asked for goes before the rest; then it takes turns
PEOPLE = (Trigger.PAGE, Trigger.SHELL, Trigger.APPROVAL)


class SyncJob(models.Model):
    """One run of one tenant stage. `scope` identifies what was asked for, so that asking again joins the open job."""

    CUSTOMER_PATH: ClassVar[str] = "tenant_stage__tenant__customer"

    tenant_stage = models.ForeignKey(TenantStage, models.CASCADE, related_name="jobs")
    trigger = models.CharField(max_length=10, choices=Trigger.choices)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    gate = models.CharField(max_length=10, choices=Gate.choices)
    keys = models.JSONField(default=list, blank=True, help_text="Values of the stage's key fields; empty means all.")
    source_ids = models.JSONField(
        default=list, blank=True, help_text="Only these records, by id: approvals and retries."
    )
    full = models.BooleanField(default=False, help_text="Read everything, not only what changed.")
    scope = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED, db_index=True)
    not_before = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    position = models.CharField(max_length=200, blank=True)
    source_clock = models.DateTimeField(
        null=True, blank=True, help_text="With a position: the source's clock when the job began to read."
    )
    approves = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="approvals")
    after = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="followers",
        help_text="Its turn comes when that job has ended.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    wanted_at = models.DateTimeField(null=True, blank=True, help_text="When a person last asked for it.")
    dispatched_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField(null=True, blank=True, help_text="How many records there are, when known.")
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, blank=True)
    calls = models.JSONField(default=dict, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error = models.CharField(max_length=1000, blank=True)
    error_fix = models.CharField(max_length=1000, blank=True)
    traceback = models.TextField(blank=True)
    request_id = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text="The request or schedule that asked for it."
    )
    pruned_at = models.DateTimeField(null=True, blank=True, help_text="When the payloads of its records were deleted.")

    class Meta:
        verbose_name = "job"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_stage", "scope"],
                name="one_open_job_per_scope",
                condition=Q(state__in=[s.value for s in OPEN_STATES]),
            )
        ]
        indexes = [
            models.Index(fields=["tenant_stage", "-id"]),
            models.Index(fields=["state", "not_before"]),
            models.Index(fields=["finished_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.tenant_stage.spec.title} #{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_urgent(self) -> bool:
        """True while somebody who asked for it looks on and waits: until its first minute, or theirs, is over."""
        lately = timezone.now() - HURRY
        if self.wanted_at is None:
            return False
        return self.started_at is None or self.started_at > lately or self.wanted_at > lately

    @property
    def is_preview(self) -> bool:
        return self.gate == Gate.PREVIEW


class RecordOutcome(models.TextChoices):
    CREATED = "created", "Created"
    UPDATED = "updated", "Updated"
    MATCHED = "matched", "Matched"
    UNCHANGED = "unchanged", "Unchanged"
    SKIPPED = "skipped", "Skipped"
    REJECTED = "rejected", "Rejected"
    UNKNOWN = "unknown", "Unknown"


class RecordState(models.TextChoices):
    PLANNED = "planned", "Planned"  # about to be sent by the running job
    DONE = "done", "Done"
    PREVIEW = "preview", "Preview"  # what would happen
    WAITING = "waiting", "Waits for approval"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"
    SUPERSEDED = "superseded", "Superseded"  # a later plan took its place


class JobRecord(models.Model):
    """What became of one source record in one job, and why."""

    CUSTOMER_PATH: ClassVar[str] = "job__tenant_stage__tenant__customer"

    job = models.ForeignKey(SyncJob, models.CASCADE, related_name="records")
    source_id = models.CharField(max_length=120)
    source_key = models.CharField(max_length=300, blank=True)
    label = models.CharField(max_length=500, blank=True)
    outcome = models.CharField(max_length=10, choices=RecordOutcome.choices)
    state = models.CharField(max_length=10, choices=RecordState.choices, default=RecordState.DONE)
    code = models.CharField(max_length=60, blank=True)
    message = models.CharField(max_length=2000, blank=True)
    fix = models.CharField(max_length=1000, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    diff = models.JSONField(default=list, blank=True, help_text="[field, before, after] per difference.")
    payload = models.JSONField(default=dict, blank=True)
    payload_hash = models.CharField(max_length=64, blank=True)
    source_url = models.CharField(max_length=500, blank=True)
    target_id = models.CharField(max_length=120, blank=True)
    target_url = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "job record"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["job", "source_id"], name="record_once_per_job")]
        indexes = [models.Index(fields=["job", "outcome"]), models.Index(fields=["state"])]

    def __str__(self) -> str:
        return self.label.strip() or self.source_key or self.source_id


class BatchState(models.TextChoices):
    STORED = "stored", "Stored"  # may or may not have been sent
    UNKNOWN = "unknown", "No usable answer"
    SETTLED = "settled", "Settled"


class WriteBatch(models.Model):
    """The intent to send: the exact request and its idempotency key, stored before the call. `members` hold, per
    change: source_id, action, reference, target_id, hash, body, sent."""

    CUSTOMER_PATH: ClassVar[str] = "tenant_stage__tenant__customer"

    tenant_stage = models.ForeignKey(TenantStage, models.CASCADE, related_name="batches")
    job = models.ForeignKey(SyncJob, models.CASCADE, related_name="batches")
    fence = models.PositiveBigIntegerField()
    key = models.CharField(max_length=128)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=500)
    params = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    content_type = models.CharField(max_length=100)
    members = models.JSONField()
    step = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.STORED)
    answered_5xx = models.BooleanField(default=False)
    lost_at = models.DateTimeField(null=True, blank=True, help_text="When it was first seen that no answer had come.")
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "write batch"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["tenant_stage", "state"]),
            models.Index(fields=["created_at"], name="open_write_batches", condition=~Q(state="settled")),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class ProblemState(models.TextChoices):
    OPEN = "open", "Open"
    IGNORED = "ignored", "Ignored"
    RESOLVED = "resolved", "Resolved"


class Problem(models.Model):
    """A record a person must look at: what happened, why, what to do. One row per record and stage; it is reopened
    when the record fails again and resolved when it goes through."""

    CUSTOMER_PATH: ClassVar[str] = "tenant_stage__tenant__customer"

    tenant_stage = models.ForeignKey(TenantStage, models.CASCADE, related_name="problem_rows")
    source_id = models.CharField(max_length=120)
    source_key = models.CharField(max_length=300, blank=True)
    label = models.CharField(max_length=500, blank=True)
    code = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    message = models.CharField(max_length=2000)
    fix = models.CharField(max_length=1000, blank=True)
    state = models.CharField(max_length=10, choices=ProblemState.choices, default=ProblemState.OPEN)
    ignored_reason = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    job = models.ForeignKey(SyncJob, models.SET_NULL, null=True, blank=True, related_name="+")
    source_url = models.CharField(max_length=500, blank=True)
    target_url = models.CharField(max_length=500, blank=True)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-last_seen"]
        constraints = [models.UniqueConstraint(fields=["tenant_stage", "source_id"], name="problem_once_per_record")]
        indexes = [models.Index(fields=["state", "code"])]

    def __str__(self) -> str:
        return f"{self.title}: {self.label or self.source_key}"
