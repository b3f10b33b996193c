"""Whose turn it is and whose comes too late; how far a check may be put off and who has to agree."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain import coverage
from bursar_desk.domain.coverage import Turn
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.slip import ALONE_DAYS, MOST_SLIP_DAYS, check_slip, most_slip

TODAY = date(2026, 11, 20)
POINTS = tuple(f"Call point {n}" for n in range(1, 13))


def weekly(order: list[int], last: date = date(2026, 11, 16)) -> list[Turn]:
    """One turn a week, the last on a day."""
    return [Turn(last - timedelta(weeks=len(order) - 1 - n), f"Call point {one}") for n, one in enumerate(order)]


def test_a_whole_cycle_in_turn_is_proved_and_has_no_gap() -> None:
    found = coverage.grid(POINTS, weekly([*range(1, 13)]), TODAY, interval_days=7)
    assert found.gaps == ()
    assert found.sentence == "All 12 were tested within the last 12 weeks."
    assert [row[-1] for row in found.cells].count("done") == 1
    assert found.mondays[-1] == date(2026, 11, 16)
    assert len(found.mondays) == 52


def test_a_point_left_out_for_fourteen_weeks_is_named() -> None:
    order = [7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6, 8, 9, 10]
    found = coverage.grid(POINTS, weekly(order), TODAY, interval_days=7)
    assert [one.sentence for one in found.gaps][:1] == ["Call point 7 not tested for 14 weeks."]
    assert found.gaps[0].overdue
    assert found.sentence == "11 of 12 were tested within the last 12 weeks."


def test_a_point_that_was_skipped_is_flagged_before_the_cycle_ends() -> None:
    """Call point 7 had its turn nine weeks ago, was passed over, and will not be reached before its twelve are over."""
    order = [7, 8, 9, 10, 11, 12, 1, 2, 3, 8]
    found = coverage.grid(POINTS, weekly(order), TODAY, interval_days=7)
    seven = next(one for one in found.gaps if one.point == "Call point 7")
    assert not seven.overdue
    assert seven.must_by == date(2026, 12, 7)
    assert seven.sentence.endswith("Its turn must come by Monday 7 December 2026.")


def test_a_new_school_is_not_late_for_turns_still_to_come() -> None:
    found = coverage.grid(POINTS, weekly([1, 2, 3]), TODAY, interval_days=7)
    assert found.gaps == ()
    assert found.covered == 3


def test_where_every_point_is_done_each_time_one_left_out_is_late_after_one_interval() -> None:
    turns = [Turn(date(2026, 11, 2), "A"), Turn(date(2026, 9, 30), "B")]
    found = coverage.grid(("A", "B"), turns, TODAY, interval_days=30.4, each=True)
    assert [one.point for one in found.gaps] == ["B"]


def test_a_fail_and_a_point_not_done_show_in_their_week() -> None:
    turns = [Turn(date(2026, 11, 16), "A", "failed"), Turn(date(2026, 11, 9), "A", "not done")]
    found = coverage.grid(("A",), turns, TODAY, interval_days=7, weeks=2)
    assert found.cells == (("not done", "failed"),)
    assert found.last == (date(2026, 11, 16),)


@given(st.integers(1, 12), st.integers(13, 60))
def test_going_round_in_turn_never_leaves_a_gap(points: int, weeks: int) -> None:
    named = tuple(str(n) for n in range(points))
    turns = [Turn(date(2026, 11, 16) - timedelta(weeks=n), named[-(n + 1) % points]) for n in range(weeks)]
    assert coverage.grid(named, turns, TODAY, interval_days=7).gaps == ()


# --- putting off -----------------------------------------------------------------------------------------------------


def slip(until: date, legal: date | None, *, required: bool = False, days: float | None = 365, agreed: str = "",
         code: str = "FIRE-99") -> str:  # fmt: skip
    """What is said against it; empty when it may be."""
    try:
        check_slip(title="It", code=code, legal_due=legal, until=until, today=TODAY, required=required,
                   interval_days=days, by="Dawn Hill", agreed_by=agreed)  # fmt: skip
    except UserError as refused:
        return refused.title
    return ""


DUE = date(2026, 12, 1)


def test_the_plan_may_move_freely_up_to_the_due_date() -> None:
    assert slip(DUE, DUE, required=True) == ""


def test_a_required_check_never_slips_past_its_legal_date() -> None:
    assert slip(DUE + timedelta(days=1), DUE, required=True, agreed="Clare Brennan").startswith("It is required by")


def test_a_recommended_check_slips_a_week_on_one_persons_word() -> None:
    assert slip(DUE + timedelta(days=ALONE_DAYS), DUE) == ""
    assert slip(DUE + timedelta(days=ALONE_DAYS + 1), DUE) == "More than 7 days needs a second person."
    assert slip(DUE + timedelta(days=ALONE_DAYS + 1), DUE, agreed="Clare Brennan") == ""


def test_the_second_person_is_somebody_else() -> None:
    assert slip(DUE + timedelta(days=9), DUE, agreed="dawn hill") == "The second person has to be somebody else."


def test_nothing_slips_more_than_four_weeks_or_a_quarter_of_its_interval() -> None:
    assert slip(DUE + timedelta(days=MOST_SLIP_DAYS + 1), DUE, agreed="Clare").endswith("28 days is the most.")
    assert slip(DUE + timedelta(days=2), DUE, days=7).endswith("1 day is the most.")
    assert (most_slip(7), most_slip(30), most_slip(365), most_slip(None)) == (1, 7, 28, 28)


def test_an_overdue_required_check_gets_a_new_plan_counted_from_today() -> None:
    late = date(2026, 9, 14)
    assert slip(TODAY + timedelta(days=5), late, required=True) == ""
    assert slip(TODAY + timedelta(days=29), late, required=True, agreed="Clare").endswith("28 days is the most.")


def test_a_pressure_system_goes_past_its_date_only_when_the_competent_person_agreed() -> None:
    later = DUE + timedelta(days=20)
    assert slip(later, DUE, required=True, code="PRES-01").startswith("It is required by")
    assert slip(later, DUE, required=True, code="PRES-01", agreed="Allied Inspection") == ""


@pytest.mark.parametrize("days", [1, 7])
def test_without_a_due_date_the_slip_counts_from_today(days: int) -> None:
    assert slip(TODAY + timedelta(days=days), None) == ""
