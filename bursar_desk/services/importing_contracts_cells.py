"""What one line of a contract register says: its sums, days, notice and end; what is doubtful is noted, not taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bursar_desk.domain import service_kinds, words
from bursar_desk.domain.contract_cells import ONGOING, last_day, read_end, read_length, read_notice, whole_months
from bursar_desk.domain.date_cells import LEAVE_OUT, as_text
from bursar_desk.domain.date_column import Choice, Question, Read
from bursar_desk.domain.import_rows import plain
from bursar_desk.domain.money_cells import Money, MoneyCell, read_money_cell
from bursar_desk.domain.supplier_names import shown_name
from bursar_desk.services.importing_sections import Dates, Line, Lines
from bursar_desk.services.importing_shapes import Doubt
from bursar_desk.services.plain_text import one_line

FAR_YEARS: Final = 25
"""An end more than so many years away is asked about: most are slips of the keyboard."""
LONGEST: Final = {"title": 120, "reference": 80, "scope": 2000, "note": 1000}
_MOST: Final = 10**11  # pence: what a contract here may cost a year
_EARLIEST: Final = 1970  # the first year a contract here may name
_TIMES: Final = {"year": 1, "month": 12, "quarter": 4, "term": 3, "week": 52}
YEARLY, WHOLE = "year", "whole"
_YEARLY_HEAD: Final = ("annual", "yearly", "per annum", "per year", "a year", "p a", "pa", "annually")
_WHOLE_HEAD: Final = ("total", "whole", "awarded", "award", "lifetime", "life", "overall", "aggregate")


@dataclass(slots=True)
class Work:
    """One run over a register: what was read of all of it, the answers, and the questions that are open."""

    lines: Lines
    answers: Mapping[str, str]
    today: dt.date
    dates: dict[str, Dates]
    people: Mapping[str, bytes]
    questions: dict[str, Question] = field(default_factory=dict)

    def text(self, line: Line, name: str) -> str:
        """What stands in a field, on one line."""
        return one_line(as_text(self.lines.cell(line, name)))

    def ask(self, key: str, text: str, choices: tuple[Choice, ...], *, default: str = "", line: Line | None = None,
            takes_date: bool = False, takes_text: str = "") -> None:  # fmt: skip
        """Ask once; a later line that asks the same is added to its rows."""
        rows = (line.row,) if line is not None else ()
        had = self.questions.get(key)
        if had is not None:
            rows = (*had.rows, *rows)
        elif line is not None and self.lines.sheet(line):
            text = f"“{self.lines.sheet(line)}”: {text}"
        text = had.text if had is not None else text
        self.questions[key] = Question(key, text, choices, default, takes_date, rows, takes_text)


@dataclass(slots=True)
class Said:
    """What a line says: values of the register by name, doubts, and sentences for the note."""

    line: Line
    values: dict[str, Any] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    names: tuple[str, ...] = ()

    def doubt(self, work: Work, name: str, found: str, why: str, key: str = "") -> None:
        """Note a cell that is not taken."""
        lines = work.lines
        where = lines.column(self.line, name)
        self.doubts.append(Doubt(self.line.row, where, found, why, name, key, lines.sheet(self.line)))


def read_line(work: Work, line: Line) -> Said:
    """Read one line; never raises, whatever stands in it."""
    said = Said(line)
    _texts(work, said)
    _days(work, said)
    _value(work, said)
    _notice(work, said)
    _end(work, said)
    return said


def _texts(work: Work, said: Said) -> None:
    for name in ("title", "reference", "scope"):
        text = shown_name(work.lines.cell(said.line, name))
        if text and plain(text):
            said.values[name] = text[: LONGEST[name]].rstrip()
            if name == "title" and len(text) > LONGEST[name]:
                said.notes.append(f"Full title: {text[:400]}")
    service = work.text(said.line, "service")
    of_words = service_kinds.of_words(service) if service else None
    guessed = of_words or service_kinds.guess(service, said.values.get("title", ""), said.values.get("scope", "")[:200])
    if guessed:
        said.values["service"] = guessed
        if of_words is None:
            said.notes.append(f"Service taken to be {service_kinds.words_of(guessed)} by its words.")
    owner = work.text(said.line, "owner")
    if owner:
        who = work.people.get(owner.casefold())
        if who is not None:
            said.values["owner"] = who
        else:
            said.doubt(work, "owner", owner[:120], "We know nobody of that name here.")
    for name, told in (("status", "Status"), ("buyer", "Bought by")):
        text = shown_name(work.lines.cell(said.line, name))
        if text:
            said.notes.append(f"{told}: {text[:120]}.")
    note = shown_name(work.lines.cell(said.line, "note"))
    if note:
        said.notes.append(note[: LONGEST["note"]])


# --- days ------------------------------------------------------------------------------------------------------------


def ongoing_cells(lines: Lines) -> set[tuple[int, int]]:
    """Return the lines whose end says that there is none: no day is looked for there."""
    return {
        (one.section, one.row)
        for one in lines.lines
        if ONGOING.fullmatch(as_text(lines.cell(one, "last")).casefold().strip())
    }


def _days(work: Work, said: Said) -> None:
    """Take the first and last day where both are certain and in order."""
    found = {name: _day(work, said, name) for name in ("first", "last")}
    first, last = found["first"], found["last"]
    if first and last and last < first:
        key = _date_key(work, said.line, "last")
        why = f"It ends on {words.plain_date(last)}, before it starts on {words.plain_date(first)}."
        work.ask(key, f"Row {said.line.row}: {why} When does it end?", (Choice(LEAVE_OUT, "Leave both days out"),),
                 line=said.line, takes_date=True)  # fmt: skip
        said.doubt(work, "last", work.text(said.line, "last"), why, key)
        return
    said.values |= {name: day for name, day in found.items() if day is not None}
    _by_length(work, said, first, last)


def _date_key(work: Work, line: Line, name: str) -> str:
    number = work.lines.sections[line.section].number
    return f"{name}:{number + 1}.row:{line.row}" if number else f"{name}:row:{line.row}"


def _day(work: Work, said: Said, name: str) -> dt.date | None:
    """Return a certain day, or note why there is none."""
    cell = work.dates[name].of(said.line)
    raw = work.text(said.line, name)
    key = _date_key(work, said.line, name)
    if cell.state is Read.EMPTY:
        if raw and ONGOING.fullmatch(raw.casefold().strip()):
            return _ongoing(work, said, raw, key)
        return None
    if cell.state is Read.LEFT:
        return None
    if cell.state is not Read.READ or cell.day is None:
        if cell.question is not None:
            work.questions.setdefault(key, cell.question)
        said.doubt(work, name, cell.found, cell.why, key if cell.question is not None else f"{name}:order")
        return None
    if cell.day.year < _EARLIEST:
        said.doubt(work, name, cell.found, f"{words.plain_date(cell.day)} is too long ago.")
        return None
    far = dt.date(min(work.today.year + FAR_YEARS, 9999), 1, 1)
    if name == "last" and cell.day >= far and key not in work.answers:
        why = f"{words.plain_date(cell.day)} is more than {FAR_YEARS} years away."
        choices = (Choice(cell.day.isoformat(), words.plain_date(cell.day)), Choice(LEAVE_OUT, "Leave it out"))
        work.ask(key, f"Row {said.line.row} ends on {words.plain_date(cell.day)}. Is that right?", choices,
                 line=said.line, takes_date=True)  # fmt: skip
        said.doubt(work, name, cell.found, why, key)
        return None
    return cell.day


def _ongoing(work: Work, said: Said, raw: str, key: str) -> dt.date | None:
    answer = work.answers.get(key, "")
    try:
        return dt.date.fromisoformat(answer)
    except ValueError:
        pass
    if answer != LEAVE_OUT:
        why = "It goes on without an end. Say what happens at its end."
        choices = (Choice(LEAVE_OUT, "It has no end day"),)
        work.ask(key, f"Row {said.line.row} says “{raw}”. When does its present time end?", choices, line=said.line,
                 takes_date=True)  # fmt: skip
        said.doubt(work, "last", raw, why, key)
    return None


def _by_length(work: Work, said: Said, first: dt.date | None, last: dt.date | None) -> None:
    """Read a length such as "3 years" or "3+1+1": it offers an end where none stands, and says what options follow."""
    text = work.text(said.line, "length")
    if not text:
        return
    months, options = read_length(text)
    if options:
        said.values |= {"at_end": "option", "renew_months": 12, "options": options}
    if months is None:
        said.doubt(work, "length", text[:120], "It could not be read as a length.")
    elif first is not None and last is None and not work.lines.cell(said.line, "last"):
        end = last_day(first, months)
        key = f"length:{work.lines.key(said.line)}"
        if end is not None and work.answers.get(key) == end.isoformat():
            said.values["last"] = end
        elif end is not None and work.answers.get(key) != LEAVE_OUT:
            choices = (Choice(end.isoformat(), words.plain_date(end)), Choice(LEAVE_OUT, "Leave the end out"))
            told = f"Row {said.line.row}: {text} from {words.plain_date(first)}. Does it end on "
            work.ask(key, f"{told}{words.plain_date(end)}?", choices, default=end.isoformat(), line=said.line)
            said.doubt(work, "length", text, f"It would end on {words.plain_date(end)}.", key)


# --- money -----------------------------------------------------------------------------------------------------------


def _value(work: Work, said: Said) -> None:
    """Take a sum for a year without VAT where that is certain; a sum for the whole time needs the time."""
    cell = read_money_cell(work.lines.cell(said.line, "value"), zero_is_none=True)
    if cell.state is Money.EMPTY or (cell.state is Money.NONE and not cell.unknown):
        if cell.state is Money.NONE and cell.found.strip("£ ").startswith("0"):
            said.notes.append("The register says 0 for its value, which stands for none.")
        return
    key = f"value:{work.lines.key(said.line)}"
    if cell.state is not Money.READ or cell.pence is None or cell.pence < 0:
        told = _typed_sum(work.answers.get(key, ""))
        if told is None and work.answers.get(key) != LEAVE_OUT:
            why = cell.why or "It is below nothing."
            work.ask(key, f"Row {said.line.row} says “{cell.found[:80]}” for its value. {why}",
                     (Choice(LEAVE_OUT, "Leave the value blank"),), line=said.line,
                     takes_text="The price a year")  # fmt: skip
            said.doubt(work, "value", cell.found[:120], why, key)
            return
        if told is None:
            return
        cell = told
    if cell.why:
        said.notes.append(f"Value “{cell.found}”: {cell.why}")
    _net(work, said, cell, key)


def _typed_sum(answer: str) -> MoneyCell | None:
    """Return a sum that a person typed as the answer."""
    cell = read_money_cell(answer) if answer and answer != LEAVE_OUT else None
    return cell if cell is not None and cell.state is Money.READ and (cell.pence or -1) >= 0 else None


def _net(work: Work, said: Said, cell: MoneyCell, key: str) -> None:
    """Take the VAT out where its rate is known, or say that it is not."""
    vat = cell.vat or _vat_of_heading(work, said.line) or work.answers.get("value:vat", "")
    pence = cell.pence or 0
    if vat == "gross":
        rate = work.answers.get(f"{key}:rate") or work.answers.get("value:rate", "")
        if rate not in ("2000", "500", "0"):
            choices = (
                Choice("2000", f"20 %, so {words.money_exact(_without(pence, 2000))} without"),
                Choice("500", f"5 %, so {words.money_exact(_without(pence, 500))} without"),
            )
            ask = f"Row {said.line.row}: {words.money_exact(pence)} is with VAT. At which rate?"
            work.ask(f"{key}:rate", ask, choices, default="2000", line=said.line)
            said.doubt(work, "value", cell.found, "It is with VAT, and the rate is not said.", f"{key}:rate")
            return
        pence, said.values["vat_rate"] = _without(pence, int(rate)), int(rate)
    elif vat == "none":
        said.values["vat_rate"] = 0
    elif not vat:
        choices = (Choice("net", "Without VAT"), Choice("gross", "With VAT"))
        work.ask("value:vat", f"Are the sums in “{work.lines.title(said.line, 'value')}” with or without VAT?", choices,
                 default="net", line=said.line)  # fmt: skip
        said.notes.append("The register does not say whether VAT is in the value.")
    _yearly(work, said, cell, pence)


def _without(pence: int, rate: int) -> int:
    """Take VAT at ``rate`` hundredths of a per cent out of a sum, to the nearest penny."""
    return (pence * 20_000 + 10_000 + rate) // (2 * (10_000 + rate))


def _vat_of_heading(work: Work, line: Line) -> str:
    head = f" {plain(work.lines.title(line, 'value'))} "
    if any(one in head for one in (" ex vat ", " excl vat ", " exc vat ", " excluding vat ", " net ", " before vat ")):
        return "net"
    return "gross" if any(one in head for one in (" inc vat ", " incl vat ", " including vat ", " gross ")) else ""


def _per_of_heading(work: Work, line: Line) -> str:
    head = f" {plain(work.lines.title(line, 'value'))} "
    if any(f" {one} " in head for one in _YEARLY_HEAD):
        return YEARLY
    return WHOLE if any(f" {one} " in head for one in _WHOLE_HEAD) else ""


def _yearly(work: Work, said: Said, cell: MoneyCell, pence: int) -> None:
    """Turn a sum into one for a year: by its own words, else by its heading, else by what a person said."""
    per = cell.per
    if pence * _TIMES.get(per, 1) > _MOST:
        said.doubt(work, "value", cell.found, "It is more than a contract of a school can cost.")
        return
    if per in _TIMES:
        said.values["yearly"] = pence * _TIMES[per]
        if per != "year":
            said.notes.append(f"Value: {cell.found}, so {words.money_exact(pence * _TIMES[per])} a year.")
        return
    means = WHOLE if per == "once" else _per_of_heading(work, said.line) or work.answers.get("value:per", "")
    if means == YEARLY:
        said.values["yearly"] = pence
    elif means == WHOLE:
        _share(said, pence)
    else:
        choices = (Choice(YEARLY, "For one year"), Choice(WHOLE, "For the whole contract"))
        key, head = "value:per", work.lines.title(said.line, "value")
        work.ask(key, f"Are the sums in “{head}” for a year or for the whole contract?", choices, line=said.line)
        why = "It is not said whether this is for a year or for the whole contract."
        said.doubt(work, "value", cell.found, why, key)


def _share(said: Said, pence: int) -> None:
    """A sum for the whole time is a year's where the time is known in whole months; else it stays in the note."""
    first, last = said.values.get("first"), said.values.get("last")
    months = whole_months(first, last) if first and last else None
    told = f"Value for the whole contract: {words.money_exact(pence)}"
    if months is None:
        said.notes.append(f"{told}.")
        said.values.pop("vat_rate", None)
        return
    said.values["yearly"] = (pence * 12 * 2 + months) // (2 * months)
    said.notes.append(f"{told} over {words.count(months, 'month')}; a year’s share of it is the price a year.")


# --- notice and end --------------------------------------------------------------------------------------------------


def _notice(work: Work, said: Said) -> None:
    head = plain(work.lines.title(said.line, "notice"))
    unit = next((one for one in ("working days", "days", "weeks", "months") if one in head), "")
    cell = read_notice(work.lines.cell(said.line, "notice"), unit)
    key = f"notice:{work.lines.key(said.line)}"
    answer = work.answers.get(key, "")
    if cell.why and answer:
        told = read_notice(answer)
        if answer == LEAVE_OUT:
            return
        cell = told if not told.why else cell
    if cell.why:
        choices = tuple(
            Choice(f"{cell.found} {one}", f"{cell.found} {one}")
            for one in ("days", "weeks", "months")
            if cell.found.isdecimal()
        )
        work.ask(key, f"Row {said.line.row} says “{cell.found[:80]}” for notice. {cell.why}",
                 (*choices, Choice(LEAVE_OUT, "Leave the notice blank")), line=said.line,
                 takes_text="The notice")  # fmt: skip
        said.doubt(work, "notice", cell.found[:120], cell.why, key)
    elif cell.count is not None:
        said.values |= {"notice": cell.count, "notice_unit": cell.unit}
        if cell.clear:
            said.values["notice_clear"] = True


def _end(work: Work, said: Said) -> None:
    cell = read_end(work.lines.cell(said.line, "renewal"))
    if cell.why:
        said.doubt(work, "renewal", cell.found[:120], cell.why)
    elif cell.at_end:
        told = {"at_end": cell.at_end, "renew_months": cell.renew_months, "options": cell.options}
        said.values |= {name: value for name, value in told.items() if value is not None}
