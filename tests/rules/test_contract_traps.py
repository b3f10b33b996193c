"""Contracts that mislead: a day that passed hides none to come, late words end nothing, letters are about their end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bursar_desk.domain.contract_state import ContractFacts, ContractStanding, Decision, State, standing
from bursar_desk.domain.contract_terms import Break, Notice, Terms, Written, terms_of
from bursar_desk.domain.notice_dates import Meeting, OfficeDays, last_safe, notice_from
from tests.rules.contracts_golden import CALENDAR

D = date.fromisoformat
OFFICE = OfficeDays(CALENDAR)
MEETINGS = (Meeting("Resources committee", D("2026-12-03")),)
GROUNDS = ContractFacts(b"g" * 16, Terms(D("2024-04-01"), D("2025-03-31"), "renews", 12, notice=Notice(3)),
                        yearly=261_000, entered_on=D("2026-09-01"))  # fmt: skip
YEARS = Terms(D("2025-04-01"), D("2026-03-31"), "renews", 12, notice=Notice(18))


def at(day: str, facts: ContractFacts = GROUNDS, *said: Decision) -> ContractStanding:
    return standing(facts, said, OFFICE, MEETINGS, D(day))


def said(what: str, end: str | None, on: str, **more: date) -> Decision:
    return Decision(on.encode() + what.encode(), D(end) if end else None, what, D(on), **more)


def test_what_rolled_over_unanswered_does_not_hide_the_next_last_safe_day() -> None:
    """Nobody answered the end of March 2027; in the autumn the next one is to be decided, and both are said."""
    stands = at("2027-12-01")
    assert (stands.state, stands.look, stands.on_home, stands.pressing) == (State.DECIDE_SOON, "red", True, True)
    assert stands.sentence == (
        "Nobody told them by 31 December 2026, so it runs to Friday 31 March 2028. "
        "Tell them by Friday 17 December 2027. Or it runs to 31 March 2029."
    )
    assert stands.asked is not None
    assert stands.asked.end == D("2028-03-31")
    by_hand = at("2027-12-29").sentence
    assert by_hand.endswith("They can still be told by Friday 31 December 2027: tell them today, by hand.")
    answered = at("2027-12-02", GROUNDS, said("renew", "2028-03-31", "2027-12-01"))
    assert (answered.state, answered.missed) == (State.AGREED, None)


def test_a_break_that_passed_does_not_hide_the_end_that_can_still_be_told() -> None:
    terms = Terms(D("2025-04-01"), D("2028-03-31"), "renews", 12, notice=Notice(3),
                  breaks=(Break(D("2028-02-15"), Notice(6)),))  # fmt: skip
    facts = replace(GROUNDS, terms=terms)
    assert at("2027-08-20", facts).state is State.TOO_LATE
    stands = at("2027-12-10", facts)
    assert stands.state is State.DECIDE_SOON
    assert "Tell them by Friday 17 December 2027." in stands.sentence
    assert "cannot be used" in stands.missed_words


@pytest.mark.parametrize("what", ["notice given", "end"])
def test_telling_them_after_the_last_day_ends_no_contract_that_renews(what: str) -> None:
    late = said(what, "2027-03-31", "2027-01-05", served_on=D("2027-01-05"))
    assert at("2027-01-06", GROUNDS, late).state is State.ROLLED_OVER
    assert at("2027-04-02", GROUNDS, late).state is not State.CEASED


@pytest.mark.parametrize("at_end", ["ends", "option"])
def test_what_ends_by_itself_ends_however_late_they_are_told(at_end: str) -> None:
    facts = replace(GROUNDS, terms=Terms(D("2024-09-01"), D("2027-08-31"), at_end, 12, 1, notice=Notice(6)))
    late = said("notice given", "2027-08-31", "2027-06-01", served_on=D("2027-06-01"))
    assert at("2027-06-02", facts, late).state is State.NOTICE_GIVEN
    assert at("2027-09-01", facts, late).state is State.CEASED


def test_eighteen_months_notice_of_yearly_terms_is_told_before_the_term_begins() -> None:
    """The last safe day for the year from April 2028 lies in September 2027, before that year begins."""
    facts = replace(GROUNDS, terms=YEARS, entered_on=D("2027-01-01"))
    known = (said("let run", "2028-03-31", "2026-09-01"),)
    stands = at("2027-09-10", facts, *known)
    assert stands.last_safe is not None
    assert (stands.state, stands.last_safe.serve_by, stands.last_safe.end) == (
        State.DECIDE_SOON, D("2027-09-23"), D("2029-03-31"))  # fmt: skip
    assert stands.last_safe.term.first == D("2028-04-01")
    assert stands.alert_due is not None
    assert stands.alert_due.lead == 14
    assert at("2027-10-01", facts, *known).missed is not None
    left = said("notice given", "2029-03-31", "2027-09-10", served_on=D("2027-09-10"))
    for day in ("2027-10-01", "2028-06-01", "2029-03-31"):
        assert at(day, facts, *known, left).state is State.NOTICE_GIVEN
    assert at("2029-04-01", facts, *known, left).state is State.CEASED


def test_on_the_last_day_itself_nothing_is_missed_yet_and_on_the_next_it_is() -> None:
    assert at("2026-12-31").missed is None
    assert at("2026-12-31").sentence.startswith("The last safe day was")
    assert at("2027-01-01").missed is not None


def test_a_contract_that_begins_later_is_already_watched() -> None:
    facts = replace(GROUNDS, terms=Terms(D("2027-01-01"), D("2027-03-31"), "renews", 12, notice=Notice(3)))
    stands = at("2026-12-10", facts)
    assert (stands.state, stands.days_left) == (State.DECIDE_SOON, 8)


def test_a_break_whose_notice_day_was_past_when_it_was_entered_is_locked_in() -> None:
    terms = Terms(
        D("2024-10-01"), D("2029-09-30"), "ends", notice=Notice(6), breaks=(Break(D("2026-12-01"), Notice(3)),)
    )
    stands = at("2026-11-20", replace(GROUNDS, terms=terms, entered_on=D("2026-11-20")))
    assert stands.state is State.TOO_LATE
    assert stands.sentence.endswith("Locked in until Sunday 30 September 2029.")


def test_an_option_with_a_long_reminder_of_its_own_speaks_that_long_before() -> None:
    terms = Terms(D("2022-09-01"), D("2027-08-31"), "option", 6, 2, notice=Notice(1))
    facts = replace(GROUNDS, terms=terms, alerts=(730,))
    taken = said("extend", "2027-08-31", "2024-01-10")
    stands = standing(facts, (taken,), OFFICE, (), D("2026-03-01"))
    assert stands.last_safe is not None
    assert stands.last_safe.end == D("2028-02-29")
    assert stands.alert_due is not None
    assert stands.alert_due.lead == 730


def test_a_letter_after_the_end_is_a_slip_and_the_notice_counts() -> None:
    terms = replace(GROUNDS.terms, written=(Written(D("2026-04-01"), None, D("2027-12-31")),))
    stands = at("2026-12-10", replace(GROUNDS, terms=terms))
    assert stands.last_safe is not None
    assert (stands.last_safe.by_letter, stands.last_safe.last_notice) == (False, D("2026-12-31"))
    assert notice_from(terms, D("2027-01-15"), OFFICE) == D("2028-03-31")


def test_of_two_letters_about_one_end_the_earlier_date_rules() -> None:
    own, offer = Written(D("2026-04-01"), None, D("2027-02-26"), id=b"1"), Written(
        D("2027-04-01"), D("2028-03-31"), D("2027-01-29"), id=b"2")  # fmt: skip
    terms = replace(GROUNDS.terms, written=(offer, own))
    found = {one.last: one.tell_by for one in terms_of(terms, through=D("2028-03-31"))}
    assert (found[D("2027-03-31")], found[D("2028-03-31")]) == (D("2027-01-29"), None)
    long = replace(terms, notice=Notice(13), written=(offer,))  # its own last day lies before it begins as well
    assert [one.tell_by for one in terms_of(long, through=D("2028-03-31"))][-2:] == [None, D("2027-01-29")]


def test_the_last_safe_day_is_open_and_the_day_after_is_not_even_when_notice_falls_on_it() -> None:
    """Told on the last day itself counts, a day later does not; also where that last day is a bank holiday."""
    term = terms_of(Terms(D("2024-09-01"), D("2027-08-31"), "renews", 12, notice=Notice(3)), through=D("2027-01-01"))[0]
    terms = Terms(D("2024-09-01"), D("2027-08-31"), "renews", 12, notice=Notice(3))
    last = last_safe(terms, term, OFFICE)
    assert last is not None
    assert OFFICE.bank_holiday(last.last_notice)
    facts = replace(GROUNDS, terms=terms)
    for late, state in ((0, State.NOTICE_GIVEN), (1, State.ROLLED_OVER)):
        day = last.last_notice + timedelta(days=late)
        one = said("notice given", "2027-08-31", "2027-05-20", served_on=day)
        assert standing(facts, (one,), OFFICE, (), D("2027-06-02")).state is state
