"""Spreadsheets as schools really keep them, made by hand for the tests: workbook, text and paste of the same mess."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

HEADINGS = ("Compliance item", "Frequency", "Date last done", "By whom", "Result", "Cert no", "Next due", "Comments")
TITLES = ("Oakfield Primary School", "Statutory compliance tracker 2025/26 (DO NOT DELETE)")
LINES: tuple[tuple[Any, ...], ...] = (
    ("Fire alarm test", "Weekly", "03/04/26", "Terry Walsh", "Pass", None, None, None),
    ("FIRE-07", "Monthly", "25/03/2026", "Terry Walsh", "OK", None, None, "bulb in hall replaced"),
    ("LIFT-01", "6 monthly", 46107, "Ascent Lifts", "Satisfactory", "LX-2041", dt.date(2026, 9, 26), None),
    ("Gas safety check", "Annual", "TBC", None, None, None, None, None),
    HEADINGS,  # the second printed page
    ("FIRE-09", "Annual", "half term", "Contractor", None, None, None, None),
    ("Fixed wire testing", "5 yearly", dt.date(2024, 8, 6), "Sparks & Son", "Pass", "EI-77", None, None),
    ("ASBE-04", "Annual", "n/a", None, None, None, None, None),
    ("FIRE-01", "Annual", "31 June 2025", None, None, None, None, None),
    ("WATR-03", "Weekly", "w/c 13/10/25", "Terry Walsh", "Pass", None, None, None),
    ("Swimming pool plant", "Weekly", "01/09/2025", None, None, None, None, None),
)
FIRST_ROW = 5  # of the lines in the workbook, as the spreadsheet counts


def messy_workbook(path: Path, *, mac: bool = False) -> Path:
    """Merged title rows, a blank row, headings in row 4, headings again, serial numbers, blank rows at the foot."""
    book = Workbook()
    if mac:
        book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    sheet.title = "Tracker"
    for number, title in enumerate(TITLES, 1):
        sheet.cell(number, 1, title)
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=8)
    for across, heading in enumerate(HEADINGS, 1):
        sheet.cell(4, across, heading)
    for down, line in enumerate(LINES, FIRST_ROW):
        for across, value in enumerate(line, 1):
            if value is not None:
                sheet.cell(down, across, value)
    sheet.column_dimensions["C"].hidden = True
    for down in range(20, 60):  # formatted and cleared: still there, but empty
        sheet.cell(down, 2).number_format = "d mmm yyyy"
    book.create_sheet("Lists").append(["Weekly", "Monthly"])
    book.save(path)
    return path


def workbook(path: Path, rows: Sequence[Sequence[Any]], more: Callable[[Workbook], object] | None = None) -> Path:
    """A workbook of one sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    if more is not None:
        more(book)
    book.save(path)
    return path


def ods(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """An OpenDocument sheet; a cell that begins with ``date:`` is a real date."""

    def cell(text: str) -> str:
        if text.startswith("date:"):
            day = text.removeprefix("date:")
            value = f'office:value-type="date" office:date-value="{day}"'
            return f"<table:table-cell {value}><text:p>{day}</text:p></table:table-cell>"
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    lines = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Sheet1">{lines}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


def with_parts(path: Path, parts: Mapping[str, bytes]) -> Path:
    """The same archive with parts put in or replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            if name not in parts:
                after.writestr(name, before.read(name))
        for name, content in parts.items():
            after.writestr(name, content)
    path.write_bytes(out.getvalue())
    return path
