"""Why somebody is away, in the window: kept with the absence, shown on demand to two roles, put away by looking on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain.errors import UserError
from bursar_desk.services import absences
from bursar_desk.services.desk import Desk
from bursar_desk.services.sample import SampleMade
from bursar_desk.ui.pages.cover import CoverPage
from tests.services.sample_fixture import ON, STORY, copy_of, register_of
from tests.services.small_school import without_waiting
from tests.windows.desk_bench import Shown, settle, window_on
from tests.windows.page_bench import buttons, desk_of, press_button, words_of

MONDAY = dt.date(2026, 11, 23)
SECRET, NOTE = "quillwort-9a0c", "spearwort-77b3"
SHOW = "Show the private note"


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleMade:
    without_waiting(monkeypatch)
    return copy_of(tmp_path)


def cover_page(shown: Shown) -> CoverPage:
    page = shown.page("cover")
    assert isinstance(page, CoverPage)
    return page


def look_at(page: CoverPage, day: dt.date) -> None:
    page.board.choose(page.context.home, day)
    settle()


def test_it_is_shown_when_asked_for_and_put_away_by_looking_at_another_day(made: SampleMade) -> None:
    with window_on(desk_of(made, STORY)) as shown:
        page = cover_page(shown)
        press_button(page.header, "Report absence")
        page.form.person.setCurrentText("Terry Walsh")
        page.form.first.edit.setText("23/11/2026")
        page.form.reason.setText(SECRET)
        page.form.note.setText(NOTE)
        press_button(page.form, "Save absence")
        assert SECRET not in words_of(shown.frame)
        press_button(page.detail, SHOW)
        said = words_of(page.detail)
        assert SECRET in said
        assert NOTE in said
        assert "Only the business manager and the head can see this." in said
        look_at(page, MONDAY + dt.timedelta(days=1))
        look_at(page, MONDAY)
        assert SECRET not in words_of(shown.frame)
        assert NOTE not in words_of(shown.frame)
        press_button(page.header, "Report absence")
        assert (page.form.reason.text(), page.form.note.text()) == ("", "")


def test_without_a_note_or_without_the_role_there_is_no_button(made: SampleMade) -> None:
    with desk_of(made, STORY) as desk:
        terry = desk.find_person("Terry Walsh").id
        noted = absences.add(desk, terry, MONDAY, MONDAY, reason=SECRET)[0].id
        absences.add(desk, terry, MONDAY + dt.timedelta(days=1), MONDAY + dt.timedelta(days=1))
    with window_on(desk_of(made, STORY)) as shown:
        page = cover_page(shown)
        page.focus_on(day=MONDAY)
        settle()
        assert SHOW in buttons(page.detail)
        look_at(page, MONDAY + dt.timedelta(days=1))
        assert SHOW not in buttons(page.detail), "nothing was noted"
    keeper = Desk.open(
        register_of(made, STORY).path, on=ON, as_person="Terry Walsh", clock=FixedClock.at(ON)
    )  # fmt: skip
    with window_on(keeper) as shown:
        assert not absences.has_private(keeper, noted)
        with pytest.raises(UserError, match="Only the business manager"):
            absences.private(keeper, noted)
        page = cover_page(shown)
        page.focus_on(day=MONDAY)
        settle()
        assert SHOW not in buttons(page.detail)
        assert SECRET not in words_of(shown.frame)
