"""Schools, their calendars and what is known of their sites."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection

from db import derived
from db.queries.base import of_school, rows, with_school


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """A school as its own register describes it; minutes are after midnight, positions metres on the national grid."""

    school: bytes
    id: bytes
    name: str
    short_name: str
    urn: str
    phase: str
    type: str
    employer: str
    pupils: int | None
    easting: int | None
    northing: int | None
    address: str
    postcode: str
    town: str
    phone: str
    built_year: int | None
    cluster: str
    opens: int | None
    closes: int | None


_SCHOOL_TEXT = (
    "name",
    "short_name",
    "urn",
    "phase",
    "type",
    "employer",
    "address",
    "postcode",
    "town",
    "phone",
    "cluster",
)


def schools(con: Connection) -> list[SchoolRow]:
    """Return every school whose records are here, by name."""
    table = derived.table("school")
    found = rows(con, with_school(table).order_by(table.c.name))
    return [_school(row._mapping) for row in found]  # noqa: SLF001 - SQLAlchemy's public name for it


def school_row(con: Connection, school: bytes) -> SchoolRow | None:
    """Return one school's row, or nothing."""
    table = derived.table("school")
    found = con.execute(with_school(table).where(of_school(table, school))).first()
    return _school(found._mapping) if found is not None else None  # noqa: SLF001


def _school(values: object) -> SchoolRow:
    row: dict[str, object] = dict(values)  # type: ignore[call-overload]  # a mapping of column names
    texts = {name: row[name] or "" for name in _SCHOOL_TEXT}
    numbers = {name: row[name] for name in ("pupils", "easting", "northing", "built_year", "opens", "closes")}
    return SchoolRow(school=row["school"], id=row["id"], **texts, **numbers)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class BlockRow:
    """A stretch of a school's calendar."""

    id: bytes
    school: bytes
    kind: str
    name: str
    first: dt.date
    last: dt.date
    term: str | None
    half: int | None


def calendar_blocks(con: Connection, school: bytes | None = None) -> list[BlockRow]:
    """Return the calendar of one school or of all, oldest first."""
    t = derived.table("calendar_block")
    found = rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.first))
    return [
        BlockRow(r.id, r.school, r.kind or "", r.name or "", r.first, r.last, r.term, r.half)
        for r in found
        if r.first is not None and r.last is not None
    ]


@dataclass(frozen=True, slots=True)
class SiteNoteRow:
    """One line of a site's emergency sheet."""

    id: bytes
    school: bytes
    kind: str
    words: str
    place: bytes | None = None
    sort: int = 0


def site_notes(con: Connection, school: bytes) -> list[SiteNoteRow]:
    """Return what a visiting person must know of a site, in order."""
    t = derived.table("site_note")
    found = rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.sort, t.c.id))
    return [SiteNoteRow(r.id, r.school, r.kind or "", r.words or "", r.place, r.sort or 0) for r in found]


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place of a school's tree. ``floor_area`` in square metres; ``sort`` is its turn in the walking order."""

    id: bytes
    school: bytes
    kind: str
    parent: bytes | None
    name: str
    sort: int = 0
    note: str = ""
    floor_area: int | None = None
    code: str = ""
    removed_on: dt.date | None = None


def places(con: Connection, school: bytes | None = None) -> list[PlaceRow]:
    """Return the places of a school in walking order."""
    t = derived.table("place")
    found = rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.sort, t.c.name))
    return [
        PlaceRow(
            r.id, r.school, r.kind or "", r.parent, r.name or "", r.sort or 0, r.note or "", r.floor_area,
            r.code or "", r.removed_on,
        )
        for r in found
    ]  # fmt: skip


def features(con: Connection, school: bytes) -> dict[str, str]:
    """Return what a school answered about its site: code to yes, no or ask."""
    t = derived.table("feature")
    found = rows(con, with_school(t).where(of_school(t, school)))
    return {r.code: r.answer or "ask" for r in found if r.code}
