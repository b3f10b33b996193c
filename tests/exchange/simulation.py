"""A partnership in small: people write, files get lost, backups come back, PCs are copied, clocks are wrong.

Everything goes through the real store and the real sending, receiving and taking in. Most runs leave out the file's
packing and encryption, which have tests of their own; some run through real files.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import random
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from bursar_desk.clock import FixedClock
from bursar_desk.domain import registry
from bursar_desk.domain.acts import ActCode
from bursar_desk.exchange import body, envelope, receiving, sending
from bursar_desk.services import meeting, registers
from db import history, layout, undo_merge
from db import statements as st
from db.heads import current_heads
from db.store import Store, Surroundings
from db.take_in import Receipt, take_in
from tests.storage.workbench import QUIET, Bench

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pytest

    from bursar_desk.exchange.keys import ComputerKeys

NOW = 1_768_212_000_000  # 12 January 2026
YEARS = {2001: 978_307_200_000, 2026: NOW, 2027: 1_800_000_000_000, 2096: 3_976_214_400_000}


# ---------------------------------------------------------------- files without packing and encryption
@contextmanager
def plain_files(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let files be their plain frames, kept in memory: same contents, same checks of them, no envelope around."""
    shelf: dict[Path, SimpleNamespace] = {}

    def write(path: Path, *, kind: str, sender: Any, namespace: bytes, body: Any, **_: object) -> Any:
        data = b"".join(body)
        header = SimpleNamespace(kind=kind, namespace=namespace, sender=sender.public)
        shelf[path] = SimpleNamespace(header=header, data=data)
        return SimpleNamespace(size=len(data))

    @contextmanager
    def open_file(path: Path, _ring: object) -> Iterator[Any]:
        kept = shelf[path]
        digest = hashlib.sha256(kept.data + kept.header.sender).digest()
        yield SimpleNamespace(
            header=kept.header, sender=kept.header.sender, body=io.BytesIO(kept.data), sha256=digest, addressed_to=None
        )

    with patch.context() as inner:
        inner.setattr(envelope, "write", write)
        inner.setattr(envelope, "open_file", open_file)
        inner.setattr(st, "signed", _signed)
        yield


_believed: dict[bytes, bool] = {}
_verify = st.signed


def _signed(one: st.Statement) -> bool:
    """The same few statements come in every file; their signatures are looked at once."""
    if one.raw not in _believed:
        _believed[one.raw] = _verify(one)
    return _believed[one.raw]


def with_holes(data: bytes, chance: random.Random) -> bytes:
    """The frames of a file with some streams left out and some of them beginning later: parts that stand alone."""
    out: list[bytes] = []
    segments = commits = 0
    frames = list(body.frames(io.BytesIO(data)))
    for n, frame in enumerate(frames):
        if frame[0] == "segment":
            bodies = [one for part in _commits_after(frames, n) for one in part]
            if chance.random() < 0.3:
                continue
            if len(bodies) > 1 and chance.random() < 0.5:
                frame, bodies = _beginning_later(frame, bodies, chance.randrange(1, len(bodies)))
            out += [body.frame(*frame), *body.commit_frames(bodies)]
            segments, commits = segments + 1, commits + len(bodies)
        elif frame[0] not in ("commits", "end"):
            out.append(body.frame(*frame))
    return b"".join([*out, body.frame("end", segments, commits, 0)])


def _commits_after(frames: list[list[Any]], n: int) -> Iterator[list[bytes]]:
    for frame in frames[n + 1 :]:
        if frame[0] != "commits":
            return
        yield frame[1]


def _beginning_later(frame: list[Any], bodies: list[bytes], skip: int) -> tuple[list[Any], list[bytes]]:
    _, meta, start, prev, _, seal = frame
    stream = layout.read_meta(meta).key
    for seq, data in enumerate(bodies[:skip], start):
        commit = layout.read_commit(data)
        digests = b"".join(layout.commit_digests(commit))
        prev = layout.commit_hash(stream, seq, commit.stamp, prev, commit.grant, digests)
    return ["segment", meta, start + skip, prev, len(bodies) - skip, seal], bodies[skip:]


# ---------------------------------------------------------------- who takes part
@dataclass
class Company:
    """Founded once and copied for each run: registers that know each other and hold nothing yet."""

    bench: Bench
    stores: dict[str, Store]
    newcomer: Store

    @classmethod
    def gather(cls, bench: Bench, *, hub: bool, neighbours: int) -> Company:
        """School A with two computers (and a third that stays empty), some neighbours, perhaps a Cluster SBM."""
        first = bench.school("a1", "100001")
        stores = {"a1": first, "a2": bench.second(first, "a2")}
        newcomer = bench.second(first, "a3")
        for n, name in enumerate(("b1", "c1")[:neighbours]):
            stores[name] = bench.school(name, f"10000{n + 2}")
        office = bench.office("hub") if hub else None
        bench.introduce(*stores.values(), newcomer, hub=office, settles=True)
        if office is not None:
            stores["hub"] = office
        others = [store for name, store in stores.items() if name[0] in "bc"]
        for other in others[:1]:  # the first neighbour reads the checks, too, and A reads theirs
            bench.let_read(first, other, ["compliance"])
            bench.let_read(other, first, ["compliance"])
        _tell_everybody([*stores.values(), newcomer])
        with first.bulk() as bulk:
            for day in range(3):
                with bulk.act(ActCode.ADD_CHECKS, who="a1") as act:
                    act.create("defect", {"title": "gate", "risk": "low", "state": "reported"})
                    act.create("person", {"name": "Dawn"})
                    act.fact("check_record", {"outcome": "satisfactory", "done_on": dt.date(2026, 1, 1 + day)})
        bench.rounds(*stores.values(), times=1)
        for store in (*stores.values(), newcomer):
            store.close()
        return cls(bench, stores, newcomer)


def _tell_everybody(stores: list[Store]) -> None:
    said: dict[bytes, st.Statement] = {}
    for store in stores:
        with store.connect() as con:
            said.update({one.hash: one for one in st.stored(con)})
    for store in stores:
        store.add_statements(said.values())


@dataclass
class Computer:
    """One computer of the run: its register, its keys, its clock, its backups."""

    name: str
    store: Store
    keys: ComputerKeys
    clock: FixedClock
    backups: list[tuple[bytes, bytes | None]] = field(default_factory=list)

    @property
    def home(self) -> bytes:
        return self.store.facts.home


@dataclass
class Letter:
    """A file under way: for whom it is."""

    path: Path
    sender: bytes
    to: list[bytes]


class World:
    """One run."""

    def __init__(self, company: Company, folder: Path, seed: int, *, real_files: bool = False) -> None:
        self.chance = random.Random(seed)
        self.company, self.folder, self.real_files = company, folder, real_files
        self.computers = [self._settle(name, store) for name, store in company.stores.items()]
        self.letters: list[Letter] = []
        self._files = 0
        self.counts: dict[str, int] = {}

    # ------------------------------------------------------------ computers
    def _settle(self, name: str, template: Store, *, clock: FixedClock | None = None) -> Computer:
        path = self.folder / f"{name}.register"
        shutil.copyfile(template.path, path)
        computer = self._open(name, path, registers.computer_keys(template), clock or FixedClock(NOW), name)
        computer.store.witness.settle(computer.store.facts.written)
        return computer

    def _open(self, name: str, path: Path, keys: ComputerKeys, clock: FixedClock, machine: str) -> Computer:
        around = Surroundings(clock, lambda: keys.sign, self.folder / "local", machine, self.chance.randbytes)
        return Computer(name, Store.open(path, around), keys, clock)

    def close(self) -> None:
        for computer in self.computers:
            computer.store.close()

    # ------------------------------------------------------------ what happens
    def live(self, steps: int) -> None:
        """Let ``steps`` things happen."""
        deeds = (
            ("write", self._write, 40), ("settle", self._settle_one, 12), ("undo", self._undo, 3),
            ("send", self._send, 15), ("deliver", self._deliver, 30), ("backup", self._backup, 5),
            ("restore", self._restore, 9), ("clone", self._clone, 4), ("clock", self._turn_clock, 3),
            ("erase", self._erase, 2), ("unmerge", self._undo_merge, 4),
        )  # fmt: skip
        names = self.chance.choices(range(len(deeds)), [weight for *_, weight in deeds], k=steps)
        for n in names:
            name, deed, _ = deeds[n]
            computer = self.chance.choice(self.computers)
            computer.clock.move_on(self.chance.choice((0, 0, 1, 1000, 60_000)))
            if deed(computer):
                self.counts[name] = self.counts.get(name, 0) + 1

    def _write(self, computer: Computer) -> bool:
        if computer.store.facts.kind == "office":
            return self._settle_one(computer) or self._office_day(computer)
        with computer.store.bulk() as bulk:
            for _ in range(self.chance.choice((1, 1, 1, 3))):
                with bulk.act(ActCode.CHANGE_CHECK, who=computer.name) as act:
                    for _ in range(self.chance.choice((1, 1, 2))):
                        self._one_change(act, computer)
        return True

    def _office_day(self, computer: Computer) -> bool:
        with computer.store.act(ActCode.OPEN_OFFICE) as act:
            act.create("calendar_block", {"kind": "closed", "name": "training"})
        return True

    def _one_change(self, act: Any, computer: Computer) -> None:
        lot = self.chance.random()
        row = self._some_row(act, computer, facts=lot > 0.9)
        if lot < 0.3 or row is None:
            self._new_row(act, computer)
        elif lot < 0.8:
            table, rid = row
            column = table.columns[self.chance.choice((4, 4, 4, 5, 5, 3, 9, 2)) % len(table.columns)]
            act.set(table.name, rid, {one.name: self._value(one.type) for one in column.fields})
        elif lot < 0.9:
            act.delete(row[0].name, row[1])
        else:
            act.set_aside(row[0].name, row[1])

    def _value(self, kind: str) -> Any:
        values: dict[str, tuple[Any, ...]] = {
            "text": ("high", "low", "danger", "done", "x"), "int": (1, 2), "id": (bytes(16),), "bool": (True, False),
            "date": (dt.date(2026, 1, 1), dt.date(2026, 2, 2)), "json": ("[1]", "[2]"),
        }  # fmt: skip
        return self.chance.choice(values[kind])

    def _some_row(self, act: Any, computer: Computer, *, facts: bool) -> tuple[registry.Table, bytes] | None:
        names = ("check_record",) if facts else ("defect", "defect", "school_check", "person", "absence_reason")
        name = self.chance.choice(names)
        con = act.session.connection
        sql = (
            f"SELECT id FROM {name} JOIN school_key USING (sid) WHERE school=?"
            " AND id NOT IN (SELECT op FROM erased) ORDER BY id"
        )
        rows = con.exec_driver_sql(sql, (computer.home,)).scalars().all()
        if not rows:
            return None
        return registry.BY_NAME[name], self.chance.choice(rows[:2] if self.chance.random() < 0.7 else rows)

    def _new_row(self, act: Any, computer: Computer) -> None:
        name = self.chance.choice(("defect", "defect", "school_check", "check_record", "person", "absence_reason"))
        if name == "check_record":
            act.fact(name, {"outcome": "satisfactory", "done_by": computer.name, "done_on": dt.date(2026, 1, 1)})
        elif name == "school_check":
            code = self.chance.choice(("FIRE-04", "GAS-01"))
            row = act.session.derived(computer.home, name, code)
            act.create(name, {"code": code, "title": self._value("text")}, row=row)
        else:
            table = registry.BY_NAME[name]
            given = self.chance.sample(table.columns, min(3, len(table.columns)))
            act.create(name, {one.name: self._value(one.type) for column in given for one in column.fields})

    def _settle_one(self, computer: Computer) -> bool:
        """Replace all rivals of an open conflict by one of them, as the list of differences to settle does."""
        with computer.store.connect() as con:
            sql = "SELECT row, tab, col, school FROM conflict JOIN school_key USING (sid) ORDER BY row, col"
            office = computer.store.facts.kind == "office"
            open_ones = [
                one for one in con.exec_driver_sql(sql).all()
                if one[3] == computer.home or (office and registry.BY_NUMBER[one[1]].channel in meeting.HUB_CHANNELS)
            ]  # fmt: skip
            if not open_ones:
                return False
            row, tab, col, school = self.chance.choice(open_ones)
            heads = current_heads(con, [(row, tab, col)])[row, tab, col]
        chosen = self.chance.choice(heads).value
        with computer.store.act(ActCode.SETTLE, who=computer.name) as act:
            name = registry.BY_NUMBER[tab].name
            act.set_seen(name, row, {col: chosen}, {col: [head.op for head in heads]}, school=school)
        return True

    def _undo(self, computer: Computer) -> bool:
        with computer.store.connect() as con:
            past = history.next_to_undo(history.recent(con, computer.store.facts.writer))
        if past is None or past.school != computer.home or past.note.code == ActCode.ERASE:
            return False
        with computer.store.act(ActCode.UNDO, undoes=past.note.act) as act:
            history.take_back(act.session.connection, act, past.note, computer.store.facts.writer)
        return True

    def _erase(self, computer: Computer) -> bool:
        """A school erases one of its rows for good, or one change of it."""
        with computer.store.connect() as con:
            sql = (
                "SELECT op FROM cell_op JOIN commit_log USING (pos) WHERE cell>>32 IN"
                " (SELECT sid FROM school_key WHERE school=?) UNION SELECT op FROM row_born JOIN school_key USING (sid)"
                " WHERE school=? ORDER BY 1"
            )
            ops = con.exec_driver_sql(sql, (computer.home, computer.home)).scalars().all()
        if not ops or computer.store.facts.kind == "office":
            return False
        with computer.store.act(ActCode.ERASE, who=computer.name) as act:
            act.erase(self.chance.sample(ops, min(len(ops), self.chance.choice((1, 1, 2)))), "left", "the head")
        return True

    def _undo_merge(self, computer: Computer) -> bool:
        """Somebody undoes a whole merge, mostly one of late; it may be brought back by an ordinary undo."""
        with computer.store.connect() as con:
            sql = "SELECT DISTINCT arrived FROM commit_log WHERE arrived>0 ORDER BY 1"
            listed = con.exec_driver_sql(sql).scalars().all()[-3:]
            brought = undo_merge.plan(con, self.chance.choice(listed)) if listed else None
        if brought is None:
            return False
        with computer.store.act(ActCode.UNDO_MERGE, who=computer.name) as act:
            undo_merge.set_aside(act, brought, "that file")
        return True

    def _backup(self, computer: Computer) -> bool:
        witness = computer.store.witness.file
        noted = witness.read_bytes() if witness.exists() else None
        computer.backups.append((computer.store.path.read_bytes(), noted))
        return True

    def _restore(self, computer: Computer) -> bool:
        """An older copy comes back; mostly the witness notices, sometimes it was rolled back or lost as well."""
        if not computer.backups:
            return self._backup(computer) and False
        data, noted = self.chance.choice(computer.backups)
        computer.store.close()
        computer.store.path.write_bytes(data)
        witness = computer.store.witness.file
        lot = self.chance.random()
        if lot < 0.35 and noted is not None:
            witness.write_bytes(noted)
        elif lot < 0.5:
            witness.unlink(missing_ok=True)
        computer.store = Store.open(computer.store.path, computer.store.around)
        return True

    def _clone(self, computer: Computer) -> bool:
        """A whole PC is copied, keys and all; in half of the cases its witness says that nothing happened."""
        if len(self.computers) > len(self.company.stores):
            return False
        name = f"{computer.name}-again"
        path = self.folder / f"{name}.register"
        shutil.copyfile(computer.store.path, path)
        clone = self._open(name, path, computer.keys, FixedClock(computer.clock.ms), name)
        if self.chance.random() < 0.5:
            clone.store.witness.settle(clone.store.facts.written)
        self.computers.append(clone)
        return True

    def _turn_clock(self, computer: Computer) -> bool:
        computer.clock.ms = self.chance.choice(list(YEARS.values())) + self.chance.randrange(100_000)
        return True

    # ------------------------------------------------------------ files
    def homes(self) -> list[bytes]:
        return list(dict.fromkeys(computer.home for computer in self.computers))

    def _reachable(self, computer: Computer) -> list[bytes]:
        return [home for home in self.homes() if home in computer.store.trust.roots]

    def _send(self, computer: Computer) -> bool:
        alone = sum(one.home == computer.home for one in self.computers) == 1
        homes = [home for home in self._reachable(computer) if home != computer.home or not alone]
        to = self.chance.sample(homes, min(len(homes), self.chance.choice((1, 1, 1, 2))))
        self.letters.append(self.post(computer, to, everything=self.chance.random() < 0.1))
        return True

    def post(self, computer: Computer, to: Sequence[bytes], *, everything: bool = False) -> Letter:
        self._files += 1
        path = self.folder / f"{self._files}.bursar"
        sending.send(computer.store, computer.keys, path, list(to), QUIET, everything=everything)
        return Letter(path, computer.keys.sign.public, list(to))

    def _deliver(self, computer: Computer) -> bool:
        if not self.letters:
            return self._send(computer) and False
        letter = self.chance.choice(self.letters[-4:] if self.chance.random() < 0.7 else self.letters)
        computer = self.chance.choice([one for one in self.computers if one.home in letter.to])
        lot = self.chance.random()
        if lot < 0.12:
            self.letters.remove(letter)  # lost in the post
            return False
        self.hand_over(letter, computer, holes=not self.real_files and self.chance.random() < 0.3)
        if lot < 0.5:
            self.letters.remove(letter)  # otherwise it may come again, or late
        return True

    def hand_over(self, letter: Letter, computer: Computer, *, holes: bool = False) -> Receipt:
        """Merge a file, as the merging service does."""
        store = computer.store
        with store.connect() as con:
            known = st.stored(con)
        path = letter.path
        if holes:
            self._files += 1
            path = self._with_holes(letter, self.folder / f"{self._files}.bursar", store.facts.namespace)
        incoming = receiving.receive(path, [computer.keys.box], known, store.facts.namespace, kinds=("exchange",))
        return take_in(store, incoming.file, QUIET, "")

    def _with_holes(self, letter: Letter, path: Path, namespace: bytes) -> Path:
        with envelope.open_file(letter.path, []) as opened:
            data = opened.body.read(1 << 30)
        sender: Any = SimpleNamespace(public=letter.sender)
        envelope.write(
            path, kind="exchange", sender=sender, namespace=namespace, body=[with_holes(data, self.chance)],
            certificate=b"", recipients=[],
        )  # fmt: skip
        return path

    # ------------------------------------------------------------ the end of the story
    def full_round(self) -> int:
        """Everybody sends to everybody, by what was acknowledged; the number of entries that were new somewhere."""
        added = 0
        for sender in self.computers:
            for home in self._reachable(sender):
                letter = self.post(sender, [home])
                for computer in self.computers:
                    if computer.home == home and computer is not sender:
                        receipt = self.hand_over(letter, computer)
                        added += receipt.fresh
        return added

    def newcomer(self, of: Computer) -> Computer:
        """A new computer of school A, given one file."""
        fresh = self._settle("newcomer", self.company.newcomer)
        self.hand_over(self.post(of, [of.home], everything=True), fresh)
        return fresh

