"""The desk in its window: the pages a person has, undo and redo, what is said at the foot, the counts in the rail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.operations import Changes
from bursar_desk.ui import jobs, theme
from bursar_desk.ui.desk_lock import DeskLock
from bursar_desk.ui.desk_pages import Entry, entries
from bursar_desk.ui.desk_people import DeskPeople
from bursar_desk.ui.frame import Count, MainFrame, PageSpec
from bursar_desk.ui.pages.backup_facts import NONE_YET, backup_words
from bursar_desk.ui.pages.base import DeskContext, DeskFacts, Page, time_words
from bursar_desk.ui.pages.kept_choices import keep, kept
from bursar_desk.ui.widgets import announce
from bursar_desk.ui.widgets.question import Question

if TYPE_CHECKING:
    from bursar_desk.domain.errors import UserError
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.history import Step


SWEEP_AFTER_MS: Final = 300_000


@dataclass(frozen=True, slots=True)
class _Steps:
    """What undo and redo would do, and how much waits on the pages."""

    undo: Step | None
    redo: Step | None
    counts: Mapping[str, Count | None]


class DeskWindow(QObject):
    """Puts a desk into a frame. ``context`` is what the pages share."""

    def __init__(self, frame: MainFrame, desk: Desk, facts: DeskFacts):
        super().__init__(frame)
        self.frame = frame
        self.context = DeskContext(desk, facts, self)
        self.entries = entries(
            office=facts.office, guest=facts.guest, manages=facts.manages, leads=facts.leads
        )
        self.context.pages = frozenset(entry.key for entry in self.entries)
        self._reading = False
        self._again = False
        self._close_anyway = False
        self.people = DeskPeople(self)
        self._wire()
        frame.set_school(facts.name)
        frame.set_person(facts.who, facts.role)
        frame.set_practice(practice=facts.practice)
        self.show_entries()
        self._hide_what_is_not_here()
        frame.set_close_guard(self.may_close)
        frame.set_saved("All saved")
        self.show_backup()
        self.look_again()
        if not facts.guest:
            QTimer.singleShot(SWEEP_AFTER_MS, self, self._sweep)

    def _sweep(self) -> None:
        """Long after the start, once a visit: files that forms left behind and nothing names go."""
        from bursar_desk.services import evidence

        self.context.run(self, evidence.sweep)

    def _factory(self, entry: Entry) -> Callable[[], QWidget]:
        return lambda: entry.make(self.context)

    def _wire(self) -> None:
        frame = self.frame
        self.lock = DeskLock(frame, lambda: self.context, self.people.change)
        self._wire_context()
        jobs.set_default_error(frame.show_problem)
        frame.undo_wanted.connect(self.undo)
        frame.redo_wanted.connect(self.redo)
        frame.look_wanted.connect(self._look)
        frame.page_shown.connect(lambda _key: frame.clear_problem())

    def _wire_context(self) -> None:
        frame, context = self.frame, self.context
        context.changed.connect(frame.changed)
        context.changed.connect(self._written)
        context.changed.connect(self.lock.changed)
        context.told.connect(self._told)
        context.page_wanted.connect(self._open_page)
        context.problem.connect(frame.show_problem)
        context.backed_up.connect(self.show_backup)

    def use(self, context: DeskContext) -> None:
        """Go on with another person's context: the pages they may use, none of them made yet."""
        self.context, facts = context, context.facts
        self.entries = entries(
            office=facts.office, guest=facts.guest, manages=facts.manages, leads=facts.leads
        )
        context.pages = frozenset(entry.key for entry in self.entries)
        self._wire_context()

    def show_entries(self) -> None:
        """Show the pages of this person in the rail."""
        specs = [PageSpec(e.key, e.title, e.icon, self._factory(e), group=e.group) for e in self.entries]
        self.frame.set_pages(specs)

    def show_backup(self) -> None:
        """Say at the foot when the last good backup was made."""

        def told(text: str) -> None:
            self.frame.set_right(text, safe=text != NONE_YET)

        self.context.run(self.frame, backup_words, told)

    def _hide_what_is_not_here(self) -> None:
        """Help pages and the find box come later; nothing on the screen may do nothing."""
        menu = self.frame.menu
        absent = menu.help.actions()
        absent += [action for action in menu.edit.actions() if action.shortcut().toString() == "Ctrl+K"]
        for action in absent:
            action.setVisible(False)
        menu.help.menuAction().setVisible(False)

    def open_first(self) -> None:
        """Go to the page this person begins with; where people have PINs, once somebody has signed in."""
        if self.context.facts.signs_in:
            self.lock.ask(lambda: None)
        else:
            self.frame.show_page(self.entries[0].key)

    # --- what was written, and taking it back ---

    def _written(self, changes: Changes, _origin: object) -> None:
        self.frame.set_saved(f"All saved {time_words(self.context.minute_now())}")
        if isinstance(changes, Changes):
            self.look_again()

    def _told(self, sentence: str, act: bytes | None) -> None:
        """Say it at the foot; with Undo where there is an act to take back."""
        bar = self.frame.undo_bar
        bar.button.setVisible(act is not None)
        if act is None:
            bar.offer(sentence, lambda: None)
            announce(bar, sentence)
        else:
            self.frame.offer_undo(sentence, lambda: self._take_back(act.hex()))

    def undo(self) -> None:
        """Ctrl+Z: take back the last act of this computer."""
        self._take_back(None)

    def _take_back(self, act: str | None) -> None:
        from bursar_desk.services import history

        def taken(told: tuple[str, Changes]) -> None:
            self.context.acted(told[1], f"Taken back: {told[0]}.", origin=self, undo=False)

        self.context.run(self.frame, lambda desk: history.undo(desk, act), taken)

    def redo(self) -> None:
        """Ctrl+Y: bring back what was taken back last."""
        from bursar_desk.services import history

        def brought(told: tuple[str, Changes]) -> None:
            self.context.acted(told[1], f"Brought back: {told[0]}.", origin=self, undo=False)

        self.context.run(self.frame, history.redo, brought)

    def look_again(self) -> None:
        """Ask what undo and redo would do and what the rail should count; once more if something changes meanwhile."""
        if self._reading:
            self._again = True
            return
        self._reading, self._again = True, False
        keys = self.context.pages
        self.context.run(self.frame, lambda desk: _steps(desk, keys), self._show_steps, self._no_steps)

    def _show_steps(self, steps: _Steps) -> None:
        self._reading = False
        self.frame.set_undo(steps.undo.words if steps.undo else "", steps.redo.words if steps.redo else "")
        self.frame.set_counts(steps.counts)
        if self._again:
            self.look_again()

    def _no_steps(self, problem: UserError) -> None:
        self._reading = False
        self.context.problem.emit(problem)

    # --- going about ---

    def _open_page(self, key: str, focus: Mapping[str, object]) -> None:
        page = self.frame.show_page(key)
        if isinstance(page, Page) and focus:
            page.focus_on(**focus)

    def _look(self, scheme: theme.Scheme) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, scheme)
        keep(f"look.{self.context.facts.who}", scheme.value)

    def may_close(self) -> bool:
        """Whether nothing typed would be lost by closing; otherwise ask, and close if that is the answer."""
        pages = [self.frame.page(entry.key) for entry in self.entries]
        pages += self.people.away_pages()
        waiting = [said for page in pages if isinstance(page, Page) and (said := page.unsaved())]
        if not waiting or self._close_anyway:
            return True
        question = Question(
            self.frame,
            "Close without saving?",
            f"What you typed for {words.listing(waiting)} is not saved yet.",
            [("close", "Close without saving"), ("stay", "Go back")],
        )
        question.answered.connect(self._closing)
        question.open()
        return False

    def _closing(self, answer: str) -> None:
        if answer == "close":
            self._close_anyway = True
            self.frame.close()


def kept_scheme(who: str) -> theme.Scheme:
    """The colours a person chose on this computer."""
    try:
        return theme.Scheme(kept(f"look.{who}", theme.Scheme.SYSTEM.value))
    except ValueError:
        return theme.Scheme.SYSTEM


def _steps(desk: Desk, keys: frozenset[str]) -> _Steps:
    """On the database worker: undo, redo and the counts of the rail."""
    from bursar_desk.services import checks, history, today

    counts: dict[str, Count | None] = {}
    if "today" in keys:
        counts["today"] = Count(today.view(desk).count)
    if "home" in keys:
        late = sum(
            line.word in ("overdue", "failed") for line in checks.listing(desk, every_school=desk.is_office).lines
        )
        counts["home"] = Count(late, overdue=True)
    if "messages" in keys:
        from bursar_desk.services import messages

        counts["messages"] = Count(messages.unread_count(desk))
    if "contracts" in keys:
        from bursar_desk.services import contract_alerts

        counts["contracts"] = Count(contract_alerts.to_decide(desk))
    return _Steps(history.undo_step(desk), history.redo_step(desk), counts)
