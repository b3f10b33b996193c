"""A lead across two schools through real files: proposed, decided by both governing bodies, felt, and ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from bursar_desk.domain import leads as rules
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.leads import State
from bursar_desk.services import history, leads, meeting, merging, people, people_paper
from bursar_desk.services.leads_felt import leads_elsewhere, premises_words, sites_led_by
from bursar_desk.services.people_view import directory
from bursar_desk.services.setup import NewPerson
from tests.services.merging_kit import Cluster, cluster

BODY = "Full governing body"


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with cluster(tmp_path, monkeypatch) as one:
        yield one


def sam_of(made: Cluster) -> bytes:
    """Somebody of St Anne, known at Oakfield."""
    row, _ = people.add(made.anne, NewPerson(name="Sam Adeyemi", role="site manager"))
    made.send(made.anne, made.one)
    return row.id


def yes(made: Cluster, desk: object, lead: bytes, **more: object) -> State:
    line, _ = leads.decide(desk, lead, rules.YES, body=BODY, minute_ref="6.2", **more)  # type: ignore[arg-type]
    return line.state


def test_both_governing_bodies_decide_and_only_then_it_counts(made: Cluster) -> None:
    sam = sam_of(made)
    line, _ = leads.set_lead(made.one, rules.PREMISES, sam)
    assert (line.state, line.now) == (State.PROPOSED, False)
    assert yes(made, made.one, line.id) is State.WAITING
    made.send(made.one, made.anne)
    assert "St Anne" in leads.get(made.anne, line.id).state_words
    assert yes(made, made.anne, line.id, until=made.anne.today + dt.timedelta(days=200)) is State.AGREED
    assert leads.get(made.one, line.id).state is State.WAITING
    made.send(made.anne, made.one)
    here, there = leads.get(made.one, line.id), leads.get(made.anne, line.id)
    assert here.now
    assert there.now
    assert here.state_words == there.state_words
    assert any("minute 6.2" in said for said in here.said)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_files_arrive_in_any_order_and_twice_and_every_desk_says_the_same(
    made: Cluster, order: tuple[int, ...]
) -> None:
    sam = sam_of(made)
    line, _ = leads.set_lead(made.one, rules.PREMISES, sam)
    files = [made.file(made.one, made.office)]
    made.send(made.one, made.anne)
    yes(made, made.anne, line.id)
    files.append(made.file(made.anne, made.office))
    yes(made, made.one, line.id)
    files.append(made.file(made.one, made.office))
    for n in (*order, order[0]):
        merging.merge(made.office, [files[n]])
        leads.listing(made.office, every_school=True)  # a decision about a lead that is not here yet breaks no list
    assert leads.get(made.office, line.id).state is State.AGREED
    assert leads.get(made.office, line.id).name == "Sam Adeyemi"


def test_only_the_two_schools_decide_and_a_yes_needs_its_minute(made: Cluster) -> None:
    sam = sam_of(made)
    line, _ = leads.set_lead(made.one, rules.PREMISES, sam)
    with pytest.raises(UserError, match="minute"):
        leads.decide(made.one, line.id, rules.YES, body=BODY)
    with pytest.raises(UserError, match="still to come"):
        yes(made, made.one, line.id, on=made.one.today + dt.timedelta(days=1))
    duty, _ = leads.set_lead(made.one, rules.DUTY_HOLDER, made.one.person.id)  # type: ignore[union-attr]
    with pytest.raises(UserError, match="no say"):
        yes(made, made.one, duty.id)
    made.send(made.one, made.anne)
    with pytest.raises(UserError, match="Only Oakfield can end"):
        leads.end(made.anne, line.id)


def test_the_person_who_leads_sees_the_other_schools_work_once_it_may_be_read(made: Cluster) -> None:
    sam = sam_of(made)
    test = made.check(made.one, rule="every 1 week", anchor="last done", applies="yes", standing_in_law="statutory")
    made.record(made.one, test, made.one.today - dt.timedelta(days=20))
    line, _ = leads.set_lead(made.one, rules.PREMISES, sam)
    yes(made, made.one, line.id)
    made.send(made.one, made.anne)
    assert sites_led_by(made.anne, sam, elsewhere=True) == ()
    assert not leads_elsewhere(made.anne, sam)
    yes(made, made.anne, line.id)
    made.send(made.anne, made.one)
    assert "cannot read our checks" in leads.get(made.one, line.id).hint
    with made.one.act(ActCode.SET_UP_SCHOOL, subject="Oakfield") as act:
        row = act.session.derived(made.one.home, "school", "")
        act.create("school", {"name": "Oakfield", "short_name": "Oakfield"}, row=row)
    made.send(made.one, made.anne)
    (blind,) = sites_led_by(made.anne, sam, elsewhere=True)
    assert not blind.held
    assert "not here" in blind.why
    meeting.let_read(made.one, made.anne.home, channels=["people", "compliance"])
    made.send(made.one, made.anne)
    assert leads.get(made.one, line.id).hint == ""
    (site,) = sites_led_by(made.anne, sam, elsewhere=True)
    assert site.held
    assert [one.title for one in site.late] == ["Fire alarm test"]
    assert site.why.startswith("1 late")
    assert leads_elsewhere(made.anne, sam)
    assert directory(made.anne).line(sam).sites == ("Oakfield",)  # type: ignore[union-attr]


def test_ending_a_decision_or_the_lead_ends_what_is_felt(made: Cluster) -> None:
    sam = sam_of(made)
    line, _ = leads.set_lead(made.one, rules.PREMISES, sam)
    yes(made, made.one, line.id)
    made.send(made.one, made.anne)
    yes(made, made.anne, line.id, on=made.anne.today - dt.timedelta(days=30))
    assert leads.get(made.anne, line.id).now
    leads.decide(made.anne, line.id, rules.TAKEN_BACK, body=BODY)
    assert leads.get(made.anne, line.id).state is State.WAITING
    made.send(made.anne, made.one)
    assert not leads.get(made.one, line.id).now
    history.undo(made.anne)
    assert leads.get(made.anne, line.id).now
    yesterday = made.one.today - dt.timedelta(days=1)
    with pytest.raises(UserError, match="before it begins"):
        leads.end(made.one, line.id, yesterday)
    leads.end(made.one, line.id)
    assert leads.get(made.one, line.id).row.last == made.one.today


def test_one_in_place_of_another_ends_the_first_the_day_before_in_the_same_act(made: Cluster) -> None:
    dawn = made.one.person.id  # type: ignore[union-attr]
    clare, _ = people.add(made.one, NewPerson(name="Clare Brennan", role="head"))
    first, _ = leads.set_lead(made.one, rules.RESPONSIBLE, dawn, first=dt.date(2025, 9, 1))
    both, changes = leads.set_lead(made.one, rules.RESPONSIBLE, clare.id)
    assert both.overlaps == ("Dawn Hill",)
    assert changes.act is not None
    history.undo(made.one)
    after, _ = leads.set_lead(made.one, rules.RESPONSIBLE, clare.id, instead=True)
    assert after.overlaps == ()
    assert leads.get(made.one, first.id).row.last == made.one.today - dt.timedelta(days=1)
    history.undo(made.one)
    assert leads.get(made.one, first.id).row.last is None


def test_odd_leads_of_another_school_are_listed_and_harm_nothing(made: Cluster) -> None:
    with made.anne.act(ActCode.SET_LEAD, subject="odd") as act:
        act.create("lead", {"kind": "head of everything", "person": b"x" * 16, "person_school": b"y" * 16})
        act.create("lead", {"kind": "line manager", "first": dt.date(2027, 1, 1), "last": dt.date(2026, 1, 1),
                            "person": b"x" * 16})  # fmt: skip
        act.fact("answer", {"about_table": "lead", "about": b"z" * 16, "answer": "perhaps"})
    made.send(made.anne, made.one)
    (line,) = leads.listing(made.one, every_school=True)
    assert "somebody we do not know yet" in line.sentence
    assert len(leads.listing(made.one, every_school=True, every=True)) == 2


def test_the_duty_holder_may_be_a_body_and_stands_in_list_and_directory_of_every_school(made: Cluster) -> None:
    board, _ = leads.set_lead(made.one, rules.DUTY_HOLDER, None, body=" Governing  body ")
    assert (board.name, board.employer_name, board.state, board.now) == ("Governing body", "", State.AGREED, True)
    assert "Duty holder, Governing body, since" in board.sentence
    trust, _ = leads.set_lead(made.one, rules.DUTY_HOLDER, None, body="Trust board", instead=True)
    with pytest.raises(UserError, match="no say"):
        leads.decide(made.one, trust.id, rules.NO, body=BODY)
    made.send(made.one, made.anne)
    assert leads.get(made.anne, trust.id).name == "Trust board"
    assert "Trust board" in [one.name for one in people_paper.paper(made.anne).leads]
    assert sites_led_by(made.anne, made.anne.person.id if made.anne.person else None, elsewhere=True) == ()
    assert all(one.id != trust.id for line in directory(made.anne).lines for one in line.leads)


def test_only_a_duty_holder_is_a_body_and_somebody_must_be_named(made: Cluster) -> None:
    for kind, body, match in (
        (rules.PREMISES, "Governing body", "Only the duty holder"), (rules.DUTY_HOLDER, "  ", "Say who leads"),
    ):  # fmt: skip
        with pytest.raises(UserError, match=match):
            leads.set_lead(made.one, kind, None, body=body)
    assert made.one.person is not None
    with pytest.raises(UserError, match="either a person or a body"):
        leads.set_lead(made.one, rules.DUTY_HOLDER, made.one.person.id, body="Trust board")
    assert leads.listing(made.one) == []


def test_two_bodies_that_overlap_are_named_and_one_of_them_counts(made: Cluster) -> None:
    leads.set_lead(made.one, rules.DUTY_HOLDER, None, body="Governing body")
    leads.set_lead(made.one, rules.DUTY_HOLDER, None, body="Trust board")
    listed = leads.listing(made.one)
    assert {one.name: one.overlaps for one in listed} == {
        "Governing body": ("Trust board",), "Trust board": ("Governing body",),
    }  # fmt: skip
    assert sum(one.now for one in listed) == 1


def test_nobody_is_ended_for_somebody_of_another_school_before_both_bodies_decided(made: Cluster) -> None:
    dawn = made.one.person
    assert dawn is not None
    old, _ = leads.set_lead(made.one, rules.PREMISES, dawn.id)
    with pytest.raises(UserError, match="nobody would lead"):
        leads.set_lead(made.one, rules.PREMISES, sam_of(made), instead=True)
    assert leads.get(made.one, old.id).now


def test_the_report_to_governors_says_who_leads_the_premises_staff_and_who_agreed(made: Cluster) -> None:
    sam = sam_of(made)
    day = made.one.today
    assert premises_words(made.one, made.one.home, day) == ""
    line, _ = leads.set_lead(made.one, rules.PREMISES, sam)
    yes(made, made.one, line.id)
    assert premises_words(made.one, made.one.home, day) == ""
    made.send(made.one, made.anne)
    yes(made, made.anne, line.id)
    made.send(made.anne, made.one)
    said = premises_words(made.one, made.one.home, day)
    assert said == "Sam Adeyemi of St Anne leads the premises staff. Agreed by both governing bodies."
    assert premises_words(made.one, made.one.home, day - dt.timedelta(days=1)) == ""
