"""Two things said on one day: the cautious one counts, whatever their ids and in whatever order they come."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import permutations

import pytest

from bursar_desk.domain import agreement_state
from bursar_desk.domain.contract_state import Decision, State
from bursar_desk.domain.deal_stage import Move, Said, Word, conditions_met
from bursar_desk.domain.same_day import outweighs
from tests.rules.test_contract_states import GROUNDS, ROLLING, at
from tests.rules.test_deal_stages import DAY, DEAL, FACTS, KEEPER, A, B, said, stands, yes

IDS = (b"1" * 16, b"8" * 16, b"z" * 16)
NEXT = DAY + dt.timedelta(days=1)


def mixed(*rows: Word) -> list[list[Word]]:
    """The same words under every choice of ids, in every order."""
    named = [[replace(one, id=key) for one, key in zip(rows, ids, strict=True)]
             for ids in permutations(IDS[: len(rows)])]  # fmt: skip
    return [list(order) for each in named for order in permutations(each)]


@pytest.mark.parametrize(("also", "counts"), [("taken back", Said.TAKEN_BACK), ("no", Said.NO)])
def test_of_one_day_a_yes_does_not_count_beside_a_more_cautious_word(also: str, counts: Said) -> None:
    for rows in mixed(yes(A), yes(A, answer=also)):
        standing = stands(*rows)
        assert said(standing, A) is counts
        assert not standing.places[A].agreed
    later = yes(A, 9, said_on=NEXT)
    for rows in mixed(yes(A), yes(A, answer=also)):
        assert said(stands(later, *rows, on=NEXT), A) is Said.YES, "the next day they decided anew"


def test_of_one_day_a_no_counts_beside_a_yes_that_was_taken_back() -> None:
    for rows in mixed(yes(A), yes(A, answer="taken back"), yes(A, answer="no")):
        assert said(stands(*rows), A) is Said.NO


def test_a_memorandum_is_not_agreed_by_a_yes_and_a_no_of_one_day() -> None:
    terms = agreement_state.Terms(DEAL, KEEPER, (A, B))
    for rows in mixed(yes(A), yes(A, answer="taken back")):
        assert agreement_state.judge(terms, [yes(B, 5), *rows], (), DAY).state == agreement_state.REFUSED


def test_a_condition_noted_as_met_and_taken_back_on_one_day_is_not_met() -> None:
    note = Word(b"", KEEPER, IDS[0], "yes", DAY)
    for rows in mixed(note, replace(note, answer="taken back")):
        assert conditions_met(rows, KEEPER) == frozenset()


def test_who_stays_on_the_day_it_gave_notice_stays_in_deals_and_agreements() -> None:
    signed = replace(FACTS, signed_on=DAY)
    terms = agreement_state.Terms(DEAL, KEEPER, (A, B), leave_notice=0)
    for first, second in ((IDS[0], IDS[1]), (IDS[1], IDS[0])):
        leave = Move(first, A, "leave", NEXT, None, "Governing body", "5")
        stay = Move(second, A, "stay", NEXT)
        for moves in permutations((leave, stay)):
            standing = stands(yes(A), yes(B, 2), facts=signed, moves=moves, on=NEXT + dt.timedelta(days=1))
            assert standing.places[A].leaves_on is None
            after = agreement_state.judge(terms, [yes(A), yes(B, 2)], moves, NEXT + dt.timedelta(days=1))
            assert after.state == agreement_state.AGREED


def test_a_decision_on_a_contract_taken_back_the_same_day_is_back_whatever_their_ids() -> None:
    day, end = dt.date(2026, 12, 1), dt.date(2027, 3, 31)
    for first, second in ((IDS[0], IDS[1]), (IDS[1], IDS[0])):
        for what, ends in (("renew", end), ("notice given", end)):
            rows = (Decision(first, ends, what, day, served_on=day), Decision(second, ends, "taken back", day))
            for order in permutations(rows):
                assert at("2026-12-01", GROUNDS, *order).state is State.DECIDE_SOON
        told = Decision(first, None, "notice given", day, ends_on=dt.date(2027, 1, 1))
        for order in permutations((told, Decision(second, None, "taken back", day))):
            assert at("2026-12-20", ROLLING, *order).state is State.LIVE


def test_a_contract_may_be_decided_again_on_the_day_a_decision_was_taken_back() -> None:
    day, end = dt.date(2026, 12, 1), dt.date(2027, 3, 31)
    for before in (day, day - dt.timedelta(days=7)):
        rows = (Decision(IDS[0], end, "notice given", before), Decision(IDS[1], end, "taken back", day),
                Decision(IDS[2], end, "renew", day))  # fmt: skip
        for order in permutations(rows):
            assert at("2026-12-01", GROUNDS, *order).state is State.AGREED


@pytest.mark.parametrize(
    ("held", "new", "more"),
    [("no", "yes", True), ("taken back", "yes", True), ("no", "taken back", True), ("yes", "no", False),
     ("stay", "leave", True), ("yes", "yes", False), ("odd", "yes", False)],
)  # fmt: skip
def test_one_word_outweighs_another(held: str, new: str, more: bool) -> None:
    assert outweighs(held, new) is more
