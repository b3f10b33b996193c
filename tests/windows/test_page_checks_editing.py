"""New checks, changed checks, groups, views and switching off, by the real widgets; the form gives back what it got."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from bursar_desk.domain.habits import Choice, Habit, Holiday, Which
from bursar_desk.services import check_edit
from bursar_desk.services import checks as service
from bursar_desk.ui.pages.checks import ChecksPage
from bursar_desk.ui.pages.checks_correct import CorrectPane
from bursar_desk.ui.pages.checks_detail import CheckDetailPane
from bursar_desk.ui.pages.checks_edit import CheckForm
from bursar_desk.ui.pages.checks_edit_habit import HabitFields
from bursar_desk.ui.pages.checks_edit_steps import StepsEditor
from bursar_desk.ui.pages.checks_forms import NotNeededPane
from bursar_desk.ui.pages.checks_parts import CoverageView
from bursar_desk.ui.pages.checks_table import GroupHead
from bursar_desk.ui.pages.checks_views import SaveViewPane
from bursar_desk.ui.widgets import IconButton
from tests.services.small_school import CLARE, DAWN, FRIDAY, TERRY, Small, without_waiting
from tests.windows.desk_bench import Shown, click, open_small, press, settle, window_on
from tests.windows.page_bench import nameless, press_button, words_of

day = dt.date
POINTS = ("Call point 1, Hall", "Call point 2, Kitchen", "Call point 3, Office")


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """Weekly alarm tests that left out call point 3, a monthly check that is late, a yearly one with room to choose."""
    without_waiting(monkeypatch)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    made = Small.found(tmp_path)
    made.add("FIRE-04", doer=TERRY, points=list(POINTS))
    for week in range(14, 0, -1):
        made.done("FIRE-04", FRIDAY - dt.timedelta(weeks=week), point=POINTS[2 if week == 14 else week % 2])
    made.add("FIRE-07", doer=TERRY)
    made.done("FIRE-07", day(2026, 10, 19))
    made.add("FIRE-01", doer=CLARE)
    made.done("FIRE-01", day(2026, 11, 2))
    made.add("LIFT-01")
    made.done("LIFT-01", day(2026, 10, 20), by="Ascent Lifts")
    made.add("POOL-01", applies="no", why="No pool here", said_by=DAWN)
    made.add("WATR-04", applies="ask")
    return made


@pytest.fixture
def shown(small: Small) -> Iterator[Shown]:
    with window_on(open_small(small, DAWN)) as made:
        yield made


def page_of(shown: Shown) -> ChecksPage:
    page = shown.page("checks")
    assert isinstance(page, ChecksPage)
    return page


def details(page: ChecksPage, check: bytes) -> CheckDetailPane:
    assert page.table.choose(check)
    settle()
    assert isinstance(page.split.detail, CheckDetailPane)
    return page.split.detail


def form_of(page: ChecksPage) -> CheckForm:
    assert isinstance(page.split.detail, CheckForm)
    return page.split.detail


def test_a_new_check_shows_its_dates_while_it_is_typed_and_keeps_them(shown: Shown) -> None:
    page = page_of(shown)
    click(page.new_button)
    form = form_of(page)
    assert nameless(form) == []
    form.title_field.setText("Look at the bike shed")
    form.area.set_key("security")
    form.every.unit.set_key("month")
    form.every.unit.picked.emit("month")
    form.habit.which.set_key(Which.NTH_WEEKDAY)
    form.habit.nth.set_key(2)
    form.habit.weekday.set_key(1)
    form.habit.weekday.picked.emit(1)
    assert form.same.text() == "Same day each month"
    assert form.after.text() == "1 month after it was last done"
    assert "Next: Tuesday 8 December 2026, Tuesday 12 January 2027" in form.dates.accessibleDescription()
    press(form.title_field, Qt.Key.Key_Return, ctrl=True)
    line = next(one for one in service.listing(shown.desk).lines if one.title == "Look at the bike shed")
    assert line.legal_due == day(2026, 12, 8)
    assert (line.owner, line.local) == (DAWN, True)
    assert shown.frame.undo_bar.text == "Look at the bike shed added."
    click(shown.frame.undo_bar.button)
    assert "Look at the bike shed" not in {one.title for one in service.listing(shown.desk).lines}


def test_a_form_with_something_missing_says_what_and_writes_nothing(shown: Shown) -> None:
    page = page_of(shown)
    before = len(service.listing(shown.desk).lines)
    click(page.new_button)
    form = form_of(page)
    press(form.title_field, Qt.Key.Key_Return, ctrl=True)
    assert "Type what the check is called" in words_of(form)
    assert "Choose the area it counts in" in words_of(form)
    form.title_field.setText("Bins")
    assert not shown.window.may_close()
    assert len(service.listing(shown.desk).lines) == before


def test_what_is_typed_stays_when_another_row_is_looked_at_first(shown: Shown, small: Small) -> None:
    page = page_of(shown)
    click(page.new_button)
    form_of(page).title_field.setText("Bins")
    form_of(page).points.setPlainText("North\nSouth")
    details(page, small.checks["LIFT-01"])
    assert page.unsaved() == "Bins"
    click(page.new_button)
    form = form_of(page)
    assert (form.title_field.text(), form.points.toPlainText()) == ("Bins", "North\nSouth")
    form.area.set_key("security")
    press_button(form, "Add check")
    assert page.unsaved() == ""
    click(page.new_button)
    assert form_of(page).title_field.text() == ""


def test_a_code_keeps_its_longest_time_and_an_assessment_may_choose_a_longer_one(shown: Shown, small: Small) -> None:
    page = page_of(shown)
    click_change(page, small.checks["FIRE-07"])
    form = form_of(page)
    assert "At the latest every month. The school may do it more often, not less." in words_of(form)
    assert not form.area.isEnabled()
    form.own_every.unit.set_key("month")
    form.own_every.count.setText("2")
    press_button(form, "Save check")
    assert "every month at the latest" in words_of(form)
    page._leave_pane()
    settle()
    click_change(page, small.checks["FIRE-01"])
    form = form_of(page)
    form.own_every.unit.set_key("year")
    form.own_every.count.setText("2")
    press_button(form, "Save check")
    assert "needs the reason from your risk assessment" in words_of(form)
    form.own_why.setText("Small site")
    form.own_by.setText(CLARE)
    assert "2028" in form.dates.accessibleDescription()
    press_button(form, "Save check")
    said = words_of(details(page, small.checks["FIRE-01"]))
    assert f"Changed here: every 2 years instead of every year, because small site ({CLARE})." in said


def click_change(page: ChecksPage, check: bytes) -> None:
    press_button(details(page, check), "Change check")


def test_details_prove_the_turns_of_the_points_and_name_the_gap(shown: Shown, small: Small) -> None:
    pane = details(page_of(shown), small.checks["FIRE-04"])
    said = words_of(pane)
    assert "2 of 3 were tested within the last 3 weeks." in said
    assert "Call point 3, Office not tested for 14 weeks." in said
    grid = pane.findChild(CoverageView)
    assert grid is not None
    assert grid.said_at(QPoint(2, grid.sizeHint().height() - 8)) == "Call point 3, Office: last tested 14 Aug 2026"
    assert grid.said_at(QPoint(grid.width() - 2, 2)).startswith("Call point 1, Hall, week of 16 November")


def test_history_marks_what_was_entered_later_and_what_was_corrected(shown: Shown, small: Small) -> None:
    from bursar_desk.services import recording

    done = recording.record(
        shown.desk, recording.Doing(small.checks["FIRE-07"], day(2026, 11, 16), TERRY, "satisfactory")
    )
    again = recording.Doing(small.checks["FIRE-07"], day(2026, 11, 17), TERRY, "satisfactory")
    recording.correct(shown.desk, done.records[0], again, "It was Tuesday")
    said = words_of(details(page_of(shown), small.checks["FIRE-07"]))
    for part in ("Entered 3 days later, on 20 Nov 2026.", "First written down as: Passed", "Corrected later",
                 "Takes the place of an earlier entry.", f"Written down by {DAWN}."):  # fmt: skip
        assert part in said


def test_a_record_is_corrected_beside_the_list_and_the_first_stays(shown: Shown, small: Small) -> None:
    pane = details(page_of(shown), small.checks["FIRE-07"])
    pencil = next(one for one in pane.findChildren(IconButton) if one.accessibleName().startswith("Correct what"))
    assert pencil.accessibleName() == "Correct what was written for Monday 19 October 2026"
    click(pencil)
    form = page_of(shown).split.detail
    assert isinstance(form, CorrectPane)
    assert nameless(form) == []
    form.day.set_day(day(2026, 10, 21))
    press_button(form, "Save correction")
    assert "Say why in a few words." in words_of(form)
    form.why.setText("It was Wednesday")
    press(form.why, Qt.Key.Key_Return, ctrl=True)
    lines = {line.id: line for line in service.listing(shown.desk).lines}
    assert lines[small.checks["FIRE-07"]].last_done == day(2026, 10, 21)
    said = words_of(details(page_of(shown), small.checks["FIRE-07"]))
    assert "First written down as: Passed" in said
    assert "It was Wednesday" in said
    click(shown.frame.undo_bar.button)
    lines = {line.id: line for line in service.listing(shown.desk).lines}
    assert lines[small.checks["FIRE-07"]].last_done == day(2026, 10, 19)


def test_groups_head_their_checks_and_sorting_stays_inside_them(shown: Shown, small: Small) -> None:
    page = page_of(shown)
    order = [line.id for line in page.model.lines]
    page.groups._pick("area")
    heads = [row for row in page.model.rows if isinstance(row, GroupHead)]
    said = [head.words for head in heads]
    assert said == ["Fire: 3 checks, 1 overdue or failed", "Lifting and work equipment: 1 check"]
    page.table.sort_by("Check", ascending=False)
    kinds = [type(row).__name__ for row in page.model.rows]
    assert kinds == ["GroupHead", "CheckLine", "CheckLine", "CheckLine", "GroupHead", "CheckLine"]
    titles = [line.title for line in page.model.lines[:3]]
    assert titles == sorted(titles, key=str.casefold, reverse=True)
    assert page.table.choose(heads[0].id)
    settle()
    assert page.chosen_line() is None
    page.groups._pick("")
    assert sorted(order) == sorted(line.id for line in page.model.lines)


def test_a_saved_view_brings_back_part_words_and_groups_and_is_kept_for_the_person(shown: Shown, small: Small) -> None:
    page = page_of(shown)
    page.search.setText("fire")
    press(page.search, Qt.Key.Key_Return)
    page.groups._pick("person")
    page.views.save_wanted.emit()
    pane = page.split.detail
    assert isinstance(pane, SaveViewPane)
    press_button(pane, "Save view")
    assert "Type what to call it" in words_of(pane)
    pane.name.setText("Fire by person")
    press_button(pane, "Save view")
    page.search.setText("")
    press(page.search, Qt.Key.Key_Return)
    page.groups._pick("")
    page.views.picked.emit(page.views.views[0])
    settle()
    assert (page.search.text(), page.groups.key()) == ("fire", "person")
    assert {line.area for line in page.model.lines} == {"fire"}
    from bursar_desk.ui.pages.checks_views import ViewsButton

    assert [view.name for view in ViewsButton(f"{page._layout_name()}.views").views] == ["Fire by person"]


def test_a_check_is_switched_off_with_a_reason_listed_with_it_and_brought_back(shown: Shown, small: Small) -> None:
    page = page_of(shown)
    press_button(details(page, small.checks["LIFT-01"]), "This does not apply here")
    form = page.split.detail
    assert isinstance(form, NotNeededPane)
    press_button(form, "Switch it off")
    assert "Say why in a few words." in words_of(form)
    form.why.setText("The lift is gone")
    press_button(form, "Switch it off")
    page.filter._pick("grey")
    settle()
    column = [one.title for one in page.model.columns].index("Why not")
    texts = {row.code: page.model.columns[column].text(row) for row in page.model.lines}
    assert texts["LIFT-01"] == f"The lift is gone. {DAWN}, look again on 20 Nov 2027"
    assert texts["POOL-01"].startswith("No pool here.")
    assert not page.table.isColumnHidden(column)
    pane = details(page, small.checks["LIFT-01"])
    assert "Looked at again on Saturday 20 November 2027." in words_of(pane)
    press_button(pane, "Bring this check back")
    assert {line.id: line.word for line in service.listing(shown.desk).lines}[small.checks["LIFT-01"]] == "ok"


def test_what_nobody_has_answered_is_a_part_of_its_own_outside_all_counts(shown: Shown) -> None:
    page = page_of(shown)
    page.filter._pick("ask")
    settle()
    assert [line.code for line in page.model.rows] == ["WATR-04"]
    page.filter._pick("all")
    settle()
    assert "WATR-04" not in {line.code for line in page.model.rows}


# --- the form gives back what it was given ----------------------------------------------------------------------------

_DAYS = st.dates(day(2026, 1, 1), day(2030, 12, 31))
_DAY_MONTH = st.tuples(st.integers(1, 12), st.integers(1, 28))
_SEASON = st.tuples(_DAY_MONTH, _DAY_MONTH)


@st.composite
def habits(draw: st.DrawFn) -> Habit:
    """Every way to repeat that a form can be asked to show."""
    which = draw(st.sampled_from(list(Which)))
    weekdays: tuple[int, ...] = ()
    if which is Which.WEEKDAYS:
        weekdays = tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=1))))
    elif which is Which.NTH_WEEKDAY or (which is Which.WEEK_OF_TERM and draw(st.booleans())):
        weekdays = (draw(st.integers(0, 6)),)
    starts = draw(st.none() | _DAYS)
    ends = draw(st.none() | _DAYS.filter(lambda one: starts is None or one >= starts))
    return Habit(
        which, draw(st.sampled_from((1, 2, 3, 4, -1))) if which is Which.NTH_WEEKDAY else 0, weekdays,
        draw(st.integers(1, 20)) if which is Which.WEEK_OF_TERM else 0, draw(st.booleans()),
        draw(st.none() | _SEASON), starts, ends, draw(st.none() | st.integers(1, 999)) if starts else None,
        draw(st.sampled_from(list(Holiday))), draw(st.integers(0, 366)),
    )  # fmt: skip


@pytest.fixture(scope="module")
def fields(qapp: QApplication) -> HabitFields:  # a widget needs it
    return HabitFields(lambda: FRIDAY, own=True)


@settings(max_examples=60, deadline=None)
@given(habit=habits())
def test_the_fields_read_back_every_way_to_repeat(fields: HabitFields, habit: Habit) -> None:
    fields.set_habit(habit)
    assert fields.read() == habit
    assert fields.habit() == habit


def test_what_the_fields_cannot_show_is_given_back_untouched(fields: HabitFields) -> None:
    odd = Habit(weekdays=(1, 3), nth=2)
    fields.set_habit(odd)
    assert fields.habit() is odd
    fields.term_only.setChecked(True)
    assert fields.habit() == Habit(term_only=True)


def test_readings_come_back_as_they_were_with_what_a_newer_program_wrote(qapp: QApplication) -> None:
    specs = (
        {"name": "Hot", "unit": "°C", "low": 50, "colour": "red"},
        {"name": "State", "kind": "choice", "choices": ["Good", {"word": "Bad", "bad": True}]},
    )
    editor = StepsEditor(specs)
    assert editor.specs() == specs
    editor.rows[0].low.setText("55.5")
    assert editor.specs()[0] == {"name": "Hot", "unit": "°C", "low": 55.5, "colour": "red"}
    editor.rows[1].choices.setText("Good, Fair, Bad")
    assert editor.specs()[1]["choices"] == ["Good", "Fair", {"word": "Bad", "bad": True}]


def test_the_form_of_a_saved_check_is_untouched_until_somebody_changes_it(shown: Shown) -> None:
    made, _ = check_edit.add(shown.desk, check_edit.NewCheck(
        title="Bins", area="play_grounds", every="each half term", choice=Choice.SAME_DAY, habit=Habit(starts=FRIDAY),
        points=("North", "South"), each=True, steps=({"name": "Lid shut", "kind": "tick"},), lead_days=3,
        evidence_needed="file", second_person=True, how_to="Look.",
    ))  # fmt: skip
    form = CheckForm(check_edit.base(shown.desk, made))
    assert form.typed() == form.start
    before = form.touched
    form.second.setChecked(False)
    assert (before, form.touched) == (False, True)
    form.deleteLater()
