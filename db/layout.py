"""The byte layout of the log: operation, commit, stream, seal. Golden vectors pin every line of it.

1. A **head** is msgpack ``[kind, table, row or nil, links, SHA-256(body)]``. It holds nothing personal.
2. A **body** is msgpack ``[salt (12 bytes), values]``; for an act ``[salt, [who, subject]]``.
3. ``digest = SHA-256(head)``. The id is six bytes of the stamp's milliseconds, then ten of
   ``SHA-256("bursar.op.1" | stream (16) | digest)``: whoever may read an operation can copy its bytes into a stream of
   their own, and that copy must be another operation, never a rival for the row the first one made.
4. An **act** is the first operation of every commit: kind 6, table = the act's code, row = the act's id,
   links = ``[person, on behalf of, undoes]``.
5. On its way and on disk an operation is two msgpack values, the **stem** and the body. The stem is the head without
   its last 34 bytes (the body's hash), so heads are never encoded again: ``head = stem + C4 20 + SHA-256(body)``.
   Where a body was erased, nil stands for it and the stem is the whole head.
6. A **commit** is msgpack ``[stamp, grant or nil, [stem, body, stem, body, ...]]``; its hash is
   ``SHA-256("bursar.commit.1" | stream (16) | seq (i64) | stamp (i64) | previous hash (32) | grant (16 or 16 zeros) |
   digests)``, integers big-endian.
7. A **stream** is named by ``SHA-256("bursar.stream.1" | meta)[:16]`` where meta is msgpack
   ``[namespace (16), school (16), channel, writer's signing key (32), epoch (16)]``.
8. A **seal** is Ed25519 over ``"bursar.seal.1" | stream | seq (i64) | hash``.
"""

from __future__ import annotations

import hashlib
import struct
from typing import Final, NamedTuple

import msgspec

from bursar_desk.domain.identity import operation_id, stream_key
from bursar_desk.domain.operations import ActNote, Kind, Value

ZERO_HASH: Final = bytes(32)
ZERO_ID: Final = bytes(16)
_HASH_MARK: Final = b"\xc4\x20"
_HEAD_MARK: Final = b"\x95"
_SEQ = struct.Struct(">q")
_SEQ_STAMP = struct.Struct(">qq")
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode
_sha = hashlib.sha256


class Stem(NamedTuple):
    """A head without its body's hash, taken apart."""

    kind: int
    table: int
    row: bytes | None
    links: object


class StreamMeta(NamedTuple):
    """Who writes a stream: one computer, one school, one channel, one epoch."""

    namespace: bytes
    school: bytes
    channel: str
    writer: bytes
    epoch: bytes

    def packed(self) -> bytes:
        """Return the bytes that name the stream."""
        return _encode(list(self))

    @property
    def key(self) -> bytes:
        """Return the 16-byte key of the stream."""
        return stream_key(self.packed())


class Packed(NamedTuple):
    """An operation ready for a commit: its stem, its body and the digest of its head."""

    stem: bytes
    body: bytes
    digest: bytes


class Commit(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """A commit taken from its bytes: stems and bodies alternate in ``ops``."""

    stamp: int
    grant: bytes | None
    ops: list[bytes | None]


_decode_commit = msgspec.msgpack.Decoder(Commit).decode
LayoutFault = msgspec.MsgspecError


def pack_operation(kind: int, table: int, row: bytes | None, links: object, values: object, salt: bytes) -> Packed:
    """Make the bytes of one operation; ``salt`` is 12 random bytes so that nobody can guess erased content."""
    stem = _HEAD_MARK + _encode(int(kind)) + _encode(table) + _encode(row) + _encode(links)
    body = _encode([salt, values])
    return Packed(stem, body, head_digest(stem, body))


def pack_act(note: ActNote, salt: bytes) -> Packed:
    """Make the operation that says who did what."""
    links = [note.person, note.on_behalf, note.undoes]
    return pack_operation(Kind.ACT, note.code, note.act, links, [note.who, note.subject], salt)


def head_digest(stem: bytes, body: bytes | None) -> bytes:
    """Return the SHA-256 of a head; of an erased operation the stem is the whole head."""
    return _sha(stem if body is None else stem + _HASH_MARK + _sha(body).digest()).digest()


def read_stem(stem: bytes, *, whole: bool = False) -> Stem:
    """Take a stem apart; ``whole`` for the full head an erased operation keeps. Raises ``LayoutFault``."""
    parts = _decode(stem if whole else stem + b"\xc0")
    if not isinstance(parts, list) or len(parts) != 5 or not isinstance(parts[0], int) or not isinstance(parts[1], int):
        raise msgspec.ValidationError("a head is a list of five")
    row = parts[2]
    if row is not None and not (isinstance(row, bytes) and len(row) == 16):
        raise msgspec.ValidationError("a row is named by 16 bytes")
    return Stem(parts[0], parts[1], row, parts[3])


def read_body(body: bytes) -> Value | dict[int, Value]:
    """Return the values of a body without its salt. Raises ``LayoutFault``."""
    parts = _decode(body)
    if not isinstance(parts, list) or len(parts) != 2 or not isinstance(parts[0], bytes):
        raise msgspec.ValidationError("a body is a salt and its values")
    values: Value | dict[int, Value] = parts[1]
    return values


def read_act(stem: bytes, body: bytes | None) -> ActNote:
    """Return who did what from the first operation of a commit; erased words read as "erased"."""
    parts = read_stem(stem, whole=body is None)
    person, on_behalf, undoes = _three(parts.links)
    who, subject = ("erased", "erased") if body is None else _two(read_body(body))
    if parts.kind != Kind.ACT or parts.row is None:
        raise msgspec.ValidationError("a commit begins with its act")
    return ActNote(parts.row, parts.table, person, on_behalf, undoes, who, subject)


_ActLinks = tuple[bytes | None, bytes | None, bytes | None]
_check_act_stem = msgspec.msgpack.Decoder(tuple[int, int, bytes, _ActLinks, bytes | None]).decode
_check_act_body = msgspec.msgpack.Decoder(tuple[bytes, tuple[str, str]]).decode


def check_act(stem: bytes, body: bytes | None) -> None:
    """Ask that ``read_act`` will be able to read this, in a fraction of its time. Raises ``LayoutFault`` otherwise."""
    parts = _check_act_stem(stem if body is None else stem + b"\xc0")
    if parts[0] != Kind.ACT or len(parts[2]) != 16:
        raise msgspec.ValidationError("a commit begins with its act")
    if body is not None:
        _check_act_body(body)


def _three(links: object) -> tuple[bytes | None, bytes | None, bytes | None]:
    if not isinstance(links, list) or len(links) != 3 or not all(x is None or isinstance(x, bytes) for x in links):
        raise msgspec.ValidationError("an act links a person, on behalf of, and what it undoes")
    return links[0], links[1], links[2]


def _two(values: object) -> tuple[str, str]:
    if not isinstance(values, list) or len(values) != 2 or not all(isinstance(x, str) for x in values):
        raise msgspec.ValidationError("an act says who and what")
    return values[0], values[1]


def pack_commit(stamp: int, grant: bytes | None, ops: list[Packed]) -> bytes:
    """Make the bytes of a commit."""
    flat: list[bytes] = []
    for op in ops:
        flat.append(op.stem)
        flat.append(op.body)
    return _encode([stamp, grant, flat])


def pack_parts(stamp: int, grant: bytes | None, ops: list[bytes | None]) -> bytes:
    """Make the bytes of a commit from stems and bodies in turn, some of them erased."""
    return _encode([stamp, grant, ops])


def whole_head(stem: bytes, body: bytes) -> bytes:
    """Return the head an operation keeps when its body is erased."""
    return stem + _HASH_MARK + _sha(body).digest()


def read_commit(data: bytes) -> Commit:
    """Take a commit apart. Raises ``LayoutFault`` when it is not one."""
    commit = _decode_commit(data)
    if len(commit.ops) % 2 or not commit.ops or not 0 <= commit.stamp < 1 << 63:
        raise msgspec.ValidationError("a commit holds stems and bodies in turn")
    if commit.grant is not None and len(commit.grant) != 16:
        raise msgspec.ValidationError("a grant is named by 16 bytes")
    return commit


def commit_digests(commit: Commit) -> list[bytes]:
    """Return the digests of a commit's operations in order."""
    ops = commit.ops
    digests = []
    for n in range(0, len(ops), 2):
        stem, body = ops[n], ops[n + 1]
        if stem is None:
            raise msgspec.ValidationError("a stem is never left out")
        digests.append(_sha(stem if body is None else stem + _HASH_MARK + _sha(body).digest()).digest())
    return digests


def commit_hash(stream: bytes, seq: int, stamp: int, prev: bytes, grant: bytes | None, digests: bytes) -> bytes:
    """Return the hash that names a commit and everything below it; ``digests`` are joined."""
    fixed = stream + _SEQ_STAMP.pack(seq, stamp) + prev + (grant or ZERO_ID)
    return _sha(b"bursar.commit.1" + fixed + digests).digest()


def seal_message(stream: bytes, seq: int, head: bytes) -> bytes:
    """Return the bytes a seal signs: it vouches for the whole chain below."""
    return b"bursar.seal.1" + stream + _SEQ.pack(seq) + head


def read_meta(data: bytes) -> StreamMeta:
    """Take a stream's name apart. Raises ``LayoutFault``."""
    parts = _decode(data)
    if not isinstance(parts, list) or len(parts) != 5:
        raise msgspec.ValidationError("a stream is named by five parts")
    namespace, school, channel, writer, epoch = parts
    sized = ((namespace, 16), (school, 16), (writer, 32), (epoch, 16))
    if not all(isinstance(part, bytes) and len(part) == size for part, size in sized):
        raise msgspec.ValidationError("a part of a stream's name has the wrong length")
    if not isinstance(channel, str) or not 0 < len(channel) <= 64:
        raise msgspec.ValidationError("a channel has a short name")
    return StreamMeta(namespace, school, channel, writer, epoch)


def id_of(stream: bytes, stamp: int, digest: bytes) -> bytes:
    """Return the id of the operation with that digest, written into a stream under a stamp."""
    return operation_id(stamp, _sha(b"bursar.op.1" + stream + digest).digest())
