"""The one door to msgpack: canonical writing, and reading that trusts nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from bursar_desk.exchange.envelope_refused import EnvelopeRefused

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
INT_MIN, INT_MAX = -(2**63), 2**63 - 1


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an untrusted structure may hold; sizes in bytes. A list or map counts as one level of depth."""

    depth: int = 6
    items: int = 200_000
    text: int = 32 * 1024
    binary: int = 1024 * 1024
    size: int = 1024 * 1024


COMMIT: Final = Limits()
OPERATION: Final = Limits(items=16_384, binary=64 * 1024, size=64 * 1024)


# ---------------------------------------------------------------- writing
def encode(value: object) -> bytes:
    """Canonical msgpack: shortest forms, map keys in order (whole numbers, then text, then bytes).

    Takes None, bool, int64, finite float, str, bytes, list, tuple and dict; everything written can be read back by
    ``decode``. ``TypeError`` or ``ValueError`` for anything else: that is a fault of the program, not of a person.
    """
    return _ENCODER.encode(_canonical(value, 0))


_ENCODER: Final = msgspec.msgpack.Encoder()
_PLAIN: Final = frozenset((str, bytes, bool, type(None)))
_KEY_ORDER: Final = {int: 0, str: 1, bytes: 2}


def _canonical(value: object, depth: int) -> object:
    kind = type(value)
    if kind in _PLAIN:
        if kind is str and len(value) > COMMIT.text // 4 and len(value.encode()) > COMMIT.text:  # type: ignore[arg-type,attr-defined]
            raise ValueError("text is longer than 32 KiB")
        return value
    if isinstance(value, int):
        if not INT_MIN <= value <= INT_MAX:
            raise ValueError("a whole number does not fit in 64 bits")
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a number must be finite")
        return value
    if depth >= COMMIT.depth:
        raise ValueError(f"nested deeper than {COMMIT.depth}")
    if isinstance(value, list | tuple):
        return [_canonical(each, depth + 1) for each in value]
    if isinstance(value, dict):
        if not all(type(key) in _KEY_ORDER for key in value):
            raise TypeError("map keys are whole numbers, text or bytes")
        ordered = sorted(value.items(), key=lambda pair: (_KEY_ORDER[type(pair[0])], pair[0]))
        return {_canonical(key, depth): _canonical(each, depth + 1) for key, each in ordered}
    raise TypeError(f"{kind.__name__} is not written to a file")


# ---------------------------------------------------------------- reading
def decode(data: bytes, limits: Limits = COMMIT) -> Any:
    """The value in ``data``, after ``check``. ``EnvelopeRefused('damaged_content')`` for everything else."""
    return _decoded(_ANY, data, limits)


def decode_limited(
    data: bytes,
    *,
    max_depth: int = COMMIT.depth,
    max_items: int = COMMIT.items,
    max_text: int = COMMIT.text,
    max_binary: int = COMMIT.binary,
    max_size: int = COMMIT.size,
) -> Any:
    """``decode`` with its limits spelt out; sizes in bytes."""
    return decode(data, Limits(max_depth, max_items, max_text, max_binary, max_size))


def decoder(kind: type[T], limits: Limits = COMMIT) -> Callable[[bytes], T]:
    """A reader of one type (anything msgspec knows); its refusals are those of ``decode``."""
    typed = msgspec.msgpack.Decoder(kind)

    def read(data: bytes) -> T:
        return _decoded(typed, data, limits)

    return read


def _decoded(typed: msgspec.msgpack.Decoder[T], data: bytes, limits: Limits) -> T:
    check(data, limits)
    try:
        return typed.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as why:
        raise _refused(f"msgpack: {type(why).__name__}") from None


_ANY: Final[msgspec.msgpack.Decoder[Any]] = msgspec.msgpack.Decoder()


def _refused(detail: str) -> EnvelopeRefused:
    return EnvelopeRefused("damaged_content", detail)


def _steps() -> list[int]:
    """Whole length of each scalar whose first byte tells it; 0 where more has to be looked at."""
    steps = [0] * 256
    for first in (*range(0x80), *range(0xE0, 0x100), 0xC0, 0xC2, 0xC3):
        steps[first] = 1
    for first in range(0xA0, 0xC0):
        steps[first] = 1 + (first & 31)
    for first, width in ((0xCC, 1), (0xCD, 2), (0xCE, 4), (0xD0, 1), (0xD1, 2), (0xD2, 4), (0xD3, 8)):
        steps[first] = 1 + width
    return steps


_STEP: Final = _steps()
_LENGTH_WIDTH: Final = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4, 0xDC: 2, 0xDD: 4, 0xDE: 2, 0xDF: 4}
_TEXT_FIRST: Final = frozenset((*range(0xA0, 0xC0), 0xD9, 0xDA, 0xDB))
_KEY_RANGES: Final = ((0x00, 0x80), (0xA0, 0xC0), (0xC4, 0xC7), (0xCC, 0xD4), (0xD9, 0xDC), (0xE0, 0x100))
_KEY_FIRST: Final = frozenset(first for low, high in _KEY_RANGES for first in range(low, high))


def check(data: bytes, limits: Limits = COMMIT) -> None:
    """Walk ``data`` without building anything and refuse what breaks a limit.

    Refused: too long, nested too deep, too many items, text or bytes over their limit, whole numbers outside int64, NaN
    and infinities, extension types, map keys that are not int, text or bytes, a key twice, anything cut short or left
    over. Text is only measured here; the decoder that follows refuses what is not UTF-8.
    """
    if len(data) > limits.size:
        raise _refused(f"{len(data)} bytes, at most {limits.size}")
    try:
        end = _walk(data, limits)
    except IndexError:
        raise _refused("cut short") from None
    if end != len(data):
        raise _refused("cut short" if end > len(data) else "bytes left over")


def _walk(data: bytes, limits: Limits) -> int:
    """The place after the first value of ``data``; past the end (or IndexError) if it is cut short."""
    at, left, items = 0, 1, 1
    keys: set[object] | None = None  # of the map we are in; None inside a list
    outer: list[tuple[int, set[object] | None]] = []
    while True:
        while not left:
            if not outer:
                return at
            left, keys = outer.pop()
        left -= 1
        first = data[at]
        if keys is not None and left & 1:
            at = _key(data, at, keys, limits)
            continue
        step = _STEP[first]
        if step:
            at += step
        elif first < 0xA0 or 0xDC <= first <= 0xDF:
            at, count = _count(data, at)
            items += count
            outer.append((left, keys))
            if len(outer) > limits.depth:
                raise _refused(f"nested deeper than {limits.depth}")
            if items > limits.items or count > len(data) - at:
                raise _refused("more items than allowed" if items > limits.items else "cut short")
            left, keys = count, set() if first < 0x90 or first >= 0xDE else None
        else:
            at = _scalar(data, at, limits)


def _count(data: bytes, at: int) -> tuple[int, int]:
    """Where the contents of the list or map at ``at`` start, and how many values it holds (two for each map entry)."""
    first = data[at]
    if first < 0xA0:
        return at + 1, (first & 15) * (2 if first < 0x90 else 1)
    width = _LENGTH_WIDTH[first]
    return at + 1 + width, int.from_bytes(data[at + 1 : at + 1 + width], "big") * (2 if first >= 0xDE else 1)


def _scalar(data: bytes, at: int, limits: Limits) -> int:
    """The place after the scalar at ``at``, whose length or value has to be looked at."""
    first = data[at]
    if first in _LENGTH_WIDTH:
        width = _LENGTH_WIDTH[first]
        length = int.from_bytes(data[at + 1 : at + 1 + width], "big")
        if length > (limits.text if first in _TEXT_FIRST else limits.binary):
            raise _refused(f"{length} bytes in one value")
        return at + 1 + width + length
    if first == 0xCF:
        if data[at + 1] >= 0x80:
            raise _refused("a whole number does not fit in 64 bits")
        return at + 9
    if first in (0xCA, 0xCB):
        high = int.from_bytes(data[at + 1 : at + 3], "big")
        mask = 0x7F80 if first == 0xCA else 0x7FF0
        if high & mask == mask:
            raise _refused("a number must be finite")
        return at + (5 if first == 0xCA else 9)
    raise _refused(f"type {first:#04x} is not used")


def _key(data: bytes, at: int, keys: set[object], limits: Limits) -> int:
    """The place after the map key at ``at``, which must be new; 1 and the text "1" are different keys."""
    first = data[at]
    if first not in _KEY_FIRST:
        raise _refused("a map key must be a whole number, text or bytes")
    end = at + _STEP[first] if _STEP[first] else _scalar(data, at, limits)
    if end > len(data):
        raise _refused("cut short")
    try:
        key = _ANY.decode(data[at:end])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise _refused("a map key cannot be read") from None
    if key in keys:
        raise _refused("a map key twice")
    keys.add(key)
    return end
