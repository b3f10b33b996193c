"""Erasing personal data: shown first, gone from every register afterwards, while the records that stay still count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.services import erasing, history
from bursar_desk.services.desk import Desk
from tests.services.merging_kit import TODAY, Cluster, cluster
from tests.storage.workbench import is_sound

NAME, MARK = "Terry Q. Walsh", "hip operation"


@pytest.fixture
def c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with cluster(tmp_path, monkeypatch) as made:
        yield made


def _story(c: Cluster) -> tuple[bytes, bytes, bytes]:
    """A person with an absence, its reason and a training; a check and a fault that name them; all of it sent."""
    with c.one.act(ActCode.ADD_PERSON, subject=NAME) as act:
        terry = act.create("person", {"name": NAME, "role": "caretaker", "phone": "0161 496 0999"})
    c.change(c.one, terry, "person", phone="0161 496 0998")
    with c.one.act(ActCode.ADD_ABSENCE, subject=NAME) as act:
        away = act.create("absence", {"person": terry, "first": TODAY, "last": TODAY, "state": "reported"})
        act.create("absence_reason", {"absence": away, "reason": MARK})
        act.fact("training", {"person": terry, "course": "Legionella", "passed_on": TODAY})
    check = c.check(c.one)
    record = c.record(c.one, check, by=NAME, person=terry, recorded_by=NAME, note="All well", point="Hall")
    c.fault(c.one, "Gate", raised_by=NAME, risk="high", state="reported", record=record)
    closed = c.fault(c.one, "Tap", raised_by="Dawn Hill", record=record)
    c.change(c.one, closed, closed_by=NAME, state="done")
    c.fault(c.one, "Lift", note=f"{NAME} heard it", raised_by="Dawn Hill")
    for desk in (c.two, c.office):
        c.send(c.one, desk)
        c.send(desk, c.one)
    return terry, check, record


def _bytes_of(desk: Desk) -> bytes:
    desk.store.engine.dispose()
    with desk.store.connect() as con:
        return b"".join(con.exec_driver_sql("SELECT body FROM commit_log").scalars())


def _told(desk: Desk) -> str:
    """Every text in every table of a register."""
    from bursar_desk.domain import registry

    with desk.store.connect() as con:
        rows = [row for table in registry.TABLES for row in con.exec_driver_sql(f"SELECT * FROM {table.name}")]
    return " ".join(str(cell) for row in rows for cell in row)


def test_a_plan_says_what_goes_what_stays_and_who_had_it_and_changes_nothing(c: Cluster) -> None:
    terry, *_ = _story(c)
    before = c.one.store.facts.written
    plan = erasing.propose(c.one, "person", terry)
    assert c.one.store.facts.written == before
    assert plan.subject == NAME
    assert plan.words == (
        "1 person would go.", "1 absence would go.", "1 training record would go.",
        "1 reason for an absence would go.",
        "3 other records stay and would say “name erased” instead of the name.",
        "The words of 3 lines of the history would be erased.",
        "1 text may hold the name as well. Look at them yourself.",
    )  # fmt: skip
    assert plan.mentions == ("Fault: Lift",)
    assert plan.received == ("Cluster office", "Oakfield")
    assert "Cluster office and Oakfield had it already" in plan.sentence
    assert "Backups" in plan.sentence


def test_erasing_a_person_takes_the_name_out_of_every_register_and_keeps_what_they_did(c: Cluster) -> None:
    terry, check, _ = _story(c)
    c.change(c.one, _lift(c), note="somebody heard it")
    plan = erasing.propose(c.one, "person", terry)
    changes = erasing.erase(c.one, plan, "Left seven years ago", "Retention schedule, head teacher")
    assert changes.touches("person", "check_record", "absence")
    for desk in (c.two, c.office):
        c.send(c.one, desk, agree_all=True)
    for desk in (c.one, c.two, c.office):
        listed = _told(desk)
        assert NAME not in listed
        assert MARK not in listed
        assert "0161 496 099" not in listed
        with desk.store.connect() as con:
            sql = "SELECT done_by, recorded_by, person, note, point, done_on FROM check_record WHERE standing='stands'"
            (row,) = con.exec_driver_sql(sql).all()
            sql = (
                "SELECT d.title, d.raised_by, d.risk, d.closed_by, d.state FROM defect d JOIN check_record r"
                " ON r.id=d.record AND r.standing='stands' WHERE d.id NOT IN (SELECT row FROM hidden) ORDER BY d.title"
            )
            gate, tap = con.exec_driver_sql(sql).all()
            assert con.exec_driver_sql("SELECT count(*) FROM conflict").scalar_one() == 0
        assert tuple(row)[:5] == ("name erased", "name erased", None, "All well", "Hall")
        assert tuple(gate) == ("Gate", "name erased", "high", None, "reported")
        assert tuple(tap) == ("Tap", "Dawn Hill", None, "name erased", "done")
        assert is_sound(desk.store)
    assert MARK.encode() not in _bytes_of(c.one)
    for desk in (c.one, c.two, c.office):
        left = _bytes_of(desk)
        assert b"0161 496 099" not in left
        assert left.count(NAME.encode()) == 1, "the note of the lift, which somebody has to erase as well"
    assert check


def _lift(c: Cluster) -> bytes:
    with c.one.store.connect() as con:
        return bytes(con.exec_driver_sql("SELECT id FROM defect WHERE title='Lift'").scalar_one())


def test_one_record_can_be_erased_alone_and_counts_no_more(c: Cluster) -> None:
    _, _, record = _story(c)
    plan = erasing.propose(c.one, "check_record", record)
    assert (len(plan.ops), plan.rewritten, plan.acts) == (1, 0, ())
    assert "It would count no more" in plan.words[-1]
    erasing.erase(c.one, plan, "Entered for the wrong school", "Head teacher")
    assert c.count(c.one, "SELECT count(*) FROM check_record") == 0
    c.send(c.one, c.office, agree_all=True)
    assert c.count(c.office, "SELECT count(*) FROM check_record") == 0


def test_a_corrected_record_does_not_count_again_because_its_name_was_erased(c: Cluster) -> None:
    terry, check, record = _story(c)
    with c.one.act(ActCode.CORRECT) as act:
        act.fact(
            "check_record",
            {"check_id": check, "done_on": TODAY - dt.timedelta(1), "outcome": "satisfactory", "done_by": "Dawn Hill",
             "corrects": record},
        )  # fmt: skip
    erasing.erase(c.one, erasing.propose(c.one, "person", terry), "Left", "Head teacher")
    with c.one.store.connect() as con:
        rows = con.exec_driver_sql("SELECT done_by FROM check_record WHERE standing='stands'").scalars().all()
    assert rows == ["Dawn Hill"]


def test_erasing_cannot_be_taken_back_and_does_not_stand_in_the_way_of_undo(c: Cluster) -> None:
    terry, *_ = _story(c)
    changes = erasing.erase(c.one, erasing.propose(c.one, "person", terry), "Left", "Head teacher")
    assert changes.act is not None
    with pytest.raises(UserError, match="gone for good"):
        history.undo(c.one, changes.act.hex())
    step = history.undo_step(c.one)
    assert step is not None
    assert step.act != changes.act
    history.undo(c.one)
    assert NAME not in _told(c.one).replace(f"{NAME} heard it", "")


def test_only_people_who_manage_may_erase_and_only_their_own_schools_records(c: Cluster) -> None:
    terry, *_ = _story(c)
    with pytest.raises(UserError, match="Only Oakfield can erase"):
        erasing.propose(c.office, "person", terry)
    with pytest.raises(UserError, match="not in this register"):
        erasing.propose(c.one, "person", bytes(16))
    with pytest.raises(UserError, match="not in this register"):
        erasing.propose(c.one, "no such table", terry)
    c.one.act_as(c.one.find_person(NAME))
    with pytest.raises(UserError, match="Only people who manage"):
        erasing.propose(c.one, "person", terry)


def test_reason_and_authority_are_wanted_and_must_not_name_the_person(c: Cluster) -> None:
    terry, *_ = _story(c)
    plan = erasing.propose(c.one, "person", terry)
    for reason, authority, why in (
        ("", "Head teacher", "Say why"), ("Left", " ", "on whose word"),
        (f"{NAME.upper()} left", "Head teacher", "names the person"),
    ):  # fmt: skip
        with pytest.raises(UserError, match=why):
            erasing.erase(c.one, plan, reason, authority)
    c.record(c.one, bytes(16), by=NAME)
    with pytest.raises(UserError, match="since"):
        erasing.erase(c.one, plan, "Left", "Head teacher")
    assert NAME in _told(c.one)


def test_a_difference_about_the_name_is_settled_first(c: Cluster) -> None:
    terry, *_ = _story(c)
    with c.one.store.connect() as con:
        gate = bytes(con.exec_driver_sql("SELECT id FROM defect WHERE title='Gate'").scalar_one())
    c.change(c.one, gate, raised_by="Dawn Hill")
    c.change(c.two, gate, raised_by=NAME)
    c.send(c.two, c.one)
    with pytest.raises(UserError, match="differently"):
        erasing.propose(c.one, "person", terry)
