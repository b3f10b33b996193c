"""Who could cover: every neighbour known here with why they can or cannot, best first (rules.md section 14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words
from bursar_desk.domain.cover import Duty, Fit, Person, fit
from bursar_desk.domain.cover_stage import ACCEPTED, AGREED, ASKED, DONE, NO_ANSWER, WORDS
from bursar_desk.domain.directory import distance_km
from bursar_desk.domain.rota_rules import Hand, Problem, Slot, weeks_without_rest, young_limits
from bursar_desk.domain.working_time import WEEK_MOST, average_week
from bursar_desk.services import settings
from bursar_desk.services.cover_gaps import Gaps, gaps

if TYPE_CHECKING:
    from bursar_desk.services.cover_requests import CoverLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.planning_reading import Known
    from db.queries.people import PersonRow

POLICY: Final = "cover policy"
"""The setting: ``{"briefing": "first" | "must"}``, whether a site briefing may still be given on arrival."""


@dataclass(frozen=True, slots=True)
class Helper:
    """A neighbour and how well they fit.

    ``times``: what they could do at set times of what nobody was asked for yet; ``asked``: the stage of an open or
    agreed request to them for the same absence.
    """

    person: bytes
    name: str
    school: bytes
    school_name: str
    km: float | None
    fit: Fit
    checks: tuple[bytes, ...]
    times: tuple[Duty, ...] = ()
    asked: str = ""

    @property
    def can(self) -> bool:
        """Tell whether nothing stands in the way."""
        return not self.fit.reasons

    @property
    def sentence(self) -> str:
        """Return what to know about them in one line."""
        if self.fit.reasons:
            return " ".join(self.fit.reasons)
        wanted = len(self.fit.can_do) + len(self.fit.cannot_do)
        some = "can do all of it" if not self.fit.cannot_do else f"can do {len(self.fit.can_do)} of {wanted} checks"
        asked = [f"{WORDS[self.asked]}."] if self.asked else []
        return " ".join([*asked, f"{self.fit.free}, {some}.", *self.fit.warnings, *self.fit.notes])


@dataclass(frozen=True, slots=True)
class Helpers:
    """Who could help, nearest and best first, and who cannot with the reason."""

    gaps: Gaps
    can: tuple[Helper, ...]
    cannot: tuple[Helper, ...]


@dataclass(frozen=True, slots=True)
class _Look:
    """What one search works with."""

    home: bytes
    left: Gaps
    known: Known
    problem: Problem
    hands: Mapping[bytes, Hand]
    owed: Mapping[bytes, int]
    briefing: str
    most_km: float | None
    asked: Mapping[tuple[bytes | None, str], str]
    free: tuple[Duty, ...]
    lent: frozenset[bytes]


def find(desk: Desk, absence: bytes, *, most_km: float | None = None) -> Helpers:
    """Look for cover among the site staff of the neighbours whose people are known here.

    Hard: training in date, site briefing by the policy, written confirmation, working time, rest, no clash, nobody
    away, the lender's own site not left bare. Then distance, what their school owes ours, fair turns, hours offered.
    """
    left = gaps(desk, absence)
    look = _look(desk, left, most_km)
    names = {row.school: row.short_name or row.name for row in look.known.schools.values()}
    found = [
        _helper(look, one, names.get(one.school) or desk.school_name(one.school))
        for one in look.known.people
        if one.school != look.home
    ]  # fmt: skip
    can = sorted((h for h in found if h.can), key=lambda h: (*h.fit.sort, h.name, h.person))
    cannot = sorted((h for h in found if not h.can), key=lambda h: (_far(h), h.name, h.person))
    return Helpers(left, tuple(can), tuple(cannot))


def _far(one: Helper) -> float:
    return one.km if one.km is not None else 9999.0


def _look(desk: Desk, left: Gaps, most_km: float | None) -> _Look:
    from bursar_desk.services import cover_hours, planning_reading

    away = left.absence
    known = planning_reading.read(desk, away.first, away.last)
    lines = [one for one in _requests(desk) if one.absence == away.id and one.stage in _HOLDS]
    # what somebody does for this absence already is no reason against them
    known = replace(known, asked=tuple(row for row in known.asked if row.absence != away.id))
    policy = settings.value(desk, POLICY, {})
    briefing = "must" if isinstance(policy, dict) and policy.get("briefing") == "must" else "first"
    hands = {one.person: one for one in planning_reading.hands(known)}
    places = {
        row.school: (row.easting, row.northing) for row in known.schools.values()
        if row.easting is not None and row.northing is not None
    }  # fmt: skip
    slots = tuple(Slot(away.school, away.id, d.day, d.what, d.starts, d.ends) for d in left.duties)
    problem = Problem(slots, (), planning_reading.stations(known), places, briefing=briefing)
    owed = {one.school: one.owed for one in cover_hours.ledger(desk, away.school)}
    asked = {(one.person, one.helper if one.person is None else ""): one.stage for one in lines}
    free, lent = _nobody_asked(left, lines)
    return _Look(away.school, left, known, problem, hands, owed, briefing, most_km, asked, free, lent)


_HOLDS: Final = (ASKED, ACCEPTED, NO_ANSWER, AGREED, DONE)


def _requests(desk: Desk) -> Sequence[CoverLine]:
    from bursar_desk.services import cover_requests

    return cover_requests.listing(desk)


def _nobody_asked(left: Gaps, lines: Sequence[CoverLine]) -> tuple[tuple[Duty, ...], frozenset[bytes]]:
    """Return the set times nobody was asked for, and the checks somebody was, where requests divide them.

    Where nothing is left, or somebody was asked for all, it is all free: two may be asked for the same.
    """
    if not lines or not all(one.slots for one in lines):
        return left.duties, frozenset()
    taken = {(slot.get("day"), slot.get("what")) for one in lines for slot in one.slots}
    free = tuple(duty for duty in left.duties if (duty.day.isoformat(), duty.what) not in taken)
    return (free, frozenset(check for one in lines for check in one.checks)) if free else (left.duties, frozenset())


def _helper(look: _Look, one: PersonRow, school: str) -> Helper:
    hand = look.hands[one.id]
    here, there = look.known.schools.get(look.home), look.known.schools.get(one.school)
    placed = here is not None and there is not None and _placed(look, one.school)
    km = distance_km(here, there) if placed else None  # type: ignore[arg-type]  # anything with a position will do
    judged = fit(_as_person(look, one, hand, km), look.left.need, look.most_km)
    asked = look.asked.get((one.id, "")) or look.asked.get((None, one.name), "")
    wanted = {(duty.day, duty.what) for duty in (look.left.duties if asked else look.free)}
    slots = [slot for slot in look.problem.slots if (slot.day, slot.what) in wanted]
    barred = _barred(look, hand, slots)
    if not judged.reasons:
        judged = _by_the_clock(look, hand, judged, slots, barred)
    able = [gap.line.id for gap in look.left.checks if not gap.skill or gap.skill in judged.can_do]
    checks = tuple(check for check in able if asked or check not in look.lent)
    times = tuple(Duty(slot.day, slot.what, slot.starts, slot.ends) for slot in slots if slot not in barred)
    return Helper(one.id, one.name, one.school, school, km, judged, checks, times, asked)


def _barred(look: _Look, hand: Hand, slots: Sequence[Slot]) -> dict[Slot, str]:
    """Return the set times somebody cannot do, each with why; hours they offered are a wish, not a bar."""
    free_of_hours = replace(hand, windows=())
    return {slot: said for slot in slots if (said := look.problem.barred(free_of_hours, slot))}


def _placed(look: _Look, school: bytes) -> bool:
    return look.home in look.problem.places and school in look.problem.places


def _as_person(look: _Look, one: PersonRow, hand: Hand, km: float | None) -> Person:
    held = {gap.skill: hand.skills[name] for gap in look.left.checks if (name := _course(gap.skill)) in hand.skills}
    days = frozenset(day for day in range(7) if one.works_on(_monday() + dt.timedelta(days=day)))
    return Person(
        hand.offers, hand.confirmed, days, one.starts, one.ends, hand.away, held,
        hand.briefed.get(look.home), km, look.briefing == "must",
    )  # fmt: skip


def _course(skill: str) -> str:
    from bursar_desk.services.planning_reading import course_needed

    return course_needed(skill)


def _monday() -> dt.date:
    return dt.date(2026, 11, 16)  # any week: only the weekdays count


# --- times ------------------------------------------------------------------------------------------------------------


def _by_the_clock(look: _Look, hand: Hand, judged: Fit, slots: Sequence[Slot], barred: Mapping[Slot, str]) -> Fit:
    """Add what working time, rest, other cover and their own site say to somebody who could come."""
    open_slots = [slot for slot in slots if slot not in barred]
    reasons: list[str] = []
    if slots and not open_slots:
        reasons = list(dict.fromkeys(barred.values()))
    reasons += _too_long(look.problem, hand, open_slots)
    if reasons:
        return replace(judged, reasons=tuple(reasons))
    warnings, notes = list(judged.warnings), list[str]()
    if barred:
        warnings.append(_not_then(barred))
    if hand.windows and not all(any(w.holds(slot) for w in hand.windows) for slot in open_slots):
        notes.append("These are not hours they offered: ask.")
    owed = look.owed.get(hand.school, 0)
    if owed > 0:
        notes.append(f"Their school owes ours {words.hours(owed)}.")
    free = f"Free for {len(open_slots)} of {len(slots)} times" if barred else judged.free
    fits, km = judged.sort[0] + len(barred), judged.sort[1]
    # in the order of the rules: distance by the kilometre, then what is owed by the hour, then whose turn it is
    rank = (fits, float(int(km)), -float(owed // 60), float(hand.turns), km)
    return replace(judged, warnings=tuple(warnings), notes=tuple(notes), free=free, sort=rank)


def _not_then(barred: Mapping[Slot, str]) -> str:
    """Name the times somebody cannot do, with the first reason."""
    named = words.listing([f"{slot.what.lower()} on {words.short_day(slot.day)}" for slot in list(barred)[:3]])
    more = f" and {len(barred) - 3} more" if len(barred) > 3 else ""
    return f"Not for {named}{more}: {next(iter(barred.values()))}"


def _too_long(problem: Problem, hand: Hand, slots: Sequence[Slot]) -> list[str]:
    """Say which limit of working time they would pass; cover within their own hours adds nothing to them."""
    more = {slot: problem.beyond(hand, slot) for slot in slots}
    minutes = sum(more.values())
    said = []
    if not hand.opt_out and average_week(hand.week + hand.elsewhere, hand.done + minutes) > WEEK_MOST:
        said.append("Would work more than 48 hours a week on average, all jobs counted.")
    days = sorted({slot.day for slot in slots})
    if any(sum(more[s] for s in slots if s.day in some) > left for some, left in young_limits(hand, days)):
        said.append("Is under 18 and would work more than 8 hours a day or 40 a week.")
    if any(len(free & set(days)) > left for free, left in weeks_without_rest(hand, days)):
        said.append("Would have no day off in seven.")
    return said
