"""Training places from end to end: by commands on the practice partnership, and between registers through files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.services import training_booking, training_moves, training_sessions, training_swap
from bursar_desk.services import training_places as places
from bursar_desk.services.desk import Desk
from bursar_desk.services.training_moves import Offer, Purchase
from bursar_desk.services.training_school import school_detail
from bursar_desk.services.training_sessions import NewSession
from db.store import Store
from tests.services import sample_fixture
from tests.services.commands_kit import done, run
from tests.services.small_school import CLARE, DAWN, FRIDAY, TERRY, Small, without_waiting
from tests.storage.workbench import Bench, is_sound, tables_of

IOSH = "IOSH Managing Safely"
FIRST, LAST = dt.date(2027, 2, 2), dt.date(2027, 2, 4)


# --- commands on the practice partnership ----------------------------------------------------------------------------


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    built = sample_fixture.copy_of(tmp_path)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    return {one.urn or one.role: one.path for one in built.registers if one.role in ("school", "cluster")}


def on(path: Path, *words: object) -> Any:
    return done(*words, register=path, on="2026-11-20")


def test_a_purchase_a_session_and_the_places_of_every_school_by_commands(made: dict[str, Path]) -> None:
    office = made["cluster"]
    before = on(office, "training", "places", "list")
    session = on(
        office, "training", "session", "add", "Fire marshal", "--from", "8 March 2027", "--seats", 10,
        "--price", "300", "--price-per", "session", "--alone", "95", "--name-by", "1 March 2027",
    )  # fmt: skip
    assert (session["each"], session["left"], session["days"]) == (3_000, 10, ["2027-03-08"])
    bought = on(
        office, "training", "places", "buy", "--course", "Fire marshal", "--price", "30", "--alone", "95",
        "--alone-from", "Price list", "--session", session["session"][:14],
    )  # fmt: skip
    assert (bought["each"], bought["alone"], bought["adds_up"]) == (3_000, 9_500, True)
    assert bought["total"]["bought"] == 2 * len(bought["schools"]) == 2 * len(before["schools"])
    assert bought["saving"] == len(bought["schools"]) * 2 * 6_500
    on(office, "training", "session", "change", session["session"][:14], "--seats", 4)
    assert on(office, "training", "session", "list", "--course", "Fire marshal")["sessions"][-1]["left"] == 4
    on(office, "training", "session", "cancel", session["session"][:14])
    assert all(
        one["session"] != session["session"] for one in on(office, "training", "session", "list")["sessions"]
    )  # fmt: skip
    assert on(office, "training", "places", "list", "--course", IOSH)["total"] == before["total"]


def test_naming_somebody_says_what_is_uncovered_first_and_refuses_until_it_was_seen(made: dict[str, Path]) -> None:
    school = made[sample_fixture.THIRD]
    keeper = next(
        one["name"] for one in on(school, "person", "list")["people"] if one["role"] in ("caretaker", "site manager")
    )
    seen = on(school, "training", "places", "book", keeper, "--preview")
    assert seen["uncovered"][0]["duties"]
    assert on(school, "training", "places", "show")["booked"] == 0
    refused = run("training", "places", "book", keeper, register=school, on="2026-11-20")
    assert refused.code == 3
    assert "uncovered" in refused.facts["refused"]
    booked = on(school, "training", "places", "book", keeper, "--gap-seen")
    assert booked["needs_head"]
    shown = on(school, "training", "places", "show")
    assert (shown["booked"], shown["spare"], shown["named"][0]["needs_head"]) == (1, 1, True)
    on(school, "training", "places", "release", keeper)
    assert not on(school, "training", "places", "show")["named"][0]["needs_head"]
    on(school, "training", "places", "cancel", keeper)
    assert on(school, "training", "places", "show")["spare"] == 2


def test_a_place_goes_to_another_school_by_files_and_comes_back(made: dict[str, Path], tmp_path: Path) -> None:
    giver, taker = made[sample_fixture.THIRD], made[sample_fixture.STORY]
    offer = on(
        giver, "training", "places", "offer", "--to", sample_fixture.STORY, "--price", "100", "--answer-by",
        "27 November 2026",
    )["offers"][0]  # fmt: skip
    _carry(giver, taker, tmp_path / "out.bdx", sample_fixture.STORY)
    assert on(taker, "training", "places", "show")["to_us"][0]["price"] == 10_000
    on(taker, "training", "places", "accept", offer[:16])
    after = on(taker, "training", "places", "show")
    assert (after["received"], after["spare"]) == (1, 2)
    _carry(taker, giver, tmp_path / "back.bdx", sample_fixture.THIRD)
    _carry(taker, giver, tmp_path / "again.bdx", sample_fixture.THIRD)
    here = on(giver, "training", "places", "show")
    assert (here["given"], here["spare"]) == (1, 1)
    assert [one["words"] for one in here["ledger"]][-1] == "Given to St Willibrord’s"
    refused = run("training", "places", "withdraw", offer[:16], register=giver, on="2026-11-20")
    assert refused.code == 3
    back = on(taker, "training", "places", "offer", "--to", sample_fixture.THIRD)["offers"][0]
    _carry(taker, giver, tmp_path / "third.bdx", sample_fixture.THIRD)
    on(giver, "training", "places", "accept", back[:16])
    assert on(giver, "training", "places", "show")["spare"] == 2
    assert on(giver, "training", "places", "list")["adds_up"]


def _carry(sender: Path, to: Path, file: Path, urn: str) -> None:
    on(sender, "export", file, "--to", urn)
    on(to, "merge", file)


def test_requests_are_gathered_into_a_session_that_keeps_the_link(made: dict[str, Path]) -> None:
    school = made[sample_fixture.THIRD]
    on(school, "training", "places", "wish", "Ladders and steps", "--count", 3, "--by", "1 May 2027")
    waiting = [
        one for one in on(school, "training", "places", "wishes")["waiting"] if one["course"] == "Ladders and steps"
    ]
    assert [one["count"] for one in waiting] == [3]
    planned = on(
        school, "training", "session", "add", "Ladders and steps", "--from", "12 April 2027", "--from-wishes"
    )  # fmt: skip
    assert planned["wishes"] == waiting[0]["wishes"]
    left = on(school, "training", "places", "wishes")["waiting"]
    assert "Ladders and steps" not in {one["course"] for one in left}
    on(school, "training", "session", "cancel", planned["session"][:14])
    again = on(school, "training", "places", "wishes")["waiting"]
    assert "Ladders and steps" in {one["course"] for one in again}


def test_days_nobody_can_be_released_stop_a_booking_and_can_be_taken_out(made: dict[str, Path]) -> None:
    school = made[sample_fixture.THIRD]
    who = next(one["name"] for one in on(school, "person", "list")["people"] if one["role"] == "office")
    row = on(school, "training", "places", "no-release", "--from", "3 February 2027", "--to", "5 February 2027")["days"]
    refused = run("training", "places", "book", who, "--gap-seen", register=school, on="2026-11-20")
    assert refused.code == 3
    assert "can let nobody go on Wednesday 3 February 2027" in refused.facts["refused"]
    on(school, "training", "places", "no-release", "--remove", row[:14])
    assert on(school, "training", "places", "book", who, "--gap-seen")["bookings"]


# --- one school ------------------------------------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    return Small.found(tmp_path)


def stocked(desk: Desk, count: int = 2, **more: Any) -> bytes:
    """Two places and a session in February; return the session."""
    session, _ = training_sessions.add(desk, NewSession(
        IOSH, FIRST, LAST, "Tern Training", venue="Town hall", seats=8, price=27_000, name_by=dt.date(2027, 1, 15),
        **more,
    ))  # fmt: skip
    training_moves.buy(desk, Purchase(IOSH, count, 27_000, 39_500, "Price list", session))
    return session


def test_the_deadline_says_how_many_by_when_and_what_is_lost(small: Small) -> None:
    with small.desk(write=True) as desk:
        stocked(desk)
        held = places.read(desk)
        found = school_detail(held, IOSH, desk.home).deadline
        assert found is not None
        assert found.title == "Name two people by Friday 15 January 2027."
        assert found.lost == "After that, £540.00 is lost."


def test_a_daily_check_is_found_uncovered_however_far_ahead_the_course_is(small: Small) -> None:
    small.add("FIRE-21", doer=TERRY)
    small.done("FIRE-21", FRIDAY)
    with small.desk(write=True) as desk:
        session = stocked(desk)
        (found,) = training_booking.preview(desk, session, [small.people[TERRY]]).uncovered
        (gap,) = found.checks
        assert gap.days == tuple(FIRST + dt.timedelta(days=n) for n in range(3))
        assert [duty.what for duty in found.duties] == ["Unlock", "Lock up"] * 3
        assert training_booking.preview(desk, session, [small.people[DAWN]]).uncovered == ()


def test_passing_is_one_act_that_closes_the_booking_and_adds_the_course(small: Small) -> None:
    with small.desk(write=True) as desk:
        session = stocked(desk)
        (row,), _ = training_booking.book(desk, session, [small.people[DAWN]])
        with pytest.raises(UserError, match="not a day on which"):
            training_booking.passed(desk, row, training_booking.Result(LAST))
    with small.desk(LAST, write=True) as desk:
        changes = training_booking.passed(desk, row, training_booking.Result(LAST, "MS-1"))
        assert changes.tables == {"booking", "training"}
        assert not training_booking.passed(desk, row, training_booking.Result(LAST)).tables
        from db.queries.people import training

        with desk.store.connect() as con:
            (got,) = training(con, desk.home)
        assert (got.course, got.passed_on, got.session, got.provider, got.number) == (
            IOSH, LAST, session, "Tern Training", "MS-1"
        )  # fmt: skip
        tally = places.read(desk).stock.total
        assert (tally.passed, tally.spare) == (1, 1)


def test_both_site_staff_of_a_small_school_never_go_on_one_day_unless_cover_is_arranged(small: Small) -> None:
    with small.act(ActCode.ADD_PERSON, FRIDAY) as act:
        second = act.create("person", {
            "name": "Sam Lee", "role": "site staff", "days": 31, "starts": 405, "ends": 900, "unlocks": True,
            "locks": True,
        })  # fmt: skip
    with small.desk(write=True) as desk:
        session = stocked(desk)
        both = [small.people[TERRY], second]
        seen = training_booking.preview(desk, session, both)
        assert seen.refused == (
            "Sam Lee and Terry Walsh would all be away on Tuesday 2 February 2027, and no cover is arranged.",
        )
        with pytest.raises(UserError, match="no cover is arranged"):
            training_booking.book(desk, session, both, gap_seen=True)
        training_booking.book(desk, session, [second])
        with pytest.raises(UserError, match="no cover is arranged"):
            training_booking.book(desk, session, [small.people[TERRY]], gap_seen=True)
    with small.act(ActCode.ASK_COVER, FRIDAY) as act:
        act.create("cover", {"helper": "Ann", "first": FIRST, "last": LAST, "state": "agreed"})
    with small.desk(write=True) as desk:
        seen = training_booking.preview(desk, session, [small.people[TERRY]])
        assert (seen.refused, seen.uncovered) == ((), ())
        training_booking.book(desk, session, [small.people[TERRY]])


def test_the_heads_own_booking_needs_no_further_yes_and_only_a_head_can_give_it(small: Small) -> None:
    with small.desk(who=CLARE, write=True) as desk:
        session = stocked(desk)
        training_booking.book(desk, session, [small.people[DAWN]])
        assert [one.released_by for one in places.read(desk).bookings] == [CLARE]
    with small.desk(write=True) as desk:
        (row,), _ = training_booking.book(desk, session, [small.people[CLARE]])
        with pytest.raises(UserError, match="Only the head"):
            training_booking.release(desk, [row], small.people[TERRY])
        training_booking.release(desk, [row])
        assert {one.released_by for one in places.read(desk).bookings} == {CLARE}


def test_somebody_else_can_go_on_the_same_place_and_nobody_goes_twice(small: Small) -> None:
    with small.desk(write=True) as desk:
        session = stocked(desk, 1)
        (row,), _ = training_booking.book(desk, session, [small.people[DAWN]])
        with pytest.raises(UserError, match="named already"):
            training_booking.book(desk, session, [small.people[DAWN]])
        with pytest.raises(UserError, match="No place is free"):
            training_booking.book(desk, session, [small.people[CLARE]])
        training_swap.swap(desk, row, small.people[CLARE])
        (place,) = places.read(desk).stock.places
        assert place.booking is not None
        assert place.booking.person == small.people[CLARE]
        assert places.read(desk).stock.odd == ()


def test_a_place_that_is_offered_is_not_booked_and_seats_are_never_exceeded(small: Small) -> None:
    with small.desk(write=True) as desk:
        session = stocked(desk, 1)
        (offer,), _ = training_moves.offer(desk, IOSH, None)
        with pytest.raises(UserError, match="No place is free"):
            training_booking.book(desk, session, [small.people[DAWN]])
        training_moves.withdraw(desk, offer)
        training_booking.book(desk, session, [small.people[DAWN]])
        with pytest.raises(UserError, match="needs a seat"):
            training_sessions.change(desk, session, {"seats": 0})
        training_sessions.change(desk, session, {"seats": 1})
        training_moves.buy(desk, Purchase(IOSH, 1, session=session))
        with pytest.raises(UserError, match="No seat is left"):
            training_booking.book(desk, session, [small.people[CLARE]])


# --- between registers -----------------------------------------------------------------------------------------------


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with Bench.open(tmp_path, monkeypatch) as opened:
        yield opened


@pytest.fixture
def stores(bench: Bench) -> list[Store]:
    schools = [bench.school(name, f"90000{n}") for n, name in enumerate(("Oakfield", "Hollybank", "St Anne's"))]
    bench.introduce(*schools)
    return schools


def shape(desk: Desk) -> list[Any]:
    """Where every place is as a desk sees it."""
    return [(one.key, one.owner, one.state, one.node) for one in places.read(desk).stock.places]


def test_one_place_offered_twice_goes_to_whom_it_was_offered_first_on_every_desk(
    bench: Bench, stores: list[Store]
) -> None:
    oak, holly, anne = (Desk(store, bench.clock) for store in stores)
    training_moves.buy(oak, Purchase(IOSH, 1, 27_000))
    (first,), _ = training_moves.offer(oak, IOSH, holly.home)
    with pytest.raises(UserError, match="free to offer"):
        training_moves.offer(oak, IOSH, anne.home)
    place = places.read(oak).stock.places[0]
    with oak.act(ActCode.MOVE_PLACE) as act:  # a second computer of the school offered it as well
        second = act.fact("place_move", {
            "lot": place.lot.id, "n": 1, "to_school": anne.home, "said_on": oak.today, "said_by": "Dawn",
        })  # fmt: skip
    bench.exchange(stores[0], stores[1])
    bench.exchange(stores[0], stores[2])
    training_moves.accept(anne, second)
    training_moves.accept(holly, first)
    assert [one[1] for one in shape(anne)] == [anne.home]
    for sender, to in ((1, 2), (2, 1), (2, 0), (1, 0), (2, 0), (0, 1), (0, 2)):
        bench.exchange(stores[sender], stores[to])
    assert shape(oak) == shape(holly) == shape(anne)
    winner = min((first, second))
    assert [one[1] for one in shape(oak)] == [holly.home if winner == first else anne.home]
    assert sorted(places.read(anne).stock.said.values()) == ["gone", "moved"]
    loser, late = (anne, second) if winner == first else (holly, first)
    with pytest.raises(UserError, match="gone already"):
        training_moves.accept(loser, late)
    assert all(places.read(one).stock.total.adds_up for one in (oak, holly, anne))
    assert tables_of(stores[0])
    assert all(is_sound(store) for store in stores)


def test_a_spare_place_offered_to_the_cluster_travels_and_who_wants_it_asks(bench: Bench, stores: list[Store]) -> None:
    oak, holly, _ = (Desk(store, bench.clock) for store in stores)
    training_moves.buy(oak, Purchase(IOSH, 2, 27_000))
    (offer,), _ = training_moves.offer(oak, IOSH, None, Offer(price=5_000))
    bench.exchange(stores[0], stores[1])
    seen = school_detail(places.read(holly), IOSH, holly.home)
    assert [(one.giver, one.move.price) for one in seen.open_to_all] == [("Oakfield", 5_000)]
    with pytest.raises(UserError, match="offers that place to everybody"):
        training_moves.accept(holly, offer)
    training_moves.wish(holly, IOSH)
    bench.exchange(stores[1], stores[0])
    asked = school_detail(places.read(oak), IOSH, oak.home).asked
    assert [(one.name, one.count) for one in asked] == [("Hollybank", 1)]
    training_moves.withdraw(oak, offer)
    (mine,), _ = training_moves.offer(oak, IOSH, holly.home)
    bench.exchange(stores[0], stores[1])
    training_moves.accept(holly, mine)
    bench.exchange(stores[1], stores[0])
    assert shape(oak) == shape(holly)
    assert places.read(oak).stock.tallies[holly.home].spare == 1


def test_a_place_booked_and_given_away_at_once_is_shown_as_odd_by_both(bench: Bench, stores: list[Store]) -> None:
    oak, holly, _ = (Desk(store, bench.clock) for store in stores)
    training_moves.buy(oak, Purchase(IOSH, 1, 27_000))
    (offer,), _ = training_moves.offer(oak, IOSH, holly.home)
    bench.exchange(stores[0], stores[1])
    place = places.read(oak).stock.places[0]
    with oak.act(ActCode.BOOK_PLACE) as act:
        act.create("booking", {"lot": place.lot.id, "n": 1, "state": "booked", "person": b"p" * 16})
    training_moves.accept(holly, offer)
    bench.rounds(stores[0], stores[1])
    for desk in (oak, holly):
        held = places.read(desk)
        assert [one.kind for one in held.stock.odd] == ["moved away"]
        assert held.stock.total.adds_up
    (said,) = school_detail(places.read(oak), IOSH, oak.home).odd
    assert said.endswith("is named on a place that is now Hollybank’s. Name them on another place.")
