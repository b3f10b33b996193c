"""Finding cover in a real register: nobody asked twice, part of it when somebody is free for part, every limit said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.services import absences, cover, cover_board, merging, people, settings, sharing
from bursar_desk.services.cover_find import POLICY
from bursar_desk.services.desk import Desk
from db.queries.people import PersonRow
from tests.services.sample_fixture import ON, SECONDARY, STORY, THIRD, copy_of, register_of
from tests.services.small_school import without_waiting

MONDAY = dt.date(2026, 11, 23)
TUESDAY = MONDAY + dt.timedelta(days=1)
TERRY, SAM, CALLUM = "Terry Walsh", "Sam Adeyemi", "Callum Marsden"


@pytest.fixture
def story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    without_waiting(monkeypatch)
    with Desk.open(register_of(copy_of(tmp_path), STORY).path, clock=FixedClock.at(ON)) as opened:
        yield opened


@pytest.fixture
def away(story: Desk) -> bytes:
    return absences.add(story, story.find_person(TERRY).id, MONDAY, MONDAY)[0].id


def helper(desk: Desk, absence: bytes, name: str) -> cover.Helper:
    found = cover.find(desk, absence)
    return next(one for one in (*found.can, *found.cannot) if one.name == name)


def monday(desk: Desk) -> cover_board.BoardCell:
    return cover_board.week_board(desk, MONDAY)[0].cells[0]


def busy_at_lock_up(desk: Desk, folder: Path, name: str, *answers: str) -> None:
    """A third school has asked for somebody on Monday evening, and itself wrote answers that are not its to give."""
    one = cover_helper(desk, name)
    with Desk.open(folder / "registers" / f"{THIRD}.register", clock=FixedClock.at(ON)) as third:
        with third.act(ActCode.ASK_COVER, subject=name) as act:
            row = act.create("cover", {
                "helper_school": one.school, "helper": name, "helper_person": one.id, "first": MONDAY, "last": MONDAY,
                "starts": 1050, "ends": 1170, "state": "asked",
            })  # fmt: skip
            for answer in answers:
                act.fact("answer", {"about_table": "cover", "about": row, "about_school": third.home,
                                    "answer": answer, "said_on": ON, "said_by": "Dawn Hill"})  # fmt: skip
        take_in(third, desk, folder)


def take_in(sender: Desk, to: Desk, folder: Path) -> None:
    file = folder / f"{len(list(folder.glob('*.bursar')))}.bursar"
    sharing.export(sender, file, [to.home])
    (result,) = merging.merge(to, [file]).files
    assert result.accepted, result.refused_because


def cover_helper(desk: Desk, name: str) -> PersonRow:
    return next(one for one in people.listing(desk, school=desk.find_school(SECONDARY)) if one.name == name)


def test_the_nearest_who_can_do_as_much_is_named_first(story: Desk, away: bytes) -> None:
    can = [one for one in cover.find(story, away).can if not one.fit.warnings]
    assert [one.name for one in can[:2]] == [SAM, CALLUM]
    assert (can[0].km or 0) < (can[1].km or 0)


def test_whoever_is_asked_is_free_for_what_they_are_asked_for(story: Desk, away: bytes) -> None:
    asked, _ = cover.request(story, away, helper(story, away, SAM))
    sam = helper(story, away, SAM)
    assert (sam.can, sam.asked) == (True, "asked")
    assert sam.sentence.startswith("Asked, waiting for an answer. Free then")
    cover.confirm(story, asked.id)
    assert helper(story, away, SAM).asked == "agreed"
    assert helper(story, away, CALLUM).asked == ""


def test_hours_apart_are_asked_for_apart(story: Desk, away: bytes) -> None:
    """The day between unlocking and locking up is neither asked for nor counted."""
    asked, _ = cover.request(story, away, helper(story, away, SAM))
    assert asked.spells == ((405, 465), (1080, 1125))
    assert asked.hours_words == "06:45 to 07:45 and 18:00 to 18:45"
    assert monday(story).words == "at 06:45 and 18:00"


def test_nobody_is_asked_twice_for_the_same(story: Desk, away: bytes) -> None:
    asked, _ = cover.request(story, away, helper(story, away, SAM))
    with pytest.raises(UserError, match="Sam Adeyemi: Asked, waiting for an answer"):
        cover.request(story, away, helper(story, away, SAM))
    cover.answer(story, asked.id, "cancelled")
    again, _ = cover.request(story, away, helper(story, away, SAM))
    assert again.stage == "asked"


def test_somebody_free_for_a_part_is_asked_for_that_part_and_the_rest_stays_a_gap(
    story: Desk, away: bytes, tmp_path: Path
) -> None:  # fmt: skip
    busy_at_lock_up(story, tmp_path, SAM)
    sam = helper(story, away, SAM)
    assert "Free for 1 of 2 times" in sam.sentence
    assert "Not for lock up on Mon 23 Nov: Covers elsewhere then." in sam.sentence
    asked, _ = cover.request(story, away, sam)
    assert (asked.duties, asked.starts, asked.ends) == ("Unlock Mon 23 Nov", 405, 465)
    cover.confirm(story, asked.id)
    cell = monday(story)
    assert (cell.state, cell.title) == ("gap", "Nobody locks up")
    rest, _ = cover.request(story, away, helper(story, away, CALLUM))
    assert rest.duties == "Lock up Mon 23 Nov"
    assert cover.get(story, asked.id).overlaps == (), "they share it, they do not do the same"
    assert cover.get(story, rest.id).overlaps == ()
    cover.confirm(story, rest.id)
    assert monday(story).state == "agreed"


def test_cover_of_checks_alone_hides_no_gap_at_the_door(story: Desk, away: bytes) -> None:
    """Somebody who comes for an office colleague's checks does not unlock for the caretaker."""
    other = absences.add(story, story.find_person("Maria Fenton").id, MONDAY, MONDAY)[0].id
    callum = helper(story, other, CALLUM)
    assert cover.gaps(story, other).duties == (), "she neither unlocks nor locks up"
    asked, _ = cover.request(story, other, callum)
    cover.confirm(story, asked.id)
    assert (monday(story).state, monday(story).title) == ("gap", "Nobody unlocks")


def test_a_no_of_a_school_that_was_not_asked_frees_nobody(story: Desk, away: bytes, tmp_path: Path) -> None:
    busy_at_lock_up(story, tmp_path, SAM, "no")
    assert "Covers elsewhere then." in helper(story, away, SAM).sentence


def test_a_briefing_that_ran_out_warns_or_bars_by_the_policy(story: Desk) -> None:
    after = dt.date(2027, 6, 14)  # the sample briefed Sam on 6 June 2026
    absence = absences.add(story, story.find_person(TERRY).id, after, after)[0].id
    said = "Site briefing ran out on 6 June 2027: brief again."
    warned = helper(story, absence, SAM).fit
    assert said in warned.warnings
    settings.choose(story, POLICY, {"briefing": "must"}, subject="cover policy")
    assert said in helper(story, absence, SAM).fit.reasons


def test_young_people_and_full_weeks_are_told_apart(story: Desk, away: bytes, tmp_path: Path) -> None:
    theirs = Desk.open(tmp_path / "registers" / f"{SECONDARY}.register", clock=FixedClock.at(ON))
    with theirs:
        sam = theirs.find_person(SAM).id
        for values, said in (
            ({"young": True}, "Is under 18 and would work more than 8 hours a day or 40 a week."),
            ({"young": False, "elsewhere": 1200}, "Would work more than 48 hours a week on average, all jobs counted."),
            ({"elsewhere": 1200, "opt_out": True}, ""),
        ):  # fmt: skip
            people.change(theirs, sam, values)
            take_in(theirs, story, tmp_path)
            found = helper(story, away, SAM)
            assert found.can is (not said)
            if said:
                assert said in found.fit.reasons
