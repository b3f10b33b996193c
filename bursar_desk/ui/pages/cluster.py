"""Cluster: how old each school's file is, merging what they sent, settling differences, sending our own files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from bursar_desk.domain import words
from bursar_desk.services import conflicts, watched
from bursar_desk.ui.pages import cluster_words as say
from bursar_desk.ui.pages.base import Command, Page
from bursar_desk.ui.pages.cluster_data import Cluster, read_cluster
from bursar_desk.ui.pages.cluster_held import HeldView
from bursar_desk.ui.pages.cluster_merge import MergeView
from bursar_desk.ui.pages.cluster_overview import Overview
from bursar_desk.ui.pages.cluster_receipt import ReceiptView
from bursar_desk.ui.pages.cluster_school import SchoolPane
from bursar_desk.ui.pages.cluster_send import SendPane
from bursar_desk.ui.pages.cluster_settle import SettleView
from bursar_desk.ui.pages.cluster_settle_list import field_words
from bursar_desk.ui.pages.kept_choices import keep_folder, kept_folder
from bursar_desk.ui.pages.share_kind import kinds_of
from bursar_desk.ui.widgets import Button, DetailPane, SplitPane, give_letters, ground
from bursar_desk.ui.widgets.file_asks import SHARE_FILES, FileAsk, dropped_paths
from bursar_desk.ui.widgets.stacks import show_only

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.conflicts import Difference, Rival
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.merging import MergeResult

ARRIVALS: Final = "share files"
WATCHED: Final = "watched folder"


class ClusterPage(Page):
    """One page, five sheets: the schools, a merge, receipts, what is to settle, what is to look at."""

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
        self._settle_next = False
        self._source = ""
        self._make_header()
        self.overview = Overview(self.context)
        self.split = SplitPane(self.overview)
        self.send = SendPane(self.context, lambda: self.files)
        self.school = SchoolPane()
        self._beside = QStackedWidget()
        for pane in (self.school, self.send):
            self._beside.addWidget(pane)
            pane.closed.connect(self.split.hide_detail)
        self.split.detail_closed.connect(self._set_loud)
        self.merge = MergeView(self.context)
        self.receipt = ReceiptView(self.context)
        self.settle = SettleView()
        self.held = HeldView(self.context)
        self._sheets = QStackedWidget()
        for sheet in (self.split, self.merge, self.receipt, self.settle, self.held):
            on_surface = sheet in (self.receipt, self.held)
            self._sheets.addWidget(sheet if on_surface else ground(sheet, "bg"))
        self._back: QWidget = self.split
        show_only(self._sheets, self.split)
        self.body.addWidget(self._sheets)
        self._listen()
        self._say_where()

    def _make_header(self) -> None:
        self.send_button = Button("Send our file", icon="send", on_click=self.open_send)
        self.files_button = Button("Merge files", icon="file-up", on_click=self.choose_files)
        self.folder_button = Button("Merge a folder", "filled", icon="folder-open", on_click=self.choose_folder)
        self.receipt_button = Button("See receipt", on_click=self._see_receipt)
        self.finish_button = Button("Finish merge", on_click=self.show_schools)
        self._on_schools = (self.send_button, self.files_button, self.folder_button)
        for button in (*self._on_schools, self.receipt_button, self.finish_button):
            self.header.add(button)

    def _listen(self) -> None:
        overview = self.overview
        overview.opened.connect(self.open_school)
        overview.need_wanted.connect(self.open_need)
        overview.receipts_wanted.connect(self.open_receipts)
        overview.send_wanted.connect(self.open_send)
        overview.settle_wanted.connect(self.open_settle)
        overview.held_wanted.connect(self.open_held)
        overview.look_wanted.connect(self.start_merge)
        overview.watch_wanted.connect(self.choose_watched)
        overview.unwatch_wanted.connect(self.stop_watching)
        self.school.receipt_wanted.connect(self.open_receipts)
        self.school.send_wanted.connect(lambda school: self.open_send([school]))
        self.send.sent.connect(self.reload)
        self.merge.left.connect(self.show_schools)
        self.merge.receipt_wanted.connect(self._open_receipt)
        self.merge.settle_wanted.connect(self.open_settle)
        self.merge.held_wanted.connect(self.open_held)
        self.merge.merged.connect(self._merged)
        self.merge.decided.connect(self._decided)
        self.receipt.left.connect(self._leave_receipt)
        self.receipt.undo.acted.connect(self._acted)
        self.settle.wanted.connect(self._settle_one)
        self.settle.both_wanted.connect(self._settle_both)
        self.settle.all_wanted.connect(self._settle_all)
        self.settle.left.connect(self.show_schools)
        self.held.acted.connect(self._acted)
        self.held.left.connect(self.show_schools)

    # --- reading ---

    def load(self, desk: Desk) -> Cluster:
        """Read schools, receipts, receivers and what waits."""
        return read_cluster(desk)

    def fill(self, data: Cluster) -> None:
        """Show the schools; what is to settle, to look at or undone where that is being seen."""
        self.overview.show_cluster(data)
        self.settle.set_differences(data.differences, data.taken_back, data.settles)
        self.held.set_entries(data.held, data.twice)
        self.receipt.follow(data.receipts)
        self.send.set_receivers(data.receivers, data.ticked)
        self._set_loud()
        if self.split.detail is not None and self._beside.currentWidget() is self.school and self.school.line:
            self.open_school(self.school.line.school, focus=False)
        self._say_where()
        if self._settle_next:
            self._settle_next = False
            if self._sheets.currentWidget() is self.merge and data.differences:
                self.open_settle()
        if self._waiting is not None:
            paths, self._waiting = self._waiting, None
            self.start_merge(paths)

    def focus_on(self, **what: Any) -> None:
        """``files`` to merge, ``settle=True`` for what is to settle, ``held=True`` for what is to look at."""
        if what.get("files"):
            if self.data is None:
                self._waiting = list(what["files"])
            else:
                self.start_merge(what["files"])
        elif what.get("settle"):
            self.open_settle()
        elif what.get("held"):
            self.open_held()

    # --- sheets ---

    def _show(self, sheet: QWidget) -> None:
        show_only(self._sheets, sheet)
        self._say_where()
        if self.isVisible():
            give_letters(self)

    def _say_where(self) -> None:
        """The note beside the title, and the buttons that make sense on this sheet."""
        sheet = self._sheets.currentWidget()
        schools = sum(not one.own for one in self.data.schools) if isinstance(self.data, Cluster) else 0
        notes: dict[QWidget, str] = {
            self.split: words.count(schools, "other school") if schools else "",
            self.merge: self._source,
            self.receipt: self._source,
            self.settle: self._source or "What is to settle",
            self.held: "What is to look at",
        }
        self.header.set_note(notes.get(sheet, "") if sheet is not None else "")
        for button in self._on_schools:
            button.setVisible(sheet is self.split)
        settling = sheet is self.settle
        self.receipt_button.setVisible(settling and self.merge.result is not None)
        self.finish_button.setVisible(settling)
        self.finish_button.set_words("Finish merge" if self.merge.result is not None else "Back to the schools")

    def show_schools(self) -> None:
        """Back to the schools; the merge is over."""
        self._source = ""
        self.merge.result = None
        self.settle.forget()
        self.settle.set_facts(())
        self._show(self.split)
        self.overview.rows.focus_first()
        self.reload()

    def open_settle(self) -> None:
        """What is to settle, side by side; after a merge with what it told above."""
        result = self.merge.result
        self.settle.set_facts(say.facts_of(result) if result is not None else ())
        self._show(self.settle)
        if isinstance(self.data, Cluster):
            self.settle.set_differences(self.data.differences, self.data.taken_back, self.data.settles)
        self.settle.list.setFocus()

    def open_held(self) -> None:
        """Entries that wait for a decision, and what was done twice."""
        self._show(self.held)
        self.held.list.setFocus()

    def open_receipts(self, number: int = 0) -> None:
        """Every file merged so far, beginning with one of them."""
        if isinstance(self.data, Cluster):
            self._back, self._source = self.split, ""
            self._show(self.receipt)
            self.receipt.show_past(self.data.receipts, number)

    def _open_receipt(self, files: Any, first: Path | None) -> None:
        """The files of the merge or preview at hand."""
        self._back = self._sheets.currentWidget() or self.merge
        self._show(self.receipt)
        self.receipt.show_files(files, first, self.merge.run.left_out)

    def _see_receipt(self) -> None:
        if self.merge.result is not None:
            self._open_receipt(self.merge.result.files, None)

    def _leave_receipt(self) -> None:
        if self._back is self.split:
            self.show_schools()
        else:
            self._show(self._back)

    # --- beside the list ---

    def open_school(self, school: bytes, *, focus: bool = True) -> None:
        """One school: its file's age, what it lacks, what came from it."""
        data = self.data
        line = next((one for one in data.schools if one.school == school), None) if isinstance(data, Cluster) else None
        if line is not None and isinstance(data, Cluster):
            self.school.show_school(line, data.receipts)
            self._show_beside(self.school)
            if focus:
                self.school.close_button.setFocus()

    def open_need(self) -> None:
        """Send to whoever lacks something: they are ticked already."""
        self.open_send(list(self.data.need_it) if isinstance(self.data, Cluster) else [])

    def open_send(self, schools: Sequence[bytes] = ()) -> None:
        """Choose who our file is for; as last time unless somebody is named."""
        if schools and not self.send.busy:
            self.send.tick(schools)
        self._show_beside(self.send)
        self.send.ready()

    def _show_beside(self, pane: DetailPane) -> None:
        """What opens beside has the one loud button; it goes back to the header when it is closed."""
        show_only(self._beside, pane)
        self.split.show_detail(self._beside)
        self._set_loud()
        if self.isVisible():
            give_letters(self)

    def _set_loud(self) -> None:
        """One loud button in the window: what stands beside the list, or the empty page's, has it."""
        alone = isinstance(self.data, Cluster) and not self.data.schools
        self.folder_button.set_kind("outlined" if alone or self.split.detail is not None else "filled")

    # --- the watched folder ---

    def choose_watched(self) -> None:
        """Ask which folder to watch."""
        self.files.open_folder("Watch a folder", kept_folder(WATCHED), self._watch)

    def _watch(self, folder: Path) -> None:
        keep_folder(WATCHED, folder)
        self.context.run(self, lambda desk: watched.choose(desk, folder), lambda _folder: self.reload())

    def stop_watching(self) -> None:
        """Watch no folder any more."""
        self.context.run(self, watched.stop, lambda _none: self.reload())

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
        self._source = say.source_words(paths)
        self.overview.watch.pause()
        self._show(self.merge)
        self.merge.start(paths)

    def _merged(self, result: MergeResult) -> None:
        """Let every page that shows something of it read again."""
        self.context.acted(result.changes, origin=self, undo=False)

    def _decided(self) -> None:
        """Nothing asks any more: go on to what is to settle, once that is read."""
        result = self.merge.result
        if result is not None and result.total("differences"):
            self._settle_next = True
            self.reload()

    def _acted(self, changes: Changes, sentence: str) -> None:
        self.context.acted(changes, sentence, origin=self)

    # --- settling ---

    def _settle_one(self, one: Difference, rival: Rival, again: bool) -> None:
        def work(desk: Desk) -> Changes:
            return conflicts.settle_again(desk, one, rival) if again else conflicts.settle(desk, one.id, rival.op.hex())

        self._run_settle(one, work, f"{'kept ours' if rival.ours else 'used theirs'}")

    def _settle_both(self, one: Difference) -> None:
        self._run_settle(one, lambda desk: conflicts.settle_both_text(desk, one.id), "kept both")

    def _run_settle(self, one: Difference, work: Callable[[Desk], Changes], what: str) -> None:
        said = f"{one.what}, {field_words(one)}: {what}."
        self.context.run(
            self, work, lambda changes: self._settled([one.id], changes, said),
            lambda problem: self._not_settled(one, problem),
        )  # fmt: skip

    def _settled(self, ids: list[str], changes: Changes, said: str) -> None:
        self.settle.settled(ids, changes.act)
        self._acted(changes, said)

    def _not_settled(self, one: Difference, problem: Any) -> None:
        self.settle.not_settled(one)
        self.context.problem.emit(problem)
        self.reload()

    def _settle_all(self, one: Difference, ids: list[str]) -> None:
        said = f"Used theirs for all from {one.school_name}."
        self.context.run(
            self, lambda desk: conflicts.settle_all_theirs(desk, one.school),
            lambda changes: self._settled(ids, changes, said), lambda problem: self._not_settled(one, problem),
        )  # fmt: skip

    # --- dropping, menu, F6 ---

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and folders may be dropped anywhere here while nothing is being merged."""
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
        if not self.merge.busy and self._sheets.currentWidget() is self.split:
            found[Command.NEW] = self.choose_files
            found[Command.EXPORT] = self.open_send
        return found

    def unsaved(self) -> str:
        """A merge under way, or files being written, are finished or stopped first."""
        return "the merge under way" if self.merge.busy else "the files being written" if self.send.busy else ""

    def panes(self) -> list[QWidget]:
        """Header, the sheet shown, and what stands beside it."""
        sheet = self._sheets.currentWidget()
        beside = [self._beside] if sheet is self.split and self.split.detail is not None else []
        return [self.header, *([sheet] if sheet is not None else []), *beside]
