"""The training matrix on paper: nothing lost however many people and courses, the same words in the workbook."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_reader import about, boxes, texts

from bursar_desk.services import reporting_training, training, training_matrix
from bursar_desk.services.desk import Desk
from reports import training_matrix as papers
from reports.training_matrix import MARKS, Figure, MatrixCell, MatrixLine, MatrixPaper
from tests.services.sample_fixture import NEIGHBOUR, ON, STORY, THIRD, built, register_of

AT = dt.datetime(2026, 11, 20, 9, 15)  # noqa: DTZ001 - as the services hand it in, in school time


def paper(people: int, courses: int, said: int = 3) -> MatrixPaper:
    states = ["in date", "due soon", "run out", "none", "booked", "advised", ""]
    words = ["In date to 31 Dec 2028", "Renew by 31 Dec 2026", "Ran out 30 Nov 2026", "None, needed",
             "Booked 28 Feb 2027", "None, advised", ""]  # fmt: skip

    def cell(n: int) -> MatrixCell:
        return MatrixCell(states[n % 7], words[n % 7])

    return MatrixPaper(
        "Training matrix", "Oakfield Primary School", "On Friday 20 November 2026", f"{people} people",
        tuple(f"Course number {n}" for n in range(courses)),
        tuple(MatrixLine(f"Person {n:03d}", "Role", tuple(cell(n + c) for c in range(courses))) for n in range(people)),
        MatrixLine("In date, of needed", "", tuple(MatrixCell("in date", f"{c} of {c}") for c in range(courses))),
        tuple(Figure("Oakfield", f"Course number {n}", n, n, 0, 0, 0) for n in range(courses)),
        "To see to", tuple(f"Sentence {n:03d} about somebody." for n in range(said)), {"people": str(people)}, AT,
    )  # fmt: skip


@given(st.integers(0, 60), st.integers(0, 40), st.integers(0, 90))
@settings(deadline=None, max_examples=25)
def test_nobody_no_course_and_no_sentence_is_lost(people: int, courses: int, said: int) -> None:
    pdf, pages = papers.make_pdf(paper(people, courses, said))
    read = texts(pdf)
    assert len(read) == pages
    whole = " ".join(read)
    bands = max(1, -(-courses // papers.ACROSS))
    for n in range(people):
        assert whole.count(f"Person {n:03d}") == bands
    for n in range(said):
        assert whole.count(f"Sentence {n:03d}") == 1
    if people and courses:
        assert whole.count("In date, of needed") == bands


@pytest.mark.parametrize(("people", "courses"), [(6, 14), (40, 14), (9, 12), (3, 1)])
def test_nothing_stands_outside_the_page(people: int, courses: int) -> None:
    pdf, _pages = papers.make_pdf(paper(people, courses, 20))
    for left, low, right, high in (box for page in boxes(pdf) for box in page):
        assert left >= 30
        assert right <= 842 - 30
        assert low >= 10
        assert high <= 595


def test_every_state_has_a_shape_of_its_own_and_words_beside_it() -> None:
    shapes = [shape for state, shape in MARKS.items() if state]
    assert len(set(shapes)) == len(shapes)
    (page,) = texts(papers.make_pdf(paper(7, 2, 0))[0])
    for words in ("In date to 31 Dec 2028", "Renew by 31 Dec 2026", "Ran out 30 Nov 2026", "None, needed",
                  "Booked 28 Feb 2027", "None, advised"):  # fmt: skip
        assert words in page


def test_the_same_paper_gives_the_same_bytes() -> None:
    assert papers.make_pdf(paper(5, 5)) == papers.make_pdf(paper(5, 5))
    assert "Oakfield Primary School" in about(papers.make_pdf(paper(5, 5))[0])["Title"]


def test_paper_and_workbook_have_the_same_cells_and_figures(tmp_path: Path) -> None:
    with Desk.open(register_of(built(), STORY).path, on=ON, read_only=True) as desk:
        made = reporting_training.school_paper(desk)
        matrix = training_matrix.matrix(desk)
    pdf = papers.write_pdf(made, tmp_path / "m.pdf")
    xlsx = papers.write_xlsx(made, tmp_path / "m.xlsx")
    assert pdf.figures == xlsx.figures == training_matrix.figures(matrix)
    whole = " ".join(texts(pdf.file.read_bytes()))
    book = openpyxl.load_workbook(xlsx.file)
    page = book["Matrix"]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    head = next(n for n, row in enumerate(rows) if row[0] == "Who")
    for line, row in zip((*made.lines, made.totals), rows[head + 1 :], strict=True):
        assert [value or "" for value in row[2:]] == [cell.words for cell in line.cells]
        for cell in line.cells:
            assert cell.words in whole
    figures = {row[1].value: [cell.value for cell in row[2:]] for row in book["Figures"].iter_rows(min_row=4)}
    for one in matrix.courses:
        assert figures[one.course] == [one.held, one.needed, one.soon, one.out, one.booked]
    said = [row[0].value for row in book["To do"].iter_rows(min_row=3)]
    assert [one for one in said if one not in ("To see to", None)] == list(made.said)


def test_names_are_printed_of_our_own_school_only() -> None:
    with Desk.open(register_of(built(), STORY).path, on=ON, read_only=True) as desk:
        staff = {urn: [one.name for one in training_matrix.matrix(desk, register_of(built(), urn).school_id).members]
                 for urn in (STORY, NEIGHBOUR, THIRD)}  # fmt: skip
        ours = " ".join(texts(papers.make_pdf(reporting_training.school_paper(desk))[0]))
        third = register_of(built(), THIRD).school_id
        theirs = " ".join(texts(papers.make_pdf(reporting_training.school_paper(desk, third))[0]))
        everybody = " ".join(texts(papers.make_pdf(reporting_training.cluster_paper(desk))[0]))
        numbers = [one.number for one in reporting_training.school_paper(desk, third).held]
        assert training.listing(desk)
    assert all(name in ours for name in staff[STORY])
    assert not [name for name in staff[THIRD] if name in theirs]
    assert not [name for names in staff.values() for name in names if name in everybody]
    assert not any(numbers)


def test_a_school_without_people_says_so() -> None:
    empty = replace(paper(0, 0, 0), courses=(), totals=MatrixLine("In date, of needed", "", ()))
    (page,) = texts(papers.make_pdf(empty)[0])
    assert "Nobody is entered here yet." in page
