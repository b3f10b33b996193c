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


def average_week(usual: int, extra: int) -> Fraction:
    """Return the average minutes a week over 17 weeks: ``usual`` in each of them, ``extra`` more in all."""
    return usual + Fraction(extra, WEEKS)


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
