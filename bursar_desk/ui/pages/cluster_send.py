"""Send our file: who it is for, one file for each of them or one for all, and only they can open it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout

from bursar_desk import machine
from bursar_desk.domain import words
from bursar_desk.services import cluster_files, sharing
from bursar_desk.services.merging import SUFFIX
from bursar_desk.ui.pages.kept_choices import keep_folder, kept_folder
from bursar_desk.ui.widgets import (
    Button,
    Choice,
    DetailPane,
    MessageStrip,
    ProgressBar,
    TickBox,
    give_letters,
    plain_label,
)
from bursar_desk.ui.widgets.file_asks import SHARE_FILES, FileAsk

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from bursar_desk.domain.errors import UserError
    from bursar_desk.domain.progress import Progress
    from bursar_desk.exchange.sending import Sent
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.jobs import Job
    from bursar_desk.ui.pages.base import DeskContext
    from bursar_desk.ui.pages.cluster_data import Receiver

SENT: Final = "our files"
PART_BYTES: Final = 10_000_000
"""What most schools' post takes in one letter."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One file to write: where, and for whom."""

    path: Path
    to: tuple[bytes, ...]


def write_letters(desk: Desk, letters: Sequence[Letter], parts: int | None, steps: Progress) -> list[Sent]:
    """Write each file and remember whom all of them were for. Stopping takes the file in hand away again."""
    sent = []
    for n, letter in enumerate(letters):
        watch = _Part(steps, n, len(letters), letter.path.stem)
        watch.step("", 0, 1)
        sent.append(sharing.export(desk, letter.path, letter.to, max_bytes=parts, progress=watch))
    cluster_files.remember_receivers(desk, [school for letter in letters for school in letter.to])
    return sent


class _Part:
    """One file's part of the whole, in thousandths of a file."""

    def __init__(self, whole: Progress, n: int, files: int, name: str) -> None:
        self._whole, self._n, self._files, self._name = whole, n, files, name

    def step(self, words_now: str, done: int, total: int) -> None:
        """Pass on how far this file is."""
        del words_now
        part = min(999, 1000 * done // max(1, total))
        said = f"Writing {self._n + 1} of {self._files}: {self._name}"
        self._whole.step(said, 1000 * self._n + part, 1000 * self._files)


class SendPane(DetailPane):
    """Ticks for whoever may read something here; what they lack stands beside each. ``sent`` when files were written.

    A file for several holds only what all of them may read, so each gets a file of its own unless the person wants
    one for all.
    """

    sent = Signal()

    def __init__(self, context: DeskContext, files: Callable[[], FileAsk]):
        super().__init__("Send our file", width=448)
        self._context = context
        self._files = files
        self._receivers: tuple[Receiver, ...] = ()
        self._ticks: dict[bytes, TickBox] = {}
        self._shown: list[QWidget] = []
        self._job: Job[Any] | None = None
        self._told: MessageStrip | None = None
        self._news = QVBoxLayout()
        self.body.addLayout(self._news)
        said = "A file holds what they may read and do not have yet. Only they can open it."
        self.body.addWidget(plain_label(said, "body", "muted", wrap=True))
        self._bar_words = plain_label("", "body", "muted", wrap=True)
        self._bar = ProgressBar()
        self.stop_button = Button("Stop writing", size=32, on_click=self.stop)
        self.body.addWidget(self._bar_words)
        self.body.addWidget(self._bar)
        self.body.addWidget(self.stop_button)
        said = "Exchange cards with a school or with the cluster office first. Then it is listed here."
        self._nobody = MessageStrip("unknown", "Nobody can read your file yet", said)
        self._who = plain_label("Who is it for?", "strong")
        self.body.addWidget(self._nobody)
        self.body.addWidget(self._who)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.body.addLayout(self._list)
        self._how_words = plain_label("How many files?", "strong")
        self.each = Choice("A file for each, with all that they may read")
        self.for_all = Choice("One file for all, with what all may read")
        self._group = QButtonGroup(self)
        self.each.setChecked(True)
        for choice in (self.each, self.for_all):
            self._group.addButton(choice)
            choice.toggled.connect(lambda _on: self._follow())
        self.in_parts = TickBox(f"In parts of at most {words.file_size(PART_BYTES)}, for e-mail")
        for part in (self._how_words, self.each, self.for_all, self.in_parts):
            self.body.addWidget(part)
        self.body.addStretch()
        self.save = Button("Save the file", "filled", icon="save", on_click=self._press)
        self.add_to_foot(self.save, 1)
        self.add_to_foot(Button("Cancel", on_click=self.closed.emit))
        self._show_busy(busy=False)

    @property
    def busy(self) -> bool:
        """Whether files are being written now."""
        return self._job is not None

    # --- who ---

    def set_receivers(self, receivers: Sequence[Receiver], ticked: Sequence[bytes]) -> None:
        """Who may receive something. Ticks already here stay; at first they are as last time, or a good guess."""
        before = set(self.chosen()) if self._ticks else set(ticked) or _guess(receivers)
        if tuple(receivers) == self._receivers:
            return
        self._receivers = tuple(receivers)
        for widget in self._shown:
            self._list.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._shown, self._ticks = [], {}
        for one in receivers:
            tick = TickBox(one.name, size=32)
            tick.setAccessibleDescription(_lacks(one))
            tick.setChecked(one.school in before)
            tick.toggled.connect(lambda _on: self._follow())
            self._ticks[one.school] = tick
            self._put(tick)
            if one.lacks:
                note = plain_label(_lacks(one), "caption", "soon")
                note.setContentsMargins(34, 0, 0, 6)
                self._put(note)
        self._follow()

    def _put(self, widget: QWidget) -> None:
        self._list.addWidget(widget)
        self._shown.append(widget)

    def tick(self, schools: Sequence[bytes]) -> None:
        """Tick just these."""
        for school, tick in self._ticks.items():
            tick.setChecked(school in schools)

    def ready(self) -> None:
        """A new visit: what was said of the last file goes; the focus is where the work goes on."""
        self._tell(None)
        if self.isVisible():
            give_letters(self.window())
        (self.save if self.save.isEnabled() else next(iter(self._ticks.values()), self.save)).setFocus()

    def chosen(self) -> list[bytes]:
        """The ids of whoever the files would be for."""
        return [school for school, tick in self._ticks.items() if tick.isChecked()]

    # --- writing ---

    def _press(self) -> None:
        chosen = [one for one in self._receivers if one.school in self.chosen()]
        if not chosen or self.busy:
            return
        if len(chosen) > 1 and self.each.isChecked():
            self._files().open_folder(
                "Save the files in", kept_folder(SENT),
                lambda folder: self._write([Letter(folder / self._name([one]), (one.school,)) for one in chosen]),
            )  # fmt: skip
            return
        to = tuple(one.school for one in chosen)
        suggested = kept_folder(SENT) / self._name(chosen)
        self._files().save("Save our file", suggested, SHARE_FILES, lambda path: self._write([Letter(path, to)]))

    def _name(self, chosen: Sequence[Receiver]) -> str:
        whom = chosen[0].name if len(chosen) == 1 else f"{len(chosen)} schools"
        if len(chosen) == 1 and chosen[0].hub:
            whom = "the cluster"
        day = words.short_date(self._context.today)
        return machine.safe_file_name(f"{self._context.facts.name}, for {whom}, {day}{SUFFIX}")

    def _write(self, letters: list[Letter]) -> None:
        keep_folder(SENT, letters[0].path)
        parts = PART_BYTES if self.in_parts.isChecked() else None
        self._tell(None)
        self._show_busy(busy=True)
        self._job = self._context.run_long(
            self, lambda desk, steps: write_letters(desk, letters, parts, steps), self._written, self._not_written,
            progress=self._step, stopped=self._stopped,
        )  # fmt: skip
        self.stop_button.setFocus()

    def stop(self) -> None:
        """Stop writing; the file in hand is taken away again, finished ones stay."""
        if self._job is not None:
            self._job.stop()

    def _step(self, text: str, done: int, total: int) -> None:
        self._bar_words.setText(text)
        self._bar.set_value(done, total)

    def _ended(self) -> None:
        self._job = None
        self._show_busy(busy=False)

    def _written(self, sent: list[Sent]) -> None:
        self._ended()
        self._tell(MessageStrip("ok", *_sent_words(sent)))
        self.save.setFocus()
        self.sent.emit()

    def _not_written(self, problem: UserError) -> None:
        self._ended()
        self._tell(MessageStrip.of(problem))

    def _stopped(self) -> None:
        self._ended()
        said = "The file in hand was taken away again. Files that were finished are still there."
        self._tell(MessageStrip("info", "Stopped", said))
        self.save.setFocus()

    def _show_busy(self, *, busy: bool) -> None:
        for part in (self._bar_words, self._bar, self.stop_button):
            part.setVisible(busy)
        for tick in self._ticks.values():
            tick.setEnabled(not busy)
        self._follow()

    def _tell(self, strip: MessageStrip | None) -> None:
        if self._told is not None:
            self._news.removeWidget(self._told)
            self._told.hide()
            self._told.deleteLater()
        self._told = strip
        if strip is not None:
            self._news.addWidget(strip)

    def _follow(self) -> None:
        """Say how many files there will be; saving waits until somebody is chosen."""
        many = len(self.chosen())
        for part in (self._how_words, self.each, self.for_all):
            part.setVisible(many > 1)
        self._nobody.setVisible(not self._receivers)
        for beside in (self._who, self.in_parts):
            beside.setVisible(bool(self._receivers))
        several = many > 1 and self.each.isChecked()
        self.save.set_words(f"Save {words.count(many, 'file')}" if several else "Save the file")
        self.save.setEnabled(bool(many) and not self.busy)


def _guess(receivers: Sequence[Receiver]) -> set[bytes]:
    """At first: the cluster office, else whoever lacks something."""
    hubs = {one.school for one in receivers if one.hub}
    return hubs or {one.school for one in receivers if one.lacks}


def _lacks(one: Receiver) -> str:
    return f"lacks {words.count(one.lacks, 'entry', 'entries')}" if one.lacks else "has all that it may read"


def _sent_words(sent: Sequence[Sent]) -> tuple[str, str]:
    """What was written, and what to do with it."""
    size = words.file_size(sum(one.size for one in sent))
    entries = words.count(sum(one.entries for one in sent), "entry", "entries")
    if len(sent) == 1:
        one = sent[0]
        parts = len(one.parts)
        title = f"{one.path.name} is saved" if parts < 2 else f"{parts} parts are saved in {one.path.parent.name}"
        return title, f"It holds {entries} and is {size}. Send it to {words.listing(one.recipients)}."
    folder = sent[0].path.parent.name
    return f"{len(sent)} files are saved in {folder}", (
        f"They hold {entries} and are {size} together. Send each to the school it is named after."
    )
