"""What a new check starts with beyond its catalogue row: readings, courses, places, and who usually does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bursar_desk.domain.courses import (
    ALARM,
    ASBESTOS,
    BOILER,
    FIRST_AID,
    FOOD,
    HANDLING,
    IOSH,
    LADDERS,
    MARSHAL,
    MINIBUS,
    MONTHS,
    PAEDIATRIC,
    PLAY,
    POOL,
    SAFEGUARDING,
    TOWER,
    WATER,
)
from bursar_desk.domain.water_bands import BANDS, WaterPoint

__all__ = [
    "ALARM", "ASBESTOS", "BOILER", "COURSES", "DOERS", "FIRST_AID", "FOOD", "HANDLING", "IOSH", "LADDERS", "MARSHAL",
    "MINIBUS", "NOTE_KINDS", "PAEDIATRIC", "PLACES", "PLAY", "POOL", "READINGS", "ROOMS", "SAFEGUARDING", "SKILLS",
    "TOWER", "WATER", "Room", "tap_readings",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Room:
    """A place to begin with. ``inside`` is the key of the place around it; ``feature`` codes: only with one of them."""

    key: str
    kind: str
    name: str
    inside: str = ""
    feature: tuple[str, ...] = ()


ROOMS: Final = (
    Room("site", "site", "Whole site"),
    Room("main", "building", "Main building", "site"),
    Room("entrance", "room", "Main entrance", "main"),
    Room("office", "room", "School office", "main"),
    Room("hall", "room", "Hall", "main"),
    Room("kitchen", "room", "Kitchen", "main", ("kitchen", "meals_served")),
    Room("boiler", "room", "Boiler room", "main", ("gas_boiler", "oil_heating", "hot_water_cylinder")),
    Room("staff", "room", "Staff room", "main"),
    Room("workshop", "room", "Workshop", "main", ("dt_workshop",)),
    Room("labs", "room", "Science laboratories", "main", ("science_labs",)),
    Room("yard", "outside", "Playground", "site"),
    Room("grounds", "outside", "Field and trees", "site", ("trees",)),
    Room("parking", "outside", "Car park", "site"),
)

# The course that a check needs of whoever does it (rules.md section 14, point 6): the course as training lists it.
COURSES: Final[Mapping[str, int | None]] = MONTHS
"""Months until a course is renewed (rules.md section 10); None for a certificate that does not run out."""

SKILLS: Final[Mapping[str, str]] = {
    "FIRE-04": ALARM,
    **dict.fromkeys(("WATR-03", "WATR-04", "WATR-05", "WATR-06", "WATR-10", "WATR-12", "WATR-17"), WATER),
    "WAHT-01": LADDERS,
    "WAHT-03": TOWER,
    "GASH-13": BOILER,
    "PLAY-02": PLAY,
    "PLAY-03": PLAY,
    "FOOD-03": FOOD,
    "POOL-01": POOL,
    "TRAN-02": MINIBUS,
}


def _degrees(name: str, *, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    """One reading: ``low`` and ``high`` are the lowest and highest good values, in degrees Celsius."""
    limits = {"low": low, "high": high}
    return {"name": name, "unit": "°C", **{key: value for key, value in limits.items() if value is not None}}


# Water: the limits and advice of rules.md section 9. Food: chilled at 8 °C or below and hot at 63 °C or above by law in
# England, frozen at -15 °C by practice.
def _water(name: str, point: WaterPoint) -> dict[str, Any]:
    """One reading of water at such a point."""
    return BANDS[point].spec(name)


READINGS: Final[Mapping[str, tuple[dict[str, Any], ...]]] = {
    "WATR-04": (
        _water("Nearest tap, hot", WaterPoint.HOT_OUTLET),
        _water("Nearest tap, cold", WaterPoint.COLD_OUTLET),
        _water("Furthest tap, hot", WaterPoint.HOT_OUTLET),
        _water("Furthest tap, cold", WaterPoint.COLD_OUTLET),
    ),
    "WATR-06": (_water("Flow", WaterPoint.FLOW), _water("Return", WaterPoint.RETURN)),
    "WATR-09": (_water("Tank", WaterPoint.STORED_COLD),),
    "WATR-12": (_water("Basin", WaterPoint.MIXED_BASIN),),
    "FOOD-03": (_degrees("Fridge", high=8), _degrees("Freezer", high=-15), _degrees("Hot food", low=63)),
}


def tap_readings(places: tuple[str, ...]) -> tuple[dict[str, Any], ...]:
    """A hot and a cold reading for each named place, for schools that know their taps."""
    points = (("hot", WaterPoint.HOT_OUTLET), ("cold", WaterPoint.COLD_OUTLET))
    return tuple(_water(f"{place}, {name}", point) for place in places for name, point in points)


# Where a check belongs, the likeliest place first; everything else is for the whole site.
PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("FIRE-03", "LIFT-01", "LIFT-08"), ("entrance",)),
    **dict.fromkeys(("ASBE-02", "GASH-01", "GASH-13", "WATR-06", "WATR-07"), ("boiler",)),
    **dict.fromkeys(("FOOD-02", "FOOD-03", "FOOD-06", "FOOD-07", "GASH-03", "VENT-04"), ("kitchen",)),
    **dict.fromkeys(("PLAY-01", "PLAY-02", "PLAY-03"), ("yard",)),
    **dict.fromkeys(("PLAY-04", "ELEC-07", "FIRE-36"), ("hall",)),
    **dict.fromkeys(("GRND-01", "GRND-02"), ("grounds",)),
    **dict.fromkeys(("DTSC-01", "DTSC-02", "VENT-01", "VENT-03"), ("workshop", "labs")),
    **dict.fromkeys(("VENT-02", "GASH-05"), ("labs", "workshop")),
    **dict.fromkeys(("TRAN-01", "TRAN-02", "TRAN-03"), ("parking",)),
    **dict.fromkeys(("FAID-02", "FAID-04"), ("office",)),
}

# Checks of site staff that in a school with such a person are somebody else's: the role, tried before site staff.
_KITCHEN: Final = ("kitchen", "caretaker", "site manager", "site staff")
_FIRST_AIDER: Final = ("office", "caretaker", "site manager", "site staff")
DOERS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("FOOD-02", "FOOD-03", "FOOD-06"), _KITCHEN),
    **dict.fromkeys(("FAID-02", "FAID-04"), _FIRST_AIDER),
}

# What a line of the site sheet is about (``site_note.kind``). Its words read "Label: text"; a contractor's are
# "trade: name, telephone". Never in it: alarm codes, home addresses, names of pupils.
NOTE_KINDS: Final = (
    "arrival", "parking", "keys", "isolation", "alarm_panel", "emergency", "keyholder", "contractor", "hazard", "meter",
)  # fmt: skip
