"""What opens beside the list of checks: the details of one, the panel that records it, and the forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from bursar_desk.domain.errors import UserError
from bursar_desk.services import applies, check_edit, check_views, recording
from bursar_desk.ui import theme
from bursar_desk.ui.pages.base import Page
from bursar_desk.ui.pages.checks_correct import CorrectPane
from bursar_desk.ui.pages.checks_detail import CheckDetailPane
from bursar_desk.ui.pages.checks_edit import CheckForm
from bursar_desk.ui.pages.checks_forms import NotNeededPane, OutOfUsePane, PutOffPane
from bursar_desk.ui.pages.checks_table import ChecksTable, GroupHead
from bursar_desk.ui.pages.checks_views import SaveViewPane
from bursar_desk.ui.pages.record_draft import Draft, RecordCard, load_card
from bursar_desk.ui.pages.record_panel import RecordPanel
from bursar_desk.ui.widgets import DetailPane, SplitPane, give_letters
from bursar_desk.ui.widgets.motion import slide_in
from bursar_desk.ui.widgets.outcomes import NOT_DONE
from bursar_desk.ui.widgets.panes import focus_into

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.check_edit import Base, NewCheck
    from bursar_desk.services.check_views import FullCheck
    from bursar_desk.services.checks import CheckLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.recording_history import PastEntry
    from bursar_desk.ui.jobs import Job
    from bursar_desk.ui.widgets import Button

FORMS = (RecordPanel, CorrectPane, PutOffPane, OutOfUsePane, NotNeededPane, CheckForm, SaveViewPane)


class ChecksBeside(Page):
    """A list of checks with something beside it; the list itself is made by ``ChecksPage``."""

    table: ChecksTable
    split: SplitPane
    new_button: Button

    def start_beside(self) -> None:
        """Nothing is open, nothing is asked for yet."""
        self._drafts: dict[bytes, Draft] = {}
        self._wanted: bytes | None = None
        self._asked: Job[Any] | None = None
        self._ask_again = False
        self.detail: CheckDetailPane | None = None
        self._form: CheckForm | None = None
        self._begun: dict[bytes | None, NewCheck] = {}  # forms begun and not saved, by check; None for a new one

    def chosen_line(self) -> CheckLine | None:
        """The check the person is on."""
        row = self.table.chosen()
        return None if row is None or isinstance(row, GroupHead) else row

    def narrow_window(self) -> bool:
        """Whether details would cover the list; they then open on Enter only."""
        return self.split.width() < theme.px(SplitPane.NARROW)

    # --- the details of the row chosen ---

    def _open_pane(self) -> QWidget | None:
        return self.split.detail

    def _chosen(self, line: CheckLine | GroupHead | None) -> None:
        if line is None or isinstance(line, GroupHead) or (self.narrow_window() and self.split.detail is None):
            return
        if isinstance(self._open_pane(), FORMS):
            self._leave_pane()
        self._ask_detail()

    def _opened(self, line: CheckLine | GroupHead) -> None:
        if isinstance(line, GroupHead):
            return
        if self.split.detail is None:
            self._ask_detail(then=self._into_detail)
        else:
            self._into_detail()

    def _into_detail(self) -> None:
        pane = self.split.detail
        if isinstance(pane, DetailPane):
            focus_into(pane.inside)

    def _ask_detail(self, then: Callable[[], object] | None = None) -> None:
        """Read the details of the row chosen; while one is being read the next waits, so holding a key stays quick."""
        line = self.chosen_line()
        if line is None:
            return
        if self._asked is not None:
            self._ask_again = True
            return
        self._ask_again = False
        check = line.id

        def arrived(detail: FullCheck) -> None:
            self._asked = None
            if self._ask_again:
                self._ask_detail(then)
                return
            self._show_detail(detail)
            if then is not None:
                then()

        self._asked = self.context.run(self, lambda desk: check_views.full(desk, check), arrived, self._no_detail)

    def _no_detail(self, problem: UserError) -> None:
        self._asked = None
        self.context.problem.emit(problem)

    def _show_detail(self, detail: FullCheck) -> None:
        if isinstance(self._open_pane(), FORMS):
            return
        fresh = self.detail is None or self.split.detail is not self.detail
        if self.detail is None:
            self.detail = self._make_detail()
        self.detail.show_check(detail, self.context.today, own=detail.detail.line.school == self.context.home)
        if fresh:
            self._show_pane(self.detail)

    def _make_detail(self) -> CheckDetailPane:
        made = CheckDetailPane(self.context)
        made.record_wanted.connect(lambda: self._record(""))
        made.skip_wanted.connect(lambda: self._record(NOT_DONE))
        made.put_off_wanted.connect(self._put_off)
        made.out_of_use_wanted.connect(self._out_of_use)
        made.back_in_use_wanted.connect(self._back_in_use)
        made.history_wanted.connect(self._tell_history)
        made.change_wanted.connect(self._change)
        made.log_wanted.connect(self._print_log)
        made.not_needed_wanted.connect(self._not_needed)
        made.bring_back_wanted.connect(self._bring_back)
        made.correct_wanted.connect(self._correct)
        made.history_button.setVisible("history" in self.context.pages)
        return made

    def _print_log(self) -> None:
        line = self.chosen_line()
        if line is not None:
            self.context.open_page("reports", report="inspector", check=line.id, school=line.school)

    def _tell_history(self) -> None:
        line = self.chosen_line()
        if line is not None:
            self.context.open_page("history", check=line.id, name=line.title)

    def _show_pane(self, pane: DetailPane, *, focus: bool = False) -> None:
        """Open a pane beside the list at its own width."""
        was_open = self.split.detail is not None
        if pane is not self.detail:
            self.detail = None  # another pane replaces it for good
        self.split.show_detail(pane, focus=focus)
        wide = pane.sizeHint().width()
        self.split.setSizes([max(1, self.split.width() - wide), wide])
        if not was_open or focus:
            slide_in(pane)

    def _leave_pane(self) -> None:
        """Go back from a form to the details."""
        self.put_aside()
        self.detail = None
        self.split.hide_detail()

    def put_aside(self) -> None:
        """Keep what is typed in the form of a check, for when it is opened again."""
        pane, self._form = self._form, None
        if pane is None:
            return
        key = pane.known.row.id if pane.known.row else None
        try:
            typed = pane.typed()
        except UserError:
            return
        if typed != pane.start:
            self._begun[key] = typed
        else:
            self._begun.pop(key, None)

    def _detail_closed(self) -> None:
        self.put_aside()
        if self.isVisible():
            self.table.setFocus()
        if self.detail is None and self.chosen_line() is not None:
            self._ask_detail()

    # --- recording and planning ---

    def _record(self, outcome: str) -> None:
        line = self.chosen_line()
        if line is None or line.school != self.context.home:
            return
        check = line.id
        self.context.run(self, lambda desk: load_card(desk, check), lambda card: self._show_record(card, outcome))

    def _show_record(self, card: RecordCard, outcome: str) -> None:
        check = card.detail.line.id
        kept_draft = self._drafts.get(check)
        draft = kept_draft if kept_draft is not None and kept_draft.touched else Draft.of(card, self.context.today)
        if outcome:
            draft.outcome, draft.by_hand = outcome, True
        self._drafts[check] = draft
        panel = RecordPanel(self.context, card, draft)
        panel.saved.connect(lambda _changes: self._saved(check))
        self._show_pane(panel, focus=True)

    def _saved(self, check: bytes) -> None:
        self._drafts.pop(check, None)
        self._leave_pane()

    def _put_off(self) -> None:
        line = self.chosen_line()
        if line is not None:
            self._show_form(PutOffPane(self.context, line))

    def _out_of_use(self) -> None:
        line = self.chosen_line()
        if line is not None and line.school == self.context.home:
            self._show_form(OutOfUsePane(self.context, line))

    def _not_needed(self) -> None:
        line = self.chosen_line()
        if line is not None and line.school == self.context.home:
            self._show_form(NotNeededPane(self.context, line))

    def _correct(self, entry: PastEntry) -> None:
        if self.detail is not None and self.detail.full is not None:
            self._show_form(CorrectPane(self.context, self.detail.full.detail, entry))

    def _show_form(self, pane: PutOffPane | OutOfUsePane | NotNeededPane | CorrectPane) -> None:
        pane.saved.connect(lambda _changes: self._leave_pane())
        self._show_pane(pane, focus=True)

    def _bring_back(self) -> None:
        self._at_once(lambda desk, check: applies.say(desk, check, "yes"), "it applies again")

    def _back_in_use(self) -> None:
        self._at_once(recording.back_in_use, "it is back in use")

    def _at_once(self, write: Callable[[Desk, bytes], Changes], said: str) -> None:
        """Write what needs no further word, and say it."""
        line = self.chosen_line()
        if line is None or line.school != self.context.home:
            return
        check, sentence = line.id, f"{line.title}: {said}."
        self._wanted = check
        self.context.run(
            self, lambda desk: write(desk, check), lambda changes: self.context.acted(changes, sentence, origin=self)
        )

    # --- adding and changing ---

    def new_check(self) -> None:
        """Open the form of a new check."""
        if self.new_button.isVisible():
            self.context.run(self, check_edit.base, self._show_check_form)

    def _change(self) -> None:
        line = self.chosen_line()
        if line is not None and line.school == self.context.home:
            check = line.id
            self.context.run(self, lambda desk: check_edit.base(desk, check), self._show_check_form)

    def _show_check_form(self, known: Base) -> None:
        key = known.row.id if known.row else None
        pane = self._form = CheckForm(known, self._begun.get(key))
        pane.wanted.connect(lambda work: self._save_check(pane, work))
        self._show_pane(pane, focus=True)
        give_letters(self)

    def _save_check(self, pane: CheckForm, work: Callable[[Desk], tuple[Changes, str]]) -> None:
        def written(done: tuple[Changes, str]) -> None:
            changes, sentence = done
            self._begun.pop(pane.known.row.id if pane.known.row else None, None)
            self._form = None
            if changes.act is not None:
                self.context.acted(changes, sentence, origin=self)
            if self.split.detail is pane:
                self._leave_pane()

        self.context.run(self, work, written, pane.refused)
