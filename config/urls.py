"""Addresses of the installation."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView

from hub.admin import connect

urlpatterns = [
    path("admin/", admin.site.urls),
    path("connect/callback", connect.callback, name="connect_callback"),
    path("", RedirectView.as_view(pattern_name="admin:index")),
]
