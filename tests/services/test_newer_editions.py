"""A newer edition of the catalogue shows what is new and changes nothing that is the school's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain.catalogue import Catalogue
from bursar_desk.domain.errors import UserError
from bursar_desk.services import adopting, applies, catalogue, editions, history
from bursar_desk.services.desk import Desk
from bursar_desk.services.setup import new_register
from db.queries.applies import edition_rows
from db.queries.checks import CheckRow, checks
from db.queries.counts import to_settle
from tests.services.small_school import Small, without_waiting

DAY = dt.date(2026, 11, 20)
SHIPPED = catalogue.load()


def edition(name: str = "2027.1", **changes: dict[str, object]) -> Catalogue:
    """A made-up newer edition: FIRE-05 yearly, FIRE-35 withdrawn, FIRE-90 and POOL-90 new."""
    rows = [
        replace(row, rule="every 1 year", title="Fire alarm, yearly service") if row.code == "FIRE-05" else row
        for row in SHIPPED.rows
        if row.code != "FIRE-35"
    ]
    rows.append(replace(SHIPPED.by_code("FIRE-01"), code="FIRE-90", title="Smoke hood look", spine=None, since=name))
    rows.append(replace(SHIPPED.by_code("POOL-01"), code="POOL-90", title="Pool cover look", since=name))
    return Catalogue(name, SHIPPED.checked, tuple(rows), SHIPPED.features)


NEW = edition()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    without_waiting(monkeypatch)
    file = tmp_path / "a.register"
    made = new_register(
        file, urn=105245, manager="Dawn Hill", practice=True, clock=FixedClock.at(DAY), answers={"pool": False}
    )
    made.store.close()
    with Desk.open(file, clock=FixedClock.at(DAY)) as opened:
        yield opened


def held(desk: Desk) -> dict[str, CheckRow]:
    with desk.store.connect() as con:
        return {one.code: one for one in checks(con, desk.home)}


def edit(desk: Desk, code: str, **values: object) -> None:
    with desk.act(7, subject=code) as act:
        act.set("school_check", held(desk)[code].id, values)


def test_the_edition_a_school_began_with_holds_no_news(desk: Desk) -> None:
    news = editions.compare(desk)
    assert news.rows == ()
    assert news.sentence == "You have looked through edition 2026.1. There is nothing new."


def test_a_newer_edition_tells_what_is_added_changed_and_withdrawn(desk: Desk) -> None:
    news = editions.compare(desk, NEW)
    assert [(one.code, one.applies) for one in news.added] == [("FIRE-90", "yes"), ("POOL-90", "no")]
    (alarm,) = news.changed
    assert [(one.name, one.was, one.now, one.yours) for one in alarm.fields] == [
        ("title", "Fire alarm service", "Fire alarm, yearly service", None),
        ("rule", "every 6 months", "every 1 year", None),
    ]
    assert [one.code for one in news.withdrawn] == ["FIRE-35"]
    assert news.sentence == "Edition 2027.1: 2 checks added, 1 check changed and 1 check withdrawn."


def test_looking_changes_nothing(desk: Desk) -> None:
    before = held(desk)
    editions.compare(desk, NEW)
    assert held(desk) == before


def test_taking_all_brings_it_in_with_one_act_and_undo_takes_it_out(desk: Desk) -> None:
    before = held(desk)
    codes = [one.code for one in editions.compare(desk, NEW).rows]
    changes = editions.take(desk, codes, NEW)
    assert changes.act is not None
    now = held(desk)
    assert (now["FIRE-05"].title, now["FIRE-05"].rule) == ("Fire alarm, yearly service", "every 1 year")
    assert now["FIRE-05"].copied["edition"] == "2027.1"
    assert now["FIRE-90"].applies == "yes"
    assert (now["POOL-90"].applies, now["POOL-90"].why) == ("no", "The site has none of this: swimming pool.")
    assert (now["FIRE-35"].applies, now["FIRE-35"].why) == ("no", "Edition 2027.1 no longer lists this check.")
    assert editions.compare(desk, NEW).rows == ()
    with desk.store.connect() as con:
        (row,) = edition_rows(con, desk.home)
    assert (row.edition, row.said_by, set(row.taken), row.left) == ("2027.1", "Dawn Hill", set(codes), ())
    history.undo(desk, None)
    assert held(desk) == before
    assert len(editions.compare(desk, NEW).rows) == 4
    editions.take(desk, codes, NEW)
    again = held(desk)
    assert {code: one.applies for code, one in again.items()} == {code: one.applies for code, one in now.items()}
    with desk.store.connect() as con:
        assert to_settle(con) == 0, "taken over again after an undo, nothing stands against itself"


def test_a_field_the_school_changed_stays_when_the_rest_is_taken(desk: Desk) -> None:
    edit(desk, "FIRE-05", title="Alarm visit by Chubb")
    (alarm,) = editions.compare(desk, NEW).changed
    assert [one.yours for one in alarm.fields] == ["Alarm visit by Chubb", None]
    editions.take(desk, ["FIRE-05"], NEW)
    now = held(desk)["FIRE-05"]
    assert (now.title, now.rule) == ("Alarm visit by Chubb", "every 1 year")


def test_a_rhythm_the_school_changed_stays_whole(desk: Desk) -> None:
    edit(desk, "FIRE-05", rule="every 3 months", anchor="last done", weekday=None)
    editions.take(desk, ["FIRE-05"], NEW)
    now = held(desk)["FIRE-05"]
    assert (now.title, now.rule) == ("Fire alarm, yearly service", "every 3 months")


def test_what_was_left_is_not_shown_again_and_a_later_edition_starts_from_there(desk: Desk) -> None:
    codes = [one.code for one in editions.compare(desk, NEW).rows]
    editions.leave(desk, codes, NEW)
    now = held(desk)
    assert (now["FIRE-05"].rule, now["FIRE-35"].applies) == ("every 6 months", "yes")
    assert "FIRE-90" not in now
    assert editions.compare(desk, NEW).rows == ()
    assert editions.compare(desk, edition("2027.2")).rows == (), "the same again is no news"
    other = edition("2028.1")
    rows = tuple(replace(row, rule="every 2 years") if row.code == "FIRE-05" else row for row in other.rows)
    news = editions.compare(desk, replace_rows(other, rows))
    assert [(one.code, one.fields[0].yours) for one in news.changed] == [("FIRE-05", "every 6 months")]
    editions.take(desk, ["FIRE-05"], replace_rows(other, rows))
    assert held(desk)["FIRE-05"].rule == "every 6 months", "it was kept against the edition before, so it is their own"


def replace_rows(other: Catalogue, rows: tuple[object, ...]) -> Catalogue:
    return Catalogue(other.edition, other.checked, rows, other.features)  # type: ignore[arg-type]


def test_what_was_switched_off_by_hand_is_not_brought_back(desk: Desk) -> None:
    applies.say(desk, held(desk)["FIRE-05"].id, "no", why="The landlord sees to it.")
    assert editions.compare(desk, NEW).changed == ()
    with desk.act(7, subject="x") as act:
        act.delete("school_check", held(desk)["FIRE-35"].id)
    assert editions.compare(desk, NEW).withdrawn == ()
    assert "FIRE-35" not in {one.code for one in editions.compare(desk).added}


def test_a_check_of_the_bin_is_no_added_one(desk: Desk) -> None:
    editions.take(desk, ["FIRE-90"], NEW)
    with desk.act(7, subject="x") as act:
        act.delete("school_check", held(desk)["FIRE-90"].id)
    assert "FIRE-90" not in {one.code for one in editions.compare(desk, edition("2027.2")).added}


def test_a_code_without_news_is_refused(desk: Desk) -> None:
    for codes in ([], ["FIRE-01"], ["FIRE-90", "XXXX-01"]):
        with pytest.raises(UserError, match="no news"):
            editions.take(desk, codes, NEW)
    assert "FIRE-90" not in held(desk)


def test_checks_of_an_older_register_count_as_copied_from_the_first_edition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    small = Small.found(tmp_path)
    small.add("FIRE-05")
    small.add("FIRE-04", title="Bell test")
    with small.desk(write=True) as desk:
        assert not held(desk)["FIRE-05"].copied
        (alarm,) = editions.compare(desk, NEW).changed
        assert {one.name for one in alarm.fields} == {"title", "rule"}
        editions.take(desk, ["FIRE-05"], NEW)
        now = held(desk)
    assert (now["FIRE-05"].rule, now["FIRE-04"].title) == ("every 1 year", "Bell test")


def test_the_first_edition_is_kept_as_it_was_shipped() -> None:
    kept = adopting.first_edition()
    assert len(kept) == 269
    if SHIPPED.edition == adopting.FIRST_EDITION:
        assert {code: {"edition": "2026.1", **row} for code, row in kept.items()} == {
            row.code: adopting.as_copied(row, "2026.1") for row in SHIPPED.rows
        }


def test_editions_are_ordered_by_number() -> None:
    assert sorted(["2026.10", "2026.9", "2027.1"], key=editions.order) == ["2026.9", "2026.10", "2027.1"]
