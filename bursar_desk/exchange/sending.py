"""Making a file: which streams its readers may read, what they have not acknowledged, to whom it is sealed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import ADMIN, grant_of_channel
from bursar_desk.exchange import body, envelope
from bursar_desk.exchange.keys import ComputerKeys
from bursar_desk.exchange.parcels import Attached, Outgoing, Parcel, Run, in_parcels
from db import blobs, chains, fingerprints
from db.queries.exchange import acknowledged
from db.statements import (
    COMPUTER,
    GRANT,
    READER,
    REQUEST,
    REVOKE,
    ROOT,
    ROOT_CHANGE,
    WITHDRAW,
    Computer,
    Statement,
    TrustBook,
    stored,
)

if TYPE_CHECKING:
    from bursar_desk.domain.progress import Progress
    from db.engine import Connection
    from db.store import Store


_OF_A_SCHOOL: Final = (ROOT, ROOT_CHANGE, COMPUTER, REVOKE)
FILES_AT_ONCE: Final = 200 * 1024 * 1024
"""Bytes of attached files in one share file; what is left over is asked for, and comes with the next ones."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What was written and read back: one file, or several parts that each stand alone. ``size`` is all their bytes.

    ``entries`` are the commits in them, ``files`` the attached files; ``left`` counts files that did not fit this time.
    """

    path: Path
    entries: int
    recipients: tuple[str, ...]
    size: int
    parts: tuple[Path, ...] = ()
    files: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """What else is asked of a file: bytes a part may have (nothing for one file), and whether files go with it."""

    max_bytes: int | None = None
    attachments: bool = True


def send(
    store: Store, keys: ComputerKeys, path: Path, schools: Sequence[bytes], progress: Progress, *,
    kind: str = "exchange", everything: bool = False, extract: dict[str, Any] | None = None,
    only_channel: str | None = None, boxes: Sequence[bytes] = (), wish: Wish | None = None,
) -> Sent:  # fmt: skip
    """Write a file for ``schools`` (ids): what they may read and have not acknowledged, or all of it.

    ``only_channel`` and ``boxes`` serve packs and returns: one channel only, for the computers named in a grant.
    """
    trust, wanted = store.trust, wish or Wish()
    computers = [computer for school in schools for computer in trust.current(school)]
    if not computers and not boxes:
        raise UserError(
            "We have no key of that school yet.",
            "Nothing was written.",
            "Exchange cards with them first, then send the file.",
        )
    with store.connect() as con:
        readable = _readable(con, trust, schools, only_channel)
        acknowledged = [] if everything else _all_acknowledged(con, computers, keys.sign.public)
        outgoing = [one for stream in readable for one in _segments(con, stream, acknowledged)]
        attached: list[Attached] = []
        left = 0
        if wanted.attachments:
            attached, left = _attached(con, store.blobs, readable, outgoing, computers)
        letter = _Letter(
            store, keys, kind, _boxes(trust, store, schools, [one.box for one in computers], [*boxes], keys),
            _statements(con, trust, schools, store.facts.home, outgoing),
            chains.have(con, {stream.sno for stream in readable}), _fingerprint(con, store, readable),
            blobs.missing(con), extract,
        )  # fmt: skip
        parcels = [Parcel(tuple(outgoing), tuple(attached))]
        if wanted.max_bytes is not None:
            parcels = in_parcels(con, outgoing, attached, wanted.max_bytes, keys.sign)
        paths, size = _write_all(con, letter, path, parcels, progress)
    names = tuple(trust.roots[school].name for school in schools if school in trust.roots)
    entries = sum(one.count for one in outgoing)
    return Sent(paths[0], entries, names, size, tuple(paths), len(attached), left)


@dataclass(frozen=True, slots=True)
class _Letter:
    """What stands in every part of a file."""

    store: Store
    keys: ComputerKeys
    kind: str
    boxes: Sequence[bytes]
    statements: Sequence[Statement]
    have: Sequence[chains.Have]
    fingerprint: list[object]
    wants: Sequence[bytes]
    extract: dict[str, Any] | None


def _write_all(
    con: Connection, letter: _Letter, path: Path, parcels: Sequence[Parcel], progress: Progress
) -> tuple[list[Path], int]:
    paths = [path] if len(parcels) == 1 else [
        path.with_name(f"{path.stem} (part {n} of {len(parcels)}){path.suffix}") for n in range(1, len(parcels) + 1)
    ]  # fmt: skip
    done: list[Path] = []
    size = 0
    try:
        for target, parcel in zip(paths, parcels, strict=True):
            size += _write(con, letter, target, parcel, progress)
            done.append(target)
    except BaseException:
        for one in done:  # half a letter is no letter: who was stopped sends all of it later
            one.unlink(missing_ok=True)
        raise
    return paths, size


def _write(con: Connection, letter: _Letter, path: Path, parcel: Parcel, progress: Progress) -> int:
    store = letter.store
    return envelope.write(
        path,
        kind=letter.kind,
        sender=letter.keys.sign,
        certificate=_certificate(store.trust, letter.keys.sign.public),
        namespace=store.facts.namespace,
        recipients=list(letter.boxes),
        body=_frames(con, letter, parcel, progress),
        entropy=store.around.entropy,
    ).size


def _fingerprint(con: Connection, store: Store, readable: Sequence[chains.StreamRow]) -> list[object]:
    home = store.facts.home
    channels = {stream.channel for stream in readable if chains.meta_of(stream).school == home}
    day = store.around.clock.now_ms() // 86_400_000
    return fingerprints.frame_of(con, home, day, lambda channel: channel in channels)


def _attached(
    con: Connection, store: blobs.BlobStore, readable: Sequence[chains.StreamRow], outgoing: Sequence[Outgoing],
    computers: Sequence[Computer],
) -> tuple[list[Attached], int]:  # fmt: skip
    """Choose the files to go with it: those named by what is sent now, and those a reader said it lacks."""
    lines = {chain.cid for stream in readable for chain in chains.chains_of(con, stream.sno)}
    runs = {run.cid: run for one in outgoing for run in one.runs}
    wants = {name for computer in computers for name in blobs.wanted_by(con, computer.sign)}
    chosen: dict[bytes, int] = {}
    for name, pos, size in con.exec_driver_sql(
        "SELECT r.hash, r.pos, b.size FROM blob_ref r JOIN blob b ON b.hash=r.hash ORDER BY r.hash"
    ):
        run = runs.get(pos >> chains.SEQ_BITS)
        goes = run is not None and run.start <= pos & (1 << chains.SEQ_BITS) - 1 <= run.end
        if pos >> chains.SEQ_BITS in lines and (goes or name in wants) and store.has(name):
            chosen[name] = size
    out, total = [], 0
    for name, size in chosen.items():
        if total + size <= FILES_AT_ONCE:
            out.append(Attached(name, size))
            total += size
    return out, len(chosen) - len(out)


def _certificate(trust: TrustBook, writer: bytes) -> bytes:
    for computers in trust.computers.values():
        for computer in computers:
            if computer.sign == writer:
                return computer.statement
    return b""


def _boxes(
    trust: TrustBook, store: Store, schools: Sequence[bytes], theirs: Sequence[bytes], lent: Sequence[bytes],
    keys: ComputerKeys,
) -> list[bytes]:  # fmt: skip
    """Name every key that can open the file: the readers', our own other computers', and both sides' recovery keys."""
    home = store.facts.home
    own = [computer.box for computer in trust.current(home)]
    sheets = [trust.roots[school].recovery_box for school in (home, *schools) if school in trust.roots]
    return list(dict.fromkeys([*lent, *theirs, *own, keys.box.public, *sheets]))


def _readable(con: Connection, trust: TrustBook, schools: Sequence[bytes], only: str | None) -> list[chains.StreamRow]:
    out = []
    for stream in chains.streams(con):
        meta = chains.meta_of(stream)
        if only is not None and stream.channel != only:
            continue
        if only is not None or all(trust.may_read(school, meta.school, stream.channel) for school in schools):
            out.append(stream)
    return sorted(out, key=lambda one: (one.channel != ADMIN, one.sno))  # what is erased is told before the rest


def _all_acknowledged(
    con: Connection, computers: Sequence[Computer], own: bytes
) -> list[dict[bytes, list[tuple[int, bytes]]]]:
    """Return what each reader acknowledged. We ourselves never do, but a copy of this computer may have written."""
    said = [(computer.sign, acknowledged(con, computer.sign)) for computer in computers]
    return [theirs for sign, theirs in said if theirs or sign != own]


def _segments(
    con: Connection, stream: chains.StreamRow, acknowledged: list[dict[bytes, list[tuple[int, bytes]]]]
) -> Iterator[Outgoing]:
    """Yield what the readers lack of one stream: after the greatest point that all of them acknowledged."""
    held = [chain for chain in chains.chains_of(con, stream.sno) if chain.head_seq >= chain.start_seq]
    covered: set[int] = set()
    known = [_known_of(con, held, theirs.get(stream.key, [])) for theirs in acknowledged]
    for chain in held:
        start = min((theirs.get(chain.cid, chain.start_seq - 1) for theirs in known), default=chain.start_seq - 1) + 1
        if start > chain.head_seq or chain.cid in covered:
            continue
        prev = chain.start_prev if start == chain.start_seq else chains.hash_at(con, chain.cid, start - 1)
        runs, seal = _path_to_seal(chain, start, held, covered)
        if seal is not None and prev is not None:
            yield Outgoing(stream, prev, tuple(runs), seal)


def _path_to_seal(
    chain: chains.ChainRow, start: int, held: list[chains.ChainRow], covered: set[int]
) -> tuple[list[Run], bytes | None]:
    """Follow a chain to the next seal: a run that filled a gap is vouched for by the chain it joined."""
    runs = [Run(chain.cid, start, chain.head_seq)]
    while chain.seal is None:
        following = [c for c in held if c.start_seq == chain.head_seq + 1 and c.start_prev == chain.head]
        if not following:
            return runs, None
        chain = following[0]
        covered.add(chain.cid)
        runs.append(Run(chain.cid, chain.start_seq, chain.head_seq))
    return runs, chain.seal


def _known_of(
    con: Connection, held: Sequence[chains.ChainRow], theirs: Sequence[tuple[int, bytes]]
) -> dict[int, int]:
    """Return up to where a reader holds each of our lines of a stream.

    Who holds an entry without a gap holds all below it, also where our history of it came in pieces or is forked.
    """
    known: dict[int, int] = {}
    for seq, head in theirs:
        on = _holding(con, held, seq, head)
        while on is not None and known.get(on.cid, on.start_seq - 1) < seq:
            known[on.cid] = seq
            seq = on.start_seq - 1
            on = _holding(con, held, seq, on.start_prev)
    return known


def _holding(con: Connection, held: Sequence[chains.ChainRow], seq: int, head: bytes) -> chains.ChainRow | None:
    for chain in held:
        if chain.start_seq <= seq <= chain.head_seq and chains.hash_at(con, chain.cid, seq) == head:
            return chain
    return None


def _statements(
    con: Connection, trust: TrustBook, schools: Sequence[bytes], home: bytes, outgoing: Sequence[Outgoing]
) -> list[Statement]:
    """Choose the statements a reader needs: of the sender, of itself, and of every stream's school and writer.

    Our own other computers are told everything: one that has only now joined must know whom we know.
    """
    if set(schools) <= {home}:
        return [one for one in stored(con) if one.kind != REQUEST]
    wanted = {home, *schools}
    grants = set()
    for one in outgoing:
        meta = chains.meta_of(one.stream)
        wanted.add(meta.school)
        writer = trust.school_of_writer(meta.writer)
        if writer is not None:
            wanted.add(writer)
        grants.add(grant_of_channel(meta.channel))
    told = {
        owner for owner in wanted
        if all(any(one.subject == school for one in trust.readers_of(owner, "hub")) for school in schools)
    }  # fmt: skip
    out = []
    for statement in stored(con):
        if statement.kind == REQUEST:
            continue  # spoken for by the certificate that answered it
        if statement.kind in (GRANT, WITHDRAW):
            lent = trust.grants.get(statement.facts["id"]) if statement.kind == WITHDRAW else None
            if statement.facts["id"] in grants or (lent is not None and lent.holder_school in wanted):
                out.append(statement)
        elif statement.kind == READER:
            named = statement.facts["subject"] in wanted and statement.school in wanted
            if named or statement.school in told:
                out.append(statement)  # who else may read a school is the business of whoever passes its files on
        elif statement.school in wanted or statement.kind not in _OF_A_SCHOOL:
            out.append(statement)
    return out


def _frames(con: Connection, letter: _Letter, parcel: Parcel, progress: Progress) -> Iterator[bytes]:
    total = sum(one.count for one in parcel.outgoing)
    statements = letter.statements
    yield body.frame("made", letter.store.around.clock.now_ms())
    yield body.frame("have", [[one.stream, one.seq, one.head] for one in letter.have])
    for n in range(0, len(statements), 200):
        yield body.frame("statements", [statement.raw for statement in statements[n : n + 200]])
    if letter.extract is not None:
        yield body.frame("extract", letter.extract)
    if letter.kind == "exchange":  # a return is written in another school's name
        yield body.frame(*letter.fingerprint)
    if letter.wants and letter.kind == "exchange":
        yield body.frame("wants", list(letter.wants))
    done = 0
    for one in parcel.outgoing:
        yield body.frame("segment", one.stream.meta, one.runs[0].start, one.prev, one.count, one.seal)
        yield from body.commit_frames(
            commit for run in one.runs for commit, _ in chains.bodies_from(con, run.cid, run.start, run.end)
        )
        done += one.count
        progress.step("Writing the file", done, total)
    for n, file in enumerate(parcel.attached, 1):
        with letter.store.blobs.open(file.name) as content:
            yield from body.blob_frames(file.name, file.size, iter(lambda: content.read(body.BYTES_TARGET), b""))
        progress.step("Adding the attached files", n, len(parcel.attached))
    yield body.frame("end", len(parcel.outgoing), total, len(parcel.attached))
