"""Savings: what counts as one, how much it comes to, and in which money years (rules.md sections 11 and 13).

Money is whole pence; below nought it is a loss, which counts like any other. A recurring saving is so much a year for
a stretch of days; a one-off saving is one sum on one day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bursar_desk.domain.date_math import add_months
from bursar_desk.domain.money_years import MAINTAINED, MoneyYear, largest_remainder, year_of

RECURRING, ONCE = "recurring", "once"
CONFIRMED, ESTIMATE, WORKED_OUT = "confirmed", "estimate", "worked out"
EARLIEST: Final = dt.date(1990, 1, 1)
LATEST: Final = dt.date(2150, 12, 31)
"""Beyond these a day is a slip of the pen, wherever it came from."""
MOST: Final = 10**11
"""Pence; more than any school spends."""
_UNIT: Final = 28 * 29 * 15 * 31
"""A month as a whole number that its days divide, whether it has 28, 29, 30 or 31 of them."""


@dataclass(frozen=True, slots=True)
class Saving:
    """One saving that counts: ``before`` and ``after`` in pence, a year when recurring and in all when once.

    ``deal`` is the group deal it comes from; ``derived`` marks what was worked out from that deal's own figures.
    """

    id: bytes
    school: bytes
    kind: str
    first: dt.date
    last: dt.date | None
    before: int
    after: int
    deal: bytes | None = None
    derived: bool = False

    @property
    def each(self) -> int:
        """What it saves a year, or once; below nought it costs more."""
        return self.before - self.after


@dataclass(frozen=True, slots=True)
class Stated:
    """What was written down of a saving, before anybody looked whether it can count."""

    kind: str
    first: dt.date | None
    last: dt.date | None
    before: int | None
    before_on: dt.date | None
    before_document: str
    after: int | None
    after_from: str


def lacks(stated: Stated) -> str:
    """Return why what was written down cannot count as a saving, in a sentence; "" when it can.

    No saving without a dated baseline document: that comes first.
    """
    if not stated.before_document.strip() or stated.before_on is None or stated.before is None:
        return "It has no baseline: a price before, with the document it stands in and that document’s date."
    if stated.after is None or not stated.after_from.strip():
        return "It has no price now, or nobody said where that price is from."
    if stated.kind not in (RECURRING, ONCE):
        return "Nobody said whether it comes every year or once."
    if stated.first is None:
        return "It has no first day."
    days = [stated.first, stated.before_on, *([stated.last] if stated.last else [])]
    if any(not EARLIEST <= day <= LATEST for day in days):
        return "One of its days cannot be right."
    if stated.last is not None and stated.last < stated.first:
        return "It ends before it begins."
    if not (0 <= stated.before <= MOST and 0 <= stated.after <= MOST):
        return "One of its prices cannot be right."
    return ""


def confidence(said_by: str, confirmed_by: str, confirmed_on: dt.date | None, *, derived: bool = False) -> str:
    """Return how sure a figure is: nobody confirms what they said themselves."""
    if derived:
        return WORKED_OUT
    who, by = _name(said_by), _name(confirmed_by)
    return CONFIRMED if by and by != who and confirmed_on is not None else ESTIMATE


def _name(text: str) -> str:
    return " ".join(text.casefold().split())


def counted(savings: Sequence[Saving]) -> tuple[list[Saving], list[Saving]]:
    """Return the savings that count, and those left out because the deal's own figures say them already.

    What was entered by hand as recurring for a deal is the same saving as the one worked out from that deal.
    """
    known = {(one.school, one.deal) for one in savings if one.derived and one.deal is not None}
    twice = [one for one in savings if not one.derived and one.kind == RECURRING and (one.school, one.deal) in known]
    left = {one.id for one in twice}
    return [one for one in savings if one.derived or one.id not in left], twice


# --- how much, and when -----------------------------------------------------------------------------------------------


def until(saving: Saving, day: dt.date, kind: str) -> dt.date:
    """Return the last day a statement made on ``day`` counts: its own, else the end of the present money year."""
    if saving.kind == ONCE:
        return saving.first
    if saving.last is not None:
        return saving.last
    return year_of(kind or MAINTAINED, max(saving.first, min(max(day, EARLIEST), LATEST))).last


def amount(saving: Saving, through: dt.date) -> int:
    """Return what it came to from its first day through a day, rounded half up to the penny."""
    if saving.kind == ONCE:
        return saving.each if saving.first <= through else 0
    last = through if saving.last is None else min(through, saving.last)
    return _worth(saving.each, sum(weight for _, _, weight in _months(saving.first, last)))


def in_force(saving: Saving, day: dt.date) -> bool:
    """Tell whether a recurring saving runs on a day."""
    return saving.kind == RECURRING and saving.first <= day and (saving.last is None or day <= saving.last)


def by_years(saving: Saving, through: dt.date, kind: str) -> tuple[tuple[MoneyYear, int], ...]:
    """Return pence by money year from its first day through a day, earliest first; together they are ``amount``."""
    if saving.kind == ONCE:
        return ((year_of(kind, saving.first), saving.each),) if saving.first <= through else ()
    last = through if saving.last is None else min(through, saving.last)
    weights: dict[MoneyYear, int] = {}
    for first, end, weight in _months(saving.first, last):
        for year, part in _cut(first, end, weight, kind):
            weights[year] = weights.get(year, 0) + part
    if not weights:
        return ()
    years = sorted(weights)
    whole = _worth(saving.each, sum(weights.values()))
    sign = -1 if whole < 0 else 1
    shares = largest_remainder(abs(whole), [weights[one] for one in years])
    return tuple((year, sign * share) for year, share in zip(years, shares, strict=True))


def added(parts: Iterable[Iterable[tuple[MoneyYear, int]]]) -> tuple[tuple[MoneyYear, int], ...]:
    """Return several spreads added up, by kind of year and then earliest first."""
    found: dict[MoneyYear, int] = {}
    for part in parts:
        for year, pence in part:
            found[year] = found.get(year, 0) + pence
    return tuple(sorted(found.items(), key=lambda one: (one[0].kind != MAINTAINED, one[0].kind, one[0])))


def _worth(a_year: int, units: int) -> int:
    pence = (abs(a_year) * units * 2 + 12 * _UNIT) // (24 * _UNIT)
    return -pence if a_year < 0 else pence


def _months(first: dt.date, last: dt.date) -> list[tuple[dt.date, dt.date, int]]:
    """Return the months counted from the first day on, each by its first and last day that count and its weight."""
    found = []
    n, begin = 0, first
    while begin <= last:
        following = add_months(first, n + 1)
        end = min(following - dt.timedelta(days=1), last)
        found.append((begin, end, _UNIT // (following - begin).days * ((end - begin).days + 1)))
        n, begin = n + 1, following
    return found


def _cut(first: dt.date, last: dt.date, weight: int, kind: str) -> list[tuple[MoneyYear, int]]:
    """Return the weight of a month by money year: its days decide where a year ends within it."""
    year, after = year_of(kind, first), year_of(kind, last)
    if year == after:
        return [(year, weight)]
    a_day = weight // ((last - first).days + 1)
    before = a_day * ((year.last - first).days + 1)
    return [(year, before), (after, weight - before)]
