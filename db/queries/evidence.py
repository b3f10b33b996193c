"""Documents and photos: what each is, its content and every revision of it, and what it is evidence for."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, select

from bursar_desk.domain import registry
from db import derived
from db.log_tables import school_key
from db.queries.base import of_school, rows, with_school
from db.queries.messages import EnclosureRow, enclosures_of

_AT_ONCE: Final = 400
_LEAST_TYPED: Final = 6


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A document or photo; ``owner`` is whoever renews it. Dates are days; its content is in ``FileRow``."""

    id: bytes
    school: bytes
    title: str
    kind: str
    number: str
    dated: dt.date | None
    expires_on: dt.date | None
    owner: bytes | None
    note: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """One revision of a document: its files, who put it in and when, and why it took the place of the one before."""

    id: bytes
    evidence: bytes
    files: tuple[EnclosureRow, ...]
    said_by: str
    said_on: dt.date | None
    why: str

    @property
    def written_ms(self) -> int:
        """Return when it was written down, milliseconds since 1970: an operation's id begins with it."""
        return int.from_bytes(self.id[:6], "big")


@dataclass(frozen=True, slots=True)
class LinkRow:
    """What a document is evidence for: the row ``about`` of ``table``."""

    id: bytes
    evidence: bytes
    table: str
    about: bytes
    said_by: str


def evidence(con: Connection, school: bytes | None = None, ids: Iterable[bytes] | None = None) -> list[EvidenceRow]:
    """Return documents of one school or of all, or those asked for, by id."""
    t = derived.table("evidence")

    def some(found: ColumnElement[bool] | None) -> list[Any]:
        statement = with_school(t).where(of_school(t, school))
        return rows(con, statement if found is None else statement.where(found))

    listed = some(None) if ids is None else _in_parts(ids, lambda part: some(t.c.id.in_(part)))
    made = [
        EvidenceRow(
            r.id, r.school, r.title or "", r.kind or "", r.number or "", r.dated, r.expires_on, r.owner, r.note or ""
        )
        for r in listed
    ]
    return sorted(made, key=lambda one: one.id)


def files(con: Connection, ids: Iterable[bytes] | None = None) -> dict[bytes, list[FileRow]]:
    """Return the revisions that stand, oldest first, by document; of all, or of those asked for."""
    t = derived.table("evidence_file")

    def some(found: ColumnElement[bool] | None) -> list[Any]:
        statement = select(t).where(t.c.standing == registry.STANDS)
        return rows(con, statement if found is None else statement.where(found))

    listed = some(None) if ids is None else _in_parts(ids, lambda part: some(t.c.evidence.in_(part)))
    found: dict[bytes, list[FileRow]] = defaultdict(list)
    for r in sorted(listed, key=lambda one: (one.id[:6], one.pos, one.id)):  # an id begins with its milliseconds
        if r.evidence is not None:
            row = FileRow(r.id, r.evidence, enclosures_of(r.files), r.said_by or "", r.said_on, r.why or "")
            found[r.evidence].append(row)
    return dict(found)


def links(
    con: Connection, *, ids: Iterable[bytes] | None = None, about: Iterable[bytes] | None = None
) -> list[LinkRow]:
    """Return what is evidence for what: of documents, or for rows, or all there is, by id."""
    t = derived.table("evidence_link")

    def some(found: ColumnElement[bool] | None) -> list[Any]:
        statement = select(t).where(t.c.standing == registry.STANDS)
        return rows(con, statement if found is None else statement.where(found))

    if ids is not None:
        listed = _in_parts(ids, lambda part: some(t.c.evidence.in_(part)))
    elif about is not None:
        listed = _in_parts(about, lambda part: some(t.c.about.in_(part)))
    else:
        listed = some(None)
    made = [
        LinkRow(r.id, r.evidence, r.about_table or "", r.about, r.said_by or "")
        for r in listed
        if r.evidence is not None and r.about is not None
    ]
    return sorted(made, key=lambda one: one.id)


def with_content(con: Connection, name: bytes) -> list[bytes]:
    """Return the documents one of whose revisions has this content (SHA-256), by id."""
    t, ref = derived.table("evidence_file"), "SELECT row FROM blob_ref WHERE hash=?"
    named = list(con.exec_driver_sql(ref, (name,)).scalars())
    listed = _in_parts(
        named,
        lambda part: rows(con, select(t.c.evidence).where(t.c.id.in_(part), t.c.standing == registry.STANDS)),
    )
    return sorted({r.evidence for r in listed if r.evidence is not None})


def sizes(con: Connection, school: bytes) -> dict[bytes, int]:
    """Return the size in bytes of each content that documents of a school name and that is here, by its SHA-256."""
    sql = (
        "SELECT b.hash, b.size FROM blob b WHERE b.hash IN (SELECT r.hash FROM blob_ref r JOIN evidence_file f"
        " ON f.id=r.row WHERE f.sid=(SELECT sid FROM school_key WHERE school=?))"
    )
    return {row[0]: row[1] for row in con.exec_driver_sql(sql, (school,))}


def words_of(con: Connection, pairs: Iterable[tuple[str, bytes]]) -> dict[tuple[str, bytes], str]:
    """Return what rows are called, in words, by (table, row); a row that is not here or was deleted is left out."""
    wanted: dict[str, list[bytes]] = defaultdict(list)
    for table, row in dict.fromkeys(pairs):
        if table in _CALLED:
            wanted[table].append(row)
    found: dict[tuple[str, bytes], str] = {}
    for table, ids in wanted.items():
        for row, said in _called(con, table, ids):
            found[table, row] = said
    return found


def _called(con: Connection, table: str, ids: Sequence[bytes]) -> list[tuple[bytes, str]]:
    from bursar_desk.domain import words

    t = derived.table(table)
    name, day = _CALLED[table]
    listed = _in_parts(ids, lambda part: rows(con, with_school(t).where(t.c.id.in_(part))))
    checked = {r.check_id for r in listed if name == "check_id" and r.check_id is not None}
    titles = dict(_called(con, "school_check", sorted(checked))) if checked else {}
    found = []
    for r in listed:
        value = getattr(r, name)
        said = titles.get(value, "A check") if name == "check_id" else (value or "")
        when = getattr(r, day) if day else None
        found.append((r.id, f"{said}, {words.short_date(when)}" if when else said))
    return found


_CALLED: Final[dict[str, tuple[str, str]]] = {
    "school_check": ("title", ""), "check_record": ("check_id", "done_on"), "not_done": ("check_id", "said_on"),
    "defect": ("title", ""), "asset": ("name", ""), "place": ("name", ""), "contractor": ("name", ""),
    "attendance": ("worker", "on_date"), "drill": ("kind", "on_date"), "permit": ("work", "on_date"),
    "walk": ("kind", "on_date"), "feature": ("code", ""), "put_off": ("check_id", "until"),
    "training": ("course", "passed_on"), "contract": ("title", ""), "supplier": ("name", ""),
    "service_review": ("title", ""), "buying": ("title", ""), "deal": ("title", ""), "saving": ("title", ""),
    "agreement": ("title", ""), "running_cost": ("title", ""),
}  # fmt: skip
ABOUT: Final = frozenset(_CALLED)
"""The tables a document can be evidence for."""


def holders(con: Connection, names: Iterable[bytes]) -> dict[bytes, list[tuple[bytes, str, bytes]]]:
    """Return which rows name a content, by its SHA-256: (school, table, row)."""
    found: dict[bytes, list[tuple[bytes, str, bytes]]] = defaultdict(list)
    wanted = list(names)
    schools = {row[0]: row[1] for row in con.execute(select(school_key.c.sid, school_key.c.school))}
    for table in registry.ENCLOSING:
        t = derived.table(table)
        for start in range(0, len(wanted), _AT_ONCE):
            part = tuple(wanted[start : start + _AT_ONCE])
            marks = ",".join("?" * len(part))
            sql = f"SELECT r.hash, x.sid, x.id FROM blob_ref r JOIN {t.name} x ON x.id=r.row WHERE r.hash IN ({marks})"  # noqa: S608 - names of our own tables
            for name, sid, row in con.exec_driver_sql(sql, part):
                found[name].append((schools.get(sid, b""), table, row))
    return dict(found)


def _in_parts(ids: Iterable[bytes], ask: Callable[[Sequence[bytes]], list[Any]]) -> list[Any]:
    wanted = list(dict.fromkeys(ids))
    found: list[Any] = []
    for start in range(0, len(wanted), _AT_ONCE):
        found += ask(wanted[start : start + _AT_ONCE])
    return found


def rows_beginning(con: Connection, school: bytes, typed: str) -> list[tuple[str, bytes]]:
    """Return rows of a school that a document can be about: the check of that code, else ids that begin so."""
    t = derived.table("school_check")
    coded = rows(con, with_school(t).where(of_school(t, school), t.c.code == typed.upper(), t.c.asset.is_(None)))
    if coded:
        return [("school_check", r.id) for r in coded]
    if len(typed) < _LEAST_TYPED:
        return []
    found: list[tuple[str, bytes]] = []
    for name in sorted(ABOUT):
        t = derived.table(name)
        begins = func.lower(func.hex(t.c.id)).startswith(typed.lower(), autoescape=True)
        found += [(name, r.id) for r in rows(con, with_school(t).where(of_school(t, school), begins).limit(3))]
    return found


def documents_of(con: Connection, revisions: Iterable[bytes]) -> dict[bytes, str]:
    """Return what revisions belong to, in words: the document, and in brackets what it is evidence for."""
    from bursar_desk.domain import words

    t = derived.table("evidence_file")
    listed = _in_parts(revisions, lambda part: rows(con, select(t.c.id, t.c.evidence).where(t.c.id.in_(part))))
    of = {r.id: r.evidence for r in listed if r.evidence is not None}
    titles = {one.id: one.title or "a document" for one in evidence(con, ids=of.values())}
    linked = links(con, ids=of.values())
    called = words_of(con, [(one.table, one.about) for one in linked])
    found: dict[bytes, str] = {}
    for revision, document in of.items():
        pairs = [(one.table, one.about) for one in linked if one.evidence == document]
        proves = sorted({called[pair] for pair in pairs if pair in called})
        title = words.quoted(titles.get(document, "a document"))
        found[revision] = f"{title}, evidence for {words.listing(proves)}" if proves else title
    return found


def file_name(con: Connection, table: str, row: bytes, content: bytes) -> str:
    """Return the name under which a row names a content; empty when it does not."""
    t = derived.table(table)
    text = con.execute(select(t.c[registry.ENCLOSING[table]]).where(t.c.id == row)).scalar_one_or_none()
    return next((one.name for one in enclosures_of(text) if one.sha256 == content), "")
