"""The PC dies, the main key is lost: a backup and the printed sheet are enough, and neighbours are told to ring."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.domain.errors import Refused, UserError
from bursar_desk.exchange.keys import SigningIdentity
from bursar_desk.exchange.recovery_sheet import sheet_text, to_blocks
from bursar_desk.services import backups, computers, main_keys, meeting, registers
from bursar_desk.services.key_notices import key_notices
from db import statements as st
from db.store import raw_facts
from tests.services.computers_kit import HOLLY, HUB, OAK, Town
from tests.services.test_computers_lifecycle import joined, states


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    return Town.built(tmp_path, monkeypatch)


def backed_up(town: Town) -> Path:
    return backups.back_up(town.paths[HOLLY], town.folder / "stick", town.clock).file


def gone(town: Town) -> None:
    """The computer of Hollybank is no more: register, keys and all."""
    shutil.rmtree(town.paths[HOLLY].parent)


def recovered(town: Town, copy: Path, *, lines: tuple[str, ...] = (), lost: bool = True) -> main_keys.Recovered:
    town.clock.ms += 86_400_000
    new = town.folder / "new PC" / "desk.register"
    made = main_keys.recover(copy, new, lines or town.sheets[HOLLY], label="OFFICE-9", lost=lost, clock=town.clock)
    town.paths[HOLLY] = new
    return made


# ---------------------------------------------------------------- the PC dies
def test_a_backup_and_the_sheet_are_enough_to_work_again_and_nothing_is_refused(town: Town) -> None:
    town.note(HOLLY, "Gate")
    for to in (HUB, OAK):
        assert town.merge(to, town.send(HOLLY, [to])).accepted
    copy, sheet = backed_up(town), town.sheets[HOLLY]
    gone(town)
    made = recovered(town, copy)
    assert (made.label, made.key.name, made.key.lost) == ("OFFICE-9", HOLLY, "OFFICE-1")
    assert len(made.key.sheet) == 8
    assert made.key.sheet != sheet
    assert states(town, HOLLY) == {"OFFICE-1": "lost", "OFFICE-9": "this one"}
    town.note(HOLLY, "Boiler")
    assert town.titles(HOLLY) == ["Boiler", "Gate"]

    with town.desk(HUB) as desk:
        before = desk.trust
    assert town.merge(HUB, town.send(HOLLY, [HUB])).accepted
    assert town.merge(OAK, town.send(HOLLY, [OAK])).accepted
    with town.desk(HUB) as desk:
        told = key_notices(before, desk.trust, desk.home, desk.today)
    assert told == [
        f"{HOLLY} has a new main key, introduced by its recovery sheet. Ring them and compare: “{made.key.words}”.",
        f"{HOLLY} reported a computer lost: OFFICE-1. What it wrote before stands.",
    ]
    assert town.titles(HUB) == ["Boiler", "Gate"]
    assert town.held(HUB) == town.held(HOLLY) == []
    with town.desk(HUB) as desk:  # what the school once allowed the hub holds on
        assert desk.trust.may_read(desk.home, desk.find_school(HOLLY), "compliance")
    town.note(HUB, "of the hub")
    assert town.merge(HOLLY, town.send(HUB, [HOLLY])).accepted
    with town.desk(HOLLY) as desk:
        assert meeting.write_card(desk, town.folder / "card.bursar").words == made.key.words
    assert backups_verify(town, HOLLY) == []


def backups_verify(town: Town, name: str) -> list[object]:
    with town.desk(name) as desk:
        return list(backups.verify(desk))


def test_entries_the_backup_lacks_come_back_from_the_hub(town: Town) -> None:
    town.note(HOLLY, "In the backup")
    copy = backed_up(town)
    town.note(HOLLY, "After it")
    assert town.merge(HUB, town.send(HOLLY, [HUB])).accepted
    gone(town)
    recovered(town, copy, lost=False)
    assert town.titles(HOLLY) == ["In the backup"]
    assert town.merge(HUB, town.send(HOLLY, [HUB])).accepted
    assert town.merge(HOLLY, town.send(HUB, [HOLLY], everything=True)).accepted
    assert town.titles(HOLLY) == ["After it", "In the backup"]


def test_the_used_up_sheet_still_opens_what_was_sealed_to_it(town: Town) -> None:
    from bursar_desk.exchange.keys import RecoveryKey, from_blocks

    made = recovered(town, backed_up(town))
    with town.desk(made.register) as desk:
        opening = [box.public for box in registers.boxes(desk.store)]
        own = registers.computer_keys(desk.store).box.public
    assert opening == [own, RecoveryKey.from_seed(from_blocks(town.sheets[HOLLY])).box.public]
    with town.desk(OAK) as desk:
        assert [box.public for box in registers.boxes(desk.store)] == [registers.computer_keys(desk.store).box.public]


def test_files_sent_while_the_pc_was_dead_are_for_the_new_sheet_and_the_new_computer(town: Town) -> None:
    copy = backed_up(town)
    gone(town)
    made = recovered(town, copy)
    town.note(HOLLY, "New")
    assert town.merge(OAK, town.send(HOLLY, [OAK])).accepted
    assert town.merge(HOLLY, town.send(OAK, [HOLLY])).accepted
    again = backups.back_up(town.paths[HOLLY], town.folder / "stick", town.clock).file
    shutil.rmtree(town.paths[HOLLY].parent)
    with pytest.raises(Refused, match="older recovery sheet"):
        main_keys.recover(
            again, town.folder / "third" / "x.register", town.sheets[HOLLY], label="", lost=True, clock=town.clock
        )
    third = main_keys.recover(
        again, town.folder / "third" / "x.register", made.key.sheet, label="", lost=True, clock=town.clock
    )
    town.paths[HOLLY] = third.register
    assert third.label == "OFFICE-2"
    town.note(HOLLY, "Newer")
    assert town.merge(OAK, town.send(HOLLY, [OAK])).accepted
    assert town.merge(HUB, town.send(HOLLY, [HUB])).accepted
    assert town.titles(HUB) == ["New", "Newer"]


def test_a_wrong_sheet_leaves_nothing_behind(town: Town) -> None:
    copy = backed_up(town)
    target = town.folder / "new PC" / "desk.register"
    typed = list(town.sheets[HOLLY])
    slip = [typed[0][:-1] + ("A" if typed[0][-1] != "A" else "C"), *typed[1:]]
    for lines, said in (
        (town.sheets[OAK], "not the recovery sheet"), (typed[:7], "8 lines"), (slip, "Line 1 does not match"),
        (to_blocks(bytes(32)), "not the recovery sheet"),
    ):  # fmt: skip
        with pytest.raises(UserError, match=said):
            main_keys.recover(copy, target, lines, label="", lost=True, clock=town.clock)
        assert not target.exists()
        assert not target.parent.exists() or not [one for one in target.parent.iterdir() if one.suffix != ".files"]
    with pytest.raises(Refused, match="exists already"):
        main_keys.recover(copy, town.paths[OAK], town.sheets[HOLLY], label="", lost=True, clock=town.clock)


def test_a_recovered_register_has_a_number_and_a_writer_of_its_own(town: Town) -> None:
    town.note(HOLLY, "Gate")
    copy, old = backed_up(town), raw_facts(town.paths[HOLLY])
    made = recovered(town, copy, lost=False)
    new = raw_facts(made.register)
    assert new.register != old.register
    assert new.writer != old.writer
    assert new.home == old.home
    assert states(town, made.register) == {"OFFICE-1": "in use", "OFFICE-9": "this one"}


def test_what_was_typed_from_the_sheet_is_found_among_its_other_lines(town: Town) -> None:
    lines = town.sheets[HOLLY]
    seed = bytes(range(32))
    assert main_keys.sheet_lines(sheet_text("x", seed, "Friday")) == to_blocks(seed)
    assert main_keys.sheet_lines("\n\n".join(lines)) == list(lines)
    bare = [line.partition("  ")[2] for line in lines]
    assert main_keys.sheet_lines("\n".join(bare)) == bare


# ---------------------------------------------------------------- the main key
def test_the_sheet_brings_the_main_key_to_another_computer(town: Town) -> None:
    second = joined(town)
    town.note(HOLLY, "Gate")
    town.merge(second, town.send(HOLLY, [HOLLY]))
    gone(town)
    with town.desk(second) as desk:
        first = computers.find(desk, "OFFICE-1").sign
        made = main_keys.renew(desk, town.sheets[HOLLY], lost=first)
        assert made.lost == "OFFICE-1"
        assert desk.trust.lines[desk.home].current.by == "recovery"
        assert registers.root_key(desk.store).public == desk.trust.roots[desk.home].root
    assert states(town, second) == {"OFFICE-1": "lost", "OFFICE-2": "this one"}
    town.note(second, "Boiler")
    assert town.merge(HUB, town.send(second, [HUB])).accepted
    assert town.titles(HUB) == ["Boiler", "Gate"]
    town.paths[HOLLY] = second
    assert joined(town, "OFFICE-3").exists(), "it lets in"


def test_who_leaves_knows_the_old_sheet_no_more(town: Town) -> None:
    with town.desk(HOLLY) as desk:
        made = main_keys.renew(desk)
        with pytest.raises(Refused, match="older recovery sheet"):
            main_keys.renew(desk, town.sheets[HOLLY])
        again = main_keys.renew(desk, made.sheet)
        assert again.words != made.words
        assert len(desk.trust.lines[desk.home].walk) == 3
    assert town.merge(OAK, town.send(HOLLY, [OAK])).accepted


def test_the_computer_that_held_the_main_key_before_holds_it_no_more(town: Town) -> None:
    second = joined(town)
    with town.desk(second) as desk:
        main_keys.renew(desk, town.sheets[HOLLY])
        with pytest.raises(UserError, match="computer you are working on"):
            main_keys.renew(desk, lost=desk.store.facts.writer)
    assert town.merge(HOLLY, town.send(second, [HOLLY])).accepted
    with town.desk(HOLLY) as desk:
        assert registers.held_root(desk.store) is None
        with pytest.raises(UserError, match="does not hold the school's main key"):
            computers.report(desk, computers.find(desk, "OFFICE-2").sign, "lost")


def test_a_kill_before_the_new_key_is_told_leaves_the_old_one_in_force(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    with town.desk(HOLLY) as desk:
        old = registers.root_key(desk.store).public
        with monkeypatch.context() as patch:
            settle = registers.settle_root
            calls: list[object] = []

            def once(*args: Any) -> None:
                calls.append(args)
                if len(calls) > 1:  # the first tidies up, the second would come after the new key was told
                    raise KeyboardInterrupt
                settle(*args)

            patch.setattr(registers, "settle_root", once)
            with pytest.raises(KeyboardInterrupt):
                main_keys.renew(desk)
        told = registers.root_key(desk.store).public
        assert told != old
        assert told == desk.trust.roots[desk.home].root, "said, though not tidied up"
        with monkeypatch.context() as patch:
            patch.setattr(type(desk.store), "add_statements", stopped)
            with pytest.raises(KeyboardInterrupt):
                main_keys.renew(desk)
    with town.desk(HOLLY) as desk:
        main_keys.renew(desk)


def stopped(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


# ---------------------------------------------------------------- strangers
def test_a_main_key_nobody_introduced_is_refused_with_ring_them(town: Town) -> None:
    with town.desk(HOLLY) as desk:
        home, space = desk.home, desk.store.facts.namespace
        stranger, sheet = SigningIdentity.generate(), SigningIdentity.generate()
        facts = {
            "root": stranger.public, "recovery_sign": sheet.public, "recovery_box": bytes(32), "reason": "lost",
            "said": 1,
        }  # fmt: skip
        desk.store.add_statements([st.make(st.ROOT_CHANGE, space, home, facts, stranger)])
    result = town.merge(OAK, town.send(HOLLY, [OAK]))
    assert not result.accepted
    assert "Ring Hollybank Primary" in result.refused_because
    with town.desk(OAK) as desk:
        assert len(desk.trust.lines[home].walk) == 1
