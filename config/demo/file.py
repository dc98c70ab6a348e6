"""The demonstration's configuration file: what a consultant would write for two customers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from hub.stage import Stage
from integrations.procore_xero import PAIRING

from .seeds import SECRET, DemoTenant, Ground

CUSTOMERS = {
    "harbour-lane": ("Harbour & Lane Constructions", "Australia/Sydney"),
    "kauri-ridge": ("Kauri Ridge Builders", "Pacific/Auckland"),
}
OFTEN = ("projects", "contacts", "payments", "direct_invoices")  # run every few minutes while people look on


def write(folder: Path, ground: Ground, procore_url: str, xero_url: str, *, schedules: bool) -> Path:
    """Write tieback.toml and the files with secrets that it names; gives back its path."""
    _private(folder / "procore.secret", SECRET)
    _private(folder / "xero.secret", SECRET)
    _private(folder / "xero.refresh_token", ground.refresh_token)
    path = folder / "tieback.toml"
    path.write_text(
        "\n".join([*_customers(), *_grants(procore_url, xero_url), *_accounts(ground), *_tenants(ground, schedules)])
    )
    return path


def _private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)


def _table(section: str, **values: object) -> str:
    """One entry of an array of tables; values that are dicts become inline tables."""
    lines = [f"{name} = {_value(value)}" for name, value in values.items()]
    return "\n".join([f"[[{section}]]", *lines, ""])


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_value(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _customers() -> Iterable[str]:
    for slug, (name, zone) in CUSTOMERS.items():
        members = [{"user": "manager", "role": "manager"}]
        if slug == "kauri-ridge":
            members.append({"user": "viewer", "role": "viewer"})
        yield _table("customers", slug=slug, name=name, time_zone=zone, members=members)


def _grants(procore_url: str, xero_url: str) -> Iterable[str]:
    """Service accounts at Procore; at Xero a person's consent to two organisations, and a custom connection."""
    for slug in CUSTOMERS:
        consented = slug == "harbour-lane"
        yield _grant(slug, "procore", procore_url, {"file": "procore.secret"}, "client_credentials")
        token = {"refresh_token": {"file": "xero.refresh_token"}} if consented else {}
        kind = "authorization_code" if consented else "client_credentials"
        yield _grant(slug, "xero", xero_url, {"file": "xero.secret"}, kind, **token)


def _grant(slug: str, vendor: str, url: str, secret: dict[str, str], kind: str, **more: object) -> str:
    return _table(
        "grants",
        customer=slug,
        name=f"{vendor.title()} login",
        vendor=vendor,
        kind=kind,
        environment="custom",
        login_url=url,
        api_url=url,
        client_id=f"{slug}-{vendor}",
        client_secret=secret,
        **more,
    )


def _accounts(ground: Ground) -> Iterable[str]:
    companies = {tenant.customer: tenant.company for tenant in ground.tenants}
    for customer, company in companies.items():
        yield _table(
            "connections", customer=customer, name=company.name, grant="Procore login", account=str(company.id)
        )
    for tenant in ground.tenants:
        yield _table(
            "connections", customer=tenant.customer, name=tenant.org.name, grant="Xero login", account=tenant.org.id
        )


def _tenants(ground: Ground, schedules: bool) -> Iterable[str]:
    for tenant in ground.tenants:
        yield _tenant(tenant)
        for stage in PAIRING.stages:
            yield _stage(stage, tenant, schedules)
        for value in tenant.story.setup.values:
            yield _table("tenants.values", kind="cost_code", **value)


def _tenant(tenant: DemoTenant) -> str:
    return _table(
        "tenants",
        customer=tenant.customer,
        slug=tenant.slug,
        name=tenant.name,
        pairing=PAIRING.slug,
        source=tenant.company.name,
        target=tenant.org.name,
        settings=dict(tenant.story.setup.settings),
    )


def _stage(stage: Stage, tenant: DemoTenant, schedules: bool) -> str:
    """Nothing runs by itself while figures are checked."""
    schedule = "every 5 minutes" if stage.slug in OFTEN else stage.schedule
    lines = ["enabled = true"] if stage.slug in tenant.story.setup.stages else []
    lines.append(f"schedule = {_value(schedule if schedules else '')}")
    return "\n".join([f"[tenants.stages.{stage.slug}]", *lines, ""])
