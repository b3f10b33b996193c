"""The training matrix as a paper: our own school by name, another one by initials, the cluster in counts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.services import training_matrix as service

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.training_matrix import CourseFigures, Matrix, SchoolFigures
    from db.queries.people import TrainingRow
    from reports.saving import Written
    from reports.training_matrix import Figure, Held, MatrixCell, MatrixLine, MatrixPaper

TITLE = "Training matrix"


def write(desk: Desk, out: Path, school: bytes | None = None, *, cluster: bool = False) -> Written:
    """Write the matrix, as PDF or workbook by the file's ending; an office that names no school gets all of them."""
    from reports import training_matrix as papers

    whole = cluster or (desk.is_office and school is None)
    made = cluster_paper(desk) if whole else school_paper(desk, school)
    return papers.write_xlsx(made, out) if out.suffix.lower() == ".xlsx" else papers.write_pdf(made, out)


def school_paper(desk: Desk, school: bytes | None = None) -> MatrixPaper:
    """Return one school’s matrix. Names are printed for our own people; of other schools only initials are."""
    from bursar_desk.services.reporting_governors import school_time
    from reports.training_matrix import MatrixLine, MatrixPaper

    where = school or desk.home
    one = service.matrix(desk, where)
    own = where == desk.home
    names = {member.id: member.name if own else words.initials(member.name) for member in one.members}
    lines = tuple(
        MatrixLine(names[member.id], member.role.capitalize(), tuple(
            _cell(one.cell(member.id, course.course)) for course in one.courses))
        for member in one.members
    )  # fmt: skip
    gaps = [gap.words if own or gap.person is None else _unnamed(one, gap.person, gap.words, names) for gap in one.gaps]
    said = (*(warning.words for warning in one.warnings), *gaps)
    return MatrixPaper(
        TITLE, desk.school(where).name, f"On {words.long_date(one.day)}", words.count(len(lines), "person", "people"),
        tuple(course.course for course in one.courses), lines,
        MatrixLine("In date, of needed", "", tuple(_total(course) for course in one.courses)),
        tuple(_figure(desk.school(where).name, course) for course in one.courses),
        "To see to", said, service.figures(one), school_time(desk),
        _held(desk, where, one, names), desk.practice,
    )  # fmt: skip


def _unnamed(one: Matrix, person: bytes, said: str, names: dict[bytes, str]) -> str:
    whole = next(member.name for member in one.members if member.id == person)
    return said.replace(whole, names[person], 1)


def _cell(one: service.Cell) -> MatrixCell:
    from reports.training_matrix import MatrixCell

    return MatrixCell(one.code, one.words)


def _total(one: CourseFigures) -> MatrixCell:
    from reports.training_matrix import MatrixCell

    state = "run out" if one.short else "due soon" if one.soon else "in date"
    return MatrixCell(state if one.needed else "advised", words.sentence(one.words).rstrip("."))


def _figure(school: str, one: CourseFigures) -> Figure:
    from reports.training_matrix import Figure

    return Figure(school, one.course, one.held, one.needed, one.soon, one.out, one.booked)


def _held(desk: Desk, school: bytes, one: Matrix, names: dict[bytes, str]) -> tuple[Held, ...]:
    from reports.training_matrix import Held

    rows = _rows(desk, school)
    made = []
    for member in one.members:
        for course in one.courses:
            cell = one.cell(member.id, course.course)
            if not cell.code:
                continue
            row = rows.get(cell.row or b"")
            number = row.number if row is not None and school == desk.home else ""
            made.append(Held(
                names[member.id], member.role, cell.course, cell.code, row.passed_on if row else None,
                cell.standing.ends, cell.booked, row.provider if row else "", number,
            ))  # fmt: skip
    return tuple(made)


def _rows(desk: Desk, school: bytes) -> dict[bytes, TrainingRow]:
    from db.queries.people import training

    with desk.store.connect() as con:
        return {row.id: row for row in training(con, school)}


# --- every school ----------------------------------------------------------------------------------------------------


def cluster_paper(desk: Desk) -> MatrixPaper:
    """Return every school held by courses, in counts without a name."""
    from bursar_desk.services.reporting_governors import school_time
    from reports.training_matrix import MatrixCell, MatrixLine, MatrixPaper

    found = service.cluster(desk)
    lines = tuple(_school_line(one, found.courses) for one in found.schools)
    totals = tuple(
        MatrixCell("" if not needed else "in date" if held >= needed else "run out",
                   words.out_of(held, needed) if needed else "")
        for held, needed in (found.total[course] for course in found.courses)
    )  # fmt: skip
    said = tuple(f"{one.name}: {warning}" for one in found.schools for warning in one.warnings)
    told = {course: words.out_of(*found.total[course]) for course in found.courses if found.total[course][1]}
    gaps = sum(one.gaps for one in found.schools)
    return MatrixPaper(
        f"{TITLE} of all schools", desk.name, f"On {words.long_date(found.day)}",
        words.count(len(lines), "school"), found.courses, lines,
        MatrixLine("All schools", f"{words.number(gaps)} to close", totals),
        tuple(_figure(one.name, one.courses[course]) for one in found.schools for course in found.courses
              if course in one.courses),
        "Schools down to their last holder", said,
        {"schools": str(len(lines)), "gaps": str(gaps), **told}, school_time(desk), (), desk.practice,
        "No school’s people are held here yet.",
    )  # fmt: skip


def _school_line(one: SchoolFigures, courses: tuple[str, ...]) -> MatrixLine:
    from reports.training_matrix import MatrixCell, MatrixLine

    cells = []
    for course in courses:
        figures = one.courses.get(course)
        cells.append(_total(figures) if figures is not None and figures.needed else MatrixCell())
    note = f"{words.number(one.gaps)} to close" + (f", {words.number(one.planned)} booked" if one.planned else "")
    return MatrixLine(one.name, note if one.gaps else "Nothing to close", tuple(cells))
