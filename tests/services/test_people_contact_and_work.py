"""People of a school: what is passed on only with consent, what is confirmed in writing, work, and who can help."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.confirmed import PARTS, missing
from bursar_desk.domain.errors import UserError
from bursar_desk.services import history, people
from bursar_desk.services.desk import Desk
from bursar_desk.services.people import Joining, Reached
from bursar_desk.services.people_view import directory, narrowed, who_can_help
from bursar_desk.services.people_words import days_words, hours_words, read_days, read_hours, read_pattern
from bursar_desk.services.setup import NewPerson
from tests.services.merging_kit import Cluster, cluster
from tests.services.small_school import CLARE, DAWN, FRIDAY, TERRY, Small, without_waiting

PHONE, MAIL, NOTE = "07700 900111", "terry@example.org", "Marker-7731 rings his mother"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    without_waiting(monkeypatch)
    with Small.found(tmp_path).desk(write=True) as one:
        yield one


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with cluster(tmp_path, monkeypatch) as one:
        yield one


def terry(desk: Desk) -> bytes:
    return people.find(desk, TERRY).id


def test_phone_and_email_are_passed_on_only_while_somebody_agrees(desk: Desk) -> None:
    who = terry(desk)
    people.set_contact(desk, who, Reached(phone=PHONE, email=MAIL, note=NOTE))
    row = people.row_of(desk, who)
    assert (row.phone, row.email) == ("", "")
    people.consent(desk, who, agrees=True)
    row = people.row_of(desk, who)
    assert (row.phone, row.email, row.shares, row.shares_on) == (PHONE, MAIL, True, FRIDAY)
    people.set_contact(desk, who, Reached(phone="07700 900222", email=MAIL, note=NOTE))
    assert people.row_of(desk, who).phone == "07700 900222"
    people.consent(desk, who, agrees=False)
    row = people.row_of(desk, who)
    assert (row.phone, row.email, row.shares) == ("", "", False)
    assert people.contact(desk, who) == Reached(phone="07700 900222", email=MAIL, note=NOTE)
    assert history.undo(desk)
    assert people.row_of(desk, who).shares  # both halves of the act come back together


def test_what_was_passed_on_without_asking_is_kept_here_before_it_is_taken_back(desk: Desk) -> None:
    who = terry(desk)
    with desk.act(4, subject=TERRY) as act:
        act.set("person", who, {"phone": PHONE})
    assert "nobody noted" in directory(desk).line(who).reach  # type: ignore[union-attr]
    people.consent(desk, who, agrees=False)
    assert people.row_of(desk, who).phone == ""
    assert people.contact(desk, who).phone == PHONE


def test_a_private_phone_and_note_reach_no_other_school(made: Cluster) -> None:
    row, _ = people.join(
        made.one, NewPerson(name=TERRY, role="caretaker", phone=PHONE),
        Joining(reached=Reached(email=MAIL, note=NOTE)),
    )  # fmt: skip
    assert people.contact(made.one, row.id).phone == PHONE
    made.send(made.one, made.anne)
    made.send(made.one, made.office)
    made.send(made.one, made.two)
    for desk in (made.anne, made.office):
        line = directory(desk).line(row.id)
        assert line is not None
        assert (line.phone, line.email, line.note, line.reach) == ("", "", "", "Reached through their school.")
        assert made.count(desk, "SELECT count(*) FROM contact") == 0
        held = desk.store.path.read_bytes()
        assert not any(text.encode() in held for text in (PHONE, MAIL, NOTE))
    assert people.contact(made.two, row.id).note == NOTE  # the school's own computers have it
    people.consent(made.one, row.id, agrees=True)
    made.send(made.one, made.anne)
    assert directory(made.anne).line(row.id).phone == PHONE  # type: ignore[union-attr]
    assert directory(made.anne).line(row.id).note == ""  # type: ignore[union-attr]


def test_confirmation_counts_only_when_no_part_is_missing(desk: Desk) -> None:
    who = terry(desk)
    assert missing({}) == tuple(PARTS)
    people.confirm(desk, who, {"name": "T Walsh", "certificate": "001", "dated": dt.date(2025, 3, 2)})
    row = people.row_of(desk, who)
    assert row.checks_confirmed_on is None
    assert missing(row.confirmed) == ("barred_list", "right_to_work", "identity")
    assert "barred list" in people.confirmation_words(row)
    people.confirm(desk, who, {"barred_list": True, "right_to_work": True, "identity": True})
    row = people.row_of(desk, who)
    assert row.checks_confirmed_on == FRIDAY
    assert row.confirmed["said_by"] == DAWN
    people.confirm(desk, who, {"certificate": ""})
    assert people.row_of(desk, who).checks_confirmed_on is None
    assert missing({"name": 5, "dated": "soon", "barred_list": "yes"}) == tuple(PARTS)


def test_who_can_help_is_found_by_offer_course_job_name_and_school(desk: Desk) -> None:
    who = terry(desk)
    people.change(desk, who, {"offers": ["Boiler start-up", "  Minibus  driving "]})
    lines = directory(desk).lines
    assert [one.row.name for one in narrowed(lines, "minibus driving")] == [TERRY]
    assert narrowed(lines, "minibus ladder") == []
    assert [one.row.name for one in narrowed(lines, "caretaker oakfield")] == [TERRY]
    assert [offer for offer, _ in who_can_help(lines)] == ["Boiler start-up", "Minibus driving"]
    people.change(desk, who, {"offers": []})
    assert who_can_help(directory(desk).lines) == []


def test_days_hours_and_what_differs_are_read_as_typed_and_said_in_words(desk: Desk) -> None:
    who = terry(desk)
    row, _ = people.change(desk, who, {
        "days": read_days("Mon-Thu and Sat"), "starts": 405, "ends": 900, "pattern": read_pattern("Wed 8.00 to 12.00"),
        "week": read_hours("18.5"), "elsewhere": read_hours("4:30"),
    })  # fmt: skip
    assert days_words(row.days) == "Mon to Thu, Sat"
    assert hours_words(row) == "06:45 to 15:00; Wed 08:00 to 12:00"
    assert (row.week, row.elsewhere) == (1110, 270)
    for typed in ("Fri-Mon", "someday", "T"):
        with pytest.raises(UserError):
            read_days(typed)
    with pytest.raises(UserError):
        read_pattern("Wed morning")
    with pytest.raises(UserError):
        people.change(desk, who, {"starts": 900, "ends": 405})
    same, changes = people.change(desk, who, {"week": 1110})
    assert (same.week, changes.act) == (1110, None)


def test_the_register_always_has_somebody_who_runs_it(desk: Desk) -> None:
    dawn = people.find(desk, DAWN).id
    with pytest.raises(UserError, match=f"Only {DAWN} runs"):
        people.change(desk, dawn, {"manages": False})
    people.change(desk, people.find(desk, CLARE).id, {"manages": True})
    row, _ = people.change(desk, dawn, {"manages": False})
    assert not row.manages


def test_somebody_who_does_not_run_the_register_changes_nobody(desk: Desk) -> None:
    who = people.find(desk, TERRY)
    desk.act_as(who)
    for attempt in (
        lambda: people.change(desk, who.id, {"role": "head"}),
        lambda: people.consent(desk, who.id, agrees=True),
        lambda: people.confirm(desk, who.id, {"identity": True}),
    ):
        with pytest.raises(UserError, match="manages the register"):
            attempt()


def test_what_was_given_to_the_school_is_seen_by_who_runs_the_register_and_by_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_waiting(monkeypatch)
    small = Small.found(tmp_path)
    with small.desk(write=True) as dawn:
        people.set_contact(dawn, terry(dawn), Reached(phone=PHONE, email=MAIL, note=NOTE))
        seen = directory(dawn).line(terry(dawn))
        assert seen is not None
        assert (seen.phone, seen.email, seen.note) == (PHONE, MAIL, NOTE)
    with small.desk(who=CLARE) as clare:
        seen = directory(clare).line(terry(clare))
        assert seen is not None
        assert (seen.phone, seen.email, seen.note) == ("", "", "")
        with pytest.raises(UserError, match="manages the register"):
            people.contact(clare, terry(clare))
    with small.desk(who=TERRY) as himself:
        seen = directory(himself).line(terry(himself))
        assert seen is not None
        assert (seen.phone, seen.email, seen.note) == (PHONE, MAIL, "")
        assert people.contact(himself, terry(himself)) == Reached(phone=PHONE, email=MAIL)
