"""For the tests of rescues: a small register with everything in it, entries of a newer program, tables read back."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from bursar_desk.domain import registry
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.operations import ActNote, Kind
from bursar_desk.services.rescue_cells import typed_back
from db import layout
from tests.services.small_school import DAWN, FRIDAY, TERRY, Small

MARKER = "Migraine-7f3a"
"""What stands in the one private record."""
PICTURE, PAPER = b"\x89PNG\r\n\x1a\n a picture of the panel", b"%PDF-1.7 a certificate"
NASTY = (
    "=1+1", "+44 161", "-12", "@SUM(A1)", "\t=cmd()", " =1", "'=1", "'", "''", '=1,2\nthree "four"', "＝1+1",
    "\N{ZERO WIDTH SPACE}=1", "\N{MINUS SIGN}3", "plain", "a;=b", "\r\n=x", "|calc", "%0A", "’tis",
)  # fmt: skip


def small_register(folder: Path) -> Small:
    """A school with checks, records, faults, an absence with its reason, and messages with attachments."""
    small = Small.found(folder)
    small.add("FIRE-04", doer=TERRY)
    small.add("WATR-01", doer=TERRY)
    for n in range(40):
        small.done("FIRE-04", FRIDAY - dt.timedelta(days=7 * n), note=f"Week {n}: {NASTY[n % len(NASTY)]}")
    small.not_done("WATR-01", FRIDAY, "no access", "The cupboard was locked")
    small.put_off("WATR-01", FRIDAY, FRIDAY + dt.timedelta(days=9), None)
    fault = small.fault("Damp in the boiler room", "FIRE-04", risk="high", cost=12_550)
    with small.act(ActCode.CHANGE_DEFECT, FRIDAY) as act:
        act.set("defect", fault, {"title": "Damp, boiler room", "state": "ordered"})
    with small.act(ActCode.ADD_ABSENCE, FRIDAY) as act:
        values = {"person": small.people[TERRY], "first": FRIDAY, "last": FRIDAY, "state": "reported"}
        absence = act.create("absence", values)
        act.create("absence_reason", {"absence": absence, "reason": MARKER})
    _write_messages(small)
    return small


def _write_messages(small: Small) -> None:
    files = [
        {"name": "Panel.png", "sha256": keep(small.path, PICTURE), "size": len(PICTURE), "type": "image/png"},
        {"name": "../../etc/Certificate?.pdf", "sha256": keep(small.path, PAPER), "size": len(PAPER), "type": "pdf"},
        {"name": "Later.pdf", "sha256": "ab" * 32, "size": 9, "type": "application/pdf"},
    ]
    with small.act(ActCode.SEND_MESSAGE, FRIDAY) as act:
        asked = act.fact("message", {
            "kind": "question", "title": "Who <services> the boiler?", "words": "=Ours stopped & we need someone.",
            "said_by": DAWN, "said_on": FRIDAY, "enclosures": json.dumps(files), "to": "[]",
        })  # fmt: skip
    with small.act(ActCode.SEND_MESSAGE, FRIDAY) as act:
        act.fact("message", {
            "kind": "answer", "title": "Re: boiler", "words": "Try Heaton’s", "answers": asked, "said_by": DAWN,
            "said_on": FRIDAY, "to": "[]",
        })  # fmt: skip


def keep(register: Path, content: bytes) -> str:
    """Put a file beside a register, as the program does; its name."""
    name = hashlib.sha256(content).hexdigest()
    place = register.with_suffix(".files") / name[:2] / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return name


# ---------------------------------------------------------------- entries of a newer program
def append(
    path: Path, channel: str, ops: list[tuple[int, int, bytes | None, Any, Any]], *, stamp: int = 0
) -> list[bytes]:
    """Put one entry on a line of a register by hand: (kind, table, row, links, values) of anything. Its ids."""
    with closing(sqlite3.connect(path)) as con, con:
        sno, key = con.execute("SELECT sno, key FROM stream WHERE channel=?", (channel,)).fetchone()
        cid, seq, prev = con.execute("SELECT cid, head_seq, head FROM chain WHERE sno=?", (sno,)).fetchone()
        note = layout.pack_act(ActNote(bytes(16), 9001, None, None, None, DAWN, "From the future"), bytes(12))
        packed = [
            layout.pack_operation(kind, table, row, links, values, bytes(12)) for kind, table, row, links, values in ops
        ]
        stamp = stamp or 1_900_000_000_000 << 16
        body = layout.pack_commit(stamp, None, [note, *packed])
        digests = b"".join(layout.commit_digests(layout.read_commit(body)))
        head = layout.commit_hash(key, seq + 1, stamp, prev, None, digests)
        con.execute("INSERT INTO commit_log VALUES (?,?,?,0,3)", (cid << 40 | seq + 1, head, body))
        con.execute("UPDATE chain SET head_seq=?, head=?, seal=NULL WHERE cid=?", (seq + 1, head, cid))
    return [layout.id_of(key, stamp, one.digest) for one in packed]


FACT, CREATE, SET = int(Kind.FACT), int(Kind.CREATE), int(Kind.SET)


# ---------------------------------------------------------------- reading back
def read_table(folder: Path, name: str, *, private: bool = False) -> list[dict[str, str]]:
    """The rows of a table of a rescue, by the csv module as any program would; nothing when there is no such table."""
    place = folder / "private - do not share" if private else folder
    path = place / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        rows = list(reader)
    assert len(set(reader.fieldnames or ())) == len(reader.fieldnames or ()), "no two columns share a title"
    assert all(None not in row and None not in row.values() for row in rows), "every row has every column"
    return rows


def all_rows(folder: Path, table: registry.Table) -> list[dict[str, str]]:
    """The rows of a table of the registry, private or not."""
    name = table.name.replace("_", " ").capitalize()
    return read_table(folder, f"tables/{name}") + read_table(folder, f"tables/{name}", private=True)


def as_register_has_it(cell: str, kind: str) -> Any:
    """What a cell stands for, in the register's own form."""
    if cell == "":
        return None
    if kind == "date":
        return dt.date.fromisoformat(cell).toordinal() - dt.date(1970, 1, 1).toordinal()
    if kind == "int":
        return int(cell)
    if kind == "bool":
        return {"yes": 1, "no": 0}[cell]
    return bytes.fromhex(cell) if kind == "id" else typed_back(cell)


def every_text(folder: Path) -> dict[str, bytes]:
    """Every file of a rescue with its bytes."""
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()}
