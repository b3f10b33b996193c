"""Dates of a whole spreadsheet column, read strictly: the order of day and month comes from evidence, never a guess."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from bursar_desk.domain import words
from bursar_desk.domain.date_cells import LEAVE_OUT, Figures, Number, Parsed, Plain, Unread, as_text, classify, made

__all__ = ["EARLIEST", "LEAVE_OUT", "Choice", "ColumnReading", "Question", "Read", "ReadCell", "read_column"]

EARLIEST: Final = 1950
"""The first year that a record of a school is taken for; an older one is asked about."""
_DAYS_1904: Final = 1462  # how much later the same number stands for in a workbook that counts from 1904
_OLD: Final = date(1899, 12, 30)


class Read(StrEnum):
    """What became of a cell."""

    READ = "read"
    EMPTY = "empty"
    LEFT = "left out"  # it says that there is no date, or a person chose so
    ASK = "ask"
    REFUSED = "refused"  # it can be no date; only another one typed for it helps


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question: ``key`` goes into the answers, ``words`` onto the button."""

    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Question:
    """What only a person can say. ``default`` may be offered, but counts only once somebody accepts it.

    ``takes_date``: besides the choices a day in ISO form is an answer. ``rows`` are the rows it is about.
    ``takes_text``: besides the choices words typed are an answer; it says what is typed, "The sum".
    """

    key: str
    text: str
    choices: tuple[Choice, ...] = ()
    default: str = ""
    takes_date: bool = False
    rows: tuple[int, ...] = ()
    takes_text: str = ""


@dataclass(frozen=True, slots=True)
class ReadCell:
    """One cell as read: ``found`` is what stands there, ``why`` says what is doubtful or what it was taken for."""

    row: int
    found: str
    state: Read
    day: date | None = None
    why: str = ""
    question: Question | None = None

    @property
    def said(self) -> str:
        """The day in full words, for beside the cell."""
        return words.long_date(self.day) if self.day else ""


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """A column as read: sentences on how it was read, questions about all of it, and its cells in their order."""

    said: tuple[str, ...]
    questions: tuple[Question, ...]
    cells: tuple[ReadCell, ...]
    order: str = ""  # "dmy", "mdy", "mixed", or "" where it does not matter or is not known


DMY: Final = "dmy"
MDY: Final = "mdy"
_ORDER_WORDS: Final = {DMY: "day/month/year", MDY: "month/day/year"}


def read_column(
    cells: Sequence[tuple[int, object]], *, today: date, name: str = "Last done", past: bool = True,
    epoch: int | None = None, answers: Mapping[str, str] | None = None, inherit: str = "", key: str = "",
) -> ColumnReading:  # fmt: skip
    """Read a column of (row number, cell) pairs; never raises, whatever stands in a cell.

    ``past``: the dates are of things done, so a coming day is asked about. ``epoch``: 1900 or 1904 where the file
    says from when its numbers count. ``answers`` by question key. ``inherit``: the order a neighbouring column has,
    used where this one gives no evidence. ``key`` goes before every question's key. Two figures of a year are 20xx.
    """
    told = {k.removeprefix(key): v for k, v in (answers or {}).items() if k.startswith(key)}
    parsed = [(row, value, classify(value)) for row, value in cells]
    order, said, questions = _order(parsed, told.get("order", ""), inherit, name)
    counts_from, more, asked = _epoch(parsed, epoch, told.get("epoch", ""), today, past=past)
    said, questions = [*said, *more], [*questions, *asked]
    turned, asked = _turned(parsed, order, counts_from, told.get("turned", ""))
    questions += asked
    if any(isinstance(one, Figures | Plain) and one.short_year for _row, _value, one in parsed):
        said.append("Years of two figures are read as 20xx: 26 is 2026.")
    settled = _Settled(order, counts_from, turned, today, past, name)
    read = tuple(_answered(_read_cell(row, value, one, settled), told, today) for row, value, one in parsed)
    if key:
        questions = [replace(one, key=key + one.key) for one in questions]
        read = tuple(
            replace(cell, question=replace(cell.question, key=key + cell.question.key)) if cell.question else cell
            for cell in read
        )
    return ColumnReading(tuple(said), tuple(questions), read, order)


@dataclass(frozen=True, slots=True)
class _Settled:
    """What was settled for the whole column."""

    order: str
    epoch: int | None
    turned: bool | None
    today: date
    past: bool
    name: str


_Cells = Sequence[tuple[int, object, Parsed]]


# --- day and month ---------------------------------------------------------------------------------------------------


def _order(parsed: _Cells, answer: str, inherit: str, name: str) -> tuple[str, list[str], list[Question]]:
    """Decide which figure is the day: by a person's answer, else by evidence, else ask."""
    figures = [(row, value, one) for row, value, one in parsed if isinstance(one, Figures)]
    if answer in (DMY, MDY):
        return answer, [f"Read as {_ORDER_WORDS[answer]}, as you said."], []
    shows: dict[str, tuple[int, object]] = {}
    for row, value, one in figures:
        evidence = one.evidence
        if evidence and evidence not in shows:
            shows[evidence] = (row, value)
    if len(shows) == 2:
        (d_row, d), (m_row, m) = shows[DMY], shows[MDY]
        return "mixed", [
            f"Two orders are mixed: row {d_row} says {as_text(d)}, row {m_row} says {as_text(m)}. "
            "So each date that could be read both ways is asked about."
        ], []  # fmt: skip
    if shows:
        order, (row, value) = next(iter(shows.items()))
        return order, [f"Read as {_ORDER_WORDS[order]}, because row {row} says {as_text(value)}."], []
    doubtful = [(row, value, one) for row, value, one in figures if one.doubtful]
    if not doubtful:
        return "", [], []
    if inherit in (DMY, MDY):
        return inherit, [f"“{name}” is read as {_ORDER_WORDS[inherit]}, like the dates beside it."], []
    row, value, one = doubtful[0]
    dmy, mdy = made(one.year, one.second, one.first), made(one.year, one.first, one.second)
    choices = tuple(
        Choice(order, f"{words.plain_date(day)} ({_ORDER_WORDS[order]})") for order, day in ((DMY, dmy), (MDY, mdy))
        if day is not None
    )  # fmt: skip
    text = f"Row {row} says {as_text(value)}. Is that {' or '.join(words.plain_date(d) for d in (dmy, mdy) if d)}?"
    if len(doubtful) > 1:
        text += f" The answer counts for {words.count(len(doubtful), 'date')} in this column."
    return "", [], [Question("order", text, choices, DMY, rows=tuple(row for row, _, _ in doubtful))]


# --- numbers of a spreadsheet ----------------------------------------------------------------------------------------


def _of_number(number: int, epoch: int) -> date:
    return _OLD + timedelta(days=number + (_DAYS_1904 if epoch == 1904 else 0))


def _epoch(
    parsed: _Cells, epoch: int | None, answer: str, today: date, *, past: bool
) -> tuple[int | None, list[str], list[Question]]:
    """Decide from which year a spreadsheet's day numbers count: as the file says, else by evidence, else ask."""
    numbers = [(row, one.number) for row, _value, one in parsed if isinstance(one, Number)]
    if not numbers:
        return epoch, [], []
    row, number = numbers[0]
    if answer in ("1900", "1904"):
        epoch = int(answer)
    early, late = [_of_number(n, 1900) for _, n in numbers], [_of_number(n, 1904) for _, n in numbers]
    if epoch is None and past and max(early) <= today < max(late):
        epoch = 1900
    if epoch is not None:
        day = words.plain_date(_of_number(number, epoch))
        return epoch, [f"Row {row} holds {number}, a spreadsheet’s number for {day}."], []
    choices = (
        Choice("1900", f"{words.plain_date(early[0])} (counted from 1900, as most do)"),
        Choice("1904", f"{words.plain_date(late[0])} (counted from 1904, as old Macs do)"),
    )
    text = f"Row {row} holds the number {number}. Which day is that?"
    return None, [], [Question("epoch", text, choices, "1900", rows=tuple(row for row, _ in numbers))]


def _turned(parsed: _Cells, order: str, epoch: int | None, answer: str) -> tuple[bool | None, list[Question]]:
    """Ask whether a computer with American dates turned some round: its sign is that real dates stop at the 12th.

    Such a computer takes 03/04/2026 for 4 March and leaves 25/03/2026 as text, which it cannot read.
    """
    real = [(row, one.day) for row, _v, one in parsed if isinstance(one, Plain) and one.real]
    if epoch is not None:
        real += [(row, _of_number(one.number, epoch)) for row, _v, one in parsed if isinstance(one, Number)]
    texts = [row for row, _value, one in parsed if isinstance(one, Figures) and one.evidence == DMY]
    if order != DMY or not texts or len(real) < 3 or any(day.day > 12 for _row, day in real):
        return False, []
    if answer in ("stands", "turned"):
        return answer == "turned", []
    row, day = next(((row, day) for row, day in real if day.day != day.month), real[0])
    other = made(day.year, day.day, day.month) or day
    text = (
        f"Row {row} is {words.plain_date(day)}. No real date here has a day over 12, yet row {texts[0]} is text with "
        f"one. A computer with American dates may have turned day and month round. Which is right for row {row}?"
    )
    choices = (Choice("stands", words.plain_date(day)), Choice("turned", words.plain_date(other)))
    return None, [Question("turned", text, choices, "stands", rows=tuple(row for row, _ in real))]


# --- one cell --------------------------------------------------------------------------------------------------------


def _read_cell(row: int, value: object, one: Parsed, settled: _Settled) -> ReadCell:
    """Read one cell with what was settled for all."""
    found = as_text(value)
    blank = ReadCell(row, found, Read.EMPTY)
    if one is None:
        return blank
    if isinstance(one, Unread):
        if one.nothing:
            return replace(blank, state=Read.LEFT, why=one.why)
        return _ask(blank, one.why, tuple(one.choices), refused=one.refused)
    if isinstance(one, Plain):
        return _plain(blank, one, settled)
    if isinstance(one, Number):
        if settled.epoch is None:
            return replace(blank, state=Read.ASK, why="It is not known from which year this number counts.")
        return _dated(blank, _of_number(one.number, settled.epoch), settled, turn=True)
    return _figures(blank, one, settled)


def _plain(cell: ReadCell, one: Plain, settled: _Settled) -> ReadCell:
    if one.week:
        choice = ((one.day.isoformat(), words.plain_date(one.day)),)
        return _ask(cell, f"Row {cell.row} names a week, not a day.", choice)
    return _dated(cell, one.day, settled, turn=one.real, short=one.short_year)


def _figures(cell: ReadCell, one: Figures, settled: _Settled) -> ReadCell:
    """Read a date in figures by the order of the column, or by its own evidence where orders are mixed."""
    order = settled.order
    if order == "mixed" or not order:
        order = one.evidence or ("" if one.doubtful else DMY)
    if not order:
        both = [made(one.year, one.second, one.first), made(one.year, one.first, one.second)]
        choices = tuple((day.isoformat(), words.plain_date(day)) for day in both if day is not None)
        if settled.order == "mixed":
            return _ask(cell, f"Row {cell.row} can be read both ways.", choices)
        return replace(cell, state=Read.ASK, why="Day and month could be either way round.")
    day, month = (one.first, one.second) if order == DMY else (one.second, one.first)
    read = made(one.year, month, day)
    if read is None:
        return _ask(cell, one.refusal(order), (), refused=True)
    if not one.weekday_fits(read):
        why = f"{words.plain_date(read)} is a {words.WEEKDAYS[read.weekday()]}."
        return _ask(cell, why, ((read.isoformat(), words.plain_date(read)),), refused=True)
    if one.week:
        return _ask(
            cell, f"Row {cell.row} names a week, not a day.", ((read.isoformat(), words.plain_date(read)),)
        )  # fmt: skip
    return _dated(cell, read, settled, short=one.short_year)


def _dated(cell: ReadCell, day: date, settled: _Settled, *, turn: bool = False, short: bool = False) -> ReadCell:
    """Accept a day, unless it must still be turned round, has not come yet or is too long ago."""
    if turn and settled.turned is None:
        return replace(cell, state=Read.ASK, why="Day and month may have been turned round.")
    if turn and settled.turned:
        day = made(day.year, day.day, day.month) or day
    long_ago = made(day.year - 100, day.month, day.day) if short else None
    if settled.past and day > settled.today:
        why = f"{words.long_date(day)} has not come yet."
        choices = ((long_ago.isoformat(), words.plain_date(long_ago)),) if long_ago else ()
        return _ask(cell, why, choices)
    if day.year < EARLIEST:
        return _ask(cell, f"{words.plain_date(day)} is too long ago.", ((day.isoformat(), words.plain_date(day)),))
    return replace(cell, state=Read.READ, day=day)


def _ask(cell: ReadCell, why: str, choices: Sequence[tuple[str, str]] = (), *, refused: bool = False) -> ReadCell:
    """Make the question of one cell: another day, or leave it out."""
    offered = (*(Choice(key, said) for key, said in choices), Choice(LEAVE_OUT, "Leave it out"))
    text = f"Row {cell.row} says “{cell.found}”. {why} Which day was it?"
    question = Question(f"row:{cell.row}", text, offered, takes_date=True, rows=(cell.row,))
    return replace(cell, state=Read.REFUSED if refused else Read.ASK, why=why, question=question)


def _answered(cell: ReadCell, told: Mapping[str, str], today: date) -> ReadCell:
    """Take a person's answer about one cell; an answer that is no day changes nothing."""
    answer = told.get(f"row:{cell.row}")
    if answer is None or cell.state is Read.EMPTY:
        return cell
    if answer == LEAVE_OUT:
        return replace(cell, state=Read.LEFT, day=None, why="You left it out.", question=None)
    try:
        day = date.fromisoformat(answer)
    except ValueError:
        return cell
    late = f" {words.long_date(day)} has not come yet." if day > today else ""
    return replace(cell, state=Read.READ, day=day, why=f"You said so.{late}", question=None)
