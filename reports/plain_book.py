"""Lists as a workbook: typed cells, no formulas, nothing that a spreadsheet could run."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from reports.paper import PRACTICE
from reports.saving import Written, save
from reports.wording import clean
from reports.workbook import Typed, put, timeless


@dataclass(frozen=True, slots=True)
class PlainSheet:
    """One sheet: its name, lines above the table, column heads with widths in characters, rows of typed values.

    A Decimal is pounds.
    """

    name: str
    above: tuple[str, ...]
    heads: tuple[tuple[str, float], ...]
    rows: tuple[tuple[Typed, ...], ...]


def write_book(
    path: Path, title: str, sheets: Sequence[PlainSheet], made_at: datetime, *, practice: bool = False
) -> Written:
    """Save the sheets at ``path``; ``pages`` counts them. Raises UserError when the file cannot be saved."""
    book = Workbook()
    for number, sheet in enumerate(sheets):
        target = book[book.sheetnames[0]] if number == 0 else book.create_sheet()
        target.title = sheet.name[:31]
        down = 1
        for line in (PRACTICE, *sheet.above) if practice else sheet.above:
            put(target, down, 1, line, strong=down == 1)
            down += 1
        for across, (head, width) in enumerate(sheet.heads, 1):
            put(target, down, across, head, strong=True)
            target.column_dimensions[get_column_letter(across)].width = width
        target.freeze_panes = target.cell(down + 1, 1)
        for step, row in enumerate(sheet.rows, down + 1):
            for across, value in enumerate(row, 1):
                put(target, step, across, value, money=isinstance(value, Decimal))
    book.properties.title = clean(title)
    book.properties.created = book.properties.modified = made_at.replace(tzinfo=None)
    out = io.BytesIO()
    book.save(out)
    save(path, timeless(out.getvalue()))
    return Written(path, len(sheets), {"rows": str(sum(len(one.rows) for one in sheets))})
