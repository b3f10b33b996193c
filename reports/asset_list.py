"""The equipment register on paper and as a workbook for the council or the diocese: condition, priority, life left."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from bursar_desk.domain import words
from reports.flow import Piece, sentences, title
from reports.paper import PRACTICE, ROOM, load_fonts
from reports.saving import Written, save
from reports.simple_pages import make
from reports.table_pieces import Col, table
from reports.wording import clean, made
from reports.workbook import Typed, put, timeless

HEADS = (
    "School", "URN", "Kind", "Name", "Number", "Place", "Path", "Make", "Model", "Serial number", "Supplier", "Bought",
    "Price", "Warranty until", "First used", "Condition", "Priority", "Life, years", "Years left", "Next due",
    "Next check", "Open faults", "Gone on", "Why", "Label", "Details", "Note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AssetRecord:
    """One piece of equipment as exported; ``price`` in pence, ``details`` what its kind asks for in words."""

    kind: str
    name: str
    number: str
    place: str
    path: str
    make: str
    model: str
    serial: str
    supplier: str
    bought_on: date | None
    price: int | None
    warranty_until: date | None
    first_used_on: date | None
    grade: str
    priority: int | None
    life_years: int | None
    years_left: int | None
    due: date | None
    due_what: str
    open_faults: int
    removed_on: date | None
    removed_why: str
    code: str
    details: str
    note: str


@dataclass(frozen=True, slots=True)
class AssetPaper:
    """The register of one school on a day."""

    school: str
    urn: str
    lines: tuple[AssetRecord, ...]
    made_at: datetime
    practice: bool = False


def write_pdf(paper: AssetPaper, path: Path) -> Written:
    """Save the list at ``path``. Raises UserError when it cannot be saved; nothing is left behind then."""
    pdf, pages = make_pdf(paper)
    save(path, pdf)
    return Written(path, pages, _figures(paper))


def make_pdf(paper: AssetPaper) -> tuple[bytes, int]:
    """Return the list as PDF and its pages, kind by kind."""
    load_fonts()
    kept = [one for one in paper.lines if one.removed_on is None]
    worn = sum(one.grade in ("C", "D") for one in kept)
    lead = f"{words.count(len(kept), 'piece')} of equipment" + (
        f", {worn} of them in condition C or D." if worn else "."
    )
    pieces: list[Piece] = sentences([lead])
    columns = (
        Col("What", 142, strong=True), Col("Where", 118), Col("Make, model, serial number", 112), Col("State", 42),
        Col("Years left", 40), Col("Next due", ROOM - 454),
    )  # fmt: skip
    for kind in dict.fromkeys(one.kind for one in kept):
        mine = [one for one in kept if one.kind == kind]
        pieces.append(title(f"{kind}, {len(mine)}"))
        pieces += table(columns, [_row(one) for one in mine])
    return make("Equipment", paper.school, "In walking order", pieces, paper.made_at, practice=paper.practice)


def _row(one: AssetRecord) -> tuple[str, ...]:
    state = "".join((one.grade, str(one.priority or "")))
    what = f"{one.number} {one.name}".strip()
    made_by = " ".join(part for part in (one.make, one.model, one.serial) if part)
    left = "" if one.years_left is None else str(one.years_left)
    return (what, one.place, made_by, state, left, words.short_date(one.due) if one.due else one.due_what)


def _figures(paper: AssetPaper) -> dict[str, str]:
    kept = [one for one in paper.lines if one.removed_on is None]
    return {"equipment": str(len(kept)), "gone": str(len(paper.lines) - len(kept))}


def write_xlsx(paper: AssetPaper, path: Path) -> Written:
    """Save the register as a workbook with typed cells. Raises UserError when it cannot be saved."""
    book = Workbook()
    sheet = book.active
    if sheet is None:  # a new workbook always has a first sheet
        raise AssertionError("no first sheet")
    page = book[sheet.title]
    page.title = "Equipment"
    for across, head in enumerate(HEADS, 1):
        put(page, 1, across, head, strong=True)
        page.column_dimensions[get_column_letter(across)].width = 14 if across > 2 else 22
    for down, one in enumerate(paper.lines, 2):
        for across, value in enumerate(_cells(paper, one), 1):
            put(page, down, across, value, money=HEADS[across - 1] == "Price")
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    about = book.create_sheet("About")
    for down, said in enumerate(_about(paper), 1):
        put(about, down, 1, said)
    book.properties.title = clean(f"Equipment, {paper.school}")
    book.properties.creator = clean(paper.school)
    book.properties.created = book.properties.modified = paper.made_at.replace(tzinfo=None)
    out = io.BytesIO()
    book.save(out)
    save(path, timeless(out.getvalue()))
    return Written(path, len(book.sheetnames), _figures(paper))


def _about(paper: AssetPaper) -> Sequence[str]:
    said = [
        f"Equipment of {paper.school}", f"Made on {made(paper.made_at)}",
        "Condition: A as new, B sound, C worn, D at its end.",
        "Priority: 1 urgent, 2 within 2 years, 3 within 5 years, 4 later.",
        "Years left are counted from the day of first use; below 0 the stated life is over.",
    ]  # fmt: skip
    return [PRACTICE, *said] if paper.practice else said


def _cells(paper: AssetPaper, one: AssetRecord) -> Sequence[Typed]:
    return (
        paper.school, paper.urn, one.kind, one.name, one.number, one.place, one.path, one.make, one.model, one.serial,
        one.supplier, one.bought_on, None if one.price is None else Decimal(one.price).scaleb(-2), one.warranty_until,
        one.first_used_on, one.grade, one.priority, one.life_years, one.years_left, one.due, one.due_what,
        one.open_faults or None, one.removed_on, one.removed_why, one.code, one.details, one.note,
    )  # fmt: skip
