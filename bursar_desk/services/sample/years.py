"""School years of a practice school: the packaged ones, earlier and later ones in their image, and its own odd days."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

from bursar_desk.domain.calendar import Block, BlockKind, SchoolCalendar
from bursar_desk.domain.periods import school_year_of
from bursar_desk.services import bank_holidays

_YEAR = dt.timedelta(days=364)  # 52 whole weeks: the weekdays stay what they are


def blocks_for(first: dt.date, last: dt.date, rng: random.Random) -> tuple[Block, ...]:
    """The blocks of every school year from the one of ``first`` to the one after that of ``last``."""
    known: dict[int, list[Block]] = {}
    for block in bank_holidays.sample_year_blocks():
        known.setdefault(school_year_of(block.first), []).append(block)
    out: list[Block] = []
    for year in range(school_year_of(first), school_year_of(last) + 2):
        base = min(max(year, min(known)), max(known))
        blocks = [_moved(block, (year - base) * _YEAR) for block in known[base]]
        out += blocks + _shut(blocks) + _own_inset(blocks, rng)
    return tuple(out)


def _moved(block: Block, by: dt.timedelta) -> Block:
    return replace(block, first=block.first + by, last=block.last + by) if by else block


def _shut(blocks: list[Block]) -> list[Block]:
    """The site is shut over Christmas and for the middle two weeks of August."""
    end = max(block.last for block in blocks if block.kind is BlockKind.TERM and block.term == "autumn")
    year = end.year
    christmas = Block(BlockKind.CLOSURE, "Shut over Christmas", dt.date(year, 12, 23), dt.date(year + 1, 1, 1))
    monday = dt.date(year + 1, 8, 7)
    monday += dt.timedelta(days=-monday.weekday() % 7)
    august = Block(BlockKind.CLOSURE, "Shut in August", monday, monday + dt.timedelta(days=11))
    return [christmas, august]


def _own_inset(blocks: list[Block], rng: random.Random) -> list[Block]:
    """Two INSET days of the school's own: two schools of one group differ."""
    choices = {"autumn": (1, "last"), "spring": (2, "first"), "summer": (2, "last")}
    out = []
    for term in sorted(rng.sample(sorted(choices), 2)):
        half, side = choices[term]
        found = next(b for b in blocks if b.kind is BlockKind.TERM and b.term == term and b.half == half)
        day = found.last if side == "last" else found.first
        out.append(Block(BlockKind.INSET, "INSET", day, day, found.term, found.half))
    return out


def calendar_for(blocks: tuple[Block, ...]) -> SchoolCalendar:
    """The calendar of a school with these blocks."""
    return SchoolCalendar(blocks, bank_holidays.england())
