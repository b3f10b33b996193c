"""A helper process whose children are killed: it loads the program once and forks a child for each job it is told.

Told ``{"job": ..., ...}`` on a line of standard input, it answers with lines of its child: ``started PID``, then what
the child has finished, and ``ended`` when the child is gone. Where processes cannot be forked, the job runs in this
very process, and whoever told it starts a new one each time.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import time
from itertools import count
from pathlib import Path
from typing import Any

from bursar_desk.clock import FixedClock
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.progress import Silent
from bursar_desk.exchange import receiving, sending
from bursar_desk.machine import InUse
from bursar_desk.services import backup_files, backups, registers  # noqa: F401 - loaded once, as are the next
from bursar_desk.services.desk import Desk
from db import erasing, migrations, rebuild, verify  # noqa: F401 - so that kills hit the work and not the loading
from db import statements as st
from db.store import Store
from db.take_in import take_in

QUIET = Silent()


def say(*words: object) -> None:
    """One line, written whole and at once."""
    os.write(1, (" ".join(str(word) for word in words) + "\n").encode())


def _open(path: str) -> Store:
    return registers.open_store(Path(path), clock=FixedClock(1_768_212_000_000))


def record(task: dict[str, Any]) -> None:
    """Record checks and change a row, without end; each act is acknowledged once it is kept."""
    store = _open(task["path"])
    gate = bytes.fromhex(task["gate"])
    say("started", os.getpid())
    for n in count():
        with store.act(ActCode.RECORD_CHECK, who="Terry") as act:
            row = act.fact("check_record", {"done_on": dt.date(2026, 1, 1), "note": f"n {n}"})
            act.set("defect", gate, {"title": row.hex()})
            act.create("person", {"name": row.hex()})
        say("kept", row.hex())


def merge(task: dict[str, Any]) -> None:
    """Merge one file."""
    store = _open(task["path"])
    keys = registers.computer_keys(store)
    with store.connect() as con:
        known = st.stored(con)
    say("started", os.getpid())
    incoming = receiving.receive(
        Path(task["file"]), [keys.box], known, store.facts.namespace, kinds=("exchange",)
    )
    receipt = take_in(store, incoming.file, QUIET, "")
    say("merged", receipt.added)


def export(task: dict[str, Any]) -> None:
    """Write one file."""
    store = _open(task["path"])
    keys = registers.computer_keys(store)
    say("started", os.getpid())
    sent = sending.send(store, keys, Path(task["file"]), [bytes.fromhex(task["to"])], QUIET)
    say("written", sent.entries)


def found(task: dict[str, Any]) -> None:
    """Found a register."""
    clock = FixedClock(1_768_212_000_000)
    say("started", os.getpid())
    newcomer = registers.Newcomer("St Anne", "school", "105219")
    registers.found(Path(task["path"]), newcomer, practice=True, clock=clock)
    say("founded")


def back_up(task: dict[str, Any]) -> None:
    """Make a checked copy."""
    say("started", os.getpid())
    backups.back_up(Path(task["path"]), Path(task["folder"]), FixedClock(1_768_212_000_000))
    say("made")


def restore(task: dict[str, Any]) -> None:
    """Bring a copy back."""
    say("started", os.getpid())
    backups.restore(Path(task["copy"]), Path(task["path"]), FixedClock(1_768_212_000_000))
    say("brought")


def migrate(task: dict[str, Any]) -> None:
    """Open a register of an earlier release, which brings it up to this one."""
    say("started", os.getpid())
    _open(task["path"])
    say("opened")


def build_anew(task: dict[str, Any]) -> None:
    """Build every list anew from the history."""
    store = _open(task["path"])
    say("started", os.getpid())
    with store.writing() as con:
        rebuild.rebuild(con)
    say("built")


def erase(task: dict[str, Any]) -> None:
    """Erase what was written about some people."""
    store = _open(task["path"])
    say("started", os.getpid())
    with store.act(ActCode.ERASE, who="Dawn") as act:
        act.erase([bytes.fromhex(one) for one in task["ops"]], "left long ago", "retention table")
    say("erased")


def hold(task: dict[str, Any]) -> None:
    """Sit at a desk, with one thing recorded, until killed."""
    desk = Desk.open(Path(task["path"]), as_person=task["person"], clock=FixedClock(1_768_212_000_000))
    with desk.act(ActCode.REPORT_DEFECT) as act:
        act.create("defect", {"title": task["title"]})
    say("started", os.getpid())
    while True:
        time.sleep(60)


def attempts(task: dict[str, Any]) -> None:
    """Sit down at a desk again and again, write one thing if it is free, say what came of it."""
    say("started", os.getpid())
    for n in range(task["times"]):
        try:
            with Desk.open(Path(task["path"]), clock=FixedClock(1_768_212_000_000)) as desk:
                with desk.act(ActCode.REPORT_DEFECT) as act:
                    act.create("defect", {"title": f"{task['who']} {n}"})
                say("kept", f"{task['who']} {n}")
        except InUse:
            say("refused", n)


JOBS = {
    "record": record, "merge": merge, "export": export, "found": found, "backup": back_up, "restore": restore,
    "migrate": migrate, "rebuild": build_anew, "erase": erase, "hold": hold, "attempts": attempts,
}  # fmt: skip


def main() -> None:
    """Take jobs until there are no more."""
    for line in sys.stdin:
        task = json.loads(line)
        if not hasattr(os, "fork"):
            JOBS[task["job"]](task)
            return
        child = os.fork()
        if child == 0:
            try:
                JOBS[task["job"]](task)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        say("ended")


if __name__ == "__main__":
    main()
