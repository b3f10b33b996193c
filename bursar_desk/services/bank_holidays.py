"""Reading the packaged bank holidays of England and the made-up school years of practice registers, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import msgspec

from bursar_desk.domain.calendar import Block


@dataclass(frozen=True, slots=True)
class _Day:
    date: date
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Days:
    division: str
    days: tuple[_Day, ...]


@dataclass(frozen=True, slots=True)
class _Year:
    year: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class _Years:
    years: tuple[_Year, ...]


@cache
def england() -> frozenset[date]:
    """The bank holidays of England and Wales, substitute days included, as far as GOV.UK has named them."""
    return frozenset(named())


@cache
def named() -> dict[date, str]:
    """Each bank holiday with its name, oldest first."""
    data = files("resources").joinpath("calendars", "bank-holidays.json").read_bytes()
    return {day.date: day.title for day in msgspec.json.decode(data, type=_Days).days}


def known_until() -> date:
    """The last 31 December that the list covers; later years have none named yet."""
    return date(max(england()).year, 12, 31)


@cache
def sample_year_blocks() -> tuple[Block, ...]:
    """Terms, INSET days and closures of the practice school years 2024/25 to 2027/28, in order of first day."""
    data = files("resources").joinpath("calendars", "sample-years.json").read_bytes()
    return tuple(block for year in msgspec.json.decode(data, type=_Years).years for block in year.blocks)
