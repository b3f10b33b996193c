"""The sections of a premises log book, in the order in which those of local authorities have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Section:
    """One section: the code on its tab and its title."""

    code: str
    title: str


ATTENDANCE: Final = Section("GM02", "Contractors’ attendance")
FAULTS: Final = Section("GM03", "Faults and repairs")
WALKS: Final = Section("GM04", "Walks round the site")
OWN: Final = Section("X01", "Our own checks")

SECTION_OF: Final[dict[str, Section]] = {
    "Health and safety management": Section("GM05", "Health and safety management"),
    "Notices and insurance": Section("GM06", "Notices and insurance"),
    "Training": Section("GM07", "Training"),
    "Asbestos": Section("A01", "Asbestos"),
    "Building fabric": Section("B01", "Building fabric"),
    "Energy": Section("B02", "Energy"),
    "Waste and cleaning": Section("C01", "Waste and cleaning"),
    "Food": Section("C02", "Kitchen and food"),
    "Electrical": Section("E01", "Electrical"),
    "Fire": Section("F01", "Fire"),
    "Gas and heating": Section("G01", "Gas and heating"),
    "Water": Section("L01", "Water and legionella"),
    "First aid and medical": Section("M01", "First aid and medical"),
    "PE and play": Section("P01", "PE and play"),
    "Swimming pool": Section("P02", "Swimming pool"),
    "Grounds": Section("P03", "Grounds and trees"),
    "Lifting": Section("R01", "Lifts and lifting equipment"),
    "Pressure systems": Section("R02", "Pressure systems"),
    "Ventilation and air": Section("R03", "Ventilation and air"),
    "Working at height": Section("R04", "Ladders and working at height"),
    "DT and science": Section("R05", "Workshop and science equipment"),
    "Security": Section("S01", "Security"),
    "Transport": Section("T01", "Minibus and transport"),
}
"""The section of each category of the catalogue, in the order of the book."""


def section_of(category: str) -> Section:
    """Return the section of a category; a school's own check, which has none, stands at the end."""
    return SECTION_OF.get(category, OWN)


def sections() -> tuple[Section, ...]:
    """Return every section that holds checks, in the order of the book."""
    return (*SECTION_OF.values(), OWN)
