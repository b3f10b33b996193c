"""Courses that run out: told 6, 3 and 1 months ahead, each once, and grouped so that one booking serves everybody."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import courses, words
from bursar_desk.domain.date_math import add_months
from bursar_desk.services import kept_here, training_matrix

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.people import PersonRow, TrainingRow

MONTHS: Final = (6, 3, 1)
"""How many months ahead a course that runs out is told."""
_SAID: Final = "training_reminded"
_KEPT_DAYS: Final = 400


@dataclass(frozen=True, slots=True)
class Renewal:
    """One person's course that is to be renewed; ``ends`` the last day it counts, or when a refresher is advised.

    ``name`` is "" for people of other schools. ``month``: the lead time reached, 0 once it has run out. ``booked``: a
    session to come.
    """

    training: bytes
    school: bytes
    person: bytes
    name: str
    course: str
    ends: dt.date
    month: int
    advised: bool = False
    booked: dt.date | None = None

    @property
    def key(self) -> str:
        """Return what names this reminder: a date that moves, or the next lead time, is another one."""
        return f"{self.training.hex()} {self.ends.isoformat()} {self.month}"


@dataclass(frozen=True, slots=True)
class Group:
    """Everybody who needs one course within six months: one booking could serve them all.

    ``before``: the last day of the first of them; None when all have run out already. ``ours``: how many of them work
    here, by name.
    """

    course: str
    people: tuple[Renewal, ...]
    schools: tuple[str, ...]
    before: dt.date | None
    out: int
    advised: bool
    ours: int = 0

    @property
    def words(self) -> str:
        """Return it as a sentence: "6 people need Fire marshal before 30 June 2027: one booking."."""
        number = len(self.people)
        verb = "needs" if number == 1 else "need"
        what = f"a refresher of {self.course}" if self.advised else self.course
        where = f" at {words.count(len(self.schools), 'school')}" if len(self.schools) > 1 else ""
        if not self.ours and len(self.schools) == 1:
            where = f" at {self.schools[0]}"
        when = f" before {words.plain_date(self.before)}" if self.before is not None else " now"
        one = ": one booking" if number > 1 else ""
        told = f"{words.count(number, 'person', 'people')}{where} {verb} {what}{when}{one}."
        if self.out and not self.advised and number > 1:
            told = f"{told[:-1]}. For {words.number(self.out)} of them it has run out."
        return told

    @property
    def named(self) -> str:
        """Return the sentence with the names of our own people."""
        names = [one.name for one in self.people if one.name]
        return f"{self.words} Here: {words.listing(names)}." if names else self.words


def month_reached(ends: dt.date, today: dt.date) -> int | None:
    """Return the lead time reached: 6, 3 or 1 months, 0 after the last day, nothing while it is further away."""
    if today > ends:
        return 0
    return min((lead for lead in MONTHS if today >= add_months(ends, -lead)), default=None)


@dataclass(frozen=True, slots=True)
class Asked:
    """What reminders follow from, of every school held: people, what they passed, sessions to come, what is not needed.

    ``booked`` by (person, course name); ``not_needed`` by (school, role, course name).
    """

    staff: Sequence[PersonRow]
    passed: Sequence[TrainingRow]
    booked: Mapping[tuple[bytes, str], dt.date]
    not_needed: frozenset[tuple[bytes, str, str]]


def ask(
    con: Connection, today: dt.date, staff: Sequence[PersonRow] | None = None,
    passed: Sequence[TrainingRow] | None = None,
) -> Asked:  # fmt: skip
    """Read it; ``staff`` and ``passed`` of every school are handed in where somebody has read them already."""
    from db.queries import people, role_courses

    everybody = people.people(con) if staff is None else staff
    courses_passed = people.training(con) if passed is None else passed
    if not any(_soon(row, today) for row in courses.latest(courses_passed, today).values()):
        return Asked(everybody, courses_passed, {}, frozenset())  # nothing runs out: nothing more to ask
    declined = frozenset(
        (one.school, one.role, courses.course_of(one.course).name)
        for one in role_courses.role_courses(con) if one.need == training_matrix.Need.NO
    )  # fmt: skip
    return Asked(everybody, courses_passed, training_matrix.booked(con, today), declined)


def _soon(row: TrainingRow, today: dt.date) -> bool:
    stands = courses.standing_of(row, today)
    ends = stands.ends or stands.amber_from
    return ends is not None and month_reached(ends, today) is not None


def _asked(desk: Desk) -> Asked:
    with desk.store.connect() as con:
        return ask(con, desk.today)


def renewals(desk: Desk, asked: Asked | None = None) -> list[Renewal]:
    """Return what is to be renewed within six months, or has run out, of everybody held here who still works there.

    People whose school says their role does not need the course are left out, and so are offices.
    """
    asked = asked or _asked(desk)
    offices = {root.school for root in desk.trust.roots.values() if root.sort == "office"}
    here = {
        one.id: one for one in asked.staff
        if one.school not in offices and (one.left_on is None or one.left_on >= desk.today)
    }  # fmt: skip
    found = []
    for (person, course), row in courses.latest(asked.passed, desk.today).items():
        who = here.get(person)
        stands = courses.standing_of(row, desk.today)
        ends = stands.ends or stands.amber_from
        if who is None or ends is None or _declined(asked, who, course):
            continue
        month = month_reached(ends, desk.today)
        if month is None or (stands.advised and month > 1):  # a refresher has no hurry
            continue
        name = who.name if who.school == desk.home else ""
        found.append(Renewal(
            row.id, who.school, person, name, course, ends, month, advised=stands.advised,
            booked=asked.booked.get((person, course)),
        ))  # fmt: skip
    return sorted(found, key=lambda one: (one.ends, one.course, one.name, one.person))


def _declined(asked: Asked, who: PersonRow, course: str) -> bool:
    return any((who.school, role, course) in asked.not_needed for role in (who.role, training_matrix.EVERYBODY))


def groups(desk: Desk, asked: Asked | None = None) -> tuple[Group, ...]:
    """Return everybody who needs each course and is not booked on it yet, the soonest first."""
    return _grouped(desk, [one for one in renewals(desk, asked) if one.booked is None])


def _grouped(desk: Desk, found: Sequence[Renewal]) -> tuple[Group, ...]:
    by_course: dict[str, list[Renewal]] = defaultdict(list)
    for one in found:
        by_course[one.course].append(one)
    made = []
    for course, people in by_course.items():
        coming = [one.ends for one in people if one.ends >= desk.today]
        schools = sorted({desk.school_name(one.school) for one in people})
        out = sum(one.ends < desk.today for one in people)
        advised = all(one.advised for one in people)
        before = None if advised and out else min(coming, default=None)
        ours = sum(one.school == desk.home for one in people)
        made.append(Group(course, tuple(people), tuple(schools), before, out, advised, ours))
    return tuple(sorted(made, key=lambda one: (one.people[0].ends, one.course)))


# --- each once -------------------------------------------------------------------------------------------------------


def reached(desk: Desk, asked: Asked | None = None) -> tuple[Group, ...]:
    """Return the groups in which somebody reached a lead time that was not told on this computer yet.

    A school is told of groups with somebody of its own; an office of all. The whole group is named, so that those who
    were told earlier can go to the same booking.
    """
    before = _said(desk)
    return tuple(
        group for group in groups(desk, asked)
        if any(one.key not in before and (desk.is_office or one.school == desk.home) for one in group.people)
    )  # fmt: skip


def said(desk: Desk, told: Sequence[Group]) -> None:
    """Note that these were told; raises ``OSError`` when this computer's notes cannot be written."""
    if not told:
        return
    oldest = (desk.today - dt.timedelta(days=_KEPT_DAYS)).isoformat()
    new = {one.key: desk.today.isoformat() for group in told for one in group.people}
    kept_here.keep(desk, _SAID, {key: day for key, day in (_said(desk) | new).items() if str(day) >= oldest})


def _said(desk: Desk) -> dict[str, Any]:
    found = kept_here.kept(desk, _SAID, {})
    return dict(found) if isinstance(found, dict) else {}
