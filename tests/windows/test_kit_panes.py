"""Details beside a list that is built anew while they are open."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from bursar_desk.ui.widgets import Button, DetailPane, SplitPane


def test_a_pane_closes_when_what_opened_it_is_there_no_more(qtbot: QtBot) -> None:
    main = QWidget()
    column = QVBoxLayout(main)
    opener, other = Button("Open"), Button("Another")
    column.addWidget(opener)
    column.addWidget(other)
    split = SplitPane(main)
    split.resize(1100, 500)
    qtbot.addWidget(split)
    with qtbot.waitExposed(split):
        split.show()
    opener.setFocus()
    pane = DetailPane("Fire alarm test")
    split.show_detail(pane)
    with qtbot.waitSignal(opener.destroyed):
        opener.deleteLater()
    split.hide_detail()
    assert split.detail is None
    assert other.isVisible()
