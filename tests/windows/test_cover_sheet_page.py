"""The pack's page and its spreadsheet by their real widgets: saved, brought in, odd entries decided; the hours slip."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt

from bursar_desk.services import absences, cover, cover_sheet_odd, guests
from bursar_desk.services.sample import SampleMade
from bursar_desk.ui.pages.cover import CoverPage
from bursar_desk.ui.pages.cover_slip import HoursSlipPage
from tests.services.cover_sheet_kit import fill
from tests.services.sample_fixture import SECONDARY, STORY, copy_of
from tests.services.small_school import without_waiting
from tests.windows.desk_bench import Shown, press, settle, window_on
from tests.windows.page_bench import Chosen, cut_off, desk_of, drop, nameless, press_button, words_of

MONDAY, WEDNESDAY = dt.date(2026, 11, 23), dt.date(2026, 11, 25)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleMade:
    without_waiting(monkeypatch)
    return copy_of(tmp_path)


@pytest.fixture
def shown(made: SampleMade) -> Iterator[Shown]:
    """Sam has agreed to cover on Monday; today is the Wednesday after."""
    with desk_of(made, STORY) as desk:
        away, _ = absences.add(desk, desk.find_person("Terry Walsh").id, MONDAY, MONDAY)
        sam = next(one for one in cover.find(desk, away.id).can if one.name == "Sam Adeyemi")
        cover.answer(desk, cover.request(desk, away.id, sam)[0].id, "agreed")
    with window_on(desk_of(made, STORY, on=WEDNESDAY)) as one:
        yield one


def pack_page(shown: Shown, folder: Path) -> tuple[CoverPage, Chosen]:
    page = shown.page("cover")
    assert isinstance(page, CoverPage)
    page.focus_on(day=MONDAY)
    page.reload()
    settle()
    files = Chosen(folder)
    page.files.ask = files  # type: ignore[assignment]  # answers for the dialogs
    press_button(page.detail, "Make the pack")
    return page, files


def test_the_sheet_is_saved_filled_in_brought_in_and_its_odd_entry_left_out(shown: Shown, tmp_path: Path) -> None:
    page, files = pack_page(shown, tmp_path)
    press_button(page.pack, "Save as spreadsheet")
    sheet = files.saved[-1]
    assert sheet.name == "Cover pack for Sam Adeyemi, 23 Nov 2026.xlsx"
    assert "Any spreadsheet program opens it." in shown.frame.undo_bar.text
    many = len([row for row in openpyxl.load_workbook(sheet)["Checks"].iter_rows(min_row=5, max_col=1) if row[0].value])
    lines = {number: {"result": "Pass"} for number in range(1, many + 1)}
    lines[2] = {"result": "perhaps"}
    files.opened = [fill(sheet, lines, {1: {"from": "06:45", "to": "08:05"}})]
    press_button(page.pack, "Bring in a filled-in sheet")
    said = words_of(page.pack)
    assert "Hours of 1 day, to be approved." in said
    assert "Line 2 says “perhaps”: it is Pass, Fail or Not done." in said
    assert nameless(page.pack) == []
    assert page.pack.odd is not None
    [row] = page.pack.odd.rows
    assert not row.take.isVisible(), "what cannot be read cannot be taken over"
    row.leave.click()
    assert row.reason.isVisible()
    row.reason.setText("Rang Sam: not looked at")
    press(row.reason, Qt.Key.Key_Return)
    assert cover_sheet_odd.odd(shown.desk) == []
    assert page.pack.odd is None
    drop(page, sheet)
    assert "is brought in" not in words_of(page.pack)
    assert "This sheet is already in: nothing in it is new." in words_of(page.pack)


def test_the_pack_page_says_what_goes_in_and_a_part_can_be_left_out(shown: Shown, tmp_path: Path) -> None:
    page, _ = pack_page(shown, tmp_path)
    said = words_of(page.pack)
    assert "Why someone is away. Home addresses. Alarm codes. Pupil names." in said
    assert "Before Sam starts" in said
    assert "Keys not signed for yet: hand them over in person" in said
    assert "Hours worked, to sign and hand in" in page.pack.paper.text()
    page.pack.ticks["hours"].click()
    settle()
    assert "Hours worked, to sign and hand in" not in page.pack.paper.text()
    assert "Checks to do, and tick here" in page.pack.paper.text()
    assert cut_off(page.pack) == []


def test_hours_are_claimed_in_the_window_of_a_pack(made: SampleMade, tmp_path: Path) -> None:
    with desk_of(made, STORY) as desk:
        away, _ = absences.add(desk, desk.find_person("Terry Walsh").id, MONDAY, MONDAY)
        sam = next(one for one in cover.find(desk, away.id).can if one.name == "Sam Adeyemi")
        asked, _ = cover.request(desk, away.id, sam)
        cover.answer(desk, asked.id, "agreed")
        guests.make_pack(desk, asked.id, tmp_path / "pack.bursar")
    with desk_of(made, SECONDARY) as theirs:
        guest = guests.open_pack(theirs, tmp_path / "pack.bursar")
    from bursar_desk.clock import FixedClock
    from bursar_desk.services.desk import Desk

    with window_on(Desk.open(guest.path, clock=FixedClock.at(WEDNESDAY))) as one:
        page = one.page("hours")
        assert isinstance(page, HoursSlipPage)
        assert page.day.key() == MONDAY
        assert nameless(page) == []
        page.starts.setText("6:45")
        page.ends.setText("later")
        page.miles.setText("4.6")
        press_button(page, "Claim these hours")
        assert "Type the time like 06:45" in words_of(page)
        page.ends.setText("08:05")
        page.travel.setText("20")
        press_button(page, "Claim these hours")
        assert "Mon 23 Nov, 06:45 to 08:05" in words_of(page)
        [claim] = guests.claims(one.desk)
        assert (claim.minutes, claim.miles) == (100, 46)
        press_button(page, "Claim these hours")
        assert "Type the time like 06:45" in words_of(page), "pressed twice claims once"
        assert len(guests.claims(one.desk)) == 1
        page.starts.setText("06:45")
        page.ends.setText("08:05")
        press_button(page, "Claim these hours")
        assert "Hours at that time are claimed already" in words_of(page)
        assert len(guests.claims(one.desk)) == 1
