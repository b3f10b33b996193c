"""What every page is: a header, a body, commands of the menu it answers to, and redrawing only while it is seen."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.ui.widgets.headers import PageHeader
from bursar_desk.ui.widgets.labels import ground
from bursar_desk.ui.widgets.panes import Scroller


class Command(enum.Enum):
    """Commands of the menu bar that act on the page shown."""

    NEW = "new"
    FILTER = "filter"
    PRINT = "print"
    EXPORT = "export"
    REFRESH = "refresh"


class Page(QWidget):
    """Base of the pages. Override ``refresh``; the frame calls ``on_changed`` after every act.

    ``scrolls=True`` (cards on the ground colour) gives a scrolling ``body``; ``scrolls=False`` (lists on the surface)
    gives a plain one with no margins, for a ``SplitPane``.
    """

    def __init__(self, title: str, note: str = "", *, scrolls: bool = True, parent: QWidget | None = None):
        super().__init__(parent)
        ground(self, "bg" if scrolls else "surface")
        self.setAccessibleName(title)
        self._stale = True
        self.header = PageHeader(title, note, on_surface=not scrolls)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        if scrolls:
            scroller = Scroller()
            column.addWidget(scroller, 1)
            self.body = scroller.body
        else:
            self.body = QVBoxLayout()
            self.body.setContentsMargins(0, 0, 0, 0)
            self.body.setSpacing(0)
            column.addLayout(self.body, 1)

    def refresh(self) -> None:
        """Read again what is shown (start a ``Job``) and redraw; keep selection and scrolling where they are."""

    def wants(self, changes: object) -> bool:  # noqa: ARG002 - for pages to narrow
        """Whether these changes touch what is shown; the careful answer is yes."""
        return True

    def commands(self) -> Mapping[Command, Callable[[], object]]:
        """The menu commands this page answers to; the others are greyed while it is shown."""
        return {}

    def open_record(self, record_id: object) -> None:
        """Show one record, when another page or the find box leads here; pages without records need not."""

    def panes(self) -> list[QWidget]:
        """The parts F6 goes round, in reading order."""
        return [self]

    def on_changed(self, changes: object, origin: object) -> None:  # noqa: ARG002 - the origin may matter to a page
        """Something was written: redraw now if seen, else when next shown."""
        if not self.wants(changes):
            return
        if self.isVisible():
            self._stale = False
            self.refresh()
        else:
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        """Redraw on being shown if anything changed meanwhile (and the first time)."""
        super().showEvent(event)
        if self._stale and not event.spontaneous():
            self._stale = False
            self.refresh()
