"""One company of the pretend Procore, and how tests and the demo fill it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import columns, money_columns, seed
from .budget import BudgetTables
from .contracts import KINDS, Contract
from .project import Project
from .resources import listen
from .state import Row, Table, World

DELIMITER = "-"  # between the segments of a cost code
WBS_DELIMITER = "."  # between cost code and cost type
CURRENCIES = {"AU": "AUD", "CA": "CAD", "GB": "GBP", "IE": "EUR", "NZ": "NZD", "US": "USD"}


class Company:
    """Its tables are public: read them to see what a run has done. `tools_off` names tools without access."""

    def __init__(self, world: World, name: str, country_code: str) -> None:
        self.world, self.name, self.id = world, name, world.new_id()
        self.country_code = country_code
        self.is_active = True
        self.tools_off: set[str] = set()
        self.files: dict[int, bytes] = {}
        self.own_vendor_ids = False  # of vendors in projects
        self._parents: tuple[int, frozenset[int | None]] = (-1, frozenset())
        self._vendor_ids: dict[tuple[int, int], int] = {}
        self.stages = Table(world, "stage", columns.STAGE)
        self.projects = Table(world, "project", columns.PROJECT)
        self.vendors = Table(world, "vendor", columns.VENDOR)
        self.cost_code_lists = Table(world, "standard cost code list", columns.COST_CODE_LIST)
        self.standard_cost_codes = Table(world, "standard cost code", columns.STANDARD_COST_CODE)
        self.cost_codes = Table(world, "cost code", columns.COST_CODE)
        self.line_item_types = Table(world, "line item type", columns.LINE_ITEM_TYPE)
        self.hooks = Table(world, "hook", columns.HOOK)
        self.triggers = Table(world, "trigger", columns.TRIGGER)
        self._open_books(world)
        listen(self)
        self._fill()

    def _open_books(self, world: World) -> None:
        self.wbs_codes = Table(world, "budget code", money_columns.WBS_CODE)
        self._wbs_index: dict[tuple[int, ...], Row] = {}
        segments = (("Cost Code", "cost_code"), ("Cost Type", "line_item_type"))
        self.pattern_id = world.new_id()
        self.segments = tuple((world.new_id(), name, kind) for name, kind in segments)
        self.contracts = {kind: Table(world, kind, money_columns.CONTRACT[kind]) for kind in KINDS}
        self.lines = Table(world, "line item", money_columns.LINE)
        self.line_details = Table(world, "detail line", money_columns.DETAIL)
        self.change_orders = Table(world, "change order", money_columns.CHANGE_ORDER)
        self.periods = Table(world, "billing period", money_columns.PERIOD)
        self.claims = Table(world, "requisition", money_columns.CLAIM)
        self.claim_items = Table(world, "requisition item", money_columns.CLAIM_ITEM)
        self.payments = Table(world, "contract payment", money_columns.PAYMENT)
        self.budgets = BudgetTables(world)
        self.sub_jobs = Table(world, "sub job", columns.SUB_JOB)
        self.tax_codes = Table(world, "tax code", columns.TAX_CODE)
        self.direct_costs = Table(world, "direct cost", money_columns.DIRECT_COST)

    def _fill(self) -> None:
        for name, category in seed.STAGES:
            self.stages.add(name=name, category=category, readonly=True, default_stage=True)
        for name, code, base_type in seed.LINE_ITEM_TYPES:
            self.line_item_types.add(name=name, code=code, base_type=base_type)
        self.cost_code_list = self.cost_code_lists.add(name="Standard Cost Codes")

    def __repr__(self) -> str:
        return f"<company {self.id} {self.name!r}>"

    def add_stage(self, name: str, category: str | None = "course_of_construction", **values: Any) -> Row:
        """A stage of the customer's own; `category` names the default stage it stands for."""
        return self.stages.add(name=name, category=category, **values)

    def stage(self, name: str) -> Row:
        """The stage of this name, made when there is none."""
        return self.stages.named(name) or self.add_stage(name)

    def add_project(
        self,
        name: str,
        number: str | None = None,
        stage: str = "Course of Construction",
        *,
        active: bool = True,
        copy_cost_codes: bool = False,
        currency: str = "",
        **values: Any,
    ) -> Project:
        """`number` is the job number; `copy_cost_codes` gives it the company's standard cost codes of this moment.
        `currency` "" is the company's."""
        stage_id = self.stage(stage).id
        project = self.new_project(name=name, project_number=number, project_stage_id=stage_id, active=active, **values)
        project.own_currency = currency
        if copy_cost_codes:
            self.copy_cost_codes(project)
        return project

    def new_project(self, **values: Any) -> Project:
        return self.projects.keep(Project(self, values))

    def contract(self, contract_id: object) -> Contract | None:
        """A commitment of either kind."""
        rows = (table.get(contract_id) for table in self.contracts.values())
        return next((row for row in rows if isinstance(row, Contract)), None)

    @property
    def currency(self) -> str:
        return CURRENCIES.get(self.country_code, "USD")

    def add_vendor(self, name: str, *, abn: str = "", ein: str = "", **values: Any) -> Row:
        """A company of the directory; inactive with `is_active=False`."""
        kind, identifier = ("abn", abn) if abn else ("ein", ein)
        register = self.new_register(kind, identifier) if identifier else None
        return self.vendors.add(name=name, business_register=register, **values)

    def vendor_id_in(self, project: Row, vendor: Row) -> int:
        """The id by which a project knows a vendor of the company."""
        if not self.own_vendor_ids:
            return vendor.id
        key = (project.id, vendor.id)
        if key not in self._vendor_ids:
            self._vendor_ids[key] = self.world.new_id()
        return self._vendor_ids[key]

    def vendor_in(self, project: Row, vendor_id: object) -> Row | None:
        """The vendor that a project means by this id, whether or not it has joined the project."""
        if not self.own_vendor_ids:
            return self.vendors.get(vendor_id)
        joined = (self.vendors.get(known) for known in project["vendor_ids"])
        return next((row for row in joined if row and str(self.vendor_id_in(project, row)) == str(vendor_id)), None)

    def add_file(self, content: bytes) -> int:
        """Keep a file; its id."""
        number = self.world.new_id()
        self.files[number] = content
        return number

    def new_register(self, kind: str, identifier: str) -> dict[str, Any]:
        return {
            "id": self.world.new_id(),
            "type": kind,
            "identifier": identifier,
            "verified_at": None,
            "verification_status": None,
        }

    def add_cost_codes(self, divisions: Iterable[seed.Division], list_row: Row | None = None) -> list[Row]:
        """Two levels of standard cost codes. Gives back the lower one: a division itself takes no cost."""
        list_id = (list_row or self.cost_code_list).id
        added = []
        for division in divisions:
            header = self.standard_cost_codes.add(name=division.name, code=division.code, list_id=list_id)
            for code, name in division.codes:
                row = self.standard_cost_codes.add(name=name, code=code, parent_id=header.id, list_id=list_id)
                added.append(row)
        return added

    def copy_cost_codes(self, project: Row) -> list[Row]:
        """Give a project its own copy of the standard cost codes it does not have yet; all of its copies."""
        own = self.cost_codes.where(lambda row: row["project_id"] == project.id)
        copies: dict[int, Row] = {row["standard_cost_code_id"]: row for row in own}
        for standard in self.standard_cost_codes:
            if standard.id not in copies:
                parent = copies.get(standard["parent_id"])
                copies[standard.id] = self.cost_codes.add(
                    name=standard["name"],
                    code=standard["code"],
                    parent_id=parent.id if parent else None,
                    standard_cost_code_id=standard.id,
                    project_id=project.id,
                )
        return list(copies.values())

    def takes_costs(self, cost_code: Row) -> bool:
        """Header-level codes do not: those with codes under them."""
        version, parents = self._parents
        if version != self.cost_codes.version:
            parents = frozenset(row["parent_id"] for row in self.cost_codes)
            self._parents = self.cost_codes.version, parents
        return cost_code.id not in parents

    def full_code(self, table: Table, row: Row) -> str:
        parent = table.get(row["parent_id"])
        return f"{self.full_code(table, parent)}{DELIMITER}{row['code']}" if parent else str(row["code"])

    def cost_type(self, code: str) -> Row:
        """The cost type of this code. Raises LookupError."""
        found = next((row for row in self.line_item_types if row["code"] == code), None)
        if found is None:
            raise LookupError(f"no cost type {code}")
        return found

    def known_wbs_code(self, project: Row, cost_code: Row, cost_type: Row) -> Row | None:
        return self._wbs_index.get((project.id, cost_code.id, cost_type.id))

    def wbs_code(self, project: Row, cost_code: Row, cost_type: Row) -> Row:
        """The budget code of a combination, made with its first use: https://developers.procore.com/documentation/tutorial-wbs"""
        own = {"project_id": project.id, "cost_code_id": cost_code.id, "line_item_type_id": cost_type.id}
        if self._wbs_index.get(tuple(own.values())) is None:
            flat_code = f"{self.full_code(self.cost_codes, cost_code)}{WBS_DELIMITER}{cost_type['code']}"
            text = f"{cost_code['name']}{WBS_DELIMITER}{cost_type['name']}"
            self._wbs_index[tuple(own.values())] = self.wbs_codes.add(**own, flat_code=flat_code, description=text)
        return self._wbs_index[tuple(own.values())]
