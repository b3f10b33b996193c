"""The Bin: what was deleted or taken out in the last 90 days. Nothing is ever purged; History keeps it for good."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.clock import school_day
from bursar_desk.services.field_words import kind_words
from bursar_desk.services.stories import unseen
from bursar_desk.services.story_words import Speaker

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk

DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class BinLine:
    """Something in the Bin: what it was, who took it out when and why, and for how many days it stays listed."""

    table: str
    row: bytes
    kind: str
    name: str
    about: str
    who: str
    day: dt.date
    said: str
    days_left: int


def listing(desk: Desk) -> tuple[BinLine, ...]:
    """Return what is in the Bin of the home school, the latest first."""
    from db.as_at import end_of
    from db.history import backwards, removals_in
    from db.queries.stories import emptied, gone

    found: dict[tuple[str, bytes], BinLine] = {}
    since = end_of(desk.today - dt.timedelta(days=DAYS + 1))
    with desk.store.connect() as con:
        speak = Speaker(desk, con)
        for past in backwards(con, desk.home, without=unseen(desk), since=since):
            for table, row in removals_in(past):
                if (table.name, row) in found or not gone(con, table, row) or emptied(con, row):
                    continue
                day = school_day(past.at_ms)
                left = DAYS - max(0, (desk.today - day).days)
                found[table.name, row] = BinLine(
                    table.name, row, kind_words(table.name), speak.row(table, row), speak.when(table, row),
                    past.note.who, day, past.note.subject, left,
                )  # fmt: skip
    return tuple(found.values())


def restore(desk: Desk, line: BinLine) -> Changes:
    """Bring something back: one act, which undo takes back."""
    from bursar_desk.services import history

    return history.restore(desk, line.table, line.row)
