"""Where a group deal stands: nothing counts without its minute, after its day, on a condition or at a lower price."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from typing import Any

import pytest

from bursar_desk.domain import agreement_state
from bursar_desk.domain.deal_stage import (
    Baseline,
    DealFacts,
    Move,
    Said,
    Stage,
    Standing,
    Version,
    Word,
    conditions_met,
    counted_baseline,
    judge,
    last_day,
    year_of,
)

DAY = dt.date(2026, 11, 20)
DEAL, KEEPER, A, B, C = (letter * 16 for letter in (b"d", b"o", b"a", b"b", b"c"))
V1, V2, OFFER = b"1" * 16, b"2" * 16, b"f" * 16
FACTS = DealFacts(DEAL, KEEPER, (A, B), dt.date(2027, 4, 1), dt.date(2030, 3, 31), leave_notice=6)
FIRST = Version(V1, OFFER, 1, DAY, {A: (1000, 200), B: (2000, 400)}, (A, B))
DEARER = Version(V2, OFFER, 2, DAY, {A: (1001, 200), B: (1999, 400)}, (A, B))


def yes(school: bytes, n: int = 1, **more: Any) -> Word:
    word = Word(bytes([n]) * 16, school, DEAL, "yes", DAY, "Governing body", "4/2", seen=V1)
    return replace(word, **more)


def stands(*words: Word, versions: tuple[Version, ...] = (FIRST,), facts: DealFacts = FACTS, on: dt.date = DAY,
           moves: tuple[Move, ...] = (), met: frozenset[bytes] = frozenset()) -> Standing:  # fmt: skip
    return judge(facts, versions, words, met, moves, on)


def said(standing: Standing, school: bytes) -> Said:
    return standing.places[school].said


def test_a_minuted_yes_to_the_price_counts() -> None:
    found = stands(yes(A))
    assert (said(found, A), said(found, B)) == (Said.YES, Said.NOT_YET)
    assert (found.stage, found.yes, found.of) == (Stage.DECIDE, 1, 2)


@pytest.mark.parametrize(
    ("more", "comes_to"),
    [
        ({"minute_ref": " "}, Said.UNMINUTED), ({"body": ""}, Said.UNMINUTED), ({"said_on": None}, Said.UNMINUTED),
        ({"until": dt.date(2026, 11, 19)}, Said.RAN_OUT), ({"until": DAY}, Said.YES),
        ({"conditions": "if the hedge is cut"}, Said.CONDITIONS), ({"answer": "no"}, Said.NO),
        ({"answer": "taken back"}, Said.TAKEN_BACK), ({"answer": "of course"}, Said.NOT_YET),
        ({"seen": b"?" * 16}, Said.EARLIER), ({"seen": None}, Said.EARLIER), ({"seen": OFFER}, Said.YES),
        ({"said_on": dt.date(2026, 11, 21)}, Said.NOT_YET), ({"about": b"x" * 16}, Said.NOT_YET),
    ],
)  # fmt: skip
def test_only_a_minuted_yes_that_still_holds_counts(more: dict[str, Any], comes_to: Said) -> None:
    found = stands(yes(A, **more))
    assert said(found, A) is comes_to
    assert found.places[A].agreed is (comes_to is Said.YES)


def test_a_yes_does_not_count_for_a_dearer_price_but_for_a_lower_one() -> None:
    found = stands(yes(A), yes(B, 2), versions=(FIRST, DEARER))
    assert (said(found, A), said(found, B)) == (Said.EARLIER, Said.YES)
    assert found.places[A].seen_net == 1000
    assert said(stands(yes(A, seen=V2), versions=(FIRST, DEARER)), A) is Said.YES
    more_vat = replace(FIRST, id=V2, number=2, shares={A: (1000, 201), B: (2000, 400)})
    assert said(stands(yes(A), versions=(FIRST, more_vat)), A) is Said.EARLIER, "dearer with its VAT"


def test_a_yes_before_there_was_a_price_does_not_count() -> None:
    assert said(stands(yes(A, seen=None), versions=()), A) is Said.NO_PRICE


def test_a_condition_counts_once_the_keeper_notes_it_met() -> None:
    word = yes(A, conditions="if the hedge is cut")
    note = Word(b"n" * 16, KEEPER, word.id, "yes", DAY)
    assert said(stands(word, met=conditions_met([note], KEEPER)), A) is Said.YES
    foreign = replace(note, school=B)
    assert said(stands(word, met=conditions_met([foreign], KEEPER)), A) is Said.CONDITIONS
    back = replace(note, id=b"z" * 16, answer="taken back")
    assert said(stands(word, met=conditions_met([note, back], KEEPER)), A) is Said.CONDITIONS


def test_a_signed_deal_binds_only_who_agreed_by_then() -> None:
    signed = replace(FACTS, signed_on=DAY)
    found = stands(yes(A), facts=signed)
    assert found.places[A].bound
    assert not found.places[B].bound
    assert found.unbound == (B,)
    late = yes(B, 2, said_on=dt.date(2026, 11, 25))
    after = stands(yes(A), late, facts=signed, on=dt.date(2026, 12, 1))
    assert after.unbound == ()


def test_who_signed_is_not_out_by_a_later_no_or_an_answer_that_runs_out() -> None:
    signed = replace(FACTS, signed_on=DAY)
    later = dt.date(2027, 5, 1)
    no = replace(yes(A, 9), answer="no", said_on=dt.date(2027, 2, 1))
    found = stands(yes(A, until=dt.date(2027, 1, 1)), no, yes(B, 3), facts=signed, on=later)
    assert found.stage is Stage.RUNNING
    assert found.places[A].bound
    dearer = stands(yes(A), yes(B, 2), versions=(FIRST, replace(DEARER, said_on=later)), facts=signed, on=later)
    assert dearer.places[A].bound, "a later version does not undo what was signed"


def test_leaving_is_by_notice_and_can_be_taken_back() -> None:
    signed, on = replace(FACTS, signed_on=DAY), dt.date(2027, 9, 1)
    gave = Move(b"m" * 16, A, "leave", dt.date(2027, 8, 31), None, "Governing body", "9/1")
    found = stands(yes(A), yes(B, 2), facts=signed, moves=(gave,), on=on)
    assert found.places[A].leaves_on == dt.date(2028, 2, 29)
    stay = Move(b"s" * 16, A, "stay", on)
    assert stands(yes(A), yes(B, 2), facts=signed, moves=(gave, stay), on=on).places[A].leaves_on is None
    odd = stands(yes(A), facts=replace(signed, leave_unit="moons"), moves=(gave,), on=on)
    assert odd.places[A].leaves_on is None
    assert odd.places[A].notice_odd


def test_a_school_joins_late_by_its_minute_and_a_version_that_has_it() -> None:
    signed = replace(FACTS, signed_on=DAY)
    asks = Move(b"m" * 16, C, "join", dt.date(2027, 8, 1), dt.date(2027, 10, 1), "Governing body", "9/1")
    on = dt.date(2027, 9, 1)
    before = stands(yes(A), yes(B, 2), facts=signed, moves=(asks,), on=on)
    assert before.places[C].asks_from == dt.date(2027, 10, 1)
    assert not before.places[C].bound
    more = Version(V2, OFFER, 2, on, {A: (900, 180), B: (1800, 360), C: (300, 60)}, (A, B, C))
    after = stands(yes(A), yes(B, 2), facts=signed, moves=(asks,), on=on, versions=(FIRST, more))
    assert after.places[C].bound
    assert after.places[C].joins_on == dt.date(2027, 10, 1)
    assert after.unbound == ()
    unminuted = stands(yes(A), yes(B, 2), facts=signed, moves=(replace(asks, minute_ref=""),), on=on,
                       versions=(FIRST, more))  # fmt: skip
    assert unminuted.unbound == (C,)


def test_stages_follow_from_what_is_held() -> None:
    assert judge(FACTS, [], [], frozenset(), [], DAY, offered=False).stage is Stage.PROPOSED
    assert judge(FACTS, [], [], frozenset(), [], DAY, offered=True).stage is Stage.QUOTES
    signed = replace(FACTS, signed_on=DAY)
    assert stands(facts=signed).stage is Stage.SIGNED
    assert stands(facts=signed, on=dt.date(2027, 4, 1)).stage is Stage.RUNNING
    assert stands(facts=signed, on=dt.date(2030, 3, 31)).stage is Stage.RUNNING
    assert stands(facts=signed, on=dt.date(2030, 4, 1)).stage is Stage.ENDED
    assert stands(facts=replace(FACTS, ended_on=DAY), on=dt.date(2026, 11, 21)).stage is Stage.ENDED
    rolls = replace(signed, at_end="rolls")
    assert stands(facts=rolls, on=dt.date(2031, 1, 1)).stage is Stage.RUNNING


def test_the_order_of_rows_and_repeats_change_nothing() -> None:
    chance = random.Random(7)
    answers = ["yes", "no", "taken back", "yes", "odd"]
    rows = [
        yes(chance.choice((A, B)), n + 1, answer=chance.choice(answers), seen=chance.choice((V1, V2, OFFER, None)),
            said_on=chance.choice((None, DAY, DAY - dt.timedelta(days=3))), until=chance.choice((None, DAY)),
            conditions=chance.choice(("", "a condition")))
        for n in range(12)
    ]  # fmt: skip
    moves = [Move(bytes([60 + n]) * 16, chance.choice((A, B, C)), kind, DAY, DAY, "Governing body", "1")
             for n, kind in enumerate(("join", "leave", "stay", "leave", "odd", "join"))]  # fmt: skip
    signed = replace(FACTS, signed_on=DAY)
    expected = judge(signed, [FIRST, DEARER], rows, frozenset(), moves, DAY)
    for _ in range(50):
        chance.shuffle(rows)
        chance.shuffle(moves)
        again = judge(signed, [DEARER, FIRST, DEARER], [*rows, *rows[:3]], frozenset(), [*moves, *moves[:2]], DAY)
        assert again == expected


def test_the_first_price_a_school_gave_is_frozen() -> None:
    one = Baseline(b"1" * 16, A, 100, DAY, "Invoice", DAY)
    later = Baseline(b"2" * 16, A, 200, DAY, "Invoice", DAY + dt.timedelta(days=1))
    none = Baseline(b"0" * 16, A, None, None, "", DAY - dt.timedelta(days=9))
    odd = Baseline(b"3" * 16, A, -5, None, "", DAY - dt.timedelta(days=9))
    assert counted_baseline([later, odd, none, one], A) == one
    assert counted_baseline([none, odd], A) is None


def test_the_year_of_a_deal_counts_from_its_first_day() -> None:
    first = dt.date(2027, 4, 1)
    assert year_of(first, dt.date(2028, 3, 31)) == (first, dt.date(2028, 3, 31))
    assert year_of(first, dt.date(2028, 4, 1)) == (dt.date(2028, 4, 1), dt.date(2029, 3, 31))
    assert year_of(first, dt.date(2026, 1, 1))[0] == first
    assert last_day(FACTS, dt.date(2027, 5, 1), dt.date(2028, 1, 31)) == dt.date(2028, 1, 31), "a later day it wished"


TERMS = agreement_state.Terms(DEAL, KEEPER, (A, B, C), dt.date(2026, 9, 1), leave_notice=3)


def test_a_memorandum_is_agreed_once_every_governing_body_said_yes() -> None:
    words = [yes(A), yes(B, 2)]
    assert agreement_state.judge(TERMS, words, [], DAY).state == "waiting"
    assert agreement_state.judge(TERMS, [*words, yes(C, 3)], [], DAY).state == "agreed"
    assert agreement_state.judge(TERMS, [*words, yes(C, 3, minute_ref="")], [], DAY).state == "waiting"
    assert agreement_state.judge(TERMS, [*words, yes(C, 3, until=dt.date(2026, 1, 1))], [], DAY).state == "ran out"
    assert agreement_state.judge(TERMS, [*words, yes(C, 3, answer="no")], [], DAY).state == "refused"


def test_who_left_a_memorandum_is_no_party_of_it_after_its_notice() -> None:
    words = [yes(A), yes(B, 2), yes(C, 3)]
    gave = [Move(b"m" * 16, C, "leave", DAY, None, "Governing body", "1")]
    assert agreement_state.judge(TERMS, words, gave, dt.date(2027, 2, 20)).party(C).agreed  # type: ignore[union-attr]
    gone = agreement_state.judge(TERMS, words, gave, dt.date(2027, 2, 21))
    assert gone.state == "agreed"
    assert gone.party(C).state == "left"  # type: ignore[union-attr]


def test_what_a_party_promised_grows_with_the_days_of_the_year() -> None:
    [one] = agreement_state.read_promises([{"school": A.hex(), "unit": "minutes", "amount": 120, "per": "week"}])
    assert one.until(dt.date(2026, 9, 1), dt.date(2027, 8, 31)) == 120 * 52
    assert one.until(dt.date(2026, 9, 1), dt.date(2026, 8, 1)) == 0
    odd = [{"school": A.hex(), "unit": "minutes", "amount": "2", "per": "week"}, {"school": 5}, 7,
           {"school": A.hex(), "unit": "pence", "amount": -1, "per": "year", "what": "x"}]  # fmt: skip
    assert [(p.unit, p.amount, p.what) for p in agreement_state.read_promises(odd)] == [("", 0, ""), ("", 0, "x")]
