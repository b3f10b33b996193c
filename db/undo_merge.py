"""Undoing a whole merge: the runs of entries one import brought, named so that every desk of the school knows them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from bursar_desk.domain import registry
from db import chains, layout
from db.chains import SEQ_BITS
from db.session import Act

_SEQ = (1 << SEQ_BITS) - 1


@dataclass(frozen=True, slots=True)
class Run:
    """Entries ``first`` to ``last`` of a stream, the last of which has the hash ``head``."""

    stream: bytes
    first: int
    last: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Brought:
    """What one import brought: the file's SHA-256, when it came (milliseconds), from which school, and its runs."""

    number: int
    file: bytes
    at: int
    school: bytes
    runs: tuple[Run, ...]

    @property
    def entries(self) -> int:
        """Return how many entries it brought that were not here before."""
        return sum(run.last - run.first + 1 for run in self.runs)


def plan(con: Connection, number: int) -> Brought | None:
    """Return what an import brought, or nothing when there is no import of that number."""
    found = con.exec_driver_sql("SELECT file, at, school FROM import_log WHERE ino=?", (number,)).first()
    if found is None:
        return None
    keys = {row[0]: row[1] for row in con.exec_driver_sql("SELECT c.cid, s.key FROM chain c JOIN stream s USING (sno)")}
    runs: list[Run] = []
    first = last = -1
    for pos in con.exec_driver_sql("SELECT pos FROM commit_log WHERE arrived=? ORDER BY pos", (number,)).scalars():
        if pos != last + 1 or pos >> SEQ_BITS != last >> SEQ_BITS:
            runs += _run(con, keys, first, last)
            first = pos
        last = pos
    runs += _run(con, keys, first, last)
    return Brought(number, found[0], found[1], found[2], tuple(runs))


def _run(con: Connection, keys: dict[int, bytes], first: int, last: int) -> list[Run]:
    if first < 0:
        return []
    head = chains.hash_at(con, last >> SEQ_BITS, last & _SEQ)
    return [Run(keys[last >> SEQ_BITS], first & _SEQ, last & _SEQ, head or b"")]


def set_aside(act: Act, brought: Brought, words: str) -> None:
    """Set every entry of an import aside, in this act; ``words`` name the file for people."""
    for run in brought.runs:
        act.fact(
            "undone",
            {
                "stream": run.stream, "first": run.first, "last": run.last, "head": run.head.hex(),
                "file": brought.file.hex(), "words": words,
            },
        )  # fmt: skip


def undoing_act(con: Connection, number: int, school: bytes) -> bytes | None:
    """Return the act of ``school`` by which an import is undone now, or nothing when it counts."""
    sql = (
        "SELECT l.body FROM undone u JOIN import_log i ON lower(hex(i.file))=u.file JOIN commit_log l ON l.pos=u.pos"
        " JOIN school_key k ON k.sid=u.sid WHERE i.ino=? AND k.school=? AND u.standing=? ORDER BY u.id LIMIT 1"
    )
    body = con.exec_driver_sql(sql, (number, school, registry.STANDS)).scalar()
    if body is None:
        return None
    commit = layout.read_commit(body)
    return layout.read_act(commit.ops[0] or b"", commit.ops[1]).act
