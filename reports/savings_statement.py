"""The savings statement of a school, or of a cluster as the sum of its schools: losses stand beside gains."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bursar_desk.domain import words
from reports.contract_tables import Cell, Column, Part, TablesPaper, day, gain, money, said, total

TITLE: Final = "Savings statement"
_RECURRING: Final = (
    Column("What", 130), Column("Before, a year", 68, "money"), Column("By which document", 132),
    Column("Now, a year", 68, "money"), Column("Where from", 106), Column("Saves a year", 72, "money"),
    Column("From", 60, "day"), Column("To", 60, "day"), Column("So far", 67.9, "money"),
)  # fmt: skip
_ONCE: Final = (
    Column("What", 156), Column("Before", 78, "money"), Column("By which document", 160),
    Column("Paid", 78, "money"), Column("Where from", 144), Column("Saves once", 84, "money"),
    Column("On", 63.9, "day"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One saving as printed: pence a year, or in all when ``once``; ``years`` are (words, pence) that add up."""

    title: str
    once: bool
    before: int
    document: str
    after: int
    after_from: str
    each: int
    first: dt.date
    last: dt.date | None
    so_far: int
    whole: int
    sure: str
    code: str
    years: tuple[tuple[str, int], ...]
    running: bool = True


@dataclass(frozen=True, slots=True)
class Ledger:
    """One school's lines, what was left out and why, and its sums by money year as (words, pence)."""

    school: str
    lines: tuple[Line, ...]
    left_out: tuple[tuple[str, str], ...]
    years: tuple[tuple[str, int], ...]
    a_year: int
    once: int
    so_far: int
    whole: int


def statement(
    whose: str, on: dt.date, ledgers: Sequence[Ledger], made_at: dt.datetime, *, stamp: str = "", practice: bool = False
) -> TablesPaper:
    """Return the statement: one ledger, or every school's with their sum first."""
    parts: list[Part] = []
    if len(ledgers) == 1:
        parts += _ledger(ledgers[0], alone=True)
        lead = _lead(ledgers[0])
    else:
        parts += _cluster(ledgers)
        for one in ledgers:
            parts += _ledger(one, alone=False)
        a_year, once = sum(one.a_year for one in ledgers), sum(one.once for one in ledgers)
        lead = f"All {len(ledgers)} schools together: {_both(a_year, once)}."
    right = (f"As on {words.plain_date(on)}", "Net of VAT")
    return TablesPaper(TITLE, whose, right, lead, tuple(parts), made_at, stamp, practice=practice)


def _lead(one: Ledger) -> str:
    if not one.lines:
        return "No savings are written down."
    said_so = f"{one.school} {_both(one.a_year, one.once)}."
    losing = [line.title for line in one.lines if line.each < 0]
    return f"{said_so} It pays more for {words.listing(losing)}." if losing else said_so


def _both(a_year: int, once: int) -> str:
    text = f"{words.saving(a_year)} a year"
    return f"{text} and {words.saving(once)} once" if once else text


def _ledger(one: Ledger, *, alone: bool) -> list[Part]:
    name = "" if alone else f"{one.school}: "
    recurring = tuple(line for line in one.lines if not line.once)
    once = tuple(line for line in one.lines if line.once)
    parts = [_recurring(f"{name}every year", recurring, alone=alone)]
    if once:
        parts.append(_one_off(f"{name}once", once))
    if one.lines:
        parts.append(_years(f"{name}by money year", one))
    if one.left_out:
        columns = (Column("What", 250), Column("Why", 513))
        rows = tuple((said(what), said(why)) for what, why in one.left_out)
        parts.append(Part(f"{name}not counted", columns, rows))
    return [_titled(part) for part in parts]


def _titled(part: Part) -> Part:
    return replace(part, title=part.title[:1].upper() + part.title[1:])


def _recurring(title: str, lines: Sequence[Line], *, alone: bool) -> Part:
    rows = tuple(
        (
            said(one.title, strong=True, code=one.code), money(one.before), said(one.document), money(one.after),
            said(one.after_from), gain(one.each), day(one.first), day(one.last, "Goes on"), gain(one.so_far),
        )
        for one in lines
    )  # fmt: skip
    sums: dict[int, int | None] = {
        1: sum(one.before for one in lines if one.running), 3: sum(one.after for one in lines if one.running),
        5: sum(one.each for one in lines if one.running), 8: sum(one.so_far for one in lines),
    }  # fmt: skip
    over = [one.title for one in lines if not one.running]
    notes = ("Below nought it costs more than before. So far counts to the day of this statement.",) if alone else ()
    after = (f"Not running today, so not in the sums of a year: {words.listing(over)}.",) if over else ()
    return Part(
        title, _RECURRING, rows, total(_RECURRING, "Together", sums), notes,
        "Nothing that comes every year is written down.", after=after,
    )  # fmt: skip


def _one_off(title: str, lines: Sequence[Line]) -> Part:
    rows = tuple(
        (
            said(one.title, strong=True, code=one.code), money(one.before), said(one.document), money(one.after),
            said(one.after_from), gain(one.each), day(one.first),
        )
        for one in lines
    )  # fmt: skip
    sums: dict[int, int | None] = {
        1: sum(one.before for one in lines), 3: sum(one.after for one in lines), 5: sum(one.each for one in lines),
    }  # fmt: skip
    return Part(title, _ONCE, rows, total(_ONCE, "Together", sums))


_MOST_YEARS: Final = 6
EARLIER: Final = "Earlier"


def _years(title: str, one: Ledger) -> Part:
    """Return the lines by money year beside their sum; the first of very many years stand together."""
    shown = [name for name, _ in one.years]
    folded = frozenset(shown[: len(shown) - _MOST_YEARS]) if len(shown) > _MOST_YEARS + 1 else frozenset()
    heads = list(dict.fromkeys(_head(name, folded) for name in shown))
    runs = next((name.partition(" (")[2].rstrip(")") for name in shown), "")
    wide = 62.0
    columns = (
        Column("What", 170), *(Column(name, wide, "money") for name in heads), Column("Together", 74, "money"),
        Column("How sure", 763 - 244 - wide * len(heads)),
    )  # fmt: skip
    rows = []
    for line in one.lines:
        cells = [gain(pence, "") for pence in _by_head(line.years, heads, folded)]
        rows.append((said(line.title), *cells, gain(line.whole, strong=True), said(line.sure)))
    sums: dict[int, int | None] = dict(enumerate(_by_head(one.years, heads, folded), 1))
    sums[len(heads) + 1] = one.whole
    notes = () if shown else ("The money year of this school is not known: say on the School page who employs.",)
    after = ("What goes on without an end is counted to the end of the present money year.",)
    name = f"{title}, {runs}" if runs else title
    return Part(name, columns, tuple(rows), total(columns, "All", sums), notes, after=after, sheet=title)


def _head(name: str, folded: frozenset[str]) -> str:
    return EARLIER if name in folded else name.partition(" (")[0]


def _by_head(
    years: Sequence[tuple[str, int]], heads: Sequence[str], folded: frozenset[str]
) -> list[int | None]:
    found: dict[str, int] = {}
    for name, pence in years:
        head = _head(name, folded)
        found[head] = found.get(head, 0) + pence
    return [found.get(head) for head in heads]


def _cluster(ledgers: Sequence[Ledger]) -> list[Part]:
    columns = (
        Column("School", 240), Column("Lines", 60, "count"), Column("Saves a year", 120, "money"),
        Column("Saves once", 110, "money"), Column("So far", 110, "money"), Column("In all", 123, "money"),
    )  # fmt: skip
    rows = tuple(
        (
            said(one.school, strong=True), Cell(words.number(len(one.lines)), len(one.lines)), gain(one.a_year),
            gain(one.once), gain(one.so_far), gain(one.whole),
        )
        for one in ledgers
    )  # fmt: skip
    sums: dict[int, int | None] = {
        1: sum(len(one.lines) for one in ledgers), 2: sum(one.a_year for one in ledgers),
        3: sum(one.once for one in ledgers), 4: sum(one.so_far for one in ledgers),
        5: sum(one.whole for one in ledgers),
    }  # fmt: skip
    notes = ("The cluster’s figures are the sum of its schools’ own, and nothing else.",)
    return [Part("School by school", columns, rows, total(columns, "All schools", sums), notes, sheet="All schools")]
