"""Random histories, honest and not: laid into signed streams, cut into files, and judged by the slow reference."""

from __future__ import annotations

import hashlib
import random
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from bursar_desk.domain import registry
from bursar_desk.domain.grants import Grant
from bursar_desk.domain.identity import derived_row
from bursar_desk.domain.merge import Known, State, Step, merge
from bursar_desk.domain.operations import ActNote, Kind, cover_channel, grant_of_channel
from bursar_desk.services import registers
from db import chains, layout
from db import statements as st
from db.store import Store
from db.take_in import CheckedFile, CheckedSegment
from tests.storage.workbench import Bench, commits_in, looking, own_keys, schools_by_number, seeded, surroundings

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from bursar_desk.exchange.keys import SigningIdentity

GRANT = b"grant-of-16bytes"
LENT_CHECK = b"lent-check-16byt"
DAY = 20_450


@dataclass
class Line:
    """One stream being made up: who signs it and what it holds so far."""

    meta: layout.StreamMeta
    signer: SigningIdentity
    commits: list[chains.NewCommit] = field(default_factory=list)

    @property
    def head(self) -> bytes:
        return self.commits[-1].hash if self.commits else layout.ZERO_HASH

    def add(self, stamp: int, ops: list[layout.Packed], salt: bytes) -> None:
        """Lay one commit at the end."""
        note = layout.pack_act(ActNote(salt[:12] + b"act!", 8, None, None, None, "Dawn", ""), salt[:12])
        whole = [note, *ops]
        grant = grant_of_channel(self.meta.channel)
        digests = b"".join(op.digest for op in whole)
        seq = len(self.commits) + 1
        head = layout.commit_hash(self.meta.key, seq, stamp, self.head, grant, digests)
        self.commits.append(chains.NewCommit(seq, head, layout.pack_commit(stamp, grant, whole)))

    def segment(self, first: int, last: int) -> CheckedSegment:
        """Commits ``first..last`` (counted from 1) with the seal of the last."""
        prev = self.commits[first - 2].hash if first > 1 else layout.ZERO_HASH
        end = self.commits[last - 1]
        seal = self.signer.sign(layout.seal_message(self.meta.key, end.seq, end.hash))
        return CheckedSegment(self.meta, prev, self.commits[first - 1 : last], seal)


@dataclass
class Cast:
    """Who writes: two computers of school A, a neighbour B, an office that settles, and B's cover under a grant."""

    template: Store
    namespace: bytes
    a: bytes
    b: bytes
    signers: dict[str, SigningIdentity]
    root: SigningIdentity

    @classmethod
    def meet(cls, bench: Bench) -> Cast:
        """Found everybody; the register of A's first computer knows them all."""
        first = bench.school("St Anne", "105219")
        second = bench.second(first, "anne-2")
        other = bench.school("Bury Hill", "105220")
        hub = bench.office("Cluster")
        bench.introduce(first, second, other, hub=hub, settles=True)
        home = first.facts.home
        lent = Grant(
            GRANT, home, other.facts.home, "Bob", (other.facts.writer,), (bytes(32),), (LENT_CHECK,), DAY, DAY + 5,
            DAY + 19, 4,
        )  # fmt: skip
        said = st.make(st.GRANT, first.facts.namespace, home, st.grant_facts(lent), own_keys(bench, first))
        first.add_statements([said])
        with hub.connect() as con:
            first.add_statements([one for one in st.stored(con) if one.school == hub.facts.home])
        stores = {"a1": first, "a2": second, "b": other, "hub": hub}
        signers = {name: own_keys(bench, store) for name, store in stores.items()}
        return cls(first, first.facts.namespace, home, other.facts.home, signers, registers.root_key(first))

    def lines(self) -> list[Line]:
        """The streams of one history; the first two weigh most."""
        wanted = (
            (self.a, "compliance", "a1", 1), (self.a, "compliance", "a2", 2), (self.a, "people", "a1", 1),
            (self.a, "compliance", "hub", 3), (self.a, cover_channel(GRANT), "b", 4),
            (self.a, cover_channel(GRANT), "b", 5), (self.b, "compliance", "b", 4), (self.a, "compliance", "a1", 6),
            (self.a, "admin", "a1", 1), (self.a, "admin", "a2", 2), (self.b, "admin", "b", 4),
        )  # fmt: skip
        return [
            Line(layout.StreamMeta(self.namespace, school, channel, self.signers[who].public, bytes([epoch]) * 16),
                 self.signers[who])
            for school, channel, who, epoch in wanted
        ]  # fmt: skip


@dataclass(repr=False)
class Yard:
    """Fresh registers of school A's first computer, which know everybody and hold nothing yet."""

    bench: Bench
    cast: Cast
    _made: int = 0

    @classmethod
    @contextmanager
    def open(cls, folder: Path) -> Iterator[Yard]:
        """Found the cast in ``folder``; what was made is closed at the end."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("BURSAR_DESK_LOCAL", str(folder / "local"))
            with Bench.open(folder, patch) as bench:
                yard = cls(bench, Cast.meet(bench))
                for store in bench.stores:
                    store.close()
                yield yard

    def __repr__(self) -> str:
        return "yard"

    def fresh(self) -> Store:
        self._made += 1
        path = self.bench.path(f"fresh-{self._made}")
        shutil.copyfile(self.cast.template.path, path)
        return Store.open(path, surroundings(self.bench, None, seeded(self._made)))

    def discard(self, *stores: Store) -> None:
        for store in stores:
            store.close()
            store.path.unlink()


WEIGHTS = (6, 5, 2, 2, 2, 1, 1, 1, 1, 0.5, 0.5)
TABLES = ("defect", "school_check", "check_record", "person", "not_done", "place")
GOOD: dict[str, tuple[Any, ...]] = {
    "text": ("", "x", "high", "low", "danger", "done", "reported", "élan", None),
    "int": (0, 1, -5, 2**63 - 1, None),
    "date": (DAY, DAY + 1, DAY + 400, -25_567, None),
    "id": (LENT_CHECK, b"\x00" * 16, None),
    "bool": (True, False, None),
    "json": ("[1]", None),
}
BAD: tuple[Any, ...] = (
    b"short", "AAAAAAAAAAAAAAAAAAAAAA==", 2**63, 90_000, -30_000, 1.5, True, 7, ["a"], [], {"a": 1}, "y" * 33_000,
    b"0" * 16, float("inf"), {1: {2: 3}},
)  # fmt: skip


class Maker:
    """Lays random operations into the streams of a cast; ``chance`` decides everything."""

    def __init__(self, cast: Cast, chance: random.Random) -> None:
        self.cast, self.chance = cast, chance
        self.lines = cast.lines()
        self.rows: list[tuple[registry.Table, bytes]] = []
        self.on_cell: dict[tuple[bytes, int], list[bytes]] = {}
        self.stamps = dict.fromkeys(range(len(self.lines)), 0)

    def grow(self, commits: int) -> None:
        """Add some commits of one to three operations."""
        for _ in range(commits):
            place = self.chance.choices(range(len(self.lines)), WEIGHTS)[0]
            self.stamps[place] = stamp = self._stamp(self.stamps[place])
            ops = [self._operation(self.lines[place], stamp) for _ in range(self.chance.choice((1, 1, 1, 2, 3)))]
            self.lines[place].add(stamp, ops, self.chance.randbytes(12))

    def _stamp(self, last: int) -> int:
        """Mostly close together, so that stamps meet; sometimes a clock that is years out; never backwards."""
        wall = 1_768_212_000_000 + self.chance.randrange(3)
        if self.chance.random() < 0.1:
            wall = self.chance.choice((0, 978_307_200_000, 3_976_214_400_000, (1 << 47) - 1))
        return max(wall << 16, last + 1 if last + 1 < 1 << 63 else last)

    def _operation(self, line: Line, stamp: int) -> layout.Packed:
        lot = self.chance.random()
        if lot < 0.05:
            return self._nonsense()
        if line.meta.channel == "admin" and lot < 0.95:
            return self._reaching_back(line, stamp)
        if not self.rows or lot < 0.35:
            return self._birth(line, stamp)
        if lot < 0.45:
            return self._delete(line)
        return self._change(line, stamp)

    def _reaching_back(self, line: Line, stamp: int) -> layout.Packed:
        """Set a run of entries aside, bring it back, or erase something."""
        salt, lot = self.chance.randbytes(12), self.chance.random()
        undone = [one for one in self.rows if one[0].name == "undone"]
        if lot < 0.35 and self.on_cell:
            ops = [op for listed in self.on_cell.values() for op in listed]
            ids: list[Any] = self.chance.sample(ops, min(len(ops), self.chance.choice((1, 1, 3))))
            ids += self.chance.choice(([], [], [], [bytes(16)], [b"short"]))
            return layout.pack_operation(Kind.ERASE, 0, None, ids, ["left", "head"], salt)
        if undone and lot < 0.55:
            return self._change(line, stamp)
        table = registry.BY_NAME["undone"]
        other = self.chance.choice([one for one in self.lines if one.commits] or [line])
        last = self.chance.randrange(len(other.commits) + 1) or len(other.commits)
        head = other.commits[last - 1].hash if other.commits else bytes(32)
        first = self.chance.choice((1, last, max(1, last - 2), 0))
        values = [other.meta.key, first, last, head.hex(), "", "the file of Tuesday"]
        if self.chance.random() < 0.1:
            values[self.chance.randrange(5)] = self.chance.choice((None, "zz", 7))
        op = layout.pack_operation(Kind.FACT, table.number, None, None, values, salt)
        made = op_id(line.meta.key, stamp, op.digest)
        self.rows.append((table, made))
        self.on_cell.setdefault((made, registry.STANDING), []).append(made)
        return op

    def limits(self) -> list[st.Statement]:
        """Perhaps a computer of A was reported lost, perhaps the cover was ended; both saw some of what there is."""
        said = []
        if self.chance.random() < 0.4:
            lost = self.cast.signers["a2"].public
            facts = {"sign": lost, "seen": self._seen_heads("a2"), "reason": "lost", "said": 1}
            said.append(st.make(st.REVOKE, self.cast.namespace, self.cast.a, facts, self.cast.root))
        if self.chance.random() < 0.4:
            ended = {"id": GRANT, "seen": self._seen_heads("b"), "said": 1}
            said.append(st.make(st.WITHDRAW, self.cast.namespace, self.cast.a, ended, self.cast.signers["a1"]))
        return said

    def _seen_heads(self, who: str) -> list[list[Any]]:
        seen = []
        for line in self.lines:
            if line.commits and line.signer is self.cast.signers[who] and self.chance.random() < 0.8:
                last = self.chance.randrange(1, len(line.commits) + 1)
                seen.append([line.meta.key, last, line.commits[last - 1].hash])
        return seen

    def _target(self, line: Line) -> tuple[registry.Table, bytes]:
        """Some row, mostly one of late and mostly one this stream may touch."""
        rows = self.rows
        if self.chance.random() < 0.95:
            covering = line.meta.channel.startswith("cover/")
            rows = [one for one in rows if one[0].is_fact or not covering]
            rows = [one for one in rows if covering or one[0].channel == line.meta.channel] or self.rows
        return self.chance.choice(rows[-5:] if self.chance.random() < 0.7 else rows)

    def _value(self, column: registry.Column) -> Any:
        if self.chance.random() < 0.006:
            return self.chance.choice(BAD)
        if not column.is_group:
            return self.chance.choice(GOOD[column.fields[0].type])
        whole = [self.chance.choice(GOOD[one.type]) for one in column.fields]
        return self.chance.choice((whole, whole, whole, None, whole[:-1] if self.chance.random() < 0.05 else whole))

    def _birth(self, line: Line, stamp: int) -> layout.Packed:
        table = registry.BY_NAME[self.chance.choices(TABLES, (5, 4, 5, 1, 2, 1))[0]]
        if line.meta.channel == "people" and self.chance.random() < 0.95:
            table = registry.BY_NAME["person"]
        if line.meta.channel.startswith("cover/") and self.chance.random() < 0.8:
            table = registry.BY_NAME[self.chance.choice(("check_record", "check_record", "defect", "not_done"))]
        kind = Kind.FACT if table.is_fact else Kind.CREATE
        if self.chance.random() < 0.03:
            kind = self.chance.choice((Kind.FACT, Kind.CREATE))
        values = [self._value(column) for column in table.columns]
        row = self._named(line, table, values)
        if line.meta.channel.startswith("cover/") and self.chance.random() < 0.8:
            self._as_lent(table, values)
        values = values[: self.chance.choice((len(values), len(values), self.chance.randrange(len(values) + 1)))]
        if self.chance.random() < 0.1:
            values += [None, "newer"][: self.chance.randrange(3)]
        op = layout.pack_operation(kind, table.number, row, None, values, self.chance.randbytes(12))
        made = row or op_id(line.meta.key, stamp, op.digest)
        self.rows.append((table, made))
        for number in (*range(len(table.columns)), registry.STANDING):
            self.on_cell.setdefault((made, number), []).append(op_id(line.meta.key, stamp, op.digest))
        return op

    def _named(self, line: Line, table: registry.Table, values: list[Any]) -> bytes | None:
        if table.key is None:
            return self.chance.randbytes(16) if self.chance.random() < 0.03 else None
        values[0] = code = self.chance.choice(("FIRE-04", "FIRE-04", "GAS-01"))
        if self.chance.random() < 0.05:
            return None
        school = line.meta.school if self.chance.random() < 0.95 else self.cast.a
        return derived_row(self.cast.namespace, school, table.name, code)

    def _as_lent(self, table: registry.Table, values: list[Any]) -> None:
        for column in table.columns:
            if column.name == "check_id":
                values[column.number] = LENT_CHECK
            elif column.name in ("done_on", "said_on", "raised_on"):
                values[column.number] = DAY + self.chance.randrange(7)
            elif table.name == "defect" and column.name not in registry.GRANTABLE["defect"]:
                values[column.number] = None

    def _change(self, line: Line, stamp: int) -> layout.Packed:
        table, row = self._target(line)
        if table.is_fact and self.chance.random() < 0.9:
            numbers = [registry.STANDING]
        else:
            numbers = self.chance.sample(range(len(table.columns)), self.chance.choice((1, 1, 2)))
            if self.chance.random() < 0.7:
                numbers = [self.chance.choice((1, 3, 4, 5, 9)) % len(table.columns)]
        if self.chance.random() < 0.05:
            numbers = [self.chance.choice((registry.STANDING, 200, 17, 254, 256, -1))]
        values = {number: self._new_value(table, number) for number in numbers}
        if self.chance.random() < 0.03:
            values[numbers[0]] = self.chance.choice(BAD)
        links = {number: self._seen(row, number) for number in numbers}
        if self.chance.random() < 0.04:
            table = registry.BY_NAME[self.chance.choice(TABLES)]
        op = layout.pack_operation(Kind.SET, table.number, row, links, values, self.chance.randbytes(12))
        for number in numbers:
            self.on_cell.setdefault((row, number), []).append(op_id(line.meta.key, stamp, op.digest))
        return op

    def _new_value(self, table: registry.Table, number: int) -> Any:
        if number == registry.STANDING:
            return self.chance.choice((registry.STANDS, registry.SET_ASIDE) * 5 + ("sideways", None))
        column = table.column_numbered(number)
        return self._value(column) if column is not None else self.chance.choice(("newer", 1.5, [1, [2]], None))

    def _seen(self, row: bytes, number: int) -> list[bytes]:
        """What the editor saw: mostly the last value or two, sometimes nothing, sometimes what is not there."""
        ops = self.on_cell.get((row, number), [])
        lot = self.chance.random()
        if lot < 0.5:
            return ops[-1:]
        if lot < 0.75:
            return self.chance.sample(ops, self.chance.randrange(len(ops) + 1))
        if lot < 0.85:
            return []
        if lot < 0.95:
            return list(ops)
        return [self.chance.choice((self.chance.randbytes(16), row, b"short"))]

    def _delete(self, line: Line) -> layout.Packed:
        editable = [one for one in self.rows if not one[0].is_fact and one[0].channel == line.meta.channel]
        table, row = self.chance.choice(editable if editable and self.chance.random() < 0.95 else self.rows)
        seen = {op for (other, _), ops in self.on_cell.items() if other == row for op in ops}
        listed = sorted(seen)
        if self.chance.random() < 0.4:
            listed = self.chance.sample(listed, self.chance.randrange(len(listed) + 1))
        return layout.pack_operation(Kind.DELETE, table.number, row, listed, None, self.chance.randbytes(12))

    def _nonsense(self) -> layout.Packed:
        """What only a newer, broken or hostile program writes."""
        salt = self.chance.randbytes(12)
        table, row = self.chance.choice(self.rows) if self.rows else (registry.BY_NAME["defect"], bytes(16))
        return self.chance.choice((
            lambda: layout.pack_operation(9, table.number, row, None, ["x"], salt),
            lambda: layout.pack_operation(-1, table.number, row, [row], None, salt),
            lambda: layout.pack_operation(Kind.CREATE, 250, None, None, ["new table"], salt),
            lambda: layout.pack_operation(Kind.ERASE, table.number, row, [row], ["why"], salt),
            lambda: layout.pack_operation(Kind.SET, table.number, row, None, {3: "x"}, salt),
            lambda: layout.pack_operation(Kind.SET, table.number, row, {3: []}, {}, salt),
            lambda: layout.pack_operation(Kind.SET, table.number, row, {3: []}, [1], salt),
            lambda: layout.pack_operation(Kind.SET, table.number, row, {3: [1]}, {3: "x"}, salt),
            lambda: layout.pack_operation(Kind.SET, table.number, row, {"3": []}, {"3": "x"}, salt),
            lambda: layout.pack_operation(Kind.SET, table.number, row, {b"3": []}, {b"3": "x"}, salt),
            lambda: layout.pack_operation(Kind.SET, table.number, row, {1.5: []}, {1.5: "x"}, salt),
            lambda: layout.pack_operation(Kind.SET, table.number, None, {3: []}, {3: "x"}, salt),
            lambda: layout.pack_operation(Kind.DELETE, table.number, None, [row], None, salt),
            lambda: layout.pack_operation(Kind.DELETE, table.number, row, {1: 2}, None, salt),
            lambda: layout.pack_operation(Kind.FACT, 5, None, None, {0: 1}, salt),
            lambda: layout.pack_operation(Kind.FACT, 5, None, None, "text", salt),
            lambda: _broken(table, row),
        ))()  # fmt: skip


def _broken(table: registry.Table, row: bytes) -> layout.Packed:
    stem = layout.pack_operation(Kind.SET, table.number, row, {3: []}, {3: "x"}, bytes(12)).stem
    body = b"\x92\xc4\x0cbroken-----\xff\x81\x03\xa1\xff"
    return layout.Packed(stem, body, layout.head_digest(stem, body))


# ---------------------------------------------------------------- cutting into files
def files_of(lines: list[Line], chance: random.Random, *, parts: int) -> list[CheckedFile]:
    """Everything in files of some segments each: cut anywhere, in any order, some of it twice."""
    pieces: list[CheckedSegment] = []
    for line in lines:
        size = len(line.commits)
        if not size:
            continue
        cuts = sorted({0, size, *(chance.randrange(size + 1) for _ in range(chance.randrange(parts)))})
        pieces += [line.segment(first + 1, last) for first, last in pairwise(cuts)]
        for _ in range(chance.choice((0, 0, 1, 2))):
            first = chance.randrange(1, size + 1)
            pieces.append(line.segment(first, chance.randrange(first, size + 1)))
    chance.shuffle(pieces)
    files = []
    while pieces:
        count = chance.randrange(1, 4)
        files.append(as_file(pieces[:count], chance))
        del pieces[:count]
    return files


def as_file(segments: list[CheckedSegment], chance: random.Random) -> CheckedFile:
    """Segments as one checked file from nobody in particular."""
    return CheckedFile(chance.randbytes(32), b"s" * 32, b"h" * 16, 0, (), (), segments)


# ---------------------------------------------------------------- the reference's opinion
def op_id(stream: bytes, stamp: int, digest: bytes) -> bytes:
    """The id of an operation, from the text: six bytes of milliseconds and ten of the digest in its stream."""
    return (stamp >> 16).to_bytes(6, "big") + hashlib.sha256(b"bursar.op.1" + stream + digest).digest()[:10]


class _Unreadable:
    """Values that cannot be decoded."""


def known_of(store: Store) -> Known:
    """What else the state follows from: which entry lies below which, and what the statements limit."""
    below: dict[tuple[bytes, bytes], tuple[int, bytes]] = {}
    sql = (
        "SELECT s.key, l.pos, l.hash, c.start_seq, c.start_prev FROM commit_log l JOIN chain c ON c.cid=(l.pos>>40)"
        " JOIN stream s ON s.sno=c.sno ORDER BY l.pos"
    )
    last = b""
    with looking(store) as con:
        metas = [layout.read_meta(meta) for (meta,) in con.execute("SELECT meta FROM stream")]
        for stream, pos, head, start, start_prev in con.execute(sql):
            seq = pos & ((1 << chains.SEQ_BITS) - 1)
            below[stream, head] = (seq, start_prev if seq == start else last)
            last = head
    limits = {meta.key: limit for meta in metas if (limit := store.trust.limit_of(meta)) is not None}
    return Known(store.facts.home, below, {key: (limit.seen, limit.late) for key, limit in limits.items()})


def steps_of(store: Store) -> tuple[list[Step], set[bytes]]:
    """Every operation held, and the ids of those whose head cannot be read."""
    trust = store.trust
    steps: list[Step] = []
    unreadable: set[bytes] = set()
    for meta, seq, head_hash, commit in commits_in(store):
        rights, grants = trust.writer_of(meta) or ("none", ())
        for n, digest in enumerate(layout.commit_digests(commit)):
            stem, body = commit.ops[2 * n] or b"", commit.ops[2 * n + 1]
            oid = op_id(meta.key, commit.stamp, digest)
            if n == 0:
                continue
            try:
                head = layout.read_stem(stem, whole=body is None)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                unreadable.add(oid)
                continue
            steps.append(
                Step(oid, head.kind, head.table, head.row, commit.stamp, head.links, _values(body), meta.namespace,
                     meta.school, meta.channel, meta.key, seq, rights, grants, body is None, head_hash)
            )  # fmt: skip
    return steps, unreadable


def _values(body: bytes | None) -> object:
    if body is None:
        return None
    try:
        return layout.read_body(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _one_by_one(body)


def _one_by_one(body: bytes) -> object:
    """What is behind the last column is passed over, also when it is nonsense: every value is read by itself."""
    try:
        _, parts = msgspec.msgpack.decode(body, type=tuple[bytes, list[msgspec.Raw]])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _Unreadable()
    values: list[object] = []
    for part in parts:
        try:
            values.append(msgspec.msgpack.decode(part))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            values.append(_Unreadable())
    return values


def reference(store: Store) -> State:
    """What must follow from everything a register holds, by the slow reference."""
    steps, unreadable = steps_of(store)
    state = merge(steps, known_of(store))
    state.held |= unreadable
    return state


def state_of(store: Store) -> State:
    """What the register's tables say."""
    state = State()
    with looking(store) as con:
        schools = schools_by_number(con)
        for table in registry.TABLES:
            names = [one.name for one in table.fields] + (["standing"] if table.is_fact else [])
            listed = ", ".join(f'"{name}"' for name in ("id", "sid", *names))
            for row in con.execute(f"SELECT {listed} FROM {table.name}"):
                state.rows[table.name, row[0]] = dict(zip(names, row[2:], strict=True))
                state.schools[table.name, row[0]] = schools[row[1]]
        for row, tab, col, heads in con.execute("SELECT row, tab, col, heads FROM conflict"):
            rivals = frozenset(heads[n : n + 16] for n in range(0, len(heads), 16))
            state.conflicts[registry.BY_NUMBER[tab].name, row, col] = rivals
        for row, tab in con.execute("SELECT row, tab FROM hidden"):
            state.hidden.add((registry.BY_NUMBER[tab].name, row))
        state.held, state.confirm = _held(con, "held"), _held(con, "confirm")
    return state


def _held(con: sqlite3.Connection, state: str) -> set[bytes]:
    held = set()
    sql = (
        "SELECT s.key, l.body, h.n FROM held h JOIN commit_log l ON l.pos=h.pos"
        " JOIN chain c ON c.cid=(l.pos>>40) JOIN stream s ON s.sno=c.sno WHERE h.state=?"
    )
    for stream, body, n in con.execute(sql, (state,)):
        commit = layout.read_commit(body)
        held.add(op_id(stream, commit.stamp, layout.commit_digests(commit)[n]))
    return held
