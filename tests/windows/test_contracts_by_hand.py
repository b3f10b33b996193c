"""The page of contracts by keyboard and mouse alone, in both looks, in large text, and read aloud."""

from __future__ import annotations

import datetime as dt

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from bursar_desk.ui import theme
from bursar_desk.ui.pages.contracts_detail import ContractPane
from bursar_desk.ui.pages.contracts_forms import NotePane, NoticePane
from tests.services.small_school import Small
from tests.windows.contracts_bench import GROUNDS, PAYROLL, Entered, entered_in, found, opened, page_of, show
from tests.windows.desk_bench import Shown, click, focus, open_small, press, settle, window_on
from tests.windows.page_bench import cut_off

day = dt.date


school = pytest.fixture(found)
made = pytest.fixture(entered_in)
shown = pytest.fixture(opened)


def test_the_whole_page_can_be_walked_with_the_keyboard_alone(shown: Shown, made: Entered) -> None:
    page = page_of(shown)
    assert focus() is page.contracts.table
    press(focus(), Qt.Key.Key_Down)
    assert isinstance(page.split.detail, ContractPane)
    assert page.split.detail.title == GROUNDS
    press(focus(), Qt.Key.Key_Return)
    pane = page.split.detail
    assert focus() is pane.first
    seen: list[QWidget] = []
    for _step in range(40):
        QTest.keyClick(focus(), Qt.Key.Key_Tab)
        if focus() in seen:
            break
        seen.append(focus())
    assert page.contracts.table in seen
    assert pane.strip in seen
    assert pane.more in seen
    pane.first.setFocus()
    press(pane.first, Qt.Key.Key_Return)
    form = page.split.detail
    assert isinstance(form, NoticePane)
    assert focus() is form.served.edit
    press(focus(), Qt.Key.Key_Escape)
    assert isinstance(page.split.detail, ContractPane)
    press(shown.frame, Qt.Key.Key_F, ctrl=True)
    assert focus() is page.search


def test_the_menu_of_more_steps_opens_from_the_keyboard_and_takes_one(shown: Shown, made: Entered) -> None:
    page = page_of(shown)
    pane = show(page, made.ids[GROUNDS])
    pane.more.setFocus()
    press(pane.more, Qt.Key.Key_Return)
    assert pane.menu.isVisible()
    assert pane.menu.activeAction() is pane.menu.actions()[0]
    chosen = next(one for one in pane.menu.actions() if one.text() == "Add a note")
    chosen.trigger()
    pane.menu.close()
    settle()
    assert isinstance(page.split.detail, NotePane)


@pytest.mark.parametrize("scheme", [theme.Scheme.LIGHT, theme.Scheme.DARK])
def test_both_looks_show_the_sentence_on_its_tint(shown: Shown, made: Entered, scheme: theme.Scheme) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, scheme, text_scale=1.0)
    pane = show(page_of(shown), made.ids[GROUNDS])
    picture = pane.card.grab().toImage()
    at = QPoint(picture.width() - 8, picture.height() // 2)
    assert picture.pixelColor(at).name() == theme.colour("soon_tint").name()
    labels = [one for one in pane.findChildren(QLabel) if one.isVisible()]
    assert all("&" not in one.text() or one.inherits("FieldLabel") for one in labels)


def test_a_click_on_a_row_shows_it_and_a_click_on_the_cross_closes_it(shown: Shown, made: Entered) -> None:
    page = page_of(shown)
    table = page.contracts.table
    box = table.visualRect(page.contracts.model.index(2, 1))
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    settle()
    pane = page.split.detail
    assert isinstance(pane, ContractPane)
    assert pane.title == PAYROLL
    click(pane.close_button)
    assert page.split.detail is None


def test_in_text_twice_as_large_the_rows_keep_their_room_and_nothing_is_cut(
    school: Small, made: Entered, qapp: QApplication
) -> None:
    theme.apply(qapp, theme.Scheme.LIGHT, text_scale=2.0)
    with window_on(open_small(school)) as shown:
        page = page_of(shown)
        assert not page.contracts.ran_on.isVisible()
        assert page.contracts.table.height() >= theme.px(36 * 4)
        pane = show(page, made.ids[GROUNDS])
        assert cut_off(pane) == []
