"""Bringing in last done dates and lists: a preview that writes nothing, one act, one undo, never twice, never over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.date_column import LEAVE_OUT
from bursar_desk.domain.errors import UserError
from bursar_desk.services import checks, history, importing, importing_grid, stories
from bursar_desk.services.desk import Desk
from bursar_desk.services.importing import Plan, State
from bursar_desk.services.importing_grid import Dated
from db.queries.assets import assets
from db.queries.checks import defects, records
from db.queries.contractors import contractors
from db.queries.schools import places
from tests.services.messy_sheets import messy_workbook, workbook
from tests.services.small_school import DAWN, FRIDAY, TERRY, Small, without_waiting

day = dt.date
CODES = ("FIRE-04", "FIRE-07", "LIFT-01", "GASH-01", "FIRE-09", "ELEC-01", "ASBE-04", "FIRE-01", "WATR-03")


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    made = Small.found(tmp_path)
    for code in CODES:
        made.add(code)
    return made


@pytest.fixture
def desk(small: Small) -> Iterator[Desk]:
    with small.desk(who=DAWN, write=True) as opened:
        yield opened


def states(preview: Plan) -> dict[int, State]:
    return {one.row: one.state for one in preview.rows}


def last(desk: Desk) -> dict[str, dt.date | None]:
    return {one.code: one.last_done for one in checks.listing(desk).lines}


# --- the messy spreadsheet ---


def test_the_messy_spreadsheet_comes_in_with_right_dates_or_a_named_question_and_one_undo_takes_it_out(
    desk: Desk, small: Small, tmp_path: Path
) -> None:
    before = last(desk)
    preview = importing.plan(desk, "last-done", messy_workbook(tmp_path / "tracker.xlsx"))
    assert {one.row: one.day for one in preview.of(State.ADD)} == {
        5: day(2026, 4, 3), 6: day(2026, 3, 25), 7: day(2026, 3, 26),
    }  # fmt: skip
    doubtful = {row: state for row, state in states(preview).items() if state in (State.ASK, State.REFUSED)}
    assert doubtful == {
        8: State.ASK, 10: State.ASK, 11: State.ASK, 13: State.REFUSED, 14: State.ASK, 15: State.ASK,
    }  # fmt: skip
    keys = {asked.key for asked in preview.questions}
    assert keys == {
        "name:gas safety check", "name:fixed wire testing", "name:swimming pool plant", "row:10", "row:13", "row:14",
    }  # fmt: skip
    assert "Read as day/month/year, because row 6 says 25/03/2026." in preview.said
    assert "The headings stand again in row 9: passed over." in preview.said
    assert last(desk) == before, "a preview writes nothing"

    answers = {
        "name:gas safety check": small.checks["GASH-01"].hex(), "name:fixed wire testing": "ELEC-01",
        "name:swimming pool plant": LEAVE_OUT, "row:10": "2026-10-27", "row:13": LEAVE_OUT, "row:14": "2025-10-13",
    }  # fmt: skip
    preview = importing.again(desk, preview, answers)
    assert [asked.key for asked in preview.questions] == ["row:8"], "its check is known now, so its date is asked for"
    preview = importing.answered(desk, preview, **{"row:8": "2026-02-02"})
    assert preview.doubtful == ()
    done = importing.apply(desk, preview)
    assert (done.added, done.left) == (7, 0)
    assert done.sentence == "7 dates brought in for 7 checks."
    now = last(desk)
    assert (now["GASH-01"], now["FIRE-09"], now["WATR-03"], now["ELEC-01"]) == (
        day(2026, 2, 2), day(2026, 10, 27), day(2025, 10, 13), day(2024, 8, 6),
    )  # fmt: skip
    again = importing.plan(desk, "last-done", preview.source, answers=preview.answers)
    assert len(again.of(State.KNOWN)) == 7
    assert again.of(State.ADD, State.CHANGE) == ()
    history.undo(desk)
    assert last(desk) == before


def test_the_day_it_was_done_stays_apart_from_the_day_it_was_entered(desk: Desk, small: Small, tmp_path: Path) -> None:
    preview = importing.plan(desk, "last-done", messy_workbook(tmp_path / "tracker.xlsx"))
    importing.apply(desk, preview, leave_out=True)
    with desk.store.connect() as con:
        (found,) = records(con, school=desk.home, check=small.checks["LIFT-01"])
    assert (found.done_on, found.printed_on) == (day(2026, 3, 26), day(2026, 9, 26))
    assert (found.done_by, found.evidence, found.evidence_ref) == ("Ascent Lifts", "held", "LX-2041")
    assert (found.came_by, found.outcome, found.note) == ("import", "satisfactory", "")
    newest = stories.school_story(desk).lines[0]
    assert (newest.day, newest.what) == (FRIDAY, "Bring in last done dates")


def test_a_row_in_doubt_stops_everything_unless_leaving_it_out_was_chosen(desk: Desk, tmp_path: Path) -> None:
    before = last(desk)
    preview = importing.plan(desk, "last-done", messy_workbook(tmp_path / "tracker.xlsx"))
    with pytest.raises(UserError, match=r"6 rows are in doubt: rows 8, 10, 11, 13, 14 and 15\."):
        importing.apply(desk, preview)
    assert last(desk) == before
    done = importing.apply(desk, preview, leave_out=True)
    assert done.sentence == "3 dates brought in for 3 checks. 6 rows left out."


def test_a_preview_that_is_out_of_date_is_not_written(desk: Desk, small: Small, tmp_path: Path) -> None:
    preview = importing.plan(desk, "last-done", messy_workbook(tmp_path / "tracker.xlsx"))
    importing_grid.save(desk, [Dated(small.checks["FIRE-07"], "Emergency lights", day(2026, 3, 25))])
    with pytest.raises(UserError, match="changed since this preview"):
        importing.apply(desk, preview, leave_out=True)


def test_a_column_without_evidence_waits_for_its_one_answer(desk: Desk, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["Code", "Last done"], ["FIRE-04", "03/04/26"], ["FIRE-07", "05/06/26"]])
    preview = importing.plan(desk, "last-done", path)
    assert [asked.key for asked in preview.questions] == ["order"]
    assert set(states(preview).values()) == {State.ASK}
    preview = importing.answered(desk, preview, order="dmy")
    assert [one.day for one in preview.of(State.ADD)] == [day(2026, 4, 3), day(2026, 6, 5)]


def test_codes_and_names_are_matched_exactly_or_said_or_asked(desk: Desk) -> None:
    text = "Check\tLast done\nfire 04\t25/3/26\nLift examinations\t26/3/26\nEmergency lights\t27/3/26\n"
    preview = importing.plan(desk, "last-done", importing.read_text(text))
    assert [(one.what, one.state) for one in preview.rows] == [
        ("Fire alarm test", State.ADD), ("Lift examination", State.ADD), ("Emergency lights", State.ASK),
    ]  # fmt: skip
    assert preview.rows[1].reason == "Taken for “Lift examination”: the names are alike."
    (asked,) = preview.questions
    assert [choice.words for choice in asked.choices][-1] == "None of ours: leave it out"
    assert len(asked.choices) >= 3


def test_a_block_without_headings_is_understood_by_what_stands_in_it(desk: Desk) -> None:
    preview = importing.plan(desk, "last-done", importing.read_text("25/3/26\tFIRE-04\n26/3/26\tLIFT-01"))
    assert [(one.row, one.what, one.day) for one in preview.rows] == [
        (1, "Fire alarm test", day(2026, 3, 25)), (2, "Lift examination", day(2026, 3, 26)),
    ]  # fmt: skip


def test_columns_can_be_named_by_hand_by_heading_letter_or_number(desk: Desk) -> None:
    text = "Thing\tSeen\tLast done\nFIRE-04\t25/3/26\t\n"
    book = importing.read_text(text)
    for mapping in ({"check": "Thing", "done": "Seen"}, {"check": "A", "done": "b"}, {"check": 0, "done": 1}):
        preview = importing.plan(desk, "last-done", book, mapping)
        assert [one.day for one in preview.rows] == [day(2026, 3, 25)], mapping
    with pytest.raises(UserError, match="no column “Nowhere”"):
        importing.plan(desk, "last-done", book, {"done": "Nowhere"})


def test_outcomes_are_read_asked_and_a_failed_check_becomes_a_fault(desk: Desk, small: Small) -> None:
    text = "Check\tLast done\tResult\nFIRE-04\t25/3/26\tFail\nLIFT-01\t26/3/26\tbookd\nFIRE-07\t1/2/26\tAdvisory\n"
    preview = importing.plan(desk, "last-done", importing.read_text(text))
    assert [one.state for one in preview.rows] == [State.ADD, State.ASK, State.ADD]
    assert preview.questions[0].text == "What does “bookd” mean in “How it ended”?"
    preview = importing.answered(desk, preview, **{preview.questions[0].key: "satisfactory"})
    importing.apply(desk, preview)
    with desk.store.connect() as con:
        assert [(one.check, one.risk) for one in defects(con, desk.home)] == [(small.checks["FIRE-04"], "high")]
        outcomes = {one.check: one.outcome for one in records(con, school=desk.home)}
    assert outcomes[small.checks["FIRE-07"]] == "satisfactory_with_actions"
    history.undo(desk)
    with desk.store.connect() as con:
        assert list(defects(con, desk.home)) == []


def test_the_same_row_twice_and_a_day_known_already_come_in_once(desk: Desk, small: Small) -> None:
    small.done("FIRE-04", day(2026, 3, 25), by=TERRY)
    text = "Check\tLast done\nFIRE-04\t25/3/26\nLIFT-01\t26/3/26\nLift examination\t26 March 2026\n"
    preview = importing.plan(desk, "last-done", importing.read_text(text))
    assert [one.state for one in preview.rows] == [State.KNOWN, State.ADD, State.LEFT]
    assert preview.rows[2].reason == "Row 3 says the same."


# --- the grid ---


def test_the_grid_lists_what_has_no_record_and_saves_all_dates_as_one_step(desk: Desk, small: Small) -> None:
    small.done("FIRE-04", day(2026, 11, 16))
    waits = importing_grid.waiting(desk)
    ours = set(CODES) - {"FIRE-04", "ASBE-04"}  # the survey is due before building work only
    assert {one.code for one in waits} == ours
    dates = [Dated(one.id, one.title, day(2026, 3, 2), pasted=True) for one in waits]
    done = importing_grid.save(desk, dates)
    assert done.added == len(ours)
    assert importing_grid.waiting(desk) == ()
    history.undo(desk)
    assert len(importing_grid.waiting(desk)) == len(ours)
    with pytest.raises(UserError, match="has not come yet"):
        importing_grid.save(desk, [Dated(waits[0].id, waits[0].title, day(2026, 11, 21))])


# --- equipment, contractors, places ---

EQUIPMENT = "Asset no\tDescription\tType\tLocation\tPurchase date\tCost\n"


def test_equipment_comes_in_and_a_second_time_changes_only_when_told_to(desk: Desk) -> None:
    text = EQUIPMENT + "E-01\tPassenger lift\tLift\t\t25/3/2016\t£18,400\nE-02\tOven\tOther equipment\t\t1/9/2019\t\n"
    importing.apply(desk, importing.plan(desk, "equipment", importing.read_text(text)))
    with desk.store.connect() as con:
        found = {one.number: one for one in assets(con, desk.home)}
    lift = found["E-01"]
    assert (lift.name, lift.kind, lift.bought_on, lift.price) == ("Passenger lift", "lift", day(2016, 3, 25), 1_840_000)
    changed = text.replace("£18,400", "£19,000").replace("Oven", "Oven")
    preview = importing.plan(desk, "equipment", importing.read_text(changed))
    assert [one.state for one in preview.rows] == [State.CHANGE, State.KNOWN]
    (difference,) = preview.rows[0].changes
    assert (difference.field, difference.before, difference.after) == ("Price", "£18,400", "£19,000")
    with pytest.raises(UserError, match="nothing new"):
        importing.apply(desk, preview)
    done = importing.apply(desk, preview, update=True)
    assert (done.added, done.changed) == (0, 1)
    with desk.store.connect() as con:
        assert sorted(one.price or 0 for one in assets(con, desk.home)) == [0, 1_900_000]
    blank = importing.plan(desk, "equipment", importing.read_text(EQUIPMENT + "E-01\tPassenger lift\t\t\t\t\n"))
    assert [one.state for one in blank.rows] == [State.KNOWN], "a blank cell never takes anything away"


def test_unknown_kinds_and_places_are_asked_once_and_bad_numbers_are_named(desk: Desk) -> None:
    text = EQUIPMENT + "E-01\tA\tGizmo\tShed\t\t\nE-02\tB\tGizmo\t\t\t\nE-03\tC\t\t\t\tcheap\nE-03\tD\t\t\t\t\n"
    preview = importing.plan(desk, "equipment", importing.read_text(text))
    assert [one.state for one in preview.rows] == [State.ASK, State.ASK, State.REFUSED, State.ADD]
    assert (preview.rows[2].column, preview.rows[2].found) == ("F", "cheap")
    preview = importing.again(desk, preview, {"kind:gizmo": "other", "place:shed": LEAVE_OUT})
    assert [one.state for one in preview.rows] == [State.ADD, State.ADD, State.REFUSED, State.ADD]


def test_contractors_keep_what_the_file_does_not_say(desk: Desk) -> None:
    first = "Company\tTrade\tTel\tInsurance expiry\tAccreditation\tRegistration number\n"
    text = first + "Ascent Lifts\tLifts\t0161 496 0123\t31/03/2027\tLEIA\tL-9\n"
    importing.apply(desk, importing.plan(desk, "contractors", importing.read_text(text)))
    text = "Company\tAccreditation expiry\nascent lifts\t31/12/2027\n"
    preview = importing.plan(desk, "contractors", importing.read_text(text))
    importing.apply(desk, preview, update=True)
    with desk.store.connect() as con:
        (one,) = contractors(con, desk.home)
    assert (one.name, one.phone, one.insured_until) == ("Ascent Lifts", "0161 496 0123", day(2027, 3, 31))
    assert (one.body, one.body_number, one.body_until) == ("LEIA", "L-9", day(2027, 12, 31))


def test_places_of_one_table_may_lie_in_each_other(desk: Desk) -> None:
    text = "Room\tBuilding\tType\tArea (m2)\nHall\tMain building\troom\t182\nMain building\t\tbuilding\t\n"
    done = importing.apply(desk, importing.plan(desk, "places", importing.read_text(text)))
    assert done.sentence == "2 places brought in."
    with desk.store.connect() as con:
        found = {one.name: one for one in places(con, desk.home)}
    assert found["Hall"].parent == found["Main building"].id
    assert found["Hall"].floor_area == 182
    history.undo(desk)
    with desk.store.connect() as con:
        assert places(con, desk.home) == []


# --- templates ---


@pytest.mark.parametrize("kind", importing.ALL_KINDS)
def test_every_template_is_understood_when_it_comes_back(desk: Desk, tmp_path: Path, kind: str) -> None:
    path = importing.write_template(desk, kind, tmp_path / f"{kind}.xlsx")
    preview = importing.plan(desk, kind, path)
    assert all(one.column is not None for one in preview.headings)
    if kind == "last-done":
        assert len(preview.rows) == len(CODES)
        assert {one.state for one in preview.rows} == {State.LEFT}
    else:
        assert len(preview.rows) == 1
        assert preview.rows[0].state in (State.ADD, State.ASK)


def test_the_acts_are_those_of_bringing_in() -> None:
    assert (ActCode.IMPORT_DATES, ActCode.IMPORT_ROWS) == (54, 55)
