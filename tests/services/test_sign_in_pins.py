"""Signing in: PINs hard to guess; tries counted whatever is done to clock, program or files; no secret leaves."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.pin_rules import easy_pin, wait_after, wrong_with
from bursar_desk.services import history, pins, stories
from bursar_desk.services.desk import Desk
from tests.services.small_school import CLARE, DAWN, TERRY, Small, without_waiting
from tests.storage.workbench import Bench, plain_body

MANAGER_PIN, STAFF_PIN = "830417", "7294"


class Clockwork:
    """Seconds that only go forward."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pins, "COST", 1 << 4)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    monkeypatch.setattr(pins.machine, "local_folder", lambda: tmp_path / "local")
    return Small.found(tmp_path)


@pytest.fixture
def desk(small: Small) -> Iterator[Desk]:
    with small.desk(write=True) as opened:
        pins.set_pin(opened, small.people[DAWN], MANAGER_PIN)
        pins.set_pin(opened, small.people[TERRY], STAFF_PIN)
        yield opened


def test_nothing_changes_for_a_register_where_nobody_has_a_pin(small: Small) -> None:
    with small.desk(write=True) as opened:
        assert not pins.in_use(opened)
        assert not any(one.has_pin for one in pins.listing(opened))
        assert opened.person is not None
        assert opened.person.name == DAWN


def test_who_has_a_pin_signs_in_with_it_and_with_no_other(desk: Desk, small: Small) -> None:
    assert pins.in_use(desk)
    assert {one.name: one.has_pin for one in pins.listing(desk)} == {DAWN: True, TERRY: True, CLARE: False}
    terry = small.people[TERRY]
    assert pins.check(desk, terry, STAFF_PIN).ok
    assert pins.check(desk, terry, "7295").sentence == "That PIN does not match. 2 more tries, then wait a minute."
    assert not pins.check(desk, terry, MANAGER_PIN).ok
    assert pins.check(desk, small.people[DAWN], MANAGER_PIN).ok
    assert "has no PIN yet" in pins.check(desk, small.people[CLARE], "1").sentence


def test_the_secret_is_salted_and_is_not_the_pin(desk: Desk, small: Small) -> None:
    pins.set_pin(desk, small.people[CLARE], STAFF_PIN)
    with desk.store.connect() as con:
        kept = con.exec_driver_sql("SELECT secret FROM pin").scalars().all()
    assert len(set(kept)) == 3, "the same PIN twice looks different"
    assert all(one.startswith("scrypt$") and STAFF_PIN not in one.split("$")[-1] for one in kept)
    _, n, salt, digest, _ = kept[0].split("$")
    assert len(bytes.fromhex(salt)) == 16
    pin_or_other = {hashlib.scrypt(p.encode(), salt=bytes.fromhex(salt), n=int(n), r=8, p=1, dklen=32).hex()
                    for p in (MANAGER_PIN, STAFF_PIN)}  # fmt: skip
    assert digest in pin_or_other


def test_the_real_cost_takes_sixty_four_mebibytes() -> None:
    assert 128 * 8 * _real_cost() == 64 << 20


def _real_cost() -> int:
    source = Path(pins.__file__).read_text("utf-8")
    return 1 << int(source.split("COST: Final = 1 << ")[1].split("\n")[0])


@pytest.mark.parametrize(
    "pin",
    ["1234", "0000", "4321", "1111", "1212", "1221", "1122", "1987", "2015", "9876", "2580", "123456", "123123",
     "252525", "17081987", "19870817", "77777777", "7890"],
)  # fmt: skip
def test_pins_that_are_easy_to_guess_are_refused_in_a_sentence(pin: str) -> None:
    assert wrong_with(pin, manages=False).endswith("easy to guess.")


@pytest.mark.parametrize(
    ("secret", "manages", "says"),
    [
        ("729", False, "at least 4"), ("729401853", False, "at most 8"), ("7294", True, "at least 6"),
        ("7294", False, ""), ("830417", True, ""), ("red kettle bus", True, ""), ("two words", True, "three of them"),
        ("my password is", True, "easy to guess"), ("Dawn Hill Hill", True, "easy to guess"), ("a b c", True, "short"),
        ("correcthorsebattery", True, ""), ("", False, "three of them"), ("７２９４", False, "three of them"),
    ],
)  # fmt: skip
def test_managers_have_longer_pins_or_words(secret: str, manages: bool, says: str) -> None:
    said = wrong_with(secret, manages=manages, names=("Dawn Hill", "Oakfield Primary School"))
    assert says in said
    assert bool(says) == bool(said)


@given(st.text("0123456789", min_size=4, max_size=8))
def test_most_pins_may_be_used_and_the_rule_always_answers(pin: str) -> None:
    said = easy_pin(pin)
    assert said == "" or said.endswith(".")
    assert bool(said) or len(set(pin)) > 1


def test_tries_are_slowed_after_three_and_locked_at_ten_until_a_manager_unlocks(desk: Desk, small: Small) -> None:
    terry, ticks = small.people[TERRY], Clockwork()
    waits = []
    for n in range(10):
        tried = pins.check(desk, terry, "0001", ticks=ticks)
        waits.append(tried.wait)
        if tried.wait:
            assert not pins.check(desk, terry, STAFF_PIN, ticks=ticks).ok, "not even the right one counts while waiting"
            ticks.now += tried.wait - 1
            assert pins.check(desk, terry, STAFF_PIN, ticks=ticks).wait == 1
            ticks.now += 1
        assert tried.locked == (n == 9)
    assert waits == [wait_after(n) for n in range(1, 10)] + [0]
    assert waits[2:9] == sorted(waits[2:9])
    assert waits[2] >= 60
    assert sum(waits[:9]) > 300, "never ten in five minutes"
    ticks.now += 10**6
    assert pins.check(desk, terry, STAFF_PIN, ticks=ticks).locked
    assert next(one for one in pins.listing(desk) if one.person == terry).locked
    desk.act_as(desk.find_person(TERRY))
    with pytest.raises(UserError, match="Only someone who manages"):
        pins.unlock(desk, terry)
    desk.act_as(desk.find_person(DAWN))
    pins.unlock(desk, terry)
    assert pins.check(desk, terry, STAFF_PIN, ticks=ticks).ok


def test_the_right_pin_begins_the_count_anew(desk: Desk, small: Small) -> None:
    terry = small.people[TERRY]
    for _ in range(2):
        pins.check(desk, terry, "0001")
    assert pins.check(desk, terry, STAFF_PIN).ok
    assert "2 more tries" in pins.check(desk, terry, "0001").sentence
    assert pins.check(desk, small.people[DAWN], MANAGER_PIN).ok, "one person's tries are not another's"


def test_starting_again_and_any_change_of_the_clock_give_no_new_tries(desk: Desk, small: Small) -> None:
    terry, ticks = small.people[TERRY], Clockwork()
    for _ in range(3):
        pins.check(desk, terry, "0001", ticks=ticks)
    for shift in (-(10**9), 10**9):
        later = dataclasses.replace(desk, clock=dataclasses.replace(desk.clock, ms=desk.clock.now_ms() + shift))
        assert pins.check(later, terry, STAFF_PIN, ticks=ticks).wait == 60
    ticks.now = 5.0  # the computer was started again five seconds ago
    assert pins.check(desk, terry, STAFF_PIN, ticks=ticks).wait == 55
    ticks.now = 60.0
    assert pins.check(desk, terry, STAFF_PIN, ticks=ticks).ok


def test_putting_an_older_copy_of_the_count_back_gives_no_new_tries(desk: Desk, small: Small, tmp_path: Path) -> None:
    terry, ticks = small.people[TERRY], Clockwork()
    pins.check(desk, terry, "0001", ticks=ticks)
    beside = desk.store.path.with_suffix(".tries")
    local = next((tmp_path / "local" / "tries").glob("*.json"))
    for one in (beside, local):
        old = tmp_path / "old"
        shutil.copyfile(one, old)
        before = json.loads(local.read_text("utf-8"))[terry.hex()]["wrong"]
        pins.check(desk, terry, "0001", ticks=ticks)
        ticks.now += 10_000
        shutil.copyfile(old, one)
        assert json.loads(one.read_text("utf-8"))[terry.hex()]["wrong"] == before
        tried = pins.check(desk, terry, "0001", ticks=ticks)
        ticks.now += 10_000
        assert json.loads(one.read_text("utf-8"))[terry.hex()]["wrong"] == before + 2, tried
    beside.write_text("{broken", "utf-8")
    for _ in range(5):
        ticks.now += 10_000
        pins.check(desk, terry, "0001", ticks=ticks)
    beside.unlink()
    assert pins.check(desk, terry, STAFF_PIN, ticks=ticks).locked


def test_a_try_is_on_the_disk_before_it_is_looked_at(desk: Desk, small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(pins, "_matches", killed)
        for _ in range(3):
            with pytest.raises(KeyboardInterrupt):
                pins.check(desk, small.people[TERRY], "0001", ticks=lambda: 1.0)
    assert pins.check(desk, small.people[TERRY], STAFF_PIN, ticks=lambda: 1.0).wait == 60


def test_nobody_is_locked_out_by_how_pins_are_set_and_taken_away(small: Small) -> None:
    with small.desk(write=True) as opened:
        with pytest.raises(UserError, match="Nobody who manages"):
            pins.set_pin(opened, small.people[TERRY], STAFF_PIN)
        pins.set_pin(opened, small.people[DAWN], MANAGER_PIN)
        pins.set_pin(opened, small.people[TERRY], STAFF_PIN)
        with pytest.raises(UserError, match="Only Dawn Hill manages"):
            pins.clear(opened, small.people[DAWN])
        opened.act_as(opened.find_person(TERRY))
        with pytest.raises(UserError, match="Only someone who manages"):
            pins.set_pin(opened, small.people[CLARE], "5938")
        pins.set_pin(opened, small.people[TERRY], "60418")
        assert pins.check(opened, small.people[TERRY], "60418").ok
        opened.act_as(opened.find_person(DAWN))
        pins.clear(opened, small.people[TERRY])
        assert not pins.check(opened, small.people[TERRY], "60418").ok
        pins.clear(opened, small.people[DAWN])
        assert not pins.in_use(opened)
        pins.set_pin(opened, small.people[DAWN], "red kettle bus")
        assert pins.check(opened, small.people[DAWN], " red  kettle bus ").ok
        assert not pins.listing(opened)[1].digits or pins.listing(opened)[1].name != DAWN


def test_undo_and_the_history_never_take_back_or_show_a_pin(desk: Desk, small: Small) -> None:
    set_last = next(one for one in history.recent(desk) if one.note.code == ActCode.SET_PIN)
    with pytest.raises(UserError, match="not taken back by undo"):
        history.undo(desk, set_last.note.act.hex())
    step = history.undo_step(desk)
    assert step is None or "PIN" not in step.words
    assert pins.check(desk, small.people[TERRY], STAFF_PIN).ok
    with desk.store.connect() as con:
        kept = con.exec_driver_sql("SELECT id, secret FROM pin").all()
    page = stories.school_story(desk)
    lines = [line for line in page.lines if line.code == ActCode.SET_PIN]
    told = repr([stories.details(desk, line) for line in lines])
    assert TERRY in told
    assert not any(secret in told for _, secret in kept)
    with pytest.raises(UserError, match="not put back"):
        history.put_back(desk, "pin", kept[0][0], 3, b"0" * 16)


def test_no_secret_is_in_any_file_for_another_school_or_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pins.machine, "local_folder", lambda: tmp_path / "local")
    with Bench.open(tmp_path, monkeypatch) as bench:
        school, other, office = bench.school("Oakfield", "1"), bench.school("Hollybank", "2"), bench.office("Cluster")
        second = bench.second(school, "Oakfield B")
        bench.introduce(school, other, hub=office)
        home = Desk(school, bench.clock)
        with home.act(ActCode.ADD_PERSON) as act:
            person = act.create("person", {"name": DAWN, "role": "business manager", "manages": True})
        pins.set_pin(home, person, MANAGER_PIN)
        with school.connect() as con:
            (secret,) = con.exec_driver_sql("SELECT secret FROM pin").scalars().all()
        marks = [secret.encode(), *(part.encode() for part in secret.split("$")[2:4]), MANAGER_PIN.encode()]
        for reader in (other, office):
            body = plain_body(bench.send(school, [reader], everything=True), bench.keys_of(reader).box)
            assert not any(mark in body for mark in marks)
        bench.exchange(school, second)
        own = Desk(second, bench.clock)
        assert pins.check(own, person, MANAGER_PIN).ok, "the school's own other computer knows it"
