"""The story through the real widgets of two desks: away, asked, packed, done next door, home again, in the report."""

from __future__ import annotations

import datetime as dt
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtTest import QTest

from bursar_desk.clock import SystemClock
from bursar_desk.services import cover, defects, digests, registers
from bursar_desk.services.desk import Desk
from bursar_desk.services.sample import SampleMade
from bursar_desk.ui.desk_window import DeskWindow
from bursar_desk.ui.frame import MainFrame
from bursar_desk.ui.pages.base import DeskFacts
from bursar_desk.ui.pages.cluster import ClusterPage
from bursar_desk.ui.pages.cover import CoverPage
from bursar_desk.ui.pages.record_panel import RecordPanel
from bursar_desk.ui.pages.reports import ReportsPage
from bursar_desk.ui.pages.today import TodayPage
from bursar_desk.ui.pages.today_rows import TodayRowView
from tests.services.sample_fixture import SECONDARY, STORY, copy_of, register_of
from tests.services.small_school import without_waiting
from tests.storage.workbench import plain_body
from tests.windows.desk_bench import Shown, click, settle
from tests.windows.page_bench import Chosen, desk_of, drop, press_button, words_of

MONDAY = dt.date(2026, 11, 23)
SECRET = "quillwort-7f3a"
REASON = f"Operation on the left knee {SECRET}"


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleMade:
    """The sample's registers, and every temporary file in a folder that can be looked through."""
    without_waiting(monkeypatch)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    return copy_of(tmp_path)


@contextmanager
def desk_window(desk: Desk) -> Iterator[Shown]:
    """A desk in its window; more than one may be open."""
    frame = MainFrame("")
    frame.resize(1366, 768)
    try:
        window = DeskWindow(frame, desk, DeskFacts.of(desk))
        frame.show()
        settle()
        yield Shown(frame, window, desk)
    finally:
        settle()
        frame.set_close_guard(None)
        frame.close()
        frame.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        desk.close()


def cover_page(shown: Shown) -> CoverPage:
    page = shown.page("cover")
    assert isinstance(page, CoverPage)
    return page


def report_text(shown: Shown) -> str:
    page = shown.page("reports")
    assert isinstance(page, ReportsPage)
    page.reload()
    settle()
    QTest.qWait(250)
    settle()
    assert page.preview.pages == 2
    return " ".join(page.preview.text().split())


def kept_up(text: str, short: str) -> int:
    """How many checks the report says the neighbour kept up."""
    found = re.search(rf"(\d+) checks? (?:was|were) kept up by {re.escape(short)}", text)
    return int(found[1]) if found else 0


def away_asked_and_packed(home: Shown, files: Chosen) -> tuple[str, str]:
    """On our own desk: the absence, what it leaves, the nearest who can, their yes, the pack."""
    page = cover_page(home)
    page.files.ask = files  # type: ignore[assignment]  # answers for the dialogs
    press_button(page.header, "Report absence")
    page.form.person.setCurrentText("Terry Walsh")
    page.form.first.edit.setText("23/11/2026")
    page.form.last.edit.setText("25/11/2026")
    page.form.reason.setText(REASON)
    press_button(page.form, "Save absence")
    said = words_of(page.detail)
    assert "6 checks and 6 times to unlock or lock up are uncovered." in said
    for text in ("Unlock, 06:45 to 07:45", "Fire alarm test", "Escape routes, daily walk", "Mon, Tue, Wed"):
        assert text in said
    beside = page._beside
    assert beside is not None
    assert beside.helpers is not None
    best, rest = beside.helpers.can[0], beside.helpers.can[1:]
    alike = [one for one in rest if not one.fit.cannot_do and not one.fit.warnings]
    assert all((best.km or 0) <= (one.km or 0) for one in alike), "the nearest of those who can do all of it"
    assert f"{best.school_name}, {best.km:.1f} km" in said
    press_button(page.detail, "Ask Sam")
    press_button(page.detail, "They said yes")
    press_button(page.detail, "Make the pack")
    press_button(page.pack, "Save share file")
    assert "Cover pack saved as" in words_of(page.detail)
    assert SECRET not in words_of(home.frame)
    return best.name, best.school_name


def record_three(guest: DeskWindow) -> list[str]:
    """On the guest register's Today page: three of the checks lent, the second of which fails."""
    settle()
    page = guest.frame.stack.currentWidget()
    assert isinstance(page, TodayPage), "a guest register opens on Today"
    titles = []
    for number in range(3):
        rows = [row for row in page.findChildren(TodayRowView) if row.isVisible() and row.row.title not in titles]
        titles.append(rows[0].row.title)
        rows[0].button.click()
        settle()
        panel = page.split.detail
        assert isinstance(panel, RecordPanel)
        assert panel.readings is None
        click(panel.outcome.tile("unsatisfactory" if number == 1 else "satisfactory"))
        if number == 1:
            panel.note.setPlainText("The bell in the hall did not sound")
            assert panel.save_button.words() == "Save and report fault"
        press_button(panel, panel.save_button.words())
        assert page.split.detail is None, words_of(panel)
    return titles


def carried_recorded_and_sent(near: Shown, pack: Path, files: Chosen) -> tuple[Path, list[str]]:
    """On the other school's desk: the pack is dropped, opened to record, sent back."""
    page = cover_page(near)
    page.files.ask = files  # type: ignore[assignment]
    drop(page, pack)
    assert "1 cover pack you carry" in words_of(page.guests)
    press_button(page.guests, "Open to record")
    guests = page.data.guests
    window = page.files.windows.window_of(guests[0].path)
    assert window is not None
    assert window.context.facts.guest
    titles = record_three(window)
    assert SECRET not in words_of(window.frame)
    window.frame.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    settle()
    assert page.files.windows.window_of(guests[0].path) is None
    press_button(page.guests, "Send back what was done")
    assert "3 entries" in near.frame.undo_bar.text
    return Path(guests[0].path), titles


def home_again(home: Shown, back: Path, helper: str, titles: list[str]) -> None:
    """On our own desk: the return is dropped, and the receipt names each entry."""
    page = cover_page(home)
    page.focus_on(day=MONDAY)
    settle()
    drop(page, back)
    said = words_of(page.detail)
    assert "3 new entries" in said
    for title in titles:
        assert f"Record a check: {title}\n{helper}" in said
    assert "What Sam did has come back" in said
    press_button(page.detail, "Mark this cover as done")
    assert next(one.state for one in cover.listing(home.desk) if one.helper == helper and one.first == MONDAY) == "done"


def news_goes_out(home: Shown, near: Shown, files: Chosen, school: bytes) -> None:
    """Our next file tells the neighbour that the work arrived."""
    page = home.page("cluster")
    assert isinstance(page, ClusterPage)
    page.files = files  # type: ignore[assignment]
    press_button(page.header, "Send our file")
    page.send.tick([school])
    press_button(page.send, "Save the file")
    theirs = near.page("cluster")
    assert isinstance(theirs, ClusterPage)
    drop(theirs, files.saved[-1])
    press_button(theirs.merge, "Merge 1 file")
    assert "has arrived there: 3 entries" in words_of(theirs.merge)


def test_the_story_of_one_absence_through_the_windows_of_two_desks(made: SampleMade, tmp_path: Path) -> None:
    files = Chosen(tmp_path / "files")
    files.folder.mkdir()
    home_id, near = register_of(made, STORY), register_of(made, SECONDARY)
    with desk_window(desk_of(made, STORY)) as home:
        helper, short = away_asked_and_packed(home, files)
        assert helper == "Sam Adeyemi"
        before = kept_up(report_text(home), short)
    pack = files.saved[-1]
    with (
        desk_window(desk_of(made, STORY, on=MONDAY)) as home,
        desk_window(desk_of(made, SECONDARY, on=MONDAY)) as next_door,
    ):
        guest, titles = carried_recorded_and_sent(next_door, pack, files)
        back = files.saved[-1]
        home_again(home, back, helper, titles)
        channel = next(name for name in sums(home.desk, home_id.urn) if name.startswith("cover/"))
        with Desk.open(guest, read_only=True) as lent:
            assert sums(home.desk, home_id.urn)[channel] == sums(lent, home_id.urn)[channel]
        after = report_text(home)
        assert kept_up(after, short) == before + 3
        assert SECRET not in after
        news_goes_out(home, next_door, files, near.school_id)
        assert sums(next_door.desk, home_id.urn)[channel] == sums(home.desk, home_id.urn)[channel]
        failed = [one for one in defects.listing(home.desk) if one.raised_by == helper]
        assert [(one.title, one.risk) for one in failed] == [(f"{titles[1]}: failed", "high")]
    _nothing_tells_why([home_id.path, near.path], helper, [pack, back, files.saved[-1]], tmp_path)


def sums(desk: Desk, urn: str) -> dict[str, str]:
    """The fingerprints of a school's channels."""
    return digests.digests(desk).by_school.get(urn, {})


def _nothing_tells_why(homes: list[Path], helper: str, sent: list[Path], folder: Path) -> None:
    """The words of the reason are in the first school's own register, and nowhere else at all."""
    needle = SECRET.encode()
    assert needle in homes[0].read_bytes(), "the search finds what it looks for"
    boxes = [_box(path) for path in homes]
    for file in sent:
        opened = [body for box in boxes if (body := _unpacked(file, box)) is not None]
        assert opened, f"{file.name} can be opened by one of the two"
        assert all(needle not in body for body in opened)
        assert any(helper.encode() in body for body in opened), "it was unpacked into words"
    searched = 0
    for path in (Path(base) / name for base, _, names in os.walk(folder) for name in names):
        if path != homes[0]:
            searched += 1
            assert needle not in path.read_bytes(), path
    assert searched > 10


def _box(register: Path) -> Any:
    store = registers.open_store(register, clock=SystemClock(), read_only=True)
    try:
        return registers.computer_keys(store).box
    finally:
        store.close()


def _unpacked(file: Path, box: Any) -> bytes | None:
    """The decrypted and unpacked bytes of a file, or nothing when this key does not open it."""
    from bursar_desk.domain.errors import Refused

    try:
        return plain_body(file, box)
    except Refused:
        return None
