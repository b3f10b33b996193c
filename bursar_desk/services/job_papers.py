"""The papers of faults and jobs, ready to print: job sheet with the asbestos to sign for, permit, slips."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bursar_desk.domain import contractors as rules
from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from reports.fault_pad import FaultPad
    from reports.job_sheet import AsbestosLine, JobSheet
    from reports.permit import PermitPaper
    from reports.saving import Written

MOST_PLACES = 200


def job_code(defect: bytes) -> str:
    """Return the short code of a job, which also leads back to it when it is typed."""
    from reports.sheet_code import short_code

    return short_code(b"job " + defect)


def fault_of_code(desk: Desk, typed: str) -> bytes | None:
    """Return the fault whose job sheet carries this code, or nothing."""
    from bursar_desk.services import defects
    from reports.sheet_code import read_code

    code = read_code(typed)
    return next((one.id for one in defects.listing(desk, every=True) if code and job_code(one.id) == code), None)


def job_sheet(desk: Desk, defect: bytes) -> JobSheet:
    """Return the sheet of a job. Raises ``UserError`` when the fault is not here."""
    from bursar_desk.services import contractors, defects_view
    from bursar_desk.services.reporting_governors import school_time
    from reports.job_sheet import JobSheet

    found = defects_view.detail(desk, defect)
    line, firm = found.line, found.firm
    warnings = [f"Still open, and not safe: {line.status}."] if line.open and line.lapsed else []
    about: tuple[tuple[str, str], ...] = ()
    if firm is not None:
        warnings += [] if firm.may.ok else [f"{firm.row.name} may not attend. {' '.join(firm.may.reasons)}"]
        about = (
            ("Firm", firm.row.name), ("Trade", firm.row.trade), ("Phone", firm.row.phone),
            ("Registered with", " ".join(part for part in (firm.row.body, firm.row.body_number) if part)),
        )  # fmt: skip
    permits = [_permit_line(one.kind, one.number, one.work) for one in found.permits if one.open]
    asbestos = _asbestos(desk, line.row.place, line.row.school) if contractors.asbestos_asked(desk, line.row.school) \
        else None  # fmt: skip
    return JobSheet(
        line.row.title, desk.school_name(line.row.school), job_code(defect),
        (("Risk", line.risk.said), ("How it stands", line.status), *found.facts), found.notes, school_time(desk),
        tuple(warnings), about, tuple(permits), asbestos, desk.practice,
    )  # fmt: skip


def _permit_line(kind: str, number: str, work: str) -> str:
    return f"{rules.permit_words(kind)} {number}: {words.sentence(work)} Do not begin without it."


def _asbestos(desk: Desk, place: bytes | None, school: bytes) -> tuple[AsbestosLine, ...]:
    from bursar_desk.services import asbestos
    from reports.job_sheet import AsbestosLine

    return tuple(
        AsbestosLine(
            one.place, ", ".join(part for part in (one.product, one.amount) if part),
            f"Material score {one.score_words}" if one.score is not None else one.score_words,
            one.action + (" (presumed, not sampled)" if one.presumed else ""),
        )
        for one in asbestos.items(desk, place, school=school)
    )  # fmt: skip


def permit_paper(desk: Desk, permit: bytes) -> PermitPaper:
    """Return a permit ready to print. Raises ``UserError`` when it is not here."""
    from bursar_desk.services import contractors, defects, permits, places
    from bursar_desk.services.reporting_governors import school_time
    from reports.permit import PermitPaper

    one = permits.get(desk, permit)
    firm = contractors.get(desk, one.contractor) if one.contractor is not None else None
    where = "Whole school"
    if one.place is not None:
        where = places.node(places.tree(desk, school=one.school, gone=True), one.place).where
    warnings = [f"{permits.state_words(desk, one)}."] if permits.past_time(desk, one) else []
    if firm is not None and not firm.may.ok:
        warnings.append(f"{firm.row.name} may not attend. {' '.join(firm.may.reasons)}")
    return PermitPaper(
        rules.permit_words(one.kind), one.number, desk.school_name(one.school), one.work, where,
        one.on or desk.today, one.starts, one.ends, firm.row.name if firm else "",
        tuple(one.precautions.split("\n")), one.issued_by, school_time(desk),
        rules.PERMITS[one.kind].watch if one.kind in rules.PERMITS else 0,
        f"{defects.get(desk, one.defect).title}, job {job_code(one.defect)}" if one.defect is not None else "",
        tuple(warnings), "" if one.open else f"{permits.state_words(desk, one)} by {one.closed_by}. {one.closed_note}",
        desk.practice,
    )  # fmt: skip


def fault_pad(desk: Desk, places_wanted: Sequence[bytes] = ()) -> FaultPad:
    """Return slips for some places, or one page for any place. Raises ``UserError`` for too many at once."""
    from bursar_desk.services import places
    from bursar_desk.services.reporting_governors import school_time
    from reports.fault_pad import FaultPad, PadPlace

    if len(places_wanted) > MOST_PLACES:
        raise UserError(f"That is more than {MOST_PLACES} places.", "Nothing was made.", "Print fewer at once.")
    nodes = places.tree(desk)
    chosen = [places.node(nodes, one) for one in places_wanted]
    return FaultPad(desk.name, tuple(PadPlace(one.where, one.code) for one in chosen), school_time(desk), desk.practice)


def write_job_sheet(desk: Desk, defect: bytes, out: Path) -> Written:
    """Save a job sheet. Raises ``UserError`` when it cannot be made."""
    from reports.job_sheet import write_pdf

    return write_pdf(job_sheet(desk, defect), out)


def write_permit(desk: Desk, permit: bytes, out: Path) -> Written:
    """Save a permit. Raises ``UserError`` when it cannot be made."""
    from reports.permit import write_pdf

    return write_pdf(permit_paper(desk, permit), out)


def write_fault_pad(desk: Desk, places_wanted: Sequence[bytes], out: Path) -> Written:
    """Save the slips of some places. Raises ``UserError`` when they cannot be made."""
    from reports.fault_pad import write_pdf

    return write_pdf(fault_pad(desk, places_wanted), out)
