"""Where every check of a school stands on a day: rows from the register, rules from the domain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from bursar_desk.domain.calendar import Block, SchoolCalendar
from bursar_desk.domain.check_facts import CheckFacts, DefectFact
from bursar_desk.domain.checks import Completion, NotDoneReason, Standing
from bursar_desk.domain.defects import Risk, risk_now
from bursar_desk.domain.items import Progress, Rounds
from bursar_desk.domain.periods import BlockKind
from bursar_desk.domain.status import CheckStatus, status_of
from bursar_desk.services import bank_holidays
from bursar_desk.services.standing_facts import (
    Settled,
    agreed_until,
    all_put_right,
    anchor_of,
    completion_of,
    completions_of,
    doer_now,
    part_failed,
    rounds_of,
    rule_of,
    settled_of,
    things_of,
)

__all__ = [
    "MOST_KEPT", "CheckStanding", "anchor_of", "calendar_of", "calendars", "completion_of", "completions_at", "rule_of",
    "standings", "standings_at",
]  # fmt: skip

if TYPE_CHECKING:
    from db.engine import Connection
    from db.queries.check_history import DoneRow
    from db.queries.checks import CheckRow, DefectRow, OutOfUseRow, PutOffRow, RecordRow
    from db.queries.people import AbsenceRow
    from db.queries.schools import BlockRow

MOST_KEPT = 2
"""How many of the latest records decide a status; fixed dates need them all."""
_KINDS = frozenset(BlockKind)
_FEW = 200
"""Checks asked about: below this only their records are looked up, not the school's."""


@dataclass(frozen=True, slots=True)
class CheckStanding:
    """One check, what decides about it, and where it stands.

    ``doer`` is who does it now: the deputy while the usual person is away. ``progress`` is the round under way of a
    check that is done point by point.
    """

    check: CheckRow
    facts: CheckFacts
    status: CheckStatus
    records: tuple[RecordRow, ...]
    defects: tuple[DefectRow, ...]
    doer: bytes | None = None
    progress: Progress | None = None

    @property
    def last(self) -> RecordRow | None:
        """Return the latest record, or nothing."""
        return self.records[-1] if self.records else None

    @property
    def required(self) -> bool:
        """Tell whether law or an approved code asks for it."""
        return self.facts.standing is not Standing.RECOMMENDED


def calendar_of(blocks: Iterable[BlockRow]) -> SchoolCalendar:
    """Return a school's calendar from its rows; odd rows from elsewhere are passed over."""
    made = tuple(
        Block(BlockKind(row.kind), row.name, row.first, row.last, row.term, row.half)  # type: ignore[arg-type]
        for row in blocks
        if row.kind in _KINDS and row.last >= row.first
    )
    return _calendar(made)


@lru_cache(maxsize=64)
def _calendar(blocks: tuple[Block, ...]) -> SchoolCalendar:
    """A calendar keeps the answers it worked out, so the same dates are not searched again for every page."""
    return SchoolCalendar(blocks, bank_holidays.england())


def calendars(con: Connection, school: bytes | None = None) -> dict[bytes, SchoolCalendar]:
    """Return the calendar of one school or of all, by school."""
    from db.queries.schools import calendar_blocks

    by_school: dict[bytes, list[BlockRow]] = {}
    for row in calendar_blocks(con, school):
        by_school.setdefault(row.school, []).append(row)
    return {one: calendar_of(rows) for one, rows in by_school.items()}


@dataclass(slots=True)
class _Kept:
    """What is asked once, for however many days."""

    checks: list[CheckRow]
    settled: dict[bytes, Settled]
    calendars: dict[bytes, SchoolCalendar]
    closed: list[tuple[bytes, dt.date, dt.date]]
    put_offs: list[PutOffRow]
    out: list[OutOfUseRow]
    defects: list[DefectRow]
    away: list[AbsenceRow]


@dataclass(slots=True)
class _Around:
    """All that is known on a day beside the check itself, by check."""

    day: dt.date
    records: Mapping[bytes, list[RecordRow]]
    history: Mapping[bytes, list[DoneRow]]
    defects: Mapping[bytes, list[DefectRow]]
    put_right: Mapping[bytes, dt.date]
    closed: dict[bytes, set[dt.date]]
    put_off: dict[bytes, PutOffRow]
    out: dict[bytes, OutOfUseRow]
    away: set[bytes]


def _kept(con: Connection, school: bytes | None, days: Sequence[dt.date], only: set[bytes] | None) -> _Kept:
    from db.queries import checks as ask
    from db.queries.check_history import closed_days
    from db.queries.people import absences

    listed = [one for one in ask.checks(con, school) if only is None or one.id in only]
    things = things_of(con, school, listed)
    return _Kept(
        listed, {one.id: settled_of(one, things) for one in listed}, calendars(con, school),
        closed_days(con, school, NotDoneReason.SITE_CLOSED), ask.put_offs(con, school), ask.out_of_use(con, school),
        ask.defects(con, school),
        absences(con, school, first=min(days), last=max(days)) if days else [],
    )  # fmt: skip


def _around(con: Connection, school: bytes | None, as_at: dt.date, kept: _Kept) -> _Around:
    from db.queries import checks as ask
    from db.queries.check_history import histories

    few = [one.id for one in kept.checks] if len(kept.checks) < _FEW else None
    records = ask.latest_records(con, school, as_at, MOST_KEPT, few)
    whole = [one.id for one in kept.checks if kept.settled[one.id].needs_all and one.id in records]
    history = histories(con, whole, as_at) if whole else {}
    closed: dict[bytes, set[dt.date]] = {}
    for check, said, day in kept.closed:
        if said <= as_at:
            closed.setdefault(check, set()).add(day)
    put_off = {row.check: row for row in kept.put_offs if row.on is None or row.on <= as_at}
    out = {row.check: row for row in kept.out if row.since <= as_at and (row.back_on is None or row.back_on > as_at)}
    open_now, mended = ask.open_defects_at(kept.defects, as_at), ask.put_right(kept.defects, as_at)
    away = {one.person for one in kept.away if one.first <= as_at <= one.last}
    return _Around(as_at, records, history, open_now, mended, closed, put_off, out, away)


def _facts(
    check: CheckRow, settled: Settled, around: _Around, calendar: SchoolCalendar
) -> tuple[CheckFacts, Progress | None]:
    records: Sequence[RecordRow | DoneRow] = around.records.get(check.id, ())
    if check.id in around.history:
        records = around.history[check.id]
    last = records[-1] if records else None
    newest = around.records.get(check.id, ())[-1:]
    awaited = [one.done_on for one in newest if one.evidence == "awaited"]
    done, whole = completions_of(records), None
    failed = [last.id] if last is not None else []
    if settled.each:
        whole = rounds_of(check, settled, records, calendar, around.day)
        done, failed = whole.completions, list(whole.failed)
    put_off, out = around.put_off.get(check.id), around.out.get(check.id)
    facts = CheckFacts(
        check.code,
        settled.rule,
        settled.anchor,
        settled.standing,
        check.applies if check.applies in ("yes", "no", "ask") else "ask",  # type: ignore[arg-type]
        completions=done,
        value=settled.measure,
        value_was=None if check.measure_was is None else check.measure_was / 10,
        value_changed=check.measure_changed,
        first_used=settled.first_used,
        own_interval=settled.own,
        doubled=settled.doubled,
        open_defects=tuple(_defect_fact(one, around.day) for one in around.defects.get(check.id, ())),
        failure_put_right=all_put_right(failed, around.put_right),
        evidence_awaited_since=awaited[0] if awaited else None,
        out_of_use=out.since if out else None,
        interim=out.how if out else "",
        in_force_from=settled.in_force_from,
        closed_skips=frozenset(around.closed.get(check.id, ())),
        put_off_to=put_off.until if put_off is not None else None,
        postponed_to=agreed_until(check, put_off),
        weekday=check.weekday,
        habit=settled.habit,
        local=settled.local,
        lead_days=check.lead_days,
        ends_on=settled.ends_on,
        remarks=_remarks(settled, whole),
        part_failed=part_failed(whole, around.put_right) if whole else None,
    )
    return facts, whole.progress if whole else None


def _remarks(settled: Settled, whole: Rounds | None) -> tuple[str, ...]:
    if whole is None or not 0 < whole.progress.n < whole.progress.m:
        return settled.remarks
    return (f"{whole.progress.words} done.", *settled.remarks)


def _defect_fact(row: DefectRow, as_at: dt.date) -> DefectFact:
    danger = risk_now(row, as_at) is Risk.DANGER
    return DefectFact(danger, row.stop_on, row.target_on, row.interim_until if row.interim_control else None)


def standings(
    con: Connection, school: bytes | None, as_at: dt.date, only: set[bytes] | None = None
) -> list[CheckStanding]:
    """Return where every check of a school (or of all schools) stands on a day, those that do not apply included."""
    return standings_at(con, school, [as_at], only)[0]


def standings_at(
    con: Connection, school: bytes | None, days: Sequence[dt.date], only: set[bytes] | None = None, *,
    schools: Mapping[dt.date, Collection[bytes]] | None = None,
) -> list[list[CheckStanding]]:  # fmt: skip
    """Return the same for several days; what does not depend on the day is asked once.

    ``schools`` keeps a day to the schools it matters to.
    """
    kept = _kept(con, school, days, only)
    nobody = SchoolCalendar((), bank_holidays.england())
    out = []
    for day in days:
        around = _around(con, school, day, kept)
        here = (schools or {}).get(day)
        listed = [one for one in kept.checks if here is None or one.school in here]
        out.append([
            _stands(one, kept.settled[one.id], around, kept.calendars.get(one.school, nobody)) for one in listed
        ])  # fmt: skip
    return out


def _stands(check: CheckRow, settled: Settled, around: _Around, calendar: SchoolCalendar) -> CheckStanding:
    records = tuple(around.records.get(check.id, ()))
    facts, progress = _facts(check, settled, around, calendar)
    status = status_of(facts, around.day, calendar)
    put_off = around.put_off.get(check.id)
    if put_off is not None and not _still_put_off(put_off, status.legal_due, records[-1] if records else None):
        facts = replace(facts, put_off_to=None, postponed_to=None)
        status = status_of(facts, around.day, calendar)
    defects = tuple(around.defects.get(check.id, ()))
    return CheckStanding(check, facts, status, records, defects, doer_now(check, around.away), progress)


def completions_at(
    con: Connection, check: CheckRow, as_at: dt.date, calendar: SchoolCalendar
) -> tuple[Completion, ...]:
    """Return every completion of one check up to a day, whole rounds for one that is done point by point."""
    from db.queries.check_history import histories

    done = histories(con, [check.id], as_at).get(check.id, [])
    settled = settled_of(check, things_of(con, check.school, [check]))
    if settled.each:
        return rounds_of(check, settled, done, calendar, as_at).completions
    return completions_of(done)


def _still_put_off(put_off: PutOffRow, legal_due: dt.date | None, last: RecordRow | None) -> bool:
    """Putting off is for one due date only: once the check was done, the next date is planned afresh."""
    if last is None:
        return True
    if put_off.legal_due is not None:
        return put_off.legal_due == legal_due
    return last.done_on < (put_off.on or put_off.until)
