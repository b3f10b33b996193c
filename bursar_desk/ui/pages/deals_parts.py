"""The parts of the page of group deals: what each has to read, to show, and to offer as its own action."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.ui.widgets import Scroller, ground

if TYPE_CHECKING:
    from pathlib import Path

    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskContext
    from bursar_desk.ui.pages.faults_form import FormPane


class Host(Protocol):
    """What a part asks of the page it stands on."""

    @property
    def context(self) -> DeskContext:
        """The desk."""

    def open_pane(self, pane: QWidget, *, focus: bool = False) -> None:
        """Show details beside."""

    def open_form(self, pane: FormPane) -> None:
        """Show a form beside; it goes once it is saved."""

    def shown_pane(self) -> QWidget | None:
        """What stands beside now."""

    def do(self, work: Callable[[Desk], tuple[Any, Any]], said: str) -> None:
        """Write something, say it, offer to take it back."""

    def save_file(self, facts: object) -> None:
        """Ask where a copy of a file goes."""

    def ask_paper(self, name: str, write: Callable[[Desk, Path], object]) -> None:
        """Ask where a paper goes, and write it."""


class Part(QWidget):
    """One segment. ``read`` runs on the database worker and touches no widget; ``fill`` shows what it returned."""

    key: ClassVar[str] = ""
    title: ClassVar[str] = ""
    scrolls: ClassVar[bool] = True

    def __init__(self, host: Host):
        super().__init__()
        self.host, self.context = host, host.context
        self.data: Any = None
        ground(self, "bg" if self.scrolls else "surface")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8 if self.scrolls else 0, 0, 0)
        column.setSpacing(0)
        if self.scrolls:
            scroller = Scroller()
            self.body = scroller.body
            column.addWidget(scroller)
        else:
            self.body = column
        self.build()

    def build(self) -> None:
        """Make the widgets, once."""

    def read(self, desk: Desk) -> Any:
        """Read what it shows."""
        raise NotImplementedError

    def fill(self, data: Any) -> None:
        """Show it."""
        raise NotImplementedError

    @property
    def bare(self) -> bool:
        """Whether there is nothing yet: then the empty page itself offers the action."""
        return False

    def note(self) -> str:
        """The sentence beside the page's title."""
        return ""

    def action(self) -> tuple[str, Callable[[], object]] | None:
        """The words of the page's main button here and what it does; None where there is nothing to do."""
        return None
