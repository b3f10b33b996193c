"""Files of a known school's broken or hostile program: honest ones, taken apart, changed somewhere, sealed again.

Every way of changing keeps what a reader checks first, so that the change is met as deep inside as possible: lengths
are right, statements are signed by a key that may sign, hashes and seals are made anew.
"""

from __future__ import annotations

import random
import struct
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import Refused
from bursar_desk.domain.grants import Grant
from bursar_desk.domain.operations import ActNote, Kind, cover_channel
from bursar_desk.exchange import body, envelope
from bursar_desk.services import registers
from db import layout
from db import statements as st
from tests.exchange.test_transfer_refusals import SALT, STAMP, Pair, commit, person
from tests.storage.workbench import own_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bursar_desk.exchange.keys import SigningIdentity

SECONDS_EACH = 2.0
RENEW_AFTER = 60
ROW, OTHER = b"row of 16 bytes!", b"another row, too"
GRANT, LENT, DAY = b"G" * 16, b"the check lent!!", 20_465
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode
ODD: tuple[Any, ...] = (
    None, True, False, -1, 0, 1, 2, 255, 256, 2**31, 2**40, 2**63 - 1, -(2**63), 2**63, 2**64 - 1, 1.5, float("nan"),
    float("inf"), "", "x", "x" * 70, "\x00", "\u202eevil", "private", "cover/zz", b"", b"short", bytes(16), bytes(32),
    bytes(64), b"y" * 33, [], [[]], [[[[[[[[[[1]]]]]]]]]], {}, {"a": 1}, {1: [b"x"]}, [1, 2, 3],
    [[bytes(16), 1, bytes(32)]], [{}],
)  # fmt: skip


def spoilt(data: bytes, chance: random.Random) -> bytes:
    """A few bytes changed, put in, taken out, or the end cut off."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5))):
        place = chance.randrange(len(out) + 1) if out else 0
        lot = chance.random()
        if lot < 0.5 and place < len(out):
            out[place] = chance.choice((chance.randrange(256), 0xC0, 0x90, 0x80, 0xFF, 0xCB, 0xD9, 0xC7))
        elif lot < 0.7:
            out[place:place] = chance.randbytes(chance.randrange(1, 9))
        elif lot < 0.9:
            del out[place : place + chance.randrange(1, 9)]
        else:
            del out[place:]
    return bytes(out)


def odd(value: Any, chance: random.Random) -> Any:
    """A structure with one thing in it that is something else: deeper parts as likely as the whole."""
    if isinstance(value, list) and value and chance.random() < 0.85:
        at = chance.randrange(len(value))
        lot = chance.random()
        if lot < 0.1:
            return [*value[:at], *value[at + 1 :]]
        if lot < 0.2:
            return [*value[:at], value[at], *value[at:]]
        return [*value[:at], odd(value[at], chance), *value[at + 1 :]]
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        return {**value, key: odd(value[key], chance)}
    if chance.random() < 0.4:
        if type(value) is int:
            return chance.choice((value + 1, value - 1, -value, value << 20))
        if isinstance(value, bytes) and value:
            return spoilt(value, chance)
        if isinstance(value, str):
            return value + chance.choice(("x", "\x00", "é" * 20_000))
    return chance.choice(ODD)


def written(value: Any) -> bytes:
    """Msgpack of anything; numbers no msgpack holds become the largest it does."""
    try:
        return _encode(value)
    except (OverflowError, TypeError, ValueError):
        return _encode([2**64 - 1])


Frame = list[Any]


@dataclass
class Fuzz:
    """A register that merges, a school whose program writes anything, and honest files to begin from."""

    pair: Pair
    chance: random.Random
    seen: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    _honest: list[list[Frame]] = field(default_factory=list)
    _template: bytes = b""
    _taken: int = 0

    def __post_init__(self) -> None:
        pair = self.pair
        pair.bench.let_read(pair.b, pair.a, ["compliance", "people"])
        day = DAY
        lent = Grant(GRANT, pair.a.facts.home, pair.b.facts.home, "Bob", (pair.b.facts.writer,), (bytes(32),), (LENT,),
                     day, day + 9, day + 20, 6)  # fmt: skip
        said = st.make(st.GRANT, pair.a.facts.namespace, pair.a.facts.home, st.grant_facts(lent), self._key(pair.a))
        pair.a.add_statements([said])
        self._honest = [self._from_the_program(), self._by_hand(), self._under_the_grant()]
        for frames in self._honest:
            assert self._case(self._joined(frames)) == "taken", "what is changed is good before it is changed"
        pair.a.close()
        self._template = pair.a.path.read_bytes()
        self._renew()

    def _key(self, store: Any) -> SigningIdentity:
        return own_keys(self.pair.bench, store)

    # ------------------------------------------------------------ honest files
    def _from_the_program(self) -> list[Frame]:
        """What B's program writes itself: rows, changes, a delete, a message with a file, something erased."""
        b = self.pair.b
        with b.act(ActCode.ADD_PERSON, who="Bob", subject="Dawn") as act:
            dawn = act.create("person", {"name": "Dawn", "starts": 1, "ends": 2})
            gone = act.create("person", {"name": "Gone"})
        with b.act(ActCode.CHANGE_PERSON) as act:
            act.set("person", dawn, {"name": "Dawn Hill", "starts": 2, "ends": 3})
            act.delete("person", gone)
        with b.act(ActCode.REPORT_DEFECT) as act:
            gate = act.create("defect", {"title": "gate", "risk": "low"})
        data = b"a small letter"
        listed = [{"name": "letter", "sha256": b.blobs.put(data).hex(), "size": len(data), "type": "text/plain"}]
        with b.act(ActCode.SEND_MESSAGE) as act:
            act.fact("message", {"kind": "notice", "title": "x", "enclosures": msgspec.json.encode(listed).decode()})
        with b.act(ActCode.ERASE) as act:
            act.erase([gate], "asked for", "the head")
        path = self.pair.bench.send(b, [self.pair.a])
        with envelope.open_file(path, []) as opened:
            data = opened.body.read(1 << 24)
        return _apart(data)

    def _by_hand(self) -> list[Frame]:
        """Two commits with every kind of operation, in a stream of B's own."""
        ops = (
            person("Bob"), layout.pack_operation(Kind.SET, 2, ROW, {0: [ROW], 4: []}, {0: "Bill", 4: [1, 2]}, SALT),
            layout.pack_operation(Kind.DELETE, 2, ROW, [ROW, bytes(16)], None, SALT),
            layout.pack_operation(Kind.FACT, 12, None, None, [ROW, "first aid", 20_000, 20_400, "Red Cross"], SALT),
        )  # fmt: skip
        bodies = [commit(*ops[:2]), commit(*ops[2:], stamp=STAMP + 1)]
        return self._with(self.pair.meta(), bodies, [])

    def _under_the_grant(self) -> list[Frame]:
        """What B's person recorded at A, and a few statements B may make."""
        meta = self.pair.meta(cover_channel(GRANT))._replace(school=self.pair.a.facts.home)
        op = layout.pack_operation(Kind.FACT, 5, None, None, [LENT, DAY, None, 0, "satisfactory"], SALT)
        return self._with(meta, [commit(op, grant=GRANT)], self._statements())

    def _statements(self) -> list[bytes]:
        b = self.pair.b
        root, own, space, home = registers.root_key(b), self._key(b), b.facts.namespace, b.facts.home
        grant = Grant(b"H" * 16, home, self.pair.c.facts.home, "Cal", (bytes(32),), (bytes(32),), (LENT,), 1, 2, 3, 4)
        reader = {"subject": self.pair.c.facts.home, "subject_root": bytes(32), "channels": ["people"],
                  "settles": False, "role": "neighbour"}  # fmt: skip
        seen = [[bytes(16), 1, bytes(32)]]
        computer = {"sign": b"c" * 32, "box": bytes(32), "label": "x", "letter": "Q"}
        return [
            st.make(st.GRANT, space, home, st.grant_facts(grant), own).raw,
            st.make(st.READER, space, home, reader, root).raw,
            st.make(st.COMPUTER, space, home, computer, root).raw,
            st.make(st.REVOKE, space, home, {"sign": b"c" * 32, "seen": seen, "reason": "lost", "said": 1}, root).raw,
            st.make(st.WITHDRAW, space, home, {"id": b"H" * 16, "seen": seen, "said": 1}, own).raw,
            st.make("of-tomorrow", space, home, {"what": [1, {"x": b"y"}]}, own).raw,
        ]  # fmt: skip

    def _with(self, meta: layout.StreamMeta, bodies: list[bytes], said: list[bytes]) -> list[Frame]:
        return [
            ["made", 1], ["have", [[bytes(16), 1, bytes(32)]]], ["statements", said], ["wants", [bytes(32)]],
            self._sealed(meta, 1, layout.ZERO_HASH, bodies), ["commits", bodies], ["end", 1, len(bodies), 0],
        ]  # fmt: skip

    def _sealed(self, meta: layout.StreamMeta, start: int, prev: bytes, bodies: Sequence[bytes]) -> Frame:
        """A segment's head whose hashes and seal hold, as far as its commits can be read at all."""
        head, seq = prev, start - 1
        try:
            for seq, data in enumerate(bodies, start):
                read = layout.read_commit(data)
                digests = b"".join(layout.commit_digests(read))
                head = layout.commit_hash(meta.key, seq, read.stamp, head, read.grant, digests)
            message = layout.seal_message(meta.key, seq, head)
        except (msgspec.MsgspecError, UnicodeDecodeError, struct.error, OverflowError, TypeError):
            message = b"nothing that could be sealed"
        return ["segment", meta.packed(), start, prev, len(bodies), self._key(self.pair.b).sign(message)]

    # ------------------------------------------------------------ ways to spoil one
    def _bytes_of_a_frame(self, frames: list[Frame]) -> bytes:
        parts = [body.frame(*one) for one in frames]
        at = self.chance.randrange(len(parts))
        parts[at] = spoilt(parts[at], self.chance)
        return b"".join(parts)

    def _a_value_in_a_frame(self, frames: list[Frame]) -> bytes:
        at = self.chance.randrange(len(frames))
        data = written(odd(frames[at], self.chance))
        return b"".join(
            struct.pack(">I", len(data)) + data if n == at else body.frame(*one) for n, one in enumerate(frames)
        )

    def _frames_in_another_order(self, frames: list[Frame]) -> bytes:
        """Splices: frames left out, doubled, moved, or taken from another file."""
        out = list(frames)
        for _ in range(self.chance.choice((1, 1, 2))):
            at = self.chance.randrange(len(out) + 1)
            other = self.chance.choice(self.chance.choice(self._honest))
            match self.chance.randrange(4):
                case 0:
                    del out[at : at + 1]
                case 1:
                    out.insert(at, other)
                case 2:
                    out[at : at + 1] = [other]
                case _:
                    self.chance.shuffle(out)
        return self._joined(out)

    def _length_or_end(self, frames: list[Frame]) -> bytes:
        data = bytearray(self._joined(frames))
        match self.chance.randrange(3):
            case 0:
                del data[self.chance.randrange(len(data)) :]
            case 1:
                data += self.chance.choice((b"\x00", b"\x00\x00\x00\x01\x90", self.chance.randbytes(9)))
            case _:
                length = self.chance.choice((0, 1, 2**22, 2**22 + 1, 2**31, 2**32 - 1, self.chance.randrange(500)))
                data[:4] = struct.pack(">I", length)
        return bytes(data)

    def _an_entry_sealed_again(self, frames: list[Frame]) -> bytes:
        """Something inside one entry, or about its stream, is something else; hashes and seal are made for it."""
        out = list(frames)
        at = self.chance.choice([n - 1 for n, one in enumerate(out) if one[0] == "commits"])
        _, packed, start, prev, _, _ = out[at]
        bodies = list(out[at + 1][1])
        meta = layout.read_meta(packed)
        if meta.writer != self.pair.b.facts.writer:
            return self._a_value_in_a_frame(frames)
        lot = self.chance.random()
        if lot < 0.8:
            n = self.chance.randrange(len(bodies))
            bodies[n] = self._odd_commit(bodies[n])
        elif lot < 0.9:
            start, prev = self.chance.choice(((2, bytes(32)), (1, b"p" * 32), (2**40 - 2, b"p" * 32), (7, b"p" * 32)))
        if self.chance.random() < 0.9:
            meta = meta._replace(epoch=self.chance.randbytes(16))
        if lot >= 0.9:
            changes: dict[str, Any] = self.chance.choice((
                {"channel": "private"}, {"channel": "cover/" + "ab" * 16}, {"channel": "of tomorrow"},
                {"channel": "link"}, {"school": self.pair.c.facts.home}, {"school": self.pair.a.facts.home},
                {"namespace": bytes(16)},
            ))  # fmt: skip
            meta = meta._replace(**changes)
        out[at], out[at + 1] = self._sealed(meta, start, prev, bodies), ["commits", bodies]
        return self._joined(out)

    def _odd_commit(self, data: bytes) -> bytes:
        stamp, grant, ops = _decode(data)
        lot = self.chance.random()
        if lot < 0.1:
            return written(odd([stamp, grant, ops], self.chance))
        n = self.chance.randrange(len(ops))
        part = ops[n]
        if part is None:
            ops[n] = self.chance.choice((b"", b"\x90", ops[0]))
        elif lot < 0.4:
            ops[n] = spoilt(part, self.chance)
        elif lot < 0.5:
            ops[n] = None
        elif n % 2:
            ops[n] = written(odd(_decode(part), self.chance))
        else:
            whole = part if ops[n + 1] is None else part + b"\xc0"
            changed = written(odd(_decode(whole), self.chance))
            ops[n] = changed if ops[n + 1] is None else changed.removesuffix(b"\xc0")
        return written([stamp, grant, ops])

    def _a_statement_signed_again(self, frames: list[Frame]) -> bytes:
        """A statement of B's with odd facts, signed by B's main key or computer; or its bytes spoilt."""
        out = [one for one in frames if one[0] != "statements"]
        raws = [raw for one in frames if one[0] == "statements" for raw in one[1]] or self._statements()
        n = self.chance.randrange(len(raws))
        lot = self.chance.random()
        if lot < 0.2:
            raws[n] = spoilt(raws[n], self.chance)
        elif lot < 0.25:
            raws[n] = b"\x91" * self.chance.choice((50, 5_000, 200_000)) + b"\xc0"
        else:
            raws[n] = self._restated(raws[n])
        return self._joined([out[0], ["statements", raws], *out[1:]])

    def _restated(self, raw: bytes) -> bytes:
        kind, space, school, facts = _decode(_decode(raw)[0])
        if self.chance.random() < 0.9:
            facts = odd(facts, self.chance)
        payload = written(odd([kind, space, school, facts], self.chance) if self.chance.random() < 0.1
                          else [kind, space, school, facts])  # fmt: skip
        if self.chance.random() < 0.1:
            payload = spoilt(payload, self.chance)
        signer = registers.root_key(self.pair.b) if self.chance.random() < 0.6 else self._key(self.pair.b)
        return _encode([payload, signer.public, signer.sign(st.LABEL + payload)])

    # ------------------------------------------------------------ trying them
    def case(self, seed: int) -> None:
        """One spoilt file, decided by ``seed`` alone."""
        self.chance.seed(seed)
        ways: tuple[Callable[[list[Frame]], bytes], ...] = (
            self._bytes_of_a_frame, self._a_value_in_a_frame, self._a_value_in_a_frame, self._frames_in_another_order,
            self._length_or_end, self._an_entry_sealed_again, self._an_entry_sealed_again, self._an_entry_sealed_again,
            self._a_statement_signed_again, self._a_statement_signed_again,
        )  # fmt: skip
        way = self.chance.choice(ways)
        data = way([list(one) for one in self.chance.choice(self._honest)])
        try:
            outcome = self._case(data)
        except Exception as problem:
            problem.add_note(f"a file of {len(data)} bytes, seed {seed}, way {way.__name__}")
            raise
        self.seen[outcome] += 1
        self.seen[way.__name__, outcome] += 1  # type: ignore[index]  # by way as well

    def _case(self, data: bytes) -> str:
        store = self.pair.a
        path = self._written(data)
        before, started = store.path.stat(), time.process_time()
        try:
            self.pair.bench.merge(store, path)
        except Refused:
            after = store.path.stat()
            assert after.st_size == before.st_size
            outcome = "refused"
        else:
            outcome = "taken"
            self._taken += 1
        took = time.process_time() - started
        self.slowest = max(self.slowest, took)
        assert took < SECONDS_EACH, f"{took:.1f} seconds for one file"
        return outcome

    def _written(self, data: bytes) -> Path:
        pair, path = self.pair, self.pair.bench.folder / "hostile.bursar"
        envelope.write(
            path, kind="exchange", sender=pair.bench.keys_of(pair.b).sign, certificate=b"",
            namespace=pair.a.facts.namespace, recipients=[], body=[data],
        )  # fmt: skip
        return path

    @property
    def due(self) -> bool:
        """Whether so much was taken that the register should be looked at and begun anew."""
        return self._taken >= RENEW_AFTER

    def _renew(self) -> None:
        pair, bench = self.pair, self.pair.bench
        pair.a.close()
        if pair.a in bench.stores:
            bench.stores.remove(pair.a)
        pair.a.path.write_bytes(self._template)
        pair.a = bench.reopened(pair.a.path)
        self._taken = 0

    renew = _renew

    def _joined(self, frames: Sequence[Frame]) -> bytes:
        return b"".join(body.frame(*one) for one in frames)


def _apart(data: bytes) -> list[Frame]:
    out, at = [], 0
    while at < len(data):
        length = struct.unpack_from(">I", data, at)[0]
        out.append(_decode(data[at + 4 : at + 4 + length]))
        at += 4 + length
    return out


def note() -> layout.Packed:
    """An ordinary act."""
    return layout.pack_act(ActNote(ROW, 3, None, None, None, "Bob", ""), SALT)
