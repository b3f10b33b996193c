"""Courses and how long each counts: months, when to book, whether law asks for it (rules.md section 10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final, Protocol, TypeVar

from bursar_desk.domain import words
from bursar_desk.domain.date_math import add_days, add_months

ALARM: Final = "Fire alarm testing"
WATER: Final = "Legionella awareness"
LADDERS: Final = "Ladders and steps"
BOILER: Final = "Boiler room checks"
PLAY: Final = "Play equipment inspection"
FOOD: Final = "Food hygiene level 2"
MINIBUS: Final = "MiDAS minibus"
TOWER: Final = "Mobile tower (PASMA)"
PLATFORM: Final = "Lifting platform (IPAF)"
POOL: Final = "Pool plant operator"
LIFEGUARD: Final = "Pool lifeguard"
FIRST_AID: Final = "First aid at work"
EMERGENCY_AID: Final = "Emergency first aid at work"
PAEDIATRIC: Final = "Paediatric first aid"
MARSHAL: Final = "Fire marshal"
FIRE_SAFETY: Final = "Fire safety, all staff"
ASBESTOS: Final = "Asbestos awareness"
HANDLING: Final = "Manual handling"
PEOPLE_HANDLING: Final = "People handling"
SAFEGUARDING: Final = "Safeguarding"
IOSH: Final = "IOSH Managing Safely"

FIRST_AID_LEAD: Final = 90
LEAD: Final = 60
"""Days ahead of its end at which a course is to be booked (rules.md section 10)."""
IOSH_MONTHS: Final = 36
"""After so many months a refresher of IOSH Managing Safely is advised; IOSH says about 3 to 5 years."""


class Why(StrEnum):
    """Who says that a course is renewed."""

    LAW = "law"
    GUIDANCE = "guidance"
    SCHEME = "scheme"
    PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class Course:
    """A course. ``months`` until it is renewed, or None: its certificate has no end of its own.

    ``lead`` days ahead of its end it is booked. ``advised`` months after a pass a refresher is advised, and
    ``never_red``: age alone never makes it run out. ``yearly``: what is advised every year between two certificates;
    it renews nothing. ``cover``: what its holders are called where a school must never be without one. ``others`` are
    other ways of writing it, ``also`` lesser courses that a holder need not have besides.
    """

    name: str
    months: int | None
    why: Why = Why.PRACTICE
    note: str = ""
    code: str = ""
    lead: int = LEAD
    advised: int | None = None
    never_red: bool = False
    yearly: str = ""
    cover: str = ""
    others: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Return how long it counts in a sentence."""
        if self.never_red:
            return f"The certificate has no end. {self.note}".strip()
        if self.months is None:
            return "Only a date printed on the certificate counts."
        years, rest = divmod(self.months, 12)
        every = words.count(self.months, "month") if rest else words.count(years, "year")
        source = {Why.LAW: "by law", Why.GUIDANCE: "by HSE guidance", Why.SCHEME: "by its scheme"}.get(self.why)
        said = f"{every} {source}" if source else f"{every} by good practice"
        return f"Counts for {said}. {self.note}".strip()


_HALF_DAY: Final = "half-day refresher advised"
COURSES: Final = (
    Course(FIRST_AID, 36, Why.GUIDANCE, "Two days to qualify again; after the last day nobody is a first aider by it.",
           "TRNG-01", FIRST_AID_LEAD, yearly=_HALF_DAY, cover="first aider",
           others=("First aid at work certificate", "FAW"), also=(EMERGENCY_AID,)),
    Course(EMERGENCY_AID, 36, Why.GUIDANCE, "One day.", "TRNG-02", FIRST_AID_LEAD, yearly=_HALF_DAY,
           cover="first aider", others=("Emergency first aid", "EFAW")),
    Course(PAEDIATRIC, 36, Why.LAW, "Early years: one holder on site and on every outing.", "TRNG-03", FIRST_AID_LEAD,
           yearly=_HALF_DAY, cover="paediatric first aider"),
    Course(MARSHAL, 36, Why.PRACTICE, "", "TRNG-04", yearly="brief in house", cover="fire marshal",
           others=("Fire warden",)),
    Course(FIRE_SAFETY, 12, Why.LAW, "The Fire Safety Order asks for it from time to time, and on day one.",
           others=("Fire safety", "Fire safety awareness")),
    Course(ASBESTOS, 12, Why.LAW, "A yearly update, not a full course each year.", "TRNG-05"),
    Course(WATER, 36, Why.PRACTICE, "The approved code wants whoever does it to be competent.", "TRNG-06",
           others=("Legionella",)),
    Course(HANDLING, 36, Why.PRACTICE, "", "TRNG-07"),
    Course(PEOPLE_HANDLING, 12, Why.PRACTICE, "Lifting and moving people.", others=("Moving and handling people",)),
    Course(LADDERS, 36, Why.PRACTICE, "", "TRNG-08",
           others=("Ladders", "Work at height", "Work at height, tower, MEWP")),
    Course(TOWER, 60, Why.SCHEME, "", others=("PASMA", "PASMA tower")),
    Course(PLATFORM, 60, Why.SCHEME, "", others=("IPAF", "MEWP", "MEWP (IPAF)")),
    Course(IOSH, None, Why.PRACTICE, "A refresher is advised after about 3 to 5 years.", "TRNG-10",
           advised=IOSH_MONTHS, never_red=True, others=("Managing Safely", "IOSH Managing Safety")),
    Course(MINIBUS, 48, Why.SCHEME, "The insurer may ask for less.", others=("MiDAS",)),
    Course(FOOD, 36, Why.PRACTICE, "No end in law.", "TRNG-09", others=("Food hygiene",)),
    Course(SAFEGUARDING, 12, Why.LAW, "Keeping Children Safe in Education; updates in between, and on day one.",
           "TRNG-11", others=("Safeguarding update",)),
    Course(LIFEGUARD, 24, Why.SCHEME, "", "TRNG-12", others=("Lifeguard",)),
    Course("DT machine user card", 60, Why.PRACTICE, "", "TRNG-13"),
    Course("Allergy training, all staff", 12, Why.PRACTICE, "", "TRNG-14", others=("Allergy training",)),
    Course(POOL, 36), Course(ALARM, 36), Course(BOILER, 36), Course(PLAY, 36),
)  # fmt: skip
"""The renewal rules of section 10, and the courses in house that checks ask for."""
MONTHS: Final[Mapping[str, int | None]] = {one.name: one.months for one in COURSES}

_WRITTEN: Final[Mapping[str, Course]] = {
    text.casefold(): one for one in COURSES for text in (one.name, one.code, *one.others) if text
}


@lru_cache(maxsize=512)
def course_of(written: str) -> Course:
    """Return the course that somebody wrote by its name, its usual short name or its catalogue code.

    A course nobody knows is one of the school's own: only a date printed on its certificate ends it.
    """
    plain = " ".join(written.split())
    found = _WRITTEN.get(plain.casefold())
    if found is not None:
        return found
    # "IOSH Managing Safely (3 days)" is the same course; "IOSH Working Safely" is another one
    text = plain.casefold()
    if "managing safely" in text or ("iosh" in text and "working" not in text):
        return _WRITTEN[IOSH.casefold()]
    return Course(plain or "A course without a name", None)


def meant(written: str) -> tuple[str, ...]:
    """Return the usual courses that a text too short for any of them could mean: "first aid" names several.

    Empty for a course that is known as written, and for one of the school's own.
    """
    wanted = written.casefold().split()
    if not wanted or any(one.name == course_of(written).name for one in COURSES):
        return ()
    return tuple(one.name for one in COURSES if all(word in one.name.casefold() for word in wanted))


def same(one: str, other: str) -> bool:
    """Tell whether two ways of writing mean one course."""
    return course_of(one).name == course_of(other).name


# --- one pass, and what counts of several ----------------------------------------------------------------------------


class Pass(Protocol):
    """What a course passed has, whatever holds it."""

    @property
    def id(self) -> bytes: ...
    @property
    def person(self) -> bytes: ...
    @property
    def course(self) -> str: ...
    @property
    def passed_on(self) -> date: ...
    @property
    def expires_on(self) -> date | None: ...
    @property
    def refresher(self) -> bool: ...


P = TypeVar("P", bound=Pass)


def last_day(written: str, passed_on: date, printed: date | None) -> date | None:
    """Return the last day a pass counts: the day printed on the card first, else counted from the day it was passed.

    None for a certificate without an end; age never ends one of IOSH Managing Safely, whatever is printed on it.
    """
    course = course_of(written)
    if course.never_red:
        return None
    if printed is not None:
        return printed
    return add_months(passed_on, course.months) if course.months is not None else None


def advised_from(written: str, passed_on: date, printed: date | None) -> date | None:
    """Return the day from which a refresher is advised where nothing runs out; None for every other course."""
    course = course_of(written)
    if course.advised is None:
        return None
    return printed if printed is not None else add_months(passed_on, course.advised)


def renews(one: Pass) -> bool:
    """Tell whether a pass begins a course anew: a yearly half-day between two certificates does not."""
    return not (one.refresher and one.expires_on is None and course_of(one.course).yearly)


def latest(passed: Iterable[P], day: date) -> dict[tuple[bytes, str], P]:
    """Return by (person, course name) the pass that counts on a day: the latest, of one day the one lasting longer.

    Earlier ones stay as history. What was passed after the day has no bearing on it.
    """
    found: dict[tuple[bytes, str], P] = {}
    for row in sorted(passed, key=_order):
        if row.passed_on <= day and renews(row):
            found[row.person, course_of(row.course).name] = row
    return found


def _order(row: Pass) -> tuple[date, date, bytes]:
    return row.passed_on, last_day(row.course, row.passed_on, row.expires_on) or date.max, row.id


def skills(passed: Iterable[Pass], person: bytes, day: date) -> dict[str, date | None]:
    """Return what somebody holds or held by a day: course name to its last day, None for one without an end."""
    return {
        name: last_day(row.course, row.passed_on, row.expires_on)
        for (whose, name), row in latest((one for one in passed if one.person == person), day).items()
    }


class State(StrEnum):
    """Where somebody stands with a course."""

    IN_DATE = "in date"
    SOON = "due soon"
    OUT = "run out"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class CourseStanding:
    """Where a course stands on a day; ``ends`` is the last day it counts, ``amber_from`` when to see to it.

    ``advised``: it is amber because a refresher is advised, and will never be red for age.
    """

    state: State
    ends: date | None = None
    amber_from: date | None = None
    advised: bool = False

    @property
    def red_from(self) -> date | None:
        """Return the first day on which it no longer counts."""
        return add_days(self.ends, 1) if self.ends is not None else None

    @property
    def holds(self) -> bool:
        """Tell whether it counts on that day."""
        return self.state in (State.IN_DATE, State.SOON)

    @property
    def words(self) -> str:
        """Return it as a cell of the matrix says it."""
        if self.state is State.NONE:
            return "None"
        if self.state is State.OUT and self.ends is not None:
            return f"Ran out {words.short_date(self.ends)}"
        if self.state is State.SOON and self.advised:
            return "Refresher advised"
        if self.state is State.SOON and self.ends is not None:
            return f"Renew by {words.short_date(self.ends)}"
        return f"In date to {words.short_date(self.ends)}" if self.ends is not None else "In date"


def standing(written: str, passed_on: date, printed: date | None, day: date) -> CourseStanding:
    """Return where one pass stands on a day: amber from the day to book the next one, red the day after its last."""
    course = course_of(written)
    ends = last_day(written, passed_on, printed)
    advised = advised_from(written, passed_on, printed)
    if advised is not None:
        return CourseStanding(State.SOON if day >= advised else State.IN_DATE, None, advised, advised=True)
    if ends is None:
        return CourseStanding(State.IN_DATE)
    amber = add_days(ends, -course.lead)
    state = State.OUT if day > ends else State.SOON if day >= amber else State.IN_DATE
    return CourseStanding(state, ends, amber)


def standing_of(row: Pass | None, day: date) -> CourseStanding:
    """Return where the pass that counts stands on a day; nothing passed is none."""
    if row is None:
        return CourseStanding(State.NONE)
    return standing(row.course, row.passed_on, row.expires_on, day)


# --- never without the last one --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CoverWarning:
    """A school has one holder left, or none, from a day on; ``holder`` is the one who is left, if any."""

    called: str
    left: int
    since: date
    holder: bytes | None
    until: date | None
    now: bool

    @property
    def words(self) -> str:
        """Return it as a sentence without a name."""
        if self.left == 0:
            if self.now:
                return f"Nobody is an in-date {self.called}."
            return f"From {words.short_date(self.since)} nobody is an in-date {self.called}."
        ends = f", until {words.short_date(self.until)}" if self.until is not None else ""
        if self.now:
            return f"Only one in-date {self.called} is left{ends}."
        return f"Only one in-date {self.called} is left from {words.short_date(self.since)}{ends}."


def cover_warnings(passed: Iterable[Pass], here: Iterable[bytes], day: date, ahead: date) -> tuple[CoverWarning, ...]:
    """Return where a school comes down to its last holder, or to none, from ``day`` up to ``ahead``.

    Counted are people ``here`` with the latest pass of any course of that kind (two first aid courses make one first
    aider each). A kind that nobody here ever held is not warned about: the matrix says that it is missing.
    """
    staff = set(here)
    ends: dict[str, dict[bytes, date]] = {}
    for (person, name), row in latest(passed, day).items():
        called = course_of(name).cover
        if called and person in staff:
            last = last_day(row.course, row.passed_on, row.expires_on) or date.max
            kept = ends.setdefault(called, {})
            kept[person] = max(last, kept.get(person, date.min))
    found = [warning for called in sorted(ends) for warning in _warnings(called, ends[called], day, ahead)]
    return tuple(sorted(found, key=lambda one: (one.since, one.left, one.called)))


def _warnings(called: str, ends: Mapping[bytes, date], day: date, ahead: date) -> list[CoverWarning]:
    """Return the step to one holder and the step to none, each with its first day."""
    going = sorted(((last, person) for person, last in ends.items() if last >= day))
    if not going:
        return [CoverWarning(called, 0, day, None, None, now=True)]
    out = []
    last, person = going[-1]
    one_from = add_days(going[-2][0], 1) if len(going) > 1 else day
    if one_from <= ahead and one_from <= last:
        until = last if last != date.max else None
        out.append(CoverWarning(called, 1, one_from, person, until, now=one_from <= day))
    if last < ahead:
        out.append(CoverWarning(called, 0, add_days(last, 1), None, None, now=False))
    return out
