"""Files between two schools, a second computer and a Cluster SBM: what travels, what does not, what comes of it."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import Cancelled, UserError
from bursar_desk.exchange import envelope
from bursar_desk.exchange.keys import RecoveryKey, from_blocks
from bursar_desk.services import registers
from db.store import Store
from db.take_in import take_in
from tests.storage.workbench import (
    Bench,
    commits_of,
    gaps_of,
    held_of,
    is_sound,
    looking,
    plain_body,
    sums_of,
    tables_of,
)


@dataclass
class Four:
    """School A with two computers, school B, and the office that reads both."""

    bench: Bench
    a: Store
    a2: Store
    b: Store
    hub: Store


@pytest.fixture
def four(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Four]:
    with Bench.open(tmp_path, monkeypatch) as bench:
        a = bench.school("St Anne", "105219")
        a2 = bench.second(a, "anne-2")
        b = bench.school("Bury Hill", "105220")
        hub = bench.office("Cluster")
        bench.introduce(a, a2, b, hub=hub)
        yield Four(bench, a, a2, b, hub)


def report(store: Store, title: str) -> bytes:
    """A defect in a school's checks."""
    with store.act(ActCode.REPORT_DEFECT, who="Dawn", subject=title) as act:
        return act.create("defect", {"title": title, "raised_on": dt.date(2026, 1, 12)})


def add_person(store: Store, name: str) -> bytes:
    with store.act(ActCode.ADD_PERSON) as act:
        return act.create("person", {"name": name})


def titles(store: Store) -> list[str]:
    with looking(store) as con:
        return [row[0] for row in con.execute("SELECT title FROM defect ORDER BY title")]


def in_file(store: Store, path: Path, bench: Bench) -> int:
    """How many entries a file holds for a register."""
    return bench.receive(store, path).file.entries


# ---------------------------------------------------------------- the same file again, and files out of order
def test_a_file_merges_once_whatever_it_is_called(four: Four) -> None:
    report(four.a, "gate")
    path = four.bench.send(four.a, [four.hub])
    receipt = four.bench.merge(four.hub, path)
    assert (receipt.came, receipt.added, receipt.already) == (1, 1, False)
    before = (tables_of(four.hub), sums_of(four.hub))
    again = four.bench.merge(four.hub, path)
    other_name = path.with_name("copy of it.bursar")
    shutil.copyfile(path, other_name)
    renamed = four.bench.merge(four.hub, other_name)
    assert (again.already, again.added, again.known) == (True, 0, 1)
    assert (renamed.already, renamed.added) == (True, 0)
    assert (tables_of(four.hub), sums_of(four.hub)) == before
    with looking(four.hub) as con:
        assert con.execute("SELECT count(*) FROM import_log").fetchone() == (1,)


def test_another_file_without_news_changes_nothing(four: Four) -> None:
    report(four.a, "gate")
    for _ in range(2):
        receipt = four.bench.merge(four.hub, four.bench.send(four.a, [four.hub]))
    assert (receipt.came, receipt.added, receipt.known, receipt.already) == (1, 0, 1, False)


def test_an_older_file_after_a_newer_one_takes_nothing_back(four: Four) -> None:
    row = report(four.a, "gate")
    older = four.bench.send(four.a, [four.hub])
    with four.a.act(ActCode.CHANGE_DEFECT) as act:
        act.set("defect", row, {"title": "east gate"})
    newer = four.bench.send(four.a, [four.hub])
    four.bench.merge(four.hub, newer)
    assert titles(four.hub) == ["east gate"]
    receipt = four.bench.merge(four.hub, older)
    assert (receipt.added, receipt.known) == (0, 1)
    assert titles(four.hub) == ["east gate"]
    assert is_sound(four.hub)


class _Stops:
    """Somebody who presses Stop at the n-th step."""

    def __init__(self, at: int) -> None:
        self.left = at

    def step(self, words_now: str, done: int, total: int) -> None:
        del words_now, done, total
        self.left -= 1
        if self.left < 0:
            raise Cancelled


@pytest.mark.parametrize("at", range(4))
def test_a_merge_that_is_stopped_leaves_the_register_as_it_was_and_can_be_done_later(four: Four, at: int) -> None:
    for n in range(3):
        report(four.a, f"defect {n}")
        add_person(four.a, f"person {n}")
    path = four.bench.send(four.a, [four.hub])
    incoming = four.bench.receive(four.hub, path)
    before = four.hub.path.read_bytes()
    try:
        take_in(four.hub, incoming.file, _Stops(at), "")
    except Cancelled:
        assert four.hub.path.read_bytes() == before
        assert at < 2
    four.bench.merge(four.hub, path)
    assert len(commits_of(four.hub)) == 6
    assert is_sound(four.hub)
    with four.hub.act(ActCode.OPEN_OFFICE) as act:
        act.create("calendar_block", {"kind": "closed"})
    assert four.hub.notices == []


def test_a_lost_file_heals_with_the_next(four: Four) -> None:
    report(four.a, "lost on the way")
    four.bench.send(four.a, [four.hub])
    report(four.a, "second")
    four.bench.exchange(four.a, four.hub)
    assert titles(four.hub) == ["lost on the way", "second"]


# ---------------------------------------------------------------- what is sent
def test_what_was_acknowledged_is_not_sent_again(four: Four) -> None:
    for n in range(5):
        report(four.a, f"defect {n}")
    four.bench.exchange(four.a, four.hub)
    assert in_file(four.hub, four.bench.send(four.a, [four.hub]), four.bench) == 5, "nothing is acknowledged yet"
    four.bench.exchange(four.hub, four.a)
    assert in_file(four.hub, four.bench.send(four.a, [four.hub]), four.bench) == 0
    report(four.a, "new")
    assert in_file(four.hub, four.bench.send(four.a, [four.hub]), four.bench) == 1
    assert in_file(four.hub, four.bench.send(four.a, [four.hub], everything=True), four.bench) == 6


def test_our_second_computer_is_not_sent_again_what_it_acknowledged(four: Four) -> None:
    report(four.a, "gate")
    four.bench.exchange(four.a, four.a2)
    four.bench.exchange(four.a2, four.a)
    assert in_file(four.a2, four.bench.send(four.a, [four.a2]), four.bench) == 0
    report(four.a, "new")
    assert in_file(four.a2, four.bench.send(four.a, [four.a2]), four.bench) == 1


def test_entries_that_filled_a_gap_are_not_sent_for_ever(four: Four) -> None:
    """A line of history that came in pieces is acknowledged as one by whoever holds it as one."""
    report(four.b, "first")
    first = four.bench.send(four.b, [four.hub])
    with four.b.writing() as con:  # somebody acknowledged the first entry in a file that was not ours to see
        con.exec_driver_sql(
            "INSERT INTO peer_have SELECT ?, s.key, c.head, c.head_seq FROM chain c JOIN stream s ON s.sno=c.sno"
            " WHERE s.channel='compliance'", (four.hub.facts.writer,),
        )  # fmt: skip
    report(four.b, "second")
    second = four.bench.send(four.b, [four.hub])
    assert four.bench.merge(four.hub, second).added == 1
    assert gaps_of(four.hub)
    assert titles(four.hub) == ["second"], "what is above a gap is shown all the same"
    assert four.bench.merge(four.hub, first).added == 1
    assert not gaps_of(four.hub)
    four.bench.exchange(four.b, four.hub)  # B's list of what it holds names one line, the hub holds two pieces
    assert in_file(four.b, four.bench.send(four.hub, [four.b]), four.bench) == 0
    assert is_sound(four.hub)


def test_entries_of_a_fork_are_not_sent_for_ever(four: Four) -> None:
    report(four.b, "before")
    copy = four.bench.copied(four.b, "bury-copied")
    copy.witness.settle(copy.facts.written)  # the witness was copied as well, so nothing is noticed
    report(four.b, "on the first")
    report(copy, "on the copy")
    four.bench.exchange(four.b, four.hub)
    receipt = four.bench.exchange(copy, four.hub)
    assert receipt.forked
    for _ in range(2):  # the two answer under one key, so the first round goes by what the copy holds
        four.bench.exchange(four.hub, four.b)
        four.bench.exchange(four.b, four.hub)
    assert in_file(four.b, four.bench.send(four.hub, [four.b]), four.bench) == 0
    assert in_file(four.hub, four.bench.send(four.b, [four.hub]), four.bench) == 0
    assert titles(four.b) == titles(four.hub) == ["before", "on the copy", "on the first"]


def test_a_receiver_we_have_no_key_of_is_refused_before_anything_is_written(four: Four, tmp_path: Path) -> None:
    stranger = four.bench.school("Far Away", "109999")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(UserError, match="We have no key of that school yet"):
        four.bench.send(four.a, [stranger])
    assert sorted(tmp_path.iterdir()) == before


# ---------------------------------------------------------------- who may read what
def test_private_entries_are_in_no_file_but_our_own_computers(four: Four) -> None:
    marker = "operation on her knee"
    with four.a.act(ActCode.ADD_ABSENCE) as act:
        away = act.create("absence", {"state": "told", "first": dt.date(2026, 1, 12), "last": dt.date(2026, 1, 13)})
        act.create("absence_reason", {"absence": away, "reason": marker})
    report(four.a, "gate")
    for readers in ([four.b], [four.hub], [four.b, four.hub], [four.a2, four.b], [four.a2, four.hub]):
        path = four.bench.send(four.a, readers)
        body = plain_body(path, four.bench.keys_of(readers[-1]).box)
        assert marker.encode() not in body
        assert b"private" not in body
    ours = plain_body(four.bench.send(four.a, [four.a2]), four.bench.keys_of(four.a2).box)
    assert marker.encode() in ours
    four.bench.exchange(four.a, four.a2)
    four.bench.exchange(four.a, four.hub)
    for sender, reader in ((four.a2, four.hub), (four.a2, four.b), (four.hub, four.b)):
        body = plain_body(four.bench.send(sender, [reader], everything=True), four.bench.keys_of(reader).box)
        assert marker.encode() not in body


def test_a_neighbour_reads_people_and_no_checks_a_hub_reads_both(four: Four) -> None:
    report(four.a, "loose wire in the hall")
    add_person(four.a, "Dawn Marker")
    to_b = plain_body(four.bench.send(four.a, [four.b]), four.bench.keys_of(four.b).box)
    assert b"Dawn Marker" in to_b
    assert b"loose wire" not in to_b
    to_hub = plain_body(four.bench.send(four.a, [four.hub]), four.bench.keys_of(four.hub).box)
    assert b"Dawn Marker" in to_hub
    assert b"loose wire" in to_hub
    both = plain_body(four.bench.send(four.a, [four.b, four.hub]), four.bench.keys_of(four.hub).box)
    assert b"loose wire" not in both, "what one of two readers may not read is in no file for both"


def test_a_forwarder_passes_on_nothing_of_a_school_that_never_said_who_may_read_it(four: Four) -> None:
    other = four.bench.school("Far Away", "105299")
    four.bench.introduce(other, hub=four.hub)  # the office reads it, B has never heard of it
    add_person(other, "Someone Far")
    four.bench.exchange(other, four.hub)
    assert b"Someone Far" not in plain_body(four.bench.send(four.hub, [four.b]), four.bench.keys_of(four.b).box)


def test_a_forwarder_passes_on_only_what_the_reader_may_read(four: Four) -> None:
    report(four.a, "loose wire in the hall")
    add_person(four.a, "Dawn Marker")
    four.bench.exchange(four.a, four.hub)
    forwarded = four.bench.send(four.hub, [four.b])
    body = plain_body(forwarded, four.bench.keys_of(four.b).box)
    assert b"Dawn Marker" in body
    assert b"loose wire" not in body
    receipt = four.bench.merge(four.b, forwarded)
    assert receipt.added == 1
    assert is_sound(four.b)


def test_a_file_can_be_opened_by_its_readers_our_own_computers_and_our_recovery_key(four: Four) -> None:
    founded = registers.found(
        four.bench.path("recovering"), registers.Newcomer("Elm Bank", "school", "105230"), practice=True,
        clock=four.bench.clock,
    )  # fmt: skip
    elm = four.bench.kept(founded.store)
    four.bench.introduce(elm, four.b)
    add_person(elm, "Marker Mills")
    path = four.bench.send(elm, [four.b])
    recovery = RecoveryKey.from_seed(from_blocks(list(founded.recovery)))
    for box in (four.bench.keys_of(four.b).box, four.bench.keys_of(elm).box, recovery.box):
        assert b"Marker Mills" in plain_body(path, box)
    with pytest.raises(envelope.EnvelopeRefused) as refused:
        plain_body(path, four.bench.keys_of(four.a).box)
    assert refused.value.code == "not_addressed"


def test_the_hub_brings_a_school_back_its_own_entries(four: Four) -> None:
    """A register that was lost wholly comes back, but for what is private, from whoever may read it."""
    report(four.a, "gate")
    add_person(four.a, "Dawn")
    four.bench.exchange(four.a, four.hub)
    third = four.bench.second(four.a, "anne-3")
    four.bench.exchange(four.a, four.hub)  # the hub hears of the new computer
    receipt = four.bench.merge(third, four.bench.send(four.hub, [third], everything=True))
    assert receipt.added == 2
    assert titles(third) == ["gate"]
    assert set(commits_of(third)) == set(commits_of(four.a))


def test_a_hub_settles_for_a_school_and_its_settlement_comes_back(four: Four) -> None:
    row = report(four.a, "gate")
    four.bench.exchange(four.a, four.hub)
    with four.hub.act(ActCode.SETTLE) as act:
        act.set("defect", row, {"title": "the east gate"}, school=four.a.facts.home)
    receipt = four.bench.exchange(four.hub, four.a)
    assert (receipt.added, receipt.held) == (1, 0)
    assert titles(four.a) == ["the east gate"]
    assert held_of(four.a) == set()
    assert is_sound(four.a)
