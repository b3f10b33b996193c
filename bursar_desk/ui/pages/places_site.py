"""The emergency sheet: its lines under their headings, each to change or take away; what is missing is said."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import site_sheet
from bursar_desk.ui.pages.places_form_base import SavePane, empty
from bursar_desk.ui.widgets import Button, IconButton, MessageStrip, Picker, Scroller, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.places import PlaceNode
    from db.queries.schools import SiteNoteRow

NEVER = "Never on it: alarm codes, home addresses, names of pupils. Codes are given in person."


class SitePart(QWidget):
    """``edit_wanted(line or None, kind)``, ``remove_wanted(id)``, ``paper_wanted(name, make)``."""

    edit_wanted = Signal(object, str)
    remove_wanted = Signal(object)
    paper_wanted = Signal(str, object)

    def __init__(self, *, writes: bool):
        super().__init__()
        self._writes = writes
        self._site: bytes | None = None
        self._sites: list[PlaceNode] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._scroller = Scroller((24, 16, 24, 24), 8)
        column.addWidget(self._scroller)

    def show_lines(self, notes: Sequence[SiteNoteRow], nodes: Sequence[PlaceNode]) -> None:
        """Show every line under its heading."""
        body = self._scroller.body
        empty(body)
        top = QWidget()
        line = QHBoxLayout(top)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(plain_label(f"One page for the office wall and every cover pack. {NEVER}", "body", "muted",
                                   wrap=True), 1)  # fmt: skip
        self._sites = [one for one in nodes if one.row.kind == "site"]
        known = [None, *(one.id for one in self._sites)]
        if len(self._sites) > 1:
            picker = Picker([(None, "All sites"), *((one.id, one.row.name) for one in self._sites)])
            picker.setAccessibleName("Site of the sheet")
            picker.set_key(self._site if self._site in known else None)
            picker.picked.connect(partial(self._other_site, notes, nodes))
            line.addWidget(picker)
        if self._site not in known:
            self._site = None
        notes = [one for one in notes if self._site is None or one.place in (None, self._site)]
        line.addWidget(Button("Save the sheet", "filled", icon="printer", on_click=self._print))
        body.addWidget(top)
        absent = site_sheet.missing(notes)
        if absent:
            body.addWidget(
                MessageStrip("soon", "The sheet is not complete.", f"Still missing: {words.listing(absent)}.")
            )
        names = {one.id: one.row.name for one in nodes}
        for kind in site_sheet.KINDS:
            body.addWidget(self._kind(kind, [one for one in notes if one.kind == kind.code], names))
        body.addStretch()

    @property
    def choice(self) -> tuple[Sequence[PlaceNode], bytes | None]:
        """The sites there are, and the one that is shown."""
        return self._sites, self._site

    def _kind(self, kind: site_sheet.NoteKind, notes: Sequence[SiteNoteRow], names: dict[bytes, str]) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 8, 0, 0)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        grid.addWidget(plain_label(kind.heading, "strong"), 0, 0)
        if self._writes:
            add = Button(
                "Add line", "text", size=32, icon="plus", on_click=partial(self.edit_wanted.emit, None, kind.code)
            )
            add.setAccessibleName(f"Add line: {kind.heading}")
            grid.addWidget(add, 0, 1, 1, 2, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(hline(), 1, 0, 1, 3)
        for row, one in enumerate(notes, 2):
            where = f" ({names[one.place]})" if one.place in names else ""
            grid.addWidget(
                plain_label(one.words + where, wrap=True, select=True), row, 0, Qt.AlignmentFlag.AlignVCenter
            )
            if self._writes:
                change, away = partial(self.edit_wanted.emit, one, kind.code), partial(self.remove_wanted.emit, one.id)
                grid.addWidget(IconButton("pencil", f"Change “{one.words}”", on_click=change), row, 1)
                grid.addWidget(IconButton("trash-2", f"Take “{one.words}” away", on_click=away), row, 2)
        if not notes:
            grid.addWidget(plain_label(f"For example: {kind.example}", "body", "muted", wrap=True), 2, 0)
        return box

    def _print(self) -> None:
        site = self._site
        self.paper_wanted.emit("site-sheet.pdf", lambda desk, path: site_sheet.write(desk, path, site))

    def _other_site(self, notes: Sequence[SiteNoteRow], nodes: Sequence[PlaceNode], site: object) -> None:
        """Show the lines of one site and those that are for all."""
        self._site = site if isinstance(site, bytes) else None
        self.show_lines(notes, nodes)


class LinePane(SavePane):
    """One line of the sheet, new or to change; what may not stand there is said beside the field.

    ``sites``: the sites of a school that has several; a new line is for one of them or for all.
    """

    def __init__(self, note: object, kind: str, sites: Sequence[PlaceNode] = (), site: bytes | None = None):
        self._note: SiteNoteRow | None = note  # type: ignore[assignment]  # a signal carries it without its type
        super().__init__("Change the line" if note else "Add a line", "Save line", width=380)
        self.kind = Picker([(one.code, one.heading) for one in site_sheet.KINDS])
        self.kind.set_key(kind)
        self.kind.setEnabled(note is None)
        self.text = QLineEdit(self._note.words if self._note is not None else "")
        self.text.setMaxLength(site_sheet.LONGEST)
        self.form.add("kind", "Under which heading", self.kind)
        self.site = Picker([(None, "All sites"), *((one.id, one.row.name) for one in sites)])
        self.site.set_key(site)
        if len(sites) > 1 and note is None:
            self.form.add("site", "For", self.site)
        self.form.add("words", "What it says", self.text, f"For example: {site_sheet.BY_CODE[kind].example}")
        self.body.addWidget(plain_label(NEVER, "caption", "muted", wrap=True))
        self.body.addStretch()

    def submit(self) -> None:
        """Save it."""
        kind, text, note = str(self.kind.key()), self.text.text(), self._note
        chosen = self.site.key()
        site = chosen if isinstance(chosen, bytes) else None
        why = site_sheet.refusal(kind, text)

        def work(desk: Desk) -> tuple[Changes, str]:
            if note is not None:
                return site_sheet.change(desk, note.id, text)[1], "The line is changed."
            return site_sheet.add(desk, kind, text, site=site)[1], "The line is added."

        self.hand_over(work, {"words": why} if why else {})
