"""Reports and sheets: from the register to ready figures, and from figures to files, each in the forms it exists in."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bursar_desk.domain.errors import UserError
from bursar_desk.services import asset_papers, reporting_papers
from bursar_desk.services.as_at import AsAtDesk
from bursar_desk.services.asset_papers import LabelsAsked
from bursar_desk.services.fingerprints import keep_today, stamp_of
from bursar_desk.services.reporting_governors import governors
from bursar_desk.services.reporting_inspector import subjects
from bursar_desk.services.reporting_packs import (
    cover_pack_paper,
    keep_pack,
    pack_of,
    pack_paper_of_guest,
    site_sheet,
)
from bursar_desk.services.reporting_sheets import chase, round_of, round_sheet, sheet_code
from bursar_desk.services.reporting_terms import terms

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from reports.saving import Written

__all__ = [
    "FORMS", "KEPT", "chase", "cover_pack_paper", "governors", "pack_paper_of_guest", "preview_pdf", "round_sheet",
    "sheet_code", "site_sheet", "stamp_of", "subjects", "terms", "write",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for, besides the name of the paper."""

    school: bytes | None
    term: str | None
    as_at: dt.date | None
    day: dt.date | None
    week: bool
    cover: bytes | None
    about: bytes | None = None  # the fault or permit
    places: tuple[bytes, ...] = ()
    check: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    paper: str = "a3"
    order: str = "place"
    year: str = "school"
    labels: LabelsAsked = field(default_factory=LabelsAsked)
    keep: bool = False  # a sheet is kept when it is printed, never for a preview


def _governors(desk: Desk, asked: _Asked, out: Path) -> Written:
    data = governors(desk, asked.school, asked.term, asked.as_at)
    if out.suffix.lower() == ".xlsx":
        from reports.workbook import write_xlsx

        return write_xlsx(data, out)
    from reports.governors import write_html, write_pdf

    return write_html(data, out) if out.suffix.lower() in (".html", ".htm") else write_pdf(data, out)


def _round_sheet(desk: Desk, asked: _Asked, out: Path) -> Written:
    from bursar_desk.services.sheets import keep
    from reports.round_sheet import write_pdf

    made = round_of(desk, asked.day, week=asked.week)
    if asked.keep:
        keep(desk, made.kind, made.paper.code, made.paper.on, made.paper.printed_for, made.lines)
    return write_pdf(made.paper, out)


def _cover(desk: Desk, asked: _Asked, out: Path) -> Written:
    from reports.cover_pack import write_pdf

    if asked.cover is None and not desk.is_guest:
        return _statement(desk, asked, out)
    if out.suffix.lower() != ".pdf":
        raise UserError("A cover pack on paper is a PDF.", "Nothing was made.", "Let the file’s name end in .pdf.")
    if desk.is_guest or asked.cover is None:
        return write_pdf(pack_paper_of_guest(desk), out)
    pack = pack_of(desk, asked.cover)
    if asked.keep:
        keep_pack(desk, pack)
    return write_pdf(pack.paper, out)


def _statement(desk: Desk, asked: _Asked, out: Path) -> Written:
    from bursar_desk.services.owed_papers import write_statement

    if desk.is_office or asked.school in (None, desk.home):
        return write_statement(desk, out, None, asked.term, school=asked.school)
    return write_statement(desk, out, asked.school, asked.term)


def _support(desk: Desk, asked: _Asked, out: Path) -> Written:
    from bursar_desk.services.owed_papers import write_support

    if asked.about is None:
        raise UserError("Say which support plan or visit to print.", "Nothing was made.", "See “support list”.")
    return write_support(desk, asked.about, out)


def _site_sheet(desk: Desk, asked: _Asked, out: Path) -> Written:
    from bursar_desk.services.site_sheet import write

    if len(asked.places) > 1:
        raise UserError("A site sheet is of one site.", "Nothing was made.", "Name one place, or none for all.")
    return write(desk, out, asked.places[0] if asked.places else None)


def _chase(desk: Desk, asked: _Asked, out: Path) -> Written:
    from reports.chase import write_pdf

    return write_pdf(chase(desk, asked.school), out)


def _job_sheet(desk: Desk, asked: _Asked, out: Path) -> Written:
    from bursar_desk.services.job_papers import write_job_sheet

    if asked.about is None:
        raise UserError("Say which fault the job sheet is for.", "Nothing was made.", "See “defect list”.")
    return write_job_sheet(desk, asked.about, out)


def _permit(desk: Desk, asked: _Asked, out: Path) -> Written:
    from bursar_desk.services.job_papers import write_permit

    if asked.about is None:
        raise UserError("Say which permit to print.", "Nothing was made.", "See “permit list”.")
    return write_permit(desk, asked.about, out)


def _fault_pad(desk: Desk, asked: _Asked, out: Path) -> Written:
    from bursar_desk.services.job_papers import write_fault_pad

    return write_fault_pad(desk, asked.places, out)


def _planner(desk: Desk, asked: _Asked, out: Path) -> Written:
    from bursar_desk.services.reporting_planner import SIZES, planner
    from reports.planner import write_pdf, write_xlsx

    if asked.paper not in SIZES:
        raise UserError(f"“{asked.paper}” is not a size.", "Nothing was made.", f"Use one of: {', '.join(SIZES)}.")
    data = planner(desk, asked.first, asked.school, year=asked.year)
    return write_xlsx(data, out) if out.suffix.lower() == ".xlsx" else write_pdf(data, out, asked.paper)


def _logbook(desk: Desk, asked: _Asked, out: Path) -> Written:
    from bursar_desk.services.reporting_logbook import logbook
    from reports.logbook import write_pdf

    return write_pdf(logbook(desk, asked.first, asked.last, asked.school), out)


def _inspector(desk: Desk, asked: _Asked, out: Path) -> Written:
    from bursar_desk.services.reporting_inspector import find, inspector
    from reports import inspector as papers

    if not asked.check:
        raise UserError("Say which check the log is for.", "Nothing was made.", "Choose one of the list.")
    checks, title = find(desk, asked.check, asked.school)
    log = inspector(desk, checks, asked.first, asked.last, asked.school, title=title)
    ending = out.suffix.lower()
    if ending == ".xlsx":
        return papers.write_xlsx(log, out)
    return papers.write_html(log, out) if ending in (".html", ".htm") else papers.write_pdf(log, out)


def _walk_form(desk: Desk, asked: _Asked, out: Path) -> Written:
    from bursar_desk.services.reporting_forms import walk_form
    from bursar_desk.services.sheets import keep
    from bursar_desk.services.walks import kind_of
    from reports.walk_form import write_pdf

    form, lines = walk_form(desk, asked.day, order=asked.order)
    if asked.keep:
        keep(desk, kind_of(asked.order), form.code, form.on, form.printed_for, lines)
    return write_pdf(form, out)


def _blank_form(desk: Desk, asked: _Asked, out: Path) -> Written:
    from bursar_desk.services.checks import find
    from bursar_desk.services.reporting_forms import blank_form
    from bursar_desk.services.sheets import BLANK, keep
    from reports.blank_form import write_pdf

    form, lines = blank_form(desk, find(desk, asked.check) if asked.check else None, asked.day)
    if asked.keep:
        keep(desk, BLANK, form.code, form.on, desk.who, lines)
    return write_pdf(form, out)


def _labels(desk: Desk, asked: _Asked, out: Path) -> Written:
    return asset_papers.write_labels(desk, out, asked.labels, place=next(iter(asked.places), None))


def _asbestos(desk: Desk, asked: _Asked, out: Path) -> Written:
    return asset_papers.write_asbestos(desk, out, place=next(iter(asked.places), None))


def _equipment(desk: Desk, asked: _Asked, out: Path) -> Written:
    return asset_papers.write_equipment(desk, out, school=asked.school)


def _people(desk: Desk, asked: _Asked, out: Path) -> Written:
    from bursar_desk.services.people_paper import write

    return write(desk, out, school=asked.school)


def _training(desk: Desk, asked: _Asked, out: Path) -> Written:
    from bursar_desk.services.reporting_training import write

    return write(desk, out, asked.school)


def _training_cluster(desk: Desk, asked: _Asked, out: Path) -> Written:  # noqa: ARG001 - of every school held
    from bursar_desk.services.reporting_training import write

    return write(desk, out, cluster=True)


def _paper(name: str) -> Callable[[Desk, _Asked, Path], Written]:
    """Return the writer of a paper about contracts, deals or savings."""

    def made(desk: Desk, asked: _Asked, out: Path) -> Written:
        return reporting_papers.write(desk, name, out, school=asked.school, about=asked.about)

    return made


_WRITERS: Final[dict[str, Callable[[Desk, _Asked, Path], Written]]] = {
    "governors": _governors, "round-sheet": _round_sheet, "cover": _cover, "site-sheet": _site_sheet, "chase": _chase,
    "job-sheet": _job_sheet, "permit": _permit, "fault-pad": _fault_pad,
    "planner": _planner, "logbook": _logbook, "inspector": _inspector, "walk-form": _walk_form,
    "blank-form": _blank_form, "labels": _labels, "asbestos": _asbestos, "equipment": _equipment, "people": _people,
    "support": _support, "training": _training, "training-cluster": _training_cluster,
    **{name: _paper(name) for name in reporting_papers.NAMES},
}  # fmt: skip
FORMS: Final[dict[str, tuple[str, ...]]] = {
    name: (".pdf", ".html", ".htm", ".xlsx") if name in ("governors", "inspector") else (".pdf",) for name in _WRITERS
} | dict.fromkeys(("planner", "equipment", "cover", "training", "training-cluster"), (".pdf", ".xlsx"))
FORMS.update(dict.fromkeys(reporting_papers.NAMES, reporting_papers.FORMS))
"""In which forms, by the ending of the file, each paper exists."""
KEPT: Final = ("round-sheet", "walk-form", "blank-form")
"""Papers that are kept when they are printed, so that they can be keyed in."""
_OWN_ONLY: Final = (*KEPT, "site-sheet", "fault-pad")
"""Papers of our own school: another one’s would be kept where nobody keys them in, or name the wrong office."""
_WHOLE: Final = ("planner", "logbook", "inspector")
"""Papers about all that was done or is to be done: made from a cover pack they would tell of gaps that are none."""
_OF_THE_PAST: Final = ("governors", "chase", "inspector", "logbook")
"""Papers that tell how things stand: they carry a stamp, and can be made as at a past day."""


def write(
    desk: Desk, name: str, out: Path, *, school: bytes | None = None, term: str | None = None,
    as_at: dt.date | None = None, day: dt.date | None = None, week: bool = False, cover: bytes | None = None,
    about: bytes | None = None, places: tuple[bytes, ...] = (), check: str = "", first: dt.date | None = None,
    last: dt.date | None = None, paper: str = "a3", order: str = "place", year: str = "school",
    labels: LabelsAsked | None = None,
) -> Written:  # fmt: skip
    """Write a paper by its name, in the form that the file's ending asks for.

    A sheet that can be keyed in is kept by its code. ``check`` names a check or an area, ``first`` and ``last`` a
    period; ``paper`` is "a3" or "a4", ``order`` "place" or "theme", ``year`` "school" or "calendar".
    Raises ``UserError`` for a name nobody knows, a form in which the paper does not exist, or a file that cannot be
    saved; nothing is left behind then.
    """
    asked = _Asked(
        school, term, as_at, day, week, cover, about, places, check, first, last, paper, order, year,
        labels or LabelsAsked(), keep=True,
    )  # fmt: skip
    written = _made(desk, name, asked, out)
    if name in _OF_THE_PAST and (school or not desk.is_office):
        keep_today(desk, school or desk.home)
    return written


def _made(desk: Desk, name: str, asked: _Asked, out: Path) -> Written:
    if name not in _WRITERS:
        raise UserError(
            f"There is no report called “{name}”.", "Nothing was made.", f"Choose one of: {', '.join(_WRITERS)}."
        )
    if out.suffix.lower() not in FORMS[name]:
        forms = ", ".join(FORMS[name])
        raise UserError(
            f"The report “{name}” is not made as “{out.suffix or out.name}”.", "Nothing was made.",
            f"Let the file’s name end in one of: {forms}.",
        )  # fmt: skip
    if name in _WHOLE and desk.is_guest:
        raise UserError(
            "A cover pack holds only a part of the records.", "Nothing was made.",
            f"{desk.name} makes this paper from its own register.",
        )  # fmt: skip
    if name in _OWN_ONLY and asked.school not in (None, desk.home):
        raise UserError(
            f"That paper is printed at {desk.school_name(asked.school)} itself.", "Nothing was made.",
            "Leave --school out to print your own.",
        )  # fmt: skip
    if isinstance(desk, AsAtDesk) and name not in _OF_THE_PAST:
        raise UserError(
            "That paper is for days to come.", "Nothing was made.", "Make it from the register as it is today."
        )
    return _WRITERS[name](desk, asked, out)


def preview_pdf(
    desk: Desk, name: str, *, school: bytes | None = None, term: str | None = None, as_at: dt.date | None = None,
    day: dt.date | None = None, week: bool = False, cover: bytes | None = None, check: str = "",
    first: dt.date | None = None, last: dt.date | None = None, paper: str = "a3", order: str = "place",
    year: str = "school",
) -> bytes:  # fmt: skip
    """Return the PDF that ``write`` would save, byte for byte, for the page that shows it first."""
    with tempfile.TemporaryDirectory(prefix="preview-") as folder:
        out = Path(folder) / "preview.pdf"
        asked = _Asked(school, term, as_at, day, week, cover, None, (), check, first, last, paper, order, year)
        _made(desk, name, asked, out)
        return out.read_bytes()
