"""The sheet that goes with a job: what is wrong, the asbestos there to be signed for, room for what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from reports import job_paper, paper
from reports.flow import Piece, sentences, title
from reports.paper import BODY, MARGIN, REGULAR, ROOM, STRONG, Frame, Pen, wrap
from reports.saving import Written, save
from reports.wording import made

READ_FIRST: Final = (
    "Read this before you drill, cut, lift or take anything apart. If you find something that is not on the list and "
    "may be asbestos: stop, keep people out and tell the school."
)
SIGNED: Final = "I have read the list above and know where the asbestos is. I will stop if I find more."
NONE_LISTED: Final = "No asbestos is listed for this place. The whole register is in the office: ask before you drill."


@dataclass(frozen=True, slots=True)
class AsbestosLine:
    """One item of the asbestos register: where, what it is, in what state, what must not be done."""

    where: str
    what: str
    state: str
    action: str = ""


@dataclass(frozen=True, slots=True)
class JobSheet:
    """A job as it is handed out. ``asbestos`` is None where the site was built after 1999 and none has to be signed."""

    title: str
    school: str
    code: str
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    printed_at: datetime
    warnings: tuple[str, ...] = ()
    contractor: tuple[tuple[str, str], ...] = ()
    permits: tuple[str, ...] = ()
    asbestos: tuple[AsbestosLine, ...] | None = ()
    practice: bool = False


def make_pdf(sheet: JobSheet) -> bytes:
    """Return the sheet as a PDF."""
    return _draw(sheet)[0]


def write_pdf(sheet: JobSheet, path: Path) -> Written:
    """Save the sheet at ``path``. Raises UserError when it cannot be saved; nothing is left behind then."""
    pdf, pages = _draw(sheet)
    save(path, pdf)
    listed = "none asked" if sheet.asbestos is None else str(len(sheet.asbestos))
    return Written(path, pages, {"code": sheet.code, "asbestos": listed})


def _draw(sheet: JobSheet) -> tuple[bytes, int]:
    paper.load_fonts()
    frame = Frame(
        f"Job: {sheet.title}", sheet.school, f"Printed {made(sheet.printed_at)}", f"Job {sheet.code}", sheet.practice
    )
    lines = [*wrap(sheet.title, REGULAR, 11.5, 330, 2), sheet.school]
    return job_paper.build(frame, "Job sheet", lines, sheet.code, _pieces(sheet))


def _pieces(sheet: JobSheet) -> list[Piece]:
    pieces = [job_paper.warning(one) for one in sheet.warnings]
    pieces += [title("The job"), *job_paper.facts((("What is wrong", sheet.title), *sheet.facts))]
    pieces += job_paper.facts([("Notes" if not n else " ", one) for n, one in enumerate(sheet.notes)])
    if sheet.contractor:
        pieces += [title("Contractor"), *job_paper.facts(sheet.contractor)]
    if sheet.permits:
        pieces += [title("Permits to work"), *sentences(sheet.permits)]
    if sheet.asbestos is not None:
        pieces += _asbestos(sheet.asbestos)
    pieces += [title("On site"), job_paper.gaps(("Name", 3), ("Date", 2), ("Came at", 1.2), ("Left at", 1.2))]
    pieces += [title("What was done"), *job_paper.writing(4)]
    pieces.append(job_paper.gaps(("Time it took", 1.4), ("Cost £", 1.2), ("Still to be done", 4)))
    pieces.append(job_paper.gaps(("Done by, signature", 3), ("Looked at for the school by", 3), ("Date", 1.4)))
    return pieces


def _asbestos(items: tuple[AsbestosLine, ...]) -> list[Piece]:
    pieces = [title("Asbestos in this place"), *sentences([READ_FIRST])]
    pieces += [_item(one) for one in items] or sentences([NONE_LISTED])
    return [
        *pieces, job_paper.space(4), *job_paper.ticks([SIGNED]),
        job_paper.gaps(("Name", 3), ("Firm", 2), ("Signature", 3), ("Date and time", 2)),
    ]  # fmt: skip


def _item(one: AsbestosLine) -> Piece:
    where = wrap(one.where, STRONG, BODY, 150, 3)
    said = wrap(". ".join(part for part in (one.what, one.state, one.action) if part), REGULAR, BODY, ROOM - 186, 4)
    high = max(len(where), len(said)) * 14.0 + 6

    def draw(pen: Pen, top: float) -> None:
        pen.mark("triangle", MARGIN + 2, top + 13, 12)
        pen.lines(MARGIN + 22, top + 13, where, STRONG)
        pen.lines(MARGIN + 186, top + 13, said)
        pen.rule(top + high)

    return Piece(high, draw)
