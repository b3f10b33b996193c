"""Two computers of one school, an office that reads it and a neighbour, with real files between them."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.grants import Grant
from bursar_desk.domain.operations import cover_channel
from bursar_desk.exchange import sending
from bursar_desk.exchange.keys import save_computer_keys
from bursar_desk.services import merging, registers, sharing
from bursar_desk.services.desk import Desk
from db import statements as st
from db.derived import day_number
from db.queries.computers import heads_of_channel
from db.store import Founding, Store
from tests.storage.workbench import QUIET, Bench

TODAY = dt.date(2026, 1, 12)


@dataclass
class Cluster:
    """Oakfield with two computers (``one`` and ``two``), St Anne next door, and the office that reads both."""

    bench: Bench
    one: Desk
    two: Desk
    anne: Desk
    office: Desk

    def file(self, sender: Desk, to: Desk, name: str = "", **options: Any) -> Path:
        """A real file from one desk for another."""
        number = len(list(self.bench.folder.glob("*.bursar")))
        path = self.bench.folder / f"{name or f'file-{number}'}.bursar"
        sharing.export(sender, path, [to.home], **options)
        return path

    def send(self, sender: Desk, to: Desk, **options: Any) -> merging.FileResult:
        """One file, sent and merged."""
        (result,) = merging.merge(to, [self.file(sender, to)], **options).files
        return result

    def check(self, desk: Desk, title: str = "Fire alarm test", **values: Any) -> bytes:
        """A check of the desk's school."""
        with desk.act(ActCode.ADD_CHECKS, subject=title) as act:
            code = values.pop("code", title.upper())
            row = act.session.derived(desk.home, "school_check", code)
            act.create("school_check", {"code": code, "title": title, "area": "fire", **values}, row=row)
        return row

    def record(self, desk: Desk, check: bytes, day: dt.date = TODAY, by: str = "Terry Walsh", **values: Any) -> bytes:
        """One time a check was done."""
        with desk.act(ActCode.RECORD_CHECK, subject="Fire alarm test") as act:
            return act.fact(
                "check_record",
                {"check_id": check, "done_on": day, "outcome": "satisfactory", "done_by": by, **values},
            )

    def fault(self, desk: Desk, title: str = "Gate", **values: Any) -> bytes:
        """A fault."""
        with desk.act(ActCode.REPORT_DEFECT, subject=title) as act:
            return act.create("defect", {"title": title, "raised_on": TODAY, **values})

    def change(self, desk: Desk, row: bytes, table: str = "defect", **values: Any) -> None:
        """Another value for a row."""
        with desk.act(ActCode.CHANGE_DEFECT, subject="Gate") as act:
            act.set(table, row, values)

    def value(self, desk: Desk, row: bytes, column: str, table: str = "defect") -> Any:
        """What a cell shows."""
        with desk.store.connect() as con:
            return con.exec_driver_sql(f'SELECT "{column}" FROM {table} WHERE id=?', (row,)).scalar()

    def count(self, desk: Desk, sql: str, *values: Any) -> int:
        """A number out of a register."""
        with desk.store.connect() as con:
            return int(con.exec_driver_sql(sql, values).scalar_one())


@dataclass
class Lent:
    """A cover given by Oakfield to St Anne, and the guest register it is recorded in."""

    made: Cluster
    grant: Grant
    guest: Store

    def act(self, code: int = ActCode.RECORD_CHECK, subject: str = "Fire alarm test") -> Any:
        """One act under the cover; nothing holds it back here."""
        return self.guest.act(code, who="Sam Adeyemi", subject=subject)

    def give_back(self) -> merging.FileResult:
        """What was done, sent home and merged."""
        bench, home = self.made.bench, self.made.one
        path = bench.folder / f"return-{len(list(bench.folder.glob('*.bursar')))}.bursar"
        keys = bench.keys_of(self.made.anne.store)
        channel = cover_channel(self.grant.id)
        sending.send(self.guest, keys, path, [home.home], QUIET, kind="return", only_channel=channel)
        (result,) = merging.merge(home, [path]).files
        return result

    def end(self) -> None:
        """Oakfield ends the cover: what comes from now on waits to be confirmed."""
        home = self.made.one
        with home.store.connect() as con:
            seen = [list(head) for head in heads_of_channel(con, home.home, cover_channel(self.grant.id))]
        facts = {"id": self.grant.id, "seen": seen, "said": self.made.bench.clock.now_ms()}
        keys = self.made.bench.keys_of(home.store)
        home.store.add_statements([st.make(st.WITHDRAW, home.store.facts.namespace, home.home, facts, keys.sign)])


def lent(made: Cluster, check: bytes) -> Lent:
    """Let somebody at St Anne record one check of Oakfield today."""
    bench, home, keys = made.bench, made.one, made.bench.keys_of(made.anne.store)
    day = day_number(TODAY)
    grant = Grant(
        bytes(15) + b"g", home.home, made.anne.home, "Sam Adeyemi", (keys.sign.public,), (keys.box.public,), (check,),
        day, day, day + 14, 50,
    )  # fmt: skip
    facts = home.store.facts
    said = st.make(st.GRANT, facts.namespace, home.home, st.grant_facts(grant), bench.keys_of(home.store).sign)
    home.store.add_statements([said])
    with home.store.connect() as con:
        known = tuple(one for one in st.stored(con) if one.kind in (st.ROOT, st.COMPUTER))
    register = bytes(15) + b"r"
    save_computer_keys(bench.keys, register, keys)
    founding = Founding(
        register, facts.namespace, home.home, "guest", True, keys.sign.public, (*known, said), cover_channel(grant.id)
    )
    around = registers.surroundings(bench.keys, register, bench.clock, secrets.token_bytes)
    return Lent(made, grant, bench.kept(Store.create(bench.path("guest"), founding, around)))


@contextmanager
def cluster(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """The four desks; a manager acts at each, and all know each other."""
    with Bench.open(folder, patch) as bench:
        one = bench.school("Oakfield", "105219")
        two = bench.second(one, "Oakfield-2")
        anne, office = bench.school("St Anne", "105220"), bench.office("Cluster office")
        bench.introduce(one, two, anne, hub=office)
        desks = [Desk(store, bench.clock) for store in (one, two, anne, office)]
        for desk, name in zip(desks, ("Dawn Hill", "Dawn Hill", "Raj Patel", "Angela Reed"), strict=True):
            if desk is not desks[1]:
                _manager(desk, name)
        made = Cluster(bench, *desks)
        made.send(made.one, made.two)
        yield made


def _manager(desk: Desk, name: str) -> None:
    with desk.act(ActCode.ADD_PERSON, subject=name) as act:
        act.create("person", {"name": name, "role": "manager", "manages": True})

