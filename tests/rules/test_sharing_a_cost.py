"""Sharing a cost holds for any method, mixture, join and leave: exact, never below nought, the same in any order."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bursar_desk.domain.apportion import CannotShare, Member, Part, Split, apportion
from bursar_desk.domain.apportion_rows import days_of, read_stored, time_in, written
from tests.rules import slow_sharing

WEIGHED = ("equal", "pupils", "area", "uses", "sites")


@st.composite
def mixtures(draw: st.DrawFn) -> list[Part]:
    methods = draw(st.lists(st.sampled_from(WEIGHED), min_size=1, max_size=4, unique=True))
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), min_size=len(methods) - 1, max_size=len(methods) - 1)))
    shares = [b - a for a, b in zip([0, *cuts], [*cuts, 10_000], strict=True)]
    parts = [Part(method, share) for method, share in zip(methods, shares, strict=True)]
    return [*parts, Part("fixed", 0)] if draw(st.booleans()) else parts


@st.composite
def groups(draw: st.DrawFn) -> list[Member]:
    count = draw(st.integers(1, 9))
    by_days = draw(st.booleans())
    found = []
    for n in range(count):
        inputs = {method: draw(st.integers(0, 2000)) for method in WEIGHED if method != "equal"}
        if draw(st.booleans()):
            inputs["fixed"] = draw(st.integers(0, 20_000))
        months = draw(st.integers(1, 12)) if not by_days else None
        days = draw(st.integers(1, 365)) if by_days else None
        found.append(Member(bytes([n + 1]) * 16, str(105_000 + 7 * n), inputs, months, days))
    return found


def shared(total: int, vat: int, parts: list[Part], who: list[Member]) -> Split | None:
    try:
        return apportion(total, vat, parts, who)
    except CannotShare:
        return None


sums = st.integers(0, 5_000_000)


@settings(max_examples=300, deadline=None)
@given(sums, sums, mixtures(), groups(), st.randoms(use_true_random=False))
def test_any_sharing_sums_exactly_in_any_order_and_agrees_with_a_slow_method(
    total: int, vat: int, parts: list[Part], who: list[Member], chance: object
) -> None:
    split = shared(total, vat, parts, who)
    mixed = list(who)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert shared(total, vat, parts[::-1], mixed) == split, "the order of schools or parts changed the split"
    if split is None:
        return
    assert (split.net, split.vat) == (total, vat)
    assert all(one.net >= 0 and one.vat >= 0 for one in split.shares)
    times = [Fraction(m.days, 365) if m.days is not None else Fraction(m.months or 12, 12) for m in who]
    takers = [(m.urn, m.inputs, time) for m, time in zip(who, times, strict=True)]
    slow = slow_sharing.share(total, vat, [(one.method, one.share) for one in parts], takers)
    code = {m.school: m.urn for m in who}
    assert {code[one.school]: (one.net, one.vat) for one in split.shares} == slow


@settings(max_examples=200, deadline=None)
@given(sums, groups(), st.integers(0, 8), st.integers(1, 500))
def test_a_school_with_more_pupils_never_pays_less(total: int, who: list[Member], which: int, more: int) -> None:
    parts = [Part("pupils", 10_000)]
    before = shared(total, 0, parts, who)
    one = who[which % len(who)]
    grown = Member(one.school, one.urn, {**one.inputs, "pupils": one.inputs["pupils"] + more}, one.months, one.days)
    after = shared(total, 0, parts, [grown if each is one else each for each in who])
    if before is not None and after is not None:
        was, now = before.of(one.school), after.of(one.school)
        assert was is not None
        assert now is not None
        assert now.net >= was.net


@settings(max_examples=200, deadline=None)
@given(sums, st.integers(0, 10_000), groups())
def test_who_has_nought_pays_nought_and_equals_differ_by_a_penny_at_most(
    total: int, vat: int, who: list[Member]
) -> None:
    split = shared(total, vat, [Part("uses", 10_000)], who)
    if split is None:
        assert all(one.inputs["uses"] == 0 for one in who)
        return
    for one in who:
        share = split.of(one.school)
        assert share is not None
        if one.inputs["uses"] == 0:
            assert (share.net, share.vat) == (0, 0)
    same = [Member(one.school, one.urn, {"uses": 5}) for one in who]
    equal = apportion(total, vat, [Part("uses", 10_000)], same)
    assert max(one.net for one in equal.shares) - min(one.net for one in equal.shares) <= 1
    assert [one.net for one in equal.shares] == sorted((one.net for one in equal.shares), reverse=True), "ties: first"


@settings(max_examples=200, deadline=None)
@given(sums, sums, mixtures(), groups())
def test_a_version_that_was_written_gives_the_same_split_again(
    total: int, vat: int, parts: list[Part], who: list[Member]
) -> None:
    split = shared(total, vat, parts, who)
    kept = [{"method": one.method, "share": one.share} for one in parts]
    again = read_stored(total, vat, kept, written(who, {}), period_days=365)
    assert again.split == split
    assert bool(again.odd) == (split is None)


def test_who_joins_within_a_leap_year_pays_for_its_days_of_366() -> None:
    """From 10 January 2028 to the end of August 2028 are 235 days of 366: 1,000.00 by 366 and 235 days."""
    first, last = dt.date(2027, 9, 1), dt.date(2028, 8, 31)
    time = time_in(first, last, dt.date(2028, 1, 10), None)
    assert (time.months, time.days, days_of(first, last)) == (None, 235, 366)
    who = [Member(b"a" * 16, "1"), Member(b"b" * 16, "2", days=time.days)]
    split = apportion(100_000, 0, [Part("equal", 10_000)], who, period_days=days_of(first, last))
    assert [one.net for one in split.shares] == [60_899, 39_101]  # 60898.5 and 39101.4: the penny to the larger part
    whole = [Member(b"a" * 16, "1", days=366), Member(b"b" * 16, "2")]
    assert [one.net for one in apportion(101, 0, [Part("equal", 10_000)], whole, period_days=366).shares] == [51, 50]


ODD = (
    ({"method": "moon", "share": 10_000}, None), ({"method": "pupils", "share": "all"}, None), ("pupils", None),
    (None, {"school": "no"}), (None, "a school"), (None, {"school": "ab" * 16, "inputs": {"pupils": -1}}),
    (None, {"school": "ab" * 16, "inputs": {"pupils": 1.5}}), (None, {"school": "ab" * 16, "inputs": [1]}),
    (None, {"school": "ab" * 16, "inputs": {"pupils": True}}),
    (None, {"school": "ab" * 16, "inputs": {"pupils": 1}, "months": 13}),
    (None, {"school": "ab" * 16, "inputs": {"pupils": 1}, "months": "6"}),
    (None, {"school": "ab" * 16, "inputs": {}}), ({"method": "pupils", "share": 9_999}, None),
)  # fmt: skip


@pytest.mark.parametrize("n", range(len(ODD)))
def test_an_odd_version_says_so_and_shares_nothing(n: int) -> None:
    part, member = ODD[n]
    good = {"school": "ab" * 16, "inputs": {"pupils": 1}}
    found = read_stored(100, 0, [part or {"method": "pupils", "share": 10_000}], [member or good], period_days=365)
    assert found.split is None
    assert found.odd


def test_the_sums_of_a_version_may_be_odd_too() -> None:
    good = {"school": "ab" * 16, "inputs": {"pupils": 1}}
    for total, vat in ((None, 0), (-1, 0), (5, -1), (10**15, 0)):
        assert read_stored(total, vat, [{"method": "pupils", "share": 10_000}], [good], period_days=365).odd
    twice = read_stored(5, 0, [{"method": "pupils", "share": 10_000}], [good, good], period_days=365)
    assert twice.odd == "A school is listed twice."


def test_who_lacks_a_number_is_named() -> None:
    a, b = Member(b"a" * 16, "1", {"area": 5}, name="A"), Member(b"b" * 16, "2", {}, name="B")
    with pytest.raises(CannotShare, match="B has no floor area recorded") as said:
        apportion(100, 0, [Part("area", 10_000)], [a, b])
    assert said.value.lacking == (b.school,)


def test_agreed_per_cents_must_be_a_hundred() -> None:
    with pytest.raises(CannotShare, match=r"99\.5 per cent"):
        apportion(100, 0, [Part("percent", 10_000)], [Member(b"a" * 16, "1", {"percent": 9_950})])


@settings(max_examples=200, deadline=None)
@given(st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)), st.integers(0, 400))
def test_a_stretch_and_what_lies_after_it_make_up_the_whole_period(first: dt.date, n: int) -> None:
    last = first + dt.timedelta(days=400)
    cut = first + dt.timedelta(days=n)
    before = time_in(first, last, None, cut).days
    after = time_in(first, last, cut + dt.timedelta(days=1), None).days
    assert before + after == days_of(first, last)
