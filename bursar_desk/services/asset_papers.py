"""Papers about places and equipment: labels, the equipment register, the asbestos list, drills, stocktakes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bursar_desk.domain.asset_kinds import kind_of
from bursar_desk.domain.assets import said_facts
from bursar_desk.domain.errors import UserError
from bursar_desk.services import assets
from bursar_desk.services.places import inside_of, node, tree

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from reports.asset_list import AssetPaper
    from reports.labels import Label, Stock
    from reports.saving import Written

PLACES, EQUIPMENT = "places", "equipment"


@dataclass(frozen=True, slots=True)
class LabelsAsked:
    """Which labels: for places or equipment (of one ``kind``), on which sheets, from which label on.

    ``outlines`` draws the edges, for a test print.
    """

    what: str = PLACES
    stock: str = "L7160"
    start: int = 1
    outlines: bool = False
    kind: str = ""


def labels(desk: Desk, what: str = PLACES, *, place: bytes | None = None, kind: str = "") -> list[Label]:
    """Return labels in walking order: for places, or for equipment (of one kind); ``place``: in it and below only."""
    from reports.labels import Label

    if what == EQUIPMENT:
        found = assets.listing(desk, kind=kind, place=place)
        return [Label(one.row.name, " ".join(p for p in (one.row.number, one.where) if p), one.code) for one in found]
    if what != PLACES:
        raise UserError(f"There are no labels for “{what}”.", "Nothing was made.", f"Use {PLACES} or {EQUIPMENT}.")
    nodes = tree(desk)
    wanted = inside_of(nodes, node(nodes, place).id) if place is not None else None
    return [
        Label(one.row.name, one.path[-1] if one.path else desk.name, one.code)
        for one in nodes
        if wanted is None or one.id in wanted
    ]


def stocks() -> list[tuple[str, str]]:
    """Return the sheets of labels that are known, each with its words."""
    from reports.labels import STOCKS

    return [(code, one.words) for code, one in STOCKS.items()]


def stock_of(code: str) -> Stock:
    """Return a sheet of labels by its number. Raises ``UserError`` naming those that are known."""
    from reports.labels import STOCKS

    found = STOCKS.get(code.strip().upper())
    if found is None:
        raise UserError(
            f"“{code}” is not a sheet we know.", "Nothing was printed.", f"Use one of: {', '.join(STOCKS)}."
        )
    return found


def write_labels(desk: Desk, out: Path, asked: LabelsAsked, *, place: bytes | None = None) -> Written:
    """Write labels as PDF. Raises ``UserError`` when there is nothing to label; a test print needs nothing."""
    from reports.labels import write_pdf

    made = labels(desk, asked.what, place=place, kind=asked.kind)
    if not made and not asked.outlines:
        raise UserError("There is nothing to print labels for.", "Nothing was made.", "Add places or equipment first.")
    return write_pdf(
        made, stock_of(asked.stock), out, start=asked.start, outlines=asked.outlines, school=desk.name,
        practice=desk.practice,
    )  # fmt: skip


def equipment(desk: Desk, *, school: bytes | None = None, gone: bool = True) -> AssetPaper:
    """Return the equipment register, what is gone included for the workbook."""
    from bursar_desk.services.reporting_governors import school_time
    from reports.asset_list import AssetPaper, AssetRecord

    lines = []
    for one in assets.listing(desk, school=school, gone=gone):
        row, first = one.row, one.earliest
        details = "; ".join(f"{label}: {said}" for label, said in said_facts(row.kind, row.facts))
        lines.append(
            AssetRecord(
                kind_of(row.kind).many, row.name, row.number, one.where, " / ".join(one.path), row.make,
                row.model, row.serial,
                row.supplier, row.bought_on, row.price, row.warranty_until, row.first_used_on, row.grade, row.priority,
                row.life_years, one.years_left, one.due, first.title if first else "", one.open_faults,
                row.removed_on, row.removed_why, one.code, details, row.note,
            )
        )  # fmt: skip
    whose = desk.school(school)
    return AssetPaper(whose.name, whose.urn, tuple(lines), school_time(desk), desk.practice)


def write_equipment(desk: Desk, out: Path, *, school: bytes | None = None) -> Written:
    """Write the equipment register, as PDF or workbook by the file's ending."""
    from reports import asset_list

    paper = equipment(desk, school=school)
    return asset_list.write_xlsx(paper, out) if out.suffix.lower() == ".xlsx" else asset_list.write_pdf(paper, out)


def write_asbestos(desk: Desk, out: Path, *, place: bytes | None = None, job: str = "") -> Written:
    """Write the asbestos list with its page to sign."""
    from bursar_desk.services.asbestos import paper
    from reports.asbestos_list import write_pdf

    return write_pdf(paper(desk, place, job=job), out)


def write_drill_form(desk: Desk, out: Path, kind: str = "fire") -> Written:
    """Write the blank form of a drill."""
    from bursar_desk.services.drills import form
    from reports.drill_form import write_pdf

    return write_pdf(form(desk, kind), out)
