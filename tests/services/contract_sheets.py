"""Registers of contracts made for tests: every awkward cell in a few lines, and how to plan, bring in and look."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bursar_desk.services import importing
from bursar_desk.services.desk import Desk
from bursar_desk.services.importing_shapes import Plan, PlanRow
from db.queries.contracts import ContractRow, contracts, suppliers
from tests.services.small_school import Small

day = dt.date
HEADS = ("Contract title", "Supplier", "Ref", "Annual value", "Start date", "End date", "Notice", "Renewal", "Owner")
LINES: tuple[tuple[Any, ...], ...] = (
    ("Grounds maintenance", "Green Acre Ltd", "C-1", "£1.2k + VAT", "01/04/2025", "31/03/2027", "3 months",
     "Auto renews 12 months", "Dawn Hill"),
    ("Photocopiers", "Copy &amp; Print Ltd", "C-2", "£12,400 pa + VAT", "Mar-16", "30/11/2027", "90 days", "", ""),
    ("Payroll", "Lancs Council", "C-3", "12000 (inc VAT)", "01/04/2026", "ongoing", "one term", "", "Nobody Known"),
    ("Broadband", "Fibre Co", "C-4", "TBC", "14/09/2026", "31/12/2061", "60 clear days", "", ""),
    ("Music", "Music Co", "C-5", "0", "20-Jan-27", "04/07/2026", "n/a", "", ""),
    ("Window cleaning", "Shine Ltd; Gleam Ltd", "C-6", "1,935.00 + VAT", "", "", "28 days", "", ""),
)  # fmt: skip


def register(path: Path, lines: Any = LINES, heads: Any = HEADS) -> Path:
    """A register as text, its headings in the third row."""
    out = io.StringIO()
    csv.writer(out).writerows([["Contract register"], [], heads, *lines])
    path.write_text(out.getvalue(), "utf-8")
    return path


def plan(small: Small, path: Path, **answers: str) -> Plan:
    with small.desk() as desk:
        return importing.plan(desk, "contracts", path, answers=answers)


def apply(small: Small, path: Path, *, leave_out: bool = False, answers: Mapping[str, str] | None = None) -> Any:
    with small.desk(write=True) as desk:
        return importing.apply(desk, importing.plan(desk, "contracts", path, answers=answers), leave_out=leave_out)


def rows(desk: Desk) -> dict[str, ContractRow]:
    with desk.store.connect() as con:
        return {one.reference or one.title: one for one in contracts(con, desk.home)}


def kept(small: Small) -> dict[str, ContractRow]:
    with small.desk() as desk:
        return rows(desk)


def firms(small: Small) -> list[str]:
    with small.desk() as desk, desk.store.connect() as con:
        return [one.name for one in suppliers(con, desk.home)]


def by_row(found: Plan) -> dict[int, PlanRow]:
    return {one.row: one for one in found.rows}


def told(row: PlanRow) -> dict[str, str]:
    return {one.field: one.found for one in row.doubts}
