"""The demonstration's configuration file: what a consultant would write for three customers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from hub.stage import Stage
from integrations.mri.endpoints import assumed

from .lantern_bay import seeds as lantern_bay
from .lantern_bay.tenant import MriTenant
from .seeds import SECRET, Ground
from .tenants import DemoTenant

CUSTOMERS = {
    "harbour-lane": ("Harbour & Lane Constructions", "Australia/Sydney"),
    "kauri-ridge": ("Kauri Ridge Builders", "Pacific/Auckland"),
    "lantern-bay": ("Lantern Bay Properties", "America/Chicago"),
}
VERIFIED = '{ by = "Robin Teal", on = 2026-07-01 }'
OFTEN = (
    "projects",
    "contacts",
    "vendors",
    "jobs",
    "payments",
    "direct_invoices",
)  # run every few minutes while people look on


def write(folder: Path, ground: Ground, urls: Mapping[str, str], *, schedules: bool) -> Path:
    """Write tieback.toml and the files with secrets that it names; gives back its path."""
    _private(folder / "procore.secret", SECRET)
    _private(folder / "xero.secret", SECRET)
    _private(folder / "xero.refresh_token", ground.refresh_token)
    _private(folder / "mri.key", lantern_bay.KEY)
    _private(folder / "mri.password", lantern_bay.PASSWORD)
    path = folder / "tieback.toml"
    path.write_text("\n".join([*_customers(), *_grants(urls), *_accounts(ground), *_tenants(ground, schedules)]))
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
        if slug != "harbour-lane":
            members.append({"user": "viewer", "role": "viewer"})
        yield _table("customers", slug=slug, name=name, time_zone=zone, members=members)


def _grants(urls: Mapping[str, str]) -> Iterable[str]:
    """Service accounts at Procore; at Xero a person's consent to two organisations, and a custom connection; at MRI
    the parts of a login that is shown with every call."""
    for slug in CUSTOMERS:
        yield _grant(slug, "procore", urls["Procore"], {"file": "procore.secret"}, "client_credentials")
    consent = {"refresh_token": {"file": "xero.refresh_token"}}
    secret = {"file": "xero.secret"}
    yield _grant("harbour-lane", "xero", urls["Xero"], secret, "authorization_code", **consent)
    yield _grant("kauri-ridge", "xero", urls["Xero"], secret, "client_credentials")
    yield _mri_grant(urls["MRI"])


def _mri_grant(url: str) -> str:
    return _table(
        "grants",
        customer="lantern-bay",
        name="MRI login",
        vendor="mri",
        kind="credentials",
        environment="installation",
        api_url=f"{url}{lantern_bay.PATH}",
        client_id=lantern_bay.CLIENT,
        fields={
            "database": lantern_bay.DATABASE,
            "user": lantern_bay.USER,
            "key": {"file": "mri.key"},
            "password": {"file": "mri.password"},
        },
    )


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
        name, account = tenant.ledger
        login = f"{tenant.pairing.right.name} login"
        yield _table("connections", customer=tenant.customer, name=name, grant=login, account=account)
        if isinstance(tenant, MriTenant):
            yield from _verified_endpoints()


def _verified_endpoints() -> Iterable[str]:
    """The pretend MRI has just the names that ship, and somebody at Lantern Bay has compared them. What is switched off
    stays so: vendors begin in MRI there."""
    for operation, endpoint in assumed().endpoints.items():
        if endpoint.enabled:
            yield f'[connections.profile.endpoints."{operation}"]\nverified = {VERIFIED}\n'


def _tenants(ground: Ground, schedules: bool) -> Iterable[str]:
    for tenant in ground.tenants:
        yield _tenant(tenant)
        for stage in tenant.pairing.stages:
            yield _stage(stage, tenant, schedules)
        for value in tenant.story.setup.values:
            yield _table("tenants.values", kind="cost_code", **value)


def _tenant(tenant: DemoTenant) -> str:
    return _table(
        "tenants",
        customer=tenant.customer,
        slug=tenant.slug,
        name=tenant.name,
        pairing=tenant.pairing.slug,
        source=tenant.company.name,
        target=tenant.ledger[0],
        settings=dict(tenant.story.setup.settings),
    )


def _stage(stage: Stage, tenant: DemoTenant, schedules: bool) -> str:
    """Nothing runs by itself, and nothing waits for a person, while figures are checked."""
    schedule = "every 5 minutes" if stage.slug in OFTEN else stage.schedule
    lines = ["enabled = true"] if stage.slug in tenant.story.setup.stages else []
    if schedules and stage.slug in tenant.story.setup.asks:
        lines.append('gate = "approve"')
    lines.append(f"schedule = {_value(schedule if schedules else '')}")
    return "\n".join([f"[tenants.stages.{stage.slug}]", *lines, ""])
