"""Correcting a record, postponing a pressure system by agreement, and things put out of use on two computers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.services import checks, history, recording
from bursar_desk.services.desk import Desk
from bursar_desk.services.recording import Doing
from bursar_desk.services.recording_history import history as told
from db.queries.checks import records_by_id
from tests.services.small_school import DAWN, Small, without_waiting

day = dt.date
PASS = "satisfactory"


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    made = Small.found(tmp_path)
    for code in ("PRES-01", "LIFT-01", "PLAY-02"):
        made.add(code)
    return made


@pytest.fixture
def desk(small: Small) -> Iterator[Desk]:
    with small.desk(write=True) as made:
        yield made


def test_one_return_ends_what_two_computers_put_out_of_use(small: Small, desk: Desk) -> None:
    check = small.checks["PLAY-02"]
    small.done("PLAY-02", day(2026, 11, 2))
    for how in ("Fenced", "Taped"):
        with small.act(ActCode.TAKE_OUT_OF_USE, day(2026, 11, 10)) as act:
            values = {"check_id": check, "since": day(2026, 11, 10), "how": how, "said_by": DAWN}
            act.create("out_of_use", values)
    recording.back_in_use(desk, check)
    assert checks.detail(desk, check).line.colour == "green"
    history.undo(desk)
    assert checks.detail(desk, check).line.colour == "grey"


def test_a_correction_keeps_the_time_the_paper_and_its_printed_date(small: Small, desk: Desk) -> None:
    check = small.checks["LIFT-01"]
    doing = Doing(check, day(2026, 11, 10), "Ascent Lifts", PASS, minute=610, printed=day(2027, 3, 1), minutes=40,
                  evidence="held", evidence_ref="AL-1")  # fmt: skip
    first = recording.record(desk, doing)
    again = replace(recording.as_written(check, told(desk, check)[0]), by="Ascent Lifts Ltd")
    made = recording.correct(desk, first.records[0], again, "Name cut off")
    with desk.store.connect() as con:
        row = records_by_id(con, list(made.records))[0]
    assert (row.done_by, row.done_minute, row.printed_on) == ("Ascent Lifts Ltd", 610, day(2027, 3, 1))
    assert (row.minutes, row.evidence, row.evidence_ref) == (40, "held", "AL-1")
    assert made.next_due == first.next_due


def test_a_pressure_system_is_postponed_once_by_agreement_and_no_other_check_is(small: Small, desk: Desk) -> None:
    check, lift = small.checks["PRES-01"], small.checks["LIFT-01"]
    small.done("PRES-01", day(2025, 11, 27), evidence="held", printed_on=day(2026, 11, 27))
    small.done("LIFT-01", day(2026, 5, 27), evidence="held")
    before = checks.detail(desk, check).line
    with pytest.raises(UserError, match="required by"):
        recording.put_off(desk, check, until=day(2026, 12, 11), reason="Plant in use")
    recording.put_off(desk, check, until=day(2026, 12, 11), reason="Plant in use", agreed_by="Calder Inspections")
    seen = checks.detail(desk, check)
    assert seen.line.legal_due == before.legal_due == day(2026, 11, 27)
    assert seen.line.plan_by == day(2026, 12, 11)
    assert "agreed in writing to Friday 11 December 2026" in seen.because
    with pytest.raises(UserError, match="required by"):
        recording.put_off(desk, lift, until=day(2026, 12, 11), reason="No engineer", agreed_by="Calder Inspections")


@pytest.mark.parametrize(("on", "colour"), [(day(2026, 12, 11), "amber"), (day(2026, 12, 12), "red")])
def test_the_last_permitted_day_of_an_agreed_postponement_is_the_day_agreed(
    small: Small, desk: Desk, on: dt.date, colour: str
) -> None:
    check = small.checks["PRES-01"]
    small.done("PRES-01", day(2025, 11, 27), evidence="held", printed_on=day(2026, 11, 27))
    recording.put_off(desk, check, until=day(2026, 12, 11), reason="Plant in use", agreed_by="Calder Inspections")
    with small.desk(on) as later:
        assert checks.detail(later, check).line.colour == colour
