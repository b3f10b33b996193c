"""The list of checks: its columns, the parts it can be narrowed to, its groups, and the words for an empty list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt

from bursar_desk.domain import words
from bursar_desk.ui import theme
from bursar_desk.ui.models.table import Column, TableModel
from bursar_desk.ui.widgets.tables import TableView

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from bursar_desk.services.checks import CheckLine

_FIRST_TO_GO: Final = ("How often", "Who", "Last done", "Place", "School", "Next due")
_REASON: Final = "Why not"
_NOT_BESIDE_REASONS: Final = ("How often", "Last done", "Next due", "Who", "Place")
_LEAST: Final = 180  # pixels for the name of a check
_ORDER: Final = {"red": 0, "amber": 1, "green": 2, "grey": 3}
OUTSIDE: Final = ("grey", "ask")
"""Parts that "All" leaves out: no count holds them."""
_ALONE: Final = {"not_known": "not_known", "ok": "ok", "due_soon": "soon", "evidence_awaited": "soon"}


def part_of(line: CheckLine) -> str:
    """The part of the filter a check stands in. Rows outside every count are "grey", or "ask" while nobody has said."""
    if line.word in ("overdue", "failed"):
        return "late"
    if line.colour == "grey":
        return {"out_of_use": "out", "not_known": "ask"}.get(line.word, "grey")
    return _ALONE.get(line.word, "soon")


def counts_of(lines: Sequence[CheckLine]) -> dict[str, int]:
    """How many checks each part lists; "all" is every check that counts here."""
    counts = dict.fromkeys(("all", "late", "soon", "not_known", "ok", "grey", "ask"), 0)
    for line in lines:
        part = part_of(line)
        counts["all"] += part not in OUTSIDE
        if part in counts:
            counts[part] += 1
    return counts


def parts_for(lines: Sequence[CheckLine]) -> list[tuple[str, str]]:
    """The parts of the filter; failed checks, and those to be asked about, are named only where there are any."""
    failed = any(line.word == "failed" for line in lines)
    ask = any(part_of(line) == "ask" for line in lines)
    return [
        ("all", "All"),
        ("late", "Overdue or failed" if failed else "Overdue"),
        ("soon", "Due soon"),
        ("not_known", "Not known"),
        ("ok", "OK"),
        ("grey", "Not needed"),
        *([("ask", "To be asked")] if ask else []),
    ]


def shown(lines: Sequence[CheckLine], part: str, text: str) -> list[CheckLine]:
    """The checks of one part that hold every word typed, in any of what the list shows."""
    wanted = text.casefold().split()
    found = [line for line in lines if (part_of(line) == part if part != "all" else part_of(line) not in OUTSIDE)]
    return [line for line in found if all(word in _text(line) for word in wanted)]


def _text(line: CheckLine) -> str:
    parts = (line.title, line.place, line.owner, line.doer, line.code, line.area_name, line.school_name)
    return " ".join(parts).casefold()


GROUPS: Final[Sequence[tuple[str, str]]] = (
    ("", "No groups"), ("area", "Area"), ("place", "Place"), ("person", "Person"), ("school", "School"),
)  # fmt: skip
_GROUP: Final[dict[str, Callable[[CheckLine], str]]] = {
    "area": lambda line: line.area_name, "place": lambda line: line.place,
    "person": lambda line: _who(line) or "Nobody is named", "school": lambda line: line.school_name,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GroupHead:
    """The line above the checks of one group."""

    name: str
    lines: int
    late: int

    @property
    def id(self) -> str:
        """What makes it itself."""
        return f"group {self.name}"

    @property
    def words(self) -> str:
        """ "Fire, 12 checks, 2 of them overdue"."""
        late = f", {words.number(self.late)} overdue or failed" if self.late else ""
        return f"{self.name}: {words.count(self.lines, 'check')}{late}"


class ChecksModel(TableModel[Any]):
    """Lines, and the heads of their groups once they are grouped; sorting stays inside the groups."""

    def __init__(self, columns: Sequence[Column[CheckLine]], parent: Any = None):
        super().__init__([_with_heads(column, n) for n, column in enumerate(columns)], lambda row: row.id, parent)
        self._group = ""
        self._given: tuple[CheckLine, ...] = ()

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Show these checks; their own order comes back when they are no longer grouped."""
        self._given = tuple(rows)
        super().set_rows(rows)

    @property
    def group(self) -> str:
        """What the list is grouped by; empty for nothing."""
        return self._group

    def set_group(self, key: str) -> None:
        """Group by area, place, person or school, or no longer."""
        self._group = key if key in _GROUP else ""
        self.set_rows(self._given)

    @property
    def lines(self) -> tuple[CheckLine, ...]:
        """The checks shown, without the heads."""
        return tuple(row for row in self.rows if not isinstance(row, GroupHead))

    def heads(self) -> list[int]:
        """Where the heads stand."""
        return [n for n, row in enumerate(self.rows) if isinstance(row, GroupHead)] if self._group else []

    def _in_order(self, rows: tuple[Any, ...]) -> tuple[Any, ...]:
        ordered = super()._in_order(tuple(row for row in rows if not isinstance(row, GroupHead)))
        if not self._group:
            return ordered
        name_of, found = _GROUP[self._group], dict[str, list[Any]]()
        for line in ordered:
            found.setdefault(name_of(line), []).append(line)
        made: list[Any] = []
        for name in sorted(found, key=str.casefold):
            made += [
                GroupHead(name, len(found[name]), sum(part_of(line) == "late" for line in found[name])),
                *found[name],
            ]
        return tuple(made)


def _with_heads(column: Column[CheckLine], number: int) -> Column[Any]:
    """A column that also knows what to say of a head: its words in the first, nothing in the others."""
    plain = column

    def of_line(read: Callable[[CheckLine], Any] | None, head: Any) -> Callable[[Any], Any] | None:
        return None if read is None else lambda row: head if isinstance(row, GroupHead) else read(row)

    ink = plain.ink if isinstance(plain.ink, str) else of_line(plain.ink, "text")
    strong = plain.strong or (lambda _line: False)
    return Column(
        plain.title, lambda row: (row.words if number == 0 else "") if isinstance(row, GroupHead) else plain.text(row),
        plain.width, plain.right, of_line(plain.sort, None), of_line(plain.status, None), of_line(plain.icon, ""),
        ink or "text", lambda row: True if isinstance(row, GroupHead) else strong(row), of_line(plain.tip, None),
        plain.lead, plain.stretch, plain.key,
    )  # fmt: skip


def nothing(part_words: str, text: str) -> str:
    """What an empty list says."""
    if text.strip():
        return f"Nothing matches {words.quoted(text.strip())} in {part_words}. Press Esc in the filter box to see all."
    return {
        "Overdue": "Nothing is overdue.",
        "Due soon": "Nothing is due soon.",
        "Not known": "Every date is known.",
    }.get(part_words, f"Nothing in {part_words}.")


def status_text(line: CheckLine) -> str:
    """The status as a list says it: "Due today" where that is the day, "Not answered" where nobody said."""
    if line.colour == "grey" and line.word == "not_known":
        return "Not answered"
    if line.word == "due_soon" and line.days == 0:
        return "Due today"
    return line.status_words


def _who(line: CheckLine) -> str:
    return line.doer or line.owner


def _every(line: CheckLine) -> str:
    """ "1 month", "school day": short, without what the details say beside it."""
    short = line.every.partition(" until ")[0].removeprefix("every ").removeprefix("once each ")
    return f"1 {short}" if short in ("day", "week", "month", "year", "term") else short


def _last(line: CheckLine) -> str:
    return words.short_date(line.last_done, "No record" if line.colour != "grey" else "")


def _next(line: CheckLine) -> str:
    if line.word == "not_known" and line.colour != "grey":
        return "When was it?"
    return words.short_date(line.legal_due) if line.colour != "grey" else ""


class ChecksTable(TableView[Any]):
    """Leaves out the least needed columns where the list gets narrow, so that the names of the checks stay readable."""

    def __init__(self, model: ChecksModel, name: str):
        super().__init__(model, name)
        self._checks = model
        self._reasons = False
        model.modelReset.connect(self._span)
        model.layoutChanged.connect(self._span)

    def _span(self) -> None:
        """A head of a group runs over the whole line."""
        self.clearSpans()
        for row in self._checks.heads():
            self.setSpan(row, 0, 1, self._checks.columnCount())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the columns to the width there is."""
        super().resizeEvent(event)
        self.fit()

    def show_reasons(self, *, wanted: bool) -> None:
        """Show why checks are not needed in place of dates they do not have."""
        if wanted != self._reasons:
            self._reasons = wanted
            self.fit()

    def fit(self) -> None:
        """Show as many columns as leave ``_LEAST`` pixels for the check."""
        model = self.model()
        names = [str(model.headerData(n, Qt.Orientation.Horizontal)) for n in range(model.columnCount())]
        header = self.horizontalHeader()
        # A hidden column reports no width, so the widths are those it had when last seen.
        for number, name in enumerate(names):
            if not self.isColumnHidden(number):
                self._widths[name] = header.sectionSize(number)
        away = _NOT_BESIDE_REASONS if self._reasons else (_REASON,)
        for name in away:
            if name in names:
                self.setColumnHidden(names.index(name), True)
        names_here = [name for name in names if name not in away]
        if self._reasons:
            self.setColumnHidden(names.index(_REASON), False)
        fixed = {name: self._widths.get(name, 100) for name in names_here if name not in ("Check", _REASON)}
        if self._reasons:
            fixed[_REASON] = max(
                0, min(theme.px(360), self.viewport().width() - sum(fixed.values()) - theme.px(_LEAST))
            )
            header.resizeSection(names.index(_REASON), fixed[_REASON])
        room = self.viewport().width() - sum(fixed.values())
        for name in _FIRST_TO_GO:
            if name in names_here:
                hide = room < theme.px(_LEAST)
                room += fixed[name] if hide else 0
                self.setColumnHidden(names.index(name), hide)

    @property
    def _widths(self) -> dict[str, int]:
        found: dict[str, int] = self.__dict__.setdefault("kept_widths", {})
        return found


def columns(*, schools: bool, reasons: Mapping[bytes, str]) -> list[Column[CheckLine]]:
    """The columns of one school's list, or of many schools'. ``reasons``: why what is not needed does not apply."""
    school = Column["CheckLine"]("School", lambda line: line.school_name, 128, sort=lambda line: line.school_name)
    place = Column["CheckLine"](
        "Place", lambda line: line.place, 104, ink="muted", sort=lambda line: line.place.casefold()
    )

    def why_not(line: CheckLine) -> str:
        return reasons.get(line.id) or line.because

    return [
        Column(
            "Status", status_text, 122, status=lambda line: line.word,
            sort=lambda line: (_ORDER[line.colour], -(line.days or 0), line.title.casefold()),
        ),
        *([school] if schools else []),
        Column(
            "Check", lambda line: line.title, 190, lead=True, stretch=True, sort=lambda line: line.title.casefold(),
        ),
        *([] if schools else [place]),
        Column("How often", _every, 80, ink="muted", tip=lambda line: line.every),
        Column("Last done", _last, 88, ink="muted", sort=lambda line: line.last_done),
        Column("Next due", _next, 96, ink=lambda line: "accent" if _next(line) == "When was it?" else "text",
               strong=lambda line: _next(line) == "When was it?", sort=lambda line: line.legal_due),
        Column(_REASON, why_not, 360, ink="muted", tip=why_not),
        Column("Who", _who, 104, ink="muted", sort=lambda line: _who(line).casefold() or None),
    ]  # fmt: skip
