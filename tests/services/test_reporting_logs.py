"""Planner, log book and inspector's log: what stands in them, read back from the files that are made."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.services import reporting, reporting_inspector, reporting_planner
from tests.services.small_school import DAWN, FRIDAY, TERRY, Small, without_waiting

WEEK = dt.timedelta(days=7)
FIRST = dt.date(2026, 9, 4)


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """Flushing each Friday since September: two weeks missed, one with a reason, one late, one entered later."""
    without_waiting(monkeypatch)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    made = Small.found(tmp_path)
    made.add("WATR-03", doer=TERRY)
    made.add("LIFT-01", doer=DAWN, place=None)
    days = [FIRST + WEEK * n for n in range(12)]
    for n, day in enumerate(days):
        if n in (4, 5):
            continue
        made.done("WATR-03", day, written=day + dt.timedelta(days=3) if n == 8 else day)
    made.not_done("WATR-03", days[4], "staff_away", "Terry on a course")
    made.done("LIFT-01", dt.date(2026, 6, 18))
    return made


def text_of(pdf: Path) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
    finally:
        document.close()


def test_an_inspectors_log_shows_every_gap_with_its_reason_and_what_was_entered_late(
    school: Small, tmp_path: Path
) -> None:
    with school.desk() as desk:
        log = reporting_inspector.inspector(desk, [school.checks["WATR-03"]])
        (check,) = log.checks
        missed = [slot for slot in check.slots if slot.state == "missed"]
        assert [slot.due for slot in missed] == [FIRST + WEEK * 4, FIRST + WEEK * 5]
        assert [slot.reason for slot in missed] == ["Staff away: Terry on a course", "No reason was given"]
        done = [slot for slot in check.slots if slot.done is not None]
        assert len(done) == 10
        assert [slot.entered_words for slot in done if slot.entered != slot.done] == ["2 Nov 2026"]
        assert check.total == "10 of 12 done on time, 0 late, 2 missed."
        written = reporting.write(desk, "inspector", tmp_path / "log.pdf", check="WATR-03")
    text = text_of(written.file)
    assert text.count("Missed") >= 2
    for said in ("Terry on a course", "No reason was given", "2 Nov 2026", "Stamp", "21 Nov 2025 to 20 Nov 2026"):
        assert said in text
    assert written.figures == {"WATR-03": check.total}


def test_the_log_is_the_same_as_workbook_and_web_page(school: Small, tmp_path: Path) -> None:
    with school.desk() as desk:
        book = reporting.write(desk, "inspector", tmp_path / "log.xlsx", check="WATR-03").file
        page = reporting.write(desk, "inspector", tmp_path / "log.html", check="WATR-03").file.read_text("utf-8")
    sheet = openpyxl.load_workbook(book).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert cells.count("Missed") == page.count("<td>Missed") == 2
    assert any(getattr(cell, "year", 0) == 2026 for cell in cells), "days are typed, so that they can be sorted"


def test_a_log_of_a_whole_area_and_one_of_nothing(school: Small, tmp_path: Path) -> None:
    with school.desk() as desk:
        assert "Water" in text_of(reporting.write(desk, "inspector", tmp_path / "w.pdf", check="water").file)
        with pytest.raises(UserError, match="which check"):
            reporting.write(desk, "inspector", tmp_path / "n.pdf")
        with pytest.raises(UserError, match="ends before it begins"):
            reporting_inspector.inspector(desk, [school.checks["WATR-03"]], FRIDAY, FRIDAY - WEEK)


def test_an_overdue_examination_stands_in_the_log_as_not_done_yet(school: Small) -> None:
    later = dt.date(2027, 1, 11)
    with school.desk(later) as desk:
        (check,) = reporting_inspector.inspector(desk, [school.checks["LIFT-01"]]).checks
    assert check.slots[-1].state == "overdue"
    assert check.slots[-1].how == "Not done yet, 24 days late"


def test_the_log_book_has_cover_contents_with_pages_and_sections_by_code(school: Small, tmp_path: Path) -> None:
    with school.act(ActCode.ADD_CONTRACTOR, FRIDAY) as act:
        firm = act.create("contractor", {"name": "Ascent Lifts", "trade": "lifts"})
    with school.act(ActCode.LOG_VISIT, FRIDAY) as act:
        act.fact("attendance", {
            "contractor": firm, "worker": "J. Moss", "on_date": dt.date(2026, 11, 5), "arrived": 540, "went": 630,
            "purpose": "Lift service", "asbestos_signed": True,
        })  # fmt: skip
    with school.desk() as desk:
        written = reporting.write(desk, "logbook", tmp_path / "book.pdf")
    document = pypdfium2.PdfDocument(written.file)
    pages = [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    marks = [mark.get_title() for mark in document.get_toc()]
    document.close()
    assert "Premises log book" in pages[0]
    assert "Oakfield Primary School" in pages[0]
    assert "Contents" in pages[1]
    at = next(n for n, text in enumerate(pages, 1) if n > 2 and "L01 Water and legionella" in text)
    assert f"L01 Water and legionella 1 check: 10 of 12 on time, 0 late, 2 missed. {at}" in pages[1]
    assert [mark[:4].strip() for mark in marks if mark[:2] in ("GM", "L0", "R0")][:3] == ["GM02", "GM03", "GM04"]
    visits = next(text for text in pages if text.startswith("Practice") and "GM02" in text and "J. Moss" in text)
    assert "09:00 10:30 Lift service Signed" in visits
    assert "Staff away: Terry on a course" in pages[at - 1]


def test_the_planner_is_one_landscape_page_and_leaves_the_weekly_ones_to_its_foot(
    school: Small, tmp_path: Path
) -> None:
    with school.desk() as desk:
        data = reporting_planner.planner(desk)
        big = reporting.write(desk, "planner", tmp_path / "a3.pdf")
        small = reporting.write(desk, "planner", tmp_path / "a4.pdf", paper="a4")
    assert (big.pages, small.pages) == (1, 1)
    sizes = []
    for written in (big, small):
        document = pypdfium2.PdfDocument(written.file)
        sizes.append(tuple(round(side) for side in document[0].get_size()))
        document.close()
    assert sizes == [(1191, 842), (842, 595)]
    weeks = [week for month in data.months for week in month.weeks]
    assert len(data.months) == 12
    assert [week.monday for week in weeks] == [weeks[0].monday + WEEK * n for n in range(len(weeks))]
    items = [item for week in weeks for item in week.items]
    assert {item.title for item in items} == {"Lift examination"} or all("Flush" not in item.title for item in items)
    assert [item.day for item in items if not item.done] == [dt.date(2026, 12, 18), dt.date(2027, 6, 18)]
    assert data.often == ("Every week or so: Flush little-used outlets.",)
    text = text_of(small.file)
    for said in ("September 2026", "August 2027", "Flush little-used outlets", "School holiday, BH bank holiday"):
        assert said in text


def test_the_planner_shades_holidays_bank_holidays_and_staff_days(school: Small) -> None:
    with school.desk() as desk:
        data = reporting_planner.planner(desk)
        calendar = reporting_planner.planner(desk, year="calendar")
    kinds = {day.day: day.kind for month in data.months for week in month.weeks for day in week.days}
    assert kinds[dt.date(2026, 12, 25)] == "bank"
    assert kinds[dt.date(2026, 12, 29)] == "holiday"
    assert kinds[FRIDAY] == ""
    assert calendar.title == "Year planner 2026"
    assert calendar.months[0].name == "January 2026"


def test_the_planner_as_a_workbook_lists_what_is_due_with_typed_days(school: Small, tmp_path: Path) -> None:
    with school.desk() as desk:
        written = reporting.write(desk, "planner", tmp_path / "planner.xlsx")
    book = openpyxl.load_workbook(written.file)
    assert book.sheetnames == ["Weeks", "List"]
    days = [row[0] for row in book["List"].iter_rows(min_row=1, values_only=True) if hasattr(row[0], "year")]
    assert dt.datetime(2026, 12, 18) in days  # noqa: DTZ001 - a day, as a spreadsheet has it


@pytest.mark.parametrize("order", ["place", "theme"])
def test_the_walk_form_prints_every_question_once_in_either_order(school: Small, tmp_path: Path, order: str) -> None:
    from bursar_desk.services import walks

    with school.desk(write=True) as desk:
        written = reporting.write(desk, "walk-form", tmp_path / "walk.pdf", order=order)
    text = text_of(written.file)
    assert written.figures["code"] in text
    assert all(text.count(" ".join(one.ask.split()[:4])) >= 1 for one in walks.load().questions)
    headings = walks.load().places if order == "place" else walks.load().themes
    found = [text.index(f" {head} ") for head in headings]
    assert found == sorted(found) or order == "theme"


def test_a_blank_form_says_what_good_is_and_has_its_code(school: Small, tmp_path: Path) -> None:
    with school.desk(write=True) as desk:
        written = reporting.write(desk, "blank-form", tmp_path / "blank.pdf", check="WATR-03")
    text = text_of(written.file)
    assert "Good is: Every outlet run." in text
    assert written.figures["code"] in text
    assert written.figures["lines"] == "24"
