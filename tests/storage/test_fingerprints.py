"""A printed code vouches for every entry behind it, and a history written anew with the right key is noticed."""

from __future__ import annotations

import hashlib
import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.exchange.keys import SigningIdentity
from db import chains, fingerprint_checks, fingerprints, layout
from db.derived import day_number
from db.fingerprints import Head
from db.store import Store
from db.verify import notices, verify
from tests.storage.workbench import QUIET, START, Bench, own_keys

DAY_MS = 86_400_000
TODAY = day_number(START)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with Bench.open(tmp_path, monkeypatch) as made:
        yield made


def write(store: Store, *titles: str) -> None:
    for title in titles:
        with store.act(ActCode.REPORT_DEFECT, who="Dawn") as act:
            act.create("defect", {"title": title, "risk": "low"})


def noted(store: Store, day: int = TODAY) -> str:
    with store.writing() as con:
        return fingerprints.note_today(con, store.facts.home, day)


def code(store: Store, school: bytes | None = None) -> str:
    with store.connect() as con:
        return fingerprints.today_code(con, school or store.facts.home)


def asked(store: Store, said: str, school: bytes | None = None) -> fingerprint_checks.Checked:
    with store.connect() as con:
        return fingerprint_checks.check(con, school or store.facts.home, said)


def frame(store: Store, day: int = TODAY) -> list[object]:
    with store.connect() as con:
        return fingerprints.frame_of(con, store.facts.home, day)


def took(store: Store, sender: Store, said: list[object]) -> list[fingerprint_checks.Broken]:
    with store.writing() as con:
        return fingerprints.take(con, sender.facts.home, said)


def written_anew(store: Store, signer: SigningIdentity, old: bytes, new: bytes) -> None:
    """Change words in the log as somebody with the school's own key could: every hash, sum and seal fits again."""
    assert len(old) == len(new)
    con = sqlite3.connect(store.path, isolation_level=None)
    key = dict(con.execute("SELECT c.cid, s.key FROM chain c JOIN stream s ON s.sno=c.sno"))
    for cid, stream in key.items():
        running = con.execute("SELECT start_prev FROM chain WHERE cid=?", (cid,)).fetchone()[0]
        seq = 0
        for pos, body in con.execute(
            "SELECT pos, body FROM commit_log WHERE pos>>40=? ORDER BY pos", (cid,)
        ).fetchall():
            seq, body = pos & (1 << 40) - 1, body.replace(old, new)
            running = fingerprint_checks.link(stream, seq, running, body)
            con.execute("UPDATE commit_log SET hash=?, body=? WHERE pos=?", (running, body, pos))
        seal = signer.sign(layout.seal_message(stream, seq, running))
        con.execute("UPDATE chain SET head=?, seal=? WHERE cid=?", (running, seal, cid))
    made_to_fit(con)
    con.close()
    with store.engine.begin() as lists:
        from db.rebuild import rebuild

        rebuild(lists)


def made_to_fit(con: sqlite3.Connection) -> None:
    """Reckon the control sums anew."""
    for sid, channel in con.execute("SELECT sid, channel FROM channel_sum").fetchall():
        rows = con.execute(
            "SELECT l.hash FROM commit_log l JOIN chain c ON c.cid=(l.pos>>40) JOIN stream s ON s.sno=c.sno"
            " WHERE s.sid=? AND s.channel=?", (sid, channel),
        ).fetchall()  # fmt: skip
        total = sum(int.from_bytes(row[0], "big") for row in rows) % chains.MODULUS
        con.execute(
            "UPDATE channel_sum SET total=?, commits=? WHERE sid=? AND channel=?",
            (total.to_bytes(32, "big"), len(rows), sid, channel),
        )


# --- the code --------------------------------------------------------------------------------------------------------


def test_the_code_is_the_one_that_is_written_down() -> None:
    heads = [Head(bytes([n]) * 16, n, bytes([n + 1]) * 32) for n in (1, 2, 3)]
    leaves = [hashlib.sha256(h.stream + h.seq.to_bytes(8, "big") + h.head).digest() for h in heads]
    whole = hashlib.sha256(b"bursar.fingerprint.1" + b"".join(sorted(leaves))).digest()
    assert fingerprints.code_of(heads) == fingerprints.code_of([heads[2], leaves[0], heads[1]]) == "QF4O-MLLZ-HVPE-CL5Z"
    assert whole.hex().startswith("8178e62d793d5e412fb9")


def test_every_entry_changes_the_code_but_what_is_private(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    before = code(store)
    write(store, "one")
    after = code(store)
    assert after != before
    with store.act(ActCode.ADD_ABSENCE) as act:
        act.create("absence_reason", {"reason": "private"})
    assert code(store) == after


def test_two_desks_that_hold_the_same_print_the_same_code(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    other = bench.second(store, "anne-2")
    write(store, "one")
    write(other, "two")
    assert code(store) != code(other)
    bench.rounds(store, other)
    assert code(store) == code(other)


def test_a_code_from_paper_says_that_all_behind_it_is_here_unchanged(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    write(store, "one", "two")
    said = noted(store)
    write(store, "three")
    found = asked(store, said.lower().replace("-", " "))
    assert (found.state, found.days, found.elsewhere) == ("unchanged", (TODAY,), 0)
    assert found.entries == 2


def test_a_code_that_was_printed_without_being_noted_is_found_in_the_history(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    other = bench.second(store, "anne-2")
    write(store, "one")
    write(other, "two")
    bench.clock.move_on(3 * DAY_MS)
    bench.exchange(other, store)
    said = code(store)
    bench.clock.move_on(DAY_MS)
    write(store, "three")
    found = asked(store, said)
    assert (found.state, found.days) == ("unchanged", (TODAY + 3,))
    assert asked(store, "AAAA-BBBB-CCCC-DDDD").state == "unknown"


def test_letters_that_look_alike_are_read_as_meant() -> None:
    assert fingerprint_checks.read_code(" o1b8-abcd efgh 2345") == "OIBB-ABCD-EFGH-2345"


def test_a_frame_hides_what_its_reader_may_not_read_and_says_the_same_code(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    with store.act(ActCode.ADD_PERSON) as act:
        act.create("person", {"name": "Terry"})
    write(store, "one")
    with store.connect() as con:
        whole = fingerprints.frame_of(con, store.facts.home, TODAY)
        part = fingerprints.frame_of(con, store.facts.home, TODAY, lambda channel: channel != "people")
        people = {s.key for s in chains.streams(con) if s.channel == "people"}
    assert whole[2] == part[2]
    assert {head.stream for head in fingerprints.read_frame(b"", whole).heads} & people
    assert not any(key in msgspec.msgpack.encode(part) for key in people)


@pytest.mark.parametrize(
    "broken",
    [
        None, [], ["fingerprint", 1, "X"], ["fingerprint", "1", "X", []], ["fingerprint", 1, "AAAA", []],
        ["fingerprint", 1, "X", [[b"short", 1, bytes(32)]]], ["fingerprint", 1, "X", [[bytes(16), 0, bytes(32)]]],
        ["fingerprint", 1, "X", [7]], ["fingerprint", True, "X", []], ["fingerprint", 1 << 40, "X", []],
        ["fingerprint", 1, "X", [bytes(32)] * 5000], ["fingerprint", 1, "X", {}],
    ],
)  # fmt: skip
def test_what_is_no_fingerprint_is_refused(broken: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        fingerprints.read_frame(bytes(16), broken)


# --- what it notices -------------------------------------------------------------------------------------------------


def test_a_history_written_anew_with_the_schools_own_key_is_named_by_the_fingerprint_of_an_earlier_day(
    bench: Bench,
) -> None:
    store = bench.school("St Anne", "105219")
    write(store, "ladder failed", "two")
    said = noted(store)
    bench.clock.move_on(DAY_MS)
    write(store, "three")
    assert verify(store, QUIET) == []
    written_anew(store, own_keys(bench, store), b"ladder failed", b"ladder passed")
    findings = verify(store, QUIET)
    what = "Entries of an earlier day are missing and others stand in their place: St Anne"
    assert [one.what for one in findings] == [what]
    assert said in findings[0].where
    assert "12 January 2026" in findings[0].where
    assert asked(store, said).state == "changed"


def test_a_history_written_anew_is_noticed_by_a_neighbour_who_merged_an_earlier_file(bench: Bench) -> None:
    store, near = bench.school("St Anne", "105219"), bench.school("Oakfield", "105220")
    bench.introduce(store, near)
    bench.let_read(store, near, ["compliance"])
    write(store, "ladder failed", "two")
    said = noted(store)
    bench.exchange(store, near)
    took(near, store, frame(store))
    bench.clock.move_on(DAY_MS)
    written_anew(store, own_keys(bench, store), b"ladder failed", b"ladder passed")
    with store.writing() as con:
        con.exec_driver_sql("DELETE FROM fingerprint")
    write(store, "three")
    assert verify(store, QUIET) == [], "with the key and without the fingerprints nothing can be seen at home"
    receipt = bench.merge(near, bench.send(store, [near], everything=True))
    took(near, store, frame(store, TODAY + 1))
    assert receipt.forked
    assert verify(near, QUIET) == [], "two histories are no damage: both are kept"
    findings = notices(near)
    assert [one.what for one in findings] == ["A school's history is not the one it sent before: St Anne"]
    assert "entry 1" in findings[0].where
    assert "13 January 2026" in findings[0].where
    assert asked(near, said, store.facts.home).state in ("unchanged", "partly")
    assert asked(store, said).state == "unknown"


def test_a_file_that_says_another_history_is_told_when_it_is_taken_in(bench: Bench) -> None:
    store, near = bench.school("St Anne", "105219"), bench.school("Oakfield", "105220")
    bench.introduce(store, near)
    bench.let_read(store, near, ["compliance"])
    write(store, "ladder failed", "two")
    bench.exchange(store, near)
    assert took(near, store, frame(store)) == []
    write(store, "three")
    bench.exchange(store, near)
    assert took(near, store, frame(store)) == []
    written_anew(store, own_keys(bench, store), b"ladder failed", b"ladder passed")
    bench.merge(near, bench.send(store, [near], everything=True))
    listed = took(near, store, frame(store))
    told = listed or [one for one in fingerprint_checks_of(near) if one.how == "rewritten"]
    assert [one.how for one in told] == ["rewritten"]


def fingerprint_checks_of(store: Store) -> list[fingerprint_checks.Broken]:
    with store.connect() as con:
        return fingerprint_checks.damage(con, frozenset())


def test_a_copy_that_was_restored_and_went_on_is_healed_by_the_file_that_brings_both_together(bench: Bench) -> None:
    store, near = bench.school("St Anne", "105219"), bench.school("Oakfield", "105220")
    bench.introduce(store, near)
    bench.let_read(store, near, ["compliance"])
    bench.let_read(near, store, ["compliance"])
    write(store, "one")
    kept = bench.folder / "older"
    shutil.copyfile(store.path, kept)
    write(store, "two")
    bench.exchange(store, near)
    took(near, store, frame(store))
    store.close()
    store.path.unlink()
    kept.rename(store.path)
    back = bench.reopened(store.path)
    write(back, "another two")
    bench.exchange(back, near)
    took(near, back, frame(back, TODAY + 1))
    bench.rounds(back, near)
    took(near, back, frame(back, TODAY + 2))
    assert verify(near, QUIET) == []
    assert verify(back, QUIET) == []


def test_entries_cut_off_with_the_head_and_the_seal_made_to_fit_are_missed(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    write(store, "one", "two", "three")
    noted(store)
    con = sqlite3.connect(store.path, isolation_level=None)
    cid, stream = con.execute("SELECT c.cid, s.key FROM chain c JOIN stream s USING (sno) WHERE head_seq=3").fetchone()
    head = con.execute("SELECT hash FROM commit_log WHERE pos=?", (cid << 40 | 2,)).fetchone()[0]
    con.execute("DELETE FROM commit_log WHERE pos=?", (cid << 40 | 3,))
    seal = own_keys(bench, store).sign(layout.seal_message(stream, 2, head))
    con.execute("UPDATE chain SET head_seq=2, head=?, seal=? WHERE cid=?", (head, seal, cid))
    made_to_fit(con)
    con.close()
    with store.engine.begin() as lists:
        from db.rebuild import rebuild

        rebuild(lists)
    findings = verify(store, QUIET)
    assert [one.what for one in findings] == ["Entries of an earlier day are missing: St Anne"]
    assert findings[0].where.startswith(f"line {cid}, entry 3")


def test_random_lines_part_where_they_say_they_do(bench: Bench) -> None:
    """The place named is the first entry of the new history that the old one does not have."""
    chance = random.Random(7)
    store = bench.school("St Anne", "105219")
    write(store, *(f"defect {n:02}" for n in range(12)))
    for _ in range(4):
        place = chance.randrange(12)
        near = bench.copied(store, f"copy-{chance.random()}")
        written_anew(near, own_keys(bench, store), b"defect %02d" % place, b"DEFECT %02d" % place)
        with near.connect() as con:
            new = next(h for h in fingerprints.today_heads(con, store.facts.home) if h.seq == 12)
            body = [row[0] for row in con.exec_driver_sql("SELECT body FROM commit_log ORDER BY pos")]
            hashes = [row[0] for row in con.exec_driver_sql("SELECT hash FROM commit_log ORDER BY pos")]
        both = bench.copied(store, f"both-{chance.random()}")
        with both.engine.begin() as con:
            stream = next(s for s in chains.streams(con) if s.key == new.stream)
            prev = chains.hash_at(con, 1, place) or layout.ZERO_HASH
            fork = chains.new_chain(con, stream.sno, place + 1, prev, fork=True)
            rest = [chains.NewCommit(n + 1, hashes[n], body[n]) for n in range(place, 12)]
            chains.append(con, fork, rest, None, 0)
            old = next(h for h in fingerprints.today_heads(con, store.facts.home) if h.seq == 12 and h != new)
            listed = [
                fingerprints.Fingerprint(store.facts.home, TODAY, "old", (old,)),
                fingerprints.Fingerprint(store.facts.home, TODAY + 1, "new", (new,)),
            ]
            told = fingerprint_checks.rewritten(con, listed)
            assert [(one.pos, one.code) for one in told] == [(fork.cid << 40 | place + 1, "new")]
            healed = fingerprints.Fingerprint(store.facts.home, TODAY + 2, "both", (old, new))
            assert fingerprint_checks.rewritten(con, [*listed, healed]) == []
