"""J21: somebody joins or leaves on one screen, and nothing they had is left without a name by mistake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain import leads as rules
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.services import checks, history, leads, people, pins
from bursar_desk.services.desk import Desk
from bursar_desk.services.people import Joining
from bursar_desk.services.people_leaving import HandOver, leave, owned
from bursar_desk.services.setup import NewPerson
from bursar_desk.services.training_places import read
from tests.services.small_school import CLARE, DAWN, FRIDAY, TERRY, Small, without_waiting

CODES = ("FIRE-04", "WATR-03", "FIRE-10")
NEXT = dt.date(2026, 11, 27)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    made = Small.found(tmp_path)
    made.add(CODES[0], doer=TERRY)
    made.add(CODES[1], doer=TERRY, owner=TERRY)
    made.add(CODES[2], doer=CLARE, deputy=made.people[TERRY])
    made.done(CODES[0], dt.date(2026, 11, 16))
    return made


@pytest.fixture
def desk(small: Small) -> Iterator[Desk]:
    with small.desk(write=True) as one:
        yield one


def held(desk: Desk) -> dict[str, tuple[bytes | None, bytes | None, bytes | None]]:
    from db.queries.checks import checks as rows

    with desk.store.connect() as con:
        return {one.code: (one.owner, one.doer, one.deputy) for one in rows(con, desk.home)}


def test_a_joiner_with_keys_and_checks_is_one_act(desk: Desk, small: Small) -> None:
    new = NewPerson(name=" Ann  Lowe ", role="caretaker", unlocks=True, key_holder=True)
    row, changes = people.join(
        desk, new, Joining(checks=(small.checks[CODES[0]],), details={"starts": 405, "ends": 900})
    )
    assert (row.name, row.unlocks, row.key_holder, row.starts) == ("Ann Lowe", True, True, 405)
    assert held(desk)[CODES[0]][1] == row.id
    assert changes.act is not None
    history.undo(desk)
    assert held(desk)[CODES[0]][1] == small.people[TERRY]
    assert "Ann Lowe" not in {one.name for one in people.listing(desk)}


def test_a_joiner_may_get_a_pin_and_a_bad_one_adds_nobody(desk: Desk) -> None:
    with pytest.raises(UserError, match="manages the register has a PIN"):
        people.join(desk, NewPerson(name="Ann Lowe", role="caretaker"), Joining(pin="4826"))
    pins.set_pin(desk, people.find(desk, DAWN).id, "739215")
    with pytest.raises(UserError):
        people.join(desk, NewPerson(name="Ann Lowe", role="caretaker"), Joining(pin="1234"))
    assert "Ann Lowe" not in {one.name for one in people.listing(desk)}
    row, _ = people.join(desk, NewPerson(name="Ann Lowe", role="caretaker"), Joining(pin="4826"))
    assert next(one for one in pins.listing(desk) if one.person == row.id).has_pin


def test_all_that_a_leaver_has_is_listed(desk: Desk, small: Small) -> None:
    terry = small.people[TERRY]
    leads.set_lead(desk, rules.PREMISES, terry)
    leads.set_lead(desk, rules.MANAGER, small.people[DAWN], of_person=terry)
    has = owned(desk, terry)
    assert {(one.id, one.parts) for one in has.checks} == {
        (small.checks[CODES[0]], ("doer",)), (small.checks[CODES[1]], ("doer", "owner")),
        (small.checks[CODES[2]], ("deputy",)),
    }  # fmt: skip
    assert (len(has.leads), len(has.led_by)) == (1, 1)
    assert has.keys == "unlocks and locks up"
    assert has.sentence == f"{TERRY} has 3 checks, 1 lead and the keys."


def test_a_leaver_hands_everything_over_in_one_act_and_one_undo_takes_it_back(desk: Desk, small: Small) -> None:
    terry, clare, dawn = (small.people[name] for name in (TERRY, CLARE, DAWN))
    lead, _ = leads.set_lead(desk, rules.PREMISES, terry, first=dt.date(2026, 9, 1))
    led, _ = leads.set_lead(desk, rules.MANAGER, dawn, of_person=terry)
    before = held(desk)
    apart = {small.checks[CODES[1]]: dawn}
    done, changes = leave(desk, terry, NEXT, HandOver(checks=clare, leads=clare, keys=clare, booked=clare, apart=apart))
    after = held(desk)
    assert after == {CODES[0]: (dawn, clare, None), CODES[1]: (dawn, dawn, None), CODES[2]: (dawn, clare, clare)}
    takes = people.row_of(desk, clare)
    assert (takes.unlocks, takes.locks) == (True, True)
    listed = {(one.row.person, one.row.first, one.row.last) for one in leads.listing(desk, every=True)}
    day = NEXT + dt.timedelta(days=1)
    assert listed == {(terry, dt.date(2026, 9, 1), NEXT), (clare, day, None), (dawn, FRIDAY, NEXT)}
    assert leads.get(desk, led.id).row.last == NEXT
    assert (done.checks, done.open_checks) == (3, ())
    detail = checks.detail(desk, small.checks[CODES[0]])
    assert [one.by for one in detail.history] == [TERRY]  # history keeps who did it
    told, taken = history.undo(desk)
    assert taken.act != changes.act
    assert TERRY in told
    assert held(desk) == before
    assert people.row_of(desk, terry).left_on is None
    assert leads.get(desk, lead.id).row.last is None


def test_somebody_is_here_until_the_end_of_their_last_day(desk: Desk, small: Small) -> None:
    leave(desk, small.people[TERRY], NEXT, HandOver())
    assert TERRY in {one.name for one in people.listing(desk)}
    assert desk.find_person(TERRY).left_on == NEXT
    desk.close()
    with small.desk(NEXT + dt.timedelta(days=1)) as later:
        assert TERRY not in {one.name for one in people.listing(later)}
        assert TERRY in {one.name for one in people.listing(later, left=True)}


def test_what_nobody_takes_is_said_and_stays_open(desk: Desk, small: Small) -> None:
    done, _ = leave(desk, small.people[TERRY], FRIDAY, HandOver(apart={small.checks[CODES[0]]: small.people[CLARE]}))
    assert len(done.open_checks) == 1
    assert "1 check has nobody yet" in done.sentence
    assert held(desk)[CODES[1]] == (None, None, None)


def test_the_only_manager_stays_and_a_successor_must_work_here(desk: Desk, small: Small) -> None:
    with pytest.raises(UserError, match="runs this register"):
        leave(desk, small.people[DAWN], NEXT, HandOver.all_to(small.people[CLARE]))
    for other in (small.people[TERRY], b"n" * 16):
        with pytest.raises(UserError, match="must work here"):
            leave(desk, small.people[TERRY], NEXT, HandOver.all_to(other))
    assert people.row_of(desk, small.people[TERRY]).left_on is None


def test_whoever_takes_a_booked_place_is_let_go_by_the_head_anew(desk: Desk, small: Small) -> None:
    terry, clare = small.people[TERRY], small.people[CLARE]
    days = {"course": "Ladders and steps", "first": NEXT + dt.timedelta(days=7), "last": NEXT + dt.timedelta(days=7)}
    with desk.act(ActCode.BOOK_PLACE, subject=TERRY) as act:
        place = {"session": act.create("session", days), "person": terry, "state": "booked"}
        booking = act.create("booking", place | {"released_by": DAWN, "released_on": FRIDAY})
    done, _ = leave(desk, terry, NEXT, HandOver(booked=clare))
    row = next(one for one in read(desk).bookings if one.id == booking)
    assert (row.person, row.state, row.released_by, row.released_on) == (clare, "booked", "", None)
    assert f"{CLARE} takes a booked course place: the head has yet to let them go." in done.sentence
    history.undo(desk)
    again = next(one for one in read(desk).bookings if one.id == booking)
    assert (again.person, again.released_by, again.released_on) == (terry, DAWN, FRIDAY)
