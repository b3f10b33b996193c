"""A school's computers without an IT department: a new one let in, one lost, one handed back, a cover ended early."""

from __future__ import annotations

from pathlib import Path

import pytest

from bursar_desk.domain.errors import Refused, UserError
from bursar_desk.services import computers, meeting
from bursar_desk.services.key_notices import key_notices
from db.statements import Computer, TrustBook, stored
from tests.services.computers_kit import HOLLY, HUB, OAK, Town


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    return Town.built(tmp_path, monkeypatch)


def ask(town: Town, label: str = "OFFICE-2") -> tuple[Path, Path, str]:
    """A new computer asks Hollybank: its register, its request, its words."""
    card, request = town.folder / "card.bursar", town.folder / f"{label}.bursar"
    path = town.folder / label / "desk.register"
    path.parent.mkdir()
    with town.desk(HOLLY) as desk:
        ours = meeting.write_card(desk, card).words
    asked = computers.ask_to_join(path, card, label, request, town.clock)
    asked.store.close()
    assert (asked.school_name, asked.school_words) == (HOLLY, ours)
    return path, request, asked.words


def joined(town: Town, label: str = "OFFICE-2") -> Path:
    """A second computer of Hollybank, let in and welcomed."""
    path, request, said = ask(town, label)
    welcome = town.folder / f"welcome {label}.bursar"
    with town.desk(HOLLY) as desk:
        computers.let_in(desk, request, said, welcome)
    assert town.merge(path, welcome).accepted
    return path


def states(town: Town, at: str | Path, school: str = HOLLY) -> dict[str, str]:
    with town.desk(at) as desk:
        return {one.label: one.state for one in computers.listing(desk) if one.school_name == school}


# ---------------------------------------------------------------- new
def test_a_new_computer_is_let_in_with_words_and_one_file(town: Town) -> None:
    town.note(HOLLY, "Gate")
    path, request, said = ask(town)
    assert states(town, path) == {"OFFICE-1": "in use", "OFFICE-2": "waiting"}
    with pytest.raises(UserError, match="has not been let in yet"):
        town.note(path, "Too early")
    with town.desk(HOLLY) as desk:
        shown = computers.read_request(desk, request)
        assert (shown.label, shown.words, shown.known) == ("OFFICE-2", said, False)
        with pytest.raises(Refused, match="not the words"):
            computers.let_in(desk, request, "acorn bridge candle dolphin easel", town.folder / "no.bursar")
        assert not (town.folder / "no.bursar").exists()
        assert len(desk.trust.computers[desk.home]) == 1
        sent = computers.let_in(desk, request, said.upper(), town.folder / "welcome.bursar")
        assert computers.read_request(desk, request).known
        assert sent.entries > 0
        computers.let_in(desk, request, said, town.folder / "again.bursar")
        assert len(desk.trust.computers[desk.home]) == 2, "twice is once"
    assert town.merge(path, town.folder / "welcome.bursar").accepted
    assert states(town, path) == {"OFFICE-1": "in use", "OFFICE-2": "this one"}
    town.note(path, "Boiler")
    assert town.merge(HOLLY, town.send(path, [HOLLY])).accepted
    assert town.titles(HOLLY) == town.titles(path) == ["Boiler", "Gate"]
    assert town.merge(HUB, town.send(path, [HUB])).accepted
    assert town.titles(HUB) == ["Boiler", "Gate"]
    with town.desk(HUB) as desk:
        line = next(one for one in computers.listing(desk) if one.label == "OFFICE-2")
    assert (line.letter, line.entries, line.epochs, line.forks, line.sentence) == ("B", 1, 1, 0, "")


def test_a_request_is_for_one_school_and_is_no_card(town: Town) -> None:
    _, request, said = ask(town)
    with town.desk(OAK) as desk:
        with pytest.raises(Refused, match="asks another school"):
            computers.let_in(desk, request, said, town.folder / "no.bursar")
        with pytest.raises(Refused, match="request of a new computer"):
            meeting.read_card(desk, request)
        with pytest.raises(Refused, match="not a computer's request"):
            computers.read_request(desk, town.folder / "card.bursar")
    with pytest.raises(Refused, match="Choose the card"):
        computers.ask_to_join(town.folder / "x.register", request, "PC", town.folder / "y.bursar", town.clock)
    assert not (town.folder / "x.register").exists()


def test_an_altered_request_lets_nobody_in(town: Town) -> None:
    _, request, said = ask(town)
    data = request.read_bytes()
    for place in range(40, len(data), 41):
        request.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with town.desk(HOLLY) as desk:
            with pytest.raises(Refused):
                computers.let_in(desk, request, said, town.folder / "no.bursar")
            assert len(desk.trust.computers[desk.home]) == 1


def test_only_the_computer_with_the_main_key_lets_in_and_reports(town: Town) -> None:
    second = joined(town)
    _, request, said = ask(town, "OFFICE-3")
    with town.desk(second) as desk:
        with pytest.raises(UserError, match="does not hold the school's main key"):
            computers.let_in(desk, request, said, town.folder / "no.bursar")
        first = computers.find(desk, "OFFICE-1")
        with pytest.raises(UserError, match="main key"):
            computers.report(desk, first.sign, "lost")


# ---------------------------------------------------------------- lost, handed back
def test_what_a_lost_computer_wrote_stands_and_what_comes_later_is_held_on_every_desk(town: Town) -> None:
    second = joined(town)
    town.note(second, "Seen")
    for to in (HOLLY, HUB):
        town.merge(to, town.send(second, [to]))
    with town.desk(HOLLY) as desk:
        told = computers.report(desk, computers.find(desk, "office-2").sign, "lost")
    assert told.startswith("OFFICE-2 is reported lost.")
    town.note(second, "By the thief")
    for to in (HUB, HOLLY):  # the hub hears of the loss only afterwards
        assert town.merge(to, town.send(second, [to])).accepted
    assert town.titles(HUB) == ["By the thief", "Seen"]
    assert town.merge(HUB, town.send(HOLLY, [HUB])).accepted
    for at in (HOLLY, HUB):
        assert town.titles(at) == ["Seen"]
        assert {row[0] for row in town.held(at)} == {"held"}
        assert {row[1] for row in town.held(at)} == {"this computer was reported lost"}
    assert states(town, HUB) == {"OFFICE-1": "in use", "OFFICE-2": "lost"}
    with town.desk(HUB) as desk:
        line = next(one for one in computers.listing(desk) if one.label == "OFFICE-2")
    assert line.sentence == "Reported lost on Friday 20 November 2026. What it wrote before stands."


def test_a_lost_computer_opens_no_new_file_and_writes_no_more_once_it_knows(town: Town) -> None:
    second = joined(town)
    with town.desk(HOLLY) as desk:
        sign = computers.find(desk, "B").sign
        computers.report(desk, sign, "left")
        with pytest.raises(UserError, match="not in use"):
            computers.report(desk, sign, "lost")
    town.note(HOLLY, "Secret")
    file = town.send(HOLLY, [HOLLY, OAK])
    assert not town.merge(second, file).accepted
    assert "Secret" not in town.titles(second)
    assert states(town, HOLLY)["OFFICE-2"] == "left"
    with town.desk(HOLLY) as desk, desk.store.connect() as con:
        known = stored(con)
    with town.desk(second) as desk:
        desk.store.add_statements(known)
    with pytest.raises(UserError, match="writes no longer"):
        town.note(second, "Later")


def test_nobody_reports_the_computer_they_sit_at(town: Town) -> None:
    joined(town)
    with town.desk(HOLLY) as desk, pytest.raises(UserError, match="the computer you are working on"):
        computers.report(desk, desk.store.facts.writer, "lost")


def test_a_computer_with_the_keys_of_a_lost_one_is_not_let_in_again(town: Town) -> None:
    _, request, said = ask(town)
    with town.desk(HOLLY) as desk:
        computers.let_in(desk, request, said, town.folder / "w.bursar")
        computers.report(desk, computers.find(desk, "OFFICE-2").sign, "lost")
        with pytest.raises(Refused, match="reported lost"):
            computers.let_in(desk, request, said, town.folder / "w2.bursar")


# ---------------------------------------------------------------- words
def test_two_copies_and_a_new_name_are_said_in_words(town: Town) -> None:
    import shutil

    town.note(HOLLY, "One")
    path = town.paths[HOLLY]
    clone = town.folder / "clone" / "desk.register"
    shutil.copytree(path.parent, clone.parent)
    town.clock.ms += 86_400_000
    town.note(clone, "Two")
    town.merge(HUB, town.send(clone, [HUB]))
    with town.desk(HUB) as desk:
        [line] = [one for one in computers.listing(desk) if one.school_name == HOLLY]
    assert line.epochs == 2
    assert line.sentence == "OFFICE-1 began again under a new name on 21 November 2026, from a copy. Nothing is lost."
    town.clock.ms += 86_400_000
    town.note(HOLLY, "Three")
    town.merge(HUB, town.send(HOLLY, [HUB]))
    with town.desk(HUB) as desk:
        [line] = [one for one in computers.listing(desk) if one.school_name == HOLLY]
    assert line.sentence == (
        "OFFICE-1 has worked on two copies of the register since 21 November 2026. Both are kept; nothing is lost."
    )
    assert town.titles(HUB) == ["One", "Three", "Two"]


def test_letters_go_on_after_z() -> None:
    book = TrustBook()
    book.computers[b""] = [Computer(b"", b"", b"", "PC", letter, b"") for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    assert computers.next_letter(book, b"") == "AA"


def test_neighbours_are_told_of_a_lost_computer_once(town: Town) -> None:
    joined(town)
    with town.desk(HOLLY) as desk:
        before = desk.trust
        computers.report(desk, computers.find(desk, "OFFICE-2").sign, "lost")
        after, home, today = desk.trust, desk.home, desk.today
    told = key_notices(before, after, b"elsewhere", today)
    assert told == [f"{HOLLY} reported a computer lost: OFFICE-2. What it wrote before stands."]
    assert key_notices(after, after, home, today) == []
    assert key_notices(TrustBook(), TrustBook(), home, today) == []
