"""My hours: what a covering person worked under a pack, claimed day by day; the school approves them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.mileage import VEHICLES, miles_words
from bursar_desk.services import guests
from bursar_desk.services.cover_hours import Worked
from bursar_desk.ui import theme
from bursar_desk.ui.pages.base import Page, time_words
from bursar_desk.ui.pages.cover_sections import minutes
from bursar_desk.ui.widgets import Button, Card, FieldForm, Picker, Reflow, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.domain.errors import UserError
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.guests import Slip

_WIDE: Final = 720


class HoursSlipPage(Page):
    """One form and, below it, what is claimed already."""

    key = "hours"
    title = "My hours"
    icon = "clock"
    interested_in = ("cover_claim",)

    def build(self) -> None:
        """Make the form and the list."""
        self.form, self.more = FieldForm(), FieldForm()
        self.day, self.vehicle = Picker(), Picker([("", "Not by vehicle")])
        self.vehicle.set_choices([("", "Not by vehicle"), *((one, one.capitalize()) for one in VEHICLES)])
        self.starts, self.ends, self.pause, self.travel, self.miles, self.note = (QLineEdit() for _ in range(6))
        self.note.setMaxLength(200)
        self.form.add("day", "Day", self.day)
        self.form.add("starts", "From", self.starts, "Such as 06:45.")
        self.form.add("ends", "To", self.ends)
        self.more.add("pause", "Break, in minutes", self.pause, optional=True)
        self.more.add("travel", "Travel between the schools, in minutes", self.travel, optional=True)
        self.more.add("miles", "Miles", self.miles, "Such as 4.6.", optional=True)
        self.more.add("vehicle", "Went by", self.vehicle, optional=True)
        self.form.add("note", "Note", self.note, optional=True)
        self.save = Button("Claim these hours", "filled", icon="check", on_click=self.submit)
        said = "They go home with what you recorded. The school approves them."
        both = Reflow(self.form, self.more, spacing=24)
        for part in (plain_label(said, "body", "muted", wrap=True), both, self.save):
            part.setMaximumWidth(theme.px(_WIDE))
            self.body.addWidget(part)
        self._list = Card()
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(16, 12, 16, 12)
        self._list.body.addLayout(self._rows)
        self._list.setMaximumWidth(theme.px(_WIDE))
        self.body.addWidget(self._list)
        self.body.addStretch()
        self._shown: list[QWidget] = []
        self._slip: Slip | None = None
        self._offered = ("", "")
        self._claimed_now = False
        self.day.picked.connect(lambda _day: self._offer_hours())

    def load(self, desk: Desk) -> Slip:
        """Read the pack's days and what is claimed."""
        return guests.slip(desk)

    def fill(self, data: Slip) -> None:
        """Show the days to choose from and what is claimed."""
        self.day.set_choices([(day, words.long_date(day)) for day in data.days] or [(None, "The first day is to come")])
        self._slip = data
        if not self._claimed_now:  # who presses twice must not claim the evening as well
            self._offer_hours()
        self._claimed_now = False
        for widget in self._shown:
            self._rows.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._shown = [plain_label("Claimed so far", "strong")]
        for one in data.claimed:
            what, more = f"{words.short_day(one.on)}, {time_words(one.starts)} to {time_words(one.ends)}", _more(one)
            self._shown += [hline(), plain_label(what, "body", wrap=True)]
            self._shown += [plain_label(more, "caption", "muted", wrap=True)] if more else []
        if not data.claimed:
            self._shown.append(plain_label("Nothing yet.", "body", "muted"))
        for widget in self._shown:
            self._rows.addWidget(widget)

    def _offer_hours(self) -> None:
        """Put the agreed hours of the day in, unless other hours were typed."""
        day = self.day.key()
        typed = (self.starts.text(), self.ends.text())
        if self._slip is None or not isinstance(day, dt.date) or typed not in (("", ""), self._offered):
            return
        starts, ends = self._slip.next_of(day)
        self._offered = (time_words(starts), time_words(ends))
        self.starts.setText(self._offered[0])
        self.ends.setText(self._offered[1])

    def submit(self) -> None:
        """Check what was typed and claim it; what is not clear is said beside the fields."""
        problems: dict[str, str] = {}
        day = self.day.key()
        starts, ends = minutes(self.starts.text()), minutes(self.ends.text())
        for name, found in (("starts", starts), ("ends", ends)):
            if found is None:
                problems[name] = "Type the time like 06:45"
        pause, travel = _whole(self.pause.text()), _whole(self.travel.text())
        for name, found in (("pause", pause), ("travel", travel)):
            if found is None:
                problems[name] = "Type how many minutes, such as 20"
        miles = _tenths(self.miles.text())
        if miles is None:
            problems["miles"] = "Type the miles like 4.6"
        if not isinstance(day, dt.date):
            problems["day"] = "Hours can be claimed once the day has come"
        beside = {name: said for name, said in problems.items() if name in ("pause", "travel", "miles")}
        good = self.more.show_problems(beside)
        first = {name: said for name, said in problems.items() if name not in beside}
        if not self.form.show_problems(first) or not good or not isinstance(day, dt.date):
            return
        worked = Worked(
            day, starts or 0, ends or 0, pause or 0, travel or 0, miles or 0, str(self.vehicle.key() or ""),
            self.note.text().strip(),
        )  # fmt: skip
        self.context.run(self, lambda desk: guests.claim(desk, worked), self._claimed, self._refused)

    def _claimed(self, changes: Changes) -> None:
        self._claimed_now = True
        for field in (self.starts, self.ends, self.pause, self.travel, self.miles, self.note):
            field.clear()
        self.context.acted(changes, "Your hours are claimed.", origin=self)
        self.reload()

    def _refused(self, problem: UserError) -> None:
        self.form.show_problems({"starts": problem.title.rstrip(".")})


def _more(one: Worked) -> str:
    parts = [f"{said} {words.hours(many)}" for said, many in (("break", one.pause), ("travel", one.travel)) if many]
    parts += [miles_words(one.miles)] if one.miles else []
    return words.sentence(words.listing(parts)) if parts else ""


def _whole(typed: str) -> int | None:
    plain = typed.strip()
    return 0 if not plain else int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 4 else None


def _tenths(typed: str) -> int | None:
    whole, _, part = typed.strip().replace(",", ".").partition(".")
    if not typed.strip():
        return 0
    good = (whole + part).isascii() and whole.isdecimal() and len(whole) < 5 and (part == "" or part.isdecimal())
    good = good and len(part) < 2
    return int(whole) * 10 + int(part or 0) if good else None
