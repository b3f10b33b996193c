"""What the Reports page reads on the database worker: the papers there are, their choices, and the PDF itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bursar_desk import machine
from bursar_desk.domain.errors import UserError
from bursar_desk.services import reporting

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Paper:
    """One report or sheet: its name in the services, what it is called, and which choices it has.

    ``check``: of one check, or with ``areas`` of a whole area; ``periods`` are the keys of ``PERIODS`` it offers, the
    usual one first; ``order``: by place or theme; ``wall``: which year, on which size of paper.
    """

    key: str
    title: str
    note: str
    icon: str
    school: bool = False
    term: bool = False
    week: bool = False
    office: bool = True
    check: bool = False
    areas: bool = False
    periods: tuple[str, ...] = ()
    order: bool = False
    wall: bool = False
    together: bool = False
    """An office can have it of all its schools."""

    @property
    def forms(self) -> tuple[str, ...]:
        """The endings of the files it can be saved as."""
        return reporting.FORMS[self.key]


_BOUGHT: Final = (
    ("contracts", "Contract register", "Every contract, by the day to decide", "file-text"),
    ("forward-plan", "Forward plan", "Contracts for 24 months, for the clerk", "calendar-days"),
    ("services", "Services review", "Kept, to market or as a cluster", "clipboard-list"),
    ("savings", "Savings statement", "Against dated documents, losses too", "hand-coins"),
    ("benefit", "Benefit statement", "What the cluster gave and cost", "handshake"),
)
PAPERS: Final = (
    Paper("governors", "Governors’ report", "Two pages for a term", "landmark", school=True, term=True),
    Paper("round-sheet", "Check sheet", "Checks to do, in walking order", "clipboard-pen", week=True, office=False),
    Paper("chase", "Chase list", "What is late, by person", "users", school=True),
    Paper(
        "inspector",
        "Inspector’s log",
        "One check or subject, day by day",
        "search",
        school=True,
        check=True,
        areas=True,
        periods=("12", "school", "24"),
    ),
    Paper(
        "logbook",
        "Premises log book",
        "Every section, with all records",
        "book-open",
        school=True,
        periods=("term", "school", "12"),
    ),
    Paper("planner", "Year planner", "Twelve months for the wall", "calendar-days", school=True, wall=True),
    Paper("training", "Training matrix", "Who holds which course", "graduation-cap", school=True),
    *(Paper(*about, school=True, together=True) for about in _BOUGHT),
    Paper("walk-form", "Walk-round form", "What to look at on the site", "clipboard-list", office=False, order=True),
    Paper("blank-form", "Blank form", "For any check, to fill in by hand", "clipboard-pen", office=False, check=True),
    Paper("site-sheet", "Site sheet", "What to turn off, who to ring", "map-pin", office=False),
)
ALL_SCHOOLS: Final = b""
"""The key of all schools together, where an office chooses the school."""
PERIODS: Final = {
    "12": "Last 12 months", "24": "Last 2 years", "school": "This school year", "term": "This term",
}  # fmt: skip
BY_KEY: Final = {paper.key: paper for paper in PAPERS}


def papers(*, office: bool) -> tuple[Paper, ...]:
    """The papers of a desk: an office has no site of its own."""
    return tuple(paper for paper in PAPERS if paper.office or not office)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which paper, of which school and term (None: what the paper takes by itself), for a day or its week.

    ``check`` is a key of the subjects, ``period`` one of ``PERIODS`` ("" for the usual one of the paper).
    """

    paper: str
    school: bytes | None = None
    term: str | None = None
    week: bool = False
    check: str = ""
    period: str = ""
    order: str = "place"
    size: str = "a3"
    year: str = "school"


@dataclass(frozen=True, slots=True)
class Preview:
    """The choices there are, and the paper as it would be saved, or why it cannot be made."""

    asked: Asked
    schools: tuple[tuple[bytes, str], ...]
    terms: tuple[tuple[str, str], ...]
    pdf: bytes
    problem: UserError | None = None
    subjects: tuple[tuple[str, str], ...] = ()

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
    if desk.is_office and schools and BY_KEY[asked.paper].together:
        schools = ((ALL_SCHOOLS, "All schools"), *schools)
    known = {school for school, _ in schools}
    if desk.is_office and asked.school not in known:
        asked = replace(asked, school=schools[0][0] if schools else None, term=None)
    paper = BY_KEY[asked.paper]
    if desk.is_office and asked.school is None:
        nothing = UserError("No school’s records are here yet.", "Nothing was made.", "Merge their files first.")
        return Preview(asked, schools, (), b"", nothing)
    terms = tuple(reporting.terms(desk, asked.school)) if paper.term else ()
    if paper.term and asked.term not in dict(terms):
        asked = replace(asked, term=terms[0][0] if terms else None)
    subjects = tuple(reporting.subjects(desk, asked.school)) if paper.check else ()
    if not paper.areas:
        subjects = tuple(one for one in subjects if not one[1].startswith("All of "))
    if paper.check and asked.check not in dict(subjects):
        asked = replace(asked, check=subjects[0][0] if subjects else "")
    try:
        pdf = reporting.preview_pdf(desk, asked.paper, **options(asked, desk.today))
    except UserError as problem:
        return Preview(asked, schools, terms, b"", problem, subjects)
    return Preview(asked, schools, terms, pdf, None, subjects)


def options(asked: Asked, today: dt.date) -> dict[str, Any]:
    """The choices a paper takes, and no others."""
    paper = BY_KEY[asked.paper]
    found: dict[str, Any] = {}
    if paper.school:
        found["school"] = asked.school or None
    if paper.term:
        found["term"] = asked.term
    if paper.week:
        found["week"] = asked.week
    if paper.check:
        found["check"] = asked.check
    if paper.periods:
        found["first"] = _first_day(asked.period or paper.periods[0], today)
    if paper.order:
        found["order"] = asked.order
    if paper.wall:
        found |= {"paper": asked.size, "year": asked.year}
    return found


def _first_day(period: str, today: dt.date) -> dt.date | None:
    """The first day of a period; None for what the paper takes by itself: its term, or the last twelve months."""
    if period == "school":
        return dt.date(today.year if today.month >= 9 else today.year - 1, 9, 1)
    return dt.date(today.year - 2, today.month, min(today.day, 28)) if period == "24" else _year_ago(period, today)


def _year_ago(period: str, today: dt.date) -> dt.date | None:
    if period != "12":
        return None
    return dt.date(today.year - 1, today.month, min(today.day, 28)) + dt.timedelta(days=1)


def writing(asked: Asked, path: Path) -> Callable[[Desk], Any]:
    """The work of saving a paper at ``path``, in the form its ending asks for."""
    return lambda desk: reporting.write(desk, asked.paper, path, **options(asked, desk.today))


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
    subject = dict(preview.subjects).get(preview.asked.check, "")
    parts = [BY_KEY[preview.asked.paper].title, subject, preview.school_name(home), preview.term_words]
    return machine.safe_file_name(", ".join(part for part in parts if part) + ending)
