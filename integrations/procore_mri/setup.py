"""“Check set-up”: do both sides answer, is every endpoint verified, and does everything exist that the stages need?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from hub.pairing import Check
from integrations import mri as mri_vendor
from integrations import procore as procore_vendor
from integrations.base.client import ApiClient
from integrations.base.errors import Rejected, VendorError
from integrations.mri.client import MriClient
from integrations.mri.operations import OPERATIONS
from integrations.mri.reading import records
from integrations.procore import endpoints as procore
from integrations.procore.client import ProcoreClient
from integrations.procore_kit import names
from integrations.procore_kit.clients import procore_client
from integrations.procore_kit.standard_codes import chosen_list

from .clients import mri_client
from .lists import text
from .settings import Master, Settings, listed

SETTINGS_FIX = "Correct it in the tenant's settings"

# What each stage asks of MRI: (stage, operations).
NEEDED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Vendors", ("vendors.list",)),
    ("Cost codes", ("phases.list", "cost_codes.list", "cost_types.list")),
    ("Jobs", ("jobs.list",)),
    ("Budgets", ("budgets.find", "budgets.create", "budget_revisions.find", "budget_revisions.create")),
    ("Commitments", ("contracts.find", "contracts.create", "purchase_orders.find", "purchase_orders.create")),
    ("Change orders", ("contract_change_orders.find", "contract_change_orders.create")),
    ("Progress claims", ("draws.find", "draws.create")),
    ("Payments", ("payments.list", "draws.find")),
    ("Payables", ("ap_invoices.list",)),
    ("Journal entries", ("journals.list",)),
)
NEW_VENDORS = ("New vendors", ("vendors.find", "vendors.create"))


def check_setup(left: ApiClient, right: ApiClient, settings: Settings) -> list[Check]:
    """One line per thing looked at. A side that does not answer ends its own list; nothing is raised."""
    return [*_side("Procore", lambda: _procore(left, settings)), *_side("MRI", lambda: _mri(right, settings))]


def _side(name: str, checks: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    try:
        yield from checks()
    except VendorError as error:
        yield Check(
            f"{name} answers", False, error.message, "Open the connection, test it, and connect again if asked."
        )


def _procore(client: ApiClient, settings: Settings) -> Iterator[Check]:
    own = procore_client(client)
    yield Check("Procore answers", True, f"Company “{procore_vendor.VENDOR.check(own)}”.")
    yield _code_list(own, settings)
    if settings.project_stage:
        stages = [stage.name for stage in procore.project_stages(own)]
        yield _named("Stage of new projects", settings.project_stage, stages, "Procore has the stages")
    types = [called for one in procore.line_item_types(own) for called in (one.code, one.name)]
    yield _named("Default cost type", settings.cost_type, types, "Procore has the cost types")


def _code_list(client: ProcoreClient, settings: Settings) -> Check:
    label = "Standard cost codes"
    try:
        found = chosen_list(procore.standard_cost_code_lists(client), settings.cost_code_list)
    except Rejected as error:
        return Check(label, False, error.message, f"{SETTINGS_FIX}.")
    return Check(label, True, f"The codes stand in “{found.name}”.")


def _named(label: str, wanted: str, known: Sequence[str], has: str) -> Check:
    ok = names.fold(wanted) in map(names.fold, known)
    detail = f"“{wanted}” exists." if ok else f"There is no “{wanted}”. {has} {_listed(known)}."
    return Check(label, ok, detail, "" if ok else f"{SETTINGS_FIX}.")


def _mri(client: ApiClient, settings: Settings) -> Iterator[Check]:
    own = mri_client(client)
    yield Check("MRI answers", True, f"Database {mri_vendor.VENDOR.check(own)}.")
    yield from _endpoints(own, settings)
    if _usable(own, "entities.list"):
        yield from _entities(own, settings)
    if settings.cost_lists and _usable(own, "cost_codes.list"):
        lists = {text(row, "cost_list").casefold() for row in records(own, "cost_codes.list")}
        missing = sorted(listed(settings.cost_lists) - lists)
        detail = f"MRI has no codes in {_listed(missing)}." if missing else "All of them hold codes."
        yield Check("MRI cost lists", not missing, detail, f"{SETTINGS_FIX}." if missing else "")


def _endpoints(client: MriClient, settings: Settings) -> Iterator[Check]:
    """What nobody has verified is neither read nor written, so its stage cannot work."""
    used = [*NEEDED, NEW_VENDORS] if settings.vendor_master is Master.PROCORE else NEEDED
    for stage, operations in used:
        missing = [OPERATIONS[name].title for name in operations if not _usable(client, name)]
        ok = f"All {len(operations)} are verified." if len(operations) > 1 else "It is verified."
        yield Check(
            f"Endpoints of “{stage}”",
            not missing,
            f"Not verified, or switched off: {_listed(missing)}." if missing else ok,
            "Open the MRI connection's interface, probe each, compare its fields, and mark it verified."
            if missing
            else "",
        )


def _usable(client: MriClient, operation: str) -> bool:
    try:
        client.profile.endpoint(operation).usable()
    except Rejected:
        return False
    return True


def _entities(client: MriClient, settings: Settings) -> Iterator[Check]:
    found = {text(row, "id"): text(row, "current_period") for row in records(client, "entities.list")}
    wanted = listed(settings.entities)
    missing = sorted(wanted - {one.casefold() for one in found})
    known = _listed(sorted(found))
    detail = f"MRI has no {_listed(missing)}; it has {known}." if missing else f"MRI has the entities {known}."
    yield Check("Entities", not missing, detail, f"{SETTINGS_FIX}." if missing else "")
    chosen = {one: period for one, period in found.items() if not wanted or one.casefold() in wanted}
    silent = sorted(one for one, period in chosen.items() if not period)
    told = ", ".join(f"{one}: {period}" for one, period in sorted(chosen.items()) if period)
    yield Check(
        "Open periods",
        not silent,
        f"No current period is told for {_listed(silent)}." if silent else f"Current periods are {told}.",
        "See in MRI whether the entity has an open period, and in the interface which field tells it."
        if silent
        else "",
    )


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(f"“{text}”" for text in texts) or "none"
