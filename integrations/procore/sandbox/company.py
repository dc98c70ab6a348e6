"""One company of the pretend Procore, and how tests and the demo fill it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import columns, seed
from .state import Row, Table, World

DELIMITER = "-"  # between the segments of a cost code


class Company:
    """Its tables are public: read them to see what a run has done. `tools_off` names tools without access."""

    def __init__(self, world: World, name: str, country_code: str) -> None:
        self.world, self.name, self.id = world, name, world.new_id()
        self.country_code = country_code
        self.is_active = True
        self.tools_off: set[str] = set()
        self.stages = Table(world, "stage", columns.STAGE)
        self.projects = Table(world, "project", columns.PROJECT)
        self.vendors = Table(world, "vendor", columns.VENDOR)
        self.cost_code_lists = Table(world, "standard cost code list", columns.COST_CODE_LIST)
        self.standard_cost_codes = Table(world, "standard cost code", columns.STANDARD_COST_CODE)
        self.cost_codes = Table(world, "cost code", columns.COST_CODE)
        self.line_item_types = Table(world, "line item type", columns.LINE_ITEM_TYPE)
        self._fill()

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
        **values: Any,
    ) -> Row:
        """`number` is the job number; `copy_cost_codes` gives it the company's standard cost codes of this moment."""
        project = self.projects.add(
            name=name, project_number=number, project_stage_id=self.stage(stage).id, active=active, **values
        )
        if copy_cost_codes:
            self.copy_cost_codes(project)
        return project

    def add_vendor(self, name: str, *, abn: str = "", ein: str = "", **values: Any) -> Row:
        """A company of the directory; inactive with `is_active=False`."""
        kind, identifier = ("abn", abn) if abn else ("ein", ein)
        register = self.new_register(kind, identifier) if identifier else None
        return self.vendors.add(name=name, business_register=register, **values)

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

    def full_code(self, table: Table, row: Row) -> str:
        parent = table.get(row["parent_id"])
        return f"{self.full_code(table, parent)}{DELIMITER}{row['code']}" if parent else str(row["code"])
