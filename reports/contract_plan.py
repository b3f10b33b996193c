"""The forward plan: twenty-four months of contracts by the last safe day, for the governors’ clerk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bursar_desk.domain import words
from bursar_desk.domain.date_math import add_months
from reports.contract_tables import Cell, Column, Part, TablesPaper, day, money, said, total

TITLE: Final = "Contracts: forward plan"
MONTHS: Final = 24
COLUMNS: Final = (
    Column("Month", 58), Column("Tell them by", 62, "day"), Column("Contract", 118),
    Column("Decide at", 98), Column("If nothing is done", 116), Column("At stake, net", 65, "money"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deadline:
    """One last safe day. ``otherwise`` says what happens if nothing is done; ``stake`` pence net that costs.

    ``meeting`` is the one that decides, or that none is known; ``settled`` says what was decided already. ``later``:
    an earlier day of the same contract comes first and is open, so this one may never come: it counts in no sum.
    """

    tell_by: dt.date
    title: str
    supplier: str
    school: str
    decide_by: dt.date | None
    meeting: str
    otherwise: str
    stake: int | None
    settled: str
    code: str
    later: bool = False

    @property
    def open(self) -> bool:
        """Whether it is still to be decided, and comes first of its contract."""
        return not (self.settled or self.later)


@dataclass(frozen=True, slots=True)
class MeetingDay:
    """A meeting that is known: its body and day."""

    body: str
    on: dt.date
    school: str = ""


def plan(
    whose: str, on: dt.date, deadlines: Sequence[Deadline], meetings: Sequence[MeetingDay], made_at: dt.datetime, *,
    undated: Sequence[str] = (), stamp: str = "", practice: bool = False, several: bool = False,
) -> TablesPaper:  # fmt: skip
    """Return the plan ready to save: month by month from ``on``. ``undated`` name contracts without such a day."""
    first = on.replace(day=1)
    end = add_months(first, MONTHS)
    inside = sorted((one for one in deadlines if one.tell_by < end), key=lambda one: (one.tell_by, one.title, one.code))
    rows = tuple(_rows(first, inside, several=several))
    stake = sum(one.stake or 0 for one in inside if one.open)
    sums: dict[int, int | None] = {5: stake}
    late = [one for one in inside if one.tell_by < on and one.open]
    after = ["At stake is what runs on without a decision, net of VAT, until it can next be ended."]
    if any(one.later for one in inside):
        after.append("A later day of a contract that is still to be decided comes only if it runs on, so it counts in "
                     "no sum.")  # fmt: skip
    if undated:
        after.append(f"Without a last safe day: {words.listing(list(undated))}.")
    if late:
        after.append(f"The last safe day has passed: {words.listing([one.title for one in late])}.")
    table = Part(
        "By the last safe day", COLUMNS, rows, total(COLUMNS, "Open", sums), after=tuple(after), sheet="Plan"
    )
    lead = f"{words.count(sum(one.open for one in inside), 'decision')} in 24 months, {words.money(stake)} at stake."
    right = (f"{words.month_year(first)} to {words.month_year(end - dt.timedelta(days=1))}", "For the clerk")
    agenda = _meetings(on, end, meetings, inside, several=several)
    return TablesPaper(TITLE, whose, right, lead, (table, agenda), made_at, stamp, lying=False, practice=practice)


def _rows(first: dt.date, inside: Sequence[Deadline], *, several: bool) -> Iterator[tuple[Cell, ...]]:
    before = [one for one in inside if one.tell_by < first]
    for n, one in enumerate(before):
        yield _row("Passed" if n == 0 else "", one, several=several)
    quiet: list[dt.date] = []
    for n in range(MONTHS):
        month = add_months(first, n)
        mine = [one for one in inside if (one.tell_by.year, one.tell_by.month) == (month.year, month.month)]
        if not mine:
            quiet.append(month)
            continue
        if quiet:
            yield _quiet(quiet)
            quiet = []
        for step, one in enumerate(mine):
            yield _row(_month(month) if step == 0 else "", one, several=several)
    if quiet:
        yield _quiet(quiet)


def _month(month: dt.date) -> str:
    return f"{words.month_short(month)} {month.year}"


def _quiet(months: Sequence[dt.date]) -> tuple[Cell, ...]:
    """Return one row for months in which nothing falls due."""
    first, last = months[0], months[-1]
    begins = words.month_short(first) if first.year == last.year else _month(first)
    span = _month(first) if first == last else f"{begins} to {_month(last)}"
    return (said(span), said("Nothing"), said(""), said(""), said(""), said(""))


def _row(month: str, one: Deadline, *, several: bool) -> tuple[Cell, ...]:
    whom = ", ".join(part for part in (one.title, one.supplier) if part)
    if several:
        whom = f"{one.school}: {whom}"
    at = f"{words.short_date(one.decide_by)}, {one.meeting}" if one.decide_by else one.meeting
    if one.settled:
        return (
            said(month, strong=True), day(one.tell_by), said(whom, code=one.code), said(""),
            said(one.settled, mark="tick"), Cell("Decided", None),
        )  # fmt: skip
    if one.later:
        return (
            said(month, strong=True), day(one.tell_by), said(whom, code=one.code), said(at),
            said(f"If it runs on before: {one.otherwise[:1].lower()}{one.otherwise[1:]}"), Cell("", None),
        )  # fmt: skip
    return (
        said(month, strong=True), Cell(words.short_date(one.tell_by), one.tell_by, strong=True),
        said(whom, strong=True, code=one.code), said(at, mark="" if one.decide_by else "triangle"), said(one.otherwise),
        money(one.stake),
    )  # fmt: skip


def _meetings(
    on: dt.date, end: dt.date, meetings: Sequence[MeetingDay], inside: Sequence[Deadline], *, several: bool
) -> Part:
    """Return the meetings ahead, each with what it has to decide: the clerk’s own list.

    Of several schools only those with something to decide are listed, with their school.
    """
    columns = (Column("Meeting", 80, "day"), Column("Body", 130), Column("On the agenda", 307))
    rows = []
    for one in sorted(meetings, key=lambda found: (found.on, found.school, found.body)):
        mine = [
            f"{found.title}, if it runs on before" if found.later else found.title for found in inside
            if found.decide_by == one.on and not found.settled and one.school in ("", found.school)
        ]  # fmt: skip
        if not on <= one.on < end or (several and not mine):
            continue
        body = ": ".join(part for part in (one.school if several else "", one.body) if part)
        rows.append((day(one.on), said(body), said(words.listing(mine) if mine else "No contract")))
    return Part(
        "Meetings", columns, tuple(rows), nothing="No meeting is written down. Enter the dates, and each contract "
        "gets its day to decide.",
    )  # fmt: skip
