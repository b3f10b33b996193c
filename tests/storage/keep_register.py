"""Makes the kept register of a release: ``python -m tests.storage.keep_register NAME`` from the top of the project.

Run it once for each release that changes what a register looks like, and never for a name that has shipped: later
programs are tested against the very bytes an earlier one wrote.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.domain import registry
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.grants import Grant
from bursar_desk.domain.operations import Kind, cover_channel
from db import layout
from db import statements as st
from db.store import Store
from db.take_in import take_in
from tests.storage.histories import DAY, GRANT, LENT_CHECK, Line, as_file
from tests.storage.workbench import QUIET, Bench, own_keys, tables_of

FOLDER = Path(__file__).parents[1] / "data" / "registers"


def as_json(store: Store) -> str:
    """All a register shows, in words that can be kept and compared."""
    state = tables_of(store)
    out = {
        f"{school.hex()} {channel}": {name: [_plain(row) for row in rows] for name, rows in tables.items()}
        for (school, channel), tables in sorted(state.items())
    }
    return json.dumps(out, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def as_it_was(store: Store, kept: str) -> str:
    """All a register shows in the columns that the release of ``kept`` had.

    Columns are only ever added, after those there were and before the standing of a fact; one that was added since is
    passed over where it is empty, and makes the two differ where it is not.
    """
    now, then = json.loads(as_json(store)), json.loads(kept)
    for part, tables in then.items():
        for name, rows in tables.items():
            spec, shown = registry.BY_NAME.get(name), now.get(part, {}).get(name, [])
            if spec is None or not rows or not shown:
                continue
            tail = 1 if spec.is_fact else 0
            extra = len(shown[0]) - len(rows[0])
            cut = len(shown[0]) - tail
            now[part][name] = [
                row[: cut - extra] + row[cut:] if all(one is None for one in row[cut - extra : cut]) else row
                for row in shown
            ]
    return json.dumps(now, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    return [_plain(one) for one in value] if isinstance(value, tuple | list) else value


def _fill(bench: Bench) -> Store:
    store = bench.school("St Anne", "105219")
    other = bench.second(store, "anne-2")
    neighbour = bench.school("Bury Hill", "105220")
    bench.introduce(store, other, neighbour)
    rows = []
    with store.act(ActCode.SET_UP_SCHOOL, who="Dawn") as act:
        home = act.session.derived(store.facts.home, "school", "")
        act.create("school", {"name": "St Anne", "pupils": 210}, row=home)
        for code in ("FIRE-04", "GAS-01"):
            row = act.session.derived(store.facts.home, "school_check", code)
            rule = {"rule": "every 1 week", "anchor": "last done", "weekday": None}
            act.create("school_check", {"code": code, "title": code, **rule}, row=row)
            rows.append(row)
        person = act.create("person", {"name": "Terry Ó Súilleabháin", "starts": 360, "ends": 900, "unlocks": True})
    bench.clock.move_on(60_000)
    for n in range(6):
        with store.act(ActCode.RECORD_CHECK, who="Terry", person=person, subject="Fire alarm") as act:
            record = act.fact("check_record", {
                "check_id": rows[n % 2], "done_on": dt.date(2026, 1, 1 + n), "outcome": "satisfactory",
                "readings": '[{"name":"flow","value":525}]',
            })  # fmt: skip
    with store.act(ActCode.REPORT_DEFECT, who="Terry") as act:
        gate = act.create("defect", {"title": "gate", "risk": "low", "state": "reported"})
        gone = act.create("defect", {"title": "entered by mistake"})
    with store.act(ActCode.ADD_ABSENCE) as act:
        away = act.create("absence", {"person": person, "first": dt.date(2026, 2, 2), "last": dt.date(2026, 2, 6)})
        act.create("absence_reason", {"absence": away, "reason": "private"})
    bench.exchange(store, other)
    for one, risk in ((store, "high"), (other, "medium")):
        with one.act(ActCode.CHANGE_DEFECT, who=risk) as act:
            act.set("defect", gate, {"risk": risk, "interim_control": risk, "interim_until": dt.date(2026, 3, 1)})
    with other.act(ActCode.CORRECT) as act:
        act.set_aside("check_record", record)
        act.delete("defect", gone)
    with neighbour.act(ActCode.ADD_PERSON) as act:
        act.create("person", {"name": "Bob"})
    bench.rounds(store, other, neighbour, times=1)
    _lend(bench, store, neighbour)
    return store


def _lend(bench: Bench, store: Store, neighbour: Store) -> None:
    """A cover stream, with what the grant allows and what it does not, and what a newer program may write."""
    lent = Grant(GRANT, store.facts.home, neighbour.facts.home, "Bob", (neighbour.facts.writer,), (bytes(32),),
                 (LENT_CHECK,), DAY, DAY + 5, DAY + 19, 9)  # fmt: skip
    store.add_statements(
        [st.make(st.GRANT, store.facts.namespace, store.facts.home, st.grant_facts(lent), own_keys(bench, store))]
    )
    meta = layout.StreamMeta(
        store.facts.namespace, store.facts.home, cover_channel(GRANT), neighbour.facts.writer, b"kept epoch 16 by"
    )
    line = Line(meta, own_keys(bench, neighbour))
    salt = b"twelve bytes"
    for n, check in enumerate((LENT_CHECK, b"another check 16")):
        op = layout.pack_operation(Kind.FACT, 5, None, None, [check, DAY + n], salt)
        newer = layout.pack_operation(Kind.FACT, 250, None, None, ["a table of a newer program"], salt)
        line.add(1_768_212_000_000 << 16 | n, [op, newer], salt)
    take_in(store, as_file([line.segment(1, 2)], random.Random(1)), QUIET, "")


def main(name: str) -> None:
    """Write ``NAME.register`` and ``NAME.json``."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, pytest.MonkeyPatch.context() as patch:
        patch.setenv("BURSAR_DESK_LOCAL", str(Path(scratch) / "local"))
        with Bench.open(Path(scratch), patch) as bench:
            store = _fill(bench)
            expected = as_json(store)
            store.close()
            con = sqlite3.connect(store.path, isolation_level=None)
            con.execute("VACUUM")
            con.close()
            shutil.copyfile(store.path, FOLDER / f"{name}.register")
    (FOLDER / f"{name}.json").write_text(expected, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
