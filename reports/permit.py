"""A permit to work on A4: what is allowed and when, what must be so before it begins, who hands it back and watches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from bursar_desk.domain import words
from reports import job_paper, paper
from reports.flow import Piece, sentences, title
from reports.paper import Frame
from reports.saving import Written, save
from reports.wording import made

STOP: Final = "This permit ends at the time above, and at once when something changes. Then stop and ask again."
TAKEN: Final = "I have read this permit and keep to it. I have told the others who work here."
HANDED_BACK: Final = "The work has ended. The area is safe and tidy, and what was isolated is on again."


@dataclass(frozen=True, slots=True)
class PermitPaper:
    """A permit as it is handed out; times are minutes after midnight, ``watch`` minutes after the work ends."""

    kind: str
    number: str
    school: str
    work: str
    where: str
    on: date
    starts: int | None
    ends: int | None
    contractor: str
    precautions: tuple[str, ...]
    issued_by: str
    printed_at: datetime
    watch: int = 0
    job: str = ""
    warnings: tuple[str, ...] = ()
    closed: str = ""
    practice: bool = False


def make_pdf(permit: PermitPaper) -> bytes:
    """Return the permit as a PDF."""
    return _draw(permit)[0]


def write_pdf(permit: PermitPaper, path: Path) -> Written:
    """Save the permit at ``path``. Raises UserError when it cannot be saved; nothing is left behind then."""
    pdf, pages = _draw(permit)
    save(path, pdf)
    return Written(path, pages, {"number": permit.number})


def _draw(permit: PermitPaper) -> tuple[bytes, int]:
    paper.load_fonts()
    head = f"Permit to work: {permit.kind}"
    frame = Frame(
        f"{head} {permit.number}", permit.school, f"Printed {made(permit.printed_at)}", f"Permit {permit.number}",
        permit.practice,
    )  # fmt: skip
    return job_paper.build(frame, head, [permit.school, words.long_date(permit.on)], permit.number, _pieces(permit))


def _pieces(permit: PermitPaper) -> list[Piece]:
    pieces = [job_paper.warning(one) for one in permit.warnings]
    pieces += [title("What is allowed"), *job_paper.facts((
        ("Work", permit.work), ("Where", permit.where), ("When", _when(permit)), ("Contractor", permit.contractor),
        ("Job", permit.job), ("Given by", permit.issued_by),
    )), *sentences([STOP])]  # fmt: skip
    pieces += [title("So before the work begins"), *job_paper.ticks(permit.precautions)]
    pieces += [
        title("Taken on"),
        *sentences([TAKEN]),
    ]
    pieces.append(job_paper.gaps(("Name", 3), ("Signature", 3), ("Time", 1)))
    pieces += [
        title("Handed back"),
        *sentences([HANDED_BACK]),
    ]
    pieces.append(job_paper.gaps(("Name", 3), ("Signature", 3), ("Work ended at", 1.4)))
    if permit.watch:
        pieces += sentences([f"Somebody watched the area for {permit.watch} minutes after the work ended."])
        pieces.append(job_paper.gaps(("Who watched", 3), ("Signature", 3), ("Watched until", 1.4)))
    pieces.append(job_paper.gaps(("Closed for the school by", 3), ("Signature", 3), ("Time", 1.4)))
    return pieces + (sentences([permit.closed]) if permit.closed else [])


def _when(permit: PermitPaper) -> str:
    hours = job_paper.times(permit.starts, permit.ends)
    return f"{words.long_date(permit.on)}, {hours}" if hours else words.long_date(permit.on)
