"""Sums as spreadsheets have them: read to the penny with their VAT word, or asked about; never a wrong pound."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain.money_cells import MOST, Money, read_money_cell

PENCE = st.integers(0, 10**11)


@pytest.mark.parametrize(
    ("cell", "pence", "vat", "per"),
    [
        ("£1.2k + VAT", 120_000, "net", ""),
        ("1,935.00", 193_500, "", ""),
        ("£12,400 pa", 1_240_000, "", "year"),
        ("12000 (inc VAT)", 1_200_000, "gross", ""),
        ("£1,250.50 per annum exc. VAT", 125_050, "net", "year"),
        ("£12,400 p.a. plus VAT", 1_240_000, "net", "year"),
        ("£1.5k pcm", 150_000, "", "month"),
        ("£0.5m", 50_000_000, "", ""),
        ("£3,000 one-off", 300_000, "", "once"),
        ("5000 net", 500_000, "net", ""),
        ("£400 no VAT", 40_000, "none", ""),
        ("(123.45)", -12_345, "", ""),
        ("-£20", -2_000, "", ""),
        ("106,396.00-", -10_639_600, "", ""),
        ("£20 CR", -2_000, "", ""),
        ("£ 5,375 ", 537_500, "", ""),
        (1615.55, 161_555, "", ""),
        (0.1 + 0.2, 30, "", ""),
        (4442.2699999999995, 444_227, "", ""),
        (2000, 200_000, "", ""),
        (-5.25, -525, "", ""),
    ],
)
def test_a_sum_is_read_to_the_penny_with_its_words(cell: object, pence: int, vat: str, per: str) -> None:
    read = read_money_cell(cell)
    assert (read.state, read.pence, read.vat, read.per) == (Money.READ, pence, vat, per)


@pytest.mark.parametrize(
    "cell",
    [
        "12.345", "1.234,56", "£1,000-£2,000", "c. £5000", "up to £900", "€500", "$5", "1,2345", "12,34", "3 x £400",
        "£300 per pupil", "1e5", "£12,400 pa per month", "£5 inc VAT ex VAT", "about 400", "£1.2345", "~£50",
    ],
)  # fmt: skip
def test_what_could_be_several_sums_is_asked_about(cell: str) -> None:
    read = read_money_cell(cell)
    assert (read.state, read.pence) == (Money.ASK, None)
    assert read.why.endswith(".")


@pytest.mark.parametrize("cell", ["TBC", "n/a", "-", "£-", "none", "to be confirmed", "?"])
def test_no_sum_is_no_sum(cell: str) -> None:
    read = read_money_cell(cell)
    assert (read.state, read.pence) == (Money.NONE, None)
    assert read.unknown == (cell in ("TBC", "to be confirmed", "?"))


def test_nought_stands_for_none_only_where_a_register_means_that() -> None:
    assert read_money_cell("0").pence == 0
    assert read_money_cell(0.0, zero_is_none=True).state is Money.NONE


@pytest.mark.parametrize(
    "cell", [True, dt.date(2026, 3, 1), float("nan"), float("inf"), 1e300, 10**30, "=cmd|' /C calc'!A0", "+A1", "@x"]
)
def test_what_is_no_sum_is_refused(cell: object) -> None:
    read = read_money_cell(cell)
    assert (read.state, read.pence) == (Money.REFUSED, None)


@given(PENCE, st.sampled_from(["", "£", "£ ", "GBP "]), st.booleans(), st.sampled_from(["", " + VAT", " (inc VAT)"]))
def test_every_way_to_write_pounds_and_pence_gives_the_same_pence(pence: int, mark: str, comma: bool, vat: str) -> None:
    pounds, rest = divmod(pence, 100)
    text = f"{mark}{pounds:,}.{rest:02d}{vat}" if comma else f"{mark}{pounds}.{rest:02d}{vat}"
    read = read_money_cell(text)
    assert (read.state, read.pence) == (Money.READ, pence)


@given(st.integers(-(10**11), 10**11))
def test_a_number_of_a_workbook_gives_its_own_pence(pence: int) -> None:
    assert read_money_cell(pence / 100).pence == pence


@given(st.integers(1, 10**9), st.sampled_from(["k", "m", " million", "K"]))
def test_thousands_and_millions_are_exact(number: int, scale: str) -> None:
    read = read_money_cell(f"£{number}{scale}")
    exact = Decimal(number) * (1000 if scale.casefold() == "k" else 10**6) * 100
    if exact <= MOST:
        assert read.pence == exact
    else:
        assert read.state is Money.REFUSED


@given(st.one_of(st.text(max_size=40), st.text("0123456789.,£-()k+ VATincp", max_size=24), st.floats(), st.integers()))
def test_any_cell_at_all_is_read_without_a_fall_and_without_a_guess(cell: object) -> None:
    read = read_money_cell(cell)
    assert (read.pence is not None) == (read.state is Money.READ)
    if read.pence is not None:
        assert abs(read.pence) <= MOST
    if read.pence and isinstance(cell, str):
        assert any(one in cell for one in "123456789"), "a sum is never read where no figure stands"
