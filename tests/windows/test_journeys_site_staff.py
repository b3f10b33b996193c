"""What site staff do every morning, through the real widgets, with clicks and typed numbers counted (J4, J5 and J6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QWidget

from bursar_desk.domain import water_bands
from bursar_desk.services import checks as service
from bursar_desk.services import defects, evidence
from bursar_desk.services.setup_tables import tap_readings
from bursar_desk.ui.pages.record_panel import RecordPanel
from bursar_desk.ui.pages.today import TodayPage
from tests.services.small_school import FRIDAY, TERRY, Small, without_waiting
from tests.windows.cluster_bench import Hand
from tests.windows.desk_bench import Shown, click, open_small, settle, window_on
from tests.windows.page_bench import Chosen, words_of

day = dt.date
POINTS = [f"Call point {n}" for n in range(1, 13)]
TAPS = ("Boiler room", "Staff kitchen", "Nursery")
LAST = {"FIRE-07": day(2026, 10, 19), "FIRE-10": day(2026, 10, 20), "PLAY-03": day(2026, 11, 13)}
ROUND = ("FIRE-03", "FIRE-06", "FIRE-21", "FIRE-07", "FIRE-10", "HSMG-20", "PLAY-03")


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """A caretaker's Friday: the weekly alarm test at call point 4, monthly taps, and the rest of a morning's round."""
    without_waiting(monkeypatch)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    made = Small.found(tmp_path)
    made.add("FIRE-04", doer=TERRY, points=POINTS)
    for n in range(12):
        made.done("FIRE-04", day(2026, 8, 28) + dt.timedelta(weeks=n), point=POINTS[(n + 4) % 12 - 1])
    made.add("WATR-04", doer=TERRY, readings=list(tap_readings(TAPS)))
    for n, hot in enumerate((524, 520, 516, 512, 508)):
        read = [{"name": f"{place}, hot", "value": hot if "Staff" in place else 560, "unit": "°C"} for place in TAPS]
        made.done("WATR-04", day(2026, 6 + n, 20), readings=_text(read))
    for code in ROUND:
        made.add(code, doer=TERRY)
        made.done(code, LAST.get(code, day(2026, 11, 19)), done_minute=434)
    return made


def _text(readings: object) -> str:
    import json

    return json.dumps(readings, ensure_ascii=False)


@pytest.fixture
def shown(small: Small) -> Iterator[Shown]:
    with window_on(open_small(small, TERRY)) as made:
        yield made


def today_page(shown: Shown) -> TodayPage:
    page = shown.page("today")
    assert isinstance(page, TodayPage)
    return page


def panel_of(page: TodayPage) -> RecordPanel:
    panel = page.split.detail
    assert isinstance(panel, RecordPanel)
    return panel


def click_on(hand: Hand, widget: QWidget) -> None:
    """Click something that is not a button with words, and count it."""
    assert widget.window().childAt(widget.mapTo(widget.window(), widget.rect().center())) is widget
    hand.clicks += 1
    click(widget)


def test_j4_the_weekly_alarm_test_takes_three_clicks_and_its_call_point_is_chosen_already(
    shown: Shown, small: Small
) -> None:
    page = today_page(shown)
    row = page._rows[small.checks["FIRE-04"]]
    assert "Fire alarm test, call point 4" in words_of(row)
    assert "4 of 12 in turn" in words_of(row)
    with Hand(3) as hand:
        click_on(hand, row.button)
        panel = panel_of(page)
        assert panel.point is not None
        assert panel.point.key() == "Call point 4"
        assert "Call point 4 of 12, next in turn." in words_of(panel)
        assert "All 12 were tested within the last 12 weeks." in words_of(panel)
        assert "Next due Friday 27 November 2026. Then 4 Dec 2026 and 11 Dec 2026." in words_of(panel)
        click_on(hand, panel.outcome.tile("satisfactory"))
        hand.click(panel, "Save record")
    newest = service.detail(shown.desk, small.checks["FIRE-04"]).history[0]
    assert (newest.on, newest.point, newest.by) == (FRIDAY, "Call point 4", TERRY)
    assert "Done today: 1 check" in words_of(page)


def test_j5_a_tap_out_of_range_says_what_to_do_and_its_fault_has_a_photo_after_three_more_clicks(
    shown: Shown, small: Small, tmp_path: Path
) -> None:
    photo = tmp_path / "tap.jpg"
    Image.new("RGB", (32, 24), "grey").save(photo)
    page = today_page(shown)
    click(page._rows[small.checks["WATR-04"]].button)
    panel = panel_of(page)
    assert panel.readings is not None
    for field, value in zip(panel.readings.fields, ("56", "9", "46", "9", "55", "9"), strict=True):
        panel.readings.go_to(panel.readings.fields.index(field))
        field.setText(value)
    panel.readings.go_to(2)
    settle()
    assert panel.readings.strip.isVisible()
    assert "46 °C is below 50 °C." in words_of(panel)
    assert water_bands.BANDS[water_bands.WaterPoint.HOT_OUTLET].advice in words_of(panel)
    panel.files.files = Chosen(tmp_path, [photo])  # type: ignore[assignment]  # stands for the system's dialog
    with Hand(3) as hand:
        hand.click(panel, "Add photo or file")
        hand.answered()
        hand.click(panel, "Save and report fault")
    (fault,) = defects.listing(shown.desk)
    assert fault.title == "Staff kitchen, hot: 46 °C is below 50 °C"
    assert fault.check == small.checks["WATR-04"]
    (paper,) = evidence.of(shown.desk, "defect", fault.id)
    assert [one.name for one in paper.files] == ["tap.jpg"]
    newest = service.detail(shown.desk, small.checks["WATR-04"]).history[0]
    assert {one["name"]: one["value"] for one in newest.readings}["Staff kitchen, hot"] == 460
    assert newest.id == fault.record


def test_j6_a_morning_round_of_eight_checks_takes_two_clicks_when_all_is_well(shown: Shown, small: Small) -> None:
    page = today_page(shown)
    with Hand(4) as hand:
        hand.click(page, "All passed except…")
        hand.click(page, "Record 8 passed")
    assert hand.clicks == 2
    for code in (*ROUND, "FIRE-04"):
        newest = service.detail(shown.desk, small.checks[code]).history[0]
        assert (newest.on, newest.outcome) == (FRIDAY, "satisfactory"), code
    assert service.detail(shown.desk, small.checks["FIRE-04"]).history[0].point == "Call point 4"
    assert shown.frame.undo_bar.text == "8 checks marked done."
