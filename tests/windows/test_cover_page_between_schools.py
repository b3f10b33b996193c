"""The Cover page between two schools: offers, requests answered with a reason, confirmed, taken back; the day strip."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from bursar_desk.domain.day_strip import State
from bursar_desk.services import absences, cover, merging, sharing
from bursar_desk.services.sample import SampleMade
from bursar_desk.ui import status_marks
from bursar_desk.ui.pages.cover import CoverPage
from bursar_desk.ui.pages.cover_strip_view import LOOKS
from tests.services.sample_fixture import ON, SECONDARY, STORY, copy_of, register_of
from tests.services.small_school import without_waiting
from tests.windows.desk_bench import Shown, press, settle, window_on
from tests.windows.page_bench import buttons, cut_off, desk_of, nameless, press_button, words_of

MONDAY = dt.date(2026, 11, 23)
SECRET = "marjoram-19c4"


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


def cell_of(page: CoverPage, school: bytes, day: dt.date) -> tuple[str, str]:
    cell = next(cell for row in page.model.rows if row.school == school for cell in row.cells if cell.day == day)
    return cell.state, cell.title


def ask_sam(made: SampleMade, folder: Path) -> None:
    """Terry is away on Monday; Sam of the secondary is asked, and their register has the request."""
    with desk_of(made, STORY) as ours:
        away = absences.add(ours, ours.find_person("Terry Walsh").id, MONDAY, MONDAY, reason=SECRET)[0]
        sam = next(one for one in cover.find(ours, away.id).can if one.name == "Sam Adeyemi")
        cover.request(ours, away.id, sam, answer_by=ON)
    carry(made, STORY, SECONDARY, folder / "asked.bursar")


def carry(made: SampleMade, giver: str, taker: str, file: Path) -> None:
    """Take what one school has to the other, as a share file."""
    with desk_of(made, giver) as theirs:
        sharing.export(theirs, file, [register_of(made, taker).school_id])
    with desk_of(made, taker) as ours:
        assert merging.merge(ours, [file]).accepted == 1


def test_offered_hours_are_typed_in_the_form_and_stand_on_the_board(shown: Shown) -> None:
    page = cover_page(shown)
    press_button(page.header, "Offer hours")
    form = page.offer_form
    press_button(form, "Save offer")
    assert "Choose who could help" in words_of(form)
    form.person.setCurrentText("Terry Walsh")
    form.first.edit.setText("23/11/2026")
    form.last.edit.setText("4/12/2026")
    for box in form.weekdays:
        box.setChecked(box.text() in ("Monday", "Wednesday"))
    form.starts.setText("6.30")
    form.ends.setText("06:00")
    press(form.ends, Qt.Key.Key_Return, ctrl=True)
    assert "It must end after it starts" in words_of(form)
    form.ends.setText("0830")
    press(form.ends, Qt.Key.Key_Return, ctrl=True)
    assert cell_of(page, shown.desk.home, MONDAY) == ("offer", "Terry offers")
    assert cell_of(page, shown.desk.home, MONDAY + dt.timedelta(days=1))[0] == "covered"
    assert "Terry Walsh offers 06:30 to 08:30" in words_of(page.detail)
    press_button(page.detail, "Take this offer back")
    assert cell_of(page, shown.desk.home, MONDAY) == ("covered", "Covered")


def test_days_that_never_come_are_not_offered(shown: Shown) -> None:
    page = cover_page(shown)
    press_button(page.header, "Offer hours")
    form = page.offer_form
    form.person.setCurrentText("Terry Walsh")
    form.first.edit.setText("23/11/2026")
    for box in form.weekdays:
        box.setChecked(box.text() == "Friday")
    form.starts.setText("06:30")
    form.ends.setText("08:30")
    press_button(form, "Save offer")
    assert "None of these days lies between the two dates" in words_of(form)
    assert not [one for one in cover.offers(shown.desk, MONDAY, MONDAY) if one.school == shown.desk.home]


def test_a_request_is_accepted_by_the_lender_and_confirmed_by_the_asker(made: SampleMade, tmp_path: Path) -> None:
    ask_sam(made, tmp_path)
    with window_on(desk_of(made, SECONDARY)) as shown:
        page = cover_page(shown)
        said = words_of(page.asked_us)
        assert "1 request for our people" in said
        assert "asks for Sam Adeyemi" in said
        assert "Answer" not in buttons(page.asked_us)
        assert SECRET not in words_of(page)
        assert nameless(shown.frame) == []
        press_button(page.asked_us, "Accept request")
        assert "you said yes, they have yet to confirm" in words_of(page.asked_us)
    carry(made, SECONDARY, STORY, tmp_path / "yes.bursar")
    with window_on(desk_of(made, STORY)) as shown:
        page = cover_page(shown)
        page.forward.click()
        settle()
        assert page.board.choose(shown.desk.home, MONDAY)
        settle()
        assert cell_of(page, shown.desk.home, MONDAY) == ("asked", "Yes from Sam Adeyemi")
        assert "1 to confirm" in words_of(page)
        press_button(page.detail, "Confirm this cover")
        assert cell_of(page, shown.desk.home, MONDAY) == ("agreed", "Sam Adeyemi")


def test_a_no_comes_with_its_reason_and_the_gap_is_open_again(made: SampleMade, tmp_path: Path) -> None:
    ask_sam(made, tmp_path)
    with window_on(desk_of(made, SECONDARY)) as shown:
        page = cover_page(shown)
        press_button(page.asked_us, "Decline request")
        line = next(one for one in page.asked_us.findChildren(QLineEdit) if one.isVisible())
        assert line.hasFocus()
        line.setText("Sam has a course that day")
        press(line, Qt.Key.Key_Return)
        assert page.asked_us.isHidden(), "nothing is left to answer"
    carry(made, SECONDARY, STORY, tmp_path / "no.bursar")
    with window_on(desk_of(made, STORY)) as shown:
        page = cover_page(shown)
        page.forward.click()
        settle()
        assert page.board.choose(shown.desk.home, MONDAY)
        settle()
        assert cell_of(page, shown.desk.home, MONDAY) == ("gap", "Nobody unlocks")
        assert "Sam Adeyemi was asked and said no. Sam has a course that day." in words_of(page.detail)
        assert "Ask Sam" not in buttons(page.detail)


def test_a_yes_is_taken_back_only_with_a_reason(made: SampleMade, tmp_path: Path) -> None:
    ask_sam(made, tmp_path)
    with window_on(desk_of(made, SECONDARY)) as shown:
        page = cover_page(shown)
        press_button(page.asked_us, "Accept request")
    with window_on(desk_of(made, SECONDARY, on=ON + dt.timedelta(days=1))) as shown:
        page = cover_page(shown)
        press_button(page.asked_us, "Take our yes back")
        line = next(one for one in page.asked_us.findChildren(QLineEdit) if one.isVisible())
        press(line, Qt.Key.Key_Return)
        assert "They need to know why" in words_of(page.asked_us)
        line.setText("Needed here after all")
        press(line, Qt.Key.Key_Return)
        assert page.asked_us.isHidden()
        assert [one.stage for one in cover.incoming(shown.desk) if one.first == MONDAY] == ["taken back"]


def test_the_strip_says_in_words_and_shapes_who_is_missing(shown: Shown) -> None:
    page = cover_page(shown)
    absences.add(shown.desk, shown.desk.find_person("Maria Fenton").id, MONDAY, MONDAY, reason=SECRET)
    page.forward.click()
    settle()
    page.board.choose(shown.desk.home, MONDAY)
    settle()
    said = words_of(page.strip)
    for text in ("Responsible person", "First aider", "Fire marshal", "Key holder", "Checks due"):
        assert text in said
    assert "No one" in said
    assert "Mon 23 Nov: No first aider." in said
    assert SECRET not in said
    assert len({one.mark for one in LOOKS.values()}) == len(State), "each state has a shape of its own"
    assert {look.tone for look in LOOKS.values()} >= {status_marks.OK.tone, status_marks.OVERDUE.tone}


def test_the_strip_follows_the_school_that_is_chosen(shown: Shown) -> None:
    page = cover_page(shown)
    own = words_of(page.strip)
    page.board.setFocus()
    press(page.board, Qt.Key.Key_Down)
    theirs = words_of(page.strip)
    assert theirs != own
    assert page.model.rows[1].name in theirs
    assert "Not known" in theirs, "their checks were never sent to us"


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1093, 614), (683, 384)])
def test_nothing_is_cut_with_requests_and_the_offer_form(
    made: SampleMade, tmp_path: Path, width: int, height: int
) -> None:
    ask_sam(made, tmp_path)
    with window_on(desk_of(made, SECONDARY), width=width, height=height) as shown:
        page = cover_page(shown)
        assert cut_off(page) == []
        press_button(page.header, "Offer hours")
        assert cut_off(page) == []
        assert nameless(shown.frame) == []
