"""The bytes of the log, pinned by golden vectors that are built here by hand and never by the layout itself."""

from __future__ import annotations

import hashlib
import struct

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bursar_desk.domain.identity import derived_row, office_id, operation_id, school_id
from bursar_desk.domain.operations import ActNote, Kind
from bursar_desk.exchange.keys import SigningIdentity
from db import layout
from db import statements as st

SALT = bytes(range(12))
ROW = bytes(range(0x20, 0x30))
ACT = bytes(range(0x40, 0x50))
PERSON = bytes(range(0x50, 0x60))
OLD = bytes(range(0x60, 0x70))
NAMESPACE = bytes(range(0x70, 0x80))
SCHOOL = bytes(range(0x80, 0x90))
EPOCH = bytes(range(0x90, 0xA0))
SEED = bytes(range(0xA0, 0xC0))
PUBLIC = bytes.fromhex("33d561cd01af4ec3ff61ac8df62d57c8a1e70dfb7cab30b14e4a0ba36b8a957c")
STAMP = 1_768_212_000_123 << 16 | 7
MS = (1_768_212_000_123).to_bytes(6, "big")


# ---------------------------------------------------------------- msgpack by hand, from its public description
def _bin(data: bytes) -> bytes:
    assert len(data) < 256
    return b"\xc4" + bytes([len(data)]) + data


def _text(words: str) -> bytes:
    data = words.encode()
    assert len(data) < 32
    return bytes([0xA0 | len(data)]) + data


def _list(*parts: bytes) -> bytes:
    assert len(parts) < 16
    return bytes([0x90 | len(parts)]) + b"".join(parts)


def _map(**parts: bytes) -> bytes:
    assert len(parts) < 16
    return bytes([0x80 | len(parts)]) + b"".join(_text(key) + value for key, value in parts.items())


def _int64(number: int) -> bytes:
    return b"\xcf" + struct.pack(">Q", number)


NIL = b"\xc0"


def _sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


# ---------------------------------------------------------------- operations
FACT_BODY = _list(_bin(SALT), _list(_bin(ROW), b"\xcd\x50\x00", _text("satisfactory")))
FACT_STEM = b"\x95" + b"\x00" + b"\x05" + NIL + NIL
FACT_HEAD = _list(b"\x00", b"\x05", NIL, NIL, _bin(_sha(FACT_BODY)))
SET_BODY = _list(_bin(SALT), b"\x82" + b"\x04" + _text("high") + b"\x0c" + _list(_text("cones"), NIL))
SET_STEM = b"\x95" + b"\x02" + b"\x08" + _bin(ROW) + b"\x82" + b"\x04" + _list(_bin(OLD)) + b"\x0c" + b"\x90"
SET_HEAD = SET_STEM + _bin(_sha(SET_BODY))
ACT_BODY = _list(_bin(SALT), _list(_text("Dawn"), _text("Fire alarm")))
ACT_STEM = b"\x95" + b"\x06" + b"\x08" + _bin(ACT) + _list(_bin(PERSON), NIL, NIL)
ACT_HEAD = ACT_STEM + _bin(_sha(ACT_BODY))

GOLDEN = {
    "fact head": "950005c0c0c420bccf8d9fef7d4b46a7c46017801b06a6da2ff58f1a6b0b90b9ec01d44db8e6ce",
}


def _fact() -> layout.Packed:
    return layout.pack_operation(Kind.FACT, 5, None, None, [ROW, 0x5000, "satisfactory"], SALT)


def _change() -> layout.Packed:
    return layout.pack_operation(Kind.SET, 8, ROW, {4: [OLD], 12: []}, {4: "high", 12: ["cones", None]}, SALT)


def _act() -> layout.Packed:
    return layout.pack_act(ActNote(ACT, 8, PERSON, None, None, "Dawn", "Fire alarm"), SALT)
