"""Roles by courses at every school held: who needs what, where everybody stands, and what each school lacks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import training_matrix as rules
from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.courses import course_of
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.training_matrix import ANYBODY, EVERYBODY, Cell, CourseFigures, Gap, Matrix, Need, RoleNeed
from bursar_desk.services.people import must_manage
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.people import PersonRow, TrainingRow

__all__ = [
    "ANYBODY", "EVERYBODY", "NEEDS", "Cell", "Cluster", "CourseFigures", "Gap", "Matrix", "Need", "RoleNeed",
    "SchoolFigures", "booked", "cluster", "figures", "gaps", "matrices", "matrix", "need", "needs", "roles",
    "short_name",
]  # fmt: skip

SAFE: Final = "Nothing was changed."
NEEDS: Final = (Need.REQUIRED.value, Need.ADVISED.value, Need.NO.value)
_ORDER: Final = (
    "business manager", "head", "caretaker", "site manager", "site staff", "office", "teacher", "teaching assistant",
    "kitchen", "governor",
)  # fmt: skip
_MOST: Final = 50
"""The most people of a role that a school can ask for."""


@dataclass(frozen=True, slots=True)
class SchoolFigures:
    """One school in the cluster's view: counts by course, no names."""

    school: bytes
    name: str
    courses: Mapping[str, CourseFigures]
    gaps: int
    planned: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Every school held, by courses; ``courses`` are the columns, ``total`` held of needed over all schools."""

    day: dt.date
    courses: tuple[str, ...]
    schools: tuple[SchoolFigures, ...]
    total: Mapping[str, tuple[int, int]]


def _order(one: rules.Member) -> tuple[object, ...]:
    at = _ORDER.index(one.role) if one.role in _ORDER else len(_ORDER)
    return at, one.role, one.name.casefold(), one.id


# --- reading ---------------------------------------------------------------------------------------------------------


def matrix(desk: Desk, school: bytes | None = None) -> Matrix:
    """Return people by courses at a school held here (home by default). Raises ``UserError`` without its people."""
    where = school or desk.home
    found = matrices(desk, where)
    if where not in found:
        raise UserError(
            f"There are no people of {desk.school_name(where)} here.", "Nothing is shown.", "Merge its file first."
        )
    return found[where]


def matrices(desk: Desk, school: bytes | None = None) -> dict[bytes, Matrix]:
    """Return the matrix of one school, or of every school whose people are held here."""
    from db.queries import people as ask
    from db.queries import role_courses

    with desk.store.connect() as con:
        staff = ask.people(con, school)
        passed = ask.training(con, school)
        own = role_courses.role_courses(con, school)
        does = role_courses.does(con, school)
        young = role_courses.with_early_years(con)
        coming = booked(con, desk.today, school)
    asked: dict[bytes, set[str]] = defaultdict(set)
    for one in does:
        asked[one.person].add(course_of(one.course).name)
    here: dict[bytes, list[PersonRow]] = defaultdict(list)
    for person in staff:
        if person.left_on is None or person.left_on >= desk.today:
            here[person.school].append(person)
    rows: dict[bytes, list[TrainingRow]] = defaultdict(list)
    for row in passed:
        rows[row.school].append(row)
    made = {}
    for whose, people in here.items():
        root = desk.trust.roots.get(whose)
        if root is not None and root.sort == "office":
            continue  # an office has no site, so nothing to be competent for
        needed = [RoleNeed(one.role, one.course, _need(one.need), one.least, one.why) for one in own
                  if one.school == whose]  # fmt: skip
        members = [rules.Member(one.id, one.name, one.role, frozenset(asked[one.id])) for one in people]
        made[whose] = rules.build(
            members, rows[whose], coming, rules.needs_of(needed, early_years=whose in young), desk.today, order=_order
        )
    return made


def _need(text: str) -> Need:
    return Need(text) if text in NEEDS else Need.NO  # a word of a newer program asks for nothing here


def booked(con: Connection, today: dt.date, school: bytes | None = None) -> dict[tuple[bytes, str], dt.date]:
    """Return the first day of the next session each person is booked on, by (person, course)."""
    from db.queries.training_places import bookings, sessions

    held = {one.id: one for one in sessions(con) if not one.cancelled and one.last >= today}
    found: dict[tuple[bytes, str], dt.date] = {}
    for one in bookings(con, school):
        session = held.get(one.session or b"")
        if session is None or one.person is None or one.state != "booked":
            continue
        key = one.person, course_of(session.course).name
        found[key] = min(session.first, found.get(key, session.first))
    return found


def gaps(desk: Desk, school: bytes | None = None) -> tuple[Gap, ...]:
    """Return what a school lacks (home by default), what is not in hand first."""
    return matrix(desk, school).gaps


def cluster(desk: Desk) -> Cluster:
    """Return counts by course for every school whose people are held here, by name of the school."""
    found = matrices(desk)
    schools = []
    for school, one in found.items():
        schools.append(SchoolFigures(
            school, short_name(desk, school), {figures.course: figures for figures in one.courses}, len(one.gaps),
            sum(gap.booked is not None for gap in one.gaps), tuple(warning.words for warning in one.warnings),
        ))  # fmt: skip
    schools.sort(key=lambda one: (one.name.casefold(), one.school))
    columns = tuple(one for one in _columns(schools)
                    if any(school.courses[one].needed for school in schools if one in school.courses))  # fmt: skip
    total = {
        course: (
            sum(one.courses[course].held for one in schools if course in one.courses),
            sum(one.courses[course].needed for one in schools if course in one.courses),
        )
        for course in columns
    }
    return Cluster(desk.today, columns, tuple(schools), total)


def _columns(schools: Sequence[SchoolFigures]) -> tuple[str, ...]:
    from bursar_desk.domain.courses import COURSES

    seen = {course for one in schools for course in one.courses}
    known = [one.name for one in COURSES if one.name in seen]
    return (*known, *sorted(seen.difference(known), key=str.casefold))


def short_name(desk: Desk, school: bytes) -> str:
    """Return what a school is called in a list."""
    from db.queries.schools import school_row

    with desk.store.connect() as con:
        row = school_row(con, school)
    return (row.short_name or row.name) if row is not None else desk.school_name(school)


def figures(one: Matrix) -> dict[str, str]:
    """Return the figures every form of the matrix has: in date of needed by course, and how many gaps."""
    told = {course.course: course.words for course in one.courses}
    return {"people": str(len(one.members)), "gaps": str(len(one.gaps)), **told}


# --- which role needs what -------------------------------------------------------------------------------------------


def roles(desk: Desk) -> tuple[str, ...]:
    """Return the roles a need can be about: the school as a whole, everybody, and every role there is."""
    from bursar_desk.services.people import ROLES
    from db.queries.people import people

    with desk.store.connect() as con:
        own = {one.role for one in people(con, desk.home) if one.role}
    return (ANYBODY, EVERYBODY, *ROLES, *sorted(own.difference(ROLES)))


def needs(desk: Desk, school: bytes | None = None) -> tuple[RoleNeed, ...]:
    """Return what each role needs at a school, the usual and what it decided for itself."""
    from db.queries import role_courses

    where = school or desk.home
    with desk.store.connect() as con:
        own = role_courses.role_courses(con, where)
        young = where in role_courses.with_early_years(con)
    decided = [RoleNeed(one.role, one.course, _need(one.need), one.least, one.why) for one in own]
    found = rules.needs_of(decided, early_years=young)
    order = (ANYBODY, EVERYBODY, *_ORDER)
    place = {role: n for n, role in enumerate(order)}
    return tuple(sorted(found, key=lambda one: (place.get(one.role, len(place)), one.role, one.course)))


def need(
    desk: Desk, role: str, course: str, asked: str, *, least: int | None = None, why: str = ""
) -> tuple[RoleNeed, Changes]:
    """Decide for our school whether a role needs a course: "required", "advised" or "no".

    ``least``: so many of the role are enough; for "anybody" at least one. Raises ``UserError`` for what makes no sense.
    """
    from db.queries import role_courses

    must_manage(desk)
    role, name, wanted = role.strip().casefold(), course_of(one_line(course)).name, asked.strip().casefold()
    _must_make_sense(desk, role, course, wanted, least)
    fewest = max(least or 0, 1 if role == ANYBODY and wanted != Need.NO else 0)
    key = f"{role}/{name}"
    values = {"name": key, "role": role, "course": name, "need": wanted, "least": fewest or None,
              "why": one_line(why) or None, "said_by": one_line(desk.who)}  # fmt: skip
    with desk.store.connect() as con:
        known = next((one for one in role_courses.role_courses(con, desk.home) if one.name == key), None)
    if known is not None and (known.need, known.least, known.why) == (wanted, fewest, one_line(why)):
        raise UserError("That is how it stands already.", SAFE, "See “training need”.")
    with desk.act(ActCode.SET_ROLE_COURSE, subject=f"{name}, {role}") as act:
        row = act.session.derived(desk.home, "role_course", key)
        if known is None:
            act.create("role_course", {name: value for name, value in values.items() if value is not None}, row=row)
        else:
            act.set("role_course", known.id, {n: values[n] for n in ("need", "least", "why", "said_by")})
    made = RoleNeed(role, name, Need(wanted), fewest, one_line(why), own=True)
    return made, Changes(frozenset(act.tables), act.note.act)


def _must_make_sense(desk: Desk, role: str, course: str, asked: str, least: int | None) -> None:
    if role not in roles(desk):
        raise UserError(f"“{role}” is not a role.", SAFE, f"Use one of: {words.listing(roles(desk), 'or')}.")
    if not course.strip():
        raise UserError("Say which course.", SAFE, "Choose one of the list, or type its name.")
    if asked not in NEEDS:
        raise UserError(f"“{asked}” says nothing here.", SAFE, f"Say one of: {words.listing(NEEDS, 'or')}.")
    if least is not None and not 0 <= least <= _MOST:
        raise UserError(f"{least} people is not a number we can use.", SAFE, f"Give a number from 0 to {_MOST}.")
    if role == EVERYBODY and least:
        raise UserError("Everybody is everybody.", SAFE, f"For so many people of the school use “{ANYBODY}”.")
