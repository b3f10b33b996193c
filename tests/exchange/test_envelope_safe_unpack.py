"""Untrusted msgpack: what breaks a limit is refused with one kind of exception, and what we write we can read."""

from __future__ import annotations

import math
import random
import tracemalloc
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.exchange import safe_unpack
from bursar_desk.exchange.envelope import EnvelopeRefused
from bursar_desk.exchange.safe_unpack import Limits, decode, decode_limited, decoder, encode

INT64 = st.integers(-(2**63), 2**63 - 1)
SCALARS = st.none() | st.booleans() | INT64 | st.floats(allow_nan=False, allow_infinity=False) | st.text() | st.binary()
KEYS = INT64 | st.text(max_size=8) | st.binary(max_size=8)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


def depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max((depth(each) for each in value.values()), default=0)
    return 1 + max((depth(each) for each in value), default=0) if isinstance(value, list) else 0


def refused(data: bytes, limits: Limits = safe_unpack.COMMIT) -> bool:
    """Whether ``data`` is refused; a refusal of any other kind comes through."""
    try:
        decode(data, limits)
    except EnvelopeRefused as why:
        if why.code != "damaged_content":
            raise
        return True
    return False


@given(VALUES)
def test_what_is_encoded_is_decoded_the_same(value: Any) -> None:
    if depth(value) > 6:
        with pytest.raises(ValueError, match="deeper"):
            encode(value)
    else:
        assert decode(encode(value)) == value


@given(st.dictionaries(KEYS, INT64, max_size=12), st.randoms(use_true_random=False))
def test_a_map_has_one_encoding_whatever_the_order_it_was_filled_in(value: dict[Any, int], rng: random.Random) -> None:
    items = list(value.items())
    rng.shuffle(items)
    assert encode(dict(items)) == encode(value)


def test_the_encoding_is_pinned() -> None:
    value = {b"z": 1, "b": [True, None, -1], "a": 1.5, 300: (b"", "é"), -2: {}}
    assert encode(value).hex() == "85fe80cd012c92c400a2c3a9a161cb3ff8000000000000a16293c3c0ffc4017a01"


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_or_are_a_value_within_the_limits(data: bytes) -> None:
    if not refused(data):
        value = decode(data)
        assert decode(encode(value)) == value


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x92\x01", b"\x01\x01", b"\xc1", b"\xa5abc", b"\xc4\x05abc", b"\xd9", b"\xda\x00", b"\xcf", b"\xcb\x00",
        b"\xcf\x80" + bytes(7), b"\xca\x7f\xc0\x00\x00", b"\xca\x7f\x80\x00\x00", b"\xca\xff\x80\x00\x00",
        b"\xcb\x7f\xf0" + bytes(6), b"\xcb\xff\xf8" + bytes(6), b"\xc7\x01\x05\x00", b"\xd4\x01\x00",
        b"\xd6\xff" + bytes(4),
        b"\x82\x01\x01\x01\x02", b"\x82\xa1a\x01\xd9\x01a\x02", b"\x82\x01\x01\xcc\x01\x02", b"\x81\xc3\x01",
        b"\x81\xc0\x01",
        b"\x81\x90\x01", b"\x81\xcb" + bytes(8) + b"\x01", b"\x81", b"\x81\x01", b"\xa2\xff\xfe", b"\x81\xa1\xff\x01",
        b"\xdc\x00", b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff\x01", b"\xc6\xff\xff\xff\xff",
        b"\xdb\xff\xff\xff\xff",
        b"\x91" * 7 + b"\xc0", b"\x81\x01" * 7 + b"\xc0", b"\x91" * 5000, b"\xdb\x00\x00\x80\x01" + b"x" * 32769,
        b"\x82\xa3abc",
    ],
)  # fmt: skip
def test_what_breaks_a_limit_is_refused(data: bytes) -> None:
    assert refused(data)


def test_each_limit_lets_its_last_value_through() -> None:
    assert decode(b"\x91" * 6 + b"\xc0") == [[[[[[None]]]]]]
    assert decode(encode(2**63 - 1)) == 2**63 - 1
    assert decode(b"\xcf\x7f" + b"\xff" * 7) == 2**63 - 1
    assert decode(b"\xdb\x00\x00\x80\x00" + b"x" * 32768) == "x" * 32768
    assert decode_limited(b"\x93\x01\x02\x03", max_items=4) == [1, 2, 3]
    for tighter in ({"max_items": 3}, {"max_depth": 0}, {"max_size": 3}):
        with pytest.raises(EnvelopeRefused):
            decode_limited(b"\x93\x01\x02\x03", **tighter)
    for tighter in ({"max_text": 3}, {"max_binary": 3}):
        with pytest.raises(EnvelopeRefused):
            decode_limited(encode(["four fours".ljust(40), b"four"]), **tighter)


def test_claims_of_size_cost_no_memory() -> None:
    """Each level claims all that is left: a reader that believed it would set aside room for every level."""
    body = b"".join(b"\xdd" + (900_000 - 5 * n).to_bytes(4, "big") for n in range(1, 180_000))
    tracemalloc.start()
    try:
        for data in (b"\xdd\x0f\xff\xff\xff" + bytes(1000), b"\xdf\x00\x0f\xff\xff" + bytes(9), body[:900_000]):
            assert refused(data)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, 2**63, -(2**63) - 1, "x" * 32769, "é" * 16385, [[[[[[[1]]]]]]], {1.5: 1}, {None: 1}, {True: 1},
     {1, 2}, object(), 1j, "\ud800"],
)  # fmt: skip
def test_what_could_not_be_read_back_is_not_written(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        encode(value)


def test_a_typed_reader_refuses_other_types_the_same_way() -> None:
    read = decoder(tuple[int, str | None])
    assert read(encode([7, None])) == (7, None)
    for wrong in ([7], [7, 8], ["7", None], {"a": 1}, [7, None, 1], None):
        with pytest.raises(EnvelopeRefused) as caught:
            read(encode(wrong))
        assert caught.value.code == "damaged_content"
    with pytest.raises(EnvelopeRefused):
        read(msgspec.msgpack.encode([2**63, None]))


def test_three_thousand_damaged_values_are_refused_or_read() -> None:
    rng = random.Random(4)
    value = encode([1, {1: ["fire door", -5, 1.25, b"\x00" * 20], "k": None}, [[True, 2**40]] * 5, "é" * 40])
    outcomes = set()
    for _ in range(3000):
        changed = bytearray(value)
        for _ in range(rng.randint(1, 4)):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        outcomes.add(refused(bytes(changed[: rng.randint(1, len(changed))] if rng.random() < 0.2 else changed)))
    assert outcomes == {True, False}
