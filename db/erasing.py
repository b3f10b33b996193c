"""Erasing personal data for good: operations lose their content on every desk, their place in history stays.

The heads stay, so that every hash and seal still holds. The list of what was erased is also kept beside this computer:
a backup that is brought back has its content taken out again before anybody sees it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from db import layout
from db.chains import SEQ_BITS, streams

if TYPE_CHECKING:
    from db.store import Store

BATCH = 2000
_MS_BYTES = 6


def strip(con: Connection) -> int:
    """Take the content of everything that was erased out of the log; return how many entries were changed.

    Only a school's own erasures reach its entries; the places are found by the milliseconds an id begins with.
    """
    erased: dict[int, set[bytes]] = {}
    for op, sid in con.exec_driver_sql("SELECT op, sid FROM erased"):
        erased.setdefault(sid, set()).add(op)
    return _strip(con, erased)


def _strip(con: Connection, erased: dict[int, set[bytes]]) -> int:
    changed = 0
    for stream in streams(con):
        wanted = erased.get(stream.sid)
        if not wanted:
            continue
        moments = {op[:_MS_BYTES] for op in wanted}
        lines = con.exec_driver_sql("SELECT cid FROM chain WHERE sno=?", (stream.sno,)).scalars().all()
        for cid in lines:
            changed += _strip_line(con, cid << SEQ_BITS, stream.key, wanted, moments)
    return changed


def _strip_line(con: Connection, base: int, key: bytes, wanted: set[bytes], moments: set[bytes]) -> int:
    changed, last, end = 0, base, base + (1 << SEQ_BITS)
    while True:
        rows = con.exec_driver_sql(
            "SELECT pos, body FROM commit_log WHERE pos>? AND pos<? ORDER BY pos LIMIT ?", (last, end, BATCH)
        ).all()
        done = []
        for pos, body in rows:
            commit = layout.read_commit(body)
            if moment_of(commit.stamp) in moments:
                left = without(commit, key, wanted)
                if left is not None:
                    done.append((left, pos))
        if done:
            con.exec_driver_sql("UPDATE commit_log SET body=? WHERE pos=?", done)
            changed += len(done)
        if len(rows) < BATCH:
            return changed
        last = rows[-1][0]


def moment_of(stamp: int) -> bytes:
    """Return the bytes the ids of a commit's operations begin with."""
    return (stamp >> 16).to_bytes(_MS_BYTES, "big")


def without(commit: layout.Commit, key: bytes, wanted: Collection[bytes]) -> bytes | None:
    """Return a commit's bytes without the content of some operations; nothing when there is nothing to take out."""
    ops = list(commit.ops)
    found = False
    for n, digest in enumerate(layout.commit_digests(commit)):
        body = ops[2 * n + 1]
        if body is not None and layout.id_of(key, commit.stamp, digest) in wanted:
            ops[2 * n] = layout.whole_head(ops[2 * n] or b"", body)
            ops[2 * n + 1] = None
            found = True
    return layout.pack_parts(commit.stamp, commit.grant, ops) if found else None


def blank(commit: layout.Commit, key: bytes) -> set[bytes]:
    """Return the ids of a commit's operations that came without their content."""
    if None not in commit.ops:
        return set()
    digests = layout.commit_digests(commit)
    return {
        layout.id_of(key, commit.stamp, digest) for n, digest in enumerate(digests) if commit.ops[2 * n + 1] is None
    }


def reapply(store: Store, ids: Collection[bytes]) -> int:
    """Take out of a copy that was brought back what was erased after it was made; return how many entries changed.

    What the copy does not know to be erased is taken out all the same, whoever erased it. Their own files, or a
    neighbour's, bring the erasures themselves again.
    """
    with store.writing() as con:
        wanted = set(ids)
        changed = _strip(con, {stream.sid: wanted for stream in streams(con)})
        if changed:
            from db.rebuild import rebuild

            rebuild(con)
        return changed


# ---------------------------------------------------------------- beside this computer
def list_file(local: Path, register: bytes) -> Path:
    """Return where the list of what was erased from a register is kept."""
    return local / "erased" / f"{register.hex()}.json"


def noted(local: Path, register: bytes) -> list[bytes]:
    """Return what was ever erased from a register; an unreadable list counts as none."""
    try:
        kept = json.loads(list_file(local, register).read_text("utf-8"))
        return [bytes.fromhex(one) for one in kept]
    except (OSError, ValueError, TypeError):
        return []


def note(con: Connection, local: Path, register: bytes) -> None:
    """Bring the list beside this computer up to date with what the register knows to be erased."""
    known = set(con.exec_driver_sql("SELECT op FROM erased").scalars())
    kept = set(noted(local, register))
    if known <= kept:
        return
    write_list(list_file(local, register), kept | known)


def write_list(target: Path, ids: Iterable[bytes]) -> None:
    """Write a list of erased operations in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        json.dump(sorted(one.hex() for one in ids), file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, target)  # noqa: PTH105 - replaces on every system, rename does not on Windows
