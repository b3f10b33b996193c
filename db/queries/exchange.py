"""Questions about the exchange itself: what arrived, what is to settle, what others hold, and the sums of channels."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import Connection

from bursar_desk.domain import registry, words
from db import layout
from db.chains import ChainRow, chains_of, hash_at


class ImportRow(NamedTuple):
    """A file that was taken in: when, from which school, when it was made (milliseconds), counts as JSON, SHA-256."""

    number: int
    at: int
    school: bytes
    made: int
    counts: str
    file: bytes
    sender: bytes


def imports(con: Connection) -> list[ImportRow]:
    """Return every file that was taken in, newest first."""
    sql = "SELECT ino, at, school, made, counts, file, sender FROM import_log ORDER BY ino DESC"
    return [ImportRow(*row) for row in con.exec_driver_sql(sql)]


def import_of(con: Connection, file: bytes) -> ImportRow | None:
    """Return the import of a file by the SHA-256 of all its bytes, or nothing when it never came."""
    sql = "SELECT ino, at, school, made, counts, file, sender FROM import_log WHERE file=?"
    row = con.exec_driver_sql(sql, (file,)).first()
    return ImportRow(*row) if row is not None else None


def newest_made(con: Connection, sender: bytes) -> int | None:
    """Return when the newest file merged from one computer was made (milliseconds), or nothing."""
    found: int | None = con.exec_driver_sql("SELECT max(made) FROM import_log WHERE sender=?", (sender,)).scalar()
    return found


def undone_files(con: Connection, school: bytes) -> dict[bytes, bytes]:
    """Return the files whose merge a school has undone, by SHA-256, each with the act by which it did."""
    found: dict[bytes, bytes] = {}
    sql = "SELECT u.file, u.pos FROM undone u JOIN school_key k ON k.sid=u.sid WHERE u.standing=? AND k.school=?"
    for file, pos in con.exec_driver_sql(sql, (registry.STANDS, school)).all():
        act = act_at(con, pos)
        try:
            sha256 = bytes.fromhex(file or "")
        except ValueError:
            continue  # another program's words
        if act is not None and len(sha256) == 32:
            found[sha256] = act
    return found


def act_at(con: Connection, pos: int) -> bytes | None:
    """Return the id of the act whose commit is at a position."""
    body = con.exec_driver_sql("SELECT body FROM commit_log WHERE pos=?", (pos,)).scalar()
    if body is None:
        return None
    commit = layout.read_commit(body)
    return layout.read_act(commit.ops[0] or b"", commit.ops[1]).act


def held_reasons(con: Connection, number: int) -> dict[int, str]:
    """Return why entries of one file are held, by position."""
    sql = (
        "SELECT h.pos, h.reason FROM held h JOIN commit_log l ON l.pos=h.pos WHERE l.arrived=?"
        " ORDER BY h.pos, h.n DESC"
    )
    return {row[0]: row[1] for row in con.exec_driver_sql(sql, (number,))}


def fingerprints(con: Connection) -> list[tuple[bytes, str, bytes]]:
    """Return (school, channel, sum) of every channel that has an entry."""
    sql = (
        "SELECT k.school, c.channel, c.total FROM channel_sum c JOIN school_key k ON k.sid=c.sid"
        " WHERE c.commits>0 ORDER BY k.school, c.channel"
    )
    return [(row[0], row[1], row[2]) for row in con.exec_driver_sql(sql)]


def acknowledged(con: Connection, peer: bytes) -> dict[bytes, list[tuple[int, bytes]]]:
    """Return by stream what a peer said it holds: (number, hash)."""
    out: dict[bytes, list[tuple[int, bytes]]] = {}
    for key, seq, head in con.exec_driver_sql("SELECT stream, seq, head FROM peer_have WHERE peer=?", (peer,)):
        out.setdefault(key, []).append((seq, head))
    return out


def lacking(con: Connection, sno: int, theirs: list[tuple[int, bytes]]) -> int:
    """Return how many entries of a stream held here a reader has not acknowledged."""
    held = [chain for chain in chains_of(con, sno) if chain.head_seq >= chain.start_seq]
    known = known_up_to(con, held, theirs)
    return sum(chain.head_seq - known.get(chain.cid, chain.start_seq - 1) for chain in held)


def known_up_to(con: Connection, held: list[ChainRow], theirs: list[tuple[int, bytes]]) -> dict[int, int]:
    """Return up to which entry a reader holds each of our lines of a stream, from what it acknowledged.

    Who holds an entry without a gap holds all below it, also where our history of it came in pieces or is forked.
    """
    known: dict[int, int] = {}
    for seq, head in theirs:
        on = _holding(con, held, seq, head)
        while on is not None and known.get(on.cid, on.start_seq - 1) < seq:
            known[on.cid] = seq
            seq, head = on.start_seq - 1, on.start_prev
            on = _holding(con, held, seq, head)
    return known


def _holding(con: Connection, held: list[ChainRow], seq: int, head: bytes) -> ChainRow | None:
    for chain in held:
        at_end = seq == chain.head_seq >= chain.start_seq
        if at_end and chain.head == head:
            return chain
        if not at_end and chain.start_seq <= seq < chain.head_seq and hash_at(con, chain.cid, seq) == head:
            return chain
    return None


def heard_from(con: Connection) -> dict[bytes, int]:
    """Return when the newest file of each computer was taken in (milliseconds), by its signing key."""
    sql = "SELECT sender, max(at) FROM import_log GROUP BY sender"
    return {row[0]: row[1] for row in con.exec_driver_sql(sql)}


def open_conflicts(con: Connection) -> list[tuple[bytes, int, int, bytes]]:
    """Return (row, table, column, school) of every visible cell with rival values."""
    sql = (
        "SELECT c.row, c.tab, c.col, k.school FROM conflict c JOIN school_key k ON k.sid=c.sid"
        " WHERE c.row NOT IN (SELECT row FROM hidden) ORDER BY k.school, c.tab, c.row, c.col"
    )
    return [(row[0], row[1], row[2], row[3]) for row in con.exec_driver_sql(sql)]


# --- what people call things -----------------------------------------------------------------------------------------

_TITLES = ("title", "name", "helper", "person_name", "code")
_OF = (("check_id", "school_check"), ("person", "person"), ("absence", "absence"), ("cover_id", "cover"),
       ("contractor", "contractor"), ("evidence", "evidence"), ("asset", "asset"))  # fmt: skip
_DAYS = ("done_on", "said_on", "raised_on", "passed_on", "on_date", "first", "since")


def name_of(con: Connection, table: registry.Table, row: bytes, *, deep: int = 3, kind: str = "") -> str:
    """Return what people call a row: its title or name, else what it belongs to and its day, else its kind.

    ``kind``: the words for a row of this table; without them its own name.
    """
    names = {one.name: one.type for one in table.fields}
    wanted = [one for one in (*_TITLES, *(of for of, _ in _OF), *_DAYS) if one in names]
    found = None
    if wanted:
        listed = ", ".join(f'"{one}"' for one in wanted)
        found = con.exec_driver_sql(f"SELECT {listed} FROM {table.name} WHERE id=?", (row,)).first()  # noqa: S608
    values = dict(zip(wanted, found, strict=True)) if found is not None else {}
    for title in _TITLES:
        if isinstance(values.get(title), str) and values[title] and names[title] == "text":
            return str(values[title])
    for column, other in _OF if deep else ():
        owner = values.get(column)
        if isinstance(owner, bytes):
            called_so = name_of(con, registry.BY_NAME[other], owner, deep=deep - 1)
            return f"{called_so}{_day_of(values)}"
    return f"{kind or table.name.replace('_', ' ')}{_day_of(values)}"


def _day_of(values: dict[str, object]) -> str:
    from db.derived import date_of

    for column in _DAYS:
        day = values.get(column)
        if isinstance(day, int):
            return f", {words.short_date(date_of(day))}"
    return ""


def called(con: Connection, row: bytes, kind: Callable[[str], str] = str) -> str:
    """Return what people call a row of any table, or a school, by its id alone; nothing when it is not known here.

    ``kind`` gives the words for a table.
    """
    tab = con.exec_driver_sql("SELECT tab FROM row_born WHERE row=?", (row,)).scalar()
    if tab is not None:
        table = registry.BY_NUMBER[tab]
        return name_of(con, table, row, kind=kind(table.name))
    sql = "SELECT s.name FROM school s JOIN school_key k ON k.sid=s.sid WHERE k.school=?"
    school = con.exec_driver_sql(sql, (row,)).scalar()
    if school:
        return str(school)
    for table in registry.TABLES:
        if table.is_fact and con.exec_driver_sql(f"SELECT 1 FROM {table.name} WHERE id=?", (row,)).first():  # noqa: S608
            return name_of(con, table, row, kind=kind(table.name))
    return ""


def places_of(con: Connection, row: bytes, op: bytes) -> list[int]:
    """Return the positions in the log of the operation that gave a row a value."""
    sql = "SELECT pos FROM cell_op WHERE row=? AND op=? UNION SELECT pos FROM row_born WHERE row=? AND op=?"
    return list(con.exec_driver_sql(sql, (row, op, row, op)).scalars())


def person_name(con: Connection, person: bytes) -> str:
    """Return somebody's name, or nothing when they are not known here."""
    return str(con.exec_driver_sql("SELECT name FROM person WHERE id=?", (person,)).scalar() or "")


def absence_reason(con: Connection, absence: bytes) -> tuple[str, str]:
    """Return why somebody is away and what else was noted. For ``services.absences`` only, which asks who wants it."""
    row = con.exec_driver_sql("SELECT reason, note FROM absence_reason WHERE absence=?", (absence,)).first()
    return (str(row[0] or ""), str(row[1] or "")) if row is not None else ("", "")
