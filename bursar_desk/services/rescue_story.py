"""The history of a rescued register in tables: every entry, every change of a value, every statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from bursar_desk.domain import acts, registry
from bursar_desk.domain.operations import Kind, grant_of_channel
from bursar_desk.services import rescue_cells as cells
from bursar_desk.services.rescue_cells import Cell
from bursar_desk.services.rescue_log import SOUND, WORDS, Log, Op, Opened
from bursar_desk.services.rescue_tables import Shelf, entry_name

HISTORY: Final = (
    "Entry", "When (UTC)", "Who", "What", "About", "School", "Channel", "Computer", "On behalf of", "Changes",
    "Takes back", "Act", "Came with", "Checked", "Control number",
)  # fmt: skip
CHANGES: Final = (
    "Entry", "Number", "What", "Table", "Row", "Row is", "Column", "Value", "Replaces", "Has no effect because",
    "Change",
)  # fmt: skip
_CHANNELS: Final = {
    "compliance": "checks", "people": "people", "incidents": "incidents", "admin": "the school itself",
    "private": "private", "office": "the office", "link": "messages",
}  # fmt: skip
_KINDS: Final = {
    Kind.CREATE: "new row", Kind.SET: "changed", Kind.DELETE: "deleted", Kind.ERASE: "erased for good",
    Kind.NOTE: "remark",
}  # fmt: skip
_BLANK: Final = "Something that could not be read"


class Story:
    """Writes History.csv and Changes.csv, entry by entry."""

    def __init__(self, shelf: Shelf, log: Log, name: Callable[[Any], str], computer: Callable[[bytes], str]) -> None:
        self._shelf = shelf
        self._log = log
        self._name = name
        self._computer = computer

    def entry(self, entry: Opened) -> None:
        """Write one entry and its changes; new facts stand in the tables and are only counted here."""
        act, stream = entry.act, entry.stream
        stamp = entry.stamp >> 16 if entry.stamp is not None else None
        row: list[Cell] = [
            entry_name(entry.pos), cells.moment(stamp), cells.neutral(act.who if act else ""),
            acts.words_of(act.code) if act else _BLANK, cells.neutral(act.subject if act else ""),
            cells.neutral(self._name(stream.school) if stream else ""), channel_words(entry.channel),
            cells.neutral(self._computer(stream.writer) if stream else ""),
            cells.neutral(self._name(act.on_behalf) if act else ""), len(entry.ops),
            act.undoes.hex() if act and act.undoes else None, act.act.hex() if act else None,
            f"file {entry.arrived}" if entry.arrived else "made here",
            "yes" if entry.state == SOUND else WORDS[entry.state], entry.hash.hex(),
        ]  # fmt: skip
        words = "Every entry: when, who, what, which school and computer"
        self._shelf.put("history", "History", HISTORY, row, words, private=entry.private)
        for op in entry.ops:
            if op.kind != Kind.FACT:
                for change in self._changes(entry, op):
                    told = "Every value that was ever set or changed, the replaced ones included"
                    self._shelf.put("history", "Changes", CHANGES, change, told, private=entry.private)

    def _changes(self, entry: Opened, op: Op) -> Iterator[list[Cell]]:
        row = op.row or op.id
        what = _KINDS.get(op.kind, f"kind {op.kind}")  # type: ignore[call-overload]  # a newer program's kinds too
        start: list[Cell] = [entry_name(entry.pos), op.n, what, cells.table_title(op.table)]
        start += [row.hex(), cells.neutral(self._name(row))]
        end: list[Cell] = [cells.neutral(op.held), op.id.hex()]
        if op.erased:
            yield [*start, None, "erased", None, *end]
            return
        links = op.links if isinstance(op.links, dict) else {}
        values = op.values
        if op.kind == Kind.CREATE and isinstance(values, list):
            values = dict(enumerate(values))
        if not isinstance(values, dict):
            told = None if op.links is None else cells.as_json(op.links)
            yield [*start, None, cells.cell(values), cells.neutral(told or ""), *end]
            return
        for number, value in values.items():
            if value is None and op.kind == Kind.CREATE:
                continue
            column, kind = column_words(op.table, number)
            replaced = links.get(number)
            listed = ", ".join(str(cells.plain(one)) for one in replaced) if isinstance(replaced, list) else ""
            yield [*start, column, cells.cell(value, kind), cells.neutral(listed), *end]


def column_words(table: int, number: Any) -> tuple[str, str]:
    """Return what a column is called and its type; one nobody knows is named by its number."""
    spec = registry.BY_NUMBER.get(table)
    if number == registry.STANDING and (spec is None or spec.is_fact):
        return "Standing", "text"
    column = spec.column_numbered(number) if spec and isinstance(number, int) else None
    if column is None:
        return f"Column {cells.plain(number)}", ""
    kind = "" if column.is_group else column.fields[0].type
    return " and ".join(cells.title(one) for one in column.fields), kind


def channel_words(channel: str) -> str:
    """Return what a channel is called."""
    if grant_of_channel(channel) is not None:
        return "cover"
    return _CHANNELS.get(channel) or (f"channel {channel}" if channel else "not known")


# ---------------------------------------------------------------- statements
def statements(log: Log) -> list[dict[str, Any]]:
    """Return every statement as JSON has it: who said what about whom, and whether the signature holds."""
    from db.signed import signed

    return [
        {
            "kind": one.kind,
            "school": log.names.get(one.school, ""),
            "school id": one.school.hex(),
            "facts": _facts(one.kind, one.facts),
            "signed by": one.signer.hex(),
            "signature": one.signature.hex(),
            "signature holds": signed(one),
            "hash": one.hash.hex(),
            "bytes": one.raw.hex(),
        }
        for one in sorted(log.statements, key=lambda one: (one.kind, one.school, one.hash))
    ]


_DAYS: Final = {"grant": ("first", "last", "return_by")}
_MOMENTS: Final = ("founded", "said")


def _facts(kind: str, facts: Any) -> dict[str, Any]:
    out = dict(cells.plain(facts))
    for name in _DAYS.get(kind, ()):
        out[name] = cells.day(out[name]) if isinstance(out.get(name), int) else out.get(name)
    for name in _MOMENTS:
        if isinstance(out.get(name), int):
            out[name] = cells.moment(out[name])
    return out
