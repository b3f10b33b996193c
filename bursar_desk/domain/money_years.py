"""Money years: maintained schools 1 April to 31 March, academies 1 September to 31 August (rules.md section 11)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

MAINTAINED, ACADEMY = "maintained", "academy"
_STARTS: Final = {MAINTAINED: 4, ACADEMY: 9}
_KIND_OF: Final = {
    "local authority": MAINTAINED, "governing body": MAINTAINED, "academy trust": ACADEMY,
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class MoneyYear:
    """One money year of a kind of school."""

    first: dt.date
    last: dt.date
    kind: str

    @property
    def words(self) -> str:
        """Return ``2026-27`` and what it runs by."""
        runs = "April to March" if self.kind == MAINTAINED else "September to August"
        return f"{self.first.year}-{self.last.year % 100:02d} ({runs})"


def kind_of(employer: str) -> str:
    """Return "maintained", "academy", or "" for a school with a year of its own or of a sort nobody has noted."""
    return _KIND_OF.get(employer, "")


def year_of(kind: str, day: dt.date) -> MoneyYear:
    """Return the money year a day lies in. Raises ``KeyError`` for a kind that has none."""
    month = _STARTS[kind]
    year = day.year if day.month >= month else day.year - 1
    return MoneyYear(dt.date(year, month, 1), dt.date(year + 1, month, 1) - dt.timedelta(days=1), kind)


def by_year(kind: str, sums: Iterable[tuple[dt.date, int]]) -> tuple[tuple[MoneyYear, int], ...]:
    """Return pence by money year, earliest first."""
    found: dict[MoneyYear, int] = {}
    for day, pence in sums:
        year = year_of(kind, day)
        found[year] = found.get(year, 0) + pence
    return tuple(sorted(found.items()))


def largest_remainder(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Share whole pence by weights so that the shares add up (rules.md section 13); ties go to the first.

    Raises ``ValueError`` when every weight is nought.
    """
    whole = sum(weights)
    if whole <= 0:
        raise ValueError("there is nothing to share by")
    shares = [total * one // whole for one in weights]
    order = sorted(range(len(weights)), key=lambda n: (-(total * weights[n] % whole), n))
    for n in order[: total - sum(shares)]:
        shares[n] += 1
    return tuple(shares)


def spread(pence: int, first: dt.date, months: int, kind: str) -> tuple[tuple[MoneyYear, int, int], ...]:
    """Spread a cost over the money years its months lie in: (year, months, pence), earliest first.

    ``first`` is the first day of the first of ``months`` months: a year from 1 September falls 7/12 and 5/12 into two
    maintained years.
    """
    counted: dict[MoneyYear, int] = {}
    for n in range(months):
        year, month = divmod(first.year * 12 + first.month - 1 + n, 12)
        found = year_of(kind, dt.date(year, month + 1, 1))
        counted[found] = counted.get(found, 0) + 1
    years = sorted(counted)
    shares = largest_remainder(pence, [counted[one] for one in years])
    return tuple((one, counted[one], share) for one, share in zip(years, shares, strict=True))
