"""Vendor addresses that people type: only where the vendor or the deployment allows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError

from integrations.base.errors import VendorError
from integrations.base.urls import UnsafeUrl, check_url
from integrations.base.vendor import GrantKind

if TYPE_CHECKING:
    from hub.models import Grant


class RefusedAddress(VendorError):
    """The address of a login may not be called, or no longer. Nothing was asked; a person must correct it."""


def check_custom(grant: Grant, name: str) -> None:
    """Check and tidy one address of a grant in the custom environment. Raises ValidationError naming the field."""
    url = getattr(grant, name)
    if not url and (name == "token_url" or (name == "login_url" and grant.kind == GrantKind.CREDENTIALS)):
        return
    if not settings.HUB_CUSTOM_HOSTS:
        raise ValidationError(
            {"environment": "This installation does not allow custom addresses (TIEBACK_CUSTOM_HOSTS is not set)."}
        )
    _tidy(grant, name, settings.HUB_CUSTOM_HOSTS)


def check_installation(grant: Grant, hosts: Sequence[str]) -> None:
    """Check and tidy the address of a customer's own installation: under the vendor's hosts, or those that the
    deployment allows. Raises ValidationError naming the field."""
    if not grant.api_url:
        raise ValidationError({"api_url": "Type the address of the installation. It begins with https://"})
    _tidy(grant, "api_url", (*hosts, *settings.HUB_CUSTOM_HOSTS))


def _tidy(grant: Grant, name: str, hosts: Sequence[str]) -> None:
    try:
        setattr(grant, name, check_url(getattr(grant, name), hosts))
    except UnsafeUrl as error:
        raise ValidationError({name: str(error)}) from error
