"""Who is trained, by its real widgets: the grid, a cell with its certificate, adding, putting right, roles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from bursar_desk.domain import courses as c
from bursar_desk.services import history, training, training_matrix
from bursar_desk.services.sample import SampleMade
from bursar_desk.ui.pages.training_matrix import MatrixPane, TodoPane
from bursar_desk.ui.pages.training_people import OTHER, CellPane, NeedsPane, PassPane
from tests.services.sample_fixture import STORY, copy_of
from tests.services.small_school import without_waiting
from tests.windows.desk_bench import Shown, press, settle, window_on
from tests.windows.page_bench import cut_off, desk_of, drop, nameless, press_button, words_of


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleMade:
    without_waiting(monkeypatch)
    return copy_of(tmp_path)


@pytest.fixture
def shown(made: SampleMade) -> Iterator[Shown]:
    with window_on(desk_of(made, STORY)) as one:
        yield one


@pytest.fixture
def pane(shown: Shown) -> Iterator[MatrixPane]:
    """The pane alone, over the window and as wide as its page has it."""
    one = over(shown)
    yield one
    one.hide()


def over(shown: Shown) -> MatrixPane:
    one = MatrixPane(shown.context, shown.frame)
    one.setGeometry(200, 100, 1166, 640)
    one.raise_()
    one.show()
    settle()
    return one


def cell_pane(pane: MatrixPane) -> CellPane:
    assert isinstance(pane.split.detail, CellPane)
    return pane.split.detail


def person(pane: MatrixPane, name: str) -> bytes:
    assert pane.data is not None
    assert pane.data.matrix is not None
    return next(one.id for one in pane.data.matrix.members if one.name == name)


def go_to(pane: MatrixPane, name: str, course: str) -> None:
    assert pane.people.choose(person(pane, name), course)
    settle()


def test_the_grid_says_each_cell_in_words_and_the_rest_beside_it(pane: MatrixPane) -> None:
    grid = pane.people.grid
    assert [row.name for row in grid.rows][:3] == ["Dawn Hill", "Clare Brennan", "Terry Walsh"]
    place = grid.place_of(person(pane, "Joe Lunt"), c.MARSHAL)
    spoken = grid.data(place, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Joe Lunt, Fire marshal: Renew by 8 Dec 2026"
    assert isinstance(pane.split.detail, TodoPane)
    told = words_of(pane.split.detail)
    assert "Only one in-date fire marshal is left from 9 Dec 2026" in told
    assert "Here: Joe Lunt." in told
    assert nameless(pane) == []
    assert cut_off(pane) == []


def test_arrows_move_and_the_cell_stands_beside(pane: MatrixPane) -> None:
    go_to(pane, "Terry Walsh", c.WATER)
    pane.people.setFocus()
    press(pane.people, Qt.Key.Key_Right)
    settle()
    beside = cell_pane(pane)
    assert (beside.title, beside.course) == ("Terry Walsh", c.HANDLING)
    told = words_of(beside)
    assert "In date to 3 Jun 2029" not in told  # it stands in the chip, which is no label
    assert "3 Jun 2029" in told
    assert "Counts for 3 years by good practice." in told
    press(pane.people, Qt.Key.Key_X)  # letters never act
    assert cell_pane(pane).course == c.HANDLING


def test_a_click_shows_a_cell(pane: MatrixPane) -> None:
    view = pane.people
    box = view.visualRect(view.grid.place_of(person(pane, "Maria Fenton"), c.FIRST_AID))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(box.center()))
    settle()
    assert (cell_pane(pane).title, cell_pane(pane).course) == ("Maria Fenton", c.FIRST_AID)


def test_a_course_passed_is_added_with_its_certificate(pane: MatrixPane, tmp_path: Path) -> None:
    card = tmp_path / "card.png"
    Image.new("RGB", (40, 30), "white").save(card)
    go_to(pane, "Joe Lunt", c.MARSHAL)
    press_button(cell_pane(pane), "Add course passed")
    form = pane.split.detail
    assert isinstance(form, PassPane)
    assert (form.person.key(), form.course.key()) == (person(pane, "Joe Lunt"), c.MARSHAL)
    press_button(form, "Save course")
    assert form.form.row("passed").message
    form.passed.set_day(dt.date(2026, 11, 18))
    form.texts["number"].setText("FM 7")
    drop(form.files, card)
    press_button(form, "Save course")
    settle()
    beside = cell_pane(pane)
    told = words_of(beside)
    assert "18 Nov 2029" in told
    assert "FM 7" in told
    assert beside.papers is not None
    assert [one.title for one in beside.papers.lines] == ["Certificate, Fire marshal"]
    assert pane.people.grid.rows[4].cells[pane.people.grid.courses.index(c.MARSHAL)].state == "in date"
    assert "Passed 8 Dec 2023" in told  # the earlier one stays


def test_a_course_is_put_right_and_taken_out_and_comes_back_by_undo(pane: MatrixPane) -> None:
    go_to(pane, "Maria Fenton", c.FIRST_AID)
    press_button(cell_pane(pane), "Put right")
    form = pane.split.detail
    assert isinstance(form, PassPane)
    form.expires.set_day(dt.date(2026, 11, 1))
    press_button(form, "Save course")
    settle()
    assert "1 Nov 2026" in words_of(cell_pane(pane))
    assert pane.people.grid.data(pane.people.currentIndex()) == "Ran out"
    press_button(cell_pane(pane), "Take out")
    settle()
    assert "Nothing is written down yet." in words_of(cell_pane(pane))
    desk = pane.context.desk
    history.undo(desk)
    pane.refresh()
    settle()
    assert pane.people.grid.data(pane.people.currentIndex()) == "Ran out"


def test_a_course_of_the_schools_own_is_typed(pane: MatrixPane) -> None:
    press_button(pane, "Add course passed")
    form = pane.split.detail
    assert isinstance(form, PassPane)
    form.person.set_key(person(pane, "Terry Walsh"))
    form.course.set_key(OTHER)
    form.course.picked.emit(OTHER)
    form.passed.set_day(dt.date(2026, 10, 1))
    press_button(form, "Save course")
    assert form.form.row("other").message == "Type the name of the course."
    form.other.setText("Chainsaw use")
    press_button(form, "Save course")
    settle()
    assert "Chainsaw use" in pane.people.grid.courses
    assert [one.name for one in training.listing(pane.context.desk) if one.course == "Chainsaw use"] == ["Terry Walsh"]


def test_what_a_role_needs_is_decided_and_shows_in_the_grid(pane: MatrixPane) -> None:
    press_button(pane, "What roles need")
    form = pane.split.detail
    assert isinstance(form, NeedsPane)
    assert "At least 2 people here must have IOSH Managing Safely." in words_of(form)
    form.role.set_key("teacher")
    form.course.set_key(c.FIRST_AID)
    form.need.set_key("required")
    press_button(form, "Save need")
    settle()
    cell = pane.people.grid.data(pane.people.grid.place_of(person(pane, "Joe Lunt"), c.FIRST_AID))
    assert cell == "None"
    assert "Joe Lunt has no First aid at work." in [one.words for one in training_matrix.gaps(pane.context.desk)]
    press_button(pane, "What to see to")
    assert "Joe Lunt has no First aid at work." in words_of(pane)


def test_all_schools_are_counts_and_no_neighbour_is_named(pane: MatrixPane) -> None:
    pane.views.set_key("schools")
    pane.views.chosen.emit("schools")
    settle()
    assert [row.name for row in pane.schools.grid.rows] == [
        "St Frideswide’s", "St Illtud’s", "St Wilfrid’s High", "St Willibrord’s",
    ]
    third = pane.schools.grid.rows[1]
    assert pane.schools.choose(third.id, c.MARSHAL)
    settle()
    told = words_of(pane)
    assert "Fire marshal: 1 of 2 in date." in told
    neighbours = training_matrix.matrix(pane.context.desk, third.id).members
    assert not [one.name for one in neighbours if one.name in told]


def test_an_office_looks_and_writes_nothing(made: SampleMade) -> None:
    with window_on(desk_of(made, role="cluster")) as office:
        one = over(office)
        assert not one.add_button.isVisible()
        assert not one.needs_button.isVisible()
        assert one.view is one.schools


def test_a_form_being_typed_in_is_left_alone_when_something_changes(pane: MatrixPane) -> None:
    press_button(pane, "Add course passed")
    form = pane.split.detail
    assert isinstance(form, PassPane)
    form.texts["number"].setText("half typed")
    pane.refresh()
    settle()
    assert pane.split.detail is form
    assert form.texts["number"].text() == "half typed"
