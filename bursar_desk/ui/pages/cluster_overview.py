"""The schools: how old each one's file is, what waits for a decision, what is new in the watched folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.ui.pages.cluster_rows import TALL, RowLine, SchoolRows
from bursar_desk.ui.pages.cluster_watch import WatchStrip
from bursar_desk.ui.widgets import Button, Card, EmptyState, MessageStrip, Reflow, Scroller, ground, plain_label

if TYPE_CHECKING:
    from bursar_desk.ui.pages.base import DeskContext
    from bursar_desk.ui.pages.cluster_data import Cluster, SchoolLine


def row_of(one: SchoolLine) -> RowLine:
    """A school as a row of the list."""
    return RowLine(one.school, one.name, one.state, one.lacks_words, one.note, one.tag)


class Overview(QWidget):
    """The first sheet. Each signal says what the person wants: ``opened(school id)``, ``need_wanted`` (send to those
    who need it), ``receipts_wanted``, ``send_wanted``,
    ``settle_wanted``, ``held_wanted``, ``look_wanted(paths)``, ``watch_wanted`` and
    ``unwatch_wanted``.
    """

    opened = Signal(object)
    need_wanted = Signal()
    receipts_wanted = Signal()
    send_wanted = Signal()
    settle_wanted = Signal()
    held_wanted = Signal()
    look_wanted = Signal(object)
    watch_wanted = Signal()
    unwatch_wanted = Signal()

    def __init__(self, context: DeskContext):
        super().__init__()
        ground(self, "bg")
        self._head = plain_label("", "subtitle", wrap=True)
        self._note = plain_label("", "body", "muted", wrap=True)
        self.need_button = Button("Send to those who need it", icon="send", on_click=self.need_wanted.emit)
        self.receipts_button = Button("See receipts", on_click=self.receipts_wanted.emit)
        self._card = self._make_card()
        self._to_settle = MessageStrip("info", "")
        self.settle_button = Button("Settle them", size=32, on_click=self.settle_wanted.emit)
        self._to_settle.add_button(self.settle_button)
        self._to_look = MessageStrip("soon", "")
        self.held_button = Button("Decide about them", size=32, on_click=self.held_wanted.emit)
        self._to_look.add_button(self.held_button)
        self.watch = WatchStrip(context)
        self.watch.look_wanted.connect(self.look_wanted)
        self.rows = SchoolRows("Schools", TALL)
        self.rows.opened.connect(lambda row: self.opened.emit(row.key))
        self._drop = plain_label("", "body", "muted", wrap=True)
        self.watch_button = Button("Watch a folder", "text", on_click=self.watch_wanted.emit)
        self.unwatch_button = Button("Stop watching it", "text", on_click=self.unwatch_wanted.emit)
        self._foot = Reflow(spacing=8)
        self._foot.line.addWidget(self._drop, 1)
        for button in (self.watch_button, self.unwatch_button):
            self._foot.line.addWidget(button)
        self._empty = EmptyState(
            "Just your school so far", "Drop in a file from another school, or send them yours.", "Send our file",
            self.send_wanted.emit, icon="network",
        )  # fmt: skip
        self._lay_out()

    def _make_card(self) -> Card:
        said = QWidget()
        column = QVBoxLayout(said)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._head)
        column.addWidget(self._note)
        line = Reflow(spacing=16)
        line.line.setContentsMargins(8, 8, 8, 8)
        line.line.addWidget(said, 1)
        line.line.addWidget(self.receipts_button)
        line.line.addWidget(self.need_button)
        card = Card()
        card.add(line)
        return card

    def _lay_out(self) -> None:
        scroller = Scroller()
        parts = (self._card, self.watch, self._to_settle, self._to_look, self.rows, self._foot, self._empty)
        for part in parts:
            part.hide()
            scroller.body.addWidget(part)
        scroller.body.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(scroller)

    def show_cluster(self, data: Cluster) -> None:
        """Show what was read."""
        some = bool(data.schools)
        self._empty.setVisible(not some)
        for part in (self._card, self.rows, self._foot):
            part.setVisible(some)
        self._head.setText(data.sentence)
        self._note.setText(data.note)
        self._note.setVisible(bool(data.note))
        self.need_button.setVisible(bool(data.need_it))
        self.receipts_button.setVisible(bool(data.receipts))
        self.rows.set_rows([row_of(one) for one in data.schools])
        self._show_waiting(data)
        self._show_watched(data.folder)

    def _show_waiting(self, data: Cluster) -> None:
        count = len(data.differences)
        mine_to_settle = any(one.school in data.settles for one in data.differences)
        said = "Two people wrote different things. Choose which one stands."
        if not mine_to_settle:
            said = "Two people wrote different things. The school each one is about chooses which one stands."
        self._to_settle.set_text(f"{words.count(count, 'thing')} to settle", said)
        self.settle_button.set_words("Settle them" if mine_to_settle else "Look at the differences")
        self._to_settle.setVisible(bool(count))
        mine = sum(one.can_decide for one in data.held)
        parts = [f"{words.count(len(data.held), 'entry', 'entries')} to look at"] if data.held else []
        parts += [f"{words.count(len(data.twice), 'check')} done twice"] if data.twice else []
        wait = "Take each over, leave it out or confirm it." if mine else ""
        if data.held and not mine:
            wait = "The school each one is about decides."
        elif not data.held:
            wait = "Both count. Nothing has to be decided."
        self._to_look.set_text(words.listing(parts), wait)
        self._to_look.set_tone("soon" if mine else "info")
        self.held_button.set_words("Decide about them" if mine else "Look at them")
        self._to_look.setVisible(bool(parts))

    def _show_watched(self, folder: Path | None) -> None:
        said = "Drop files, or a whole folder, anywhere on this page to merge them."
        if folder is not None:
            said = f"{said} {folder.name} is watched: what is new in it is offered here, and never merged unasked."
        self._drop.setText(said)
        self.watch_button.set_words("Watch another folder" if folder is not None else "Watch a folder")
        self.unwatch_button.setVisible(folder is not None)
        self.watch.watch(folder)
