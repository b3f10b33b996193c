"""The cards of Home. Each is made from the view and told where its rows lead; none of them reads anything itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.ui import theme
from bursar_desk.ui.pages.record_parts import column
from bursar_desk.ui.pages.today_rows import marked
from bursar_desk.ui.status_marks import LOOKS, OK, OVERDUE, SOON, UNKNOWN, Look, StatusChip
from bursar_desk.ui.widgets import Avatar, Box, Button, Card, IconView, Reflow, Row, StripBoxes, plain_label
from bursar_desk.ui.widgets.elided import ElidedLabel
from bursar_desk.ui.widgets.link_row import LinkRow

if TYPE_CHECKING:
    from bursar_desk.services.checks import CheckLine
    from bursar_desk.services.home import CoverDay, HomeView, PersonOverdue, TrainingSoon
    from bursar_desk.services.home_counts import Required, SchoolCount
    from bursar_desk.services.home_needs import NeedsRow

Go = Callable[[str, dict[str, object]], None]
"""``go(page, focus)``: where a row leads."""
_COLOURS: dict[str, Look] = {"red": OVERDUE, "amber": SOON, "green": OK, "grey": UNKNOWN}
_BOXES = {"ok": "done", "overdue": "overdue", "failed": "overdue", "not_known": "unknown"}
_MOST_LATE = 10  # a cluster office may have far more: the list of checks has them all
FEW_NEEDS = 3  # more rows stand closer, so that who is late with what stays in sight
MOST_NEEDS = 6
"""Rows of "Needs you" that are shown until somebody asks for the rest."""
_TRENDS = {"better": "trending-up", "worse": "trending-down", "same": "arrow-right"}


def needs_card(
    view: HomeView, act: Callable[[NeedsRow], None], *, own: bool, more: Callable[[], object] | None
) -> tuple[Card, list[Button]]:
    """What needs the person: chip, what and why, one button; the first one is the filled one.

    ``own`` is False in an office, which can look at a school's check but not do it for them. ``more`` shows the rows
    beyond the first few; without it all are listed.
    """
    card = Card("Needs you")
    buttons: list[Button] = []
    rest = len(view.needs_you) - MOST_NEEDS if more is not None else 0
    for row in view.needs_you[:MOST_NEEDS] if rest > 0 else view.needs_you:
        words_on = row.button if own or row.line is None else "Open check"
        button = Button(words_on, "outlined" if buttons else "filled")
        button.clicked.connect(lambda _checked=False, row=row: act(row))
        card.add_row(_needs_row(row, button, 76 if len(view.needs_you) <= FEW_NEEDS else 64))
        buttons.append(button)
    if rest > 0 and more is not None:
        said = f"and {words.number(rest)} more"
        link = LinkRow(f"Needs you: {said}", more)
        link.add(plain_label(said, "strong", "accent"), stretch=1)
        card.add_row(link)
    if not buttons:
        card.add_sentence(view.empty["needs_you"])
    return card, buttons


def _needs_row(row: NeedsRow, button: Button, high: int) -> Row:
    chip = QWidget()
    holder = QHBoxLayout(chip)
    holder.setContentsMargins(0, 0, 0, 0)
    holder.addWidget(StatusChip(_look(row), row.chip, width=124))
    holder.addStretch()
    chip.setFixedWidth(theme.px(132))
    text = QWidget()
    stack = column(text, 0)
    stack.addWidget(plain_label(row.title, "strong", wrap=True))
    stack.addWidget(plain_label(row.why, "body", "muted", wrap=True))
    button.setAccessibleDescription(row.title)
    button.setMinimumWidth(theme.px(136))
    line = Row(high=high)
    line.line.setContentsMargins(16, 8, 16, 8)
    line.line.setSpacing(16)
    for part, stretch in ((chip, 0), (text, 1), (button, 0)):
        line.line.addWidget(part, stretch, Qt.AlignmentFlag.AlignVCenter)
    return line


def ahead_card(rows: tuple[NeedsRow, ...], act: Callable[[NeedsRow], None]) -> Card:
    """What to plan ahead: what it is about, what and which; each row opens its page."""
    card = Card("Plan ahead")
    for row in rows:
        link = LinkRow(" ".join(part for part in (f"{row.chip}: {row.title}.", row.why) if part), partial(act, row))
        link.add(plain_label(row.chip, "body", "muted"), 88)
        text = QWidget()
        stack = column(text, 0)
        stack.addWidget(ElidedLabel(row.title, "strong"))
        if row.why:
            stack.addWidget(ElidedLabel(row.why, ink="muted"))
        link.add(text, stretch=1)
        link.add(IconView("chevron-right", "muted", 18), 18)
        card.add_row(link)
    return card


def _look(row: NeedsRow) -> Look:
    if row.line is not None:
        return LOOKS[row.line.word]
    return _COLOURS.get(row.colour, SOON)


def overdue_card(view: HomeView, go: Go, chase: Callable[[], object] | None) -> Card:
    """Overdue by person: who, what and the last reason, how late."""
    action = (
        Button("Print chase list", "text", icon="printer", size=32, on_click=chase) if chase and view.overdue else None
    )
    card = Card("Overdue, by person", action=action)
    rows = [row for person in view.overdue for row in _person_rows(person, go)]
    for row in rows[:_MOST_LATE]:
        card.add_row(row)
    if len(rows) > _MOST_LATE:
        rest = f"See all {words.number(len(rows))}"
        more = LinkRow(rest, lambda: go("checks", {"part": "late"}))
        more.add(plain_label(rest, "strong", "accent"), stretch=1)
        card.add_row(more)
    if not view.overdue:
        card.add_sentence(view.empty["overdue"])
    return card


def _person_rows(person: PersonOverdue, go: Go) -> list[LinkRow]:
    made = []
    for number, late in enumerate(person.lines):
        line = late.line
        said = f"{person.name}: {line.title}, {line.status_words}. {late.reason}"
        row = LinkRow(said, partial(go, "checks", {"check": line.id}))
        first = number == 0
        row.add(Avatar(person.name if person.person else "?", 24) if first else QWidget(), 24)
        row.add(ElidedLabel(person.name if first else "", "strong"), 112)
        text = QWidget()
        inner = QHBoxLayout(text)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(ElidedLabel(line.title))
        inner.addWidget(ElidedLabel(f" · {_reason(late.reason)}", ink="muted"), 1)
        text.setMinimumWidth(160)
        row.add(text, stretch=1)
        row.add(StatusChip(LOOKS[line.word], line.status_words, width=124))
        made.append(row)
    return made


def _reason(said: str) -> str:
    text = said.rstrip(".")
    return f"{text[0].lower()}{text[1:]}" if text else "no reason yet"


def due_card(view: HomeView, go: Go) -> Card:
    """The next fourteen days, earliest first."""
    action, note = None, ""
    if view.due_total > len(view.due_soon):
        note = f"{len(view.due_soon)} of {words.number(view.due_total)} shown"
        action = Button(f"See all {words.number(view.due_total)}", "text", size=32)
        action.clicked.connect(lambda: go("checks", {"part": "soon"}))
    card = Card("Due in 14 days", note, action)
    for line in view.due_soon:
        card.add_row(_due_row(line, go))
    if not view.due_soon:
        card.add_sentence(view.empty["due"])
    return card


def _due_row(line: CheckLine, go: Go) -> LinkRow:
    day = line.plan_by or line.legal_due
    when = words.short_day(day) if day else ""
    said = f"{when}: {line.title}, {line.place}, {line.doer or line.owner}"
    row = LinkRow(said, lambda: go("checks", {"check": line.id}), high=36)
    row.line.setContentsMargins(16, 4, 16, 4)
    row.add(plain_label(when, "body", "muted"), 88)
    row.add(IconView(line.icon, "text", 18), 18)
    row.add(ElidedLabel(line.title), stretch=1)
    row.add(ElidedLabel(line.place, ink="muted"), 128)
    row.add(ElidedLabel(line.doer or line.owner, ink="muted"), 104)
    return row


def required_card(required: Required, go: Go) -> Card:
    """How many required checks are up to date, a box for each, and the figure of last term."""
    card = Card()
    inner = QWidget()
    stack = column(inner, 4)
    stack.addWidget(plain_label("Required checks", "strong"))
    figure = Reflow(plain_label(words.out_of(required.done, required.of), "number"), spacing=8)
    beside = plain_label("up to date")
    beside.setContentsMargins(0, 12, 0, 0)
    figure.line.addWidget(beside, 1)
    stack.addWidget(figure)
    stack.addWidget(_strip(required, go))
    key = Reflow(spacing=18)
    for code, number, word in required.counts:
        if number:
            key.line.addWidget(marked(LOOKS[code], word, "body"))
    key.line.addStretch()
    stack.addWidget(key)
    if required.last_term is not None:
        trend = QWidget()
        line = QHBoxLayout(trend)
        line.setContentsMargins(0, 4, 0, 0)
        line.setSpacing(6)
        tone = {"better": "ok", "worse": "overdue"}.get(required.last_term.trend, "muted")
        line.addWidget(IconView(_TRENDS.get(required.last_term.trend, "arrow-right"), tone, 18))
        line.addWidget(plain_label(required.last_term.sentence, "body", "muted", wrap=True), 1)
        stack.addWidget(trend)
    card.add(inner, margins=(16, 12, 13, 12))
    return card


def _strip(required: Required, go: Go) -> StripBoxes:
    """A box for each check: 4 px wide up to 52 of them, narrower in more rows beyond."""
    count = len(required.boxes)
    rows = max(1, -(-count // 51)) if count != 52 else 1
    strip = StripBoxes("Required checks, one box each", box=QSize(4, 16), gap=2, rows=rows)
    said = {"ok": "up to date", "overdue": "overdue", "failed": "failed", "not_known": "not known"}
    boxes = [Box(_BOXES[one.state], f"{one.title}: {said[one.state]}") for one in required.boxes]
    strip.set_boxes(boxes, f"{required.done} of {required.of} up to date")
    strip.chosen.connect(lambda number: go("checks", {"check": required.boxes[number].check}))
    return strip


def cover_card(cover: CoverDay, go: Go) -> Card:
    """Cover on the next school day."""
    card = Card()
    inner = QWidget()
    stack = column(inner, 4)
    stack.addWidget(plain_label(cover.heading, "strong"))
    for row in cover.rows[:3]:
        stack.addWidget(plain_label(row.sentence, wrap=True))
    stack.addWidget(plain_label(cover.sentence, "body", "muted", wrap=True))
    gap = next((row for row in cover.rows if row.state == "gap"), cover.rows[0] if cover.rows else None)
    if gap is not None:
        focus: dict[str, object] = {"absence": gap.absence, "school": gap.school, "day": cover.day}
        button = Button("Find cover" if gap.state == "gap" else "Open cover", on_click=lambda: go("cover", focus))
        stack.addSpacing(6)
        stack.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
    card.add(inner)
    return card


def training_card(training: tuple[TrainingSoon, ...], empty: str) -> Card:
    """Whose course runs out within ninety days."""
    card = Card("Training about to run out")
    for one in training[:4]:
        left, right = QWidget(), QWidget()
        stack = column(left, 0)
        stack.addWidget(ElidedLabel(one.course))
        stack.addWidget(plain_label(one.name, "caption", "muted"))
        stack = column(right, 0)
        for text, role, ink in ((words.short_date(one.ends), "body", "text"), (one.when, "caption", "soon")):
            label = plain_label(text, role, ink)
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            stack.addWidget(label)
        row = Row(high=52)
        row.line.addWidget(left, 1, Qt.AlignmentFlag.AlignVCenter)
        row.line.addWidget(right, 0, Qt.AlignmentFlag.AlignVCenter)
        card.add_row(row)
    if len(training) > 4:
        card.add_sentence(f"and {words.number(len(training) - 4)} more")
    if not training:
        card.add_sentence(empty)
    return card


def backup_card(view: HomeView, back_up: Callable[[], object]) -> tuple[Card, Button]:
    """Whether the work is safe, and making it so."""
    card = Card()
    safe = view.last_backup is not None
    text = QWidget()
    stack = column(text, 0)
    stack.addWidget(plain_label("Your work is safe" if safe else "Make a first backup", "strong"))
    stack.addWidget(plain_label(view.last_backup or view.empty["backup"], "caption", "muted", wrap=True))
    button = Button("Back up now", "text", size=32, on_click=back_up)
    line = Row(high=60)
    line.line.addWidget(IconView("shield-check" if safe else "shield-alert", "ok" if safe else "soon", 24))
    line.line.addWidget(text, 1)
    line.line.addWidget(button)
    card.add_row(line)
    return card, button


def schools_card(schools: tuple[SchoolCount, ...], go: Go) -> Card:
    """An office's schools, worst first: up to date of required, how many late."""
    card = Card("Schools", "required checks up to date")
    order = {"red": 0, "amber": 1, "green": 2, "grey": 3}
    for one in sorted(schools, key=lambda one: (order.get(one.colour, 3), -one.late, one.name)):
        said = f"{one.late} late" if one.late else f"{one.not_known} not known" if one.not_known else "Up to date"
        words_of = f"{one.name}: {words.out_of(one.done, one.of)}, {said}"
        row = LinkRow(words_of, partial(go, "checks", {"school": one.school}), high=36)
        row.line.setContentsMargins(16, 4, 16, 4)
        row.add(ElidedLabel(one.name), stretch=1)
        row.add(plain_label(words.out_of(one.done, one.of), "strong"), 80)
        row.add(ElidedLabel(one.last_term.sentence if one.last_term else "", ink="muted"), 256)
        look = OVERDUE if one.late else UNKNOWN if one.not_known else OK
        row.add(StatusChip(look, said, width=124))
        card.add_row(row)
    return card


def dates_card(lines: tuple[CheckLine, ...], go: Go, most: int = 6) -> Card:
    """A new school is asked, not blamed: when was each of these last done?"""
    said = f"See all {words.number(len(lines))}" if len(lines) > most else "Enter the dates"
    action = Button(said, "text", size=32)
    action.clicked.connect(lambda: go("checks", {"part": "not_known"}))
    card = Card("When were these last done?", words.count(len(lines), "check"), action)
    for line in lines[:most]:
        row = LinkRow(f"When was it? {line.title}", partial(go, "checks", {"check": line.id, "do": "record"}))
        row.add(IconView(line.icon, "text", 18), 18)
        row.add(ElidedLabel(line.title), stretch=1)
        row.add(ElidedLabel(line.place, ink="muted"), 128)
        row.add(plain_label("When was it?", "strong", "accent"), 104)
        card.add_row(row)
    return card


def news_card(arrived: tuple[str, ...]) -> Card:
    """What came in files this week."""
    card = Card("New this week")
    for text in arrived[:5]:
        card.add(plain_label(text, wrap=True), margins=(16, 8, 16, 8))
    return card
