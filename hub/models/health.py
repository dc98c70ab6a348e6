"""How the installation itself is: signs of life, and what is wrong. Neither belongs to a customer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Pulse(models.Model):
    """When something that must happen again and again happened last."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Alert(models.TextChoices):
    """What can be wrong. `hub.alerts` says when it is; docs/operating.md has a heading of the same words."""

    NO_BEAT = "no_beat", "The beat is silent"
    NO_WORKER = "no_worker", "No worker is there"
    NO_BROKER = "no_broker", "The broker cannot be reached"
    NOT_STARTED = "not_started", "Jobs do not start"
    STUCK = "stuck", "A run is stuck"
    UNKNOWN = "unknown", "Writes without a known outcome"
    LOGIN = "login", "A login must be connected again"
    FAILING = "failing", "A stage keeps failing"
    VENDOR = "vendor", "A vendor does not answer"
    KEYS = "keys", "Stored secrets cannot be read"
    NOT_PRUNED = "not_pruned", "Old data is not deleted"


class Incident(models.Model):
    """Something an operator must look at, from when it was first seen until it was over. At most one of each alert is
    open."""

    alert = models.CharField(max_length=40, choices=Alert.choices)
    text = models.CharField(max_length=1000, help_text="What was found, as it stood last.")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="When it was found last.")
    closed_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True, help_text="When the operators were told of it.")
    over_told_at = models.DateTimeField(null=True, blank=True, help_text="When they were told that it is over.")

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(fields=["alert"], name="one_open_incident_per_alert", condition=Q(closed_at=None))
        ]
        indexes = [models.Index(fields=["closed_at"])]

    def __str__(self) -> str:
        return self.get_alert_display()
