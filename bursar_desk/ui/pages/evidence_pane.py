"""One document beside the list: the photo or PDF itself, what it proves, its dates and owner, and every revision."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from bursar_desk.services import evidence, evidence_pictures
from bursar_desk.services.enclosure_kinds import PDF
from bursar_desk.services.evidence import KIND_WORDS, About, EvidenceLine, Revision
from bursar_desk.ui import theme
from bursar_desk.ui.pages.evidence_files import FOLDER, KINDS
from bursar_desk.ui.pages.evidence_strip import picture_of, save_a_copy
from bursar_desk.ui.pages.kept_choices import keep_folder, kept_folder
from bursar_desk.ui.status_marks import OVERDUE, SOON, StatusChip
from bursar_desk.ui.widgets import (
    Button,
    DateField,
    DetailPane,
    FieldForm,
    FieldRow,
    IconButton,
    MessageStrip,
    Picker,
    Reflow,
    hline,
    plain_label,
)
from bursar_desk.ui.widgets.elided import ElidedLabel
from bursar_desk.ui.widgets.picture import PictureView

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskContext
    from bursar_desk.ui.widgets.file_asks import FileAsk
    from bursar_desk.ui.widgets.pdf_view import PdfView

WIDE: Final = 420
HIGH: Final = 300


class EvidencePane(DetailPane):
    """Shows one ``EvidenceLine``; changes are saved by its buttons, each one act."""

    def __init__(self, context: DeskContext, files: FileAsk):
        super().__init__("", width=WIDE)
        self.context, self.files = context, files
        self.line: EvidenceLine | None = None
        self._shown: bytes = b""
        self._chip: QWidget | None = None
        self._pdf: PdfView | None = None
        self._picture = PictureView(theme.px(WIDE - 56), theme.px(HIGH))
        self._preview = QVBoxLayout()
        self._preview.addWidget(self._picture)
        self.note = plain_label("", "body", "muted", wrap=True)
        self.problem = MessageStrip("overdue", "")
        self.problem.hide()
        self._links = QVBoxLayout()
        self._links.setSpacing(4)
        self.link_to = Picker([(None, "Link to a check")])
        self.link_to.setAccessibleName("Link to a check")
        self.link_to.picked.connect(self._link)
        self._revisions = QVBoxLayout()
        self._revisions.setSpacing(4)
        self._rows: list[QWidget] = []
        self._make_form()
        self._make_foot()
        self.body.addLayout(self._preview)
        self.body.addWidget(self.note)
        self.body.addWidget(self.problem)
        for title, part in (("It proves", self._links), ("Revisions", self._revisions)):
            self.body.addWidget(hline())
            self.body.addWidget(plain_label(title, "strong"))
            self.body.addLayout(part)
            if part is self._links:
                self.body.addWidget(self.link_to)
        self._why_row = FieldRow("Why there is a new revision", self.why)
        self.body.addWidget(self._why_row)
        self.body.addWidget(self.revise_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(hline())
        self.body.addWidget(self.form)
        self.body.addStretch()

    def _make_form(self) -> None:
        def today() -> Any:
            return self.context.today

        self.form = FieldForm()
        self.title_box, self.number = QLineEdit(), QLineEdit()
        self.kind = Picker(tuple(KIND_WORDS.items()))
        self.dated = DateField("Date on it", today, needed=False)
        self.expires = DateField("Runs out on", today, needed=False)
        self.owner = Picker([(None, "Nobody")])
        self.why = QLineEdit()
        self.form.add("title", "Title", self.title_box)
        self.form.add("kind", "What it is", self.kind)
        self.form.add("number", "Number on it", self.number, optional=True)
        self.form.add("dated", "Date on it", self.dated, optional=True)
        self.form.add("expires_on", "Runs out on", self.expires, "The owner is told 60 days before.", optional=True)
        self.form.add("owner", "Who looks after it", self.owner)

    def _make_foot(self) -> None:
        self.save_button = Button("Save changes", "filled", on_click=self.save)
        self.copy_button = Button("Save a copy", icon="download", on_click=self._copy_newest)
        self.revise_button = Button("Put in a new revision", "text", icon="file-up", size=32, on_click=self.revise)
        self.add_to_foot(self.save_button)
        self.add_to_foot(self.copy_button)

    def set_choices(self, checks: Sequence[tuple[bytes, str]], people: Sequence[tuple[bytes, str]]) -> None:
        """What a document can be linked to, and who can look after it."""
        self.link_to.set_choices([(None, "Link to a check"), *checks])
        owner = self.owner.key()
        self.owner.set_choices([(None, "Nobody"), *people])
        self.owner.set_key(owner)

    def unsaved(self) -> str:
        """What was changed in the fields and not saved."""
        return words.quoted(self.line.title) if self.line is not None and self._typed() else ""

    # --- showing ---

    def show_line(self, line: EvidenceLine) -> None:
        """Show a document; what is being typed about the same one stays."""
        same = self.line is not None and self.line.id == line.id
        keep_typed = same and bool(self._typed())
        self.line = line
        self.set_title(line.title)
        if self._chip is not None:
            self._chip.hide()
            self._chip.deleteLater()
            self._chip = None
        if line.state:
            look = OVERDUE if line.state == "out" else SOON
            self._chip = self.add_to_head(StatusChip(look, line.runs_out(self.context.today)))
        entered = f"Entered on {words.long_date(line.entered_on)} by {line.said_by or 'somebody'}."
        waiting = next((one.missing for one in line.files if one.missing), "")
        parts = (f"{line.kind_words}.", entered, waiting, line.note)
        self.note.setText(" ".join(part for part in parts if part))
        if not same:
            self.problem.hide()
            self.why.clear()
        if not keep_typed:
            self._fill_form(line)
        ours = line.ours and not self.context.facts.guest
        for part in (self.form, self.save_button, self.link_to, self._why_row, self.revise_button):
            part.setVisible(ours)
        self.copy_button.setEnabled(bool(line.files))
        self._fill_rows(line, ours=ours)
        self._ask_preview(line)

    def _fill_form(self, line: EvidenceLine) -> None:
        self.title_box.setText(line.title)
        self.number.setText(line.number)
        self.kind.set_key(line.kind if line.kind in KIND_WORDS else "other")
        self.dated.set_day(line.dated)
        self.expires.set_day(line.expires_on)
        self.owner.set_key(line.owner)
        self.form.show_problems({})

    def _fill_rows(self, line: EvidenceLine, *, ours: bool) -> None:
        for row in self._rows:
            row.hide()
            row.deleteLater()
        self._rows = []
        for about in line.about:
            parts: list[QWidget] = [ElidedLabel(about.words)]
            if about.table == "school_check" and "checks" in self.context.pages:
                go = partial(self.context.open_page, "checks", check=about.row)
                parts.append(Button("Open check", "text", size=32, on_click=go))
            if ours:
                away = partial(self._unlink, about)
                parts.append(IconButton("x", f"No longer link to {about.words}", on_click=away))
            self._add_row(self._links, parts)
        if not line.about:
            self._add_row(self._links, [plain_label("Nothing yet.", "body", "muted")])
        for n, one in reversed(list(enumerate(line.revisions, 1))):
            self._add_row(self._revisions, self._revision(n, one))

    def _revision(self, number: int, one: Revision) -> list[QWidget]:
        said = f"{number}. {words.short_date(one.entered_on)}, {one.said_by}" + (f": {one.why}" if one.why else "")
        parts: list[QWidget] = [ElidedLabel(said)]
        if one.files:
            save = partial(self._copy, one)
            parts.append(IconButton("download", f"Save a copy of revision {number}", on_click=save))
        return parts

    def _add_row(self, column: QVBoxLayout, parts: list[QWidget]) -> None:
        row = Reflow(*parts, spacing=8)
        row.line.setStretch(0, 1)
        row.setMinimumHeight(theme.px(32))
        self._rows.append(row)
        column.addWidget(row)

    def _ask_preview(self, line: EvidenceLine) -> None:
        """The photo as a picture; our own PDF as its pages. What came from elsewhere is never opened but as points."""
        file = line.files[0] if line.files else None
        content = file.sha256 if file is not None and file.here else b""
        if content == self._shown:
            return
        self._shown = content
        self._picture.hide()
        if self._pdf is not None:
            self._pdf.hide()
        if file is None or not content:
            return
        ratio = 2

        def work(desk: Desk) -> object:
            if file.type == PDF and line.ours:
                return evidence.content(desk, file)
            return evidence_pictures.small_picture(desk, file, theme.px(WIDE) * ratio)

        self.context.run(self, work, partial(self._show_preview, content), self._say)

    def _show_preview(self, content: bytes, drawn: object) -> None:
        if content != self._shown:
            return
        if isinstance(drawn, evidence_pictures.SmallPicture):
            self._picture.set_picture(picture_of(drawn), f"Picture of {self.title}")
            self._picture.show()
        elif isinstance(drawn, bytes):
            from bursar_desk.ui.widgets.pdf_view import PdfView

            if self._pdf is None:
                self._pdf = PdfView("The document")
                self._pdf.setFixedHeight(theme.px(HIGH))
                self._pdf.failed.connect(self._say)
                self._preview.addWidget(self._pdf)
            self._pdf.show()
            self._pdf.set_pdf(drawn)

    def _say(self, problem: object) -> None:
        if isinstance(problem, UserError):
            self.problem.set_text(problem.title, f"{problem.safe} {problem.remedy}".strip())
            self.problem.show()

    # --- what the person does ---

    def _typed(self) -> dict[str, Any]:
        line = self.line
        if line is None:
            return {}
        now = {
            "title": self.title_box.text().strip(), "number": self.number.text().strip(), "kind": self.kind.key(),
            "dated": self.dated.day(), "expires_on": self.expires.day(), "owner": self.owner.key(),
        }  # fmt: skip
        kind = line.kind if line.kind in KIND_WORDS else "other"
        before = {
            "title": line.title, "number": line.number, "kind": kind, "dated": line.dated,
            "expires_on": line.expires_on, "owner": line.owner,
        }  # fmt: skip
        return {name: value for name, value in now.items() if value != before[name]}

    def save(self) -> None:
        """Save what was changed in the fields."""
        line, typed = self.line, self._typed()
        if line is None or not self.form.show_problems(self.form.unread_dates()):
            return
        if not typed:
            self.context.tell("Nothing was changed.", undo=False)
            return
        self._do(lambda desk: evidence.change(desk, line.id, **typed), f"{words.quoted(line.title)} is changed.")

    def revise(self) -> None:
        """Ask for the file of a new revision; the one before stays."""
        line, why = self.line, self.why.text()
        if line is None:
            return
        if not why.strip():
            self._why_row.set_message("Say in a few words what changed.")
            self.why.setFocus()
            return
        self._why_row.set_message("")

        def chosen(paths: list[Path]) -> None:
            if paths:
                keep_folder(FOLDER, paths[0])
                said = f"A new revision of {words.quoted(line.title)} is kept."
                self._do(lambda desk: evidence.revise(desk, line.id, paths[0], why), said, self.why.clear)

        self.files.open_files("Put in a new revision", kept_folder(FOLDER), KINDS, chosen)

    def _link(self, key: object) -> None:
        line = self.line
        if isinstance(key, bytes) and line is not None:
            self.link_to.set_key(None)
            self._do(lambda desk: evidence.link(desk, line.id, [("school_check", key)]), "Linked.")

    def _unlink(self, about: About) -> None:
        line = self.line
        if line is not None:
            pair = (about.table, about.row)
            self._do(lambda desk: evidence.unlink(desk, line.id, [pair]), f"No longer linked to {about.words}.")

    def _do(self, work: Any, sentence: str, then: Any = None) -> None:
        def done(changes: Changes) -> None:
            self.problem.hide()
            if self.line is not None:
                self.line = None  # what was typed is saved: the fields are filled anew
            if then is not None:
                then()
            self.context.acted(changes, sentence, origin=self)

        self.context.run(self, work, done, self._say)

    def _copy(self, revision: Revision) -> None:
        for file in revision.files[:1]:
            save_a_copy(self.context, self, self.files, file)

    def _copy_newest(self) -> None:
        if self.line is not None and self.line.revisions:
            self._copy(self.line.revisions[-1])
