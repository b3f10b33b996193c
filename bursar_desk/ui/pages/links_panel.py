"""What is linked to the record shown, one line each; a line leads to it where there is a page for it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import links
from bursar_desk.services.links import Link
from bursar_desk.ui.widgets import IconView, plain_label
from bursar_desk.ui.widgets.link_row import LinkRow

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskContext

PAGES: Final = {
    "school_check": ("checks", "check"), "defect": ("faults", "defect"), "contractor": ("faults", "contractor"),
    "permit": ("faults", "permit"), "asset": ("places", "asset"), "evidence": ("evidence", "evidence"),
    "contract": ("contracts", "contract"), "supplier": ("contracts", "supplier"),
}  # fmt: skip
"""Where each kind of record is shown: the key of the page, and the name under which it is handed the record."""
_ICONS: Final = {
    "school_check": "clipboard-check", "check_record": "circle-check", "defect": "triangle-alert", "asset": "package",
    "contractor": "hard-hat", "attendance": "user-check", "permit": "file-check", "drill": "siren",
    "evidence": "paperclip", "contract": "file-clock", "supplier": "handshake",
}  # fmt: skip


class LinksPanel(QWidget):
    """``LinksPanel(context)``; then ``show_links(links)``, or ``show_row(table, row)`` which reads them itself.

    A link without a page of its own (a record, a visit, a drill) is plain words.
    """

    def __init__(self, context: DeskContext):
        super().__init__()
        self.context = context
        self.setAccessibleName("Linked to this")
        self._about: tuple[str, bytes] | None = None
        self._rows: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addWidget(plain_label("Linked to this", "strong"))
        self._none = plain_label("Nothing is linked to it yet.", "body", "muted", wrap=True)
        self._column.addWidget(self._none)

    def show_row(self, table: str, row: bytes) -> None:
        """Read the links of a row and show them."""
        about = self._about = (table, row)

        def read(desk: Desk) -> tuple[Link, ...]:
            return links.of(desk, *about)

        self.context.run(self, read, lambda found: self._arrived(about, found))

    def _arrived(self, about: tuple[str, bytes], found: Sequence[Link]) -> None:
        if about == self._about:
            self.show_links(found)

    def show_links(self, found: Sequence[Link]) -> None:
        """Show these links."""
        self._none.setVisible(not found)
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(one) for one in found]
        for row in self._rows:
            self._column.addWidget(row)

    def _row(self, one: Link) -> QWidget:
        page, name = PAGES.get(one.kind, ("", ""))
        kind = plain_label(links.KINDS[one.kind], "caption", "muted")
        shown = plain_label(one.words, "body", "accent" if self._leads(page) else "text", wrap=True)
        day = plain_label(words.short_date(one.day), "caption", "muted")
        icon = IconView(_ICONS.get(one.kind, "link"), "muted", 20)
        if not self._leads(page):
            return _line(icon, kind, shown, day)
        row = LinkRow(one.said, partial(self.context.open_page, page, **{name: one.id}), high=36)
        row.line.setContentsMargins(0, 2, 0, 2)
        row.line.setSpacing(8)
        row.add(icon)
        row.add(kind, 72)
        row.add(shown, stretch=1)
        row.add(day)
        return row

    def _leads(self, page: str) -> bool:
        return bool(page) and page in self.context.pages


def _line(icon: QWidget, kind: QWidget, shown: QWidget, day: QWidget) -> QWidget:
    from PySide6.QtWidgets import QHBoxLayout

    from bursar_desk.ui import theme

    box = QWidget()
    line = QHBoxLayout(box)
    line.setContentsMargins(0, 2, 0, 2)
    line.setSpacing(8)
    kind.setFixedWidth(theme.px(72))
    for part in (icon, kind):
        line.addWidget(part)
    line.addWidget(shown, 1)
    line.addWidget(day)
    return box
