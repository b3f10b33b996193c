"""Term dates from real files and odd ones: previewed, asked about, applied in one act, taken out again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bursar_desk.domain.calendar import BlockKind
from bursar_desk.domain.errors import Refused, UserError
from bursar_desk.domain.term_blocks import Said, blocks_of, sense_of
from bursar_desk.services import bank_holidays, history, term_dates
from bursar_desk.services.desk import Desk
from tests.services.small_school import FRIDAY, Small, without_waiting

FILES = Path(__file__).parents[1] / "data" / "files" / "calendars"
ICS = FILES / "sheffield_school_holidays.ics"
CSV = FILES / "lancashire_term_dates.csv"
PARK = "Park Primary School, Colne"
BANK = bank_holidays.england()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    without_waiting(monkeypatch)
    with Small.found(tmp_path, terms=False).desk(write=True) as opened:
        yield opened


def held(desk: Desk) -> list[str]:
    return [term_dates.block_words(one) for one in term_dates.listing(desk)]


def sheet(folder: Path, text: str, name: str = "terms.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


# --- real files ------------------------------------------------------------------------------------------------------


def test_a_councils_calendar_of_holidays_gives_the_terms_between_them() -> None:
    found = term_dates.read(ICS, today=FRIDAY)
    assert len(found.blocks) == 18
    assert found.lines[:6] == (
        "Autumn 1: Monday 1 September 2025 to Friday 24 October 2025",
        "Autumn 2: Monday 3 November 2025 to Friday 19 December 2025",
        "Spring 1: Monday 5 January 2026 to Friday 13 February 2026",
        "Spring 2: Monday 23 February 2026 to Friday 27 March 2026",
        "Summer 1: Monday 13 April 2026 to Friday 22 May 2026",
        "Summer 2: Monday 1 June 2026 to Monday 20 July 2026",
    )
    assert found.said[0].startswith("18 stretches of term found in 45 entries.")
    assert found.doubts == ()


def test_a_spreadsheet_with_several_councils_asks_whose_dates_count() -> None:
    asked = term_dates.read(CSV, today=FRIDAY)
    (question,) = asked.questions
    assert [one.key for one in question.choices] == [
        "Lancashire County Council", PARK, "Lancashire County Council framework 2020",
    ]  # fmt: skip
    assert asked.blocks == ()
    council = term_dates.read(CSV, {"scope": "Lancashire County Council"}, today=FRIDAY)
    assert council.questions == ()
    assert council.lines[1] == "Autumn 2: Monday 3 November 2025 to Friday 19 December 2025"


def test_a_schools_own_closing_and_opening_days_are_read_and_may_day_cuts_no_term() -> None:
    found = term_dates.read(CSV, {"scope": PARK}, today=FRIDAY)
    assert len(found.blocks) == 12
    assert found.lines[4] == "Summer 1: Monday 13 April 2026 to Friday 22 May 2026"
    assert found.lines[5] == "Summer 2: Thursday 4 June 2026 to Friday 17 July 2026"


def test_half_a_year_says_what_is_missing() -> None:
    found = term_dates.read(CSV, {"scope": "Lancashire County Council framework 2020"}, today=FRIDAY)
    assert [one.text for one in found.doubts] == [
        "The file does not hold the whole year 2019/20.", "The file does not hold the whole year 2020/21.",
    ]  # fmt: skip


# --- other shapes ----------------------------------------------------------------------------------------------------


def test_stretches_of_term_with_headings_inset_days_and_a_closure(tmp_path: Path) -> None:
    path = sheet(tmp_path, (
        "Our school,,,\nName,First day,Last day,Kind\n"
        "Autumn term first half,1 September 2026,23 October 2026,term\n"
        "Autumn term second half,02/11/2026,18/12/2026,term\n"
        "Training day,2026-11-27,,\nSnow,13/01/2027,,closure\nGovernors’ lunch,14/01/2027,,\n"
    ))  # fmt: skip
    found = term_dates.read(path, today=FRIDAY)
    assert found.lines == (
        "Autumn 1: Tuesday 1 September 2026 to Friday 23 October 2026",
        "Autumn 2: Monday 2 November 2026 to Friday 18 December 2026",
        "INSET day, Training day: Friday 27 November 2026",
        "Closed, Snow: Wednesday 13 January 2027",
    )
    assert any("Governors’ lunch" in one.text for one in found.doubts)


def test_a_day_that_can_be_read_both_ways_is_asked_about_and_never_guessed(tmp_path: Path) -> None:
    path = sheet(tmp_path, "Name,From,To\nAutumn term,01/09/2026,04/12/2026\nSpring term,04/01/2027,01/04/2027\n")
    found = term_dates.read(path, today=FRIDAY)
    assert [one.key for one in found.questions] == ["first.order"]
    assert found.blocks == ()
    told = term_dates.read(path, {"first.order": "dmy"}, today=FRIDAY)
    assert told.questions == ()
    assert told.lines[0] == "Autumn term: Tuesday 1 September 2026 to Friday 4 December 2026"
    assert any("no half-term holiday" in one.text for one in told.doubts)


def test_a_spreadsheet_without_headings_says_which_it_needs(tmp_path: Path) -> None:
    with pytest.raises(Refused) as told:
        term_dates.read(sheet(tmp_path, "Autumn,1 September 2026\n"), today=FRIDAY)
    assert "First day" in told.value.remedy


@pytest.mark.parametrize("data", [b"", b"BEGIN:VCALENDAR", b"\x00\xff\xfe", b"hello", b"x" * 2_000_001])
def test_a_file_that_is_no_calendar_is_refused_in_words(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "odd.ics"
    path.write_bytes(data)
    with pytest.raises(Refused):
        term_dates.read(path, today=FRIDAY)


def test_cancelled_entries_are_none_and_an_end_at_midnight_is_the_day_before(tmp_path: Path) -> None:
    entry = "BEGIN:VEVENT\r\nUID:{0}\r\nSUMMARY:{1}\r\nDTSTART:{2}\r\nDTEND:{3}\r\n{4}END:VEVENT\r\n"
    path = tmp_path / "a.ics"
    path.write_text("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n" + "".join((
        entry.format("1", "INSET day", "20270104T000000", "20270105T000000", ""),
        entry.format("2", "INSET day", "20270215T090000", "20270215T150000", "STATUS:CANCELLED\r\n"),
        entry.format("3", "Closed for polling", "20270506T080000", "20270506T220000", ""),
    )) + "END:VCALENDAR\r\n", "utf-8", newline="")  # fmt: skip
    assert term_dates.read(path, today=FRIDAY).lines == (
        "INSET day: Monday 4 January 2027", "Closed for polling: Thursday 6 May 2027",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "sense"),
    [
        ("Autumn half term", "holiday"), ("Half term 2", "term"), ("Sheffield: School holiday", "holiday"),
        ("School re-opens", "starts"), ("School closes", "ends"), ("Last day of term", "ends"), ("Term 3", "term"),
        ("Staff training day", "inset"), ("Non-pupil day", "inset"), ("Early May bank holiday", "bank holiday"),
        ("Closed for polling", "closure"), ("Christmas holiday", "holiday"), ("Spring term", "term"),
        ("Sports day", ""),
    ],
)  # fmt: skip
def test_the_words_of_calendars_are_understood(text: str, sense: str) -> None:
    assert sense_of(text) == sense


DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2029, 12, 31))
SENSES = st.sampled_from(["term", "holiday", "bank holiday", "inset", "closure", "letting", "starts", "ends", ""])
ENTRY = st.builds(
    lambda day, length, sense: Said("x", day, day + dt.timedelta(days=length), "row 1", sense), DAYS,
    st.integers(0, 120), SENSES,
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(ENTRY, max_size=30))
def test_whatever_a_file_says_terms_never_overlap_and_begin_on_a_weekday(said: list[Said]) -> None:
    blocks, _doubts = blocks_of(said, BANK)
    terms = [one for one in blocks if one.kind is BlockKind.TERM]
    assert all(one.first <= one.last and one.first.weekday() < 5 for one in terms)
    assert all(a.last < b.first for a, b in pairwise(terms))
    assert list(blocks) == sorted(blocks, key=lambda one: (one.first, one.kind.value))


# --- into the register -----------------------------------------------------------------------------------------------


def test_applying_sets_the_calendar_in_one_act_and_undo_takes_it_out(desk: Desk) -> None:
    assert "2026/27" in term_dates.missing(desk)
    found = term_dates.read(ICS, today=FRIDAY)
    changes = term_dates.apply(desk, found)
    assert changes.act is not None
    assert held(desk) == list(found.lines)
    assert term_dates.missing(desk) == ""
    with pytest.raises(UserError, match="already"):
        term_dates.apply(desk, found)
    history.undo(desk, None)
    assert held(desk) == []


def test_new_terms_take_the_place_of_the_same_years_and_leave_the_rest(desk: Desk) -> None:
    term_dates.apply(desk, term_dates.read(ICS, today=FRIDAY))
    term_dates.add(desk, "inset", dt.date(2026, 9, 1), name="Training")
    park = term_dates.read(CSV, {"scope": PARK}, today=FRIDAY)
    news = term_dates.difference(desk, park)
    assert {one.first.year for one in news.removed} <= {2025, 2026, 2027}
    assert news.same > 0
    term_dates.apply(desk, park)
    now = held(desk)
    assert "INSET day, Training: Tuesday 1 September 2026" in now
    assert "Autumn 1: Wednesday 2 September 2026 to Friday 23 October 2026" in now
    assert "Autumn 1: Tuesday 1 September 2026 to Friday 23 October 2026" not in now
    assert any(one.endswith("2028") for one in now), "years the file does not speak of stay"


def test_nothing_is_applied_while_a_question_is_open(desk: Desk) -> None:
    with pytest.raises(UserError, match="open"):
        term_dates.apply(desk, term_dates.read(CSV, today=FRIDAY))
    assert held(desk) == []


def test_single_days_are_added_and_taken_out(desk: Desk) -> None:
    row, _changes = term_dates.add(desk, "closure", dt.date(2027, 1, 13), dt.date(2027, 1, 14), name="Snow")
    assert held(desk) == ["Closed, Snow: Wednesday 13 January 2027 to Thursday 14 January 2027"]
    with pytest.raises(UserError, match="already"):
        term_dates.add(desk, "closure", dt.date(2027, 1, 14))
    term_dates.add(desk, "term", dt.date(2027, 1, 4), dt.date(2027, 2, 12))
    assert "Spring 1: Monday 4 January 2027 to Friday 12 February 2027" in held(desk)
    term_dates.remove(desk, row)
    assert len(held(desk)) == 1


@pytest.mark.parametrize(
    ("kind", "first", "last", "words"),
    [
        ("party", dt.date(2027, 1, 1), None, "kind of day"),
        ("inset", dt.date(2027, 1, 2), dt.date(2027, 1, 1), "before it begins"),
        ("closure", dt.date(2027, 1, 1), dt.date(2028, 1, 1), "longer than a term"),
    ],
)
def test_days_that_cannot_be_are_refused(
    desk: Desk, kind: str, first: dt.date, last: dt.date | None, words: str
) -> None:  # fmt: skip
    with pytest.raises(UserError, match=words):
        term_dates.add(desk, kind, first, last)
    assert held(desk) == []
