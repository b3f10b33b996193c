"""What a school settled about a check reaches its dates: own interval, habit, deputy, points, things, put off late."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.services import checks, recording
from tests.services.small_school import FOUNDED, FRIDAY, TERRY, Small

MONTHLY = {"area": "fire", "standing_in_law": "recommended", "applies": "yes"}


def school(tmp_path: Path) -> Small:
    return Small.found(tmp_path)


def line(small: Small, code: str, on: dt.date = FRIDAY) -> checks.CheckLine:
    with small.desk(on) as desk:
        return next(one for one in checks.listing(desk).lines if one.code == code)


def own(small: Small, code: str, **more: Any) -> bytes:
    """A check of the school's own."""
    with small.act(ActCode.ADD_CHECKS, FOUNDED) as act:
        row = act.session.derived(act.session.home, "school_check", code)
        small.checks[code] = act.create("school_check", {**MONTHLY, "code": code, "title": code, **more}, row=row)
    return small.checks[code]


def test_a_habit_sets_the_day_of_an_own_check_and_is_said(tmp_path: Path) -> None:
    small = school(tmp_path)
    habit = {"which": "nth weekday", "nth": 2, "weekdays": [1]}
    own(small, "OWN-01", rule="every 1 month", anchor="fixed date", habit=json.dumps(habit))
    small.done("OWN-01", dt.date(2026, 11, 10))
    found = line(small, "OWN-01", dt.date(2026, 11, 20))
    assert (found.legal_due, found.habit) == (dt.date(2026, 12, 8), "On the second Tuesday of the month.")


def test_a_habit_of_a_newer_program_is_left_aside_with_a_sentence(tmp_path: Path) -> None:
    small = school(tmp_path)
    own(small, "OWN-01", rule="every 1 month", anchor="last done", habit=json.dumps({"which": "lunar"}))
    small.done("OWN-01", dt.date(2026, 11, 10))
    found = line(small, "OWN-01", dt.date(2026, 11, 20))
    assert found.legal_due == dt.date(2026, 12, 10)
    assert "does not know; it is not used" in found.because


@pytest.mark.parametrize(
    ("every", "why", "due", "said"),
    [
        ("2 years", "Few staff; agreed by the head", dt.date(2028, 11, 10), ""),
        ("2 years", "", dt.date(2027, 11, 10), "needs a reason"),
        ("6 months", "", dt.date(2027, 5, 10), ""),
        ("often", "", dt.date(2027, 11, 10), "is not used"),
    ],
)
def test_an_own_interval_longer_than_the_default_needs_its_reason(
    tmp_path: Path, every: str, why: str, due: dt.date, said: str
) -> None:
    small = school(tmp_path)
    group = {"own_every": every, "own_why": why or None, "own_by": "Governors"}
    own(small, "OWN-01", rule="risk based default 1 year", anchor="last done", **group)
    small.done("OWN-01", dt.date(2026, 11, 10))
    found = line(small, "OWN-01", dt.date(2026, 11, 20))
    assert found.legal_due == due
    assert said in found.because


def test_the_deputy_does_it_while_the_usual_person_is_away(tmp_path: Path) -> None:
    small = school(tmp_path)
    others = [name for name in small.people if name != TERRY]
    small.add("FIRE-04", doer=TERRY, deputy=small.people[others[0]])
    with small.act(ActCode.ADD_ABSENCE, FOUNDED) as act:
        act.create("absence", {"person": small.people[TERRY], "first": FRIDAY, "last": FRIDAY, "state": "away"})
    found = line(small, "FIRE-04")
    assert (found.doer, found.doer_was, found.doer_id) == (others[0], TERRY, small.people[others[0]])
    back = line(small, "FIRE-04", FRIDAY + dt.timedelta(days=1))
    assert (back.doer, back.doer_was) == (TERRY, "")


def test_a_check_point_by_point_counts_when_every_point_was_done(tmp_path: Path) -> None:
    small = school(tmp_path)
    own(
        small,
        "OWN-01",
        rule="every 1 month",
        anchor="last done",
        points=json.dumps(["A", "B", "C"]),
        points_mode="each",
    )
    small.done("OWN-01", dt.date(2026, 11, 3), point="A")
    small.done("OWN-01", dt.date(2026, 11, 4), point="B")
    part = line(small, "OWN-01", dt.date(2026, 11, 5))
    assert (part.progress, part.word) == ("2 of 3", "not_known")
    assert "2 of 3 done." in part.because
    small.done("OWN-01", dt.date(2026, 11, 6), point="C")
    whole = line(small, "OWN-01", dt.date(2026, 11, 6))
    assert (whole.progress, whole.legal_due) == ("", dt.date(2026, 12, 6))


def test_a_point_that_failed_is_red_at_once(tmp_path: Path) -> None:
    small = school(tmp_path)
    own(small, "OWN-01", rule="every 1 month", anchor="last done", points=json.dumps(["A", "B"]), points_mode="each")
    small.done("OWN-01", dt.date(2026, 11, 3), point="A", outcome="unsatisfactory")
    found = line(small, "OWN-01", dt.date(2026, 11, 5))
    assert (found.colour, found.word) == ("red", "failed")
    assert "“A” failed" in found.because


def test_a_thing_gives_its_first_use_and_ends_its_checks_when_it_goes(tmp_path: Path) -> None:
    small = school(tmp_path)
    with small.act(ActCode.ADD_CHECKS, FOUNDED) as act:
        thing = act.create("asset", {"kind": "lift", "name": "Lift", "first_used_on": dt.date(2026, 9, 1)})
    small.add("LIFT-01", asset=thing)
    assert line(small, "LIFT-01").legal_due == dt.date(2027, 3, 1)
    with small.act(ActCode.ADD_CHECKS, FRIDAY) as act:
        act.set("asset", thing, {"removed_on": FRIDAY, "removed_why": "Sold"})
    gone = line(small, "LIFT-01", FRIDAY + dt.timedelta(days=1))
    assert (gone.colour, gone.because.startswith("It ended on")) == ("grey", True)


def test_a_band_that_changed_brings_the_date_forward(tmp_path: Path) -> None:
    small = school(tmp_path)
    changed = dt.date(2026, 9, 1)
    small.add("VENT-08", measure=600, measure_was=100, measure_changed=changed)
    small.done("VENT-08", dt.date(2026, 1, 10))
    assert line(small, "VENT-08", dt.date(2026, 8, 1)).legal_due == changed


def test_a_retest_clears_the_failure_and_leaves_the_date(tmp_path: Path) -> None:
    small = school(tmp_path)
    small.add("VENT-01")
    small.done("VENT-01", dt.date(2026, 6, 3), outcome="unsatisfactory")
    small.done("VENT-01", dt.date(2026, 6, 10), retest=True)
    found = line(small, "VENT-01", dt.date(2026, 6, 11))
    assert (found.colour, found.legal_due) == ("green", dt.date(2027, 8, 3))


def test_an_own_due_soon_window_and_an_own_end(tmp_path: Path) -> None:
    small = school(tmp_path)
    own(small, "OWN-01", rule="every 1 year", anchor="last done", lead_days=10, ends_on=dt.date(2028, 1, 1))
    small.done("OWN-01", dt.date(2026, 11, 10))
    assert line(small, "OWN-01", dt.date(2027, 10, 30)).colour == "green"
    soon = line(small, "OWN-01", dt.date(2027, 10, 31))
    assert (soon.colour, soon.lead) == ("amber", 10)


def test_a_late_required_check_is_put_off_to_a_new_plan_and_stays_late(tmp_path: Path) -> None:
    small = school(tmp_path)
    check = small.add("LIFT-01")
    small.done("LIFT-01", dt.date(2026, 3, 14))
    with small.desk(dt.date(2026, 9, 10), write=True) as desk, pytest.raises(UserError, match="is required by"):
        recording.put_off(desk, check, until=dt.date(2026, 9, 25), reason="Engineer ill")
    late = dt.date(2026, 9, 20)
    with small.desk(late, write=True) as desk:
        recording.put_off(desk, check, until=dt.date(2026, 9, 25), reason="Engineer ill")
    found = line(small, "LIFT-01", late)
    assert (found.legal_due, found.plan_by) == (dt.date(2026, 9, 14), dt.date(2026, 9, 25))
    assert (found.colour, found.days) == ("red", 6)
    assert "now plans it for" in found.plan_because


def test_one_answer_for_one_check_explains_each_part(tmp_path: Path) -> None:
    small = school(tmp_path)
    check = small.add("LIFT-01")
    small.done("LIFT-01", dt.date(2026, 3, 14))
    with small.desk(dt.date(2026, 9, 20)) as desk:
        told = checks.answer(desk, check)
        shown = checks.detail(desk, check)
    assert (told.next_due, told.status, told.colour) == (dt.date(2026, 9, 14), "Overdue 6 days", "red")
    assert told.why_due.startswith("Done Saturday 14 March 2026")
    assert told.why_status == "Due Monday 14 September 2026, so it is 6 days late."
    assert told.plan_by is not None
    assert told.why_plan
    assert shown.missed == ()


def test_the_detail_counts_the_weeks_that_were_missed(tmp_path: Path) -> None:
    small = school(tmp_path)
    check = small.add("WATR-03")
    small.done("WATR-03", dt.date(2026, 10, 5), dt.date(2026, 11, 4))
    small.not_done("WATR-03", dt.date(2026, 10, 20), "staff_away")
    with small.desk(dt.date(2026, 11, 6)) as desk:
        shown = checks.detail(desk, check)
    assert [(one.due.day, one.reason) for one in shown.missed] == [(12, ""), (19, "staff_away"), (26, "")]
    assert shown.line.missed == 3


def test_what_was_made_safe_is_no_danger_until_its_last_day_is_over(tmp_path: Path) -> None:
    """A danger that is held counts as one step less; the day after its control ends the check is red again (C4)."""
    small = school(tmp_path)
    small.add("GASH-01")
    small.done("GASH-01", dt.date(2026, 9, 1), by="Engineer")
    small.fault(
        "Flue leaks", "GASH-01", dt.date(2026, 11, 16), risk="danger", interim_control="Boiler locked off",
        interim_until=dt.date(2026, 11, 24), target_on=dt.date(2026, 12, 18),
    )  # fmt: skip
    told = {}
    for day in (dt.date(2026, 11, 24), dt.date(2026, 11, 25)):
        with small.desk(day) as desk:
            told[day.day] = checks.answer(desk, small.checks["GASH-01"])
    assert told[24].colour == "amber"
    assert told[25].colour == "red"
