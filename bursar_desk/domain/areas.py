"""The ten areas of the governors' report and the one table that joins them to the catalogue's categories."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Area:
    """One line of the governors' report; ``code`` is stored, ``name`` is shown, ``icon`` is a lucide name."""

    code: str
    name: str
    icon: str


FIRE = Area("fire", "Fire", "flame")
WATER = Area("water", "Water", "droplets")
POWER = Area("gas_electrical", "Gas and electrical", "zap")
EQUIPMENT = Area("lifting_equipment", "Lifting and work equipment", "arrow-up-down")
ASBESTOS = Area("asbestos", "Asbestos", "shield-alert")
GROUNDS = Area("play_grounds", "Play and grounds", "trees")
FIRST_AID = Area("first_aid", "First aid and accidents", "briefcase-medical")
SECURITY = Area("security", "Security", "key-round")
KITCHEN = Area("kitchen", "Kitchen", "chef-hat")
TRAINING = Area("training", "Training", "graduation-cap")

AREAS: tuple[Area, ...] = (
    FIRE, WATER, POWER, EQUIPMENT, ASBESTOS, GROUNDS, FIRST_AID, SECURITY, KITCHEN, TRAINING,
)  # fmt: skip  # the order of the report, the same every term

CATEGORY_AREA: dict[str, Area] = {
    "Fire": FIRE,
    "Electrical": POWER,
    "Gas and heating": POWER,
    "Water": WATER,
    "Asbestos": ASBESTOS,
    "Lifting": EQUIPMENT,
    "Pressure systems": EQUIPMENT,  # vessels and machines are work equipment
    "Ventilation and air": EQUIPMENT,  # extraction and cooling plant; the kitchen's extract is split off below
    "PE and play": GROUNDS,
    "Swimming pool": GROUNDS,  # where pupils do sport, beside play and PE
    "Grounds": GROUNDS,
    "Security": SECURITY,
    "Working at height": EQUIPMENT,  # ladders, towers and harnesses; roofs are reached with them
    "Food": KITCHEN,
    "DT and science": EQUIPMENT,  # machines, kilns and laboratory plant
    "Transport": EQUIPMENT,  # a minibus is work equipment as much as a mower is
    "First aid and medical": FIRST_AID,
    "Health and safety management": FIRST_AID,  # governors read policy, assessments and accidents as one subject
    "Notices and insurance": FIRST_AID,  # the employer's paper duties to its people: poster, liability cover
    "Energy": POWER,  # certificates and meters are about heat and power
    "Building fabric": GROUNDS,  # the site as a whole: the only area that means "the place itself"
    "Waste and cleaning": GROUNDS,  # bins and carriers are on the site; its other rows are split off below
    "Training": TRAINING,
}

CODE_AREA: dict[str, Area] = {
    "VENT-04": KITCHEN,  # the grease clean of the kitchen extract
    "GRND-14": KITCHEN,  # the grease trap
    "HSMG-25": SECURITY,  # who is on the site outside school hours
    "NOTI-04": EQUIPMENT,  # the insurer's list of lifts, vessels and extraction
    "CLEN-01": FIRST_AID,  # cleaning chemicals belong beside the COSHH assessments
    "CLEN-02": EQUIPMENT,  # floor machines
}

_BY_CODE = {area.code: area for area in AREAS}


def area_of(code: str, category: str) -> Area:
    """The area a catalogue row counts in; a row's own code wins over its category.

    ``code`` may be empty for a check of the school's own. Raises ValueError for a category that is not in the table.
    """
    found = CODE_AREA.get(code) or CATEGORY_AREA.get(category)
    if found is None:
        raise ValueError(f"no area is set for the category {category!r}")
    return found


def area(code: str) -> Area:
    """The area with this stored code; ValueError when there is none."""
    try:
        return _BY_CODE[code]
    except KeyError:
        raise ValueError(f"there is no area {code!r}") from None
