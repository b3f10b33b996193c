"""Payments to one supplier, added up by month in whole pence; and when two lists of a month speak of the same days."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final, Protocol

from bursar_desk.domain import words

NOT_NAMED: Final = "not named"
"""The name under which payments are kept whose supplier a ledger does not say."""


class Kept(Protocol):
    """Figures of a month as the register keeps them."""

    @property
    def count(self) -> int | None: ...
    @property
    def pence(self) -> int | None: ...
    @property
    def first(self) -> dt.date | None: ...
    @property
    def last(self) -> dt.date | None: ...


@dataclass(slots=True)
class Month:
    """What was paid in one month: refunds count below zero; ``first`` and ``last`` are the days of payments."""

    count: int
    pence: int
    first: dt.date
    last: dt.date

    def same(self, kept: Kept) -> bool:
        """Whether these are the same payments, as far as sums tell."""
        return (self.count, self.pence, self.first, self.last) == (kept.count, kept.pence, kept.first, kept.last)


def overlapping(one: Month, kept: Kept) -> bool:
    """Whether two lists may speak of the same payments, because their days overlap."""
    return kept.first is None or kept.last is None or (one.first <= kept.last and kept.first <= one.last)


@dataclass(slots=True)
class Paid:
    """One supplier of a ledger. ``key`` is its name as compared, ``row`` the first line that names it."""

    key: str
    called: str
    row: int
    months: dict[str, Month] = field(default_factory=dict)
    what: Counter[str] = field(default_factory=Counter)

    def add(self, days: tuple[dt.date, dt.date], pence: int, what: str) -> None:
        """Count one payment on a day, or between two days of one month."""
        first, last = days
        month = self.months.get(f"{first:%Y-%m}")
        if month is None:
            self.months[f"{first:%Y-%m}"] = Month(1, pence, first, last)
        else:
            month.count += 1
            month.pence += pence
            month.first, month.last = min(month.first, first), max(month.last, last)
        if what:
            self.what[what] += 1

    @property
    def count(self) -> int:
        """How many payments."""
        return sum(one.count for one in self.months.values())

    @property
    def pence(self) -> int:
        """What was paid, refunds taken off."""
        return sum(one.pence for one in self.months.values())

    @property
    def mostly(self) -> str:
        """What most payments were for; of several as many times, the one that was first."""
        return max(self.what, key=lambda one: self.what[one], default="")


def month_key(typed: str) -> tuple[dt.date, dt.date] | None:
    """Return the first and last day of a month given as 2026-03 or by a day in it; None for anything else."""
    if not re.fullmatch(r"\d{4}-\d{2}(?:-\d{2})?", typed):
        return None
    try:
        first = dt.date.fromisoformat(f"{typed[:7]}-01")
    except ValueError:
        return None
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])


def month_of_words(name: str) -> tuple[dt.date, dt.date] | None:
    """Return the month that the name of a sheet or file says: "Apr 20", "May-2023-csv", "spend_2017-03"."""
    text = name.casefold().replace("_", " ")
    for place, month in enumerate(words.MONTHS, start=1):
        found = re.search(rf"\b{month[:3].lower()}[a-z]*[\s\-']*(20\d\d|\d\d)\b", text)
        if found:
            return month_key(f"20{found[1][-2:]}-{place:02d}")
    found = re.search(r"\b(20\d\d)[\s\-.]?(0[1-9]|1[0-2])\b", text)
    return month_key(f"{found[1]}-{found[2]}") if found else None
