"""Asking for files without stopping the program: the system's own dialog, opened and answered later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

SHARE_FILES = "Share files (*.bursar)"
PDF_FILES = "PDF (*.pdf)"


class FileAsk:
    """Asks for files above a window. Every method returns at once; ``then`` is called when the person has chosen.

    A page keeps one as ``files``, so that a test can put another in its place.
    """

    def __init__(self, parent: QWidget):
        self._parent = parent

    def save(self, title: str, suggested: Path, kinds: str, then: Callable[[Path], object]) -> None:
        """Where to save, with a good name already there; the kind's ending is added when it is missing."""
        dialog = QFileDialog(self._parent, title, str(suggested.parent), kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suggested.suffix.removeprefix("."))
        dialog.selectFile(suggested.name)
        self._open(dialog, lambda chosen: then(chosen[0]))

    def open_files(self, title: str, folder: Path, kinds: str, then: Callable[[list[Path]], object]) -> None:
        """One file or more that exist."""
        dialog = QFileDialog(self._parent, title, str(folder), f"{kinds};;All files (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        self._open(dialog, then)

    def open_folder(self, title: str, folder: Path, then: Callable[[Path], object]) -> None:
        """A folder that exists."""
        dialog = QFileDialog(self._parent, title, str(folder))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._open(dialog, lambda chosen: then(chosen[0]))

    def _open(self, dialog: QFileDialog, then: Callable[[list[Path]], object]) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: then([Path(name) for name in dialog.selectedFiles()]))
        dialog.open()


def dropped_paths(data: QMimeData) -> list[Path]:
    """The files and folders somebody is dragging; empty for anything that is not a file of this computer."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def names_of(paths: Sequence[Path]) -> str:
    """What was chosen, in words: a folder by its name, one file by its name, else how many."""
    if len(paths) == 1:
        return f"the folder “{paths[0].name}”" if paths[0].is_dir() else f"“{paths[0].name}”"
    return f"{len(paths)} files"
