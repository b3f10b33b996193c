"""A guest register takes only what its pack allows, and says so before anything is written."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain.errors import UserError
from bursar_desk.services import absences, checks, cover, defects, drills, guests, recording, reporting
from bursar_desk.services.desk import Desk
from tests.services.sample_fixture import ON, STORY, copy_of, register_of


def test_a_fault_of_its_own_is_refused_in_a_guest_register_and_a_check_is_not(tmp_path: Path) -> None:
    made = copy_of(tmp_path)
    clock = FixedClock.at(ON)
    monday = ON + dt.timedelta(days=3)
    with Desk.open(register_of(made, STORY).path, clock=clock) as home:
        terry = home.find_person("Terry Walsh")
        line, _ = absences.add(home, terry.id, monday, monday)
        helper = cover.find(home, line.id).can[0]
        asked, _ = cover.request(home, line.id, helper)
        cover.answer(home, asked.id, "agreed")
        guests.make_pack(home, asked.id, tmp_path / "pack.bursar")
        neighbour = home.trust.roots[helper.school].urn
    with Desk.open(register_of(made, neighbour).path, clock=clock) as theirs:
        guest = guests.open_pack(theirs, tmp_path / "pack.bursar")
    with Desk.open(guest.path, clock=FixedClock.at(monday, 8)) as desk:
        before = desk.store.facts.written
        with pytest.raises(UserError, match="and nothing else"):
            defects.report(desk, "Gate will not close")
        assert desk.store.facts.written == before
        for name in ("logbook", "inspector", "planner"):
            with pytest.raises(UserError, match="only a part of the records"):
                reporting.write(desk, name, tmp_path / f"{name}.pdf", check="FIRE-04")
        assert drills.per_term(desk) == [], "what is not in the pack is not called missed"
        first = checks.listing(desk).lines[0]
        recording.record(desk, recording.Doing(first.id, monday, desk.who, "satisfactory"))
        assert desk.store.facts.written != before
