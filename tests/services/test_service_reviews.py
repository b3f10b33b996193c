"""The yearly review of services: begun from contracts and last year, decided only with a minute, seen by the office."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.services import contracts, history, home, merging, service_reviews, service_reviews_year, sharing
from bursar_desk.services.contracts_shapes import NewContract
from bursar_desk.services.desk import Desk
from bursar_desk.services.service_reviews import NewReview
from tests.services import buying_kit as kit
from tests.services.sample_fixture import NEIGHBOUR, ON, STORY, copy_of, register_of
from tests.services.small_school import FRIDAY, TERRY, Small, without_waiting


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    without_waiting(monkeypatch)
    with Small.found(tmp_path).desk(write=True) as made:
        yield made


def added(desk: Desk, service: str = "payroll", year: int = 2026, **more: object) -> bytes:
    return service_reviews.add(desk, NewReview(service, year, **more))[0].row.id  # type: ignore[arg-type]  # by name


def test_nothing_counts_as_decided_without_body_day_and_minute(desk: Desk) -> None:
    row = added(desk, price=498_000)
    for body, minute, match in (("", "6.2", "which body"), ("Governors", " ", "Name the minute")):
        with pytest.raises(UserError, match=match):
            service_reviews.decide(desk, row, "keep", body=body, minute_ref=minute)
    with desk.act(ActCode.REVIEW_SERVICE, subject="an odd program") as act:
        act.set("service_review", row, {"route": "keep"})
    line = service_reviews.get(desk, row)
    assert not line.decided
    assert line.decision_words == "Keep, no minute yet"
    line, _ = service_reviews.decide(desk, row, "keep", body="Governors", minute_ref="6.2", why="Good and cheap")
    assert line.decided
    assert line.minute_words == "Governors, minute 6.2, 20 Nov 2026"
    made = service_reviews.review(desk)
    assert made.undecided == 0
    assert made.sentence == "1 service, all decided: 1 kept."


def test_decisions_that_cannot_be_so_are_refused(desk: Desk) -> None:
    row = added(desk)
    tomorrow = FRIDAY + dt.timedelta(days=1)
    with pytest.raises(UserError, match="not a decision"):
        service_reviews.decide(desk, row, "dither", body="Governors", minute_ref="1")
    with pytest.raises(UserError, match="still to come"):
        service_reviews.decide(desk, row, "keep", body="Governors", minute_ref="1", on=tomorrow)
    with pytest.raises(UserError, match="not after"):
        service_reviews.decide(desk, row, "keep", body="Governors", minute_ref="1", review_on=FRIDAY)


def test_a_year_begins_from_contracts_and_last_year_and_never_doubles(desk: Desk) -> None:
    contract, _ = contracts.add(desk, NewContract(
        "Cleaning", supplier_name="Brightway", service="cleaning", first=dt.date(2024, 9, 1),
        last=dt.date(2027, 8, 31), yearly=2_136_000, vat_rate=2000,
    ))  # fmt: skip
    kept = added(desk, "legal", 2025, provider="The council", price=64_000, priced_from="Letter",
                 priced_on=dt.date(2025, 4, 1), quality=4)  # fmt: skip
    stopped = added(desk, "photographs", 2025)
    kit.tick(desk)
    service_reviews.decide(desk, kept, "keep", body="Governors", minute_ref="1")
    service_reviews.decide(desk, stopped, "stop", body="Governors", minute_ref="2")
    count, changes = service_reviews_year.start_year(desk, 2026)
    assert count == 2
    lines = {one.row.service: one for one in service_reviews.review(desk, 2026).lines}
    assert set(lines) == {"cleaning", "legal"}
    assert (lines["cleaning"].row.contract, lines["cleaning"].row.price) == (contract, 2_136_000)
    assert lines["cleaning"].provider == "Brightway"
    assert (lines["legal"].row.price, lines["legal"].row.priced_from, lines["legal"].row.quality) == (
        64_000, "Letter", None,
    )  # fmt: skip
    assert not any(one.decided for one in lines.values())
    with pytest.raises(UserError, match="Nothing is to be added"):
        service_reviews_year.start_year(desk, 2026)
    assert changes.act is not None
    history.undo(desk, changes.act.hex())
    assert service_reviews.review(desk, 2026).lines == ()


def test_a_contract_takes_its_newest_price_into_the_review(desk: Desk) -> None:
    contract, _ = contracts.add(desk, NewContract(
        "Payroll", supplier_name="Council", service="payroll", first=dt.date(2025, 4, 1), last=dt.date(2026, 3, 31),
        at_end="renews", renew_months=12, notice=3, yearly=400_000, vat_rate=2000,
    ))  # fmt: skip
    from bursar_desk.services.contracts_shapes import NewTerm

    contracts.add_term(desk, contract, NewTerm(dt.date(2026, 4, 1), dt.date(2027, 3, 31), 412_000, 2000))
    service_reviews_year.start_year(desk, 2026)
    (line,) = service_reviews.review(desk, 2026).lines
    assert line.row.price == 412_000
    assert line.row.priced_on == dt.date(2026, 4, 1)


def test_the_review_nags_about_the_day_to_opt_out_and_the_day_to_look_again(desk: Desk) -> None:
    soon = added(desk, "payroll", opt_out_by=FRIDAY + dt.timedelta(days=30), price=1, priced_from="Letter",
                 priced_on=FRIDAY)  # fmt: skip
    late = added(desk, "hr", opt_out_by=FRIDAY - dt.timedelta(days=1))
    again = added(desk, "legal")
    with desk.act(ActCode.REVIEW_SERVICE, subject="earlier") as act:
        act.set("service_review", again, {"review_on": FRIDAY})
    assert service_reviews.get(desk, soon).nags == ("decide by 20 Dec 2026, in 30 days",)
    assert "the day to opt out was 19 Nov 2026" in service_reviews.get(desk, late).nags[0]
    assert any("look at it again" in one for one in service_reviews.get(desk, again).nags)
    said = service_reviews.nags(desk)
    assert len(said) == 3
    assert said[0].startswith("Human resources: the day to opt out was Thursday 19 November 2026")
    assert "3 services we buy are not decided for 2026-27." in said
    service_reviews.decide(desk, soon, "keep", body="Governors", minute_ref="1")
    assert service_reviews.get(desk, soon).nags == ()


def test_a_price_needs_a_dated_document_to_be_a_baseline(desk: Desk) -> None:
    row = added(desk, price=5)
    assert "the price has no dated document" in service_reviews.get(desk, row).nags
    line, _ = service_reviews.change(desk, row, {"priced_from": "Invoice 7", "priced_on": FRIDAY})
    assert "the price has no dated document" not in line.nags
    assert line.priced_words == "Invoice 7, 20 Nov 2026"
    line, _ = service_reviews.change(desk, row, {"quality": 5, "price": 7})
    assert (line.price_words, line.quality_words) == ("£0.07 a year", "5 of 5, excellent")


@pytest.mark.parametrize("values", [
    {"price": -1}, {"quality": 6}, {"quality": 0}, {"vat_rate": -1}, {"route": "keep"}, {"colour": "red"},
    {"service": "magic"}, {"service": ""}, {"priced_on": FRIDAY + dt.timedelta(days=1)}, {"other_price": 10**13}, {},
])  # fmt: skip
def test_what_makes_no_sense_is_refused(desk: Desk, values: dict[str, object]) -> None:
    row = added(desk)
    with pytest.raises(UserError):
        service_reviews.change(desk, row, values)


def test_only_who_runs_the_register_reviews(desk: Desk) -> None:
    row = added(desk)
    desk.act_as(desk.find_person(TERRY))
    with pytest.raises(UserError, match="manages the register"):
        service_reviews.decide(desk, row, "keep", body="Governors", minute_ref="1")
    with pytest.raises(UserError, match="manages the register"):
        service_reviews_year.start_year(desk, 2026)


def test_a_service_taken_out_is_in_the_bin(desk: Desk) -> None:
    row = added(desk)
    service_reviews.remove(desk, row)
    assert service_reviews.review(desk).lines == ()
    history.restore(desk, "service_review", row)
    assert len(service_reviews.review(desk).lines) == 1


def test_odd_rows_from_another_computer_never_crash_the_review(desk: Desk) -> None:
    with desk.act(ActCode.REVIEW_SERVICE, subject="an odd program") as act:
        act.create("service_review", {
            "service": "magic", "year": 2026, "price": -5, "quality": 99, "route": "dither", "body": "x",
            "minute_ref": "y", "vat_rate": -7, "contract": b"x" * 16,
        })  # fmt: skip
        act.create("service_review", {"year": 10**15})
        act.create("service_review", {})
    (line,) = service_reviews.review(desk).lines
    assert (line.price_words, line.quality_words, line.decided) == ("", "", False)
    assert service_reviews.across(desk)[0].words == "Magic"
    with pytest.raises(UserError, match="Nothing is to be added"):
        service_reviews_year.start_year(desk, 2025)


def test_the_office_sees_reviews_and_purchases_of_its_schools_side_by_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_waiting(monkeypatch)
    made = copy_of(tmp_path)
    office = register_of(made, role="cluster")
    files = []
    for n, urn in enumerate((STORY, NEIGHBOUR)):
        with Desk.open(register_of(made, urn).path, on=ON) as desk:
            row = service_reviews.add(desk, NewReview("psychology", 2031, price=100_000 * (n + 1)))[0].row.id
            if n:
                service_reviews.decide(desk, row, "cluster", body="Governors", minute_ref="1")
                from bursar_desk.services import buying

                buying.start(desk, buying.NewBuying("Lift over there", "lift", yearly=100_000))
            files.append(tmp_path / f"{urn}.bursar")
            sharing.export(desk, files[-1], [office.school_id])
    for order in (files, list(reversed(files))):
        with Desk.open(office.path, on=ON) as desk:
            for path in order:
                (result,) = merging.merge(desk, [path]).files
                assert result.accepted, result.refused_because
            (line,) = service_reviews.across(desk, 2031)
            assert (line.total, line.to_market, len(line.lines), line.missing) == (300_000, 1, 2, ())
            assert len(service_reviews.review(desk, 2031).lines) == 2
            from bursar_desk.services import buying

            assert "Lift over there" in [one.title for one in buying.listing(desk)]
            with pytest.raises(UserError, match="office"):
                buying.start(desk, kit.NEW)
            with pytest.raises(UserError, match="office"):
                service_reviews.decide(desk, line.lines[0].row.id, "keep", body="x", minute_ref="y")


def test_home_says_what_the_review_needs_ahead_and_presses_a_fortnight_before_the_day_to_opt_out(desk: Desk) -> None:
    added(desk, "hr", opt_out_by=FRIDAY + dt.timedelta(days=15))
    added(desk, "legal")
    (row,) = (one for one in home.view(desk).ahead if one.page == "buying")
    assert (row.chip, row.colour, row.title, row.why) == (
        "Services", "amber", "Human resources: decide by Saturday 5 December 2026",
        "2 services we buy are not decided for 2026-27.",
    )  # fmt: skip
    soon = added(desk, "payroll", opt_out_by=FRIDAY + dt.timedelta(days=14))
    view = home.view(desk)
    (row,) = (one for one in view.needs_you if one.page == "buying")
    assert (row.chip, row.title) == ("Decide in 14 days", "Payroll: decide by Friday 4 December 2026")
    assert not [one for one in view.ahead if one.page == "buying"]
    service_reviews.decide(desk, soon, "keep", body="Governors", minute_ref="1")
    assert not [one for one in home.view(desk).needs_you if one.page == "buying"]
