"""The store: a register opened for writing or for reading, and the acts that change it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine

from bursar_desk.domain import registry
from bursar_desk.domain.errors import CannotOpen
from bursar_desk.domain.grants import Grant
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.registry import REGISTRY_VERSION
from bursar_desk.domain.stamps import HybridClock
from bursar_desk.machine.files import fsync_folder, replace_with_retry
from db import blobs, chains, derived, erasing, raw, register_facts
from db.blobs import BlobStore
from db.engine import make_engine, reading
from db.layout import StreamMeta
from db.session import Act, Session, Writing, act_note
from db.statements import Signer, Statement, TrustBook
from db.statements import store as store_statements
from db.statements import stored as stored_statements
from db.witness import Witness


class Clock(Protocol):
    """The one clock: milliseconds since 1970, UTC."""

    def now_ms(self) -> int:
        """Return the wall time."""


@dataclass(slots=True)
class Surroundings:
    """What a store is handed from outside: time, chance, this machine's folder and name, and the signing key."""

    clock: Clock
    signer: Callable[[], Signer] | None
    local: Path
    machine: str
    entropy: Callable[[int], bytes] = secrets.token_bytes


@dataclass(frozen=True, slots=True)
class Founding:
    """What a new register is founded with."""

    register: bytes
    namespace: bytes
    home: bytes
    kind: str
    practice: bool
    writer: bytes
    statements: tuple[Statement, ...] = ()
    cover_channel: str = ""


@dataclass(slots=True)
class Store:
    """One register. Everything that is written goes through ``act`` or ``bulk``; reads go through ``connect``."""

    path: Path
    engine: Engine
    around: Surroundings
    read_only: bool
    facts: register_facts.RegisterFacts
    cover_channel: str | None = None
    notices: list[str] = field(default_factory=list)
    _trust: TrustBook | None = field(default=None, repr=False)
    _said: int = 0
    _proven: bool = False
    _renewed: bool = False

    @classmethod
    def create(cls, path: Path, founding: Founding, around: Surroundings) -> Store:
        """Make a new register; refuses to touch a file that exists. A kill leaves a whole register or none."""
        if path.exists():
            raise CannotOpen(f"{path.name} exists already.", "It was not touched.", "Choose another name.")
        from db.migrations import upgrade

        scratch = path.with_name(path.name + ".part")
        for left_over in (scratch, scratch.with_name(scratch.name + "-journal")):
            left_over.unlink(missing_ok=True)
        engine = make_engine(scratch, create=True)
        register = founding.register
        start = hashlib.sha256(b"bursar.written.1" + register).digest()
        with engine.begin() as con:
            upgrade(con)
            derived.build(con)
            register_facts.put(
                con, register=register, namespace=founding.namespace, home=founding.home, kind=founding.kind,
                practice=founding.practice, writer=founding.writer, epoch=around.entropy(16), written=start,
                derived=REGISTRY_VERSION, stamp=0, cover_channel=founding.cover_channel,
            )  # fmt: skip
            chains.sid_of(con, founding.home)
            store_statements(con, founding.statements, 0)
        engine.dispose()
        replace_with_retry(scratch, path)
        fsync_folder(path.parent)
        Witness(around.local, register, path, around.machine).settle(start)
        return cls.open(path, around)

    @classmethod
    def open(cls, path: Path, around: Surroundings, *, read_only: bool = False) -> Store:
        """Open a register. Tables of an earlier release are rebuilt from the log; that is all an upgrade is."""
        con = raw.connect(path, read_only=read_only)
        try:
            version = con.execute("PRAGMA user_version").fetchone()[0]
            facts = register_facts.read_raw(con)
            cover = con.execute("SELECT v FROM meta WHERE k='cover_channel'").fetchone()
        finally:
            con.close()
        engine = make_engine(path, read_only=read_only)
        store = cls(path, engine, around, read_only, facts, (cover[0].decode() if cover else "") or None)
        if version != raw.LOG_VERSION or facts.derived != REGISTRY_VERSION:
            if read_only:
                store._look_through()
            else:
                store._bring_up(migrate=version != raw.LOG_VERSION)
        return store

    def _look_through(self) -> None:
        """Show a register of another release as this one does, without changing a byte of it."""
        from db.as_at import rebuilt

        with self.connect() as con:
            engine = rebuilt(con)
        self.engine.dispose()
        self.engine = engine

    def _bring_up(self, *, migrate: bool) -> None:
        from db.rebuild import rebuild

        with self.engine.begin() as con:
            if migrate:
                from db.migrations import upgrade

                upgrade(con)
            rebuild(con)
            register_facts.put(con, derived=REGISTRY_VERSION)
            self.facts = register_facts.read(con)

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()

    @property
    def witness(self) -> Witness:
        """Return this register's witness on this machine."""
        return Witness(self.around.local, self.facts.register, self.path, self.around.machine)

    @property
    def blobs(self) -> BlobStore:
        """Return the files kept beside this register."""
        return BlobStore.beside(self.path)

    @property
    def trust(self) -> TrustBook:
        """Return what the statements held add up to."""
        if self._trust is None:
            with self.connect() as con:
                self._trust, self._said = TrustBook.of(stored_statements(con)), _count_said(con)
        return self._trust

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Open a connection that only reads, all of it from one moment."""
        with reading(self.engine) as con, con.begin():
            yield con

    @contextmanager
    def act(
        self, code: int, *, person: bytes | None = None, who: str = "", subject: str = "",
        on_behalf: bytes | None = None, undoes: bytes | None = None,
    ) -> Iterator[Act]:  # fmt: skip
        """Carry out one act: all of it is in the register afterwards, or none."""
        with (
            self.bulk() as bulk,
            bulk.act(code, person=person, who=who, subject=subject, on_behalf=on_behalf, undoes=undoes) as act,
        ):
            yield act

    @contextmanager
    def bulk(self) -> Iterator[Bulk]:
        """Carry out many acts in one transaction, with one seal for each stream."""
        with self.writing() as con:
            clock = HybridClock(self.facts.stamp)
            writing = Writing(
                self.facts.namespace, self.facts.home, self.facts.writer, self.facts.epoch, self.cover_channel,
                self.trust.writer_of, self._no_longer_ours, self.around.entropy,
            )  # fmt: skip
            session = Session(con, writing, clock, self.facts.written)
            bulk = Bulk(session, self.around.clock)
            yield bulk
            session.flush()
            if self.around.signer is None:
                raise CannotOpen(
                    "This computer's key for the register is missing.", "Nothing was changed.", "Find the key folder."
                )
            session.seal(self.around.signer())
            session.settle()
            if session.applier.unsettled:
                erasing.note(con, self.around.local, self.facts.register)
            if not session.applier.tables.isdisjoint(registry.ENCLOSING):
                blobs.note_present(con, self.blobs, self.around.clock.now_ms())
            register_facts.put(con, written=session.written, stamp=clock.last)
            self.witness.intend(self.facts.written, session.written, renewed=self._renewed)

    def _no_longer_ours(self, meta: StreamMeta) -> bool:
        """Work done under a cover that was ended is still taken down; a lost computer's entries count for nothing."""
        limit = self.trust.limit_of(meta)
        return limit is not None and limit.late == "held"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open the one write transaction; what is yielded is committed on leaving, or rolled back whole.

        For this package and the merge only. An epoch that cannot be proven to be the last one is renewed here, at the
        first write, never while reading.
        """
        if self.read_only:
            raise CannotOpen(
                "This register is open to look at only.", "Nothing was changed.", "Open it on its own computer."
            )
        with self.engine.begin() as con:
            self.facts = register_facts.read(con)
            if not self._proven:
                self._prove(con)
            yield con
            # read before the end: were the disk to give up after it, what was saved must not look refused
            facts, said = register_facts.read(con), _count_said(con)
        self.facts = facts
        if said != self._said:
            self._trust = None
        self.witness.settle(self.facts.written)
        self._proven, self._renewed = True, False

    def _prove(self, con: Connection) -> None:
        verdict = self.witness.verdict(self.facts.written)
        self._renewed = verdict != "same"
        if self._renewed:
            self.begin_epoch(con)
        if verdict == "behind":
            self.notices.append(
                "This looks like an older copy of the register. "
                "Nothing is lost: import a neighbour's file to get the newer entries back."
            )

    def begin_epoch(self, con: Connection) -> None:
        """Write under a fresh name from now on: the old one may be in use elsewhere."""
        register_facts.put(con, epoch=self.around.entropy(16))
        self.facts = register_facts.read(con)

    def add_statements(self, statements: Iterable[Statement]) -> None:
        """Keep statements made here."""
        from db.rebuild import judge_anew

        with self.writing() as con:
            before = TrustBook.of(stored_statements(con))
            if store_statements(con, statements, 0):
                judge_anew(con, before)

    def grant(self, grant_id: bytes) -> Grant | None:
        """Return a grant by its id."""
        return self.trust.grants.get(grant_id)

    def right_of(self, meta: StreamMeta) -> tuple[str, tuple[Grant, ...]] | None:
        """Say by what right a stream is written."""
        return self.trust.writer_of(meta)


def _count_said(con: Connection) -> int:
    """Count the statements held: they only ever add up, so the same number is the same set."""
    return int(con.exec_driver_sql("SELECT count(*) FROM statement").scalar_one())


class Bulk:
    """Acts that share one transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self.session = session
        self._clock = clock
        self.changes: list[Changes] = []

    @contextmanager
    def act(
        self, code: int, *, person: bytes | None = None, who: str = "", subject: str = "",
        on_behalf: bytes | None = None, undoes: bytes | None = None, at_ms: int | None = None,
    ) -> Iterator[Act]:  # fmt: skip
        """Carry out one act of the bulk; ``at_ms`` only for made-up histories, whose stamps follow their days."""
        stamp = self.session.clock.tick(self._clock.now_ms() if at_ms is None else at_ms)
        note = act_note(self.session, code, person=person, who=who, subject=subject, on_behalf=on_behalf, undoes=undoes)
        act = Act(self.session, note, stamp)
        yield act
        self.changes.append(act.finish())


def raw_facts(path: Path) -> register_facts.RegisterFacts:
    """Return a register's facts without SQLAlchemy's help."""
    con = raw.connect(path, read_only=True)
    try:
        return register_facts.read_raw(con)
    finally:
        con.close()
