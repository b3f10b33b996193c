"""The register as it was on a past day, built in memory from the log; nothing of it ever reaches the disk.

Two questions, two answers. **Known**: what this desk knew at the end of that day - what was written here by then, and
what had come in files by then. **Corrected**: what is known today about that day - everything written by then wherever
it was, what was written later but tells of a day up to then, and facts set aside or put back since. Later changes of
cells that people edit are left out: they tell how things stand since.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Collection
from typing import Final, Literal
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import StaticPool

from bursar_desk.clock import SCHOOL_ZONE
from bursar_desk.domain import registry
from bursar_desk.domain.operations import Kind
from bursar_desk.domain.progress import Progress, Silent
from bursar_desk.domain.stamps import wall_ms
from db import layout, rebuild
from db.derived import day_number
from db.log_tables import log_metadata
from db.rebuild import Written

Mode = Literal["known", "corrected"]
_BATCH: Final = 2000

ASSERTED: Final = {
    "check_record": "done_on", "not_done": "said_on", "put_off": "said_on", "defect": "raised_on",
    "absence": "first+last", "cover": "first+last", "training": "passed_on", "induction": "on_date",
    "calendar_block": "first+last", "out_of_use": "since", "cover_worked": "on_date", "message": "said_on",
    "attendance": "on_date", "drill": "on_date", "walk": "on_date", "evidence_file": "said_on", "permit": "on_date",
    "school_check": "first_used_on", "lead": "first+last", "answer": "said_on", "session": "first+last",
    "place_lot": "bought_on", "place_move": "said_on", "booking": "said_on", "training_wish": "said_on",
    "no_release": "first+last", "cover_offer": "first+last", "cover_claim": "on_date", "rate_card": "first",
    "hours_entry": "on_date", "support_plan": "first+last", "support_visit": "on_date", "support_review": "on_date",
    "sheet_return": "said_on", "time_off": "on_date", "contract_decision": "said_on", "contract_note": "on_date",
    "service_review": "said_on", "buying": "started_on", "weights": "said_on", "opening": "on_date",
    "mark": "said_on", "interest": "said_on", "saving": "said_on", "spend": "said_on", "deal": "proposed_on",
    "deal_offer": "said_on", "deal_baseline": "said_on", "sharing": "said_on", "deal_step": "said_on",
    "agreement": "said_on", "running_cost": "said_on", "payment": "on_date", "quote": "asked_on",
}  # fmt: skip
"""For each table the cell with the day that a row tells of. What is not listed tells of the day it was written."""
ALWAYS: Final = ("undone", "remark", "evidence_link")
"""Facts that say which entries count, or what a file proves: in the corrected view they count whenever said."""


def end_of(day: dt.date) -> int:
    """Return the first millisecond after a day in school."""
    after = day + dt.timedelta(days=1)
    return int(dt.datetime(after.year, after.month, after.day, tzinfo=ZoneInfo(SCHOOL_ZONE)).timestamp() * 1000)


def asserted_day(table: registry.Table, values: object) -> int | None:
    """Return the day number a new row tells of, from its values as they travel; nothing when it names none."""
    name = ASSERTED.get(table.name)
    if name is None or not isinstance(values, list):
        return None
    number = table.column(name).number
    value = values[number] if number < len(values) else None
    if isinstance(value, list):
        value = value[0] if value else None
    return value if type(value) is int else None


def build(con: Connection, day: dt.date, mode: Mode, progress: Progress | None = None) -> Engine:
    """Build the register of a past day in memory and return its engine, which only reads.

    Raises ``Cancelled`` when the person stops it; nothing is left then.
    """
    watch = progress or Silent()
    engine = _memory()
    try:
        with engine.connect() as fresh:
            from db.migrations import upgrade

            fresh.exec_driver_sql("BEGIN")
            upgrade(fresh)
            _copy(con, fresh, watch)
            if mode == "known":
                _forget_statements(fresh, end_of(day))
            chosen = _Known(fresh, day) if mode == "known" else _Corrected(day)
            rebuild.rebuild(fresh, watch, leave_out=chosen)
            if fresh.connection.in_transaction:
                fresh.exec_driver_sql("COMMIT")
            fresh.exec_driver_sql("PRAGMA query_only=ON")
    except BaseException:
        engine.dispose()
        raise
    return engine


def rebuilt(con: Connection) -> Engine:
    """Build the lists of a register of another release in memory, for somebody who may only look at it."""
    engine = _memory()
    try:
        with engine.connect() as fresh:
            from db.migrations import upgrade

            fresh.exec_driver_sql("BEGIN")
            upgrade(fresh)
            _copy(con, fresh, Silent())
            rebuild.rebuild(fresh)
            if fresh.connection.in_transaction:
                fresh.exec_driver_sql("COMMIT")
            fresh.exec_driver_sql("PRAGMA query_only=ON")
    except BaseException:
        engine.dispose()
        raise
    return engine


def _memory() -> Engine:
    """Return an engine over one connection to memory. It is only read once built, so nobody begins transactions."""

    def connected() -> sqlite3.Connection:
        con = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        con.execute("PRAGMA temp_store=MEMORY")
        return con

    return create_engine("sqlite+pysqlite://", creator=connected, poolclass=StaticPool)


def _copy(con: Connection, fresh: Connection, progress: Progress) -> None:
    """Copy the log's own tables; an earlier release had fewer of them."""
    there = set(con.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='table'").scalars())
    total = int(con.exec_driver_sql("SELECT count(*) FROM commit_log").scalar_one())
    for table in log_metadata.tables:
        if table not in there:
            continue
        rows = con.execution_options(yield_per=_BATCH).exec_driver_sql(f"SELECT * FROM {table}")  # noqa: S608 - our names
        marks = ",".join("?" * len(rows.keys()))
        for n, part in enumerate(rows.partitions(_BATCH), 1):
            fresh.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", [tuple(row) for row in part])  # noqa: S608
            if table == "commit_log":
                progress.step("Reading the history", min(n * _BATCH, total), total)


def _forget_statements(fresh: Connection, end: int) -> None:
    """Leave out what others said in files that came later: who may write and read was known otherwise then."""
    fresh.exec_driver_sql(
        "DELETE FROM statement WHERE arrived>0 AND arrived IN (SELECT ino FROM import_log WHERE at>=?)", (end,)
    )


class _Known:
    """Leaves out what was not here yet at the end of a day."""

    def __init__(self, con: Connection, day: dt.date) -> None:
        self._end = end_of(day)
        self._came = {row[0]: row[1] for row in con.exec_driver_sql("SELECT ino, at FROM import_log")}

    def __call__(self, written: Written) -> Collection[int] | None:
        came = self._came.get(written.arrived) if written.arrived else None
        at = wall_ms(written.commit.stamp) if came is None else came
        return () if at < self._end else None


class _Corrected:
    """Leaves out what neither was written by the end of a day nor tells of a day up to it."""

    def __init__(self, day: dt.date) -> None:
        self._end, self._day = end_of(day), day_number(day)

    def __call__(self, written: Written) -> Collection[int] | None:
        commit = written.commit
        if wall_ms(commit.stamp) < self._end:
            return ()
        ops = range(1, len(commit.ops) // 2)
        kept = {n for n in ops if self._counts(commit.ops[2 * n], commit.ops[2 * n + 1])}
        return [n for n in ops if n not in kept] if kept else None

    def _counts(self, stem: bytes | None, body: bytes | None) -> bool:
        if stem is None or body is None:
            return False
        try:
            parts = layout.read_stem(stem)
            table = registry.BY_NUMBER.get(parts.table)
            if parts.kind not in (Kind.FACT, Kind.CREATE, Kind.SET):
                return parts.kind == Kind.ERASE
            if table is None or parts.kind == Kind.SET:
                return table is not None and table.is_fact
            told = asserted_day(table, layout.read_body(body))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return False
        return table.name in ALWAYS or (told is not None and told <= self._day)
