"""Which of several things said of one thing counts, also when they were said on one day.

A later day beats an earlier one. Of one day the cautious word counts, because a day has no hours and rows of two
computers come in any order: what takes back beats what it takes back, and a no beats a yes. Ids settle only the rest,
on every desk alike.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import groupby
from typing import Final, Protocol, TypeVar

TAKEN_BACK: Final = "taken back"
CAUTION: Final = {TAKEN_BACK: 1, "stay": 1, "no": 2}
"""How cautious a word is: an answer of a governing body, or a step of a school."""


def said_order(said_on: dt.date | None, word: str, row: bytes) -> tuple[dt.date, int, bytes]:
    """Return what words said are put in order by: the one that counts comes last."""
    return said_on or dt.date.min, CAUTION.get(word, 0), row


def outweighs(held: str, new: str) -> bool:
    """Tell whether a word said before on the same day would still count after a new one."""
    return CAUTION.get(held, 0) > CAUTION.get(new, 0)


class Decided(Protocol):
    """A decision on a contract, or one that takes back what was decided before."""

    @property
    def id(self) -> bytes: ...

    @property
    def what(self) -> str: ...

    @property
    def said_on(self) -> dt.date | None: ...


DecidedT = TypeVar("DecidedT", bound=Decided)


def not_taken_back(found: Iterable[DecidedT]) -> list[DecidedT]:
    """Return the decisions on one end of a contract that stand, the one that counts last.

    A taking back ends all decided before it. Of one day it counts as later than what it takes back, unless more was
    decided than was taken back: then the day went on, and the ids say what was decided after it.
    """
    ordered = sorted(found, key=lambda one: (one.said_on or dt.date.min, one.id))
    standing: list[DecidedT] = []
    for _, rows in groupby(ordered, key=lambda one: one.said_on or dt.date.min):
        day = list(rows)
        back = [place for place, one in enumerate(day) if one.what == TAKEN_BACK]
        whole = [*standing, *(one for one in day if one.what != TAKEN_BACK)]
        goes_on = day[back[-1] + 1 :] if back and len(whole) > len(back) else []
        standing = goes_on if back else whole
    return standing
