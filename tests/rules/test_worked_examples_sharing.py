"""The worked examples of rules.md section 13, and the group deal of the pictures, to the penny."""

from __future__ import annotations

import datetime as dt

import pytest

from bursar_desk.domain.apportion import CannotShare, Member, Part, apportion, leftover_words, way_words
from bursar_desk.domain.apportion_rows import time_in
from bursar_desk.domain.deal_stage import DealFacts, last_day
from bursar_desk.domain.money_years import ACADEMY, MAINTAINED, spread


def members(method: str, *numbers: int) -> list[Member]:
    return [Member(bytes([n]) * 16, f"10000{n}", {method: one}) for n, one in enumerate(numbers)]


def nets(total: int, method: str, *numbers: int) -> list[int]:
    split = apportion(total, 0, [Part(method, 10_000)], members(method, *numbers))
    assert split.net == total
    return [one.net for one in split.shares]


def test_ten_thousand_pounds_per_pupil() -> None:
    assert nets(1_000_000, "pupils", 210, 421, 98) == [288_066, 577_503, 134_431]


def test_the_vat_on_it_is_split_on_its_own() -> None:
    split = apportion(1_000_000, 200_000, [Part("pupils", 10_000)], members("pupils", 210, 421, 98))
    assert [one.vat for one in split.shares] == [57_613, 115_501, 26_886]
    assert (split.net, split.vat) == (1_000_000, 200_000)


def test_ten_thousand_pounds_equally_between_three() -> None:
    assert nets(1_000_000, "equal", 1, 1, 1) == [333_334, 333_333, 333_333]


def test_a_penny_short_of_ten_thousand_over_four_sites() -> None:
    assert nets(999_999, "sites", 1, 1, 1, 1) == [250_000, 250_000, 250_000, 249_999]


def test_per_square_metre() -> None:
    assert nets(1_234_567, "area", 1850, 3240, 910) == [380_658, 666_666, 187_243]


def test_per_use_and_who_used_nothing_pays_nothing() -> None:
    assert nets(250_000, "uses", 12, 7, 0) == [157_895, 92_105, 0]


def test_agreed_per_cent() -> None:
    assert nets(10_001, "percent", 5000, 2500, 2500) == [5001, 2500, 2500]


def test_all_weights_nought_is_refused_with_a_sentence() -> None:
    with pytest.raises(CannotShare, match="Every school’s uses is nought"):
        nets(250_000, "uses", 0, 0, 0)


def test_a_contract_from_september_falls_seven_and_five_twelfths_into_two_maintained_years() -> None:
    found = spread(1_200_000, dt.date(2026, 9, 1), 12, MAINTAINED)
    assert [(year.first.year, *rest) for year, *rest in found] == [(2026, 7, 700_000), (2027, 5, 500_000)]
    academy = spread(1_200_000, dt.date(2026, 9, 1), 12, ACADEMY)
    assert [(months, pence) for _, months, pence in academy] == [(12, 1_200_000)]


PICTURE = {"Mount St Joseph": 901, "Our Lady": 230, "St Ethelbert": 217, "St Gregory": 191, "St Peter": 206,
           "St Teresa": 118, "St William": 230}  # fmt: skip


def picture(*parts: Part) -> dict[str, int]:
    listed = [Member(name.encode().ljust(16), str(100 + n), {"pupils": pupils}, name=name)
              for n, (name, pupils) in enumerate(PICTURE.items())]  # fmt: skip
    split = apportion(1_945_000, 389_000, parts, listed)
    assert (split.net, split.vat) == (1_945_000, 389_000)
    names = {one.school: one.name for one in listed}
    return {names[one.school]: one.net for one in split.shares}


def test_the_grounds_of_seven_schools_are_shared_by_pupils_as_in_the_picture() -> None:
    assert picture(Part("pupils", 10_000)) == {
        "Mount St Joseph": 837_289, "Our Lady": 213_736, "St Ethelbert": 201_656, "St Gregory": 177_494,
        "St Peter": 191_433, "St Teresa": 109_656, "St William": 213_736,
    }  # fmt: skip


def test_a_quarter_equally_and_the_rest_by_pupils_costs_st_teresa_52_pounds_and_6_pence_more() -> None:
    shares = picture(Part("equal", 2500), Part("pupils", 7500))
    assert shares["St Teresa"] - 146_500 == 5_206


def test_leftover_pennies_are_said() -> None:
    split = apportion(1_945_000, 0, [Part("pupils", 10_000)], members("pupils", *PICTURE.values()))
    assert leftover_words(split.leftover) == "Three leftover pennies went to the largest remainders."
    assert way_words([Part("equal", 2500), Part("pupils", 7500)]) == "A quarter equally, the rest by pupils"


def test_a_school_that_joins_in_october_pays_for_six_months_of_twelve() -> None:
    time = time_in(dt.date(2027, 4, 1), dt.date(2028, 3, 31), dt.date(2027, 10, 1), None)
    assert (time.months, time.days) == (6, 183)
    three = [Member(b"a" * 16, "1"), Member(b"b" * 16, "2"), Member(b"c" * 16, "3", months=6)]
    split = apportion(1_000_000, 0, [Part("equal", 10_000)], three)
    assert [one.net for one in split.shares] == [400_000, 400_000, 200_000]


def test_a_school_that_joins_within_a_month_pays_by_days() -> None:
    time = time_in(dt.date(2027, 4, 1), dt.date(2028, 3, 31), dt.date(2027, 10, 14), None)
    assert (time.months, time.days) == (None, 170)
    three = [Member(b"a" * 16, "1"), Member(b"b" * 16, "2"), Member(b"c" * 16, "3", days=170)]
    split = apportion(1_000_000, 0, [Part("equal", 10_000)], three, period_days=366)
    # weights 366, 366 and 170 of 902: 405764.97, 405764.97, 188470.07
    assert [one.net for one in split.shares] == [405_765, 405_765, 188_470]


def test_a_school_leaving_pays_to_the_end_of_its_notice() -> None:
    deal = DealFacts(b"d" * 16, b"o" * 16, first=dt.date(2027, 4, 1), last=dt.date(2030, 3, 31), leave_notice=6)
    assert last_day(deal, dt.date(2027, 8, 31)) == dt.date(2028, 2, 29)
    assert last_day(deal, dt.date(2029, 12, 1)) == dt.date(2030, 3, 31), "never beyond the deal’s own end"
    by_year = DealFacts(b"d" * 16, b"o" * 16, first=dt.date(2027, 4, 1), leave_notice=6, leave_rule="year end")
    assert last_day(by_year, dt.date(2027, 8, 31)) == dt.date(2028, 3, 31)
    by_month = DealFacts(b"d" * 16, b"o" * 16, leave_notice=6, leave_unit="weeks", leave_rule="month end")
    assert last_day(by_month, dt.date(2027, 1, 4)) == dt.date(2027, 2, 28)


def test_the_leaver_pays_its_months_and_the_others_the_rest() -> None:
    time = time_in(dt.date(2027, 4, 1), dt.date(2028, 3, 31), None, dt.date(2027, 12, 31))
    assert time.months == 9
    three = [Member(b"a" * 16, "1", months=9), Member(b"b" * 16, "2"), Member(b"c" * 16, "3")]
    split = apportion(1_000_000, 200_000, [Part("equal", 10_000)], three)
    assert [one.net for one in split.shares] == [272_727, 363_637, 363_636]


def test_fixed_amounts_come_off_first() -> None:
    listed = [Member(b"a" * 16, "1", {"fixed": 50_000, "pupils": 100}), Member(b"b" * 16, "2", {"pupils": 300})]
    split = apportion(250_000, 50_000, [Part("fixed", 0), Part("pupils", 10_000)], listed)
    assert [(one.net, one.vat) for one in split.shares] == [(100_000, 20_000), (150_000, 30_000)]
    with pytest.raises(CannotShare, match="more than"):
        apportion(49_999, 0, [Part("fixed", 0), Part("pupils", 10_000)], listed)
