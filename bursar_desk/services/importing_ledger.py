"""Payments out of a ledger: per supplier and month, so that another month adds up and the same one never doubles."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.date_cells import LEAVE_OUT, Unread, as_text, classify
from bursar_desk.domain.date_column import Choice, Question, Read
from bursar_desk.domain.import_buying import ADDS_UP, BUYING
from bursar_desk.domain.import_rows import plain
from bursar_desk.domain.ledger_months import NOT_NAMED, Month, Paid, month_key, month_of_words, overlapping
from bursar_desk.domain.money_cells import Money, read_money_cell
from bursar_desk.domain.supplier_names import is_nobody, same_name, shown_name
from bursar_desk.services.importing_contracts import titles_of_lines
from bursar_desk.services.importing_sections import Dates, Line, Lines, lines_of, read_dates
from bursar_desk.services.importing_shapes import Difference, Doubt, Heading, Plan, PlanRow, State

if TYPE_CHECKING:
    from bursar_desk.domain.progress import Progress
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.importing_read import Book as Read_
    from db.queries.buying import SpendRow

INSTEAD, BESIDE = "instead", "beside"
_LONGEST: Final = 120


@dataclass(slots=True)
class _Work:
    """One run over a ledger."""

    lines: Lines
    answers: Mapping[str, str]
    dates: Dates | None
    paid: dict[str, Paid] = field(default_factory=dict)
    rows: list[PlanRow] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)
    names: dict[str, tuple[str, str]] = field(default_factory=dict)
    passed: int = 0
    totals: int = 0

    def ask(self, one: Question) -> None:
        """Ask; what was asked before for other rows is asked for these too."""
        had = self.questions.get(one.key)
        self.questions[one.key] = replace(had, rows=(*had.rows, *one.rows)) if had is not None else one


def plan_ledger(
    desk: Desk, source: Read_, mapping: Mapping[str, object], answers: Mapping[str, str], sheet: str = "",
    progress: Progress | None = None,
) -> Plan:  # fmt: skip
    """Work out what bringing in a ledger would do: a row for each supplier, and one for each doubtful line.

    Nothing is written. Raises as ``lines_of`` does, and ``Cancelled``.
    """
    from db.queries.buying import spends

    lines = lines_of(source, "ledger", mapping, sheet)
    dated = any("date" in one.table.columns for one in lines.sections)
    dates = read_dates(
        lines, "date", "Paid on", today=desk.today, answers=answers, past=True, progress=progress
    ) if dated else None  # fmt: skip
    work = _Work(lines, answers, dates)
    for number, line in enumerate(lines.lines):
        if progress is not None and number % 500 == 0:
            progress.step("Reading the payments", number, len(lines.lines))
        _line(work, number, line)
    with desk.store.connect() as con:
        held = spends(con, desk.home)
    suppliers = _against(work, held, source_of(source))
    asked = [*(dates.questions if dates else ()), *work.questions.values()]
    table = lines.sections[0].table
    headings = tuple(
        Heading(one.name, one.title, table.columns.get(one.name), one.needed) for one in BUYING["ledger"]
    )  # fmt: skip
    said = [*source.said, *lines.said, *(dates.said if dates else ()), *_told(work)]
    return Plan(
        "ledger", source, sheet, headings, titles_of_lines(lines), tuple(dict.fromkeys(said)),
        tuple(sorted(asked, key=lambda one: -len(one.rows))), (*suppliers, *work.rows), "", dict(mapping),
        dict(answers),
    )  # fmt: skip


def source_of(book: Read_) -> str:
    """Return what a file is known by: its name and a mark of its cells, the same whenever it is read again."""
    digest = hashlib.sha256()
    for sheet in book.sheets:
        digest.update(repr((sheet.name, sheet.rows)).encode())
    return f"{book.name[:80]} #{digest.hexdigest()[:12]}"


def _told(work: _Work) -> list[str]:
    """Say what the ledger holds, and what was passed over."""
    months = sorted({month for one in work.paid.values() for month in one.months})
    count = sum(month.count for one in work.paid.values() for month in one.months.values())
    pence = sum(one.pence for one in work.paid.values())
    told = []
    if months:
        first, last = (words.month_year(dt.date.fromisoformat(f"{one}-01")) for one in (months[0], months[-1]))
        span = first if first == last else f"{first} to {last}"
        paid = f"{words.count(count, 'payment')} to {words.count(len(work.paid), 'supplier')}"
        told.append(f"{paid}, {words.money_exact(pence)} in all, {span}.")
    if work.passed:
        told.append(f"{words.count(work.passed, 'line')} without a supplier and a sum passed over.")
    if work.totals:
        told.append(f"{words.count(work.totals, 'line')} with a total passed over.")
    return told


# --- one line --------------------------------------------------------------------------------------------------------


def _line(work: _Work, number: int, line: Line) -> None:
    """Count one payment, or note why it is none."""
    raw = work.lines.cell(line, "supplier")
    name = _named(work, raw)
    cell = read_money_cell(work.lines.cell(line, "amount"))
    if cell.state in (Money.EMPTY, Money.NONE):
        if name[0] and _has_day(work, line):
            _doubt(work, line, State.LEFT, "amount", cell.found, "No sum stands beside it.", name[1])
        else:
            work.passed += 1
        return
    if _is_total(work, line, name[1], cell.state):
        work.totals += 1
        return
    pence = cell.pence
    if pence is None:
        pence = _asked_sum(work, line, cell.found, cell.why, name[1])
        if pence is None:
            return
    days = _days(work, number, line, name[1])
    if days is None:
        return
    key, called = name if name[0] else (NOT_NAMED, "Not named")
    paid = work.paid.setdefault(key, Paid(key, called, line.row))
    paid.add(days, pence, as_text(work.lines.cell(line, "what"))[:_LONGEST])


def _named(work: _Work, raw: Any) -> tuple[str, str]:
    """Return a supplier's name as compared and as shown; both "" where none is named."""
    text = as_text(raw)
    if text not in work.names:
        shown = "" if is_nobody(text) else shown_name(text)[:200]
        work.names[text] = (same_name(shown), shown) if plain(shown) else ("", "")
    return work.names[text]


def _has_day(work: _Work, line: Line) -> bool:
    return work.dates is not None and work.dates.of(line).state is not Read.EMPTY


def _is_total(work: _Work, line: Line, called: str, state: Money) -> bool:
    """Whether a line adds up others: it says so, or it has a sum and neither a supplier nor a day."""
    texts = [cell for cell in line.cells if isinstance(cell, str)]
    says = [plain(cell) for cell in texts if any(one in cell.casefold() for one in ("total", "forward", "sum"))]
    if any(ADDS_UP.fullmatch(one) for one in says) and (not called or ADDS_UP.fullmatch(plain(called))):
        return True
    return not called and not _has_day(work, line) and state is Money.READ and work.dates is not None


def _doubt(work: _Work, line: Line, state: State, name: str, found: str, why: str, called: str, key: str = "") -> None:
    """Note a line that is not counted."""
    lines = work.lines
    one = Doubt(line.row, lines.column(line, name), found[:_LONGEST], why, name, key, lines.sheet(line))
    work.rows.append(
        PlanRow(line.row, state, called, one.found, why, one.column, doubts=(one,), sheet=lines.sheet(line))
    )  # fmt: skip


def _asked_sum(work: _Work, line: Line, found: str, why: str, called: str) -> int | None:
    """Return the sum a person typed for a line whose own is doubtful."""
    key = f"amount:{work.lines.key(line)}"
    answer = work.answers.get(key, "")
    typed = read_money_cell(answer)
    if answer and answer != LEAVE_OUT and typed.state is Money.READ:
        return typed.pence
    if answer == LEAVE_OUT:
        _doubt(work, line, State.LEFT, "amount", found, "You left it out.", called)
        return None
    choices = (Choice(LEAVE_OUT, "Leave this payment out"),)
    text = f"Row {line.row} says “{found[:80]}” for the sum. {why}"
    work.ask(Question(key, text, choices, rows=(line.row,), takes_text="The sum"))
    _doubt(work, line, State.ASK, "amount", found, why, called, key)
    return None


def _days(work: _Work, number: int, line: Line, called: str) -> tuple[dt.date, dt.date] | None:
    """Return the first and last day a payment may have been on, the same where the day is certain; None in doubt."""
    if work.dates is None:
        return _whole_month(work, line, called)
    cell = work.dates.of(line)
    if cell.state is Read.READ and cell.day is not None:
        return cell.day, cell.day
    if cell.state is Read.LEFT:
        _doubt(work, line, State.LEFT, "date", cell.found, cell.why, called)
        return None
    if cell.state is Read.EMPTY:
        return _day_below(work, number, line, called)
    said = classify(work.lines.cell(line, "date"))
    if isinstance(said, Unread) and len(said.choices) == 2:
        return _month_only(work, line, said, called)
    if cell.question is not None:
        work.ask(cell.question)
    key = cell.question.key if cell.question is not None else "date:order"
    _doubt(work, line, State.REFUSED if cell.state is Read.REFUSED else State.ASK, "date", cell.found, cell.why, called,
           key)  # fmt: skip
    return None


def _month_only(work: _Work, line: Line, said: Unread, called: str) -> tuple[dt.date, dt.date] | None:
    """A payment of which only the month is said is enough for its month, once a person said that it is a month."""
    first, last = (dt.date.fromisoformat(key) for key, _words in said.choices)
    answer = work.answers.get("date:months", "")
    if answer == "months":
        return first, last
    found = as_text(work.lines.cell(line, "date"))
    choices = (Choice("months", f"Yes, {words.month_year(first)}"), Choice(LEAVE_OUT, "No, leave these out"))
    if answer == LEAVE_OUT:
        _doubt(work, line, State.LEFT, "date", found, "You left it out.", called)
        return None
    text = f"Row {line.row} says “{found}”. Is that {words.month_year(first)}?"
    work.ask(Question("date:months", text, choices, "months", rows=(line.row,)))
    _doubt(work, line, State.ASK, "date", found, said.why, called, "date:months")
    return None


def _day_below(work: _Work, number: int, line: Line, called: str) -> tuple[dt.date, dt.date] | None:
    """A payment without a day: an entry may go over two rows, so the day of the row below is offered, never taken."""
    key = f"date:none:{work.lines.key(line)}"
    answer = work.answers.get(key, "")
    if answer == LEAVE_OUT:
        _doubt(work, line, State.LEFT, "date", "", "You left it out.", called)
        return None
    try:
        day = dt.date.fromisoformat(answer)
    except ValueError:
        pass
    else:
        return day, day
    choices: tuple[Choice, ...] = ()
    below = work.lines.lines[number + 1] if number + 1 < len(work.lines.lines) else None
    if below is not None and below.section == line.section and below.row == line.row + 1 and work.dates is not None:
        other = work.dates.of(below)
        alone = not work.lines.cell(below, "supplier") and work.lines.cell(below, "amount") is None
        if alone and other.day is not None:
            choices = (Choice(other.day.isoformat(), f"{words.plain_date(other.day)}, as the row below says"),)
    text = f"Row {line.row} has no day. When was it paid?"
    if work.lines.sheet(line):
        text = f"“{work.lines.sheet(line)}”: {text}"
    offered = (*choices, Choice(LEAVE_OUT, "Leave this payment out"))
    default = choices[0].key if choices else ""
    work.ask(Question(key, text, offered, default, takes_date=True, rows=(line.row,)))
    _doubt(work, line, State.ASK, "date", "", "No day stands beside it.", called, key)
    return None


def _whole_month(work: _Work, line: Line, called: str) -> tuple[dt.date, dt.date] | None:
    """A ledger without a column of days: its month is asked once a sheet, and offered where its name says it."""
    section = work.lines.sections[line.section]
    key = f"date:all:{section.number + 1}"
    answer = month_key(work.answers.get(key, ""))
    if answer is not None:
        return answer
    if work.answers.get(key) == LEAVE_OUT:
        _doubt(work, line, State.LEFT, "date", "", "You left it out.", called)
        return None
    name = section.sheet or work.lines.book.name.rsplit(".", 1)[0]
    offered = month_of_words(section.sheet) or month_of_words(work.lines.book.name.rsplit(".", 1)[0])
    choices = [Choice(f"{offered[0]:%Y-%m}", words.month_year(offered[0]))] if offered else []
    choices.append(Choice(LEAVE_OUT, "Leave these out"))
    text = f"No column of “{name}” says when it was paid. In which month? A day in it will do."
    default = choices[0].key if offered else ""
    work.ask(Question(key, text, tuple(choices), default, takes_date=True, rows=(line.row,)))
    _doubt(work, line, State.ASK, "date", "", "No column says when it was paid.", called, key)
    return None


# --- against what is here --------------------------------------------------------------------------------------------


def _against(work: _Work, held: Sequence[SpendRow], source: str) -> list[PlanRow]:
    """Return a row for each supplier: what of it is new, what is here already, what another file says differently."""
    here: dict[tuple[str, str], list[SpendRow]] = {}
    before: Counter[str] = Counter()
    for one in held:
        key, month, _source = (*one.name.split("|"), "", "")[:3]
        if month:
            here.setdefault((key, month), []).append(one)
            before[key] += one.pence or 0
    had = {key for key, _month in here}
    return [_supplier(work, paid, here, paid.key in had, before[paid.key], source) for paid in work.paid.values()]


def _supplier(
    work: _Work, paid: Paid, here: Mapping[tuple[str, str], list[SpendRow]], had: bool, before: int, source: str
) -> PlanRow:  # fmt: skip
    mark = source.rpartition("#")[2]
    put: dict[str, tuple[Month, bytes | None]] = {}
    gone: list[bytes] = []
    after, unsure = before, ""
    for month, figures in sorted(paid.months.items()):
        name = f"{paid.key}|{month}|{mark}"
        rows = here.get((paid.key, month), ())
        mine = next((one for one in rows if one.name == name), None)
        others = [one for one in rows if one.name != name]
        if (mine is not None and figures.same(mine)) or any(figures.same(one) for one in others):
            continue
        clash = [one for one in others if overlapping(figures, one)] if mine is None else []
        answer = work.answers.get("overlap", "") if clash else BESIDE
        if answer not in (INSTEAD, BESIDE):
            unsure = unsure or ("" if answer == LEAVE_OUT else month)
            continue
        if clash and answer == INSTEAD:
            gone += [one.id for one in clash]
            after -= sum(one.pence or 0 for one in clash)
        put[name] = (figures, mine.id if mine is not None else None)
        after += figures.pence - ((mine.pence or 0) if mine is not None else 0)
    values = {"key": paid.key, "called": paid.called, "put": put, "gone": tuple(gone), "source": source,
              "what": paid.mostly}  # fmt: skip
    row = PlanRow(paid.row, State.KNOWN, paid.called, reason="All of it is here already.", values=values)
    if unsure:
        return _overlap(work, row, unsure)
    if not put:
        return row
    told = (Difference("Paid", words.money_exact(before), words.money_exact(after)),) if had else ()
    reason = f"{words.count(paid.count, 'payment')}, {words.money_exact(paid.pence)}"
    reason += f": {told[0].before} becomes {told[0].after}." if told else "."
    return replace(row, state=State.CHANGE if had else State.ADD, reason=reason, changes=told)


def _overlap(work: _Work, row: PlanRow, month: str) -> PlanRow:
    """Ask once whether this file holds the fuller list of a month that is here already, or other payments of it."""
    said = words.month_year(dt.date.fromisoformat(f"{month}-01"))
    why = f"Payments of {said} are here already from another file, with other sums."
    choices = (
        Choice(INSTEAD, "This file is the fuller one: use it instead"), Choice(BESIDE, "Other payments: add them"),
        Choice(LEAVE_OUT, "Leave these months out"),
    )  # fmt: skip
    work.ask(Question("overlap", f"{why} Which is it?", choices, rows=(row.row,)))
    doubt = Doubt(row.row, "", row.what, why, "date", "overlap", row.sheet)
    return replace(row, state=State.ASK, reason=why, doubts=(doubt,))
