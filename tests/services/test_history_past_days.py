"""Past days on every list and report, and the stamp on papers: what was known when, and is it all still here?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.services import as_at, checks, fingerprints, recording, reporting
from bursar_desk.services.desk import Desk
from tests.output import pdf_reader
from tests.services.small_school import DAWN, FRIDAY, TERRY, Small, without_waiting

day = dt.date


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    made = Small.found(tmp_path)
    made.add("FIRE-04", doer=TERRY)
    made.add("LIFT-01")
    made.done("FIRE-04", day(2026, 11, 16), by=TERRY)
    return made


@pytest.fixture
def desk(small: Small) -> Iterator[Desk]:
    with small.desk(who=DAWN, write=True) as made:
        yield made


def change(desk: Desk, check: bytes, **values: object) -> None:
    with desk.act(ActCode.CHANGE_CHECK, subject="a check") as act:
        act.set("school_check", check, values)


# --- a past day ------------------------------------------------------------------------------------------------------


def test_every_list_and_report_works_on_a_past_day_and_says_which(desk: Desk, small: Small, tmp_path: Path) -> None:
    late = recording.Doing(small.checks["LIFT-01"], day(2026, 11, 10), "Ascent Lifts", "satisfactory")
    recording.record(desk, late)
    on = day(2026, 11, 12)
    views: tuple[tuple[as_at.Mode, dt.date | None], ...] = (("known", None), ("corrected", day(2026, 11, 10)))
    for mode, last in views:
        with as_at.open_as_at(desk, on, mode) as past:
            assert past.today == on
            assert checks.detail(past, small.checks["LIFT-01"]).line.last_done == last
            out = tmp_path / f"{mode}.pdf"
            reporting.write(past, "governors", out)
            said = "as known then" if mode == "known" else "as later corrected"
            assert all(f"As at 12 November 2026, {said}" in page for page in pdf_reader.texts(out.read_bytes()))
            web = tmp_path / f"{mode}.html"
            reporting.write(past, "governors", web)
            assert f"As at 12 November 2026, {said}" in web.read_text("utf-8")
            reporting.write(past, "chase", out)
            assert f"As at 12 November 2026, {said}" in pdf_reader.texts(out.read_bytes())[0]
            with pytest.raises(UserError, match="days to come"):
                reporting.write(past, "round-sheet", out)
            with pytest.raises(UserError, match="to look at only"):
                change(past, small.checks["LIFT-01"], title="no")
    out = tmp_path / "now.pdf"
    reporting.write(desk, "governors", out)
    assert not any("As at" in page for page in pdf_reader.texts(out.read_bytes()))


def test_a_day_to_come_is_refused(desk: Desk) -> None:
    with pytest.raises(UserError, match="still to come"):
        as_at.open_as_at(desk, FRIDAY + dt.timedelta(days=1), "known")


# --- the stamp -------------------------------------------------------------------------------------------------------


def test_the_stamp_on_the_governors_report_vouches_for_all_entries_behind_it(
    small: Small, tmp_path: Path
) -> None:
    out = tmp_path / "g.pdf"
    with small.desk(who=DAWN, write=True) as desk:
        reporting.write(desk, "governors", out)
        stamp = fingerprints.stamp_of(desk, desk.home)
        assert all(f"Stamp {stamp}" in page for page in pdf_reader.texts(out.read_bytes()))
        assert [(one.code, one.day) for one in fingerprints.listing(desk)] == [(stamp, FRIDAY)]
        reporting.write(desk, "governors", out)
        assert len(fingerprints.listing(desk)) == 1
        change(desk, small.checks["FIRE-04"], title="later")
        told = fingerprints.check(desk, stamp.lower().replace("-", " "))
        assert told.sentence == (
            "Every entry behind this stamp is still here unchanged. "
            "It is the stamp of Oakfield Primary School of 20 November 2026."
        )
        assert fingerprints.check(desk, "AAAA-BBBB-CCCC-DDDD").state == "unknown"
        with pytest.raises(UserError, match="is not a stamp"):
            fingerprints.check(desk, "AAAA-BBBB")


def test_looking_at_a_report_first_keeps_no_stamp(desk: Desk) -> None:
    reporting.preview_pdf(desk, "governors")
    assert fingerprints.listing(desk) == ()


def test_a_paper_printed_from_a_desk_that_only_looks_has_a_stamp_that_can_be_checked(
    small: Small, tmp_path: Path
) -> None:
    with small.desk(who=DAWN) as desk:
        reporting.write(desk, "chase", tmp_path / "c.pdf")
        stamp = fingerprints.stamp_of(desk, desk.home)
    with Desk.open(small.path, clock=FixedClock.at(FRIDAY + dt.timedelta(days=30))) as desk:
        change(desk, small.checks["FIRE-04"], title="later")
        told = fingerprints.check(desk, stamp)
        assert (told.state, told.days) == ("unchanged", (day(2026, 11, 16),))
