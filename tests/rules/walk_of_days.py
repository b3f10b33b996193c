"""The rules read a second time, slowly, from day to day: it shares only plain data with the engine it is compared to.

Nothing here jumps by arithmetic: intervals are counted by walking the calendar, terms are found by looking at each day,
windows by asking of each day whether it lies inside. Sections 2 to 6 of the rules are cited where they are read.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from bursar_desk.domain.calendar import Block, BlockKind
from bursar_desk.domain.habits import Habit

ONE = timedelta(days=1)


@dataclass(frozen=True)
class Told:
    """A case in plain words: everything the walk knows. ``every`` is (number, "day"/"week"/"month"/"year")."""

    form: str
    every: tuple[int, str] | None
    anchor: str
    today: date
    done: tuple[tuple[date, bool], ...]  # day, passed
    code: str = "OWN-01"
    standing: str = "statutory"
    printed: date | None = None
    first_used: date | None = None
    first_due: date | None = None
    window: str = ""  # "", "gas", "mot", "months"
    habit: Habit | None = None
    local: bool = False
    disruptive: bool = False
    closable: bool = False
    put_off: date | None = None
    lead: int | None = None
    beginning_with: bool = False
    band: tuple[date, tuple[int, str]] | None = None  # since when ``every`` was another, and which
    scheme: bool = False
    isolated: date | None = None
    fault: tuple[bool, date | None, date | None] | None = None  # danger, last day of use, day to mend it by
    awaited: date | None = None


# --- counting by walking ---------------------------------------------------------------------------------------------


def month_later(day: date, number: int | None = None) -> date:
    """Walk to the corresponding day of the next month; where there is none, to its last day (D2)."""
    wanted = number or day.day
    walk = day.replace(day=1)
    while walk.month == day.month:
        walk += ONE
    length = monthrange(walk.year, walk.month)[1]
    return walk.replace(day=min(wanted, length))


def count_on(day: date, every: tuple[int, str], number: int | None = None) -> date:
    """One interval later (D1, D2, D5): days one at a time, months one at a time, a year as twelve months."""
    n, unit = every
    if unit in ("day", "week"):
        for _ in range(n * (7 if unit == "week" else 1)):
            day += ONE
        return day
    first = number or day.day
    for _ in range(n * (12 if unit == "year" else 1)):
        day = month_later(day, first)
    return day


def count_back_a_month(day: date, times: int) -> date:
    """The corresponding day ``times`` months before, found by walking back from month to month."""
    number = day.day
    for _ in range(times):
        walk = day.replace(day=1) - ONE
        length = monthrange(walk.year, walk.month)[1]
        day = walk.replace(day=min(number, length))
    return day


# --- the school's days (section 5) -----------------------------------------------------------------------------------


class Days:
    """What each day is at the school, noted day by day. All terms of the years in play are given."""

    def __init__(self, blocks: tuple[Block, ...], bank: frozenset[date]) -> None:
        self.bank = bank
        self._of = {kind: [b for b in blocks if b.kind is kind] for kind in BlockKind}
        self._noted: dict[BlockKind, set[date]] = {kind: set() for kind in BlockKind}
        for block in blocks:
            day = block.first
            while day <= block.last:
                self._noted[block.kind].add(day)
                day += ONE
        self._off: dict[date, bool] = {}
        self._parts: dict[str, list[tuple[date, date, date]]] = {}

    def within(self, kind: BlockKind, day: date) -> bool:
        return day in self._noted[kind]

    def planned(self, day: date) -> bool:
        """Pupils were meant to be in."""
        return (
            day.weekday() < 5
            and day not in self.bank
            and not self.within(BlockKind.INSET, day)
            and self.within(BlockKind.TERM, day)
        )

    def pupils(self, day: date) -> bool:
        return self.planned(day) and not self.within(BlockKind.CLOSURE, day)

    def staff(self, day: date) -> bool:
        if self.within(BlockKind.CLOSURE, day):
            return False
        return self.planned(day) or (day.weekday() < 5 and day not in self.bank and self.within(BlockKind.INSET, day))

    def open(self, day: date) -> bool:
        """A trade can be let in: a weekday, no bank holiday, no closure."""
        return day.weekday() < 5 and day not in self.bank and not self.within(BlockKind.CLOSURE, day)

    def holiday(self, day: date) -> bool:
        """In a stretch between term and INSET days that holds at least one day the site is open."""
        if day not in self._off:
            self._find_stretch(day)
        return self._off[day]

    def _free(self, day: date) -> bool:
        return not self.within(BlockKind.TERM, day) and not self.within(BlockKind.INSET, day)

    def _find_stretch(self, day: date) -> None:
        if not self._free(day):
            self._off[day] = False
            return
        first = last = day
        while self._free(first - ONE):
            first -= ONE
        while self._free(last + ONE):
            last += ONE
        stretch = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        real = any(self.open(one) for one in stretch)
        self._off.update(dict.fromkeys(stretch, real))

    def parts(self, span: str) -> list[tuple[date, date, date]]:
        """First day, last school day and first amber day of each term or half term, oldest first."""
        if span not in self._parts:
            self._parts[span] = self._walk_parts(span)
        return self._parts[span]

    def _walk_parts(self, span: str) -> list[tuple[date, date, date]]:
        halves = sorted(self._of[BlockKind.TERM], key=lambda block: block.first)
        if span == "half term":
            return [self._half(block) for block in halves]
        terms: list[tuple[date, date, date]] = []
        for one, two in zip(halves[0::2], halves[1::2], strict=True):
            amber = one.last + ONE
            while amber < two.first and (amber.weekday() > 4 or self.within(BlockKind.INSET, amber)):
                amber += ONE
            end = self._last_with_pupils(one.first, two.last)
            terms.append((one.first, end, min(amber, end)))
        if span == "term":
            return terms
        years = [terms[n : n + 3] for n in range(0, len(terms), 3)]
        return [(year[0][0], year[-1][1], year[-1][0]) for year in years]

    def _half(self, block: Block) -> tuple[date, date, date]:
        end = self._last_with_pupils(block.first, block.last)
        amber = end
        for _ in range(9):  # the last ten calendar days
            amber -= ONE
        return block.first, end, amber

    def _last_with_pupils(self, first: date, last: date) -> date:
        day = last
        while day > first and not self.planned(day):
            day -= ONE
        return day
