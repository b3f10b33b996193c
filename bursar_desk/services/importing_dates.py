"""Last done dates out of a table: each row's check, its day, who did it and how it ended; nothing is written here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain.checks import Outcome
from bursar_desk.domain.date_cells import LEAVE_OUT, as_text
from bursar_desk.domain.date_column import Choice, ColumnReading, Question, Read, ReadCell, read_column
from bursar_desk.domain.import_rows import Table, match, outcome_of, plain
from bursar_desk.services.importing_shapes import PlanRow, State, letter
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.checks import CheckRow

Rows = Sequence[tuple[int, Sequence[Any]]]
_LONGEST: Final = 200


@dataclass(slots=True)
class _Known:
    """What the register has: the checks that apply, by which names they go, and the days each was done."""

    checks: list[CheckRow]
    names: list[tuple[str, ...]]
    days: dict[bytes, set[dt.date]]


@dataclass(slots=True)
class _Work:
    """One run over the rows."""

    table: Table
    known: _Known
    answers: Mapping[str, str]
    questions: dict[str, Question] = field(default_factory=dict)
    seen: dict[tuple[bytes, dt.date], int] = field(default_factory=dict)

    def text(self, row: Sequence[Any], name: str) -> str:
        """What stands in a field of a row."""
        place = self.table.columns.get(name)
        return as_text(row[place]) if place is not None and place < len(row) else ""

    def column(self, name: str) -> str:
        """The letter of a field's column."""
        place = self.table.columns.get(name)
        return "" if place is None else letter(place)


def known_checks(desk: Desk) -> _Known:
    """Read the checks that a spreadsheet may speak of, and the days each was done."""
    from db.queries.checks import checks, records

    with desk.store.connect() as con:
        found = [one for one in checks(con, desk.home) if one.applies != "no" and one.ends_on is None]
        days: dict[bytes, set[dt.date]] = {}
        for one in records(con, school=desk.home):
            days.setdefault(one.check, set()).add(one.done_on)
    return _Known(found, [(one.code, one.title) for one in found], days)


def plan_dates(
    desk: Desk, table: Table, rows: Rows, epoch: int | None, answers: Mapping[str, str]
) -> tuple[list[PlanRow], list[str], list[Question]]:
    """Return the rows as they would come in, what was understood, and what only a person can say."""
    work = _Work(table, known_checks(desk), answers)
    done, printed = _columns(desk, table, rows, epoch, answers)
    made = [
        one
        for (number, row), day, due in zip(rows, done.cells, printed.cells, strict=True)
        if (one := _row(work, number, row, day, due)) is not None
    ]
    asked = [*_about_columns(done, printed, made), *work.questions.values()]
    cells = {one.row: one for one in done.cells}
    waiting = [one.row for one in made if one.target is not None and one.state in (State.ASK, State.REFUSED)]
    asked += [q for row in waiting if (q := cells[row].question)]
    said = [*done.said, *(line for line in printed.said if line not in done.said)]
    if "outcome" not in table.columns and any(one.state is State.ADD for one in made):
        said.append("No column says how it ended, so each is taken as a pass.")
    return made, said, asked


def _about_columns(done: ColumnReading, printed: ColumnReading, made: Sequence[PlanRow]) -> list[Question]:
    """Return the questions about whole columns, as far as they concern a row that is a check of ours."""
    ours = {one.row for one in made if one.target is not None}
    return [one for one in (*done.questions, *printed.questions) if ours & set(one.rows)]


def _columns(
    desk: Desk, table: Table, rows: Rows, epoch: int | None, answers: Mapping[str, str]
) -> tuple[ColumnReading, ColumnReading]:
    def cells(name: str) -> list[tuple[int, Any]]:
        place = table.columns.get(name)
        return [(n, row[place] if place is not None and place < len(row) else None) for n, row in rows]

    done = read_column(cells("done"), today=desk.today, epoch=epoch, answers=answers)
    printed = read_column(
        cells("printed"), today=desk.today, name="Next due", past=False, epoch=epoch, answers=answers,
        inherit=done.order, key="printed:",
    )  # fmt: skip
    return done, printed


def _row(work: _Work, number: int, row: Sequence[Any], day: ReadCell, due: ReadCell) -> PlanRow | None:
    name = work.text(row, "check") or work.text(row, "code")
    if day.state is Read.EMPTY:
        return PlanRow(number, State.LEFT, name, reason="No date stands beside it.") if name else None
    if day.state is Read.LEFT:
        return PlanRow(number, State.LEFT, name, day.found, day.why, work.column("done"))
    if not name:
        return PlanRow(number, State.REFUSED, "", day.found, "No check is named beside this date.", work.column("done"))
    check, taken = _check(work, row, name)
    if isinstance(taken, PlanRow):
        return PlanRow(number, taken.state, name, name, taken.reason, work.column("check") or work.column("code"))
    if check is None:
        raise AssertionError("a name is matched or asked about")
    return _dated(work, number, row, check, taken, day, due)


def _dated(
    work: _Work, number: int, row: Sequence[Any], check: CheckRow, taken: str, day: ReadCell, due: ReadCell
) -> PlanRow:
    """Judge the day of a row whose check is known."""
    column = work.column("done")
    if day.state is not Read.READ or day.day is None:
        state = State.REFUSED if day.state is Read.REFUSED else State.ASK
        return PlanRow(number, state, check.title, day.found, day.why, column, target=check.id)
    before = work.seen.setdefault((check.id, day.day), number)
    if before != number:
        reason = f"Row {before} says the same."
        return PlanRow(number, State.LEFT, check.title, day.found, reason, column, day.day, check.id)
    if day.day in work.known.days.get(check.id, ()):
        reason = "A record of this day is here already."
        return PlanRow(number, State.KNOWN, check.title, day.found, reason, column, day.day, check.id)
    outcome, asked = _outcome(work, work.text(row, "outcome"))
    if asked is not None:
        said = work.text(row, "outcome")
        return PlanRow(number, asked, check.title, said, f"“{said}” could mean anything.", work.column("outcome"),
                       day.day, check.id)  # fmt: skip
    values = _values(work, row, outcome, due)
    reasons = [taken, day.why]
    if due.state in (Read.ASK, Read.REFUSED):
        reasons.append(f"Its next date “{due.found}” stays out: {due.why}")
    reason = " ".join(one for one in reasons if one)
    return PlanRow(number, State.ADD, check.title, day.found, reason, column, day.day, check.id, values)


def _values(work: _Work, row: Sequence[Any], outcome: str, due: ReadCell) -> dict[str, object]:
    """Return what is written beside check and day; the certificate's number makes it held evidence."""
    number = one_line(work.text(row, "number"))[:_LONGEST]
    values: dict[str, object] = {
        "outcome": outcome, "done_by": one_line(work.text(row, "by"))[:_LONGEST] or "Not known",
        "evidence": "held" if number else "none", "came_by": "import",
    }  # fmt: skip
    note = one_line(work.text(row, "note"))[:1000]
    more = {"evidence_ref": number, "note": note, "printed_on": due.day if due.state is Read.READ else None}
    return values | {name: value for name, value in more.items() if value}


def _outcome(work: _Work, said: str) -> tuple[str, State | None]:
    """Return the outcome a word means, or that it must be asked or left out."""
    if not said:
        return Outcome.SATISFACTORY.value, None
    found = outcome_of(said)
    if found is not None:
        return found, None
    key = f"outcome:{plain(said)}"
    answer = work.answers.get(key, "")
    if answer in set(Outcome):
        return answer, None
    if answer == LEAVE_OUT:
        return "", State.LEFT
    choices = (*(Choice(one.value, one.said) for one in Outcome), Choice(LEAVE_OUT, "Leave these out"))
    work.questions.setdefault(key, Question(key, f"What does “{said}” mean in “How it ended”?", choices))
    return "", State.ASK


def _check(work: _Work, row: Sequence[Any], name: str) -> tuple[CheckRow | None, str | PlanRow]:
    """Return the check a row names and how that was found out; or, in its place, the state of the row."""
    known = work.known
    for text in (work.text(row, "code"), work.text(row, "check")):
        found = match(text, known.names)
        if found.index is not None and not found.how:
            return known.checks[found.index], ""
    key = f"name:{plain(name)}"
    answer = work.answers.get(key, "")
    if answer == LEAVE_OUT:
        return None, PlanRow(0, State.LEFT, name, reason="You left it out.")
    chosen = [one for one in known.checks if answer and answer in (one.id.hex(), one.code)]
    if len(chosen) == 1:
        return chosen[0], "You said which check it is."
    found = match(name, known.names)
    if found.index is not None:
        return known.checks[found.index], found.how
    choices = [Choice(known.checks[n].id.hex(), _title(known.checks[n])) for n in found.likely]
    text = f"Which check is “{one_line(name)[:120]}”?"
    choices.append(Choice(LEAVE_OUT, "None of ours: leave it out"))
    work.questions.setdefault(key, Question(key, text, tuple(choices)))
    several = (
        "It could be one of several checks." if len(found.likely) > 1 else "Its name is only a little like one of ours."
    )
    why = several if found.likely else "No check of ours has a name like this."
    return None, PlanRow(0, State.ASK, name, reason=why)


def _title(check: CheckRow) -> str:
    return f"{check.title} ({check.code})" if check.code else check.title


def known_names(desk: Desk) -> list[str]:
    """Return every code and title a spreadsheet may name."""
    return [name for pair in known_checks(desk).names for name in pair if name]
