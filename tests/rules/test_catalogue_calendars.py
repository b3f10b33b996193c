"""The packaged bank holidays and the made-up school years of practice registers."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from bursar_desk.domain.calendar import BlockKind, DayKind, SchoolCalendar
from bursar_desk.services import bank_holidays

BLOCKS = bank_holidays.sample_year_blocks()
CALENDAR = SchoolCalendar(BLOCKS, bank_holidays.england())


def test_bank_holidays_of_england_hold_the_substitute_days() -> None:
    days = bank_holidays.england()
    assert len(days) == 140
    assert date(2026, 12, 28) in days  # Boxing Day 2026 is a Saturday
    assert date(2026, 12, 26) not in days
    assert {date(2027, 3, 26), date(2027, 3, 29), date(2027, 5, 3), date(2027, 5, 31), date(2027, 8, 30)} <= days
    assert date(2026, 3, 17) not in days  # St Patrick's Day belongs to Northern Ireland
    assert bank_holidays.named()[date(2027, 3, 26)] == "Good Friday"
    assert bank_holidays.known_until() == date(2028, 12, 31)
    assert not [day for day in days if day.weekday() > 4]


def test_the_school_year_2026_is_the_one_the_rules_are_worked_with() -> None:
    year = [(b.kind, b.name, b.first, b.last) for b in BLOCKS if date(2026, 9, 1) <= b.first <= date(2027, 8, 31)]
    assert year == [
        (BlockKind.INSET, "INSET", date(2026, 9, 1), date(2026, 9, 1)),
        (BlockKind.TERM, "Autumn 1", date(2026, 9, 2), date(2026, 10, 23)),
        (BlockKind.TERM, "Autumn 2", date(2026, 11, 2), date(2026, 12, 18)),
        (BlockKind.TERM, "Spring 1", date(2027, 1, 4), date(2027, 2, 12)),
        (BlockKind.TERM, "Spring 2", date(2027, 2, 22), date(2027, 3, 25)),
        (BlockKind.TERM, "Summer 1", date(2027, 4, 12), date(2027, 5, 28)),
        (BlockKind.TERM, "Summer 2", date(2027, 6, 7), date(2027, 7, 21)),
    ]


@pytest.mark.parametrize("start", [2024, 2025, 2026, 2027])
def test_each_practice_year_has_six_half_terms_and_195_days_with_staff_due_in(start: int) -> None:
    year = [b for b in BLOCKS if date(start, 9, 1) <= b.first < date(start + 1, 9, 1)]
    halves = [(b.term, b.half) for b in year if b.kind is BlockKind.TERM]
    assert halves == [(term, half) for term in ("autumn", "spring", "summer") for half in (1, 2)]
    kinds = [CALENDAR.kind(date(start, 9, 1) + timedelta(days=n)) for n in range(365)]
    planned = sum(kind in (DayKind.SCHOOL_DAY, DayKind.INSET, DayKind.CLOSURE) for kind in kinds)
    assert planned == 195


def test_blocks_stand_in_order_and_begin_and_end_on_working_days() -> None:
    assert list(BLOCKS) == sorted(BLOCKS, key=lambda block: block.first)
    for block in BLOCKS:
        for day in (block.first, block.last):
            assert day.weekday() < 5, block
            assert day not in bank_holidays.england(), block


def test_terms_never_overlap_and_closures_fall_inside_one() -> None:
    terms = [b for b in BLOCKS if b.kind is BlockKind.TERM]
    assert all(early.last < late.first for early, late in pairwise(terms))
    for closure in (b for b in BLOCKS if b.kind is BlockKind.CLOSURE):
        assert any(term.first <= closure.first <= closure.last <= term.last for term in terms)
        assert CALENDAR.kind(closure.first) is DayKind.CLOSURE
