"""Signed statements: who a school is, which computers write for it, who may read it, what a neighbour may record.

A statement is msgpack ``[payload, signer (32), signature (64)]`` with ``payload = [kind, namespace, school, facts]``;
the signature is Ed25519 over ``"bursar.statement.1" | payload``. Statements are a set: they only ever add up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import msgspec
from sqlalchemy import Connection

from bursar_desk.domain.grants import Grant
from bursar_desk.domain.operations import ADMIN, PRIVATE, grant_of_channel
from db.layout import StreamMeta

LABEL: Final = b"bursar.statement.1"
ROOT, COMPUTER, READER, GRANT = "root", "computer", "reader", "grant"
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode


class Signer(Protocol):
    """Whoever can sign: a computer, or a school's root key."""

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


def read(raw: bytes) -> Statement:
    """Take a statement apart without believing it. Raises ``msgspec.ValidationError``."""
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
    """A school's word that another may read named channels, and perhaps settle differences for it."""

    school: bytes
    subject: bytes
    subject_root: bytes
    channels: tuple[str, ...]
    settles: bool
    role: str


@dataclass(frozen=True, slots=True)
class Root:
    """A school's first word: its name, its root key, its recovery keys."""

    school: bytes
    name: str
    sort: str
    urn: str
    root: bytes
    recovery_box: bytes
    facts: Mapping[str, Any]


@dataclass(slots=True)
class TrustBook:
    """What the statements held add up to. Order does not matter: unknown signers are simply not believed yet."""

    roots: dict[bytes, Root] = field(default_factory=dict)
    computers: dict[bytes, list[Computer]] = field(default_factory=dict)
    readers: list[Reader] = field(default_factory=list)
    grants: dict[bytes, Grant] = field(default_factory=dict)
    """For each grant id the grant that reaches furthest; a pack made again says its grant again."""
    lent: dict[bytes, tuple[Grant, ...]] = field(default_factory=dict)
    """All that was said under one grant id: what any of it allows is allowed, whichever was heard of first."""

    @classmethod
    def of(cls, statements: Iterable[Statement]) -> TrustBook:
        """Add statements up: roots first, then what they certify, then what those sign. Signatures are the caller's."""
        book, waiting = cls(), list(statements)
        for one in sorted((one for one in waiting if one.kind == ROOT), key=lambda one: one.raw):
            book._add_root(one)
        for kind in (COMPUTER, READER, GRANT):
            for one in waiting:
                if one.kind == kind:
                    book._add(one)
        return book

    def _add_root(self, one: Statement) -> None:
        facts = one.facts
        self.roots.setdefault(
            one.school,
            Root(one.school, facts["name"], facts["sort"], facts["urn"], one.signer, facts["recovery_box"], facts),
        )

    def _add(self, one: Statement) -> None:
        root, facts = self.roots.get(one.school), one.facts
        if root is None:
            return
        if one.kind == GRANT:
            if one.signer in {computer.sign for computer in self.computers.get(one.school, ())}:
                self._add_grant(grant_from(one))
        elif one.signer != root.root:
            return
        elif one.kind == COMPUTER:
            made = Computer(one.school, facts["sign"], facts["box"], facts["label"], facts["letter"], one.raw)
            self.computers.setdefault(one.school, []).append(made)
        elif one.kind == READER:
            channels = tuple(facts["channels"])
            self.readers.append(
                Reader(one.school, facts["subject"], facts["subject_root"], channels, facts["settles"], facts["role"])
            )

    def _add_grant(self, grant: Grant) -> None:
        said = {*self.lent.get(grant.id, ()), grant}
        self.lent[grant.id] = tuple(sorted(said, key=lambda one: (one.last, one.return_by, repr(one))))
        self.grants[grant.id] = self.lent[grant.id][-1]

    def writer_of(self, meta: StreamMeta) -> tuple[str, tuple[Grant, ...]] | None:
        """Say by what right a stream is written: "own", "settle" or "cover" with its grants; nothing when by none."""
        grant_id = grant_of_channel(meta.channel)
        if grant_id is not None:
            good = tuple(
                grant for grant in self.lent.get(grant_id, ())
                if grant.school == meta.school and meta.writer in grant.writers
            )  # fmt: skip
            return ("cover", good) if good else None
        if any(computer.sign == meta.writer for computer in self.computers.get(meta.school, ())):
            return ("own", ())
        for reader in self.readers:
            if reader.school == meta.school and reader.settles and meta.channel in reader.channels:
                desks = self.computers.get(reader.subject, ())
                if self._same_root(reader) and any(desk.sign == meta.writer for desk in desks):
                    return ("settle", ())
        return None

    def _same_root(self, reader: Reader) -> bool:
        root = self.roots.get(reader.subject)
        return root is not None and root.root == reader.subject_root

    def may_read(self, subject: bytes, owner: bytes, channel: str) -> bool:
        """Tell whether ``subject`` may receive a channel of ``owner``; private things only the school itself."""
        if subject == owner:
            return True
        if channel == PRIVATE:
            return False
        grant_id = grant_of_channel(channel)
        if grant_id is not None:
            if any(grant.holder_school == subject for grant in self.lent.get(grant_id, ())):
                return True
            channel = "compliance"
        return any(
            reader.school == owner
            and reader.subject == subject
            and (channel in reader.channels or channel == ADMIN)
            and self._same_root(reader)
            for reader in self.readers
        )

    def readers_of(self, owner: bytes, role: str | None = None) -> list[Reader]:
        """Return who may read a school, of one role or of all."""
        return [reader for reader in self.readers if reader.school == owner and role in (None, reader.role)]

    def school_of_writer(self, sign: bytes) -> bytes | None:
        """Return the school whose certified computer signs with this key."""
        for school, computers in self.computers.items():
            if any(computer.sign == sign for computer in computers):
                return school
        return None


def grant_facts(grant: Grant) -> dict[str, Any]:
    """Return a grant as the facts of its statement."""
    return {
        "id": grant.id, "holder_school": grant.holder_school, "holder": grant.holder, "writers": list(grant.writers),
        "boxes": list(grant.boxes), "checks": list(grant.checks), "first": grant.first, "last": grant.last,
        "return_by": grant.return_by, "most_entries": grant.most_entries,
    }  # fmt: skip


def grant_from(one: Statement) -> Grant:
    """Return the grant a statement makes."""
    f = one.facts
    return Grant(
        f["id"], one.school, f["holder_school"], f["holder"], tuple(f["writers"]), tuple(f["boxes"]),
        tuple(f["checks"]), f["first"], f["last"], f["return_by"], f["most_entries"],
    )  # fmt: skip


_SHAPES: Final[dict[str, dict[str, Any]]] = {
    ROOT: {"name": str, "sort": str, "urn": str, "recovery_box": bytes, "recovery_sign": bytes},
    COMPUTER: {"sign": bytes, "box": bytes, "label": str, "letter": str},
    READER: {"subject": bytes, "subject_root": bytes, "channels": list, "settles": bool, "role": str},
    GRANT: {
        "id": bytes, "holder_school": bytes, "holder": str, "writers": list, "boxes": list, "checks": list,
        "first": int, "last": int, "return_by": int, "most_entries": int,
    },
}  # fmt: skip


def well_formed(one: Statement) -> bool:
    """Tell whether a statement of a kind we know has the facts it must have; unknown kinds are kept as they are."""
    shape = _SHAPES.get(one.kind)
    return shape is None or all(isinstance(one.facts.get(name), kind) for name, kind in shape.items())


def stored(con: Connection) -> list[Statement]:
    """Return every statement held."""
    rows = con.exec_driver_sql("SELECT body FROM statement ORDER BY hash").scalars()
    return [read(raw) for raw in rows]


def store(con: Connection, statements: Iterable[Statement], arrived: int) -> int:
    """Keep statements; return how many were new. Those that no rule knows are kept and passed on."""
    before = con.exec_driver_sql("SELECT count(*) FROM statement").scalar_one()
    rows = [(one.hash, one.kind, one.school, one.raw, arrived) for one in statements]
    if rows:
        con.exec_driver_sql("INSERT OR IGNORE INTO statement VALUES (?,?,?,?,?)", rows)
    return int(con.exec_driver_sql("SELECT count(*) FROM statement").scalar_one()) - int(before)
