"""Faults: which moves are allowed, what risk means, when a made-safe one is not safe any more, planned against not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain import defects as rules
from bursar_desk.domain import registry
from bursar_desk.domain.defects import CLOSED, OPEN, Move, NotAllowed, Risk, State

day = dt.date
TODAY = day(2026, 11, 20)
RAISED = day(2026, 11, 10)
CLOSED_ON = day(2026, 11, 1)


@dataclass(frozen=True)
class Fault:
    risk: str = "high"
    state: str = "reported"
    raised_on: dt.date | None = RAISED
    target_on: dt.date | None = None
    stop_on: dt.date | None = None
    interim_control: str = ""
    interim_until: dt.date | None = None
    closed_on: dt.date | None = None
    planned: bool = False


def test_the_states_are_those_of_the_register_in_its_order_of_caution() -> None:
    column = registry.BY_NAME["defect"].column("state")
    assert column.cautious == tuple(one.value for one in State)
    assert registry.BY_NAME["defect"].column("risk").cautious == tuple(one.value for one in Risk)
    assert set(OPEN) | set(CLOSED) == set(State)


@given(st.lists(st.sampled_from(list(Move)), max_size=30))
def test_no_sequence_of_moves_reaches_an_unlisted_state(moves: list[Move]) -> None:
    state = State.REPORTED
    for move in moves:
        if move in rules.moves_from(state):
            state = rules.after(state, move)
        else:
            with pytest.raises(NotAllowed, match="Nothing was changed"):
                rules.after(state, move)
        assert state in set(State)


def test_every_state_can_be_left_and_verified_is_reached_through_done_alone() -> None:
    assert all(rules.moves_from(state) for state in State)
    into = {start for move, table in rules.ALLOWED.items() for start, end in table.items() if end is State.VERIFIED}
    assert into == {State.DONE}


def test_target_dates_follow_the_risk_in_days_from_the_report() -> None:
    raised = day(2026, 11, 20)
    found = {risk: rules.target_for(risk, raised) for risk in Risk}
    assert found == {
        Risk.DANGER: day(2026, 11, 21), Risk.HIGH: day(2026, 11, 27), Risk.MEDIUM: day(2026, 12, 18),
        Risk.LOW: day(2027, 2, 19),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("until", "held", "lapsed", "risk"),
    [
        (TODAY, True, False, Risk.HIGH),  # the last day still counts
        (day(2026, 11, 19), False, True, Risk.DANGER),  # from the day after the risk is back
        (None, False, False, Risk.DANGER),
    ],
)
def test_an_interim_control_lowers_the_risk_until_its_last_day(
    until: dt.date | None, held: bool, lapsed: bool, risk: Risk
) -> None:
    for state in ("reported", "made safe", "ordered"):
        one = Fault("danger", state, interim_control="Door locked", interim_until=until)
        assert (rules.held(one, TODAY), rules.lapsed(one, TODAY), rules.risk_now(one, TODAY)) == (held, lapsed, risk)
    closed = Fault("danger", "done", interim_control="Door locked", interim_until=until)
    assert not rules.held(closed, TODAY)
    assert not rules.lapsed(closed, TODAY)


def test_past_its_stop_date_a_fault_is_a_danger_though_it_was_made_safe() -> None:
    one = Fault("low", "made safe", stop_on=day(2026, 11, 19), interim_control="Sign", interim_until=TODAY)
    assert rules.risk_now(one, TODAY) is Risk.DANGER
    assert "Stop using" in rules.state_words(one, TODAY)
    last_day = Fault("low", "made safe", stop_on=TODAY, interim_control="Sign", interim_until=TODAY)
    assert rules.risk_now(last_day, TODAY) is Risk.LOW


def test_the_most_pressing_stands_first() -> None:
    lapsed = Fault("high", "made safe", day(2026, 11, 18), interim_control="x", interim_until=day(2026, 11, 19))
    old, new = Fault("high", raised_on=day(2026, 11, 1)), Fault("high", raised_on=day(2026, 11, 15))
    danger, closed, low = Fault("danger"), Fault("danger", "done"), Fault("low", raised_on=day(2020, 1, 1))
    found = sorted([closed, low, new, old, lapsed, danger], key=lambda one: rules.pressing(one, TODAY))
    assert found == [danger, lapsed, old, new, low, closed]


def test_who_did_the_work_verifies_it_only_where_the_risk_is_low() -> None:
    assert "somebody else" in rules.may_verify("medium", "Terry Walsh", " terry walsh ")
    assert rules.may_verify("low", "Terry Walsh", "Terry Walsh") == ""
    assert rules.may_verify("danger", "Terry Walsh", "Dawn Hill") == ""


def test_the_next_step_makes_a_danger_safe_before_anything_is_ordered() -> None:
    held = Fault("danger", "made safe", interim_control="x", interim_until=TODAY)
    assert rules.next_move(Fault("danger"), TODAY, manages=True) is Move.MAKE_SAFE
    assert rules.next_move(held, TODAY, manages=True) is Move.ORDER
    assert rules.next_move(held, TODAY, manages=False) is Move.DONE
    assert rules.next_move(Fault("medium"), TODAY, manages=True) is Move.DONE
    assert rules.next_move(Fault(state="done"), TODAY, manages=True) is Move.VERIFY
    assert rules.next_move(Fault(state="done"), TODAY, manages=False) is None
    assert rules.next_move(Fault(state="verified"), TODAY, manages=True) is None


@given(st.sampled_from(list(Risk)), st.sampled_from(list(State)), st.booleans())
def test_the_next_step_is_always_one_that_the_state_allows(risk: Risk, state: State, manages: bool) -> None:
    move = rules.next_move(Fault(risk, state), TODAY, manages=manages)
    assert move is None or move in rules.moves_from(state)


# --- planned against reactive ---


def test_planned_work_is_counted_among_finished_jobs_alone() -> None:
    def job(state: str, planned: bool, on: dt.date | None = CLOSED_ON) -> Fault:
        return Fault(state=state, planned=planned, closed_on=on)

    found = [job("done", True), job("verified", True), job("done", False), job("rejected", True),
             job("reported", True, None), job("done", True, day(2025, 1, 1))]  # fmt: skip
    share = rules.planned_share(found, day(2026, 1, 1), TODAY)
    assert share is not None
    assert (share.planned, share.reactive, share.of, share.percent) == (2, 1, 3, 66)
    assert "2 of 3" in share.words
    assert "too few" in share.words


def test_a_school_that_finished_no_job_has_no_ratio() -> None:
    assert rules.planned_share([Fault(), Fault(state="rejected", closed_on=TODAY)], day(2026, 1, 1), TODAY) is None


def test_enough_jobs_are_held_against_good_practice() -> None:
    jobs = [Fault(state="done", closed_on=TODAY, planned=n < 7) for n in range(10)]
    share = rules.planned_share(jobs, TODAY, TODAY)
    assert share is not None
    assert share.words == "7 of 10 finished jobs were planned (70 in 100). Good practice is 70 in 100."
