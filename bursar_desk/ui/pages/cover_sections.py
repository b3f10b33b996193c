"""The parts of the Cover page's pane: what is uncovered, who can help, what goes into a pack, hours worked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.ui import status_marks, theme
from bursar_desk.ui.widgets import Avatar, Button, DateField, IconView, MarkView, Picker, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.services.cover import CoverLine, Gaps, Helper
    from bursar_desk.ui.pages.cover_data import Beside

SHOWN_AT_FIRST: Final = 4
NAMED_AT_FIRST: Final = 4
NEVER_GOES_IN: Final = "Why someone is away. Home addresses. Alarm codes. Pupil names."


def column(*parts: QWidget, spacing: int = 4) -> QWidget:
    """Widgets one under the other, without room round them."""
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for part in parts:
        layout.addWidget(part)
    return holder


def line(*parts: QWidget | int, spacing: int = 8) -> QWidget:
    """Widgets beside each other at the top; an int is a stretch."""
    holder = QWidget()
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for part in parts:
        if isinstance(part, int):
            layout.addStretch(part)
        else:
            layout.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
    return holder


def marked(look: status_marks.Look, text: str, note: str = "", ink: str = "text") -> QWidget:
    """A sentence after its mark, a quieter one under it."""
    said = [plain_label(text, "body", ink, wrap=True)]
    if note:
        said.append(plain_label(note, "caption", "muted", wrap=True))
    holder = line(_lowered(MarkView(look)))
    layout = holder.layout()
    if isinstance(layout, QHBoxLayout):
        layout.addWidget(column(*said, spacing=0), 1)
    return holder


def _lowered(mark: QWidget) -> QWidget:
    """A 16-px mark in the middle of a first line of 20."""
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 2, 0, 0)
    layout.addWidget(mark)
    return holder


def left_words(gaps: Gaps) -> str:
    """What an absence leaves, and the checks by name: "Left without anyone: fire alarm test and escape routes."."""
    short = [gap.line.title.partition(",")[0] for gap in gaps.checks]
    names = list(dict.fromkeys(text[:1].lower() + text[1:] for text in short))
    if not names:
        return gaps.sentence
    if len(names) > NAMED_AT_FIRST:
        names = [*names[: NAMED_AT_FIRST - 1], f"{len(names) - NAMED_AT_FIRST + 1} more"]
    return f"{gaps.sentence} Left without anyone: {words.listing(names)}."


def uncovered(gaps: Gaps) -> QWidget:
    """Every duty and every check left without anybody, each with its days."""
    rows: list[QWidget] = [plain_label("What is uncovered", "strong")]
    rows += [_on_days(status_marks.OVERDUE, what, days) for what, days in _duties(gaps)]
    rows += [_on_days(status_marks.SOON, gap.line.title, _days(gap.days)) for gap in gaps.checks]
    if len(rows) == 1:
        rows.append(marked(status_marks.OK, "Nothing. Their checks fall on other days."))
    if gaps.keys or gaps.lone:
        rows.append(plain_label("Also to think of", "strong"))
        rows += [marked(status_marks.SOON, said) for said in (*gaps.keys, *gaps.lone)]
    return column(*rows, spacing=4)


def answer_by_field(day: dt.date | None, today: Callable[[], dt.date]) -> DateField:
    """The day a neighbour is asked to answer by."""
    field = DateField("Ask for an answer by", today, needed=False)
    field.set_day(day)
    return field


def labelled(text: str, field: QWidget) -> QWidget:
    """A field with its words above it."""
    return column(plain_label(text, "caption", "muted"), field, spacing=2)


def _on_days(look: status_marks.Look, what: str, days: str) -> QWidget:
    """Something left undone, its days at the right."""
    when = plain_label(days, "caption", "muted", wrap=True)
    when.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    when.setMinimumWidth(theme.px(84))
    holder = line(_lowered(MarkView(look)))
    layout = holder.layout()
    if isinstance(layout, QHBoxLayout):
        layout.addWidget(plain_label(what, "body", wrap=True), 2)
        layout.addWidget(when, 1)
    return holder


def _duties(gaps: Gaps) -> list[tuple[str, str]]:
    """Duties of the same kind and time on one line: ("Unlock, 06:45 to 08:00", "Mon 23 Nov, Tue 24 Nov")."""
    grouped: dict[tuple[str, int, int], list[dt.date]] = {}
    for duty in gaps.duties:
        grouped.setdefault((duty.what, duty.starts, duty.ends), []).append(duty.day)
    return [(f"{what}, {times(starts, ends)}", _days(days)) for (what, starts, ends), days in grouped.items()]


def _days(days: Sequence[dt.date]) -> str:
    """Days within one week by their names ("Mon, Tue"), others with their dates; many as how many."""
    weeks = {day.toordinal() - day.weekday() for day in days}
    if len(days) == 1:
        return words.short_day(days[0])
    if len(weeks) == 1:
        return ", ".join(words.short_day(day)[:3] for day in days)
    if len(days) > 4:
        return f"{words.count(len(days), 'day')}, from {words.short_day(days[0])}"
    return ", ".join(words.short_day(day) for day in days)


def times(starts: int | None, ends: int | None) -> str:
    """Hours of the day from minutes: "06:45 to 08:00"; empty when they are not known."""
    return f"{clock(starts)} to {clock(ends)}" if starts is not None and ends is not None else ""


def clock(minute: int) -> str:
    """A minute of the day as people write it: 405 is "06:45"."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def first_name(name: str) -> str:
    """What colleagues say: "Terry" of "Terry Walsh"."""
    return name.strip().partition(" ")[0] or name


def distance(helper: Helper) -> str:
    """Where a helper works and how far that is: "Our Lady of Lourdes, 1.9 km"."""
    return f"{helper.school_name}, {helper.km:.1f} km" if helper.km is not None else helper.school_name


class HelperList(QWidget):
    """Who can help, nearest and best first: a row with an Ask button each; more behind one button."""

    def __init__(self, helpers: Sequence[Helper], ask: Callable[[Helper], object] | None):
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(plain_label("Who can help", "strong"))
        layout.addSpacing(8)
        self._later: list[QWidget] = []
        self.buttons: list[Button] = []
        for number, helper in enumerate(helpers):
            row = column(hline(), self._row(helper, ask, loud=number == 0), spacing=8)
            layout.addWidget(row)
            layout.addSpacing(8)
            if number >= SHOWN_AT_FIRST:
                row.hide()
                self._later.append(row)
        if not helpers:
            layout.addWidget(plain_label("No one yet. See below why.", "body", "muted", wrap=True))
        self._more = Button(f"Show {len(self._later)} more", "text", size=32, on_click=self._show_all)
        layout.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        if not self._later:
            self._more.hide()

    def _row(self, helper: Helper, ask: Callable[[Helper], object] | None, *, loud: bool) -> QWidget:
        said = column(
            plain_label(helper.name, "strong", wrap=True),
            plain_label(distance(helper), "caption", "muted", wrap=True),
            plain_label(helper.sentence, "body", wrap=True),
            spacing=0,
        )
        row = line(Avatar(helper.name, 32))
        layout = row.layout()
        if isinstance(layout, QHBoxLayout):
            layout.addWidget(said, 1)
            if ask is not None:
                name = first_name(helper.name)
                button = Button(f"Ask {name}", "filled" if loud else "outlined", size=32, on_click=lambda: ask(helper))
                button.setAccessibleName(f"Ask {helper.name}, {distance(helper)}")
                self.buttons.append(button)
                layout.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _show_all(self) -> None:
        for row in self._later:
            row.show()
        self._more.hide()


def cannot_help(helpers: Sequence[Helper]) -> QWidget:
    """Who cannot, each with the reason in a line."""
    rows: list[QWidget] = [plain_label("Who cannot, and why", "strong")]
    rows += [marked(status_marks.NOT_NEEDED, f"{one.name}, {distance(one)}", one.sentence) for one in helpers]
    return column(*rows, spacing=8)


def pack_contents(beside: Beside, asked: CoverLine) -> QWidget:
    """What goes into a pack and what never does."""
    titles = [beside.titles[one] for one in asked.checks if one in beside.titles]
    rows: list[QWidget] = [plain_label("What goes in", "strong")]
    many = words.count(len(titles), "check")
    rows.append(marked(status_marks.OK, f"{many} to do", words.sentence(words.listing(titles)) if titles else ""))
    if asked.duties:
        rows.append(marked(status_marks.OK, "When to unlock and lock up", words.sentence(asked.duties)))
    rows.append(marked(status_marks.OK, "Site sheet", "Where to turn things off, and who to ring."))
    rows.append(marked(status_marks.OK, "Open faults, and what to know before starting"))
    never = line(IconView("eye-off", "muted"), plain_label("Never goes in", "strong"))
    return column(*rows, hline(), never, plain_label(NEVER_GOES_IN, "body", "muted", wrap=True), spacing=8)


def before_the_start(helper: Helper | None, asked: CoverLine) -> QWidget:
    """What must be true before a visitor starts."""
    rows: list[QWidget] = [plain_label(f"Before {first_name(asked.helper)} starts", "strong")]
    rows += [marked(status_marks.SOON, text) for text in (helper.fit.warnings if helper else ())]
    if helper is not None and not helper.fit.warnings:
        rows.append(marked(status_marks.OK, "Site briefing done in the last 12 months"))
    if helper is not None and helper.can:
        rows.append(marked(status_marks.OK, f"Their checks are confirmed by {asked.helper_school_name}"))
    rows.append(marked(status_marks.SOON, "Hand over keys and alarm code in person, and have them signed for"))
    return column(*rows, spacing=6)


class HoursWorked(QWidget):
    """Notes the hours somebody really worked: day, from, to, one button."""

    def __init__(self, asked: CoverLine, note: Callable[[dt.date, int, int], object]):
        super().__init__()
        self._note = note
        days = [asked.first + dt.timedelta(days=n) for n in range((asked.last - asked.first).days + 1)]
        shown = [day for day in days if day.weekday() < 5] or days[:1]
        self.day = Picker([(day, words.short_day(day)) for day in shown], low=True)
        self.day.setAccessibleName("Day worked")
        self.starts = _time_field("Worked from", asked.starts)
        self.ends = _time_field("Worked until", asked.ends)
        self.button = Button("Note hours", size=32, on_click=self._press)
        self._wrong = plain_label("", "caption-strong", "overdue", wrap=True)
        self._wrong.hide()
        fields = line(self.starts, _lowered(plain_label("to", "body", "muted")), self.ends, 1, self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for part in (plain_label("Hours worked", "strong"), self.day, fields, self._wrong):
            layout.addWidget(part)

    def _press(self) -> None:
        found = [minutes(field.text()) for field in (self.starts, self.ends)]
        if found[0] is None or found[1] is None:
            self._wrong.setText("Type the hours like 06:45.")
            self._wrong.show()
            return
        self._wrong.hide()
        day = self.day.key()
        if isinstance(day, dt.date):
            self._note(day, found[0], found[1])


def _time_field(name: str, minute: int | None) -> QLineEdit:
    field = QLineEdit(clock(minute) if minute is not None else "")
    field.setProperty("low", True)
    field.setAccessibleName(name)
    field.setPlaceholderText("06:45")
    field.setFixedWidth(theme.px(68))
    return field


def minutes(typed: str) -> int | None:
    """A time of day as people type it (6:45, 06.45, 0645) in minutes; None when it is not one."""
    figures = "".join(c for c in typed if c.isdigit())
    if len(figures) not in (3, 4) or not all(c.isdigit() or c in ":. " for c in typed):
        return None
    hour, minute = int(figures[:-2]), int(figures[-2:])
    return hour * 60 + minute if hour < 24 and minute < 60 else None
