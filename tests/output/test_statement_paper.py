"""The statement and the support papers: every word and figure is there, long ones run on, cells have real types."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pdf_reader import texts

from bursar_desk.domain.errors import UserError
from bursar_desk.domain.rates import ROUNDING
from reports import statement, support_report
from reports.statement import PairPaper, ShiftRow, StatementPaper
from reports.support_report import PlanPaper, ReviewRow, VisitPaper, VisitRow

AT = dt.datetime(2026, 11, 20, 9, 15)  # noqa: DTZ001 - as the services hand it in, in school time
DAY = dt.date(2026, 11, 20)
SHIFT = ShiftRow(
    DAY, True, "Terry Walsh", 360, "06:45 to 12:45", 0, 30, 390, 390, 1369, 8899, 3159, 0, 184, 1012,
    "18.4 miles at 55p", 13070, "Money", 1335, 1824,
)  # fmt: skip
PAIR = PairPaper(
    "Oakfield", "St Anne’s", "Autumn term 2026", "1 Sep 2026 to 20 Nov 2026", (SHIFT,),
    (("Owed to Oakfield on 1 Sep 2026", 60, 1000), ("Given by Oakfield, 1 shift", 390, 13070),
     ("Owed to Oakfield on 20 Nov 2026", 450, 14070)),
    "St Anne’s owes Oakfield 7 h 30 min.", ("St Anne’s pays Oakfield £130.70 for 1 shift, 6 h 30 min.",
                                            "No VAT is in these figures."),
    ("Against an agency: £159.25 there, £130.70 here: it saves £28.55.",), ("Written by us; not agreed yet.",),
    (("Oakfield", "2026-27 (April to March)", 13070), ("St Anne’s", "2026-27 (September to August)", 13070)),
)  # fmt: skip
PAPER = StatementPaper("Oakfield", "Autumn term 2026", (PAIR,), ROUNDING, AT, practice=True)


def test_every_line_of_the_worked_example_stands_on_one_page() -> None:
    pdf, pages = statement.make_pdf(PAPER)
    assert pages == 1
    (page,) = texts(pdf)
    for said in (
        "Practice - made-up records", "Statement of cover: Oakfield and St Anne’s", "Autumn term 2026", "20 Nov 2026",
        "Terry Walsh", "6 h 30 min", "13.69", "88.99", "31.59", "10.12", "130.70",
        "St Anne’s owes Oakfield 7 h 30 min.",
        "How the balance is made up", "£140.70", "No VAT is in these figures.", "2026-27 (April to March)",
        "2026-27 (September to August)", "it saves £28.55.", "Waiting, and not counted", "nearest 15 minutes",
        "For Oakfield: name, signature and date", "Page 1 of 1",
    ):  # fmt: skip
        assert said in page, said


def test_many_shifts_run_on_with_the_heads_again_and_none_is_lost() -> None:
    many = tuple(replace(SHIFT, on=DAY - dt.timedelta(days=n), who=f"Helper {n:03d}") for n in range(90))
    pdf, pages = statement.make_pdf(replace(PAPER, pairs=(replace(PAIR, shifts=many), PAIR)))
    found = texts(pdf)
    assert len(found) == pages
    assert pages > 3
    whole = " ".join(found)
    assert all(f"Helper {n:03d}" in whole for n in range(90))
    with_rows = [page for page in found if "Helper" in page]
    assert all("On-costs" in page for page in with_rows)


def test_a_shift_without_a_rate_says_so_and_a_term_without_hours_too() -> None:
    bare = replace(
        SHIFT, paid=None, rate=None, pay=None, on_costs=None, overhead=None, mileage=None, total=None, planned=None
    )
    (page,) = texts(statement.make_pdf(replace(PAPER, pairs=(replace(PAIR, shifts=(bare,)),)))[0])
    assert "No rate" in page
    (page,) = texts(statement.make_pdf(replace(PAPER, pairs=(replace(PAIR, shifts=()),)))[0])
    assert "No hours were worked in the Autumn term 2026." in page
    (page,) = texts(statement.make_pdf(replace(PAPER, pairs=()))[0])
    assert "nothing is owed" in page


def test_the_workbook_has_dates_whole_minutes_and_exact_pounds(tmp_path: Path) -> None:
    evil = replace(SHIFT, who="=1+1")
    written = statement.write_xlsx(replace(PAPER, pairs=(replace(PAIR, shifts=(SHIFT, evil)),)), tmp_path / "s.xlsx")
    book = load_workbook(written.file)
    assert book.sheetnames == ["Shifts", "Balances", "Money and savings", "Money years"]
    rows = list(book["Shifts"].iter_rows(values_only=True))
    heads = next(row for row in rows if row[0] == "School")
    cells = dict(zip(heads, rows[rows.index(heads) + 1], strict=True))
    assert cells["Date"].date() == DAY
    assert cells["Counts, minutes"] == 390
    assert (cells["Pay, pounds"], cells["Total, pounds"]) == (88.99, 130.7)
    assert cells["Miles"] == "18.4"
    shapes = [cell for row in book["Shifts"].iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in shapes] == ["s"]
    pounds = [cell for row in book["Shifts"].iter_rows() for cell in row if cell.value == 88.99]
    assert "£" in pounds[0].number_format


def test_the_same_statement_gives_the_same_bytes_and_a_missing_folder_is_said_in_words(tmp_path: Path) -> None:
    assert statement.make_pdf(PAPER) == statement.make_pdf(PAPER)
    with pytest.raises(UserError, match="is not there"):
        statement.write_pdf(PAPER, tmp_path / "none" / "s.pdf")


PLAN = PlanPaper(
    "Legionella records", "Oakfield", "St Anne’s", (("From", "Monday 7 September 2026"), ("Led by", "Dawn Hill")),
    ("Weekly flushing",), (("Walk the outlets", "Terry Walsh"),), "Monthly call.",
    (VisitRow(DAY, "Dawn Hill", 205, "First walk", "£151.49"),),
    (ReviewRow("First interim review", DAY, "Amber", "Outlets labelled", ("Flush weekly",)),
     ReviewRow("Final review", None, "", "", ())),
    ("The visit of Friday 13 November 2026 is not logged.",), ("Spent £151.49 of £1,200.00, £1,048.51 left.",),
    "All outlets are known.", AT,
)  # fmt: skip


def test_the_plan_shows_its_visits_its_reviews_and_those_not_held() -> None:
    pdf, pages = support_report.make_plan(PLAN)
    assert pages == 1
    (page,) = texts(pdf)
    for said in (
        "Support plan: Legionella records", "Oakfield supports St Anne’s", "1. Weekly flushing", "Walk the outlets",
        "First interim review", "Amber", "Outlets labelled Agreed: Flush weekly.", "Not held yet", "£151.49",
        "£1,048.51 left", "is not logged", "What came of it", "All outlets are known.", "Monthly call.",
    ):
        assert said in page, said


def test_a_visit_report_has_focus_findings_boxes_to_tick_and_the_cost() -> None:
    visit = VisitPaper(
        "Legionella records", "Oakfield", "St Anne’s", DAY, (("By", "Dawn Hill"),), "First walk", "",
        ("Label the outlets",), (("Pay", "£109.20: 3 h 30 min at £31.20 an hour"), ("Total", "£151.49")), AT,
    )  # fmt: skip
    (page,) = texts(support_report.make_visit(visit)[0])
    for said in ("Visit report", "Oakfield at St Anne’s, Friday 20 November 2026", "Nothing was written down.",
                 "Label the outlets", "£109.20", "£151.49"):  # fmt: skip
        assert said in page, said
    longer = replace(visit, found="Found it so. " * 400, actions=tuple(f"Action {n}" for n in range(60)))
    pdf, pages = support_report.make_visit(longer)
    whole = " ".join(texts(pdf))
    assert pages > 1
    assert all(f"Action {n}" in whole for n in range(60))


def test_a_balance_with_hours_of_no_rate_has_no_worth_instead_of_a_wrong_one(tmp_path: Path) -> None:
    pair = replace(PAIR, sums=(("Owed before", 165, None), ("Owed now", 315, None)))
    (page, *_) = texts(statement.make_pdf(replace(PAPER, pairs=(pair,)))[0])
    assert page.count("Not known") == 2
    assert "No worth is known where some of the hours have no rate" in page
    book = load_workbook(statement.write_xlsx(replace(PAPER, pairs=(pair,)), tmp_path / "s.xlsx").file)
    rows = [row for row in book["Balances"].iter_rows(values_only=True) if row[1] in ("Owed before", "Owed now")]
    assert [row[2:4] for row in rows] == [(165, None), (315, None)]
