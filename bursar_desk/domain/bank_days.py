"""The bank holidays of England and Wales by their rules, for years that are not named yet (no special ones)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter


def is_bank_holiday(day: date) -> bool:
    """Tell whether a day is one of the eight usual bank holidays, or the weekday given for one at a weekend."""
    return day in usual(day.year)


@lru_cache(maxsize=64)
def usual(year: int) -> frozenset[date]:
    """Return the usual bank holidays of a year; a special one is not known before it is named."""
    sunday = easter(year) if 1583 <= year <= 4099 else None
    moving = [sunday - timedelta(days=2), sunday + timedelta(days=1)] if sunday else []
    fixed = [_weekday(date(year, 1, 1)), _monday(date(year, 5, 1)), _monday(date(year, 5, 25)),
             _monday(date(year, 8, 25))]  # fmt: skip
    christmas = date(year, 12, 25)
    # At a weekend Christmas Day and Boxing Day are given on the next weekdays that are free.
    given = {4: (25, 28), 5: (27, 28), 6: (26, 27)}.get(christmas.weekday(), (25, 26))
    return frozenset([*moving, *fixed, *(date(year, 12, number) for number in given)])


def _monday(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def _weekday(day: date) -> date:
    return day if day.weekday() < 5 else _monday(day)
