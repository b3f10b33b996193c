"""Where contracts stand: what is decided, missed, put off, taken back, left or over; sentence by sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bursar_desk.domain.contract_state import (
    ContractFacts,
    ContractStanding,
    Decision,
    State,
    latest_put_off,
    leads_of,
    may_put_off,
    standing,
)
from bursar_desk.domain.contract_terms import Break, Notice, Terms, Written, term_on, terms_of
from bursar_desk.domain.notice_dates import Meeting, OfficeDays
from tests.rules.contracts_golden import CALENDAR

D = date.fromisoformat
OFFICE = OfficeDays(CALENDAR)
MEETINGS = tuple(Meeting("Resources committee", D(day)) for day in ("2026-12-03", "2027-02-04", "2027-05-13"))
GROUNDS = ContractFacts(b"g" * 16, Terms(D("2024-04-01"), D("2025-03-31"), "renews", 12, notice=Notice(3)),
                        yearly=261_000, entered_on=D("2026-09-01"))  # fmt: skip
BROADBAND = replace(GROUNDS, id=b"b" * 16, terms=Terms(
    D("2023-12-01"), D("2026-11-30"), "renews", 12, notice=Notice(90, "days")))  # fmt: skip
OPTION = replace(GROUNDS, terms=Terms(D("2024-09-01"), D("2027-08-31"), "option", 12, 1, notice=Notice(6)))
FIXED = replace(GROUNDS, terms=Terms(D("2024-09-01"), D("2027-08-31"), "ends", notice=Notice(3)))
LIFT = replace(GROUNDS, terms=Terms(
    D("2024-10-01"), D("2029-09-30"), "renews", 12, notice=Notice(6),
    breaks=(Break(D("2027-10-01"), Notice(6)),)))  # fmt: skip
ROLLING = replace(GROUNDS, terms=Terms(D("2024-05-01"), None, "rolls", 1, notice=Notice(1)))


def at(day: str, facts: ContractFacts = GROUNDS, *said: Decision) -> ContractStanding:
    return standing(facts, said, OFFICE, MEETINGS, D(day))


def said(what: str, end: str | None, on: str, **more: date) -> Decision:
    return Decision(on.encode() + what.encode(), D(end) if end else None, what, D(on), **more)


def test_the_picture_of_the_page_comes_out() -> None:
    """20 November 2026: grounds to decide soon, reminders on 4 and 11 December; broadband ran on."""
    grounds, broadband = at("2026-11-20"), at("2026-11-20", BROADBAND)
    assert (grounds.state, grounds.look, grounds.days_left) == (State.DECIDE_SOON, "amber", 28)
    assert grounds.next_alerts == (D("2026-12-04"), D("2026-12-11"), D("2026-12-18"))
    assert grounds.sentence == "Tell them by Friday 18 December 2026. Or it runs to 31 March 2028."
    assert grounds.last_safe is not None
    assert grounds.last_safe.decide_by == D("2026-12-03")
    assert (broadband.state, broadband.look) == (State.ROLLED_OVER, "red")
    assert broadband.sentence == (
        "Nobody told them by 1 September 2026, so it runs to Tuesday 30 November 2027. "
        "The next last safe day is Wednesday 21 July 2027. Reminders for it are set."
    )


@pytest.mark.parametrize(
    ("yearly", "alerts", "leads"),
    [
        (1_000_000, (), (90, 60, 30, 14, 7, 0)),
        (1_000_001, (), (180, 90, 60, 30, 14, 7, 0)),
        (None, (), (90, 60, 30, 14, 7, 0)),
        (5_000_000, (120,), (120, 14, 7, 0)),
        (5_000_000, (3,), (14, 7, 3, 0)),
        (5_000_000, (-4, 9000, 0), (180, 90, 60, 30, 14, 7, 0)),
    ],
)
def test_reminders_follow_the_value_and_a_contracts_own_never_take_the_last_ones_away(
    yearly: int | None, alerts: tuple[int, ...], leads: tuple[int, ...]
) -> None:
    facts = replace(GROUNDS, yearly=yearly, alerts=alerts)
    assert leads_of(facts, terms_of(facts.terms, through=D("2027-01-01"))[0]) == leads


def test_a_short_renewal_passes_long_reminders_over() -> None:
    monthly = replace(GROUNDS, terms=Terms(D("2026-01-01"), D("2026-01-31"), "renews", 1, notice=Notice(7, "days")))
    assert leads_of(monthly, terms_of(monthly.terms, through=D("2026-06-15"))[-1]) == (14, 7, 0)


@pytest.mark.parametrize("what", ["renew", "extend", "let run"])
def test_agreeing_to_stay_ends_the_reminders_until_the_next_year(what: str) -> None:
    one = said(what, "2027-03-31", "2026-12-04")
    stands = at("2026-12-05", GROUNDS, one)
    assert (stands.state, stands.on_home, stands.alert_due) == (State.AGREED, False, None)
    assert at("2027-09-01", GROUNDS, one).state is State.LIVE
    assert at("2027-10-15", GROUNDS, one).state is State.DECIDE_SOON


@pytest.mark.parametrize("what", ["to market", "put off", "end"])
def test_what_settles_nothing_leaves_it_on_home(what: str) -> None:
    stands = at("2026-12-17", GROUNDS, said(what, "2027-03-31", "2026-11-30", until=D("2026-12-03")))
    assert (stands.state, stands.on_home, stands.pressing) == (State.DECIDE_SOON, True, True)


def test_to_end_settles_what_ends_by_itself_and_what_was_told() -> None:
    assert not at("2027-05-20", FIXED, said("end", "2027-08-31", "2027-05-01")).on_home
    told = said("end", "2027-03-31", "2026-12-01", served_on=D("2026-12-02"))
    assert at("2026-12-05", GROUNDS, told).state is State.NOTICE_GIVEN


def test_notice_given_in_time_ends_it_and_too_late_does_not() -> None:
    good = said("notice given", "2027-03-31", "2026-12-10", served_on=D("2026-12-31"))
    assert at("2027-01-04", GROUNDS, good).state is State.NOTICE_GIVEN
    assert at("2027-03-31", GROUNDS, good).state is State.NOTICE_GIVEN
    assert at("2027-04-01", GROUNDS, good).state is State.CEASED
    assert at("2033-04-01", GROUNDS, good).state is State.CEASED
    late = replace(good, said_on=D("2027-01-02"), served_on=D("2027-01-01"))
    stands = at("2027-01-04", GROUNDS, late)
    assert stands.state is State.ROLLED_OVER
    assert stands.sentence.startswith("They were told on 1 January 2027, after the last day, 31 December 2026")
    assert at("2027-01-04", GROUNDS, replace(late, ends_on=D("2027-06-30"))).state is State.NOTICE_GIVEN
    assert at("2027-07-01", GROUNDS, replace(late, ends_on=D("2027-06-30"))).state is State.CEASED


def test_a_decision_counts_for_its_own_end_only_and_an_end_that_moves_asks_again() -> None:
    old = said("renew", "2026-03-31", "2025-12-01")
    assert at("2026-12-01", GROUNDS, old).state is State.DECIDE_SOON
    one = said("renew", "2027-03-31", "2026-12-01")
    moved = replace(GROUNDS, terms=replace(GROUNDS.terms, written=(Written(D("2026-04-01"), D("2027-02-28")),)))
    stands = at("2026-11-25", moved, one)
    assert stands.last_safe is not None
    assert (stands.last_safe.end, stands.on_home) == (D("2027-02-28"), True)


def test_a_moved_date_speaks_again_and_the_same_one_does_not() -> None:
    here, later = at("2026-11-20").alert_due, at("2026-11-25").alert_due
    assert here is not None
    assert later is not None
    assert (here.lead, here.key) == (30, later.key)
    moved = at("2026-11-20", replace(GROUNDS, terms=replace(GROUNDS.terms, notice=Notice(80, "days")))).alert_due
    assert moved is not None
    assert moved.key != here.key


def test_what_was_taken_back_counts_no_more_and_may_be_decided_again() -> None:
    one, back = said("renew", "2027-03-31", "2026-12-01"), said("taken back", "2027-03-31", "2026-12-02")
    assert at("2026-12-01", GROUNDS, one, back).state is State.AGREED
    assert at("2026-12-02", GROUNDS, back, one).state is State.DECIDE_SOON
    again = said("let run", "2027-03-31", "2026-12-04")
    assert at("2026-12-04", GROUNDS, again, back, one).state is State.AGREED


def test_nothing_is_put_off_past_the_meeting_or_past_the_last_safe_day() -> None:
    last = at("2026-11-20").last_safe
    assert last is not None
    assert latest_put_off(last) == D("2026-12-03")
    assert may_put_off(last, D("2026-12-03"), D("2026-11-20"))
    assert not may_put_off(last, D("2026-12-04"), D("2026-11-20"))
    assert latest_put_off(replace(last, decide_by=None)) == D("2026-12-18")
    good = said("put off", "2027-03-31", "2026-11-20", until=D("2026-12-03"))
    assert (at("2026-11-21", GROUNDS, good).pressing, at("2026-11-21", GROUNDS, good).on_home) == (False, True)
    assert at("2026-12-03", GROUNDS, good).pressing
    assert at("2026-11-21", GROUNDS, replace(good, until=D("2026-12-04"))).pressing


def test_after_the_last_safe_day_they_can_still_be_told_by_hand() -> None:
    stands = at("2026-12-29")
    assert (stands.state, stands.look, stands.pressing) == (State.DECIDE_SOON, "red", True)
    assert stands.sentence == (
        "The last safe day was Friday 18 December 2026. They can still be told by Thursday 31 December 2026: "
        "tell them today, by hand."
    )


def test_rolled_over_stays_until_somebody_lets_it_run() -> None:
    assert at("2027-01-01").state is State.ROLLED_OVER
    stands = at("2027-06-01")
    assert (stands.state, stands.on_home) == (State.ROLLED_OVER, True)
    assert stands.missed is not None
    assert stands.missed.runs_to == D("2028-03-31")
    assert at("2027-06-02", GROUNDS, said("let run", "2027-03-31", "2027-06-01")).state is State.LIVE
    assert at("2027-06-02", GROUNDS, said("renew", "2028-03-31", "2027-06-01")).state is State.AGREED


def test_what_ran_on_before_it_was_entered_is_nobodys_here_to_miss() -> None:
    assert at("2026-10-01").missed is None  # ran on at the end of 2025, entered in September 2026
    assert at("2026-11-20", replace(BROADBAND, entered_on=D("2026-11-01"))).state is State.ROLLED_OVER  # still to come


def test_an_option_must_be_taken_in_time_or_it_ends() -> None:
    assert at("2027-02-01", OPTION).sentence == (
        "To extend it, tell them by Monday 22 February 2027, or it ends on 31 August 2027."
    )
    late = at("2027-03-01", OPTION)
    assert (late.state, late.look) == (State.TOO_LATE, "red")
    assert "too late to extend it. It ends on Tuesday 31 August 2027." in late.sentence
    assert at("2027-09-01", OPTION).state is State.CEASED
    taken = said("extend", "2027-08-31", "2027-02-10")
    assert at("2027-03-01", OPTION, taken).state is State.AGREED
    assert at("2027-09-01", OPTION, taken).state is State.LIVE
    assert at("2028-09-01", OPTION, taken).state is State.CEASED


def test_a_break_that_passed_is_locked_in_until_the_next_end() -> None:
    stands = at("2027-03-01", LIFT)
    assert stands.last_safe is not None
    assert (stands.state, stands.last_safe.is_break) == (State.DECIDE_SOON, True)
    late = at("2027-04-02", LIFT)
    assert late.state is State.TOO_LATE
    assert late.sentence.endswith("cannot be used. Locked in until Sunday 30 September 2029.")
    assert at("2027-04-02", LIFT, said("let run", "2027-10-01", "2027-03-03")).state is State.AGREED
    left = said("notice given", "2027-10-01", "2027-03-03")
    assert (at("2027-04-02", LIFT, left).ends_on, at("2027-10-02", LIFT, left).state) == (
        D("2027-10-01"), State.CEASED)  # fmt: skip


def test_rolling_has_no_last_safe_day_and_ends_when_notice_says() -> None:
    stands = at("2026-11-20", ROLLING)
    assert (stands.state, stands.last_safe, stands.on_home) == (State.LIVE, None, False)
    assert stands.sentence == "It can end at any time with 1 month’s notice."
    told = said("notice given", None, "2026-11-20", ends_on=D("2026-12-20"))
    assert at("2026-12-20", ROLLING, told).state is State.NOTICE_GIVEN
    assert at("2026-12-21", ROLLING, told).state is State.CEASED
    assert at("2026-12-21", ROLLING, told, said("taken back", None, "2026-11-25")).state is State.LIVE


def test_fixed_drafts_and_ceased_contracts_say_so() -> None:
    assert at("2027-08-31", FIXED).state is State.DECIDE_SOON
    assert at("2027-09-01", FIXED).state is State.CEASED
    assert at("2027-09-01", FIXED, said("renew", "2027-08-31", "2027-05-01")).state is State.AGREED
    assert at("2026-12-10", replace(GROUNDS, state="draft")).state is State.DRAFT
    assert not at("2026-12-10", replace(GROUNDS, state="draft")).on_home
    assert at("2026-12-10", replace(GROUNDS, ceased_on=D("2026-12-10"))).state is State.CEASED


def test_insurance_and_missing_papers_are_told_beside() -> None:
    facts = replace(GROUNDS, insured_until=D("2026-12-10"), documents=0)
    assert at("2026-11-20", facts).warnings == (
        "Their insurance runs out on Thursday 10 December 2026.", "No document of this contract is kept here."
    )  # fmt: skip
    assert at("2026-12-11", facts).warnings[0] == "Their insurance ran out on Thursday 10 December 2026."


def test_odd_values_never_stop_a_list() -> None:
    odd = (
        Terms(None, None), Terms(None, None, "rolls"), Terms(None, D("2027-03-31"), "renews"),
        Terms(D("2027-01-01"), D("2026-01-01"), "renews", -5, -3, Notice(-9, "moons", post_days=10**9)),
        Terms(date.min, date.max, "renews", 10**9, 10**9, Notice(10**9, "days")), Terms(date.max, date.max, "rolls", 1),
        Terms(D("2024-01-01"), None, "no such end", notice=Notice(10**9, "working days")),
        Terms(D("1990-01-01"), D("1990-01-31"), "renews", 1, notice=Notice(120, "months", clear=True)),
        Terms(D("2024-01-01"), D("2024-12-31"), "renews", 12, written=(
            Written(), Written(D("2025-01-01"), D("2024-01-01")), Written(None, D("2025-06-30"), D("2025-01-01")))),
    )  # fmt: skip
    one = said("renew", None, "2026-01-01")
    for terms in odd:
        for day in (D("2026-11-20"), date.min, date.max):
            stands = standing(replace(GROUNDS, terms=terms), (one,), OFFICE, MEETINGS, day)
            assert stands.sentence
            term_on(terms, day)
