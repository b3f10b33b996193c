"""The trust book: who a school is, which computers write for it, who may read it, what a neighbour may record.

Statements (their bytes are ``db/signed.py``) are a set: they only ever add up, and what the book says follows from the
set, whatever the order they came in. What is signed by somebody who has no right to say it, says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from bursar_desk.domain.grants import Grant
from bursar_desk.domain.operations import FOR_EVERY_READER, PRIVATE, grant_of_channel
from db.certificates import (
    DOUBTFUL,
    FORMER,
    LEFT,
    LOST,
    WHY,
    WITHDRAWN,
    Computer,
    Head,
    Limit,
    Reader,
    Revocation,
    Root,
    asked_for,
    heads_in,
    joined,
)
from db.layout import StreamMeta
from db.root_lines import By, RootLine, root_line
from db.signed import (
    COMPUTER,
    GRANT,
    LABEL,
    READER,
    REQUEST,
    REVOKE,
    ROOT,
    ROOT_CHANGE,
    WITHDRAW,
    Signer,
    Statement,
    make,
    read,
    signature_holds,
    signed,
    well_formed,
)

__all__ = [
    "COMPUTER",
    "GRANT",
    "LABEL",
    "LEFT",
    "LOST",
    "READER",
    "REQUEST",
    "REVOKE",
    "ROOT",
    "ROOT_CHANGE",
    "WITHDRAW",
    "Computer",
    "Head",
    "Limit",
    "Reader",
    "Revocation",
    "Root",
    "RootLine",
    "RootNews",
    "Signer",
    "Statement",
    "TrustBook",
    "grant_facts",
    "grant_from",
    "make",
    "read",
    "root_news",
    "signature_holds",
    "signed",
    "store",
    "stored",
    "uninvited",
    "well_formed",
]  # fmt: skip


@dataclass(slots=True)
class TrustBook:
    """What the statements held add up to. Order does not matter: unknown signers are simply not believed yet."""

    roots: dict[bytes, Root] = field(default_factory=dict)
    lines: dict[bytes, RootLine] = field(default_factory=dict)
    """For each school its main keys through the years."""
    computers: dict[bytes, list[Computer]] = field(default_factory=dict)
    """All that were ever certified; ``current`` leaves out those that write no longer."""
    readers: list[Reader] = field(default_factory=list)
    grants: dict[bytes, Grant] = field(default_factory=dict)
    """For each grant id the grant that reaches furthest; a pack made again says its grant again."""
    lent: dict[bytes, tuple[Grant, ...]] = field(default_factory=dict)
    """All that was said under one grant id: what any of it allows is allowed, whichever was heard of first."""
    revoked: dict[tuple[bytes, bytes], Revocation] = field(default_factory=dict)
    """By school and signing key."""
    withdrawn: dict[tuple[bytes, bytes], frozenset[Head]] = field(default_factory=dict)
    """By granting school and grant id: what was seen of it when it was ended."""
    doubtful: dict[tuple[bytes, bytes], frozenset[Head]] = field(default_factory=dict)
    """By school and grant id: covers only lost computers spoke for, nobody standing by them, with what was seen."""
    _certified: dict[tuple[bytes, bytes], int] = field(default_factory=dict)

    @classmethod
    def of(cls, statements: Iterable[Statement]) -> TrustBook:
        """Add statements up: main keys, what they certify, what those sign. Signatures are the caller's to check."""
        book = cls()
        by_kind: dict[str, list[Statement]] = {}
        for one in statements:
            if well_formed(one):
                by_kind.setdefault(one.kind, []).append(one)
        book._add_roots(by_kind.get(ROOT, []), by_kind.get(ROOT_CHANGE, []))
        book._add_computers(by_kind.get(COMPUTER, []))
        for one in by_kind.get(READER, []):
            book._add_reader(one)
        book._add_revocations(by_kind.get(REVOKE, []))
        book._add_grants(by_kind.get(GRANT, []))
        book._add_withdrawals(by_kind.get(WITHDRAW, []))
        return book

    def _add_roots(self, roots: list[Statement], changes: list[Statement]) -> None:
        by_school: dict[bytes, list[Statement]] = {}
        for one in changes:
            by_school.setdefault(one.school, []).append(one)
        for one in sorted(roots, key=lambda one: one.raw):
            if one.school in self.roots:
                continue
            line, facts = root_line(one, by_school.get(one.school, ())), one.facts
            now = line.current
            self.lines[one.school] = line
            self.roots[one.school] = Root(
                one.school, facts["name"], facts["sort"], facts["urn"], now.root, now.recovery_box, facts,
                now.recovery_sign,
            )  # fmt: skip

    def _rank(self, school: bytes, signer: bytes) -> int:
        line = self.lines.get(school)
        rank = line.rank(signer) if line is not None else None
        return -1 if rank is None else rank

    def _add_computers(self, said: list[Statement]) -> None:
        """Keep one certificate for each computer: the word of the latest main key stands."""
        best: dict[tuple[bytes, bytes], Statement] = {}
        for one in sorted(said, key=lambda one: (-self._rank(one.school, one.signer), one.raw)):
            if self._rank(one.school, one.signer) >= 0 and asked_for(one):
                best.setdefault((one.school, one.facts["sign"]), one)
        for (school, sign), one in best.items():
            f = one.facts
            made = Computer(school, sign, f["box"], f["label"], f["letter"], one.raw)
            self.computers.setdefault(school, []).append(made)
            self._certified[school, sign] = self._rank(school, one.signer)

    def _add_reader(self, one: Statement) -> None:
        if self._rank(one.school, one.signer) >= 0:
            f = one.facts
            channels = tuple(f["channels"])
            when = f.get("said")
            self.readers.append(
                Reader(
                    one.school, f["subject"], f["subject_root"], channels, f["settles"], f["role"],
                    when if type(when) is int else 0,
                )
            )  # fmt: skip

    def _add_revocations(self, said: list[Statement]) -> None:
        """Join what was said of each computer. An earlier main key cannot take back what a later one certified."""
        for one in said:
            f = one.facts
            key = (one.school, f["sign"])
            if key in self._certified and self._rank(one.school, one.signer) >= self._certified[key]:
                fresh = Revocation(*key, f["reason"], f["said"], heads_in(f), frozenset(f.get("grants", ())))
                self.revoked[key] = joined(self.revoked[key], fresh) if key in self.revoked else fresh

    def _add_grants(self, said: list[Statement]) -> None:
        """Add what covers were given; what only a lost computer said is set apart where others speak for it."""
        good: dict[tuple[bytes, bytes], set[Grant]] = {}
        poor: dict[tuple[bytes, bytes], set[Grant]] = {}
        seen: dict[tuple[bytes, bytes], frozenset[Head]] = {}
        for one in said:
            if (one.school, one.signer) not in self._certified:
                continue
            lost, grant = self.revoked.get((one.school, one.signer)), grant_from(one)
            key = (one.school, grant.id)
            if lost is None or one.hash in lost.grants:
                good.setdefault(key, set()).add(grant)
            else:
                poor.setdefault(key, set()).add(grant)
                seen[key] = seen.get(key, frozenset()) | lost.seen
        chosen: dict[bytes, set[Grant]] = {}
        for key in {*good, *poor}:
            chosen.setdefault(key[1], set()).update(good.get(key) or poor[key])
        self.doubtful = {key: seen[key] for key in poor if key not in good}
        for grant_id, grants in chosen.items():
            self.lent[grant_id] = tuple(sorted(grants, key=lambda one: (one.last, one.return_by, repr(one))))
            self.grants[grant_id] = self.lent[grant_id][-1]

    def _add_withdrawals(self, said: list[Statement]) -> None:
        for one in said:
            if (one.school, one.signer) in self._certified:
                key = (one.school, one.facts["id"])
                self.withdrawn[key] = self.withdrawn.get(key, frozenset()) | heads_in(one.facts)

    # ------------------------------------------------------------ questions
    def current(self, school: bytes) -> list[Computer]:
        """Return the computers of a school that are in use: files are sealed to them, and none is waited for else."""
        return [one for one in self.computers.get(school, ()) if (school, one.sign) not in self.revoked]

    def writer_of(self, meta: StreamMeta) -> tuple[str, tuple[Grant, ...]] | None:
        """Say by what right a stream is written: "own", "settle" or "cover" with its grants; nothing when by none.

        Rights are not lost: what a computer wrote before it was lost stays readable. ``limit_of`` says how far it goes.
        """
        grant_id = grant_of_channel(meta.channel)
        if grant_id is not None:
            good = tuple(
                grant for grant in self.lent.get(grant_id, ())
                if grant.school == meta.school and meta.writer in grant.writers
            )  # fmt: skip
            return ("cover", good) if good else None
        if (meta.school, meta.writer) in self._certified:
            return ("own", ())
        return ("settle", ()) if self._settling_for(meta) else None

    def _settling_for(self, meta: StreamMeta) -> list[bytes]:
        """Return the schools and offices for which the writer may settle differences in this stream."""
        return [
            reader.subject for reader in self.readers
            if reader.school == meta.school and reader.settles and meta.channel in reader.channels
            and self._same_root(reader) and (reader.subject, meta.writer) in self._certified
        ]  # fmt: skip

    def limit_of(self, meta: StreamMeta) -> Limit | None:
        """Say up to where a stream stands when its writer was lost or its cover ended; nothing when all of it stands.

        Only whoever gave the right can end it: a school its own computers' and its covers', an office those of its
        computers that settle for others. A covered school ends a cover itself when a neighbour loses a computer.
        """
        grant_id = grant_of_channel(meta.channel)
        if grant_id is not None:
            key = (meta.school, grant_id)
            if key in self.doubtful:
                return Limit(self.doubtful[key], "held", DOUBTFUL)
            ended = self.withdrawn.get(key)
            return None if ended is None else Limit(ended, "confirm", WITHDRAWN)
        owners = [meta.school] if (meta.school, meta.writer) in self._certified else self._settling_for(meta)
        said = [self.revoked.get((owner, meta.writer)) for owner in owners]
        found = [one for one in said if one is not None]
        if not found or len(found) < len(said):
            return None
        reason = LOST if any(one.reason != LEFT for one in found) else LEFT
        return Limit(frozenset().union(*(one.seen for one in found)), "held", WHY[reason])

    def _same_root(self, reader: Reader) -> bool:
        return self._rank(reader.subject, reader.subject_root) >= 0

    def may_read(self, subject: bytes, owner: bytes, channel: str) -> bool:
        """Tell whether ``subject`` may receive a channel of ``owner``; private things only the school itself."""
        if subject == owner:
            return True
        if channel == PRIVATE:
            return False
        grant_id = grant_of_channel(channel)
        if grant_id is not None:
            if any(grant.school == owner and grant.holder_school == subject for grant in self.lent.get(grant_id, ())):
                return True
            channel = "compliance"
        return any(
            reader.subject == subject
            and (channel in reader.channels or channel in FOR_EVERY_READER)
            and self._same_root(reader)
            for reader in self.readers_of(owner)
        )

    def readers_of(self, owner: bytes, role: str | None = None) -> list[Reader]:
        """Return who may read a school now, of one role or of all: the latest word about each counts."""
        words = [reader for reader in self.readers if reader.school == owner]
        latest: dict[bytes, int] = {}
        for reader in words:
            latest[reader.subject] = max(reader.said, latest.get(reader.subject, 0))
        return [
            reader for reader in words
            if reader.said == latest[reader.subject] and reader.role != FORMER and role in (None, reader.role)
        ]  # fmt: skip

    def school_of_writer(self, sign: bytes) -> bytes | None:
        """Return the school whose certified computer signs with this key, also one that was lost since."""
        for school, computers in self.computers.items():
            if any(computer.sign == sign for computer in computers):
                return school
        return None


@dataclass(frozen=True, slots=True)
class RootNews:
    """A school's main key is another than before; ``by`` says who introduced it."""

    school: bytes
    name: str
    root: bytes
    by: By
    reason: str


def root_news(before: TrustBook, after: TrustBook) -> list[RootNews]:
    """Return the known schools whose current main key changed between two books."""
    out = []
    for school, was in before.roots.items():
        now = after.roots.get(school)
        if now is not None and now.root != was.root:
            step = after.lines[school].current
            out.append(RootNews(school, now.name, step.root, step.by, step.reason))
    return sorted(out, key=lambda one: (one.name, one.school))


def uninvited(book: TrustBook, said: Iterable[Statement]) -> list[Statement]:
    """Return the main keys in ``said`` that claim a school known to ``book`` and that its line does not introduce.

    A file that brings one is to be refused: ring them. ``said`` may bring a whole line at once, in any order.
    """
    claims = [one for one in said if one.kind in (ROOT, ROOT_CHANGE) and one.school in book.lines]
    good = {school: {*line.ranks, *line.sheets} for school, line in book.lines.items()}
    waiting = [one for one in claims if one.kind == ROOT_CHANGE]
    while joining := [one for one in waiting if one.signer in good[one.school]]:
        for one in joining:
            good[one.school] |= {one.facts["root"], one.facts["recovery_sign"]}
        waiting = [one for one in waiting if one not in joining]
    return [*waiting, *(one for one in claims if one.kind == ROOT and one.signer not in book.lines[one.school].ranks)]


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
