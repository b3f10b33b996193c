"""What the merge benchmarks share: registers of any size made by the bulk lane, and bare inserts to compare with."""

from __future__ import annotations

import datetime as dt
import random
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bursar_desk.clock import FixedClock
from bursar_desk.domain import registry
from bursar_desk.domain.acts import ActCode
from bursar_desk.services import meeting, registers
from db import derived, raw
from db.store import Store

TODAY = dt.date(2026, 11, 20)
NOTES = ("No issues found.", "Sounder quiet; battery replaced and tested again.", "Closer needs adjusting.", None, None)
CHECKS = 60


def best(times: Sequence[float]) -> float:
    """Return the figure to compare: the median, so that one slow run of a shared machine does not count."""
    return statistics.median(times)


def clock() -> FixedClock:
    """Return a clock that stands at the benchmark's day."""
    return FixedClock.at(TODAY)


def found(folder: Path, name: str, urn: str) -> Store:
    """Found one practice school, or an office when there is no URN."""
    sort = "school" if urn else "office"
    newcomer = registers.Newcomer(name, sort, urn)
    return registers.found(folder / f"{name}.register", newcomer, practice=True, clock=clock()).store


def introduce(schools: Sequence[Store], hub: Store) -> None:
    """Let a hub read schools."""
    meeting.introduce_all([*schools, hub], {one.facts.home: hub.facts.home for one in schools}, settles=True)


def fill(
    store: Store, records: int, first: dt.date, days: int, *, seed: int, checks: Sequence[bytes] = ()
) -> list[bytes]:
    """Write ``records`` check records over some days in one bulk, with a defect and two edits for every forty."""
    rng = random.Random(seed)
    start = int(dt.datetime(first.year, first.month, first.day, 8, tzinfo=dt.UTC).timestamp()) * 1000
    step = days * 86_400_000 // max(1, records)
    with store.bulk() as bulk:
        if not checks:
            with bulk.act(ActCode.ADD_CHECKS, who="Dawn Hill", at_ms=start) as act:
                checks = [
                    act.create(
                        "school_check",
                        {"code": f"ZZZZ-{n:02d}", "title": f"Check {n}", "rule": "every 1 week", "anchor": "last done"},
                        row=act.session.derived(store.facts.home, "school_check", f"ZZZZ-{n:02d}"),
                    )
                    for n in range(CHECKS)
                ]
        for n in range(records):
            at = start + n * step + rng.randrange(max(1, step // 2))
            day = first + dt.timedelta(milliseconds=n * step)
            with bulk.act(ActCode.RECORD_CHECK, who="Terry Walsh", subject="Fire alarm test", at_ms=at) as act:
                act.fact("check_record", {
                    "check_id": rng.choice(checks), "done_on": day, "done_minute": 480, "utc_offset": 0,
                    "outcome": "satisfactory", "done_by": "Terry Walsh", "recorded_by": "Terry Walsh",
                    "note": rng.choice(NOTES), "evidence": "none",
                })  # fmt: skip
            if n % 40 == 0:
                _defect(bulk, checks, day, at)
    return list(checks)


def _defect(bulk: object, checks: Sequence[bytes], day: dt.date, at: int) -> None:
    with bulk.act(ActCode.REPORT_DEFECT, who="Terry Walsh", at_ms=at + 1) as act:  # type: ignore[attr-defined]
        row = act.create("defect", {
            "check_id": checks[0], "title": "Trip hazard", "risk": "low", "state": "reported", "raised_on": day,
        })  # fmt: skip
    for state in ("ordered", "done"):
        with bulk.act(ActCode.CHANGE_DEFECT, who="Dawn Hill", at_ms=at + 2) as act:  # type: ignore[attr-defined]
            act.set("defect", row, {"state": state})


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds something took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def rows_by_school(path: Path) -> dict[int, dict[str, list[tuple[object, ...]]]]:
    """Read the rows of every derived table of a register, by school number and table."""
    con = raw.connect(path, read_only=True)
    out: dict[int, dict[str, list[tuple[object, ...]]]] = {}
    for table in registry.TABLES:
        for row in con.execute(f"SELECT * FROM {table.name}"):
            out.setdefault(row[1], {}).setdefault(table.name, []).append(row)
    con.close()
    return out


def bare_inserts(path: Path, batches: Sequence[dict[str, list[tuple[object, ...]]]]) -> float:
    """Insert rows into the same tables under the same pragmas with nothing around it, a transaction a batch."""
    con = raw.connect(path, create=True)
    for table in registry.TABLES:
        for sql in derived._ddl(table):
            con.execute(sql)
    statements = {
        table.name: f"INSERT INTO {table.name} VALUES ({','.join('?' * len(derived.columns_of(table)))})"
        for table in registry.TABLES
    }
    start = time.perf_counter()
    for batch in batches:
        con.execute("BEGIN IMMEDIATE")
        for name, rows in batch.items():
            con.executemany(statements[name], rows)
        con.execute("COMMIT")
    taken = time.perf_counter() - start
    con.close()
    return taken
