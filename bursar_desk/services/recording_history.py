"""The whole history of a check: what counts, what was corrected, and all that makes an entry less than plain."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bursar_desk.domain import words
from bursar_desk.domain.checks import NotDoneReason
from bursar_desk.services import checks

if TYPE_CHECKING:
    from bursar_desk.services.checks import CheckDetail, HistoryLine
    from bursar_desk.services.desk import Desk
    from db.queries.checks import NotDoneRow, RecordRow

DONE, NOT_DONE, CORRECTED = "done", "not done", "corrected"


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """How an entry came about: the day it was entered beside the day it is for, and who wrote it.

    ``entered_late``: days between the two. ``corrected_by``: the record that took its place. ``said``: each of these
    facts as a sentence, in the order people look for them.
    """

    entered_on: dt.date
    entered_late: int
    on_behalf: str = ""
    recorded_by: str = ""
    corrects: bytes | None = None
    corrected_by: bytes | None = None
    retest: bool = False
    second_by: str = ""
    declared: str = ""
    came_by: str = ""
    sheet: str = ""
    sheet_line: int | None = None
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PastEntry:
    """One line: ``what`` is done, not done or corrected; ``late`` in days for what was done."""

    id: bytes
    on: dt.date
    what: str
    outcome: str
    by: str
    point: str
    readings: tuple[dict[str, Any], ...]
    note: str
    late: int | None
    due_on: dt.date | None
    evidence: str
    evidence_ref: str
    facts: EntryFacts

    @property
    def ended(self) -> str:
        """Return how it ended, in words: ``Pass``, ``Not done: No access``."""
        if self.what == NOT_DONE:
            return f"Not done: {reason_words(self.outcome)}"
        return words.OUTCOME_WORDS.get(self.outcome, self.outcome)


def reason_words(code: str) -> str:
    """Say why a check was not done; a newer program's reason goes by its code."""
    return NotDoneReason(code).said if code in set(NotDoneReason) else code


def entered_on(row: bytes) -> dt.date:
    """Return the day in school on which a fact was entered."""
    from bursar_desk.clock import school_day
    from db.queries.recorded import entered_ms

    return school_day(entered_ms(row))


def facts_of(record: RecordRow, corrected_by: bytes | None = None) -> EntryFacts:
    """Return how a record came about."""
    day = entered_on(record.id)
    late = max(0, (day - record.done_on).days)
    made = EntryFacts(
        day, late, record.on_behalf, record.recorded_by, record.corrects, corrected_by, record.retest,
        record.second_by, record.declared, record.came_by, record.sheet, record.sheet_line,
    )  # fmt: skip
    return EntryFacts(**{name: getattr(made, name) for name in EntryFacts.__slots__ if name != "said"},
                      said=_said(made, record.done_by))  # fmt: skip


def _said(made: EntryFacts, by: str) -> tuple[str, ...]:
    told = []
    if made.entered_late:
        told.append(f"Entered {words.count(made.entered_late, 'day')} later, on {words.short_date(made.entered_on)}.")
    if made.on_behalf:
        told.append(f"On behalf of {made.on_behalf}.")
    if made.recorded_by and made.recorded_by.casefold() != by.casefold():
        told.append(f"Written down by {made.recorded_by}.")
    if made.retest:
        told.append("A second test after a fail; the dates stay.")
    if made.second_by:
        told.append(f"Seen by {made.second_by} as well" + (f": “{made.declared}”." if made.declared else "."))
    if made.corrects is not None:
        told.append("Takes the place of an earlier entry.")
    if made.corrected_by is not None:
        told.append("Corrected later; it does not count.")
    if made.came_by == "paper":
        line = f", line {made.sheet_line}" if made.sheet_line is not None else ""
        told.append(f"Keyed in from paper{f' {made.sheet}' if made.sheet else ''}{line}.")
    if made.came_by == "import":
        told.append("Brought in from a file.")
    return tuple(told)


def history(
    desk: Desk, check: bytes, *, most: int | None = None, detail: CheckDetail | None = None
) -> tuple[PastEntry, ...]:  # fmt: skip
    """Return everything that was done, not done and corrected of one check, newest first.

    ``detail``: the check's, where it was read already.
    """
    from db.queries import checks as ask
    from db.queries.recorded import set_aside

    told = {one.id: one for one in (detail or checks.detail(desk, check)).history}
    with desk.store.connect() as con:
        school = checks.school_of(con, check)
        every = ask.records(con, school=school, check=check, last=desk.today, standing_only=False)
        gone = set_aside(con, [one.id for one in every])
        skipped = ask.not_done(con, school, check)
    follows = _followers(every, gone)
    lines = [
        _done(one, follows.get(one.id), told.get(one.id)) for one in every if one.id not in gone or one.id in follows
    ]
    lines += [_skipped(one) for one in skipped]
    lines.sort(key=lambda one: (one.on, one.what != CORRECTED, one.id), reverse=True)
    return tuple(lines[:most])


def _followers(every: list[RecordRow], gone: set[bytes]) -> dict[bytes, bytes]:
    """Return what took the place of each corrected record; what was corrected twice hangs on the second, and so on."""
    by_id = {one.id: one for one in every}
    found: dict[bytes, bytes] = {}
    for one in every:
        now = one
        while one.id not in gone and now.corrects is not None and now.corrects not in found:
            found[now.corrects] = now.id
            if now.corrects not in by_id:
                break
            now = by_id[now.corrects]
    return found


def _done(one: RecordRow, follower: bytes | None, told: HistoryLine | None) -> PastEntry:
    return PastEntry(
        one.id, one.done_on, CORRECTED if follower else DONE, one.outcome, one.done_by, one.point, one.readings,
        one.note, told.late if told is not None else None, None, one.evidence, one.evidence_ref,
        facts_of(one, follower),
    )  # fmt: skip


def _skipped(one: NotDoneRow) -> PastEntry:
    day = entered_on(one.id)
    made = EntryFacts(day, max(0, (day - one.on).days), sheet=one.sheet, sheet_line=one.sheet_line)
    said = (f"It was due {words.short_date(one.due_on)}.",) if one.due_on and one.due_on != one.on else ()
    facts = EntryFacts(made.entered_on, made.entered_late, sheet=one.sheet, sheet_line=one.sheet_line, said=said)
    return PastEntry(
        one.id, one.on, NOT_DONE, one.reason, one.by, one.point, (), one.note, None, one.due_on, "none", "", facts
    )
