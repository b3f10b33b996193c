"""A desk as at a past day: every list and report works on it unchanged, and nothing can be written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from bursar_desk.clock import OnDay
from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from bursar_desk.services.desk import Desk

if TYPE_CHECKING:
    from bursar_desk.domain.progress import Progress

Mode = Literal["known", "corrected"]
MODES: Final[dict[Mode, str]] = {"known": "as known then", "corrected": "as later corrected"}


@dataclass(frozen=True, slots=True)
class Moment:
    """A past day and what is asked about it."""

    day: dt.date
    mode: Mode

    @property
    def words(self) -> str:
        """Return it as papers and pages say it: "As at 3 March 2027, as known then"."""
        return f"As at {words.plain_date(self.day)}, {MODES[self.mode]}"


@dataclass(slots=True)
class AsAtDesk(Desk):
    """A desk that shows a past day. Its register lies in memory only and is gone when the desk is closed."""

    moment: Moment | None = None


def open_as_at(desk: Desk, day: dt.date, mode: Mode, progress: Progress | None = None) -> AsAtDesk:
    """Return a desk to look at only, with ``day`` for today; close it when done.

    Raises ``UserError`` for a day that is still to come or for a cover pack's register, ``Cancelled`` when stopped.
    """
    if desk.is_guest:
        raise UserError(
            "A cover pack’s register has no past days to look at.", "Nothing was changed.", "Open the school’s own."
        )
    if day > desk.today:
        raise UserError(
            f"{words.long_date(day)} is still to come.", "Nothing was changed.", "Choose today or a day before."
        )
    from db import as_at

    with desk.store.connect() as con:
        engine = as_at.build(con, day, mode, progress)
    store = replace(desk.store, engine=engine, read_only=True, notices=[], _trust=None)
    past = AsAtDesk(store, OnDay(day, desk.clock), moment=Moment(day, mode))
    if desk.person is not None:
        past.act_as(desk.person)
    return past


def words_of(desk: Desk) -> str:
    """Return what a paper made on this desk says about its day; nothing for the present one."""
    return desk.moment.words if isinstance(desk, AsAtDesk) and desk.moment is not None else ""
