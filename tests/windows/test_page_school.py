"""The School page: questions, term dates, checks that are not needed and newer editions, through the real widgets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.services import applies, catalogue, term_dates
from bursar_desk.services.desk import Desk
from bursar_desk.services.setup import new_register
from bursar_desk.ui.pages.school_settings import SchoolPage
from tests.services.small_school import without_waiting
from tests.services.test_newer_editions import NEW
from tests.windows.desk_bench import Shown, settle, window_on
from tests.windows.page_bench import Chosen, cut_off, nameless, press_button, words_of

DAY = dt.date(2026, 11, 20)
FILES = Path(__file__).parents[1] / "data" / "files" / "calendars"


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    without_waiting(monkeypatch)
    file = tmp_path / "a.register"
    new_register(file, urn=105245, manager="Dawn Hill", practice=True, clock=FixedClock.at(DAY)).store.close()
    with window_on(Desk.open(file, clock=FixedClock.at(DAY))) as window:
        yield window


def page(shown: Shown, part: str = "site") -> SchoolPage:
    made = shown.page("school")
    assert isinstance(made, SchoolPage)
    made.focus_on(part=part)
    settle()
    return made


def answer_of(desk: Desk, code: str) -> str:
    return next(one.answer for one in applies.questions(desk) if one.code == code)


def test_an_answer_is_one_click_and_undo_takes_it_back(shown: Shown) -> None:
    school = page(shown)
    row = school.site.rows["minibus"]
    assert row.meta.text() == "Not answered. 7 checks wait for it."
    row.answers._pick("yes")
    settle()
    assert answer_of(shown.desk, "minibus") == "yes"
    assert shown.frame.undo_bar.text == "Minibus: yes."
    assert row.meta.text().startswith("Dawn Hill, 20 Nov 2026.")
    shown.window.undo()
    settle()
    assert answer_of(shown.desk, "minibus") == "ask"
    assert row.answers.key() == "ask"


def test_what_is_taken_for_granted_says_so(shown: Shown) -> None:
    assert page(shown).site.rows["fire_alarm"].meta.text() == "Taken for granted. Nobody has said so yet."


def test_looking_through_confirms_what_was_taken_for_granted(shown: Shown) -> None:
    school = page(shown)
    school.site.right_buttons[3].click()
    settle()
    assert [one.code for one in applies.questions(shown.desk) if one.page == 3 and one.taken] == []
    assert school.site.rows["fire_alarm"].meta.text() == "Dawn Hill, 20 Nov 2026."
    assert not school.site.right_buttons[3].isVisible()
    assert school.site.right_buttons[1].isVisible()


def test_none_of_the_others_is_one_act_and_leaves_the_first_twenty_alone(shown: Shown) -> None:
    school = page(shown)
    before = {one.code: one.answer for one in applies.questions(shown.desk)}
    school.site.none_button.click()
    settle()
    after = {one.code: one for one in applies.questions(shown.desk)}
    assert {one.answer for one in after.values() if one.page == 3} == {"yes", "no"}
    assert all(one.answer == before[one.code] or one.follows for one in after.values() if one.page < 3)
    assert not school.site.none_button.isVisible()
    shown.window.undo()
    settle()
    assert {one.code: one.answer for one in applies.questions(shown.desk)} == before


def test_term_dates_come_from_a_file_after_a_look_at_them(shown: Shown) -> None:
    school = page(shown, "terms")
    assert "2026/27 are not entered" in words_of(school)
    school.terms.files = Chosen(FILES, [FILES / "lancashire_term_dates.csv"])  # type: ignore[assignment]
    school.terms.choose()
    settle()
    assert not school.terms.set_button.isEnabled(), "a question is open"
    school.terms._answered("scope", "Park Primary School, Colne")
    settle()
    assert "Autumn 1: Wednesday 2 September 2026 to Friday 23 October 2026" in words_of(school.terms.preview)
    assert term_dates.listing(shown.desk) == []
    school.terms.set_button.click()
    settle()
    assert len(term_dates.listing(shown.desk)) == 12
    assert not school.terms.missing.isVisible()
    shown.window.undo()
    settle()
    assert term_dates.listing(shown.desk) == []


def test_a_snow_day_is_added_and_taken_out(shown: Shown) -> None:
    school = page(shown, "terms")
    school.terms.kind.set_key("closure")
    school.terms.first.edit.setText("13/1/27")
    school.terms.name.setText("Snow")
    assert school.unsaved() == "a day for the calendar"
    school.terms.add()
    settle()
    assert "Closed, Snow: Wednesday 13 January 2027" in words_of(school)
    assert school.unsaved() == ""
    school.terms.kind.set_key("closure")
    school.terms.first.edit.setText("13/1/27")
    school.terms.add()
    settle()
    assert "in the calendar already" in school.terms.trouble.title
    school.terms.first.set_day(None)
    press_button(school.terms.card, "Take out")
    assert term_dates.listing(shown.desk) == []


def test_a_form_without_a_day_says_what_is_missing(shown: Shown) -> None:
    school = page(shown, "terms")
    school.terms.add()
    assert school.terms.form.row("first").message == "Enter a date for “First day”."


def test_checks_ruled_out_are_shown_with_who_and_why_and_come_up_again(shown: Shown) -> None:
    with shown.desk.store.connect() as con:
        from db.queries.checks import checks

        held = {one.code: one.id for one in checks(con, shown.desk.home)}
    applies.say(shown.desk, held["FIRE-18"], "no", why="No doors are held open.")
    applies.answer(shown.desk, {"lift": False})
    school = page(shown, "off")
    told = words_of(school)
    assert "No doors are held open. Said by Dawn Hill. Looked at again 20 Nov 2027." in told
    assert "The site has none of this: lift that carries people." in told
    assert not school.off.review.isVisible()
    press_button(school.off.single, "Needed after all")
    assert "FIRE-18" not in {one.code for one in applies.switched_off(shown.desk)}


def test_what_comes_up_again_is_confirmed_for_another_year_or_needed_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    without_waiting(monkeypatch)
    file = tmp_path / "a.register"
    answers = {"pool": False, "minibus": False}
    clock = FixedClock.at(DAY)
    new_register(file, urn=105245, manager="Dawn", practice=True, clock=clock, answers=answers).store.close()
    later = FixedClock.at(dt.date(2027, 11, 22))
    with window_on(Desk.open(file, clock=later)) as shown:
        school = page(shown, "off")
        assert len(applies.to_review(shown.desk)) == 2
        minibus = next(b for b in school.off.review.findChildren(type(school.news.all_button))
                       if b.accessibleName() == "Needed now: Minibus")  # fmt: skip
        minibus.click()
        settle()
        press_button(school.off.review, "Still not needed")
        assert applies.to_review(shown.desk) == ()
        assert (answer_of(shown.desk, "minibus"), answer_of(shown.desk, "pool")) == ("yes", "no")


def test_news_of_an_edition_is_taken_or_left_row_by_row(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "load", lambda: NEW)
    school = page(shown, "news")
    school.reload()
    settle()
    told = words_of(school)
    assert "New: Smoke hood look" in told
    assert "How often: “every 6 months” is now “every 1 year”." in told
    press_button(school.news, "Take it over")
    press_button(school.news, "Leave it")
    settle()
    assert len(school.news.news.rows) == 2 if school.news.news else False
    press_button(school.news, "Take over all of it")
    assert "Nothing is new." in words_of(school)


def test_every_part_has_a_name_and_nothing_is_cut(shown: Shown) -> None:
    for part in ("site", "terms", "off", "news"):
        school = page(shown, part)
        assert nameless(school) == []
        assert cut_off(school) == []
