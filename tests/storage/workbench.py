"""Registers for tests: real ones, founded by the services, with keys in memory and a clock that stands still."""

from __future__ import annotations

import datetime as dt
import io
import os
import random
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bursar_desk import machine
from bursar_desk.clock import FixedClock
from bursar_desk.domain import registry
from bursar_desk.domain.progress import Silent
from bursar_desk.exchange import receiving, sending
from bursar_desk.exchange.keys import ComputerKeys, MemoryKeyStore, SigningIdentity, load_computer_keys
from bursar_desk.services import meeting, registers
from bursar_desk.services.registers import Newcomer
from db import chains, derived, layout, raw
from db import statements as st
from db.store import Store, Surroundings
from db.take_in import Receipt, take_in
from db.verify import verify

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence

    import pytest

START = dt.date(2026, 1, 12)
QUIET = Silent()


def quick_pragmas(con: sqlite3.Connection, *, read_only: bool) -> None:
    """The pragmas of the real door without waiting for the disk: nothing here has to outlive a power cut."""
    con.execute("PRAGMA trusted_schema=OFF")
    con.execute("PRAGMA temp_store=MEMORY")
    if not read_only:
        con.execute("PRAGMA journal_mode=MEMORY")
        con.execute("PRAGMA synchronous=OFF")


def without_waiting(patch: pytest.MonkeyPatch) -> None:
    """Let registers be written without waiting for the disk."""
    patch.setattr(raw, "_set_pragmas", quick_pragmas)
    patch.setattr(os, "fsync", lambda _handle: None)


@dataclass
class Bench:
    """A folder of registers that share a key store in memory and a clock."""

    folder: Path
    keys: MemoryKeyStore = field(default_factory=MemoryKeyStore)
    clock: FixedClock = field(default_factory=lambda: FixedClock.at(START))
    stores: list[Store] = field(default_factory=list)

    @classmethod
    @contextmanager
    def open(cls, folder: Path, patch: pytest.MonkeyPatch, *, quick: bool = True) -> Iterator[Bench]:
        """A bench whose registers find their keys in memory; all of them are closed at the end."""
        bench = cls(folder)
        patch.setattr(registers, "key_store_for", lambda _path, **_: bench.keys)
        if quick:
            without_waiting(patch)
        try:
            yield bench
        finally:
            for store in bench.stores:
                store.close()

    def path(self, name: str) -> Path:
        return self.folder / f"{name}.register"

    def kept(self, store: Store) -> Store:
        self.stores.append(store)
        return store

    def school(self, name: str, urn: str) -> Store:
        """The register of a new school's first computer."""
        newcomer = Newcomer(name, "school", urn)
        return self.kept(registers.found(self.path(name), newcomer, practice=True, clock=self.clock).store)

    def office(self, name: str) -> Store:
        """The register of a new Cluster SBM's office."""
        return self.kept(
            registers.found(self.path(name), Newcomer(name, "office"), practice=True, clock=self.clock).store
        )

    def second(self, first: Store, name: str) -> Store:
        """The register of a school's next computer."""
        return self.kept(
            registers.second_computer(first, self.path(name), label=name, letter="B", clock=self.clock)
        )

    def introduce(self, *stores: Store, hub: Store | None = None, settles: bool = True) -> None:
        """Let these registers know each other; a hub reads all the schools among them."""
        homes = {store.facts.home for store in stores if store is not hub}
        hubs = dict.fromkeys(homes, hub.facts.home) if hub is not None else {}
        listed = [*stores, hub] if hub is not None and hub not in stores else list(stores)
        meeting.introduce_all(listed, hubs, settles=settles)

    def let_read(self, owner: Store, reader: Store, channels: Sequence[str], *, role: str = "neighbour") -> None:
        """Let one school say that another may read some of its channels, and both hold that statement."""
        facts = {
            "subject": reader.facts.home, "subject_root": owner.trust.roots[reader.facts.home].root,
            "channels": list(channels), "settles": False, "role": role,
        }  # fmt: skip
        said = st.make(st.READER, owner.facts.namespace, owner.facts.home, facts, registers.root_key(owner))
        for store in (owner, reader):
            store.add_statements([said])

    def keys_of(self, store: Store) -> ComputerKeys:
        return registers.computer_keys(store)

    def reopened(self, path: Path) -> Store:
        """The register at ``path``, opened as the program does."""
        return self.kept(registers.open_store(path, clock=self.clock))

    def copied(self, store: Store, name: str) -> Store:
        """A copy of a register's file at another path, opened; the computer's keys came with it."""
        shutil.copyfile(store.path, self.path(name))
        return self.reopened(self.path(name))

    # ------------------------------------------------------------ files between them
    def send(self, sender: Store, to: Sequence[Store], name: str = "", *, everything: bool = False) -> Path:
        """A real file from one register to others."""
        path = self.folder / f"{name or 'file'}-{len(list(self.folder.glob('*.bursar')))}.bursar"
        homes = list(dict.fromkeys(store.facts.home for store in to))
        sending.send(sender, self.keys_of(sender), path, homes, QUIET, everything=everything)
        return path

    def receive(self, store: Store, path: Path, kinds: tuple[str, ...] = ("exchange", "return")) -> receiving.Incoming:
        """What a file says to a register; nothing is taken in."""
        with store.connect() as con:
            known = st.stored(con)
        return receiving.receive(path, [self.keys_of(store).box], known, store.facts.namespace, kinds=kinds)

    def merge(self, store: Store, path: Path) -> Receipt:
        """Take a file in, as the merging service does."""
        incoming = self.receive(store, path)
        return take_in(store, incoming.file, QUIET, incoming.sender_name)

    def exchange(self, sender: Store, to: Store) -> Receipt:
        """One file, sent and merged."""
        return self.merge(to, self.send(sender, [to]))

    def rounds(self, *stores: Store, times: int = 2) -> None:
        """Let everybody send to everybody else, some times over."""
        for _ in range(times):
            for sender in stores:
                for to in stores:
                    if to is not sender:
                        self.exchange(sender, to)


def surroundings(bench: Bench, signer: SigningIdentity | None, entropy: Callable[[int], bytes]) -> Surroundings:
    """What a store is handed, with chance of our choosing."""
    return Surroundings(
        clock=bench.clock,
        signer=(lambda: signer) if signer is not None else None,
        local=machine.local_folder(),
        machine=machine.machine_id(),
        entropy=entropy,
    )


def seeded(seed: int) -> Callable[[int], bytes]:
    """Chance that is the same on every run."""
    return random.Random(seed).randbytes


def own_keys(bench: Bench, store: Store) -> SigningIdentity:
    """The signing pair of a register's computer."""
    keys = load_computer_keys(bench.keys, store.facts.register)
    assert keys is not None
    return keys.sign


# ---------------------------------------------------------------- looking into a register
@contextmanager
def looking(store: Store) -> Iterator[sqlite3.Connection]:
    """A register through the raw door, to look only."""
    con = raw.connect(store.path, read_only=True)
    try:
        yield con
    finally:
        con.close()


def schools_by_number(con: sqlite3.Connection) -> dict[int, bytes]:
    """The school id for each local number."""
    return dict(con.execute("SELECT sid, school FROM school_key"))


def tables_of(store: Store) -> dict[tuple[bytes, str], dict[str, Any]]:
    """For each (school, channel) every derived row, hidden row and conflict of it; no places in the log, no numbers."""
    state: dict[tuple[bytes, str], dict[str, Any]] = {}
    with looking(store) as con:
        schools = schools_by_number(con)
        for table in registry.TABLES:
            listed = ", ".join(f'"{name}"' for name in derived.columns_of(table) if name != "pos")
            for row in con.execute(f"SELECT {listed} FROM {table.name} ORDER BY id"):
                part = state.setdefault((schools[row[1]], table.channel), {})
                part.setdefault(table.name, []).append((row[0], *row[2:]))
        for name, names in (("hidden", "sid, tab, row"), ("conflict", "sid, tab, row, col, heads")):
            for sid, tab, *rest in con.execute(f"SELECT {names} FROM {name} ORDER BY 3, 2, 1"):
                part = state.setdefault((schools[sid], registry.BY_NUMBER[tab].channel), {})
                part.setdefault(name, []).append((tab, *rest))
    return state


def held_of(store: Store) -> set[tuple[bytes, int, str]]:
    """What is held, by commit hash and place in it."""
    with looking(store) as con:
        return set(con.execute("SELECT l.hash, h.n, h.reason FROM held h JOIN commit_log l ON l.pos=h.pos"))


def sums_of(store: Store) -> dict[tuple[bytes, str], tuple[bytes, int]]:
    """The control sum and number of commits for each school and channel."""
    with looking(store) as con:
        schools = schools_by_number(con)
        rows = con.execute("SELECT sid, channel, total, commits FROM channel_sum WHERE commits>0").fetchall()
    return {(schools[sid], channel): (total, count) for sid, channel, total, count in rows}


def commits_of(store: Store) -> dict[bytes, tuple[bytes, str]]:
    """The hash of every commit held, with its school and channel."""
    sql = (
        "SELECT l.hash, k.school, s.channel FROM commit_log l JOIN chain c ON c.cid=(l.pos>>40)"
        " JOIN stream s ON s.sno=c.sno JOIN school_key k ON k.sid=s.sid"
    )
    with looking(store) as con:
        rows = con.execute(sql).fetchall()
    found = {head: (school, channel) for head, school, channel in rows}
    assert len(found) == len(rows), "a commit is kept twice"
    return found


def gaps_of(store: Store) -> list[chains.ChainRow]:
    """Lines of history that do not reach down to their first entry."""
    with store.connect() as con:
        open_ones = []
        for stream in chains.streams(con):
            sound = {chain.cid for chain in chains.rooted(con, stream.sno)}
            held = [chain for chain in chains.chains_of(con, stream.sno) if chain.head_seq >= chain.start_seq]
            open_ones += [chain for chain in held if chain.cid not in sound]
    return open_ones


def is_sound(store: Store) -> bool:
    """Nothing that ``verify`` finds."""
    assert verify(store, QUIET) == []
    return True


def plain_body(path: Path, box: Any) -> bytes:
    """The unpacked bytes of a file."""
    from bursar_desk.exchange import envelope

    out = io.BytesIO()
    with envelope.open_file(path, [box]) as opened:
        while part := opened.body.read(1 << 16):
            out.write(part)
    return out.getvalue()


def commits_in(store: Store) -> list[tuple[layout.StreamMeta, int, bytes, layout.Commit]]:
    """Every commit held as (stream, number, hash, commit)."""
    sql = (
        "SELECT s.meta, l.pos, l.hash, l.body FROM commit_log l JOIN chain c ON c.cid=(l.pos>>40)"
        " JOIN stream s ON s.sno=c.sno ORDER BY l.pos"
    )
    with looking(store) as con:
        return [
            (layout.read_meta(meta), pos & ((1 << chains.SEQ_BITS) - 1), head, layout.read_commit(body))
            for meta, pos, head, body in con.execute(sql)
        ]
