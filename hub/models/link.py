"""Which records are the same thing."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from .owned import Owned
from .tenant import TenantStage


class LinkState(models.TextChoices):
    SENDING = "sending", "Being sent"
    LINKED = "linked", "Linked"
    UNKNOWN = "unknown", "Outcome unknown"


class LinkedEntity(Owned, models.Model):
    """Two records that are the same thing, and what was last sent. Without a target id it is an intent: a create
    whose answer has not been stored."""

    CUSTOMER_PATH: ClassVar[str] = "tenant_stage__tenant__customer"

    tenant_stage = models.ForeignKey(TenantStage, models.CASCADE, related_name="links")
    source_id = models.CharField(max_length=120)
    source_key = models.CharField(max_length=300, blank=True)
    label = models.CharField(max_length=500, blank=True)
    target_id = models.CharField(max_length=120, blank=True)
    reference = models.CharField(max_length=300, blank=True)
    sent_hash = models.CharField(max_length=64, blank=True)
    sent = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=LinkState.choices, default=LinkState.LINKED)
    evidence = models.CharField(max_length=300, blank=True, help_text="Why the two were taken for the same thing.")
    source_url = models.CharField(max_length=500, blank=True)
    target_url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "link"
        ordering = ["tenant_stage", "source_key"]
        constraints = [
            models.UniqueConstraint(fields=["tenant_stage", "source_id"], name="source_linked_once"),
            models.UniqueConstraint(
                fields=["tenant_stage", "target_id"], name="target_linked_once", condition=~Q(target_id="")
            ),
        ]
        indexes = [models.Index(fields=["tenant_stage", "source_key"]), models.Index(fields=["target_id"])]

    def __str__(self) -> str:
        return self.label.strip() or self.source_key or self.source_id
