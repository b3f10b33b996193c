"""Tables with stated widths, and the page fitter: roomy when there is room, tighter and then shorter when not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from reports.marks import INK, MUTED, TRENDS
from reports.paper import BODY, LEADING, MARGIN, REGULAR, ROOM, STRONG, Pen, width_of, wrap

Kind = Literal["words", "status", "trend", "count", "of", "money", "day", "since", "minutes"]
Value = int | str | date | tuple[int, int] | tuple[date, int] | None
WRAPS = ("words", "status")
MARK_ROOM = 15.5
PADDING = 6.0
RIGHT_PADDING = 15.0
HEADING = 20.0  # from the top of a heading to what stands below it


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, what kind of thing stands in it, and its width on paper in points.

    ``parts`` names the spreadsheet columns of a figure made of two ("11 of 13"). Only words ever wrap.
    """

    title: str
    width: float
    kind: Kind = "words"
    right: bool = False
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: the words as printed, and the typed value behind them (pence, minutes, a date…)."""

    text: str
    value: Value = None
    mark: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Fit:
    """How generously a page is set: lowest row height, most lines in a cell, gap between sections (points).

    ``first`` is the most lines in a row's name, ``leading`` the step from line to line within a row.
    """

    row: float
    lines: int
    gap: float
    leading: float = 13.0
    first: int = 2


ROOMY = (
    Fit(23.7, 2, 20),
    Fit(21.5, 2, 18),
    Fit(19.5, 2, 15),
    Fit(17.5, 2, 12),
    Fit(16, 2, 9),
    Fit(15.5, 2, 7, 12.2),
    Fit(15.5, 1, 7, 12.2),
    Fit(15.5, 1, 7, 12.2, 1),
)


class Block(Protocol):
    """A part of a page that knows how high it is."""

    def height(self, fit: Fit) -> float:
        """Return the height in points."""

    def draw(self, pen: Pen, top: float, fit: Fit) -> None:
        """Draw it with its upper edge at ``top``."""

    def spare(self) -> int:
        """Return how many rows may be left to the full list before anything else is."""

    def drop(self) -> bool:
        """Leave one row to the full list; False when there is none left."""


def fit_page(blocks: Sequence[Block], room: float, fits: Sequence[Fit] = ROOMY) -> Fit:
    """Return the first setting in which ``blocks`` fit ``room`` points, dropping rows only in the tightest one.

    The block with most rows above its floor gives way first; floors give way only when nothing else is left.
    """
    for fit in fits:
        if _total(blocks, fit) <= room:
            return fit
    fit = fits[-1]
    while _total(blocks, fit) > room:
        longest = max(blocks, key=lambda block: block.spare())
        if not longest.drop() and not any(block.drop() for block in blocks):
            break
    return fit


def _total(blocks: Sequence[Block], fit: Fit) -> float:
    return sum(block.height(fit) for block in blocks) + fit.gap * (len(blocks) - 1)


def draw_page(pen: Pen, blocks: Sequence[Block], top: float, fit: Fit) -> None:
    """Draw the blocks one under another."""
    for block in blocks:
        block.draw(pen, top, fit)
        top += block.height(fit) + fit.gap


@dataclass(slots=True)
class _Row:
    height: float
    lines: list[list[str]]
    leading: float


class Grid:
    """A table body: column heads, rows, an optional total row."""

    def __init__(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], total: Sequence[Cell] = ()) -> None:
        self.columns = columns
        self.rows = rows
        self.total = total
        # The last column ends at the page's edge and needs no gap after it.
        self._wide = [c.width - (RIGHT_PADDING if c.right else PADDING) for c in columns[:-1]] + [columns[-1].width]
        self._heads = [wrap(c.title, STRONG, BODY, wide, 2) for c, wide in zip(columns, self._wide, strict=True)]
        self._laid: dict[Fit, list[_Row]] = {}

    def head_height(self) -> float:
        """Return the height of the column heads and the rule below them."""
        return max(map(len, self._heads)) * 13.0 + 6

    def height(self, fit: Fit, shown: int) -> float:
        """Return the height of the heads, the first ``shown`` rows and the total row."""
        laid = self._lay(fit)
        rows = sum(row.height for row in laid[:shown])
        return self.head_height() + rows + (laid[-1].height if self.total else 0)

    def _lay(self, fit: Fit) -> list[_Row]:
        laid = self._laid.get(fit)
        if laid is None:
            rows = [*self.rows, self.total] if self.total else self.rows
            laid = self._laid[fit] = [self._lay_row(row, fit) for row in rows]
        return laid

    def _lay_row(self, row: Sequence[Cell], fit: Fit) -> _Row:
        lines = []
        for index, (column, cell) in enumerate(zip(self.columns, row, strict=True)):
            if column.kind in WRAPS:
                font = STRONG if index == 0 or cell.strong else REGULAR
                width = self._wide[index] - (MARK_ROOM if cell.mark else 0)
                lines.append(wrap(cell.text, font, BODY, width, fit.lines if index else fit.first))
            else:
                lines.append([cell.text])
        deepest = max(map(len, lines))
        return _Row(max(fit.row, deepest * fit.leading + min(5.0, fit.row - 13.5)), lines, fit.leading)

    def draw(self, pen: Pen, top: float, fit: Fit, shown: int) -> float:
        """Draw it from ``top``; return where it ends."""
        y = top + self.head_height()
        x = MARGIN
        for column, head, wide in zip(self.columns, self._heads, self._wide, strict=True):
            for step, line in enumerate(head):
                base = y - 8 - 13 * (len(head) - 1 - step)
                if column.right:
                    pen.right(x + wide, base, line, STRONG, colour=MUTED)
                else:
                    pen.text(x, base, line, STRONG, colour=MUTED)
            x += column.width
        pen.rule(y, heavy=True)
        laid = self._lay(fit)
        for index, row in enumerate(self.rows[:shown]):
            self._draw_row(pen, y, row, laid[index])
            y += laid[index].height
            pen.rule(y)
        if self.total:
            self._draw_row(pen, y, self.total, laid[-1], strong=True)
            y += laid[-1].height
            pen.rule(y, heavy=True)
        return y

    def _draw_row(self, pen: Pen, top: float, row: Sequence[Cell], laid: _Row, *, strong: bool = False) -> None:
        x = MARGIN
        for index, (column, cell) in enumerate(zip(self.columns, row, strict=True)):
            font = STRONG if strong or index == 0 or cell.strong else REGULAR
            lines = laid.lines[index]
            base = top + (laid.height - laid.leading * (len(lines) - 1)) / 2 + 3.6
            left, width = x, self._wide[index]
            mark = cell.mark
            if mark:
                pen.mark(mark, left, base, 9.5 if mark in TRENDS else 10.5)
                left, width = left + MARK_ROOM, width - MARK_ROOM
            if column.right:
                pen.one_line(x + width, base, lines[0], width, font, to_right=True)
            elif column.kind in WRAPS:
                pen.lines(left, base, lines, font, leading=laid.leading)
            else:
                pen.one_line(left, base, lines[0], width, font)
            x += column.width


class GridBlock:
    """A heading, a table, and under it how many rows are left to the full list, and notes."""

    def __init__(
        self,
        heading: str,
        grid: Grid,
        *,
        floor: int,
        most: int | None = None,
        more: Callable[[int], str] = lambda n: f"and {n:,} more on the list",
        notes: Sequence[str] = (),
        lead: str = "",
    ) -> None:
        self.heading = heading
        self.grid = grid
        self.floor = floor
        self.more = more
        self.notes = Paragraph(notes, 3 if lead else 2, lead)
        self.shown = len(grid.rows) if most is None else min(most, len(grid.rows))

    def spare(self) -> int:
        """Return the rows above the floor."""
        return self.shown - self.floor

    def drop(self) -> bool:
        """Hide the last shown row."""
        if not self.shown:
            return False
        self.shown -= 1
        return True

    def _hidden(self) -> int:
        return len(self.grid.rows) - self.shown

    def height(self, fit: Fit) -> float:
        """Return the height in points."""
        below = (LEADING + 2 if self._hidden() else 0) + self.notes.height()
        return HEADING + self.grid.height(fit, self.shown) + below

    def draw(self, pen: Pen, top: float, fit: Fit) -> None:
        """Draw heading, table, "and 3 more on the list", notes."""
        pen.heading(MARGIN, top + 12, self.heading)
        y = self.grid.draw(pen, top + HEADING, fit, self.shown)
        if self._hidden():
            pen.text(MARGIN, y + 13, self.more(self._hidden()), STRONG)
            y += LEADING + 2
        self.notes.draw(pen, y)


class Paragraph:
    """Grey notes, each wrapped over the whole width; nothing at all when there are none.

    With a ``lead`` the first note starts with those words in semibold and all stand in black.
    """

    def __init__(self, notes: Sequence[str], lines: int = 2, lead: str = "") -> None:
        self.notes = [note for note in notes if note]
        self._most = lines
        self._lead = lead
        self._laid: list[str] | None = None

    def _lines(self) -> list[str]:
        if self._laid is None:
            width = ROOM - (10 if self._lead else 0)
            self._laid = [line for note in self.notes for line in wrap(note, REGULAR, BODY, width, self._most)]
        return self._laid

    def height(self) -> float:
        """Return the height in points, the same in every setting: figures' reasons are not cut for room."""
        lines = self._lines()
        return len(lines) * LEADING + 4 if lines else 0.0

    def draw(self, pen: Pen, top: float) -> None:
        """Draw the lines."""
        lines = self._lines()
        y = top + 15
        lead = self._lead if lines and lines[0].startswith(self._lead) else ""
        if lead:
            pen.text(MARGIN, y, lead, STRONG)
            rest = lines[0][len(lead) :]
            pen.text(MARGIN + width_of(lead, STRONG, BODY), y, rest)
            lines, y = lines[1:], y + LEADING
        pen.lines(MARGIN, y, lines, colour=INK if self._lead else MUTED)


class Words:
    """A heading with one sentence below it, for a part of the report that is not kept here yet."""

    def __init__(self, heading: str, words: str, *, lines: int = 2) -> None:
        self.heading = heading
        self._words = words
        self._most = lines
        self._laid: dict[int, list[str]] = {}

    def _lines(self, fit: Fit) -> list[str]:
        most = min(self._most, fit.lines + 1)
        if most not in self._laid:
            self._laid[most] = wrap(self._words, REGULAR, BODY, ROOM, most)
        return self._laid[most]

    def height(self, fit: Fit) -> float:
        """Return the height in points."""
        return HEADING + len(self._lines(fit)) * LEADING

    def draw(self, pen: Pen, top: float, fit: Fit) -> None:
        """Draw heading and words."""
        pen.heading(MARGIN, top + 12, self.heading)
        pen.lines(MARGIN, top + HEADING + 11, self._lines(fit), colour=INK)

    def spare(self) -> int:
        """Return 0."""
        return 0

    def drop(self) -> bool:
        """Return False."""
        return False
