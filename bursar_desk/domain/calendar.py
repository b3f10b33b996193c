"""The calendar of one school: kinds of day, terms, holidays, and the last day on which work can really be done."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from bursar_desk.domain.date_math import add_days
from bursar_desk.domain.intervals import Span
from bursar_desk.domain.periods import (
    Block,
    BlockKind,
    DayKind,
    Period,
    PeriodBook,
    Term,
    TermSpan,
    known_terms,
    school_year_of,
)
from bursar_desk.domain.words import long_date

__all__ = ["NO_CALENDAR", "Block", "BlockKind", "DayKind", "Period", "Plan", "SchoolCalendar", "Span"]

_ON_SITE = frozenset({DayKind.SCHOOL_DAY, DayKind.INSET})
_FAR = 400  # days; no search for a better day goes further


@dataclass(frozen=True, slots=True)
class Plan:
    """The day to plan with. ``first`` begins the stretch to choose from; ``risk`` asks for a note on doing it then."""

    day: date
    first: date
    because: str
    risk: bool = False


@dataclass(frozen=True)
class SchoolCalendar:
    """One school's blocks and the bank holidays of England.

    Where no term is entered for a date, weekdays that are not bank holidays count as school days, and periods end by
    custom (31 December, 31 March, 31 August and so on); ``Period.known`` is then false and sentences say so. August
    before an entered autumn term is taken as holiday. All answers are kept, so asking again costs next to nothing.
    """

    blocks: tuple[Block, ...] = ()
    bank_holidays: frozenset[date] = frozenset()

    # --- kinds of day ---------------------------------------------------------------------------------------------

    @cached_property
    def _terms(self) -> dict[tuple[int, Term], TermSpan]:
        return known_terms(self.blocks)

    @cached_property
    def _sorted(self) -> dict[BlockKind, tuple[list[date], list[Block]]]:
        """For each kind the blocks by first day, with the first days apart for searching."""
        table = {}
        for kind in BlockKind:
            blocks = sorted((block for block in self.blocks if block.kind is kind), key=lambda block: block.first)
            table[kind] = ([block.first for block in blocks], blocks)
        return table

    @cached_property
    def _covered(self) -> tuple[list[date], list[date]]:
        """First and last days of the stretches that the entered terms speak for."""
        stretches: list[tuple[date, date]] = []
        for (year, term), span in sorted(self._terms.items(), key=lambda item: item[1].first):
            first = min(date(year, 8, 1), span.first) if term == "autumn" else span.first
            nominal = {"autumn": date(year, 12, 31), "spring": span.last, "summer": date(year + 1, 8, 31)}[term]
            last = max(span.last, nominal)
            follows = {"spring": (year, "autumn"), "summer": (year, "spring"), "autumn": (year - 1, "summer")}[term]
            if stretches and follows in self._terms:
                first = min(first, add_days(stretches[-1][1], 1))
            stretches.append((first, last))
        return [first for first, _ in stretches], [last for _, last in stretches]

    @cached_property
    def _kinds(self) -> dict[date, DayKind]:
        return {}

    def _in(self, kind: BlockKind, day: date) -> Block | None:
        firsts, blocks = self._sorted[kind]
        for place in range(bisect_right(firsts, day) - 1, -1, -1):
            if blocks[place].last >= day:
                return blocks[place]
        return None

    def is_known(self, day: date) -> bool:
        """Tell whether an entered term speaks for the day."""
        firsts, lasts = self._covered
        place = bisect_right(firsts, day) - 1
        return place >= 0 and day <= lasts[place]

    def _planned_school_day(self, day: date) -> bool:
        """A school day before any closure: pupils were meant to be in."""
        if day.weekday() > 4 or day in self.bank_holidays or self._in(BlockKind.INSET, day):
            return False
        return self._in(BlockKind.TERM, day) is not None or not self.is_known(day)

    def kind(self, day: date) -> DayKind:
        """The kind of a day at this school; closures come first, then what was planned."""
        kind = self._kinds.get(day)
        if kind is None:
            kind = self._kinds[day] = self._find_kind(day)
        return kind

    def _find_kind(self, day: date) -> DayKind:
        if self._in(BlockKind.CLOSURE, day):
            return DayKind.CLOSURE
        if self._planned_school_day(day):
            return DayKind.SCHOOL_DAY
        if day in self.bank_holidays:
            return DayKind.BANK_HOLIDAY
        if day.weekday() < 5 and self._in(BlockKind.INSET, day):
            return DayKind.INSET
        if self._in(BlockKind.LETTING, day):
            return DayKind.LETTING
        return DayKind.WEEKEND if day.weekday() > 4 else DayKind.HOLIDAY

    def is_school_day(self, day: date) -> bool:
        """Pupils are on site."""
        return self.kind(day) is DayKind.SCHOOL_DAY

    def staff_in(self, day: date) -> bool:
        """Pupils or staff are on site: a school day or an INSET day."""
        return self.kind(day) in _ON_SITE

    def site_open(self, day: date) -> bool:
        """A weekday, in term or holiday, that is neither a bank holiday nor a closure: someone can let a trade in."""
        return day.weekday() < 5 and day not in self.bank_holidays and self.kind(day) is not DayKind.CLOSURE

    def next_day_of(self, kinds: frozenset[DayKind], day: date) -> date | None:
        """The first day of one of these kinds, ``day`` itself included; ``None`` if there is none within 400 days."""
        for ahead in range(_FAR):
            found = add_days(day, ahead)
            if self.kind(found) in kinds:
                return found
        return None

    def next_school_day(self, day: date) -> date:
        """The first school day on or after a day; the day itself if there is none in reach."""
        return self.next_day_of(frozenset({DayKind.SCHOOL_DAY}), day) or day

    def first_day_back(self, day: date) -> date:
        """The first day on or after ``day`` with staff on site."""
        return self.next_day_of(_ON_SITE, day) or day

    def closed_outside_term(self, day: date) -> bool:
        """A closure on a day without lessons anyway: the site is shut. A snow day is a closure of another kind."""
        return self.kind(day) is DayKind.CLOSURE and not self._planned_school_day(day)

    # --- periods --------------------------------------------------------------------------------------------------

    @cached_property
    def _book(self) -> PeriodBook:
        return PeriodBook(
            self._terms, self._planned_school_day, lambda day: self._in(BlockKind.INSET, day) is not None
        )

    def period_of(self, unit: Span | str, day: date, *, needs_people: bool = False) -> Period | None:
        """The period that a completion dated ``day`` counts for; a day in a gap belongs to the following period.

        ``needs_people`` is for drills: held when nobody was on site they count for no period, and ``None`` is
        returned (rules section 5). Otherwise there is always a period.
        """
        if needs_people and not self.staff_in(day):
            return None
        return self.period_at(Span(unit), day)

    def period_at(self, span: Span, day: date) -> Period:
        """The period a day lies in or, in a gap, the following one."""
        year = school_year_of(day)
        for candidate in (year, year + 1):
            for period in self._book.of_year(span, candidate):
                if period.last_school_day >= day:
                    return period
        return self._book.of_year(span, year + 1)[-1]

    def period_after(self, unit: Span | str, period: Period) -> Period:
        """The period that follows."""
        return self.period_at(Span(unit), add_days(period.last_school_day, 1))

    def periods_between(self, unit: Span | str, first: date, last: date) -> tuple[Period, ...]:
        """The periods that touch the days from ``first`` to ``last``, in order."""
        found: list[Period] = []
        period = self.period_at(Span(unit), first)
        while period.first <= last:
            found.append(period)
            after = self.period_after(unit, period)
            if after.last_school_day <= period.last_school_day:
                break  # the end of what dates can hold
            period = after
        return tuple(found)

    def terms_between(self, first: date, last: date) -> tuple[Period, ...]:
        """The terms that touch the days from ``first`` to ``last``."""
        return self.periods_between(Span.TERM, first, last)

    def in_holiday(self, day: date) -> bool:
        """Tell whether a day lies in a known holiday, its weekends included."""
        firsts, blocks = self._holidays
        place = bisect_right(firsts, day) - 1
        return place >= 0 and day <= blocks[place][1]

    @cached_property
    def _holidays(self) -> tuple[list[date], list[tuple[date, date]]]:
        """Holiday blocks: stretches in what is known, with at least one weekday, with neither pupils nor staff."""
        busy = sorted(
            (block.first, block.last) for block in self.blocks if block.kind in (BlockKind.TERM, BlockKind.INSET)
        )
        found: list[tuple[date, date]] = []
        for start, end in zip(*self._covered, strict=True):
            day = start
            for first, last in (*busy, (add_days(end, 1), end)):
                if last < day and first <= end:
                    continue
                if first > day:
                    found.append((day, min(add_days(first, -1), end)))
                day = max(day, add_days(last, 1))
                if day > end:
                    break
        # Stretches that the edges of two terms cut in two are one holiday.
        joined: list[tuple[date, date]] = []
        for first, last in sorted(found):
            if joined and first <= add_days(joined[-1][1], 1):
                joined[-1] = joined[-1][0], max(joined[-1][1], last)
            else:
                joined.append((first, last))
        whole = [block for block in joined if self._last_open(block[0], block[1])]
        return [first for first, _ in whole], whole

    def holiday_blocks(self) -> tuple[tuple[date, date], ...]:
        """The first and last days of every known holiday, weekends at the edges included, in order."""
        return tuple(self._holidays[1])

    # --- planning -------------------------------------------------------------------------------------------------

    def _last_open(self, first: date, last: date) -> date | None:
        """The last day from ``first`` to ``last`` on which the site is open to a trade."""
        for back in range(min((last - first).days, _FAR) + 1):
            day = add_days(last, -back)
            if self.site_open(day):
                return day
        return None

    def plan_by(self, legal_due: date, disruptive: bool = False, *, not_before: date | None = None) -> Plan:
        """The last day the work can really be done; never after ``legal_due`` (rules D9 and section 5).

        ``disruptive`` work goes to the latest holiday up to the due date, else the latest INSET day, else a school
        day with a risk note. ``not_before`` is the first day that makes sense, such as the day after it was last done
        or today; without it the search goes back about a year.
        """
        start = not_before or add_days(legal_due, -_FAR)
        if start > legal_due:
            return Plan(legal_due, legal_due, "")
        if disruptive and (plan := self._quiet_plan(legal_due, start)):
            return plan
        day = self._last_open(start, legal_due)
        if day is None:
            return Plan(legal_due, legal_due, "The site is not open before then, so someone must come in for it.")
        if disruptive:
            because = f"No holiday or INSET day is left, so plan {long_date(day)} with a note of the risk."
            return Plan(day, start, because, risk=True)
        because = "" if day == legal_due else f"{long_date(day)} is the last day before it with the site open."
        return Plan(day, start, because)

    def _quiet_plan(self, legal_due: date, start: date) -> Plan | None:
        """The latest holiday, or else INSET day, from ``start`` to ``legal_due``."""
        firsts, blocks = self._holidays
        for place in range(bisect_right(firsts, legal_due) - 1, -1, -1):
            first, last = blocks[place]
            if last < start:
                break
            begin = max(first, start)
            if day := self._last_open(begin, min(last, legal_due)):
                return Plan(day, begin, f"Best done in the holidays, by {long_date(day)}.")
        firsts, insets = self._sorted[BlockKind.INSET]
        for place in range(bisect_right(firsts, legal_due) - 1, -1, -1):
            block = insets[place]
            if block.last < start:
                break
            if day := self._last_open(max(block.first, start), min(block.last, legal_due)):
                return Plan(day, day, f"No holiday is left before it; {long_date(day)} is an INSET day.")
        return None


NO_CALENDAR = SchoolCalendar()
