"""The Cover page by its real widgets: the board by keyboard, absence, asking, agreeing, the pack, neighbours."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from bursar_desk.services import absences, merging, people, sharing
from bursar_desk.services.sample import SampleMade
from bursar_desk.ui.pages.cover import CoverPage
from bursar_desk.ui.pages.kept_choices import kept_folder
from bursar_desk.ui.status_marks import StatusChip
from tests.services.sample_fixture import NEIGHBOUR, ON, SECONDARY, STORY, copy_of, register_of
from tests.services.small_school import without_waiting
from tests.windows.desk_bench import Shown, focus, press, settle, window_on
from tests.windows.page_bench import Chosen, buttons, cut_off, desk_of, drop, nameless, press_button, words_of

MONDAY, WEDNESDAY = dt.date(2026, 11, 23), dt.date(2026, 11, 25)
SECRET = "quillwort-51d2"


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleMade:
    without_waiting(monkeypatch)
    return copy_of(tmp_path)


@pytest.fixture
def shown(made: SampleMade) -> Iterator[Shown]:
    with window_on(desk_of(made, STORY)) as one:
        yield one


def cover_page(shown: Shown) -> CoverPage:
    page = shown.page("cover")
    assert isinstance(page, CoverPage)
    return page


def report_terry(page: CoverPage, reason: str = "") -> None:
    """Fill the form as a person does: choose, type, type, save."""
    press_button(page.header, "Report absence")
    page.form.person.setCurrentText("Terry Walsh")
    page.form.first.edit.setText("23/11/26")
    page.form.last.edit.setText("25.11.2026")
    page.form.reason.setText(reason)
    press(page.form.reason, Qt.Key.Key_Return, ctrl=True)


def state(page: CoverPage, day: dt.date) -> str:
    """The state of our own row on a day."""
    return next(cell.state for cell in page.model.rows[0].cells if cell.day == day)


def test_arrows_walk_the_board_and_letters_do_nothing(shown: Shown) -> None:
    page = cover_page(shown)
    page.board.setFocus()
    chosen = page.board.chosen_cell()
    assert chosen is not None
    assert (chosen[0].school, chosen[1].day) == (shown.desk.home, ON)
    press(page.board, Qt.Key.Key_Left, Qt.Key.Key_Down)
    moved = page.board.chosen_cell()
    assert moved is not None
    assert moved[0] is page.model.rows[1]
    assert moved[1].day == ON - dt.timedelta(days=1)
    assert page.detail.title == f"{moved[0].name}, Thursday"
    QTest.keyClicks(page.board, "mfw")
    settle()
    assert page.board.chosen_cell() == moved
    press(page.board, Qt.Key.Key_Up, *([Qt.Key.Key_Left] * 9))
    first = page.board.chosen_cell()
    assert first is not None
    assert first[1].day.weekday() == 0, "the names of the schools are not days"


def test_every_day_of_the_board_is_read_aloud_in_words(shown: Shown) -> None:
    page = cover_page(shown)
    report_terry(page)
    index = page.model.place_of(shown.desk.home, MONDAY)
    said = str(index.data(Qt.ItemDataRole.AccessibleTextRole))
    own = page.model.rows[0].name
    assert said.startswith(f"{own}, Monday: gap. Nobody unlocks. Terry Walsh away. ")
    assert "can help" in said


def test_weeks_go_back_and_forward_on_the_same_weekday(shown: Shown) -> None:
    page = cover_page(shown)
    page.forward.click()
    settle()
    chosen = page.board.chosen_cell()
    assert chosen is not None
    assert chosen[1].day == ON + dt.timedelta(days=7)
    assert "Week of Monday 23 November 2026" in words_of(page.header)
    page.back.click()
    page.back.click()
    settle()
    assert "Week of Monday 9 November 2026" in words_of(page.header)


def test_an_absence_typed_in_the_form_shows_at_once_what_is_uncovered(shown: Shown) -> None:
    page = cover_page(shown)
    report_terry(page, SECRET)
    assert [state(page, day) for day in (MONDAY, MONDAY + dt.timedelta(days=1), WEDNESDAY)] == ["gap"] * 3
    assert state(page, WEDNESDAY + dt.timedelta(days=1)) == "covered"
    said = words_of(page.detail)
    for text in (
        "Unlock, 06:45 to 07:45",
        "Lock up, 18:00 to 18:45",
        "Fire alarm test",
        "Mon, Tue, Wed",
        "Who can help",
    ):
        assert text in said
    assert SECRET not in said
    assert SECRET not in words_of(page)
    assert absences.reason(shown.desk, absences.listing(shown.desk)[0].id) == SECRET
    assert page.form.reason.text() == SECRET, "the form keeps it until it is opened anew"
    press_button(page.header, "Report absence")
    assert page.form.reason.text() == ""


def test_undo_takes_the_absence_back_and_the_board_follows(shown: Shown) -> None:
    page = cover_page(shown)
    report_terry(page)
    assert shown.frame.undo_bar.text.startswith("Terry Walsh is away")
    shown.frame.menu.undo.trigger()
    settle()
    assert absences.listing(shown.desk) == []
    assert state(page, MONDAY) == "covered"


def test_the_form_says_what_is_missing_and_keeps_what_was_typed(shown: Shown) -> None:
    page = cover_page(shown)
    press_button(page.header, "Report absence")
    page.form.first.edit.setText("31 June 2027")
    page.form.last.edit.setText("1/2/2020")
    press_button(page.form, "Save absence")
    said = words_of(page.form)
    assert "Put 2 things right, then save again" in said
    assert "Choose who is away" in said
    assert "31 June does not exist" in said or "June 2027 does not exist" in said
    assert page.form.first.edit.text() == "31 June 2027"
    assert absences.listing(shown.desk) == []
    page.form.person.setCurrentText("Terry Walsh")
    page.form.first.edit.setText("24/11/2026")
    press_button(page.form, "Save absence")
    assert "The last day is before the first" in words_of(page.form)


def test_from_the_gap_to_the_pack_by_keyboard(made: SampleMade, shown: Shown, tmp_path: Path) -> None:
    page = cover_page(shown)
    report_terry(page)
    page.board.setFocus()
    press(page.board, Qt.Key.Key_Return)
    ask = focus()
    assert ask is buttons(page.detail)["Ask Sam"], "Enter goes to the first helper"
    said = words_of(page.detail)
    assert re.search(r"\n.+ High, \d+\.\d km\n", said), "how far away, after the school"
    assert "Who cannot, and why" in said
    press(ask, Qt.Key.Key_Return)
    assert state(page, MONDAY) == "asked"
    press(focus(), Qt.Key.Key_Return)  # They said yes
    assert state(page, MONDAY) == "agreed"
    files = Chosen(tmp_path)
    page.files.ask = files  # type: ignore[assignment]  # answers for the dialogs
    press(focus(), Qt.Key.Key_Return)  # Make the pack
    said = words_of(page.pack)
    assert "Why someone is away. Home addresses. Alarm codes. Pupil names." in said
    assert "6 checks to do" in said
    assert page.pack.paper.pages >= 2
    assert "Cover pack" in page.pack.paper.text()
    press(focus(), Qt.Key.Key_Return)  # Save share file
    assert files.suggested[0].name == "Cover pack for Sam Adeyemi, 23 Nov 2026.bursar"
    assert files.saved[0].stat().st_size > 1000
    assert kept_folder("cover packs") == tmp_path, "the folder is remembered"
    said = words_of(page.detail)
    assert "Cover pack saved as Cover pack for Sam Adeyemi, 23 Nov 2026.bursar" in said
    theirs = register_of(made, SECONDARY).school
    assert f"Only {theirs} can open it." in said
    assert {"Take the return in", "Make the pack again"} <= buttons(page.detail).keys()
    press_button(page.detail, "Make the pack again")
    press_button(page.pack, "Save as PDF")
    assert files.saved[-1].read_bytes().startswith(b"%PDF")
    press_button(page.header, "Back to the week")
    assert page.board.isVisible()


def test_whoever_said_no_is_named_and_not_offered_again(shown: Shown) -> None:
    page = cover_page(shown)
    report_terry(page)
    press_button(page.detail, "Ask Sam")
    press_button(page.detail, "They said no")
    assert state(page, MONDAY) == "gap"
    assert "Sam Adeyemi was asked and said no." in words_of(page.detail)
    assert "Ask Sam" not in buttons(page.detail)


def test_a_request_taken_back_is_as_if_nobody_had_been_asked(shown: Shown) -> None:
    page = cover_page(shown)
    report_terry(page)
    press_button(page.detail, "Ask Sam")
    press_button(page.detail, "Take the request back")
    assert state(page, MONDAY) == "gap"
    assert "Ask Sam" in buttons(page.detail)


def test_hours_worked_move_the_balance(shown: Shown) -> None:
    page = cover_page(shown)
    report_terry(page)
    press_button(page.detail, "Ask Sam")
    press_button(page.detail, "They said yes")
    before = words_of(page.detail)
    assert "Received" in before or "no cover hours yet" in before
    press_button(page.detail, "Note hours")
    assert "12 h of Sam Adeyemi noted for Monday 23 November." in shown.frame.undo_bar.text
    assert words_of(page.detail) != before


def test_neighbours_see_a_gap_and_no_name(made: SampleMade, tmp_path: Path) -> None:
    with desk_of(made, NEIGHBOUR) as theirs:
        gone = [one for one in people.listing(theirs, school=theirs.home) if one.unlocks]
        for one in gone:
            absences.add(theirs, one.id, MONDAY, MONDAY, reason=SECRET)
        sharing.export(theirs, tmp_path / "news.bursar", [register_of(made, STORY).school_id])
    with desk_of(made, STORY) as ours:
        assert merging.merge(ours, [tmp_path / "news.bursar"]).accepted == 1
    with window_on(desk_of(made, STORY)) as shown:
        page = cover_page(shown)
        page.forward.click()
        settle()
        row = next(row for row in page.model.rows if row.school == register_of(made, NEIGHBOUR).school_id)
        cell = row.cells[0]
        assert (cell.state, cell.title, cell.words) == ("gap", "Nobody unlocks", "Site staff away")
        assert page.board.choose(row.school, MONDAY)
        settle()
        assert "Nobody unlocks. Site staff away. They ask from their own desk" in words_of(page.detail)
        assert buttons(page.detail).keys() == set()
        for secret in (*(one.name for one in gone), SECRET):
            assert secret not in words_of(page)


def test_another_page_leads_to_a_day_of_another_week(shown: Shown) -> None:
    shown.context.open_page("cover", school=shown.desk.home, day=dt.date(2026, 12, 5), absence=None)
    settle()
    page = shown.frame.page("cover")
    assert isinstance(page, CoverPage)
    chosen = page.board.chosen_cell()
    assert chosen is not None
    assert chosen[1].day == dt.date(2026, 12, 4), "a Saturday shows the week's Friday"


def test_a_pack_dropped_on_the_cluster_page_opens_here(made: SampleMade, tmp_path: Path) -> None:
    files = Chosen(tmp_path)
    with window_on(desk_of(made, STORY)) as shown:
        page = cover_page(shown)
        page.files.ask = files  # type: ignore[assignment]
        report_terry(page)
        press_button(page.detail, "Ask Sam")
        press_button(page.detail, "They said yes")
        press_button(page.detail, "Make the pack")
        press_button(page.pack, "Save share file")
        drop(page, files.saved[0])
        assert page.guests.isHidden(), "our own pack is not for us"
        assert "This cover pack is for another computer." in words_of(shown.frame)
    with window_on(desk_of(made, SECONDARY)) as shown:
        drop(shown.page("cluster"), files.saved[0])
        assert shown.frame.key == "cover"
        page = cover_page(shown)
        assert "1 cover pack you carry" in words_of(page.guests)
        assert nameless(shown.frame) == []


def test_an_office_sees_every_gap_and_asks_nobody(made: SampleMade) -> None:
    with window_on(desk_of(made, role="cluster")) as shown:
        page = cover_page(shown)
        assert "Report absence" not in buttons(page)
        assert "Open a cover pack" not in buttons(page)
        assert nameless(page) == []


def test_every_stop_has_a_name_in_every_state(shown: Shown, tmp_path: Path) -> None:
    page = cover_page(shown)
    assert nameless(shown.frame) == []
    report_terry(page)
    assert nameless(shown.frame) == []
    press_button(page.header, "Report absence")
    assert nameless(shown.frame) == []
    press_button(page.form, "Cancel")
    press_button(page.detail, "Ask Sam")
    press_button(page.detail, "They said yes")
    assert nameless(shown.frame) == []
    page.files.ask = Chosen(tmp_path)  # type: ignore[assignment]
    press_button(page.detail, "Make the pack")
    assert nameless(shown.frame) == []
    assert page.findChildren(StatusChip) == []


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1093, 614), (683, 384)])
def test_nothing_is_cut_in_a_narrow_window(made: SampleMade, width: int, height: int) -> None:
    with window_on(desk_of(made, SECONDARY), width=width, height=height) as shown:
        page = cover_page(shown)
        assert (shown.frame.width(), shown.frame.height()) == (width, height)
        assert cut_off(page) == []
        press_button(page.header, "Report absence")
        assert cut_off(page) == []
