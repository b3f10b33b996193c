"""A rota for long absences, or several at once: proposed from what the register knows, asked for in one act."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import cover_rota, words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.cover_rota import Cost
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.rota_rules import Problem, Slot
from bursar_desk.services import absences as absence_service
from bursar_desk.services import planning_reading as reading
from bursar_desk.services import solving
from bursar_desk.services.planning_cover import Rostered, most_slots, plan

if TYPE_CHECKING:
    from bursar_desk.domain.progress import Progress
    from bursar_desk.services.absences import AbsenceLine
    from bursar_desk.services.cover import CheckGap, Gaps
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.planning_reading import Known

CHECK_MINUTES: Final = 30
"""What one check counts for in a rota."""
MOST_DAYS: Final = 42
_OPENS: Final = 8 * 60


@dataclass(frozen=True, slots=True)
class Wishes:
    """How strict to be: ``briefing`` "must" or "first" (given before the first shift); ``any_hours`` also outside the
    hours that people offered; ``most_km`` how far at most."""

    briefing: str = "first"
    any_hours: bool = False
    most_km: float | None = None


@dataclass(frozen=True, slots=True)
class RotaLine:
    """One slot: whose absence, when, what, and who takes it and why; ``person`` None and why nobody does."""

    school: bytes
    school_name: str
    absence: bytes
    away_name: str
    day: dt.date
    what: str
    starts: int
    ends: int
    skill: str
    checks: tuple[bytes, ...]
    person: bytes | None
    name: str
    from_school: bytes | None
    from_school_name: str
    why: str


@dataclass(frozen=True, slots=True)
class Rota:
    """A rota with what was proved: ``proved`` no better one by the stated goal, ``gap`` in tenths of a kilometre."""

    first: dt.date
    last: dt.date
    lines: tuple[RotaLine, ...]
    sentence: str
    proved: bool
    gap: int
    most: int
    cost: Cost
    by_hand: Cost
    goals: tuple[solving.Reached, ...]
    seconds: float

    @property
    def covered(self) -> int:
        """Return how many slots somebody takes."""
        return sum(line.person is not None for line in self.lines)


def propose(
    desk: Desk, first: dt.date, last: dt.date, progress: Progress | None = None, *, wishes: Wishes | None = None
) -> Rota:
    """Plan who covers what in some days, for every absence of this school (of all schools at an office).

    Requests already asked or agreed count as they are. Nothing is written. Raises ``UserError`` for odd days,
    ``Cancelled`` when stopped.
    """
    problem, more = problem_of(desk, first, last, wishes or Wishes())
    made = plan(problem, progress)
    order = sorted(range(len(problem.slots)), key=lambda s: (problem.slots[s].day, problem.slots[s].starts, s))
    lines = tuple(_line(problem, more, made, s) for s in order)
    said = cover_rota.sentence(len(made.rota), len(problem.slots), made.most, made.gap)
    said += _outside(problem, made, progress)
    return Rota(
        first, last, lines, said, made.proved, made.gap, made.most, made.cost, made.by_hand, made.goals, made.seconds
    )


def _outside(problem: Problem, made: Rostered, progress: Progress | None) -> str:
    """Return how many slots could be covered outside the hours people offered, where that is more."""
    if made.cost.open == 0 or not any(hand.windows for hand in problem.hands):
        return ""
    freer = replace(problem, hands=tuple(replace(hand, windows=()) for hand in problem.hands))
    most = most_slots(freer, progress)
    if most <= len(made.rota):
        return ""
    return f" Outside the hours people offered, {most} of {len(problem.slots)} could be covered: ask them."


@dataclass(frozen=True, slots=True)
class _More:
    """What a slot is about beside the rules: the absence and the checks."""

    away: AbsenceLine
    checks: tuple[bytes, ...]


def problem_of(
    desk: Desk, first: dt.date, last: dt.date, wishes: Wishes
) -> tuple[Problem, Sequence[_More]]:  # fmt: skip
    """Return what there is to plan in some days, as far as this register knows."""
    from bursar_desk.services.cover import gaps
    from bursar_desk.services.cover_hours import read_book

    if last < first:
        raise UserError("The last day is before the first.", "Nothing was planned.", "Check the two dates.")
    if (last - first).days >= MOST_DAYS:
        raise UserError(
            f"A rota is for at most {MOST_DAYS} days.", "Nothing was planned.", "Plan a shorter time first."
        )
    known = reading.read(desk, first, last)
    slots: list[Slot] = []
    more: list[_More] = []
    for away in absence_service.listing(desk, from_day=first):
        if away.first > last:
            continue
        for slot, checks in _slots(known, gaps(desk, away.id)):
            slots.append(slot)
            more.append(_More(away, checks))
    book = read_book(desk)
    hosts = {slot.school for slot in slots}
    owed = {
        (host, lender): account.minutes for lender in known.schools for host, account in book.accounts(lender).items()
        if host in hosts
    }  # fmt: skip
    places = {
        one.school: (one.easting, one.northing) for one in known.schools.values()
        if one.easting is not None and one.northing is not None
    }  # fmt: skip
    names = {one.school: one.short_name or one.name for one in known.schools.values()}
    problem = Problem(
        tuple(slots), reading.hands(known, any_hours=wishes.any_hours), reading.stations(known), places, names, owed,
        wishes.briefing, wishes.most_km,
    )  # fmt: skip
    return problem, more


def _slots(known: Known, left: Gaps) -> Iterator[tuple[Slot, tuple[bytes, ...]]]:
    """Return what an absence leaves undone day by day, as far as nobody was asked for it yet."""
    school, absence = left.absence.school, left.absence.id
    asked = [one for one in known.asked if one.absence == absence]
    calendar = known.calendar(school)
    taken = [(day, starts, ends) for one in asked for day, starts, ends in reading.times_of(one, calendar)]
    checked = {(check, one.first, one.last) for one in asked for check in one.checks}
    for day in known.days:
        for duty in left.duties:
            covered = any(on == day and starts <= duty.starts and duty.ends <= ends for on, starts, ends in taken)
            if duty.day == day and not covered:
                yield Slot(school, absence, day, duty.what, duty.starts, duty.ends), ()
        due = [
            gap for gap in left.checks
            if day in gap.days
            and not any(check == gap.line.id and first <= day <= last for check, first, last in checked)
        ]  # fmt: skip
        yield from _check_slots(known, school, absence, day, due)


def _check_slots(
    known: Known, school: bytes, absence: bytes, day: dt.date, due: Sequence[CheckGap]
) -> Iterator[tuple[Slot, tuple[bytes, ...]]]:
    """Return the checks of a day, those that need the same course together, one after the other from opening time."""
    row = known.schools.get(school)
    at = row.opens if row is not None and row.opens is not None else _OPENS
    by_skill: dict[str, list[CheckGap]] = {}
    for gap in due:
        by_skill.setdefault(reading.course_needed(gap.skill), []).append(gap)
    for skill, some in sorted(by_skill.items()):
        ends = min(at + CHECK_MINUTES * len(some), 24 * 60)
        what = "; ".join(gap.line.title for gap in some)
        yield Slot(school, absence, day, what, at, ends, skill), tuple(gap.line.id for gap in some)
        at = ends


def _line(problem: Problem, more: Sequence[_More], made: Rostered, s: int) -> RotaLine:
    slot, about = problem.slots[s], more[s]
    h = made.rota.get(s)
    hand = problem.hands[h] if h is not None else None
    why = cover_rota.why_not(problem, made.rota, s) if h is None else cover_rota.because(problem, s, h)
    return RotaLine(
        slot.school, problem.names.get(slot.school, ""), slot.absence, about.away.name, slot.day, slot.what,
        slot.starts, slot.ends, slot.skill, about.checks, hand.person if hand else None, hand.name if hand else "",
        hand.school if hand else None, problem.names.get(hand.school, "") if hand else "", why,
    )  # fmt: skip


# --- asking ----------------------------------------------------------------------------------------------------------


def ask(desk: Desk, rota: Rota) -> tuple[list[bytes], Changes]:
    """Ask everybody of a rota in one act: one request for each helper and absence of this school, with its slots.

    The requests travel with the next file. Raises ``UserError`` when nobody of the rota covers an absence here.
    """
    if desk.is_office:
        raise UserError("Each school asks for its own cover.", "Nobody was asked.", "Send them the rota.")
    by_request: dict[tuple[bytes, bytes], list[RotaLine]] = {}
    for line in rota.lines:
        if line.person is not None and line.school == desk.home:
            by_request.setdefault((line.absence, line.person), []).append(line)
    if not by_request:
        raise UserError("Nobody covers anything in this rota.", "Nobody was asked.", "Plan other days.")
    names = words.listing(sorted({lines[0].name for lines in by_request.values()}))
    with desk.act(ActCode.PLAN_COVER, subject=names) as act:
        rows = [act.create("cover", _request(desk, lines)) for lines in by_request.values()]
    return rows, Changes(frozenset(act.tables), act.note.act)


def _request(desk: Desk, lines: Sequence[RotaLine]) -> dict[str, object]:
    one = lines[0]
    slots = [
        {"day": line.day.isoformat(), "what": line.what, "starts": line.starts, "ends": line.ends} for line in lines
    ]
    duties = words.listing([f"{line.what} {words.short_day(line.day)}" for line in lines if not line.checks])
    checks = list(dict.fromkeys(check.hex() for line in lines for check in line.checks))
    return {
        "absence": one.absence, "helper_school": one.from_school, "helper": one.name, "helper_person": one.person,
        "first": min(line.day for line in lines), "last": max(line.day for line in lines),
        "starts": min(line.starts for line in lines), "ends": max(line.ends for line in lines), "state": "asked",
        "checks": json.dumps(checks), "duties": duties or None, "asked_by": desk.who, "asked_on": desk.today,
        "slots": json.dumps(slots, ensure_ascii=False),
    }  # fmt: skip
