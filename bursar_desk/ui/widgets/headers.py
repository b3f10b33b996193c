"""The head of a page: the sentence or title first, its note beside it, then find box and buttons at the right."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from bursar_desk.ui import theme
from bursar_desk.ui.widgets.labels import ground, hidden_if_empty, plain_label


class PageHeader(QFrame):
    """72 px high: title 28/36, note 14 muted on the same line, right-hand parts 40 high and 12 apart.

    In a narrow window the right-hand parts move to a second line, so nothing is cut at 200 %. ``on_surface`` puts the
    header on the surface with a hairline below, for list pages.
    """

    def __init__(self, title: str, note: str = "", *, on_surface: bool = False, parent: QWidget | None = None):
        super().__init__(parent)
        self.setProperty("kit", "header")
        ground(self, "surface" if on_surface else "bg")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(24, 12, 24, 12 if on_surface else 4)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._title = plain_label(title, "title")
        self._note = hidden_if_empty(plain_label(note, "body", "muted"))
        self._right = QWidget(self)
        self._line = QHBoxLayout(self._right)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(12)
        self._placed: tuple[bool, bool] | None = None
        self._grid.setColumnStretch(2, 1)
        self._place(right_below=False, note_below=False)
        self.setMinimumHeight(theme.px(72))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    @property
    def title(self) -> str:
        """The title shown."""
        return self._title.text()

    def set_title(self, title: str) -> None:
        """Change the sentence."""
        self._title.setText(title)
        self._fit()

    def set_note(self, note: str) -> None:
        """Change the note beside it."""
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self._fit()

    def add(self, widget: QWidget) -> QWidget:
        """Put a find box, a button or anything 40 px high at the right; returns it."""
        self._line.addWidget(widget)
        self._fit()
        return widget

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Move the right-hand parts below when there is no room beside the title."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self.width() < 200:
            return
        room = self.width() - 48
        title = self._title.fontMetrics().horizontalAdvance(self._title.text()) + 4
        note = 0 if self._note.isHidden() else self._note.fontMetrics().horizontalAdvance(self._note.text()) + 16
        right = self._right.sizeHint().width() + 12 if self._line.count() else 0
        self._place(right_below=bool(right) and title + note + right > room, note_below=title + note > room)

    def _place(self, *, right_below: bool, note_below: bool) -> None:
        """Put note and right-hand parts beside the title or below it; a title alone in its line may wrap."""
        if (right_below, note_below) == self._placed:
            return
        self._placed = (right_below, note_below)
        for part in (self._title, self._note, self._right):
            self._grid.removeWidget(part)
        middle = Qt.AlignmentFlag.AlignVCenter
        self._title.setWordWrap(note_below)
        self._title.setSizePolicy(
            QSizePolicy.Policy.Preferred if note_below else QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Minimum
        )
        self._note.setWordWrap(note_below)
        # Beside the title the note stands on the same base line, its own being higher by about this much.
        self._note.setContentsMargins(0, 0 if note_below else 7, 0, 0)
        if note_below:
            self._grid.addWidget(self._title, 0, 0, 1, 4)
            self._grid.addWidget(self._note, 1, 0, 1, 4)
        else:
            self._grid.addWidget(self._title, 0, 0, middle)
            self._grid.addWidget(self._note, 0, 1, middle)
        if right_below:
            self._grid.addWidget(self._right, 2, 0, 1, 4)
        else:
            self._grid.addWidget(self._right, 0, 3)
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """A long title wraps rather than push the window wider; the height is never squeezed."""
        least = max(240, self._right.minimumSizeHint().width() + 48)
        high = self._grid.heightForWidth(max(self.width(), least)) if self._grid.hasHeightForWidth() else 0
        return QSize(least, max(high, self._grid.sizeHint().height() if not high else 0, theme.px(72)))
