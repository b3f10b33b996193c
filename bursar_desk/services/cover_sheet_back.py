"""Bringing a filled-in cover sheet home: looked at first, then all of it in one act with the file itself beside it.

What is clear is recorded as a return would be; what is not stays listed, as it was typed, until a manager decides.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import Refused, UserError
from bursar_desk.domain.grants import Grant
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.progress import Progress
from bursar_desk.services import keying
from bursar_desk.services.cover_hours import Worked
from bursar_desk.services.cover_sheet_hours import claim_values, judge_hours
from bursar_desk.services.cover_sheet_judge import Around, Group, Judged, doing_of, judge_checks
from bursar_desk.services.cover_sheet_shapes import (
    ALREADY,
    CHECK,
    CLAIMED,
    ENDED,
    HOURS,
    NOT_DONE,
    NOTED,
    RECORDED,
    TO_DO,
    WAITS,
    BackLine,
    SheetBack,
    line_kept,
)
from bursar_desk.services.keying_lines import NOT_DONE as SKIP
from bursar_desk.services.sheets import COVER
from bursar_desk.services.sheets import line_kept as sheet_line

if TYPE_CHECKING:
    from bursar_desk.services.cover import CoverLine
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.sheet_returns import SheetReturnRow
    from db.queries.sheets import SheetRow
    from db.session import Act
    from reports.cover_sheet_in import ReadSheet

SAFE = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class _Plan:
    """A sheet as it was judged: what is shown of it, and what is to be written."""

    back: SheetBack
    around: Around
    groups: tuple[Group, ...]
    claims: tuple[Worked, ...]
    name: str
    content: bytes


def look(desk: Desk, path: Path, progress: Progress | None = None) -> SheetBack:
    """Return what a filled-in sheet would bring; nothing is written.

    Raises ``Refused`` for a file that is no cover sheet, is damaged or too large, or belongs to another school.
    """
    return _plan(desk, path, progress).back


def bring_in(desk: Desk, path: Path, progress: Progress | None = None) -> SheetBack:
    """Record what a filled-in sheet says, as one act; the same sheet again writes nothing. Raises as ``look``."""
    plan = _plan(desk, path, progress)
    if plan.back.again or not any(one.typed for one in plan.back.lines):
        return plan.back
    return _write(desk, plan)


# --- reading ----------------------------------------------------------------------------------------------------------


def _plan(desk: Desk, path: Path, progress: Progress | None) -> _Plan:
    if desk.is_guest:
        raise UserError("A cover sheet goes home to the school it is for.", SAFE, f"Send the file to {desk.name}.")
    content, read, told = _read(path, progress)
    around = around_of(desk, read.code, read.school)
    checks, groups = judge_checks(around, [one for one in read.lines if one.kind != HOURS])
    hours, claims = judge_hours(around, [one for one in read.lines if one.kind == HOURS])
    lines = tuple(_settled(around, one) for one in (*checks, *hours))
    again = not any(_is_new(around, one) for one in lines)
    cover = around.cover
    back = SheetBack(path.name, read.code, cover.id, cover.helper, lines, (), again=again and bool(around.before))
    sentences = (*_sentences(around, back, groups), *told, *_notes(around, read))
    return _Plan(replace(back, sentences=sentences), around, tuple(groups), tuple(claims), path.name, content)


def _read(path: Path, progress: Progress | None) -> tuple[bytes, ReadSheet, tuple[str, ...]]:
    """Read the file once; what is judged and what is kept are the same bytes."""
    from bursar_desk.services.importing_read import read_file
    from reports.cover_sheet_in import read_pages
    from reports.sheet_checks import MAX_FILE

    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except OSError as problem:
        raise Refused(f"“{path.name}” could not be opened.", SAFE, "Look where the file is.") from problem
    if len(content) > MAX_FILE:
        raise Refused("That file is larger than 20 MB, so it is no cover sheet.", SAFE, "Choose the sheet itself.")
    with tempfile.TemporaryDirectory(prefix="bursar-desk-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / f"sheet{path.suffix}"
        copy.write_bytes(content)
        book = read_file(copy, progress)
    found = read_pages([(one.name, one.rows) for one in book.sheets])
    if found is None:
        raise Refused(
            f"“{path.name}” is not a cover sheet.", SAFE, "Choose the file that was made as a cover sheet here."
        )
    told: tuple[str, ...] = ()
    if len(book.sheets) == 1 and HOURS not in found.pages:
        told = ("Only the checks came: this file holds one page, and the hours are on another.",)
    return content, found, told


def around_of(desk: Desk, code: str, school: str = "") -> Around:
    """Read what a sheet is judged by. Raises ``Refused`` when its code is not one of ours."""
    from db.queries.owed import cover_claims
    from db.queries.sheet_returns import sheet_returns
    from db.queries.sheets import sheets

    with desk.store.connect() as con:
        known = [one for one in sheets(con) if one.code == code and one.kind == COVER]
        row = next((one for one in known if one.school == desk.home), None)
        if row is None:
            raise _not_ours(desk, code, desk.school_name(known[0].school) if known else school)
        returns = sheet_returns(con, desk.home, code)
        claims = tuple(cover_claims(con, desk.home))
    cover = _cover_of(desk, row)
    sheet = keying.open_sheet(desk, code)
    with desk.store.connect() as con:
        records, skips = _there(desk, con, sheet)
    goods = {int(one.get("line") or n): sheet_line(one).good for n, one in enumerate(row.lines, 1)}
    ended = cover.stage in ("cancelled", "taken back") or (desk.home, cover.grant or b"") in desk.trust.withdrawn
    return Around(
        desk, sheet, goods, cover, _grant_of(desk, cover), ended, row.on or cover.first, records, skips, claims,
        _before(returns),
    )  # fmt: skip


def _not_ours(desk: Desk, code: str, school: str) -> Refused:
    if school and school.casefold() != desk.name.casefold():
        return Refused(f"This cover sheet is for {school}.", SAFE, f"Send it to {school}. They bring it in there.")
    return Refused(
        f"No cover sheet {code} was made here.", SAFE, "Merge the file of the computer that made it, then try again."
    )


def _cover_of(desk: Desk, row: SheetRow) -> CoverLine:
    from bursar_desk.services import cover
    from bursar_desk.services.sheets import paper_code

    named = [line.cover for line in map(sheet_line, row.lines) if line.cover is not None]
    listed = [one for one in cover.listing(desk) if one.school == desk.home]
    found = [one for one in listed if one.id in named]
    found = found or [one for one in listed if paper_code(desk, "pack", "", one.id) == row.code]
    if not found:
        raise Refused("The cover this sheet was made for is not here.", SAFE, "Look for it in the Bin.")
    return found[0]


def _grant_of(desk: Desk, cover: CoverLine) -> Grant:
    """Return what was lent: the grant of the pack, or the same terms where only the spreadsheet went out."""
    from bursar_desk.services.guests import MOST_ENTRIES, RETURN_DAYS
    from db.derived import day_number

    stored = desk.trust.grants.get(cover.grant) if cover.grant else None
    if stored is not None:
        return stored
    first, last = day_number(cover.first), day_number(cover.last)
    theirs = cover.helper_school or b""
    return Grant(
        cover.grant or b"", desk.home, theirs, cover.helper, (), (), cover.checks, first, last, last + RETURN_DAYS,
        MOST_ENTRIES,
    )  # fmt: skip


def _there(desk: Desk, con: Connection, sheet: keying.Sheet) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Return what is recorded of the checks of a sheet, and what a sheet said was not done: by check, day and point."""
    from db.queries import checks as ask

    wanted = sorted({line.check for line in sheet.lines if line.check})
    records = {
        (one.check, one.done_on, one.point): one
        for check in wanted
        for one in ask.records(con, school=desk.home, check=check)
    }
    skips = {
        (one.check, one.on, one.point): one
        for check in wanted
        for one in ask.not_done(con, desk.home, check)
        if one.sheet
    }
    return records, skips


def _before(returns: Sequence[SheetReturnRow]) -> dict[tuple[str, int | None], list[BackLine]]:
    found: dict[tuple[str, int | None], list[BackLine]] = {}
    for row in returns:
        for line in map(line_kept, row.lines):
            if line.typed:
                found.setdefault((line.kind, line.number), []).append(line)
    return found


def _settled(around: Around, one: Judged) -> BackLine:
    """A line that waits for another, or has no place, and came in the same way before is not listed a second time."""
    back = one.back
    if back.cause and back.cause != ENDED and _same_before(around, back):
        return replace(back, state=ALREADY, why="It came back before, and waits.", cause="")
    return back


def _same_before(around: Around, back: BackLine) -> bool:
    earlier = around.before.get((back.kind, back.number), [])
    return any(dict(one.typed) == dict(back.typed) for one in earlier)


def _is_new(around: Around, back: BackLine) -> bool:
    return bool(back.typed) and not _same_before(around, back)


# --- in words ---------------------------------------------------------------------------------------------------------


def _sentences(around: Around, back: SheetBack, groups: Sequence[Group]) -> tuple[str, ...]:
    if back.again:
        return ("This sheet is already in: nothing in it is new.",)
    said = []
    checks = len([group for group in groups if any(entry.result != SKIP for _, entry in group)])
    skips = len(groups) - checks
    days = back.count(CLAIMED)
    if checks:
        said.append(f"{words.count(checks, 'check')} done by {around.cover.helper}.")
    if skips:
        said.append(f"{words.count(skips, 'check')} not done.")
    if days:
        said.append(f"Hours of {words.count(days, 'day')}, to be approved.")
    there = back.count(ALREADY)
    if there:
        were, count = ("was", "it counts") if there == 1 else ("were", "they count")
        said.append(f"{words.count(there, 'line')} {were} here before, so {count} once.")
    said += _partly(back)
    odd = len(back.odd)
    if odd:
        said.append(f"{words.count(odd, 'entry', 'entries')} {'needs' if odd == 1 else 'need'} a person to look.")
    return tuple(said) or ("Nothing is filled in yet.",)


def _partly(back: SheetBack) -> list[str]:
    lines = [one for one in back.lines if one.kind == CHECK]
    empty = sum(one.state == TO_DO for one in lines)
    if not empty or not lines:
        return []
    filled = len(lines) - empty
    return [f"{filled} of {len(lines)} filled in; {empty} {words.is_are(empty)} still to do."]


def _notes(around: Around, read: ReadSheet) -> tuple[str, ...]:
    from bursar_desk.services.cover_sheet import return_by

    desk, cover = around.desk, around.cover
    said = []
    until = return_by(cover.last)
    if desk.today > until:
        said.append(f"It should have been back by {words.long_date(until)}. Nothing is lost by that.")
    if around.ended:
        said.append(f"The cover by {cover.helper} was ended: what was done is kept, and waits to be confirmed.")
    known = {one.number for one in read.lines if one.kind == CHECK}
    gone = [str(line.number) for line in around.sheet.lines if line.number not in known]
    if gone and CHECK in read.pages:
        one = len(gone) == 1
        said.append(f"Line{'' if one else 's'} {words.listing(gone)} {words.is_are(len(gone))} missing from the sheet.")
    if read.more:
        said.append(f"{words.number(read.more)} more rows were added. The file that is kept has them all.")
    if read.read_changed:
        said.append("Words on the pages that are only read were changed. They are not brought in.")
    return tuple(said)


# --- writing ----------------------------------------------------------------------------------------------------------


def _write(desk: Desk, plan: _Plan) -> SheetBack:
    """Everything in one act: records and faults, what was not done, claims, and the sheet with its file."""
    from bursar_desk.services import recording

    around = plan.around
    file = _enclosed(desk, plan.name, plan.content)
    skips = [group for group in plan.groups if all(entry.result == SKIP for _, entry in group)]
    doings = [doing_of(around, group) for group in plan.groups if group not in skips]
    subject = f"{around.cover.helper}, {plan.back.code}"

    def besides(act: Act) -> None:
        for group in skips:
            keying.write_skip(desk, act, around.sheet, group, None)
        for worked in plan.claims:
            act.fact("cover_claim", claim_values(worked, around.cover.helper, plan.back.code))
        act.fact("sheet_return", {
            "code": plan.back.code, "cover": around.cover.id, "said_on": desk.today, "said_by": desk.who,
            "lines": json.dumps([one.kept() for one in plan.back.lines], ensure_ascii=False),
            "files": json.dumps([file], ensure_ascii=False), "filled_by": around.cover.helper,
        })  # fmt: skip

    if doings:
        made = recording.record_round(desk, doings, code=ActCode.SHEET_BACK, subject=subject, besides=besides)
        return replace(plan.back, records=made.records, defects=made.defects, changes=made.changes)
    with desk.act(ActCode.SHEET_BACK, subject=subject) as act:
        besides(act)
    return replace(plan.back, changes=Changes(frozenset(act.tables), act.note.act))


def _enclosed(desk: Desk, name: str, content: bytes) -> dict[str, Any]:
    """Keep the file as it came and return it as a row names it. Kinds that are not attached elsewhere are kept too."""
    from bursar_desk.services import enclosures
    from bursar_desk.services.enclosure_kinds import clean_name

    try:
        return enclosures.take_bytes(desk, name, content).facts()
    except Refused:  # .ods and .xls: read in a program of its own just now, and never opened in here
        digest = desk.store.blobs.put(content)
        return {"name": clean_name(name, ""), "sha256": digest.hex(), "size": len(content), "type": ""}


def file_of(desk: Desk, sheet: bytes, to_path: Path) -> Path:
    """Save a copy of the file that came back. Raises ``UserError`` when it is not here."""
    from bursar_desk.machine import mark_from_elsewhere
    from bursar_desk.services.enclosures import Enclosure, content
    from db.queries.sheet_returns import sheet_returns
    from reports.saving import save

    with desk.store.connect() as con:
        row = next((one for one in sheet_returns(con) if one.id == sheet), None)
    named = row.files[0] if row is not None and row.files else {}
    try:
        file = Enclosure(str(named["name"]), bytes.fromhex(str(named["sha256"])), 0, "")
    except (KeyError, ValueError):
        raise UserError("That sheet is not in this register.", SAFE, "See “cover sheet-odd list”.") from None
    save(to_path, content(desk, file))
    mark_from_elsewhere(to_path)
    return to_path


__all__ = ["NOTED", "NOT_DONE", "RECORDED", "WAITS", "around_of", "bring_in", "file_of", "look"]
