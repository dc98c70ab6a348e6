"""What the books in MRI hold before anything has run: entities, jobs, codes and vendors."""

from __future__ import annotations

from typing import NamedTuple

ENTITIES = (("100", "Lantern Bay Holdings"), ("200", "Pier Nine Partners"), ("900", "Old Mill Trust"))
ACCOUNTS = (("1510-00", "Construction in progress"), ("2010-00", "Accounts payable"), ("6100-00", "Site overhead"))
PERIOD = "202608"

PHASES = (("01", "Sitework"), ("02", "Structure"), ("03", "Finishes"))
CODES = (  # code, name, phase, category
    ("0100", "Demolition", "01", "C"),
    ("0110", "Excavation", "01", "C"),
    ("0170", "Surveying", "01", "FEE"),
    ("0300", "Concrete", "02", "C"),
    ("0510", "Structural steel", "02", "M"),
    ("0900", "Drywall", "03", "C"),
    ("0990", "Painting", "03", "C"),
    ("1600", "Electrical", "03", "C"),
)
RETIRED = ("0980", "Wallpaper", "03", "C")
CATEGORIES = (("L", "Labor"), ("M", "Materials"), ("C", "Contracts"), ("EQP", "Equipment"), ("FEE", "Permits and Fees"))


class Job(NamedTuple):
    """`project` is the number of the Procore project that is there already, "" for none."""

    id: str
    name: str
    entity: str
    status: str = "O"


JOBS = (
    Job("0042-A", "Pier Nine Lofts", "200"),
    Job("00S107", "Signal Street Garage", "100"),
    Job("0117", "Lighthouse Row", "100"),
    Job("007", "Harbor Clinic", "100"),  # two projects in Procore have this number
    Job("0099", "Old Cannery", "100", "C"),
    Job("M-2001", "Mill Annex", "900"),  # of an entity that this tenant is not for
)
PROJECTS = (("0042-A", "Pier 9 Lofts"), ("007", "Harbor Clinic, shell"), ("007", "Harbor Clinic, fit-out"))


class Vendor(NamedTuple):
    id: str
    name: str
    street: str
    city: str
    state: str
    postcode: str
    tax_number: str = ""
    active: bool = True


WRONG_WAY = "Wrong Way Haulage"
FOGHORN, SPINDRIFT, BELLBUOY = "Foghorn Concrete", "Spindrift Electric", "Bellbuoy Steel"
GULL, DRIFTWOOD = "Gull & Tern Interiors", "Driftwood Survey"
VENDORS = (
    Vendor("0000010449", FOGHORN, "12 Quay Road", "Duluth", "MN", "55802", "99-9999991"),
    Vendor("0000010450", BELLBUOY, "8 Foundry Lane", "Superior", "WI", "54880"),
    Vendor("00S0009003", SPINDRIFT, "3 Circuit Court", "Two Harbors", "MN", "55616"),
    Vendor("0000010502", GULL, "77 Hay Street", "Ashland", "WI", "54806"),
    Vendor("0000010600", WRONG_WAY, "8 Detour Drive", "Duluth", "ZZ", "55802"),
    Vendor("0000010777", DRIFTWOOD, "1 Peg Lane", "Duluth", "MN", "55803"),  # two in Procore fit
    Vendor("00000526PP", "Paper Lantern Supply", "5 Fold Street", "Duluth", "MN", "55804", active=False),
)
DIRECTORY = (("Foghorn Concrete Inc.", "999999991"), (DRIFTWOOD, ""), ("Driftwood Survey LLC", ""))

# Contracts that somebody has entered in MRI before: job, number, vendor, code, amount.
CONTRACTS = (
    ("0042-A", "SC-03", GULL, ("03", "0990", "C"), "15000.00"),
    ("00S107", "SC-02", FOGHORN, ("02", "0300", "C"), "50000.00"),  # two thousand less than Procore has
)
