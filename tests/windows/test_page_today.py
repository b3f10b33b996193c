"""Today by its real widgets: the round in one act, recording row by row, faults, and the register of a cover pack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from bursar_desk.clock import FixedClock
from bursar_desk.services import absences, cover, defects, guests, merging, recording, sharing
from bursar_desk.services import checks as service
from bursar_desk.services.desk import Desk
from bursar_desk.ui.pages.fault_panel import FaultPanel
from bursar_desk.ui.pages.record_panel import RecordPanel
from bursar_desk.ui.pages.round_panel import RoundPanel
from bursar_desk.ui.pages.today import TodayPage
from tests.services.sample_fixture import NEIGHBOUR, ON, SECONDARY, STORY, THIRD, copy_of, register_of
from tests.services.small_school import FRIDAY, TERRY, Small, without_waiting
from tests.windows.desk_bench import Shown, click, focus, open_small, press, settle, window_on

day = dt.date
FRIDGE = [{"name": "Fridge", "unit": "°C", "high": 8}]


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """Friday: one check late, two daily ones due, one of those with a number; one due tomorrow, a Saturday."""
    without_waiting(monkeypatch)
    made = Small.found(tmp_path)
    made.add("FIRE-07", doer=TERRY)
    made.done("FIRE-07", day(2026, 10, 19))
    made.add("FIRE-03", doer=TERRY)
    made.done("FIRE-03", day(2026, 11, 19), done_minute=434)
    made.add("FOOD-03", doer=TERRY, readings=FRIDGE)
    made.done("FOOD-03", day(2026, 11, 19))
    made.add("GASH-13", doer=TERRY)
    made.done("GASH-13", day(2026, 10, 21))
    return made


@pytest.fixture
def shown(small: Small) -> Iterator[Shown]:
    with window_on(open_small(small, TERRY)) as made:
        yield made


def today_page(shown: Shown) -> TodayPage:
    page = shown.page("today")
    assert isinstance(page, TodayPage)
    return page


def said(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def codes(page: TodayPage) -> list[str]:
    return [row.row.line.code for row in page._rows.values()]


def test_site_staff_have_today_checks_and_cover_and_begin_with_everything_passed(shown: Shown) -> None:
    page = today_page(shown)
    keys = [entry.key for entry in shown.window.entries]
    assert keys[0] == "today"
    assert {"checks", "cover"} <= set(keys)
    assert not {"home", "cluster", "computers"} & set(keys)
    assert page.round_button is not None
    assert page.round_button.hasFocus()
    assert "Now: 3 checks" in said(page)
    assert "Later today: 1 check" in said(page)
    items = {item.key: item.count for item in shown.frame.rail.items}
    assert items["today"] is not None
    assert items["today"].number == 4


def test_a_round_of_passes_is_one_act_and_one_undo(shown: Shown, small: Small) -> None:
    page = today_page(shown)
    press(focus(), Qt.Key.Key_Return)
    panel = page.split.detail
    assert isinstance(panel, RoundPanel)
    assert set(panel.ticks) == {small.checks["FIRE-07"], small.checks["FIRE-03"]}
    assert "Kitchen temperatures needs numbers" in said(panel)
    press(focus(), Qt.Key.Key_Return)
    assert page.split.detail is None
    assert codes(page) == ["FOOD-03", "GASH-13"]
    assert shown.frame.undo_bar.text == "2 checks marked done."
    shown.frame.menu.undo.trigger()
    settle()
    assert set(codes(page)) == {"FIRE-07", "FIRE-03", "FOOD-03", "GASH-13"}


def test_what_is_ticked_is_left_out_of_the_round_and_asked_about_next(shown: Shown, small: Small) -> None:
    page = today_page(shown)
    press(focus(), Qt.Key.Key_Return)
    panel = page.split.detail
    assert isinstance(panel, RoundPanel)
    panel.ticks[small.checks["FIRE-07"]].click()
    assert panel.save_button.words() == "Record 1 passed"
    press(panel, Qt.Key.Key_Return, ctrl=True)
    asked = page.split.detail
    assert isinstance(asked, RecordPanel)
    assert asked.title == "Emergency lights, monthly test"
    history = {code: service.detail(shown.desk, small.checks[code]).history for code in ("FIRE-07", "FIRE-03")}
    assert history["FIRE-03"][0].on == FRIDAY
    assert history["FIRE-07"][0].on == day(2026, 10, 19)


def test_recording_a_row_takes_it_off_the_list(shown: Shown, small: Small) -> None:
    page = today_page(shown)
    press(focus(), Qt.Key.Key_Down)
    row = page._rows[small.checks["FIRE-07"]]
    assert row.button.hasFocus()
    press(row.button, Qt.Key.Key_Return)
    panel = page.split.detail
    assert isinstance(panel, RecordPanel)
    assert not page._rows[small.checks["FIRE-07"]].button.isVisible()
    assert "Recording now" in said(page._rows[small.checks["FIRE-07"]])
    assert not page.fault_button.isVisible()
    press(focus(), Qt.Key.Key_Space)
    press(focus(), Qt.Key.Key_Return, ctrl=True)
    assert page.split.detail is None
    assert "FIRE-07" not in codes(page)
    assert page.fault_button.isVisible()


def test_esc_goes_back_to_the_row_and_keeps_the_number(shown: Shown, small: Small) -> None:
    page = today_page(shown)
    check = small.checks["FOOD-03"]
    click(page._rows[check].button)
    panel = page.split.detail
    assert isinstance(panel, RecordPanel)
    assert panel.readings is not None
    panel.readings.fields[0].setText("9.5")
    press(panel.readings.fields[0], Qt.Key.Key_Escape)
    assert page._open_panel() is None
    assert page._rows[check].button.hasFocus()
    assert page.unsaved() == "Kitchen temperatures"
    press(focus(), Qt.Key.Key_Return)
    again = page._open_panel()
    assert isinstance(again, RecordPanel)
    assert again.readings is not None
    assert again.readings.fields[0].text() == "9.5"
    assert again.readings.strip.title.startswith("9.5 °C is above 8 °C")


def test_a_fault_is_reported_by_itself_and_stands_among_ones_own(shown: Shown) -> None:
    page = today_page(shown)
    click(page.fault_button)
    panel = page.split.detail
    assert isinstance(panel, FaultPanel)
    press(focus(), Qt.Key.Key_Return, ctrl=True)
    assert "Say what is wrong." in said(panel)
    panel.what.setText("Hall door closer loose")
    press(panel.what, Qt.Key.Key_Return, ctrl=True)
    assert [one.title for one in defects.listing(shown.desk)] == ["Hall door closer loose"]
    assert "Hall door closer loose" in said(page)
    assert shown.frame.undo_bar.text == "Fault reported: “Hall door closer loose”."


def test_when_all_is_done_the_page_says_so_and_what_comes_next(shown: Shown, small: Small) -> None:
    page = today_page(shown)
    doings = [recording.Doing(small.checks[code], FRIDAY, TERRY, "satisfactory") for code in small.checks]
    done = recording.record_round(shown.desk, doings)
    shown.context.changed.emit(done.changes, None)
    settle()
    assert "All done for now" in said(page)
    assert page.round_button is None


def test_large_chips_are_never_cut(shown: Shown) -> None:
    from bursar_desk.ui.status_marks import StatusChip

    chips = [chip for chip in today_page(shown).findChildren(StatusChip) if chip.isVisible()]
    assert chips
    natural = [StatusChip(chip._look, chip.text, large=True).sizeHint().width() for chip in chips]
    assert all(chip.width() >= wide for chip, wide in zip(chips, natural, strict=True))
    assert len({chip.width() for chip in chips}) == 1


def _guest_register(folder: Path) -> tuple[Path, dt.date]:
    """A cover pack of the story school, opened by a neighbour who agreed to come on Monday."""
    made = copy_of(folder)
    clock = FixedClock.at(ON)
    home = register_of(made, STORY)
    for urn in (NEIGHBOUR, THIRD, SECONDARY):
        file = folder / f"{urn}.bursar"
        with Desk.open(register_of(made, urn).path, clock=clock) as desk:
            sharing.export(desk, file, [home.school_id])
        with Desk.open(home.path, clock=clock) as desk:
            merging.merge(desk, [file])
    monday = ON + dt.timedelta(days=3)
    with Desk.open(home.path, clock=clock) as desk:
        line, _ = absences.add(desk, desk.find_person("Terry Walsh").id, monday, monday)
        helper = cover.find(desk, line.id).can[0]
        asked, _ = cover.request(desk, line.id, helper)
        cover.answer(desk, asked.id, "agreed")
        pack = guests.make_pack(desk, asked.id, folder / "pack.bursar")
    near = next(one.path for one in made.registers if one.school_id == helper.school and one.role == "school")
    with Desk.open(near, clock=clock) as desk:
        return guests.open_pack(desk, pack.file).path, monday


def test_under_cover_the_page_says_for_which_school_and_records_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_waiting(monkeypatch)
    path, monday = _guest_register(tmp_path)
    with window_on(Desk.open(path, clock=FixedClock.at(monday))) as shown:
        page = today_page(shown)
        assert [entry.key for entry in shown.window.entries] == ["today", "checks", "hours"]
        assert f"These checks are for {shown.context.facts.name}." in said(page)
        before = len(page._rows)
        row = next(iter(page._rows.values()))
        click(row.button)
        panel = page.split.detail
        assert isinstance(panel, RecordPanel)
        for field in panel.readings.fields if panel.readings is not None else []:
            field.setText("5")
        click(panel.outcome.tile("satisfactory"))
        panel.note.setPlainText("Under cover")
        click(panel.save_button)
        assert len(page._rows) == before - 1
        newest = service.detail(shown.desk, row.row.line.id).history[0]
        assert (newest.on, newest.by) == (monday, shown.context.facts.who)
        assert not page.fault_button.isVisible()
        row = next(iter(page._rows.values()))
        click(row.button)
        panel = page.split.detail
        assert isinstance(panel, RecordPanel)
        for field in panel.readings.fields if panel.readings is not None else []:
            field.setText("5")
        click(panel.outcome.tile("unsatisfactory"))
        panel.note.setPlainText("Drips")
        click(panel.save_button)
        assert f"{row.row.line.title}: failed" in [one.title for one in defects.listing(shown.desk)]
