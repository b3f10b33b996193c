"""The record panel by its real widgets: ticks and choices, one result for each point, a second person, days missed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from bursar_desk.services import checks as service
from bursar_desk.services import defects
from bursar_desk.services.recording_history import history
from bursar_desk.ui.pages.record_panel import RecordPanel
from bursar_desk.ui.pages.today import TodayPage
from bursar_desk.ui.widgets.outcomes import OutcomeTiles
from tests.services.small_school import CLARE, FRIDAY, TERRY, Small, without_waiting
from tests.windows.desk_bench import Shown, click, focus, open_small, press, settle, window_on
from tests.windows.page_bench import nameless, press_button, words_of

day = dt.date
STEPS = [
    {"name": "Closer works", "kind": "tick"},
    {"name": "Seal", "kind": "choice", "choices": ["Whole", {"word": "Torn", "bad": True}], "photo": True},
    {"name": "Gas meter", "kind": "meter", "unit": "m³"},
]


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    made = Small.found(tmp_path)
    made.add("FIRE-16", doer=TERRY, points=["Door 1", "Door 2", "Door 3"], points_mode="each")
    made.add("FIRE-03", doer=TERRY, second_person=True)
    made.done("FIRE-03", day(2026, 11, 19))
    made.add("GASH-13", doer=TERRY, readings=STEPS)
    made.done("GASH-13", day(2026, 10, 21), readings='[{"name": "Gas meter", "value": 5000, "unit": "m³"}]')
    made.add("FIRE-04", doer=TERRY)
    made.done("FIRE-04", day(2026, 10, 12))
    made.add("VENT-01", doer=TERRY)
    made.done("VENT-01", day(2026, 11, 3), outcome="unsatisfactory", evidence="held")
    return made


@pytest.fixture
def shown(small: Small) -> Iterator[Shown]:
    with window_on(open_small(small, TERRY)) as made:
        yield made


def panel_for(shown: Shown, check: bytes) -> RecordPanel:
    page = shown.page("today")
    assert isinstance(page, TodayPage)
    page.record(check)
    settle()
    panel = page.split.detail
    assert isinstance(panel, RecordPanel)
    return panel


def test_every_point_begins_as_passed_and_a_press_says_it_failed(shown: Shown, small: Small) -> None:
    check = small.checks["FIRE-16"]
    panel = panel_for(shown, check)
    assert panel.points is not None
    assert [tile.outcome for tile in panel.points.tiles] == ["satisfactory"] * 3
    assert panel.save_button.hasFocus()
    assert panel.save_button.words() == "Save 3 of 3"
    click(panel.points.tiles[1])
    click(panel.points.tiles[2])
    click(panel.points.tiles[2])
    assert "2 of 3 done once you save, 1 failed, 1 left for later." in words_of(panel)
    assert "It stays due until all 3 are done." in words_of(panel)
    press_button(panel, "Save 2 of 3")
    (fault,) = defects.listing(shown.desk)
    assert fault.point == "Door 2"
    again = panel_for(shown, check)
    assert again.points is not None
    assert [tile.point for tile in again.points.tiles] == ["Door 3"]
    press_button(again, "Save 1 of 1")
    found = service.detail(shown.desk, check)
    assert found.progress is not None
    assert found.line.last_done == FRIDAY
    assert {one.point for one in found.history} == {"Door 1", "Door 2", "Door 3"}


def test_points_can_be_answered_by_the_keyboard_alone(shown: Shown, small: Small) -> None:
    panel = panel_for(shown, small.checks["FIRE-16"])
    assert panel.points is not None
    panel.points.tiles[0].setFocus()
    press(focus(), Qt.Key.Key_Right)
    assert panel.points.tiles[1].hasFocus()
    press(focus(), Qt.Key.Key_Space)
    assert panel.points.tiles[1].accessibleName() == "Door 2: Fail"
    assert nameless(panel) == []


def test_nothing_is_saved_when_every_point_is_left_for_later(shown: Shown, small: Small) -> None:
    panel = panel_for(shown, small.checks["FIRE-16"])
    assert panel.points is not None
    for tile in panel.points.tiles:
        click(tile)
        click(tile)
    press_button(panel, "Save 0 of 3")
    assert "Every one is left for later." in panel.problem.title
    assert history(shown.desk, small.checks["FIRE-16"]) == ()


def test_a_check_for_two_asks_who_and_what_they_saw_and_is_not_in_the_round(shown: Shown, small: Small) -> None:
    page = shown.page("today")
    assert isinstance(page, TodayPage)
    assert page.data is not None
    assert small.checks["FIRE-03"] not in page.data.tickable
    panel = panel_for(shown, small.checks["FIRE-03"])
    assert panel.second is not None
    click(panel.outcome.tile("satisfactory"))
    click(panel.save_button)
    assert "Enter who looked at it as well." in words_of(panel)
    panel.second.name.setText(TERRY)
    panel.second.name.textEdited.emit(TERRY)
    click(panel.save_button)
    assert "The second person has to be somebody else." in words_of(panel)
    panel.second.name.setText(CLARE)
    panel.second.declared.setText("I saw it done")
    panel.second.declared.textEdited.emit("I saw it done")
    click(panel.save_button)
    entry = history(shown.desk, small.checks["FIRE-03"])[0]
    assert (entry.facts.second_by, entry.facts.declared) == (CLARE, "I saw it done")


def test_a_tick_that_did_not_pass_proposes_a_fail_and_its_fault(shown: Shown, small: Small) -> None:
    panel = panel_for(shown, small.checks["GASH-13"])
    assert panel.steps is not None
    assert panel.readings is not None
    closer = panel.steps.fields["Closer works"]
    assert isinstance(closer, OutcomeTiles)
    click(closer.tile("no"))
    assert panel.draft.outcome == "unsatisfactory"
    assert "“Closer works” did not pass. Save it, and report a fault?" in words_of(panel)
    panel.readings.fields[0].setText("499")
    settle()
    assert "499 m³ is less than last time, 500 m³." in words_of(panel)
    click(panel.save_button)
    assert "Read it again. If the meter was changed, say so in the note." in words_of(panel)
    panel.note.setPlainText("New meter")
    click(panel.save_button)
    kept = service.detail(shown.desk, small.checks["GASH-13"]).history[0].readings
    assert kept[0] == {"name": "Closer works", "kind": "tick", "ok": False}
    assert kept[-1]["value"] == 4990


def test_days_missed_are_named_and_one_reason_is_kept_with_each(shown: Shown, small: Small) -> None:
    check = small.checks["FIRE-04"]
    panel = panel_for(shown, check)
    assert panel.missed is not None
    missed = service.detail(shown.desk, check).missed
    panel.missed.reason.setCurrentIndex(panel.missed.reason.findData("staff_away"))
    panel.missed.reason.picked.emit("staff_away")
    click(panel.outcome.tile("satisfactory"))
    click(panel.save_button)
    after = service.detail(shown.desk, check).missed
    assert len(after) == len(missed) > 1
    assert {one.reason for one in after} == {"staff_away"}


def test_a_second_test_after_a_fail_says_that_its_dates_stay(shown: Shown, small: Small) -> None:
    check = small.checks["VENT-01"]
    panel = panel_for(shown, check)
    due = service.detail(shown.desk, check).line.legal_due
    assert panel.retest.isVisible()
    click(panel.retest)
    click(panel.outcome.tile("satisfactory"))
    click(panel.save_button)
    line = service.detail(shown.desk, check).line
    assert (line.legal_due, line.last_done) == (due, FRIDAY)
    assert line.word != "failed"


def test_the_next_three_dates_are_shown_before_anything_is_chosen(shown: Shown, small: Small) -> None:
    panel = panel_for(shown, small.checks["FIRE-04"])
    assert "Once it is done" in words_of(panel)
    assert "Next due Friday 27 November 2026. Then 4 Dec 2026 and 11 Dec 2026." in words_of(panel)
    assert "late; that stays in its history." in words_of(panel)
