"""The drill's customers between a pretend Procore and a pretend Xero: a few records for each of the nine stages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

from hub.models import Connection, Customer, Grant, Tenant
from hub.tokens import store
from integrations.base.auth import TokenSet
from integrations.procore.sandbox import Company, ProcoreSandbox
from integrations.procore.sandbox import Switches as ProcoreSwitches
from integrations.procore.sandbox.contracts import Contract
from integrations.procore.sandbox.project import Project
from integrations.procore.sandbox.seed import Division
from integrations.xero.sandbox import Document, Journal, Organisation, XeroSandbox, journal_line, line
from integrations.xero.sandbox import Switches as XeroSwitches
from integrations.xero.sandbox.state import Contact

from . import procore_xero_picture as pictures
from .scenario import Edit, Ground, Kind, Picture, Round, Twice, rng

STAGE, SECRET, BACK = "Send to Xero", "drill-secret", "https://hub.example/back"
CODES = (("310", "Concrete Supply"), ("320", "Concrete Place"))
FULL_CODES = ("03-310", "03-320")
SETTINGS: dict[str, Any] = {
    "cost_account": "310",
    "retention_payable_account": "835",
    "bill_status": "AUTHORISED",
    "order_status": "AUTHORISED",
}
FIRST, SECOND, THIRD = (
    ("projects", "contacts", "cost_codes"),
    ("commitments", "progress_claims", "direct_invoices", "journal_entries"),
    ("payments", "claim_attachments"),
)
DAY, LATER = date(2026, 8, 5), date(2026, 8, 19)
ENDS = ("2026-07-31", "2026-08-31")


class ProcoreXero:
    """See `scenario.Scenario`."""

    name = "procore_xero"
    shapes = 40
    kinds: Sequence[Kind] = ()
    twice = Twice(
        "xero",
        1,
        look={"method": "GET", "path": "/Invoices$", "query": "InvoiceNumbers"},
        make={"method": "PUT", "path": "/Invoices$"},
    )

    def ground(self) -> Ground:
        """Limits so wide that only the drill's own storms meet them: what they are is measured elsewhere."""
        procore = ProcoreSandbox(spike=100_000, hourly=1_000_000, switches=ProcoreSwitches())
        switches = XeroSwitches(minute_limit=100_000, day_limit=1_000_000, concurrent_limit=50)
        return Ground({"procore": procore, "xero": XeroSandbox(switches=switches)})

    def site(self, ground: Ground, shape: int, name: str) -> CustomerSite:
        return CustomerSite(ground, rng(self.name, shape), name)

    def whose(self, ground: Ground, vendor: str) -> Callable[[Any], str]:
        return partial(pictures.whose, ground.vendors[vendor], vendor)


class CustomerSite:
    """See `scenario.Site`."""

    def __init__(self, ground: Ground, draws: Random, name: str) -> None:
        procore, xero = ground.vendors["procore"], ground.vendors["xero"]
        assert isinstance(procore, ProcoreSandbox)
        assert isinstance(xero, XeroSandbox)
        self.procore, self.xero, self.name, self.draws = procore, xero, name, draws
        if "procore" in ground.urls:
            procore.world.files_url = ground.urls["procore"]
        self.contracts: list[Contract] = []
        self.invoices: list[Document] = []
        self.journals: list[Journal] = []
        self.slipped = False
        self.country = draws.choice(("AU", "NZ"))
        with procore.lock, xero.lock:
            self.company = self._company()
            self.org = self._organisation()
        self.custom, self.service = draws.random() < 0.5, draws.random() < 0.7
        self.grants = (self._procore_grant(ground), self._xero_grant(ground))
        self.tenant = self._tenant()
        self.rounds: Sequence[Round] = (
            Round(lambda: None, FIRST),
            Round(self._commit, SECOND),
            Round(self._pay, THIRD),
        )
        self.edits = self._edits()

    # What is there from the beginning.

    def _company(self) -> Company:
        company = self.procore.add_company(self.name, self.country)
        company.stage(STAGE)
        company.add_cost_codes([Division("03", "Concrete", CODES)])
        self.projects = [self._project(company, number) for number in range(1, self.draws.choice((2, 3)))]
        return company

    def _project(self, company: Company, number: int) -> Project:
        return company.add_project(f"House {number}", f"24-{number:03}", STAGE, copy_cost_codes=True)

    def _organisation(self) -> Organisation:
        org = self.xero.add_organisation(self.name, self.country)
        org.add_category("Project")
        org.add_category("Cost Codes")
        names = ["Kauri Ridge Builders", "Gumleaf Electrical", "Bluestone Formwork"][: self.draws.choice((2, 3))]
        self.suppliers = [org.add_contact(name, phone="02 5550 0100") for name in names]
        org.add_group("Procore", self.suppliers)
        return org

    # The hub's side.

    def _procore_grant(self, ground: Ground) -> Grant:
        app = self.procore.add_app(f"{self.name}-procore", SECRET, [self.company], [BACK])
        return self._grant("procore", ground, "client_credentials" if self.service else "authorization_code", app)

    def _xero_grant(self, ground: Ground) -> Grant:
        client_id = f"{self.name}-xero"
        if self.custom:
            app = self.xero.add_app(client_id, SECRET, kind="custom", organisation=self.org)
        else:
            app = self.xero.add_app(client_id, SECRET, [BACK])
        return self._grant("xero", ground, "client_credentials" if self.custom else "authorization_code", app)

    def _grant(self, vendor: str, ground: Ground, kind: str, app: Any) -> Grant:
        customer, _ = Customer.objects.get_or_create(name=self.name, slug=self.name)
        url = ground.urls.get(vendor, "")
        grant = Grant.objects.create(
            customer=customer,
            name=vendor,
            vendor=vendor,
            kind=kind,
            client_id=app.client_id,
            secret={"client_secret": SECRET},
            environment="custom" if url else "production",
            login_url=url,
            api_url=url,
        )
        if kind == "authorization_code":
            self.reconnect(grant)
        return grant

    def reconnect(self, grant: Grant) -> None:
        """Consent anew, as a person does in the browser."""
        if grant.vendor == "xero":
            with self.xero.lock:
                answer = self.xero.tokens(self.xero.access.apps[grant.client_id], [self.org])
            tokens = TokenSet(answer["access_token"], self._end(self.xero, 1800), answer["refresh_token"])
        else:
            with self.procore.lock:
                logins = self.procore.logins
                token = logins.new_token(logins.apps[grant.client_id], logins.administrator)
            tokens = TokenSet(token.value, self._end(self.procore, 5400), token.refresh_token)
        store(grant, tokens)

    @staticmethod
    def _end(vendor: Any, seconds: int) -> Any:
        return TokenSet.from_answer({"access_token": "-", "expires_in": seconds}, pictures.our_clock()).expires_at

    def _tenant(self) -> Tenant:
        accounts = (str(self.company.id), self.org.id)
        source, target = (
            Connection.objects.create(customer=grant.customer, grant=grant, name=grant.vendor, account_id=account)
            for grant, account in zip(self.grants, accounts, strict=True)
        )
        return Tenant.objects.create(
            customer=source.customer,
            name=self.name,
            slug=self.name,
            pairing="procore_xero",
            source=source,
            target=target,
            settings=SETTINGS,
        )

    # What people do.

    def _commit(self) -> None:
        """Once projects and vendors are there: contracts with claims, and costs without a contract."""
        with self.procore.lock:
            for number, project in enumerate(self.projects, 1):
                self.contracts.append(self._contract(project, self.suppliers[0], f"SC-{number:03}"))
                self._claim(self.contracts[-1], ENDS[0])
        with self.xero.lock:
            self.invoices = [self._invoice(number) for number in range(1, self.draws.choice((2, 3)))]
            self.journals = [self._journal()]

    def _contract(self, project: Project, supplier: Contact, number: str) -> Contract:
        vendor = self.company.vendors.with_origin(supplier.id)
        lines = [(code, f"Works {code}", Decimal(60_000)) for code in FULL_CODES]
        retainage = self.draws.choice(("5", "10", "0"))
        return project.add_commitment(
            vendor, number=number, lines=lines, retainage=retainage, contract_date="2026-07-01"
        )

    def _claim(self, contract: Contract, end: str) -> None:
        cents = Decimal(self.draws.randrange(10_000, 900_000)) / 100
        files = ("claim.pdf",) if self.draws.random() < 0.5 else ()
        work = dict(zip(contract.lines, (cents, Decimal("1234.56")), strict=True))
        contract.claim(period_end=end, work=work, attachments=files)

    def _marks(self, number: int) -> dict[str, str]:
        """Tracking to a project and a code, by the options that are there."""
        projects = sorted(self.org.category("Project").options, key=lambda option: option.name)
        return {"Project": projects[number % len(projects)].name, "Cost_Codes": f"{FULL_CODES[0]} {CODES[0][1]}"}

    def _invoice(self, number: int) -> Document:
        cents = Decimal(self.draws.randrange(10_000, 500_000)) / 100
        lines = [line("Cable", cents, "310", "INPUT" if self.org.country == "AU" else "INPUT2", **self._marks(number))]
        lines.append(line("Coffee", "25.00", "453"))
        return self.org.add_bill(self.suppliers[1], lines, DAY, DAY, number=f"INV-{number}")

    def _journal(self) -> Journal:
        cents = Decimal(self.draws.randrange(10_000, 500_000)) / 100
        lines = [journal_line("Accrued work", cents, "310", **self._marks(0)), journal_line("Accrued", -cents, "804")]
        return self.org.add_journal("August accrual", lines, DAY)

    def _pay(self) -> None:
        """Bills of first claims are paid, some of them in two parts."""
        with self.xero.lock:
            bills = [bill for bill in self.org.bills() if bill.made_by and bill.number.endswith("-1")]
            for bill in sorted(bills, key=lambda bill: bill.number):
                if self.draws.random() < 0.3:
                    self.org.pay(bill, (bill.left / 3).quantize(Decimal("0.01")), DAY, reference="part")
                self.org.pay(bill, None, LATER, reference="EFT 88")

    def _edits(self) -> Sequence[Edit]:
        """Those of this customer: some of several, drawn."""
        every = [
            Edit("procore", 0, self._rename_project),
            Edit("xero", 0, self._change_phone),
            Edit("procore", 0, self._rename_code),
            Edit("procore", 1, self._second_claim),
            Edit("xero", 1, self._change_invoice),
            Edit("xero", 1, self._change_journal),
            Edit("procore", 1, self._change_order),
        ]
        slip = [Edit("xero", 0, self._slip)] * 2 if self.draws.random() < 0.4 else []
        return [*(edit for edit in every if self.draws.random() < 0.4), *slip]

    def _rename_project(self) -> None:
        self.projects[0].change(name="House of Glass")

    def _change_phone(self) -> None:
        self.org.change_contact(self.suppliers[0], phone="02 5550 0199")

    def _slip(self) -> None:
        """Wrong at first, and taken back."""
        self.slipped = not self.slipped
        self.org.change_contact(self.suppliers[0], EmailAddress="typing.error@kauri.example" if self.slipped else "")

    def _rename_code(self) -> None:
        code = self.company.standard_cost_codes.named(CODES[1][1])
        assert code is not None
        code.change(name="Concrete Finish")

    def _second_claim(self) -> None:
        work = {self.contracts[0].lines[1]: Decimal("777.77")}
        self.contracts[0].claim(period_end=ENDS[1], work=work, attachments=("second.pdf",))

    def _change_invoice(self) -> None:
        marks = self._marks(1)
        tax = "INPUT" if self.org.country == "AU" else "INPUT2"
        self.org.edit_bill(self.invoices[0], LineItems=[line("Cable, more", "431.07", "310", tax, **marks)])

    def _change_journal(self) -> None:
        self.org.edit_journal(self.journals[0], Narration="August accrual, corrected")

    def _change_order(self) -> None:
        self.contracts[0].add_change_order("CO-1", [(FULL_CODES[0], "Extra slab", Decimal("950.00"))])

    # What became of it.

    def picture(self) -> Picture:
        with self.procore.lock, self.xero.lock:
            return pictures.picture(self.company, self.org)

    def faults(self) -> Sequence[str]:
        with self.procore.lock, self.xero.lock:
            return list(pictures.disagreements(self.company, self.org))

    def targets(self) -> Mapping[str, frozenset[str]]:
        with self.procore.lock, self.xero.lock:
            return pictures.targets(self.company, self.org)
