"""A small family of registers with a mark in every field of every table, and who may read which of them."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bursar_desk.domain import registry
from bursar_desk.domain.acts import ActCode
from bursar_desk.services import guests
from bursar_desk.services.desk import Desk
from db import statements as st
from tests.exchange.leak_marks import DAY, Mark, Marks, filled
from tests.storage.workbench import Bench

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from db.store import Store

EVERY_READER = {"admin", "link"}
READS: dict[tuple[str, str], set[str]] = {
    **{("hub", school): {"compliance", "people", "cover"} | EVERY_READER for school in "ant"},
    **{(one, other): {"people"} | EVERY_READER for one in "ant" for other in "ant" if one != other},
    # who the office is, what it writes to them, and the courses it bought for them
    **{(school, "hub"): {"people"} | EVERY_READER for school in "ant"},
}  # fmt: skip
"""Who reads whose channels, as these schools agreed it. A school reads all of its own; the stranger reads nothing."""


def may(reader: str, mark: Mark) -> bool:
    """Whether a register of ``reader`` may hold a mark at all."""
    if mark.channel == "name":
        return True  # judged file by file: see ``names_in``
    if mark.channel == "nowhere":
        return False
    if mark.owner == reader:
        return True
    if mark.channel == "cover" and reader == "n":
        return True  # the neighbour who came to cover holds what they wrote
    return mark.channel in READS.get((reader, mark.owner), set())


@dataclass
class Family:
    """School A with two computers, its neighbours N and T, the office that reads all three, and a stranger."""

    bench: Bench
    marks: Marks = field(default_factory=Marks)
    stores: dict[str, Store] = field(default_factory=dict)
    lent: bytes = b""
    cover: bytes = b""
    pack: Path | None = None
    returned: Path | None = None

    @classmethod
    @contextmanager
    def open(cls, folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Family]:
        with Bench.open(folder, patch) as bench:
            family = cls(bench)
            family._meet()
            for name in ("a", "n", "t", "hub"):
                family._fill(name)
            family._round()
            family._cover()
            family._round()
            yield family

    def home(self, name: str) -> str:
        """Whose register that is."""
        return "a" if name == "a2" else name

    # ------------------------------------------------------------ who they are
    def _name(self, owner: str, what: str) -> str:
        return self.marks.word(owner, "name", "statement", what, "card")

    def _meet(self) -> None:
        bench, stores = self.bench, self.stores
        for n, name in enumerate(("a", "n", "t", "far")):
            stores[name] = bench.school(self._name(name, "name"), f"10521{n}")
        stores["a2"] = bench.second(stores["a"], self._name("a", "label"))
        stores["hub"] = bench.office(self._name("hub", "name"))
        bench.introduce(*(stores[name] for name in ("a", "a2", "n", "t")), hub=stores["hub"], settles=True)
        said: dict[bytes, st.Statement] = {}
        for store in stores.values():
            with store.connect() as con:
                said.update({one.hash: one for one in st.stored(con)})
        for store in stores.values():
            store.add_statements(list(said.values()))

    # ------------------------------------------------------------ a mark in every field
    def _put(
        self, owner: str, table: registry.Table, row: str, given: dict[str, Any] | None = None, *,
        replaced: bool = False,
    ) -> bytes:  # fmt: skip
        """One row with a mark in every field and in the words of its act; ``replaced`` if it is changed once."""
        store, marks = self.stores[owner], self.marks
        values = filled(marks, owner, table, row, given=given, current=not replaced)
        with self._act(owner, table, row) as act:
            if table.is_fact:
                return act.fact(table.name, values)  # type: ignore[no-any-return]
            named = None
            if table.key is not None:
                named = act.session.derived(store.facts.home, table.name, values[table.key] if table.key else "")
            made: bytes = act.create(table.name, values, row=named)
        if replaced:
            with self._act(owner, table, row) as act:
                act.set(table.name, made, filled(marks, owner, table, row, given=given))
        return made

    def _act(self, owner: str, table: registry.Table, row: str) -> Any:
        where = (owner, table.channel, "act")
        who, subject = (self.marks.word(*where, one, f"{table.name} {row}") for one in ("who", "subject"))
        return self.stores[owner].act(ActCode.CHANGE_CHECK, who=who, subject=subject)

    def _fill(self, owner: str) -> None:
        for table in registry.TABLES:
            self._put(owner, table, "first", replaced=not table.is_fact)
        self._enclose(owner)
        self._erase(owner)

    def _enclose(self, owner: str) -> None:
        """A message with a file whose content is marked, and a file that no message names."""
        blobs, mark = self.stores[owner].blobs, self.marks.word
        data = f"a letter: {mark(owner, 'link', 'message', 'enclosed file', 'letter')}".encode()
        listed = [{"name": mark(owner, "link", "message", "enclosures", "letter"), "sha256": blobs.put(data).hex(),
                   "size": len(data), "type": "text/plain"}]  # fmt: skip
        blobs.put(f"never sent: {mark(owner, 'nowhere', 'blob', 'content', 'unnamed')}".encode())
        self._put(owner, registry.BY_NAME["message"], "letter", {"enclosures": json.dumps(listed)})

    def _erase(self, owner: str) -> None:
        """Something is erased: its content is nowhere any more, the words about it are for every reader."""
        store, mark = self.stores[owner], self.marks.word
        with store.act(ActCode.ADD_PERSON, who="", subject="") as act:
            gone = act.create("person", {"name": mark(owner, "nowhere", "person", "name", "erased")})
        with store.act(ActCode.ERASE, who="", subject="") as act:
            reason, authority = (mark(owner, "admin", "erase", one, "words") for one in ("reason", "authority"))
            act.erase([gone], reason, authority)

    # ------------------------------------------------------------ cover
    def _cover(self) -> None:
        """A lends N one check; N opens the pack, records under it in every field lent, and sends the return."""
        put, table = self._put, registry.BY_NAME
        self.lent = put("a", table["school_check"], "lent", {"rule": "7d", "anchor": "fixed"})
        for n, days in enumerate((30, 20, 10)):
            put("a", table["check_record"], f"lent {n}", {"check_id": self.lent, "done_on": _before(days)})
        put("a", table["defect"], "closed", {"state": "done"})
        self.cover = put("a", table["cover"], "agreed", {
            "helper_school": self.stores["n"].facts.home, "state": "agreed", "checks": json.dumps([self.lent.hex()]),
            "grant_id": None,
        })  # fmt: skip
        folder = self.bench.folder
        self.pack, self.returned = folder / "pack.bursar", folder / "return.bursar"
        guests.make_pack(self.desk("a"), self.cover, self.pack)
        opened = guests.open_pack(self.desk("n"), self.pack)
        self.stores["guest"] = self.bench.reopened(opened.path)
        for name in registry.GRANTABLE:
            self._record_as_guest(table[name])
        guests.send_return(self.desk("guest"), self.returned)
        receipt = self.bench.merge(self.stores["a"], self.returned)
        assert (receipt.added, receipt.held) == (len(registry.GRANTABLE), 0), "what was lent in full counts"

    def _record_as_guest(self, table: registry.Table) -> None:
        wanted = set(registry.GRANTABLE[table.name])
        given = {"check_id": self.lent} if "check_id" in wanted else {}
        values = filled(self.marks, "a", table, "visit", channel="cover", given=given, only=wanted)
        where = ("a", "cover", "act")
        who, subject = (self.marks.word(*where, one, table.name) for one in ("who", "subject"))
        with self.stores["guest"].act(ActCode.RECORD_CHECK, who=who, subject=subject) as act:
            (act.fact if table.is_fact else act.create)(table.name, values)

    # ------------------------------------------------------------ between them
    def desk(self, name: str) -> Desk:
        return Desk(self.stores[name], self.bench.clock)

    def _round(self) -> None:
        self.bench.rounds(*(self.stores[name] for name in ("a", "a2", "n", "t", "hub")), times=2)

    def names_in(self, owners: set[str]) -> set[Mark]:
        """The names a file has to carry: of the schools (and their computers) it is from, for and about."""
        return {mark for mark in self.marks.words if mark.channel == "name" and mark.owner in owners}


def _before(days: int) -> Any:
    import datetime as dt

    return DAY - dt.timedelta(days=days)
