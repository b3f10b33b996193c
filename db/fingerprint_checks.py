"""Asking fingerprints: is every entry behind a code still here, as it was, and did a school write its history anew?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from bursar_desk.clock import school_day
from bursar_desk.domain.operations import PRIVATE
from bursar_desk.domain.stamps import wall_ms
from db import chains, layout
from db.derived import day_number
from db.fingerprints import Fingerprint, Head, code_of, held


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that is not what a fingerprint says: where it first differs, and the day of that fingerprint."""

    school: bytes
    day: int
    code: str
    pos: int
    how: str  # "altered", "missing" or "rewritten"


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of the entries behind a code.

    ``state`` is "unchanged", "changed" (``broken`` says where), "partly" (some lines are not held here, the others are
    unchanged) or "unknown". ``entries`` is how many entries stand behind the lines that are held here. ``noted``: the
    code was kept on the ``days`` it was given; else it was found in the history, which had it from that day on.
    """

    code: str
    state: str
    days: tuple[int, ...] = ()
    entries: int = 0
    elsewhere: int = 0
    broken: Broken | None = None
    noted: bool = True


def link(stream: bytes, seq: int, prev: bytes, body: bytes) -> bytes:
    """Return the hash an entry has by its bytes and the entry below it; nothing when the bytes are no entry."""
    try:
        commit = layout.read_commit(body)
        digests = b"".join(layout.commit_digests(commit))
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return b""
    return layout.commit_hash(stream, seq, commit.stamp, prev, commit.grant, digests)


class _Lines:
    """The chains of a register, walked downwards; asked for once."""

    def __init__(self, con: Connection) -> None:
        self.con = con
        self.streams = {stream.key: stream for stream in chains.streams(con)}
        self._chains: dict[int, list[chains.ChainRow]] = {}

    def of(self, key: bytes) -> list[chains.ChainRow]:
        """Return the chains of a stream that hold an entry."""
        stream = self.streams.get(key)
        if stream is None:
            return []
        if stream.sno not in self._chains:
            found = chains.chains_of(self.con, stream.sno)
            self._chains[stream.sno] = [chain for chain in found if chain.head_seq >= chain.start_seq]
        return self._chains[stream.sno]

    def holding(self, key: bytes, seq: int, wanted: bytes) -> chains.ChainRow | None:
        """Return the chain that holds an entry of that number and hash."""
        for chain in self.of(key):
            inside = chain.start_seq <= seq <= chain.head_seq
            if inside and chains.hash_at(self.con, chain.cid, seq) == wanted:
                return chain
        return None

    def down(self, head: Head) -> Iterator[tuple[chains.ChainRow, int]]:
        """Yield each chain on the way down from an entry, with the number of the highest entry of it on that way."""
        key, seq, wanted = head
        while seq > 0:
            chain = self.holding(key, seq, wanted)
            if chain is None:
                return
            yield chain, seq
            seq, wanted = chain.start_seq - 1, chain.start_prev

    def below(self, upper: Head, lower: Head) -> bool:
        """Tell whether ``lower`` is on the way down from ``upper`` (or is the same entry)."""
        for chain, top in self.down(upper):
            if chain.start_seq <= lower.seq <= top:
                return chains.hash_at(self.con, chain.cid, lower.seq) == lower.head
        return False

    def parting(self, one: Head, other: Head) -> int:
        """Return the position of the first entry of ``one``'s way that is not on ``other``'s."""
        theirs = {chain.cid: top for chain, top in self.down(other)}
        last = 0
        for chain, _top in self.down(one):
            if chain.cid in theirs:
                return last or chain.cid << chains.SEQ_BITS | theirs[chain.cid] + 1
            last = chain.cid << chains.SEQ_BITS | chain.start_seq
        return last

    def altered(self, head: Head) -> int:
        """Reckon every hash on the way down from an entry; return the lowest position that is altered, or 0."""
        found = 0
        for chain, top in self.down(head):
            base = chain.cid << chains.SEQ_BITS
            sql = "SELECT pos, hash, body FROM commit_log WHERE pos BETWEEN ? AND ? ORDER BY pos"
            running, seq = chain.start_prev, chain.start_seq - 1
            for pos, kept, body in self.con.exec_driver_sql(sql, (base | chain.start_seq, base | top)):
                seq += 1
                running = link(head.stream, seq, running, body)
                if pos != base | seq or running != kept:
                    found = base | seq
                    break
        return found


def damage(con: Connection, ours: frozenset[bytes]) -> list[Broken]:
    """Return for each school the first line that is not what a fingerprint held here says; none on a sound register.

    Entries that are not here yet are no damage, unless they stand in one of the streams ``ours``, which this register
    alone writes at present. A school's history that parted from the one it sent before is damage too, until one of its
    fingerprints covers both.
    """
    lines = _Lines(con)
    by_school: dict[bytes, list[Fingerprint]] = {}
    for one in held(con):
        by_school.setdefault(one.school, []).append(one)
    found: list[Broken] = []
    for listed in by_school.values():
        lost = [broken for one in listed for head in one.heads if (broken := _lost(lines, one, head, ours))]
        first = min(lost, key=lambda one: (one.how == "rewritten", one.day, one.pos), default=None)
        found += [first] if first is not None else rewritten(con, listed, lines)
    return found


def _lost(lines: _Lines, one: Fingerprint, head: Head, ours: frozenset[bytes]) -> Broken | None:
    """Say how a line ended otherwise than a fingerprint says, or nothing.

    Another computer's line that stands here whole under its own hashes and seals, and is not the one a fingerprint
    names, was written twice over there: a disk was overwritten by an older copy, or history was written anew. That is
    told like every parted history. In a line that only this register writes, the named entries are gone from here.
    """
    if lines.holding(*head) is not None:
        return None
    longest = max(lines.of(head.stream), key=lambda chain: chain.head_seq, default=None)
    if longest is not None and longest.head_seq >= head.seq:
        how = "altered" if head.stream in ours else "rewritten"
        return Broken(one.school, one.day, one.code, longest.cid << chains.SEQ_BITS | head.seq, how)
    if head.stream not in ours:
        return None
    place = longest.cid << chains.SEQ_BITS | longest.head_seq + 1 if longest is not None else 1
    return Broken(one.school, one.day, one.code, place, "missing")


def rewritten(con: Connection, listed: Sequence[Fingerprint], lines: _Lines | None = None) -> list[Broken]:
    """Find lines of one school that parted, where none of its fingerprints covers both ways.

    A history written anew, and sealed anew with the school's own key, stays beside the one it was meant to replace
    wherever that one had arrived. A restored copy parts as well, and is healed by the file that brings both together.
    """
    lines = lines or _Lines(con)
    found: list[Broken] = []
    by_stream: dict[bytes, dict[Head, Fingerprint]] = {}
    for one in listed:
        for head in one.heads:
            if lines.holding(*head) is not None:
                by_stream.setdefault(head.stream, {}).setdefault(head, one)
    for heads in by_stream.values():
        if len({chain.cid for head in heads for chain, _ in lines.down(head)}) < 2:
            continue  # one straight line, whatever the day
        tips = [h for h in heads if not any(h != other and lines.below(other, h) for other in heads)]
        for n, old in enumerate(tips):
            for new in tips[n + 1 :]:
                if not any(_covers(lines, one, old) and _covers(lines, one, new) for one in listed):
                    first, then = sorted((old, new), key=lambda head: (heads[head].day, head.seq))
                    said = heads[then]
                    found.append(Broken(said.school, said.day, said.code, lines.parting(then, first), "rewritten"))
    return found


def _covers(lines: _Lines, one: Fingerprint, head: Head) -> bool:
    return any(upper.stream == head.stream and lines.below(upper, head) for upper in one.heads)


def check(con: Connection, school: bytes, code: str) -> Checked:
    """Say what became of the entries behind a code, as typed from paper: capitals and hyphens do not matter."""
    wanted = read_code(code)
    known = [one for one in held(con, school) if one.code == wanted]
    noted = bool(known)
    if not known:
        known = list(_replayed(con, school, wanted))
    if not known:
        return Checked(wanted, "unknown")
    lines, entries, elsewhere = _Lines(con), 0, 0
    days = tuple(sorted({one.day for one in known}))
    best = max(known, key=lambda one: len(one.heads))
    for part in best.parts:
        if not isinstance(part, Head) or part.stream not in lines.streams:
            elsewhere += 1
            continue
        lost = _lost(lines, best, part, frozenset())
        place = lost.pos if lost else lines.altered(part)
        if place:
            return Checked(wanted, "changed", days, noted=noted,
                           broken=Broken(school, best.day, wanted, place, "altered"))  # fmt: skip
        if lines.holding(*part) is None:
            elsewhere += 1
        else:
            entries += part.seq
    return Checked(wanted, "partly" if elsewhere else "unchanged", days, entries, elsewhere, noted=noted)


def read_code(typed: str) -> str:
    """Return a code as it is printed, from how it was typed: small letters, blanks, 0 for O, 1 for I, 8 for B."""
    plain = "".join(letter for letter in typed.upper() if letter.isalnum()).translate(str.maketrans("018", "OIB"))
    return "-".join(plain[n : n + 4] for n in range(0, len(plain), 4))


def _replayed(con: Connection, school: bytes, code: str) -> Iterator[Fingerprint]:
    """Find the moment at which what is held of a school had this code, for papers printed without being noted."""
    now: dict[int, Head] = {}
    leaves: dict[int, bytes] = {}
    for when, grown in _moments(con, school):
        now.update(grown)
        leaves.update((cid, head.leaf) for cid, head in grown.items())
        if code_of(leaves.values()) == code:
            yield Fingerprint(school, day_number(school_day(when)), code, tuple(now.values()))
            return


def _moments(con: Connection, school: bytes) -> list[tuple[int, dict[int, Head]]]:
    """Return how a school's lines grew: for each act made here and each file taken in, when, and the ends by chain."""
    came = {row[0]: row[1] for row in con.exec_driver_sql("SELECT ino, at FROM import_log")}
    sql = (
        "SELECT l.pos, l.hash, l.arrived, CASE l.arrived WHEN 0 THEN l.body END, s.key FROM commit_log l"
        " JOIN chain c ON c.cid=(l.pos>>40) JOIN stream s ON s.sno=c.sno JOIN school_key k ON k.sid=s.sid"
        " WHERE k.school=? AND s.channel<>? ORDER BY l.pos"
    )
    steps: dict[tuple[int, int], dict[int, Head]] = {}
    for pos, head, arrived, body, key in con.exec_driver_sql(sql, (school, PRIVATE)):
        stamp = layout.read_commit(body).stamp if body is not None else 0
        moment = (wall_ms(stamp), stamp) if body is not None else (came.get(arrived, 0), arrived)
        cid, seq = pos >> chains.SEQ_BITS, pos & (1 << chains.SEQ_BITS) - 1
        steps.setdefault(moment, {})[cid] = Head(key, seq, head)
    return [(when, steps[when, order]) for when, order in sorted(steps)]
