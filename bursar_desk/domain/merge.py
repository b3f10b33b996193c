"""The merge as it is written down: a set of steps in, one state out. Slow on purpose, and never used by the program.

The register keeps its tables up to date piece by piece, in whatever order files arrive. This module says the same in
one pass over the whole set, straight from the text (exchange.md section 4), sharing no code with the register but the
registry of columns and the names of rows. The tests let both judge the same random histories. Nothing here looks at an
order, a clock or a place in a log, so equal sets cannot but give equal states.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bursar_desk.domain import registry
from bursar_desk.domain.grants import Grant
from bursar_desk.domain.identity import derived_row
from bursar_desk.domain.merge_shapes import all_ids, good_change, good_row
from bursar_desk.domain.operations import ADMIN, Kind


@dataclass(frozen=True, slots=True)
class Step:
    """One operation, with what judging it takes: where it stands and by what right that stream is written.

    ``row``, ``links`` and ``values`` are as they were decoded, whatever they are. ``rights`` is "own", "settle", "none"
    or "cover" (then with its ``grants``, any of which may allow it); ``entry`` the running number of its commit in its
    stream and ``commit`` that commit's hash; ``erased`` says that its values were removed for good.
    """

    id: bytes
    kind: int
    table: int
    row: bytes | None
    stamp: int
    links: object
    values: object
    namespace: bytes
    school: bytes
    channel: str
    stream: bytes
    entry: int
    rights: str = "own"
    grants: tuple[Grant, ...] = ()
    erased: bool = False
    commit: bytes = b""


@dataclass(frozen=True, slots=True)
class Known:
    """What else the state follows from.

    ``home`` is the school whose register it is; ``below`` names for each (stream, hash of an entry) its number and the
    hash below it; ``limits`` for each stream what was seen of it, as (stream, number, hash), when its writer was
    reported lost ("held") or its grant withdrawn ("confirm").
    """

    home: bytes = b""
    below: Mapping[tuple[bytes, bytes], tuple[int, bytes]] = field(default_factory=dict)
    limits: Mapping[bytes, tuple[Collection[tuple[bytes, int, bytes]], str]] = field(default_factory=dict)

    def down_from(self, stream: bytes, last: int, head: bytes, first: int) -> set[tuple[bytes, bytes]]:
        """Return the entries ``first`` to ``last`` below and with ``head``; none when that entry is not held."""
        found: set[tuple[bytes, bytes]] = set()
        while last >= first and self.below.get((stream, head), (0,))[0] == last:
            found.add((stream, head))
            last, head = last - 1, self.below[stream, head][1]
        return found


@dataclass(slots=True)
class State:
    """What follows from a set of steps.

    ``rows`` holds for each (table name, row id) the shown values by field name, ``standing`` among them for facts;
    ``schools`` whose row it is; ``conflicts`` the ids of the rivals for each (table name, row id, column number);
    ``hidden`` the rows that are deleted; ``held`` the ids of steps that count for nothing until somebody decides, and
    ``confirm`` of those that count and wait to be confirmed.
    """

    rows: dict[tuple[str, bytes], dict[str, object]] = field(default_factory=dict)
    schools: dict[tuple[str, bytes], bytes] = field(default_factory=dict)
    conflicts: dict[tuple[str, bytes, int], frozenset[bytes]] = field(default_factory=dict)
    hidden: set[tuple[str, bytes]] = field(default_factory=set)
    held: set[bytes] = field(default_factory=set)
    confirm: set[bytes] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Rival:
    """A value of a cell: the step that wrote it, its stamp and the value."""

    id: bytes
    stamp: int
    value: object


def merge(steps: Iterable[Step], known: Known | None = None) -> State:
    """Return the state that follows from a set of steps, given in any order and any number of times."""
    facts = known or Known()
    once = list({(step.id, step.stream, step.entry, step.commit): step for step in steps}.values())
    late = {id(step): word for step in once if (word := _late(step, facts))}
    first = State()
    _rows(first, [step for step in once if _stands_anyway(step) and late.get(id(step)) != "held" and _counts(step)])
    aside = _set_aside(first, once, facts)
    erasing = [step for step in once if late.get(id(step)) != "held" and _erases(step)]
    gone = {(op, step.school) for step in erasing for op in _ids(step.links)}
    state = State()
    counting: list[Step] = []
    for step in once:
        if (step.stream, step.commit) in aside and not _stands_anyway(step):
            state.held.add(step.id)
            continue
        if id(step) in late:
            (state.held if late[id(step)] == "held" else state.confirm).add(step.id)
            if late[id(step)] == "held":
                continue
        if step.kind == Kind.ERASE:
            if not _erases(step):
                state.held.add(step.id)
        elif step.kind not in _UNDERSTOOD or step.table not in registry.BY_NUMBER or _is_nothing(step):
            continue  # its content is gone, or a newer program's: kept, without effect
        elif _judged(step) and not (_writes(step) and (step.row, step.school) in gone):
            counting.append(step)
        else:
            state.held.add(step.id)
    state.confirm -= state.held
    _rows(state, counting)
    return state


def _rows(state: State, counting: Iterable[Step]) -> None:
    births: dict[tuple[int, bytes], list[Step]] = {}
    changes: dict[tuple[int, bytes], list[Step]] = {}
    for step in counting:
        if step.kind in (Kind.FACT, Kind.CREATE):
            births.setdefault((step.table, _row_made(step)), []).append(step)
        elif step.row is not None:
            changes.setdefault((step.table, step.row), []).append(step)
    for (number, row), born in births.items():
        mine = [step for step in changes.get((number, row), ()) if _reaches(step, born)]
        _one_row(state, registry.BY_NUMBER[number], row, born, mine)


# ---------------------------------------------------------------- what is set aside, late or erased
def _late(step: Step, known: Known) -> str:
    """Say whether a step came after its writer was reported lost ("held") or its grant withdrawn ("confirm")."""
    if step.stream not in known.limits:
        return ""
    seen, word = known.limits[step.stream]
    good = {one for key, seq, head in seen if key == step.stream for one in known.down_from(key, seq, head, 1)}
    return "" if (step.stream, step.commit) in good else word


def _stands_anyway(step: Step) -> bool:
    """What erases, sets aside or remarks is never set aside by undoing a merge."""
    return step.kind == Kind.ERASE or step.table in (registry.UNDONE, registry.REMARK)


def _counts(step: Step) -> bool:
    return (
        step.kind in _UNDERSTOOD and step.table in registry.BY_NUMBER and not _is_nothing(step) and _judged(step)
    )  # fmt: skip


def _set_aside(first: State, steps: Iterable[Step], known: Known) -> set[tuple[bytes, bytes]]:
    """A school undoes merges of its own entries for everybody, of other schools' entries in its own register only."""
    school_of = {step.stream: step.school for step in steps}
    out: set[tuple[bytes, bytes]] = set()
    for key, row in first.rows.items():
        stream, head, low, high = row.get("stream"), row.get("head"), row.get("first"), row.get("last")
        if key[0] != "undone" or row["standing"] != registry.STANDS:
            continue
        if not isinstance(stream, bytes) or not isinstance(head, str):
            continue
        if not isinstance(low, int) or not isinstance(high, int) or not 1 <= low <= high:
            continue
        if first.schools[key] in (school_of.get(stream), known.home):
            try:
                out |= known.down_from(stream, high, bytes.fromhex(head), low)
            except ValueError:
                continue
    return out


def _erases(step: Step) -> bool:
    return (
        step.kind == Kind.ERASE and step.rights == "own" and step.channel == ADMIN and all_ids(step.links)
    )  # fmt: skip


def _writes(step: Step) -> bool:
    return step.kind == Kind.SET and not step.erased


def _is_nothing(step: Step) -> bool:
    """An erased fact is nothing; nor is what cannot be judged without its values."""
    if not step.erased:
        return False
    return step.rights == "cover" or step.kind == Kind.FACT or (step.kind == Kind.CREATE and step.row is not None)


_UNDERSTOOD: Final = frozenset((Kind.FACT, Kind.CREATE, Kind.SET, Kind.DELETE))


def _row_made(step: Step) -> bytes:
    return step.row if step.kind == Kind.CREATE and step.row is not None else step.id


def _reaches(change: Step, born: Collection[Step]) -> bool:
    """A school's streams reach the school's rows; a covering person's only what was entered in the same stream."""
    if change.rights == "cover":
        return any(birth.stream == change.stream for birth in born)
    return any(birth.school == change.school for birth in born)


# ---------------------------------------------------------------- one row
def _one_row(state: State, table: registry.Table, row: bytes, born: list[Step], changes: list[Step]) -> None:
    key = (table.name, row)
    sets = [step for step in changes if step.kind == Kind.SET]
    shown: dict[str, object] = {}
    current: set[bytes] = set()
    for column in [*table.columns, *([_STANDING] if table.is_fact else [])]:
        heads = _heads(column, born, sets)
        if not table.is_fact or column is _STANDING:
            current |= {rival.id for rival in heads}
        value = _shown(column, heads).value
        parts = value if column.is_group and isinstance(value, list) else [value] * len(column.fields)
        shown.update(zip((one.name for one in column.fields), parts, strict=True))
        if len({repr(rival.value) for rival in heads}) > 1:
            state.conflicts[table.name, row, column.number] = frozenset(rival.id for rival in heads)
    state.rows[key] = shown
    state.schools[key] = born[0].school
    deletes = [step for step in changes if step.kind == Kind.DELETE]
    seen = {op for step in deletes for op in _ids(step.links)}
    if deletes and current <= seen:
        state.hidden.add(key)


_STANDING: Final = registry.Column(registry.STANDING, (registry.Field("standing", "text"),))


def _heads(column: registry.Column, born: list[Step], sets: list[Step]) -> list[_Rival]:
    """Every value of a cell, those of creation included, that no step on the same cell knowingly replaced."""
    rivals = [_Rival(step.id, step.stamp, _first_value(step, column)) for step in born]
    gone: set[bytes] = set()
    for step in sets:
        values, links = _new_values(step), step.links
        if isinstance(values, dict) and isinstance(links, dict) and column.number in values:
            rivals.append(_Rival(step.id, step.stamp, values[column.number]))
            gone |= set(_ids(links.get(column.number, [])))
    return [rival for rival in rivals if rival.id not in gone]


def _new_values(step: Step) -> object:
    """An erased change keeps the cells it wrote and leaves them empty; a fact it was about does not stand."""
    if not step.erased:
        return step.values
    if not isinstance(step.links, dict):
        return None
    return {number: registry.SET_ASIDE if number == registry.STANDING else None for number in step.links}


def _first_value(step: Step, column: registry.Column) -> object:
    return registry.STANDS if column is _STANDING else _nth(step.values, column.number)


def _nth(values: object, number: int) -> object:
    return values[number] if isinstance(values, list) and number < len(values) else None


def _ids(links: object) -> list[bytes]:
    return [one for one in links if isinstance(one, bytes)] if isinstance(links, list) else []


def _shown(column: registry.Column, heads: list[_Rival]) -> _Rival:
    """``latest``: greatest (stamp, id). ``safer`` and ``earlier``: the more cautious value; among equals the latest."""
    newest_last = sorted(heads, key=lambda rival: (rival.stamp, rival.id))
    if column.shown == "latest":
        return newest_last[-1]
    best = newest_last[-1]
    for rival in reversed(newest_last):
        if _caution(column, rival.value) < _caution(column, best.value):
            best = rival
    return best


def _caution(column: registry.Column, value: object) -> tuple[int, int]:
    """Lower is more cautious; a word nobody ranked comes after all that are ranked, an empty cell last of all."""
    if column.shown == "earlier":
        return (0, value) if isinstance(value, int) else (1, 0)
    if not isinstance(value, str):
        return (2, 0)
    return (0, column.cautious.index(value)) if value in column.cautious else (1, 0)


# ---------------------------------------------------------------- what counts at all
def _judged(step: Step) -> bool:
    """Tell whether a step may count: its rights, its channel, its shape; content only."""
    table = registry.BY_NUMBER[step.table]
    makes = step.kind in (Kind.FACT, Kind.CREATE)
    if step.rights == "cover":
        if not any(_lent(grant, step, table) for grant in step.grants):
            return False
    elif step.rights not in ("own", "settle") or step.channel != table.channel:
        return False
    if step.rights == "settle" and step.kind != Kind.SET:
        return False
    if makes and (step.kind == Kind.FACT) != table.is_fact:
        return False
    if step.kind == Kind.DELETE:
        return not table.is_fact and step.row is not None and all_ids(step.links)
    if makes:
        good = step.erased or good_row(table, step.values)
        return good and (step.kind == Kind.FACT or _may_name(step, table))
    return step.row is not None and good_change(table, _new_values(step), step.links)


def _may_name(step: Step, table: registry.Table) -> bool:
    """A row two computers may both enter is named by its school and code; every other one by its own step."""
    if table.key is None:
        return step.row is None
    code = _nth(step.values, table.column(table.key).number) if table.key else ""
    return isinstance(code, str) and step.row == derived_row(step.namespace, step.school, table.name, code)


# ---------------------------------------------------------------- what was lent
_DAY_OF: Final = {
    "check_record": "done_on", "not_done": "said_on", "defect": "raised_on", "cover_claim": "on_date",
}  # fmt: skip
_NAMES_A_CHECK: Final = ("check_record", "not_done", "defect")


def _lent(grant: Grant, step: Step, table: registry.Table) -> bool:
    """Tell whether a covering person may do this (exchange.md section 6): named checks, days, columns, and a number.

    They may add what the lent tables hold, and set aside what they entered; nothing else.
    """
    if table.name not in registry.GRANTABLE or step.entry > grant.most_entries:
        return False
    if step.kind == Kind.SET:
        return table.is_fact and isinstance(step.values, dict) and list(step.values) == [registry.STANDING]
    if step.kind not in (Kind.FACT, Kind.CREATE) or step.row is not None or not isinstance(step.values, list):
        return False
    given = {number: value for number, value in enumerate(step.values) if value is not None}
    lent = {table.column(name).number for name in registry.GRANTABLE[table.name]}
    if not set(given) <= lent:
        return False
    if table.name in _NAMES_A_CHECK and given.get(table.column("check_id").number) not in grant.checks:
        return False
    day = given.get(table.column(_DAY_OF[table.name]).number)
    return type(day) is int and grant.first <= day <= grant.last
