"""Cluster: how old each school's file is, merging what they sent, settling differences, sending our own file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from bursar_desk import machine
from bursar_desk.domain import words
from bursar_desk.services import conflicts, merging, sharing
from bursar_desk.ui.pages.base import Command, Page
from bursar_desk.ui.pages.cluster_data import Cluster, read_cluster
from bursar_desk.ui.pages.cluster_merge import MergeView
from bursar_desk.ui.pages.cluster_receipt import ReceiptView
from bursar_desk.ui.pages.cluster_rows import RowLine, SchoolRows
from bursar_desk.ui.pages.cluster_send import SendPane
from bursar_desk.ui.pages.cluster_settle import SettleView
from bursar_desk.ui.pages.cluster_settle_list import field_words
from bursar_desk.ui.pages.cluster_words import source_words
from bursar_desk.ui.pages.kept_choices import keep, keep_folder, kept, kept_folder
from bursar_desk.ui.pages.share_kind import kinds_of
from bursar_desk.ui.widgets import (
    Button,
    Card,
    EmptyState,
    MessageStrip,
    Scroller,
    SplitPane,
    give_letters,
    ground,
    plain_label,
)
from bursar_desk.ui.widgets.file_asks import SHARE_FILES, FileAsk, dropped_paths
from bursar_desk.ui.widgets.stacks import show_only

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.conflicts import Difference, Rival
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.merging import MergeResult

ARRIVALS: Final = "share files"
SENT: Final = "our files"


class ClusterPage(Page):
    """One page, four sheets: the schools, a merge, its receipt, what is to settle."""

    key = "cluster"
    title = "Cluster"
    icon = "network"
    interested_in = ()
    scrolls = False

    def build(self) -> None:
        """Make the sheets."""
        self.files = FileAsk(self)
        self.setAcceptDrops(True)
        self._waiting: list[Path] | None = None
        self.send_button = Button("Send our file", icon="send", on_click=self.open_send)
        self.files_button = Button("Merge files", icon="file-up", on_click=self.choose_files)
        self.folder_button = Button("Merge a folder", "filled", icon="folder-open", on_click=self.choose_folder)
        for button in (self.send_button, self.files_button, self.folder_button):
            self.header.add(button)
        self.merge = MergeView(self.context)
        self.receipt = ReceiptView(self.context)
        self.settle = SettleView()
        self.send = SendPane()
        self.send.closed.connect(self._close_send)
        self.send.wanted.connect(self._choose_sent_file)
        self.overview = self._build_overview()
        self.split = SplitPane(self.overview)
        self._sheets = QStackedWidget()
        for sheet in (self.split, self.merge, self.receipt, self.settle):
            self._sheets.addWidget(ground(sheet, "bg") if sheet is not self.receipt else sheet)
        show_only(self._sheets, self.split)
        self.body.addWidget(self._sheets)
        self._listen()

    def _build_overview(self) -> QWidget:
        self._head = plain_label("", "subtitle", wrap=True)
        self._note = plain_label("", "body", "muted", wrap=True)
        card = Card()
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addWidget(self._head)
        column.addWidget(self._note)
        card.add(inner)
        self._card = card
        self._to_settle = MessageStrip("info", "")
        self.settle_button = Button("Settle them", size=32, on_click=self.open_settle)
        self._to_settle.add_button(self.settle_button)
        self._to_settle.hide()
        self.rows = SchoolRows("Schools")
        self.rows.opened.connect(self._open_past)
        self._drop = plain_label(
            "You can also drop files, or a whole folder, onto this page.", "body", "muted", wrap=True
        )
        self._empty = EmptyState(
            "Just your school so far", "Drop in a file from another school, or send them yours.", "Send our file",
            self.open_send, icon="network",
        )  # fmt: skip
        self._empty.hide()
        scroller = Scroller()
        for part in (card, self._to_settle, self.rows, self._drop, self._empty):
            scroller.body.addWidget(part)
        scroller.body.addStretch()
        holder = ground(QWidget(), "bg")
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(scroller)
        return holder

    def _listen(self) -> None:
        self.merge.left.connect(self.show_schools)
        self.merge.receipt_wanted.connect(self._open_receipt)
        self.merge.settle_wanted.connect(self.open_settle)
        self.merge.merged.connect(self._merged)
        self.receipt.left.connect(self._leave_receipt)
        self.settle.wanted.connect(self._settle_one)
        self.settle.all_wanted.connect(self._settle_all)
        self.settle.left.connect(self.show_schools)

    # --- reading ---

    def load(self, desk: Desk) -> Cluster:
        """Read schools, differences and receivers."""
        return read_cluster(desk)

    def fill(self, data: Cluster) -> None:
        """Show the schools; what is to settle where it is being settled."""
        self._empty.setVisible(not data.schools)
        for part in (self._card, self.rows, self._drop):
            part.setVisible(bool(data.schools))
        self._head.setText(data.sentence)
        self._note.setText(data.note)
        self._note.setVisible(bool(data.note))
        self.rows.set_rows([RowLine(one.number, one.name, one.state, one.words) for one in _keyed(data)])
        count = len(data.differences)
        title = f"{words.count(count, 'thing')} to settle"
        self._to_settle.set_text(title, "Two schools wrote different things. Choose which one stands.")
        self._to_settle.setVisible(bool(count))
        self.settle.set_differences(data.differences, data.taken_back)
        ticked = [bytes.fromhex(one) for one in kept(self._kept_receivers(), [])]
        self.send.set_receivers(data.receivers, ticked)
        self.send_button.setEnabled(bool(data.receivers))
        self._say_where()
        if self._waiting is not None:
            paths, self._waiting = self._waiting, None
            self.start_merge(paths)

    def focus_on(self, **what: Any) -> None:
        """``files`` to merge, or ``settle=True`` for what is to settle."""
        if what.get("files"):
            if self.data is None:
                self._waiting = list(what["files"])
            else:
                self.start_merge(what["files"])
        elif what.get("settle"):
            self.open_settle()

    def _kept_receivers(self) -> str:
        return f"receivers {self.context.home.hex()}"

    # --- sheets ---

    def _show(self, sheet: QWidget) -> None:
        show_only(self._sheets, sheet)
        self._say_where()
        if self.isVisible():
            give_letters(self)

    def _say_where(self) -> None:
        """The note beside the title, and the buttons that make sense on this sheet."""
        sheet = self._sheets.currentWidget()
        schools = len(self.data.schools) if isinstance(self.data, Cluster) else 0
        notes = {
            self.split: words.count(schools, "other school") if schools else "",
            self.merge: self._source,
            self.receipt: self._source,
            self.settle: "What is to settle",
        }
        self.header.set_note(notes.get(sheet, "") if sheet is not None else "")
        for button in (self.send_button, self.files_button, self.folder_button):
            button.setVisible(sheet is self.split)

    _source = ""

    def show_schools(self) -> None:
        """Back to the schools."""
        self._source = ""
        self.settle.forget()
        self._show(self.split)
        self.reload()

    def open_settle(self) -> None:
        """What is to settle, side by side."""
        self._show(self.settle)
        if isinstance(self.data, Cluster):
            self.settle.set_differences(self.data.differences, self.data.taken_back)
        self.settle.list.setFocus()

    def _open_receipt(self, result: MergeResult) -> None:
        self._show(self.receipt)
        self.receipt.show_files(result.files)

    def _leave_receipt(self) -> None:
        if self.merge.result is not None and self._source:
            self._show(self.merge)
        else:
            self.show_schools()

    def _open_past(self, row: RowLine) -> None:
        """The receipt of a school's last file."""
        if isinstance(row.key, int) and row.key > 0:
            self.merge.result = None
            self._source = "The last file received"
            self._show(self.receipt)
            self.receipt.show_past(row.name, row.key)

    # --- merging ---

    def choose_files(self) -> None:
        """Ask for files to merge."""
        self.files.open_files("Merge files", kept_folder(ARRIVALS), SHARE_FILES, self.start_merge)

    def choose_folder(self) -> None:
        """Ask for a folder of files to merge."""
        self.files.open_folder("Merge a folder", kept_folder(ARRIVALS), lambda path: self.start_merge([path]))

    def start_merge(self, paths: Sequence[Path]) -> None:
        """Read files and folders and show what they would bring."""
        if not paths or self.merge.busy:
            return
        keep_folder(ARRIVALS, paths[0])
        self._source = source_words(paths)
        self._show(self.merge)
        self.merge.start(paths)

    def _merged(self, result: MergeResult) -> None:
        """Let every page that shows something of it read again."""
        self.context.acted(result.changes, origin=self, undo=False)

    # --- settling ---

    def _settle_one(self, one: Difference, rival: Rival, again: bool) -> None:
        def work(desk: Desk) -> Changes:
            return conflicts.settle_again(desk, one, rival) if again else conflicts.settle(desk, one.id, rival.op.hex())

        said = f"{one.what}, {field_words(one)}: {'kept ours' if rival.ours else 'used theirs'}."
        self.context.run(
            self, work, lambda changes: self._settled([one.id], changes, said),
            lambda problem: self._not_settled(one, problem),
        )  # fmt: skip

    def _settled(self, ids: list[str], changes: Changes, said: str) -> None:
        self.settle.settled(ids, changes.act)
        self.context.acted(changes, said, origin=self)

    def _not_settled(self, one: Difference, problem: Any) -> None:
        self.settle.not_settled(one)
        self.context.problem.emit(problem)
        self.reload()

    def _settle_all(self, one: Difference, ids: list[str]) -> None:
        said = f"Used theirs for all from {one.school_name}."
        self.context.run(
            self, lambda desk: conflicts.settle_all_theirs(desk, one.school),
            lambda changes: self._settled(ids, changes, said),
        )  # fmt: skip

    # --- sending ---

    def open_send(self) -> None:
        """Choose who our file is for."""
        self.split.show_detail(self.send, focus=True)
        if self.isVisible():
            give_letters(self)

    def _close_send(self) -> None:
        self.split.hide_detail()

    def _choose_sent_file(self, ids: list[bytes]) -> None:
        keep(self._kept_receivers(), [one.hex() for one in ids])
        day = words.short_date(self.context.today)
        name = machine.safe_file_name(f"{self.context.facts.name}, for {self._whom(ids)}, {day}{merging.SUFFIX}")
        self.files.save("Save our file", kept_folder(SENT) / name, SHARE_FILES, lambda path: self._send(ids, path))

    def _whom(self, ids: Sequence[bytes]) -> str:
        """Who a file is for, short enough for its name."""
        known = self.data.receivers if isinstance(self.data, Cluster) else ()
        names = [one.name for one in known if one.school in ids]
        if any(one.hub for one in known if one.school in ids):
            return "the cluster"
        return names[0] if len(names) == 1 else f"{len(names)} schools"

    def _send(self, ids: list[bytes], path: Path) -> None:
        keep_folder(SENT, path)
        self.context.run_long(
            self, lambda desk, steps: sharing.export(desk, path, ids, progress=steps), self._sent,
            progress=self.send.show_progress,
        )  # fmt: skip

    def _sent(self, sent: Any) -> None:
        self.send.show_progress("", 1, 1)
        many = words.count(sent.entries, "entry", "entries")
        what = f"It holds {many} and is {words.file_size(sent.size)}. Send it to {words.listing(sent.recipients)}."
        self.send.tell(MessageStrip("ok", f"{sent.path.name} is saved", what))

    # --- dropping, menu, F6 ---

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and folders may be dropped here while nothing is being merged."""
        if dropped_paths(event.mimeData()) and not self.merge.busy:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Merge what was dropped; a cover pack is opened on the Cover page."""
        paths = dropped_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.take_dropped(paths)

    def take_dropped(self, paths: Sequence[Path]) -> None:
        """Sort what was dropped by what it says it is."""
        self.context.run(self, lambda _desk: kinds_of(paths), lambda kinds: self._sorted(list(paths), kinds))

    def _sorted(self, paths: list[Path], kinds: dict[str, list[Path]]) -> None:
        packs = kinds.pop("pack", [])
        if packs and not kinds:
            self.context.open_page("cover", files=packs)
            return
        self.start_merge(paths)

    def commands(self) -> dict[Command, Callable[[], object]]:
        """Ctrl+N merges files, Ctrl+E sends ours."""
        found = super().commands()
        if not self.merge.busy:
            found[Command.NEW] = self.choose_files
            found[Command.EXPORT] = self.open_send
        return found

    def unsaved(self) -> str:
        """A merge under way is finished or stopped first."""
        return "the merge under way" if self.merge.busy else ""

    def panes(self) -> list[QWidget]:
        """Header and the sheet shown."""
        sheet = self._sheets.currentWidget()
        return [self.header, sheet] if sheet is not None else [self.header]


def _keyed(data: Cluster) -> list[Any]:
    """The schools, those without a file last; a row's key is the number of its last receipt, below nought for none."""
    from dataclasses import replace

    order = {"stale": 0, "fresh": 1, "none": 2}
    lines = sorted(data.schools, key=lambda one: (order[one.state], one.name))
    return [one if one.number else replace(one, number=-place) for place, one in enumerate(lines, start=1)]
