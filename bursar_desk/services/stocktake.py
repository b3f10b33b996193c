"""The stocktake: a sheet of all equipment in walking order, keyed in afterwards as found, missing or unexpected."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services import assets
from bursar_desk.services.places import node, tree

if TYPE_CHECKING:
    from bursar_desk.services.assets import AssetLine
    from bursar_desk.services.desk import Desk
    from db.queries.sheets import SheetRow, WalkRow
    from reports.stocktake import StockPaper, StockSheet

KIND: Final = "stocktake"
FOUND, MISSING, UNEXPECTED = "found", "missing", "unexpected"
SAFE: Final = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class Unexpected:
    """Something that stands there and is not on the list: what it is, and where."""

    what: str
    place: str = ""
    note: str = ""


def print_sheet(desk: Desk, place: bytes | None = None) -> tuple[StockSheet, Changes]:
    """Return the sheet for a place and all below it (or the school) and remember what its lines ask for.

    The same list printed again on the same day is the same sheet, under the same code.
    """
    from bursar_desk.services.reporting_governors import school_time
    from db.queries.sheets import sheet
    from reports.sheet_code import short_code
    from reports.stocktake import StockLine, StockSheet

    lines = assets.listing(desk, place=place)
    if not lines:
        raise UserError("There is no equipment to look for.", "Nothing was printed.", "Add equipment first.")
    where = node(tree(desk), place).where if place is not None else "Whole school"
    kept = [_kept(n, one) for n, one in enumerate(lines, 1)]
    said = json.dumps(kept, ensure_ascii=False, sort_keys=True)
    code = short_code(b"stocktake " + desk.home + desk.today.isoformat().encode() + (place or b"") + said.encode())
    changes = Changes(frozenset(), None)
    with desk.store.connect() as con:
        printed = sheet(con, desk.home, code)
    if printed is None:
        with desk.act(ActCode.PRINT_SHEET, subject=f"stocktake, {where}") as act:
            values = {"code": code, "kind": KIND, "on_date": desk.today, "lines": said, "said_by": desk.who}
            act.create("sheet", values, row=act.session.derived(desk.home, "sheet", code))
        changes = Changes(frozenset(act.tables), act.note.act)
    shown = tuple(StockLine(one.where, one.row.name, one.code, one.row.number) for one in lines)
    return StockSheet(desk.name, where, desk.today, code, shown, school_time(desk), desk.practice), changes


def _kept(number: int, one: AssetLine) -> dict[str, Any]:
    return {"line": number, "asset": one.id.hex(), "what": one.row.name, "place": one.where}


def open_sheet(desk: Desk, code: str) -> SheetRow:
    """Return a stocktake's sheet by the code on it. Raises ``UserError`` with the likely code for a slip."""
    from db.queries.sheets import sheets
    from reports.sheet_code import likely_code, read_code

    with desk.store.connect() as con:
        known = {one.code: one for one in sheets(con, desk.home) if one.kind == KIND}
    found = known.get(read_code(code) or "")
    if found is None:
        near = likely_code(code, known)
        remedy = f"Did you mean {near}?" if near else "Look at the upper right corner of the sheet."
        raise UserError(f"“{code}” is not the code of a stocktake printed here.", SAFE, remedy)
    return found


def key(
    desk: Desk, code: str, results: Mapping[int, str], *, unexpected: Sequence[Unexpected] = (),
    on: dt.date | None = None, by: str = "", notes: Mapping[int, str] | None = None,
) -> tuple[bytes, Changes]:  # fmt: skip
    """Key in a sheet: line number to "found" or "missing", and what stood there besides. One act.

    Every line must be answered: a line nobody looked at is no stocktake. Raises ``UserError`` naming what is missing.
    """
    printed = open_sheet(desk, code)
    asked = {int(one["line"]): one for one in printed.lines if isinstance(one.get("line"), int)}
    _must_fit(results, asked)
    day = on or desk.today
    if day > desk.today:
        raise UserError(f"{words.long_date(day)} has not come yet.", SAFE, "Enter the day of the walk.")
    said = by.strip() or desk.who
    answers = [
        {
            "line": number, "asset": str(one.get("asset", "")), "what": str(one.get("what", "")),
            "place": str(one.get("place", "")), "result": results[number], "by": said,
            "note": (notes or {}).get(number, "").strip(),
        }
        for number, one in sorted(asked.items())
    ]  # fmt: skip
    answers += [
        {"what": one.what.strip(), "place": one.place.strip(), "result": UNEXPECTED, "by": said,
         "note": one.note.strip()}
        for one in unexpected
        if one.what.strip()
    ]  # fmt: skip
    person = desk.person
    with desk.act(ActCode.LOG_WALK, subject=KIND) as act:
        row = act.fact("walk", {
            "kind": KIND, "on_date": day, "said_by": said, "person": person.id if person and not by.strip() else None,
            "answers": json.dumps(answers, ensure_ascii=False), "sheet": printed.code,
        })  # fmt: skip
    return row, Changes(frozenset(act.tables), act.note.act)


def _must_fit(results: Mapping[int, str], asked: Mapping[int, Mapping[str, Any]]) -> None:
    odd = sorted(set(results) - set(asked))
    if odd:
        raise UserError(f"The sheet has no line {odd[0]}.", SAFE, f"Its lines are 1 to {len(asked)}.")
    wrong = next((number for number, said in results.items() if said not in (FOUND, MISSING)), None)
    if wrong is not None:
        raise UserError(f"Line {wrong}: say {FOUND} or {MISSING}.", SAFE, "Nothing else can be keyed in for it.")
    left = sorted(set(asked) - set(results))
    if left:
        some = ", ".join(map(str, left[:12])) + ("…" if len(left) > 12 else "")
        many = len(left) > 1
        raise UserError(
            f"Line{'s' if many else ''} {some} {'have' if many else 'has'} no answer.", SAFE, "Answer each."
        )


def listing(desk: Desk, *, school: bytes | None = None) -> list[WalkRow]:
    """Return the stocktakes, the latest first."""
    from db.queries.sheets import walks

    with desk.store.connect() as con:
        return [one for one in reversed(walks(con, school or desk.home)) if one.kind == KIND]


def result(desk: Desk, walk: bytes) -> StockPaper:
    """Return what a stocktake found, ready to print. Raises ``UserError`` when it is not here."""
    from bursar_desk.services.reporting_governors import school_time
    from reports.stocktake import StockPaper, StockResult

    found = next((one for one in listing(desk) if one.id == walk), None)
    if found is None:
        raise UserError("That stocktake is not in this register.", "Nothing was made.", "Choose it from the list.")

    def text(one: Mapping[str, Any], name: str) -> str:
        value = one.get(name)
        return value if isinstance(value, str) else ""

    lines = tuple(
        StockResult(text(one, "place"), text(one, "what"), text(one, "result"), text(one, "by"), text(one, "note"))
        for one in found.answers
        if text(one, "result") in (FOUND, MISSING, UNEXPECTED)
    )
    return StockPaper(
        desk.name, f"Keyed in by {found.said_by}", found.on, found.sheet, lines, school_time(desk), desk.practice
    )
