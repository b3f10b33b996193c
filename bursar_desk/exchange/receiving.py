"""Reading a file without trusting it: everything is checked before a byte of the register changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from bursar_desk.domain.errors import Refused
from bursar_desk.domain.operations import grant_of_channel
from bursar_desk.exchange import body, envelope
from bursar_desk.exchange.envelope import EnvelopeRefused
from bursar_desk.exchange.safe_unpack import OPERATION, check
from db import chains, layout
from db import statements as st
from db.take_in import CheckedFile, CheckedSegment

if TYPE_CHECKING:
    from bursar_desk.exchange.keys import BoxIdentity

SAFE = "Nothing was changed."


@dataclass(slots=True)
class Incoming:
    """A file that was opened and checked: what it says, and the extract if it is a cover pack."""

    kind: str
    sender_name: str
    file: CheckedFile
    trust: st.TrustBook
    extract: dict[str, Any] | None = None


@dataclass(slots=True)
class _Parts:
    made: int = 0
    have: list[chains.Have] = field(default_factory=list)
    statements: list[st.Statement] = field(default_factory=list)
    segments: list[tuple[list[Any], list[bytes]]] = field(default_factory=list)
    extract: dict[str, Any] | None = None
    ended: tuple[int, int] | None = None


def receive(
    path: Path, boxes: Sequence[BoxIdentity], known: Sequence[st.Statement], namespace: bytes, *, kinds: tuple[str, ...]
) -> Incoming:
    """Open and check a file against the statements held. Raises ``Refused`` with one clear sentence; writes nothing."""
    with envelope.open_file(path, boxes) as opened:
        header = opened.header
        if header.namespace != namespace:
            raise Refused(
                "This file belongs to practice registers, or to another family of registers.", SAFE,
                "Open it where it belongs; practice and real records never mix.",
            )  # fmt: skip
        if header.kind not in kinds:
            raise Refused(_wrong_kind(header.kind), SAFE, "Open it from the page it is for.")
        parts = _read_parts(opened.body)
        sender, kind, sha256 = opened.sender, header.kind, opened.sha256
    trust, fresh = _believe(known, parts.statements, namespace)
    school = trust.school_of_writer(sender)
    already = st.TrustBook.of(known)
    if school is None or (school not in already.roots and kind != "card"):
        raise Refused(
            "This file is from a school you have not met yet.", SAFE, "Exchange cards with them first, then try again."
        )
    name = trust.roots[school].name
    try:
        segments = [_check_segment(head, bodies, trust, namespace) for head, bodies in parts.segments]
    except EnvelopeRefused as refused:
        raise refused.naming(name) from None
    checked = CheckedFile(
        sha256,
        sender,
        school,
        parts.made,
        parts.have if kind == "exchange" else None,
        fresh,
        [s for s in segments if s.commits],
    )
    return Incoming(kind, name, checked, trust, parts.extract)


def _wrong_kind(kind: str) -> str:
    words = {
        "exchange": "This is a share file with a school's records.",
        "pack": "This is a cover pack.",
        "return": "This is what was done under a cover pack.",
        "card": "This is a school's card.",
    }
    return words.get(kind, "This is another kind of file.")


def _read_parts(source: body.Source) -> _Parts:
    parts = _Parts()
    for frame in body.frames(source):
        if parts.ended is not None:
            raise EnvelopeRefused("damaged_content", "frames after the end")
        _take_frame(parts, frame)
    commits = sum(len(bodies) for _, bodies in parts.segments)
    if parts.ended != (len(parts.segments), commits):
        raise EnvelopeRefused("damaged_content", "frames are missing")
    return parts


def _take_frame(parts: _Parts, frame: list[Any]) -> None:
    match frame:
        case ["made", int(made)]:
            parts.made = made
        case ["have", list(rows)]:
            parts.have.extend(_have(rows))
        case ["statements", list(raws)]:
            parts.statements.extend(_read_statements(raws))
        case ["extract", dict(extract)]:
            parts.extract = extract
        case ["segment", bytes(), int(), bytes(), int(), bytes()]:
            parts.segments.append((frame, []))
        case ["commits", list(bodies)] if parts.segments:
            parts.segments[-1][1].extend(bodies)
        case ["end", int(segments), int(commits)]:
            parts.ended = (segments, commits)
        case _:
            raise EnvelopeRefused("damaged_content", "a frame has another shape")


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
        except (msgspec.MsgspecError, TypeError):
            raise EnvelopeRefused("damaged_content", "a statement") from None
        if not st.well_formed(statement):
            raise EnvelopeRefused("altered", "a statement")
        yield statement


def _believe(
    known: Sequence[st.Statement], said: Sequence[st.Statement], namespace: bytes
) -> tuple[st.TrustBook, list[st.Statement]]:
    """Add what the file says of who is who to what is held; a second root for a known school is refused."""
    roots = {one.school: one.signer for one in known if one.kind == st.ROOT}
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
                raise Refused(
                    f"This says it is from {one.facts['name']} but it was made with a different key from last time.",
                    SAFE, f"Ring {one.facts['name']} before you go on.",
                )  # fmt: skip
            _check_root(one)
        fresh.append(one)
    return st.TrustBook.of([*known, *fresh]), fresh


def _check_root(one: st.Statement) -> None:
    from bursar_desk.domain.identity import office_id, school_id

    sort, urn = one.facts["sort"], one.facts["urn"]
    expected = school_id(one.namespace, urn) if sort == "school" else office_id(one.namespace, one.signer)
    if one.school != expected:
        raise EnvelopeRefused("altered", "a root statement")


def _check_segment(head: list[Any], bodies: list[bytes], trust: st.TrustBook, namespace: bytes) -> CheckedSegment:
    """Recompute every hash, verify the seal, and ask by what right the stream is written."""
    _, packed, start, prev, count, seal = head
    try:
        meta = layout.read_meta(packed)
        if len(prev) != 32 or count != len(bodies) or (start == 1) != (prev == layout.ZERO_HASH):
            raise msgspec.ValidationError("a segment's head")
        if not 1 <= start <= start + count < 1 << chains.SEQ_BITS:
            raise msgspec.ValidationError("a place no stream reaches")
        stream, commits, running = meta.key, [], prev
        grant = grant_of_channel(meta.channel)
        if meta.packed() != packed or meta.namespace != namespace:
            raise msgspec.ValidationError("a stream's name")
        for seq, data in enumerate(bodies, start):
            commit = layout.read_commit(data)
            if commit.grant != grant:
                raise msgspec.ValidationError("an entry under another grant")
            _check_parts(commit)
            digests = b"".join(layout.commit_digests(commit))
            running = layout.commit_hash(stream, seq, commit.stamp, running, commit.grant, digests)
            commits.append(chains.NewCommit(seq, running, data))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise EnvelopeRefused("damaged_content", "a segment") from None
    if not st.signature_holds(meta.writer, seal, layout.seal_message(stream, start + count - 1, running)):
        raise EnvelopeRefused("altered", "a seal")
    if trust.writer_of(meta) is None:
        raise EnvelopeRefused("altered", "a writer nobody certified")
    return CheckedSegment(meta, prev, commits, seal)


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
