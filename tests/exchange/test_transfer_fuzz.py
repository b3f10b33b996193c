"""A known school's broken program may write any bytes under a good signature: refused or harmless, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from bursar_desk.domain.errors import Refused
from bursar_desk.domain.operations import ActNote, Kind
from bursar_desk.exchange import body
from db import layout
from tests.exchange.simulation import plain_files
from tests.exchange.test_transfer_refusals import Pair, commit, person
from tests.storage.histories import reference, state_of
from tests.storage.workbench import Bench, is_sound

SALT = b"twelve bytes"
ROW = b"row of 16 bytes!"
HONEST = (
    person("Bob"),
    layout.pack_operation(Kind.SET, 2, ROW, {0: [ROW], 4: []}, {0: "Bill", 4: [1, 2]}, SALT),
    layout.pack_operation(Kind.DELETE, 2, ROW, [ROW, bytes(16)], None, SALT),
    layout.pack_operation(Kind.FACT, 12, None, None, [ROW, "first aid", 20_000, 20_400, "Red Cross"], SALT),
)


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    with Bench.open(tmp_path, monkeypatch) as bench, plain_files(monkeypatch):
        yield Pair(bench)


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


def _spoilt_operation(op: layout.Packed, chance: random.Random) -> layout.Packed:
    stem, inside = op.stem, op.body
    if chance.random() < 0.5:
        stem = spoilt(stem, chance)
    else:
        inside = spoilt(inside, chance)
    return layout.Packed(stem, inside, layout.head_digest(stem, inside))


@pytest.mark.parametrize("seed", range(8))
def test_spoilt_operations_under_a_good_seal_are_refused_or_held_and_stop_nothing(pair: Pair, seed: int) -> None:
    chance = random.Random(seed)
    taken = 0
    for n in range(60):
        ops = [_spoilt_operation(chance.choice(HONEST), chance) for _ in range(chance.choice((1, 2)))]
        first = layout.pack_act(ActNote(ROW, 3, None, None, None, "Bob", ""), SALT)
        if chance.random() < 0.2:
            first = _spoilt_operation(first, chance)
        meta = pair.meta()._replace(epoch=n.to_bytes(16, "big"))
        path = pair.segment([layout.pack_commit(1_768_212_000_000 << 16 | n, None, [first, *ops])], meta=meta)
        try:
            taken += pair.bench.merge(pair.a, path).added
        except Refused:
            continue
    assert taken > 20
    assert state_of(pair.a) == reference(pair.a)
    assert is_sound(pair.a)


@pytest.mark.parametrize("seed", range(8))
def test_spoilt_commits_and_frames_are_refused_and_leave_no_trace(pair: Pair, seed: int) -> None:
    chance = random.Random(100 + seed)
    whole = commit(*HONEST)
    head = layout.commit_hash(
        pair.meta().key, 1, 1_768_212_000_000 << 16, layout.ZERO_HASH, None,
        b"".join(layout.commit_digests(layout.read_commit(whole))),
    )  # fmt: skip
    seal = pair.bench.keys_of(pair.b).sign.sign(layout.seal_message(pair.meta().key, 1, head))
    frames = [
        body.frame("made", 0), body.frame("have", [[bytes(16), 1, bytes(32)]]), body.frame("statements", []),
        body.frame("segment", pair.meta().packed(), 1, layout.ZERO_HASH, 1, seal), *body.commit_frames([whole]),
        body.frame("end", 1, 1),
    ]  # fmt: skip
    for _ in range(60):
        place = chance.randrange(len(frames))
        changed = [spoilt(one, chance) if n == place else one for n, one in enumerate(frames)]
        before = pair.a.path.read_bytes()
        try:
            pair.bench.merge(pair.a, pair.write(changed))
        except Refused:
            assert pair.a.path.read_bytes() == before
    assert is_sound(pair.a)


@given(
    stem=some.binary(max_size=60), inside=some.binary(max_size=60),
    at=some.integers(0, 80), byte=some.integers(0, 255),
)  # fmt: skip
def test_an_act_that_passes_the_quick_look_can_be_read(stem: bytes, inside: bytes, at: int, byte: int) -> None:
    note = ActNote(ROW, 8, ROW, None, ROW, "Dawn", "Fire alarm")
    honest = layout.pack_act(note, SALT)
    changed = bytearray(honest.stem + honest.body)
    changed[at % len(changed)] = byte
    split = len(honest.stem)
    for one, two in ((stem, inside), (honest.stem, inside), (bytes(changed[:split]), bytes(changed[split:]))):
        try:
            layout.check_act(one, two)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
        layout.read_act(one, two)
