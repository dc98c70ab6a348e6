"""Start-up of the hub."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class HubConfig(AppConfig):
    default = True
    name = "hub"
    verbose_name = "Tieback"

    def ready(self) -> None:
        from hub import audit, checks, signals

        checks.register()
        audit.register()
        signals.connect()


class HubAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "hub.site.HubAdminSite"
