"""What a new company holds, and the cost codes of an ordinary builder."""

from __future__ import annotations

from typing import NamedTuple

# https://developers.procore.com/documentation/tutorial-project-stages ; a default stage may have no category.
STAGES: tuple[tuple[str, str | None], ...] = (
    ("Bidding", None),
    ("Pre-Construction", "pre_construction"),
    ("Course of Construction", "course_of_construction"),
    ("Post-Construction", "post_construction"),
    ("Completed", "completed"),
    ("Not Awarded", "not_awarded"),
    ("Canceled", "canceled"),
)

# (name, code, base type)
LINE_ITEM_TYPES: tuple[tuple[str, str, str], ...] = (
    ("Labor", "L", "other"),
    ("Equipment", "E", "equipment"),
    ("Materials", "M", "materials"),
    ("Commitment", "C", "commitment"),
    ("Owner Cost", "OC", "owner_cost"),
    ("Professional Services", "SVC", "professional_services"),
    ("Other", "O", "other"),
)


class Division(NamedTuple):
    """A header-level cost code, and the codes under it that take costs."""

    code: str
    name: str
    codes: tuple[tuple[str, str], ...]


def _divisions(text: str) -> tuple[Division, ...]:
    """Read an outline: a division at the margin, its codes indented; each a segment, a blank and a name."""
    outline: list[tuple[str, str, list[tuple[str, str]]]] = []
    for line in text.strip().splitlines():
        segment, _, name = line.strip().partition(" ")
        if line.startswith(" "):
            outline[-1][2].append((segment, name))
        else:
            outline.append((segment, name, []))
    return tuple(Division(segment, name, tuple(codes)) for segment, name, codes in outline)


DIVISIONS = _divisions(
    """
01 General Requirements
  310 Project Management
  315 Site Supervision
  320 Programme and Reporting
  330 Permits and Fees
  350 Safety and First Aid
  410 Testing and Inspections
  510 Temporary Power and Water
  520 Site Offices and Amenities
  530 Temporary Fencing
  540 Scaffolding
  550 Cranes and Hoists
  560 Small Tools and Consumables
  570 Traffic Control
  710 Survey and Set-out
  740 Progress Cleaning
  745 Final Cleaning
  770 Close-out and Handover
  910 Insurances and Bonds
02 Existing Conditions
  210 Site Investigation
  410 Structural Demolition
  415 Interior Strip-out
  430 Concrete Cutting
  820 Asbestos Removal
  850 Contaminated Soil
03 Concrete
  110 Formwork
  150 Concrete Accessories
  210 Reinforcing Steel
  220 Reinforcing Mesh
  310 Concrete Supply
  320 Concrete Place and Finish
  350 Concrete Finishing
  380 Post-tensioning
  410 Precast Panels
  450 Precast Stairs
  540 Screeds and Toppings
  640 Concrete Repair
04 Masonry
  050 Mortar and Grout
  210 Brickwork
  220 Blockwork
  430 Stonework
05 Metals
  120 Structural Steel
  210 Steel Joists
  310 Metal Decking
  510 Metal Stairs
  520 Handrails and Balustrades
  550 Miscellaneous Metalwork
06 Wood and Plastics
  110 Wall and Floor Framing
  160 Sheathing
  170 Roof Trusses
  180 Laminated Timber
  200 Finish Carpentry
  410 Joinery
07 Thermal and Moisture Protection
  110 Waterproofing
  210 Insulation
  240 External Render System
  310 Roof Tiles
  410 Metal Roofing
  420 Wall Cladding
  540 Membrane Roofing
  620 Flashings and Gutters
  720 Roof Accessories
  810 Fire Protection of Steel
  840 Fire Stopping
  920 Sealants
08 Openings
  110 Metal Doors and Frames
  140 Timber Doors
  330 Roller Doors
  410 Shopfronts
  440 Curtain Wall
  510 Windows
  620 Skylights
  710 Door Hardware
  810 Glazing
09 Finishes
  210 Plastering
  220 Stud Walls and Linings
  300 Tiling
  510 Suspended Ceilings
  640 Timber Flooring
  650 Vinyl Flooring
  680 Carpet
  720 Wall Coverings
  840 Acoustic Treatment
  910 Painting
10 Specialties
  140 Signage
  210 Toilet Partitions
  280 Washroom Fittings
  440 Fire Extinguishers
  510 Lockers
11 Equipment
  130 Loading Dock Equipment
  310 Appliances
  400 Kitchen Equipment
12 Furnishings
  210 Blinds
  360 Benchtops
  500 Loose Furniture
14 Conveying Equipment
  210 Passenger Lifts
  310 Escalators
21 Fire Suppression
  110 Hydrants and Hose Reels
  130 Sprinklers
22 Plumbing
  110 Water Reticulation
  130 Sanitary Drainage
  140 Roof Drainage
  340 Hot Water Plant
  420 Sanitary Fixtures
23 Heating, Ventilation and Air Conditioning
  050 Mechanical Commissioning
  210 Pipework
  310 Ductwork
  640 Chillers
  740 Air Handling Units
  810 Split Systems
26 Electrical
  050 Cabling and Containment
  240 Switchboards
  270 Power Outlets
  320 Standby Generator
  410 Lightning Protection
  510 Lighting
  560 External Lighting
27 Communications
  150 Structured Cabling
  410 Audio-visual
28 Electronic Safety and Security
  130 Access Control
  230 Cameras
  310 Fire Alarm
31 Earthwork
  110 Site Clearing
  230 Excavation
  235 Backfill
  250 Erosion Control
  410 Shoring
  620 Piling
32 Exterior Improvements
  120 Asphalt Paving
  130 Concrete Paving
  140 Kerbs and Channels
  170 Line Marking
  310 Fences and Gates
  320 Retaining Walls
  840 Irrigation
  930 Landscaping
33 Utilities
  110 Water Mains
  310 Sewer Mains
  410 Stormwater
  710 Electrical Mains
"""
)
