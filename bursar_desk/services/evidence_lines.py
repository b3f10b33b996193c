"""Evidence as people see it: each document with its files, revisions, dates, owner, and what it is evidence for."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.clock import school_day
from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from bursar_desk.services import enclosures
from bursar_desk.services.enclosures import Enclosure
from bursar_desk.services.plain_text import one_line, paragraphs

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.evidence import EvidenceRow, FileRow

LEAD_DAYS: Final = 60
"""How many days before a document runs out its owner is told."""
KIND_WORDS: Final = {
    "certificate": "Certificate", "report": "Report", "photo": "Photo", "invoice": "Invoice or order", "mail": "E-mail",
    "sheet": "Signed sheet", "permit": "Permit or method statement", "insurance": "Insurance", "other": "Document",
}  # fmt: skip
"""What a document can be, in the order a form asks."""
NOT_HERE: Final = "not here yet"


@dataclass(frozen=True, slots=True)
class About:
    """Something a document is evidence for: the row ``row`` of ``table``, and what it is called."""

    table: str
    row: bytes
    words: str
    said_by: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """One content of a document: the first, or what took the place of the one before, and why."""

    id: bytes
    files: tuple[Enclosure, ...]
    said_by: str
    entered_on: dt.date
    why: str


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A document or photo. ``dated`` is the day on it, ``entered_on`` the day it was put in, which nobody can edit.

    ``state``: "" (fine, or does not run out), "soon" (within 60 days), "out" (has run out).
    """

    id: bytes
    school: bytes
    school_name: str
    title: str
    kind: str
    number: str
    dated: dt.date | None
    entered_on: dt.date
    said_by: str
    expires_on: dt.date | None
    owner: bytes | None
    owner_name: str
    note: str
    revisions: tuple[Revision, ...]
    about: tuple[About, ...]
    state: str
    ours: bool

    @property
    def files(self) -> tuple[Enclosure, ...]:
        """Return the files of the newest revision."""
        return self.revisions[-1].files if self.revisions else ()

    @property
    def here(self) -> bool:
        """Tell whether every file of the newest revision has arrived."""
        return all(one.here for one in self.files)

    @property
    def kind_words(self) -> str:
        """Return what kind of document it is."""
        return KIND_WORDS.get(self.kind, KIND_WORDS["other"])

    @property
    def is_photo(self) -> bool:
        """Tell whether its first file is a picture."""
        return bool(self.files) and self.files[0].type in ("jpeg", "png")

    def runs_out(self, today: dt.date) -> str:
        """Return when it runs out, in words: "Runs out in 5 days", "Ran out 3 days ago"; empty when it does not."""
        if self.expires_on is None:
            return ""
        if self.expires_on < today:
            return f"Ran out {words.ago(self.expires_on, today)}"
        return f"Runs out {words.until(self.expires_on, today)}"


def of(desk: Desk, table: str, row: bytes) -> tuple[EvidenceLine, ...]:
    """Return what is evidence for one row, oldest first."""
    return of_many(desk, [(table, row)]).get((table, row), ())


def of_many(desk: Desk, pairs: Iterable[tuple[str, bytes]]) -> dict[tuple[str, bytes], tuple[EvidenceLine, ...]]:
    """Return what is evidence for many rows, by (table, row); rows without any are left out."""
    from db.queries import evidence as ask

    wanted = set(pairs)
    with desk.store.connect() as con:
        links = [one for one in ask.links(con, about=[row for _, row in wanted]) if (one.table, one.about) in wanted]
        rows = ask.evidence(con, ids={one.evidence for one in links})
        lines = {one.id: one for one in _lines(desk, con, rows)}
    found: dict[tuple[str, bytes], dict[bytes, EvidenceLine]] = defaultdict(dict)
    for link in links:
        if link.evidence in lines:
            found[link.table, link.about][link.evidence] = lines[link.evidence]
    return {key: tuple(sorted(held.values(), key=lambda one: one.id)) for key, held in found.items()}


def counts(desk: Desk, pairs: Iterable[tuple[str, bytes]]) -> dict[tuple[str, bytes], int]:
    """Return how many documents are evidence for each of many rows; rows without any are left out."""
    from db.queries import evidence as ask

    wanted = set(pairs)
    with desk.store.connect() as con:
        links = [one for one in ask.links(con, about=[row for _, row in wanted]) if (one.table, one.about) in wanted]
        held = {one.id for one in ask.evidence(con, ids={one.evidence for one in links})}
    found: dict[tuple[str, bytes], set[bytes]] = defaultdict(set)
    for link in links:
        if link.evidence in held:
            found[link.table, link.about].add(link.evidence)
    return {key: len(ids) for key, ids in found.items()}


def listing(desk: Desk, *, every_school: bool = False, text: str = "") -> tuple[EvidenceLine, ...]:
    """Return all documents of this school, or of every school held, newest first; ``text`` narrows by words."""
    from db.queries import evidence as ask

    with desk.store.connect() as con:
        lines = _lines(desk, con, ask.evidence(con, None if every_school else desk.home))
    return tuple(one for one in reversed(lines) if not text.strip() or holds(one, text))


def holds(line: EvidenceLine, text: str) -> bool:
    """Tell whether a document holds every word typed, in its title, number, names, note or what it is about."""
    parts = [line.title, line.kind_words, line.number, line.owner_name, line.note, line.said_by, line.school_name]
    parts += [one.name for one in line.files] + [one.words for one in line.about]
    whole = " ".join(parts).casefold()
    return all(word in whole for word in text.casefold().split())


def get(desk: Desk, evidence: bytes) -> EvidenceLine:
    """Return one document. Raises ``UserError`` when it is not here."""
    from db.queries import evidence as ask

    with desk.store.connect() as con:
        lines = _lines(desk, con, ask.evidence(con, ids=[evidence]))
    if not lines:
        raise UserError("That document is not in this register.", "Nothing was changed.", "See “evidence list”.")
    return lines[0]


def running_out(desk: Desk, *, lead: int = LEAD_DAYS, every_school: bool = False) -> tuple[EvidenceLine, ...]:
    """Return documents that have run out or will within ``lead`` days, the earliest first."""
    last = desk.today + dt.timedelta(days=lead)
    found = [one for one in listing(desk, every_school=every_school) if one.expires_on and one.expires_on <= last]
    return tuple(sorted(found, key=lambda one: (one.expires_on or last, one.title.casefold())))


def alerts(desk: Desk) -> tuple[str, ...]:
    """Return what Home says about documents that run out: one sentence each, the earliest first."""
    said = []
    for one in running_out(desk):
        who = f" {one.owner_name} looks after it." if one.owner_name else ""
        day = words.long_date(one.expires_on) if one.expires_on else ""
        verb = "ran out on" if one.state == "out" else "runs out on"
        said.append(f"{words.quoted(one.title)} {verb} {day}.{who}")
    return tuple(said)


def _lines(desk: Desk, con: Connection, rows: Sequence[EvidenceRow]) -> list[EvidenceLine]:
    from db.queries import evidence as ask
    from db.queries.people import people

    few = None if len(rows) > 2000 else [one.id for one in rows]
    files = ask.files(con, few)
    linked: dict[bytes, list[About]] = defaultdict(list)
    links = ask.links(con, ids=few) if few is not None else ask.links(con)
    said = ask.words_of(con, [(one.table, one.about) for one in links])
    for link in links:
        key = (link.table, link.about)
        if key in said and all((one.table, one.row) != key for one in linked[link.evidence]):
            linked[link.evidence].append(About(*key, one_line(said[key]), one_line(link.said_by)))
    names = {one.id: one.name for one in people(con)}
    return [_line(desk, row, files.get(row.id, []), linked[row.id], names) for row in rows]


def _line(
    desk: Desk, row: EvidenceRow, files: Sequence[FileRow], about: Sequence[About], names: dict[bytes, str]
) -> EvidenceLine:
    revisions = tuple(
        Revision(
            one.id, enclosures.of_rows(desk, one.files), one_line(one.said_by), school_day(one.written_ms),
            one_line(one.why),
        )
        for one in files
    )  # fmt: skip
    first = int.from_bytes(row.id[:6], "big")
    title = one_line(row.title) or (revisions[-1].files[0].name if revisions and revisions[-1].files else "A document")
    return EvidenceLine(
        id=row.id, school=row.school, school_name=one_line(desk.school_name(row.school)), title=title, kind=row.kind,
        number=one_line(row.number), dated=row.dated, entered_on=school_day(first),
        said_by=revisions[0].said_by if revisions else "", expires_on=row.expires_on, owner=row.owner,
        owner_name=one_line(names.get(row.owner or b"", "")), note=paragraphs(row.note), revisions=revisions,
        about=tuple(about), state=_state(row.expires_on, desk.today), ours=row.school == desk.home,
    )  # fmt: skip


def _state(expires: dt.date | None, today: dt.date) -> str:
    if expires is None or expires > today + dt.timedelta(days=LEAD_DAYS):
        return ""
    return "out" if expires < today else "soon"
