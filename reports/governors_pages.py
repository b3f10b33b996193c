"""The governors' report as two A4 pages, whatever is in it: the same order every term, nothing told by colour alone."""

from __future__ import annotations

from collections.abc import Sequence

from bursar_desk.domain import words
from reports import paper
from reports.governors_content import Content, Section
from reports.governors_data import GovernorsData
from reports.grid import HEADING, ROOMY, Block, Cell, Fit, Grid, GridBlock, Words, draw_page, fit_page
from reports.marks import BAR, INK, MUTED
from reports.paper import BODY, FOOT, LEADING, MARGIN, REGULAR, ROOM, STRONG, WIDTH, Frame, Pen, cut, wrap
from reports.wording import ELLIPSIS, made

TITLE = "Health and safety report"
MOST_OVERDUE = 6
FEWEST_DECISIONS = 4
PAGE_ROOM = FOOT - MARGIN - 6


def draw(data: GovernorsData, content: Content) -> tuple[bytes, dict[str, int]]:
    """Return the PDF and, for each table, how many rows are on it (the rest are on the full list)."""
    paper.load_fonts()
    tables: dict[str, GridBlock | Decisions] = {}
    first = _first_page(data, content, tables)
    second = _second_page(data, content, tables)
    fit_1, fit_2 = fit_page(first, PAGE_ROOM), fit_page(second, PAGE_ROOM, ROOMY[1:])
    frame = Frame(
        title=f"{TITLE}, {data.school}, {data.term}",
        author=data.prepared_by,
        left=f"Made from records on {made(data.made_at)}",
        middle=f"Stamp {data.stamp}",
        practice=data.practice,
        notice=data.as_at,
    )
    pdf = paper.build(
        frame,
        [lambda pen: draw_page(pen, first, MARGIN, fit_1), lambda pen: draw_page(pen, second, MARGIN, fit_2)],
    )
    return pdf, {key: table.shown for key, table in tables.items()}


def _first_page(data: GovernorsData, content: Content, tables: dict[str, GridBlock | Decisions]) -> list[Block]:
    areas = content.sections["areas"]
    tables["areas"] = GridBlock(
        areas.heading, Grid(areas.columns, areas.rows, areas.total), floor=len(areas.rows), notes=areas.notes,
        more=lambda n: f"and {words.count(n, 'more area')} on the list",
    )  # fmt: skip
    blocks: list[Block] = [_Head(data), _Sentence(content.sentence), tables["areas"]]
    overdue = content.sections["overdue"]
    blocks.append(_table(overdue, tables, floor=MOST_OVERDUE, most=MOST_OVERDUE))
    decisions = content.sections["decisions"]
    if decisions.rows:
        tables["decisions"] = Decisions(decisions)
        blocks.append(tables["decisions"])
    else:
        blocks.append(Words(decisions.heading, decisions.words))
    return blocks


def _second_page(data: GovernorsData, content: Content, tables: dict[str, GridBlock | Decisions]) -> list[Block]:
    sections = content.sections
    blocks: list[Block] = [_Strip(data)]
    if sections["accidents"].words:
        blocks.append(Words(sections["accidents"].heading, sections["accidents"].words))
    else:
        blocks.append(_Bars((sections["accidents"], sections["near_misses"])))
    blocks.append(_table(sections["training"], tables, floor=3))
    blocks.append(_table(sections["cover"], tables, floor=3, noun="school"))
    blocks.append(_table(sections["contracts"], tables, floor=3))
    if sections["narrative"].words:
        blocks.append(Words(sections["narrative"].heading, sections["narrative"].words, lines=3))
    blocks += [_Tiles(sections["trust"]), _Signatures()]
    return blocks


def _table(
    section: Section,
    tables: dict[str, GridBlock | Decisions],
    *,
    floor: int,
    most: int | None = None,
    noun: str = "",
) -> Block:
    if section.words:
        return Words(section.heading, section.words)
    table = GridBlock(
        section.heading, Grid(section.columns, section.rows, section.total), floor=floor, most=most,
        notes=section.notes, lead=section.lead,
        more=lambda n: f"and {words.count(n, f'more {noun}') if noun else f'{n:,} more'} on the list",
    )  # fmt: skip
    tables[section.key] = table
    return table


class _Fixed:
    """A block that never gives up a row."""

    def spare(self) -> int:
        """Return 0."""
        return 0

    def drop(self) -> bool:
        """Return False."""
        return False


class _Head(_Fixed):
    """Title and school on the left; term, days covered and who prepared it on the right."""

    def __init__(self, data: GovernorsData) -> None:
        self._size = 12.5
        self._school = wrap(data.school, REGULAR, self._size, 280, 2)
        if self._school[-1:] and self._school[-1].endswith(ELLIPSIS):
            self._size = BODY
            self._school = wrap(data.school, REGULAR, self._size, 280, 3)
        covers = f"Covers {words.plain_date(data.covers_from)} to {words.plain_date(data.covers_to)}"
        if data.covers_from.year == data.covers_to.year:
            covers = covers.replace(f" {data.covers_from.year} to", " to")
        by = wrap(f"Prepared by {data.prepared_by} for {data.prepared_for}", REGULAR, BODY, 230, 2)
        self._right = [cut(data.term, STRONG, BODY, 230), cut(covers, REGULAR, BODY, 230), *by]

    def height(self, _fit: Fit) -> float:
        """Return the height in points."""
        return max(30 + 15 * len(self._school), 3 + LEADING * len(self._right))

    def draw(self, pen: Pen, top: float, fit: Fit) -> None:
        """Draw it with a heavy rule below."""
        pen.heading(MARGIN, top + 14.5, TITLE, size=19)
        pen.lines(MARGIN, top + 33, self._school, size=self._size, leading=15)
        for step, line in enumerate(self._right):
            pen.right(WIDTH - MARGIN, top + 5 + LEADING * step, line, STRONG if not step else REGULAR)
        pen.rule(top + self.height(fit), heavy=True)


class _Strip(_Fixed):
    """The one-line head of page two."""

    def __init__(self, data: GovernorsData) -> None:
        self._left = cut(f"{TITLE}, {data.school}", REGULAR, BODY, 360)
        self._right = cut(data.term, REGULAR, BODY, 140)

    def height(self, _fit: Fit) -> float:
        """Return the height in points."""
        return 8.0

    def draw(self, pen: Pen, top: float, _fit: Fit) -> None:
        """Draw it with a thin rule below."""
        pen.text(MARGIN, top, self._left, colour=MUTED)
        pen.right(WIDTH - MARGIN, top, self._right, colour=MUTED)
        pen.rule(top + 8)


class _Sentence(_Fixed):
    """What is true, in one sentence."""

    def __init__(self, sentence: str) -> None:
        self._lines = wrap(sentence, STRONG, 16, ROOM, 3)

    def height(self, _fit: Fit) -> float:
        """Return the height in points."""
        return 22.0 * len(self._lines)

    def draw(self, pen: Pen, top: float, _fit: Fit) -> None:
        """Draw it."""
        pen.lines(MARGIN, top + 15, self._lines, STRONG, 16, leading=22)


class Decisions:
    """Numbered decisions: what in semibold over why, cost and date beside."""

    WHAT, COST, WHEN = MARGIN + 27, MARGIN + 336, MARGIN + 426

    def __init__(self, section: Section) -> None:
        self._section = section
        self.shown = len(section.rows)
        self._laid: dict[Fit, list[list[tuple[str, str]]]] = {}

    def spare(self) -> int:
        """Return the decisions above the fewest that stay on paper."""
        return self.shown - FEWEST_DECISIONS

    def drop(self) -> bool:
        """Leave the last decision to the full list."""
        if not self.shown:
            return False
        self.shown -= 1
        return True

    def _lay(self, fit: Fit) -> list[list[tuple[str, str]]]:
        if fit not in self._laid:
            wide = self.COST - self.WHAT - 12
            self._laid[fit] = [
                [(line, STRONG) for line in wrap(row[0].text, STRONG, BODY, wide, fit.lines)]
                + [(line, REGULAR) for line in wrap(row[1].text, REGULAR, BODY, wide, fit.lines) if line]
                for row in self._section.rows
            ]
        return self._laid[fit]

    def _row(self, fit: Fit, index: int) -> float:
        return len(self._lay(fit)[index]) * 13.5 + (fit.row - 10 if fit.lines > 1 else 4)

    def height(self, fit: Fit) -> float:
        """Return the height in points."""
        more = LEADING + 2 if self.shown < len(self._section.rows) else 0
        return HEADING + 19 + sum(self._row(fit, index) for index in range(self.shown)) + more

    def draw(self, pen: Pen, top: float, fit: Fit) -> None:
        """Draw heading, heads and decisions."""
        pen.heading(MARGIN, top + 12, self._section.heading)
        y = top + HEADING + 19
        for x, head in ((self.WHAT, "What"), (self.COST, "Cost"), (self.WHEN, "By when")):
            pen.text(x, y - 8, head, STRONG, colour=MUTED)
        pen.rule(y, heavy=True)
        laid = self._lay(fit)
        for index, row in enumerate(self._section.rows[: self.shown]):
            pad = (self._row(fit, index) - 13.5 * len(laid[index])) / 2
            base = y + pad + 10
            pen.box(MARGIN, base - 11.4, 16, 16, 2.5)
            number = str(index + 1)
            pen.text(MARGIN + 8 - paper.width_of(number, STRONG, BODY) / 2, base + 0.4, number, STRONG)
            for step, (line, font) in enumerate(laid[index]):
                pen.text(self.WHAT, base + 13.5 * step, line, font)
            pen.one_line(self.COST, base, row[2].text, 84)
            pen.one_line(self.WHEN, base, row[3].text, WIDTH - MARGIN - self.WHEN)
            y += self._row(fit, index)
            pen.rule(y)
        if self.shown < len(self._section.rows):
            pen.text(MARGIN, y + 13, f"and {len(self._section.rows) - self.shown:,} more on the list", STRONG)


class _Bars(_Fixed):
    """Two groups of bars side by side, each bar with its number; the term now is the dark one."""

    APART, LABEL, LONGEST = 271.0, 80.0, 113.0

    def __init__(self, groups: Sequence[Section]) -> None:
        self._groups = groups
        self._notes = [wrap(group.notes[0], REGULAR, BODY, 240, 2) if group.notes else [] for group in groups]

    def height(self, fit: Fit) -> float:
        """Return the height in points."""
        deepest = max(len(group.rows) for group in self._groups)
        return HEADING + 18 + deepest * self._pitch(fit) + LEADING * max(map(len, self._notes)) + 3

    def _pitch(self, fit: Fit) -> float:
        return min(19.5, fit.row - 1)

    def draw(self, pen: Pen, top: float, fit: Fit) -> None:
        """Draw both groups."""
        pen.heading(MARGIN, top + 12, "Accidents and near misses")
        for index, group in enumerate(self._groups):
            left = MARGIN + index * self.APART
            pen.text(left, top + HEADING + 12, cut(group.heading, STRONG, BODY, 240), STRONG)
            y = top + HEADING + 18
            counts = [row[1].value for row in group.rows]
            most = max([value for value in counts if isinstance(value, int)], default=1)
            for step, (term, cell) in enumerate(group.rows):
                last = step == len(group.rows) - 1
                self._bar(pen, left, y + self._pitch(fit) / 2, term, cell, most, last=last)
                y += self._pitch(fit)
            pen.lines(left, y + 13, self._notes[index], colour=MUTED)

    def _bar(self, pen: Pen, left: float, middle: float, term: Cell, cell: Cell, most: int, *, last: bool) -> None:
        base = middle + 3.6
        pen.text(left, base, cut(term.text, REGULAR, BODY, self.LABEL - 4))
        x = left + self.LABEL
        if isinstance(cell.value, int):
            length = max(1.0, self.LONGEST * cell.value / most)
            pen.block(x, middle - 5.5, length, 11, INK if last else BAR)
            pen.one_line(x + length + 6, base, cell.text, 50, STRONG if last else REGULAR)
        else:
            pen.text(x, base, cell.text, STRONG if last else REGULAR, colour=INK if last else MUTED)


class _Tiles(_Fixed):
    """Four figures that tell how far to trust the rest."""

    def __init__(self, section: Section) -> None:
        self._section = section
        self._wide = ROOM / len(section.rows)
        # The comparison starts a line of its own: "records made late," over "7 last term".
        self._words = [
            [line for part in row[1].text.replace(", ", ",\n", 1).split("\n") for line in self._wrap(part)][:3]
            for row in section.rows
        ]

    def _wrap(self, part: str) -> list[str]:
        return wrap(part, REGULAR, BODY, self._wide - 10, 2)

    def height(self, _fit: Fit) -> float:
        """Return the height in points."""
        return HEADING + 22 + 13 * max(map(len, self._words))

    def draw(self, pen: Pen, top: float, _fit: Fit) -> None:
        """Draw heading and figures."""
        pen.heading(MARGIN, top + 12, self._section.heading)
        for index, row in enumerate(self._section.rows):
            x = MARGIN + index * self._wide
            pen.one_line(x, top + HEADING + 16, row[0].text, self._wide - 10, STRONG, 16)
            pen.lines(x, top + HEADING + 31, self._words[index], leading=13)


class _Signatures(_Fixed):
    """Lines for the chair, the headteacher and the minute number."""

    def height(self, fit: Fit) -> float:
        """Return the height in points, with room above the lines to sign."""
        return 34.0 if fit.row < 17 else 40.0

    def draw(self, pen: Pen, top: float, fit: Fit) -> None:
        """Draw the three lines."""
        y = top + self.height(fit) - 15
        pen.pen_line()
        for left, right, label in (
            (0.0, 186.0, "Chair of governors, date"),
            (210.0, 396.0, "Headteacher, date"),
            (420.0, ROOM, "Minute number"),
        ):
            pen.rule_at(MARGIN + left, MARGIN + right, y)
            pen.text(MARGIN + left, y + 12.5, label, colour=MUTED)
