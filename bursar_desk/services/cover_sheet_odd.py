"""Entries of a cover sheet that wait: listed until a manager takes each over or leaves it out; each one is one act."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services import keying
from bursar_desk.services.cover_sheet_back import around_of
from bursar_desk.services.cover_sheet_hours import claim_values, day_of, worked_of
from bursar_desk.services.cover_sheet_judge import Around, Group, doing_of, entry_of
from bursar_desk.services.cover_sheet_shapes import DUTY, ENDED, HOURS, TAKEABLE, WAITS, BackLine, OddEntry, line_kept
from bursar_desk.services.keying_lines import NOT_DONE as SKIP
from bursar_desk.services.keying_lines import Entry, KeyLine, Unclear

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.session import Act
    from reports.cover_sheet_in import ReadLine

SAFE = "Nothing was changed."


def odd(desk: Desk) -> list[OddEntry]:
    """Return what waits, oldest sheet first. A line that waited for another is gone once that came."""
    from db.queries.sheet_returns import decided, sheet_returns

    with desk.store.connect() as con:
        returns = sheet_returns(con, desk.home)
        settled = decided(con)
        found = [
            OddEntry(_entry_id(row.id, n), row.id, row.code, row.cover, row.filled_by, row.said_on, line)
            for row in returns
            for n, line in enumerate(map(line_kept, row.lines))
            if line.open and _entry_id(row.id, n) not in settled
        ]
        recorded = _recorded(con, desk, {one.code for one in found if one.line.cause == WAITS})
    return [one for one in found if one.line.cause != WAITS or (one.code, one.line.number) not in recorded]


def _entry_id(sheet: bytes, number: int) -> bytes:
    """Name an entry: the same on every desk that holds the sheet."""
    return hashlib.sha256(b"cover sheet entry" + sheet + number.to_bytes(4, "big")).digest()[:16]


def _recorded(con: Connection, desk: Desk, codes: set[str]) -> set[tuple[str, int]]:
    """Return which lines of these sheets have a record: (code, line), every line of a check with several numbers."""
    from bursar_desk.services.sheets import line_kept as kept
    from db.queries import checks as ask
    from db.queries.sheets import sheets

    there: set[tuple[str, int]] = set()
    for row in (one for one in sheets(con, desk.home) if one.code in codes):
        lines = [(int(one.get("line") or n), kept(one)) for n, one in enumerate(row.lines, 1)]
        for check in {line.check for _, line in lines if line.check}:
            done = {(one.done_on, one.point) for one in ask.records(con, school=desk.home, check=check)}
            there |= {(row.code, n) for n, line in lines if line.check == check and (line.due, line.point) in done}
    return there


def get(desk: Desk, entry: bytes) -> OddEntry:
    """Return one entry that waits. Raises ``UserError`` when it waits no more."""
    for one in odd(desk):
        if one.id == entry:
            return one
    raise UserError("That entry waits no more.", SAFE, "See “cover sheet-odd list”.")


def take(desk: Desk, entry: bytes, reason: str = "") -> tuple[str, Changes]:
    """Take an entry over as it stands, or confirm one that counts; return what became of it in a sentence.

    Raises ``UserError`` for one that cannot be read: enter it yourself, then leave it out here.
    """
    one = get(desk, entry)
    if not one.takeable:
        raise UserError(
            f"This cannot be taken over as it is. {one.line.why}", SAFE, "Record it yourself, then leave it out here."
        )
    if one.line.cause == ENDED:
        return _note(desk, one, ActCode.CONFIRM_ENTRY, "confirmed", reason, "It is confirmed.")
    if one.line.cause == DUTY:
        return _note(desk, one, ActCode.ADOPT, "adopted", reason, "It is noted.")
    if one.line.kind == HOURS:
        return _take_hours(desk, one, reason)
    return _take_check(desk, one, reason)


def leave(desk: Desk, entry: bytes, reason: str) -> tuple[str, Changes]:
    """Leave an entry out for good, with a reason; one that counted while it waited counts no more."""
    if not reason.strip():
        raise UserError("Say why it is left out.", SAFE, "A few words are enough.")
    one = get(desk, entry)
    rows = _rows_of(desk, one) if one.line.cause == ENDED else []
    with desk.act(ActCode.DECLINE, subject=one.line.what) as act:
        for table, row in rows:
            act.set_aside(table, row)
        _remark(desk, act, one, "declined", reason)
    return f"{one.line.what} is left out.", Changes(frozenset(act.tables), act.note.act)


def _note(desk: Desk, one: OddEntry, code: ActCode, word: str, reason: str, said: str) -> tuple[str, Changes]:
    with desk.act(code, subject=one.line.what) as act:
        _remark(desk, act, one, word, reason)
    return f"{one.line.what}: {said[0].lower()}{said[1:]}", Changes(frozenset(act.tables), act.note.act)


def _remark(desk: Desk, act: Act, one: OddEntry, word: str, reason: str) -> None:
    person = desk.person
    act.fact("remark", {
        "op": one.id, "word": word, "said_by": person.name if person else desk.who,
        "person": person.id if person else None, "note": reason.strip() or None,
    })  # fmt: skip


def _rows_of(desk: Desk, one: OddEntry) -> list[tuple[str, bytes]]:
    """Return the rows that were written for a line which counts and waits to be confirmed."""
    from db.queries import checks as ask
    from db.queries.owed import cover_claims

    around = around_of(desk, one.code)
    number = one.line.number
    with desk.store.connect() as con:
        if one.line.kind == HOURS:
            day = day_of(around, number)
            found = [row for row in cover_claims(con, desk.home) if row.sheet == one.code and row.on == day]
            return [("cover_claim", row.id) for row in found]
        line = around.sheet.line(number or 0)
        check = line.check if line is not None else None
        if check is None or line is None:
            return []
        lines = {other.number for other in around.sheet.lines if other.together == line.together}
        records = ask.records(con, school=desk.home, check=check)
        skips = ask.not_done(con, desk.home, check)
        rows = [("check_record", row.id) for row in records if row.sheet == one.code and row.sheet_line in lines]
        return rows + [("not_done", row.id) for row in skips if row.sheet == one.code and row.sheet_line in lines]


def _as_read(one: OddEntry) -> ReadLine:
    from reports.cover_sheet_in import ReadLine

    return ReadLine(one.line.kind, one.code, one.line.number, "", 0, one.line.typed)


def _take_hours(desk: Desk, one: OddEntry, reason: str) -> tuple[str, Changes]:
    around = around_of(desk, one.code)
    day = day_of(around, one.line.number)
    if day is None:
        raise UserError("That day is not in the pack.", SAFE, "Log the hours with the cover itself.")
    worked = worked_of(_as_read(one), day, one.line.what)
    with desk.act(ActCode.ADOPT, subject=one.line.what) as act:
        act.fact("cover_claim", claim_values(worked, around.cover.helper, one.code))
        _remark(desk, act, one, "adopted", reason)
    return f"{one.line.what} are taken over, to be approved.", Changes(frozenset(act.tables), act.note.act)


def _take_check(desk: Desk, one: OddEntry, reason: str) -> tuple[str, Changes]:
    """Record what the line says, as done by whom it names; numbers of the same check that are empty stay unread."""
    from bursar_desk.services import recording

    around = around_of(desk, one.code)
    group = _group_of(around, one)
    if all(line.already for line, _ in group):
        raise UserError(f"It is {group[0][0].already}.", SAFE, "Leave this one out.")
    by, helper = one.line.typed.get("by", ""), around.cover.helper
    by = helper if not by or by.upper() == words.initials(helper).upper() else by

    def besides(act: Act) -> None:
        _remark(desk, act, one, "adopted", reason)

    if all(entry.result == SKIP for _, entry in group):
        with desk.act(ActCode.ADOPT, subject=one.line.what) as act:
            keying.write_skip(desk, act, around.sheet, group, None)
            besides(act)
        return f"{one.line.what} is kept as not done.", Changes(frozenset(act.tables), act.note.act)
    doing = doing_of(around, group, by)
    made = recording.record_round(desk, [doing], code=ActCode.ADOPT, subject=one.line.what, besides=besides)
    return f"{one.line.what} is recorded, done by {by}.", made.changes


def _group_of(around: Around, one: OddEntry) -> Group:
    """Return the line with the others of its check: as they came in the same sheet, or as not read."""
    line = around.sheet.line(one.line.number or 0)
    if line is None or line.check is None:
        raise UserError("The pack has no such line.", SAFE, "Record it yourself, then leave it out here.")
    return [(other, _entry(around, one, other)) for other in around.sheet.lines if other.together == line.together]


def _entry(around: Around, one: OddEntry, line: KeyLine) -> Entry:
    own = line.number == one.line.number
    came = [one.line] if own else _came_with(around, one, line.number)
    for back in came:
        try:
            return entry_of(around, replace(_as_read(one), number=line.number, typed=back.typed), line)
        except Unclear as problem:
            if own:
                raise UserError(problem.title, SAFE, "Record it yourself, then leave it out here.") from problem
    return Entry(line.number, SKIP)


def _came_with(around: Around, one: OddEntry, number: int) -> Sequence[BackLine]:
    return list(reversed(around.before.get((one.line.kind, number), [])))


__all__ = ["TAKEABLE", "get", "leave", "odd", "take"]
