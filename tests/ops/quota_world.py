"""Three customers whose tenants call one Xero organisation through one app: they share its limits and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.models import Connection, Customer, Grant, Tenant, TenantStage
from integrations.base.sandbox.kernel import Entry
from integrations.base.sandbox.server import served
from integrations.procore.sandbox import Division, ProcoreSandbox
from integrations.xero.sandbox import Organisation, XeroSandbox
from integrations.xero.sandbox import Switches as XeroSwitches

APP = "one-app-for-all"
STAGES = ("projects", "cost_codes")


@dataclass
class Ledgers:
    """What arrived, by the sandboxes' own clocks."""

    procore: ProcoreSandbox
    xero: XeroSandbox
    org: Organisation
    rows: list[TenantStage]

    def calls(self) -> list[Entry]:
        """To the organisation."""
        return [entry for entry in self.xero.ledger.entries if entry.account == self.org.id]


def arrivals(calls: Sequence[Entry]) -> list[float]:
    return sorted(datetime.fromisoformat(call.arrived).timestamp() for call in calls)


def most_within(times: Sequence[float], seconds: float) -> int:
    """The most calls that arrived in any window of this length."""
    first, most = 0, 0
    for last, at in enumerate(times):
        while times[first] <= at - seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


def used(times: Sequence[float], seconds: float, calls: int, windows: int) -> float:
    """The part of the budget of so many windows, from the first call on, that was used."""
    within = [at for at in times if at < times[0] + seconds * windows]
    return len(within) / (calls * windows)


@contextmanager
def quota_world(seconds: int, calls: int, projects: int, slow: float) -> Iterator[Ledgers]:
    """`slow` is how long the organisation takes over each write, in seconds."""
    procore = ProcoreSandbox()
    xero = XeroSandbox(switches=XeroSwitches(minute_limit=calls, minute_seconds=seconds, access_seconds=300_000))
    with ExitStack() as stack:
        urls = stack.enter_context(served(procore)), stack.enter_context(served(xero))
        org = xero.add_organisation("Harbour & Lane Pty Ltd", "AU")
        org.add_category("Project")
        org.add_category("Cost Codes")
        xero.add_app(APP, "xero-secret", kind="custom", organisation=org)
        xero.faults.add("delay", method="PUT", times=1_000_000, seconds=slow)
        rows = [row for letter in "ABC" for row in _customer(procore, urls, org, letter, projects)]
        yield Ledgers(procore, xero, org, rows)


def _customer(
    procore: ProcoreSandbox, urls: tuple[str, str], org: Organisation, letter: str, projects: int
) -> list[TenantStage]:
    company = procore.add_company(f"Builders {letter}")
    codes = tuple((f"{letter}{n}", f"Code {letter}{n}") for n in range(projects))
    company.add_cost_codes([Division("03", "Concrete", codes)])
    for number in range(projects):
        company.add_project(f"House {letter}{number}", f"{letter}-{number:04}", "Send to Xero")
    procore.add_app(f"procore-{letter}", "procore-secret", [company])
    customer = Customer.objects.create(name=company.name, slug=f"builders-{letter.lower()}")
    ends = (("procore", f"procore-{letter}", urls[0], str(company.id)), ("xero", APP, urls[1], org.id))
    source, target = (_connection(customer, *end) for end in ends)
    tenant = Tenant.objects.create(
        customer=customer,
        name=company.name,
        slug=customer.slug,
        pairing="procore_xero",
        source=source,
        target=target,
        settings={"project_stage": "Send to Xero", "option_warning": 5000},
    )
    tenant.stages.filter(stage__in=STAGES).update(enabled=True)
    return list(tenant.stages.filter(stage__in=STAGES))


def _connection(customer: Customer, vendor: str, client_id: str, url: str, account: str, **more: Any) -> Connection:
    grant = Grant(
        customer=customer,
        name=vendor,
        vendor=vendor,
        kind="client_credentials",
        environment="custom",
        login_url=url,
        api_url=url,
        client_id=client_id,
        secret={"client_secret": f"{vendor}-secret"},
    )
    grant.full_clean()
    grant.save()
    return Connection.objects.create(customer=customer, grant=grant, name=f"{vendor} account", account_id=account)
