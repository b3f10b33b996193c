"""The day strip of a register: who is in, who is away, what cover that is agreed brings, and what neighbours see."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.courses import ALARM, FIRST_AID, MARSHAL
from bursar_desk.domain.day_strip import Need, State
from bursar_desk.domain.errors import UserError
from bursar_desk.services import absences, competent_today, cover, cover_board
from bursar_desk.services.desk import Desk
from tests.services.commands_kit import done, run
from tests.services.sample_fixture import NEIGHBOUR, ON, STORY, copy_of, register_of
from tests.services.small_school import CLARE, DAWN, FRIDAY, TERRY, Small

MONDAY = dt.date(2026, 11, 23)
TUESDAY = MONDAY + dt.timedelta(days=1)
SECRET = "bindweed-77a1"


@pytest.fixture
def small(tmp_path: Path) -> Small:
    made = Small.found(tmp_path)
    made.add("FIRE-04", doer=TERRY, weekday=0, skill=ALARM)
    made.done("FIRE-04", dt.date(2026, 11, 16))
    made.passed(TERRY, ALARM, dt.date(2026, 1, 12), None)
    made.passed(CLARE, FIRST_AID, dt.date(2024, 1, 12), None)
    made.passed(DAWN, MARSHAL, dt.date(2026, 1, 12), None)
    return made


def state(desk: Desk, need: Need, day: dt.date = MONDAY) -> State:
    found = competent_today.strip(desk, day, day).days[0].of(need)
    assert found is not None
    return found.state


def test_a_school_day_names_who_fills_each_need(small: Small) -> None:
    with small.desk() as desk:
        found = competent_today.strip(desk, FRIDAY, MONDAY)
    friday, saturday, _, monday = found.days
    assert (saturday.closed, saturday.needs) == ("Weekend", ())
    assert {one.need: found.who(one) for one in monday.needs} == {
        Need.RESPONSIBLE: (CLARE, TERRY), Need.FIRST_AID: (CLARE,), Need.MARSHAL: (DAWN,), Need.KEYS: (TERRY,),
        Need.CHECKS: (TERRY,),
    }  # fmt: skip
    checks = friday.of(Need.CHECKS)
    assert checks is not None
    assert checks.words == "None due", "the alarm is tested on Mondays"
    assert found.sentence == "Somebody competent is there on every day."


def test_a_holiday_is_closed_by_its_kind(small: Small) -> None:
    with small.desk() as desk:
        for day, called in ((dt.date(2026, 12, 25), "Bank holiday"), (dt.date(2026, 10, 27), "Holiday")):
            assert competent_today.strip(desk, day, day).days[0].closed == called


def test_an_absence_makes_its_days_red_and_says_what_for(small: Small) -> None:
    with small.desk(write=True) as desk:
        absences.add(desk, small.people[TERRY], MONDAY, MONDAY, reason=SECRET)
        found = competent_today.strip(desk, MONDAY, TUESDAY)
    assert [one.red for one in found.days] == [True, False]
    assert [(one.day, one.what) for one in found.red] == [
        (MONDAY, "No key holder, present or on call"), (MONDAY, "Nobody who is in may do: Fire alarm test"),
    ]  # fmt: skip
    assert found.sentence == "1 of 2 days lacks somebody who is needed."
    assert all(SECRET not in one.sentence for one in found.red)


def test_a_first_aid_course_that_runs_out_makes_the_next_day_red(small: Small) -> None:
    last = dt.date(2027, 1, 12)  # three years after it was passed
    with small.desk() as desk:
        assert state(desk, Need.FIRST_AID, last) is State.ONLY
        assert state(desk, Need.FIRST_AID, last + dt.timedelta(days=1)) is State.NOT_MET


def test_a_colleague_who_is_trained_but_off_is_named_to_fill_in(small: Small) -> None:
    with small.act(ActCode.ADD_PERSON, FRIDAY) as act:
        small.people["Ivy"] = act.create("person", {"name": "Ivy Park", "role": "office", "days": 0b11100})
    small.passed("Ivy", FIRST_AID, dt.date(2026, 1, 12), None)
    with small.desk(write=True) as desk:
        absences.add(desk, small.people[CLARE], MONDAY, MONDAY)
        red = competent_today.strip(desk, MONDAY, MONDAY).red
    assert [one.sentence for one in red] == [
        "Mon 23 Nov: No first aider. Could fill in: Ivy Park (not at work that day)."
    ]


def test_how_many_are_wanted_is_settled_once_and_read_by_the_strip(small: Small) -> None:
    with small.desk(write=True) as desk:
        competent_today.want(desk, Need.FIRST_AID, 2)
        assert competent_today.needs(desk)[Need.FIRST_AID] == 2
        assert state(desk, Need.FIRST_AID) is State.NOT_MET
        assert not competent_today.want(desk, Need.FIRST_AID, 2).tables, "nothing is written twice"
        with pytest.raises(UserError):
            competent_today.want(desk, Need.FIRST_AID, -1)


def test_odd_days_are_refused(small: Small) -> None:
    with small.desk() as desk:
        with pytest.raises(UserError):
            competent_today.strip(desk, MONDAY, FRIDAY)
        with pytest.raises(UserError):
            competent_today.strip(desk, MONDAY, MONDAY + dt.timedelta(days=competent_today.MOST_DAYS))


# --- with neighbours -------------------------------------------------------------------------------------------------


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(register_of(copy_of(tmp_path), STORY).path, clock=FixedClock.at(ON)) as opened:
        yield opened


def test_cover_counts_once_it_is_agreed_and_no_longer_when_it_is_cancelled(story: Desk) -> None:
    terry = story.find_person("Terry Walsh").id
    away = absences.add(story, terry, MONDAY, MONDAY)[0]
    assert any(one.name == "Sam Adeyemi" for one in cover.find(story, away.id).can)
    red = competent_today.strip(story, MONDAY, MONDAY).red
    checks = next(one for one in red if one.need is Need.CHECKS)
    assert any(one.startswith("Sam Adeyemi (") for one in checks.could)
    sam = next(one for one in cover.find(story, away.id).can if one.name == "Sam Adeyemi")
    asked = cover.request(story, away.id, sam)[0]
    assert state(story, Need.CHECKS) is State.NOT_MET, "asking is not agreeing"
    cover.answer(story, asked.id, "agreed")
    found = competent_today.strip(story, MONDAY, MONDAY)
    checks_now, keys = found.days[0].of(Need.CHECKS), found.days[0].of(Need.KEYS)
    assert checks_now is not None
    assert keys is not None
    assert "Sam Adeyemi" in found.who(checks_now)
    assert "Sam Adeyemi" in found.who(keys)
    cover.answer(story, asked.id, "cancelled")
    after = competent_today.strip(story, MONDAY, MONDAY).days[0].of(Need.KEYS)
    assert after is not None
    assert "Sam Adeyemi" not in [one.name for one in after.by]


def test_a_neighbours_strip_has_no_names_of_its_people(story: Desk) -> None:
    theirs = story.find_school(NEIGHBOUR)
    found = competent_today.strip(story, MONDAY, TUESDAY, theirs)
    assert not found.named
    assert all(found.who(one) == () for day in found.days for one in day.needs)
    checks = found.days[0].of(Need.CHECKS)
    assert checks is not None
    assert checks.words == "Not known", "their checks were never sent to us"


def test_the_command_shows_the_week_board(small: Small) -> None:
    with small.desk(write=True) as desk:
        absences.add(desk, small.people[TERRY], MONDAY, MONDAY, reason=SECRET)
    ran = run("cover", "board", "--week", "2026-11-26", register=small.path, on=FRIDAY.isoformat())
    assert ran.facts["week"] == "2026-11-23"
    cells = {one["day"]: one for one in ran.facts["schools"][0]["days"]}
    assert (cells["2026-11-23"]["state"], cells["2026-11-23"]["hours"]) == ("gap", "06:45 to 07:45")
    assert cells["2026-11-24"]["state"] == "covered"
    said = run("cover", "board", "--week", "2026-11-26", register=small.path, on=FRIDAY.isoformat(), as_json=False).out
    assert "Nobody unlocks, 06:45 to 07:45" in said
    assert SECRET not in said + ran.out


def test_the_command_shows_the_strip_and_settles_what_is_wanted(small: Small) -> None:
    on = MONDAY.isoformat()
    facts = done("cover", "strip", "--to", "2026-11-24", register=small.path, on=on)
    assert [one["day"] for one in facts["days"]] == ["2026-11-23", "2026-11-24"]
    assert facts["days"][0]["needs"][1] | {"who": []} == {
        "need": "first aider", "state": "only one", "wanted": 1, "count": 1, "who": [], "lacks": [],
        "words": "Only one",
    }  # fmt: skip
    assert done("cover", "needs", "first-aider", "2", register=small.path, on=on)["needs"]["first aider"] == 2
    facts = done("cover", "strip", register=small.path, on=on)
    assert {one["need"] for one in facts["red"]} == {"first aider"}
    assert run("cover", "strip", "--to", "2026-11-01", register=small.path, on=on).code == 3
    assert run("cover", "needs", "first-aider", register=small.path, on=on).code == 2
    said = run("cover", "strip", register=small.path, on=on, as_json=False).out
    assert "Sat 28 Nov  Weekend" in said
    assert "Only 1 of 2: first aider." in said


# --- the week board --------------------------------------------------------------------------------------------------


def cells(desk: Desk, day: dt.date = MONDAY) -> list[tuple[str, str, str]]:
    row = cover_board.week_board(desk, day)[0]
    return [(one.state, one.title, one.hours or one.words) for one in row.cells]


def test_the_board_says_in_words_and_hours_what_nobody_does(small: Small) -> None:
    with small.desk(write=True) as desk:
        absences.add(desk, small.people[TERRY], MONDAY, MONDAY, reason=SECRET)
        found = cells(desk)
    assert found[0] == ("gap", "Nobody unlocks", "06:45 to 07:45")
    assert found[1:] == [("covered", "Covered", "")] * 4


def test_only_the_lock_up_is_missing_where_a_colleague_opens(small: Small) -> None:
    with small.act(ActCode.ADD_PERSON, FRIDAY) as act:
        act.create("person", {"name": "Ivy Park", "role": "site staff", "days": 31, "unlocks": True})
    with small.desk(write=True) as desk:
        absences.add(desk, small.people[TERRY], TUESDAY, TUESDAY)
        assert cells(desk)[1] == ("gap", "Nobody locks up", "15:30 to 16:15")


def test_a_check_only_the_person_away_may_do_is_a_gap_of_its_own(small: Small) -> None:
    with small.act(ActCode.ADD_PERSON, FRIDAY) as act:
        act.create("person", {"name": "Ivy Park", "role": "site staff", "days": 31, "unlocks": True, "locks": True})
    with small.desk(write=True) as desk:
        absences.add(desk, small.people[TERRY], MONDAY, TUESDAY)
        assert cells(desk)[:2] == [
            ("gap", "No fire alarm test", "any time that day"), ("covered", "Terry Walsh away", "Ivy Park unlocks"),
        ]  # fmt: skip


def test_what_a_teacher_away_has_nothing_to_do_with_is_no_gap(small: Small) -> None:
    with small.desk(write=True) as desk:
        absences.add(desk, small.people[DAWN], MONDAY, MONDAY)
        assert cells(desk)[0] == ("covered", "Covered", "")


def test_days_without_staff_have_their_names(small: Small) -> None:
    with small.desk() as desk:
        assert {one[:2] for one in cells(desk, dt.date(2026, 12, 25))} >= {("closed", "Bank holiday")}
        assert {one[:2] for one in cells(desk, dt.date(2026, 10, 27))} == {("closed", "Holiday")}


def test_planned_cover_leaves_the_times_it_does_not_name(story: Desk) -> None:
    terry = story.find_person("Terry Walsh").id
    away = absences.add(story, terry, MONDAY, TUESDAY)[0]
    sam = next(one for one in cover.find(story, away.id).can if one.name == "Sam Adeyemi")
    asked = cover.request(story, away.id, sam)[0]
    unlock = [{"day": MONDAY.isoformat(), "what": "Unlock", "starts": 405, "ends": 465}]
    with story.act(ActCode.CONFIRM_COVER, subject="Sam") as act:
        act.set("cover", asked.id, {"state": "agreed", "slots": json.dumps(unlock)})
    found = cells(story)
    assert found[0][:2] == ("gap", "Nobody locks up")
    assert found[1][:2] == ("gap", "Nobody unlocks")
