"""Files gathered for a record not saved yet: chosen, dropped or pasted; kept as jobs, so that saving never waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QIODevice, QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.domain.errors import UserError
from bursar_desk.services import evidence
from bursar_desk.services.evidence import Kept
from bursar_desk.ui.pages.kept_choices import keep_folder, kept_folder
from bursar_desk.ui.widgets import Button, IconButton, IconView, Reflow, plain_label, set_ink
from bursar_desk.ui.widgets.elided import ElidedLabel
from bursar_desk.ui.widgets.file_asks import FileAsk, dropped_paths

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskContext

FOLDER: Final = "evidence"
KINDS: Final = "Photos, PDF, documents (*.jpg *.jpeg *.png *.pdf *.docx *.xlsx *.txt *.msg *.eml)"
PASTED: Final = "pasted picture.png"
_PLAIN: Final = "Or drop it here, or paste a picture. Photos lose the place and camera they came from."


@dataclass(eq=False)
class Entry:
    """One file on its way: ``kept`` once it lies beside the register, ``problem`` when it cannot."""

    name: str
    kept: Kept | None = None
    problem: UserError | None = None


@dataclass(eq=False)
class Tray:
    """Files gathered for a record that is not saved yet. Keep it with the draft, and hand it back to a picker.

    Files are kept on the database worker, first come first served: whatever is saved on that worker afterwards finds
    in ``files()`` all that could be kept, without anybody waiting for it.
    """

    entries: list[Entry] = field(default_factory=list)

    def files(self) -> list[Kept]:
        """What is kept by now; on the database worker that is everything put in before."""
        return [one.kept for one in self.entries if one.kept is not None]

    @property
    def count(self) -> int:
        """How many files there are, those on their way included."""
        return sum(one.problem is None for one in self.entries)


class FilesPicker(QWidget):
    """Gathers files, photos and pasted pictures for a record that is still being typed. One click, drop or paste.

    ``changed()`` when there are more or fewer. In the work that saves: ``evidence.write(act, desk, tray.files(), ...)``
    for ``picker.tray``, if there are any; then ``clear()``. ``files`` (a ``FileAsk``) may be replaced in a test.
    """

    changed = Signal()

    def __init__(
        self, context: DeskContext, tray: Tray | None = None, *, words: str = "Add photo or file", size: int = 40
    ):
        super().__init__()
        self.context = context
        self.files = FileAsk(self)
        self.tray = tray or Tray()
        self.setAcceptDrops(True)
        self._rows: list[QWidget] = []
        self._refused = ""
        self.button = Button(words, icon="camera", size=size, on_click=self.choose)
        self.paste_button = Button("Paste picture", "text", icon="copy", size=32, on_click=self.paste)
        self._note = plain_label(_PLAIN, "caption", "muted", wrap=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(Reflow(self.button, self.paste_button, 1, spacing=8))
        self._column.addWidget(self._note)
        self.setFocusProxy(self.button)
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.paste)
        QGuiApplication.clipboard().dataChanged.connect(self._clipboard)
        self._clipboard()
        self._show()

    @property
    def count(self) -> int:
        """How many files there are, those on their way included."""
        return self.tray.count

    def set_tray(self, tray: Tray) -> None:
        """Go on with the files of another draft."""
        self.tray = tray
        self._show()

    def clear(self) -> None:
        """Begin with none; those saved are the record's now."""
        self.set_tray(Tray())
        self.changed.emit()

    def choose(self) -> None:
        """Ask which files."""

        def chosen(paths: list[Path]) -> None:
            if paths:
                keep_folder(FOLDER, paths[0])
                self.take(paths)

        self.files.open_files("Add photo or file", kept_folder(FOLDER), KINDS, chosen)

    def take(self, paths: Sequence[Path]) -> None:
        """Keep files, each as a job of its own."""
        for path in paths:
            entry = Entry(path.name)
            self._begin(entry, path)

    def paste(self) -> None:
        """Keep the picture or the files on the clipboard."""
        data = _on_clipboard()
        if data is None:
            return
        picture = pasted_picture(data)
        if picture:
            self._begin(Entry(PASTED), picture)
        else:
            self.take(dropped_paths(data))

    def _begin(self, entry: Entry, what: Path | bytes) -> None:
        self.tray.entries.append(entry)
        self._refused = ""
        tray = self.tray

        def work(desk: Desk) -> None:
            try:
                entry.kept = kept_of(desk, entry.name, what)
            except UserError as refused:
                entry.problem = refused

        self.context.run(self, work, lambda _none: self._kept(tray))
        self._show()
        self.changed.emit()

    def _kept(self, tray: Tray) -> None:
        if tray is not self.tray:
            return
        refused = next((one.problem for one in tray.entries if one.problem is not None), None)
        tray.entries = [one for one in tray.entries if one.problem is None]
        same = next((one.kept.told for one in reversed(tray.entries) if one.kept is not None and one.kept.told), "")
        if refused is not None:
            self._refused = f"{refused.title} {refused.remedy}"
        self._say(self._refused, same)
        self._show()
        self.changed.emit()

    def _say(self, problem: str, told: str = "") -> None:
        self._note.setText(problem or told or _PLAIN)
        set_ink(self._note, "overdue" if problem else "muted")

    def _remove(self, entry: Entry) -> None:
        self.tray.entries.remove(entry)
        self._refused = ""
        self._say("")
        self._show()
        self.changed.emit()
        self.button.setFocus()

    def _show(self) -> None:
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        for n, entry in enumerate(self.tray.entries):
            name = entry.kept.file.name if entry.kept is not None else entry.name
            said = entry.kept.file.words if entry.kept is not None else "Being kept…"
            away = IconButton("x", f"Do not add {name}", on_click=partial(self._remove, entry))
            parts = (IconView("paperclip", "muted"), ElidedLabel(name), plain_label(said, "caption", "muted"), away)
            row = Reflow(*parts, spacing=8)
            row.line.setStretch(1, 1)
            self._rows.append(row)
            self._column.insertWidget(n, row)

    def _clipboard(self) -> None:
        data = _on_clipboard()
        self.paste_button.setVisible(data is not None and (data.hasImage() or bool(dropped_paths(data))))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and pictures may be dropped."""
        if dropped_paths(event.mimeData()) or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Keep what was dropped."""
        paths = dropped_paths(event.mimeData())
        picture = b"" if paths else pasted_picture(event.mimeData())
        if picture:
            self._begin(Entry(PASTED), picture)
        self.take(paths)
        event.acceptProposedAction()


def _on_clipboard() -> QMimeData | None:
    """What was copied; nothing where the system has no clipboard to give."""
    return QGuiApplication.clipboard().mimeData()


def kept_of(desk: Desk, name: str, what: Path | bytes) -> Kept:
    """Keep a file, or content that has none; on the database worker."""
    return evidence.keep(desk, what) if isinstance(what, Path) else evidence.keep_bytes(desk, name, what)


def pasted_picture(data: QMimeData) -> bytes:
    """The picture that was copied or dragged, as PNG; empty when there is none."""
    if not data.hasImage() or dropped_paths(data):
        return b""
    picture = data.imageData()
    if not isinstance(picture, QImage) or picture.isNull():
        return b""
    out = QBuffer()
    out.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(out, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, Qt wants words
    return bytes(out.data().data())
