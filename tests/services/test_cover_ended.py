"""A cover ended before its time: what was recorded till then stands, later work waits to be confirmed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain.errors import UserError
from bursar_desk.services import absences, checks, computers, cover, guests, merging, recording, sharing
from bursar_desk.services.desk import Desk
from bursar_desk.services.key_notices import key_notices
from tests.services.sample_fixture import ON, STORY, copy_of, register_of

MONDAY = ON + dt.timedelta(days=3)
CLOCK = FixedClock.at(ON)


def record(guest: Path, number: int) -> None:
    with Desk.open(guest, clock=FixedClock.at(MONDAY, 8 + number)) as desk:
        one = checks.listing(desk).lines[number]
        recording.record(desk, recording.Doing(one.id, MONDAY, desk.who, "satisfactory"))


def came_home(home: Path, file: Path) -> None:
    with Desk.open(home, clock=CLOCK) as desk:
        [result] = merging.merge(desk, [file]).files
    assert result.accepted


def states(register: Path) -> list[str]:
    with Desk.open(register, read_only=True, clock=CLOCK) as desk, desk.store.connect() as con:
        return list(con.exec_driver_sql("SELECT state FROM held").scalars())


def test_later_entries_of_an_ended_cover_are_applied_and_wait_to_be_confirmed(tmp_path: Path) -> None:
    made = copy_of(tmp_path)
    home = register_of(made, STORY).path
    with Desk.open(home, clock=CLOCK) as desk:
        line, _ = absences.add(desk, desk.find_person("Terry Walsh").id, MONDAY, MONDAY)
        helper = cover.find(desk, line.id).can[0]
        asked, _ = cover.request(desk, line.id, helper)
        cover.answer(desk, asked.id, "agreed")
        with pytest.raises(UserError, match="No cover pack was made"):
            computers.withdraw(desk, asked.id)
        guests.make_pack(desk, asked.id, tmp_path / "pack.bursar")
        urn, name = desk.trust.roots[helper.school].urn, desk.trust.roots[helper.school].name
    neighbour = register_of(made, urn).path
    with Desk.open(neighbour, clock=CLOCK) as theirs:
        guest = guests.open_pack(theirs, tmp_path / "pack.bursar").path
    record(guest, 0)
    with Desk.open(guest, clock=CLOCK) as desk:
        guests.send_return(desk, tmp_path / "one.bursar")
    came_home(home, tmp_path / "one.bursar")

    with Desk.open(home, clock=CLOCK) as desk:
        before = desk.trust
        told = computers.withdraw(desk, asked.id)
        assert told == computers.withdraw(desk, asked.id), "twice is once"
        assert name in told
        assert computers.is_ended(desk, cover.get(desk, asked.id).grant)
        assert len(desk.trust.withdrawn) == len(before.withdrawn) + 1
        with pytest.raises(UserError, match="was ended"):
            guests.make_pack(desk, asked.id, tmp_path / "again.bursar")
        sharing.export(desk, tmp_path / "to helper.bursar", [helper.school])
    record(guest, 1)
    with Desk.open(guest, clock=CLOCK) as desk:
        guests.send_return(desk, tmp_path / "two.bursar")
    came_home(home, tmp_path / "two.bursar")
    assert states(home) == ["confirm"]

    with Desk.open(neighbour, clock=CLOCK) as theirs:
        before = theirs.trust
        [result] = merging.merge(theirs, [tmp_path / "to helper.bursar"]).files
        assert result.accepted
        [said] = key_notices(before, theirs.trust, theirs.home, theirs.today)
        assert "has ended the cover by" in said
        assert [one.ended for one in guests.listing(theirs)] == [True]
