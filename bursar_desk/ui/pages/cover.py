"""Cover: who is away, what that leaves undone, who can help, the pack that goes out and the return that comes in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import reporting
from bursar_desk.ui.pages.absence_form import AbsenceForm
from bursar_desk.ui.pages.base import Command, Page
from bursar_desk.ui.pages.cover_asked_us import AskedUs
from bursar_desk.ui.pages.cover_board import BoardModel, BoardView
from bursar_desk.ui.pages.cover_board_paint import StateSign
from bursar_desk.ui.pages.cover_data import Beside, Week, cover_of_return, read_beside, read_week
from bursar_desk.ui.pages.cover_detail import CoverDetail, pack_told, return_told
from bursar_desk.ui.pages.cover_files import CoverFiles
from bursar_desk.ui.pages.cover_guests import GuestList
from bursar_desk.ui.pages.cover_offer_form import OfferForm
from bursar_desk.ui.pages.cover_pack import CoverPackView
from bursar_desk.ui.pages.cover_sections import line
from bursar_desk.ui.pages.cover_steps import CoverSteps
from bursar_desk.ui.pages.cover_strip_view import StripView, Under
from bursar_desk.ui.widgets import Button, IconButton, Row, SplitPane, give_letters, plain_label
from bursar_desk.ui.widgets.file_asks import dropped_paths
from bursar_desk.ui.widgets.stacks import show_only

if TYPE_CHECKING:
    from bursar_desk.services import absences
    from bursar_desk.services.cover import CoverLine, Helper, OfferLine
    from bursar_desk.services.cover_board import BoardCell, BoardRow
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.guests import Guest, PackMade
    from bursar_desk.services.merging import MergeResult
    from bursar_desk.ui.jobs import Job


class CoverPage(Page):
    """The week board and, beside it, all about the chosen day."""

    key = "cover"
    title = "Cover"
    icon = "repeat"
    interested_in = (
        "absence", "cover", "cover_worked", "cover_offer", "answer", "person", "training", "induction", "lead",
        "school", "school_check", "check_record", "calendar_block", "setting",
    )  # fmt: skip
    scrolls = False

    def build(self) -> None:
        """Make header, board and pane."""
        self.steps = CoverSteps(self, self._absence_added, self._offered)
        self.files = CoverFiles(self.context, self)
        self.files.sent.connect(self._sent)
        self._day: dt.date = self.context.today
        self._wanted: tuple[bytes, dt.date] | None = None
        self._absence: bytes | None = None
        self._told: tuple[bytes | None, Callable[[], QWidget]] | None = None
        self._reading: Job[Any] | None = None
        self._beside: Beside | None = None
        self._fresh = True
        self.setAcceptDrops(True)
        self._build_header()
        self.model = BoardModel(self)
        self.board = BoardView(self.model)
        self.board.day_header.today = self.context.today
        self.board.chosen.connect(self._chosen)
        self.board.opened.connect(self._open_day)
        self.guests = GuestList(self.files.open_guest, self.files.send_back)
        main = QWidget()
        column = QVBoxLayout(main)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._build_bar())
        self.asked_us = AskedUs(self.steps.reply)
        self.strip = StripView()
        column.addWidget(self.board, 1)
        column.addWidget(Under(self.asked_us, self.strip, self.guests))
        self._build_beside()
        self.split = SplitPane(main)
        self.pack = CoverPackView(self.files)
        self._modes = QStackedWidget()
        self._modes.addWidget(self.split)
        self._modes.addWidget(self.pack)
        show_only(self._modes, self.split)
        self.body.addWidget(self._modes)
        self._listen()

    def _build_header(self) -> None:
        self.header.set_note(f"Week of {words.long_date(_monday(self._day))}")
        self.back = IconButton("chevron-left", "Week before", on_click=lambda: self.move_weeks(-1))
        self.forward = IconButton("chevron-right", "Week after", on_click=lambda: self.move_weeks(1))
        self._arrows = line(self.back, self.forward, spacing=4)
        grid = self.header.layout()
        if isinstance(grid, QGridLayout):
            grid.addWidget(self._arrows, 0, 2, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.open_button = Button("Open a cover pack", icon="folder-open", on_click=self.files.choose_pack)
        self.report_button = Button("Report absence", icon="user-x", on_click=lambda: self.report_absence(None))
        self.week_button = Button("Back to the week", icon="chevron-left", on_click=self.back_to_week)
        self.offer_button = Button("Offer hours", icon="user-plus", on_click=self.offer_hours)
        for button in (self.open_button, self.offer_button, self.report_button, self.week_button):
            self.header.add(button)
        self._show_header_parts(board=True)

    def _build_bar(self) -> QWidget:
        self._sentence = plain_label("", "strong")
        parts: list[QWidget | int] = [self._sentence, 1]
        for state, text in (("gap", "Gap"), ("asked", "Asked"), ("offer", "Offer"), ("agreed", "Agreed")):
            sign = Row(StateSign(state), plain_label(text, "caption"), high=24)
            sign.line.setContentsMargins(0, 0, 0, 0)
            sign.line.setSpacing(6)
            parts.append(sign)
        bar = Row(*parts, high=48)
        bar.line.setContentsMargins(24, 4, 24, 4)
        bar.line.setSpacing(20)
        return bar

    def _build_beside(self) -> None:
        self.detail = CoverDetail(lambda: self.context.today, owed="owed" in self.context.pages)
        self.form = AbsenceForm(lambda: self.context.today)
        self._panes = QStackedWidget()
        self._panes.addWidget(self.detail)
        self._panes.addWidget(self.form)
        show_only(self._panes, self.detail)
        self.detail.closed.connect(self._close_pane)
        self.offer_form = OfferForm(lambda: self.context.today)
        self._panes.addWidget(self.offer_form)
        for form in (self.form, self.offer_form):
            form.closed.connect(self._leave_form)
        self.form.wanted.connect(self.steps.add_absence)
        self.offer_form.wanted.connect(self.steps.offer)
        wishes = self.detail.wishes
        wishes.ask.connect(self._ask)
        wishes.answered.connect(self.steps.answer)
        wishes.said.connect(self.steps.reply)
        wishes.withdraw.connect(self.steps.withdraw)
        wishes.owed.connect(lambda: self.context.open_page("owed"))
        wishes.pack.connect(self._show_pack)
        wishes.take_in.connect(self.files.choose_return)
        wishes.open_pack.connect(self.files.choose_pack)
        wishes.report.connect(self.report_absence)
        wishes.take_back.connect(self.steps.take_back_absence)
        wishes.another.connect(self._another_absence)
        wishes.hours.connect(self.steps.note_hours)
        wishes.private.connect(lambda away: self.steps.show_private(away, self.detail.show_private))

    def _listen(self) -> None:
        files = self.files
        files.stepped.connect(self.detail.show_progress)
        files.stepped.connect(self.pack.show_progress)
        files.ended.connect(self.detail.end_progress)
        files.pack_made.connect(self._pack_made)
        files.taken_in.connect(self._taken_in)
        files.opened.connect(self._pack_opened)

    # --- reading ---

    def load(self, desk: Desk) -> Week:
        """Read the week."""
        return read_week(desk, self._day)

    def fill(self, data: Week) -> None:
        """Show the week, and the day that was chosen or the first that needs somebody."""
        if data.monday != _monday(self._day):
            self.reload()  # another week was asked for while this one was read
            return
        self._show_header_parts(board=self._modes.currentWidget() is self.split)
        self._sentence.setText(data.sentence)
        self.guests.set_guests(data.guests)
        self.form.set_staff(data.staff)
        self.offer_form.set_staff(data.staff)
        self.asked_us.set_requests(data.asked_us)
        self.model.set_week(data.rows, data.notes)
        wanted, self._wanted = self._wanted, None
        if wanted is not None and self.board.choose(*wanted):
            self._open_pane()
        elif self.board.chosen_cell() is None:
            first = data.first_gap(self.context.home, self.context.today)
            if first is not None:
                self.board.choose(*first)
        if self._fresh and data.rows:
            self._fresh = False
            self._open_pane()
            self.board.setFocus()

    def focus_on(self, **what: Any) -> None:
        """Show a day: ``day``, ``school``, ``absence`` (an id, with its ``day``); or open packs: ``files``."""
        if what.get("files"):
            self.files.open_packs(what["files"])
            return
        day = what.get("day") or self.context.today
        self._absence = what.get("absence")
        self._go_to(what.get("school") or self.context.home, day)

    def _go_to(self, school: bytes, day: dt.date) -> None:
        """Show a school's day, in whichever week it lies; a weekend shows the week's Friday."""
        if day.weekday() > 4:
            day -= dt.timedelta(days=day.weekday() - 4)
        self._wanted = (school, day)
        self._day = day
        if self.data is not None:
            self.reload()

    def move_weeks(self, weeks: int) -> None:
        """Go weeks back or forward, staying on the same school and weekday."""
        found = self.board.chosen_cell()
        away = dt.timedelta(days=7 * weeks)
        self._day += away
        if self._wanted is not None:
            self._wanted = (self._wanted[0], self._wanted[1] + away)
        elif found is not None:
            self._wanted = (found[0].school, found[1].day + away)
        self.reload()

    def _chosen(self, row: BoardRow, cell: BoardCell) -> None:
        """Read all about the day the person moved to; only the newest reading is shown."""
        if self._reading is not None:
            self._reading.stop()
        wanted, self._absence = self._absence, None
        kept = self._beside
        if wanted is None and kept is not None and kept.absence and kept.row.school == row.school:
            wanted = kept.absence.id
        self._reading = self.context.run(self, lambda desk: read_beside(desk, row, cell, wanted), self._show_beside)

    def _show_beside(self, beside: Beside) -> None:
        found = self.board.chosen_cell()
        if found is not None and (found[0].school, found[1].day) != (beside.row.school, beside.cell.day):
            return
        self._beside = beside
        told = None
        if self._told is not None and self._told[0] == (beside.absence.id if beside.absence else None):
            told = self._told[1]()
        self.detail.show_beside(beside, told)
        self.strip.set_strip(beside.strip)
        give_letters(self)
        self.rendered.emit()

    # --- panes ---

    def _open_pane(self) -> None:
        if self.split.width() >= SplitPane.NARROW or self.split.width() < 200:
            self.split.show_detail(self._panes)

    def _open_day(self) -> None:
        """Enter on the board: to the next step of the day."""
        show_only(self._panes, self.detail)
        self.split.show_detail(self._panes)
        self.detail.focus_first()

    def _close_pane(self) -> None:
        self.split.hide_detail()  # the focus goes back to the board

    def _leave_form(self) -> None:
        show_only(self._panes, self.detail)
        self.board.setFocus()

    def report_absence(self, day: dt.date | None) -> None:
        """Open the form; the day chosen on our own row is there already."""
        found = self.board.chosen_cell()
        if day is None and found is not None and found[0].school == self.context.home:
            day = found[1].day
        show_only(self._panes, self.form)
        self.split.show_detail(self._panes)
        self.form.start(day)

    def offer_hours(self) -> None:
        """Open the form to offer hours of one of our people."""
        found = self.board.chosen_cell()
        day = found[1].day if found is not None and found[0].school == self.context.home else None
        show_only(self._panes, self.offer_form)
        self.split.show_detail(self._panes)
        self.offer_form.start(day)

    # --- steps ---

    def _absence_added(self, away: absences.AbsenceLine, changes: Any) -> None:
        self._absence = away.id
        show_only(self._panes, self.detail)
        self._go_to(away.school, away.first)
        self._acted(changes, f"{away.name} is away, {away.when}.")
        self.detail.focus_first()

    def _offered(self, offer: OfferLine) -> None:
        show_only(self._panes, self.detail)
        self._go_to(offer.school, offer.first)

    def _ask(self, helper: Helper, answer_by: dt.date | None) -> None:
        absence = self._beside.absence if self._beside else None
        if absence is not None:
            self.steps.ask(absence.id, helper, answer_by)

    def _another_absence(self, absence: bytes) -> None:
        self._absence = absence
        found = self.board.chosen_cell()
        if found is not None:
            self._chosen(*found)

    def _acted(self, changes: Any, said: str, *, undo: bool = True) -> None:
        self.steps.acted(changes, said, undo=undo)

    # --- files ---

    def _show_pack(self, asked: CoverLine) -> None:
        """Show the pack as it will go out, before it is saved."""
        if self._beside is None:
            return
        self.pack.show_pack(self._beside, asked)
        show_only(self._modes, self.pack)
        self.header.set_title(f"Cover pack for {asked.helper}")
        self._show_header_parts(board=False)
        self.pack.save_share.setFocus()
        self.context.run(
            self, lambda desk: reporting.preview_pdf(desk, "cover", cover=asked.id), self.pack.paper.set_pdf
        )

    def back_to_week(self) -> None:
        """Leave the pack."""
        show_only(self._modes, self.split)
        self.header.set_title(self.title)
        self._show_header_parts(board=True)
        self.board.setFocus()

    def _show_header_parts(self, *, board: bool) -> None:
        self.header.set_note(f"Week of {words.long_date(_monday(self._day))}" if board else "")
        self._arrows.setVisible(board)
        for button in (self.open_button, self.offer_button, self.report_button):
            button.setVisible(board and not self.context.facts.office)
        self.week_button.setVisible(not board)
        if self.isVisible():
            give_letters(self)

    def _pack_made(self, asked: CoverLine, made: PackMade) -> None:
        self._told = (asked.absence, lambda: pack_told(made))
        self.back_to_week()
        self._acted(made.changes, f"The cover pack for {asked.helper} is saved.", undo=False)

    def _taken_in(self, result: MergeResult) -> None:
        """Go to the cover that came back, and show the receipt there."""
        senders = {one.sender for one in result.files if one.accepted}
        self.context.run(
            self, lambda desk: cover_of_return(desk, senders), lambda found: self._show_return(result, found)
        )

    def _show_return(self, result: MergeResult, asked: CoverLine | None) -> None:
        absence = self._beside.absence.id if self._beside and self._beside.absence else None
        if asked is not None:
            absence = self._absence = asked.absence
            self._go_to(asked.school, asked.first)
        self._told = (absence, lambda: return_told(result))
        added = result.total("added")
        said = f"{words.count(added, 'new entry', 'new entries')} taken in." if added else "There was nothing new."
        self._acted(result.changes, said, undo=False)
        show_only(self._panes, self.detail)
        self.split.show_detail(self._panes)
        found = self.board.chosen_cell()
        if found is not None and asked is None:
            self._chosen(*found)

    def _pack_opened(self, guest: Guest) -> None:
        self.context.tell(f"The cover pack of {guest.school_name} is open.", undo=False)
        self.reload()

    def _sent(self, sent: Any) -> None:
        many = words.count(sent.entries, "entry", "entries")
        self.context.tell(f"{sent.path.name} is saved with {many}. Send it to {words.listing(sent.recipients)}.", False)

    # --- dropping, menu, F6 ---

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped here: a pack, or what came back."""
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what was dropped."""
        paths = dropped_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.files.take_dropped(paths)

    def commands(self) -> dict[Command, Callable[[], object]]:
        """Ctrl+N reports an absence."""
        found = super().commands()
        if not self.context.facts.office:
            found[Command.NEW] = lambda: self.report_absence(None)
        return found

    def panes(self) -> list[QWidget]:
        """Header, board, pane."""
        return [self.header, self.board, self.asked_us, self.guests, self._panes, self.pack]


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())
