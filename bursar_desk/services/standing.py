"""Where every check of a school stands on a day: rows from the register, rules from the domain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from bursar_desk.domain.calendar import Block, SchoolCalendar
from bursar_desk.domain.check_facts import CheckFacts, DefectFact
from bursar_desk.domain.checks import Completion, NotDoneReason, Outcome, Standing
from bursar_desk.domain.due import Anchor, parse_anchor
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.intervals import Form, Rule, parse_rule
from bursar_desk.domain.periods import BlockKind
from bursar_desk.domain.status import CheckStatus, status_of
from bursar_desk.services import bank_holidays, catalogue

if TYPE_CHECKING:
    from db.engine import Connection
    from db.queries.checks import CheckRow, DefectRow, NotDoneRow, OutOfUseRow, PutOffRow, RecordRow
    from db.queries.schools import BlockRow

_OUTCOMES, _IN_LAW = frozenset(Outcome), frozenset(Standing)
MOST_KEPT = 2
"""How many of the latest records decide a status; fixed dates need them all."""


@dataclass(frozen=True, slots=True)
class CheckStanding:
    """One check, what decides about it, and where it stands."""

    check: CheckRow
    facts: CheckFacts
    status: CheckStatus
    records: tuple[RecordRow, ...]
    defects: tuple[DefectRow, ...]

    @property
    def last(self) -> RecordRow | None:
        """Return the latest record, or nothing."""
        return self.records[-1] if self.records else None

    @property
    def required(self) -> bool:
        """Tell whether law or an approved code asks for it."""
        return self.facts.standing is not Standing.RECOMMENDED


@lru_cache(maxsize=512)
def rule_of(text: str) -> Rule:
    """Return a rule by its text; parsing is done once.

    One that a newer program wrote has no timetable here, and says so: it must not stop the list of a whole cluster.
    """
    try:
        return parse_rule(text)
    except UserError:
        return Rule(Form.ON_EVENT, text, f"in a way this version of Bursar Desk does not know (“{text}”)")


@lru_cache(maxsize=32)
def anchor_of(text: str) -> Anchor:
    """Return an anchor by its word; one that a newer program wrote is read as the commonest."""
    try:
        return parse_anchor(text)
    except UserError:
        return Anchor.LAST_DONE


def calendar_of(blocks: Iterable[BlockRow]) -> SchoolCalendar:
    """Return a school's calendar from its rows; odd rows from elsewhere are passed over."""
    made = tuple(
        Block(BlockKind(row.kind), row.name, row.first, row.last, row.term, row.half)  # type: ignore[arg-type]
        for row in blocks
        if row.kind in set(BlockKind) and row.last >= row.first
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


def completion_of(record: RecordRow) -> Completion | None:
    """Return a record as the rules read it; an outcome nobody knows counts as not done."""
    if record.outcome not in _OUTCOMES:
        return None
    return Completion(record.done_on, Outcome(record.outcome), record.printed_on, record.done_minute)


@dataclass(slots=True)
class _Kept:
    """What is asked once, for however many days."""

    checks: list[CheckRow]
    calendars: dict[bytes, SchoolCalendar]
    skips: list[NotDoneRow]
    put_offs: list[PutOffRow]
    out: list[OutOfUseRow]
    defects: list[DefectRow]


@dataclass(slots=True)
class _Around:
    """All that is known on a day beside the check itself, by check."""

    records: Mapping[bytes, list[RecordRow]]
    defects: Mapping[bytes, list[DefectRow]]
    put_right: Mapping[bytes, dt.date]
    closed: dict[bytes, set[dt.date]]
    put_off: dict[bytes, PutOffRow]
    out: dict[bytes, OutOfUseRow]


def _kept(con: Connection, school: bytes | None, only: set[bytes] | None) -> _Kept:
    from db.queries import checks as ask

    listed = [one for one in ask.checks(con, school) if only is None or one.id in only]
    return _Kept(
        listed, calendars(con, school), ask.not_done(con, school), ask.put_offs(con, school),
        ask.out_of_use(con, school), ask.defects(con, school),
    )  # fmt: skip


def _around(con: Connection, school: bytes | None, as_at: dt.date, kept: _Kept) -> _Around:
    from db.queries import checks as ask

    records = ask.latest_records(con, school, as_at, MOST_KEPT)
    for check in kept.checks:
        if anchor_of(check.anchor) is Anchor.FIXED_DATE and check.id in records:
            records[check.id] = ask.records(con, check=check.id, last=as_at)
    closed: dict[bytes, set[dt.date]] = {}
    for skip in kept.skips:
        if skip.on <= as_at and skip.reason == NotDoneReason.SITE_CLOSED:
            closed.setdefault(skip.check, set()).add(skip.due_on or skip.on)
    put_off = {row.check: row for row in kept.put_offs if row.on is None or row.on <= as_at}
    out = {row.check: row for row in kept.out if row.since <= as_at and (row.back_on is None or row.back_on > as_at)}
    open_now, mended = ask.open_defects_at(kept.defects, as_at), ask.put_right(kept.defects, as_at)
    return _Around(records, open_now, mended, closed, put_off, out)


def _standing_in_law(word: str) -> Standing:
    return Standing(word) if word in _IN_LAW else Standing.RECOMMENDED


def _facts(check: CheckRow, around: _Around, last: RecordRow | None, done: tuple[Completion, ...]) -> CheckFacts:
    row = catalogue.load().get(check.code)
    put_off = around.put_off.get(check.id)
    out = around.out.get(check.id)
    awaited = last is not None and last.evidence == "awaited"
    return CheckFacts(
        check.code,
        rule_of(check.rule),
        anchor_of(check.anchor),
        _standing_in_law(check.standing),
        check.applies if check.applies in ("yes", "no", "ask") else "ask",  # type: ignore[arg-type]
        completions=done,
        value=None if check.measure is None else check.measure / 10,
        first_used=check.first_used_on,
        open_defects=tuple(_defect_fact(one) for one in around.defects.get(check.id, ())),
        failure_put_right=around.put_right.get(last.id) if last is not None else None,
        evidence_awaited_since=last.done_on if awaited and last is not None else None,
        out_of_use=out.since if out else None,
        interim=out.how if out else "",
        in_force_from=row.in_force_from if row else None,
        closed_skips=frozenset(around.closed.get(check.id, ())),
        put_off_to=put_off.until if put_off is not None else None,
        weekday=check.weekday,
    )


def _defect_fact(row: DefectRow) -> DefectFact:
    return DefectFact(row.risk == "danger", row.stop_on, row.target_on)


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
    kept = _kept(con, school, only)
    nobody = SchoolCalendar((), bank_holidays.england())
    out = []
    for day in days:
        around = _around(con, school, day, kept)
        here = (schools or {}).get(day)
        listed = [one for one in kept.checks if here is None or one.school in here]
        out.append([_stands(one, around, day, kept.calendars.get(one.school, nobody)) for one in listed])
    return out


def _stands(check: CheckRow, around: _Around, as_at: dt.date, calendar: SchoolCalendar) -> CheckStanding:
    records = tuple(around.records.get(check.id, ()))
    last = records[-1] if records else None
    done = tuple(c for c in map(completion_of, records) if c is not None)
    facts = _facts(check, around, last, done)
    status = status_of(facts, as_at, calendar)
    put_off = around.put_off.get(check.id)
    if put_off is not None and not _still_put_off(put_off, status.legal_due, last):
        facts = replace(facts, put_off_to=None)
        status = status_of(facts, as_at, calendar)
    return CheckStanding(check, facts, status, records, tuple(around.defects.get(check.id, ())))


def _still_put_off(put_off: PutOffRow, legal_due: dt.date | None, last: RecordRow | None) -> bool:
    """Putting off is for one due date only: once the check was done, the next date is planned afresh."""
    if last is None:
        return True
    if put_off.legal_due is not None:
        return put_off.legal_due == legal_due
    return last.done_on < (put_off.on or put_off.until)
