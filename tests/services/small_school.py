"""A school made by hand for the tests of pages and reports: a few checks whose every date the test has chosen."""

from __future__ import annotations

import datetime as dt
import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bursar_desk.clock import FixedClock
from bursar_desk.domain.acts import ActCode
from bursar_desk.services import bank_holidays, catalogue, registers
from bursar_desk.services.desk import Desk
from bursar_desk.services.registers import Newcomer
from db import raw

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    import pytest

    from db.session import Act

FRIDAY = dt.date(2026, 11, 20)
FOUNDED = dt.date(2026, 1, 12)
DAWN, CLARE, TERRY = "Dawn Hill", "Clare Brennan", "Terry Walsh"
_ROLES = {DAWN: "business manager", CLARE: "head", TERRY: "caretaker"}


def without_waiting(patch: pytest.MonkeyPatch) -> None:
    """Let registers be written without waiting for the disk: nothing in these tests has to outlive a power cut."""

    def quick(con: sqlite3.Connection, *, read_only: bool) -> None:
        if not read_only:
            con.execute("PRAGMA journal_mode=MEMORY")
            con.execute("PRAGMA synchronous=OFF")

    patch.setattr(raw, "_set_pragmas", quick)


def at(day: dt.date, hour: int = 9) -> int:
    """The milliseconds of an hour of a day in school."""
    return FixedClock.at(day, hour).ms


@dataclass
class Small:
    """A register by its path, with the ids of its people and checks; ``today`` is what a desk opens on."""

    path: Path
    today: dt.date = FRIDAY
    people: dict[str, bytes] = field(default_factory=dict)
    checks: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def found(
        cls, folder: Path, name: str = "Oakfield Primary School", urn: str = "900001", *, founded: dt.date = FOUNDED,
        terms: bool = True,
    ) -> Small:  # fmt: skip
        """A school with its calendar and three people: the manager, the head and the caretaker."""
        made = cls(folder / f"{urn}.register")
        newcomer = Newcomer(name, "school", urn)
        registers.found(made.path, newcomer, practice=True, clock=FixedClock.at(founded)).store.close()
        with made.act(ActCode.SET_UP_SCHOOL, founded) as act:
            row = act.session.derived(act.session.home, "school", "")
            facts = {
                "name": name,
                "short_name": name.split(" ", maxsplit=1)[0],
                "urn": urn,
                "opens": 465,
                "closes": 930,
            }
            where = {"address": "Mill Lane", "town": "Fallowmere", "phone": "0161 496 0100"}
            act.create("school", {**facts, **where}, row=row)
            for block in bank_holidays.sample_year_blocks() if terms else ():
                act.create("calendar_block", {
                    "kind": block.kind.value, "name": block.name, "first": block.first, "last": block.last,
                    "term": block.term, "half": block.half,
                })  # fmt: skip
        for person, role in _ROLES.items():
            with made.act(ActCode.ADD_PERSON, founded) as act:
                made.people[person] = act.create("person", {
                    "name": person, "role": role, "days": 31, "starts": 405, "ends": 900,
                    "unlocks": person == TERRY, "locks": person == TERRY, "manages": person == DAWN,
                })  # fmt: skip
        return made

    @contextmanager
    def act(self, code: ActCode, day: dt.date) -> Iterator[Act]:
        """One act stamped at nine o'clock of a day."""
        store = registers.open_store(self.path, clock=FixedClock.at(day))
        try:
            with store.bulk() as bulk, bulk.act(code, who=DAWN, at_ms=at(day)) as act:
                yield act
        finally:
            store.close()

    def desk(self, on: dt.date | None = None, who: str | None = None, *, write: bool = False) -> Desk:
        """The register open on a day, its clock standing at nine that day."""
        day = on or self.today
        return Desk.open(self.path, as_person=who, read_only=not write, clock=FixedClock.at(day))

    def add(self, code: str, *, doer: str = "", owner: str = DAWN, day: dt.date = FOUNDED, **more: Any) -> bytes:
        """A check of the catalogue; ``more`` are columns that differ from it."""
        row = catalogue.load().by_code(code)
        values = {
            "code": code, "title": row.title, "area": row.area.code, "rule": row.rule, "anchor": row.anchor.value,
            "weekday": None, "standing_in_law": row.standing.value, "applies": "yes",
            "owner": self.people.get(owner), "doer": self.people.get(doer), **more,
        }  # fmt: skip
        for name in ("points", "readings"):
            if name in values:
                values[name] = json.dumps(values[name])
        with self.act(ActCode.ADD_CHECKS, day) as act:
            row_id = act.session.derived(act.session.home, "school_check", code)
            self.checks[code] = act.create("school_check", values, row=row_id)
        return self.checks[code]

    def done(
        self, code: str, *days: dt.date, by: str = TERRY, outcome: str = "satisfactory", written: dt.date | None = None,
        **more: Any,
    ) -> None:  # fmt: skip
        """Records of a check, each written down on its day unless another one is given."""
        for day in days:
            with self.act(ActCode.RECORD_CHECK, written or day) as act:
                act.fact("check_record", {
                    "check_id": self.checks[code], "done_on": day, "outcome": outcome, "done_by": by,
                    "recorded_by": by, "evidence": "none", **more,
                })  # fmt: skip

    def not_done(self, code: str, day: dt.date, reason: str, note: str = "") -> None:
        """Somebody says why a check was not done."""
        with self.act(ActCode.NOT_DONE, day) as act:
            values = {"check_id": self.checks[code], "said_on": day, "reason": reason, "note": note or None}
            act.fact("not_done", {**values, "said_by": DAWN})

    def put_off(
        self, code: str, day: dt.date, until: dt.date, legal: dt.date | None, reason: str = "Hall in use"
    ) -> None:
        """Somebody puts a check off."""
        with self.act(ActCode.PUT_OFF, day) as act:
            act.fact("put_off", {"check_id": self.checks[code], "said_on": day, "until": until, "legal_due": legal,
                                 "reason": reason, "said_by": DAWN})  # fmt: skip

    def fault(self, title: str, code: str = "", day: dt.date = FRIDAY, **more: Any) -> bytes:
        """A fault, reported."""
        with self.act(ActCode.REPORT_DEFECT, day) as act:
            values = {"title": title, "risk": "medium", "state": "reported", "raised_on": day, "raised_by": TERRY}
            return act.create("defect", {**values, "check_id": self.checks.get(code), **more})

    def passed(self, person: str, course: str, on: dt.date, ends: dt.date | None) -> None:
        """Somebody passed a course."""
        with self.act(ActCode.ADD_TRAINING, on) as act:
            values = {"person": self.people[person], "course": course, "passed_on": on, "expires_on": ends}
            act.fact("training", {name: value for name, value in values.items() if value is not None})
