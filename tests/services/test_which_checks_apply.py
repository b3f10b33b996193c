"""Answers about the site decide which checks a school has; a person's own word about one check stands above them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain.errors import UserError
from bursar_desk.services import applies, catalogue, directory, history
from bursar_desk.services import bin as kept
from bursar_desk.services.applies_table import table, table_of_school
from bursar_desk.services.desk import Desk
from bursar_desk.services.setup import new_register
from db.queries import checks as ask
from db.queries.counts import to_settle
from tests.services.small_school import Small, without_waiting

DAY = dt.date(2026, 11, 20)
YEAR_ON = dt.date(2027, 11, 20)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    without_waiting(monkeypatch)
    file = tmp_path / "a.register"
    new_register(file, urn=105245, manager="Dawn Hill", practice=True, clock=FixedClock.at(DAY)).store.close()
    with Desk.open(file, clock=FixedClock.at(DAY)) as opened:
        yield opened


def held(desk: Desk) -> dict[str, ask.CheckRow]:
    with desk.store.connect() as con:
        return {one.code: one for one in ask.checks(con, desk.home)}


def later(desk: Desk, tmp_path: Path, day: dt.date) -> Desk:
    return Desk.open(desk.store.path, on=day, read_only=True)


# --- answering -------------------------------------------------------------------------------------------------------


def test_a_yes_adds_what_hangs_on_it_in_one_act_and_undo_takes_it_out_again(desk: Desk) -> None:
    before = held(desk)
    assert "TRAN-03" not in before, "nobody was asked about a minibus"
    changes = applies.answer(desk, {"minibus": True})
    after = held(desk)
    new = set(after) - set(before)
    assert new == {row.code for row in catalogue.load().rows if "minibus" in row.features}
    assert {one.applies for code, one in after.items() if code in new} == {"yes"}
    assert after["TRAN-03"].owner is not None
    assert after["TRAN-03"].copied["edition"] == catalogue.load().edition
    assert changes.touches("feature", "school_check")
    history.undo(desk, None)
    assert held(desk) == before
    applies.answer(desk, {"minibus": True})
    assert {code for code, one in held(desk).items() if one.applies == "yes"} >= new, "it can be said again"
    with desk.store.connect() as con:
        assert to_settle(con) == 0


def test_a_no_turns_rows_grey_with_who_why_and_a_day_a_year_on_and_keeps_all_else(desk: Desk) -> None:
    before = held(desk)["LIFT-01"]
    assert before.applies == "yes"
    applies.answer(desk, {"lift": False}, why="The lift was taken out.")
    after = held(desk)["LIFT-01"]
    assert (after.applies, after.said_by, after.review_on) == ("no", "Dawn Hill", YEAR_ON)
    assert after.why == "The site has none of this: lift that carries people. The lift was taken out."
    assert (after.owner, after.rule, after.copied) == (before.owner, before.rule, before.copied)
    applies.answer(desk, {"lift": True})
    back = held(desk)["LIFT-01"]
    assert (back.applies, back.why, back.said_by, back.review_on) == ("yes", "", "", None)


def test_what_depends_on_a_thing_goes_with_it(desk: Desk) -> None:
    applies.answer(desk, {"air_conditioning": False})
    found = {one.code: one for one in applies.questions(desk)}
    assert (found["large_cooling"].answer, found["large_cooling"].follows) == ("no", True)
    lines = {one.code: one for one in table(desk).lines}
    assert lines["VENT-07"].applies == "no"
    applies.answer(desk, {"large_cooling": True})
    assert held(desk)["VENT-07"].applies == "yes", "a person's own answer counts more than what follows"


def test_a_check_switched_off_by_hand_stays_off_whatever_is_answered(desk: Desk) -> None:
    lift = held(desk)["LIFT-08"].id
    applies.say(desk, lift, "no", why="The maker’s contract covers it.")
    applies.answer(desk, {"lift": False})
    applies.answer(desk, {"lift": True})
    one = held(desk)["LIFT-08"]
    assert (one.applies, one.why) == ("no", "The maker’s contract covers it.")
    assert held(desk)["LIFT-01"].applies == "yes"


def test_a_check_ruled_in_by_hand_stays_in(desk: Desk) -> None:
    applies.say(desk, held(desk)["LIFT-01"].id, "yes", why="The lift in the annexe counts.")
    applies.answer(desk, {"lift": False})
    assert held(desk)["LIFT-01"].applies == "yes"
    assert held(desk)["LIFT-08"].applies == "no"


def test_what_lies_in_the_bin_does_not_come_back(desk: Desk) -> None:
    row = held(desk)["GRND-01"].id
    with desk.act(7, subject="Tree survey") as act:
        act.delete("school_check", row)
    applies.answer(desk, {"trees": True})
    assert "GRND-01" not in held(desk)
    assert [one.row for one in kept.listing(desk)] == [row]


def test_local_edits_are_not_touched_by_answers(desk: Desk) -> None:
    row = held(desk)["PLAY-03"].id
    with desk.act(7, subject="x") as act:
        act.set("school_check", row, {"title": "Climbing frame, weekly look", "weekday": 2, "rule": "every 1 week",
                                      "anchor": "last done"})  # fmt: skip
    applies.answer(desk, {"outdoor_play": False})
    applies.answer(desk, {"outdoor_play": True})
    one = held(desk)["PLAY-03"]
    assert (one.title, one.weekday, one.applies) == ("Climbing frame, weekly look", 2, "yes")


def test_the_same_answer_again_is_no_act_but_confirming_what_was_taken_for_granted_is(desk: Desk) -> None:
    taken = {one.code: one for one in applies.questions(desk)}["fire_alarm"]
    assert (taken.answer, taken.taken, taken.said_by) == ("yes", True, "")
    assert applies.answer(desk, {"fire_alarm": True}).act is not None
    confirmed = {one.code: one for one in applies.questions(desk)}["fire_alarm"]
    assert (confirmed.taken, confirmed.said_by, confirmed.said_on) == (False, "Dawn Hill", DAY)
    assert applies.answer(desk, {"fire_alarm": True}).act is None


def test_not_sure_is_kept_and_rules_nothing_out(desk: Desk) -> None:
    applies.answer(desk, {"lift": None})
    assert held(desk)["LIFT-01"].applies == "ask"


@pytest.mark.parametrize("said", [{}, {"helicopter": True}])
def test_an_answer_to_no_question_is_refused(desk: Desk, said: Any) -> None:
    with pytest.raises(UserError, match="no question"):
        applies.answer(desk, said)


# --- one check -------------------------------------------------------------------------------------------------------


def test_ruling_a_check_out_needs_a_reason_and_a_day_to_come(desk: Desk) -> None:
    one = held(desk)["FIRE-18"].id
    with pytest.raises(UserError, match="why"):
        applies.say(desk, one, "no", why="  ")
    with pytest.raises(UserError, match="passed"):
        applies.say(desk, one, "no", why="None here.", review_on=DAY)
    applies.say(desk, one, "no", why="No doors are held open.", review_on=dt.date(2027, 3, 1))
    row = held(desk)["FIRE-18"]
    assert (row.applies, row.why, row.said_by, row.review_on) == (
        "no", "No doors are held open.", "Dawn Hill", dt.date(2027, 3, 1),
    )  # fmt: skip
    applies.say(desk, one, "yes")
    assert held(desk)["FIRE-18"].review_on is None


def test_checks_switched_off_are_listed_with_who_and_why_and_come_up_again_on_their_day(desk: Desk) -> None:
    applies.say(desk, held(desk)["FIRE-18"].id, "no", why="No doors are held open.", review_on=dt.date(2027, 3, 1))
    applies.answer(desk, {"lift": False}, review_on=dt.date(2027, 6, 1))
    off = {one.code: one for one in applies.switched_off(desk)}
    assert (off["FIRE-18"].said_by, off["FIRE-18"].by_answer) == ("Dawn Hill", False)
    assert off["LIFT-01"].by_answer
    assert applies.to_review(desk) == ()
    with Desk.open(desk.store.path, on=dt.date(2027, 3, 1), read_only=True) as then:
        assert [one.title for one in applies.to_review(then)] == ["Fire door holders, weekly release test"]
    with Desk.open(desk.store.path, on=dt.date(2027, 6, 1), read_only=True) as then:
        assert [one.feature for one in applies.to_review(then)] == ["", "lift"], (
            "one line for all that hangs on the lift"
        )


def test_a_check_of_nobody_here_cannot_be_ruled_out(desk: Desk) -> None:
    with pytest.raises(UserError, match="not one of this school"):
        applies.say(desk, b"x" * 16, "no", why="Why not.")


# --- the whole catalogue ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("urn", "yes", "no", "waiting", "required"),
    [(105245, 160, 0, 109, 113), (105262, 193, 3, 73, 137), (105283, 137, 0, 132, 98)],
)
def test_rows_that_apply_to_three_real_schools_and_why(
    urn: int, yes: int, no: int, waiting: int, required: int, capsys: pytest.CaptureFixture[str]
) -> None:
    row = directory.find(urn)
    assert row is not None
    found = table_of_school(row)
    with capsys.disabled():
        print(f"\n{row.name} ({urn}): {yes} apply, {no} do not, {waiting} wait; {required} of the {yes} are required")
        for why, count in found.by_reason[:6]:
            print(f"  {count:3} {why}")
    assert (found.count("yes"), found.count("no"), found.count("ask"), found.required) == (yes, no, waiting, required)
    assert yes + no + waiting == 269
    assert all(one.why.endswith((".", "?")) for one in found.lines)
    assert sum(count for _why, count in found.by_reason) == yes


def test_a_register_set_up_agrees_with_its_table(desk: Desk) -> None:
    found = table(desk)
    assert {one.code for one in found.lines if one.applies == "yes"} == {
        code for code, one in held(desk).items() if one.applies == "yes"
    }
    assert all(one.held in ("", one.applies) for one in found.lines)


def test_about_twenty_questions_come_before_the_list_of_whatever_else_there_may_be(desk: Desk) -> None:
    pages = [one.page for one in applies.questions(desk)]
    assert pages == sorted(pages)
    assert 18 <= sum(page < 3 for page in pages) <= 24


def test_a_check_of_the_schools_own_can_be_ruled_out_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    small = Small.found(tmp_path)
    small.add("FIRE-04")
    with small.desk(write=True) as desk:
        applies.say(desk, small.checks["FIRE-04"], "no", why="The landlord tests it.")
        assert [one.code for one in applies.switched_off(desk)] == ["FIRE-04"]
