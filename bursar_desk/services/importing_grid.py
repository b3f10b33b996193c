"""The grid "When was it last done?": the checks without a record, and saving the dates that were put beside them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain.errors import UserError
from bursar_desk.services.checks import CheckLine, listing
from bursar_desk.services.importing_read import SAFE, Book
from bursar_desk.services.importing_shapes import Imported, Plan, PlanRow, State
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Dated:
    """One date put beside a check; ``pasted`` when it came out of a spreadsheet."""

    check: bytes
    title: str
    day: dt.date
    by: str = ""
    pasted: bool = False


def waiting(desk: Desk) -> tuple[CheckLine, ...]:
    """Return the checks of this school that apply and have no record yet, area by area as the list has them."""
    found = [one for one in listing(desk).lines if one.last_done is None and one.colour != "grey"]
    return tuple(sorted(found, key=lambda one: (one.area_name, one.code, one.title)))


def save(desk: Desk, dates: Sequence[Dated]) -> Imported:
    """Save dates as one act: each is a pass, done on its day, entered today. Raises ``UserError`` for a coming day."""
    from bursar_desk.services.importing_write import write

    if not dates:
        raise UserError("There is no date to save.", SAFE, "Type a date beside a check first.")
    late = next((one for one in dates if one.day > desk.today), None)
    if late is not None:
        raise UserError(f"The date beside “{late.title}” has not come yet.", SAFE, "Enter the day it was done.")
    rows = tuple(
        PlanRow(
            number, State.ADD, one.title, day=one.day, target=one.check,
            values={
                "outcome": "satisfactory", "done_by": one_line(one.by)[:200] or "Not known", "evidence": "none",
                **({"came_by": "import"} if one.pasted else {}),
            },
        )
        for number, one in enumerate(dates, 1)
    )  # fmt: skip
    return write(desk, Plan("last-done", Book("", "grid", ()), "", (), (), (), (), rows), rows)
