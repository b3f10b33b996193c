"""The Messages page by its real widgets: reading, writing, answering, files, printing, and what stays at this desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from bursar_desk.clock import FixedClock
from bursar_desk.services import merging, messages, sharing
from bursar_desk.services.desk import Desk
from bursar_desk.services.messages import HELP, NOTICE, PRACTICE, QUESTION, Draft
from bursar_desk.services.sample import SampleMade
from bursar_desk.ui.pages.messages import MessagesPage
from bursar_desk.ui.pages.messages_thread import ReadText
from tests.services.sample_fixture import NEIGHBOUR, ON, STORY, THIRD, copy_of, register_of
from tests.services.small_school import Small, without_waiting
from tests.windows.desk_bench import Shown, click, focus, press, settle, window_on
from tests.windows.page_bench import Chosen, buttons, cut_off, desk_of, drop, nameless, press_button, words_of

QUESTION_TITLE = "Who has a spare kiln?"
NOTE_TITLE = "Wet floor signs by the door"


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleMade:
    """A partnership in which a neighbour has asked us, and told everybody what worked."""
    without_waiting(monkeypatch)
    made = copy_of(tmp_path)
    home = register_of(made, STORY).school_id
    with desk_of(made, NEIGHBOUR) as theirs:
        messages.write(theirs, Draft(QUESTION, QUESTION_TITLE, "Ours is broken.\nOne morning is enough.", (home,)))
        messages.write(theirs, Draft(PRACTICE, NOTE_TITLE, "They hang there.", why="Falls.", how="Buy two."))
        sharing.export(theirs, tmp_path / "theirs.bursar", [home])
    with desk_of(made, STORY) as ours:
        messages.mark_read(ours, [one.id for one in messages.listing(ours)])
        assert merging.merge(ours, [tmp_path / "theirs.bursar"]).accepted == 1
    return made


@pytest.fixture
def shown(made: SampleMade) -> Iterator[Shown]:
    with window_on(desk_of(made, STORY)) as one:
        yield one


def messages_page(shown: Shown) -> MessagesPage:
    page = shown.page("messages")
    assert isinstance(page, MessagesPage)
    return page


def go_to(page: MessagesPage, title: str) -> None:
    """Move to a thread by the keyboard, from the top."""
    page.list.setFocus()
    press(page.list, Qt.Key.Key_Home, ctrl=True)
    for _ in page.list.threads.rows:
        chosen = page.list.chosen()
        if chosen is not None and chosen.title == title:
            press(page.list, Qt.Key.Key_Return)
            return
        press(page.list, Qt.Key.Key_Down)
    raise AssertionError(title)


def texts_of(page: MessagesPage) -> str:
    """The words and texts of the thread shown."""
    inside = page.reader.findChildren(ReadText)
    return words_of(page.reader) + "\n" + "\n".join(one.toPlainText() for one in inside if one.isVisible())


def counted(shown: Shown) -> int:
    """How many are new, as the register and the rail have it."""
    found = messages.unread_count(shown.desk)
    items = {one.key: one.count for one in shown.frame.rail.items}
    count = items["messages"]
    assert count is not None
    assert count.number == found
    return found


def test_what_is_new_stands_in_the_rail_and_moving_to_it_marks_it_read_here(shown: Shown) -> None:
    page = messages_page(shown)
    assert counted(shown) == 2
    assert "2 new" in words_of(page.header)
    go_to(page, QUESTION_TITLE)
    for text in ("Ours is broken.\nOne morning is enough.", "Question for our school"):
        assert text in texts_of(page)
    assert page.reader._chip.text == "Waits for us"
    assert counted(shown) == 1, "what the page chose by itself is still new"
    go_to(page, NOTE_TITLE)
    for text in ("What we did", "They hang there.", "Why", "Falls.", "How you can use it", "Buy two."):
        assert text in texts_of(page)
    assert counted(shown) == 0
    assert "Nothing new" in words_of(page.header)
    press_button(page.reader, "Mark as new")
    assert counted(shown) == 1


def test_an_answer_is_typed_beside_the_list_and_sent_with_the_next_share_file(shown: Shown, tmp_path: Path) -> None:
    page = messages_page(shown)
    go_to(page, QUESTION_TITLE)
    press_button(page.reader, "Answer")
    assert focus() is page.form.words
    assert QUESTION_TITLE in words_of(page.form)
    assert messages.OPEN_TO_ALL in words_of(page.form)
    QTest.keyClicks(page.form.words, "Ours is free on Tuesdays.")
    press(page.form.words, Qt.Key.Key_Return, ctrl=True)
    assert "Ours is free on Tuesdays." in texts_of(page)
    assert page.reader._chip.text == "Answered"
    assert "goes with the next share file" in shown.frame.undo_bar.text
    sharing.export(shown.desk, tmp_path / "ours.bursar", [shown.desk.find_school(NEIGHBOUR)])
    shown.frame.menu.undo.trigger()
    settle()
    assert "Ours is free on Tuesdays." not in texts_of(page)
    assert page.reader._chip.text == "Waits for us"


def test_a_message_is_written_with_a_photo_and_read_at_the_other_school(
    shown: Shown, made: SampleMade, tmp_path: Path
) -> None:
    page = messages_page(shown)
    picture = tmp_path / "Hall gate.JPEG"
    Image.new("RGB", (400, 300), (9, 90, 9)).save(picture, "JPEG")
    press_button(page.header, "Write a message")
    assert focus() is page.form.title_box
    click(page.form.kinds[HELP])
    QTest.keyClicks(page.form.title_box, "A ladder for Thursday?")
    page.form.words.setPlainText("Three metres would do.")
    page.form.needed_by.edit.setText("26/11/26")
    page.form.to.add(shown.desk.find_school(NEIGHBOUR))
    drop(page, picture, tmp_path / "nothing.txt")
    assert [one.name for one in page.form.attached.files] == ["Hall gate.jpg"]
    assert "is not a file" in words_of(page.form.attached)
    press_button(page.form, "Send with the next share file")
    assert "Hall gate.jpg" in words_of(page.reader)
    assert not page.form.touched
    file = tmp_path / "ours.bursar"
    sharing.export(shown.desk, file, [shown.desk.find_school(NEIGHBOUR)])
    with desk_of(made, NEIGHBOUR) as theirs:
        merging.merge(theirs, [file])
        thread = next(one for one in messages.threads(theirs) if one.title == "A ladder for Thursday?")
        assert thread.waiting_for_us
        assert thread.first.needed_by == dt.date(2026, 11, 26)
        assert [(one.name, one.here) for one in thread.first.enclosures] == [("Hall gate.jpg", True)]


def test_what_is_missing_is_said_beside_the_fields_and_what_was_typed_stays(shown: Shown) -> None:
    page = messages_page(shown)
    press_button(page.header, "Write a message")
    press_button(page.form, "Send with the next share file")
    assert page.form.form.row("title").message == "Say in a few words what it is about."
    assert page.form.form.row("words").message == "Write the message."
    page.form.words.setPlainText("Half a sentence")
    assert page.unsaved() == "your message"
    press(page.form, Qt.Key.Key_Escape)
    assert words_of(page.header).count("Messages") == 1
    assert "Go on writing" in buttons(page.header)
    press_button(page.header, "Go on writing")
    assert page.form.words.toPlainText() == "Half a sentence"
    click(page.form.kinds[PRACTICE])
    assert page.form.did.toPlainText() == "Half a sentence", "what was typed goes along to another kind"
    press_button(page.form, "Send with the next share file")
    assert page.form.form.row("did").message == ""
    press_button(page.form, "Empty the form")
    assert page.unsaved() == ""


def test_a_message_begun_is_not_lost_to_an_answer(shown: Shown) -> None:
    page = messages_page(shown)
    press_button(page.header, "Write a message")
    page.form.words.setPlainText("Half a sentence")
    press(page.form, Qt.Key.Key_Escape)
    go_to(page, QUESTION_TITLE)
    press_button(page.reader, "Answer")
    assert page.form.answering is None
    assert page.form.words.toPlainText() == "Half a sentence"
    assert "You began your message." in words_of(shown.frame)


def test_an_own_message_is_withdrawn_with_a_way_back(shown: Shown) -> None:
    page = messages_page(shown)
    press_button(page.header, "Write a message")
    page.form.title_box.setText("Road closed")
    page.form.words.setPlainText("On Friday.")
    press_button(page.form, "Send with the next share file")
    press_button(page.reader, "Withdraw")
    assert "Road closed" not in [one.title for one in page.list.threads.rows]
    assert shown.frame.undo_bar.text == "Withdrawn: “Road closed”."
    shown.frame.undo_bar.button.click()
    settle()
    assert "Road closed" in [one.title for one in page.list.threads.rows]


def test_filter_and_find_box_narrow_the_list_and_say_so_when_nothing_is_left(shown: Shown) -> None:
    page = messages_page(shown)
    page.filter.picker.picked.emit(PRACTICE)
    settle()
    assert {one.kind for one in page.list.threads.rows} == {PRACTICE}
    page.filter.picker.picked.emit("all")
    page.search.setText("kiln morning")
    press(page.search, Qt.Key.Key_Return)
    assert [one.title for one in page.list.threads.rows] == [QUESTION_TITLE]
    page.search.setText("zebra")
    press(page.search, Qt.Key.Key_Return)
    assert page.list.threads.rows == ()
    assert "Nothing matches “zebra”" in page.list.accessibleDescription()
    press(page.search, Qt.Key.Key_Escape)
    assert len(page.list.threads.rows) >= 2


def test_what_is_being_read_stays_among_the_new_until_one_moves_on(shown: Shown) -> None:
    page = messages_page(shown)
    page.filter.picker.picked.emit("unread")
    settle()
    assert len(page.list.threads.rows) == 2
    page.list.setFocus()
    press(page.list, Qt.Key.Key_Down)
    chosen = page.list.chosen()
    assert chosen is not None
    assert page.reader.shown is not None
    assert page.reader.shown.root == chosen.root
    assert chosen.unread == 0


def test_a_thread_is_printed_and_a_file_saved_where_the_person_says(shown: Shown, tmp_path: Path) -> None:
    page = messages_page(shown)
    chosen = Chosen(tmp_path)
    page.files.ask = chosen  # type: ignore[assignment]  # stands for the dialogs
    go_to(page, QUESTION_TITLE)
    press_button(page.reader, "Print")
    assert chosen.saved[-1].read_bytes().startswith(b"%PDF-")
    assert chosen.saved[-1].name == "Question - Who has a spare kiln.pdf"
    picture = tmp_path / "a.png"
    Image.new("RGB", (30, 30), (0, 0, 90)).save(picture)
    press_button(page.reader, "Answer")
    page.form.words.setPlainText("See the photo.")
    chosen.opened = [picture]
    press_button(page.form, "Attach a file")
    press_button(page.form, "Send with the next share file")
    next(one for one in page.reader.findChildren(type(page.reader.answer)) if one.words() == "Save a copy").click()
    settle()
    with Image.open(chosen.saved[-1]) as saved:
        assert saved.size == (30, 30)
    assert "is saved." in shown.frame.undo_bar.text


def test_nothing_anybody_typed_is_read_as_markup(shown: Shown) -> None:
    page = messages_page(shown)
    press_button(page.header, "Write a message")
    page.form.title_box.setText("<b>Bold</b> & <img src=x>")
    page.form.words.setPlainText("<script>1</script>\n" + "x" * 3000)
    press_button(page.form, "Send with the next share file")
    assert page.reader.title == "<b>Bold</b> & <img src=x>"
    assert {one.textFormat() for one in page.findChildren(QLabel)} == {Qt.TextFormat.PlainText}
    text = next(one for one in page.reader.findChildren(ReadText) if one.isVisible())
    QTest.qWait(30)
    assert text.toPlainText().startswith("<script>1</script>")
    assert text.width() <= page.reader.width(), "a word without end does not push the page wider"
    assert text.height() > 5 * text.fontMetrics().lineSpacing()


def test_a_new_school_is_told_in_words_what_the_page_is_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_waiting(monkeypatch)
    small = Small.found(tmp_path)
    with window_on(small.desk(write=True)) as shown:
        page = messages_page(shown)
        assert "No messages yet" in words_of(page)
        press_button(page, "Write the first message")
        assert "Nobody reads our messages yet." in words_of(page.form)
        page.form.title_box.setText("Hello")
        page.form.words.setPlainText("We are new.")
        press_button(page.form, "Send with the next share file")
        assert [one.title for one in page.list.threads.rows] == ["Hello"]
        assert "waits for a reader" in shown.frame.undo_bar.text


def test_files_are_not_taken_while_nothing_is_being_written(shown: Shown, tmp_path: Path) -> None:
    page = messages_page(shown)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    enter = QDragEnterEvent(
        page.rect().center(), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    enter.ignore()
    QApplication.sendEvent(page, enter)
    assert not enter.isAccepted()


def test_another_page_can_lead_to_a_message_and_to_the_form(shown: Shown) -> None:
    wanted = next(one for one in messages.threads(shown.desk) if one.title == NOTE_TITLE)
    shown.context.open_page("messages", message=wanted.root)
    settle()
    page = messages_page(shown)
    assert page.reader.title == NOTE_TITLE
    shown.context.open_page("messages", write=QUESTION)
    settle()
    assert page.form.isVisible()
    assert page.form.kind == QUESTION


def test_everything_the_keyboard_reaches_has_a_name(shown: Shown) -> None:
    page = messages_page(shown)
    go_to(page, QUESTION_TITLE)
    assert nameless(shown.frame) == []
    page.write()
    settle()
    for kind in (NOTICE, QUESTION, HELP, PRACTICE):
        page.form.choose(kind)
        settle()
        assert nameless(shown.frame) == []


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1093, 614), (683, 384)])
def test_nothing_is_cut_in_a_narrow_window(made: SampleMade, width: int, height: int) -> None:
    with window_on(desk_of(made, STORY), width=width, height=height) as shown:
        page = messages_page(shown)
        assert (shown.frame.width(), shown.frame.height()) == (width, height)
        assert cut_off(page) == []
        page.focus_on(message=next(one for one in messages.threads(shown.desk) if one.title == QUESTION_TITLE).root)
        settle()
        assert cut_off(page) == []
        page.write()
        settle()
        page.form.choose(HELP)
        settle()
        assert cut_off(page) == []


def test_a_cluster_office_has_the_page_too(made: SampleMade, tmp_path: Path) -> None:
    with desk_of(made, THIRD) as theirs:
        messages.write(theirs, Draft(NOTICE, "Road closed", "On Friday."))
        sharing.export(theirs, tmp_path / "third.bursar", sharing.receivers(theirs, ["cluster"]))
    office = Desk.open(register_of(made, role="cluster").path, on=ON, clock=FixedClock.at(ON))
    merging.merge(office, [tmp_path / "third.bursar"])
    with window_on(office) as shown:
        page = messages_page(shown)
        go_to(page, "Road closed")
        assert "On Friday." in texts_of(page)
