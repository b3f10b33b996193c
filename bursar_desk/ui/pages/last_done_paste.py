"""One pasted column of dates, cell by cell beside the checks; read as a whole, so that its order is never guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bursar_desk.domain.date_column import ReadCell, read_column
from bursar_desk.domain.import_rows import LAST_DONE, map_columns

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class ReadPaste:
    """A pasted column as read: cells by check, what was understood, and the one question with its answers."""

    cells: Mapping[bytes, ReadCell]
    said: str
    text: str = ""
    choices: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PastedColumn:
    """Cells as pasted, the check each stands beside, and what was answered."""

    cells: tuple[str, ...]
    checks: tuple[bytes, ...]
    answers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str, checks: Sequence[bytes]) -> PastedColumn:
        """The cells of pasted text; a heading in the first one is passed over, what is too many is left away."""
        cells = text.strip("\r\n").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if map_columns(cells[:1], LAST_DONE):
            cells = cells[1:]
        return cls(tuple(cells[: len(checks)]), tuple(checks[: len(cells)]))

    def answered(self, key: str, answer: str) -> PastedColumn:
        """The same with one more answer."""
        return replace(self, answers={**self.answers, key: answer})

    def read(self, today: date) -> ReadPaste:
        """Read the column as a whole."""
        rows = list(enumerate(self.cells, start=1))
        reading = read_column(rows, today=today, answers=self.answers)
        filled = [(check, cell) for check, cell in zip(self.checks, reading.cells, strict=True) if cell.found]
        said = " ".join(reading.said)
        if not reading.questions:
            return ReadPaste(dict(filled), said)
        first = reading.questions[0]
        choices = tuple((first.key, choice.key, choice.words) for choice in first.choices)
        return ReadPaste(dict(filled), said, first.text, choices)


def is_column(text: str) -> bool:
    """Whether pasted text is one column."""
    return "\t" not in text.strip("\r\n")
