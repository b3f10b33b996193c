"""Evidence beside a record: what proves it, as lines with small pictures; add by button, drop or paste, or link."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from bursar_desk.services import enclosures, evidence, evidence_pictures
from bursar_desk.services.evidence import EvidenceLine, Kept
from bursar_desk.services.evidence_pictures import SmallPicture
from bursar_desk.ui import theme
from bursar_desk.ui.pages.evidence_files import FOLDER, FilesPicker, Tray
from bursar_desk.ui.pages.kept_choices import keep_folder, kept_folder
from bursar_desk.ui.status_marks import OVERDUE, SOON, StatusChip
from bursar_desk.ui.widgets import IconButton, IconView, Picker, Reflow, plain_label
from bursar_desk.ui.widgets.elided import ElidedLabel
from bursar_desk.ui.widgets.picture import PictureView

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.enclosures import Enclosure
    from bursar_desk.ui.pages.base import DeskContext
    from bursar_desk.ui.widgets.file_asks import FileAsk
    from reports.saving import Written

__all__ = ["EvidenceStrip", "FilesPicker", "Tray", "note_of", "picture_of", "save_a_copy", "thumb"]

THUMB: Final = 40


class EvidenceStrip(QWidget):
    """What is evidence for one record: lines with a small picture; add by button, drop or paste; link one we have.

    It reads by itself: ``show_row(table, row)`` moves it, ``reload()`` reads again. ``files`` may be replaced.
    """

    def __init__(self, context: DeskContext, table: str, row: bytes, *, kind: str = "certificate"):
        super().__init__()
        self.context, self._kind = context, kind
        self._about = (table, row)
        self.lines: tuple[EvidenceLine, ...] = ()
        self._rows: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._none = plain_label("Nothing is kept here yet.", "body", "muted")
        self.picker = FilesPicker(context, words="Add photo or file")
        self.picker.changed.connect(self._gathered)
        self.others = Picker([(None, "Link one we have")])
        self.others.setAccessibleName("Link one we have")
        self.others.picked.connect(self._link)
        self._column.addWidget(self._none)
        self._column.addWidget(self.picker)
        self._column.addWidget(self.others)
        self.setAccessibleName("Evidence")
        writes = not (context.facts.guest or context.facts.office)
        self.picker.setVisible(writes)
        self.others.setVisible(False)
        self._column.addStretch()
        context.changed.connect(self._changed)
        self.reload()

    @property
    def files(self) -> FileAsk:
        """What asks for files."""
        return self.picker.files

    def show_row(self, table: str, row: bytes) -> None:
        """Show the evidence of another record."""
        self._about = (table, row)
        self.picker.set_tray(Tray())
        self.reload()

    def reload(self) -> None:
        """Read again; what is on the screen stays until then."""
        about = self._about

        def work(desk: Desk) -> _Read:
            lines = evidence.of(desk, *about)
            known = {one.id for one in lines}
            ours = [] if desk.is_guest else [one for one in evidence.listing(desk) if one.id not in known]
            pictures = {
                one.id: small
                for one in lines
                if one.files and (small := evidence_pictures.small_picture(desk, one.files[0], 2 * THUMB)) is not None
            }
            return _Read(about, lines, tuple((one.id, one.title) for one in ours), pictures)

        self.context.run(self, work, self._fill)

    def _fill(self, read: _Read) -> None:
        if read.about != self._about:
            return
        self.lines = read.lines
        self._none.setVisible(not read.lines)
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(one, read.pictures.get(one.id)) for one in read.lines]
        for n, row in enumerate(self._rows):
            self._column.insertWidget(n, row)
        self.others.set_choices([(None, "Link one we have"), *read.others])
        self.others.set_key(None)
        self.others.setVisible(bool(read.others) and not self.context.facts.guest and not self.context.facts.office)

    def _row(self, line: EvidenceLine, picture: SmallPicture | None) -> QWidget:
        title = ElidedLabel(line.title, "strong")
        note = ElidedLabel(note_of(line), "caption", "muted")
        said = QWidget()
        stack = QVBoxLayout(said)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        stack.addStretch()
        stack.addWidget(title)
        stack.addWidget(note)
        stack.addStretch()
        parts: list[QWidget] = [thumb(picture), said]
        if line.state:
            look = OVERDUE if line.state == "out" else SOON
            parts.append(StatusChip(look, line.runs_out(self.context.today)))
        if line.files:
            copy = partial(self._copy, line.files[0])
            parts.append(IconButton("download", f"Save a copy of {line.title}", on_click=copy))
        if line.ours and not self.context.facts.guest:
            away = partial(self._unlink, line)
            parts.append(IconButton("x", f"No longer link {line.title} here", on_click=away))
        row = Reflow(*parts, spacing=8)
        row.line.setStretch(1, 1)
        row.setFixedHeight(max(theme.px(48), row.sizeHint().height()))
        row.setAccessibleName(f"{line.title}. {note_of(line)}")
        return row

    # --- what the person does ---

    def _gathered(self) -> None:
        """Files were kept: write each as a document of its own; one that is here already is linked, not copied."""
        tray = self.picker.tray
        if not tray.entries or any(one.kept is None for one in tray.entries):
            return
        about, kind = self._about, self._kind
        many = tray.files()
        self.picker.set_tray(Tray())

        def work(desk: Desk) -> list[tuple[Changes, str]]:
            return [_add(desk, one, about, kind) for one in many]

        def added(done: list[tuple[Changes, str]]) -> None:
            for changes, sentence in done:
                self.context.acted(changes, sentence, origin=self)
            self.reload()

        self.context.run(self, work, added)

    def _link(self, key: object) -> None:
        if not isinstance(key, bytes):
            return
        about = self._about

        def linked(changes: Changes) -> None:
            self.context.acted(changes, "Linked.", origin=self)
            self.reload()

        self.context.run(self, lambda desk: evidence.link(desk, key, [about]), linked)

    def _unlink(self, line: EvidenceLine) -> None:
        about = self._about

        def gone(changes: Changes) -> None:
            self.context.acted(changes, f"{words.quoted(line.title)} is no longer linked here.", origin=self)
            self.reload()

        self.context.run(self, lambda desk: evidence.unlink(desk, line.id, [about]), gone)

    def _copy(self, file: Enclosure) -> None:
        save_a_copy(self.context, self, self.files, file)

    def _changed(self, changes: object, origin: object) -> None:
        touched = getattr(changes, "touches", None)
        if origin is not self and touched is not None and touched("evidence", "evidence_file", "evidence_link"):
            self.reload()


@dataclass(frozen=True, slots=True)
class _Read:
    """What the strip shows, and for which record it was read."""

    about: tuple[str, bytes]
    lines: tuple[EvidenceLine, ...]
    others: tuple[tuple[bytes, str], ...]
    pictures: dict[bytes, SmallPicture]


def _add(desk: Desk, kept: Kept, about: tuple[str, bytes], kind: str) -> tuple[Changes, str]:
    if kept.already is not None:
        return evidence.link(desk, kept.already, [about]), f"{kept.told} It is linked here now."
    picture = kept.file.type in ("jpeg", "png")
    made = evidence.add(desk, kept, kind="photo" if picture else kind, about=[about])
    return made.changes, made.sentence


def picture_of(small: SmallPicture) -> QImage:
    """A small picture as Qt draws it."""
    drawn = QImage(small.points, small.wide, small.high, 4 * small.wide, QImage.Format.Format_RGBA8888)
    return drawn.copy()


def thumb(small: SmallPicture | None, side: int = THUMB) -> QWidget:
    """A small picture, or the sign of a paper."""
    if small is None:
        return IconView("file-text", "muted", 24)
    made = PictureView(theme.px(side), theme.px(side), "Small picture")
    made.setFixedSize(theme.px(side), theme.px(side))
    made.set_picture(picture_of(small))
    return made


def note_of(line: EvidenceLine) -> str:
    """The quieter line: "Certificate · No. 123 · dated 4 Nov 2026 · runs out 4 Nov 2027 · PDF, 1.2 MB"."""
    parts = [line.kind_words]
    if line.number:
        parts.append(f"No. {line.number}")
    if line.dated:
        parts.append(f"dated {words.short_date(line.dated)}")
    if line.expires_on and not line.state:
        parts.append(f"runs out {words.short_date(line.expires_on)}")
    if len(line.revisions) > 1:
        parts.append(f"revision {len(line.revisions)}")
    parts += [one.words if one.here else evidence.NOT_HERE for one in line.files[:1]]
    return " · ".join(parts)


def save_a_copy(context: DeskContext, owner: QWidget, ask: FileAsk, file: Enclosure) -> None:
    """Ask where a copy goes; it is opened by the computer's own viewer, never in here."""
    if not file.here:
        context.problem.emit(UserError(f"“{file.name}” is not here yet.", "Nothing was saved.", file.missing))
        return

    def told(saved: Written) -> None:
        context.tell(f"{saved.file.name} is saved.", undo=False)

    def save(path: Path) -> None:
        keep_folder(FOLDER, path)
        context.run(owner, lambda desk: enclosures.save_copy(desk, file, path), told)

    kinds = f"{file.words.split(',')[0]} (*{Path(file.name).suffix or '.*'})"
    ask.save("Save a copy", kept_folder(FOLDER) / file.name, kinds, save)
