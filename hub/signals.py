"""What must stay in step whoever saves a row: a tenant's stages, and the beat's schedules."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models.signals import post_delete, post_migrate, post_save

from hub import registry, schedules
from hub.models import Customer, Tenant, TenantStage


def connect() -> None:
    post_save.connect(_customer_saved, sender=Customer, dispatch_uid="hub.customer_saved")
    post_save.connect(_tenant_saved, sender=Tenant, dispatch_uid="hub.tenant_saved")
    post_save.connect(_stage_saved, sender=TenantStage, dispatch_uid="hub.stage_saved")
    post_migrate.connect(_migrated, sender=apps.get_app_config("hub"), dispatch_uid="hub.migrated")
    post_delete.connect(_stage_deleted, sender=TenantStage, dispatch_uid="hub.stage_deleted")


def _migrated(**kwargs: Any) -> None:
    """A new version may bring new stages: every update of an installation ends with `migrate`."""
    schedules.retire(TenantStage.objects.values_list("pk", flat=True))
    for tenant in Tenant.objects.filter(pairing__in=registry.pairings()):
        _add_stages(tenant)


def _customer_saved(instance: Customer, raw: bool = False, **kwargs: Any) -> None:
    """Schedules follow the customer's time zone."""
    for tenant in () if raw else instance.tenants.filter(pairing__in=registry.pairings()):
        _add_stages(tenant)


def _tenant_saved(instance: Tenant, raw: bool = False, **kwargs: Any) -> None:
    """Keep a tenant's stages complete, and carry its enabled switch to the schedules."""
    if not raw:
        _add_stages(instance)


def _add_stages(instance: Tenant) -> None:
    """A row for each stage of the pairing; the schedules of those that are there stay in step."""
    have = {row.stage: row for row in instance.stages.all()}
    for stage in instance.pairing_spec.stages:
        row = have.get(stage.slug)
        if row is None:
            TenantStage.objects.create(
                tenant=instance, stage=stage.slug, enabled=stage.enabled, schedule=stage.schedule
            )
        else:
            schedules.sync_row(row)


def _stage_saved(instance: TenantStage, raw: bool = False, **kwargs: Any) -> None:
    """Read anew: a form that saves tenant and stages at once has the stages of the tenant as it was before."""
    if not raw:
        schedules.sync_row(TenantStage.objects.select_related("tenant__customer").get(pk=instance.pk))


def _stage_deleted(instance: TenantStage, **kwargs: Any) -> None:
    instance.schedule = ""
    schedules.sync_row(instance)
