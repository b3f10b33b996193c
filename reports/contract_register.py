"""The contract register of a school, or of every school of an office, by the day a decision is due."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from bursar_desk.domain import words
from reports.contract_tables import Cell, Column, Part, TablesPaper, day, money, said, total

TITLE: Final = "Contract register"
MARKS: Final = {
    "ok": "tick", "due_soon": "triangle", "overdue": "square", "failed": "square", "evidence_awaited": "triangle",
    "not_known": "question", "out_of_use": "slash", "not_needed": "dash", "missed": "slash", "put_off": "arrow",
}  # fmt: skip
"""The mark of a status code."""
COLUMNS: Final = (
    Column("Decide by", 64, "day"), Column("Contract", 122), Column("Supplier", 92),
    Column("A year, net", 62, "money"), Column("VAT", 54, "money"), Column("Ends", 60, "day"),
    Column("Last day for notice", 60, "day"), Column("Tell them by", 60, "day"), Column("Owner", 60),
    Column("Status", 76), Column("Papers kept", 53.9),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One contract as printed; money in pence a year. ``ends_words`` where there is no day.

    ``look`` is a status code; ``documents`` counts what is kept of it; ``code`` its short code; ``more`` is a sentence
    below the table.
    """

    title: str
    supplier: str
    yearly: int | None
    vat: int | None
    ends: dt.date | None
    ends_words: str
    last_notice: dt.date | None
    tell_by: dt.date | None
    decide_by: dt.date | None
    decide_words: str
    owner: str
    state_words: str
    look: str
    documents: int
    code: str
    more: str = ""
    live: bool = True
    """Counts in the totals: neither a draft nor over."""
    waits: bool = False
    """It needs somebody to decide."""
    ran_on: bool = False
    """Nobody told them in time: it ran on, or is locked in."""


@dataclass(frozen=True, slots=True)
class SchoolContracts:
    """One school's contracts, those that need a decision first."""

    school: str
    entries: tuple[Entry, ...]

    @property
    def yearly(self) -> int:
        """What its live contracts cost a year, net."""
        return sum(one.yearly or 0 for one in self.entries if one.live)

    @property
    def vat(self) -> int:
        """The VAT on that."""
        return sum(one.vat or 0 for one in self.entries if one.live)


def register(
    whose: str, on: dt.date, schools: tuple[SchoolContracts, ...], made_at: dt.datetime, *, stamp: str = "",
    practice: bool = False,
) -> TablesPaper:  # fmt: skip
    """Return the register ready to save: a table a school, and for several their sums."""
    several = len(schools) > 1
    parts = [_part(one, several=several) for one in schools]
    if several:
        parts.append(_sums(schools))
    every = [one for some in schools for one in some.entries]
    waiting = sum(one.waits for one in every)
    ran_on = sum(one.ran_on for one in every)
    lead = f"{words.count(len(every), 'contract')}, {words.count(waiting, 'decision')} to make soon"
    lead += f", {words.number(ran_on)} rolled over or locked in." if ran_on else "."
    right = (words.plain_date(on), "By the day a decision is due")
    return TablesPaper(TITLE, whose, right, lead, tuple(parts), made_at, stamp, practice=practice)


def _part(one: SchoolContracts, *, several: bool) -> Part:
    unpriced = sum(entry.yearly is None and entry.live for entry in one.entries)
    after = []
    if unpriced:
        after.append(f"{words.count(unpriced, 'contract')} without a price {words.is_are(unpriced)} not in the total.")
    if any(not entry.live for entry in one.entries):
        after.append("Drafts and contracts that are over are not in the total.")
    after += [entry.more for entry in one.entries if entry.more]
    return Part(
        one.school if several else "Contracts", COLUMNS, tuple(_row(entry) for entry in one.entries),
        total(COLUMNS, "All live", {3: one.yearly, 4: one.vat}), nothing="No contract is written down.",
        after=tuple(after),
    )  # fmt: skip


def _row(one: Entry) -> tuple[Cell, ...]:
    return (
        Cell(words.short_date(one.decide_by, one.decide_words), one.decide_by, strong=one.decide_by is not None),
        said(one.title, strong=True, code=one.code), said(one.supplier or "Not written down"), money(one.yearly),
        money(one.vat, ""), Cell(words.short_date(one.ends, one.ends_words), one.ends), day(one.last_notice),
        day(one.tell_by), said(one.owner or "Nobody yet"), said(one.state_words, mark=MARKS.get(one.look, "question")),
        said(words.number(one.documents) if one.documents else "None"),
    )  # fmt: skip


def _sums(schools: tuple[SchoolContracts, ...]) -> Part:
    columns = (
        Column("School", 260), Column("Contracts", 90, "count"), Column("A year, net", 130, "money"),
        Column("VAT", 120, "money"),
    )  # fmt: skip
    rows = tuple(
        (said(one.school), Cell(words.number(len(one.entries)), len(one.entries)), money(one.yearly), money(one.vat))
        for one in schools
    )
    sums: dict[int, int | None] = {
        1: sum(len(one.entries) for one in schools), 2: sum(one.yearly for one in schools),
        3: sum(one.vat for one in schools),
    }  # fmt: skip
    return Part("All schools", columns, rows, total(columns, "All schools", sums))
