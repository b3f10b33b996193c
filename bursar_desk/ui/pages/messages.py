"""Messages: what the schools say to each other at the left, a thread beside it, the form for a message in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from bursar_desk.services import enclosures
from bursar_desk.services import messages as service
from bursar_desk.services.messages import HELP, NOTICE, PRACTICE, QUESTION, Draft, Thread
from bursar_desk.ui import theme
from bursar_desk.ui.pages.base import Command, Page
from bursar_desk.ui.pages.messages_files import MessageFiles
from bursar_desk.ui.pages.messages_form import MessageForm
from bursar_desk.ui.pages.messages_list import ThreadList
from bursar_desk.ui.pages.messages_thread import ThreadPane
from bursar_desk.ui.widgets import Button, EmptyState, SearchBox, SplitPane, give_letters, ground, hline
from bursar_desk.ui.widgets.file_asks import dropped_paths
from bursar_desk.ui.widgets.filter_bar import FilterBar
from bursar_desk.ui.widgets.stacks import show_only

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.messages import Message, Reader, Written

PARTS: Final = (
    ("all", "All"), ("unread", "New"), ("waiting", "Wait for us"), (QUESTION, "Questions"), (HELP, "Help"),
    (NOTICE, "Notices"), (PRACTICE, "What worked"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Inbox:
    """What the page shows: every thread, who reads what is written here, and the sentences that say so."""

    threads: tuple[Thread, ...]
    readers: tuple[Reader, ...]
    goes: str
    room: str


def read_inbox(desk: Desk) -> Inbox:
    """Read it; on the database worker."""
    return Inbox(
        tuple(service.threads(desk)), service.audience(desk), service.where_it_goes(desk), enclosures.room_words(desk)
    )


class MessagesPage(Page):
    """The list, and beside it a thread or the form; nothing opens on top."""

    key: ClassVar[str] = "messages"
    title: ClassVar[str] = "Messages"
    icon: ClassVar[str] = "message-square"
    scrolls: ClassVar[bool] = False
    interested_in: ClassVar[tuple[str, ...]] = ("message", "school", service.READ)

    def build(self) -> None:
        """Header, filter, list; thread and form share the place beside it."""
        self.files = MessageFiles(self.context, self)
        self._wanted: bytes | None = None
        self._kind_wanted = ""
        self._fresh = True
        self.setAcceptDrops(True)
        self.search = SearchBox("Find in messages", hint="Ctrl+F", width=248)
        self.search.searched.connect(lambda _text: self._narrow())
        self.write_button = Button("Write a message", "filled", icon="square-pen", on_click=self.write)
        self.header.add(self.search)
        self.header.add(self.write_button)
        self.filter = FilterBar(PARTS, "Show messages")
        self.filter.chosen.connect(lambda _key: self._narrow())
        self.list = ThreadList(self.context.today)
        self.list.row_chosen.connect(self._chosen)
        self.list.opened.connect(self._opened)
        self.list.clicked.connect(self._clicked)
        self._nothing = EmptyState(
            "No messages yet",
            "Tell the other schools something, ask them, or share what worked. It travels inside your share files.",
            "Write the first message", self.write, icon="message-square",
        )  # fmt: skip
        self._build_beside()
        self.split = SplitPane(self._build_list())
        self.body.addWidget(self.split, 1)

    def _build_list(self) -> QWidget:
        bar = QWidget()
        line = QHBoxLayout(bar)
        line.setContentsMargins(24, 12, 16, 12)
        line.addWidget(self.filter, 1)
        left = ground(QWidget(), "surface")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._lists = QStackedWidget()
        self._lists.addWidget(self.list)
        self._lists.addWidget(self._nothing)
        for part in (bar, hline(), self._lists):
            column.addWidget(part, 1 if part is self._lists else 0)
        self._bar = bar
        return left

    def _build_beside(self) -> None:
        self.reader = ThreadPane(self.context.today)
        self.form = MessageForm(lambda: self.context.today)
        self._panes = QStackedWidget()
        self._panes.addWidget(self.reader)
        self._panes.addWidget(self.form)
        show_only(self._panes, self.reader)
        self.reader.closed.connect(self._close_pane)
        self.reader.answer_wanted.connect(self.answer)
        self.reader.print_wanted.connect(self.print_thread)
        self.reader.mark_wanted.connect(self._mark)
        self.reader.withdraw_wanted.connect(self._withdraw)
        self.reader.save_wanted.connect(self.files.save_copy)
        self.form.closed.connect(self._leave_form)
        self.form.wanted.connect(self._send)
        attached = self.form.attached
        self.form.ask_files.connect(lambda: self.files.choose(attached.look_at))
        self.form.attach_wanted.connect(lambda paths: self.files.take(paths, attached.taken))

    # --- reading and showing ---

    def load(self, desk: Desk) -> Inbox:
        """Read every thread."""
        return read_inbox(desk)

    def fill(self, data: Inbox) -> None:
        """Show the list; the thread chosen stays chosen and is shown as it is now."""
        self.form.set_readers(data.readers, data.goes, data.room)
        counts = service.counts(data.threads)
        self.filter.set_counts(counts)
        new = sum(one.unread for one in data.threads)
        note = f"{words.number(new)} new" if new else "Nothing new"
        self.header.set_note(note if data.threads else "")
        self._narrow()
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self._go_to(wanted)
        shown = self.list.chosen()
        if shown is not None and self.reader.shown is not None and shown.root == self.reader.shown.root:
            self.reader.show_thread(shown, writes=self._writes)
        elif self._fresh and data.threads and not self._narrow_window():
            self.list.choose(self.list.threads.identity(0))
        if self._kind_wanted:
            kind, self._kind_wanted = self._kind_wanted, ""
            self.write()
            self.form.choose(kind)
        if self._fresh and data.threads and self.isVisible():
            self.list.setFocus()
        self._fresh = False
        self._rendered_parts()

    @property
    def _writes(self) -> bool:
        return not self.context.facts.guest

    def _rendered_parts(self) -> None:
        self.write_button.setVisible(self._writes)
        writing = self._panes.currentWidget() is self.form and self.split.detail is not None
        self.write_button.set_kind("outlined" if self.split.detail is not None else "filled")
        self.write_button.set_words("Go on writing" if self.form.touched and not writing else "Write a message")
        if self.isVisible():
            give_letters(self)

    def _narrow(self) -> None:
        """Show the threads of the part and the words chosen."""
        if not isinstance(self.data, Inbox):
            return
        key, text = self.filter.key(), self.search.text()
        found: Sequence[Thread] = self.data.threads
        if key == "waiting":
            found = [one for one in found if one.waiting_for_us]
        elif key not in ("all", "unread"):
            found = [one for one in found if one.kind == key]
        shown = service.narrowed(found, text=text)
        if key == "unread":  # what is being read stays until the person moves on
            reading = self.reader.shown.root if self.reader.shown is not None else b""
            shown = [one for one in shown if one.unread or one.root == reading]
        self.list.set_empty(_nothing(key, text))
        self.list.set_threads(shown)
        none = not self.data.threads
        self._bar.setVisible(not none)
        show_only(self._lists, self._nothing if none else self.list)
        self._rendered_parts()

    def _narrow_window(self) -> bool:
        return self.split.width() < theme.px(SplitPane.NARROW)

    def focus_on(self, **what: Any) -> None:
        """``message=id`` shows its thread; ``part=`` and ``text=`` narrow the list; ``write=kind`` opens the form."""
        self.filter.set_key(str(what.get("part", "all")))
        self.search.setText(str(what.get("text", "")))
        self._wanted, self._kind_wanted = what.get("message"), str(what.get("write", ""))
        if isinstance(self.data, Inbox):
            self.fill(self.data)

    def open_record(self, record_id: object) -> None:
        """The kit's name for showing one message."""
        self.focus_on(message=record_id)

    def _go_to(self, message: bytes) -> None:
        for one in self.list.threads.rows:
            if one.root == message or any(each.id == message for each in one.messages):
                self.list.choose(one.root)
                self._opened(one)
                self.list.setFocus()
                return

    def _chosen(self, thread: Thread | None) -> None:
        """The person moved to a thread: show it and note that it was read. One read again or chosen first stays new."""
        if thread is None or (self._narrow_window() and self.split.detail is None):
            return
        again = self.reader.shown is not None and self.reader.shown.root == thread.root
        if again and self._panes.currentWidget() is self.form:
            return  # the list was read anew while somebody is writing
        self._show(thread)
        if not again and not self._fresh:
            self._read(thread)

    def _clicked(self, index: QModelIndex) -> None:
        if index.isValid():
            self._opened(self.list.threads.row(index.row()))

    def _opened(self, thread: Thread) -> None:
        self._show(thread)
        self._read(thread)

    def _show(self, thread: Thread) -> None:
        show_only(self._panes, self.reader)
        self.reader.show_thread(thread, writes=self._writes)
        self._open_pane(self.reader)

    def _open_pane(self, pane: QWidget) -> None:
        was_open = self.split.detail is not None
        self.split.show_detail(self._panes)
        if not was_open and not self._narrow_window():
            wide = min(pane.sizeHint().width(), self.split.width() * 55 // 100)
            self.split.setSizes([max(1, self.split.width() - wide), wide])
        self._rendered_parts()

    def _close_pane(self) -> None:
        self.split.hide_detail()
        self.list.setFocus()
        self._rendered_parts()

    # --- read or new ---

    def _read(self, thread: Thread) -> None:
        if thread.unread and self._writes:
            self._mark_as(thread, read=True)

    def _mark(self, read: bool) -> None:
        if self.reader.shown is not None:
            self._mark_as(self.reader.shown, read=read)

    def _mark_as(self, thread: Thread, *, read: bool) -> None:
        ids = [one.id for one in thread.messages if not one.ours]
        mark = service.mark_read if read else service.mark_unread
        self.context.run(self, lambda desk: mark(desk, ids), self._marked)

    def _marked(self, changes: Changes) -> None:
        if changes.tables:
            self.context.acted(changes, origin=self)

    # --- writing ---

    def write(self) -> None:
        """Open the form; what was typed before is still there."""
        self._begin(None if not self.form.touched else self.form.answering)

    def answer(self) -> None:
        """Open the form for an answer to the thread shown."""
        if self.reader.shown is not None:
            self._begin(self.reader.shown)

    def _begin(self, answering: Thread | None) -> None:
        if self.form.answering is not answering and self.form.touched and answering is not None:
            kept = self.form.answering
            if (kept.root if kept else None) != answering.root:
                self.context.problem.emit(UserError(
                    f"You began {self.form.called}.", "It is still here.", "Send it or empty the form, then answer."
                ))  # fmt: skip
                answering = kept
        self.form.start(answering)
        show_only(self._panes, self.form)
        self._open_pane(self.form)
        self.form.words.setFocus() if answering is not None else self.form.title_box.setFocus()

    def _leave_form(self) -> None:
        if self.reader.shown is not None and self.list.chosen() is not None:
            show_only(self._panes, self.reader)
            self._rendered_parts()
            self.list.setFocus()
        else:
            self._close_pane()

    def _send(self, draft: Draft) -> None:
        asked = self.form.answering
        if asked is None:
            work: Callable[[Desk], Written] = lambda desk: service.write(desk, draft)  # noqa: E731 - one of two
        else:
            last = next(one for one in reversed(asked.messages) if not one.withdrawn)
            work = lambda desk: service.answer(  # noqa: E731
                desk, last.id, draft.words, kind=draft.kind, enclosures=draft.enclosures
            )
        self.context.run(self, work, self._sent, self.form.refused)

    def _sent(self, made: Written) -> None:
        self.form.sent()
        self._wanted = made.id
        self.filter.set_key("all")
        self.search.clear()
        show_only(self._panes, self.reader)
        self.context.acted(made.changes, made.sentence, origin=self)

    def _withdraw(self, message: Message) -> None:
        said = f"Withdrawn: {words.quoted(message.heading)}."
        self.context.run(
            self, lambda desk: service.withdraw(desk, message.id),
            lambda changes: self._withdrawn(changes, said),
        )  # fmt: skip

    def _withdrawn(self, changes: Changes, said: str) -> None:
        if self.reader.shown is not None and len(self.reader.shown.messages) == 1:
            self.reader.shown = None
            self.split.hide_detail()
        self.context.acted(changes, said, origin=self)

    def print_thread(self) -> None:
        """Ask where the thread shown goes as PDF."""
        if self.reader.shown is not None:
            self.files.print_thread(self.reader.shown)

    # --- dropping, menu, F6 ---

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped while a message is being written."""
        if self._panes.currentWidget() is self.form and self.form.isVisible() and dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Attach what was dropped."""
        paths = dropped_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.form.attached.look_at(paths)

    def unsaved(self) -> str:
        """A message begun and not sent."""
        return self.form.called

    def commands(self) -> dict[Command, Callable[[], object]]:
        """Ctrl+N writes, Ctrl+F finds, Ctrl+P prints the thread shown."""
        found = {**super().commands(), Command.FILTER: self._to_search}
        if self._writes:
            found[Command.NEW] = self.write
        if self.split.detail is not None and self._panes.currentWidget() is self.reader:
            found[Command.PRINT] = self.print_thread
        return found

    def _to_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def panes(self) -> list[QWidget]:
        """The list, what is beside it, filter and header."""
        return [self.list, self._panes, self.filter, self.header]


def _nothing(key: str, text: str) -> str:
    """What an empty list says."""
    part = dict(PARTS)[key]
    if text.strip():
        where = "the messages" if key == "all" else words.quoted(part)
        return f"Nothing matches {words.quoted(text.strip())} in {where}. Press Esc in the find box to see all."
    return {
        "unread": "You have read everything.", "waiting": "Nothing waits for your school.",
        PRACTICE: "Nobody has shared what worked yet. Write the first note: others learn from it.",
    }.get(key, f"There is nothing in {words.quoted(part)}.")  # fmt: skip
