"""What a preview of an import holds: rows with their reasons, questions, differences; and what was brought in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bursar_desk.domain import words
from bursar_desk.domain.date_column import Question
from bursar_desk.domain.operations import Changes
from bursar_desk.services.importing_read import Book


class State(StrEnum):
    """What will become of a row."""

    ADD = "add"
    CHANGE = "change"
    KNOWN = "known"
    LEFT = "left out"
    ASK = "ask"
    REFUSED = "refused"


STATE_WORDS: Final[Mapping[State, str]] = {
    State.ADD: "New", State.CHANGE: "Changes", State.KNOWN: "Already known", State.LEFT: "Left out",
    State.ASK: "A question", State.REFUSED: "Cannot come in",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs: what the register has and what the spreadsheet says, both in words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubtful cell: what stands there, why it is not taken, and the ``key`` of the question that settles it."""

    row: int
    column: str
    found: str
    why: str
    field: str = ""
    key: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One row of the spreadsheet. ``row`` counts from 1 as the spreadsheet does; ``column`` is the letter in doubt.

    ``found`` is what stands in the doubtful cell, ``reason`` says why. ``values`` are what would be written. A row of a
    register or ledger may have several ``doubts`` and come in all the same; ``sheet`` is named where there are several.
    """

    row: int
    state: State
    what: str
    found: str = ""
    reason: str = ""
    column: str = ""
    day: dt.date | None = None
    target: bytes | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    changes: tuple[Difference, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    sheet: str = ""

    @property
    def said(self) -> str:
        """The day in full words."""
        return words.long_date(self.day) if self.day else ""


@dataclass(frozen=True, slots=True)
class Heading:
    """One thing that can be brought in and the column it is taken from, None for no column."""

    field: str
    title: str
    column: int | None
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What bringing in a spreadsheet would do; nothing has been written. See ``importing.apply``."""

    kind: str
    source: Book
    sheet: str
    headings: tuple[Heading, ...]
    titles: tuple[str, ...]
    said: tuple[str, ...]
    questions: tuple[Question, ...]
    rows: tuple[PlanRow, ...]
    key: str = ""
    mapping: Mapping[str, object] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)

    def of(self, *states: State) -> tuple[PlanRow, ...]:
        """Return the rows of some states."""
        return tuple(one for one in self.rows if one.state in states)

    @property
    def doubtful(self) -> tuple[PlanRow, ...]:
        """Return the rows that would be left behind: with a question open, or that cannot come in."""
        return self.of(State.ASK, State.REFUSED)

    @property
    def sentence(self) -> str:
        """Say in one sentence what would happen."""
        parts = [
            f"{words.number(len(self.of(State.ADD)))} new", f"{words.number(len(self.of(State.CHANGE)))} with changes",
            f"{words.number(len(self.of(State.KNOWN)))} already known",
        ]  # fmt: skip
        waiting = len(self.doubtful)
        parts = [part for part in parts if not part.startswith("0 ")]
        parts += [f"{words.number(waiting)} to look at"] if waiting else []
        return words.sentence(words.listing(parts) if parts else "There is nothing to bring in")


@dataclass(frozen=True, slots=True)
class Imported:
    """What was brought in, as one act."""

    added: int
    changed: int
    left: int
    changes: Changes
    sentence: str
    rows: tuple[bytes, ...] = ()


def letter(column: int) -> str:
    """Return a column's letter as spreadsheets show it; columns count from 0."""
    text = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text
