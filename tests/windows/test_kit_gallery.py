"""Every part of the kit on pages like those of the program: nothing cut, nothing unnamed, in both looks and at 200 %.

Run as a script with a folder to look at the pictures: ``python tests/windows/test_kit_gallery.py FOLDER``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from bursar_desk.domain import words
from bursar_desk.ui import status_marks, theme
from bursar_desk.ui.frame import Count, MainFrame, PageSpec
from bursar_desk.ui.models.table import Column, TableModel
from bursar_desk.ui.widgets import (
    Avatar,
    Box,
    BoxKey,
    Button,
    Card,
    Choice,
    Columns,
    Command,
    DateField,
    DetailPane,
    EmptyState,
    FieldForm,
    IconView,
    MarkView,
    MessageStrip,
    NoteBox,
    NumberField,
    Page,
    Picker,
    ProgressCard,
    Row,
    SearchBox,
    Segments,
    SplitPane,
    StatusChip,
    StripBoxes,
    TableView,
    TickBox,
    Well,
    hline,
    plain_label,
)
from bursar_desk.ui.widgets.focus_ring import FocusRing

TODAY = date(2026, 11, 20)


@dataclass(frozen=True)
class CheckRow:
    code: str
    name: str
    place: str
    every: str
    last: date | None
    due: date | None
    who: str


def on(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


ROWS = tuple(
    CheckRow(code, name, place, every, on(last), on(due), who)
    for code, name, place, every, last, due, who in (
        ("not_known", "Asbestos, yearly re-inspection", "Boiler room", "1 year", "", "", "Dawn Hill"),
        ("overdue", "Fire risk assessment review", "Whole site", "1 year", "2025-11-10", "2026-11-10", "Clare Brennan"),
        ("overdue", "Platform lift examination", "Main entrance", "6 months", "2026-05-13", "2026-11-13", "Dawn Hill"),
        (
            "overdue",
            "Emergency lights, monthly test",
            "All blocks",
            "1 month",
            "2026-10-19",
            "2026-11-19",
            "Terry Walsh",
        ),
        ("due_soon", "Fire alarm test", "Call point 7", "1 week", "2026-11-13", "2026-11-20", "Terry Walsh"),
        ("due_soon", "Tap temperatures", "6 taps", "1 month", "2026-10-20", "2026-11-20", "Terry Walsh"),
        ("due_soon", "Boiler room, monthly look", "Boiler room", "1 month", "2026-10-21", "2026-11-21", "Terry Walsh"),
        ("due_soon", "Portable appliance test", "Whole site", "1 year", "2025-12-01", "2026-12-01", "Voltway Testing"),
        ("ok", "Flush little-used outlets", "4 outlets", "1 week", "2026-11-19", "2026-11-26", "Terry Walsh"),
        ("out_of_use", "Pool plant check", "Pool", "1 day", "2026-07-10", "", "Terry Walsh"),
        ("not_needed", "Minibus walk-round", "Car park", "1 day", "", "", "Nobody"),
    )
)

COLUMNS: tuple[Column[CheckRow], ...] = (
    Column(
        "Status",
        lambda r: words.status_words(r.code, r.due, TODAY),
        width=128,
        status=lambda r: r.code,
        sort=lambda r: r.code,
    ),
    Column("Check", lambda r: r.name, width=206, lead=True, stretch=True, sort=lambda r: r.name),
    Column("Place", lambda r: r.place, width=104, ink="muted"),
    Column("How often", lambda r: r.every, width=76, ink="muted"),
    Column("Last done", lambda r: words.short_date(r.last, "No record"), width=92, ink="muted", sort=lambda r: r.last),
    Column("Next due", lambda r: words.short_date(r.due), width=98, sort=lambda r: r.due),
    Column("Who", lambda r: r.who, width=108, ink="muted"),
)


def weeks() -> list[Box]:
    kinds = ["done"] * 5 + ["closed"] * 2 + ["done"] * 11 + ["late"] + ["done"] * 8 + ["missed"] + ["done"] * 8
    kinds += ["closed"] * 3 + ["done"] * 2 + ["late"] + ["done"] * 10
    return [Box(kind, f"Week {n}: {kind}") for n, kind in enumerate(kinds, start=1)]


class HomePage(Page):
    def __init__(self) -> None:
        super().__init__("3 things are overdue, 2 need you")
        self.header.add(plain_label(words.long_date(TODAY), "body", "muted"))
        self.header.add(SearchBox(hint="Ctrl+K"))
        columns = Columns()
        columns.main.addWidget(self.needs_you())
        columns.main.addWidget(self.by_person())
        columns.main.addStretch()
        columns.side.addWidget(self.required())
        columns.side.addWidget(self.cover())
        columns.side.addStretch()
        self.body.addWidget(columns, 1)

    def needs_you(self) -> Card:
        card = Card("Needs you")
        said = QWidget()
        column = QVBoxLayout(said)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(plain_label("Platform lift, six-month examination", "strong"))
        column.addWidget(
            plain_label(
                "Due Friday 13 November. Do not use the lift until it is examined. "
                "Engineer booked for Tuesday 24 November.",
                "body",
                "muted",
                wrap=True,
            )
        )
        row = Row(StatusChip.of("overdue", date(2026, 11, 13), TODAY, width=124), said, high=76)
        row.line.setStretch(1, 1)
        row.line.setSpacing(24)
        row.line.addWidget(Button("Take out of use", "filled"))
        card.add_row(row)
        other = Row(
            StatusChip(status_marks.SOON, "Decide in 13 days", width=124),
            plain_label("Grounds contract: keep it, or give notice?", "strong"),
            1,
            Button("Open contract"),
            high=76,
        )
        other.line.setSpacing(24)
        card.add_row(other)
        return card

    def by_person(self) -> Card:
        card = Card("Overdue, by person", action=Button("Print chase list", "text", icon="printer", size=32))
        for name, what, due in (
            ("Clare Brennan", "Fire risk assessment review", date(2026, 11, 10)),
            ("Dawn Hill", "Platform lift examination", date(2026, 11, 13)),
        ):
            label = plain_label(name, "strong")
            label.setFixedWidth(theme.px(112))
            chip = StatusChip.of("overdue", due, TODAY, width=124)
            card.add_row(Row(Avatar(name), label, plain_label(what), 1, chip))
        return card

    def required(self) -> Card:
        card = Card()
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(plain_label("Required checks", "strong"))
        top = QHBoxLayout()
        top.addWidget(plain_label("48 of 52", "number"))
        top.addWidget(plain_label("up to date"))
        top.addStretch()
        column.addLayout(top)
        strip = StripBoxes("Required checks", box=QSize(4, 16))
        kinds = ["done"] * 48 + ["overdue"] * 3 + ["unknown"]
        strip.set_boxes([Box(kind, f"Check {n}: {kind}") for n, kind in enumerate(kinds, 1)], "48 OK, 3 overdue")
        column.addWidget(strip)
        key = QHBoxLayout()
        for look, text, role in (
            (status_marks.OK, "48 OK", "body"),
            (status_marks.OVERDUE, "3 overdue", "strong"),
            (status_marks.UNKNOWN, "1 not known", "body"),
        ):
            key.addWidget(MarkView(look))
            key.addWidget(plain_label(text, role))
            key.addSpacing(8)
        key.addStretch()
        column.addLayout(key)
        card.add(inner, margins=(16, 12, 16, 12))
        return card

    def cover(self) -> Card:
        card = Card("Cover on Monday 23 November")
        card.add(plain_label("St Gregory’s has nobody to unlock, 06:45 to 08:00.", wrap=True))
        buttons = Row(Button("Offer Terry’s time", size=32), Button("Not this time", "text", size=32), 1)
        card.add_row(buttons)
        return card


class ChecksPage(Page):
    def __init__(self) -> None:
        super().__init__("Checks", "61 checks, 52 of them required", scrolls=False)
        self.header.add(SearchBox(hint="Ctrl+K"))
        self.header.add(Button("New check", icon="plus"))
        main = QWidget()
        column = QVBoxLayout(main)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        segments = Segments(
            [("all", "All"), ("overdue", "Overdue"), ("soon", "Due soon"), ("unknown", "Not known")], "Show checks"
        )
        segments.set_counts({"all": 61, "overdue": 3, "soon": 11, "unknown": 1})
        bar = Row(
            segments,
            1,
            Button("Filter", "quiet", icon="list-filter", size=32),
            Button("Group", "quiet", icon="rows-3", size=32),
            Button("Saved views", "quiet", icon="bookmark", size=32),
            high=56,
        )
        bar.line.setContentsMargins(24, 4, 24, 4)
        column.addWidget(bar)
        self.model = TableModel(COLUMNS, lambda r: r.name, self)
        self.table = TableView(self.model, "Checks")
        column.addWidget(self.table, 1)
        self.split = SplitPane(main)
        self.body.addWidget(self.split)
        self.split.show_detail(self.detail())

    def refresh(self) -> None:
        self.model.set_rows(ROWS)
        self.table.sort_by("Next due")
        self.table.choose("Fire alarm test")

    def commands(self) -> dict[Command, Callable[[], object]]:
        return {Command.REFRESH: self.refresh}

    def detail(self) -> DetailPane:
        pane = DetailPane("Fire alarm test")
        pane.add_to_head(StatusChip.of("due_soon", TODAY, TODAY))
        pane.body.addWidget(plain_label("Call point 7, Hall corridor. Next in turn of 12.", "body", "muted", wrap=True))
        pane.body.addWidget(
            Well("Due Friday 20 November 2026, because it runs every Friday and was last done on Friday 13 November.")
        )
        pane.body.addWidget(plain_label("Last 52 weeks", "strong"))
        strip = StripBoxes("Last 52 weeks", box=QSize(9, 18), rows=2)
        strip.set_boxes(weeks(), "44 done, 2 late, 1 missed, 5 closed")
        pane.body.addWidget(strip)
        key = Row(high=20)
        key.line.setContentsMargins(0, 0, 0, 0)
        for kind, text in (("done", "44 done"), ("late", "2 late"), ("missed", "1 missed"), ("closed", "5 closed")):
            key.line.addWidget(BoxKey(kind))
            key.line.addWidget(plain_label(text, "caption"))
        key.line.addStretch()
        pane.body.addWidget(key)
        pane.body.addWidget(hline())
        pane.body.addStretch()
        pane.add_to_foot(Button("Record test", "filled"), 1)
        pane.add_to_foot(Button("Put off to…"))
        return pane


class FormPage(Page):
    def __init__(self) -> None:
        super().__init__("Settings", "Fields, messages and choices")
        columns = Columns((1, 1))
        card = Card("New check")
        self.form = FieldForm()
        self.form.add("name", "Name of the check", QLineEdit("Fire door look"))
        self.form.add("place", "Place", Picker([("hall", "Hall corridor"), ("boiler", "Boiler room")]))
        self.last = DateField("Last done", lambda: TODAY)
        self.last.set_day(date(2027, 3, 26))
        self.form.add("last", "Last done", self.last, "Leave it empty if nobody knows.")
        self.form.add("who", "Who did it", QLineEdit())
        self.form.add("note", "Note", NoteBox("What was seen"), optional=True)
        self.form.add_widget(TickBox("Runs in the holidays too"))
        ticked = TickBox("Report a fault")
        ticked.setChecked(True)
        self.form.add_widget(ticked)
        choice = Choice("Same day each week")
        choice.setChecked(True)
        self.form.add_widget(choice)
        self.form.add_widget(Choice("So long after last done"))
        self.form.show_problems({"who": "Enter who did the check"})
        card.add(self.form)
        columns.main.addWidget(card)
        columns.main.addStretch()
        right = columns.side
        reading = NumberField("°C", low=Decimal(50), large=True)
        reading.setAccessibleName("Staff kitchen, hot tap")
        reading.set_value(Decimal(46))
        right.addWidget(reading)
        strip = MessageStrip(
            "overdue",
            "46 °C is below 50 °C. Save it, and report a fault?",
            "Measure again after a minute. If it is still below 50, save it.",
        )
        strip.add_button(Button("Add photo", icon="camera", size=32))
        strip.add_button(Button("Add note", icon="square-pen", size=32))
        right.addWidget(strip)
        for tone, title in (
            ("ok", "19 schools are up to date"),
            ("soon", "St Brendan’s file is older than yours, skipped"),
            ("info", "You both changed this since the last merge"),
            ("unknown", "Nobody knows when this was last done"),
        ):
            right.addWidget(MessageStrip(tone, title))
        buttons = Row(
            Button("Save and next tap", "filled", size=56), Button("Not done", size=56), IconView("flame", plate=44), 1
        )
        right.addWidget(buttons)
        off = Button("Keep ours", hint="Alt+K")
        grey = Button("Use theirs", "filled", hint="Alt+U")
        cannot = Button("Save check")
        cannot.setEnabled(False)
        right.addWidget(Row(off, grey, cannot, 1))
        right.addStretch()
        self.body.addWidget(columns)
        self.body.addStretch()


class ClusterPage(Page):
    def __init__(self) -> None:
        super().__init__("Cluster", "Reading the folder “Term files 20 November”")
        progress = ProgressCard("Reading 14 of 21: St Gregory’s RC Primary School", lambda: None, "Stop reading")
        progress.set_note("About 15 seconds left. Your register does not change until you press Merge.")
        progress.set_progress("Reading 14 of 21: St Gregory’s RC Primary School", 14, 21)
        self.body.addWidget(progress)
        chips = Row(high=44)
        for code in words.STATUS_WORDS:
            chips.line.addWidget(StatusChip.of(code))
        chips.line.addStretch()
        self.body.addWidget(chips)
        large = Row(high=44)
        for code in list(words.STATUS_WORDS)[:5]:
            large.line.addWidget(StatusChip.of(code, large=True))
        large.line.addStretch()
        self.body.addWidget(large)
        self.body.addWidget(
            EmptyState(
                "No open faults",
                "When something breaks, report it here with a photo.",
                "Report a fault",
                icon="triangle-alert",
            )
        )


def make_frame() -> MainFrame:
    def plain(title: str) -> Callable[[], QWidget]:
        return lambda: Page(title)

    pages = [
        PageSpec("home", "Home", "house", HomePage, Count(3, overdue=True)),
        PageSpec("today", "Today", "list-checks", plain("Today"), Count(6)),
        PageSpec("checks", "Checks", "clipboard-check", ChecksPage),
        PageSpec("calendar", "Calendar", "calendar", plain("Calendar")),
        PageSpec("faults", "Faults & jobs", "triangle-alert", plain("Faults & jobs"), Count(4)),
        PageSpec("people", "People", "users", plain("People")),
        PageSpec("training", "Training", "graduation-cap", plain("Training")),
        PageSpec("cover", "Cover", "repeat", plain("Cover"), Count(1)),
        PageSpec("contracts", "Contracts", "file-clock", plain("Contracts"), Count(2)),
        PageSpec("deals", "Group deals", "handshake", plain("Group deals")),
        PageSpec("cluster", "Cluster", "network", ClusterPage),
        PageSpec("reports", "Reports", "file-text", plain("Reports")),
        PageSpec("history", "History", "history", plain("History"), group=1),
        PageSpec("bin", "Bin", "trash-2", plain("Bin"), group=1),
        PageSpec("data", "Data protection", "shield-check", plain("Data protection"), group=1),
        PageSpec("settings", "Settings", "settings", FormPage, group=1),
        PageSpec("help", "Help", "circle-help", plain("Help"), group=1),
    ]
    frame = MainFrame("Our Lady of Lourdes RC Primary School", pages)
    frame.set_person("Dawn Hill", "Business manager")
    frame.set_saved("All saved 08:41")
    frame.set_right("Last good backup today 08:30, in 2 places")
    return frame


SHOWN = ("home", "checks", "settings", "cluster")


@pytest.fixture
def frame(qtbot: QtBot) -> MainFrame:
    made = make_frame()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def stops(frame: MainFrame) -> list[QWidget]:
    """Everything on the screen that the keyboard can reach."""
    tab = Qt.FocusPolicy.TabFocus
    return [w for w in frame.findChildren(QWidget) if w.focusPolicy() & tab and w.isVisible() and w.isEnabled()]


@pytest.mark.parametrize("key", SHOWN)
def test_every_stop_of_the_keyboard_has_a_name(frame: MainFrame, key: str) -> None:
    frame.show_page(key)
    nameless = []
    for widget in stops(frame):
        seen = QAccessible.queryAccessibleInterface(widget)
        if not seen or not seen.text(QAccessible.Text.Name).strip():
            nameless.append(widget)
    assert nameless == []
    assert len(stops(frame)) >= 4


@pytest.mark.parametrize("key", SHOWN)
def test_tab_goes_round_everything_and_comes_back(frame: MainFrame, qtbot: QtBot, key: str) -> None:
    frame.activateWindow()
    frame.show_page(key)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    frame.rail.view.setFocus()
    been = [frame.rail.view]
    for _ in range(80):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is frame.rail.view:
            break
        been.append(now)
    else:
        pytest.fail("Tab never came back to the rail")
    assert len(been) == len(set(been))
    # One of a group of choices stands for the group.
    reached = {w for w in stops(frame) if not isinstance(w, Choice) or w.isChecked()}
    assert reached - set(been) == set()


@pytest.mark.parametrize("key", SHOWN)
def test_the_ring_is_seen_on_every_button_and_field(frame: MainFrame, qtbot: QtBot, key: str) -> None:
    frame.activateWindow()
    page = frame.show_page(key)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    ring = frame.findChild(FocusRing)
    assert ring is not None
    fields = [w for w in stops(frame) if isinstance(w, Button | QLineEdit) and page.isAncestorOf(w)]
    assert fields
    for field in fields:
        field.setFocus()
        assert ring.isVisible()
        inside = ring.mapToGlobal(ring.rect().topLeft()), field.mapToGlobal(field.rect().topLeft())
        assert (inside[1] - inside[0]).x() == 4, "2 px of ring and a gap of 2 px"


@pytest.mark.parametrize(("width", "text"), [(1366, 1.0), (1093, 1.0), (683, 1.0), (683, 1.5)])
@pytest.mark.parametrize("key", SHOWN)
def test_nothing_is_cut_in_a_narrow_window_or_with_large_text(
    qtbot: QtBot, qapp: QApplication, width: int, text: float, key: str
) -> None:
    theme.apply(qapp, theme.Scheme.LIGHT, text_scale=text)
    frame = make_frame()
    qtbot.addWidget(frame)
    frame.resize(width, 384 if width < 700 else 640)
    frame.show()
    page = frame.show_page(key)
    qtbot.wait(1)
    assert frame.width() == width, "the pages do not push the window wider"
    assert frame.rail.folded == (width < 1100)
    for button in page.findChildren(Button):
        if button.isVisible():
            assert button.width() >= button.sizeHint().width(), button.text()
            right = button.mapTo(frame, button.rect().topRight()).x()
            assert right < width, f"{button.text()} ends at {right}"
    for field in page.findChildren(QLineEdit):
        assert field.height() >= theme.px(40) or not field.isVisible(), field.accessibleName()
    for area in page.findChildren(QScrollArea):
        assert not area.horizontalScrollBar().isVisible(), "nobody has to scroll two ways to read"
    for label in page.findChildren(QLabel):
        if label.isVisible() and not label.wordWrap():
            wide = label.fontMetrics().horizontalAdvance(label.text())
            assert label.contentsRect().width() >= wide, label.text()
        if label.isVisible() and label.wordWrap() and label.text():
            assert label.height() >= label.heightForWidth(label.width()) - 2, label.text()


def test_making_pages_opens_no_window_of_its_own(frame: MainFrame) -> None:
    for key in SHOWN:
        frame.show_page(key)
    assert [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not frame] == []


def test_dark_and_light_paint_every_page_in_their_own_colours(frame: MainFrame, qapp: QApplication) -> None:
    for key in SHOWN:
        frame.show_page(key)
        theme.apply(qapp, theme.Scheme.LIGHT, text_scale=1.0)
        light = frame.grab().toImage()
        theme.apply(qapp, theme.Scheme.DARK, text_scale=1.0)
        dark = frame.grab().toImage()
        bright = [lightness(light), lightness(dark)]
        assert bright[0] > 200
        assert bright[1] < 60


def lightness(image: QImage) -> float:
    seen = [
        image.pixelColor(x, y).lightness() for x in range(0, image.width(), 23) for y in range(0, image.height(), 17)
    ]
    return sum(seen) / len(seen)


def main(folder: Path) -> None:
    """Save pictures of all pages: light, dark, and narrow with large text."""
    app = QApplication(sys.argv[:1])
    for scheme, name, size, text in (
        (theme.Scheme.LIGHT, "light", QSize(1366, 736), 1.0),
        (theme.Scheme.DARK, "dark", QSize(1366, 736), 1.0),
        (theme.Scheme.LIGHT, "narrow", QSize(683, 384), 1.5),
    ):
        theme.apply(app, scheme, text_scale=text)
        frame = make_frame()
        frame.resize(size)
        frame.show()
        frame.activateWindow()
        app.processEvents()
        for key in SHOWN:
            page = frame.show_page(key)
            if isinstance(page, ChecksPage):
                page.table.setFocus()
                frame.offer_undo("Alarm test marked done.", lambda: None)
            elif key == "home":
                page.findChildren(Button)[0].setFocus()
            app.processEvents()
            frame.grab().save(str(folder / f"kit_{key}_{name}.png"))
            frame.undo_bar.dismiss()
        frame.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
