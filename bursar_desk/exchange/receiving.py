"""Reading a file without trusting it: everything is checked before a byte of the register changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from bursar_desk.domain.errors import Refused
from bursar_desk.domain.operations import ADMIN, Kind, grant_of_channel
from bursar_desk.exchange import body, envelope
from bursar_desk.exchange.envelope import EnvelopeRefused
from bursar_desk.exchange.safe_unpack import OPERATION, check
from bursar_desk.exchange.second_reading import Frames, SecondReading, Seen
from db import blobs, chains, erasing, fingerprints, layout
from db import statements as st
from db.take_in import CheckedFile

if TYPE_CHECKING:
    from bursar_desk.exchange.keys import BoxIdentity

SAFE = "Nothing was changed."


@dataclass(slots=True)
class Incoming:
    """A file that was opened and checked: what it says, and the extract if it is a cover pack.

    ``room`` is how many bytes its content takes; ``news`` tells which schools have a new main key.
    """

    kind: str
    sender_name: str
    file: CheckedFile
    trust: st.TrustBook
    extract: dict[str, Any] | None = None
    room: int = 0
    news: tuple[st.RootNews, ...] = ()


@dataclass(slots=True)
class _Parts:
    """What the first reading found; of the entries themselves only their hashes are kept."""

    made: int = 0
    have: list[chains.Have] = field(default_factory=list)
    statements: list[st.Statement] = field(default_factory=list)
    segments: list[Seen] = field(default_factory=list)
    extract: dict[str, Any] | None = None
    fingerprint: list[Any] | None = None
    wants: list[bytes] = field(default_factory=list)
    files: int = 0


def receive(
    path: Path, boxes: Sequence[BoxIdentity], known: Sequence[st.Statement], namespace: bytes, *, kinds: tuple[str, ...]
) -> Incoming:
    """Open and check a file against the statements held. Raises ``Refused`` with one clear sentence; writes nothing.

    It is read twice, a frame at a time: once here to check all of it, and once when its entries are taken in.
    """
    with envelope.open_file(path, boxes) as opened:
        header = opened.header
        if header.namespace != namespace:
            raise Refused(
                "This file belongs to practice registers, or to another family of registers.", SAFE,
                "Open it where it belongs; practice and real records never mix.",
            )  # fmt: skip
        if header.kind not in kinds:
            raise Refused(_wrong_kind(header.kind), SAFE, "Open it from the page it is for.")
        reading = _FirstReading(opened.sender, header.kind, known, namespace)
        parts = reading.all(opened.body)
        sender, kind, sha256, room = opened.sender, header.kind, opened.sha256, _plain_size(header)
    trust, fresh = reading.believed()
    school, name = reading.from_whom()
    checked = CheckedFile(
        sha256,
        sender,
        school,
        parts.made,
        parts.have if kind == "exchange" else None,
        fresh,
        SecondReading(path, boxes, sha256, parts.segments, parts.files, name),
        sum(one.count for one in parts.segments),
        parts.wants,
        parts.fingerprint,
    )
    return Incoming(kind, name, checked, trust, parts.extract, room, tuple(st.root_news(reading.before, trust)))


def _plain_size(header: Any) -> int:
    return int(getattr(header, "plain", 0))


class _FirstReading:
    """Reads a file from end to end, checks everything and keeps what is small."""

    def __init__(self, sender: bytes, kind: str, known: Sequence[st.Statement], namespace: bytes) -> None:
        self._sender, self._kind, self._known, self._namespace = sender, kind, known, namespace
        self._parts = _Parts()
        self.before = st.TrustBook.of(known)
        self._trust: st.TrustBook | None = None
        self._fresh: list[st.Statement] = []

    def believed(self) -> tuple[st.TrustBook, list[st.Statement]]:
        """Add what the file says of who is who to what is held, once."""
        if self._trust is None:
            self._trust, self._fresh = _believe(
                self._known, self.before, self._parts.statements, self._namespace
            )
        return self._trust, self._fresh

    def from_whom(self) -> tuple[bytes, str]:
        """Return the school the sender writes for, and its name; a school nobody has met is refused."""
        trust, _ = self.believed()
        school = trust.school_of_writer(self._sender)
        if school is None or (school not in self.before.roots and self._kind != "card"):
            raise Refused(
                "This file is from a school you have not met yet.", SAFE,
                "Exchange cards with them first, then try again.",
            )  # fmt: skip
        return school, trust.roots[school].name

    def all(self, source: body.Source) -> _Parts:
        """Take every frame, in order."""
        parts, waiting = self._parts, Frames(source)
        ended = False
        for frame in waiting:
            if ended:
                raise EnvelopeRefused("damaged_content", "frames after the end")
            match frame:
                case ["segment", bytes(), int(), bytes(), int(), bytes()]:
                    parts.segments.append(self._segment(frame, waiting))
                case ["blob", bytes(name), int(size)]:
                    _check_blob(name, size, waiting)
                    parts.files += 1
                case ["end", int(segments), int(commits), int(files)]:
                    came = (len(parts.segments), sum(one.count for one in parts.segments), parts.files)
                    if (segments, commits, files) != came:
                        raise EnvelopeRefused("damaged_content", "frames are missing")
                    ended = True
                case _:
                    _take_frame(parts, frame)
        if not ended:
            raise EnvelopeRefused("damaged_content", "frames are missing")
        parts.segments = _without_what_is_erased(parts.segments)
        return parts

    def _segment(self, head: list[Any], frames: Frames) -> Seen:
        """Check one segment while it is read: every hash, the seal, and by what right its stream is written."""
        trust, _ = self.believed()
        _, name = self.from_whom()
        try:
            return _check_segment(head, frames.commits(), trust, self._namespace)
        except EnvelopeRefused as refused:
            raise refused.naming(name) from None


def _check_blob(name: bytes, size: int, frames: Frames) -> None:
    if len(name) != 32 or not 0 <= size <= body.BLOB_LIMIT:
        raise EnvelopeRefused("damaged_content", "a file's head")
    total, length = hashlib.sha256(), 0
    for data in frames.data():
        total.update(data)
        length += len(data)
        if length > size:
            break
    if length != size or total.digest() != name:
        raise EnvelopeRefused("damaged_content", "a file's content")


def _wrong_kind(kind: str) -> str:
    words = {
        "exchange": "This is a share file with a school's records.",
        "pack": "This is a cover pack.",
        "return": "This is what was done under a cover pack.",
        "card": "This is a school's card.",
    }
    return words.get(kind, "This is another kind of file.")


def _take_frame(parts: _Parts, frame: list[Any]) -> None:
    match frame:
        case ["made", int(made)]:
            parts.made = made
        case ["have", list(rows)]:
            parts.have.extend(_have(rows))
        case ["statements", list(raws)] if not parts.segments:
            parts.statements.extend(_read_statements(raws))
        case ["extract", dict(extract)]:
            parts.extract = extract
        case ["fingerprint", *_] if parts.fingerprint is None:
            parts.fingerprint = _fingerprint(frame)
        case ["wants", list(names)] if len(parts.wants) + len(names) <= blobs.MOST_WANTED:
            if not all(isinstance(name, bytes) and len(name) == 32 for name in names):
                raise EnvelopeRefused("damaged_content", "what the sender lacks")
            parts.wants.extend(names)
        case _:
            raise EnvelopeRefused("damaged_content", "a frame has another shape")


def _fingerprint(frame: list[Any]) -> list[Any]:
    try:
        fingerprints.read_frame(b"", frame)
    except msgspec.MsgspecError:
        raise EnvelopeRefused("damaged_content", "the sender's fingerprint") from None
    return frame


def _have(rows: list[Any]) -> Iterator[chains.Have]:
    for row in rows:
        match row:
            case [bytes(stream), int(seq), bytes(head)] if len(stream) == 16 and len(head) == 32 and seq > 0:
                yield chains.Have(stream, seq, head)
            case _:
                raise EnvelopeRefused("damaged_content", "what the sender holds")


def _read_statements(raws: list[Any]) -> Iterator[st.Statement]:
    for raw in raws:
        try:
            statement = st.read(raw)
        except (msgspec.MsgspecError, TypeError, UnicodeDecodeError, RecursionError):
            raise EnvelopeRefused("damaged_content", "a statement") from None
        if not st.well_formed(statement):
            raise EnvelopeRefused("altered", "a statement")
        yield statement


def _believe(
    known: Sequence[st.Statement], before: st.TrustBook, said: Sequence[st.Statement], namespace: bytes
) -> tuple[st.TrustBook, list[st.Statement]]:
    """Add what the file says of who is who to what is held; a main key that nobody introduced is refused."""
    roots: dict[bytes, bytes] = {}
    held = {one.hash for one in known}
    fresh = []
    for one in said:
        if one.hash in held:
            continue  # checked when it first came
        if not st.signed(one):
            raise EnvelopeRefused("altered", "a statement")
        if one.namespace != namespace:
            raise EnvelopeRefused("altered", "a statement of another family")
        if one.kind == st.ROOT:
            if roots.setdefault(one.school, one.signer) != one.signer:
                raise _another_key(one.facts["name"])
            _check_root(one)
        fresh.append(one)
    for one in st.uninvited(before, fresh):
        raise _another_key(before.roots[one.school].name)
    return st.TrustBook.of([*known, *fresh]), fresh


def _another_key(name: str) -> Refused:
    return Refused(
        f"This says it is from {name} but it was made with a different key from last time.", SAFE,
        f"Ring {name} before you go on.",
    )  # fmt: skip


def _check_root(one: st.Statement) -> None:
    from bursar_desk.domain.identity import office_id, school_id

    sort, urn = one.facts["sort"], one.facts["urn"]
    expected = school_id(one.namespace, urn) if sort == "school" else office_id(one.namespace, one.signer)
    if one.school != expected:
        raise EnvelopeRefused("altered", "a root statement")


def _check_segment(head: list[Any], bodies: Iterator[bytes], trust: st.TrustBook, namespace: bytes) -> Seen:
    """Recompute every hash, verify the seal, and ask by what right the stream is written."""
    _, packed, start, prev, count, seal = head
    hashes, blanks, erases = bytearray(), [], set[bytes]()
    try:
        meta = _check_head(packed, start, prev, count, namespace)
        stream, grant, running = meta.key, grant_of_channel(meta.channel), prev
        for seq, data in enumerate(bodies, start):
            commit = layout.read_commit(data)
            if commit.grant != grant:
                raise msgspec.ValidationError("an entry under another grant")
            _check_parts(commit)
            digests = b"".join(layout.commit_digests(commit))
            running = layout.commit_hash(stream, seq, commit.stamp, running, commit.grant, digests)
            hashes += running
            if meta.channel == ADMIN:
                erases.update(_erasures(commit))
            if None in commit.ops:
                blanks.append((seq, frozenset(erasing.blank(commit, stream))))
        if len(hashes) != 32 * count:
            raise msgspec.ValidationError("entries are missing")
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise EnvelopeRefused("damaged_content", "a segment") from None
    if not st.signature_holds(meta.writer, seal, layout.seal_message(stream, start + count - 1, running)):
        raise EnvelopeRefused("altered", "a seal")
    right = trust.writer_of(meta)
    if right is None:
        raise EnvelopeRefused("altered", "a writer nobody certified")
    said = erases if right[0] == "own" and trust.limit_of(meta) is None else set()
    return Seen(meta, start, prev, seal, bytes(hashes), tuple(blanks), frozenset(said))


def _without_what_is_erased(segments: Sequence[Seen]) -> list[Seen]:
    """Leave out of the blanks what the same file says was erased: that came without its content for good reason."""
    erased: dict[bytes, set[bytes]] = {}
    for one in segments:
        erased.setdefault(one.meta.school, set()).update(one.erases)
    return [
        replace(one, blanks=tuple((seq, ids) for seq, ids in one.blanks if not ids <= erased[one.meta.school]))
        for one in segments
    ]


def _erasures(commit: layout.Commit) -> Iterator[bytes]:
    for n in range(1, len(commit.ops) // 2):
        try:
            head = layout.read_stem(commit.ops[2 * n] or b"", whole=commit.ops[2 * n + 1] is None)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue  # held when it is taken in
        if head.kind == Kind.ERASE and isinstance(head.links, list):
            yield from (one for one in head.links if isinstance(one, bytes))


def _check_head(packed: bytes, start: int, prev: bytes, count: int, namespace: bytes) -> layout.StreamMeta:
    meta = layout.read_meta(packed)
    if len(prev) != 32 or (start == 1) != (prev == layout.ZERO_HASH):
        raise msgspec.ValidationError("a segment's head")
    if count < 0 or not 1 <= start <= start + count < 1 << chains.SEQ_BITS:
        raise msgspec.ValidationError("a place no stream reaches")
    if meta.packed() != packed or meta.namespace != namespace:
        raise msgspec.ValidationError("a stream's name")
    return meta


_NOT_OPENING: Final = bytes(byte for byte in range(256) if not (0x80 <= byte <= 0x9F or 0xDC <= byte <= 0xDF))
_FEW: Final = 48
_LIMITS: Final = replace(OPERATION, depth=16, text=OPERATION.size)


def _check_parts(commit: layout.Commit) -> None:
    """Ask that an entry begins with who did it, and that no part of it is too large or nested beyond reason.

    What opens no more than a few lists cannot be nested deeply. Counting the bytes that could open one takes next to no
    time; the bytes of text that look the same only mean a closer look.
    """
    layout.check_act(commit.ops[0] or b"", commit.ops[1])
    for n, part in enumerate(commit.ops):
        if part is None or len(part) <= _FEW:
            continue
        if len(part) > OPERATION.size:
            raise EnvelopeRefused("damaged_content", f"{len(part)} bytes in one entry")
        if len(part.translate(None, _NOT_OPENING)) > _FEW:
            stem_alone = n % 2 == 0 and commit.ops[n + 1] is not None
            check(part + b"\xc0" if stem_alone else part, _LIMITS)
