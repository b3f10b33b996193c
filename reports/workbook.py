"""The governors' figures as a workbook: typed cells, no formulas, and no text that a spreadsheet could run."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from reports.governors_content import Content, Section, content_of, figures_of
from reports.governors_data import GovernorsData, RuledOut
from reports.grid import Cell, Column
from reports.paper import PRACTICE
from reports.saving import SAFE, Written, save
from reports.wording import clean, made

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

LONGEST_TEXT = 32_767  # what a cell can hold
TRIGGERS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "−")
DAY, MONEY, COUNT = "d mmm yyyy", "[$£-809]#,##0.00;[$£-809]\\-#,##0.00", "#,##0"
# A date of the file itself would make the same figures give other bytes each time.
EPOCH = (1980, 1, 1, 0, 0, 0)

Typed = int | Decimal | date | str | None


def write_xlsx(data: GovernorsData, path: Path) -> Written:
    """Save the report as one sheet a section at ``path``; ``pages`` counts the sheets.

    Raises UserError when a text is longer than a cell can hold or the file cannot be saved.
    """
    content = content_of(data)
    book, sheets = make_xlsx(data, content)
    save(path, book)
    return Written(path, sheets, figures_of(content))


def make_xlsx(data: GovernorsData, content: Content) -> tuple[bytes, int]:
    """Return the workbook's bytes and its number of sheets; the same data gives the same bytes."""
    book = Workbook()
    front = book.active
    if front is None:  # a new workbook always has a first sheet
        raise AssertionError("no first sheet")
    _front(book[front.title], data, content)
    for section in content.sections.values():
        if section.words or section.columns:
            _sheet(book.create_sheet(section.key.replace("_", " ").capitalize()), section)
    if data.not_needed is not None and data.not_needed.listed:
        _ruled_out(book.create_sheet("Not needed here"), data.not_needed.listed)
    book.properties.title = clean(f"Health and safety report, {data.school}, {data.term}")
    book.properties.creator = clean(data.prepared_by)
    book.properties.created = book.properties.modified = data.made_at.replace(tzinfo=None)
    out = io.BytesIO()
    book.save(out)
    return timeless(out.getvalue()), len(book.sheetnames)


def timeless(book: bytes) -> bytes:
    """Return the same workbook without the time it was zipped, which would differ each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            part = before.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", part)
            after.writestr(zipfile.ZipInfo(name, EPOCH), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _front(sheet: Worksheet, data: GovernorsData, content: Content) -> None:
    sheet.title = "Report"
    rows: list[tuple[str, Typed]] = [
        ("School", data.school), ("Term", data.term), ("Covers from", data.covers_from), ("Covers to", data.covers_to),
        ("Prepared by", data.prepared_by), ("Prepared for", data.prepared_for), ("In one sentence", content.sentence),
        ("Made from records on", made(data.made_at)), ("Stamp", data.stamp),
    ]  # fmt: skip
    if data.as_at:
        rows.insert(0, (data.as_at, None))
    if data.practice:
        rows.insert(0, (PRACTICE, None))
    for number, (label, value) in enumerate(rows, 1):
        put(sheet, number, 1, label, strong=True)
        put(sheet, number, 2, value)
    sheet.column_dimensions["A"].width = 30
    sheet.column_dimensions["B"].width = 70


def _ruled_out(sheet: Worksheet, listed: Sequence[RuledOut]) -> None:
    """Every check that was said not to be needed, with who, why and when it is looked at again."""
    put(sheet, 1, 1, "Checks that are not needed here", strong=True)
    titles = ("Check", "Why", "Said by", "Look again on")
    for across, (title, width) in enumerate(zip(titles, (40, 70, 24, 16), strict=True), 1):
        put(sheet, 2, across, title, strong=True)
        sheet.column_dimensions[get_column_letter(across)].width = width
    for down, one in enumerate(listed, 3):
        for across, value in enumerate((one.title, one.why, one.said_by, one.review_on), 1):
            put(sheet, down, across, value)
    sheet.freeze_panes = "A3"


def _sheet(sheet: Worksheet, section: Section) -> None:
    put(sheet, 1, 1, section.heading, strong=True)
    if section.words:
        put(sheet, 2, 1, section.words)
        sheet.column_dimensions["A"].width = 80
        return
    across = 1
    for column in section.columns:
        for title in column.parts or (_title(column),):
            put(sheet, 2, across, title, strong=True)
            sheet.column_dimensions[get_column_letter(across)].width = max(12.0, column.width / 5)
            across += 1
    down = 3
    for row in section.rows:
        _row(sheet, down, section.columns, row)
        down += 1
    if section.total:
        _row(sheet, down, section.columns, section.total, strong=True)
        down += 1
    for note in section.notes:
        put(sheet, down + 1, 1, note)
        down += 1
    sheet.freeze_panes = "B3"
    sheet.print_title_rows = "1:2"


def _title(column: Column) -> str:
    return f"{column.title}, minutes" if column.kind == "minutes" else column.title


def _row(sheet: Worksheet, down: int, columns: Sequence[Column], row: Sequence[Cell], *, strong: bool = False) -> None:
    across = 1
    for column, cell in zip(columns, row, strict=True):
        for value in _typed(column, cell):
            put(sheet, down, across, value, strong=strong or across == 1, money=column.kind == "money")
            across += 1


def _typed(column: Column, cell: Cell) -> list[Typed]:
    """Return what stands in the cell or cells of one figure; words where there is no figure behind them."""
    if column.parts:
        return list(cell.value) if isinstance(cell.value, tuple) else [cell.text or None, None]
    if cell.value is None or isinstance(cell.value, tuple):
        return [cell.text or None]
    if column.kind == "money" and isinstance(cell.value, int):
        return [Decimal(cell.value).scaleb(-2)]
    return [cell.text if isinstance(cell.value, str) else cell.value]


def put(sheet: Worksheet, down: int, across: int, value: Typed, *, strong: bool = False, money: bool = False) -> None:
    """Write one typed cell. Text stays text whatever it starts with, and has the quote mark a person would add."""
    if isinstance(value, str):
        value = clean(value)
    if value is None or value == "":
        return
    cell = sheet.cell(down, across)
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise UserError(
                f"One entry is longer than a spreadsheet cell can hold ({words.number(LONGEST_TEXT)} characters).",
                SAFE,
                "Shorten it, or save the report as a PDF.",
            )
        cell.value = value
        cell.data_type = "s"
        cell.alignment = Alignment(vertical="top", wrap_text=len(value) > 40)
        if is_trigger(value):
            cell.quotePrefix = True
    else:
        cell.value = value
        cell.number_format = DAY if isinstance(value, date) else MONEY if money else COUNT
        cell.alignment = Alignment(vertical="top")
    if strong:
        cell.font = Font(bold=True)


def is_trigger(text: str) -> bool:
    """Tell whether a spreadsheet could take text for a formula: a trigger first, also behind blanks or controls."""
    return text.lstrip("".join(c for c in text if c.isspace() or not c.isprintable())).startswith(TRIGGERS)
