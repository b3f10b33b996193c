"""Calendar: the month or the year of the school's checks, the chosen day beside it, and ways to take it along."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import calendar_feed, calendar_view, digest, reminders
from bursar_desk.ui.pages.base import Command, Page
from bursar_desk.ui.pages.calendar_day import DayPane
from bursar_desk.ui.pages.calendar_grid import GridModel, GridView
from bursar_desk.ui.pages.calendar_paint import DayPainter, MonthPainter
from bursar_desk.ui.widgets import Button, IconButton, Segments, SplitPane, ground, hline, plain_label
from bursar_desk.ui.widgets.file_asks import FileAsk
from bursar_desk.ui.widgets.messages import MessageStrip
from bursar_desk.ui.widgets.stacks import show_only

if TYPE_CHECKING:
    from bursar_desk.services.calendar_view import CalendarDay, MonthView, YearMonth
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.reminders import Reminder

ICS_FILES = "Calendar files (*.ics)"


@dataclass(frozen=True, slots=True)
class CalendarData:
    """What the page shows: the month or the year, and what is to be remembered."""

    month: MonthView | None
    year: tuple[YearMonth, ...]
    reminders: tuple[Reminder, ...]


class CalendarPage(Page):
    """Two views of the same dates; details beside."""

    key: ClassVar[str] = "calendar"
    title: ClassVar[str] = "Calendar"
    icon: ClassVar[str] = "calendar-days"
    scrolls: ClassVar[bool] = False
    interested_in: ClassVar[tuple[str, ...]] = (
        "school_check", "check_record", "put_off", "not_done", "out_of_use", "defect", "calendar_block", "setting",
    )  # fmt: skip

    def build(self) -> None:
        """Header, a bar to turn pages, the two grids, the day beside them."""
        self.files = FileAsk(self)
        self._day = self.context.today
        self._said: tuple[Reminder, ...] = ()
        self.copy_button = Button("Copy this week's list", "outlined", icon="copy", on_click=self.copy_week)
        self.mail_button = Button("Write a mail", "outlined", icon="mail", on_click=self.write_mail)
        self.save_button = Button("Save for my calendar", "filled", icon="calendar-check", on_click=self.save_file)
        for button in (self.copy_button, self.mail_button, self.save_button):
            self.header.add(button)
        self.views = Segments([("month", "Month"), ("year", "Year")], "Show")
        self.views.chosen.connect(lambda _key: self.reload())
        self._build_grids()
        self.pane = DayPane(self.context)
        self.split = SplitPane(self._build_left())
        self.split.show_detail(self.pane)
        self.body.addWidget(self.split, 1)

    def _build_grids(self) -> None:
        self.month_model = GridModel(7, [name[:3] for name in words.WEEKDAYS], self)
        self.year_model = GridModel(4, (), self)
        self._day_painter, self._month_painter = DayPainter(self), MonthPainter(self)
        self._day_painter.today = self._month_painter.today = self.context.today
        self.month_grid = GridView(self.month_model, "Days of the month", self._day_painter)
        self.year_grid = GridView(self.year_model, "Months of the year", self._month_painter)
        self.month_grid.chosen.connect(self._chosen_day)
        self.month_grid.opened.connect(lambda _cell: self.pane.focus_first())
        self.year_grid.opened.connect(lambda cell: self._go_to_month(cell.first))
        self.month_grid.turned.connect(self.turn)
        self.year_grid.turned.connect(self.turn)

    def _build_left(self) -> QWidget:
        left = ground(QWidget(), "surface")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar = QWidget()
        line = QHBoxLayout(bar)
        line.setContentsMargins(24, 12, 16, 12)
        line.setSpacing(8)
        self.heading = plain_label("", "subtitle")
        self.back = IconButton("chevron-left", "Earlier", on_click=lambda: self.turn(-1))
        self.ahead = IconButton("chevron-right", "Later", on_click=lambda: self.turn(1))
        self.to_today = Button("Go to today", "outlined", on_click=self.go_to_today)
        line.addWidget(self.back)
        line.addWidget(self.ahead)
        line.addWidget(self.heading)
        line.addStretch()
        line.addWidget(self.to_today)
        line.addWidget(self.views)
        self.strip = MessageStrip("info", "To remember")
        self.strip.hide()
        self.noted = Button("Mark as seen", "text", on_click=self.mark_seen)
        beside = self.strip.layout()
        if beside is not None:
            beside.addWidget(self.noted)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.month_grid)
        self.stack.addWidget(self.year_grid)
        for part in (bar, self.strip, hline(), self.stack):
            column.addWidget(part, 1 if part is self.stack else 0)
        return left

    # --- reading and showing ---

    def load(self, desk: Desk) -> CalendarData:
        """Read the month or the year the person is in."""
        said = reminders.reached(desk)
        if self.views.key() == "year":
            return CalendarData(None, calendar_view.year(desk, self._day), said)
        return CalendarData(calendar_view.month(desk, self._day), (), said)

    def fill(self, data: CalendarData) -> None:
        """Show it; the day a person stood on stays chosen."""
        self._remember(data.reminders)
        if data.month is None:
            first, last = data.year[0].title, data.year[-1].title
            self.heading.setText(f"{first} to {last}")
            self.header.set_note(words.count(sum(one.due for one in data.year), "check") + " planned")
            self.year_model.set_cells(data.year)
            self.year_grid.choose(self._day.replace(day=1))
            show_only(self.stack, self.year_grid)
            return
        self.heading.setText(data.month.title)
        self.header.set_note(words.count(data.month.count, "check") + " planned")
        self.month_model.set_cells(data.month.days)
        show_only(self.stack, self.month_grid)
        self.month_grid.choose(self._day)

    def _remember(self, listed: tuple[Reminder, ...]) -> None:
        self._said = listed
        more = f" And {len(listed) - 1} more." if len(listed) > 1 else ""
        self.strip.set_text("To remember", listed[0].words + more if listed else "")
        self.strip.setVisible(bool(listed))

    def _chosen_day(self, cell: CalendarDay) -> None:
        self._day = cell.day
        self.pane.show_day(cell)

    # --- moving ---

    def turn(self, step: int) -> None:
        """A month or a year earlier or later."""
        if self.views.key() == "year":
            year = min(max(self._day.year + step, 1990), 2190)
            self._day = self._day.replace(year=year, day=1)
        else:
            first = self._day.replace(day=1)
            turned = first - dt.timedelta(days=1) if step < 0 else first + dt.timedelta(days=32)
            self._day = turned.replace(day=1)
        self.reload()

    def go_to_today(self) -> None:
        """Back to where we are."""
        self._day = self.context.today
        self.reload()

    def _go_to_month(self, first: dt.date) -> None:
        self.views.set_key("month")
        self._day = first
        self.reload()

    def focus_on(self, **what: Any) -> None:
        """``day=`` opens a day."""
        if isinstance(what.get("day"), dt.date):
            self.views.set_key("month")
            self._day = what["day"]

    # --- taking it along ---

    def save_file(self) -> None:
        """Write the .ics file where the person says."""
        name = f"Checks {self.context.facts.name}.ics".replace("/", "-")
        self.files.save("Save for my calendar", Path.home() / name, ICS_FILES, self._save)

    def _save(self, target: Path) -> None:
        def told(written: Any) -> None:
            back = int(written.figures["taken back"])
            gone = f" {words.count(back, 'date')} of an earlier file will be taken out." if back else ""
            dates = words.count(int(written.figures["dates"]), "date")
            self.context.tell(f"Saved {dates} to {target.name}. Open it with your calendar.{gone}", undo=False)

        self.context.run(self, lambda desk: calendar_feed.write(desk, target), told)

    def copy_week(self) -> None:
        """Put the week's list on the clipboard, ready to paste into a mail."""

        def copied(made: digest.Digest) -> None:
            QGuiApplication.clipboard().setText(made.text)
            self.context.tell(f"Copied: {made.late} late, {made.this_week} in the next seven days.", undo=False)

        self.context.run(self, digest.digest, copied)

    def write_mail(self) -> None:
        """Open the mail program with the week's list in a new mail."""
        self.context.run(self, digest.digest, lambda made: QDesktopServices.openUrl(QUrl(made.mail_link)))

    def mark_seen(self) -> None:
        """What was said once is not said again for the same date."""
        listed = self._said
        self.context.run(self, lambda desk: reminders.said(desk, listed), lambda _none: self._remember(()))

    def commands(self) -> dict[Command, Callable[[], object]]:
        """Ctrl+E takes it along."""
        return {**super().commands(), Command.EXPORT: self.save_file}

    def panes(self) -> list[QWidget]:
        """The grid, then the day."""
        shown = self.year_grid if self.views.key() == "year" else self.month_grid
        return [shown, self.pane, self.header]
