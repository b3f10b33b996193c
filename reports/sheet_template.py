"""A spreadsheet to fill in: our headings, one example or the rows known already, dates as dates."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from reports.saving import save
from reports.wording import clean
from reports.workbook import DAY, is_trigger


def write(path: Path, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Save the spreadsheet at ``path``; a column whose title speaks of a day is set to dates. Raises UserError."""
    book = Workbook()
    sheet = book.active
    if sheet is None:  # a new workbook always has a first sheet
        raise AssertionError("no first sheet")
    table = book[sheet.title]
    table.title = "To fill in"
    for across, title in enumerate(titles, 1):
        cell = table.cell(1, across, clean(title))
        cell.font = Font(bold=True)
        cell.alignment = Alignment(vertical="top")
        table.column_dimensions[get_column_letter(across)].width = 44 if across == 1 else 20
        if any(word in title.casefold() for word in ("last done", "next due", "until", "bought on", "used on")):
            for down in range(2, max(200, len(rows) + 50)):
                table.cell(down, across).number_format = DAY
    for down, row in enumerate(rows, 2):
        for across, text in enumerate(row, 1):
            if text:
                cell = table.cell(down, across, clean(text))
                cell.data_type = "s"
                cell.quotePrefix = is_trigger(text)
    table.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    save(path, out.getvalue())
