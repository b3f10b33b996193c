"""The cover pack as a spreadsheet to fill in without Bursar Desk: made here, brought back by ``cover_sheet_back``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services import cover as cover_service
from bursar_desk.services.guests import RETURN_DAYS

if TYPE_CHECKING:
    from bursar_desk.services.cover import CoverLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.reporting_packs import PackOf
    from reports.cover_sheet_book import CoverSheet, SheetDay

SUFFIX = ".xlsx"


@dataclass(frozen=True, slots=True)
class SheetMade:
    """A cover sheet that was written: the file, its code, whom it is for, and what is in it."""

    file: Path
    code: str
    helper: str
    items: tuple[str, ...]
    changes: Changes


def make_sheet(desk: Desk, cover: bytes, path: Path) -> SheetMade:
    """Write the pack of an agreed cover as a spreadsheet, and keep its lines so that it can come back.

    Raises ``UserError`` while nobody agreed, after the cover was ended, and for a file that cannot be saved.
    """
    from bursar_desk.services.reporting_packs import keep_pack, pack_of
    from reports.cover_sheet_book import write_xlsx

    line = _must_be_agreed(desk, cover)
    pack = pack_of(desk, cover)
    target = path if path.suffix.casefold() == SUFFIX else path.with_name(path.name + SUFFIX)
    sheet = sheet_of(pack)
    written = write_xlsx(sheet, target)
    changes = keep_pack(desk, pack)
    items = (
        words.count(len(pack.lines), "line to fill in", "lines to fill in"),
        words.count(len(sheet.days), "day of hours", "days of hours"),
        "the site sheet",
    )
    return SheetMade(written.file, pack.paper.code, line.helper, items, changes)


def _must_be_agreed(desk: Desk, cover: bytes) -> CoverLine:
    line = cover_service.get(desk, cover)
    safe = "Nothing was written."
    if line.stage not in ("agreed", "done"):
        raise UserError(f"{line.helper} has not agreed yet.", safe, "Note the answer first, then make the sheet.")
    if line.grant is not None and (desk.home, line.grant) in desk.trust.withdrawn:
        raise UserError(f"The cover by {line.helper} was ended.", safe, "Ask for cover again, then make a sheet.")
    return line


def sheet_of(pack: PackOf) -> CoverSheet:
    """Return what the spreadsheet shows."""
    from reports.cover_sheet_book import CoverSheet

    return CoverSheet(
        pack.paper, pack.helper_school, pack.first, pack.last,
        return_by(pack.last), tuple(_days(pack)),
    )  # fmt: skip


def return_by(last: dt.date) -> dt.date:
    """Return until when a pack should be back."""
    return last + dt.timedelta(days=RETURN_DAYS)


def _days(pack: PackOf) -> Iterable[SheetDay]:
    """The days of the visit, numbered from its first day; those the school works, or all where none is."""
    from reports.cover_sheet_book import SheetDay

    agreed: dict[dt.date, str] = {}
    for one in pack.paper.shifts:
        span = words.clock_range(one.start, one.end)
        agreed[one.day] = f"{agreed[one.day]}, {span}" if one.day in agreed else span
    every = [pack.first + dt.timedelta(days=n) for n in range((pack.last - pack.first).days + 1)]
    chosen = set(agreed) | {one.due for one in pack.lines if one.due is not None}
    for day in every:
        if day in chosen or not chosen:
            yield SheetDay((day - pack.first).days + 1, day, agreed.get(day, ""))
