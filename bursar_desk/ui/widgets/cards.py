"""Cards, wells and rows: the boxes a page is laid out in; hairlines before boxes, one left edge."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.ui import theme
from bursar_desk.ui.widgets.labels import hidden_if_empty, hline, plain_label
from bursar_desk.ui.widgets.reflow import Reflow


class Card(QFrame):
    """A surface with a hairline round it; a head of 44 px (80 on Today) with title, note and one action at the right.

    Fill it with ``add`` (16 px each side) or with ``add_row`` (rows over the whole width, hairlines between them).
    """

    def __init__(
        self,
        title: str = "",
        note: str = "",
        action: QWidget | None = None,
        *,
        head: int = 44,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.setProperty("kit", "card")
        self.setAccessibleName(title)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(1, 1, 1, 1)
        self.body.setSpacing(0)
        self._rows: list[QWidget] = []
        self._title = plain_label(title, "subtitle" if head > 44 else "strong")
        self._note = hidden_if_empty(plain_label(note, "body", "muted"))
        self._head = self._make_head(action, head)
        if title or action is not None:
            self.body.addWidget(self._head)
        else:
            self._head.hide()

    def _make_head(self, action: QWidget | None, high: int) -> QWidget:
        head = QWidget(self)
        head.setMinimumHeight(theme.px(high))
        line = QHBoxLayout(head)
        line.setContentsMargins(16 if high == 44 else 20, 0, 16, 0)
        line.setSpacing(8)
        if high > 44:
            stack = QVBoxLayout()
            stack.setSpacing(0)
            stack.addStretch()
            stack.addWidget(self._title)
            stack.addWidget(self._note)
            stack.addStretch()
            line.addLayout(stack)
        else:
            line.addWidget(self._title)
            line.addWidget(self._note)
        line.addStretch()
        if action is not None:
            line.addWidget(action)
        return head

    def set_title(self, title: str, note: str = "") -> None:
        """Change the words of the head."""
        self._title.setText(title)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self.setAccessibleName(title)

    def add(self, widget: QWidget, *, margins: tuple[int, int, int, int] = (16, 12, 16, 12)) -> QWidget:
        """Put a widget into the card with the usual room round it; returns the widget."""
        box = QWidget(self)
        inner = QVBoxLayout(box)
        inner.setContentsMargins(*margins)
        inner.addWidget(widget)
        self._append(box)
        return widget

    def add_row(self, row: QWidget) -> QWidget:
        """Put a row over the whole width, a hairline above it unless it is the first thing in a headless card."""
        self._append(row)
        return row

    def add_sentence(self, text: str) -> None:
        """The one muted sentence of an empty card."""
        self.add(plain_label(text, "body", "muted", wrap=True))

    def clear(self) -> None:
        """Take out everything under the head."""
        for row in self._rows:
            self.body.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows.clear()

    def _append(self, box: QWidget) -> None:
        if self._rows or not self._head.isHidden():
            line = hline()
            self.body.addWidget(line)
            self._rows.append(line)
        self.body.addWidget(box)
        self._rows.append(box)


class Well(QFrame):
    """A quiet box on ``surface-2`` for a "because" sentence; ``body`` is its layout."""

    def __init__(self, text: str = "", parent: QWidget | None = None):
        super().__init__(parent)
        self.setProperty("kit", "well")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(12, 10, 12, 10)
        self._label = hidden_if_empty(plain_label(text, wrap=True, select=True))
        self.body.addWidget(self._label)

    def set_text(self, text: str) -> None:
        """Show a sentence."""
        self._label.setText(text)
        self._label.setVisible(bool(text))


class Row(Reflow):
    """A row of a card, left to right, 16 px inset, ``high`` px at least; it stacks where there is no room.

    ``Row(avatar, name, 1, button)``: parts are widgets, or an int for a stretch. ``line`` is its layout.
    """

    def __init__(self, *parts: QWidget | int, high: int = 40, parent: QWidget | None = None):
        super().__init__(*parts, parent=parent)
        self.setMinimumHeight(theme.px(high))
        self.line.setContentsMargins(16, 4, 16, 4)


class Avatar(QWidget):
    """A person's initials in a circle; the name is spoken, not painted."""

    def __init__(self, name: str = "", size: int = 24, parent: QWidget | None = None):
        super().__init__(parent)
        self._side = size
        self._name = name
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_name(name)

    def set_name(self, name: str) -> None:
        """Show somebody else."""
        self._name = name
        self.setAccessibleName(name)
        self.update()

    def sizeHint(self) -> QSize:
        """Square, growing with the text."""
        return QSize(theme.px(self._side), theme.px(self._side))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint circle and letters."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme.colour("surface_2"))
        painter.setPen(QPen(theme.colour("hairline"), 1))
        painter.drawEllipse(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        face = theme.font("caption-strong")
        face.setPixelSize(max(10, round(self.width() * (0.42 if self._side < 32 else 0.37))))
        painter.setFont(face)
        painter.setPen(theme.colour("muted"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words.initials(self._name))
