"""The one table: rows in by one door, sorting, keeping the place, keys, and what is painted."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from bursar_desk.ui import status_marks
from bursar_desk.ui.models.table import LEAD_ROLE, LOOK_ROLE, Column, TableModel
from bursar_desk.ui.widgets import TableView


@dataclass(frozen=True)
class Item:
    id: int
    name: str
    due: int | None = None
    code: str = "ok"


COLUMNS = (
    Column[Item]("Status", lambda r: r.code, status=lambda r: r.code, sort=lambda r: r.code),
    Column[Item]("Check", lambda r: r.name, lead=True, sort=lambda r: r.name.casefold(), stretch=True),
    Column[Item]("Due", lambda r: "" if r.due is None else str(r.due), right=True, sort=lambda r: r.due, key="due"),
    Column[Item]("Note", lambda _: "a note that is far too long for its column"),
)
ITEMS = (Item(1, "Boiler", 3), Item(2, "Alarm", None, "overdue"), Item(3, "Lift", 1), Item(4, "Taps", 2))


def model(**kwargs: bool) -> TableModel[Item]:
    made = TableModel(COLUMNS, lambda r: r.id, **kwargs)
    made.set_rows(ITEMS)
    return made


def table(qtbot: QtBot, rows: TableModel[Item]) -> TableView[Item]:
    view = TableView(rows, "Checks")
    rows.setParent(view)
    qtbot.addWidget(view)
    view.resize(700, 400)
    view.show()
    view.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is view)
    return view


def ids(rows: TableModel[Item]) -> list[int]:
    return [row.id for row in rows.rows]


def test_the_model_keeps_qts_rules(qtmodeltester: ModelTester) -> None:
    rows = model()
    qtmodeltester.check(rows)
    rows.sort(2)
    qtmodeltester.check(rows)
    rows.set_rows(ITEMS[:1])
    rows.set_rows(())
    qtmodeltester.check(rows)


def test_cells_give_words_status_and_alignment() -> None:
    rows = model()
    status, name, due = (rows.index(1, column) for column in range(3))
    assert status.data(LOOK_ROLE) is status_marks.OVERDUE
    assert name.data() == "Alarm"
    assert name.data(LEAD_ROLE) is True
    assert name.data(Qt.ItemDataRole.AccessibleTextRole) == "Check: Alarm"
    assert due.data() == ""
    assert due.data(Qt.ItemDataRole.TextAlignmentRole) & int(Qt.AlignmentFlag.AlignRight)
    assert rows.headerData(1, Qt.Orientation.Horizontal) == "Check"


def test_a_status_without_a_look_is_not_shown_as_something_else() -> None:
    rows = model()
    rows.set_rows([Item(1, "Boiler", 3, "mauve")])
    with pytest.raises(KeyError):
        rows.data(rows.index(0, 0), LOOK_ROLE)


def test_rows_sort_by_value_and_empty_ones_come_last_either_way() -> None:
    rows = model()
    rows.sort(2)
    assert ids(rows) == [3, 4, 1, 2]
    rows.sort(2, Qt.SortOrder.DescendingOrder)
    assert ids(rows) == [1, 4, 3, 2]
    rows.sort(3)
    assert ids(rows) == [1, 4, 3, 2], "a column without a sort changes nothing"
    rows.set_rows(ITEMS)
    assert ids(rows) == [1, 4, 3, 2], "the sort stays when rows are read again"


def test_two_rows_with_one_identity_are_refused_and_nothing_changes() -> None:
    rows = model()
    with pytest.raises(ValueError, match="same identity"):
        rows.set_rows([Item(1, "a"), Item(1, "b")])
    assert ids(rows) == [1, 2, 3, 4]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.one_of(st.none(), st.integers(0, 5))), unique_by=lambda p: p[0]))
def test_sorting_moves_every_kept_place_with_its_row(pairs: list[tuple[int, int | None]]) -> None:
    rows = TableModel(COLUMNS, lambda r: r.id)
    rows.set_rows([Item(number, f"n{number}", due) for number, due in pairs])
    kept = [(QPersistentModelIndex(rows.index(n, 1)), row.id) for n, row in enumerate(rows.rows)]
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        rows.sort(2, order)
        assert sorted(ids(rows)) == sorted(number for number, _ in pairs)
        assert [rows.row(index.row()).id for index, _ in kept] == [number for _, number in kept]
        values = [row.due for row in rows.rows if row.due is not None]
        assert values == sorted(values, reverse=order == Qt.SortOrder.DescendingOrder)


def test_a_list_sorted_in_sql_only_asks(qtbot: QtBot) -> None:
    rows = model(sorts_itself=False)
    view = table(qtbot, rows)
    with qtbot.waitSignal(rows.sort_wanted) as wanted:
        view.sort_by("due", ascending=False)
    assert wanted.args == ["due", False]
    assert ids(rows) == [1, 2, 3, 4]


def test_reading_again_keeps_the_row_the_person_is_on(qtbot: QtBot) -> None:
    rows = model()
    view = table(qtbot, rows)
    told: list[Item | None] = []
    assert view.choose(3)
    view.row_chosen.connect(told.append)
    rows.set_rows([Item(9, "New"), *ITEMS])
    assert view.chosen() == ITEMS[2]
    rows.set_rows(ITEMS[:2])
    assert view.chosen() is None
    assert told[-1] is None
    assert not view.choose(77)


def test_a_click_on_a_title_sorts_and_a_second_one_turns_it_round(qtbot: QtBot) -> None:
    rows = model()
    view = table(qtbot, rows)
    header = view.horizontalHeader()
    for wanted in ([2, 1, 3, 4], [4, 3, 1, 2]):
        at = header.sectionViewportPosition(1) + 20
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(at, 10))
        assert ids(rows) == wanted


def test_enter_opens_space_ticks_and_letters_do_nothing(qtbot: QtBot) -> None:
    view = table(qtbot, model())
    opened: list[Item] = []
    ticked: list[Item] = []
    view.opened.connect(opened.append)
    view.ticked.connect(ticked.append)
    view.setFocus()
    assert view.chosen() == ITEMS[0], "arriving by Tab stands on a row"
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.keyClick(view, Qt.Key.Key_T)
    assert view.chosen() == ITEMS[1]
    assert (opened, ticked) == ([ITEMS[1]], [ITEMS[1]])


def test_tab_leaves_the_table(qtbot: QtBot) -> None:
    page = QWidget()
    column = QVBoxLayout(page)
    before, after = QLineEdit(), QLineEdit()
    view = TableView(model(), "Checks")
    for part in (before, view, after):
        column.addWidget(part)
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is page)
    before.setFocus()
    qtbot.keyClick(before, Qt.Key.Key_Tab)
    assert view.hasFocus()
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    assert after.hasFocus()


def test_widths_and_sort_are_remembered_and_nonsense_is_passed_over(qtbot: QtBot) -> None:
    view = table(qtbot, model())
    view.horizontalHeader().resizeSection(2, 222)
    view.sort_by("due", ascending=False)
    saved = view.save_layout()
    assert json.loads(saved)["sort"] == ["due", False]
    rows = model()
    again = table(qtbot, rows)
    again.restore_layout(saved)
    assert again.horizontalHeader().sectionSize(2) == 222
    assert ids(rows) == [1, 4, 3, 2]
    for nonsense in ("", "{", "[]", '{"widths": {"due": -5, "gone": 9}, "sort": ["gone", true]}', '{"widths": 3}'):
        again.restore_layout(nonsense)
    assert again.horizontalHeader().sectionSize(2) > 24


def test_rows_are_36_high_and_the_ring_is_painted_round_the_current_one(qtbot: QtBot) -> None:
    view = table(qtbot, model())
    assert view.rowHeight(0) == 36
    view.choose(2)
    view.setFocus()
    with_ring = view.viewport().grab().toImage()
    view.clearFocus()
    without = view.viewport().grab().toImage()
    row = view.visualRect(view.model().index(1, 0))
    edge = row.top() + 1
    assert with_ring.pixelColor(300, edge) != without.pixelColor(300, edge)
    assert with_ring.pixelColor(300, row.bottom() + 40) == without.pixelColor(300, row.bottom() + 40)


def test_an_empty_table_says_so(qtbot: QtBot) -> None:
    rows = model()
    view = table(qtbot, rows)
    view.set_empty("Nothing matches “boiler” in Overdue.")
    assert view.accessibleDescription() == ""
    before = view.grab().toImage()
    rows.set_rows(())
    assert view.accessibleDescription() == "Nothing matches “boiler” in Overdue."
    assert view.grab().toImage() != before


def test_ten_thousand_rows_are_shown_and_sorted_without_asking_for_every_cell(qtbot: QtBot) -> None:
    asked = [0]

    def name(row: Item) -> str:
        asked[0] += 1
        return row.name

    rows = TableModel([Column[Item]("Check", name, sort=lambda r: r.name)], lambda r: r.id)
    view = table(qtbot, rows)
    rows.set_rows([Item(n, f"Check {n}") for n in range(10_000)])
    view.sort_by("Check")
    view.grab()
    assert asked[0] < 2_000
