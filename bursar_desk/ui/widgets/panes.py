"""Details open beside, never on top: the split page and the pane with a fixed head and foot."""

from __future__ import annotations

from collections.abc import Iterable

import shiboken6
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from bursar_desk.ui import theme
from bursar_desk.ui.widgets.buttons import IconButton
from bursar_desk.ui.widgets.labels import ground, plain_label


def focus_into(parts: Iterable[QWidget]) -> bool:
    """Focus the first thing in these parts that Tab can reach; False when there is none."""
    for part in parts:
        for widget in (part, *part.findChildren(QWidget)):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.isEnabled():
                widget.setFocus(Qt.FocusReason.TabFocusReason)
                return True
    return False


class Scroller(QScrollArea):
    """A column that scrolls up and down only; put widgets into ``body``. It is no Tab stop itself."""

    def __init__(self, margins: tuple[int, int, int, int] = (24, 8, 24, 24), spacing: int = 16):
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setProperty("kit", "scrolled")
        self.body = QVBoxLayout(inner)
        self.body.setContentsMargins(*margins)
        self.body.setSpacing(spacing)
        self.setWidget(inner)
        self.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)

    def minimumSizeHint(self) -> QSize:
        """A line or two at least: heads and feet keep their height in a low window, this part gives way."""
        return QSize(super().minimumSizeHint().width(), 40)


class DetailPane(QWidget):
    """A pane of details: head with title and close, a middle that scrolls (``body``) and a fixed foot (``foot``).

    ``closed`` fires on the cross and on Esc. Sections of ``body`` end at the pane's edge.
    """

    closed = Signal()

    def __init__(self, title: str = "", *, width: int = 336, padding: int = 20, parent: QWidget | None = None):
        super().__init__(parent)
        ground(self, "surface")
        self._wide = width
        self.setMinimumWidth(min(width, 296))
        self._title = plain_label(title, "subtitle", wrap=True, select=True)
        self.close_button = IconButton("x", "Close details", on_click=self.closed.emit)
        head = QHBoxLayout()
        head.setContentsMargins(padding, 16, padding - 6, 8)
        head.setSpacing(8)
        head.addWidget(self._title, 1)
        self._head = head
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._scroller = Scroller((padding, 0, padding, padding), 12)
        self.body = self._scroller.body
        self._foot = QFrame()
        self._foot.setProperty("kit", "foot")
        self.foot = QHBoxLayout(self._foot)
        self.foot.setContentsMargins(padding, 12, padding, 12)
        self.foot.setSpacing(8)
        self._foot.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._scroller, 1)
        column.addWidget(self._foot)

    @property
    def title(self) -> str:
        """The title shown."""
        return self._title.text()

    def set_title(self, title: str) -> None:
        """Show another title."""
        self._title.setText(title)
        self.setAccessibleName(title)

    def add_to_head(self, widget: QWidget) -> QWidget:
        """Put a chip beside the title."""
        self._head.insertWidget(1, widget, 0, Qt.AlignmentFlag.AlignVCenter)
        return widget

    def add_to_foot(self, widget: QWidget, stretch: int = 0) -> QWidget:
        """Put a button into the foot, which then shows; the pane's main action comes first and is filled."""
        self._foot.show()
        self.foot.addWidget(widget, stretch)
        return widget

    @property
    def inside(self) -> list[QWidget]:
        """Where the focus goes on opening: the first field of the middle, else the first button of the foot."""
        return [self._scroller, self._foot, self.close_button]

    def sizeHint(self) -> QSize:
        """As wide as asked for."""
        return QSize(theme.px(self._wide), 400)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes; what was typed stays in the page's care."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)


class SplitPane(QSplitter):
    """A list and, beside it, its details when there are any. In a narrow window the details take the whole width."""

    detail_closed = Signal()

    NARROW = 720

    def __init__(self, main: QWidget, parent: QWidget | None = None):
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setHandleWidth(5)
        self.setChildrenCollapsible(False)
        self._main = main
        self._detail: QWidget | None = None
        self._back: QWidget | None = None
        self._open = False
        main.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.addWidget(main)
        self.setStretchFactor(0, 1)

    @property
    def detail(self) -> QWidget | None:
        """The details open now, None when closed."""
        return self._detail if self._open else None

    def show_detail(self, detail: QWidget, *, focus: bool = False) -> None:
        """Open details beside the list. The same pane may be shown again and again; another one replaces it for good.

        A ``DetailPane``'s cross and Esc close it. ``focus`` moves the focus to the pane's first field.
        """
        if self._detail is not detail:
            self._replace(detail)
        if not self._open:
            self._back = self._main.focusWidget()
            self._open = True
            wide = detail.sizeHint().width()
            self.setSizes([max(1, self.width() - wide), wide])
        detail.show()
        self._fit()
        if focus:
            focus_into(detail.inside if isinstance(detail, DetailPane) else [detail])

    def hide_detail(self) -> None:
        """Close the details; the focus goes back to the list where it was."""
        if not self._open or self._detail is None:
            return
        self._open = False
        self._detail.hide()
        self._fit()
        # the list may have been built anew meanwhile, and what had the focus in it is no more
        back = self._back if self._back is not None and shiboken6.isValid(self._back) else self._main
        back.setFocus()
        self.detail_closed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose between side by side and one at a time."""
        super().resizeEvent(event)
        self._fit()

    def _replace(self, detail: QWidget) -> None:
        if self._detail is not None:
            self._detail.hide()
            self._detail.setParent(None)
            self._detail.deleteLater()
        self._detail = detail
        self.addWidget(detail)
        self.setStretchFactor(1, 0)
        if isinstance(detail, DetailPane):
            detail.closed.connect(self.hide_detail)

    def _fit(self) -> None:
        wide_enough = self.width() >= theme.px(self.NARROW)
        self._main.setVisible(not self._open or wide_enough)
