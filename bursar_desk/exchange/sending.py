"""Making a file: which streams its readers may read, what they have not acknowledged, to whom it is sealed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import grant_of_channel
from bursar_desk.exchange import body, envelope
from bursar_desk.exchange.keys import ComputerKeys
from db import chains
from db.queries.exchange import acknowledged
from db.statements import COMPUTER, GRANT, READER, ROOT, Computer, Statement, TrustBook, stored

if TYPE_CHECKING:
    from bursar_desk.domain.progress import Progress
    from db.engine import Connection
    from db.store import Store


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was written and read back."""

    path: Path
    entries: int
    recipients: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True)
class _Run:
    """Commits ``start..end`` of one chain."""

    cid: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Outgoing:
    """One segment to write: runs that follow each other, the hash below them and the seal above."""

    stream: chains.StreamRow
    prev: bytes
    runs: tuple[_Run, ...]
    seal: bytes

    @property
    def count(self) -> int:
        return sum(run.end - run.start + 1 for run in self.runs)


def send(
    store: Store, keys: ComputerKeys, path: Path, schools: Sequence[bytes], progress: Progress, *,
    kind: str = "exchange", everything: bool = False, extract: dict[str, Any] | None = None,
    only_channel: str | None = None, boxes: Sequence[bytes] = (),
) -> Sent:  # fmt: skip
    """Write a file for ``schools`` (ids): what they may read and have not acknowledged, or all of it.

    ``only_channel`` and ``boxes`` serve packs and returns: one channel only, for the computers named in a grant.
    """
    trust = store.trust
    computers = [computer for school in schools for computer in trust.computers.get(school, ())]
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
        statements = _statements(con, trust, schools, store.facts.home, outgoing)
        have = chains.have(con, {stream.sno for stream in readable})
        written = envelope.write(
            path,
            kind=kind,
            sender=keys.sign,
            certificate=_certificate(trust, keys.sign.public),
            namespace=store.facts.namespace,
            recipients=_boxes(trust, store, computers, boxes, keys),
            body=_frames(con, store.around.clock.now_ms(), have, statements, outgoing, extract, progress),
            entropy=store.around.entropy,
        )
    names = tuple(trust.roots[school].name for school in schools if school in trust.roots)
    return Sent(path, sum(one.count for one in outgoing), names, written.size)


def _certificate(trust: TrustBook, writer: bytes) -> bytes:
    for computers in trust.computers.values():
        for computer in computers:
            if computer.sign == writer:
                return computer.statement
    return b""


def _boxes(
    trust: TrustBook, store: Store, computers: Iterable[Any], boxes: Sequence[bytes], keys: ComputerKeys
) -> list[bytes]:
    """Name every computer that can open the file: the readers', our own other ones, and our recovery key."""
    home = store.facts.home
    own = [computer.box for computer in trust.computers.get(home, ())]
    recovery = [trust.roots[home].recovery_box] if home in trust.roots else []
    named = [*boxes, *(computer.box for computer in computers), *own, keys.box.public, *recovery]
    return list(dict.fromkeys(named))


def _readable(con: Connection, trust: TrustBook, schools: Sequence[bytes], only: str | None) -> list[chains.StreamRow]:
    out = []
    for stream in chains.streams(con):
        meta = chains.meta_of(stream)
        if only is not None and stream.channel != only:
            continue
        if only is not None or all(trust.may_read(school, meta.school, stream.channel) for school in schools):
            out.append(stream)
    return out


def _all_acknowledged(
    con: Connection, computers: Sequence[Computer], own: bytes
) -> list[dict[bytes, list[tuple[int, bytes]]]]:
    """Return what each reader acknowledged. We ourselves never do, but a copy of this computer may have written."""
    said = [(computer.sign, acknowledged(con, computer.sign)) for computer in computers]
    return [theirs for sign, theirs in said if theirs or sign != own]


def _segments(
    con: Connection, stream: chains.StreamRow, acknowledged: list[dict[bytes, list[tuple[int, bytes]]]]
) -> Iterator[_Outgoing]:
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
            yield _Outgoing(stream, prev, tuple(runs), seal)


def _path_to_seal(
    chain: chains.ChainRow, start: int, held: list[chains.ChainRow], covered: set[int]
) -> tuple[list[_Run], bytes | None]:
    """Follow a chain to the next seal: a run that filled a gap is vouched for by the chain it joined."""
    runs = [_Run(chain.cid, start, chain.head_seq)]
    while chain.seal is None:
        following = [c for c in held if c.start_seq == chain.head_seq + 1 and c.start_prev == chain.head]
        if not following:
            return runs, None
        chain = following[0]
        covered.add(chain.cid)
        runs.append(_Run(chain.cid, chain.start_seq, chain.head_seq))
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
    con: Connection, trust: TrustBook, schools: Sequence[bytes], home: bytes, outgoing: Sequence[_Outgoing]
) -> list[Statement]:
    """Choose the statements a reader needs: of the sender, of itself, and of every stream's school and writer."""
    wanted = {home, *schools}
    grants = set()
    for one in outgoing:
        meta = chains.meta_of(one.stream)
        wanted.add(meta.school)
        writer = trust.school_of_writer(meta.writer)
        if writer is not None:
            wanted.add(writer)
        grants.add(grant_of_channel(meta.channel))
    out = []
    for statement in stored(con):
        if statement.kind == GRANT:
            if statement.facts["id"] in grants:
                out.append(statement)
        elif statement.kind == READER:
            if statement.facts["subject"] in wanted and statement.school in wanted:
                out.append(statement)  # who else may read a school is nobody's business
        elif statement.school in wanted or statement.kind not in (ROOT, COMPUTER):
            out.append(statement)
    return out


def _frames(
    con: Connection, now: int, have: Sequence[chains.Have], statements: Sequence[Statement],
    outgoing: Sequence[_Outgoing], extract: dict[str, Any] | None, progress: Progress,
) -> Iterator[bytes]:  # fmt: skip
    total = sum(one.count for one in outgoing)
    yield body.frame("made", now)
    yield body.frame("have", [[one.stream, one.seq, one.head] for one in have])
    for n in range(0, len(statements), 200):
        yield body.frame("statements", [statement.raw for statement in statements[n : n + 200]])
    if extract is not None:
        yield body.frame("extract", extract)
    done = 0
    for one in outgoing:
        yield body.frame("segment", one.stream.meta, one.runs[0].start, one.prev, one.count, one.seal)
        yield from body.commit_frames(
            commit for run in one.runs for commit, _ in chains.bodies_from(con, run.cid, run.start, run.end)
        )
        done += one.count
        progress.step("Writing the file", done, total)
    yield body.frame("end", len(outgoing), total)
