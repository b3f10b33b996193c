"""A school's row in the public register, straight-line distance, and clusters round the nearest secondary."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from bursar_desk.domain.catalogue import SiteKind

Employer = Literal[
    "local authority", "governing body", "academy trust", "proprietor", "college corporation", "not known"
]

# Who is the employer, and so the duty holder for health and safety (rules.md section 11); further education colleges
# are outside that table: their corporation employs under the Further and Higher Education Act 1992.
_EMPLOYER_BY_TYPE: dict[str, Employer] = {
    "Community school": "local authority",
    "Voluntary controlled school": "local authority",
    "Local authority nursery school": "local authority",
    "Community special school": "local authority",
    "Pupil referral unit": "local authority",
    "Voluntary aided school": "governing body",
    "Foundation school": "governing body",
    "Foundation special school": "governing body",
    "Further education": "college corporation",
}

_DENOMINATION = r"(?:R\.?C\.?|Roman Catholic|Catholic|C ?of ?E|C\.?E\.?|Church of England|Methodist)"
_LEVEL = r"(?:Primary|Infant|Junior|Nursery|Special|High|Secondary)"
_KIND = r"(?:Schools?|Academy)"
# "St Joseph's | RC Primary School, Halliwell, Bolton": everything from the first word that only says what sort of
# school it is. The odd " C " and "Aided" stand in real names between the church and the level.
_SORT = re.compile(
    rf"[,]? +(?:(?:{_DENOMINATION}|Community|Voluntary|Endowed|Aided|C) +)*(?:{_LEVEL} +)*{_KIND}\b.*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectorySchool:
    """One establishment as the public register has it. ``pupils`` and ``capacity`` are None where it is silent.

    ``easting`` and ``northing`` are metres on the Ordnance Survey grid. Text the register leaves empty is "".
    """

    urn: int
    la: str
    name: str
    type: str
    type_group: str
    status: str
    phase: str
    low_age: int | None
    high_age: int | None
    nursery: bool
    religious_character: str
    diocese: str
    capacity: int | None
    pupils: int | None
    trust: str
    federation: str
    street: str
    locality: str
    town: str
    postcode: str
    telephone: str
    easting: int
    northing: int

    @property
    def short_name(self) -> str:
        """The name for a dense grid; alone it need not be unique, see ``short_names``."""
        return short_name(self.name, secondary=self.is_secondary)

    @property
    def employer(self) -> Employer:
        """Who employs the staff and carries the health and safety duties (rules.md section 11)."""
        return employer_of(self.type)

    @property
    def is_open(self) -> bool:
        """Whether it is open today, even if a closure has been proposed."""
        return self.status.startswith("Open")

    @property
    def is_secondary(self) -> bool:
        """Whether a cluster can gather round it: a secondary or an all-through school."""
        return self.phase in ("Secondary", "Middle deemed secondary", "All-through")

    @property
    def kind(self) -> SiteKind:
        """Which set of usual answers about the site fits it best."""
        if "special" in self.type.casefold():
            return "special"
        if self.phase == "Nursery":
            return "nursery"
        if self.phase in ("Primary", "Middle deemed primary"):
            return "primary"
        if self.phase == "Not applicable" and self.high_age is not None and self.high_age <= 11:
            return "primary"  # independent preparatory schools have no phase in the register
        return "secondary"


@dataclass(frozen=True, slots=True)
class SchoolCluster:
    """Schools round one secondary. ``centre`` is None only where the rows hold no secondary at all."""

    centre: DirectorySchool | None
    schools: tuple[DirectorySchool, ...]


def employer_of(kind: str) -> Employer:
    """The employer behind a register type such as "Voluntary aided school" (rules.md section 11)."""
    if kind in _EMPLOYER_BY_TYPE:
        return _EMPLOYER_BY_TYPE[kind]
    if "independent" in kind.casefold():
        return "proprietor"
    if kind.startswith(("Academy", "Free schools", "City technology", "University technical", "Studio schools")):
        return "academy trust"
    return "not known"


def short_name(name: str, *, secondary: bool = False) -> str:
    """A register name without church, level and place: "St Joseph's RC Primary School, Bolton" is "St Joseph's".

    A secondary keeps "High", so that it is not taken for the primary of the same saint.
    """
    stem = _SORT.sub("", name.strip()).strip(" ,-")
    if not stem or stem.casefold() in ("the", "a"):
        return name
    if secondary:
        stem = stem.removeprefix("The ")
        if re.search(r"\bHigh\b", name[len(stem) :]):
            stem += " High"
    return stem


def short_names(rows: Iterable[DirectorySchool]) -> dict[int, str]:
    """A short name for each URN, unlike any other in these rows.

    Where two would be alike the place is added, and where even that is not enough, the full name is used.
    """
    schools = list(rows)
    alike = Counter(school.short_name for school in schools)
    named = {
        school.urn: school.short_name if alike[school.short_name] == 1 else _with_place(school) for school in schools
    }
    still = Counter(named.values())
    return {school.urn: named[school.urn] if still[named[school.urn]] == 1 else school.name for school in schools}


def distance_km(a: DirectorySchool, b: DirectorySchool) -> float:
    """The straight line between two schools in kilometres, to one decimal: roads are always longer."""
    return round(_metres(a, b) / 1000, 1)


def clusters(rows: Sequence[DirectorySchool]) -> tuple[SchoolCluster, ...]:
    """One cluster for each secondary or all-through school; every other school joins its nearest one.

    Distance alone decides, and the lower URN where two are equally near, so the order of ``rows`` changes nothing.
    Clusters stand by the URN of their centre; inside, the centre first, then by distance. Rows without any secondary
    make a single cluster without a centre. Schools that hold the same URN twice are kept once.
    """
    schools = sorted({school.urn: school for school in rows}.values(), key=lambda school: school.urn)
    centres = [school for school in schools if school.is_secondary]
    if not centres:
        return (SchoolCluster(None, tuple(schools)),) if schools else ()
    gathered: dict[int, list[DirectorySchool]] = {centre.urn: [centre] for centre in centres}
    for school in schools:
        if not school.is_secondary:
            nearest = min(centres, key=lambda centre: (_metres(school, centre), centre.urn))
            gathered[nearest.urn].append(school)
    return tuple(SchoolCluster(centre, _from_centre(centre, gathered[centre.urn])) for centre in centres)


def _from_centre(centre: DirectorySchool, schools: Iterable[DirectorySchool]) -> tuple[DirectorySchool, ...]:
    return tuple(sorted(schools, key=lambda school: (school.urn != centre.urn, _metres(school, centre), school.urn)))


def _with_place(school: DirectorySchool) -> str:
    place = school.locality or school.town
    if not place or place.casefold() in school.short_name.casefold():
        return school.name
    return f"{school.short_name}, {place.title() if place.isupper() else place}"


def _metres(a: DirectorySchool, b: DirectorySchool) -> float:
    return math.hypot(a.easting - b.easting, a.northing - b.northing)
