"""Checks that two people recorded for one day, each without knowing of the other: shown, and never merged away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain import words

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.twice import TwiceRow

_NAMED_IN_A_NOTE = 3


@dataclass(frozen=True, slots=True)
class TwiceRecord:
    """One of the records: who did it, who entered it, and at which school or office."""

    id: bytes
    who: str
    recorded_by: str
    desk_name: str


@dataclass(frozen=True, slots=True)
class Twice:
    """One check that was done twice on one day (and at one point, where points are tested in turn)."""

    school: bytes
    school_name: str
    check: bytes
    title: str
    done_on: dt.date
    point: str
    records: tuple[TwiceRecord, ...]

    @property
    def sentence(self) -> str:
        """Return it in plain words."""
        who = words.listing([one.who or "somebody" for one in self.records])
        return f"{self.school_name}: {self.title} was done twice on {words.long_date(self.done_on)}, by {who}."


def listing(desk: Desk, school: bytes | None = None) -> list[Twice]:
    """Return what was done twice, newest first; of one school, or of all that are held here.

    Two standing records of one check and day, written in different lines of history, neither corrected by the other.
    Both count as done and one due date is satisfied; nothing has to be decided.
    """
    from db.queries.twice import done_twice

    with desk.store.connect() as con:
        rows = done_twice(con)
    return [one for one in _grouped(desk, rows) if school is None or one.school == school]


def _grouped(desk: Desk, rows: Sequence[TwiceRow]) -> list[Twice]:
    from db.derived import date_of

    groups: dict[tuple[bytes, int, str], list[TwiceRow]] = {}
    for row in rows:
        groups.setdefault((row.check, row.day, row.point), []).append(row)
    out = []
    for (check, day, point), some in groups.items():
        records = tuple(TwiceRecord(row.id, row.who, row.recorded_by, _desk_of(desk, row.writer)) for row in some)
        school = some[0].school
        out.append(Twice(school, desk.school_name(school), check, some[0].title, date_of(day), point, records))
    return sorted(out, key=lambda one: (one.done_on, one.title, one.check), reverse=True)


def _desk_of(desk: Desk, writer: bytes) -> str:
    school = desk.trust.school_of_writer(writer)
    return desk.school_name(school) if school else ""


def note_of(desk: Desk, number: int, records: Sequence[bytes]) -> list[str]:
    """Return a line for a receipt: which checks the records one import brought show to have been done twice."""
    from db.queries.twice import done_twice_by

    with desk.store.connect() as con:
        rows = done_twice_by(con, number, records)
    found = _grouped(desk, rows)
    if not found:
        return []
    named = [f"{one.title} on {words.plain_date(one.done_on)}" for one in found[:_NAMED_IN_A_NOTE]]
    more = len(found) - len(named)
    if more:
        named.append(f"{words.number(more)} more")
    return [f"{words.count(len(found), 'check')} {_was(len(found))} done twice: {words.listing(named)}. Both count."]


def _was(number: int) -> str:
    return "was" if number == 1 else "were"
