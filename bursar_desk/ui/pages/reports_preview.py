"""What the Reports page reads on the database worker: the papers there are, their choices, and the PDF itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bursar_desk import machine
from bursar_desk.domain.errors import UserError
from bursar_desk.services import reporting

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Paper:
    """One report or sheet: its name in the services, what it is called, and which choices it has."""

    key: str
    title: str
    note: str
    icon: str
    school: bool = False
    term: bool = False
    week: bool = False
    office: bool = True

    @property
    def forms(self) -> tuple[str, ...]:
        """The endings of the files it can be saved as."""
        return reporting.FORMS[self.key]


PAPERS: Final = (
    Paper("governors", "Governors’ report", "Two pages for a term", "landmark", school=True, term=True),
    Paper("round-sheet", "Check sheet", "Checks to do, in walking order", "clipboard-pen", week=True, office=False),
    Paper("chase", "Chase list", "What is late, by person", "users", school=True),
    Paper("site-sheet", "Site sheet", "What to turn off, who to ring", "map-pin", office=False),
)
BY_KEY: Final = {paper.key: paper for paper in PAPERS}


def papers(*, office: bool) -> tuple[Paper, ...]:
    """The papers of a desk: an office has no site of its own."""
    return tuple(paper for paper in PAPERS if paper.office or not office)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which paper, of which school and term (None: what the paper takes by itself), for a day or its week."""

    paper: str
    school: bytes | None = None
    term: str | None = None
    week: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """The choices there are, and the paper as it would be saved, or why it cannot be made."""

    asked: Asked
    schools: tuple[tuple[bytes, str], ...]
    terms: tuple[tuple[str, str], ...]
    pdf: bytes
    problem: UserError | None = None

    @property
    def term_words(self) -> str:
        """The term the paper is about, in words."""
        found = dict(self.terms)
        return found.get(self.asked.term or "", self.terms[0][1] if self.terms else "")

    def school_name(self, home: str) -> str:
        """The school the paper is about; ``home`` where it is our own."""
        return dict(self.schools).get(self.asked.school or b"", home)


def read_preview(desk: Desk, asked: Asked) -> Preview:
    """Make the paper and read the choices. Nothing is written but a file that is gone again."""
    schools = _schools(desk)
    known = {school for school, _ in schools}
    if desk.is_office and asked.school not in known:
        asked = Asked(asked.paper, schools[0][0] if schools else None, None, asked.week)
    paper = BY_KEY[asked.paper]
    if desk.is_office and asked.school is None:
        nothing = UserError("No school’s records are here yet.", "Nothing was made.", "Merge their files first.")
        return Preview(asked, schools, (), b"", nothing)
    terms = tuple(reporting.terms(desk, asked.school)) if paper.term else ()
    if paper.term and asked.term not in dict(terms):
        asked = Asked(asked.paper, asked.school, terms[0][0] if terms else None, asked.week)
    try:
        pdf = reporting.preview_pdf(desk, asked.paper, **options(asked))
    except UserError as problem:
        return Preview(asked, schools, terms, b"", problem)
    return Preview(asked, schools, terms, pdf)


def options(asked: Asked) -> dict[str, Any]:
    """The choices a paper takes, and no others."""
    paper = BY_KEY[asked.paper]
    found: dict[str, Any] = {}
    if paper.school:
        found["school"] = asked.school
    if paper.term:
        found["term"] = asked.term
    if paper.week:
        found["week"] = asked.week
    return found


def writing(asked: Asked, path: Path) -> Callable[[Desk], Any]:
    """The work of saving a paper at ``path``, in the form its ending asks for."""
    return lambda desk: reporting.write(desk, asked.paper, path, **options(asked))


def _schools(desk: Desk) -> tuple[tuple[bytes, str], ...]:
    """The schools whose checks are held here: in an office those that sent a file, else our own."""
    if not desk.is_office:
        return ((desk.home, desk.name),)
    from db.queries.schools import schools

    with desk.store.connect() as con:
        found = [(one.school, one.name) for one in schools(con) if one.school != desk.home]
    return tuple(sorted(found, key=lambda one: one[1]))


def file_name(preview: Preview, home: str, ending: str) -> str:
    """A good name for the file: "Governors’ report, St Modwen's, Autumn term 2026.pdf"."""
    parts = [BY_KEY[preview.asked.paper].title, preview.school_name(home), preview.term_words]
    return machine.safe_file_name(", ".join(part for part in parts if part) + ending)
