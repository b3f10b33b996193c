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
        self._title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._title.setWordWrap(False)
        self._note = hidden_if_empty(plain_label(note, "body", "muted"))
        # The note stands on the title's base line: its own is higher by about this much.
        self._note.setContentsMargins(0, 7, 0, 0)
        self._right = QWidget(self)
        self._line = QHBoxLayout(self._right)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(12)
        self._stacked: bool | None = None
        self._grid.addWidget(self._title, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(self._note, 0, 1, Qt.AlignmentFlag.AlignVCenter)
        self._grid.setColumnStretch(2, 1)
        self._place(stacked=False)
        self.setMinimumHeight(theme.px(72))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

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
        right = self._right.sizeHint().width()
        note = self._note.sizeHint().width() + 12 if not self._note.isHidden() else 0
        wanted = self._title.sizeHint().width() + note + right + 12 + 48
        self._place(stacked=bool(self._line.count()) and wanted > self.width())

    def _place(self, *, stacked: bool) -> None:
        if stacked == self._stacked:
            return
        self._stacked = stacked
        self._grid.removeWidget(self._right)
        if stacked:
            self._grid.addWidget(self._right, 1, 0, 1, 4)
        else:
            self._grid.addWidget(self._right, 0, 3)
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """A long title may be cut rather than push the window wider."""
        hint = super().minimumSizeHint()
        hint.setWidth(min(hint.width(), max(320, self._right.minimumSizeHint().width() + 48)))
        return hint
