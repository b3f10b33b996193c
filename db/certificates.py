"""What statements say, one by one: computers, readers, main keys, and the limits of those that write no longer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

import msgspec

from db.signed import REQUEST, Statement, read, signed, well_formed

Head = tuple[bytes, int, bytes]
"""A point of a stream: its key (16), the number of an entry, the hash of that entry (32)."""
LOST: Final = "lost"
LEFT: Final = "left"
WHY: Final = {LOST: "this computer was reported lost", LEFT: "this computer was handed back"}
WITHDRAWN: Final = "recorded after the cover was ended"
DOUBTFUL: Final = "the cover was agreed by a computer that was reported lost"


@dataclass(frozen=True, slots=True)
class Computer:
    """A certified computer: what it signs and receives with, and the name people gave it."""

    school: bytes
    sign: bytes
    box: bytes
    label: str
    letter: str
    statement: bytes


@dataclass(frozen=True, slots=True)
class Reader:
    """A school's word that another may read named channels, and perhaps settle differences for it.

    ``said`` is when (milliseconds since 1970, 0 at a founding): of several words about one reader the latest count. In
    the role ``FORMER`` it reads nothing any more; what it settled before stays settled.
    """

    school: bytes
    subject: bytes
    subject_root: bytes
    channels: tuple[str, ...]
    settles: bool
    role: str
    said: int = 0


FORMER: Final = "former"


@dataclass(frozen=True, slots=True)
class Root:
    """Who a school is: its name, the main key and recovery keys that count now; ``facts`` are the founding ones."""

    school: bytes
    name: str
    sort: str
    urn: str
    root: bytes
    recovery_box: bytes
    facts: Mapping[str, Any]
    recovery_sign: bytes = b""


@dataclass(frozen=True, slots=True)
class Revocation:
    """All that was said of a computer that writes no longer: why, since when (ms), what was seen of it till then.

    ``grants`` are the hashes of the grant statements of that computer which its school stands by.
    """

    school: bytes
    sign: bytes
    reason: str
    said: int
    seen: frozenset[Head]
    grants: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class Limit:
    """A stream stands up to the points ``seen`` and what lies below them; what comes on top is ``late``.

    "held": it has no effect until a person adopts it. "confirm": it is applied and waits to be confirmed.
    """

    seen: frozenset[Head]
    late: Literal["held", "confirm"]
    why: str


def heads_in(facts: Mapping[str, Any]) -> frozenset[Head]:
    """Return the points a revocation or a withdrawal says were seen."""
    return frozenset((stream, seq, head) for stream, seq, head in facts["seen"])


def joined(one: Revocation, two: Revocation) -> Revocation:
    """Join two revocations of one computer: the earlier day, the graver reason, all that either saw."""
    reason = LOST if LOST in (one.reason, two.reason) else min(one.reason, two.reason)
    return Revocation(
        one.school, one.sign, reason, min(one.said, two.said), one.seen | two.seen, one.grants | two.grants
    )


def asked_for(one: Statement) -> bool:
    """Tell whether a certificate's counter-signature holds; the founding computer needs none."""
    asked = one.facts.get("asked")
    if asked is None:
        return True
    request = _good_request(asked)
    return (
        request is not None and request.school == one.school and request.namespace == one.namespace
        and all(request.facts[name] == one.facts[name] for name in ("sign", "box", "label"))
    )  # fmt: skip


@lru_cache(maxsize=512)
def _good_request(raw: bytes) -> Statement | None:
    """Return a computer's own request if it is whole and signed with the key it names."""
    try:
        one = read(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, TypeError):
        return None
    good = one.kind == REQUEST and well_formed(one) and one.facts["sign"] == one.signer and signed(one)
    return one if good else None
