"""Judging a cover sheet that came back: each line by the rules of a return, each odd one with its reason in a sentence.

Nothing is written here. A line is recorded only when all of it is clear; the others wait, as they were typed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import registry, words
from bursar_desk.domain.checks import Outcome
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.grants import Grant, allowed
from bursar_desk.domain.operations import Kind
from bursar_desk.services import keying
from bursar_desk.services.cover_sheet_shapes import (
    ALREADY,
    CHANGED,
    CHECK,
    DIFFERS,
    DUTY,
    ENDED,
    HOURS,
    NO_LINE,
    NOT_DONE,
    NOTED,
    ODD,
    OUTSIDE,
    RECORDED,
    ROW,
    RULE,
    TO_DO,
    UNREADABLE,
    WAITS,
    WHO,
    BackLine,
)
from bursar_desk.services.keying_lines import FAIL, PASS, RESULTS, Entry, KeyLine, Unclear, read_line
from bursar_desk.services.keying_lines import NOT_DONE as SKIP

if TYPE_CHECKING:
    from bursar_desk.services.cover import CoverLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.recording import Doing
    from db.queries.checks import NotDoneRow, RecordRow
    from db.queries.owed import ClaimRow
    from reports.cover_sheet_in import ReadLine

_TIME: Final = re.compile(r"([01]?\d|2[0-3])[:.h]?([0-5]\d)(?::[0-5]\d)?")
_READ: Final = re.compile(r"([-\N{MINUS SIGN}+]?\d{1,7}(?:[.,]\d{1,3})?)\s*(.*)")
CONFIRM_WORDS: Final = "The cover was ended before its time. It counts, and waits to be confirmed."


@dataclass(frozen=True, slots=True)
class Around:
    """What a sheet is judged by: its lines as they were kept, the cover and its grant, and what is here already.

    ``before``: what earlier returns of the same pack said, by kind and line. ``first``: the first day of the pack.
    """

    desk: Desk
    sheet: keying.Sheet
    goods: dict[int, str]
    cover: CoverLine
    grant: Grant
    ended: bool
    first: dt.date
    records: dict[tuple[bytes, dt.date, str], RecordRow]
    skips: dict[tuple[bytes, dt.date, str], NotDoneRow]
    claims: tuple[ClaimRow, ...]
    before: dict[tuple[str, int | None], list[BackLine]]


@dataclass(slots=True)
class Judged:
    """One row with what becomes of it; ``entry`` where it is to be written with its group."""

    read: ReadLine
    back: BackLine
    line: KeyLine | None = None
    entry: Entry | None = None


Group = list[tuple[KeyLine, Entry]]


def judge_checks(around: Around, rows: Sequence[ReadLine]) -> tuple[list[Judged], list[Group]]:
    """Judge the rows of checks; return each with what becomes of it, and what is to be recorded together."""
    made = [_row(around, row) for row in rows]
    _same_line_twice(made)
    groups: dict[tuple[object, ...], list[Judged]] = {}
    for one in made:
        if one.line is not None and one.line.check is not None:
            groups.setdefault(one.line.together, []).append(one)
    ready = [group for members in groups.values() if (group := _group(around, members))]
    return made, ready


def named(line: KeyLine) -> str:
    """Return what a line is called: "Line 3, Fire alarm test, Mon 23 Nov"."""
    day = f", {words.short_day(line.due)}" if line.due else ""
    return f"Line {line.number}, {line.what}{day}"


def odd(row: ReadLine, what: str, cause: str, why: str, kind: str = CHECK) -> BackLine:
    """Return a line that waits for a person, with why."""
    return BackLine(kind, row.number, what, dict(row.typed), ODD, why, cause)


def _row(around: Around, row: ReadLine) -> Judged:
    line = around.sheet.line(row.number) if row.number is not None else None
    if row.code != around.sheet.code:
        why = f"Row {row.row} belongs to another pack, {row.code}."
        return Judged(row, odd(row, f"Row {row.row}", NO_LINE, why, ROW))
    if line is None:
        if not row.typed:
            return Judged(row, BackLine(ROW, row.number, f"Row {row.row}", {}, TO_DO))
        which = f"a line {row.number} that the pack does not have" if row.number else "no line of the pack"
        return Judged(row, odd(row, f"Row {row.row}", NO_LINE, f"Row {row.row} is {which}.", ROW))
    what = named(line)
    if not row.typed:
        return Judged(row, BackLine(CHECK, line.number, what, {}, TO_DO), line)
    earlier = _came_before(around, CHECK, line.number, row)
    if earlier is not None and earlier.cause != WAITS:
        return Judged(row, replace(earlier, state=ALREADY, why="It came back before.", cause=""), line)
    if _changed(around, row, line):
        why = f"The printed words of line {line.number} were changed."
        return Judged(row, odd(row, what, CHANGED, why), line)
    return _filled(around, row, line)


def _came_before(around: Around, kind: str, number: int | None, row: ReadLine) -> BackLine | None:
    """Return the same line from an earlier return, filled in the same way."""
    same = [one for one in around.before.get((kind, number), []) if dict(one.typed) == dict(row.typed)]
    return same[-1] if same else None


def _changed(around: Around, row: ReadLine, line: KeyLine) -> bool:
    """A row whose mark was taken away is held against the words as they were kept."""
    from reports.cover_sheet_book import day_words, digest_of

    if row.changed:
        return True
    kept = (day_words(line.due or around.first), line.what, around.goods.get(line.number, ""), line.unit)
    return row.digest != digest_of(kept)


def _filled(around: Around, row: ReadLine, line: KeyLine) -> Judged:
    what = named(line)
    if line.check is None:
        return Judged(row, _duty(row, line), line)
    try:
        entry = entry_of(around, row, line)
    except Unclear as problem:
        return Judged(row, odd(row, what, UNREADABLE, problem.title), line)
    there = _there_already(around, line, entry)
    if there is not None:
        state, cause, why = there
        return Judged(row, BackLine(CHECK, line.number, what, dict(row.typed), state, why, cause), line)
    stop = who_and_when(around, row, line)
    if stop is not None:
        return Judged(row, odd(row, what, *stop), line, entry)
    state = NOT_DONE if entry.result == SKIP else RECORDED
    return Judged(row, BackLine(CHECK, line.number, what, dict(row.typed), state), line, entry)


def _duty(row: ReadLine, line: KeyLine) -> BackLine:
    """A duty has nothing to record; whatever is not a plain pass is shown to a person."""
    result = RESULTS.get(row.typed.get("result", "").casefold())
    if result == PASS and "note" not in row.typed:
        return BackLine(CHECK, line.number, named(line), dict(row.typed), NOTED)
    typed = row.typed.get("result", "")
    said = "has a note" if result == PASS or not typed else f"is marked {words.quoted(typed)}"
    return odd(row, named(line), DUTY, f"{line.what} on {words.weekday_date(line.due or dt.date.min)} {said}.")


def who_and_when(around: Around, row: ReadLine, line: KeyLine) -> tuple[str, str] | None:
    """Return why somebody has to look at it first: done by another person, or outside what was lent."""
    by, helper = row.typed.get("by", ""), around.cover.helper
    if by and by.casefold() != helper.casefold() and by.upper() != words.initials(helper).upper():
        return WHO, f"Line {line.number} was done by {by}, not by {helper}."
    day = line.due or around.first
    why = _outside(around.grant, "check_record", {"check_id": line.check, "done_on": day})
    return (OUTSIDE, f"Line {line.number} is {why}.") if why else None


def _outside(grant: Grant, table: str, values: dict[str, Any]) -> str:
    """Judge it as an entry written under the grant would be."""
    from db.derived import day_number

    spec = registry.BY_NAME[table]
    cells: list[Any] = [None] * (max(column.number for column in spec.columns) + 1)
    for column in spec.columns:
        value = values.get(column.name)
        cells[column.number] = day_number(value) if isinstance(value, dt.date) else value
    return allowed(grant, Kind.FACT, spec.number, cells, 1)


def outside_hours(around: Around, day: dt.date) -> str:
    """Return why hours on a day are outside what was lent; empty when they are not."""
    return _outside(around.grant, "cover_claim", {"on_date": day})


# --- what was typed ---------------------------------------------------------------------------------------------------


def entry_of(around: Around, row: ReadLine, line: KeyLine) -> Entry:
    """Read what was typed on a line as if it were keyed in. Raises ``Unclear`` with the reason."""
    n, typed = line.number, row.typed
    result = _result(n, typed.get("result", ""))
    reading, note = typed.get("reading", ""), typed.get("note", "")
    if result == SKIP and reading:
        raise Unclear(f"Line {n} says Not done and has a reading.", "", "Which is it?")
    if not result and not reading:
        raise Unclear(f"Line {n} has no result.", "", "Did it pass?")
    parts = [str(n)]
    if line.written:
        parts += ["n"] if result == SKIP else [reading]
    else:
        parts += [{PASS: "p", FAIL: "f", SKIP: "n"}.get(result, ""), _number(line, reading)]
    if typed.get("time"):
        minute = minute_of(typed["time"])
        if minute is None:
            raise Unclear(f"The time {words.quoted(typed['time'])} on line {n} is not clear.", "", "When was it?")
        parts += [] if line.written else [f"{minute // 60:02d}:{minute % 60:02d}"]
    text = " ".join(part for part in parts if part) + (f" - {note}" if note else "")
    entry = read_line((replace(line, already=""),), text, people=(), today=around.desk.today)
    return replace(entry, result=FAIL) if line.written and result == FAIL else entry


def _result(n: int, typed: str) -> str:
    if not typed:
        return ""
    plain = " ".join(typed.casefold().split())
    found = RESULTS.get(plain) or {"not done": SKIP, "notdone": SKIP, "not-done": SKIP}.get(plain)
    if found is None:
        raise Unclear(f"Line {n} says {words.quoted(typed)}: it is Pass, Fail or Not done.", "", "Which is it?")
    return found


def _number(line: KeyLine, typed: str) -> str:
    """A number without the unit somebody typed behind it."""
    found = _READ.fullmatch(typed)
    if not found or not line.numeric:
        return typed
    unit = "".join(c for c in found[2].casefold() if c.isalnum())
    return found[1] if unit in ("", "".join(c for c in line.unit.casefold() if c.isalnum())) else typed


def minute_of(typed: str) -> int | None:
    """Return a time of day in minutes, as people and programs write it: 6:45, 06.45, 0645, 06:45:00, 0.28125."""
    plain = typed.strip().casefold()
    found = _TIME.fullmatch(plain)
    if found:
        return int(found[1]) * 60 + int(found[2])
    if re.fullmatch(r"0\.\d+", plain):  # a spreadsheet keeps a time as a part of the day
        return round(float(plain) * 24 * 60) % (24 * 60)
    return None


# --- what is here already ---------------------------------------------------------------------------------------------


def _there_already(around: Around, line: KeyLine, entry: Entry) -> tuple[str, str, str] | None:
    """Return (state, cause, sentence) where the same check of the same day is here by another way (safety bar A13)."""
    key = (line.check or b"", line.due or around.first, line.point)
    record, skip = around.records.get(key), around.skips.get(key)
    if record is None:
        if skip is not None and entry.result == SKIP:
            return ALREADY, "", f"{skip.by} said before that it was not done."
        return None
    day = words.short_date(record.done_on)
    differs = _differs(line, entry, record)
    if not differs:
        return ALREADY, "", f"Recorded before by {record.done_by}, {day}."
    why = f"Line {line.number} {differs}, and {record.done_by} recorded it differently on {day}."
    return ODD, DIFFERS, why


def _differs(line: KeyLine, entry: Entry, record: RecordRow) -> str:
    """Return what a line says that the record does not; empty when they agree."""
    if entry.result == SKIP:
        return "says Not done"
    failed = record.outcome == Outcome.UNSATISFACTORY
    if line.step:
        mine = line.kept_reading(entry)["value"] if entry.value is not None else None
        theirs = [one.get("value") for one in record.readings if one.get("name") == line.step]
        if mine is not None and mine not in theirs:
            return f"says {entry.said}"
    if (entry.result == FAIL) != failed and not (line.step and failed):
        return f"says {entry.said}"
    return f"has the note {words.quoted(entry.note)}" if entry.note and entry.note not in record.note else ""


# --- lines that belong together ---------------------------------------------------------------------------------------


def _same_line_twice(made: Sequence[Judged]) -> None:
    """A line that stands there twice in two ways is nobody's to choose but a person's; the same way counts once."""
    seen: dict[int, Judged] = {}
    for one in made:
        if one.line is None or not one.read.typed:
            continue
        first = seen.setdefault(one.line.number, one)
        if first is one:
            continue
        if dict(first.read.typed) == dict(one.read.typed):
            one.back = replace(one.back, state=ALREADY, why="The line stands in the sheet twice.", cause="")
        else:
            why = f"Line {one.line.number} stands in the sheet twice, and not the same."
            for other in (first, one):
                other.back, other.entry = odd(other.read, named(one.line), UNREADABLE, why), None
        one.entry = None


def _group(around: Around, members: Sequence[Judged]) -> Group:
    """Return lines that make one record when all of them are clear; else they wait, each with the reason."""
    filled = [one for one in members if one.back.state in (RECORDED, NOT_DONE)]
    if not filled:
        return []
    numbers = {one.line.number for one in members if one.line is not None and one.read.typed}
    wanted = [one.number for one in around.sheet.lines if filled[0].line and one.together == filled[0].line.together]
    missing = [n for n in wanted if n not in {one.line.number for one in filled if one.line}]
    if missing:
        empty = [n for n in missing if n not in numbers]
        which = words.listing([str(n) for n in missing])
        state = "empty" if len(empty) == len(missing) else "not clear"
        for one in filled:
            verb = words.is_are(len(missing))
            line = "Line" if len(missing) == 1 else "Lines"
            why = f"{line} {which} of the same check {verb} {state}."
            one.back = odd(one.read, one.back.what, WAITS, why)
        return []
    group = [(one.line, one.entry) for one in filled if one.line is not None and one.entry is not None]
    problem = _cannot_be(around, group)
    for one in filled:
        if problem is not None:
            one.back = odd(one.read, one.back.what, RULE, problem)
        elif around.ended:
            one.back = replace(one.back, why=CONFIRM_WORDS, cause=ENDED)
    return [] if problem is not None else group


def _cannot_be(around: Around, group: Group) -> str | None:
    """Return the sentence of the rules for recording where they refuse it."""
    from bursar_desk.services.recording_rules import known_checks, make_ready, must_have_come

    try:
        if all(entry.result == SKIP for _, entry in group):
            must_have_come(around.desk, group[0][0].due or around.first)
        else:
            doing = doing_of(around, group)
            make_ready(around.desk, [doing], known_checks(around.desk, [doing.check]))
    except UserError as problem:
        return problem.title
    return None


def doing_of(around: Around, group: Group, by: str = "") -> Doing:
    """Return what a group of lines says was done, by the helper unless somebody else is named."""
    return keying.doing_of(around.sheet, group, None, by or around.cover.helper, "sheet")


__all__ = [
    "CONFIRM_WORDS", "HOURS", "Around", "Group", "Judged", "doing_of", "entry_of", "judge_checks", "minute_of",
    "named", "odd", "outside_hours", "who_and_when",
]  # fmt: skip
