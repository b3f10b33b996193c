"""Faults through the services: every step and its undo, two computers at once, links both ways, papers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.defects import Risk
from bursar_desk.domain.errors import UserError
from bursar_desk.services import (
    contractors,
    defects,
    defects_view,
    history,
    job_papers,
    links,
    permits,
    places,
    reporting,
)
from bursar_desk.services.contractors import Facts, Visit
from bursar_desk.services.defects import Triage
from bursar_desk.services.desk import Desk
from tests.services.small_school import CLARE, DAWN, FRIDAY, TERRY, Small, without_waiting
from tests.storage.workbench import Bench

day = dt.date
WEEK = dt.timedelta(days=7)


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    made = Small.found(tmp_path)
    made.add("FIRE-04", doer=TERRY)
    made.done("FIRE-04", day(2026, 11, 16), outcome="unsatisfactory")
    return made


@pytest.fixture
def desk(school: Small) -> Iterator[Desk]:
    with school.desk(write=True) as opened:
        yield opened


def ready(desk: Desk, name: str = "Glow Heating") -> bytes:
    """A contractor whose papers are all there."""
    seen = day(2026, 1, 9)
    facts = Facts(name, insured_until=day(2027, 6, 1), dbs_seen_on=seen, inducted_on=seen, asbestos_seen_on=seen)
    return contractors.add(desk, facts)[0].row.id


def refused(words: str, work: Callable[[], object]) -> None:
    """It cannot be done, for a reason with these words, and nothing was changed."""
    with pytest.raises(UserError, match=words) as told:
        work()
    assert "Nothing was changed" in str(told.value)


# --- one record from report to verified ---


def test_one_record_goes_from_report_to_verified_and_keeps_all_that_was_said(desk: Desk, school: Small) -> None:
    one, _ = defects.report(desk, "Gate does not latch", risk="high", note="Since Monday.", by="Miss Patel")
    assert (one.owner, one.target_on) == (school.people[DAWN], FRIDAY + WEEK)
    defects.make_safe(desk, one.id, "Gate chained", FRIDAY + WEEK)
    defects.order(desk, one.id, contractor=ready(desk), note="They bring a new latch.")
    done, _ = defects.done(desk, one.id, by="Sam Reed", minutes=45, cost=12_050, planned=False)
    assert (done.id, done.state, done.minutes, done.cost) == (one.id, "done", 45, 12_050)
    last, _ = defects.verify(desk, one.id)
    assert (last.state, last.verified_by, last.closed_on) == ("verified", DAWN, FRIDAY)
    assert "Since Monday." in last.note
    assert "They bring a new latch." in last.note
    line = defects_view.detail(desk, one.id).line
    assert line.to_tell
    told, _ = defects.tell(desk, one.id)
    assert told.told_on == FRIDAY
    assert not defects_view.detail(desk, one.id).line.to_tell
    share = defects_view.planned(desk)
    assert share is not None
    assert (share.planned, share.reactive) == (0, 1)
    refused("cannot be ordered", lambda: defects.order(desk, one.id))


def test_small_faults_go_to_the_only_caretaker(desk: Desk, school: Small) -> None:
    one, _ = defects.report(desk, "Tap drips", risk="low")
    assert one.owner == school.people[TERRY]
    assert one.target_on == FRIDAY + dt.timedelta(days=91)


def test_a_new_risk_moves_the_target_date_that_nobody_set(desk: Desk) -> None:
    one, _ = defects.report(desk, "Step is loose", risk="low")
    moved, _ = defects.triage(desk, one.id, Triage(risk="danger", note="A child tripped."))
    assert (moved.risk, moved.target_on) == ("danger", day(2026, 11, 21))
    named, _ = defects.triage(desk, one.id, Triage(target_on=day(2026, 11, 30)))
    kept, _ = defects.triage(desk, one.id, Triage(risk="high", stop_on=day(2026, 12, 1), planned=True))
    assert (named.target_on, kept.target_on, kept.stop_on, kept.planned) == (
        day(2026, 11, 30), day(2026, 11, 30), day(2026, 12, 1), True,
    )  # fmt: skip
    refused("how it stands already", lambda: defects.triage(desk, one.id, Triage(risk="high")))


def test_what_was_made_safe_counts_one_step_lower_and_is_back_the_day_after(desk: Desk, school: Small) -> None:
    one, _ = defects.report(desk, "Light hangs loose", risk="danger")
    defects.make_safe(desk, one.id, "Stage closed", FRIDAY + WEEK)
    line = defects_view.detail(desk, one.id).line
    assert (line.risk, line.lapsed, line.status) == (Risk.HIGH, False, "Made safe until 27 Nov 2026")
    refused("has passed", lambda: defects.make_safe(desk, one.id, "x", FRIDAY - WEEK))
    desk.close()
    with school.desk(FRIDAY + WEEK + dt.timedelta(days=1)) as later:
        line = defects_view.detail(later, one.id).line
        assert (line.risk, line.lapsed, line.presses) == (Risk.DANGER, True, True)
        assert defects.listing(later)[0].id == one.id


def test_rejected_needs_a_reason_and_whoever_did_the_work_does_not_verify_it(desk: Desk) -> None:
    one, _ = defects.report(desk, "Wall looks dirty", risk="low", by="Mrs Cole")
    refused("Say why", lambda: defects.reject(desk, one.id, " "))
    gone, _ = defects.reject(desk, one.id, "It is the shade of the brick.")
    assert (gone.state, gone.decided_why) == ("rejected", "It is the shade of the brick.")
    back, _ = defects.reopen(desk, one.id, "It has grown.")
    assert (back.state, back.closed_on, back.decided_why) == ("reported", None, "")
    defects.triage(desk, one.id, Triage(risk="medium"))
    defects.done(desk, one.id)
    refused("somebody else", lambda: defects.verify(desk, one.id))
    defects.reopen(desk, one.id, "Once more.")
    defects.triage(desk, one.id, Triage(risk="low"))
    defects.done(desk, one.id)
    assert defects.verify(desk, one.id)[0].state == "verified"


def test_every_step_is_one_act_that_undo_takes_back(desk: Desk) -> None:
    one, _ = defects.report(desk, "Gate does not latch", risk="high")
    defects.triage(desk, one.id, Triage(note="Seen."))
    firm = ready(desk)
    steps: list[Callable[[], object]] = [
        lambda: defects.add_note(desk, one.id, "Chain bought."),
        lambda: defects.triage(desk, one.id, Triage(risk="medium")),
        lambda: defects.make_safe(desk, one.id, "Gate chained", FRIDAY + WEEK),
        lambda: defects.order(desk, one.id, contractor=firm),
        lambda: defects.reject(desk, one.id, "No"), lambda: defects.done(desk, one.id, by=CLARE, cost=500),
    ]  # fmt: skip
    for step in steps:
        before = defects.get(desk, one.id)
        step()
        assert defects.get(desk, one.id) != before
        history.undo(desk)
        assert defects.get(desk, one.id) == before
    defects.done(desk, one.id, by=CLARE)
    for step in (lambda: defects.verify(desk, one.id), lambda: defects.tell(desk, one.id),
                 lambda: defects.reopen(desk, one.id, "Again")):  # fmt: skip
        before = defects.get(desk, one.id)
        step()
        history.undo(desk)
        assert defects.get(desk, one.id) == before


def test_of_two_computers_that_differ_the_more_cautious_state_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Bench.open(tmp_path, monkeypatch) as bench:
        first = bench.school("Oakfield", "900001")
        here = Desk(first, bench.clock)
        one, _ = defects.report(here, "Gate does not latch", risk="high")
        second = bench.second(first, "B")
        bench.exchange(first, second)
        there = Desk(second, bench.clock)
        defects.done(here, one.id, by="Terry Walsh")
        defects.make_safe(there, one.id, "Gate chained", here.today + WEEK)
        defects.triage(there, one.id, Triage(risk="danger"))
        bench.exchange(first, second)
        bench.exchange(second, first)
        for desk in (here, there):
            row = defects.get(desk, one.id)
            assert (row.state, row.risk, row.open) == ("made safe", "danger", True)


# --- contractors and visits ---


def test_a_contractor_who_may_not_attend_gets_no_job_unless_a_reason_is_kept(desk: Desk) -> None:
    bare, _ = contractors.add(desk, Facts("Ascent Electrical"))
    one, _ = defects.report(desk, "Socket sparks", risk="danger")
    refused("No insurance is written down", lambda: defects.order(desk, one.id, contractor=bare.row.id))
    made, _ = defects.order(desk, one.id, contractor=bare.row.id, anyway="The only firm on call.")
    assert made.contractor == bare.row.id
    assert "The only firm on call." in made.note
    assert "No insurance is written down." in made.note
    refused("is here already", lambda: contractors.add(desk, Facts("ascent  electrical")))
    assert contractors.listing(desk)[0].row.id == bare.row.id, "who may not attend stands first"


def test_papers_are_changed_barred_and_let_back(desk: Desk) -> None:
    firm = ready(desk)
    line, _ = contractors.change(desk, firm, {"body": "Gas Safe", "body_until": day(2026, 12, 1)})
    assert line.may.reasons == ("The Gas Safe number is not written down.",)
    line, _ = contractors.change(desk, firm, {"body_number": "4521"})
    assert (line.row.body, line.row.body_until, line.may.ok) == ("Gas Safe", day(2026, 12, 1), True)
    assert line.ends == ("Gas Safe registration ends 1 Dec 2026",)
    assert not contractors.bar(desk, firm, "Smoked in the loft")[0].may.ok
    history.undo(desk)
    assert contractors.get(desk, firm).may.ok
    contractors.leave(desk, firm)
    assert [one.row.id for one in contractors.listing(desk)] == []
    assert contractors.come_back(desk, firm)[0].may.ok


def test_the_log_says_who_is_on_site_and_signing_out_undone_signs_in_again(desk: Desk) -> None:
    firm = ready(desk)
    refused("has not signed", lambda: contractors.arrive(desk, Visit(firm, "Sam Reed")))
    visit, _ = contractors.arrive(desk, Visit(firm, "Sam Reed", "Boiler", arrived=520, asbestos_signed=True))
    assert [one.worker for one in contractors.on_site(desk)] == ["Sam Reed"]
    assert contractors.get(desk, firm).on_site == 1
    refused("before they came", lambda: contractors.depart(desk, visit.id, 500))
    gone, _ = contractors.depart(desk, visit.id, 700)
    assert (gone.arrived, gone.went, contractors.on_site(desk)) == (520, 700, [])
    assert len(contractors.visits(desk)) == 1
    history.undo(desk)
    assert [one.id for one in contractors.on_site(desk)] == [visit.id]


# --- permits ---


def test_permits_are_numbered_by_year_and_hot_work_is_watched_before_closing(desk: Desk) -> None:
    first, _ = permits.issue(desk, permits.NewPermit("hot works", "Weld the rail", 420, 530))
    second, _ = permits.issue(desk, permits.NewPermit("roof", "Clear gutters", 480, 600, on=day(2027, 1, 5)))
    third, _ = permits.issue(desk, permits.NewPermit("roof", "Look at tiles", 600, 700))
    assert [one.number for one in (first, second, third)] == ["2026-A001", "2027-A001", "2026-A002"]
    assert [one.id for one in permits.open_past_time(desk)] == [first.id], "it is nine o’clock, and it ended 08:50"
    assert "Not closed" in permits.state_words(desk, first)
    refused("watches for 60 minutes", lambda: permits.close(desk, first.id, ended=520, watched=570))
    closed, _ = permits.close(desk, first.id, ended=520, watched=580, note="All cold")
    assert closed.closed_note == "Work ended 08:40. Watched until 09:40. All cold."
    refused("closed already", lambda: permits.close(desk, first.id, ended=520, watched=580))
    refused("longer than 12 hours", lambda: permits.issue(desk, permits.NewPermit("roof", "x", 0, 721)))


# --- the chain ---


def test_the_chain_is_walked_both_ways(desk: Desk, school: Small) -> None:
    firm = ready(desk)
    found = links.of(desk, "school_check", school.checks["FIRE-04"])
    record = next(one.id for one in found if one.kind == "check_record")
    with desk.act(12, subject="x") as act:
        fault = act.create("defect", {"title": "Bell dead", "state": "reported", "risk": "high", "record": record,
                                      "check_id": school.checks["FIRE-04"], "raised_on": FRIDAY})  # fmt: skip
    defects.order(desk, fault, contractor=firm)
    permit, _ = permits.issue(
        desk, permits.NewPermit("roof", "Reach the bell", 600, 700, contractor=firm, defect=fault)
    )
    visit, _ = contractors.arrive(desk, Visit(firm, "Sam Reed", defect=fault, asbestos_signed=True, arrived=500))
    with desk.act(42, subject="x") as act:
        paper = act.create("evidence", {"title": "Invoice 7", "kind": "invoice"})
        act.fact("evidence_link", {"evidence": paper, "about_table": "defect", "about": fault})
    seen = {(one.kind, one.id) for one in links.of(desk, "defect", fault)}
    assert seen == {
        ("school_check", school.checks["FIRE-04"]), ("check_record", record), ("contractor", firm),
        ("permit", permit.id), ("attendance", visit.id), ("evidence", paper),
    }  # fmt: skip
    for table, row in seen:
        assert ("defect", fault) in {(one.kind, one.id) for one in links.of(desk, table, row)}, table
    words = [one.said for one in links.of(desk, "defect", fault)]
    assert "Evidence: Invoice 7" in words
    assert any(one.startswith("Visit: Sam Reed of Glow Heating") for one in words)
    assert links.of(desk, "person", fault) == ()


# --- papers ---


def test_the_papers_of_a_job_say_what_is_missing_and_carry_codes_that_lead_back(desk: Desk, tmp_path: Path) -> None:
    hall, _ = places.add(desk, "Hall", kind="room")
    with desk.act(36, subject="x") as act:
        act.create("asset", {"kind": "asbestos", "name": "Ceiling tiles", "number": "A1", "place": hall.id,
                             "facts": '{"product": "Insulating board"}'})  # fmt: skip
    bare, _ = contractors.add(desk, Facts("Ascent Electrical"))
    one, _ = defects.report(desk, "Light hangs loose", risk="high", place=hall.id)
    defects.order(desk, one.id, contractor=bare.row.id, anyway="On call.")
    sheet = job_papers.job_sheet(desk, one.id)
    assert sheet.asbestos is not None
    assert [item.what for item in sheet.asbestos] == ["Insulating board"]
    assert "may not attend" in sheet.warnings[0]
    assert job_papers.fault_of_code(desk, sheet.code.lower().replace("-", " ")) == one.id
    pad = job_papers.fault_pad(desk, [hall.id])
    assert places.find(desk, pad.places[0].code) == hall.id
    permit, _ = permits.issue(desk, permits.NewPermit("hot works", "Weld", 600, 700, place=hall.id, defect=one.id))
    assert job_papers.permit_paper(desk, permit.id).watch == 60
    for name, written in (
        ("job", job_papers.write_job_sheet(desk, one.id, tmp_path / "job.pdf")),
        ("pad", job_papers.write_fault_pad(desk, [], tmp_path / "pad.pdf")),
        ("permit", job_papers.write_permit(desk, permit.id, tmp_path / "permit.pdf")),
    ):
        assert written.file.read_bytes().startswith(b"%PDF"), name


def test_a_job_cannot_be_wanted_before_its_fault_was_found(desk: Desk) -> None:
    before = FRIDAY - WEEK
    refused("before the fault was found", lambda: defects.report(desk, "Tile loose", target_on=before))
    one, _ = defects.report(desk, "Tile loose", on=FRIDAY - 2 * WEEK, target_on=before)
    assert one.target_on == before, "a report written down late may have a target that has passed"
    refused("before the fault was found", lambda: defects.triage(desk, one.id, Triage(target_on=day(2020, 1, 1))))
    refused("before the fault was found", lambda: defects.triage(desk, one.id, Triage(stop_on=day(2020, 1, 1))))
    refused("before the fault was found", lambda: defects.order(desk, one.id, target_on=day(2020, 1, 1)))


def test_a_firm_that_two_computers_added_can_still_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Bench.open(tmp_path, monkeypatch) as bench:
        first = bench.school("Oakfield", "900001")
        second = bench.second(first, "B")
        bench.exchange(first, second)
        here, there = Desk(first, bench.clock), Desk(second, bench.clock)
        mine, same = contractors.add(here, Facts("Twin Roofing"))[0], contractors.add(here, Facts("Bell Fire"))[0]
        contractors.add(there, Facts("twin roofing"))
        contractors.add(there, Facts("Bell Fire"))
        bench.exchange(second, first)
        assert contractors.find(here, "Twin Roofing").row.id == mine.row.id
        with pytest.raises(UserError, match="one of several") as told:
            contractors.find(here, "Bell Fire")
        assert same.row.id.hex()[:16] in told.value.remedy
        assert contractors.find(here, same.row.id.hex()[:16]).row.id == same.row.id


def test_papers_to_fill_in_are_those_of_our_own_school_only(desk: Desk, tmp_path: Path) -> None:
    for name in ("round-sheet", "walk-form", "fault-pad"):
        out = tmp_path / f"{name}.pdf"
        with pytest.raises(UserError, match="That paper is printed at"):
            reporting.write(desk, name, out, school=b"another school 2")
        assert not out.exists()
        assert reporting.write(desk, name, out, school=desk.home).pages
