"""From what a calendar file says to the blocks of a school year: terms from their edges or from the holidays.

Files speak of a school year in three ways: stretches of term, stretches of holiday, or the days on which term starts
and ends. All come down to the stretches when pupils are in, named as half terms by where they lie in the year.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, Literal

from bursar_desk.domain.calendar import Block, BlockKind
from bursar_desk.domain.periods import Term

Sense = Literal["term", "holiday", "bank holiday", "inset", "closure", "letting", "starts", "ends", ""]
"""What an entry says: a stretch of a kind, or an edge of a stretch of term; empty for nothing we know."""

_WORDS: Final[tuple[tuple[Sense, str], ...]] = (
    ("inset", r"\b(inset|in-?service|training day|staff (only|training)|twilight|pupil[- ]free|non[- ]pupil)"),
    ("bank holiday", r"\b(bank holiday|may day|good friday|easter monday|boxing day|new year'?s day|christmas day)"),
    ("closure", r"\b(snow|poll(ing)?|election|closure|closed (for|to)|strike|funeral|emergency)"),
    ("letting", r"\b(letting|holiday club|hire)"),
    ("starts", r"\b(start(s|ed)?|begin(s|ning)?|re-?opens?|first day|return(s)? to school|back to school)\b"),
    ("ends", r"\b(ends?|finish(es)?|last day|break(s)? up|closes?|close of)\b"),
    ("holiday", r"\b(holidays?|half[- ]term|break|vacation)"),
    ("term", r"\b(term( \d)?|(autumn|spring|summer|michaelmas|lent|trinity)( [12])?)\b"),
)
_LONGEST_TERM: Final = 130  # days; a longer stretch is two terms with an edge missing
_LONGEST_GAP: Final = 200  # days between two holidays; more than that and one of them is missing
_SHORTEST: Final = 5


@dataclass(frozen=True, slots=True)
class Said:
    """One entry of a file: its words, its first and last day, and where it stands ("row 7")."""

    words: str
    first: date
    last: date
    where: str
    sense: Sense = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """An entry that was left out, or a block that may be wrong, and why."""

    where: str
    text: str


def sense_of(text: str) -> Sense:
    """What words of a calendar mean; a half term is a holiday unless it has a number ("Autumn half term 1")."""
    plain = " ".join(text.casefold().replace("’", "'").split())
    if re.search(r"\bhalf[- ]term [12]\b|\b(1st|2nd|first|second) half\b", plain):
        return "term"
    return next((sense for sense, pattern in _WORDS if re.search(pattern, plain)), "")


def blocks_of(said: Sequence[Said], bank_holidays: frozenset[date]) -> tuple[tuple[Block, ...], tuple[Doubt, ...]]:
    """Return the blocks of a calendar in order and what is doubtful about them; never raises.

    Terms are taken as given, else from their edges, else from the gaps between holidays.
    """
    terms = [(one.first, one.last) for one in said if one.sense == "term"]
    holidays = [(one.first, one.last) for one in said if one.sense == "holiday"]
    edges = sorted((one.first, one.sense, one.where) for one in said if one.sense in ("starts", "ends"))
    doubts: list[Doubt] = [
        Doubt(one.where, f"“{one.words}” is not used: it names no term, holiday, INSET day or closure.")
        for one in said
        if not one.sense
    ]
    if edges and not terms:
        terms, more = _between_edges(edges)
        doubts += more
        if not terms:
            doubts.append(Doubt("", "No first and last days of term belong together."))
    elif holidays and not terms:
        terms = _between_holidays(holidays)
        holidays = []
    stretches = _without(terms, holidays)
    stretches = _joined([_trimmed(one, bank_holidays) for one in stretches], bank_holidays)
    named, more = _named([one for one in stretches if (one[1] - one[0]).days >= _SHORTEST - 1])
    others = [
        Block(BlockKind(one.sense), one.words, one.first, one.last)
        for one in said
        if one.sense in ("inset", "closure", "letting")
    ]
    found = sorted((*named, *_with_half(others, named)), key=lambda one: (one.first, one.kind.value))
    return tuple(dict.fromkeys(found)), (*doubts, *more)


Stretch = tuple[date, date]


def _between_edges(edges: Sequence[tuple[date, str, str]]) -> tuple[list[Stretch], list[Doubt]]:
    """Pair each first day with the next last day; what has no partner is doubtful."""
    found: list[Stretch] = []
    doubts: list[Doubt] = []
    start: tuple[date, str] | None = None
    for day, sense, where in edges:
        if sense == "starts":
            if start is not None:
                doubts.append(Doubt(start[1], "This first day has no last day after it."))
            start = day, where
        elif start is not None:
            found.append((start[0], day))
            start = None
        else:
            doubts.append(Doubt(where, "This last day has no first day before it."))
    if start is not None:
        doubts.append(Doubt(start[1], "This first day has no last day after it."))
    return found, doubts


def _between_holidays(holidays: Iterable[Stretch]) -> list[Stretch]:
    """The gaps between holidays that follow each other; before the first and after the last nothing is known."""
    rows = sorted(holidays)
    whole: list[Stretch] = []
    for first, last in rows:
        if whole and first <= whole[-1][1] + timedelta(days=1):
            whole[-1] = whole[-1][0], max(last, whole[-1][1])
        else:
            whole.append((first, last))
    day = timedelta(days=1)
    near = [(before, after) for before, after in pairwise(whole) if (after[0] - before[1]).days <= _LONGEST_GAP]
    return [(before[1] + day, after[0] - day) for before, after in near]


def _without(terms: Iterable[Stretch], holidays: Iterable[Stretch]) -> list[Stretch]:
    """Terms with the holidays inside them cut out: a term with its half term becomes two halves."""
    day, found = timedelta(days=1), list(terms)
    for first, last in holidays:
        cut: list[Stretch] = []
        for start, end in found:
            if last < start or first > end:
                cut.append((start, end))
                continue
            if start < first:
                cut.append((start, first - day))
            if end > last:
                cut.append((last + day, end))
        found = cut
    return sorted(found)


def _trimmed(stretch: Stretch, bank: frozenset[date]) -> Stretch:
    """Weekends and bank holidays at the edges belong to no term."""
    first, last = stretch
    while first < last and (first.weekday() > 4 or first in bank):
        first += timedelta(days=1)
    while last > first and (last.weekday() > 4 or last in bank):
        last -= timedelta(days=1)
    return first, last


def _joined(stretches: Iterable[Stretch], bank: frozenset[date]) -> list[Stretch]:
    """Stretches with nothing but a weekend and bank holidays between them are one: schools list May Day as a break."""
    found: list[Stretch] = []
    for first, last in sorted(stretches):
        if found and _idle(found[-1][1], first, bank):
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return found


def _idle(end: date, start: date, bank: frozenset[date]) -> bool:
    between = (end + timedelta(days=n) for n in range(1, max((start - end).days, 1)))
    return all(day.weekday() > 4 or day in bank for day in between)


_HALVES: Final[tuple[tuple[Term, Literal[1, 2]], ...]] = (
    ("autumn", 1), ("autumn", 2), ("spring", 1), ("spring", 2), ("summer", 1), ("summer", 2),
)  # fmt: skip


def _named(stretches: Sequence[Stretch]) -> tuple[list[Block], list[Doubt]]:
    """Name the stretches of each school year: six are the six half terms, three are whole terms, else by the season."""
    years: dict[int, list[Stretch]] = {}
    for one in stretches:
        years.setdefault(one[0].year - (one[0].month < 8), []).append(one)
    blocks: list[Block] = []
    doubts: list[Doubt] = []
    for year, rows in sorted(years.items()):
        for n, (first, last) in enumerate(rows):
            term, half = _HALVES[n] if len(rows) == len(_HALVES) else _season(first, last)
            whole = (last - first).days > 60
            name = f"{term.capitalize()} term" if whole else f"{term.capitalize()} {half}"
            blocks.append(Block(BlockKind.TERM, name, first, last, term, None if whole else half))
            if (last - first).days > _LONGEST_TERM:
                doubts.append(Doubt(name, f"{name} of {year}/{(year + 1) % 100:02d} is longer than any term."))
            elif whole:
                doubts.append(Doubt(name, f"{name} of {year}/{(year + 1) % 100:02d} has no half-term holiday."))
        if len(rows) not in (3, len(_HALVES)):
            doubts.append(Doubt("", f"The file does not hold the whole year {year}/{(year + 1) % 100:02d}."))
    return blocks, doubts


def _season(first: date, last: date) -> tuple[Term, Literal[1, 2]]:
    """The half term a stretch is by the middle of it."""
    middle = first + (last - first) / 2
    place = (middle.month, middle.day)
    if middle.month >= 8:
        return "autumn", 1 if place < (10, 25) else 2
    if place < (4, 8):
        return "spring", 1 if place < (2, 18) else 2
    return "summer", 1 if place < (5, 28) else 2


def _with_half(others: Iterable[Block], terms: Sequence[Block]) -> list[Block]:
    """Give an INSET day or a closure the term it belongs to: the one around it or the next one."""
    found = []
    for one in others:
        near = next((term for term in terms if term.last >= one.first), None)
        found.append(replace(one, term=near.term, half=near.half) if near else one)
    return found
