"""J3: signing in on the shared PC by tile and PIN; locking keeps what was typed; acts are written as who signed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from bursar_desk.services import pins
from bursar_desk.services.desk import Desk
from bursar_desk.ui.pages.sign_in import PersonTile, SignInPage
from bursar_desk.ui.pages.sign_in_pad import PinPad, WordsBox
from db.first_look import first_look
from tests.services.small_school import CLARE, DAWN, TERRY, Small, without_waiting
from tests.windows.desk_bench import CTRL, Shown, click, open_small, settle, window_on
from tests.windows.page_bench import words_of

MANAGER_WORDS, STAFF_PIN = "red kettle bus", "7294"


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    monkeypatch.setattr(pins, "COST", 1 << 4)
    monkeypatch.setattr("bursar_desk.machine.local_folder", lambda: tmp_path / "local")
    made = Small.found(tmp_path)
    made.add("FIRE-04", doer=TERRY)
    return made


@pytest.fixture
def shown(small: Small) -> Iterator[Shown]:
    desk = open_small(small)
    pins.set_pin(desk, small.people[DAWN], MANAGER_WORDS)
    pins.set_pin(desk, small.people[TERRY], STAFF_PIN)
    with window_on(desk) as made:
        made.window.open_first()
        settle()
        yield made


def cover(shown: Shown) -> SignInPage:
    made = shown.window.lock.cover
    assert isinstance(made, SignInPage)
    assert shown.frame.covered
    return made


def tile(page: SignInPage, name: str) -> PersonTile:
    return next(one for one in page.tiles if one.name == name)


def sign_in(shown: Shown, name: str, secret: str) -> int:
    """Sign in as a person would; return how many clicks and keys it took."""
    page, done = cover(shown), 0
    if page.chosen is None or page.chosen.name != name:
        if page.chosen is not None:
            click(page.back)
            done += 1
        click(tile(page, name))
        done += 1
    pad = page.pad
    if isinstance(pad, PinPad):
        for digit in secret:
            QTest.mouseClick(pad.keys[digit], Qt.MouseButton.LeftButton)
            done += 1
    else:
        assert isinstance(pad, WordsBox)
        QTest.keyClicks(pad.box, secret)
        QTest.keyClick(pad.box, Qt.Key.Key_Return)
        done += len(secret) + 1
    settle()
    return done


def test_j3_site_staff_sign_in_by_one_tile_and_their_pin(shown: Shown) -> None:
    page = cover(shown)
    assert [one.name for one in page.tiles] == [DAWN, TERRY], "Clare has no PIN"
    assert sign_in(shown, TERRY, STAFF_PIN) == 1 + len(STAFF_PIN)
    assert not shown.frame.covered
    assert shown.context.facts.who == TERRY
    keys = [item.key for item in shown.frame.rail.items]
    assert keys[0] == "today"
    assert not {"home", "cluster", "computers", "history"} & set(keys)
    assert shown.frame.rail.big


def test_the_keys_of_the_pad_are_large_enough_for_a_thumb(shown: Shown) -> None:
    page = cover(shown)
    click(tile(page, TERRY))
    assert isinstance(page.pad, PinPad)
    for name in "0123456789":
        size = page.pad.keys[name].size()
        assert min(size.width(), size.height()) >= 64


def test_the_keyboard_alone_signs_in(shown: Shown) -> None:
    page = cover(shown)
    one = tile(page, TERRY)
    one.setFocus()
    QTest.keyClick(one, Qt.Key.Key_Return)
    settle()
    assert isinstance(page.pad, PinPad)
    QTest.keyClicks(page.pad, "72")
    QTest.keyClick(page.pad, Qt.Key.Key_Backspace)
    QTest.keyClicks(page.pad, "294")
    settle()
    assert shown.context.facts.who == TERRY


def test_a_wrong_pin_says_how_many_tries_are_left_and_then_waits(shown: Shown) -> None:
    page = cover(shown)
    for said in ("2 more tries, then wait a minute.", "1 more try, then wait a minute.", "Wait 1 minute"):
        sign_in(shown, TERRY, "0001")
        assert said in words_of(page)
        assert shown.frame.covered
    assert page.pad is not None
    assert not page.pad.isEnabled()
    page._wait = 1
    page._tick()
    assert page.pad.isEnabled()
    sign_in(shown, TERRY, STAFF_PIN)
    assert shown.frame.covered, "the wait is not the window's to end"


def test_someone_else_shows_everybody_and_who_has_no_pin_yet(shown: Shown) -> None:
    page = cover(shown)
    click(page.someone_else)
    assert f"No PIN yet: {CLARE}. Someone who manages the register can set one." in words_of(page)
    click(tile(page, TERRY))
    click(page.back)
    assert page.chosen is None


def typed_into(page: QWidget) -> QLineEdit:
    box = page.findChildren(QLineEdit)[0]
    box.setText("half a sent")
    box.setFocus()
    return box


def test_locking_keeps_the_page_what_is_typed_and_where(shown: Shown) -> None:
    sign_in(shown, DAWN, MANAGER_WORDS)
    page = shown.page("checks")
    box = typed_into(page)
    QTest.keyClick(shown.frame, Qt.Key.Key_L, CTRL)
    settle()
    assert cover(shown).chosen is not None, "the pad of who was here opens at once"
    assert not page.isVisible()
    sign_in(shown, DAWN, MANAGER_WORDS)
    assert shown.frame.page("checks") is page
    assert page.isVisible()
    assert box.text() == "half a sent"
    assert shown.frame.focusWidget() is box


def test_another_person_gets_their_own_pages_and_the_first_finds_theirs_again(shown: Shown) -> None:
    sign_in(shown, DAWN, MANAGER_WORDS)
    page = shown.page("checks")
    box = typed_into(page)
    click(shown.frame.rail.lock)
    sign_in(shown, TERRY, STAFF_PIN)
    theirs = shown.page("checks")
    assert theirs is not page
    assert theirs.findChildren(QLineEdit)[0].text() == ""
    with pytest.raises(LookupError):
        shown.frame.show_page("home")
    click(shown.frame.rail.lock)
    sign_in(shown, DAWN, MANAGER_WORDS)
    assert shown.frame.page("checks") is page
    assert box.text() == "half a sent"
    shown.frame.show_page("home")


def test_what_is_written_is_written_as_who_signed_in(shown: Shown, small: Small) -> None:
    from bursar_desk.services import history, recording

    sign_in(shown, TERRY, STAFF_PIN)
    check = small.checks["FIRE-04"]
    doing = recording.Doing(check, small.today, TERRY, "satisfactory")

    def work(desk: Desk) -> str:
        recording.record(desk, doing)
        return history.recent(desk)[0].note.who

    told: list[str] = []
    shown.context.run(shown.frame, work, told.append)
    click(shown.frame.rail.lock)
    sign_in(shown, DAWN, MANAGER_WORDS)
    assert told == [TERRY]
    shown.context.run(shown.frame, work, told.append)
    settle()
    assert told == [TERRY, DAWN]


def test_nobody_at_the_desk_locks_it_and_a_key_puts_that_off(shown: Shown) -> None:
    sign_in(shown, TERRY, STAFF_PIN)
    lock = shown.window.lock
    assert lock.idle.isActive()
    assert lock.idle.interval() == pins.LOCK_MINUTES * 60_000
    lock.idle.timeout.emit()
    settle()
    assert shown.frame.covered
    assert not lock.idle.isActive(), "what is locked need not lock again"


def test_nothing_changes_where_nobody_has_a_pin(small: Small) -> None:
    with window_on(open_small(small)) as plain:
        plain.window.open_first()
        settle()
        assert not plain.frame.covered
        assert not plain.frame.rail.lock.isVisible()
        assert not plain.frame.menu.lock.isVisible()
        assert not plain.window.lock.idle.isActive()
        QTest.keyClick(plain.frame, Qt.Key.Key_L, CTRL)
        settle()
        assert not plain.frame.covered

        def first(desk: Desk) -> object:
            return pins.set_pin(desk, small.people[DAWN], "830417")

        plain.context.run(plain.frame, first, plain.context.acted)
        settle()
        assert plain.frame.rail.lock.isVisible(), "from the first PIN on it can be locked"
        assert plain.window.lock.idle.isActive()


def test_nothing_of_the_school_is_shown_before_somebody_signed_in(small: Small) -> None:
    look = first_look(small.path)
    assert look is not None
    assert look.lines
    with small.desk(write=True) as desk:
        pins.set_pin(desk, small.people[DAWN], "830417")
    look = first_look(small.path)
    assert look is not None
    assert look.lines == ()
