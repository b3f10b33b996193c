"""Working time of somebody who covers (Working Time Regulations 1998, as rules.md section 14 points 1 and 2 has it).

All times are minutes: of a week, or after midnight of a day. Hours in all jobs count.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

DAY: Final = 24 * 60
REST: Final = 11 * 60
"""Between the end of one shift and the start of the next."""
WEEK_MOST: Final = 48 * 60
WEEKS: Final = 17
"""A week may have 48 hours on average over so many weeks, unless there is a signed opt-out."""
BREAK: Final = 20
BREAK_OVER: Final = 6 * 60
"""Whoever works longer than six hours has a break of twenty minutes."""
YOUNG_DAY, YOUNG_WEEK = 8 * 60, 40 * 60
"""Somebody under 18, with no average and no opt-out."""


def average_week(usual: int, extra: int, extra_weeks: int) -> Fraction:
    """Return the average minutes a week over 17 weeks: ``usual`` in each, ``extra`` more in some of them."""
    return Fraction(WEEKS * usual + min(max(extra_weeks, 0), WEEKS) * extra, WEEKS)


def within_week(usual: int, extra_in_all: int, *, opt_out: bool, young: bool = False, this_week: int = 0) -> bool:
    """Tell whether somebody may work ``extra_in_all`` minutes of cover within 17 weeks beside their usual ones.

    ``this_week``: the most minutes of cover in one week, which is what counts for somebody under 18.
    """
    if young:
        return usual + this_week <= YOUNG_WEEK
    return opt_out or WEEKS * usual + extra_in_all <= WEEKS * WEEK_MOST


def earliest_start(ended: int) -> int:
    """Return when a shift may start after work that ended then; beyond 24:00 both are counted on to the next day.

    An alarm call that ends at 01:00 (``25 * 60`` counted from the evening) allows the next start at 12:00.
    """
    return ended + REST


def break_due(starts: int, ends: int) -> int:
    """Return the minutes of break that a shift must have."""
    return BREAK if ends - starts > BREAK_OVER else 0


def rested(ended: int, starts: int) -> bool:
    """Tell whether there are eleven hours between two shifts; ``starts`` is counted from the same midnight."""
    return starts - ended >= REST


def day_off_in(worked: list[bool]) -> bool:
    """Tell whether every seven days have one off, or every fourteen two, in days told one after the other."""
    sevens = all(not all(worked[n : n + 7]) for n in range(max(1, len(worked) - 6)) if len(worked[n : n + 7]) == 7)
    fourteens = len(worked) >= 14 and all(
        worked[n : n + 14].count(False) >= 2 for n in range(len(worked) - 13)
    )  # fmt: skip
    return sevens or fourteens
