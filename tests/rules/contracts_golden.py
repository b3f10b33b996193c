"""Reading the golden table of contracts, and its contracts as the program and as the slow method take them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bursar_desk.domain.calendar import SchoolCalendar
from bursar_desk.domain.contract_terms import Break, Notice, Terms, Written
from bursar_desk.domain.notice_dates import OfficeDays
from bursar_desk.services import bank_holidays
from tests.rules import slow_notice as slow

TABLE = Path(__file__).parents[1] / "data" / "contracts_golden.csv"
ON = date(2026, 11, 20)
CALENDAR = SchoolCalendar(bank_holidays.sample_year_blocks(), bank_holidays.england())


@dataclass(frozen=True)
class Golden:
    name: str
    paper: slow.Paper
    ends: tuple[tuple[date, date, date], ...]
    told: tuple[tuple[date, date], ...]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _sure(text: str) -> date:
    return date.fromisoformat(text)


def _notice(text: str) -> tuple[int, str, bool]:
    count, unit = text.split(" ", 1)
    return int(count), unit.removeprefix("clear "), unit.startswith("clear ")


def table() -> list[Golden]:
    out = []
    for row in csv.DictReader(TABLE.read_text("utf-8").splitlines()):
        parts = {name: [one for one in row[name].split("; ") if one] for name in ("breaks", "letters", "office_open")}
        letters = [one.split("|") for one in parts["letters"]]
        paper = slow.Paper(
            _day(row["first"]), _day(row["last"]), row["at_end"], int(row["months"]), int(row["options"]),
            _notice(row["notice"]), row["by"], int(row["post"]), row["notice_ends"],
            tuple((_sure(one[:10]), _notice(one[11:])) for one in parts["breaks"]),
            tuple((_sure(a), _day(b), _day(c)) for a, b, c in letters),
            tuple((_sure(one[:10]), _sure(one[11:])) for one in parts["office_open"]),
        )  # fmt: skip
        ends = [one.split(">") for one in row["ends_and_last_days"].split()]
        told = [one.split(">") for one in row["told_and_ends"].split()]
        out.append(Golden(
            row["contract"], paper, tuple((_sure(a), _sure(b), _sure(c)) for a, b, c in ends),
            tuple((_sure(a), _sure(b)) for a, b in told),
        ))  # fmt: skip
    return out


def as_terms(paper: slow.Paper) -> Terms:
    """The paper as the program keeps it."""

    def notice(said: tuple[int, str, bool]) -> Notice:
        return Notice(said[0], said[1], said[2], paper.by, paper.post)

    written = tuple(
        Written(first, last, tell_by, id=bytes([number])) for number, (first, last, tell_by) in enumerate(paper.letters)
    )
    return Terms(
        paper.first, paper.last, paper.at_end, paper.months, paper.options, notice(paper.notice), paper.notice_ends,
        tuple(Break(day, notice(said)) for day, said in paper.breaks), written,
    )  # fmt: skip


def office_of(paper: slow.Paper) -> OfficeDays:
    return OfficeDays(CALENDAR, paper.office)
