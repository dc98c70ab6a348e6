"""Books to begin with: what a property company's MRI holds before anything has come from a construction system."""

from __future__ import annotations

from datetime import date

from .state import Database

USER, PASSWORD, KEY = "tieback", "web-services-password", "partner-key"

PHASES = (("01", "Site works"), ("02", "Structure"), ("03", "Fit-out"))
COST_CODES = (
    ("0100", "Demolition", "01", "SUB"),
    ("0110", "Excavation", "01", "SUB"),
    ("0300", "Concrete", "02", "SUB"),
    ("0510", "Structural steel", "02", "MAT"),
    ("0900", "Plasterboard", "03", "SUB"),
    ("0990", "Painting", "03", "SUB"),
    ("1600", "Electrical", "03", "SUB"),
    ("9900", "Wages", "03", "LAB"),
)
CATEGORIES = (("LAB", "Labour"), ("MAT", "Material"), ("SUB", "Subcontract"), ("OTH", "Other"))
VENDORS = (
    ("0000010449", "Ironbark Concreting", "12 Quay Road", "Fremantle", "WA", "6160"),
    ("0000010450", "Southern Cross Steel", "8 Foundry Lane", "Welshpool", "WA", "6106"),
    ("00S0009003", "Brightline Electrical", "3 Circuit Court", "Osborne Park", "WA", "6017"),
    ("0000010502", "Clearview Interiors", "77 Hay Street", "Perth", "WA", "6000"),
)
JOBS = (("WHARF01", "Wharf Street Tower", "100"), ("DEPOT02", "Depot Refurbishment", "200"))


def fill(books: Database) -> Database:
    """Entities, accounts, codes, vendors and jobs, and a Web Services user who may call everything."""
    books.add_user(USER, PASSWORD, KEY)
    books.add("banks", id="OPER", name="Operating account")
    for entity, name in (("100", "Harbour Property Trust"), ("200", "Depot Holdings")):
        books.add("entities", id=entity, name=name, current_period="202611")
    for account, name, kind in (("1510-00", "Construction in progress", "B"), ("2010-00", "Accounts payable", "B")):
        books.add("accounts", id=account, name=name, kind=kind, active=True)
    for phase, name in PHASES:
        books.add("phases", id=phase, name=name)
    for category, name in CATEGORIES:
        books.add("categories", id=category, name=name)
    for code, name, phase, category in COST_CODES:
        books.add("cost_codes", id=code, name=name, phase=phase, cost_type=category, cost_list="STD", active=True)
    for vendor, name, street, city, state, postcode in VENDORS:
        place = {"address1": street, "city": city, "state": state, "postcode": postcode, "country": "AU"}
        books.add("vendors", id=vendor, name=name, active=True, **place)
    for job, name, entity in JOBS:
        books.add(
            "jobs",
            id=job,
            name=name,
            entity_id=entity,
            status="O",
            cost_list="STD",
            start_date=date(2026, 3, 2),
            completion_date=date(2027, 6, 30),
        )
    return books
