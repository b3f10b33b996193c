"""Keying in from paper: a sheet by its code, a line by its number, and all of it recorded as one act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.checks import NotDoneReason, Outcome
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services.keying_lines import FAIL, NOT_DONE, Entry, KeyLine, Unclear, read_line
from bursar_desk.services.sheets import BLANK, COVER, DAY, WALKS, WEEK, line_kept

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.recording import Doing
    from db.engine import Connection
    from db.queries.sheets import SheetRow
    from db.session import Act

__all__ = [
    "Entry", "KeyLine", "KeyedIn", "Sheet", "Unclear", "check_together", "open_sheet", "read_line", "read_lines",
    "record",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """A printed sheet as it is keyed in. ``by`` is whom it was printed for; ``on`` the day it was printed for."""

    code: str
    kind: str
    title: str
    on: dt.date
    by: str
    today: dt.date
    lines: tuple[KeyLine, ...]
    people: tuple[str, ...]

    @property
    def walk(self) -> bool:
        """Tell whether its lines are questions, answered with yes or no."""
        return self.kind in WALKS

    @property
    def by_hand(self) -> bool:
        """Tell whether the days are written on the lines."""
        return self.kind == BLANK

    def line(self, number: int) -> KeyLine | None:
        """Return a line by its number."""
        return next((one for one in self.lines if one.number == number), None)


@dataclass(frozen=True, slots=True)
class KeyedIn:
    """What keying in did: records, faults and reasons written, and the lines that were recorded before."""

    records: tuple[bytes, ...]
    defects: tuple[bytes, ...]
    not_done: int
    already: tuple[int, ...]
    changes: Changes
    sentence: str


def open_sheet(desk: Desk, typed: str) -> Sheet:
    """Return the sheet of a code as it was typed or scanned, with what is recorded of it already.

    Raises ``UserError`` for a code that is wrong, naming the likely right one, or that no sheet here has.
    """
    from db.queries.people import people
    from db.queries.sheets import sheets
    from reports.sheet_code import likely_code, read_code

    with desk.store.connect() as con:
        known = {one.code: one for one in sheets(con, desk.home)}
        code = read_code(typed)
        if code is None or code not in known:
            raise _wrong_code(typed, code, likely_code(typed, known))
        names = tuple(sorted(one.name for one in people(con, desk.home) if one.here(desk.today)))
        return _sheet(desk, con, known[code], names)


def _wrong_code(typed: str, code: str | None, likely: str | None) -> UserError:
    safe = "Nothing was recorded."
    if likely is not None:
        return UserError(f"There is no sheet {words.quoted(typed.strip())}.", safe, f"Is it {likely}?")
    if code is None:
        return UserError(
            f"{words.quoted(typed.strip()) if typed.strip() else 'That'} is not the code of a sheet.", safe,
            "Type the code at the top right of the sheet, such as R4K-73E-H.",
        )  # fmt: skip
    return UserError(f"No sheet {code} was printed here.", safe, "Merge the file of the computer that printed it.")


def _sheet(desk: Desk, con: Connection, row: SheetRow, names: tuple[str, ...]) -> Sheet:
    on = row.on or desk.today
    kept = [(int(one.get("line") or n), line_kept(one)) for n, one in enumerate(row.lines, 1)]
    steps = _steps(con, [line.check for _, line in kept if line.check])
    lines = tuple(
        KeyLine.of(number, line, steps.get((line.check or b"", line.step)), on if row.kind in (DAY, *WALKS) else None)
        for number, line in kept
    )
    sheet = Sheet(row.code, row.kind, _title(row, on), on, row.said_by or desk.who, desk.today, lines, names)
    return already_in(con, desk, sheet)


def _title(row: SheetRow, on: dt.date) -> str:
    if row.kind in WALKS:
        return "Walk round the site"
    if row.kind in (BLANK, COVER):
        return "Blank form" if row.kind == BLANK else "Cover pack"
    return words.week_of(on) if row.kind == WEEK else f"{words.WEEKDAYS[on.weekday()]} round"


def _steps(con: Connection, ids: Iterable[bytes]) -> dict[tuple[bytes, str], Mapping[str, Any]]:
    from db.queries.checks import checks

    found = checks(con, ids=sorted(set(ids)))
    return {(one.id, str(step.get("name", ""))): step for one in found for step in one.readings}


def already_in(con: Connection, desk: Desk, sheet: Sheet, on: dt.date | None = None) -> Sheet:
    """Return the sheet with each line that is recorded marked so; ``on`` where it was done on another day.

    The same check on the same day at the same point is recorded once, by whatever way it came (safety bar A13).
    """
    if sheet.walk:
        return _walk_already(con, desk, sheet, on or sheet.on)
    done = _done(con, desk, [line.check for line in sheet.lines if line.check])
    duty = "unlocking or locking up, which is not keyed in" if sheet.kind == COVER else ""
    return replace(
        sheet,
        lines=tuple(
            replace(line, already=_already(line, done, line.day(on)) if line.check else duty) for line in sheet.lines
        ),
    )


def _walk_already(con: Connection, desk: Desk, sheet: Sheet, on: dt.date) -> Sheet:
    from db.queries.sheets import walks

    said = {str(a.get("question")): w for w in walks(con, desk.home, on, on) for a in w.answers if a.get("answer")}
    lines = [
        replace(line, already=f"already recorded by {said[line.question].said_by}" if line.question in said else "")
        for line in sheet.lines
    ]
    return replace(sheet, lines=tuple(lines))


_Done = dict[tuple[bytes, dt.date, str], str]


def _done(con: Connection, desk: Desk, ids: Sequence[bytes]) -> _Done:
    from db.queries import checks as ask

    made: _Done = {}
    for check in sorted(set(ids)):
        for skip in ask.not_done(con, desk.home, check):
            if skip.sheet:
                made[check, skip.on, skip.point] = "already recorded as not done"
        for one in ask.records(con, school=desk.home, check=check):
            said = f"already recorded by {one.done_by}, {words.short_date(one.done_on)}"
            made[check, one.done_on, one.point] = said
    return made


def _already(line: KeyLine, done: _Done, day: dt.date | None) -> str:
    if line.check is None or day is None:
        return ""
    return done.get((line.check, day, line.point), "")


def read_lines(sheet: Sheet, typed: Iterable[str]) -> tuple[list[Entry], list[Unclear]]:
    """Read many lines as they are typed; what is not clear comes back as questions in words.

    A line typed twice in two ways is a question too: nobody but the reader of the paper knows which one stands there.
    """
    entries: dict[int, Entry] = {}
    asked: list[Unclear] = []
    for one in typed:
        try:
            read = read_line(sheet.lines, one, people=sheet.people, today=sheet.today, walk=sheet.walk)
        except Unclear as question:
            asked.append(question)
            continue
        if entries.setdefault(read.line, read) != read:
            twice = f"Line {read.line} is typed twice, and not the same."
            asked.append(Unclear(twice, "", "Which one is on the sheet?"))
    return list(entries.values()), asked


def check_together(sheet: Sheet, entries: Sequence[Entry], on: dt.date | None = None) -> str:
    """Return in words what is still missing before a check of several lines can be saved; "" for nothing."""
    if sheet.walk:
        return ""
    for group in _groups(sheet, entries, on).values():
        first = group[0][0]
        twice = [line.number for line, _ in group if line.step == first.step]
        if len(twice) > 1:
            same = words.listing([str(number) for number in twice])
            return f"Lines {same} are the same check on the same day. Keep one of them."
        wanted = [one for one in sheet.lines if one.together == first.together]
        missing = [one.number for one in wanted if one.number not in {line.number for line, _ in group}]
        if missing and not (sheet.by_hand or any(line.already for line in wanted)):
            numbers = words.listing([str(number) for number in missing])
            verb = "belongs" if len(missing) == 1 else "belong"
            lines = "Line" if len(missing) == 1 else "Lines"
            return (
                f"{lines} {numbers} {verb} to line {first.number}. Type it too, or {missing[0]} n if it was not read."
            )
    return ""


_Group = list[tuple[KeyLine, Entry]]


def _groups(sheet: Sheet, entries: Sequence[Entry], on: dt.date | None) -> dict[tuple[object, ...], _Group]:
    """Put lines that make one record together: the numbers of one check, on one day, at one point."""
    groups: dict[tuple[object, ...], _Group] = {}
    for entry in sorted({one.line: one for one in entries}.values(), key=lambda one: one.line):
        line = sheet.line(entry.line)
        if line is None:
            raise UserError(f"The sheet has no line {entry.line}.", "Nothing was recorded.", "Check the number.")
        groups.setdefault((line.check, entry.day or line.day(on), line.point), []).append((line, entry))
    return groups


def record(
    desk: Desk, sheet: Sheet, entries: Sequence[Entry], *, on: dt.date | None = None, by: str = "",
    faults: frozenset[int] | None = None,
) -> KeyedIn:  # fmt: skip
    """Record what was keyed in, as one act. ``on``: the day it was done where it is not the sheet's own.

    ``by`` did it where a line has no initials (by default whom the sheet is for). A line recorded before, by whatever
    way, is passed over and told. ``faults``: the lines of a walk that are reported as faults, by default none.
    Raises ``UserError`` for nothing to record, a day to come, or a line that belongs to others left out.
    """
    if not entries:
        raise UserError("There is nothing to record.", "Nothing was changed.", "Type a line number and a result.")
    missing = check_together(sheet, entries, on)
    if missing:
        raise UserError(missing, "Nothing was changed.", "Then save again.")
    with desk.store.connect() as con:
        sheet = already_in(con, desk, sheet, on)
        done = _done(con, desk, [line.check for line in sheet.lines if line.check]) if sheet.by_hand else {}
    if sheet.walk:
        from bursar_desk.services.walks import record_walk

        return record_walk(desk, sheet, entries, on or sheet.on, by or sheet.by, faults or frozenset())
    groups = _groups(sheet, entries, on)
    fresh: list[_Group] = []
    already: list[_Group] = []
    for key, group in groups.items():
        day = key[1]
        said = group[0][0].already or (_already(group[0][0], done, day) if isinstance(day, dt.date) else "")
        (already if said else fresh).append(group)
    numbers = tuple(line.number for group in already for line, _ in group)
    if not fresh:
        raise UserError("All of these lines are already recorded.", "Nothing was changed.", "Key in another sheet.")
    return _write(desk, sheet, fresh, numbers, on, by.strip() or sheet.by)


def _write(
    desk: Desk, sheet: Sheet, groups: list[_Group], already: tuple[int, ...], on: dt.date | None, by: str
) -> KeyedIn:
    from bursar_desk.services import recording

    skips = [group for group in groups if all(entry.result == NOT_DONE for _, entry in group)]
    doings = [doing_of(sheet, group, on, by) for group in groups if group not in skips]
    for group in skips:
        _must_have_come(desk, _day(group, on))
    subject = f"{sheet.title}, {words.count(len(groups), 'check')}"
    code = ActCode.RECORD_ROUND if desk.is_guest else ActCode.KEY_IN

    def write_skips(act: Act) -> None:
        for group in skips:
            write_skip(desk, act, sheet, group, on)

    if doings:
        made = recording.record_round(desk, doings, code=code, subject=subject, besides=write_skips)
        records, defects, changes = made.records, made.defects, made.changes
    else:
        records, defects = (), ()
        with desk.act(code, subject=subject) as act:
            write_skips(act)
        changes = Changes(frozenset(act.tables), act.note.act)
    said = [f"{words.count(len(records), 'check')} recorded."] if records else []
    said += [f"{words.count(len(skips), 'check')} not done."] if skips else []
    said += [f"{words.count(len(defects), 'fault')} reported."] if defects else []
    said += [already_words(already)] if already else []
    return KeyedIn(records, defects, len(skips), already, changes, " ".join(said))


def already_words(lines: Sequence[int]) -> str:
    """Say which lines were there before: "Lines 3 and 4 were already recorded."."""
    one = len(lines) == 1
    said = words.listing([str(line) for line in lines])
    return f"Line{'' if one else 's'} {said} {'was' if one else 'were'} already recorded."


def _day(group: Sequence[tuple[KeyLine, Entry]], on: dt.date | None) -> dt.date:
    line, entry = group[0]
    day = entry.day or line.day(on)
    if day is None:
        raise UserError(f"Line {line.number} needs its day.", "Nothing was recorded.", "Type it as 24/11/2026.")
    return day


def _must_have_come(desk: Desk, day: dt.date) -> None:
    if day > desk.today:
        raise UserError(
            f"{words.long_date(day)} has not come yet.", "Nothing was changed.", "Enter the day the check was done."
        )


def doing_of(
    sheet: Sheet, group: Sequence[tuple[KeyLine, Entry]], on: dt.date | None, by: str, came_by: str = "paper"
) -> Doing:
    """Return what lines that make one record say was done; ``by`` where no line has initials."""
    from bursar_desk.services.recording import Doing

    first = group[0][0]
    readings = tuple(line.kept_reading(one) for line, one in group if one.result != NOT_DONE and one.value is not None)
    failed = any(one.result == FAIL or line.wrong(one) for line, one in group)
    left = [f"{line.step or line.what} not read." for line, one in group if one.result == NOT_DONE]
    notes = [one.note for _, one in group if one.note] + left
    note = " ".join(notes)
    who = next((one.by for _, one in group if one.by), by)
    minute = next((one.minute for _, one in group if one.minute is not None), None)
    return Doing(
        first.check or b"", _day(group, on), who,
        Outcome.UNSATISFACTORY.value if failed else Outcome.SATISFACTORY.value, minute, first.point, readings, note,
        sheet=sheet.code, sheet_line=first.number, came_by=came_by,
    )  # fmt: skip


def write_skip(
    desk: Desk, act: Act, sheet: Sheet, group: Sequence[tuple[KeyLine, Entry]], on: dt.date | None
) -> None:
    """Write that lines of one check say it was not done, into an act under way."""
    line, entry = group[0]
    person = desk.person
    act.fact("not_done", {
        "check_id": line.check, "said_on": _day(group, on), "due_on": line.legal,
        "reason": entry.reason or NotDoneReason.OTHER.value,
        "note": entry.note or (None if entry.reason else "Ticked Not done on the sheet."),
        "said_by": desk.who, "person": person.id if person else None, "point": line.point or None,
        "sheet": sheet.code, "sheet_line": line.number,
    })  # fmt: skip
