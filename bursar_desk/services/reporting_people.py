"""The parts of a report about people, without their names: training in date, cover hours, help from neighbours."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import courses
from bursar_desk.domain.courses import IOSH
from bursar_desk.domain.operations import grant_of_channel
from bursar_desk.domain.training_places import BOOKED, SPARE
from bursar_desk.services import cover_hours
from bursar_desk.services.reporting_terms import ReportTerm, trend
from reports.governors_data import (
    NOT_KEPT_TRAINING,
    Cover,
    CoverRow,
    NeighbourHelp,
    NotKept,
    TrainingRow,
)

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.standing import CheckStanding
    from db.queries.counts import KeptRow
    from db.queries.people import CoverRow as AskedRow
    from db.queries.people import PersonRow
    from db.queries.people import TrainingRow as PassedRow

IOSH_PLACES: Final = 2
"""How many places on IOSH Managing Safely each school has in the partnership's deal."""
_COVERED: Final = ("agreed", "done")


def course_words(course: str) -> str:
    """Return a course by its name; courses are written by their catalogue code or in words."""
    return courses.course_of(course).name


def is_iosh(course: str) -> bool:
    """Tell whether a course is IOSH Managing Safely, whose certificate does not expire (rules section 10)."""
    return courses.same(course, IOSH)


@dataclass(frozen=True, slots=True)
class Holding:
    """Who should hold a course on a day, who does, and when the first of those runs out."""

    needed: frozenset[bytes]
    held: frozenset[bytes]
    next_expiry: dt.date | None


def latest_passes(passed: Iterable[PassedRow], day: dt.date) -> dict[tuple[bytes, str], PassedRow]:
    """Return each person's latest pass of each course up to a day; of one day the one that lasts longer."""
    return courses.latest(passed, day)


def holdings(
    people: Sequence[PersonRow], passed: Sequence[PassedRow], skills: Mapping[str, set[bytes]], day: dt.date
) -> dict[str, Holding]:
    """Return by course who needs it on a day and who is in date.

    A course is needed by whoever does a check that asks for it, and by whoever has held it: they are expected to
    renew. People who have left count no more.
    """
    here = {one.id for one in people if one.left_on is None or one.left_on > day}
    latest = latest_passes(passed, day)
    made: dict[str, Holding] = {}
    for course in {*skills, *(course_words(row.course) for row in passed), IOSH}:
        needed = {person for person in skills.get(course, ()) if person in here}
        ends: list[dt.date] = []
        held = set()
        for (person, name), row in latest.items():
            if name != course or person not in here:
                continue
            needed.add(person)
            last = courses.last_day(course, row.passed_on, row.expires_on)
            if last is None or last >= day:
                held.add(person)
                ends += [last] if last is not None else []
        made[course] = Holding(frozenset(needed), frozenset(held), min(ends, default=None))
    return made


def skills_needed(found: Iterable[CheckStanding]) -> dict[str, set[bytes]]:
    """Return by course who does a check here that asks for it."""
    needed: dict[str, set[bytes]] = {}
    for one in found:
        if one.check.skill and one.check.doer is not None and one.check.applies == "yes":
            needed.setdefault(course_words(one.check.skill), set()).add(one.check.doer)
    return needed


def training_part(
    people: Sequence[PersonRow], passed: Sequence[PassedRow], found: Sequence[CheckStanding], term: ReportTerm,
    places: Mapping[str, tuple[int, int]] | None = None,
) -> tuple[TrainingRow, ...] | NotKept:  # fmt: skip
    """Return people in date of people needed for every course, now and at the end of last term.

    ``places``: by course how many places are booked and spare; None where none are kept.
    """
    skills = skills_needed(found)
    if not passed and not skills:
        return NOT_KEPT_TRAINING if people else NotKept("This school’s training records are not held here.")
    known_then = any(row.passed_on <= term.before_stands for row in passed)
    now = holdings(people, passed, skills, term.as_at)
    then = holdings(people, passed, skills, term.before_stands)
    listed = [one for one in sorted(now) if now[one].needed or is_iosh(one)]
    made = [_training_row(one, now[one], then[one] if known_then else None) for one in listed]
    if places is None:
        return tuple(made)
    held = [(row, places.get(row.course, (0, 0))) for row in made]
    return tuple(replace(row, places_booked=booked, places_spare=spare) for row, (booked, spare) in held)


def places_part(desk: Desk, school: bytes) -> dict[str, tuple[int, int]] | None:
    """Return by course how many places of a school are booked and spare; None where it never had any."""
    from bursar_desk.services import training_places

    stock = training_places.read(desk).stock
    mine = [one for one in stock.places if one.owner == school]
    if not mine:
        return None
    found: dict[str, tuple[int, int]] = {}
    for one in mine:
        name = course_words(training_places.course_name(one.lot.course))
        booked, spare = found.get(name, (0, 0))
        found[name] = (booked + (one.state == BOOKED), spare + (one.state == SPARE))
    return found


def _training_row(course: str, now: Holding, then: Holding | None) -> TrainingRow:
    iosh = is_iosh(course)
    held, needed = len(now.held), _needed(course, now)
    row = TrainingRow(
        course_words(course), held, needed, None, None, None, next_expiry=now.next_expiry, runs_out=not iosh
    )
    if then is None:
        return row
    last_held, last_needed = len(then.held), _needed(course, then)
    compared = trend(held, needed, last_held, last_needed)
    return replace(row, last_held=last_held, last_required=last_needed, trend=compared)


def _needed(course: str, one: Holding) -> int:
    return max(IOSH_PLACES, len(one.needed)) if is_iosh(course) else len(one.needed)


def cover_part(desk: Desk, school: bytes, term: ReportTerm, names: Mapping[bytes, str]) -> Cover:
    """Return hours given and received by other school in the days of the report, and the whole balance at its end."""
    rows = cover_hours.ledger(desk, school, first=term.first, last=term.as_at)
    here = {row.school: row for row in rows}
    made = [
        CoverRow(
            names.get(row.school, row.name), here[row.school].given if row.school in here else 0,
            here[row.school].received if row.school in here else 0, row.owed,
        )
        for row in cover_hours.ledger(desk, school, last=term.as_at) if row.school in here or row.owed
    ]  # fmt: skip
    return Cover(term.first, tuple(made))


def neighbour_part(
    desk: Desk, school: bytes, kept: Iterable[KeptRow], covers: Sequence[AskedRow], names: Mapping[bytes, str]
) -> tuple[NeighbourHelp, ...]:
    """Count by school the checks that somebody from another school did here, by whichever way they were written down:

    in a cover pack's register, on behalf of a school, or keyed in here under the name of the person who covered.
    """
    agreed = [one for one in covers if one.school == school and one.state in _COVERED]
    others = {name.casefold(): other for other, name in names.items() if other != school}
    others |= {root.name.casefold(): root.school for root in desk.trust.roots.values() if root.school != school}
    counted: Counter[bytes] = Counter()
    for row in kept:
        helper = _by_grant(desk, row) or others.get(row.on_behalf.casefold()) or _by_name(row, agreed)
        if helper is not None and helper != school:
            counted[helper] += 1
    helps = [NeighbourHelp(names.get(other) or desk.school_name(other), number) for other, number in counted.items()]
    return tuple(sorted(helps, key=lambda one: (-one.checks, one.school)))


def _by_grant(desk: Desk, row: KeptRow) -> bytes | None:
    grant_id = grant_of_channel(row.channel)
    grant = desk.trust.grants.get(grant_id) if grant_id else None
    return grant.holder_school if grant else None


def _by_name(row: KeptRow, agreed: Sequence[AskedRow]) -> bytes | None:
    name = row.done_by.casefold()
    for one in agreed:
        if name and one.helper.casefold() == name and one.first <= row.done_on <= one.last:
            return one.helper_school
    return None
