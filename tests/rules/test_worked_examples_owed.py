"""Every worked example of sections 14 (points 7 and 8) and 11 of the rules about money, by section and row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from bursar_desk.domain import money_years
from bursar_desk.domain.mileage import allowance, figure, tax_year
from bursar_desk.domain.money_years import ACADEMY, MAINTAINED, spread, year_of
from bursar_desk.domain.rates import INVOICE, TRANSFER, Card, cost_of, in_force, quarter_hours, route

DAY = date(2026, 11, 20)
CARD = Card(b"c", b"lender", "", date(2026, 4, 6), 1369, 1500, 2050)
SHIFT = cost_of(CARD, 390, day=DAY, miles=184, vehicle="car")

EXAMPLES: dict[str, Callable[[], tuple[Any, Any]]] = {
    "section-14-7 pay 13.69 for 6.5 hours, half up": lambda: (SHIFT.pay, 8899),
    "section-14-7 national insurance 15 per cent": lambda: (SHIFT.insurance, 1335),
    "section-14-7 pension 20.5 per cent": lambda: (SHIFT.pension, 1824),
    "section-14-7 sub-total without overhead": lambda: (SHIFT.sub_total - SHIFT.overhead, 12058),
    "section-14-7 mileage 18.4 miles at 55p": lambda: (SHIFT.mileage, 1012),
    "section-14-7 total": lambda: (SHIFT.total, 13070),
    "section-14-7 travel counts as work": lambda: (cost_of(CARD, 360 + 30, day=DAY).pay, 8899),
    "section-14-7 same trust is a transfer": lambda: (
        route("A", "B", "academy trust", "academy trust", TRANSFER).how, TRANSFER),
    "section-14-7 two employers invoice": lambda: (
        route("A", "B", "governing body", "governing body").how, INVOICE),
    "section-14-7 one council may be one group, so it is asked": lambda: (
        route("A", "B", "local authority", "local authority").how, ""),
    "section-14-8 9,980 miles so far and 30 more": lambda: (allowance(300, "car", DAY, 99_800).pence, 1350),
    "section-14-8 55p from 6 April 2026": lambda: (figure("car", date(2026, 4, 6)), 55),
    "section-14-8 45p on 5 April 2026": lambda: (figure("van", date(2026, 4, 5)), 45),
    "section-14-8 45p since 2011": lambda: (figure("car", date(2011, 4, 6)), 45),
    "section-14-8 25p after 10,000 miles": lambda: (allowance(100, "car", DAY, 100_000).pence, 250),
    "section-14-8 passengers 5p each": lambda: (allowance(100, "car+2", DAY).pence, 550 + 100),
    "section-14-8 motorcycles 24p": lambda: (allowance(100, "motorcycle", DAY).pence, 240),
    "section-14-8 bicycles 20p": lambda: (allowance(100, "bicycle", DAY).pence, 200),
    "section-14-8 a contract may pay differently": lambda: (allowance(100, "car", DAY, contract=60).pence, 600),
    "section-14-8 the tax year begins on 6 April": lambda: (
        (tax_year(date(2026, 4, 5)), tax_year(date(2026, 4, 6))),
        ((date(2025, 4, 6), date(2026, 4, 5)), (date(2026, 4, 6), date(2027, 4, 5)))),
    "section-11 maintained year 1 April to 31 March": lambda: (
        (year_of(MAINTAINED, date(2027, 3, 31)).first, year_of(MAINTAINED, date(2027, 4, 1)).first),
        (date(2026, 4, 1), date(2027, 4, 1))),
    "section-11 academy year 1 September to 31 August": lambda: (
        (year_of(ACADEMY, date(2027, 8, 31)).first, year_of(ACADEMY, date(2027, 9, 1)).first),
        (date(2026, 9, 1), date(2027, 9, 1))),
    "section-11 a contract from 1 September falls 7/12 and 5/12": lambda: (
        [(year.first, months, pence) for year, months, pence in spread(120_000, date(2026, 9, 1), 12, MAINTAINED)],
        [(date(2026, 4, 1), 7, 70_000), (date(2027, 4, 1), 5, 50_000)]),
    "section-11 a contract from 1 September is one academy year": lambda: (
        [(year.first, months, pence) for year, months, pence in spread(120_000, date(2026, 9, 1), 12, ACADEMY)],
        [(date(2026, 9, 1), 12, 120_000)]),
    "section-11 VA and LA schools are maintained, trusts are academies": lambda: (
        [money_years.kind_of(one) for one in ("local authority", "governing body", "academy trust", "proprietor")],
        [MAINTAINED, MAINTAINED, ACADEMY, ""]),
    "section-13 shares add up, the first takes the odd penny": lambda: (
        money_years.largest_remainder(1_000_000, [210, 421, 98]), (288_066, 577_503, 134_431)),
}  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_worked_example_comes_out(name: str) -> None:
    got, wanted = EXAMPLES[name]()
    assert got == wanted


def test_hours_are_rounded_to_the_nearest_quarter_and_only_for_money() -> None:
    assert [quarter_hours(n) for n in (0, 7, 8, 22, 23, 390, -5)] == [0, 0, 15, 15, 30, 390, 0]
    one = cost_of(CARD, 67, day=DAY)
    assert (one.minutes, one.paid) == (67, 60)
    assert one.pay == 1369


def test_overhead_is_on_pay_with_on_costs_and_each_line_is_rounded() -> None:
    one = cost_of(Card(b"c", b"lender", "", DAY, 1369, 1500, 2050, 500), 390, day=DAY)
    assert one.overhead == 603  # 5 per cent of 120.58 is 6.029
    assert one.total == 12058 + 603


def test_the_card_in_force_is_the_latest_begun_and_a_role_comes_before_everybody() -> None:
    old, new = Card(b"1", b"l", "", date(2025, 9, 1), 1200), Card(b"2", b"l", "", date(2026, 9, 1), 1300)
    role, later = Card(b"3", b"l", "caretaker", date(2025, 9, 1), 1400), Card(b"4", b"l", "", date(2027, 1, 1), 1500)
    helped = Card(b"5", b"l", "", date(2025, 9, 1), 3000, for_support=True)
    cards = [later, old, helped, role, new]
    assert in_force(cards, b"l", "site manager", date(2026, 8, 31)) is old
    assert in_force(cards, b"l", "site manager", date(2026, 9, 1)) is new
    assert in_force(cards, b"l", "caretaker", DAY) is role
    assert in_force(cards, b"l", "head", DAY, support=True) is helped
    assert in_force(cards, b"l", "", date(2025, 8, 31)) is None
    assert in_force(cards, b"another", "", DAY) is None


def test_an_agency_is_compared_only_where_its_rate_is_on_the_card() -> None:
    assert (SHIFT.agency, SHIFT.saving) == (None, None)
    dear = cost_of(Card(b"c", b"l", "", DAY, 1369, 1500, 2050, agency=2450), 390, day=DAY)
    assert dear.agency == 15925
    assert dear.saving == 15925 - dear.total


def test_vat_is_never_in_the_figures_and_the_finance_adviser_is_asked() -> None:
    for employers in (("governing body", "academy trust"), ("local authority", "local authority")):
        said = route("Oakfield", "St Anne", *employers)
        assert "No VAT is in these figures." in said.vat
        assert "asks its finance adviser" in said.vat
    asked = route("Oakfield", "St Anne", "academy trust", "academy trust")
    assert asked.how == ""
    assert "the same trust?" in asked.ask


@pytest.mark.parametrize("odd", ["", "spaceship", "car+", "car+x", "CAR", "bus+999"])
def test_a_vehicle_nobody_knows_counts_as_a_car_with_nobody_beside(odd: str) -> None:
    assert allowance(100, odd, DAY).pence == 550
