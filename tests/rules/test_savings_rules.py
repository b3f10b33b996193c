"""Savings: nothing without a baseline, money years that add up, losses like gains, a deal counted once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bursar_desk.domain import savings_rules as rules
from bursar_desk.domain.money_years import ACADEMY, MAINTAINED, year_of
from bursar_desk.domain.savings_rules import ONCE, RECURRING, Saving, Stated

DAYS = st.dates(dt.date(2015, 1, 1), dt.date(2045, 12, 31))
PENCE = st.integers(0, 5_000_000)
KINDS = st.sampled_from([MAINTAINED, ACADEMY])
WHOLE = Stated(RECURRING, dt.date(2026, 9, 1), None, 120000, dt.date(2026, 3, 1), "Invoice 17", 100000, "Order 4")


@st.composite
def savings(draw: st.DrawFn) -> Saving:
    first = draw(DAYS)
    last = draw(st.none() | st.integers(0, 4000).map(lambda n: first + dt.timedelta(days=n)))
    kind = draw(st.sampled_from([RECURRING, ONCE]))
    return Saving(b"1", b"s", kind, first, last, draw(PENCE), draw(PENCE))


def test_a_whole_year_from_september_falls_seven_twelfths_and_five_twelfths() -> None:
    one = Saving(b"1", b"s", RECURRING, dt.date(2026, 9, 1), dt.date(2027, 8, 31), 240000, 120000)
    assert rules.amount(one, dt.date(2030, 1, 1)) == 120000
    spread = rules.by_years(one, dt.date(2030, 1, 1), MAINTAINED)
    assert [(year.first.year, pence) for year, pence in spread] == [(2026, 70000), (2027, 50000)]
    assert rules.by_years(one, dt.date(2030, 1, 1), ACADEMY) == ((year_of(ACADEMY, one.first), 120000),)


def test_a_loss_is_spread_like_a_gain_with_the_sign_turned() -> None:
    one = Saving(b"1", b"s", RECURRING, dt.date(2026, 9, 1), dt.date(2028, 1, 19), 100000, 112345)
    gain = replace(one, before=one.after, after=one.before)
    spread = rules.by_years(one, dt.date(2030, 1, 1), MAINTAINED)
    assert spread == tuple((year, -pence) for year, pence in rules.by_years(gain, dt.date(2030, 1, 1), MAINTAINED))
    assert all(pence < 0 for _, pence in spread)


def test_one_off_money_counts_once_on_its_day_and_not_before() -> None:
    one = Saving(b"1", b"s", ONCE, dt.date(2027, 3, 31), None, 50000, 20000)
    assert rules.amount(one, dt.date(2027, 3, 30)) == 0
    assert rules.amount(one, dt.date(2036, 1, 1)) == 30000
    assert rules.by_years(one, dt.date(2036, 1, 1), MAINTAINED) == ((year_of(MAINTAINED, one.first), 30000),)


@pytest.mark.parametrize("day", [1, 15, 29, 30, 31])
def test_twelve_months_from_any_day_of_a_month_are_one_year(day: int) -> None:
    first = dt.date(2026, 1, day)
    one = Saving(b"1", b"s", RECURRING, first, dt.date(2027, 1, day) - dt.timedelta(days=1), 99999, 0)
    assert rules.amount(one, dt.date(2030, 1, 1)) == 99999


@given(savings(), DAYS, KINDS)
def test_the_money_years_add_up_to_the_whole(one: Saving, through: dt.date, kind: str) -> None:
    spread = rules.by_years(one, through, kind)
    assert sum(pence for _, pence in spread) == rules.amount(one, through)
    assert [year for year, _ in spread] == sorted({year for year, _ in spread})
    assert all(year.first <= through and year.last >= one.first for year, _ in spread)


@given(savings(), DAYS, DAYS)
def test_more_days_never_save_less_and_never_lose_less(one: Saving, day: dt.date, later: dt.date) -> None:
    assume(day <= later)
    assert abs(rules.amount(one, day)) <= abs(rules.amount(one, later))
    assert rules.amount(one, later) * one.each >= 0


@given(savings(), DAYS, KINDS)
def test_a_statement_counts_through_the_end_or_the_present_money_year(one: Saving, day: dt.date, kind: str) -> None:
    through = rules.until(one, day, kind)
    assert through >= one.first
    if one.kind == RECURRING and one.last is None:
        assert through == year_of(kind, max(day, one.first)).last


_TEXTS = st.sampled_from(["", " ", "Invoice 17"])


@given(
    st.sampled_from([RECURRING, ONCE, "", "weekly"]), st.none() | st.dates(), st.none() | st.dates(),
    st.none() | st.integers(-(10**12), 10**12), st.none() | st.dates(), _TEXTS,
    st.none() | st.integers(-(10**12), 10**12), _TEXTS,
)  # fmt: skip
def test_nothing_counts_without_a_dated_baseline_document(
    kind: str, first: dt.date | None, last: dt.date | None, before: int | None, before_on: dt.date | None,
    document: str, after: int | None, after_from: str,
) -> None:  # fmt: skip
    why = rules.lacks(Stated(kind, first, last, before, before_on, document, after, after_from))
    if before is None or before_on is None or not document.strip():
        assert "baseline" in why
    if why or first is None or before is None or after is None:
        return
    one = Saving(b"1", b"s", kind, first, last, before, after)  # whatever counts can be reckoned
    through = rules.until(one, dt.date(2026, 11, 20), MAINTAINED)
    assert sum(pence for _, pence in rules.by_years(one, through, MAINTAINED)) == rules.amount(one, through)


@pytest.mark.parametrize(
    ("news", "said"),
    [
        ({"before_document": " "}, "baseline"), ({"before_on": None}, "baseline"), ({"before": None}, "baseline"),
        ({"after": None}, "price now"), ({"after_from": ""}, "price now"), ({"kind": "weekly"}, "every year"),
        ({"first": None}, "first day"), ({"last": dt.date(2026, 8, 31)}, "ends before"),
        ({"before": -1}, "cannot be right"), ({"last": dt.date.max}, "cannot be right"),
    ],
)  # fmt: skip
def test_each_thing_that_lacks_is_named(news: dict[str, object], said: str) -> None:
    assert rules.lacks(WHOLE) == ""
    assert said in rules.lacks(replace(WHOLE, **news))  # type: ignore[arg-type]  # each row names a field of it


def test_nobody_confirms_what_they_said_themselves() -> None:
    day = dt.date(2026, 5, 1)
    assert rules.confidence("Dawn Hill", "Clare Brennan", day) == rules.CONFIRMED
    assert rules.confidence("Dawn Hill", " dawn  HILL ", day) == rules.ESTIMATE
    assert rules.confidence("Dawn Hill", "", day) == rules.ESTIMATE
    assert rules.confidence("Dawn Hill", "Clare Brennan", None) == rules.ESTIMATE


def test_what_the_deal_says_is_not_counted_again_by_hand() -> None:
    day = dt.date(2026, 9, 1)
    worked = Saving(b"w", b"s", RECURRING, day, None, 100, 90, b"deal", derived=True)
    by_hand = Saving(b"h", b"s", RECURRING, day, None, 100, 80, b"deal")
    fee = Saving(b"f", b"s", ONCE, day, None, 100, 80, b"deal")
    elsewhere = Saving(b"e", b"t", RECURRING, day, None, 100, 80, b"deal")
    for order in ([worked, by_hand, fee, elsewhere], [by_hand, elsewhere, fee, worked]):
        kept, twice = rules.counted(order)
        assert {one.id for one in kept} == {b"w", b"f", b"e"}
        assert [one.id for one in twice] == [b"h"]
