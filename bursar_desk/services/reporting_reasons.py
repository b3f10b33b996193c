"""Why something is still late: the last reason anybody gave, and the new date, as lists and paper show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain.checks import NotDoneReason, Outcome
from bursar_desk.domain.status import Colour, Word

if TYPE_CHECKING:
    from bursar_desk.services.standing import CheckStanding
    from db.engine import Connection
    from db.queries.checks import NotDoneRow, PutOffRow


@dataclass(frozen=True, slots=True)
class Reason:
    """The last reason given since a check was last done ("" for none), and the day it is promised for."""

    words: str = ""
    new_date: dt.date | None = None


NO_REASON = Reason()


def is_late(one: CheckStanding) -> bool:
    """Tell whether somebody must act on something known: red, and not merely without a record."""
    return one.status.colour is Colour.RED and one.status.word is not Word.NOT_KNOWN


def has_no_record(one: CheckStanding) -> bool:
    """Tell whether an applicable check has no record at all."""
    return one.status.word is Word.NOT_KNOWN and one.status.colour is not Colour.GREY


def late_since(one: CheckStanding, as_at: dt.date) -> dt.date:
    """Return the day since which a late check is red: its last permitted day, the failed visit, the missed target."""
    status, last = one.status, one.last
    if status.latest is not None and status.latest < as_at:
        return status.latest
    if status.word is Word.OUT_OF_USE and one.facts.out_of_use is not None:
        return one.facts.out_of_use
    if status.word is Word.EVIDENCE_AWAITED and one.facts.evidence_awaited_since is not None:
        return one.facts.evidence_awaited_since
    if status.word is Word.FAILED and last is not None and last.outcome == Outcome.UNSATISFACTORY:
        return last.done_on
    missed = [d.target_on or d.stop_on for d in one.defects if (d.target_on or d.stop_on or as_at) < as_at]
    raised = [d.raised_on for d in one.defects if d.raised_on is not None]
    return min((day for day in (missed or raised) if day is not None), default=as_at)


def last_reasons(
    con: Connection, school: bytes | None, as_at: dt.date, found: Iterable[CheckStanding]
) -> dict[bytes, Reason]:
    """Return by check the last reason given up to a day, for the checks given."""
    from db.queries import checks as ask

    skips: dict[bytes, NotDoneRow] = {row.check: row for row in ask.not_done(con, school, last=as_at)}
    put_off: dict[bytes, PutOffRow] = {
        row.check: row
        for row in sorted(ask.put_offs(con, school), key=lambda row: (row.on or dt.date.min, row.until))
        if row.on is None or row.on <= as_at
    }
    return {one.check.id: _reason(one, skips.get(one.check.id), put_off.get(one.check.id), as_at) for one in found}


def _reason(one: CheckStanding, skip: NotDoneRow | None, put_off: PutOffRow | None, as_at: dt.date) -> Reason:
    last = one.last.done_on if one.last else dt.date.min
    said: list[tuple[dt.date, str]] = []
    if skip is not None and skip.on > last:
        said.append((skip.on, skip_words(skip)))
    promised = [d.target_on for d in one.defects if d.target_on is not None and d.target_on >= as_at]
    if put_off is not None and (put_off.on is None or put_off.on >= last):
        said.append((put_off.on or dt.date.min, put_off.reason))
        promised += [put_off.until] if put_off.until >= as_at else []
    return Reason(max(said, key=lambda pair: pair[0])[1] if said else "", min(promised, default=None))


def skip_words(skip: NotDoneRow) -> str:
    """Return why a check was not done, in the words noted, else by the reason ticked.

    Beside "Staff away" nothing else is shown: a note might say why they were.
    """
    said = NotDoneReason(skip.reason).said if skip.reason in set(NotDoneReason) else ""
    return said if skip.reason == NotDoneReason.STAFF_AWAY else skip.note or said
