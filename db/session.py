"""One transaction of acts: the single way anything is written here, for one tick of a box and for a bulk load alike.

Many acts may share a transaction (the bulk lane); each stream is then sealed once, in that same transaction, so that no
change can outlive the key that could vouch for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from bursar_desk.domain import registry
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.identity import derived_row
from bursar_desk.domain.operations import ADMIN, ActNote, Changes, Kind, Value, grant_of_channel
from bursar_desk.domain.stamps import HybridClock
from db import chains, layout
from db.applier import Applier
from db.contexts import ERASED_WORDS, StreamContext
from db.heads import current_heads
from db.rebuild import settle
from db.statements import Signer
from db.wire import cells_of, must_be_listed, row_values

FLUSH_EVERY = 4000
OPERATION_LIMIT = 64 * 1024
ERASED_AT_ONCE = 2000
COMMIT_TARGET = 256 * 1024
"""Bytes; what is larger than 64 KiB an operation or 1 MiB a commit, no reader takes in (exchange.md section 7)."""


class _NotLetIn(UserError):  # noqa: N818 - read as a sentence
    def __init__(self) -> None:
        super().__init__(
            "This computer has not been let in yet.", "Nothing was saved.",
            "Take its request file to the computer with the main key, then merge the welcome file here.",
        )  # fmt: skip


class _NotOurs(UserError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            "That school has not asked this desk to change its records.", "Nothing was saved.",
            "Ask the school to settle it, or to let this office settle differences for it.",
        )  # fmt: skip


class _NoLonger(UserError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            "This computer was reported lost or handed back, so it writes no longer.", "Nothing was saved.",
            "Ask to be let in again on the Computers page.",
        )  # fmt: skip


@dataclass(slots=True)
class _Line:
    """A stream being written: where it stands and what waits to be appended."""

    context: StreamContext
    stream: chains.StreamRow
    chain: chains.ChainRow
    waiting: list[chains.NewCommit] = field(default_factory=list)
    dirty: bool = False


@dataclass(frozen=True, slots=True)
class Writing:
    """What a session needs of its store."""

    namespace: bytes
    home: bytes
    writer: bytes
    epoch: bytes
    cover_channel: str | None
    rights: Callable[[layout.StreamMeta], tuple[str, Any] | None]
    limited: Callable[[layout.StreamMeta], bool]
    entropy: Callable[[int], bytes]


class Session:
    """Acts inside one open transaction; made by ``Store`` only."""

    def __init__(self, con: Connection, writing: Writing, clock: HybridClock, written: bytes) -> None:
        self._con = con
        self._writing = writing
        self.clock = clock
        self.written = written
        self.applier = Applier(con)
        self._lines: dict[tuple[bytes, str], _Line] = {}
        self._fresh: dict[bytes, list[bytes]] = {}
        self._heads: dict[bytes, dict[int, list[bytes]]] = {}
        self._unflushed = 0

    @property
    def connection(self) -> Connection:
        """Return the open transaction, for reads that must see what was just written."""
        self.flush()
        return self._con

    def salt(self) -> bytes:
        """Return twelve random bytes."""
        return self._writing.entropy(12)

    def new_id(self) -> bytes:
        """Return a random 16-byte id."""
        return self._writing.entropy(16)

    def derived(self, school: bytes, table: str, code: str) -> bytes:
        """Return the row id of a thing two computers of a school may both enter."""
        return derived_row(self._writing.namespace, school, table, code)

    @property
    def home(self) -> bytes:
        """Return the school whose register this is."""
        return self._writing.home

    def channel_for(self, table: registry.Table) -> str:
        """Return the channel entries of a table go to: a guest register writes only under its grant."""
        return self._writing.cover_channel or table.channel

    def line(self, school: bytes, channel: str) -> _Line:
        """Return the stream this computer writes for a school and channel in its present epoch."""
        key = (school, channel)
        if key not in self._lines:
            w = self._writing
            meta = layout.StreamMeta(w.namespace, school, channel, w.writer, w.epoch)
            right = w.rights(meta)
            if right is None:
                raise _NotLetIn if school == w.home else _NotOurs
            if w.limited(meta):
                raise _NoLonger
            stream = chains.open_stream(self._con, meta)
            held = chains.chains_of(self._con, stream.sno)
            chain = held[-1] if held else chains.new_chain(self._con, stream.sno, 1, layout.ZERO_HASH)
            context = StreamContext(w.namespace, school, stream.sid, stream.sno, stream.key, channel, *right)
            self._lines[key] = _Line(context, stream, chain)
        return self._lines[key]

    def write(self, school: bytes, channel: str, stamp: int, ops: list[layout.Packed]) -> None:
        """Put one commit at the end of a stream."""
        line = self.line(school, channel)
        grant = grant_of_channel(channel)
        digests = [op.digest for op in ops]
        seq = line.chain.head_seq + 1
        head = layout.commit_hash(line.stream.key, seq, stamp, line.chain.head, grant, b"".join(digests))
        line.waiting.append(chains.NewCommit(seq, head, layout.pack_commit(stamp, grant, ops)))
        line.chain = line.chain._replace(head_seq=seq, head=head)
        line.dirty = True
        self.written = hashlib.sha256(self.written + head).digest()
        flat: list[bytes | None] = [part for op in ops for part in (op.stem, op.body)]
        pos = line.chain.cid << chains.SEQ_BITS | seq
        counts = self.applier.add_commit(line.context, pos, layout.Commit(stamp, grant, flat), digests)
        if not counts and line.context.rights != "cover":  # held here it would be held everywhere, and look saved
            if self.applier.last_held == ERASED_WORDS:
                raise UserError("This record was erased, so it cannot be changed any more.", "Nothing was changed.")
            raise UserError(
                "Something in this entry cannot be kept: a text is too long, or a number or date is out of range.",
                "Nothing was changed.",
                "Correct it, then save again.",
            )
        self._unflushed += 1
        if self._unflushed >= FLUSH_EVERY:
            self.flush()

    def flush(self) -> None:
        """Append what waits and bring the tables up to date."""
        for line in self._lines.values():
            if line.waiting:
                chains.append(self._con, line.chain, line.waiting, None, 0)
                hashes = [commit.hash for commit in line.waiting]
                chains.add_to_sum(self._con, line.stream.sid, line.stream.channel, hashes)
                line.waiting.clear()
        self.applier.flush()
        self._unflushed = 0

    def settle(self) -> None:
        """Carry out what reaches back to entries applied already, once everything is written."""
        if self.applier.unsettled:
            settle(self._con)

    def seal(self, signer: Signer) -> None:
        """Seal every stream that was written."""
        for line in self._lines.values():
            if line.dirty:
                message = layout.seal_message(line.stream.key, line.chain.head_seq, line.chain.head)
                self._con.exec_driver_sql("UPDATE chain SET seal=? WHERE cid=?", (signer.sign(message), line.chain.cid))

    def born(self, row: bytes, op: bytes) -> None:
        """Note a row this session made: its cells hold what it was made with, beside what others made of it before."""
        self._fresh.setdefault(row, []).append(op)
        for heads in self._heads.get(row, {}).values():
            heads.append(op)

    def heads(self, row: bytes, table: registry.Table, number: int) -> list[bytes]:
        """Return the ids of a cell's current values, which a change made now knowingly replaces."""
        if number not in self._heads.get(row, {}):
            self.look_up([(row, table.number, number)])
        return self._heads[row][number]

    def look_up(self, cells: Iterable[tuple[bytes, int, int]]) -> None:
        """Find the current values of many cells (row, table number, column number) at once, before ``heads`` asks."""
        wanted = [key for key in cells if key[2] not in self._heads.get(key[0], {})]
        for row, _, number in wanted:
            if self._fresh.get(row) == [row]:
                self._heads.setdefault(row, {})[number] = [row]
        wanted = [key for key in wanted if self._fresh.get(key[0]) != [key[0]]]
        if not wanted:
            return
        self.flush()
        found = current_heads(self._con, wanted)
        for key in wanted:
            held = [head.op for head in found.get(key, [])]
            self._heads.setdefault(key[0], {})[key[2]] = held + [
                op for op in self._fresh.get(key[0], []) if op not in held
            ]

    def replaced(self, row: bytes, number: int, op: bytes) -> None:
        """Note a cell's new current value."""
        self._heads.setdefault(row, {})[number] = [op]


class Act:
    """One named act under way: facts, rows and changes are collected and written together."""

    def __init__(self, session: Session, note: ActNote, stamp: int) -> None:
        self._session = session
        self.note = note
        self._stamp = stamp
        self._ops: dict[tuple[bytes, str], list[layout.Packed]] = {}
        self.tables: set[str] = set()

    @property
    def session(self) -> Session:
        """Return the session, for ids and for reads inside the transaction."""
        return self._session

    def fact(self, table: str, values: Mapping[str, Any], *, school: bytes | None = None) -> bytes:
        """Add a row that is never changed; return its id. Values are given by field name."""
        return self._birth(Kind.FACT, table, values, None, school)

    def create(
        self, table: str, values: Mapping[str, Any], *, row: bytes | None = None, school: bytes | None = None
    ) -> bytes:
        """Add an editable row; return its id. ``row`` only for ids derived from a code."""
        return self._birth(Kind.CREATE, table, values, row, school)

    def _birth(
        self, kind: Kind, name: str, values: Mapping[str, Any], row: bytes | None, school: bytes | None
    ) -> bytes:
        table = registry.BY_NAME[name]
        if table.is_fact != (kind == Kind.FACT):
            raise ValueError(f"{name} is kept by the other kind of entry")
        unknown = set(values) - {value.name for value in table.fields}
        if unknown:
            raise KeyError(f"{name} has no {sorted(unknown)}")
        op = layout.pack_operation(kind, table.number, row, None, row_values(table, values), self._session.salt())
        oid = self._put(table, school, op)
        self._session.born(row or oid, oid)
        return row or oid

    def set(self, table: str, row: bytes, values: Mapping[str, Any], *, school: bytes | None = None) -> bytes:
        """Replace cells of a row, naming the values that are current now; a group is given whole, by its fields."""
        spec = registry.BY_NAME[table]
        cells = cells_of(spec, values)
        links = {number: self._session.heads(row, spec, number) for number in cells}
        return self._set(spec, row, cells, links, school)

    def set_seen(
        self, table: str, row: bytes, cells: Mapping[int, Value], seen: Mapping[int, list[bytes]],
        *, school: bytes | None = None,
    ) -> bytes:  # fmt: skip
        """Replace cells by number, naming exactly the values the person saw."""
        return self._set(registry.BY_NAME[table], row, dict(cells), dict(seen), school)

    def _set(
        self,
        table: registry.Table,
        row: bytes,
        cells: dict[int, Value],
        links: dict[int, list[bytes]],
        school: bytes | None,
    ) -> bytes:
        must_be_listed(table, cells)
        op = layout.pack_operation(Kind.SET, table.number, row, links, cells, self._session.salt())
        oid = self._put(table, school, op)
        for number in cells:
            self._session.replaced(row, number, oid)
        return oid

    def set_rivals(
        self, table: str, row: bytes, number: int, values: Sequence[Value], *, school: bytes | None = None
    ) -> None:
        """Write several values into one cell on purpose, each replacing what is there now: a difference to settle.

        The first of them is the one shown.
        """
        spec, session = registry.BY_NAME[table], self._session
        must_be_listed(spec, {number: None})
        seen = session.heads(row, spec, number)
        stream = session.line(school or session.home, session.channel_for(spec)).stream.key
        while True:  # other salts, other ids: as many tries as there are values, on average
            ops = [
                layout.pack_operation(Kind.SET, spec.number, row, {number: seen}, {number: value}, session.salt())
                for value in values
            ]
            ids = [layout.id_of(stream, self._stamp, op.digest) for op in ops]
            if ids[0] == max(ids):
                break
        for op in ops:
            self._put(spec, school, op)
        session.replaced(row, number, ids[0])

    def set_aside(self, table: str, row: bytes, *, school: bytes | None = None) -> bytes:
        """Set a fact aside: it stays in the history and counts for nothing."""
        spec = registry.BY_NAME[table]
        links = {registry.STANDING: self._session.heads(row, spec, registry.STANDING)}
        return self._set(spec, row, {registry.STANDING: registry.SET_ASIDE}, links, school)

    def delete(self, table: str, row: bytes, *, school: bytes | None = None) -> None:
        """Hide a row as it is seen now; a change made elsewhere meanwhile brings it back."""
        spec = registry.BY_NAME[table]
        self._session.look_up((row, spec.number, column.number) for column in spec.columns)
        seen = sorted({op for column in spec.columns for op in self._session.heads(row, spec, column.number)})
        self._put(spec, school, layout.pack_operation(Kind.DELETE, spec.number, row, seen, None, self._session.salt()))

    def erase(self, ops: Sequence[bytes], reason: str, authority: str) -> None:
        """Take the content of operations of this school out of every register, for good; their place in history stays.

        ``authority`` says on whose word; neither text may name the person concerned, because both stay. Acts are named
        by the id of their first operation. It cannot be taken back.
        """
        for n in range(0, len(ops), ERASED_AT_ONCE):
            part = list(ops[n : n + ERASED_AT_ONCE])
            op = layout.pack_operation(Kind.ERASE, 0, None, part, [reason, authority], self._session.salt())
            self._ops.setdefault((self._session.home, ADMIN), []).append(op)

    def mark(self, school: bytes, channel: str) -> None:
        """Let the act stand in a stream even if it changes nothing there."""
        self._ops.setdefault((school, channel), [])

    def _put(self, table: registry.Table, school: bytes | None, op: layout.Packed) -> bytes:
        """Add an operation to the act; return the id it has in the stream it goes to."""
        if len(op.stem) + len(op.body) > OPERATION_LIMIT:
            raise UserError("A text in this entry is too long.", "Nothing was changed.", "Shorten it, then save again.")
        key = (school or self._session.home, self._session.channel_for(table))
        self._ops.setdefault(key, []).append(op)
        self.tables.add(table.name)
        return layout.id_of(self._session.line(*key).stream.key, self._stamp, op.digest)

    def finish(self) -> Changes:
        """Write the act: a commit for each school and channel it touches, several for a large act, all naming it."""
        for (school, channel), ops in self._ops.items():
            for part in _in_parts(ops):
                note = layout.pack_act(self.note, self._session.salt())
                self._session.write(school, channel, self._stamp, [note, *part])
        every = frozenset(registry.BY_NAME) if self.session.applier.unsettled else frozenset(self.tables)
        return Changes(every, self.note.act)


def _in_parts(ops: list[layout.Packed]) -> Iterator[list[layout.Packed]]:
    """Cut a large act into commits that every reader takes; an act without operations is one commit all the same."""
    part: list[layout.Packed] = []
    size = 0
    for op in ops:
        if part and size + len(op.stem) + len(op.body) > COMMIT_TARGET:
            yield part
            part, size = [], 0
        part.append(op)
        size += len(op.stem) + len(op.body)
    yield part


def act_note(
    session: Session,
    code: int,
    *,
    person: bytes | None,
    who: str,
    subject: str,
    on_behalf: bytes | None,
    undoes: bytes | None,
) -> ActNote:
    """Return the note of a new act with an id of its own."""
    return ActNote(session.new_id(), code, person, on_behalf, undoes, who, subject)


def changes_of(all_changes: Iterable[Changes]) -> Changes:
    """Join what several acts changed."""
    joined = Changes(frozenset())
    for one in all_changes:
        joined = joined | one
    return joined
