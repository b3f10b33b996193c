"""Writing the tables of a rescued register: every row with where it comes from and what became of it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bursar_desk.domain import registry
from bursar_desk.domain.operations import Kind
from bursar_desk.services import rescue_cells as cells
from bursar_desk.services.rescue_cells import Cell, Sheet
from bursar_desk.services.rescue_log import WORDS, Log, Opened, is_private
from bursar_desk.services.rescue_state import Current, Origin, State, domain_of, origin_of

PRIVATE_FOLDER: Final = "private - do not share"
_END: Final = ("Standing", "Also written", "Written at (UTC)", "Written by", "Computer", "Entry")
FROM_LIST: Final = "from the register's own list; its entry in the history could not be read"
FROM_PACK: Final = "came with a cover pack"


@dataclass(frozen=True, slots=True)
class Made:
    """A file of the rescue: where it lies in the folder, what it is, how many rows it has."""

    path: str
    words: str
    rows: int
    private: bool = False


@dataclass(slots=True)
class Out:
    """The folder being written; ``private`` says whether private things are written as well as counted."""

    folder: Path
    private: bool
    made: list[Made] = field(default_factory=list)
    left_out: int = 0
    long_texts: int = 0

    def place(self, *parts: str, private: bool = False) -> Path:
        """Return where a file goes, its folder made."""
        path = self.folder.joinpath(*([PRIVATE_FOLDER] if private else []), *parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def forget(self) -> None:
        """Take away everything that was written, to begin again."""
        for part in self.folder.iterdir():
            if part.is_dir() and not part.name.startswith("."):
                shutil.rmtree(part)
            elif part.is_file():
                part.unlink()
        self.made.clear()
        self.left_out = self.long_texts = 0

    def note(self, path: Path, words: str, rows: int, *, private: bool) -> None:
        """Put a finished file on the list."""
        self.made.append(Made(path.relative_to(self.folder).as_posix(), words, rows, private))


class Shelf:
    """Sheets that are opened when their first row comes; private rows go to sheets of their own, or are counted."""

    def __init__(self, out: Out) -> None:
        self._out = out
        self._open: dict[tuple[str, str, bool], tuple[Sheet, str]] = {}

    def put(
        self, folder: str, name: str, heads: Sequence[str], row: Sequence[Cell], words: str, *, private: bool
    ) -> None:
        """Write a row into the sheet ``name``."""
        if private and not self._out.private:
            self._out.left_out += folder != "history"  # what the history tells of is counted where it stands
            return
        key = (folder, name, private)
        if key not in self._open:
            self._open[key] = (Sheet(self._out.place(folder, f"{name}.csv", private=private), heads), words)
        self._open[key][0].row(row)

    def close(self) -> None:
        """Finish every sheet and put it on the list."""
        for (_, _, private), (sheet, words) in self._open.items():
            sheet.close()
            self._out.long_texts += sheet.long_texts
            self._out.note(sheet.path, words, sheet.rows, private=private)
        self._open.clear()

    def abandon(self) -> None:
        """Let go of the files without finishing them."""
        for sheet, _ in self._open.values():
            sheet.close()
        self._open.clear()


class Tables:
    """Writes the rows of every table of the registry, and of those that only a newer program knows."""

    def __init__(self, shelf: Shelf, log: Log, state: State, *, compare: bool) -> None:
        self._shelf = shelf
        self._log = log
        self._state = state
        self._names = names_of(log, state)
        self._known: set[bytes] | None = set() if compare else None
        """Ids that were written, kept only where the register's own lists may hold rows the log has lost."""
        self._heads: dict[int, tuple[list[cells.Column], list[str], list[str]]] = {}

    def name(self, row: Any) -> str:
        """Return what an id stands for, or nothing."""
        return self._names.get(row, "") if isinstance(row, bytes) else ""

    def computer(self, writer: bytes) -> str:
        """Return the name of a computer by its signing key."""
        return self._log.computers.get(writer) or (writer.hex()[:16] if writer else "")

    # ------------------------------------------------------------ rows
    def facts_of(self, entry: Opened) -> None:
        """Write the facts of an entry."""
        origin = origin_of(entry)
        for op in entry.ops:
            if op.kind == Kind.FACT:
                school = entry.stream.school if entry.stream else b""
                states = [WORDS.get(entry.state, ""), f"has no effect: {op.held}" if op.held else ""]
                states.append("erased" if op.erased else "")
                reaches = frozenset((school, domain_of(entry)))
                standing = self._state.standing(op.table, op.id, entry.stamp or 0, reaches)
                states.append(standing if standing != registry.STANDS else "")
                values = dict(enumerate(op.values)) if isinstance(op.values, list) else {}
                self._write(op.table, op.id, school, self._cells(op.table, values), _joined(states), "", origin)

    def editable(self, lists: Mapping[tuple[str, bytes], Mapping[str, Any]]) -> None:
        """Write the rows that people edit. ``lists`` are the register's own rows where some of the log is lost."""
        for number, rows in sorted(self._state.editable().items()):
            spec = registry.BY_NUMBER.get(number)
            for row in sorted(rows):
                current = self._state.current((number, row))
                also = self._rivals(number, current)
                listed = lists.get((spec.name, row)) if spec else None
                flat = self._flat(number, current.values)
                if spec and listed is not None:
                    also += self._says_the_list(spec, flat, listed)
                school = current.birth.school
                self._write(
                    number, row, school, self._named(number, flat), current.state, "; ".join(also), current.birth.origin
                )

    def from_list(self, spec: registry.Table, row: Mapping[str, Any]) -> None:
        """Write a row of the register's own list if the log did not give it."""
        oid = row.get("id")
        if not isinstance(oid, bytes) or (self._known is not None and oid in self._known):
            return
        flat = {one.name: row.get(one.name) for one in spec.fields}
        states = [FROM_LIST, "" if row.get("standing", registry.STANDS) == registry.STANDS else registry.SET_ASIDE]
        school = self._log.schools.get(row.get("sid", 0), b"")
        origin = Origin(0, None, "", b"", spec.channel, is_private(spec.channel))
        self._write(spec.number, oid, school, self._named(spec.number, flat), _joined(states), "", origin)

    def from_pack(self, spec: registry.Table, row: bytes, values: Sequence[Any]) -> None:
        """Write a row that came with a cover pack and is no part of the history."""
        origin = Origin(0, None, "", b"", spec.channel, is_private(spec.channel))
        home = self._log.meta.get("home", b"")
        self._write(spec.number, row, home, self._cells(spec.number, dict(enumerate(values))), FROM_PACK, "", origin)

    def _write(
        self, number: int, row: bytes, school: bytes, middle: list[Cell], state: str, also: str, origin: Origin
    ) -> None:
        if self._known is not None:
            self._known.add(row)
        _, heads, _ = self._columns(number)
        start: list[Cell] = [row.hex(), cells.neutral(self.name(school)), school.hex()]
        when = cells.moment(origin.stamp >> 16) if origin.stamp is not None else None
        by = cells.neutral(origin.who), cells.neutral(self.computer(origin.writer))
        end: list[Cell] = [cells.neutral(state), cells.neutral(also), when, *by, entry_name(origin.pos)]
        spec = registry.BY_NUMBER.get(number)
        private = origin.private or (spec is not None and is_private(spec.channel))
        name = cells.table_title(number)
        self._shelf.put("tables", name, heads, [*start, *middle, *end], table_words(number), private=private)

    # ------------------------------------------------------------ columns
    def _columns(self, number: int) -> tuple[list[cells.Column], list[str], list[str]]:
        """Return a table's columns, all its heads, and the names of columns that only a newer program knows."""
        if number not in self._heads:
            spec = registry.BY_NUMBER.get(number)
            known = cells.columns_of(spec) if spec else []
            extra = [f"column {n}" for n in range(len(spec.columns) if spec else 0, self._state.widths[number])]
            titles = [one.title for one in known] + [one.capitalize() for one in extra]
            self._heads[number] = (known, ["Id", "School", "School id", *titles, *_END], extra)
        return self._heads[number]

    def _flat(self, number: int, values: Mapping[int, Any]) -> dict[str, Any]:
        """Return values by field name, groups taken apart; columns nobody knows by their number."""
        spec = registry.BY_NUMBER.get(number)
        out: dict[str, Any] = {}
        for place, value in values.items():
            column = spec.column_numbered(place) if spec else None
            if column is None:
                out[f"column {place}"] = value
            elif column.is_group and isinstance(value, list) and len(value) == len(column.fields):
                out.update({one.name: part for one, part in zip(column.fields, value, strict=True)})
            else:
                out[column.fields[0].name] = value
        return out

    def _cells(self, number: int, values: Mapping[int, Any]) -> list[Cell]:
        return self._named(number, self._flat(number, values))

    def _named(self, number: int, flat: Mapping[str, Any]) -> list[Cell]:
        known, _, extra = self._columns(number)
        out: list[Cell] = []
        for column in known:
            value = flat.get(column.field.name)
            out.append(cells.neutral(self.name(value)) if column.names else cells.cell(value, column.field.type))
        out.extend(cells.cell(flat.get(name)) for name in extra)
        return out

    def _rivals(self, number: int, current: Current) -> list[str]:
        spec = registry.BY_NUMBER.get(number)
        said = []
        for place, values in sorted(current.rivals.items()):
            column = spec.column_numbered(place) if spec else None
            name = column.name if column else f"column {place}"
            said += [f"{name}: {cells.as_json(value)}" for value in values]
        return said

    def _says_the_list(self, spec: registry.Table, flat: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
        return [
            f"the register's own list says {one.name}: {cells.as_json(row.get(one.name))}"
            for one in spec.fields
            if one.name in row and _as_kept(flat.get(one.name)) != row[one.name]
        ]


def _as_kept(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def _joined(states: Sequence[str]) -> str:
    return "; ".join(state for state in states if state)


def entry_name(pos: int) -> str:
    """Return the name of an entry in the tables: its line and its number; nothing for rows that have none."""
    return f"{pos >> 40}-{pos & (1 << 40) - 1}" if pos else ""


def table_words(number: int) -> str:
    """Say in a few words what a table holds."""
    return _TABLE_WORDS.get(number, "Rows of a newer version of Bursar Desk; columns are named by their number")


_TABLE_WORDS: Final = {
    1: "The schools: name, address, when they open",
    2: "People: name, role, hours, phone",
    3: "Places on the site",
    4: "The checks, how often, who does them",
    5: "Every time a check was done, with its outcome",
    6: "Checks that were not done, and why",
    7: "Checks that were put off",
    8: "Faults, their risk and what became of them",
    9: "Absences: who and when, never why",
    10: "Why somebody was absent",
    11: "Cover: who was asked, who agreed",
    12: "Training passed",
    13: "Who was shown round",
    14: "Term dates and days closed",
    15: "What the site has",
    16: "What is out of use",
    17: "Lines of the site sheet",
    18: "Hours of cover worked",
    19: "Merges that were undone",
    20: "What was decided about single entries",
    21: "What schools wrote to each other",
}


def names_of(log: Log, state: State) -> dict[bytes, str]:
    """Return what ids stand for: people, places, checks, schools, faults, cover."""
    names: dict[bytes, str] = {}
    for number, rows in state.editable().items():
        spec = registry.BY_NUMBER.get(number)
        if spec is None or is_private(spec.channel):
            continue
        columns = {one.name: one for one in spec.columns}
        wanted = next((columns[name] for name in ("name", "title", "helper", "code") if name in columns), None)
        if wanted is None:
            continue
        for row in rows:
            current = state.current((number, row))
            value = current.values.get(wanted.number)
            if isinstance(value, str):
                names[row] = value
                if spec.name == "school":
                    names[current.birth.school] = value
    names.update(log.names)
    return names
