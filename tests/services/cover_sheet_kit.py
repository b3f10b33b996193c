"""A school with an agreed cover and its sheet, filled in as a person would; for the tests of cover sheets."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl

from bursar_desk.domain.acts import ActCode
from bursar_desk.services import cover_sheet
from db.queries.checks import NotDoneRow, RecordRow, not_done, records
from tests.services.small_school import FRIDAY, TERRY, Small

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk

MONDAY, TUESDAY, WEDNESDAY = dt.date(2026, 11, 23), dt.date(2026, 11, 24), dt.date(2026, 11, 25)
SAM, LENDER = "Sam Adeyemi", bytes(range(16))
WATER = [{"name": "Hot", "unit": "°C", "low": 50}, {"name": "Cold", "unit": "°C", "high": 19.9}]


@dataclass
class Covered:
    """The school, the request, and its lines by their words; ``today`` is the day after the visit."""

    small: Small
    cover: bytes
    numbers: dict[str, int] = field(default_factory=dict)
    code: str = ""

    @classmethod
    def found(cls, folder: Path, **more: Any) -> Covered:
        """Oakfield, where Terry is away on Monday and Tuesday and Sam of another school has agreed to come."""
        small = Small.found(folder, **more)
        small.add("FIRE-03", doer=TERRY)
        small.add("FIRE-04", doer=TERRY)
        small.add("WATR-04", doer=TERRY, readings=WATER)
        small.done("FIRE-03", dt.date(2026, 11, 20))
        small.done("FIRE-04", dt.date(2026, 11, 16))
        small.done("WATR-04", dt.date(2026, 9, 20))
        with small.act(ActCode.CONFIRM_COVER, FRIDAY) as act:
            cover = act.create("cover", {
                "helper": SAM, "helper_school": LENDER, "first": MONDAY, "last": TUESDAY, "starts": 405, "ends": 480,
                "state": "agreed", "checks": json.dumps([one.hex() for one in small.checks.values()]),
                "duties": "Unlock Mon 23 Nov and Unlock Tue 24 Nov",
            })  # fmt: skip
        small.today = WEDNESDAY
        return cls(small, cover)

    def desk(self, on: dt.date | None = None) -> Desk:
        """The register, to write in."""
        return self.small.desk(on, write=True)

    def make(self, path: Path, on: dt.date = FRIDAY) -> Path:
        """Make the sheet, and remember which line is which: "Fire alarm test", or "Unlock 23" where there are two."""
        with self.desk(on) as desk:
            made = cover_sheet.make_sheet(desk, self.cover, path)
            self.code = made.code
        sheet = openpyxl.load_workbook(made.file)["Checks"]
        for row in sheet.iter_rows(min_row=5, values_only=True):
            self.numbers[f"{row[2]} {str(row[1])[4:6]}"] = int(row[0])
        return made.file

    def records(self, desk: Desk, code: str) -> list[RecordRow]:
        """What is recorded of a check since the visit."""
        with desk.store.connect() as con:
            found = records(con, school=desk.home, check=self.small.checks[code])
            return [one for one in found if one.done_on >= MONDAY]

    def skips(self, desk: Desk, code: str) -> list[NotDoneRow]:
        """What was said not to be done."""
        with desk.store.connect() as con:
            return not_done(con, desk.home, self.small.checks[code])


CHECKS = {"result": "E", "reading": "F", "note": "H", "by": "I", "time": "J"}
HOURS = {
    "from": "D", "to": "E", "pause": "F", "travel": "G", "miles": "H", "vehicle": "I", "note": "J", "signed": "K",
}  # fmt: skip


def fill(path: Path, lines: dict[int, dict[str, Any]], hours: dict[int, dict[str, Any]] | None = None) -> Path:
    """Type into the white cells: lines and days by their numbers."""
    book = openpyxl.load_workbook(path)
    for name, columns, wanted in (("Checks", CHECKS, lines), ("Hours", HOURS, hours or {})):
        rows = {row[0].value: row[0].row for row in book[name].iter_rows(min_row=5) if row[0].value is not None}
        for number, cells in wanted.items():
            for what, value in cells.items():
                book[name][f"{columns[what]}{rows[number]}"] = value
    book.save(path)
    return path


def all_good(covered: Covered) -> dict[int, dict[str, Any]]:
    """Every line filled in as on a day when all is well."""
    made: dict[int, dict[str, Any]] = {number: {"result": "Pass"} for number in covered.numbers.values()}
    for what, number in covered.numbers.items():
        if ": Hot" in what:
            made[number] = {"result": "Pass", "reading": "56.2"}
        elif ": Cold" in what:
            made[number] = {"result": "Pass", "reading": "12"}
    return made
