"""The invented school year that the worked examples of the rules are reckoned with."""

from __future__ import annotations

from datetime import date
from typing import Literal

import pytest

from bursar_desk.domain.calendar import Block, BlockKind, SchoolCalendar

BANK_HOLIDAYS = frozenset(
    date.fromisoformat(day)
    for day in (
        "2026-08-31", "2026-12-25", "2026-12-28", "2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31",
        "2027-08-30", "2027-12-27", "2027-12-28",
    )
)  # fmt: skip

TERM_BLOCKS: tuple[tuple[str, str, str, Literal["autumn", "spring", "summer"], Literal[1, 2]], ...] = (
    ("Autumn 1", "2026-09-02", "2026-10-23", "autumn", 1),
    ("Autumn 2", "2026-11-02", "2026-12-18", "autumn", 2),
    ("Spring 1", "2027-01-04", "2027-02-12", "spring", 1),
    ("Spring 2", "2027-02-22", "2027-03-25", "spring", 2),
    ("Summer 1", "2027-04-12", "2027-05-28", "summer", 1),
    ("Summer 2", "2027-06-07", "2027-07-21", "summer", 2),
)


def _blocks() -> tuple[Block, ...]:
    terms = tuple(
        Block(BlockKind.TERM, name, date.fromisoformat(first), date.fromisoformat(last), term, half)
        for name, first, last, term, half in TERM_BLOCKS
    )
    return (Block(BlockKind.INSET, "INSET", date(2026, 9, 1), date(2026, 9, 1)), *terms)


@pytest.fixture(scope="session")
def school_year() -> SchoolCalendar:
    """The sample calendar of 2026/27."""
    return SchoolCalendar(_blocks(), BANK_HOLIDAYS)


@pytest.fixture(scope="session")
def shut_at_christmas() -> SchoolCalendar:
    """The same year with the site closed from 21 December to 3 January and a snow day on 12 January."""
    closures = (
        Block(BlockKind.CLOSURE, "Site closed", date(2026, 12, 21), date(2027, 1, 3)),
        Block(BlockKind.CLOSURE, "Snow", date(2027, 1, 12), date(2027, 1, 12)),
    )
    return SchoolCalendar((*_blocks(), *closures), BANK_HOLIDAYS)
