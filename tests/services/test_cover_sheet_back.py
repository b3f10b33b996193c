"""A filled-in cover sheet comes home: nothing is lost, nothing counts twice, and every odd entry has its sentence."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.services import (
    cover,
    cover_hours,
    cover_sheet_back,
    cover_sheet_odd,
    history,
    recording,
)
from bursar_desk.services.cover_sheet_shapes import SheetBack
from bursar_desk.services.desk import Desk
from db.queries.sheet_returns import sheet_returns
from tests.services.cover_sheet_kit import MONDAY, SAM, TUESDAY, Covered, all_good, fill
from tests.services.small_school import DAWN, without_waiting

WORKED = {"from": "06:45", "to": "08:05", "pause": "10", "travel": 20, "miles": 4.6, "vehicle": "Car"}


@pytest.fixture
def covered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Covered:
    without_waiting(monkeypatch)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    return Covered.found(tmp_path)


@pytest.fixture
def sheet(covered: Covered, tmp_path: Path) -> Path:
    return covered.make(tmp_path / "sheet.xlsx")


def bring(desk: Desk, path: Path) -> SheetBack:
    """Look first, as the page does, then bring in: both say the same."""
    seen = cover_sheet_back.look(desk, path)
    back = cover_sheet_back.bring_in(desk, path)
    assert (back.lines, back.sentence) == (seen.lines, seen.sentence)
    return back


def states(back: SheetBack) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in back.lines:
        found[one.state] = found.get(one.state, 0) + 1
    return found


def kept_lines(desk: Desk) -> list[Any]:
    with desk.store.connect() as con:
        return [line for row in sheet_returns(con, desk.home) for line in row.lines]


# --- all well ---------------------------------------------------------------------------------------------------------


def test_a_sheet_filled_in_comes_back_as_one_act_with_records_hours_and_the_file_itself(
    covered: Covered, sheet: Path
) -> None:
    lines = all_good(covered)
    lines[covered.numbers["Fire alarm test 23"]] |= {"result": "Fail", "note": "+1 bell silent", "time": "7:45"}
    fill(sheet, lines, {1: WORKED | {"signed": DAWN}})
    with covered.desk() as desk:
        back = bring(desk, sheet)
        assert back.sentence == "4 checks done by Sam Adeyemi. Hours of 1 day, to be approved."
        assert states(back) == {"noted": 2, "recorded": 5, "claimed": 1, "to do": 1}
        (bell,) = covered.records(desk, "FIRE-04")
        assert (bell.done_by, bell.recorded_by, bell.outcome, bell.done_minute) == (SAM, DAWN, "unsatisfactory", 465)
        assert (bell.note, bell.came_by, bell.sheet) == ("+1 bell silent", "sheet", covered.code)
        (water,) = covered.records(desk, "WATR-04")
        assert [(one["name"], one["value"]) for one in water.readings] == [("Hot", 562), ("Cold", 120)]
        assert [one.done_on for one in covered.records(desk, "FIRE-03")] == [MONDAY, TUESDAY]
        assert len(back.defects) == 1, "a fail opens a fault"
        (claim,) = cover_hours.claims(desk)
        assert (claim.cover, claim.helper, claim.worked.starts, claim.worked.miles) == (covered.cover, SAM, 405, 46)
        assert claim.worked.note == f"Signed by {DAWN}."
        with desk.store.connect() as con:
            (row,) = sheet_returns(con, desk.home)
        assert row.files[0]["sha256"] == hashlib.sha256(sheet.read_bytes()).hexdigest()
        assert desk.store.blobs.read(bytes.fromhex(row.files[0]["sha256"])) == sheet.read_bytes()
        step = history.undo_step(desk)
        assert step is not None
        history.undo(desk)
        assert covered.records(desk, "FIRE-04") == cover_hours.claims(desk) == kept_lines(desk) == []


def test_a_sheet_returned_twice_is_already_in_and_writes_nothing(covered: Covered, sheet: Path) -> None:
    fill(sheet, all_good(covered), {1: WORKED})
    with covered.desk() as desk:
        bring(desk, sheet)
        before = desk.store.facts.written
        again = bring(desk, sheet)
        assert again.again
        assert again.sentence.startswith("This sheet is already in: nothing in it is new.")
        assert desk.store.facts.written == before
        assert len(cover_hours.claims(desk)) == 1


def test_a_partly_filled_sheet_says_what_is_still_to_do_and_the_rest_may_come_later(
    covered: Covered, sheet: Path
) -> None:
    n = covered.numbers["Fire alarm test 23"]
    fill(sheet, {n: {"result": "Pass"}})
    with covered.desk() as desk:
        first = bring(desk, sheet)
        assert "1 of 7 filled in; 6 are still to do." in first.sentences
        fill(sheet, all_good(covered))
        second = bring(desk, sheet)
        assert len(second.records) == 3
        assert len(covered.records(desk, "FIRE-04")) == 1
        assert second.count("already in") == 1


def test_a_late_sheet_is_recorded_and_says_when_it_should_have_been_back(covered: Covered, sheet: Path) -> None:
    fill(sheet, all_good(covered))
    with covered.desk(dt.date(2027, 1, 8)) as desk:
        back = bring(desk, sheet)
        assert "It should have been back by Tuesday 8 December 2026. Nothing is lost by that." in back.sentences
        assert len(back.records) == 4


# --- odd entries ------------------------------------------------------------------------------------------------------


def test_what_somebody_else_did_waits_until_it_is_taken_over(covered: Covered, sheet: Path) -> None:
    n = covered.numbers["Fire alarm test 23"]
    fill(sheet, {n: {"result": "Pass", "by": "Kim Lowe"}})
    with covered.desk() as desk:
        bring(desk, sheet)
        assert covered.records(desk, "FIRE-04") == []
        (one,) = cover_sheet_odd.odd(desk)
        assert one.line.why == f"Line {n} was done by Kim Lowe, not by Sam Adeyemi."
        said, _ = cover_sheet_odd.take(desk, one.id, "Rang them: Kim stood in")
        assert said.endswith("is recorded, done by Kim Lowe.")
        assert [row.done_by for row in covered.records(desk, "FIRE-04")] == ["Kim Lowe"]
        assert cover_sheet_odd.odd(desk) == []
        with pytest.raises(UserError, match="waits no more"):
            cover_sheet_odd.take(desk, one.id)


def test_initials_of_the_helper_are_the_helper(covered: Covered, sheet: Path) -> None:
    fill(sheet, {covered.numbers["Fire alarm test 23"]: {"result": "p", "by": "sa"}})
    with covered.desk() as desk:
        bring(desk, sheet)
        assert [row.done_by for row in covered.records(desk, "FIRE-04")] == [SAM]


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"result": "maybe"}, "says “maybe”: it is Pass, Fail or Not done."),
        ({"note": "door sticks"}, "has no result."),
        ({"result": "Pass", "time": "half seven"}, "The time “half seven” on line"),
        ({"result": "Not done", "reading": "4"}, "says Not done and has a reading."),
        ({"result": "Pass", "reading": "4"}, "asks for no number."),
    ],
)
def test_what_cannot_be_read_is_explained_kept_as_typed_and_can_only_be_left_out(
    covered: Covered, sheet: Path, cells: dict[str, str], why: str
) -> None:
    n = covered.numbers["Fire alarm test 23"]
    fill(sheet, {n: cells})
    with covered.desk() as desk:
        back = bring(desk, sheet)
        assert "1 entry needs a person to look." in back.sentences
        (one,) = cover_sheet_odd.odd(desk)
        assert why in one.line.why
        assert dict(one.line.typed) == cells
        with pytest.raises(UserError, match="cannot be taken over"):
            cover_sheet_odd.take(desk, one.id)
        with pytest.raises(UserError, match="Say why"):
            cover_sheet_odd.leave(desk, one.id, " ")
        cover_sheet_odd.leave(desk, one.id, "Rang Sam: not looked at")
        assert cover_sheet_odd.odd(desk) == covered.records(desk, "FIRE-04") == []
        assert any(line.get("typed") == cells for line in kept_lines(desk)), "the sheet itself stays"


def test_one_number_of_two_waits_for_the_other_and_both_are_recorded_when_it_comes(
    covered: Covered, sheet: Path
) -> None:
    hot, cold = (covered.numbers[f"Tap temperatures, monthly: {which} 23"] for which in ("Hot", "Cold"))
    fill(sheet, {hot: {"reading": "56.2 °C"}})
    with covered.desk() as desk:
        bring(desk, sheet)
        (one,) = cover_sheet_odd.odd(desk)
        assert one.line.why == f"Line {cold} of the same check is empty."
        assert bring(desk, sheet).again
        fill(sheet, {cold: {"reading": 12}})
        back = bring(desk, sheet)
        assert len(back.records) == 1
        assert cover_sheet_odd.odd(desk) == []
        (row,) = covered.records(desk, "WATR-04")
        assert [one["value"] for one in row.readings] == [562, 120]


def test_a_number_that_waits_can_be_taken_over_alone(covered: Covered, sheet: Path) -> None:
    hot = covered.numbers["Tap temperatures, monthly: Hot 23"]
    fill(sheet, {hot: {"reading": 46.5}})
    with covered.desk() as desk:
        bring(desk, sheet)
        cover_sheet_odd.take(desk, cover_sheet_odd.odd(desk)[0].id)
        (row,) = covered.records(desk, "WATR-04")
        assert (row.outcome, [one["value"] for one in row.readings]) == ("unsatisfactory", [465])
        assert "Cold not read" in row.note


def test_a_changed_printed_word_is_noticed_and_nothing_of_that_line_is_recorded(covered: Covered, sheet: Path) -> None:
    n = covered.numbers["Fire alarm test 23"]
    fill(sheet, all_good(covered))
    book = openpyxl.load_workbook(sheet)
    row = next(row for row in book["Checks"].iter_rows(min_row=5) if row[0].value == n)
    row[1].value = "Tue 24 Nov 2026"
    book["Site"]["B5"] = "Another office"
    book.save(sheet)
    with covered.desk() as desk:
        back = bring(desk, sheet)
        assert covered.records(desk, "FIRE-04") == []
        assert [one.why for one in back.odd] == [f"The printed words of line {n} were changed."]
        assert "Words on the pages that are only read were changed. They are not brought in." in back.sentences
        cover_sheet_odd.take(desk, cover_sheet_odd.odd(desk)[0].id)
        assert [one.done_on for one in covered.records(desk, "FIRE-04")] == [MONDAY], "the day of the pack counts"


def test_rows_sorted_left_out_and_added_find_their_lines(covered: Covered, sheet: Path) -> None:
    fill(sheet, all_good(covered))
    book = openpyxl.load_workbook(sheet)
    page = book["Checks"]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=5)]
    dropped = next(row for row in rows if row[0] == covered.numbers["Fire alarm panel, daily look 24"])
    rows = [row for row in reversed(rows) if row is not dropped]
    rows.insert(2, [None, None, "Shed door", None, "Fail", None, None, "hinge broken", None, None, None])
    for down, cells in enumerate(rows, 5):
        for across, value in enumerate(cells, 1):
            page.cell(down, across).value = value
    book.save(sheet)
    with covered.desk() as desk:
        back = bring(desk, sheet)
        assert len(back.records) == 3
        gone = covered.numbers["Fire alarm panel, daily look 24"]
        assert f"Line {gone} is missing from the sheet." in back.sentences
        (one,) = cover_sheet_odd.odd(desk)
        assert one.line.why == "Row 7 is no line of the pack."
        assert dict(one.line.typed) == {"result": "Fail", "note": "hinge broken"}


def test_a_line_that_stands_there_twice_in_two_ways_is_nobodys_to_choose(covered: Covered, sheet: Path) -> None:
    n = covered.numbers["Fire alarm test 23"]
    fill(sheet, {n: {"result": "Pass"}})
    book = openpyxl.load_workbook(sheet)
    page = book["Checks"]
    row = next([cell.value for cell in row] for row in page.iter_rows(min_row=5) if row[0].value == n)
    page.append([*row[:4], "Fail", *row[5:]])
    book.save(sheet)
    with covered.desk() as desk:
        back = bring(desk, sheet)
        assert {one.why for one in back.odd} == {f"Line {n} stands in the sheet twice, and not the same."}
        assert covered.records(desk, "FIRE-04") == []


def test_unlocking_that_was_not_done_is_shown_to_a_person(covered: Covered, sheet: Path) -> None:
    fill(sheet, {covered.numbers["Unlock 23"]: {"result": "Not done"}})
    with covered.desk() as desk:
        bring(desk, sheet)
        (one,) = cover_sheet_odd.odd(desk)
        assert one.line.why == "Unlock on Monday 23 November is marked “Not done”."
        cover_sheet_odd.take(desk, one.id)
        assert cover_sheet_odd.odd(desk) == []


def test_not_done_is_kept_and_a_later_pass_still_counts(covered: Covered, sheet: Path) -> None:
    n = covered.numbers["Fire alarm test 23"]
    fill(sheet, {n: {"result": "Not done", "note": "panel locked"}})
    with covered.desk() as desk:
        assert "1 check not done." in bring(desk, sheet).sentences
        (skip,) = covered.skips(desk, "FIRE-04")
        assert (skip.on, skip.note, skip.sheet_line) == (MONDAY, "panel locked", n)
        fill(sheet, {n: {"result": "Pass", "note": None}})
        assert len(bring(desk, sheet).records) == 1


def test_a_sheet_filled_in_ahead_of_its_day_waits(covered: Covered, sheet: Path) -> None:
    fill(sheet, all_good(covered), {2: WORKED})
    with covered.desk(MONDAY) as desk:
        back = bring(desk, sheet)
        whys = " ".join(one.why for one in back.odd)
        assert "is for Tuesday 24 November 2026, which has not come yet." in whys
        assert "Tuesday 24 November 2026 has not come yet." in whys
        assert len(back.records) == 3
        assert cover_hours.claims(desk) == []


# --- the grant --------------------------------------------------------------------------------------------------------


def test_after_the_cover_was_ended_all_is_recorded_and_waits_to_be_confirmed(covered: Covered, sheet: Path) -> None:
    n = covered.numbers["Fire alarm test 23"]
    fill(sheet, {n: {"result": "Pass"}}, {1: WORKED})
    with covered.desk() as desk:
        cover.answer(desk, covered.cover, "cancelled")
        back = bring(desk, sheet)
        assert "The cover by Sam Adeyemi was ended: what was done is kept, and waits to be confirmed." in back.sentences
        assert len(covered.records(desk, "FIRE-04")) == len(cover_hours.claims(desk)) == 1
        bell, hours = cover_sheet_odd.odd(desk)
        said, _ = cover_sheet_odd.take(desk, bell.id)
        assert said.endswith("it is confirmed.")
        assert len(covered.records(desk, "FIRE-04")) == 1
        cover_sheet_odd.leave(desk, hours.id, "He had gone home")
        assert cover_hours.claims(desk) == cover_sheet_odd.odd(desk) == []


def test_a_line_outside_the_dates_lent_waits(covered: Covered, sheet: Path) -> None:
    fill(sheet, all_good(covered), {2: WORKED})
    with covered.desk() as desk:
        with desk.act(ActCode.ASK_COVER) as act:
            act.set("cover", covered.cover, {"first": MONDAY, "last": MONDAY})
        back = bring(desk, sheet)
        n = covered.numbers["Fire alarm panel, daily look 24"]
        assert {one.why for one in back.odd} == {
            f"Line {n} is outside the dates lent.", "The hours of Tue 24 Nov are outside the dates lent.",
        }  # fmt: skip
        for one in cover_sheet_odd.odd(desk):
            cover_sheet_odd.take(desk, one.id)
        assert len(covered.records(desk, "FIRE-03")) == 2
        assert [one.worked.on for one in cover_hours.claims(desk)] == [TUESDAY]


def test_the_same_check_recorded_by_another_way_counts_once_and_a_difference_is_shown(
    covered: Covered, sheet: Path
) -> None:
    panel, bell = covered.numbers["Fire alarm panel, daily look 23"], covered.numbers["Fire alarm test 23"]
    fill(sheet, {panel: {"result": "Pass"}, bell: {"result": "Fail"}}, {1: WORKED})
    with covered.desk() as desk:
        for code in ("FIRE-03", "FIRE-04"):
            recording.record(desk, recording.Doing(covered.small.checks[code], MONDAY, SAM, "satisfactory"))
        with desk.act(ActCode.CLAIM_HOURS) as act:
            act.fact("cover_claim", {"on_date": MONDAY, "starts": 405, "ends": 485, "said_by": SAM})
        back = bring(desk, sheet)
        assert back.records == ()
        assert "2 lines were here before, so they count once." in back.sentences
        (one,) = back.odd
        assert one.why == f"Line {bell} says Fail, and Sam Adeyemi recorded it differently on 23 Nov 2026."
        assert len(covered.records(desk, "FIRE-03")) == len(covered.records(desk, "FIRE-04")) == 1
        assert len(cover_hours.claims(desk)) == 1


def test_hours_that_overlap_others_or_make_no_sense_wait(covered: Covered, sheet: Path) -> None:
    fill(sheet, {}, {1: WORKED | {"from": "07:00"}, 2: {"from": "9:00", "to": "8:00"}})
    with covered.desk() as desk:
        with desk.act(ActCode.CLAIM_HOURS) as act:
            act.fact("cover_claim", {"on_date": MONDAY, "starts": 405, "ends": 485, "said_by": SAM})
        back = bring(desk, sheet)
        assert [one.why for one in back.odd] == [
            "Hours of Mon 23 Nov: 06:45 to 08:05 is claimed already, and the sheet says 07:00 to 08:05.",
            "Hours of Tue 24 Nov: they have to end after they start.",
        ]
