"""A rota of cover through a desk: what it reads, what it proposes, what it asks for, and what stays as it was."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import Cancelled, UserError
from bursar_desk.services import absences, cover, history, planning_cover, planning_reading, planning_rota
from bursar_desk.services.desk import Desk
from bursar_desk.services.planning_rota import Wishes
from tests.rules import rota_checker
from tests.services.commands_kit import run
from tests.services.sample_fixture import ON, STORY, copy_of, register_of

FIRST, LAST = dt.date(2026, 11, 23), dt.date(2026, 12, 4)
ANY = Wishes(any_hours=True)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(register_of(copy_of(tmp_path), STORY).path, clock=FixedClock.at(ON)) as opened:
        yield opened


@pytest.fixture
def away(desk: Desk) -> bytes:
    terry = desk.find_person("Terry Walsh").id
    return absences.add(desk, terry, FIRST, LAST, reason="ZQX marker")[0].id


@pytest.mark.usefixtures("away")
def test_a_rota_of_the_register_keeps_every_rule_and_is_proved(desk: Desk) -> None:
    for wishes in (ANY, Wishes(), Wishes("must"), Wishes(any_hours=True, most_km=2.0)):
        problem, more = planning_rota.problem_of(desk, FIRST, LAST, wishes)
        made = planning_cover.plan(problem)
        assert rota_checker.faults(problem, made.rota) == []
        assert rota_checker.value(problem, made.rota) == made.cost.order <= made.by_hand.order
        assert made.proved
        assert len(more) == len(problem.slots)


def test_every_duty_and_check_of_the_absence_is_a_slot_once(desk: Desk, away: bytes) -> None:
    left = cover.gaps(desk, away)
    rota = planning_rota.propose(desk, FIRST, LAST, wishes=ANY)
    duties = [(line.day, line.what, line.starts, line.ends) for line in rota.lines if not line.checks]
    assert sorted(duties) == sorted((duty.day, duty.what, duty.starts, duty.ends) for duty in left.duties)
    checks = [(line.day, check) for line in rota.lines for check in line.checks]
    assert sorted(checks) == sorted((day, gap.line.id) for gap in left.checks for day in gap.days)
    assert rota.covered == len(rota.lines)
    assert rota.sentence == f"All {len(rota.lines)} slots are covered. No rota is better by the stated goal: proved."
    assert {line.away_name for line in rota.lines} == {"Terry Walsh"}


@pytest.mark.usefixtures("away")
def test_what_only_lacks_hours_offered_is_said(desk: Desk) -> None:
    strict = planning_rota.propose(desk, FIRST, LAST)
    free = planning_rota.propose(desk, FIRST, LAST, wishes=ANY)
    assert strict.covered < free.covered
    assert f"Outside the hours people offered, {free.covered} of {len(free.lines)} could be covered" in strict.sentence
    nobody = next(line for line in strict.lines if line.person is None)
    assert "Has not offered these hours" in nobody.why


def test_everybody_is_asked_in_one_act_that_one_undo_takes_back(desk: Desk, away: bytes) -> None:
    rota = planning_rota.propose(desk, FIRST, LAST, wishes=ANY)
    rows, changes = planning_rota.ask(desk, rota)
    from db.queries.people import covers

    with desk.store.connect() as con:
        written = {one.id: one for one in covers(con, desk.home) if one.id in rows}
    pairs = {(line.absence, line.person) for line in rota.lines}
    assert {(one.absence, one.helper_person) for one in written.values()} == pairs
    assert sum(len(one.slots) for one in written.values()) == len(rota.lines)
    slot = next(iter(written.values())).slots[0]
    assert set(slot) == {"day", "what", "starts", "ends"}
    assert all(one.state == "asked" and one.asked_by == desk.who for one in written.values())
    assert all(one.absence == away for one in written.values())
    again = planning_rota.propose(desk, FIRST, LAST, wishes=ANY)
    assert again.lines == ()
    assert again.sentence == "Nothing is left uncovered."
    assert changes.act is not None
    history.undo(desk, changes.act.hex())
    assert len(planning_rota.propose(desk, FIRST, LAST, wishes=ANY).lines) == len(rota.lines)


@pytest.mark.usefixtures("away")
def test_who_is_asked_already_is_busy_then(desk: Desk) -> None:
    rota = planning_rota.propose(desk, FIRST, LAST, wishes=ANY)
    planning_rota.ask(desk, rota)
    known = planning_reading.read(desk, FIRST, LAST)
    hand = next(one for one in planning_reading.hands(known) if one.person == rota.lines[0].person)
    mine = {(line.day, line.starts, line.ends) for line in rota.lines if line.person == hand.person}
    assert mine <= {(one.day, one.starts, one.ends) for one in hand.busy}
    assert hand.done >= sum(ends - starts for _day, starts, ends in mine)


@pytest.mark.usefixtures("away")
def test_no_reason_for_an_absence_is_in_a_rota_or_in_what_is_asked(desk: Desk) -> None:
    rota = planning_rota.propose(desk, FIRST, LAST, wishes=ANY)
    rows, _changes = planning_rota.ask(desk, rota)
    from db.queries.people import covers

    with desk.store.connect() as con:
        written = [one for one in covers(con) if one.id in rows]
    assert "ZQX" not in repr(rota) + repr(written) + repr(planning_rota.problem_of(desk, FIRST, LAST, ANY))


@pytest.mark.usefixtures("away")
def test_odd_slots_of_another_school_do_not_stop_a_rota(desk: Desk) -> None:
    odd = [{"day": "soon", "starts": 1, "ends": 2}, {"day": FIRST.isoformat(), "starts": "x", "ends": 9}, {}]
    helper = planning_rota.propose(desk, FIRST, LAST, wishes=ANY).lines[0]
    with desk.act(ActCode.ASK_COVER, subject="odd") as act:
        act.create("cover", {"helper": helper.name, "helper_person": helper.person, "first": FIRST, "last": LAST,
                             "state": "asked", "slots": json.dumps(odd)})  # fmt: skip
    assert planning_rota.propose(desk, FIRST, LAST, wishes=ANY).covered


def test_odd_days_are_explained_and_stop_changes_nothing(desk: Desk, away: bytes) -> None:
    class Stops:
        def step(self, *_: object) -> None:
            raise Cancelled

    with pytest.raises(UserError, match="before the first"):
        planning_rota.propose(desk, LAST, FIRST)
    with pytest.raises(UserError, match="at most 42 days"):
        planning_rota.propose(desk, FIRST, FIRST + dt.timedelta(days=42))
    with pytest.raises(Cancelled):
        planning_rota.propose(desk, FIRST, LAST, Stops(), wishes=ANY)
    assert [one for one in cover.listing(desk) if one.absence == away] == []
    empty = planning_rota.propose(desk, FIRST + dt.timedelta(days=60), FIRST + dt.timedelta(days=70))
    with pytest.raises(UserError, match="Nobody covers anything"):
        planning_rota.ask(desk, empty)


@pytest.mark.usefixtures("away")
def test_the_command_plans_and_asks(desk: Desk) -> None:
    register = desk.store.path
    desk.close()
    dates = ("--from", FIRST.isoformat(), "--to", LAST.isoformat())
    ran = run("cover", "rota", *dates, "--any-hours", register=register, on=ON.isoformat())
    assert ran.code == 0
    assert ran.facts["proved"] is True
    assert ran.facts["gap"] == 0
    assert ran.facts["covered"] == len(ran.facts["slots"])
    assert ran.facts["asked"] == []
    assert run("cover", "rota", *dates, register=register, on=ON.isoformat()).code == 1
    wrote = run("cover", "rota", *dates, "--any-hours", "--write", register=register, on=ON.isoformat())
    assert wrote.facts["asked"]
    assert wrote.facts["act"]
    words = run("cover", "rota", *dates, register=register, on=ON.isoformat(), as_json=False).out
    assert words.strip() == "Nothing is left uncovered."
