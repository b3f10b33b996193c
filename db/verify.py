"""Is every page, entry, seal and sum of a register as it was written? Findings are damage, and nothing else is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from bursar_desk.domain import registry, words
from bursar_desk.domain.operations import CHANNELS
from bursar_desk.domain.progress import Progress
from db import chains, derived, layout, rebuild, statements, verify_files
from db.derived import date_of
from db.engine import in_memory
from db.fingerprint_checks import damage, link
from db.history import place_words
from db.log_tables import log_metadata
from db.statements import signature_holds
from db.store import Store


@dataclass(frozen=True, slots=True)
class Finding:
    """One piece of damage: what, where, and what follows from it for the person."""

    what: str
    where: str
    consequence: str


_UNREADABLE: Final = (DatabaseError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def verify(store: Store, progress: Progress) -> list[Finding]:
    """Check pages, log, seals, sums, statements and tables; return what is damaged, the first broken link by name.

    Where the history itself is damaged nothing is built from it, so the lists are then not compared.
    """
    findings: list[Finding] = []
    try:
        with store.connect() as con:
            findings += _pages(con)
            if not findings:
                findings += list(_streams(con))
                findings += list(_chains(con, progress))
                findings += list(_statements(con))
                sound = not findings
                findings += list(_sums(con))
                findings += list(_fingerprints(con, store, _DAMAGE))
                if sound:
                    findings += list(_tables(con, progress))
                findings += list(_files(con, store, progress))
    except _UNREADABLE as problem:
        where = str(getattr(problem, "orig", None) or problem)
        findings.append(Finding("A part of the file cannot be read", where, "Bring back the newest good backup."))
    return findings


def _files(con: Connection, store: Store, progress: Progress) -> Iterator[Finding]:
    """Every file that lay here once must still be what it was; one that has not arrived is no damage."""
    again = "Bring back the newest backup with its files, or ask whoever else holds it for a share file."
    for one in verify_files.missing(con, store.blobs, progress):
        yield Finding(f"A file is missing: {one.name}", f"it belongs to {one.belongs}", again)
    for one in verify_files.altered(con, store.blobs, progress):
        yield Finding(f"A file was altered: {one.name}", f"it belongs to {one.belongs}", again)


def _pages(con: Connection) -> list[Finding]:
    said = con.exec_driver_sql("PRAGMA integrity_check(20)").scalars().all()
    if said == ["ok"]:
        return []
    return [
        Finding("A page of the file is damaged", str(words), "Bring back the newest good backup.") for words in said
    ]


def _streams(con: Connection) -> Iterator[Finding]:
    """A line's name says who writes it, for which school and channel; all of it is inside its key."""
    schools = {row[0]: row[1] for row in con.exec_driver_sql("SELECT sid, school FROM school_key")}
    for stream in chains.streams(con):
        try:
            meta = chains.meta_of(stream)
            said = (meta.key, meta.school, meta.channel, meta.writer)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            said = None
        if said != (stream.key, schools.get(stream.sid), stream.channel, stream.writer):
            yield Finding(
                "A line of history has lost its name", f"line {stream.sno}", "Bring back the newest good backup."
            )


def _chains(con: Connection, progress: Progress) -> Iterator[Finding]:
    lines = con.exec_driver_sql("SELECT cid FROM chain ORDER BY cid").scalars().all()
    named = {stream.sno: stream for stream in chains.streams(con)}
    for n, cid in enumerate(lines):
        progress.step("Checking the history", n, len(lines))
        chain = chains.ChainRow(*con.exec_driver_sql("SELECT * FROM chain WHERE cid=?", (cid,)).one())
        yield from _chain(con, chain, named[chain.sno])


def _chain(con: Connection, chain: chains.ChainRow, stream: chains.StreamRow) -> Iterator[Finding]:
    running, seq = chain.start_prev, chain.start_seq - 1
    sql = "SELECT pos, hash, body FROM commit_log WHERE pos BETWEEN ? AND ? ORDER BY pos"
    base = chain.cid << chains.SEQ_BITS
    for pos, kept, body in con.exec_driver_sql(sql, (base, base | (1 << chains.SEQ_BITS) - 1)):
        seq += 1
        running = link(stream.key, seq, running, body)
        if pos != (base | seq) or running != kept:
            yield Finding(
                "An entry was altered or is missing", place_words(base | seq),
                "Everything before it is sound. Merge a neighbour's file or bring back a backup.",
            )  # fmt: skip
            return
    if (seq, running) != (chain.head_seq, chain.head):
        yield Finding(
            "Entries are missing at the end", place_words(base | seq), "Merge a neighbour's file to get them back."
        )
    elif chain.seal is None:
        if seq >= chain.start_seq and not _goes_on(con, chain):
            yield Finding(
                "A seal is missing", place_words(base | seq), "Ask the school it came from to send its file again."
            )
    elif not signature_holds(stream.writer, chain.seal, layout.seal_message(stream.key, seq, running)):
        yield Finding(
            "A seal does not match", place_words(base | seq), "Ask the school it came from to send its file again."
        )


def _goes_on(con: Connection, chain: chains.ChainRow) -> bool:
    """Tell whether another line begins where this one ends: a run that filled a gap is vouched for by that line."""
    sql = "SELECT 1 FROM chain WHERE sno=? AND start_seq=? AND start_prev=? AND head_seq>=start_seq"
    return con.exec_driver_sql(sql, (chain.sno, chain.head_seq + 1, chain.head)).first() is not None


def _sums(con: Connection) -> Iterator[Finding]:
    totals: dict[tuple[int, str], tuple[int, int]] = {}
    sql = (
        "SELECT s.sid, s.channel, l.hash FROM commit_log l"
        " JOIN chain c ON c.cid=(l.pos>>40) JOIN stream s ON s.sno=c.sno"
    )
    for sid, channel, head in con.exec_driver_sql(sql):
        total, count = totals.get((sid, channel), (0, 0))
        totals[sid, channel] = ((total + int.from_bytes(head, "big")) % chains.MODULUS, count + 1)
    kept = {
        (sid, channel): (int.from_bytes(total, "big"), count)
        for sid, channel, total, count in con.exec_driver_sql("SELECT sid, channel, total, commits FROM channel_sum")
        if count
    }
    for key in sorted(set(totals) | set(kept)):
        if totals.get(key) != kept.get(key):
            yield Finding("A control sum does not match", f"channel {key[1]}", "Run the check again after a rebuild.")


def _statements(con: Connection) -> Iterator[Finding]:
    for key, kind, school, raw in con.exec_driver_sql("SELECT hash, kind, school, body FROM statement").all():
        try:
            one = statements.read(raw)
            good = statements.signed(one) and (one.hash, one.kind, one.school) == (key, kind, school)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            good = False
        if not good:
            yield Finding("A school's statement was altered", key.hex()[:16], "Exchange cards with that school again.")


def notices(store: Store) -> list[Finding]:
    """Return what a person should know and is no damage: a school whose history is not the one it sent before.

    A register that was brought back from an old copy looks so too, until its next fingerprints cover both histories.
    """
    with store.connect() as con:
        return list(_fingerprints(con, store, {"rewritten"}))


def _fingerprints(con: Connection, store: Store, which: Collection[str]) -> Iterator[Finding]:
    """Hold every line of history against the fingerprints of earlier days, our own and those that came in files."""
    facts = store.facts
    ours = frozenset(
        layout.StreamMeta(facts.namespace, facts.home, channel, facts.writer, facts.epoch).key for channel in CHANNELS
    )
    for broken in damage(con, ours):
        if broken.how not in which:
            continue
        root = store.trust.roots.get(broken.school)
        whose = root.name if root is not None else "a school we have not met"
        said = f"the fingerprint {broken.code} of {words.plain_date(date_of(broken.day))}"
        what, then = _HOW[broken.how]
        yield Finding(f"{what}: {whose}", f"{place_words(broken.pos)}, by {said}", then)


_DAMAGE: Final = ("altered", "missing")
_HOW: Final = {
    "altered": (
        "Entries of an earlier day are missing and others stand in their place",
        "An older copy was put back unnoticed, or history was written anew. Compare with a neighbour or a backup.",
    ),
    "missing": (
        "Entries of an earlier day are missing",
        "Merge a neighbour's file or bring back a backup to get them back.",
    ),
    "rewritten": (
        "A school's history is not the one it sent before",
        "Both are kept. Ring them: their register was brought back from an old copy, or written anew.",
    ),
}


def _tables(con: Connection, progress: Progress) -> Iterator[Finding]:
    """Build the tables anew in memory from the log and compare: nothing else may be true."""
    engine = in_memory()
    with engine.begin() as fresh:
        from db.migrations import upgrade

        upgrade(fresh)
        for table in log_metadata.tables:
            rows = con.exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608 - our own names
            if rows:
                marks = ",".join("?" * len(rows[0]))
                fresh.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", [tuple(row) for row in rows])  # noqa: S608
        rebuild.rebuild(fresh, progress)
        for name in [*(table.name for table in registry.TABLES), *_COMPARED]:
            if _rows(con, name) != _rows(fresh, name):
                yield Finding("A list does not match the history", name, "Rebuild the lists from the history.")
    engine.dispose()


_COMPARED: Final = {
    "hidden": ("*", "1"), "conflict": ("*", "1, 2, 3"), "held": ("*", "1, 2"), "erased": ("*", "1"),
    "superseded": ("*", "1, 2, 3"), "row_seen": ("*", "1, 2, 3"), "blob_ref": ("row, hash", "1, 2"),
    "row_born": ("row, op, stamp, tab, sid", "1, 2"), "cell_op": ("row, cell, op, stamp, value", "1, 2, 3"),
}  # fmt: skip


def _rows(con: Connection, name: str) -> list[tuple[object, ...]]:
    # where a row was made twice, which of the two places is noted depends on the order of arrival
    if name in registry.BY_NAME:
        listed = ", ".join(f'"{c}"' for c in derived.columns_of(registry.BY_NAME[name]) if c != "pos")
        order = "id"
    else:
        listed, order = _COMPARED[name]
    return [tuple(row) for row in con.exec_driver_sql(f"SELECT {listed} FROM {name} ORDER BY {order}")]  # noqa: S608
