"""Terms, half terms and school years as periods, from the blocks a school has entered or, without them, by custom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

from bursar_desk.domain.date_math import add_days, days_in_month
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.intervals import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Term = Literal["autumn", "spring", "summer"]
TERMS: Final[tuple[Term, ...]] = ("autumn", "spring", "summer")


class DayKind(StrEnum):
    """What kind of day it is at one school (rules section 5)."""

    SCHOOL_DAY = "school day"
    INSET = "INSET"
    HOLIDAY = "holiday"
    WEEKEND = "weekend"
    BANK_HOLIDAY = "bank holiday"
    CLOSURE = "closure"
    LETTING = "letting"


class BlockKind(StrEnum):
    """What a stretch of the calendar is; every day outside all blocks is holiday, weekend or bank holiday."""

    TERM = "term"
    INSET = "inset"
    CLOSURE = "closure"
    LETTING = "letting"


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of days, both ends included. ``term`` and ``half`` say which half term a term block is.

    A term block without ``term`` is placed by the month it begins in, one without ``half`` by its order.
    Raises ``UserError`` when it ends before it begins.
    """

    kind: BlockKind
    name: str
    first: date
    last: date
    term: Term | None = None
    half: Literal[1, 2] | None = None

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise UserError(
                f"“{self.name}” ends before it begins.", "The calendar was not changed.", "Check the two dates."
            )


@dataclass(frozen=True, slots=True)
class Period:
    """A term, half term or school year. ``key`` sorts by time; ``known`` is false where custom stands in for dates.

    ``first`` and ``last_school_day`` are its ends; ``amber_from`` is the first day on which it is due soon.
    """

    name: str
    key: str
    first: date
    last_school_day: date
    amber_from: date
    known: bool = True


@dataclass(frozen=True, slots=True)
class TermSpan:
    """One term as entered: the first and last day of each half; a term with no break has one half."""

    halves: tuple[tuple[date, date], ...]

    @property
    def first(self) -> date:
        """The first day."""
        return self.halves[0][0]

    @property
    def last(self) -> date:
        """The last day."""
        return self.halves[-1][1]


def school_year_of(day: date) -> int:
    """The year in which the school year of a day began; it runs from 1 September to 31 August."""
    return min(max(day.year - (day.month < 9), 1), 9997)  # the next two school years must still be dates


def _block_year(block: Block) -> int:
    return block.first.year if block.first.month >= 8 else block.first.year - 1


def _block_term(block: Block) -> Term:
    if block.term:
        return block.term
    if block.first.month >= 8:
        return "autumn"
    return "spring" if block.first.month <= 3 else "summer"


def known_terms(blocks: Iterable[Block]) -> dict[tuple[int, Term], TermSpan]:
    """The terms the blocks describe, by school year and term."""
    grouped: dict[tuple[int, Term], list[Block]] = {}
    for block in blocks:
        if block.kind is BlockKind.TERM:
            grouped.setdefault((_block_year(block), _block_term(block)), []).append(block)
    terms: dict[tuple[int, Term], TermSpan] = {}
    for key, parts in grouped.items():
        parts.sort(key=lambda block: block.first)
        halves: dict[int, tuple[date, date]] = {}
        for order, block in enumerate(parts):
            half = block.half or min(order + 1, 2)
            first, last = halves.get(half, (block.first, block.last))
            halves[half] = min(first, block.first), max(last, block.last)
        terms[key] = TermSpan(tuple(sorted(halves.values())))
    return terms


# Where no dates are known a term is taken to end like this: month of its first and last day, whole and by halves.
_CUSTOM: Final[Mapping[Term, tuple[int, int, int]]] = {"autumn": (9, 10, 12), "spring": (1, 2, 3), "summer": (4, 5, 8)}


def _custom_halves(year: int, term: Term) -> tuple[tuple[date, date], tuple[date, date]]:
    begins, middle, ends = _CUSTOM[term]
    calendar_year = year if term == "autumn" else year + 1
    break_day = date(calendar_year, middle, days_in_month(calendar_year, middle))
    return (date(calendar_year, begins, 1), break_day), (add_days(break_day, 1), date(calendar_year, ends, 31))


def year_words(year: int) -> str:
    """``2026/27`` for the school year that begins in September 2026."""
    return f"{year}/{(year + 1) % 100:02d}"


class PeriodBook:
    """The periods of one calendar, made a school year at a time and kept. Not for use outside ``calendar``."""

    def __init__(
        self,
        terms: Mapping[tuple[int, Term], TermSpan],
        working: Callable[[date], bool],
        staffed: Callable[[date], bool],
    ) -> None:
        self._terms = terms
        self._working = working
        self._staffed = staffed
        self._made: dict[tuple[Span, int], tuple[Period, ...]] = {}

    def of_year(self, span: Span, year: int) -> tuple[Period, ...]:
        """The periods of one school year, first to last."""
        made = self._made.get((span, year))
        if made is None:
            made = self._made[span, year] = self._make(span, year)
        return made

    def _make(self, span: Span, year: int) -> tuple[Period, ...]:
        if span is Span.HALF_TERM:
            return tuple(period for term in TERMS for period in self._halves(year, term))
        terms = tuple(self._term(year, term) for term in TERMS)
        if span is Span.TERM:
            return terms
        summer = terms[2]
        known = terms[0].known and summer.known
        ends = max(period.last_school_day for period in terms)
        key, name = f"{year:04d}-{(year + 1) % 100:02d}", f"school year {year_words(year)}"
        return (Period(name, key, terms[0].first, ends, min(summer.first, ends), known),)

    def _span(self, year: int, term: Term) -> tuple[TermSpan, bool]:
        """The term as entered, or by custom, then ending before the next term that is known begins."""
        if span := self._terms.get((year, term)):
            return span, True
        halves = _custom_halves(year, term)
        after = self._terms.get((year + 1, "autumn") if term == "summer" else (year, TERMS[TERMS.index(term) + 1]))
        if after and halves[0][0] < after.first <= halves[1][1]:
            halves = halves[0], (min(halves[1][0], add_days(after.first, -1)), add_days(after.first, -1))
        return TermSpan(halves), False

    def _last(self, first: date, last: date) -> date:
        """The last day with pupils in a stretch; its plain last day if it has none at all."""
        day = last
        while day >= first:
            if self._working(day):
                return day
            day = add_days(day, -1)
        return last

    def _term(self, year: int, term: Term) -> Period:
        span, known = self._span(year, term)
        calendar_year = year if term == "autumn" else year + 1
        ends = self._last(span.first, span.last)
        break_day = add_days(span.halves[0][1], 1)
        while len(span.halves) > 1 and known and break_day < span.halves[1][0]:
            if break_day.weekday() < 5 and not self._staffed(break_day):
                break
            break_day = add_days(break_day, 1)
        amber = break_day if len(span.halves) > 1 else add_days(ends, -28)
        key = f"{year:04d}-{(year + 1) % 100:02d}/{term}"
        return Period(f"{term} term {calendar_year}", key, span.first, ends, min(amber, ends), known)

    def _halves(self, year: int, term: Term) -> tuple[Period, ...]:
        span, known = self._span(year, term)
        calendar_year = year if term == "autumn" else year + 1
        made = []
        for number, (first, last) in enumerate(span.halves, start=1):
            ends = self._last(first, last)
            name = f"{'first' if number == 1 else 'second'} half of the {term} term {calendar_year}"
            key = f"{year:04d}-{(year + 1) % 100:02d}/{term}/{number}"
            made.append(Period(name, key, first, ends, add_days(ends, -9), known))  # the last 10 calendar days
        return tuple(made)
