"""A cover pack as a spreadsheet that any program opens: to read, to fill in, and to send back.

Nothing in it is a formula or a program. What is printed is locked, without a password; the white cells are free. Each
row ends in a mark (pack code, number of the line, digest of its printed words): it finds its line again after sorting,
and shows when printed words were changed. As on paper, there is no field for why anyone is away, no alarm code, no
home address and no pupil.
"""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from bursar_desk.domain import words
from bursar_desk.domain.mileage import VEHICLES
from reports.cover_pack import IN_PERSON, CoverPackPaper
from reports.paper import PRACTICE
from reports.saving import Written, save
from reports.workbook import put, timeless

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

RESULTS: Final = ("Pass", "Fail", "Not done")
WENT_BY: Final = tuple(one.capitalize() for one in VEHICLES)
FORM: Final = "bursar cover sheet 1"
LEAVE: Final = "Leave as it is"
CHECK_HEADS: Final = (
    ("Line", 7.0), ("Day", 17.0), ("Check", 38.0), ("What good is", 32.0), ("Result", 12.0), ("Reading", 11.0),
    ("Unit", 8.0), ("Note", 34.0), ("Done by", 20.0), ("Time", 9.0), (LEAVE, 26.0),
)  # fmt: skip
HOUR_HEADS: Final = (
    ("Line", 7.0), ("Day", 17.0), ("Agreed hours", 18.0), ("From", 9.0), ("To", 9.0), ("Break, minutes", 15.0),
    ("Travel, minutes", 16.0), ("Miles", 9.0), ("Went by", 13.0), ("Note", 30.0), ("Signed for the school", 24.0),
    (LEAVE, 26.0),
)  # fmt: skip
CHECK_FREE: Final = {"Result": "result", "Reading": "reading", "Note": "note", "Done by": "by", "Time": "time"}
HOUR_FREE: Final = {
    "From": "from", "To": "to", "Break, minutes": "pause", "Travel, minutes": "travel", "Miles": "miles",
    "Went by": "vehicle", "Note": "note", "Signed for the school": "signed",
}  # fmt: skip
"""The cells to fill in: the head of their column, and what they are called when they come back."""
CHECK_FIXED: Final = ("Day", "Check", "What good is", "Unit")
HOUR_FIXED: Final = ("Day", "Agreed hours")
_HEAD_ROW: Final = 4
_FREE_FILL: Final = PatternFill("solid", fgColor="FFFFFF")
_FIXED_FILL: Final = PatternFill("solid", fgColor="EDF1F6")
_EDGE: Final = Side(style="thin", color="8A94A3")
_MOST_ROWS: Final = 2_000


@dataclass(frozen=True, slots=True)
class SheetDay:
    """One day of the hours slip; ``agreed``: the hours in words, "" where they are not agreed."""

    number: int
    day: date
    agreed: str = ""


@dataclass(frozen=True, slots=True)
class CoverSheet:
    """A pack to fill in: the paper it is (its checks are lines 1, 2, 3...), the days, until when it goes back."""

    pack: CoverPackPaper
    helper_school: str
    first: date
    last: date
    return_by: date
    days: tuple[SheetDay, ...]


def mark_of(code: str, kind: str, number: int, fixed: Iterable[str]) -> str:
    """Return the mark of a row: "K7M-4AX-P c3 9f2c1a70"; ``kind`` is "c" for a check, "h" for a day of hours."""
    return f"{code} {kind}{number} {digest_of(fixed)}"


def digest_of(fixed: Iterable[str]) -> str:
    """Return eight characters that change with the printed words.

    Only plain letters and figures count, so that the same words from another program or a .csv stay the same.
    """
    plain = ["".join(c for c in text.casefold() if c.isascii() and c.isalnum()) for text in fixed]
    return hashlib.sha256("|".join(plain).encode()).hexdigest()[:8]


def write_xlsx(sheet: CoverSheet, path: Path) -> Written:
    """Save the sheet at ``path``; ``pages`` counts its pages. Raises UserError when it cannot be saved."""
    made, pages = make_xlsx(sheet)
    save(path, made)
    return Written(path, pages, {"code": sheet.pack.code, "checks": str(len(sheet.pack.checks))})


def make_xlsx(sheet: CoverSheet) -> tuple[bytes, int]:
    """Return the workbook and how many pages it shows; the same pack gives the same bytes."""
    book = Workbook()
    front = book[book.sheetnames[0]]
    front.title = "Checks"
    _checks(front, sheet)
    _hours(book.create_sheet("Hours"), sheet)
    site = _reading(book.create_sheet("Site"), "Site", _site(sheet.pack))
    about = _reading(book.create_sheet("About"), "About this sheet", _about(sheet))
    shown = len(book.sheetnames)
    machine = book.create_sheet("For Bursar Desk")
    facts = (
        ("form", FORM), ("code", sheet.pack.code), ("school", sheet.pack.site.school),
        ("checks", str(len(sheet.pack.checks))), ("hours", str(len(sheet.days))), ("read", digest_of([*site, *about])),
    )  # fmt: skip
    for down, (name, value) in enumerate(facts, 1):
        put(machine, down, 1, name)
        put(machine, down, 2, value)
    machine.protection.sheet = True
    machine.sheet_state = "hidden"
    book.properties.title = f"Cover sheet {sheet.pack.code}"
    book.properties.creator = sheet.pack.site.school
    book.properties.created = book.properties.modified = sheet.pack.made_at.replace(tzinfo=None)
    out = io.BytesIO()
    book.save(out)
    return timeless(out.getvalue()), shown


def _put(target: Worksheet, down: int, across: int, value: str | int, *, strong: bool = False, size: int = 11) -> None:
    """Write one cell in the typeface that every program has, or has a likeness of."""
    put(target, down, across, value)
    target.cell(down, across).font = Font(name="Calibri", bold=strong, size=size)


def _top(target: Worksheet, sheet: CoverSheet, said: str) -> None:
    practice = f"{PRACTICE}. " if sheet.pack.practice else ""
    _put(target, 1, 1, f"{practice}Cover sheet {sheet.pack.code}, {sheet.pack.site.school}", strong=True, size=14)
    _put(target, 2, 1, f"For {sheet.pack.for_whom}. {said}")
    for down in (1, 2):
        target.cell(down, 1).alignment = Alignment(wrap_text=False)


def _table(target: Worksheet, heads: Sequence[tuple[str, float]], free: Iterable[str], rows: int) -> None:
    """Lay out the heads, and say which cells below them are free."""
    names = [name for name, _ in heads]
    for across, (name, width) in enumerate(heads, 1):
        _put(target, _HEAD_ROW, across, name, strong=True)
        target.cell(_HEAD_ROW, across).border = Border(bottom=Side(style="medium", color="1B2430"))
        target.column_dimensions[get_column_letter(across)].width = width
    target.column_dimensions[get_column_letter(len(heads))].hidden = True
    open_columns = {names.index(name) + 1 for name in free}
    for down in range(_HEAD_ROW + 1, _HEAD_ROW + 1 + rows):
        for across in range(1, len(heads) + 1):
            cell = target.cell(down, across)
            cell.border = Border(bottom=_EDGE, right=_EDGE)
            cell.fill = _FREE_FILL if across in open_columns else _FIXED_FILL
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            cell.font = Font(name="Calibri", size=11)
            if across in open_columns:
                cell.protection = Protection(locked=False)
                cell.number_format = "@"  # what is typed stays as it was typed
    target.freeze_panes = f"D{_HEAD_ROW + 1}"
    _protect(target)
    _fit_print(target)


def _protect(target: Worksheet) -> None:
    """Lock what is printed, without a password: nobody may be stranded. Columns and rows can be made wider."""
    target.protection.sheet = True
    target.protection.formatColumns = False
    target.protection.formatRows = False


def _fit_print(target: Worksheet, *, wide: bool = True) -> None:
    target.page_setup.orientation = "landscape" if wide else "portrait"
    target.page_setup.paperSize = target.PAPERSIZE_A4
    target.page_setup.fitToWidth = 1
    target.page_setup.fitToHeight = 0
    target.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if wide:
        target.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"


def _choice(target: Worksheet, column: int, rows: int, choices: Sequence[str], asks: str) -> None:
    if not rows:
        return
    rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
    rule.showErrorMessage = True
    rule.errorTitle, rule.error = asks, f"Choose {words.listing(choices, 'or')}."
    letter = get_column_letter(column)
    rule.add(f"{letter}{_HEAD_ROW + 1}:{letter}{_HEAD_ROW + rows}")
    target.add_data_validation(rule)


def _checks(target: Worksheet, sheet: CoverSheet) -> None:
    checks = sheet.pack.checks[:_MOST_ROWS]
    _top(target, sheet, "Fill in the white cells, save, and send the file back. Leave “Done by” empty if it was you.")
    _table(target, CHECK_HEADS, CHECK_FREE, len(checks))
    names = [name for name, _ in CHECK_HEADS]
    for number, one in enumerate(checks, 1):
        down = _HEAD_ROW + number
        fixed = (day_words(one.day), one.what, one.good, one.unit)
        _fixed(target, down, names, dict(zip(CHECK_FIXED, fixed, strict=True)), number)
        _mark(target, down, len(names), mark_of(sheet.pack.code, "c", number, fixed))
    _choice(target, names.index("Result") + 1, len(checks), RESULTS, "Result")


def _hours(target: Worksheet, sheet: CoverSheet) -> None:
    _top(target, sheet, "Times as 06:45. Travel is the way between the two schools. Let the school sign.")
    _table(target, HOUR_HEADS, HOUR_FREE, len(sheet.days))
    names = [name for name, _ in HOUR_HEADS]
    for step, one in enumerate(sheet.days, 1):
        down = _HEAD_ROW + step
        fixed = (day_words(one.day), one.agreed)
        _fixed(target, down, names, dict(zip(HOUR_FIXED, fixed, strict=True)), one.number)
        _mark(target, down, len(names), mark_of(sheet.pack.code, "h", one.number, fixed))
    _choice(target, names.index("Went by") + 1, len(sheet.days), WENT_BY, "Went by")


def day_words(day: date) -> str:
    """Return a day as text that no program takes for a date and turns round: "Mon 23 Nov 2026"."""
    return f"{words.WEEKDAYS[day.weekday()][:3]} {words.short_date(day)}"


def _fixed(target: Worksheet, down: int, names: Sequence[str], cells: dict[str, str], number: int) -> None:
    _put(target, down, 1, number, strong=True)
    wide = dict((*CHECK_HEADS, *HOUR_HEADS))
    most = max((math.ceil(len(text) * 1.15 / wide[name]) for name, text in cells.items() if text), default=1)
    target.row_dimensions[down].height = 15.0 * max(1, most) + 7  # room to write by hand, and for words that wrap
    target.cell(down, 1).alignment = Alignment(horizontal="center", vertical="center")
    for name, text in cells.items():
        _put(target, down, names.index(name) + 1, text, strong=name == "Check")
        target.cell(down, names.index(name) + 1).alignment = Alignment(vertical="center", wrap_text=True)


def _mark(target: Worksheet, down: int, across: int, mark: str) -> None:
    put(target, down, across, mark)
    target.cell(down, across).alignment = Alignment(wrap_text=False)


# --- what is only read ------------------------------------------------------------------------------------------------


def _reading(target: Worksheet, title: str, rows: Sequence[tuple[str, str]]) -> list[str]:
    """Write labels and words, and return every cell as it was written; a label alone is a heading."""
    _put(target, 1, 1, title, strong=True, size=14)
    target.column_dimensions["A"].width = 26
    target.column_dimensions["B"].width = 90
    written = [title]
    for down, (label, said) in enumerate(rows, 3):
        for across, text in ((1, label), (2, said)):
            _put(target, down, across, text, strong=not said)
            cell = target.cell(down, across)
            cell.alignment = Alignment(vertical="top", wrap_text=bool(said))
            if not said:
                cell.fill = _FIXED_FILL
        written += [text for text in (label, said) if text]
    _protect(target)
    _fit_print(target, wide=False)
    return written


def _site(pack: CoverPackPaper) -> list[tuple[str, str]]:
    site = pack.site
    rows = [
        ("Where and who", ""), ("Address", pack.address), ("Report to", pack.report_to),
        ("School phone", pack.school_phone), ("Park", pack.parking), ("Way in", pack.map_words),
        ("Keys and alarm", ""), ("Keys", pack.keys), ("Alarm panel", site.alarm_panel), ("Alarm code", IN_PERSON),
        ("If it sounds", pack.if_alarm_sounds),
    ]  # fmt: skip
    rows = [(label, said) for label, said in rows if said or label in ("Where and who", "Keys and alarm")]
    calls = [(one.trade, f"{one.name}, {one.phone}" if one.phone else one.name) for one in site.contractors]
    for heading, pairs in (
        ("If this happens", site.emergencies), ("Turn off here", site.isolation), ("Contractors on call", calls),
        ("Keyholders", site.keyholders), ("Meters", site.meters), ("How to do them", pack.how_to),
    ):  # fmt: skip
        rows += [(heading, ""), *pairs] if pairs else []
    for heading, said in (
        ("Open faults", pack.faults), ("Know before you start", pack.know_before), ("Beware of", site.hazards),
        ("Go through together before the first shift", pack.briefing),
    ):  # fmt: skip
        rows += [(heading, ""), *(("", one) for one in said)] if said else []
    return rows


def _about(sheet: CoverSheet) -> list[tuple[str, str]]:
    pack = sheet.pack
    days = words.long_date(sheet.first)
    if sheet.last != sheet.first:
        days += f" to {words.long_date(sheet.last)}"
    rows = [
        ("Pack", pack.code), ("School", pack.site.school), ("For", f"{pack.for_whom}, {sheet.helper_school}"),
        ("Days", days), ("Send it back by", words.long_date(sheet.return_by)), ("What to do", ""),
        ("1", "On the page “Checks”, choose Pass, Fail or Not done for each line. Type the number where one is read."),
        ("2", "Write a note for anything that was not as it should be. A fail is reported as a fault."),
        ("3", "Leave “Done by” empty if you did it. Write the name if somebody else did."),
        ("4", "On the page “Hours”, type when you came and went. Ask the school to sign."),
        ("5", "Only the white cells can be filled in. Leave the others and the hidden column as they are."),
        ("6", "Save the file (.xlsx or .ods) and send it back to the school. You do not need Bursar Desk."),
        ("7", "You may send it more than once. Nothing is counted twice."),
        ("Keys and alarm", "Collected in person. They are never in this file."),
    ]  # fmt: skip
    return [(PRACTICE, ""), *rows] if pack.practice else rows
