"""Every worked example of section 12 of the rules about buying: figures by date and kind, whole-life sums."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from bursar_desk.domain.thresholds import GOODS, LIGHT, WORKS, Value, figure_on, judge

IN_2025, IN_2026 = date(2025, 6, 1), date(2026, 11, 20)
WITH_OPTION = Value(yearly=5_800_000, months=36, option_months=12, vat_rate=2000)
NO_OPTION = Value(yearly=5_800_000, months=36, vat_rate=2000)


def _figure(kind: str, day: date) -> int | None:
    found = figure_on(kind, day)
    return found.pence if found else None


EXAMPLES: dict[str, Callable[[], tuple[Any, Any]]] = {
    "section-12 goods and services in 2025": lambda: (_figure(GOODS, IN_2025), 21_490_400),
    "section-12 goods and services from 2026": lambda: (_figure(GOODS, IN_2026), 20_772_000),
    "section-12 works in 2025": lambda: (_figure(WORKS, IN_2025), 537_260_900),
    "section-12 works from 2026": lambda: (_figure(WORKS, IN_2026), 519_300_000),
    "section-12 light touch in 2025": lambda: (_figure(LIGHT, IN_2025), 66_354_000),
    "section-12 light touch from 2026": lambda: (_figure(LIGHT, IN_2026), 66_354_000),
    "section-12 the last day of the 2025 figure": lambda: (_figure(GOODS, date(2025, 12, 31)), 21_490_400),
    "section-12 the first day of the 2026 figure": lambda: (_figure(GOODS, date(2026, 1, 1)), 20_772_000),
    "section-12 the Act begins on 24 February 2025": lambda: (
        (_figure(GOODS, date(2025, 2, 23)), _figure(GOODS, date(2025, 2, 24))), (None, 21_490_400)),
    "section-12 the figures are reviewed on 1 January 2028": lambda: (
        tuple(one.look_again for day in (date(2027, 12, 31), date(2028, 1, 1)) if (one := figure_on(GOODS, day))),
        (False, True)),
    "section-12 four years of cleaning, net": lambda: (WITH_OPTION.net, 23_200_000),
    "section-12 four years of cleaning, with VAT": lambda: (WITH_OPTION.gross, 27_840_000),
    "section-12 four years of cleaning are above": lambda: (judge(GOODS, IN_2026, [WITH_OPTION]).reaches, True),
    "section-12 three years without option, net": lambda: (NO_OPTION.net, 17_400_000),
    "section-12 three years without option, with VAT": lambda: (NO_OPTION.gross, 20_880_000),
    "section-12 three years are above by 1,080": lambda: (
        (judge(GOODS, IN_2026, [NO_OPTION]).reaches, judge(GOODS, IN_2026, [NO_OPTION]).over), (True, 108_000)),
    "section-12 three years would have been below in 2025": lambda: (
        judge(GOODS, IN_2025, [NO_OPTION]).reaches, False),
    "section-12 no end date counts 48 months": lambda: (
        Value(yearly=120_000, months=12, option_months=6, open_ended=True).net, 480_000),
    "section-12 a group purchase counts the total": lambda: (
        judge(GOODS, IN_2026, [Value(yearly=2_000_000, months=36, vat_rate=2000)] * 3).reaches, True),
    "section-12 each member of it alone is below": lambda: (
        judge(GOODS, IN_2026, [Value(yearly=2_000_000, months=36, vat_rate=2000)]).reaches, False),
    "section-12 what is paid once counts beside it": lambda: (
        Value(yearly=120_000, months=24, once=50_000, vat_rate=2000).gross, 348_000),
}  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_worked_example(name: str) -> None:
    got, wanted = EXAMPLES[name]()
    assert got == wanted
