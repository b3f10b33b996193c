"""Reports and sheets: from the register to ready figures, and from figures to files, each in the forms it exists in."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bursar_desk.domain.errors import UserError
from bursar_desk.services.as_at import AsAtDesk
from bursar_desk.services.fingerprints import keep_today, stamp_of
from bursar_desk.services.reporting_governors import governors, school_time
from bursar_desk.services.reporting_packs import cover_pack_paper, pack_paper_of_guest, site_sheet
from bursar_desk.services.reporting_sheets import chase, round_sheet, sheet_code
from bursar_desk.services.reporting_terms import terms

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from reports.saving import Written

__all__ = [
    "FORMS", "chase", "cover_pack_paper", "governors", "pack_paper_of_guest", "preview_pdf", "round_sheet",
    "sheet_code", "site_sheet", "stamp_of", "terms", "write",
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


def _governors(desk: Desk, asked: _Asked, out: Path) -> Written:
    data = governors(desk, asked.school, asked.term, asked.as_at)
    if out.suffix.lower() == ".xlsx":
        from reports.workbook import write_xlsx

        return write_xlsx(data, out)
    from reports.governors import write_html, write_pdf

    return write_html(data, out) if out.suffix.lower() in (".html", ".htm") else write_pdf(data, out)


def _round_sheet(desk: Desk, asked: _Asked, out: Path) -> Written:
    from reports.round_sheet import write_pdf

    return write_pdf(round_sheet(desk, asked.day, week=asked.week), out)


def _cover(desk: Desk, asked: _Asked, out: Path) -> Written:
    from reports.cover_pack import write_pdf

    if desk.is_guest:
        return write_pdf(pack_paper_of_guest(desk), out)
    if asked.cover is None:
        raise UserError("Say which cover the pack is for.", "Nothing was made.", "See “cover list”.")
    return write_pdf(cover_pack_paper(desk, asked.cover), out)


def _site_sheet(desk: Desk, _asked: _Asked, out: Path) -> Written:
    from reports.cover_pack import write_site_sheet

    return write_site_sheet(site_sheet(desk), out, school_time(desk), practice=desk.practice)


def _chase(desk: Desk, asked: _Asked, out: Path) -> Written:
    from reports.chase import write_pdf

    return write_pdf(chase(desk, asked.school), out)


_WRITERS: Final[dict[str, Callable[[Desk, _Asked, Path], Written]]] = {
    "governors": _governors, "round-sheet": _round_sheet, "cover": _cover, "site-sheet": _site_sheet, "chase": _chase,
}  # fmt: skip
FORMS: Final[dict[str, tuple[str, ...]]] = {
    name: (".pdf", ".html", ".htm", ".xlsx") if name == "governors" else (".pdf",) for name in _WRITERS
}
"""In which forms, by the ending of the file, each paper exists."""
_OF_THE_PAST: Final = ("governors", "chase")
"""Papers that tell how things stand: they carry a stamp, and can be made as at a past day."""


def write(
    desk: Desk, name: str, out: Path, *, school: bytes | None = None, term: str | None = None,
    as_at: dt.date | None = None, day: dt.date | None = None, week: bool = False, cover: bytes | None = None,
) -> Written:  # fmt: skip
    """Write a paper by its name, in the form that the file's ending asks for.

    Raises ``UserError`` for a name nobody knows, a form in which the paper does not exist, or a file that cannot be
    saved; nothing is left behind then.
    """
    written = _made(desk, name, _Asked(school, term, as_at, day, week, cover), out)
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
    if isinstance(desk, AsAtDesk) and name not in _OF_THE_PAST:
        raise UserError(
            "That paper is for days to come.", "Nothing was made.", "Make it from the register as it is today."
        )
    return _WRITERS[name](desk, asked, out)


def preview_pdf(
    desk: Desk, name: str, *, school: bytes | None = None, term: str | None = None, as_at: dt.date | None = None,
    day: dt.date | None = None, week: bool = False, cover: bytes | None = None,
) -> bytes:  # fmt: skip
    """Return the PDF that ``write`` would save, byte for byte, for the page that shows it first."""
    with tempfile.TemporaryDirectory(prefix="preview-") as folder:
        out = Path(folder) / "preview.pdf"
        _made(desk, name, _Asked(school, term, as_at, day, week, cover), out)
        return out.read_bytes()
