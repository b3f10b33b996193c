"""J10 by real clicks that are counted: from Home to an absence, cover found, asked, answered, the pack saved."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from bursar_desk.services import absences, cover
from bursar_desk.services.sample import SampleMade
from bursar_desk.ui.pages.cover import CoverPage
from tests.services.sample_fixture import STORY, copy_of
from tests.services.small_school import without_waiting
from tests.windows.cluster_bench import CountedDialogs, Hand
from tests.windows.desk_bench import focus, press, settle, window_on
from tests.windows.page_bench import desk_of, words_of

MONDAY = dt.date(2026, 11, 23)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleMade:
    without_waiting(monkeypatch)
    return copy_of(tmp_path)


def drawn() -> None:
    """What came last asks for its room, is given it, and is drawn: an event each."""
    for _round in range(6):
        QApplication.processEvents()


def test_j10_from_home_to_the_saved_pack_in_eight_clicks(made: SampleMade, tmp_path: Path) -> None:
    with window_on(desk_of(made, STORY)) as shown, Hand(8) as hand:
        shown.page("home")
        hand.open_page(shown, "cover")
        page = shown.frame.page("cover")
        assert isinstance(page, CoverPage)
        files = CountedDialogs(hand, tmp_path)
        page.files.ask = files  # type: ignore[assignment]  # answers for the dialogs
        hand.click(page.header, "Report absence")
        assert focus() is page.form.person, "whoever is away is typed at once"
        QTest.keyClicks(page.form.person, "Terry")
        for field, typed in ((page.form.first.edit, "23/11/26"), (page.form.last.edit, "25/11/26")):
            press(focus(), Qt.Key.Key_Tab)
            assert focus() is field
            field.selectAll()
            QTest.keyClicks(field, typed)
        settle()
        hand.click(page.form, "Save absence")
        drawn()
        assert "6 times to unlock or lock up are uncovered" in words_of(page.detail)
        hand.click(page.detail, "Ask Sam")
        drawn()
        hand.click(page.detail, "They said yes")
        drawn()
        hand.click(page.detail, "Make the pack")
        drawn()
        hand.click(page.pack, "Save share file")
        assert "Cover pack saved as" in words_of(page.detail)
        assert hand.clicks == 8, "the system's own Save counts as well"
        assert files.saved[0].stat().st_size > 1000
        away = absences.listing(shown.desk)[0]
        assert (away.name, away.first, absences.reason(shown.desk, away.id)) == ("Terry Walsh", MONDAY, "")
        assert [one.stage for one in cover.listing(shown.desk) if one.absence == away.id] == ["agreed"]
