"""Evidence: files kept once by content, linked to whatever they prove; revisions, expiry, and what is still missing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services import enclosures
from bursar_desk.services.enclosures import Enclosure
from bursar_desk.services.evidence_lines import (
    KIND_WORDS,
    LEAD_DAYS,
    NOT_HERE,
    About,
    EvidenceLine,
    Revision,
    alerts,
    counts,
    get,
    holds,
    listing,
    of,
    of_many,
    running_out,
)
from bursar_desk.services.plain_text import one_line, paragraphs

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.session import Act
    from db.sweeping import Swept
    from reports.saving import Written

NEEDED_WORDS: Final = {
    "": "Nothing", "note": "A note", "file": "A file", "file and number": "A file and its number",
}  # fmt: skip
"""What a check can ask for before it is recorded, in the order a form asks."""
LONGEST: Final = {"title": 120, "number": 80, "note": 4000, "why": 400}
"""The most characters of each text."""
MOST_FILES: Final = 20
_SAFE: Final = "Nothing was changed."
_OLDEST: Final = 1900
_AHEAD: Final = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that lies beside the register and is named by nothing yet: hand it to ``write`` inside an act.

    ``already`` is the document of this school that has the same content, ``already_words`` its title.
    What is never named is swept away after a day.
    """

    file: Enclosure
    already: bytes | None = None
    already_words: str = ""

    @property
    def told(self) -> str:
        """Return the sentence about the same file being here already; empty when it is new."""
        if self.already is None:
            return ""
        return f"The same file is already kept as {words.quoted(self.already_words)}."


# --- before the act: files are looked at and kept --------------------------------------------------------------------


def keep(desk: Desk, path: Path) -> Kept:
    """Check a file by its content, make it ready and keep it. Outside an act, so that it never holds up a save.

    Photos are drawn anew without place and camera. Raises ``UserError`` for what cannot be kept.
    """
    _must_be_ours(desk)
    return _kept(desk, enclosures.take(desk, path))


def keep_bytes(desk: Desk, name: str, data: bytes) -> Kept:
    """Keep a pasted picture, or other content, under a name. Raises ``UserError`` for what cannot be kept."""
    _must_be_ours(desk)
    return _kept(desk, enclosures.take_bytes(desk, name, data))


def _must_be_ours(desk: Desk) -> None:
    if desk.is_guest:
        raise UserError("Files cannot be added under a cover pack.", _SAFE, f"Hand the paper or photo to {desk.name}.")


def _kept(desk: Desk, file: Enclosure) -> Kept:
    from db.queries import evidence as ask

    with desk.store.connect() as con:
        same = ask.evidence(con, desk.home, ask.with_content(con, file.sha256))
    return Kept(file, same[0].id, one_line(same[0].title) or file.name) if same else Kept(file)


# --- inside an act ---------------------------------------------------------------------------------------------------


def write(
    act: Act, desk: Desk, kept: Kept | Sequence[Kept], *, title: str = "", kind: str = "certificate",
    about: Sequence[tuple[str, bytes]] = (), dated: dt.date | None = None, number: str = "",
    expires_on: dt.date | None = None, owner: bytes | None = None, note: str = "",
) -> bytes:  # fmt: skip
    """Write one document with its files and what it is evidence for, (table, row) each; return its id.

    Without a title it is called as its file. Raises ``UserError`` for what cannot be; the act is then not written.
    """
    _must_be_ours(desk)
    many = [kept] if isinstance(kept, Kept) else list(kept)
    called = one_line(title) or (Path(many[0].file.name).stem if many else "")
    cells = _cells(desk, title=called, kind=kind, number=number, note=note, dated=dated, expires_on=expires_on)
    if not called:
        raise UserError("Choose a file, or give the document a title.", _SAFE, "Add the file again.")
    row = act.create("evidence", {**cells, "owner": owner})
    if many:
        _file_fact(act, desk, row, many, "")
    for table, about_row in dict.fromkeys(about):
        _link_fact(act, desk, row, table, about_row)
    return row


def _file_fact(act: Act, desk: Desk, evidence: bytes, many: Sequence[Kept], why: str) -> None:
    if len(many) > MOST_FILES:
        raise UserError(f"{MOST_FILES} files are the most for one document.", _SAFE, "Add the others as another one.")
    for one in many:
        if not desk.store.blobs.has(one.file.sha256):
            raise UserError(f"“{one.file.name}” is no longer here.", _SAFE, "Add it again.")
    person = desk.person
    act.fact("evidence_file", {
        "evidence": evidence, "files": json.dumps([one.file.facts() for one in many]), "said_by": one_line(desk.who),
        "person": person.id if person else None, "said_on": desk.today, "why": why or None,
    })  # fmt: skip


def _link_fact(act: Act, desk: Desk, evidence: bytes, table: str, row: bytes) -> None:
    from db.queries.evidence import ABOUT

    if table not in ABOUT or len(row) != 16:
        raise ValueError(f"a document cannot be evidence for a row of {table}")
    act.fact("evidence_link", {
        "evidence": evidence, "about_table": table, "about": row, "said_by": one_line(desk.who),
    })  # fmt: skip


def _cells(desk: Desk, **given: Any) -> dict[str, Any]:
    """Check and tidy what a document is; ``UserError`` for the first thing to put right."""
    if "kind" in given and given["kind"] not in KIND_WORDS:
        raise UserError(f"“{given['kind']}” is no kind of document.", _SAFE, f"Use one of: {', '.join(KIND_WORDS)}.")
    for name, most in LONGEST.items():
        if name in given:
            given[name] = paragraphs(given[name]) if name == "note" else one_line(given[name])
            if len(given[name]) > most:
                raise UserError(f"The {name} is too long: {most} characters are the most.", _SAFE, "Shorten it.")
    for name in ("dated", "expires_on"):
        day = given.get(name)
        if day is not None and day.year < _OLDEST:
            raise UserError(f"{words.long_date(day)} is too long ago.", _SAFE, "Check the year.")
    dated, expires = given.get("dated"), given.get("expires_on")
    if dated is not None and dated > desk.today + _AHEAD:  # an insurance policy may begin after it came
        raise UserError(f"{words.long_date(dated)} is more than a year away.", _SAFE, "Check the year.")
    if dated is not None and expires is not None and expires < dated:
        raise UserError("It would run out before the day it is dated.", _SAFE, "Check both dates.")
    return {name: value if value != "" or name in ("title", "kind") else None for name, value in given.items()}


# --- acts of their own -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Added:
    """A document that is in the register now: its id, what changed, and a sentence."""

    id: bytes
    changes: Changes
    sentence: str


def add(desk: Desk, kept: Kept | Sequence[Kept], **facts: Any) -> Added:
    """Write one document as an act of its own; ``facts`` are those of ``write``."""
    many = [kept] if isinstance(kept, Kept) else list(kept)
    _must_exist(desk, facts.get("about", ()))
    title = one_line(facts.get("title", "")) or (Path(many[0].file.name).stem if many else "")
    with desk.act(ActCode.ADD_EVIDENCE, subject=title) as act:
        row = write(act, desk, many, **facts)
    return Added(row, Changes(frozenset(act.tables), act.note.act), f"{words.quoted(title)} is kept.")


def change(desk: Desk, evidence: bytes, **facts: Any) -> Changes:
    """Change what a document is: title, kind, number, dated, expires_on, owner, note. The entry date stays."""
    line = _own(desk, evidence)
    both = {"dated": line.dated, "expires_on": line.expires_on} | facts
    plain = {name: value for name, value in both.items() if name != "owner"}
    checked = _cells(desk, **plain)
    cells = {name: checked[name] for name in facts if name != "owner"}
    if "owner" in facts:
        cells["owner"] = facts["owner"]
    if "title" in cells and not cells["title"]:
        raise UserError("A document needs a title.", _SAFE, "A few words are enough.")
    with desk.act(ActCode.CHANGE_EVIDENCE, subject=line.title) as act:
        act.set("evidence", evidence, cells)
    return Changes(frozenset(act.tables), act.note.act)


def revise(desk: Desk, evidence: bytes, new: Path | Kept | Sequence[Kept], why: str) -> Changes:
    """Put a new revision in the place of the last one, which stays and can always be opened; ``why`` is needed."""
    line = _own(desk, evidence)
    reason = one_line(why)
    if not reason:
        raise UserError("A new revision needs a reason.", _SAFE, "Say in a few words what changed.")
    _cells(desk, why=reason)
    many = [keep(desk, new)] if isinstance(new, Path) else [new] if isinstance(new, Kept) else list(new)
    if [one.file.sha256 for one in many] == [one.sha256 for one in line.files]:
        raise UserError("That is the same content as now.", _SAFE, "Choose the file that changed.")
    with desk.act(ActCode.CHANGE_EVIDENCE, subject=f"new revision of {line.title}") as act:
        _file_fact(act, desk, evidence, many, reason)
    return Changes(frozenset(act.tables), act.note.act)


def link(desk: Desk, evidence: bytes, about: Iterable[tuple[str, bytes]]) -> Changes:
    """Let a document prove further rows, (table, row) each: it is linked, never copied."""
    line = _own(desk, evidence)
    known = {(one.table, one.row) for one in line.about}
    new = [pair for pair in dict.fromkeys(about) if pair not in known]
    _must_exist(desk, new)
    if not new:
        raise UserError("It is linked to that already.", _SAFE, "There is nothing to do.")
    with desk.act(ActCode.LINK_EVIDENCE, subject=line.title) as act:
        for table, row in new:
            _link_fact(act, desk, evidence, table, row)
    return Changes(frozenset(act.tables), act.note.act)


def unlink(desk: Desk, evidence: bytes, about: Iterable[tuple[str, bytes]]) -> Changes:
    """Take links away again; the document stays, and so does what it said before in the history."""
    from db.queries import evidence as ask

    line = _own(desk, evidence)
    gone = set(about)
    with desk.store.connect() as con:
        facts = [one.id for one in ask.links(con, ids=[evidence]) if (one.table, one.about) in gone]
    if not facts:
        raise UserError("It is not linked to that.", _SAFE, "There is nothing to do.")
    with desk.act(ActCode.LINK_EVIDENCE, subject=f"no longer linked: {line.title}") as act:
        for fact in facts:
            act.set_aside("evidence_link", fact)
    return Changes(frozenset(act.tables), act.note.act)


def satisfy(desk: Desk, evidence: bytes, checks: Iterable[bytes]) -> Changes:
    """Let one document prove several checks at once: ``link`` with the checks' ids."""
    return link(desk, evidence, [("school_check", check) for check in checks])


def rows_named(desk: Desk, typed: str) -> list[tuple[str, bytes]]:
    """Return the rows of this school that somebody means by a check's code or the beginning of an id (6 letters)."""
    from db.queries.evidence import rows_beginning

    with desk.store.connect() as con:
        return rows_beginning(con, desk.home, typed.strip())


def _own(desk: Desk, evidence: bytes) -> EvidenceLine:
    line = get(desk, evidence)
    _must_be_ours(desk)
    if not line.ours:
        raise UserError(f"{line.school_name} keeps that document.", _SAFE, "Only they can change it.")
    return line


def _must_exist(desk: Desk, about: Iterable[tuple[str, bytes]]) -> None:
    from db.queries import evidence as ask

    pairs = list(about)
    with desk.store.connect() as con:
        known = ask.words_of(con, pairs)
    if any(pair not in known for pair in pairs):
        raise UserError("What it should be linked to is not in this register.", _SAFE, "Choose it from the list.")


# --- what is missing, and copies -------------------------------------------------------------------------------------


def enough(needed: str, files: int, number: str, note: str) -> str:
    """Return the sentence that says what a check still asks for before it is recorded; empty when that is there.

    ``needed`` is "" | "note" | "file" | "file and number"; ``files`` counts the documents given with it.
    """
    lacks_number = needed == "file and number" and not number.strip()
    if needed == "note" and not note.strip():
        return "This check asks for a note: say in a few words what you saw."
    if needed == "file" and files < 1:
        return "This check asks for a file: add the certificate, the report or a photo."
    if needed == "file and number" and files < 1:
        also = " and type its number" if lacks_number else ""
        return f"This check asks for a file and its number: add the certificate{also}."
    if lacks_number:
        return "This check asks for the number on the certificate: type it."
    return ""


def export(desk: Desk, evidence: bytes, to_folder: Path, *, revision: int | None = None) -> list[Written]:
    """Save copies of a document's files into a folder; of revision 1, 2, ... or of the newest.

    Raises ``UserError`` for a revision there is not, and for files that are missing or damaged.
    """
    line = get(desk, evidence)
    if not line.revisions or (revision is not None and not 1 <= revision <= len(line.revisions)):
        raise UserError("There is no such revision.", _SAFE, f"There are {len(line.revisions)}.")
    chosen = line.revisions[-1 if revision is None else revision - 1]
    return [enclosures.save_copy(desk, one, to_folder / one.name) for one in chosen.files]


def sweep(desk: Desk) -> Swept:
    """Take away files older than a day that nothing names: left by forms never saved, or erased since."""
    from db.sweeping import sweep as take_away

    return take_away(desk.store, desk.clock.now_ms())


def content(desk: Desk, file: Enclosure) -> bytes:
    """Return a file's content for a preview. Raises ``UserError`` when it is not here, or is not what it was."""
    return enclosures.content(desk, file)


__all__ = [
    "KIND_WORDS", "LEAD_DAYS", "NEEDED_WORDS", "NOT_HERE", "About", "Added", "EvidenceLine", "Kept", "Revision", "add",
    "alerts", "change", "content", "counts", "enough", "export", "get", "holds", "keep", "keep_bytes", "link",
    "listing", "of", "of_many", "revise", "rows_named", "running_out", "satisfy", "sweep", "unlink", "write",
]  # fmt: skip
