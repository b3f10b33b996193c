"""Checks, what was recorded of them, and the defects that came out."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, or_, select

from bursar_desk.domain import registry
from db import derived
from db.log_tables import school_key
from db.queries.base import of_school, rows, visible, with_school


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A school's own check."""

    id: bytes
    school: bytes
    code: str
    title: str
    area: str
    rule: str
    anchor: str
    weekday: int | None
    standing: str
    applies: str
    why: str
    review_on: dt.date | None
    owner: bytes | None
    doer: bytes | None
    place: bytes | None
    first_used_on: dt.date | None
    measure: int | None
    points: tuple[str, ...]
    readings: tuple[dict[str, Any], ...]
    skill: str
    how_to: str
    asset: bytes | None = None
    deputy: bytes | None = None
    points_mode: str = ""
    habit: Mapping[str, Any] = field(default_factory=dict)
    own_every: str = ""
    own_why: str = ""
    own_by: str = ""
    copied: Mapping[str, Any] = field(default_factory=dict)
    measure_was: int | None = None
    measure_changed: dt.date | None = None
    lead_days: int | None = None
    evidence_needed: str = ""
    second_person: bool = False
    said_by: str = ""
    ends_on: dt.date | None = None


def _list(text: str | None) -> tuple[Any, ...]:
    try:
        read = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return ()
    return tuple(read) if isinstance(read, list) else ()


def _object(text: str | None) -> Mapping[str, Any]:
    try:
        read = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _code(code: str | None) -> str:
    """A check of one thing of several is kept as "LIFT-01/<its equipment>": rows of this table are named by code."""
    return (code or "").partition("/")[0]


def checks(con: Connection, school: bytes | None = None, ids: list[bytes] | None = None) -> list[CheckRow]:
    """Return the checks of one school or of all, by area and title."""
    t = derived.table("school_check")
    statement = with_school(t).where(of_school(t, school))
    if ids is not None:
        statement = statement.where(t.c.id.in_(ids))
    found = rows(con, statement.order_by(t.c.area, t.c.title, t.c.id))
    return [
        CheckRow(
            r.id, r.school, _code(r.code), r.title or _code(r.code), r.area or "", r.rule or "", r.anchor or "",
            r.weekday, r.standing_in_law or "", r.applies or "ask", r.why or "", r.review_on, r.owner, r.doer, r.place,
            r.first_used_on, r.measure, tuple(str(p) for p in _list(r.points)),
            tuple(d for d in _list(r.readings) if isinstance(d, dict)), r.skill or "", r.how_to or "",
            r.asset, r.deputy, r.points_mode or "", _object(r.habit), r.own_every or "", r.own_why or "",
            r.own_by or "", _object(r.copied), r.measure_was, r.measure_changed, r.lead_days, r.evidence_needed or "",
            bool(r.second_person), r.said_by or "", r.ends_on,
        )
        for r in found
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One time a check was done."""

    id: bytes
    check: bytes
    pos: int
    done_on: dt.date
    done_minute: int | None
    outcome: str
    done_by: str
    on_behalf: str
    recorded_by: str
    point: str
    readings: tuple[dict[str, Any], ...]
    note: str
    printed_on: dt.date | None
    evidence: str
    evidence_ref: str
    corrects: bytes | None = None
    asset: bytes | None = None
    second_by: str = ""
    declared: str = ""
    sheet: str = ""
    sheet_line: int | None = None
    retest: bool = False
    came_by: str = ""
    minutes: int | None = None


def _record(r: Any) -> RecordRow:
    return RecordRow(
        r.id, r.check_id, r.pos, r.done_on, r.done_minute, r.outcome or "", r.done_by or "", r.on_behalf or "",
        r.recorded_by or "", r.point or "", tuple(d for d in _list(r.readings) if isinstance(d, dict)), r.note or "",
        r.printed_on, r.evidence or "", r.evidence_ref or "", r.corrects, r.asset, r.second_by or "",
        r.declared or "", r.sheet or "", r.sheet_line, bool(r.retest), r.came_by or "", r.minutes,
    )  # fmt: skip


def latest_records(
    con: Connection, school: bytes | None, as_at: dt.date, most: int = 2, only: list[bytes] | None = None
) -> dict[bytes, list[RecordRow]]:
    """Return the latest ``most`` records of every check up to a day, oldest first: a short walk down one index each."""
    check, record = derived.table("school_check"), derived.table("check_record")
    inner = record.alias("inner_record")
    newest = (
        select(inner.c.id)
        .where(inner.c.check_id == check.c.id, inner.c.done_on <= as_at, inner.c.standing == registry.STANDS)
        .order_by(inner.c.done_on.desc(), inner.c.done_minute.desc(), inner.c.id.desc())
        .limit(most)
        .correlate(check)
    )
    statement = select(record).select_from(check).join(record, record.c.id.in_(newest)).where(of_school(check, school))
    if only is not None:
        statement = statement.where(check.c.id.in_(only))
    out: dict[bytes, list[RecordRow]] = defaultdict(list)
    for r in con.execute(statement):
        out[r.check_id].append(_record(r))
    for listed in out.values():
        listed.sort(key=lambda one: (one.done_on, one.done_minute or 0, one.id))
    return dict(out)


def records(
    con: Connection, *, school: bytes | None = None, check: bytes | None = None, first: dt.date | None = None,
    last: dt.date | None = None, standing_only: bool = True,
) -> list[RecordRow]:  # fmt: skip
    """Return records between two days, oldest first."""
    t = derived.table("check_record")
    statement = select(t).where(of_school(t, school), t.c.done_on.is_not(None), t.c.check_id.is_not(None))
    if standing_only:
        statement = statement.where(visible(t))
    if check is not None:
        statement = statement.where(t.c.check_id == check)
    if first is not None:
        statement = statement.where(t.c.done_on >= first)
    if last is not None:
        statement = statement.where(t.c.done_on <= last)
    return [_record(r) for r in con.execute(statement.order_by(t.c.done_on, t.c.done_minute, t.c.id))]


def records_by_id(con: Connection, ids: list[bytes]) -> list[RecordRow]:
    """Return records by id."""
    t = derived.table("check_record")
    return [_record(r) for r in con.execute(select(t).where(t.c.id.in_(ids)))]


@dataclass(frozen=True, slots=True)
class DefectRow:
    """A fault, from report to verified."""

    id: bytes
    school: bytes
    check: bytes | None
    record: bytes | None
    place: bytes | None
    title: str
    risk: str
    state: str
    raised_on: dt.date | None
    raised_by: str
    owner: bytes | None
    target_on: dt.date | None
    stop_on: dt.date | None
    note: str
    interim_control: str
    interim_until: dt.date | None
    closed_on: dt.date | None
    closed_by: str = ""
    cost: int | None = None
    asset: bytes | None = None
    contractor: bytes | None = None
    ordered_on: dt.date | None = None
    minutes: int | None = None
    planned: bool = False
    verified_on: dt.date | None = None
    verified_by: str = ""
    told_on: dt.date | None = None
    decided_why: str = ""
    point: str = ""

    @property
    def open(self) -> bool:
        """Tell whether something is still to be done."""
        return self.state not in CLOSED


CLOSED = ("done", "verified", "rejected")


def defects(con: Connection, school: bytes | None = None, as_at: dt.date | None = None) -> list[DefectRow]:
    """Return defects raised up to a day, the most dangerous and oldest first."""
    t = derived.table("defect")
    statement = with_school(t).where(of_school(t, school))
    if as_at is not None:
        statement = statement.where(or_(t.c.raised_on.is_(None), t.c.raised_on <= as_at))
    found = [
        DefectRow(
            r.id, r.school, r.check_id, r.record, r.place, r.title or "", r.risk or "medium", r.state or "reported",
            r.raised_on, r.raised_by or "", r.owner, r.target_on, r.stop_on, r.note or "", r.interim_control or "",
            r.interim_until, r.closed_on, r.closed_by or "", r.cost, r.asset, r.contractor, r.ordered_on, r.minutes,
            bool(r.planned), r.verified_on, r.verified_by or "", r.told_on, r.decided_why or "", r.point or "",
        )
        for r in rows(con, statement)
    ]  # fmt: skip
    order = {"danger": 0, "high": 1, "medium": 2, "low": 3}
    return sorted(found, key=lambda d: (not d.open, order.get(d.risk, 2), d.raised_on or dt.date.min, d.id))


def open_defects_at(found: Iterable[DefectRow], as_at: dt.date) -> dict[bytes, list[DefectRow]]:
    """Return by check those of some defects that were open on a day."""
    out: dict[bytes, list[DefectRow]] = defaultdict(list)
    for one in found:
        if one.check is not None and _raised_by(one, as_at) and not _closed_by(one, as_at):
            out[one.check].append(one)
    return dict(out)


def put_right(found: Iterable[DefectRow], as_at: dt.date) -> dict[bytes, dt.date]:
    """Return by check record the day on which the last of its faults was closed, where none was open any more."""
    closed: dict[bytes, dt.date] = {}
    still_open: set[bytes] = set()
    for one in found:
        if one.record is None or not _raised_by(one, as_at):
            continue
        if one.open or one.closed_on is None or one.closed_on > as_at:
            still_open.add(one.record)
        else:
            closed[one.record] = max(one.closed_on, closed.get(one.record, one.closed_on))
    return {record: day for record, day in closed.items() if record not in still_open}


def _raised_by(one: DefectRow, as_at: dt.date) -> bool:
    return one.raised_on is None or one.raised_on <= as_at


def _closed_by(one: DefectRow, as_at: dt.date) -> bool:
    return not one.open and (one.closed_on is None or one.closed_on <= as_at)


@dataclass(frozen=True, slots=True)
class NotDoneRow:
    """A time a check was not done, and why."""

    id: bytes
    check: bytes
    pos: int
    on: dt.date
    due_on: dt.date | None
    reason: str
    note: str
    by: str
    point: str = ""
    sheet: str = ""
    sheet_line: int | None = None


def not_done(
    con: Connection, school: bytes | None = None, check: bytes | None = None, first: dt.date | None = None,
    last: dt.date | None = None,
) -> list[NotDoneRow]:  # fmt: skip
    """Return what was not done between two days, oldest first."""
    t = derived.table("not_done")
    statement = with_school(t).where(of_school(t, school))
    if check is not None:
        statement = statement.where(t.c.check_id == check)
    if first is not None:
        statement = statement.where(t.c.said_on >= first)
    if last is not None:
        statement = statement.where(t.c.said_on <= last)
    return [
        NotDoneRow(
            r.id,
            r.check_id,
            r.pos,
            r.said_on,
            r.due_on,
            r.reason or "",
            r.note or "",
            r.said_by or "",
            r.point or "",
            r.sheet or "",
            r.sheet_line,
        )
        for r in rows(con, statement.order_by(t.c.said_on, t.c.id))
        if r.check_id is not None and r.said_on is not None
    ]


@dataclass(frozen=True, slots=True)
class PutOffRow:
    """A due date that was put off once, with its reason."""

    id: bytes
    check: bytes
    legal_due: dt.date | None
    until: dt.date
    reason: str
    by: str
    on: dt.date | None
    agreed_by: str = ""


def put_offs(con: Connection, school: bytes | None = None) -> list[PutOffRow]:
    """Return what was put off, oldest first."""
    t = derived.table("put_off")
    return [
        PutOffRow(r.id, r.check_id, r.legal_due, r.until, r.reason or "", r.said_by or "", r.said_on, r.agreed_by or "")
        for r in rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.until, t.c.id))
        if r.check_id is not None and r.until is not None
    ]


@dataclass(frozen=True, slots=True)
class OutOfUseRow:
    """Something locked off, and until when."""

    id: bytes
    check: bytes
    since: dt.date
    how: str
    by: str
    back_on: dt.date | None


def out_of_use(con: Connection, school: bytes | None = None) -> list[OutOfUseRow]:
    """Return what is or was out of use."""
    t = derived.table("out_of_use")
    return [
        OutOfUseRow(r.id, r.check_id, r.since, r.how or "", r.said_by or "", r.back_on)
        for r in rows(con, with_school(t).where(of_school(t, school)))
        if r.check_id is not None and r.since is not None
    ]


def count_records(con: Connection) -> int:
    """Return how many check records are held."""
    return int(con.execute(select(func.count()).select_from(derived.table("check_record"))).scalar_one())


def school_of_check(con: Connection, check: bytes) -> bytes | None:
    """Return whose check this is."""
    t = derived.table("school_check")
    found: bytes | None = con.execute(
        select(school_key.c.school).join(t, t.c.sid == school_key.c.sid).where(t.c.id == check)
    ).scalar()
    return found
