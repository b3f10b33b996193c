"""Signed statements as bytes: how they are written, taken apart and checked; what they add up to is the trust book's.

A statement is msgpack ``[payload, signer (32), signature (64)]`` with ``payload = [kind, namespace, school, facts]``;
the signature is Ed25519 over ``"bursar.statement.1" | payload``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Protocol

import msgspec

LABEL: Final = b"bursar.statement.1"
ROOT, COMPUTER, READER, GRANT = "root", "computer", "reader", "grant"
REQUEST: Final = "request"
"""A new computer's own word, signed by itself: these are my keys, let me in. Says nothing until a root certifies it."""
REVOKE: Final = "revoke"
"""A root's word that a computer writes no longer; what was seen of it until then stays in force."""
WITHDRAW: Final = "withdraw"
"""The word of a computer of the granting school that a cover is over; later entries are to be confirmed."""
ROOT_CHANGE: Final = "root-change"
"""A school's next main key, said by the key before it or by the recovery key that was named with that one."""
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode


class Signer(Protocol):
    """Whoever can sign: a computer, a school's root key, a recovery key."""

    @property
    def public(self) -> bytes:
        """Return the 32-byte public key."""

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement taken from its bytes; whether to believe it is the trust book's to say."""

    kind: str
    namespace: bytes
    school: bytes
    facts: Mapping[str, Any]
    signer: bytes
    signature: bytes
    payload: bytes
    raw: bytes

    @property
    def hash(self) -> bytes:
        """Return the SHA-256 that names the statement."""
        return hashlib.sha256(self.raw).digest()


def make(kind: str, namespace: bytes, school: bytes, facts: Mapping[str, Any], signer: Signer) -> Statement:
    """Write and sign a statement."""
    payload = _encode([kind, namespace, school, dict(facts)])
    signature = signer.sign(LABEL + payload)
    raw = _encode([payload, signer.public, signature])
    return Statement(kind, namespace, school, dict(facts), signer.public, signature, payload, raw)


@lru_cache(maxsize=8192)
def read(raw: bytes) -> Statement:
    """Take a statement apart without believing it. Raises ``msgspec.ValidationError``, whatever the bytes are."""
    try:
        return _read(raw)
    except (UnicodeDecodeError, RecursionError, msgspec.DecodeError, TypeError) as problem:
        raise msgspec.ValidationError(f"a statement that cannot be read: {type(problem).__name__}") from None


def _read(raw: bytes) -> Statement:
    parts = _decode(raw)
    if not (isinstance(parts, list) and len(parts) == 3 and all(isinstance(p, bytes) for p in parts)):
        raise msgspec.ValidationError("a statement is a payload, a signer and a signature")
    payload, signer, signature = parts
    inner = _decode(payload)
    if not (isinstance(inner, list) and len(inner) == 4 and isinstance(inner[0], str) and isinstance(inner[3], dict)):
        raise msgspec.ValidationError("a statement says what kind it is, of which school, and its facts")
    kind, namespace, school, facts = inner
    ids = ((namespace, 16), (school, 16), (signer, 32), (signature, 64))
    if not all(isinstance(part, bytes) and len(part) == size for part, size in ids):
        raise msgspec.ValidationError("a part of a statement has the wrong length")
    return Statement(kind, namespace, school, facts, signer, signature, payload, raw)


def signed(statement: Statement) -> bool:
    """Tell whether the signature is the signer's."""
    return signature_holds(statement.signer, statement.signature, LABEL + statement.payload)


def signature_holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether an Ed25519 signature is good."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


_KEYS: Final = {"sign", "box", "root", "recovery_sign", "recovery_box", "subject_root"}
"""Facts that are public keys: 32 bytes."""
_SHAPES: Final[dict[str, dict[str, Any]]] = {
    ROOT: {"name": str, "sort": str, "urn": str, "recovery_box": bytes, "recovery_sign": bytes},
    COMPUTER: {"sign": bytes, "box": bytes, "label": str, "letter": str},
    READER: {"subject": bytes, "subject_root": bytes, "channels": list, "settles": bool, "role": str},
    GRANT: {
        "id": bytes, "holder_school": bytes, "holder": str, "writers": list, "boxes": list, "checks": list,
        "first": int, "last": int, "return_by": int, "most_entries": int,
    },
    REQUEST: {"sign": bytes, "box": bytes, "label": str},
    REVOKE: {"sign": bytes, "seen": list, "reason": str, "said": int},
    WITHDRAW: {"id": bytes, "seen": list, "said": int},
    ROOT_CHANGE: {"root": bytes, "recovery_sign": bytes, "recovery_box": bytes, "reason": str, "said": int},
}  # fmt: skip
_LISTED: Final[dict[str, tuple[tuple[str, type], ...]]] = {
    READER: (("channels", str),),
    GRANT: (("writers", bytes), ("boxes", bytes), ("checks", bytes)),
}
"""What the lists among the facts hold."""
_NEW: Final = {REQUEST, REVOKE, WITHDRAW, ROOT_CHANGE}
"""Kinds whose keys must have their length; the older kinds were never held to it."""


def well_formed(one: Statement) -> bool:
    """Tell whether a statement of a kind we know has the facts it must have; unknown kinds are kept as they are."""
    shape = _SHAPES.get(one.kind)
    if shape is None:
        return True
    facts = one.facts
    if not all(isinstance(facts.get(name), kind) for name, kind in shape.items()):
        return False
    if one.kind in _NEW and not all(len(facts[name]) == 32 for name in _KEYS & shape.keys()):
        return False
    if not isinstance(facts.get("asked", b""), bytes):
        return False
    if not all(isinstance(each, kind) for name, kind in _LISTED.get(one.kind, ()) for each in facts[name]):
        return False
    hashes = facts.get("grants", [])
    return "seen" not in shape or (
        all(_is_head(row) for row in facts["seen"])
        and isinstance(hashes, list)
        and all(isinstance(each, bytes) and len(each) == 32 for each in hashes)
    )


def _is_head(row: Any) -> bool:
    match row:
        case [bytes(stream), int(seq), bytes(head)]:
            return len(stream) == 16 and len(head) == 32 and seq > 0
    return False
