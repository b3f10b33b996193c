"""The history of a practice partnership: it ends yesterday, follows the rules, keeps its reasons apart."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bursar_desk.clock import school_day
from bursar_desk.domain.stamps import wall_ms
from bursar_desk.services.desk import Desk
from bursar_desk.services.sample import SampleRegister
from db import layout
from db.queries import checks as ask
from db.queries import people as people_of
from db.store import Store
from tests.services.sample_fixture import NEIGHBOUR, ON, SECONDARY, STORY, THIRD, built, register_of

DAY = dt.timedelta(days=1)


def look(one: SampleRegister) -> Desk:
    return Desk.open(one.path, on=ON, read_only=True)


# --- the history -----------------------------------------------------------------------------------------------------


def stamps(store: Store) -> list[int]:
    with store.connect() as con:
        bodies = con.exec_driver_sql("SELECT body FROM commit_log").scalars().all()
    return [wall_ms(layout.read_commit(body).stamp) for body in bodies]


def test_the_history_ends_the_day_before_and_its_stamps_follow_its_days() -> None:
    for one in built().registers:
        with look(one) as desk:
            days = [school_day(ms) for ms in stamps(desk.store)]
            assert max(days) <= ON - DAY
            assert min(days) >= dt.date(2025, 11, 20)
            if one.role == "school":
                assert max(days) >= ON - 4 * DAY
                with desk.store.connect() as con:
                    found = ask.records(con)
                    assert max(record.done_on for record in found) == ON - DAY
                    assert all(row.on < ON for row in ask.not_done(con))
                    assert all(row.raised_on and row.raised_on < ON for row in ask.defects(con))


def test_what_was_recorded_was_recorded_on_its_day_or_soon_after() -> None:
    with look(register_of(built(), STORY)) as desk, desk.store.connect() as con:
        rows = con.exec_driver_sql("SELECT id, done_on FROM check_record").all()
    start = dt.date(2025, 11, 20)
    gaps = []
    for oid, done in rows:
        entered = school_day(int.from_bytes(oid[:6], "big"))
        day = dt.date(1970, 1, 1) + dt.timedelta(days=done)
        if day >= start + 10 * DAY:
            gaps.append((entered - day).days)
    assert min(gaps) == 0
    assert max(gaps) <= 4
    assert sum(gap > 0 for gap in gaps) > 5


def test_checks_of_every_school_day_fall_on_days_when_people_are_in() -> None:
    from bursar_desk.services.standing import calendars

    with look(register_of(built(), NEIGHBOUR)) as desk, desk.store.connect() as con:
        calendar = calendars(con)[desk.home]
        checks = {one.code: one.id for one in ask.checks(con)}
        walked = [record.done_on for record in ask.records(con, check=checks["FIRE-21"])]
        rung = [record.done_on for record in ask.records(con, check=checks["FIRE-04"])]
    assert len(walked) > 170
    assert all(calendar.staff_in(day) for day in walked)
    mondays = [day for day in rung if day.weekday() == 0]
    assert len(mondays) > 0.8 * len(rung)
    assert all(calendar.site_open(day) for day in rung)


def test_call_points_take_turns() -> None:
    with look(register_of(built(), NEIGHBOUR)) as desk, desk.store.connect() as con:
        check = next(one for one in ask.checks(con) if one.code == "FIRE-04")
        points = [record.point for record in ask.records(con, check=check.id)]
    assert len(check.points) >= 8
    first = check.points.index(points[0])
    assert points == [check.points[(first + n) % len(check.points)] for n in range(len(points))]


def test_readings_are_whole_tenths_by_the_names_the_check_asks_for() -> None:
    with look(register_of(built(), THIRD)) as desk, desk.store.connect() as con:
        check = next(one for one in ask.checks(con) if one.code == "WATR-04")
        found = ask.records(con, check=check.id)
    names = [one["name"] for one in check.readings]
    assert names[:2] == ["Boiler room, hot", "Boiler room, cold"]
    assert found
    for record in found:
        assert [one["name"] for one in record.readings] == names
        assert all(isinstance(one["value"], int) and one["unit"] == "°C" for one in record.readings)
        good = [
            10 * spec.get("low", -99) <= one["value"] <= 10 * spec.get("high", 99)
            for spec, one in zip(check.readings, record.readings, strict=True)
        ]
        assert all(good) == (record.outcome != "unsatisfactory")


def test_a_failure_opens_a_fault_and_what_was_mended_was_mended_later() -> None:
    closed = 0
    for urn in (STORY, THIRD):
        with look(register_of(built(), urn)) as desk, desk.store.connect() as con:
            faults = ask.defects(con)
            linked = {fault.record for fault in faults}
            for record in ask.records(con):
                if record.outcome == "unsatisfactory":
                    assert record.id in linked
            for fault in faults:
                assert fault.raised_on is not None
                if fault.closed_on is not None:
                    closed += 1
                    assert fault.closed_on >= fault.raised_on
                    assert fault.state == "done"
    assert closed > 10


def test_an_outside_check_holds_its_paper_or_waits_for_it() -> None:
    words = set()
    for urn in (STORY, NEIGHBOUR, THIRD, SECONDARY):
        with look(register_of(built(), urn)) as desk, desk.store.connect() as con:
            words |= {record.evidence for record in ask.records(con)}
    assert words == {"none", "held", "awaited"}


# --- why people were away --------------------------------------------------------------------------------------------


def test_why_somebody_was_away_stands_only_in_the_table_that_never_leaves() -> None:
    reasons: set[str] = set()
    for urn in (STORY, NEIGHBOUR, THIRD, SECONDARY):
        with look(register_of(built(), urn)) as desk, desk.store.connect() as con:
            reasons |= set(con.exec_driver_sql("SELECT reason FROM absence_reason").scalars())
            assert people_of.absences(con)
    assert len(reasons) >= 3
    for one in built().registers:
        with look(one) as desk, desk.store.connect() as con:
            for kind, text in _all_texts(con):
                if kind != "absence_reason":
                    assert not [reason for reason in reasons if reason.casefold() in text.casefold()], (kind, text)
            private = con.exec_driver_sql(
                "SELECT l.body FROM commit_log l JOIN chain c ON c.cid=(l.pos>>40) JOIN stream s ON s.sno=c.sno"
                " WHERE s.channel<>'private'"
            ).scalars()
            assert not [body for body in private if any(reason.encode() in body for reason in reasons)]


def _all_texts(con: Any) -> list[tuple[str, str]]:
    from bursar_desk.domain import registry

    found = []
    for table in registry.TABLES:
        for row in con.exec_driver_sql(f"SELECT * FROM {table.name}"):
            found += [(table.name, value) for value in row if isinstance(value, str)]
    return found


def test_cover_was_asked_for_agreed_and_worked() -> None:
    with look(register_of(built(), STORY)) as desk, desk.store.connect() as con:
        asked, worked = people_of.covers(con), people_of.cover_worked(con)
        away = {one.id for one in people_of.absences(con)}
    assert asked
    assert all(one.absence in away and one.checks for one in asked)
    assert {one.cover for one in worked} <= {one.id for one in asked if one.state == "done"}
    assert all(one.minutes >= 60 for one in worked)


