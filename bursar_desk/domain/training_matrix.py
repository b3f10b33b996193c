"""Who needs which course, and where everybody stands: roles by courses, gaps, and how many a school must never lack."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from bursar_desk.domain import courses as c
from bursar_desk.domain import words
from bursar_desk.domain.courses import CourseStanding, CoverWarning, Pass, State, course_of
from bursar_desk.domain.date_math import add_months

ANYBODY: Final = "anybody"
"""The role of a need that the school as a whole has: at least so many people, whoever they are."""
EVERYBODY: Final = "everybody"
"""The role of a need that each member of staff has."""
AHEAD_MONTHS: Final = 6
"""How far ahead a school is told that its last holder of a course runs out."""


class Need(StrEnum):
    """How a course is asked of somebody."""

    REQUIRED = "required"
    ADVISED = "advised"
    NO = "no"
    RENEW = "held before"  # nobody asks for it, but who has held it is expected to keep it up
    NOTHING = ""


_STAFF: Final = {"office": "office staff", "kitchen": "kitchen staff", "site staff": "site staff"}


@dataclass(frozen=True, slots=True)
class RoleNeed:
    """A role needs a course. ``least``: so many of the role are enough; 0 means each of them. ``own``: decided here."""

    role: str
    course: str
    need: Need = Need.REQUIRED
    least: int = 0
    why: str = ""
    own: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Return what the need is about."""
        return self.role, self.course

    @property
    def words(self) -> str:
        """Return it as a sentence: "Each caretaker needs Manual handling"."""
        staff = _STAFF.get(self.role, "")
        if self.need not in (Need.REQUIRED, Need.ADVISED):
            who = {ANYBODY: "The school need not have", EVERYBODY: "Nobody needs"}.get(self.role)
            one = f"member of the {staff}" if staff else self.role
            return f"{who or f'No {one} needs'} {self.course}."
        verb = "must have" if self.need is Need.REQUIRED else "should have"
        if self.role == ANYBODY:
            return f"At least {words.count(self.least, 'person', 'people')} here {verb} {self.course}."
        each = f"Each member of the {staff}" if staff else f"Each {self.role}"
        if self.least:
            each = f"At least {self.least} {f'of the {staff}' if staff else words.plural(self.role)}"
            each = f"At least 1 {self.role}" if self.least == 1 and not staff else each
        each = "Everybody" if self.role == EVERYBODY else each
        return f"{each} {verb} {self.course}."


_KEEPERS: Final = ("caretaker", "site manager")
_DEAL: Final = "Two places for each school: the manager and the site."
_LISTED: Final = "Often kept on a list of its own; make it required to see who lacks it."
DEFAULTS: Final = (
    *(RoleNeed(role, course) for role in _KEEPERS for course in (c.ASBESTOS, c.WATER, c.ALARM, c.LADDERS, c.HANDLING)),
    *(RoleNeed(role, c.IOSH, Need.ADVISED, why=_DEAL) for role in (*_KEEPERS, "business manager")),
    RoleNeed("site staff", c.ASBESTOS), RoleNeed("site staff", c.HANDLING),
    RoleNeed("kitchen", c.FOOD),
    RoleNeed("office", c.FIRST_AID, Need.ADVISED, why="The office is where people come when they are hurt."),
    RoleNeed(ANYBODY, c.FIRST_AID, least=1, why="There must always be an in-date first aider."),
    RoleNeed(ANYBODY, c.MARSHAL, least=1, why="Somebody must be able to clear the building."),
    RoleNeed(ANYBODY, c.IOSH, least=2, why=_DEAL),
    RoleNeed(EVERYBODY, c.SAFEGUARDING, Need.ADVISED, why=_LISTED),
    RoleNeed(EVERYBODY, c.FIRE_SAFETY, Need.ADVISED, why=_LISTED),
)  # fmt: skip
EARLY_YEARS: Final = RoleNeed(ANYBODY, c.PAEDIATRIC, least=1, why="Early years: always one on site and on outings.")
"""Needed besides where children under five are looked after (EYFS)."""


_GREATER: Final[Mapping[str, tuple[str, ...]]] = {
    lesser: tuple(one.name for one in c.COURSES if lesser in one.also)
    for lesser in {name for one in c.COURSES for name in one.also}
}


def needs_of(own: Iterable[RoleNeed], *, early_years: bool = False) -> tuple[RoleNeed, ...]:
    """Return what each role needs at a school: the usual, with what the school decided for itself in its place."""
    usual = (*DEFAULTS, EARLY_YEARS) if early_years else DEFAULTS
    found = {one.key: one for one in usual}
    for one in own:
        found[one.role, course_of(one.course).name] = RoleNeed(
            one.role, course_of(one.course).name, one.need, max(0, one.least), one.why, own=True
        )
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works at the school; ``does``: the courses that the checks they do ask for."""

    id: bytes
    name: str
    role: str
    does: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cell:
    """One person and one course; ``row`` is the pass that counts, ``booked`` the first day of a session to come."""

    person: bytes
    course: str
    need: Need
    standing: CourseStanding
    row: bytes | None = None
    booked: date | None = None
    why: str = ""

    @property
    def lacks(self) -> bool:
        """Tell whether it is a gap: it is needed, or was kept up before, and does not count today."""
        return self.need in (Need.REQUIRED, Need.RENEW) and not self.standing.holds

    @property
    def code(self) -> str:
        """Return how the cell shows: "in date", "due soon", "booked", "run out", "none", "advised" or ""."""
        if self.booked is not None and self.standing.state is not State.IN_DATE:
            return "booked"
        if self.standing.state is State.OUT and self.need is Need.NO:
            return ""
        if self.standing.state is not State.NONE:
            return self.standing.state.value
        return {Need.REQUIRED: "none", Need.ADVISED: "advised"}.get(self.need, "")

    @property
    def words(self) -> str:
        """Return what the cell says; empty where nothing is held and nothing is needed."""
        if self.code == "booked" and self.booked is not None:
            return f"Booked {words.short_date(self.booked)}"
        if self.code == "none":
            return "None, needed"
        return {"advised": "None, advised", "": ""}.get(self.code, self.standing.words)


@dataclass(frozen=True, slots=True)
class Gap:
    """A course somebody lacks, or too few have (``person`` is None, ``missing`` so many); ``booked``: it is in hand."""

    course: str
    person: bytes | None
    missing: int
    words: str
    booked: date | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class CourseFigures:
    """One course at one school: how many hold it in date, of how many; ``soon`` of them are to be renewed."""

    course: str
    held: int
    needed: int
    soon: int
    out: int
    booked: int
    least: int
    next_end: date | None

    @property
    def words(self) -> str:
        """Return held of needed; "advised" where nobody needs it."""
        return words.out_of(self.held, self.needed) if self.needed else "advised"

    @property
    def short(self) -> bool:
        """Tell whether too few hold it."""
        return self.held < self.needed


@dataclass(frozen=True, slots=True)
class Matrix:
    """People by courses on a day, with its gaps and warnings, the most pressing first."""

    day: date
    members: tuple[Member, ...]
    courses: tuple[CourseFigures, ...]
    cells: Mapping[tuple[bytes, str], Cell]
    gaps: tuple[Gap, ...]
    warnings: tuple[CoverWarning, ...]
    needs: tuple[RoleNeed, ...] = field(default=())

    def cell(self, person: bytes, course: str) -> Cell:
        """Return the cell of a person and a course."""
        return self.cells[person, course]


def build(
    members: Sequence[Member], passed: Collection[Pass], booked: Mapping[tuple[bytes, str], date],
    needs: Sequence[RoleNeed], day: date, *, order: Callable[[Member], tuple[object, ...]] | None = None,
) -> Matrix:  # fmt: skip
    """Return the matrix of one school. ``booked`` has the first day of a session to come by (person, course name)."""
    here = sorted(members, key=order or (lambda one: (one.role, one.name.casefold(), one.id)))
    counts = c.latest(passed, day)
    listed = _columns(here, counts, needs, booked)
    cells = {}
    for one in here:
        for course in listed:
            cells[one.id, course] = _cell(one, course, counts, booked, needs, day)
    figures = tuple(_figures(course, here, cells, needs) for course in listed)
    ahead = add_months(day, AHEAD_MONTHS)
    warnings = c.cover_warnings(passed, [one.id for one in here], day, ahead)
    shown = tuple(sorted(
        (one for one in figures if one.needed or any(cells[m.id, one.course].code for m in here)),
        key=lambda one: not one.needed,  # what is only advised comes last
    ))  # fmt: skip
    return Matrix(day, tuple(here), shown, cells, tuple(_gaps(here, shown, cells, needs)), warnings, tuple(needs))


def _columns(
    here: Sequence[Member], counts: Mapping[tuple[bytes, str], Pass], needs: Sequence[RoleNeed],
    booked: Mapping[tuple[bytes, str], date],
) -> list[str]:  # fmt: skip
    ids = {one.id for one in here}
    roles = {one.role for one in here} | {ANYBODY, EVERYBODY}
    wanted = {one.course for one in needs if one.role in roles and one.need is not Need.NO}
    wanted |= {course for person, course in (*counts, *booked) if person in ids}
    wanted |= {course for one in here for course in one.does}
    known = [one.name for one in c.COURSES if one.name in wanted]
    return known + sorted(wanted.difference(known), key=str.casefold)


def _cell(
    one: Member, course: str, counts: Mapping[tuple[bytes, str], Pass], booked: Mapping[tuple[bytes, str], date],
    needs: Sequence[RoleNeed], day: date,
) -> Cell:  # fmt: skip
    row = counts.get((one.id, course))
    stands = c.standing_of(row, day)
    if not stands.holds:  # a greater course does for a lesser one
        for other in _GREATER.get(course, ()):
            greater = counts.get((one.id, other))
            if greater is not None and c.standing_of(greater, day).holds:
                row, stands = greater, c.standing_of(greater, day)
    asked, why = need_of(one, course, needs)
    if asked in (Need.NOTHING, Need.ADVISED) and row is not None:
        asked, why = Need.RENEW, why or "Held before, so it is kept up."
    return Cell(one.id, course, asked, stands, row.id if row else None, booked.get((one.id, course)), why)


def need_of(one: Member, course: str, needs: Iterable[RoleNeed]) -> tuple[Need, str]:
    """Return how a course is asked of one person, and why: by the checks they do, by their role, or by everybody's."""
    if course in one.does:
        return Need.REQUIRED, "A check they do asks for it."
    found = {need.role: need for need in needs if need.course == course and not need.least}
    for role in (one.role, EVERYBODY):
        if role in found:
            return found[role].need, found[role].why or found[role].words
    return Need.NOTHING, ""


def _figures(
    course: str, here: Sequence[Member], cells: Mapping[tuple[bytes, str], Cell], needs: Sequence[RoleNeed]
) -> CourseFigures:
    mine = [cells[one.id, course] for one in here]
    counted = [one for one in mine if one.need is not Need.NO]
    held = [one for one in counted if one.standing.holds]
    least = _least(course, needs)
    asked = sum(one.need in (Need.REQUIRED, Need.RENEW) or one.standing.holds for one in counted)
    ends = [one.standing.ends for one in held if one.standing.ends is not None]
    return CourseFigures(
        course, len(held), max(asked, least), sum(one.standing.state is State.SOON for one in held),
        sum(one.standing.state is State.OUT for one in counted), sum(one.code == "booked" for one in counted), least,
        min(ends, default=None),
    )  # fmt: skip


def _least(course: str, needs: Iterable[RoleNeed]) -> int:
    return max(
        (one.least for one in needs if one.role == ANYBODY and one.course == course and one.need is Need.REQUIRED),
        default=0,
    )


def _gaps(
    here: Sequence[Member], shown: Sequence[CourseFigures], cells: Mapping[tuple[bytes, str], Cell],
    needs: Sequence[RoleNeed],
) -> list[Gap]:  # fmt: skip
    names = {one.id: one.name for one in here}
    gaps = []
    for figures in shown:
        lacking = [cell for one in here if (cell := cells[one.id, figures.course]).lacks]
        gaps += [_gap(cell, names[cell.person]) for cell in lacking]
        for need in needs:
            if need.course == figures.course and need.need is Need.REQUIRED and need.least:
                gaps += _too_few(need, here, cells, lacking)
    return sorted(gaps, key=lambda one: (one.booked is not None, one.person is not None, one.course, one.words))


def _gap(cell: Cell, name: str) -> Gap:
    ends = cell.standing.ends
    if cell.standing.state is State.OUT and ends is not None:
        said = f"{name}’s {cell.course} ran out on {words.plain_date(ends)}."
    else:
        said = f"{name} has no {cell.course}."
    if cell.booked is not None:
        said = f"{said[:-1]}; booked for {words.plain_date(cell.booked)}."
    return Gap(cell.course, cell.person, 1, said, cell.booked)


def _too_few(
    need: RoleNeed, here: Sequence[Member], cells: Mapping[tuple[bytes, str], Cell], lacking: Collection[Cell]
) -> list[Gap]:
    """Return the gap of a school, or a role, that has too few; who is named as lacking it already is not said twice."""
    among = [one for one in here if need.role in (ANYBODY, one.role)]
    if not among and need.role != ANYBODY:
        return []
    held = sum(cells[one.id, need.course].standing.holds for one in among)
    planned = sorted(day for one in among if (day := cells[one.id, need.course].booked) is not None
                     and not cells[one.id, need.course].standing.holds)  # fmt: skip
    named = sum(cell.person in {one.id for one in among} for cell in lacking)
    wanted = need.least if need.role == ANYBODY else min(need.least, len(among))
    missing = wanted - held - named
    if missing <= 0:
        return []
    whose = "in date" if need.role == ANYBODY else f"among the {need.role} staff"
    has = "nobody" if not held else words.count(held, "person", "people")
    said = f"{need.course}: {has} {whose}, {words.number(wanted)} needed."
    enough = planned[missing - 1] if len(planned) >= missing else None
    if enough is not None:
        said = f"{said[:-1]}; booked for {words.plain_date(enough)}."
    return [Gap(need.course, None, missing, said, enough, need.role)]
