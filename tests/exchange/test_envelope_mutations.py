"""Files damaged in thousands of seeded ways: they are refused, or they are whole; nothing else ever happens."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bursar_desk.exchange import envelope
from bursar_desk.exchange.envelope import EnvelopeRefused
from tests.exchange.envelope_forge import CHUNK, READER, STRANGER, Forge, resigned

CAMPAIGN = os.environ.get("BURSAR_DESK_CAMPAIGN") == "1"
ROUNDS = 120_000 if CAMPAIGN else 3_000
"""In a campaign, with the 80,000 bodies of ``test_transfer_fuzz``, 200,000 spoilt files."""
SHARE = ROUNDS // 3
SECONDS_EACH = 2.0


def outcome(path: Path, data: bytes) -> tuple[str, bytes]:
    """The code of the refusal, or 'opened' and the body; any other exception, or too long a look, fails the test."""
    path.write_bytes(data)
    started = time.process_time()
    try:
        with envelope.open_file(path, [READER.box]) as opened:
            body = b""
            while part := opened.body.read(CHUNK):
                body += part
            return "opened", body
    except EnvelopeRefused as why:
        return why.code, b""
    finally:
        took = time.process_time() - started
        assert took < SECONDS_EACH, f"{took:.1f} seconds for {len(data)} bytes"


def damaged(rng: random.Random, data: bytes, other: bytes) -> bytes:
    """``data`` with one to three changes: bits flipped, bytes set, parts cut out, added or spliced from ``other``."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(changed) + 1) if rng.random() < 0.6 else rng.randrange(min(len(changed), 300) + 1)
        length = rng.choice([1, 2, 4, 16, 64, 300])
        match rng.randrange(7):
            case 0 | 1 if at < len(changed):
                changed[at] ^= 1 << rng.randrange(8)
            case 2:
                changed[at : at + 4] = rng.choice([b"\xff" * 4, bytes(4), b"\xdd\xff\xff\xff", b"\x80\x90\xc0\xc1"])
            case 3:
                del changed[at : at + length]
            case 4:
                changed[at:at] = rng.randbytes(length)
            case 5:
                changed[at : at + length] = other[at : at + length]
            case 6:
                changed = changed[:at]
        if not changed:
            break
    return bytes(changed)


def samples() -> list[bytes]:
    rng = random.Random(20_270_326)
    return [
        Forge().bytes(),
        Forge(plain=b"", to=(STRANGER.box.public, READER.box.public)).bytes(),
        Forge(plain=rng.randbytes(3000), kind="pack").bytes(),
        Forge(kind="card", suite=0).bytes(),
    ]


@pytest.mark.timeout(1800)
def test_a_damaged_file_is_never_opened(tmp_path: Path) -> None:
    files, rng, seen = samples(), random.Random(1), Counter[str]()
    for _ in range(SHARE):
        data, other = rng.choice(files), rng.choice(files)
        mutant = damaged(rng, data, other)
        if mutant not in files:
            result, _ = outcome(tmp_path / "f", mutant)
            seen[result] += 1
    assert seen["opened"] == 0
    assert {"altered", "truncated", "appended", "not_ours", "header_damaged", "newer_version"} <= set(seen)
    assert list(tmp_path.iterdir()) == [tmp_path / "f"]


def _odd(rng: random.Random, value: Any) -> Any:
    """Something else in the place of one header value."""
    if isinstance(value, list) and value and rng.random() < 0.6:
        changed = list(value)
        at = rng.randrange(len(changed))
        changed[at] = _odd(rng, changed[at])
        return changed
    if rng.random() < 0.5:
        match value:
            case int():
                other = rng.choice([value + 1, value - 1, value * 2, value * 300, 2**31, 2**40])
                return max(-(2**63), min(other, 2**64 - 1))
            case bytes() if value:
                return damaged(rng, value, value[::-1])
            case str():
                return value[:-1] + "x"
    return rng.choice(
        [None, True, -1, 0, 1, 255, 2**31, 2**63 - 1, 2**64 - 1, 1.5, float("nan"), "", "x" * 70, b"", b"y" * 80, [],
         [[]], {}, {"a": 1}, [1, 2, 3, 4], value, [value], [value] * 3, "exchange", "card", b"z" * 16, b"z" * 32]
    )  # fmt: skip


@pytest.mark.timeout(1800)
def test_a_header_mutated_under_a_good_signature_is_refused_or_whole(tmp_path: Path) -> None:
    rng, seen = random.Random(2), Counter[str]()
    for _ in range(SHARE):
        forge = Forge(kind="card", suite=0) if rng.random() < 0.3 else Forge()
        fields = forge.fields()
        for _ in range(rng.randint(1, 2)):
            at = rng.choice([*range(len(fields)), 6, 6, 7])
            fields[at] = _odd(rng, fields[at])
        header = msgspec.msgpack.encode(fields)
        if rng.random() < 0.3:
            header = damaged(rng, header, header)
        result, body = outcome(tmp_path / "f", forge.but(header=header).bytes())
        seen[result] += 1
        assert result != "opened" or body == forge.plain
    assert {"opened", "header_damaged", "needs_update", "bomb", "altered", "damaged_body", "key_damaged"} <= set(seen)


@pytest.mark.timeout(1800)
def test_a_body_mutated_under_a_good_signature_is_refused_or_whole(tmp_path: Path) -> None:
    rng, seen = random.Random(3), Counter[str]()
    sealed = Forge(plain=rng.randbytes(500) + b"fire door " * 200)
    for _ in range(SHARE):
        if rng.random() < 0.2:
            data = bytearray(sealed.bytes())
            data[rng.randrange(len(sealed.front()), len(data) - 64)] ^= 1 << rng.randrange(8)
            result, body = outcome(tmp_path / "f", resigned(bytes(data)))
        else:
            packed = damaged(rng, sealed.pack(), rng.randbytes(400))
            plain = len(sealed.plain) if rng.random() < 0.8 else rng.randrange(100_000)
            sizes = [plain, len(packed), max(1, -(-len(packed) // CHUNK)), 0]
            result, body = outcome(tmp_path / "f", sealed.but(packed=packed, sizes=sizes).bytes())
            assert result != "opened" or len(body) == plain
        seen[result] += 1
    assert {"damaged_chunk", "damaged_body", "bomb"} <= set(seen)


@pytest.mark.campaign
def test_every_single_bit_of_a_file_matters(tmp_path: Path) -> None:
    for data in samples():
        for bit in range(len(data) * 8):
            changed = bytearray(data)
            changed[bit >> 3] ^= 1 << (bit & 7)
            assert outcome(tmp_path / "f", bytes(changed))[0] != "opened"
