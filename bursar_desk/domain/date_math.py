"""Counting days, months and years the way English law counts them; no words and no calendar of school days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

_LENGTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def days_in_month(year: int, month: int) -> int:
    """The length of a month in days; February follows the leap year."""
    if month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
        return 29
    return _LENGTHS[month - 1]


def add_months(day: date, months: int, day_number: int | None = None) -> date:
    """The corresponding date ``months`` later, or the last day of that month where there is none (rules D2, D5).

    ``day_number`` is the day of a fixed series, so that a series that began on the 31st goes back to the 31st after a
    shorter month (rule D4). Beyond the years a date can hold the first or last possible date is returned.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > 9999:
        return date.max
    if year < 1:
        return date.min
    return date(year, month + 1, min(day_number or day.day, days_in_month(year, month + 1)))


def add_days(day: date, days: int) -> date:
    """``days`` later (earlier when negative); the first or last possible date beyond what a date can hold."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def full_years(since: date, on: date) -> int:
    """Whole years from ``since`` to ``on``: an age. It steps on the anniversary itself; 29 February on the 28th."""
    years = on.year - since.year
    return years if add_months(since, 12 * years) <= on else years - 1
