"""Worker processes that are there, so that a turn can be refused while a slot must stay free for somebody else."""

from __future__ import annotations

from django.db import models


class Worker(models.Model):
    """One worker process. It belongs to the installation, not to a customer."""

    name = models.CharField(max_length=200, unique=True, help_text="Host and process id.")
    slots = models.PositiveSmallIntegerField(help_text="How many jobs it works on at a time.")
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
