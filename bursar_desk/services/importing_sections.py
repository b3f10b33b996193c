"""The tables of a contract register or a ledger: on which sheets they lie, their lines, and their columns of dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.date_column import ColumnReading, Question, ReadCell, read_column
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.import_buying import BUYING, Section, sections_of
from bursar_desk.domain.import_rows import Table, is_repeated, plain
from bursar_desk.domain.progress import Progress
from bursar_desk.services.importing_read import SAFE, Book
from bursar_desk.services.importing_shapes import letter
from bursar_desk.services.plain_text import one_line

_MOST_NAMED: Final = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One filled row below headings; ``row`` counts from 1 as its sheet does."""

    section: int
    row: int
    cells: tuple[Any, ...]


@dataclass(slots=True)
class Lines:
    """All lines of a book with the sections they stand in; ``said`` is how they were found."""

    kind: str
    book: Book
    sections: list[Section]
    lines: list[Line]
    said: list[str] = field(default_factory=list)

    @property
    def several(self) -> bool:
        """Whether lines come from more than one sheet, so that a row needs its sheet beside it."""
        return len({one.number for one in self.sections}) > 1

    def cell(self, line: Line, name: str) -> Any:
        """What stands in a field of a line."""
        place = self.sections[line.section].table.columns.get(name)
        return line.cells[place] if place is not None and place < len(line.cells) else None

    def column(self, line: Line, name: str) -> str:
        """The letter of a field's column, "" where there is none."""
        place = self.sections[line.section].table.columns.get(name)
        return "" if place is None else letter(place)

    def sheet(self, line: Line) -> str:
        """The name of a line's sheet, where there are several."""
        return self.sections[line.section].sheet if self.several else ""

    def title(self, line: Line, name: str) -> str:
        """The heading a field stands below."""
        table = self.sections[line.section].table
        place = table.columns.get(name)
        return table.titles[place] if place is not None and place < len(table.titles) else ""

    def key(self, line: Line) -> str:
        """What names a line in the keys of questions: its row, with the number of its sheet from the second one on."""
        number = self.sections[line.section].number
        return f"{number + 1}.{line.row}" if number else str(line.row)


def lines_of(book: Book, kind: str, mapping: Mapping[str, object], sheet: str = "") -> Lines:
    """Find every table of a book. Raises ``UserError`` when there is none, or for a column or sheet that is not there.

    ``mapping``: field to a heading's words, a letter, or a number from 0; None takes a field out.
    """
    sheets = [(n, one) for n, one in enumerate(book.sheets) if one.rows and (not sheet or one.name == sheet)]
    if sheet and sheet not in {one.name for one in book.sheets}:
        named = words.listing([f"“{one.name}”" for one in book.sheets])
        raise UserError(f"There is no sheet “{sheet}”.", SAFE, f"The sheets are {named}.")
    if not sheets:
        raise UserError("That file has no filled cells.", SAFE, "Choose another one.")
    shown = [one for one in sheets if not one[1].hidden] or sheets
    found: list[Section] = []
    without: list[str] = []
    for number, one in shown:
        before = found[-1] if found else None
        here = sections_of(one.name, number, one.rows, kind, before) or _told(one.name, number, one.rows, mapping)
        found += here
        if not here:
            without.append(one.name)
    if not found:
        wanted = words.listing([f"“{one.title}”" for one in BUYING[kind] if one.needed])
        raise UserError("The headings were not found.", SAFE, f"Name the columns for {wanted} by their letters.")
    found = [_mapped(one, mapping, kind) for one in found]
    made = Lines(kind, book, found, list(_filled(book, found)))
    made.said = [*_about(made, without)]
    return made


def _told(name: str, number: int, rows: Sequence[Any], mapping: Mapping[str, object]) -> list[Section]:
    """Take a sheet whose headings we do not know when a person named its columns."""
    texts = {plain(one) for one in mapping.values() if isinstance(one, str)}
    for place, row in enumerate(rows[:40]):
        if texts & {plain(cell) for cell in row if isinstance(cell, str)}:
            return [Section(name, number, place + 1, len(rows), Table(place, {}, tuple(map(str, row))))]
    return [Section(name, number, 0, len(rows), Table(-1, {}))] if mapping else []


def _mapped(section: Section, mapping: Mapping[str, object], kind: str) -> Section:
    """Let a person's columns count before those that were found."""
    columns = dict(section.table.columns)
    fields = {one.name for one in BUYING[kind]}
    for name, where in mapping.items():
        if name not in fields:
            raise UserError(f"“{name}” cannot be brought in.", SAFE, f"Use one of: {', '.join(sorted(fields))}.")
        place = _place(section.table, where)
        for other in [one for one, taken in columns.items() if taken == place]:
            del columns[other]
        columns.pop(name, None)
        if place is not None:
            columns[name] = place
    return replace(section, table=Table(section.table.heading, columns, section.table.titles))


def _place(table: Table, where: object) -> int | None:
    if where is None or where == "":
        return None
    if isinstance(where, int) and not isinstance(where, bool) and 0 <= where < 200:
        return where
    text = str(where)
    for number, title in enumerate(table.titles):
        if title and plain(title) == plain(text):
            return number
    letters = {letter(number): number for number in range(200)}
    if text.upper() in letters:
        return letters[text.upper()]
    raise UserError(f"There is no column “{text}”.", SAFE, "Name it by its heading or its letter.")


def _filled(book: Book, sections: Sequence[Section]) -> Iterator[Line]:
    for place, one in enumerate(sections):
        rows = book.sheets[one.number].rows
        first = next((title for title in one.table.titles if title), "")[:1].casefold()
        for number in range(one.start, one.stop):
            row = rows[number]
            cell = next((each for each in row if each is not None), None)
            alike = isinstance(cell, str) and cell.strip()[:1].casefold() == first  # most rows are told apart by that
            if cell is not None and not (alike and is_repeated(row, one.table.titles)):
                yield Line(place, number + 1, row)


def _about(made: Lines, without: Sequence[str]) -> Iterator[str]:
    """Say where the tables were found, and what was not read."""
    if made.several:
        yield f"{words.count(len({one.number for one in made.sections}), 'sheet')} were read."
    inherited = [f"“{one.sheet}”" for one in made.sections if one.inherited]
    if inherited:
        yield (
            f"{words.listing(inherited)} {'has' if len(inherited) == 1 else 'have'} no headings, and "
            f"{words.is_are(len(inherited))} read by those before."
        )
    again = [str(one.start) for n, one in enumerate(made.sections) if n and made.sections[n - 1].number == one.number]
    if again:
        yield f"Other headings stand in row {words.listing(again)}: from there on the columns are read by them."
    first = made.sections[0]
    if first.start > 1:
        yield f"The headings stand in row {first.start}; what is above them was passed over."
    if without:
        named = words.listing([f"“{one}”" for one in without[:_MOST_NAMED]])
        yield f"{named} {'has' if len(without) == 1 else 'have'} no headings we know, and nothing was read there."
    yield from _passed_over(made)


def _passed_over(made: Lines) -> Iterator[str]:
    """Name columns with a heading and something below it that are not read: what they say would be lost."""
    left: dict[str, None] = {}
    for place, one in enumerate(made.sections):
        filled = {n for line in made.lines if line.section == place for n, c in enumerate(line.cells) if c is not None}
        for n in sorted(filled - set(one.table.columns.values())):
            if n < len(one.table.titles) and one.table.titles[n]:
                left.setdefault(one_line(one.table.titles[n])[:60])
    names = [f"“{one}”" for one in left]
    if names:
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        told = ", ".join(names[:_MOST_NAMED]) + more if more else words.listing(names)
        yield f"{'These columns are' if len(names) > 1 else 'This column is'} not read: {told}."


@dataclass(slots=True)
class Dates:
    """A column of dates over all sections: the reading of each line's cell, by (section, row)."""

    cells: dict[tuple[int, int], ReadCell] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    order: str = ""

    def of(self, line: Line) -> ReadCell:
        """The reading of a line's cell."""
        return self.cells[line.section, line.row]


def read_dates(
    lines: Lines, name: str, title: str, *, today: dt.date, answers: Mapping[str, str], past: bool, inherit: str = "",
    blank: Iterable[tuple[int, int]] = (), progress: Progress | None = None,
) -> Dates:  # fmt: skip
    """Read a column of dates in all sections; day and month are ordered by the evidence of all of them together.

    ``blank``: lines whose cell says something else than a day and is read elsewhere. Answers about the whole column
    (order, epoch, turned) count for every section.
    """
    away = set(blank)
    made = Dates()
    table = [
        (line, None if (line.section, line.row) in away else lines.cell(line, name)) for line in lines.lines
    ]  # fmt: skip
    epoch = lines.book.epoch
    whole = read_column(
        [(line.row, cell) for line, cell in table], today=today, name=title, past=past, epoch=epoch,
        answers=answers, inherit=inherit, key=f"{name}:",
    )  # fmt: skip
    made.order = whole.order
    if len(lines.sections) == 1:
        _keep(made, lines, 0, whole, name, f"{name}:", past=past)
        return made
    common = {key: value for key in ("order", "epoch", "turned") if (value := answers.get(f"{name}:{key}"))}
    for place, section in enumerate(lines.sections):
        if progress is not None:
            progress.step("Reading the dates", place, len(lines.sections))
        here = [(line.row, cell) for line, cell in table if line.section == place]
        key = f"{name}:{section.number + 1}." if section.number else f"{name}:"
        told = {**answers, **{key + one: value for one, value in common.items()}}
        reading = read_column(
            here, today=today, name=title, past=past, epoch=epoch, answers=told,
            inherit="" if made.order == "mixed" else made.order or inherit, key=key,
        )  # fmt: skip
        _keep(made, lines, place, reading, name, key, past=past)
    return made


def _keep(
    made: Dates, lines: Lines, place: int, reading: ColumnReading, name: str, key: str, *, past: bool
) -> None:  # fmt: skip
    sheet = lines.sections[place].sheet if lines.several else ""
    for cell in reading.cells:
        if cell.question is not None:
            text = cell.question.text if past else cell.question.text.replace("Which day was it?", "Which day is it?")
            cell = replace(cell, question=replace(cell.question, text=f"“{sheet}”: {text}" if sheet else text))
        made.cells[place, cell.row] = cell
    begun = {one[:20] for one in made.said}  # one sentence of a kind will do, however many sheets there are
    made.said += [one for one in reading.said if one[:20] not in begun]
    have = {one.key for one in made.questions}
    for one in reading.questions:
        common = f"{name}:{one.key.removeprefix(key)}"
        if common not in have:
            made.questions.append(replace(one, key=common))
