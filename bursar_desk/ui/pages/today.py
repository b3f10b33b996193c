"""Today: what site staff do now, each with one large button; recording slides in beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import today as service
from bursar_desk.ui.pages.base import Page
from bursar_desk.ui.pages.fault_panel import FaultPanel, load_places
from bursar_desk.ui.pages.key_in_print import PrintButton
from bursar_desk.ui.pages.record_draft import Draft, RecordCard, load_card
from bursar_desk.ui.pages.record_panel import RecordPanel
from bursar_desk.ui.pages.round_panel import RoundPanel, RoundSaved
from bursar_desk.ui.pages.today_rows import RowButton, TodayRowView, chip_width, done_row, faults_card, week_card
from bursar_desk.ui.widgets import (
    Button,
    Card,
    Columns,
    DetailPane,
    EmptyState,
    MessageStrip,
    Scroller,
    SplitPane,
    ground,
)
from bursar_desk.ui.widgets.motion import slide_in
from bursar_desk.ui.widgets.panes import focus_into

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bursar_desk.services.desk import Desk
    from bursar_desk.services.today import TodayRow, TodayView

_MOST_TO_DATE = 12
_MOST_DONE = 12


class TodayPage(Page):
    """Works in a school's own register and in the one of a cover pack, where it says for which school."""

    key: ClassVar[str] = "today"
    title: ClassVar[str] = "Today"
    icon: ClassVar[str] = "list-checks"
    scrolls: ClassVar[bool] = False
    interested_in: ClassVar[tuple[str, ...]] = (
        "school_check", "check_record", "not_done", "put_off", "out_of_use", "defect", "calendar_block", "person",
        "place",
    )  # fmt: skip

    def build(self) -> None:
        """The list with its own head at the left; panels open beside it over the whole height."""
        ground(self, "bg")
        self.data: TodayView | None = None
        self._rows: dict[bytes, TodayRowView] = {}
        self._drafts: dict[bytes, Draft] = {}
        self._now: bytes | None = None
        self._begun = False
        self._chip = 124
        self.round_button: Button | None = None
        left = QWidget()
        ground(left, "bg")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        own = self.layout()
        if own is not None:
            own.removeWidget(self.header)
        ground(self.header, "bg")
        column.addWidget(self.header)
        self._scroller = Scroller()
        column.addWidget(self._scroller, 1)
        self.columns = Columns((814, 280))
        self._scroller.body.addWidget(self.columns)
        self._scroller.body.addStretch()
        self._side_buttons = QWidget(self)  # where the buttons wait while they are not shown
        self._side_buttons.hide()
        self.fault_button = self._side_button("Report a fault", "triangle-alert")
        self.fault_button.clicked.connect(self._report_fault)
        self.all_button = self._side_button("See all checks", "clipboard-check")
        self.all_button.clicked.connect(lambda: self.context.open_page("checks"))
        self.key_button = self._side_button("Key in from paper", "keyboard")
        self.key_button.clicked.connect(lambda: self.context.open_page("keyin"))
        self.print_button = PrintButton(self.context, size=64, left=True, parent=self._side_buttons)
        self.split = SplitPane(left)
        self.split.detail_closed.connect(self._closed)
        self.body.addWidget(self.split, 1)

    def _side_button(self, text: str, icon: str) -> Button:
        return Button(text, icon=icon, size=64, left=True, parent=self._side_buttons)

    def panes(self) -> list[QWidget]:
        """The list, then the panel."""
        return [self._scroller, *([self.split.detail] if self.split.detail is not None else [])]

    # --- reading and showing ---

    def load(self, desk: Desk) -> TodayView:
        """Today for whoever acts."""
        return service.view(desk)

    def fill(self, data: TodayView) -> None:
        """Make the cards anew; the focus stays on the row it was on."""
        kept = next((check for check, row in self._rows.items() if row.button.hasFocus()), None)
        on_round = self.round_button is not None and self.round_button.hasFocus()
        self.data = data
        self.header.set_title(data.heading)
        self.header.set_note(words.long_date(data.day))
        empty_column(self.columns.main)
        empty_column(self.columns.side, keep=(self.fault_button, self.all_button, self.key_button, self.print_button))
        self._rows = {}
        self._chip = chip_width((*data.now, *data.later, *data.this_week, *data.to_date))
        self._fill_main(data)
        self._fill_side(data)
        if kept is not None and kept in self._rows:
            self._rows[kept].button.setFocus()
        elif (on_round or not self._begun) and self.split.detail is None:
            self._first_focus()
        self._begun = True

    def _first_focus(self) -> None:
        """Everything passed is the usual morning, so the focus starts there."""
        first = self.round_button or next((row.button for row in self._rows.values()), None)
        if first is not None and self.isVisible():
            first.setFocus()

    def _fill_main(self, data: TodayView) -> None:
        main = self.columns.main
        self.round_button = None
        if data.guest is not None:
            main.addWidget(MessageStrip("info", f"These checks are for {data.guest.school_name}.", data.note))
        if data.empty is not None and not data.to_date:
            card = Card()
            empty = EmptyState(data.empty.title, data.empty.sentence, icon="circle-check")
            empty.setMinimumHeight(240)
            card.add_row(empty)
            main.addWidget(card)
        if data.now:
            main.addWidget(self._now_card(data))
        for title, rows in (("Later today", data.later), ("This week", data.this_week)):
            if rows:
                main.addWidget(self._card(f"{title}: {words.count(len(rows), 'check')}", rows))
        if data.to_date:
            main.addWidget(self._to_date_card(data.to_date))
        if data.done:
            card = Card(f"Done today: {words.count(len(data.done), 'check')}")
            for one in data.done[:_MOST_DONE]:
                card.add_row(done_row(one))
            main.addWidget(card)
        main.addStretch()

    def _now_card(self, data: TodayView) -> Card:
        note = ""
        if len(data.tickable) > 1:
            self.round_button = Button("All passed except…", "filled", icon="check-check", size=56)
            self.round_button.clicked.connect(self._start_round)
            note = "Walk round, then tick once."
        if self.split.detail is not None and self.round_button is not None:
            self.round_button.set_kind("outlined")
        card = Card(f"Now: {words.count(len(data.now), 'check')}", note, self.round_button, head=80)
        self._add_rows(card, data.now)
        return card

    def _card(self, title: str, rows: Sequence[TodayRow]) -> Card:
        card = Card(title)
        self._add_rows(card, rows)
        return card

    def _to_date_card(self, rows: tuple[TodayRow, ...]) -> Card:
        more = len(rows) - _MOST_TO_DATE
        action = None
        if more > 0:
            action = Button(f"See all {words.number(len(rows))}", "text", size=32)
            action.clicked.connect(lambda: self.context.open_page("checks", part="not_known"))
        card = Card("When were these last done?", words.count(len(rows), "check"), action)
        self._add_rows(card, rows[:_MOST_TO_DATE])
        return card

    def _add_rows(self, card: Card, rows: Sequence[TodayRow]) -> None:
        for row in rows:
            view = TodayRowView(row, chip=self._chip, now=row.line.id == self._now)
            check = row.line.id
            view.button.clicked.connect(lambda _checked=False, check=check: self.record(check))
            view.button.moved.connect(lambda step, button=view.button: self._move(button, step))
            self._rows[check] = view
            card.add_row(view)

    def _fill_side(self, data: TodayView) -> None:
        side = self.columns.side
        if data.guest is None:  # what was lent are checks; a fault goes with the check that shows it
            side.addWidget(self.fault_button)
            self.fault_button.show()
        if "checks" in self.context.pages:
            side.addWidget(self.all_button)
            self.all_button.show()
        if "keyin" in self.context.pages:
            for button in (self.print_button, self.key_button):
                side.addWidget(button)
                button.show()
        side.addWidget(week_card(data))
        if data.faults:
            side.addWidget(faults_card(data.faults))
        side.addStretch()

    def _move(self, button: RowButton, step: int) -> None:
        buttons: list[QWidget] = [row.button for row in self._rows.values() if row.button.isVisible()]
        if self.round_button is not None:
            buttons.insert(0, self.round_button)
        place = buttons.index(button) + step
        if 0 <= place < len(buttons):
            buttons[place].setFocus(Qt.FocusReason.TabFocusReason)
            self._scroller.ensureWidgetVisible(buttons[place])

    # --- panels ---

    def record(self, check: bytes) -> None:
        """Open the panel that records one check."""
        self.context.run(self, lambda desk: load_card(desk, check), self._show_record)

    def _show_record(self, card: RecordCard) -> None:
        check = card.detail.line.id
        kept = self._drafts.get(check)
        draft = kept if kept is not None and kept.touched else Draft.of(card, self.context.today)
        self._drafts[check] = draft
        panel = RecordPanel(self.context, card, draft)
        panel.saved.connect(lambda _changes: self._saved(check))
        self._show_pane(panel, check)

    def _saved(self, check: bytes) -> None:
        self._drafts.pop(check, None)
        self.split.hide_detail()

    def _start_round(self) -> None:
        if self.data is None:
            return
        panel = RoundPanel(self.context, self.data.rounds)
        panel.saved.connect(self._round_saved)
        self._show_pane(panel)

    def _round_saved(self, told: RoundSaved) -> None:
        self.split.hide_detail()
        if told.exceptions:
            self.record(told.exceptions[0])

    def _report_fault(self) -> None:
        def show(places: tuple[tuple[bytes, str], ...]) -> None:
            panel = FaultPanel(self.context, places)
            panel.saved.connect(lambda _changes: self.split.hide_detail())
            self._show_pane(panel)

        self.context.run(self, load_places, show)

    def _open_panel(self) -> QWidget | None:
        return self.split.detail

    def _show_pane(self, pane: DetailPane, check: bytes | None = None) -> None:
        was_open = self.split.detail is not None
        self._mark(check)
        self._side(shown=False)
        self.split.show_detail(pane)
        wide = pane.sizeHint().width()
        self.split.setSizes([max(1, self.split.width() - wide), wide])
        focus_into(pane.inside)
        if not was_open:
            slide_in(pane)

    def _closed(self) -> None:
        """The panel has gone: show the side again, and stand where the person was."""
        was = self._now
        self._mark(None)
        self._side(shown=True)
        if was is not None and was in self._rows:
            self._rows[was].button.setFocus()
        elif self._rows or self.round_button is not None:
            self._first_focus()
        else:
            self.all_button.setFocus()

    def _side(self, *, shown: bool) -> None:
        """The side column gives its room to the panel; the filled button is the panel's while it is open."""
        holder = self.columns.side.parentWidget()
        if holder is not None:
            holder.setVisible(shown)
        if self.round_button is not None:
            self.round_button.set_kind("filled" if shown else "outlined")

    def _mark(self, check: bytes | None) -> None:
        """Show which row is being recorded."""
        self._now = check
        for one, row in self._rows.items():
            row.set_now(now=one == check)

    def focus_on(self, **what: Any) -> None:
        """``check=id`` opens the panel of a check."""
        check = what.get("check")
        if isinstance(check, bytes):
            self.record(check)

    def unsaved(self) -> str:
        """Records begun and not saved, and a fault begun."""
        titles = {check: row.row.title for check, row in self._rows.items()}
        waiting = [titles.get(check, "a check") for check, draft in self._drafts.items() if draft.touched]
        if isinstance(self.split.detail, FaultPanel) and self.split.detail.touched:
            waiting.append("a fault")
        return words.listing(waiting)


def empty_column(column: QBoxLayout, keep: Sequence[QWidget] = ()) -> None:
    """Take everything out of a column."""
    while (item := column.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            if widget not in keep:
                widget.deleteLater()
