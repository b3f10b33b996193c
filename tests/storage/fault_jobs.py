"""Six jobs of the office as a person starts them, each on a copy of its own that lies on a disk which may refuse."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import Cancelled, UserError
from bursar_desk.services import backups, merging, recording, registers, sharing
from bursar_desk.services.desk import Desk
from db import migrations, raw, rebuild  # noqa: F401 - loaded once, so that faults hit the work and not the loading
from db.store import Store
from db.verify import verify
from tests.conftest import CAMPAIGN
from tests.storage.fault_disk import Disk, Fault, disk
from tests.storage.keep_register import FOLDER, as_json
from tests.storage.workbench import QUIET, Bench, sums_of, tables_of

DAY = dt.date(2026, 1, 12)
CLOCK = FixedClock.at(DAY)
LARGER = 10 if CAMPAIGN else 1
NOT_SEEN = ("local/", "scratch/", "home.refused/")
HOME, FILE, OLD, KEPT = "home.register", "from-b.bursar", "copy.register", "first-release.register"


@dataclass(frozen=True)
class Job:
    """A job: the register it works on, how it is started, and what is to be seen once it is done.

    ``run`` returns the words of a refusal, or nothing; ``done`` returns the same for every run that finished.
    """

    name: str
    register: str
    run: Callable[[Arena], str]
    done: Callable[[Arena], Any]


@dataclass
class Arena:
    """A folder in which one job is done: the register, its witness, the files it needs."""

    folder: Path
    template: Path
    neighbour: bytes
    check: bytes

    def lay_out(self) -> None:
        """Everything as it was in the beginning, under the same paths."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.template, self.folder)
        (self.folder / "scratch").mkdir()

    def path(self, name: str) -> Path:
        return self.folder / name

    def desk(self, **how: Any) -> Desk:
        return Desk.open(self.path(HOME), on=DAY, clock=CLOCK, **how)


def prepare(folder: Path, patch: pytest.MonkeyPatch) -> Arena:
    """Found two schools that know each other; keep what every job begins with."""
    arena = folder / "arena"
    arena.mkdir()
    patch.setenv("BURSAR_DESK_LOCAL", str(arena / "local"))
    bench = Bench(arena, clock=FixedClock(CLOCK.ms))
    patch.setattr(registers, "key_store_for", lambda _path, **_: bench.keys)
    home, other = bench.school("home", "105219"), bench.school("b", "105220")
    bench.introduce(home, other)
    bench.let_read(home, other, ["compliance"])
    with home.act(ActCode.ADD_PERSON, who="Dawn") as act:
        act.create("person", {"name": "Dawn Hill", "role": "business manager", "manages": True})
    with home.act(ActCode.ADD_CHECKS, who="Dawn") as act:
        rule = {"rule": "every 1 week", "anchor": "last done", "weekday": None}
        row = act.session.derived(home.facts.home, "school_check", "FIRE-04")
        act.create("school_check", {"code": "FIRE-04", "title": "Fire alarm test", **rule}, row=row)
    for part in ("before the copy", "after it"):
        with home.bulk() as bulk:
            for n in range(15 * LARGER):
                with bulk.act(ActCode.REPORT_DEFECT, who="Dawn") as act:
                    act.create("defect", {"title": f"gate {n} {part}", "note": "n" * 400})
        home.close()
        if not (arena / OLD).exists():
            shutil.copyfile(home.path, arena / OLD)
        home = bench.reopened(home.path)
    with other.bulk() as bulk:
        for n in range(60 * LARGER):
            with bulk.act(ActCode.ADD_PERSON, who="Bob") as act:
                act.create("person", {"name": f"person {n}", "phone": "0161 496 0100"})
    bench.send(other, [home]).rename(arena / FILE)
    for store in (home, other):
        store.close()
    (arena / "stick").mkdir()
    (arena / "stick" / "for-b.bursar").write_bytes(b"an older file that stays until the new one is whole")
    shutil.copyfile(FOLDER / KEPT, arena / KEPT)
    template = folder / "template"
    arena.rename(template)
    return Arena(arena, template, other.facts.home, row)


# ---------------------------------------------------------------- the jobs
def _record(arena: Arena) -> str:
    with arena.desk() as desk:
        recording.record(desk, recording.Doing(arena.check, DAY, "Terry", "satisfactory"))
    return ""


def _recorded(arena: Arena) -> Any:
    with arena.desk() as desk:
        seen = tables_of(desk.store)[desk.home, "compliance"]["check_record"]
        with desk.act(ActCode.REPORT_DEFECT) as act:
            act.create("defect", {"title": "after the fault"})
        assert desk.store.notices == [], "a fault is no older copy"
    return len(seen)


def _merge(arena: Arena) -> str:
    with arena.desk() as desk:
        result = merging.merge(desk, [arena.path(FILE)]).files[0]
    return "" if result.accepted else result.refused_because


def _merged(arena: Arena) -> Any:
    with arena.desk(read_only=True) as desk:
        return sums_of(desk.store), tables_of(desk.store)


def _export(arena: Arena) -> str:
    with arena.desk() as desk:
        sharing.export(desk, arena.path("stick/for-b.bursar"), [arena.neighbour], everything=True)
    return ""


def _exported(arena: Arena) -> Any:
    store = registers.open_store(arena.path("b.register"), clock=CLOCK)
    with Desk(store, CLOCK) as desk:
        seen = merging.preview(desk, [arena.path("stick")])
        return [(one.path.name, one.accepted, one.came) for one in seen.files]


def _back_up(arena: Arena) -> str:
    backups.back_up(arena.path(HOME), arena.path("copies"), CLOCK)
    return ""


def _copies(arena: Arena) -> Any:
    return {path.name: content(path) for path in sorted(arena.path("copies").glob("[!.]*"))}


def _restore(arena: Arena) -> str:
    backups.restore(arena.path(OLD), arena.path(HOME), CLOCK)
    return ""


def _restored(arena: Arena) -> Any:
    return {path.name: content(path) for path in sorted(arena.folder.glob("home*.register"))}


def _migrate(arena: Arena) -> str:
    registers.open_store(arena.path(KEPT), clock=CLOCK).close()
    return ""


def _migrated(arena: Arena) -> Any:
    store: Store = registers.open_store(arena.path(KEPT), clock=CLOCK, read_only=True)
    try:
        con = raw.connect(store.path, read_only=True)
        number = con.execute("PRAGMA user_version").fetchone()[0]
        con.close()
        return number, store.facts.derived, as_json(store)
    finally:
        store.close()


JOBS = (
    Job("record", HOME, _record, _recorded),
    Job("merge", HOME, _merge, _merged),
    Job("export", HOME, _export, _exported),
    Job("backup", HOME, _back_up, _copies),
    Job("restore", HOME, _restore, _restored),
    Job("migrate", KEPT, _migrate, _migrated),
)


# ---------------------------------------------------------------- one trial
def content(path: Path) -> str:
    """All that is in a register file, in one line."""
    con = sqlite3.connect(path)
    try:
        total = hashlib.sha256(str(con.execute("PRAGMA user_version").fetchone()).encode())
        for line in con.iterdump():
            total.update(line.encode())
        return total.hexdigest()
    finally:
        con.close()


def things(arena: Arena) -> dict[str, str]:
    """Every file a person can see, by what is in it; what begins with a dot, the lock and the journal are ours."""
    seen = {}
    for path in sorted(arena.folder.rglob("[!.]*")):
        name = path.relative_to(arena.folder).as_posix()
        if path.is_dir() or name.startswith(NOT_SEEN) or name.endswith((".lock", "-journal")):
            continue
        seen[name] = content(path) if path.suffix == ".register" else hashlib.sha256(path.read_bytes()).hexdigest()
    return seen


def attempt(job: Job, arena: Arena, fault: Fault | None) -> tuple[str, Disk]:
    """Do a job on a disk with a fault: the words of its refusal (nothing when it finished), and what was asked."""
    arena.lay_out()
    with disk(arena.folder, fault) as asked:
        try:
            said = job.run(arena)
        except (UserError, Cancelled) as refused:
            said = str(refused) or type(refused).__name__
    return said, asked


def sound(path: Path) -> bool:
    """Nothing that ``verify`` finds."""
    store = registers.open_store(path, clock=CLOCK, read_only=True)
    try:
        return verify(store, QUIET) == []
    finally:
        store.close()
