"""What the entries of a rescued register add up to: current values, rivals, what was deleted or set aside.

The rules are those of the exchange ("Merging" in docs/FORMAT.md). Facts are many and never change, so only what was
decided about them is kept here; rows that people edit are kept whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from bursar_desk.domain import registry
from bursar_desk.domain.operations import Kind, grant_of_channel
from bursar_desk.domain.shown import Head, choose, in_conflict
from bursar_desk.services.rescue_log import Op, Opened

Key = tuple[int, bytes]
_STANDING: Final = registry.Column(registry.STANDING, (registry.Field("standing", "text"),))
_WITHOUT_EFFECT: Final = "has no effect"


@dataclass(frozen=True, slots=True)
class Birth:
    """An operation that made a row, and who did it."""

    op: bytes
    stamp: int
    values: tuple[Any, ...]
    school: bytes
    reaches: frozenset[bytes]
    origin: Origin
    note: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a row comes from: who wrote it when, on which computer, in which entry."""

    pos: int
    stamp: int | None
    who: str
    writer: bytes
    channel: str
    private: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """A new value of one cell."""

    op: bytes
    stamp: int
    value: Any
    domain: bytes


@dataclass(slots=True)
class Cells:
    """What was done to one row after it was made."""

    edits: dict[int, list[Edit]] = field(default_factory=lambda: defaultdict(list))
    replaced: dict[int, set[tuple[bytes, bytes]]] = field(default_factory=lambda: defaultdict(set))
    seen: set[tuple[bytes, bytes]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Current:
    """A row as it stands: values by column number, the other current values where people disagree, and its state."""

    values: dict[int, Any]
    rivals: dict[int, list[Any]]
    state: str
    birth: Birth


@dataclass(slots=True)
class State:
    """Collects operations in any order; asked for rows afterwards."""

    births: dict[Key, list[Birth]] = field(default_factory=lambda: defaultdict(list))
    cells: dict[Key, Cells] = field(default_factory=lambda: defaultdict(Cells))
    facts: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    widths: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, entry: Opened) -> None:
        """Take note of an entry."""
        origin = origin_of(entry)
        for op in entry.ops:
            if op.kind == Kind.FACT:
                self.facts[op.table] += 1
                self._widen(op)
            elif op.kind == Kind.CREATE:
                self.births[op.table, op.row or op.id].append(self._birth(entry, op, origin))
                self._widen(op)
            elif op.kind in (Kind.SET, Kind.DELETE) and op.row is not None and not op.held:
                self._change(entry, op, op.row)

    def _widen(self, op: Op) -> None:
        if isinstance(op.values, list):
            self.widths[op.table] = max(self.widths[op.table], len(op.values))

    def _birth(self, entry: Opened, op: Op, origin: Origin) -> Birth:
        school = entry.stream.school if entry.stream else b""
        values = tuple(op.values) if isinstance(op.values, list) else ()
        note = f"{_WITHOUT_EFFECT}: {op.held}" if op.held else "erased" if op.erased else ""
        return Birth(op.id, entry.stamp or 0, values, school, frozenset((school, domain_of(entry))), origin, note)

    def _change(self, entry: Opened, op: Op, row: bytes) -> None:
        cells, domain = self.cells[op.table, row], domain_of(entry)
        if op.kind == Kind.DELETE:
            cells.seen.update((domain, one) for one in _ids(op.links))
            return
        links = op.links if isinstance(op.links, dict) else {}
        values = op.values if isinstance(op.values, dict) else dict.fromkeys(links) if op.erased else {}
        if op.erased and registry.STANDING in values:
            values[registry.STANDING] = registry.SET_ASIDE  # what an erased change was about does not stand
        for number, value in values.items():
            if not isinstance(number, int):
                continue
            cells.edits[number].append(Edit(op.id, entry.stamp or 0, value, domain))
            cells.replaced[number].update((domain, one) for one in _ids(links.get(number)))
            if number != registry.STANDING:
                self.widths[op.table] = max(self.widths[op.table], number + 1)

    # ------------------------------------------------------------ answers
    def editable(self) -> dict[int, list[bytes]]:
        """Return the rows that people edit, by table."""
        out: dict[int, list[bytes]] = defaultdict(list)
        for number, row in self.births:
            out[number].append(row)
        return out

    def lost_rows(self) -> Iterator[Key]:
        """Yield rows that were changed but whose making is not in the file."""
        made = set(self.births)
        for key in self.cells:
            table = registry.BY_NUMBER.get(key[0])
            if key not in made and table is not None and not table.is_fact:
                yield key

    def current(self, key: Key) -> Current:
        """Return a row that people edit as it stands."""
        births = [one for one in self.births[key] if not one.note.startswith(_WITHOUT_EFFECT)] or self.births[key]
        reaches = frozenset().union(*(one.reaches for one in births))
        cells = self.cells.get(key) or Cells()
        values: dict[int, Any] = {}
        rivals: dict[int, list[Any]] = {}
        seen = {one for domain, one in cells.seen if domain in reaches}
        heads_of_row: set[bytes] = set()
        for number in range(self.widths[key[0]]):
            heads = self._heads(number, births, cells, reaches)
            heads_of_row.update(head.op for head in heads)
            if heads:
                shown = choose(_column(key[0], number), heads)
                values[number] = shown.value
                if in_conflict(heads):
                    rivals[number] = [head.value for head in heads if head.value != shown.value]
        birth = min(births, key=lambda one: (one.stamp, one.op))
        state = birth.note or ("deleted" if seen and heads_of_row <= seen else "")
        return Current(values, rivals, state, birth)

    def standing(self, table: int, fact: bytes, stamp: int, reaches: frozenset[bytes]) -> str:
        """Return whether a fact stands; "set aside" where somebody took it back."""
        cells = self.cells.get((table, fact))
        if cells is None:
            return registry.STANDS
        gone = {one for where, one in cells.replaced[registry.STANDING] if where in reaches}
        heads = [
            Head(one.op, one.stamp, one.value)
            for one in cells.edits[registry.STANDING]
            if one.domain in reaches and one.op not in gone
        ]
        if fact not in gone:
            heads.append(Head(fact, stamp, registry.STANDS))
        return str(choose(_STANDING, heads).value) if heads else registry.STANDS

    def _heads(self, number: int, births: list[Birth], cells: Cells, reaches: frozenset[bytes]) -> list[Head]:
        gone = {one for where, one in cells.replaced.get(number, ()) if where in reaches}
        heads = [
            Head(one.op, one.stamp, one.value)
            for one in cells.edits.get(number, ())
            if one.domain in reaches and one.op not in gone
        ]
        heads += [
            Head(one.op, one.stamp, one.values[number] if number < len(one.values) else None)
            for one in births
            if one.op not in gone
        ]
        return heads


def _column(table: int, number: int) -> registry.Column:
    spec = registry.BY_NUMBER.get(table)
    known = spec.column_numbered(number) if spec else None
    return known or registry.Column(number, (registry.Field(f"column {number}", "text"),))


def _ids(names: Any) -> list[bytes]:
    return [one for one in names if isinstance(one, bytes)] if isinstance(names, list) else []


def domain_of(entry: Opened) -> bytes:
    """Return what the changes of an entry reach: its school's rows, or under a grant only those of the same line."""
    if entry.stream is None:
        return b""
    return entry.stream.key if grant_of_channel(entry.stream.channel) is not None else entry.stream.school


def origin_of(entry: Opened) -> Origin:
    """Say where the rows of an entry come from."""
    stream = entry.stream
    who = entry.act.who if entry.act else ""
    return Origin(
        entry.pos, entry.stamp, who, stream.writer if stream else b"", entry.channel, entry.private
    )  # fmt: skip
