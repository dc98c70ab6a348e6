"""The projects of the fictional customers, as they stand in Procore."""

from __future__ import annotations

from typing import NamedTuple

SEND, SEND_NZ, BIDDING = "Send to Xero", "Send to Xero NZ", "Bidding"


class Job(NamedTuple):
    """A Procore project: `number` None when nobody filled it in, `currency` "" for the company's."""

    number: str | None
    name: str
    stage: str = SEND
    currency: str = ""


LONG = (
    "Upgrade of the covered walkways, lighting and wayfinding between the eastern ferry wharf and the bus interchange, "
    "stage 2"
)
RENAMED = "2402"  # the project that the second part of the demonstration renames

HARBOUR_AND_LANE = (
    Job("2401", "Wharf Street Apartments"),
    Job(RENAMED, "Millpond School Hall"),
    Job("2403", "Signal Hill Depot"),  # an option “2403” is in Xero already
    Job("2404", "Café & Bar “Möwe” #7 🏗"),
    Job("2405", LONG),
    Job("2406", "Warehouse A"),
    Job("2406", "Warehouse B"),
    Job(None, "Boatshed Refurbishment"),
    Job("2410", "Observatory Tender", BIDDING),
    Job("3101", "Viaduct Offices", SEND_NZ, "NZD"),
    Job("3102", "Kiwifruit Packhouse", SEND_NZ, "NZD"),
    Job("3103", "Harbour Pilots' Station", SEND_NZ, "NZD"),
)

KAURI_RIDGE = (
    Job("K-01", "Ridge Road Townhouses"),
    Job("K-02", "Totara Lane Clinic"),
    Job("K-03", "Library Roof"),
    Job("K-04", "Museum Store", BIDDING),
)
