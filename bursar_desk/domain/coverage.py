"""Turns through call points, outlets and extinguishers: who had theirs in which week, and whose turn comes too late."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bursar_desk.domain.date_math import add_days
from bursar_desk.domain.words import count, long_date, sentence

DONE: Final = "done"
FAILED: Final = "failed"
NOT_DONE: Final = "not done"
NONE: Final = ""
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Turn:
    """One point that had its turn on a day; an empty point speaks for all. ``state``: done, failed or not done."""

    on: date
    point: str
    state: str = DONE


@dataclass(frozen=True, slots=True)
class Gap:
    """A point whose turn is overdue or will come too late. ``weeks`` since it was last tested; None: never."""

    point: str
    last: date | None
    weeks: int | None
    must_by: date | None
    overdue: bool

    @property
    def sentence(self) -> str:
        """Return ``Call point 7 not tested for 14 weeks.`` and by when its turn must come."""
        since = "has not been tested yet" if self.weeks is None else f"not tested for {count(self.weeks, 'week')}"
        said = sentence(f"{self.point} {since}")
        if self.overdue or self.must_by is None:
            return said
        return f"{said} Its turn must come by {long_date(self.must_by)}."


@dataclass(frozen=True, slots=True)
class CoverageGrid:
    """Points by weeks: ``cells[row][column]`` for ``points[row]`` in the week of ``mondays[column]``, oldest first.

    ``cycle_days``: how soon everything must have had its turn, one interval for each point. ``gaps``: most pressing
    first, and before the cycle has ended.
    """

    points: tuple[str, ...]
    mondays: tuple[date, ...]
    cells: tuple[tuple[str, ...], ...]
    last: tuple[date | None, ...]
    gaps: tuple[Gap, ...]
    cycle_days: int

    @property
    def covered(self) -> int:
        """Return how many points have had a turn within the last cycle."""
        late = {one.point for one in self.gaps if one.overdue}
        never = {point for point, day in zip(self.points, self.last, strict=True) if day is None}
        return len(self.points) - len(late | never)

    @property
    def sentence(self) -> str:
        """Return the proof in words: ``All 12 were tested within the last 12 weeks.``"""
        weeks = count(max(1, round(self.cycle_days / _WEEK)), "week")
        if not self.points:
            return "There are no points to take turns."
        if self.covered == len(self.points):
            return f"All {len(self.points)} were tested within the last {weeks}."
        return f"{self.covered} of {len(self.points)} were tested within the last {weeks}."


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return add_days(day, -day.weekday())


def grid(
    points: Sequence[str], turns: Iterable[Turn], today: date, *, interval_days: float, each: bool = False,
    weeks: int = 52, next_turn: date | None = None,
) -> CoverageGrid:  # fmt: skip
    """Lay the turns out by week, ending with this one, and name the gaps.

    In turn (``each`` false) the whole cycle is one interval for each point; otherwise every point has its turn every
    time. ``next_turn``: when the next point is tested, today if that is past.
    """
    named = tuple(dict.fromkeys(points))
    listed = sorted((one for one in turns if one.on <= today), key=lambda one: one.on)
    first = add_days(monday_of(today), -_WEEK * (weeks - 1))
    mondays = tuple(add_days(first, _WEEK * n) for n in range(weeks))
    cells = {point: [NONE] * weeks for point in named}
    last: dict[str, date] = {}
    for one in listed:
        for point in named if not one.point else (one.point,) if one.point in cells else ():
            place = (monday_of(one.on) - first).days // _WEEK
            if one.state != NOT_DONE:
                last[point] = one.on
            if place >= 0 and not (one.state == NOT_DONE and cells[point][place]):
                cells[point][place] = one.state
    cycle = max(1, round(interval_days * (1 if each else max(1, len(named)))))
    ahead = _turn_days(named, listed, max(today, next_turn or today), interval_days, each=each)
    began = listed[0].on if listed else today
    found = (_gap(point, last.get(point), began, ahead[point], today, cycle, interval_days) for point in named)
    gaps = [one for one in found if one is not None]
    gaps.sort(key=lambda one: (not one.overdue, one.last or date.min, named.index(one.point)))
    return CoverageGrid(
        named, mondays, tuple(tuple(cells[point]) for point in named), tuple(last.get(point) for point in named),
        tuple(gaps), cycle,
    )  # fmt: skip


def _turn_days(
    points: tuple[str, ...], turns: Sequence[Turn], start: date, interval_days: float, *, each: bool
) -> dict[str, date]:
    """When each point has its turn if they go on in their order from the last one."""
    tested = [one.point for one in turns if one.state != NOT_DONE and one.point in points]
    begin = (points.index(tested[-1]) + 1) % len(points) if tested and not each else 0
    return {
        point: start if each else add_days(start, round(((place - begin) % len(points)) * interval_days))
        for place, point in enumerate(points)
    }


def _gap(
    point: str, last: date | None, began: date, turn: date, today: date, cycle: int, interval_days: float
) -> Gap | None:  # fmt: skip
    """A point is a gap when its cycle is over, or will be before its turn; a turn one interval late is no gap yet."""
    must_by = add_days(last or began, cycle)
    slack = round(interval_days) if turn > today else 0
    if today <= must_by and turn <= add_days(must_by, slack):
        return None
    weeks = (today - last).days // _WEEK if last else None
    return Gap(point, last, weeks, must_by, today > must_by)
