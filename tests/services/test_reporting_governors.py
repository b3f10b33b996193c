"""The governors' report from the records: every figure against an independent count, and nothing that must stay out."""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from bursar_desk.clock import FixedClock, school_day
from bursar_desk.domain.areas import AREAS
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.status import Colour, Word
from bursar_desk.services import absences, checks, cover_hours, merging, recording, reporting, sharing
from bursar_desk.services.desk import Desk
from db.queries.people import covers
from reports.governors_content import content_of
from reports.governors_data import AreaRow, Cover, GovernorsData, NotKept
from tests.services.sample_fixture import ON, STORY, THIRD, built, copy_of, register_of

day = dt.date
_MARKER = "Zanzibar fever"
SUMMER_ENDS = day(2026, 7, 20)
"""The story school has an INSET day of its own on the 21st."""


@pytest.fixture
def desk() -> Iterator[Desk]:
    with Desk.open(register_of(built(), STORY).path, read_only=True, clock=FixedClock.at(ON)) as opened:
        yield opened


def opened(path: Path, on: dt.date = ON) -> Desk:
    return Desk.open(path, read_only=True, clock=FixedClock.at(on))


def by_area(listed: checks.CheckList) -> dict[str, tuple[int, int]]:
    """Up to date of required by area, counted from the list of checks: a required check is up to date unless red."""
    out = dict.fromkeys((area.name for area in AREAS), (0, 0))
    for line in listed.lines:
        if line.required and line.colour != Colour.GREY:
            done, of = out[line.area_name]
            out[line.area_name] = (done + (line.colour != Colour.RED), of + 1)
    return out


def asked(path: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    """A question to the file itself, past everything the report uses."""
    con = sqlite3.connect(path)
    try:
        return con.execute(sql, values).fetchall()
    finally:
        con.close()


def number_of(one: dt.date) -> int:
    return (one - day(1970, 1, 1)).days


# --- the figures -----------------------------------------------------------------------------------------------------


def test_every_area_counts_what_the_list_of_checks_counts(desk: Desk) -> None:
    data = reporting.governors(desk)
    assert [row.area for row in data.areas] == [area.name for area in AREAS]
    assert {row.area: (row.done, row.required) for row in data.areas} == by_area(checks.listing(desk))
    assert (sum(row.done for row in data.areas), sum(row.required for row in data.areas)) == (48, 52)


def test_what_is_missing_is_exactly_what_is_overdue_or_without_a_record(desk: Desk) -> None:
    data = reporting.governors(desk)
    missing = sum(row.required - row.done for row in data.areas)
    assert missing == len(data.overdue) + data.not_known.now == 4
    red = [line for line in checks.listing(desk).lines if line.required and line.colour == Colour.RED]
    assert {row.what for row in data.overdue} == {one.title for one in red if one.word != Word.NOT_KNOWN}
    assert {row.what: row.days for row in data.overdue} == {one.title: one.days for one in red if one.days}


def test_last_terms_figures_are_those_of_a_desk_opened_on_its_last_day(desk: Desk) -> None:
    data = reporting.governors(desk)
    with opened(register_of(built(), STORY).path, SUMMER_ENDS) as then:
        listed = checks.listing(then)
    assert {row.area: (row.last_term, row.last_required) for row in data.areas} == by_area(listed)
    unknown = sum(line.required and line.word == Word.NOT_KNOWN and line.colour == Colour.RED for line in listed.lines)
    assert data.not_known.last_term == unknown


def test_better_and_worse_are_about_what_is_missing(desk: Desk) -> None:
    for row in reporting.governors(desk).areas:
        assert row.last_term is not None
        assert row.last_required is not None
        change = (row.last_required - row.last_term) - (row.required - row.done)
        assert row.trend == ("better" if change > 0 else "worse" if change < 0 else "same")


def test_records_made_late_and_checks_put_off_are_counted_from_the_log_itself(desk: Desk) -> None:
    path = register_of(built(), STORY).path
    data = reporting.governors(desk)
    first, before = data.covers_from, SUMMER_ENDS
    spring_ended = max(
        one[0]
        for one in asked(path, "SELECT last FROM calendar_block WHERE term='spring'")
        if isinstance(one[0], int) and one[0] < number_of(before)
    )
    windows = {"now": (number_of(first), number_of(ON)), "last": (spring_ended + 1, number_of(first) - 1)}
    rows = asked(path, "SELECT id, done_on FROM check_record WHERE standing='stands'")
    late = [
        done
        for row, done in rows
        if isinstance(row, bytes) and isinstance(done, int)
        and number_of(school_day(int.from_bytes(row[:6], "big"))) > done + 1
    ]  # fmt: skip
    said = [one[0] for one in asked(path, "SELECT said_on FROM put_off WHERE standing='stands'")]
    for days, counted in ((late, data.late_recorded), (said, data.put_off)):
        numbers = {
            name: sum(isinstance(one, int) and low <= one <= high for one in days)
            for name, (low, high) in windows.items()
        }
        assert (counted.now, counted.last_term) == (numbers["now"], numbers["last"])
        assert counted.now + (counted.last_term or 0) > 0


def test_cover_hours_are_those_of_the_ledger(desk: Desk) -> None:
    data = reporting.governors(desk)
    ledger = cover_hours.ledger(desk, first=data.covers_from, last=ON)
    assert isinstance(data.cover, Cover)
    assert data.cover.since == data.covers_from == day(2026, 9, 1)
    shown = [(row.given_minutes, row.received_minutes) for row in data.cover.rows]
    assert [one for one in shown if any(one)] == [(one.given, one.received) for one in ledger]


def test_the_cover_balance_of_the_report_is_the_balance_of_the_ledger_at_its_end(desk: Desk) -> None:
    data = reporting.governors(desk)
    assert isinstance(data.cover, Cover)
    here = {one.name: one.given - one.received for one in cover_hours.ledger(desk, first=data.covers_from, last=ON)}
    whole = cover_hours.ledger(desk, last=ON)
    assert [row.owed_minutes for row in data.cover.rows] == [one.owed for one in whole if one.owed or one.name in here]
    assert any(one.owed != here.get(one.name, 0) for one in whole)  # hours of earlier terms stand in it
    cover = content_of(data).sections["cover"]
    assert any("earlier terms" in note for note in cover.notes)


def test_the_checks_a_neighbour_kept_up_are_counted_by_school(desk: Desk) -> None:
    data = reporting.governors(desk)
    path = register_of(built(), STORY).path
    with desk.store.connect() as con:
        agreed = [one for one in covers(con, desk.home) if one.state in ("agreed", "done")]
    names = {one.helper: (one.first, one.last) for one in agreed if one.last >= data.covers_from}
    counted = 0
    for one in agreed:
        counted += len(asked(
            path, "SELECT id FROM check_record WHERE done_by=? AND done_on BETWEEN ? AND ? AND done_on>=?", one.helper,
            number_of(one.first), number_of(one.last), number_of(data.covers_from),
        ))  # fmt: skip
    assert names
    assert sum(one.checks for one in data.neighbours) == counted > 0


def test_what_is_not_kept_says_so(desk: Desk) -> None:
    data = reporting.governors(desk)
    for part in (data.accidents, data.restore):
        assert isinstance(part, NotKept)
        assert "yet" in part.words


def test_the_line_of_recommended_checks_and_those_not_needed(desk: Desk) -> None:
    data, listed = reporting.governors(desk), checks.listing(desk)
    assert data.recommended is not None
    assert (data.recommended.up_to_date, data.recommended.total) == (
        listed.recommended.up_to_date, listed.recommended.applicable
    )  # fmt: skip
    path = register_of(built(), STORY).path
    assert data.not_needed is not None
    assert [(data.not_needed.count,)] == asked(path, "SELECT count(*) FROM school_check WHERE applies='no'")
    assert len(data.not_needed.listed) == data.not_needed.count
    assert {one.why for one in data.not_needed.listed} == {
        why for (why,) in asked(path, "SELECT why FROM school_check WHERE applies='no'")
    }


def test_each_comment_names_a_check_of_its_area(desk: Desk) -> None:
    titles: dict[str, set[str]] = {}
    for line in checks.listing(desk).lines:
        titles.setdefault(line.area_name, set()).add(line.title.casefold())
    for row in reporting.governors(desk).areas:
        assert any(title in row.comment.casefold() for title in titles[row.area]), row


# --- the day, the term, the stamp ------------------------------------------------------------------------------------


def test_a_report_as_at_a_past_day_is_that_days(desk: Desk) -> None:
    past = day(2026, 10, 12)
    data = reporting.governors(desk, as_at=past)
    with opened(register_of(built(), STORY).path, past) as then:
        assert {row.area: (row.done, row.required) for row in data.areas} == by_area(checks.listing(then))
    assert (data.covers_from, data.covers_to) == (day(2026, 9, 1), past)
    assert all(row.since < past for row in data.overdue)
    assert data.made_at.date() == ON  # a chosen day never moves a stamp


def test_a_past_term_ends_on_its_last_school_day(desk: Desk) -> None:
    data = reporting.governors(desk, term="Summer term 2026")
    assert (data.term, data.covers_to) == ("Summer term 2026", SUMMER_ENDS)
    for words in ("2025-26/summer", "2025/summer", "summer 2026", "summer"):
        assert reporting.governors(desk, term=words) == data


def test_the_terms_offered_are_newest_first_and_each_can_be_made(desk: Desk) -> None:
    offered = reporting.terms(desk)
    assert offered[0] == ("2026-27/autumn", "Autumn term 2026")
    assert [key for key, _ in offered] == sorted((key for key, _ in offered), key=_age, reverse=True)
    for key, words in offered[:3]:
        assert reporting.governors(desk, term=key).term == words


def _age(key: str) -> tuple[str, int]:
    year, name = key.split("/")
    return year, ("autumn", "spring", "summer").index(name)


@pytest.mark.parametrize(
    ("term", "as_at"), [("Easter 1999", None), (None, ON + dt.timedelta(days=1)), ("2025-26/summer", day(2026, 10, 1))]
)
def test_a_term_nobody_knows_or_a_day_that_has_not_come_is_refused(
    desk: Desk, term: str | None, as_at: dt.date | None
) -> None:
    with pytest.raises(UserError):
        reporting.governors(desk, term=term, as_at=as_at)


def test_the_stamp_changes_with_the_records_and_with_nothing_else(tmp_path: Path) -> None:
    path = register_of(copy_of(tmp_path), STORY).path
    with Desk.open(path, clock=FixedClock.at(ON)) as desk:
        before = reporting.governors(desk).stamp
        assert before == reporting.stamp_of(desk, desk.home) == reporting.governors(desk, term="summer").stamp
        absences.add(desk, desk.find_person("Terry Walsh").id, day(2026, 11, 26), day(2026, 11, 27))
        assert reporting.governors(desk).stamp != before


# --- an office -------------------------------------------------------------------------------------------------------


def test_an_office_makes_the_report_of_any_school_it_holds(tmp_path: Path) -> None:
    made = copy_of(tmp_path)
    hub, one = register_of(made, role="cluster"), register_of(made, STORY)
    file = tmp_path / "story.bursar"
    with Desk.open(one.path, clock=FixedClock.at(ON)) as desk:
        sharing.export(desk, file, [hub.school_id])
        own = reporting.governors(desk)
    with Desk.open(hub.path, clock=FixedClock.at(ON)) as desk:
        merging.merge(desk, [file])
        theirs = reporting.governors(desk, one.school_id)
        with pytest.raises(UserError, match="Choose a school"):
            reporting.governors(desk)
        with pytest.raises(UserError):
            reporting.governors(desk, register_of(made, THIRD).school_id)
        assert theirs.prepared_by == desk.who
    assert _figures(theirs) == _figures(own)
    assert (theirs.stamp, theirs.school) == (own.stamp, own.school)


def _figures(data: GovernorsData) -> tuple[object, ...]:
    rows: list[AreaRow] = list(data.areas)
    return rows, data.overdue, data.decisions, data.not_known, data.late_recorded, data.put_off, data.training


# --- on paper --------------------------------------------------------------------------------------------------------


def texts(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = []
        for page in document:
            text = page.get_textpage()
            found.append(str(text.get_text_range()))
            text.close()
        return " ".join(" ".join(found).split())
    finally:
        document.close()


def test_why_somebody_is_away_is_on_no_paper_in_no_form(tmp_path: Path) -> None:
    path = register_of(copy_of(tmp_path), STORY).path
    with Desk.open(path, clock=FixedClock.at(ON)) as desk:
        terry = desk.find_person("Terry Walsh")
        absences.add(desk, terry.id, day(2026, 11, 19), day(2026, 11, 27), reason=_MARKER)
        check = next(line for line in checks.listing(desk).lines if line.title.startswith("Emergency lights, monthly"))
        recording.not_done(desk, check.id, reason="staff_away", note=_MARKER)
        data = reporting.governors(desk)
        assert "Staff away" in {row.reason for row in data.overdue}
        for name, ends in (("governors", "pdf"), ("governors", "html"), ("chase", "pdf"), ("round-sheet", "pdf")):
            out = tmp_path / f"{name}.{ends}"
            reporting.write(desk, name, out)
            said = texts(out.read_bytes()) if ends == "pdf" else out.read_text("utf-8")
            assert "Zanzibar" not in said
            assert "Willibrord" in said
    assert "Zanzibar" not in str(data)


def test_the_web_page_and_the_workbook_hold_the_figures_of_the_paper(desk: Desk, tmp_path: Path) -> None:
    pdf, html, book = (
        reporting.write(desk, "governors", tmp_path / f"governors.{ends}") for ends in ("pdf", "html", "xlsx")
    )
    assert pdf.pages == 2
    assert html.figures == book.figures
    assert pdf.figures.items() <= html.figures.items()
    page = re.sub(r"<[^>]+>", " ", html.file.read_text("utf-8"))
    paper = texts(pdf.file.read_bytes())
    for figure in pdf.figures.values():
        assert figure in paper
        assert figure in page


def test_the_same_day_and_records_give_the_same_bytes(desk: Desk, tmp_path: Path) -> None:
    reporting.write(desk, "governors", tmp_path / "one.pdf")
    assert (tmp_path / "one.pdf").read_bytes() == reporting.preview_pdf(desk, "governors")
    assert reporting.preview_pdf(desk, "chase") == reporting.preview_pdf(desk, "chase")


def test_a_paper_is_made_only_in_the_forms_it_exists_in(desk: Desk, tmp_path: Path) -> None:
    for name, ends in (("chase", "html"), ("site-sheet", "xlsx"), ("governors", "docx"), ("round-sheet", "")):
        with pytest.raises(UserError, match="not made as"):
            reporting.write(desk, name, tmp_path / f"{name}.{ends}")
    with pytest.raises(UserError, match="no report called"):
        reporting.write(desk, "horoscope", tmp_path / "horoscope.pdf")
    with pytest.raises(UserError, match="not made as"):
        reporting.write(desk, "cover", tmp_path / "cover.html")
    assert list(tmp_path.iterdir()) == []


def test_every_paper_of_a_practice_school_is_marked(desk: Desk) -> None:
    for name in ("governors", "round-sheet", "site-sheet", "chase"):
        assert "Practice" in texts(reporting.preview_pdf(desk, name)), name
