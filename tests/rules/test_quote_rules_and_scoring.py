"""Bands of value, exact thresholds, and the judging of quotes: exact, independent of order, weights locked."""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain import scoring
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.quote_rules import USUAL, Band, Held, band_for, band_words, bands_of, checked, framework_missing
from bursar_desk.domain.scoring import Declared, Mark, Offer, Part, Weights, fixed_weights, judge, weights_of
from bursar_desk.domain.thresholds import GOODS, Bought, Value, arithmetic, near, together
from bursar_desk.domain.thresholds import judge as judge_value

DAY = date(2026, 11, 20)


def fact(ms: int, tail: int = 0) -> bytes:
    return ms.to_bytes(6, "big") + tail.to_bytes(10, "big")


# --- thresholds ------------------------------------------------------------------------------------------------------


def test_the_figure_itself_is_reached_and_one_penny_less_is_not() -> None:
    at = Value(once=20_772_000)
    assert judge_value(GOODS, DAY, [at]).reaches is True
    assert judge_value(GOODS, DAY, [Value(once=20_771_999)]).reaches is False


def test_a_third_of_a_penny_is_not_rounded_away_before_it_is_compared() -> None:
    just_below = Value(yearly=20_771_999 * 12 + 8, months=1)  # two thirds of a penny short of the whole pence above
    judged = judge_value(GOODS, DAY, [just_below])
    assert judged.gross == Fraction(20_771_999 * 12 + 8, 12)
    assert judged.gross_pence == 20_772_000
    assert judged.reaches is False
    assert "just below" in judged.sentence


def test_sentences_name_the_figure_and_look_again_after_the_review() -> None:
    small = Value(yearly=100_000, months=12)
    assert "£206,720 below the Procurement Act figure of £207,720" in judge_value(GOODS, DAY, [small]).sentence
    assert "look again" in judge_value(GOODS, date(2028, 1, 1), [small]).sentence
    assert "No figure" in judge_value(GOODS, date(2024, 1, 1), [small]).sentence
    assert judge_value("a new kind", DAY, [small]).reaches is None


def test_the_sum_is_written_down_as_a_person_would() -> None:
    assert arithmetic(Value(5_800_000, 36, 12, vat_rate=2000)) == (
        "£58,000 a year for 48 months (36 months and 12 months of options): £232,000", "Without VAT: £232,000",
        "With 20 per cent VAT: £278,400",
    )
    assert "no end date, so 48 months" in arithmetic(Value(100, open_ended=True))[0]


def test_other_purchases_count_together_only_within_twelve_months() -> None:
    def one(n: int, day: date) -> Bought:
        return Bought(bytes([n]), str(n), day, Value(once=100_000))

    others = [one(1, date(2025, 11, 20)), one(2, date(2025, 11, 21)), one(3, date(2027, 11, 19)), one(4, DAY)]
    found = near(bytes([4]), DAY, others)
    assert [other.id for other in found] == [bytes([2]), bytes([3])]
    assert together(Value(once=50), found) == (Fraction(200_050), Fraction(200_050))


# --- bands -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pence", "quotes"), [(0, 1), (199_999, 1), (200_000, 2), (999_999, 2), (1_000_000, 3), (20_000_000, 3)]
)
def test_the_usual_bands(pence: int, quotes: int) -> None:
    assert band_for(USUAL, pence, reaches=False).quotes == quotes


def test_above_the_figure_it_is_a_tender_whatever_the_bands_say() -> None:
    band = band_for((Band(0, 1),), 5, reaches=True)
    assert band.tender
    assert band.words == "Tender"


def test_bands_are_told_in_lines() -> None:
    assert band_words(USUAL)[1] == "From £2,000 to under £10,000: 2 quotes, Head teacher approves"


@pytest.mark.parametrize("bad", [
    [], [Band(5, 1)], [Band(0, 1), Band(0, 2)], [Band(0, 0)], [Band(0, 3), Band(10, 1)], [Band(0, 10)],
])  # fmt: skip
def test_bands_that_make_no_sense_are_refused(bad: list[Band]) -> None:
    with pytest.raises(UserError):
        checked(bad)


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["from", "quotes", "approver"]), inner, max_size=3),
))  # fmt: skip
def test_odd_bands_in_a_register_read_as_the_usual_ones_and_never_crash(kept: Any) -> None:
    found = bands_of(kept)
    assert found[0].first == 0
    assert band_for(found, 123, reaches=None).quotes >= 1


def test_fewer_quotes_need_a_reason_and_somebody_to_approve() -> None:
    assert len(Held(1, 3, "", "", "Finance committee", "quotes").missing) == 2
    assert Held(1, 3, "only one firm services it", "Finance committee", "", "quotes").missing == ()
    assert Held(1, 1, "", "", "", "direct").missing == ()


def test_a_framework_needs_its_reference_and_three_checks() -> None:
    assert len(framework_missing("", False, ())) == 4
    assert framework_missing("RM6313", True, ("school", "value", "end date")) == ("The framework has ended.",)
    assert framework_missing("RM6313", False, ("school", "value", "end date", 7)) == ()


# --- weights ---------------------------------------------------------------------------------------------------------


def test_weights_add_up_to_a_hundred_with_names_of_their_own() -> None:
    assert scoring.checked_weights(40, [Part(" Work ", 60)]) == (Part("Work", 60),)
    for price, parts in (
        (40, [Part("Work", 50)]), (40, [Part("Work", 30), Part("work ", 30)]), (40, [Part("price", 60)]),
        (100, [Part("Work", 0)]), (-10, [Part("Work", 110)]), (40, [Part(" ", 60)]),
    ):  # fmt: skip
        with pytest.raises(UserError):
            scoring.checked_weights(price, parts)


@pytest.mark.parametrize(("price", "parts"), [
    (40, [{"name": "Work"}]), (40, [{"name": 5, "weight": 60}]), (40, [{"name": "Work", "weight": True}]),
    (None, [{"name": "Work", "weight": 60}]), ("40", [{"name": "Work", "weight": 60}]), (40, []),
    (True, [{"name": "Work", "weight": 99}]), (-5, [{"name": "Work", "weight": 105}]),
])  # fmt: skip
def test_odd_weights_from_another_computer_are_no_weights(price: Any, parts: list[dict[str, Any]]) -> None:
    assert weights_of(b"w", price, parts) is None


def _weights(row: bytes, price: int) -> Weights:
    return Weights(row, price, (Part("Work", 100 - price),))


def test_the_last_weights_before_the_first_opening_count() -> None:
    early, later, late = fact(10), fact(20), fact(31)
    said: dict[bytes, Weights | None] = {row: _weights(row, n) for row, n in ((late, 90), (early, 40), (later, 50))}
    found = fixed_weights(said, [fact(40), fact(30)])
    assert found.weights == _weights(later, 50)
    assert found.late == (late,)
    assert fixed_weights(said, []).weights == _weights(late, 90)


@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=6, unique=True), st.integers(20, 40),
    st.lists(st.integers(61, 99), max_size=4, unique=True), st.randoms(use_true_random=False),
)  # fmt: skip
def test_weights_after_opening_never_change_a_result(
    before: list[int], opening: int, after: list[int], chance: random.Random
) -> None:
    rows = [fact(ms) for ms in before]
    said: dict[bytes, Weights | None] = {row: _weights(row, 10 + n) for n, row in enumerate(rows)}
    alone = fixed_weights(said, [fact(opening)])
    late = {fact(ms): _weights(fact(ms), 80) for ms in after}
    mixed = list((said | late).items())
    chance.shuffle(mixed)
    found = fixed_weights(dict(mixed), [fact(opening), *(fact(ms) for ms in after)])
    assert found.weights == alone.weights
    assert set(late) <= set(found.late)
    assert found.weights is None or scoring.moment_of(found.weights.id) <= scoring.moment_of(fact(opening))


# --- scores ----------------------------------------------------------------------------------------------------------

WEIGHTS = Weights(b"w", 40, (Part("Work", 40), Part("Response", 20)))
A, B, C = b"a", b"b", b"c"


def _marks(who: str, **by_quote: tuple[int, int]) -> list[Mark]:
    found = []
    for n, (quote, pair) in enumerate(by_quote.items()):
        for part, score in zip(("Work", "Response"), pair, strict=True):
            found.append(Mark(f"{who}{n}{part}".encode(), quote.encode(), part, score, who))
    return found


def test_best_value_beside_the_cheapest() -> None:
    offers = [Offer(A, Fraction(1_000_000)), Offer(B, Fraction(1_200_000)), Offer(C, Fraction(1_500_000))]
    marks = _marks("Dawn", a=(5, 5), b=(9, 8), c=(9, 9)) + _marks("Ian", a=(4, 6), b=(8, 9), c=(10, 9))
    found = judge(WEIGHTS, offers, marks)
    totals = {one.quote: one.total for one in found.scored}
    assert totals == {A: 4000 + 1800 + 1100, B: 3333 + 3400 + 1700, C: 2667 + 3800 + 1800}
    assert found.top == (B,)
    assert found.cheapest == (A,)
    assert found.complete
    assert [one.rank for one in found.scored] == [1, 2, 3]
    assert found.markers == ("Dawn", "Ian")


def test_rounding_is_to_hundredths_half_up() -> None:
    assert scoring.hundredths(Fraction(1, 200)) == 1
    assert scoring.hundredths(Fraction(1, 201)) == 0
    assert scoring.price_score(40, Fraction(3), Fraction(1)) == 1333
    assert scoring.price_score(40, Fraction(0), Fraction(0)) == 4000
    assert scoring.price_score(40, Fraction(5), Fraction(0)) == 0
    with pytest.raises(ValueError, match="never below nothing"):
        scoring.price_score(40, Fraction(-1), Fraction(-1))


def test_a_mark_that_is_missing_is_named_and_a_part_nobody_marked_leaves_no_total() -> None:
    offers = [Offer(A, Fraction(100)), Offer(B, Fraction(200))]
    marks = [*_marks("Dawn", a=(5, 5), b=(6, 6)), Mark(b"x", A, "Work", 7, "Ian")]
    found = judge(WEIGHTS, offers, marks)
    assert [(one.who, one.quote, one.part) for one in found.missing] == [
        ("Ian", A, "Response"), ("Ian", B, "Work"), ("Ian", B, "Response"),
    ]  # fmt: skip
    assert not found.complete
    alone = judge(WEIGHTS, offers, _marks("Dawn", a=(5, 5)))
    assert {one.quote: one.total for one in alone.scored} == {A: 4000 + 2000 + 1000, B: None}
    assert alone.of(B).rank is None  # type: ignore[union-attr]  # it is there


def test_the_last_mark_of_a_person_counts_and_odd_marks_count_nowhere() -> None:
    offers = [Offer(A, Fraction(100))]
    marks = [
        Mark(fact(2), A, "Work", 8, "dawn  hill"), Mark(fact(1), A, "work", 2, "Dawn Hill"),
        Mark(fact(3), A, "Work", 11, "Dawn Hill"), Mark(fact(4), A, "Work", -1, "Dawn Hill"),
        Mark(fact(5), A, "Unheard of", 1, "Eve"), Mark(fact(6), b"elsewhere", "Work", 1, "Eve"),
        Mark(fact(7), A, "Work", 1, " "),
    ]  # fmt: skip
    found = judge(Weights(b"w", 40, (Part("Work", 60),)), offers, marks)
    assert found.scored[0].total == 4000 + 4800
    assert found.markers == ("dawn  hill",)


def test_ties_share_the_top_and_declined_quotes_are_not_judged() -> None:
    weights = Weights(b"w", 100, ())
    found = judge(weights, [Offer(A, Fraction(5)), Offer(B, Fraction(5)), Offer(C, Fraction(1), live=False)], [])
    assert found.top == (A, B)
    assert [one.rank for one in found.scored] == [1, 1]
    assert found.cheapest == (A, B)


def test_a_price_below_nothing_or_unknown_is_not_ranked() -> None:
    found = judge(Weights(b"w", 100, ()), [Offer(A, Fraction(-5)), Offer(B, None), Offer(C, Fraction(7))], [])
    assert found.top == (C,)
    assert found.cheapest == (C,)
    assert judge(Weights(b"w", 100, ()), [], []).top == ()


@st.composite
def _cases(draw: st.DrawFn) -> tuple[Weights, list[Offer], list[Mark]]:
    price = draw(st.integers(0, 98))
    cut = draw(st.integers(1, 99 - price))
    weights = Weights(b"w", price, (Part("Work", cut), Part("Response", 100 - price - cut)))
    offers = [
        Offer(bytes([n]), Fraction(draw(st.integers(0, 10**9)), draw(st.integers(1, 12))), live=draw(st.booleans()))
        for n in range(draw(st.integers(1, 5)))
    ]
    marks = [
        Mark(fact(n), draw(st.sampled_from(offers)).id, draw(st.sampled_from(["Work", "Response", "work"])),
             draw(st.integers(-1, 11)), draw(st.sampled_from(["Dawn", "DAWN ", "Ian", "Eve"])))
        for n in range(draw(st.integers(0, 20)))
    ]  # fmt: skip
    return weights, offers, marks


@given(_cases(), st.randoms(use_true_random=False))
def test_scores_do_not_depend_on_the_order_of_quotes_and_marks(
    case: tuple[Weights, list[Offer], list[Mark]], chance: random.Random
) -> None:
    weights, offers, marks = case
    wanted = judge(weights, offers, marks)
    mixed, shuffled = list(offers), [*marks, *marks[:3]]
    chance.shuffle(mixed)
    chance.shuffle(shuffled)
    assert judge(weights, mixed, shuffled) == wanted
    for one in wanted.scored:
        if one.total is not None:
            assert one.total == (one.price or 0) + sum(part.hundredths or 0 for part in one.parts)
            assert 0 <= one.total <= 100_00 + 3  # every part may round up by half a hundredth


# --- reasons and declarations ----------------------------------------------------------------------------------------


def test_a_reason_is_needed_for_anything_but_the_best_and_cheapest() -> None:
    weights = Weights(b"w", 50, (Part("Work", 50),))
    offers = [Offer(A, Fraction(100)), Offer(B, Fraction(110))]
    found = judge(weights, offers, [Mark(b"1", A, "Work", 4, "Dawn"), Mark(b"2", B, "Work", 9, "Dawn")])

    def why(quote: bytes, *, past: bool = False, late: bool = False) -> tuple[str, ...]:
        return scoring.reasons_needed(found, quote, past=past, late=late, cheapest=found.cheapest)

    assert why(A) == ("it is not the best value",)
    assert why(B) == ("it is not the cheapest",)
    assert why(B, past=True, late=True) == (
        "it is not the cheapest", "its price no longer holds", "it came after the others were opened",
    )  # fmt: skip
    alone = judge(Weights(b"w", 100, ()), [Offer(A, Fraction(1))], [])
    assert scoring.reasons_needed(alone, A, past=False, late=False, cheapest=(A,)) == ()


def test_everybody_who_marks_declares_and_the_last_word_counts() -> None:
    nothing = Declared(b"1", "Dawn Hill", True, "", "")
    half = Declared(b"2", "Ian", False, "Brother works there", "")
    assert scoring.undeclared(["dawn hill", "Ian", "Eve"], [half, nothing]) == ("Eve", "Ian")
    whole = Declared(b"3", "IAN", False, "Brother works there", "Does not mark it")
    assert scoring.undeclared(["Ian"], [whole, half]) == ()
    assert scoring.undeclared(["Ian"], [Declared(b"4", "Ian", False, "", ""), whole]) == ("Ian",)
    assert scoring.undeclared(["Ian"], [Declared(b"4", "Ian", True, "Brother", ""), whole]) == ("Ian",)
