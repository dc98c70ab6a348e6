"""What must stay in step whoever saves a row: a tenant's stages, and the beat's schedules."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save

from hub import schedules
from hub.models import Tenant, TenantStage


def connect() -> None:
    post_save.connect(_tenant_saved, sender=Tenant, dispatch_uid="hub.tenant_saved")
    post_save.connect(_stage_saved, sender=TenantStage, dispatch_uid="hub.stage_saved")
    post_delete.connect(_stage_deleted, sender=TenantStage, dispatch_uid="hub.stage_deleted")


def _tenant_saved(instance: Tenant, raw: bool = False, **kwargs: Any) -> None:
    """Give a tenant a row for each stage of its pairing, and carry its enabled switch to the schedules."""
    if raw:
        return
    have = {row.stage: row for row in instance.stages.all()}
    for stage in instance.pairing_spec.stages:
        row = have.get(stage.slug)
        if row is None:
            TenantStage.objects.create(tenant=instance, stage=stage.slug, enabled=stage.enabled, schedule=stage.schedule)
        else:
            schedules.sync_row(row)


def _stage_saved(instance: TenantStage, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        schedules.sync_row(instance)


def _stage_deleted(instance: TenantStage, **kwargs: Any) -> None:
    instance.schedule = ""
    schedules.sync_row(instance)
