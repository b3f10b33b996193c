"""The Computers page by its real widgets: let one in, report one, meet a school, bring the main key with the sheet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from bursar_desk.domain.errors import UserError
from bursar_desk.services import computers, meeting, registers
from bursar_desk.services.desk import Desk
from bursar_desk.ui.pages.computers import ComputersPage
from bursar_desk.ui.pages.computers_panes import SheetPane
from tests.services.computers_kit import HOLLY, OAK, Town
from tests.services.test_computers_lifecycle import ask, joined
from tests.windows.desk_bench import Shown, press, settle, window_on
from tests.windows.page_bench import Chosen, buttons, cut_off, nameless, press_button, words_of


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    return Town.built(tmp_path, monkeypatch)


@pytest.fixture
def joining(town: Town) -> tuple[Path, Path, str]:
    return ask(town)


def window(town: Town, path: Path | None = None) -> Desk:
    return Desk.open(path or town.paths[HOLLY], clock=town.clock)


@pytest.fixture
def shown(town: Town, joining: tuple[Path, Path, str]) -> Iterator[Shown]:
    assert joining
    with window_on(window(town)) as one:
        yield one


def the_page(shown: Shown) -> ComputersPage:
    page = shown.page("computers")
    assert isinstance(page, ComputersPage)
    return page


def test_a_computer_is_let_in_after_its_words_were_compared(
    town: Town, shown: Shown, joining: tuple[Path, Path, str], tmp_path: Path
) -> None:
    path, request, said = joining
    page = the_page(shown)
    own = words_of(page)
    assert "This computer holds the main key" in own
    assert "OFFICE-1 (A)" in own
    assert OAK in own
    page.files = Chosen(tmp_path, [request])  # type: ignore[assignment]  # answers for the dialogs
    press_button(page.header, "Let a computer in")
    told = words_of(page.split)
    for number, word in enumerate(said.split(), 1):
        assert f"{number}  {word}" in told
    assert len(shown.desk.trust.computers[shown.desk.home]) == 1, "looking changes nothing"
    press_button(page.split, "Let OFFICE-2 in")
    assert "OFFICE-2 is let in" in words_of(page)
    assert "OFFICE-2 (B)" in words_of(page)
    assert nameless(page) == []
    assert cut_off(page) == []
    shown.desk.close()
    assert town.merge(path, tmp_path / "Welcome OFFICE-2.bursar").accepted


def test_a_wrong_file_is_said_above_the_page_and_nothing_opens(town: Town, shown: Shown, tmp_path: Path) -> None:
    page = the_page(shown)
    page.files = Chosen(tmp_path, [town.folder / "card.bursar"])  # type: ignore[assignment]
    problems: list[UserError] = []
    page.context.problem.connect(problems.append)
    press_button(page.header, "Let a computer in")
    assert [one.title for one in problems] == ["This is not a computer's request."]
    assert page.split.detail is None


def test_a_lost_computer_is_reported_in_two_clicks(town: Town, tmp_path: Path) -> None:
    assert tmp_path
    joined(town)
    with window_on(window(town)) as shown:
        page = the_page(shown)
        assert "Report it" in buttons(page)
        press_button(page, "Report it")
        press_button(page.split, "Report OFFICE-2")
        assert page.split.detail is None
        said = words_of(page)
        assert "Reported lost on Friday 20 November 2026. What it wrote before stands." in said
        assert "Report it" not in buttons(page)
        assert [one.state for one in computers.listing(shown.desk) if one.label == "OFFICE-2"] == ["lost"]


def test_a_school_is_met_by_its_words(town: Town, shown: Shown, tmp_path: Path) -> None:
    page = the_page(shown)
    chosen = Chosen(tmp_path, [tmp_path / "oak.bursar"])
    page.files = chosen  # type: ignore[assignment]
    with town.desk(OAK) as desk:
        said = meeting.write_card(desk, tmp_path / "oak.bursar").words
    press_button(page.header, "Accept a card")
    told = words_of(page.split)
    assert all(word in told for word in said.split())
    press(page.split.detail or page, Qt.Key.Key_Escape)
    assert page.split.detail is None
    press_button(page.header, "Accept a card")
    press_button(page.split, f"Accept {OAK}")
    assert page.split.detail is None
    press_button(page.header, "Save our card")
    with town.desk(OAK) as desk:
        assert meeting.read_card(desk, chosen.saved[0]).name == HOLLY


def test_the_main_key_comes_with_the_sheet_and_the_new_sheet_is_shown_once(town: Town) -> None:
    second = joined(town)
    with window_on(window(town, second)) as shown:
        page = the_page(shown)
        assert "Another computer holds the main key" in words_of(page)
        assert not buttons(page.header)["Let a computer in"].isEnabled()
        press_button(page, "Bring the main key here")
        pane = page.split.detail
        assert isinstance(pane, SheetPane)
        press_button(pane, "Make a new main key")
        assert "Type the lines of the sheet." in words_of(pane)
        pane.typed.setPlainText("\n".join([*town.sheets[HOLLY][:7], "8  ACDE FHJK MN"]))
        press_button(pane, "Make a new main key")
        assert "Line 8 does not match the sheet." in words_of(pane)
        assert page.unsaved() == "the recovery sheet"
        assert registers.held_root(shown.desk.store) is None
        pane.typed.setPlainText("\n".join(town.sheets[HOLLY]))
        next(choice for choice, sign in pane._choices if sign is not None).setChecked(True)
        press_button(pane, "Make a new main key")
        told = words_of(pane)
        assert all(line in told for line in pane.sheet)
        assert len(pane.sheet) == 8
        assert page.unsaved() == ""
        settle()
        assert "This computer holds the main key" in words_of(page)
        assert registers.held_root(shown.desk.store) is not None


def test_a_computer_that_waits_shows_its_own_words(town: Town, joining: tuple[Path, Path, str], tmp_path: Path) -> None:
    path, request, said = joining
    with window_on(window(town, path)) as shown:
        page = the_page(shown)
        told = words_of(page)
        assert "This computer is not let in yet" in told
        assert all(word in told for word in said.split())
        page.files = Chosen(tmp_path / "again", [])  # type: ignore[assignment]
        (tmp_path / "again").mkdir()
        press_button(page, "Save the request again")
    with town.desk(HOLLY) as desk:
        again = computers.read_request(desk, tmp_path / "again" / "Let this computer in.bursar")
        assert again.words == computers.read_request(desk, request).words


def test_what_a_school_reads_is_chosen_beside_its_name_and_can_be_ended(town: Town) -> None:
    with window_on(window(town)) as shown:
        page = the_page(shown)
        known = page.data.known[0]

        def choose(answer: str) -> None:
            page.ask_reading(known)
            settle()
            assert page.question is not None
            page.question.buttons[answer].click()
            settle()

        said = {"hub": "checks and faults", "member": "people and cover", "nothing": "nothing of ours"}
        for answer, reads in said.items():
            choose(answer)
            now = next(one for one in page.data.known if one.school == known.school)
            assert reads in now.reads
        before = page.data.known
        choose("stay")
        assert page.data.known == before
