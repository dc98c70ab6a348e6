"""The drill's customers between a pretend Procore and a pretend MRI, which knows no idempotency keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

from hub.models import Connection, Customer, Grant, GrantState, Tenant
from integrations.mri.sandbox import DEADLOCK, KEY, PASSWORD, USER, Database, MriSandbox
from integrations.mri.sandbox import Row as MriRow
from integrations.mri.sandbox import Switches as MriSwitches
from integrations.mri.sandbox.state import net_of
from integrations.procore.sandbox import Company, ProcoreSandbox
from integrations.procore.sandbox import Switches as ProcoreSwitches
from integrations.procore.sandbox.contracts import Contract
from integrations.procore.sandbox.project import Project
from tests.procore_mri.world import verified

from . import procore_mri_picture as pictures
from .scenario import Edit, Ground, Kind, Picture, Round, Twice, rng

SECRET, HOST, CLIENT = "drill-secret", "harbour.mrisoftware.com", "C900"
PATH = "/MRIAPIServices/api.asp"
PHASES = (("01", "Sitework"), ("02", "Structure"))
CODES = (("0110", "Excavation", "01"), ("0300", "Concrete", "02"), ("0510", "Steel", "02"))
FULL_CODES = ("01-0110", "02-0300", "02-0510")
CATEGORIES = (("C", "Commitment"), ("M", "Materials"), ("FEE", "Fees"))
VENDORS = (("0000010449", "Foghorn Concrete"), ("00S0009003", "Spindrift Electric"), ("000777PP", "Bellbuoy Steel"))
JOBS = (("0042-A", "Pier Nine Lofts"), ("00S107", "Signal Street Garage"))
NEW = "Tideline Joinery"  # known to Procore alone
FIRST = ("vendors", "new_vendors", "cost_codes", "cost_types", "jobs")
SECOND = ("budgets", "budget_revisions", "commitments", "change_orders", "draws")
THIRD = ("payments", "direct_invoices", "journal_entries")
ENDS = ("2026-07-31", "2026-08-31")
DAY, PAID, LATER = date(2026, 8, 12), date(2026, 9, 15), date(2027, 6, 30)
PAGE = "<!DOCTYPE html><html><body>Please log in</body></html>"


def _always(calls: str, **options: Any) -> Callable[[Random, str, Any], tuple[str, dict[str, Any]]]:
    return lambda draws, vendor, timing: (calls, {"kind": "status_after", **options})


_GAVE_UP = json.dumps({"error": {"code": "500", "message": DEADLOCK}})


class ProcoreMri:
    """See `scenario.Scenario`."""

    name = "procore_mri"
    shapes = 40
    twice = Twice(
        "mri",
        1,
        look={"method": "GET", "query": "ContractDraws"},
        make={"method": "POST", "query": "ContractDraws"},
    )
    kinds: Sequence[Kind] = (
        ("deadlock, and nothing was kept", 3, _always("*", kind="status", status=500, body=_GAVE_UP)),
        ("deadlock's words after the work was done", 2, _always("write", status=500, body=_GAVE_UP)),
        ("gateway's 504 after the work was done", 2, _always("write", status=504, body="Gateway Timeout")),
        ("web page after the work was done", 2, _always("write", status=200, body=PAGE)),
    )

    def ground(self) -> Ground:
        """Limits so wide that only the drill's own storms meet them: what they are is measured elsewhere."""
        procore = ProcoreSandbox(spike=100_000, hourly=1_000_000, switches=ProcoreSwitches())
        return Ground({"procore": procore, "mri": MriSandbox(switches=MriSwitches(partner_calls=1_000_000))})

    def site(self, ground: Ground, shape: int, name: str) -> MriSite:
        return MriSite(ground, rng(self.name, shape), name)

    def whose(self, ground: Ground, vendor: str) -> Callable[[Any], str]:
        return partial(pictures.whose, ground.vendors[vendor], vendor)


class MriSite:
    """See `scenario.Site`. What is in MRI cannot be changed through its interface, so edits add, or change what comes
    from MRI."""

    def __init__(self, ground: Ground, draws: Random, name: str) -> None:
        procore, mri = ground.vendors["procore"], ground.vendors["mri"]
        assert isinstance(procore, ProcoreSandbox)
        assert isinstance(mri, MriSandbox)
        self.procore, self.mri, self.name, self.draws = procore, mri, name, draws
        self.contracts: list[Contract] = []
        self.master = draws.choice(("MRI", "Procore"))  # where vendors begin
        with procore.lock, mri.lock:
            self.company = self._company()
            self.books = self._books()
        self.grants = (self._procore_grant(ground), self._mri_grant(ground))
        self.tenant = self._tenant()
        self.rounds: Sequence[Round] = (
            Round(lambda: None, FIRST),
            Round(self._commit, SECOND),
            Round(self._pay, THIRD),
        )
        self.edits = self._edits()

    # What is there from the beginning.

    def _company(self) -> Company:
        """One of the jobs is a project already, in half of the customers."""
        company = self.procore.add_company(self.name, "US")
        if self.draws.random() < 0.5:
            company.add_project("Pier 9", JOBS[0][0])
        if self.master == "Procore":
            for name in (*(name for _, name in VENDORS), NEW):
                company.add_vendor(name)
        elif self.draws.random() < 0.5:
            company.add_vendor(f"{VENDORS[0][1]} Inc.")
        return company

    def _books(self) -> Database:
        books = self.mri.add_database(self.name, client_id=CLIENT)
        books.add_user(USER, PASSWORD, KEY)
        books.add("banks", id="OPER", name="Operating account")
        books.add("entities", id="100", name="Lantern Bay Holdings", current_period="202608")
        books.add("accounts", id="1510-00", name="Construction in progress", kind="B", active=True)
        for phase, name in PHASES:
            books.add("phases", id=phase, name=name)
        for category, name in CATEGORIES:
            books.add("categories", id=category, name=name)
        for code, name, phase in CODES:
            books.add("cost_codes", id=code, name=name, phase=phase, cost_type="C", cost_list="STD", active=True)
        self.vendors = [books.add("vendors", id=key, name=name, active=True, country="US") for key, name in VENDORS]
        for job, name in JOBS[: self.draws.choice((1, 2))]:
            books.add("jobs", id=job, name=name, entity_id="100", status="O", cost_list="STD")
        return books

    # The hub's side.

    def _procore_grant(self, ground: Ground) -> Grant:
        self.procore.add_app(f"{self.name}-procore", SECRET, [self.company])
        url = ground.urls.get("procore", "")
        return Grant.objects.create(
            customer=self._customer(),
            name="procore",
            vendor="procore",
            kind="client_credentials",
            client_id=f"{self.name}-procore",
            secret={"client_secret": SECRET},
            environment="custom" if url else "production",
            login_url=url,
            api_url=url,
        )

    def _mri_grant(self, ground: Ground) -> Grant:
        return Grant.objects.create(
            customer=self._customer(),
            name="mri",
            vendor="mri",
            kind="credentials",
            client_id=CLIENT,
            secret={"database": self.name, "user": USER, "key": KEY, "password": PASSWORD},
            environment="installation",
            api_url=f"{ground.urls.get('mri', f'https://{HOST}')}{PATH}",
        )

    def _customer(self) -> Customer:
        customer, _ = Customer.objects.get_or_create(name=self.name, slug=self.name)
        return customer

    def reconnect(self, grant: Grant) -> None:
        """Nothing about either login needs a browser: somebody looks at it and presses the button."""
        Grant.objects.filter(pk=grant.pk).update(state=GrantState.OK, state_reason="", version=grant.version + 1)

    def _tenant(self) -> Tenant:
        accounts = (str(self.company.id), self.name)
        source, target = (
            Connection.objects.create(customer=grant.customer, grant=grant, name=grant.vendor, account_id=account)
            for grant, account in zip(self.grants, accounts, strict=True)
        )
        Connection.objects.filter(pk=target.pk).update(profile=verified())
        return Tenant.objects.create(
            customer=source.customer,
            name=self.name,
            slug=self.name,
            pairing="procore_mri",
            source=source,
            target=target,
            settings={"default_country": "US", "vendor_master": self.master},
        )

    # What people do.

    @property
    def projects(self) -> list[Project]:
        return [row for row in self.company.projects if isinstance(row, Project)]

    def _commit(self) -> None:
        """Once projects, vendors and codes are there: a budget, contracts with claims."""
        with self.procore.lock:
            for number, project in enumerate(self.projects, 1):
                for code in FULL_CODES:
                    project.budget.add_line(code, Decimal(self.draws.randrange(50_000, 90_000)))
                project.budget.lock()
                project.budget.add_change(1, [(FULL_CODES[0], "More rock", Decimal("1250.40"))])
                self.contracts.append(self._contract(project, number))
                self._claim(self.contracts[-1], ENDS[0])

    def _contract(self, project: Project, number: int) -> Contract:
        new = self.master == "Procore" and number == 1
        vendor = self.company.vendors.named(NEW if new else VENDORS[0][1])
        assert vendor is not None
        lines = [(code, f"Works {code}", Decimal(60_000)) for code in FULL_CODES]
        retainage = self.draws.choice(("5", "10", "0"))
        return project.add_commitment(
            vendor, number=f"SC-{number:03}", lines=lines, retainage=retainage, contract_date="2026-07-01"
        )

    def _claim(self, contract: Contract, end: str) -> None:
        cents = Decimal(self.draws.randrange(10_000, 900_000)) / 100
        amounts = (cents, Decimal("1234.56"), Decimal("0.07"))
        contract.claim(period_end=end, work=dict(zip(contract.lines, amounts, strict=True)))

    def _pay(self) -> None:
        """First draws are paid, some of them in two parts; costs without a contract are entered."""
        with self.mri.lock:
            for draw in sorted(self.books.where("draws", number="1"), key=lambda row: str(row["job_id"])):
                if self.draws.random() < 0.4:
                    self.books.pay(draw, "100.01", on=DAY)
                    self.books.pay(draw, net_of(draw) - Decimal("100.01"), on=PAID)
                else:
                    self.books.pay(draw, on=PAID)
            self._invoice("SE-1", self.draws.randrange(10_000, 500_000))
            self._journal()

    def _invoice(self, number: str, cents: int) -> None:
        amount = Decimal(cents) / 100
        self.books.add(
            "ap_invoices",
            number=number,
            vendor_id=VENDORS[1][0],
            date=DAY,
            status="P",
            amount=amount + 25,
            lines=[self._line("Cable", amount), {"description": "Coffee", "amount": Decimal(25)}],
        )

    def _journal(self) -> None:
        amount = Decimal(self.draws.randrange(10_000, 500_000)) / 100
        off = {"description": "From overhead", "amount": -amount, "account_id": "1510-00"}
        lines = [{**self._line("Supervision", amount), "account_id": "1510-00"}, off]
        self.books.add("journals", number="JE-1", date=DAY, status="P", description="August", lines=lines)

    def _line(self, text: str, amount: Decimal) -> dict[str, Any]:
        code, _, phase = CODES[1]
        place = {"job_id": JOBS[0][0], "phase": phase, "cost_code": code, "cost_type": "C"}
        return {"description": text, "amount": amount, **place}

    def _edits(self) -> Sequence[Edit]:
        """Those of this customer: some of several, drawn."""
        every = [
            Edit("mri", 0, self._change_phone),
            Edit("mri", 0, self._finish_later),
            Edit("procore", 1, self._second_claim),
            Edit("procore", 1, self._change_order),
            Edit("procore", 1, self._budget_change),
        ]
        return [edit for edit in every if self.draws.random() < 0.4]

    def _change_phone(self) -> None:
        self.books.change(self.vendors[0], phone="218-555-0199")

    def _finish_later(self) -> None:
        """Not its name, which documents in MRI repeat as it was when they were sent."""
        job: MriRow | None = self.books.one("jobs", id=JOBS[0][0])
        assert job is not None
        self.books.change(job, completion_date=LATER)

    def _second_claim(self) -> None:
        self.contracts[0].claim(period_end=ENDS[1], work={self.contracts[0].lines[1]: Decimal("777.77")})

    def _change_order(self) -> None:
        self.contracts[0].add_change_order("CO-1", [(FULL_CODES[0], "Extra slab", Decimal("950.00"))])

    def _budget_change(self) -> None:
        self.projects[0].budget.add_change(2, [(FULL_CODES[1], "Thicker slab", Decimal("310.10"))])

    # What became of it.

    def picture(self) -> Picture:
        with self.procore.lock, self.mri.lock:
            return pictures.picture(self.company, self.books)

    def faults(self) -> Sequence[str]:
        with self.procore.lock, self.mri.lock:
            return list(pictures.disagreements(self.company, self.books))

    def targets(self) -> Mapping[str, frozenset[str]]:
        with self.procore.lock, self.mri.lock:
            return pictures.targets(self.company, self.books)
