"""The printed directory: who works where and when, who can help with what, and who leads what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from bursar_desk.domain import words
from reports.flow import Piece, sentences, title
from reports.paper import ROOM, load_fonts
from reports.saving import Written, save
from reports.simple_pages import make
from reports.table_pieces import Col, table

SHARED = (
    "Phone numbers and e-mails are those whose owner agreed that they are passed on. Everybody else is reached through "
    "their school. Why somebody is away, and private notes, are never printed."
)


@dataclass(frozen=True, slots=True)
class PersonPrinted:
    """One person as printed."""

    school: str
    name: str
    job: str
    days: str
    training: str
    offers: str
    reach: str


@dataclass(frozen=True, slots=True)
class LeadPrinted:
    """One lead as printed; ``stands`` says who agreed."""

    school: str
    kind: str
    name: str
    when: str
    stands: str


@dataclass(frozen=True, slots=True)
class PeoplePaper:
    """The directory of one school or of all known here; ``helps`` are offers with who made them."""

    school: str
    people: tuple[PersonPrinted, ...]
    helps: tuple[tuple[str, str], ...]
    leads: tuple[LeadPrinted, ...]
    made_at: datetime
    practice: bool = False


def make_pdf(paper: PeoplePaper) -> tuple[bytes, int]:
    """Return the PDF and its number of pages; nobody is ever left out."""
    load_fonts()
    pieces: list[Piece] = [*sentences([SHARED])]
    columns = (
        Col("Name", 104, strong=True), Col("Days and hours", 92), Col("Courses", 146), Col("Can help with", 88),
        Col("Reached", ROOM - 430),
    )  # fmt: skip
    for school, some in groupby(paper.people, lambda one: one.school):
        rows = [(f"{one.name}, {one.job}", one.days, one.training, one.offers, one.reach) for one in some]
        pieces += [title(school), *table(columns, rows, most=60)]
    pieces += [title("Who can help with…"), *_helps(paper.helps), title("Who leads what"), *_leads(paper.leads)]
    said = words.count(len(paper.people), "person", "people")
    return make("People", paper.school, said, pieces, paper.made_at, practice=paper.practice)


def _helps(helps: Sequence[tuple[str, str]]) -> list[Piece]:
    if not helps:
        return sentences(["Nobody has said yet what they can help with."])
    return table((Col("With", 170, strong=True), Col("Who", ROOM - 170)), helps, most=60)


def _leads(leads: Sequence[LeadPrinted]) -> list[Piece]:
    if not leads:
        return sentences(["Nobody is named to lead yet."])
    columns = (
        Col("School", 96), Col("What", 96), Col("Who", 104, strong=True), Col("When", 92),
        Col("How it stands", ROOM - 388),
    )  # fmt: skip
    return table(columns, [(one.school, one.kind, one.name, one.when, one.stands) for one in leads], most=40)


def write_pdf(paper: PeoplePaper, path: Path) -> Written:
    """Save it at ``path``. Raises UserError when it cannot be saved; nothing is left behind then."""
    pdf, pages = make_pdf(paper)
    save(path, pdf)
    return Written(path, pages, {"people": str(len(paper.people)), "leads": str(len(paper.leads))})
