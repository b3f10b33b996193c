"""Asked, accepted, confirmed, taken back: two real registers, with files that arrive in any order."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.errors import UserError
from bursar_desk.services import absences, cover, guests, home, merging, sharing
from bursar_desk.services.desk import Desk
from tests.services.commands_kit import run
from tests.services.sample_fixture import NEIGHBOUR, ON, SECONDARY, STORY, copy_of, register_of
from tests.services.small_school import without_waiting

MONDAY = dt.date(2026, 11, 23)
BY = dt.date(2026, 11, 21)
REASON, NOTE = "ZQXREASONMARK", "ZQXNOTEMARK"


@pytest.fixture
def desks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Desk]]:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    without_waiting(monkeypatch)
    made = copy_of(tmp_path)
    found = {urn: Desk.open(register_of(made, urn).path, on=ON) for urn in (STORY, NEIGHBOUR, SECONDARY)}
    yield found
    for desk in found.values():
        desk.close()


def away(desk: Desk, last: dt.date = MONDAY) -> bytes:
    line, _ = absences.add(desk, desk.find_person("Terry Walsh").id, MONDAY, last, reason=REASON, note=NOTE)
    return line.id


def ask(desk: Desk, absence: bytes, name: str = "Sam Adeyemi") -> cover.CoverLine:
    helper = next(one for one in cover.find(desk, absence).can if one.name == name)
    return cover.request(desk, absence, helper, answer_by=BY)[0]


def send(sender: Desk, to: Desk, folder: Path) -> Path:
    path = folder / f"{sender.home.hex()[:6]}-{len(list(folder.glob('*.bursar')))}.bursar"
    sharing.export(sender, path, [to.home])
    return path


def exchange(sender: Desk, to: Desk, folder: Path) -> None:
    (result,) = merging.merge(to, [send(sender, to, folder)]).files
    assert result.accepted, result.refused_because


def later(desk: Desk) -> None:
    """Let the clock go on by the millisecond that tells two answers of one day apart."""
    before = desk.clock.now_ms()
    while desk.clock.now_ms() <= before:
        pass


def test_a_request_is_asked_accepted_and_confirmed_by_files(desks: dict[str, Desk], tmp_path: Path) -> None:
    home, theirs = desks[STORY], desks[SECONDARY]
    asked = ask(home, away(home))
    assert (asked.stage, asked.answer_by) == ("asked", BY)
    exchange(home, theirs, tmp_path)
    (came,) = [one for one in cover.incoming(theirs) if one.id == asked.id]
    assert came.stage == "asked"
    assert came.away_name in ("", "Terry Walsh")
    said, _ = cover.reply(theirs, asked.id, True)
    assert said.stage == "accepted"
    exchange(theirs, home, tmp_path)
    line, _ = cover.confirm(home, asked.id)
    assert (line.stage, line.noted_here) == ("agreed", False)
    assert guests.make_pack(home, asked.id, tmp_path / "pack.bursar").file.exists()


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_whatever_order_the_files_come_in_both_sides_see_the_same(
    order: tuple[int, ...], desks: dict[str, Desk], tmp_path: Path
) -> None:
    """Asked, said yes, taken back, and confirmed before that was known."""
    home, theirs = desks[STORY], desks[SECONDARY]
    asked = ask(home, away(home))
    exchange(home, theirs, tmp_path)
    files = []
    for word in ("yes", "back", "yes"):
        if word == "yes":
            cover.reply(theirs, asked.id, True)
        else:
            cover.take_back(theirs, asked.id, "Our alarm engineer comes that day")
        later(theirs)
        files.append(send(theirs, home, tmp_path))
    for number in order:
        merging.merge(home, [files[number]])
    merging.merge(home, files)  # and all of them once more
    exchange(home, theirs, tmp_path)
    assert {cover.get(desk, asked.id).stage for desk in (home, theirs)} == {"accepted"}, "their last word counts"


def test_a_yes_taken_back_ends_what_was_agreed_and_no_pack_goes_out(desks: dict[str, Desk], tmp_path: Path) -> None:
    home, theirs = desks[STORY], desks[SECONDARY]
    asked = ask(home, away(home))
    cover.confirm(home, asked.id)
    assert cover.get(home, asked.id).noted_here
    exchange(home, theirs, tmp_path)
    cover.reply(theirs, asked.id, True)
    later(theirs)
    cover.take_back(theirs, asked.id, "Our alarm engineer comes that day")
    exchange(theirs, home, tmp_path)
    line = cover.get(home, asked.id)
    assert (line.stage, line.answer_why) == ("taken back", "Our alarm engineer comes that day")
    assert cover.get(theirs, asked.id).stage == "taken back"
    with pytest.raises(UserError):
        guests.make_pack(home, asked.id, tmp_path / "pack.bursar")


def test_a_no_cannot_be_confirmed(desks: dict[str, Desk], tmp_path: Path) -> None:
    home, theirs = desks[STORY], desks[SECONDARY]
    asked = ask(home, away(home))
    exchange(home, theirs, tmp_path)
    cover.reply(theirs, asked.id, False, why="Not that week")
    exchange(theirs, home, tmp_path)
    with pytest.raises(UserError, match="said no"):
        cover.confirm(home, asked.id)
    assert cover.get(home, asked.id).stage == "declined"


def test_home_asks_for_an_answer_until_it_is_given(desks: dict[str, Desk], tmp_path: Path) -> None:
    ours, theirs = desks[STORY], desks[SECONDARY]
    asked = ask(ours, away(ours))
    exchange(ours, theirs, tmp_path)

    def waits() -> int:
        return sum("asks for Sam Adeyemi" in row.title for row in home.view(theirs).needs_you)

    assert waits() == 1
    cover.reply(theirs, asked.id, True)
    assert waits() == 0, "what was answered does not nag, though the other school has not read it yet"


def test_two_asked_for_the_same_days_are_told_and_one_is_cancelled(desks: dict[str, Desk], tmp_path: Path) -> None:
    home, theirs = desks[STORY], desks[SECONDARY]
    absence = away(home)
    first = ask(home, absence)
    second = ask(home, absence, "Callum Marsden")
    assert any("Callum Marsden is asked for the same days" in said for said in cover.get(home, first.id).overlaps)
    exchange(home, theirs, tmp_path)
    cover.reply(theirs, first.id, True)
    exchange(theirs, home, tmp_path)
    assert any("has said yes" in said for said in cover.get(home, second.id).overlaps)
    cover.answer(home, second.id, "cancelled")
    assert cover.get(home, first.id).overlaps == ()
    exchange(home, desks[NEIGHBOUR], tmp_path)
    with pytest.raises(UserError, match="does not need this any more"):
        cover.reply(desks[NEIGHBOUR], second.id, True)


def test_a_school_cannot_answer_its_own_request_or_settle_anothers(desks: dict[str, Desk], tmp_path: Path) -> None:
    home, theirs = desks[STORY], desks[SECONDARY]
    asked = ask(home, away(home))
    with pytest.raises(UserError):
        cover.reply(home, asked.id, True)
    exchange(home, theirs, tmp_path)
    with pytest.raises(UserError, match="asked for this cover"):
        cover.answer(theirs, asked.id, "agreed")


def test_an_offer_travels_and_is_taken_back(desks: dict[str, Desk], tmp_path: Path) -> None:
    home, theirs = desks[STORY], desks[SECONDARY]
    sam = theirs.find_person("Sam Adeyemi").id
    offer, _ = cover.add_offer(theirs, sam, MONDAY, MONDAY + dt.timedelta(days=4), 0b11111, 600, 720)
    exchange(theirs, home, tmp_path)
    assert offer.id in {one.id for one in cover.offers(home, MONDAY, MONDAY)}
    cover.withdraw_offer(theirs, offer.id)
    exchange(theirs, home, tmp_path)
    assert offer.id not in {one.id for one in cover.offers(home, MONDAY, MONDAY)}


def test_why_somebody_is_away_is_nowhere_but_in_their_own_register(desks: dict[str, Desk], tmp_path: Path) -> None:
    """Searched as bytes: answers of every command, files, packs, lists of the other school, files beside them."""
    home, theirs = desks[STORY], desks[SECONDARY]
    absence = away(home, MONDAY + dt.timedelta(days=1))
    assert (absences.reason(home, absence), absences.note(home, absence)) == (REASON, NOTE)
    asked = ask(home, absence)
    cover.confirm(home, asked.id)
    out = tmp_path / "out"
    out.mkdir()
    guests.make_pack(home, asked.id, out / "pack.bursar")
    sharing.export(home, out / "all.bursar", [theirs.home], everything=True)
    merging.merge(theirs, [out / "all.bursar"])
    home.close()
    theirs.close()
    mine, other = (desk.store.path for desk in (home, theirs))
    seen = ""
    for words in (
        ("absence", "list"), ("cover", "list"), ("cover", "gaps", "Terry Walsh"), ("cover", "find", "Terry Walsh"),
        ("cover", "board", "--week", MONDAY.isoformat()), ("cover", "strip"), ("cover", "offer", "list"),
        ("people", "list"), ("cover", "ledger"), ("history",), ("week",),
    ):  # fmt: skip
        for as_json in (True, False):
            ran = run(*words, register=mine, as_json=as_json)
            seen += f"{ran.facts}{ran.out}{ran.err}"
    for name in ("governors", "cover", "training", "people"):
        ran = run("report", name, "--out", out / f"{name}.pdf", register=mine)
        ran_sheet = run("report", name, "--out", out / f"{name}.xlsx", register=mine)
        seen += f"{ran.out}{ran.err}{ran_sheet.out}"
    for marker in (REASON, NOTE):
        assert marker not in seen
        beside = [path for path in (*out.rglob("*"), *other.parent.rglob("*")) if path.is_file()]
        foreign = [path for path in beside if mine.stem not in path.name]
        assert [path.name for path in foreign if marker.encode() in path.read_bytes()] == []
    assert REASON.encode() in mine.read_bytes(), "it is kept where it belongs"
