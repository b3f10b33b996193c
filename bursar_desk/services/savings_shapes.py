"""What pages and papers show of savings: lines, a school's ledger, the cluster's sum; money in whole net pence."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from bursar_desk.domain import savings_rules as rules
from bursar_desk.domain import words
from bursar_desk.domain.money_years import MoneyYear

CONFIDENCE_WORDS: Final = {
    rules.CONFIRMED: "Confirmed", rules.ESTIMATE: "Estimate", rules.WORKED_OUT: "Worked out from the deal",
}  # fmt: skip
LOOKS: Final = {rules.CONFIRMED: "ok", rules.ESTIMATE: "not_known", rules.WORKED_OUT: "ok"}
"""Which shape stands for how sure a figure is, by status code."""


@dataclass(frozen=True, slots=True)
class SavingLine:
    """One saving as lists show it. ``before`` and ``after`` are pence a year, or in all when it is one-off.

    ``each`` is what it saves a year or once, below nought a loss; ``so_far`` to the day of the list; ``whole`` from
    its first day through ``through``; ``years`` add up to ``whole`` (empty where the school's money year is not known).
    ``id`` is the row of a saving entered by hand; one worked out from a deal has an id of its own.
    """

    id: bytes
    school: bytes
    school_name: str
    title: str
    service: str
    service_words: str
    kind: str
    first: dt.date
    last: dt.date | None
    through: dt.date
    before: int
    before_on: dt.date
    before_document: str
    after: int
    after_from: str
    each: int
    so_far: int
    whole: int
    years: tuple[tuple[MoneyYear, int], ...]
    running: bool
    confidence: str
    said_by: str = ""
    said_on: dt.date | None = None
    confirmed_by: str = ""
    confirmed_on: dt.date | None = None
    how: str = ""
    note: str = ""
    deal: bytes | None = None
    deal_title: str = ""
    contract: bytes | None = None
    derived: bool = False
    records: tuple[bytes, ...] = ()
    """The rows a line worked out from a deal follows from: the baseline, and how the cost is shared."""

    @property
    def once(self) -> bool:
        """Tell whether it is one-off."""
        return self.kind == rules.ONCE

    @property
    def loses(self) -> bool:
        """Tell whether it costs more than before."""
        return self.each < 0

    @property
    def words(self) -> str:
        """``saves £120 a year``, ``costs £120 more once``."""
        return f"{words.saving(self.each)} {'once' if self.once else 'a year'}"

    @property
    def when(self) -> str:
        """Its days in short."""
        if self.once:
            return words.short_date(self.first)
        return f"{words.short_date(self.first)} to {words.short_date(self.last, 'no end')}"

    @property
    def confidence_words(self) -> str:
        """``Confirmed by Ann Lee, 3 May 2026``, ``Estimate``, ``Worked out from the deal``."""
        said = CONFIDENCE_WORDS[self.confidence]
        if self.confidence != rules.CONFIRMED:
            return said
        return f"{said} by {self.confirmed_by}, {words.short_date(self.confirmed_on)}"

    @property
    def look(self) -> str:
        """A status code for its shape and colour: a loss is shown as one."""
        return "overdue" if self.loses else LOOKS[self.confidence]

    @property
    def baseline_words(self) -> str:
        """The dated document it is measured against."""
        return f"{self.before_document}, {words.short_date(self.before_on)}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something written down that does not count as a saving, and why, in a sentence."""

    id: bytes
    school: bytes
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of some lines in pence, below nought where they lose.

    ``a_year`` of what runs on the day, ``once`` of all one-off ones, ``so_far``, ``whole`` through what each line
    says, and how much of the whole was confirmed, estimated or worked out.
    """

    a_year: int = 0
    once: int = 0
    so_far: int = 0
    whole: int = 0
    recurring_whole: int = 0
    confirmed: int = 0
    estimated: int = 0
    worked_out: int = 0
    years: tuple[tuple[MoneyYear, int], ...] = ()

    def __add__(self, other: Sums) -> Sums:
        """Return both together."""
        return Sums(
            self.a_year + other.a_year, self.once + other.once, self.so_far + other.so_far, self.whole + other.whole,
            self.recurring_whole + other.recurring_whole, self.confirmed + other.confirmed,
            self.estimated + other.estimated, self.worked_out + other.worked_out,
            rules.added((self.years, other.years)),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SchoolSavings:
    """A school's own ledger on a day. ``kind`` of its money year is "" where nobody has noted its sort."""

    school: bytes
    name: str
    kind: str
    day: dt.date
    lines: tuple[SavingLine, ...]
    left_out: tuple[LeftOut, ...]
    sums: Sums

    @property
    def recurring(self) -> tuple[SavingLine, ...]:
        """The lines that come every year."""
        return tuple(one for one in self.lines if not one.once)

    @property
    def one_off(self) -> tuple[SavingLine, ...]:
        """The one-off lines."""
        return tuple(one for one in self.lines if one.once)

    @property
    def loses(self) -> bool:
        """Tell whether the school is worse off by all its lines together."""
        return self.sums.whole < 0

    @property
    def sentence(self) -> str:
        """How the school stands, in words."""
        if not self.lines:
            return f"{self.name}: no savings are written down."
        parts = [f"{words.saving(self.sums.a_year)} a year"] if self.recurring else []
        parts += [f"{words.saving(self.sums.once)} once"] if self.one_off else []
        return f"{self.name} {words.listing(parts)}."


@dataclass(frozen=True, slots=True)
class ClusterSavings:
    """All schools held here, each with its own ledger; ``sums`` are the sum of theirs and nothing else."""

    day: dt.date
    schools: tuple[SchoolSavings, ...]
    sums: Sums

    @property
    def losing(self) -> tuple[SchoolSavings, ...]:
        """The schools that are worse off."""
        return tuple(one for one in self.schools if one.loses)

    @property
    def years(self) -> tuple[tuple[MoneyYear, int], ...]:
        """Pence by money year, of every kind of year there is."""
        return self.sums.years


@dataclass(frozen=True, slots=True)
class NewSaving:
    """A saving to write down: money in net pence, a year when ``kind`` is "recurring", in all when "once"."""

    title: str
    kind: str
    before: int
    before_on: dt.date | None
    before_document: str
    after: int
    after_from: str
    first: dt.date
    last: dt.date | None = None
    service: str = ""
    contract: bytes | None = None
    deal: bytes | None = None
    how: str = ""
    note: str = ""
