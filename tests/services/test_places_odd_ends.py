"""What goes wrong with training places: two offers of one place, a purchase undone, a session off, people leaving."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.services import history, training_booking, training_moves, training_sessions
from bursar_desk.services import training_places as places
from bursar_desk.services.desk import Desk
from bursar_desk.services.training_booking import Result
from bursar_desk.services.training_moves import Offer, Purchase
from bursar_desk.services.training_school import school_detail, unnamed, unnamed_words
from bursar_desk.services.training_sessions import NewSession
from db.store import Store
from tests.services.small_school import CLARE, DAWN, Small, without_waiting
from tests.storage.workbench import Bench

IOSH = "IOSH Managing Safely"
FIRST, LAST = dt.date(2027, 2, 2), dt.date(2027, 2, 4)
LATER = dt.date(2027, 3, 9)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    return Small.found(tmp_path)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with Bench.open(tmp_path, monkeypatch) as opened:
        yield opened


@pytest.fixture
def stores(bench: Bench) -> list[Store]:
    schools = [bench.school(name, f"90000{n}") for n, name in enumerate(("Oakfield", "Hollybank", "St Anne's"))]
    bench.introduce(*schools)
    return schools


def two_sessions(desk: Desk) -> tuple[bytes, bytes]:
    first, _ = training_sessions.add(desk, NewSession(IOSH, FIRST, LAST, seats=8, name_by=dt.date(2027, 1, 15)))
    later, _ = training_sessions.add(desk, NewSession(IOSH, LATER, LATER, seats=8, name_by=dt.date(2027, 3, 1)))
    return first, later


def test_the_school_that_said_yes_second_to_one_place_is_told_and_clears_it(bench: Bench, stores: list[Store]) -> None:
    oak, holly, anne = (Desk(store, bench.clock) for store in stores)
    training_moves.buy(oak, Purchase(IOSH, 1, 27_000))
    place = places.read(oak).stock.places[0]
    made = {}
    for school in (holly, anne):  # two computers of one school, neither knowing of the other
        with oak.act(ActCode.MOVE_PLACE) as act:
            made[school.home] = act.fact("place_move", {
                "lot": place.lot.id, "n": 1, "to_school": school.home, "said_on": oak.today, "said_by": "Dawn",
            })  # fmt: skip
    for n, desk in ((1, holly), (2, anne)):
        bench.exchange(stores[0], stores[n])
        training_moves.accept(desk, made[desk.home])
    for sender, to in ((1, 2), (2, 1), (1, 0), (2, 0)):
        bench.exchange(stores[sender], stores[to])
    winner, loser = (holly, anne) if made[holly.home] < made[anne.home] else (anne, holly)
    (said,) = school_detail(places.read(loser), IOSH, loser.home).lost
    assert (said.giver, said.to) == ("Oakfield", places.read(loser).school(winner.home))
    assert school_detail(places.read(winner), IOSH, winner.home).lost == ()
    bench.clock.move_on(60_000)  # of two words on one day the later counts, and nobody says both in one millisecond
    training_moves.decline(loser, made[loser.home])
    assert school_detail(places.read(loser), IOSH, loser.home).lost == ()
    assert places.read(loser).stock.tallies[winner.home].spare == 1


def test_a_place_offered_to_the_cluster_goes_to_who_asked_and_closes_what_they_asked(
    bench: Bench, stores: list[Store]
) -> None:
    oak, holly, anne = (Desk(store, bench.clock) for store in stores)
    training_moves.buy(oak, Purchase(IOSH, 1, 27_000))
    (to_all,), _ = training_moves.offer(oak, IOSH, None, Offer(price=5_000))
    bench.exchange(stores[0], stores[1])
    training_moves.wish(holly, IOSH)
    bench.exchange(stores[1], stores[0])
    (mine,), _ = training_moves.offer(oak, IOSH, holly.home, Offer(price=5_000))
    assert [one.id for one in places.read(oak).moves] == [mine]
    with pytest.raises(UserError, match="free to offer"):
        training_moves.offer(oak, IOSH, anne.home)
    bench.exchange(stores[0], stores[1])
    assert school_detail(places.read(holly), IOSH, holly.home).open_to_all == ()
    training_moves.accept(holly, mine)
    bench.exchange(stores[1], stores[0])
    assert places.waiting(places.read(oak)) == ()
    assert places.read(oak).stock.tallies[holly.home].spare == 1
    assert to_all not in places.read(oak).stock.said


def test_a_purchase_undone_after_a_booking_says_so_and_the_person_can_be_taken_off(small: Small) -> None:
    with small.desk(write=True) as desk:
        first, _ = two_sessions(desk)
        bought = training_moves.buy(desk, Purchase(IOSH, 2, 27_000))
        (row,), _ = training_booking.book(desk, first, [small.people[DAWN]])
        place = places.read(desk).stock.places[0]
        with desk.act(ActCode.BUY_PLACES) as act:
            act.set_aside("place_lot", place.lot.id)
        assert bought.tables
        held = places.read(desk)
        seen = school_detail(held, IOSH, desk.home)
        assert (held.stock.total.owned, held.stock.total.adds_up) == (0, True)
        (said,) = seen.odd
        assert "its purchase was taken back, or has not come yet" in said
        (named,) = seen.named
        assert (named.words, named.needs_head) == ("2 to 4 Feb 2027. Has no place", False)
        training_booking.cancel(desk, row)
        assert school_detail(places.read(desk), IOSH, desk.home).odd == ()


def test_a_session_people_passed_on_is_not_cancelled_and_keeps_its_column_if_another_desk_did(small: Small) -> None:
    with small.desk(write=True) as desk:
        first, _ = two_sessions(desk)
        training_moves.buy(desk, Purchase(IOSH, 2, 27_000))
        (row,), _ = training_booking.book(desk, first, [small.people[DAWN]])
    small.today = dt.date(2027, 2, 8)
    with small.desk(small.today, write=True) as desk:
        training_booking.passed(desk, row, Result(LAST))
        with pytest.raises(UserError, match="People have been on this session"):
            training_sessions.cancel(desk, first)
        with desk.act(ActCode.CHANGE_SESSION) as act:
            act.set("session", first, {"state": "cancelled"})
        view = places.course_view(places.read(desk), IOSH)
        shown = {one.row.id for one in view.sessions}
        for line in (*view.rows, view.total):
            assert set(line.cells) <= shown
            seen = sum(sum(one.values()) for one in (*line.cells.values(), line.left))
            assert seen == line.tally.owned
        assert view.total.tally.passed == 1


def test_cancelling_a_session_says_how_many_places_are_spare_again(small: Small) -> None:
    with small.desk(write=True) as desk:
        first, _ = two_sessions(desk)
        training_moves.buy(desk, Purchase(IOSH, 2, 27_000, session=first))
        training_booking.book(desk, first, [small.people[DAWN]])
        said, _ = training_sessions.cancel(desk, first)
        assert said == "The session of 2 to 4 Feb 2027 is cancelled. 1 place is spare again; tell that person."
        assert training_sessions.cancel(desk, first)[1].tables == frozenset()
        assert places.read(desk).stock.total.spare == 2
    with small.desk(dt.date(2027, 2, 20)) as desk:  # its day passed, but the session never was
        assert places.read(desk).stock.total.spare == 2


def test_a_place_bought_for_one_session_is_used_on_no_other_and_moves_with_it(small: Small) -> None:
    with small.desk(write=True) as desk:
        first, later = two_sessions(desk)
        training_moves.buy(desk, Purchase(IOSH, 1, 27_000, session=first))
        with pytest.raises(UserError, match="No place is free at this school for this session"):
            training_booking.book(desk, later, [small.people[DAWN]])
        due = school_detail(places.read(desk), IOSH, desk.home).deadline
        assert due is not None
        assert (due.people, due.by, due.pence) == (1, dt.date(2027, 1, 15), 27_000)
        training_sessions.change(desk, first, {"first": LATER, "last": LATER, "name_by": LATER})
    with small.desk(dt.date(2027, 2, 20)) as desk:
        assert places.read(desk).stock.total.spare == 1
    with small.desk(dt.date(2027, 3, 10)) as desk:
        assert places.read(desk).stock.total.lapsed == 1


def test_only_the_places_that_are_lost_first_are_in_the_deadline(small: Small) -> None:
    with small.desk(write=True) as desk:
        two_sessions(desk)
        training_moves.buy(desk, Purchase(IOSH, 1, 27_000, lapses_on=LAST))
        training_moves.buy(desk, Purchase(IOSH, 2, 25_000))
        held = places.read(desk)
        ((line, due),) = unnamed(held, IOSH)
        assert (line.school, due.people, due.by, due.pence) == (desk.home, 1, dt.date(2027, 1, 15), 27_000)
        assert unnamed_words(held, IOSH).endswith("The first must by Friday 15 January 2027.")
        assert unnamed_words(held, "Fire marshal") == ""


def test_somebody_named_who_leaves_before_the_course_is_shown_to_be_put_right(small: Small) -> None:
    with small.desk(write=True) as desk:
        first, _ = two_sessions(desk)
        training_moves.buy(desk, Purchase(IOSH, 2, 27_000))
        training_booking.book(desk, first, [small.people[DAWN], small.people[CLARE]])
        with desk.act(ActCode.CHANGE_PERSON) as act:
            act.set("person", small.people[DAWN], {"left_on": dt.date(2026, 12, 18)})
        (said,) = school_detail(places.read(desk), IOSH, desk.home).odd
        assert said.startswith("Dawn Hill of ")
        assert said.endswith("leaves on Friday 18 December 2026. Let somebody else go, or take them off.")


def test_a_place_that_lapsed_or_is_used_is_taken_over_no_more(bench: Bench, stores: list[Store]) -> None:
    oak, holly, _ = (Desk(store, bench.clock) for store in stores)
    training_moves.buy(oak, Purchase(IOSH, 1, 27_000, lapses_on=oak.today - dt.timedelta(days=1)))
    place = places.read(oak).stock.places[0]
    with oak.act(ActCode.MOVE_PLACE) as act:
        offer = act.fact("place_move", {
            "lot": place.lot.id, "n": 1, "to_school": holly.home, "said_on": oak.today, "said_by": "Dawn",
        })  # fmt: skip
    bench.exchange(stores[0], stores[1])
    assert school_detail(places.read(holly), IOSH, holly.home).offered_to_us == ()
    with pytest.raises(UserError, match="That place has lapsed"):
        training_moves.accept(holly, offer)


def test_who_has_no_free_place_because_it_is_offered_is_told_so(small: Small) -> None:
    with small.desk(write=True) as desk:
        first, _ = two_sessions(desk)
        training_moves.buy(desk, Purchase(IOSH, 1, 27_000))
        training_moves.offer(desk, IOSH, None)
        with pytest.raises(UserError, match="Take an offer back first: 1 offered to others"):
            training_booking.book(desk, first, [small.people[DAWN]])


def test_a_purchase_taken_back_at_once_leaves_nothing(small: Small) -> None:
    with small.desk(write=True) as desk:
        training_moves.buy(desk, Purchase("IOSH", 2, 27_000))
        assert places.read(desk).courses == (IOSH,)
        history.undo(desk)
        assert places.read(desk).stock.total.owned == 0
