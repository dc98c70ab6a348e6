"""Custom vendor addresses: only where the deployment allows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError

from integrations.base.urls import UnsafeUrl, check_url

if TYPE_CHECKING:
    from hub.models import Grant


def check_custom(grant: Grant, name: str) -> None:
    """Check and tidy one address of a grant in the custom environment. Raises ValidationError naming the field."""
    url = getattr(grant, name)
    if not url and name == "token_url":
        return
    if not settings.HUB_CUSTOM_HOSTS:
        raise ValidationError(
            {"environment": "This installation does not allow custom addresses (TIEBACK_CUSTOM_HOSTS is not set)."}
        )
    try:
        setattr(grant, name, check_url(url, settings.HUB_CUSTOM_HOSTS))
    except UnsafeUrl as error:
        raise ValidationError({name: str(error)}) from error


def check_installation(grant: Grant, hosts: Sequence[str]) -> None:
    """Check and tidy the address of a customer's own installation: under the vendor's hosts, or where the deployment
    allows custom addresses. Raises ValidationError."""
    try:
        grant.api_url = check_url(grant.api_url, [*hosts, *settings.HUB_CUSTOM_HOSTS])
    except UnsafeUrl as error:
        raise ValidationError({"api_url": str(error)}) from error
