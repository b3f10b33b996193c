"""A school's own checks and what a school settles for the others: dates before saving, refusals, one act each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.domain.errors import UserError
from bursar_desk.domain.habits import Choice, Habit, Holiday, Which
from bursar_desk.services import applies, check_edit, check_views, checks, history, recording
from bursar_desk.services.check_edit import NewCheck
from bursar_desk.services.check_views import ListView
from bursar_desk.services.desk import Desk
from tests.services.commands_kit import done, run
from tests.services.small_school import CLARE, DAWN, FRIDAY, TERRY, Small, without_waiting

day = dt.date
STARTS = Habit(starts=FRIDAY)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """A monthly check of an approved code and a risk assessment with a usual year, both done this autumn."""
    without_waiting(monkeypatch)
    made = Small.found(tmp_path)
    made.add("FIRE-07", doer=TERRY)
    made.done("FIRE-07", day(2026, 11, 2))
    made.add("FIRE-01", doer=CLARE)
    made.done("FIRE-01", day(2026, 11, 2))
    return made


@pytest.fixture
def desk(small: Small) -> Iterator[Desk]:
    with small.desk(who=DAWN, write=True) as opened:
        yield opened


RHYTHMS: list[tuple[str, Choice, Habit, list[day]]] = [
    ("every 1 week", Choice.SAME_DAY, Habit(Which.WEEKDAYS, weekdays=(1,), starts=FRIDAY),
     [day(2026, 11, 24), day(2026, 12, 1), day(2026, 12, 8)]),
    ("every 1 month", Choice.SAME_DAY, Habit(Which.NTH_WEEKDAY, 2, (1,), starts=FRIDAY),
     [day(2026, 12, 8), day(2027, 1, 12), day(2027, 2, 9)]),
    ("each term", Choice.SAME_DAY, Habit(Which.WEEK_OF_TERM, week=2, starts=FRIDAY),
     [day(2027, 1, 15), day(2027, 4, 23), day(2027, 9, 10)]),
    ("every 6 months", Choice.AFTER_DONE, STARTS, [FRIDAY, day(2027, 5, 20), day(2027, 11, 20)]),
    ("every 2 weeks", Choice.SAME_DAY, Habit(starts=FRIDAY, term_only=True, holiday=Holiday.BEFORE),
     [FRIDAY, day(2026, 12, 4), day(2026, 12, 18)]),
    ("before use", Choice.SAME_DAY, Habit(), []),
]  # fmt: skip


@pytest.mark.parametrize(("every", "choice", "habit", "dates"), RHYTHMS)
def test_the_dates_shown_before_saving_are_those_of_the_saved_check(
    desk: Desk, every: str, choice: Choice, habit: Habit, dates: list[day]
) -> None:
    new = NewCheck(title="Bike shed", area="security", every=every, choice=choice, habit=habit)
    known = check_edit.base(desk)
    assert known.problems(new) == {}
    before = check_edit.ahead(known, new)
    made, changes = check_edit.add(desk, new)
    assert list(before.dates) == dates
    assert checks.detail(desk, made).next_three == before.dates
    assert changes.touches("school_check")
    assert check_edit.of_row(_row(desk, made)) == new


def _row(desk: Desk, check: bytes) -> Any:
    found = check_edit.base(desk, check).row
    assert found is not None
    return found


def test_adding_is_one_act_that_undo_takes_back_and_two_of_a_name_stand_in_two_places(desk: Desk) -> None:
    new = NewCheck(title="Bike  shed", area="security", habit=STARTS)
    made, _changes = check_edit.add(desk, new)
    line = checks.detail(desk, made).line
    assert (line.title, line.local, line.required, line.code) == ("Bike shed", True, False, "OWN")
    with pytest.raises(UserError, match="in that place already"):
        check_edit.add(desk, new)
    history.undo(desk)
    assert made not in {one.id for one in checks.listing(desk).lines}
    again, _ = check_edit.add(desk, new)
    assert again != made


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"title": " "}, "Type what the check is called"),
    ({"area": "garden"}, "Choose the area"),
    ({"every": "every 0 weeks"}, "1 or more"),
    ({"every": "risk based default 1 year"}, "check of your own repeats"),
    ({"habit": Habit()}, "Type the first day"),
    ({"habit": Habit(Which.NTH_WEEKDAY, 1, (0,), starts=FRIDAY)}, "goes with months"),
    ({"habit": Habit(Which.WEEK_OF_TERM, week=1, starts=FRIDAY)}, "once each term"),
    ({"every": "on event", "habit": STARTS}, "no days of its own"),
    ({"points": ("Hall", "hall")}, "name of its own"),
    ({"steps": ({"name": "Hot", "low": 60, "high": 50},)}, "above the highest"),
    ({"steps": ({"name": "State", "kind": "choice", "choices": ["Good"]},)}, "two answers"),
    ({"lead_days": 400}, "0 to 366"),
    ({"evidence_needed": "video"}, "can be asked for"),
    ({"own_every": "2 weeks"}, "own check"),
    ({"deputy": b"x" * 16}, "who does it first"),
    ({"place": b"x" * 16}, "not at this school"),
    ({"doer": b"x" * 16}, "not at this school"),
]


@pytest.mark.parametrize(("cells", "said"), REFUSED)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_written(
    desk: Desk, cells: dict[str, Any], said: str
) -> None:
    from dataclasses import replace

    count = len(checks.listing(desk).lines)
    new = replace(NewCheck(title="Bike shed", area="security", habit=STARTS), **cells)
    with pytest.raises(UserError, match=said) as refused:
        check_edit.add(desk, new)
    assert refused.value.safe == "Nothing was changed."
    assert len(checks.listing(desk).lines) == count


def test_the_longest_time_of_a_code_is_never_passed_and_a_shorter_one_is_kept_beside_it(
    desk: Desk, small: Small
) -> None:
    check = small.checks["FIRE-07"]
    with pytest.raises(UserError, match="every month at the latest"):
        check_edit.change(desk, check, own_every="2 months", own_why="We asked", own_by=CLARE)
    check_edit.change(desk, check, own_every="every 2 weeks")
    found = check_views.full(desk, check)
    assert found.changed == ("every 2 weeks instead of every month",)
    assert found.detail.line.legal_due == day(2026, 11, 16)
    row = _row(desk, check)
    assert (row.rule, row.own_every) == ("every 1 month", "2 weeks")


def test_a_risk_based_time_may_be_longer_with_its_reason_and_who_decided(desk: Desk, small: Small) -> None:
    check = small.checks["FIRE-01"]
    with pytest.raises(UserError, match="needs the reason"):
        check_edit.change(desk, check, own_every="2 years", own_by=CLARE)
    with pytest.raises(UserError, match="who decided"):
        check_edit.change(desk, check, own_every="2 years", own_why="Small site")
    check_edit.change(desk, check, own_every="2 years", own_why="Small site.", own_by=CLARE)
    found = check_views.full(desk, check)
    assert found.changed == (f"every 2 years instead of every year, because small site ({CLARE})",)
    assert found.detail.line.legal_due == day(2028, 11, 2)
    check_edit.change(desk, check, own_every="", own_why="", own_by="")
    assert check_views.full(desk, check).changed == ()
    assert checks.detail(desk, check).line.legal_due == day(2027, 11, 2)


def test_the_rule_and_area_of_the_list_stay_and_a_day_moves_only_the_plan(desk: Desk, small: Small) -> None:
    check = small.checks["FIRE-07"]
    for cells in ({"every": "every 1 week"}, {"area": "water"}):
        with pytest.raises(UserError, match="stays"):
            check_edit.change(desk, check, **cells)
    check_edit.change(desk, check, habit=Habit(Which.WEEKDAYS, weekdays=(2,)))
    line = checks.detail(desk, check).line
    assert line.legal_due == day(2026, 12, 2)
    assert line.plan_by == day(2026, 12, 2)
    check_edit.change(desk, check, habit=Habit(Which.WEEKDAYS, weekdays=(0,)))
    line = checks.detail(desk, check).line
    assert (line.legal_due, line.plan_by) == (day(2026, 12, 2), day(2026, 11, 30))


def test_changing_writes_only_what_differs_and_nothing_for_nothing(desk: Desk, small: Small) -> None:
    check = small.checks["FIRE-07"]
    assert check_edit.change(desk, check, title="Emergency lights, monthly test").act is None
    changes = check_edit.change(desk, check, deputy=small.people[CLARE], lead_days=9, second_person=True)
    assert changes.act is not None
    row = _row(desk, check)
    assert (row.deputy, row.lead_days, row.second_person) == (small.people[CLARE], 9, True)
    assert "due soon from 9 days before" in check_views.full(desk, check).changed
    with pytest.raises(UserError, match="no colour"):
        check_edit.change(desk, check, colour="red")


def test_an_early_check_of_the_schools_own_keeps_its_day_inside_the_window(desk: Desk) -> None:
    made, _ = check_edit.add(desk, NewCheck(
        title="Bins", area="play_grounds", every="every 1 month", habit=Habit(starts=day(2026, 11, 25), early_days=7)
    ))  # fmt: skip
    recording.record(desk, recording.Doing(made, FRIDAY, TERRY, "satisfactory"))
    assert checks.detail(desk, made).line.legal_due == day(2026, 12, 25)


def test_points_and_readings_of_a_new_check_lead_to_turns_and_trends(desk: Desk) -> None:
    made, _ = check_edit.add(desk, NewCheck(
        title="Taps", area="water", habit=STARTS, points=("Hall", "Kitchen"),
        steps=({"name": "Hot", "unit": "°C", "low": 50},),
    ))  # fmt: skip
    for on, number in ((18, "51.5"), (19, "49"), (20, "52")):
        reading = {"name": "Hot", "value": round(float(number) * 10), "unit": "°C"}
        recording.record(desk, recording.Doing(
            made, day(2026, 11, on), TERRY, "satisfactory", point="Hall", readings=(reading,), defect=None
        ))  # fmt: skip
    found = check_views.full(desk, made)
    assert found.grid is not None
    assert found.grid.covered == 1
    assert [float(value) for value in found.trends[0].values] == [51.5, 49, 52]
    assert found.trends[0].good == (True, False, True)
    assert found.trends[0].sentence.startswith("Latest 52 °C, up 3 since 19 Nov 2026. Lowest 49, highest 52.")


def test_a_check_switched_off_is_listed_with_its_reason_and_comes_back(desk: Desk, small: Small) -> None:
    check = small.checks["FIRE-07"]
    applies.say(desk, check, "no", why="No such lights.", review_on=day(2027, 3, 1))
    assert check_views.reasons(desk, desk.home) == {
        check: f"No such lights. {DAWN}, look again on 1 Mar 2027",
    }  # fmt: skip
    assert check_views.full(desk, check).applies == "no"
    applies.say(desk, check, "yes")
    assert check_views.reasons(desk, desk.home) == {}
    assert checks.detail(desk, check).line.word == "ok"


def test_views_are_kept_by_name_and_odd_ones_are_passed_over() -> None:
    first, again = ListView("Fire", text="fire"), ListView("fire ", part="late", group="area")
    views = check_views.with_view(check_views.with_view((), first), again)
    assert [(one.name, one.part) for one in views] == [("fire", "late")]
    kept = [one.kept() for one in views]
    assert check_views.read_views([*kept, {"name": ""}, 5, {"part": "all"}]) == views
    with pytest.raises(UserError, match="needs a name"):
        check_views.with_view(views, ListView(" "))


def test_checks_are_added_and_changed_by_command(small: Small) -> None:
    on = FRIDAY.isoformat()
    made = done("check", "add", "Bike shed", "--every", "1 month", "--area", "security", "--nth", "2", "--on-day",
                "Tuesday", "--doer", TERRY, register=small.path, on=on)  # fmt: skip
    assert made["next_three"] == ["2026-12-08", "2027-01-12", "2027-02-09"]
    assert (made["check"]["doer"], made["check"]["required"]) == (TERRY, False)
    changed = done("check", "change", "Bike shed", "--every", "2 months", "--deputy", CLARE, "--point", "Left",
                   "--point", "Right", register=small.path, on=on)  # fmt: skip
    assert changed["next_three"] == ["2027-01-12", "2027-03-09", "2027-05-11"]
    longer = ("check", "change", "FIRE-01", "--own-every", "2 years")
    refused = run(*longer, register=small.path, on=on)
    assert refused.code == 3
    assert "needs the reason" in refused.err
    done(*longer, "--why", "Small site", "--decided-by", CLARE, register=small.path, on=on)
    back = done("check", "change", "FIRE-01", "--own-every", "-", register=small.path, on=on)
    assert back["changed_here"] == []
    assert run("check", "add", "Bins", "--area", "garden", "--every", "1 week", register=small.path, on=on).code == 2
