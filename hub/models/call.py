"""The record of every HTTP call."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from .connection import Connection
from .job import SyncJob


class ApiCall(models.Model):
    """One HTTP call with redacted bodies. Pruned by age."""

    CUSTOMER_PATH: ClassVar[str] = "connection__customer"

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="api_calls")
    job = models.ForeignKey(SyncJob, models.SET_NULL, null=True, blank=True, related_name="api_calls")
    at = models.DateTimeField(db_index=True)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=500)
    query = models.CharField(max_length=2000, blank=True)
    status = models.PositiveSmallIntegerField(null=True, help_text="Empty: no answer came.")
    milliseconds = models.PositiveIntegerField()
    correlation_id = models.CharField(max_length=100, blank=True)
    request_id = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text="The request or schedule that led to it."
    )
    calls_left = models.JSONField(default=dict, blank=True)
    request = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    error = models.CharField(max_length=1000, blank=True)

    class Meta:
        verbose_name = "API call"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"
