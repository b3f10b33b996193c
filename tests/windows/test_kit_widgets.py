"""Each part of the kit by itself: what it shows, what it says to a screen reader, what keys and wheel do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from bursar_desk.domain.errors import UserError
from bursar_desk.ui import status_marks
from bursar_desk.ui.widgets import (
    Box,
    Button,
    Card,
    DateField,
    DetailPane,
    EmptyState,
    FieldForm,
    IconButton,
    MessageStrip,
    NoteBox,
    NumberField,
    PageHeader,
    Picker,
    ProgressCard,
    Reflow,
    SearchBox,
    Segments,
    SplitPane,
    StatusChip,
    StripBoxes,
    TickBox,
    UndoBar,
    give_letters,
    plain_label,
)
from bursar_desk.ui.widgets.keys import face, with_letter

TODAY = date(2026, 11, 20)


def shown(qtbot: QtBot, widget: QWidget) -> QWidget:
    qtbot.addWidget(widget)
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is widget)
    return widget


def wheel(widget: QWidget) -> bool:
    """Turn the wheel over a widget; True when the widget took it."""
    at = QPointF(widget.rect().center())
    event = QWheelEvent(
        at,
        QPointF(widget.mapToGlobal(at.toPoint())),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    event.accept()
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def test_a_label_shows_typed_marks_as_they_are(qtbot: QtBot) -> None:
    label = plain_label("<b>Faults & jobs</b>")
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.text() == "<b>Faults & jobs</b>"


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_space_and_enter_press_a_button_once(qtbot: QtBot, key: Qt.Key) -> None:
    pressed: list[int] = []
    buttons = (Button("Save check"), IconButton("x", "Close details"))
    for button in buttons:
        button.clicked.connect(lambda: pressed.append(1))
        shown(qtbot, button)
        pressed.clear()
        qtbot.keyClick(button, key)
        assert pressed == [1]


def test_a_name_with_an_ampersand_is_no_shortcut(qtbot: QtBot) -> None:
    button = Button("Open Kay & Sons")
    tick = TickBox("Kay & Sons")
    for part in (button, tick):
        qtbot.addWidget(part)
        assert part.shortcut().isEmpty()
        assert part.accessibleName().endswith("Kay & Sons")
    assert button.words() == "Open Kay & Sons"


def test_a_button_is_never_narrower_than_its_words(qtbot: QtBot) -> None:
    button = Button("Gorffen y prawf larwm tân", icon="flame", hint="Alt+G")
    qtbot.addWidget(button)
    assert button.minimumSizeHint() == button.sizeHint()
    assert button.sizeHint().height() == 40
    assert Button("Record", size=56).sizeHint().height() == 56


def test_letters_are_given_once_each_and_jump_to_their_field(qtbot: QtBot) -> None:
    page = QWidget()
    column = QVBoxLayout(page)
    form = FieldForm()
    field = QLineEdit()
    form.add("place", "Place", field)
    pressed: list[str] = []
    column.addWidget(form)
    for text in ("Print", "Put off", "Pause"):
        column.addWidget(Button(text, on_click=lambda text=text: pressed.append(text)))
    shown(qtbot, page)
    letters = give_letters(page)
    assert sorted(letters.values()) == ["Pause", "Place", "Print", "Put off"]
    assert not set(letters) & set("FEVH")
    place = next(letter for letter, words in letters.items() if words == "Place")
    pause = next(letter for letter, words in letters.items() if words == "Pause")
    qtbot.keyClick(page, getattr(Qt.Key, f"Key_{pause}"), Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(page, getattr(Qt.Key, f"Key_{place}"), Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: pressed == ["Pause"])
    assert field.hasFocus()


def test_the_letter_marks_survive_ampersands() -> None:
    assert with_letter("Kay & Sons", "S") == "Kay && &Sons"
    assert face(with_letter("Kay & Sons", "S")) == "Kay & Sons"
    assert with_letter("Save", "x") == "Save"


def test_the_wheel_changes_no_value(qtbot: QtBot) -> None:
    picker = Picker([("a", "Autumn"), ("b", "Spring"), ("c", "Summer")])
    number = NumberField("°C")
    number.set_value(Decimal(46))
    for field in (picker, number):
        shown(qtbot, field)
        field.setFocus()
        assert not wheel(field), "the page behind scrolls instead"
    assert picker.key() == "a"
    assert number.value() == Decimal(46)


def test_a_picker_keeps_its_choice_and_tells_only_when_a_person_picks(qtbot: QtBot) -> None:
    picker = Picker([(1, "One"), (2, "Two")])
    shown(qtbot, picker)
    told: list[object] = []
    picker.picked.connect(told.append)
    picker.set_key(2)
    picker.set_choices([(2, "Two"), (3, "Three")])
    assert picker.key() == 2
    assert told == []
    qtbot.keyClick(picker, Qt.Key.Key_Down)
    assert told == [3]


def test_a_date_is_read_back_in_full_and_ctrl_semicolon_is_today(qtbot: QtBot) -> None:
    field = DateField("Last done", lambda: TODAY)
    shown(qtbot, field)
    told: list[object] = []
    field.changed.connect(told.append)
    qtbot.keyClicks(field.edit, "26/3/27")
    assert field.day() == date(2027, 3, 26)
    assert field.edit.accessibleDescription() == "Friday 26 March 2027"
    field.edit.clear()
    qtbot.keyClick(field.edit, Qt.Key.Key_Semicolon, Qt.KeyboardModifier.ControlModifier)
    assert field.day() == TODAY
    assert told[-1] == TODAY


def test_a_date_that_does_not_exist_is_explained_on_leaving_and_the_typing_stays(qtbot: QtBot) -> None:
    field = DateField("Last done", lambda: TODAY)
    shown(qtbot, field)
    qtbot.keyClicks(field.edit, "31/6/2027")
    assert not field.edit.property("wrong"), "nobody is scolded while typing"
    qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    assert field.edit.property("wrong")
    assert "31 June 2027 does not exist" in field.problem()
    assert field.edit.text() == "31/6/2027"
    assert field.day() is None


def test_a_number_out_of_range_is_marked_not_refused(qtbot: QtBot) -> None:
    field = NumberField("°C", low=Decimal(50))
    shown(qtbot, field)
    qtbot.keyClicks(field, "46.5")
    assert field.value() == Decimal("46.5")
    assert not field.in_range()
    assert field.property("wrong")
    field.setText("52")
    assert not field.property("wrong")


def test_tab_leaves_a_note_box(qtbot: QtBot) -> None:
    page = QWidget()
    column = QVBoxLayout(page)
    note, after = NoteBox("What was seen"), QLineEdit()
    column.addWidget(note)
    column.addWidget(after)
    shown(qtbot, page)
    note.setFocus()
    qtbot.keyClick(note, Qt.Key.Key_Tab)
    assert after.hasFocus()
    assert note.toPlainText() == ""


def test_the_find_box_waits_for_a_pause_and_escape_empties_it(qtbot: QtBot) -> None:
    box = SearchBox(hint="Ctrl+K")
    shown(qtbot, box)
    told: list[str] = []
    box.searched.connect(told.append)
    qtbot.keyClicks(box, "boi")
    assert told == []
    qtbot.waitUntil(lambda: told == ["boi"])
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert told == ["boi", ""]


def test_segments_are_one_stop_and_arrows_choose(qtbot: QtBot) -> None:
    segments = Segments([("all", "All"), ("late", "Overdue"), ("soon", "Due soon")])
    shown(qtbot, segments)
    segments.set_counts({"all": 1061, "late": 3})
    told: list[str] = []
    segments.chosen.connect(told.append)
    parts = segments.findChildren(QWidget)
    assert [part.accessibleName() for part in parts] == ["All, 1,061", "Overdue, 3", "Due soon"]
    assert [bool(part.focusPolicy() & Qt.FocusPolicy.TabFocus) for part in parts] == [True, False, False]
    parts[0].setFocus()
    qtbot.keyClick(parts[0], Qt.Key.Key_Right)
    assert told == ["late"]
    assert parts[1].hasFocus()
    qtbot.keyClick(parts[1], Qt.Key.Key_End)
    qtbot.keyClick(parts[2], Qt.Key.Key_Right)
    assert told == ["late", "soon"]
    with pytest.raises(LookupError):
        segments.set_key("nothing")


def test_a_chip_says_its_word_and_keeps_its_width(qtbot: QtBot) -> None:
    chip = StatusChip.of("overdue", date(2026, 11, 13), TODAY, width=124)
    qtbot.addWidget(chip)
    assert chip.text == chip.accessibleName() == "Overdue 7 days"
    assert (chip.sizeHint().width(), chip.sizeHint().height()) == (124, 24)
    chip.set_status(status_marks.OK, "OK")
    assert chip.sizeHint().width() == 124


def test_each_box_of_a_strip_can_be_walked_and_read(qtbot: QtBot) -> None:
    strip = StripBoxes("Last 52 weeks", rows=2)
    strip.set_boxes([Box("done", f"Week {n}") for n in range(52)], "52 done")
    shown(qtbot, strip)
    seen = QAccessible.queryAccessibleInterface(strip)
    assert seen.text(QAccessible.Text.Name) == "Last 52 weeks"
    assert seen.text(QAccessible.Text.Description) == "52 done"
    assert [seen.child(n).text(QAccessible.Text.Name) for n in (0, 51)] == ["Week 0", "Week 51"]
    rows = {strip.visualRect(strip.model().index(n, 0)).top() for n in range(52)}
    assert len(rows) == 2
    chosen: list[int] = []
    strip.chosen.connect(chosen.append)
    strip.setFocus()
    strip.setCurrentIndex(strip.model().index(0, 0))
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    qtbot.keyClick(strip, Qt.Key.Key_Down)
    assert strip.currentIndex().row() == 27
    qtbot.mouseClick(
        strip.viewport(), Qt.MouseButton.LeftButton, pos=strip.visualRect(strip.model().index(3, 0)).center()
    )
    assert chosen == [3]


def test_a_box_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="purple"):
        Box("purple", "Week 1")


def test_the_undo_bar_takes_back_once_and_never_takes_the_focus(qtbot: QtBot) -> None:
    page = QWidget()
    field = QLineEdit(page)
    shown(qtbot, page)
    field.setFocus()
    bar = UndoBar(page)
    undone: list[str] = []
    bar.offer("Alarm test marked done.", lambda: undone.append("first"))
    bar.offer("Boiler look marked done.", lambda: undone.append("second"))
    assert bar.isVisible()
    assert bar.text == "Boiler look marked done."
    assert field.hasFocus()
    bar.button.click()
    assert undone == ["second"]
    assert not bar.isVisible()
    bar.button.click()
    assert undone == ["second"]


def test_the_undo_bar_goes_by_itself(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(UndoBar, "SHOWN_MS", 30)
    page = QWidget()
    shown(qtbot, page)
    bar = UndoBar(page)
    bar.offer("Alarm test marked done.", lambda: None)
    qtbot.waitUntil(lambda: not bar.isVisible(), timeout=2000)


def test_a_message_says_what_happened_what_is_safe_and_what_to_do(qtbot: QtBot) -> None:
    strip = MessageStrip.of(UserError("The disk is full.", "Your text is still here.", "Free 40 MB, then save again."))
    qtbot.addWidget(strip)
    assert strip.title == "The disk is full."
    assert strip.accessibleName() == "The disk is full.. Your text is still here. Free 40 MB, then save again."


def test_a_form_ties_labels_shows_messages_and_goes_to_the_first(qtbot: QtBot) -> None:
    form = FieldForm()
    name, who = QLineEdit("kept"), QLineEdit()
    form.add("name", "Name", name)
    form.add("who", "Who did it", who, "First name and surname")
    last = DateField("Last done", lambda: TODAY)
    form.add("last", "Last done", last)
    shown(qtbot, form)
    assert who.accessibleName() == "Who did it"
    assert who.accessibleDescription() == "First name and surname"
    assert form.unread_dates() == {"last": "Enter a date for “Last done”."}
    assert not form.show_problems({"who": "Enter who did the check", **form.unread_dates()})
    assert who.hasFocus()
    assert form.row("who").message == "Enter who did the check"
    assert who.accessibleDescription() == "Enter who did the check"
    assert name.text() == "kept"
    assert form.show_problems({})
    assert form.row("who").message == ""


def test_an_empty_state_has_title_sentence_and_one_button(qtbot: QtBot) -> None:
    pressed: list[int] = []
    state = EmptyState(
        "No open faults", "When something breaks, report it here.", "Report a fault", lambda: pressed.append(1)
    )
    shown(qtbot, state)
    assert state.title == "No open faults"
    assert state.button is not None
    state.button.click()
    assert pressed == [1]


def test_progress_shows_words_and_fraction_and_can_be_stopped(qtbot: QtBot) -> None:
    stopped: list[int] = []
    card = ProgressCard("Reading files", lambda: stopped.append(1), "Stop reading")
    shown(qtbot, card)
    card.set_progress("Reading 14 of 21", 14, 21)
    assert card.words_now == "Reading 14 of 21"
    assert card.bar.fraction() == pytest.approx(2 / 3)
    card.bar.set_value(30, 21)
    assert card.bar.fraction() == 1
    card.stop.click()
    assert stopped == [1]


def test_details_open_beside_close_on_escape_and_give_the_focus_back(qtbot: QtBot) -> None:
    main = QWidget()
    column = QVBoxLayout(main)
    button = Button("Open")
    column.addWidget(button)
    split = SplitPane(main)
    split.resize(1100, 500)
    shown(qtbot, split)
    button.setFocus()
    pane = DetailPane("Fire alarm test")
    field = QLineEdit()
    pane.body.addWidget(field)
    split.show_detail(pane)
    assert split.detail is pane
    assert main.isVisible()
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert split.detail is None
    assert button.hasFocus()
    split.show_detail(pane, focus=True)
    assert split.detail is pane, "the same pane opens again"
    assert field.hasFocus(), "the first field, not the cross"
    split.resize(600, 500)
    assert not main.isVisible(), "in a narrow window the details take the whole width"
    split.hide_detail()
    assert main.isVisible()


def test_another_pane_replaces_the_first_and_the_first_is_let_go(qtbot: QtBot) -> None:
    split = SplitPane(QWidget())
    split.resize(1100, 500)
    shown(qtbot, split)
    first, second = DetailPane("One"), DetailPane("Two")
    split.show_detail(first)
    with qtbot.waitSignal(first.destroyed):
        split.show_detail(second)
    assert split.detail is second
    assert split.count() == 2


def test_a_line_stacks_when_there_is_no_room(qtbot: QtBot) -> None:
    line = Reflow(plain_label("Grounds contract"), 1, Button("Open contract"), Button("Give notice"))
    shown(qtbot, line)
    line.resize(600, 50)
    assert not line.stacked
    line.resize(200, 200)
    assert line.stacked
    line.resize(600, 50)
    assert not line.stacked


def test_a_header_moves_its_buttons_below_a_long_title(qtbot: QtBot) -> None:
    header = PageHeader("Checks", "61 checks, 52 of them required")
    find = header.add(SearchBox())
    shown(qtbot, header)
    header.resize(900, 80)
    beside = find.mapTo(header, QPoint(0, 0)).y()
    header.resize(420, 140)
    qtbot.wait(1)
    assert find.mapTo(header, QPoint(0, 0)).y() > beside + 20


def test_a_card_can_be_filled_again(qtbot: QtBot) -> None:
    card = Card("Needs you", "2 things")
    qtbot.addWidget(card)
    card.add_row(plain_label("one"))
    card.add_sentence("Nothing needs you.")
    before = card.body.count()
    card.clear()
    assert card.body.count() == 1
    card.add_row(plain_label("one"))
    card.add_sentence("Nothing needs you.")
    assert card.body.count() == before
