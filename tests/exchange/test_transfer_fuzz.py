"""A known school's broken program may write any bytes under a good signature: refused or harmless, and nothing else."""

from __future__ import annotations

import random
import struct
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from bursar_desk.domain.errors import Refused
from bursar_desk.domain.grants import Grant
from bursar_desk.domain.operations import ActNote
from bursar_desk.exchange import body
from bursar_desk.services import computers, guests, meeting, registers
from bursar_desk.services.desk import Desk
from db import layout
from db import statements as st
from db.store import Store
from tests.conftest import CAMPAIGN
from tests.exchange.fuzz_kit import ROW, SALT, Fuzz, odd, spoilt, written
from tests.exchange.simulation import plain_files
from tests.exchange.test_transfer_refusals import Pair
from tests.storage.histories import reference, state_of
from tests.storage.workbench import Bench, is_sound, own_keys

CASES = 80_000 if CAMPAIGN else 900
LOOK_EVERY = 50
MEGABYTES = 300


@pytest.fixture
def fuzz(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fuzz]:
    with Bench.open(tmp_path, monkeypatch) as bench, plain_files(monkeypatch):
        yield Fuzz(Pair(bench), random.Random())


def most_memory() -> float:
    """The most memory this process ever had, in megabytes; nothing where the system does not tell."""
    if sys.platform == "win32":
        return 0.0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


@pytest.mark.timeout(3600)
def test_a_spoilt_file_under_a_good_signature_is_refused_without_trace_or_does_no_harm(fuzz: Fuzz) -> None:
    started = time.perf_counter()
    for seed in range(CASES):
        before = fuzz.pair.a.path.read_bytes() if seed % LOOK_EVERY == 0 else None
        refused = fuzz.seen["refused"]
        fuzz.case(seed)
        if before is not None and fuzz.seen["refused"] > refused:
            assert fuzz.pair.a.path.read_bytes() == before
        if fuzz.due:
            look(fuzz)
            fuzz.renew()
    look(fuzz)
    took = time.perf_counter() - started
    print(f"\n{CASES} spoilt bodies in {took:.0f} s ({CASES / took:.0f} a second), slowest {fuzz.slowest:.2f} s, "
          f"{most_memory():.0f} MB; {dict(fuzz.seen)}")  # fmt: skip
    assert min(fuzz.seen["refused"], fuzz.seen["taken"]) > CASES // 10, fuzz.seen
    assert not CAMPAIGN or most_memory() < MEGABYTES


def look(fuzz: Fuzz) -> None:
    """What was taken in left a sound register that says what the slow reference says."""
    assert state_of(fuzz.pair.a) == reference(fuzz.pair.a)
    assert is_sound(fuzz.pair.a)


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


# ---------------------------------------------------------------- cards, requests and cover packs
FEW = 3_000 if CAMPAIGN else 60


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    with Bench.open(tmp_path, monkeypatch) as bench, plain_files(monkeypatch):
        yield Pair(bench)


def tried(pair: Pair, frames: list[bytes], kind: str, look: Callable[[Path], object], seed: int) -> bool:
    """Whether an odd file of a kind was read; anything but a refusal is a fault of ours."""
    path = pair.write(frames, kind=kind)
    try:
        look(path)
    except Refused:
        return False
    except Exception as problem:
        problem.add_note(f"seed {seed}: {frames!r}"[:2000])
        raise
    return True


@pytest.mark.timeout(1800)
def test_a_spoilt_card_or_request_is_refused_or_read(pair: Pair) -> None:
    desk, b, chance, read = Desk(pair.a, pair.bench.clock), pair.b, random.Random(7), 0
    root, keys = registers.root_key(b), pair.bench.keys_of(b)
    asked = {"sign": keys.sign.public, "box": keys.box.public, "label": "PC"}
    words = [one for one in stored_by(b) if one.kind in (st.ROOT, st.COMPUTER) and one.school == b.facts.home]
    for seed in range(FEW):
        chance.seed(seed)
        kind, facts, signer = chance.choice((
            *((one.kind, dict(one.facts), root) for one in words), (st.REQUEST, asked, keys.sign),
        ))  # fmt: skip
        changed = odd(facts, chance)
        try:
            spoilt_one = st.make(kind, b.facts.namespace, b.facts.home, changed, signer).raw
        except (TypeError, ValueError, OverflowError):
            continue  # nothing that can be written down
        raws = [one.raw for one in words] + [spoilt_one]
        chance.shuffle(raws)
        if chance.random() < 0.3:
            raws[0] = spoilt(raws[0], chance)
        frames = [
            body.frame("made", 1), body.frame("have", []), body.frame("statements", raws), body.frame("end", 0, 0, 0),
        ]  # fmt: skip
        read += tried(pair, frames, "card", lambda path: meeting.read_card(desk, path), seed)
        tried(pair, frames, "card", lambda path: computers.read_request(desk, path), seed)
    assert read > FEW // 20


def stored_by(store: Store) -> list[st.Statement]:
    with store.connect() as con:
        return st.stored(con)


@pytest.mark.timeout(1800)
def test_a_spoilt_cover_pack_is_refused_or_opened_and_leaves_nothing_behind(pair: Pair) -> None:
    desk, b, chance, opened = Desk(pair.a, pair.bench.clock), pair.b, random.Random(8), 0
    grant = Grant(b"G" * 16, b.facts.home, pair.a.facts.home, "Ann", (pair.a.facts.writer,),
                  (pair.bench.keys_of(pair.a).box.public,), (ROW,), 20_000, 20_004, 20_018, 500)  # fmt: skip
    tables = {
        "school": [[ROW, ["Bury Hill", "Bury"]]], "place": [[SALT + b"plac", ["room", None, "Hall", 1]]],
        "school_check": [[ROW, ["FIRE-04", "Alarm", "fire", ["every 1 week", "last done", None], "approved"]]],
        "calendar_block": [[SALT + b"term", ["term", "Autumn", [20_000, 20_050], "autumn", 1]]], "site_note": [],
    }  # fmt: skip
    for seed in range(FEW):
        chance.seed(seed)
        facts = odd(st.grant_facts(grant), chance) if chance.random() < 0.3 else st.grant_facts(grant)
        try:
            said = st.make(st.GRANT, b.facts.namespace, b.facts.home, facts, own_keys(pair.bench, b)).raw
        except (TypeError, ValueError, OverflowError):
            continue
        cover = {"helper": "Ann", "starts": 480, "ends": 540, "duties": ""}
        extract = {"grant": said, "tables": tables, "cover": cover}
        changed = odd(extract, chance) if seed else extract
        frames = [body.frame("made", 1), body.frame("have", []), body.frame("statements", []),
                  framed(["extract", changed]), body.frame("end", 0, 0, 0)]  # fmt: skip
        before = pair.a.path.read_bytes()
        good = tried(pair, frames, "pack", lambda path: guests.open_pack(desk, path), seed)
        opened += good
        assert pair.a.path.read_bytes() == before
        folder = guests.folder_of(pair.a.path)
        left = sorted(folder.glob("*")) if folder.exists() else []
        assert good or not [one for one in left if one.is_file()], left
        for one in guests.listing(desk):
            one.path.unlink()
    assert opened > FEW // 20


def framed(frame: list[object]) -> bytes:
    data = written(frame)
    return struct.pack(">I", len(data)) + data
