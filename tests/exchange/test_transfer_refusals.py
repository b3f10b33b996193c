"""Files that are not what they should be: refused with one sentence, nothing changed, and the other files merge."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import Refused
from bursar_desk.domain.grants import Grant
from bursar_desk.domain.operations import ActNote, Kind, cover_channel
from bursar_desk.exchange import body, envelope, sending
from bursar_desk.exchange.keys import ComputerKeys, SigningIdentity
from bursar_desk.services import desk as desks
from bursar_desk.services import merging, registers
from db import layout
from db import statements as st
from db.derived import day_number
from db.store import Founding, Store
from db.take_in import take_in
from tests.storage.workbench import (
    QUIET,
    Bench,
    commits_of,
    held_of,
    is_sound,
    looking,
    own_keys,
    sums_of,
    surroundings,
    tables_of,
)

SALT = b"twelve bytes"
STAMP = 1_768_212_000_000 << 16


class Pair:
    """A school that receives, and a school whose program can be made to write anything."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.a = bench.school("St Anne", "105219")
        self.b = bench.school("Bury Hill", "105220")
        self.c = bench.school("Carr Lane", "105221")
        bench.introduce(self.a, self.b, self.c)
        self.files = 0

    def person(self, store: Store, name: str) -> None:
        with store.act(ActCode.ADD_PERSON) as act:
            act.create("person", {"name": name})

    def people(self, store: Store) -> list[str]:
        with looking(store) as con:
            return [row[0] for row in con.execute("SELECT name FROM person ORDER BY name")]

    def meta(self, channel: str = "people") -> layout.StreamMeta:
        return layout.StreamMeta(self.b.facts.namespace, self.b.facts.home, channel, self.b.facts.writer, b"E" * 16)

    def write(self, frames: list[bytes], *, by: ComputerKeys | None = None, kind: str = "exchange") -> Path:
        """A file that B's computer signed, whatever its frames are."""
        self.files += 1
        path = self.bench.folder / f"forged-{self.files}.bursar"
        envelope.write(
            path, kind=kind, sender=(by or self.bench.keys_of(self.b)).sign, certificate=b"",
            namespace=self.a.facts.namespace, recipients=[self.bench.keys_of(self.a).box.public], body=frames,
        )  # fmt: skip
        return path

    def with_segment(self, segment: list[object], bodies: list[bytes]) -> Path:
        return self.write([
            body.frame("made", 0), body.frame("have", []), body.frame("statements", []), body.frame(*segment),
            *body.commit_frames(bodies), body.frame("end", 1, len(bodies), 0),
        ])  # fmt: skip

    def segment(
        self, bodies: list[bytes], *, meta: layout.StreamMeta | None = None, start: int = 1,
        prev: bytes = layout.ZERO_HASH, signer: SigningIdentity | None = None,
    ) -> Path:  # fmt: skip
        """A file with one properly sealed segment."""
        stream = meta or self.meta()
        head = prev
        for seq, data in enumerate(bodies, start):
            commit = layout.read_commit(data)
            head = layout.commit_hash(
                stream.key, seq, commit.stamp, head, commit.grant, b"".join(layout.commit_digests(commit))
            )
        end = start + len(bodies) - 1
        message = layout.seal_message(stream.key, end, head) if end < 1 << 63 else b""
        seal = (signer or own_keys(self.bench, self.b)).sign(message)
        return self.with_segment(["segment", stream.packed(), start, prev, len(bodies), seal], bodies)

    def refused(self, path: Path) -> Refused:
        """Why A does not take a file in; A's register must be byte for byte as it was."""
        before = self.a.path.read_bytes()
        with pytest.raises(Refused) as caught:
            self.bench.merge(self.a, path)
        assert self.a.path.read_bytes() == before
        return caught.value


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    with Bench.open(tmp_path, monkeypatch) as bench:
        yield Pair(bench)


def commit(*ops: layout.Packed, stamp: int = STAMP, grant: bytes | None = None) -> bytes:
    note = layout.pack_act(ActNote(b"act of 16 bytes!", 3, None, None, None, "Bob", ""), SALT)
    return layout.pack_commit(stamp, grant, [note, *ops])


def person(name: str) -> layout.Packed:
    return layout.pack_operation(Kind.CREATE, 2, None, None, [name], SALT)


# ---------------------------------------------------------------- damage and re-addressing, among good files
def _cut(data: bytes) -> bytes:
    return data[:-100]


def _flip(data: bytes) -> bytes:
    place = len(data) - 200
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def _extend(data: bytes) -> bytes:
    return data + b"\x00"


def _text_mode(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_cut, "is cut short"),
        (_flip, "was changed after it was made"),
        (_extend, "has something extra at its end"),
        (_text_mode, "was changed on its way here"),
        (lambda _: b"", "is not whole yet"),
        (lambda _: b"PK\x03\x04 a letter about lunch money", "not a share file"),
    ],
)
def test_a_spoilt_file_is_refused_by_name_while_the_others_merge(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[bytes], bytes], says: str
) -> None:
    pair.person(pair.b, "Bob")
    pair.person(pair.c, "Cleo")
    folder = pair.bench.folder / "post"
    folder.mkdir()
    spoilt = pair.bench.send(pair.b, [pair.a]).rename(folder / "a-spoilt.bursar")
    pair.bench.send(pair.c, [pair.a]).rename(folder / "b-good.bursar")
    spoilt.write_bytes(spoil(spoilt.read_bytes()))
    desk = desks.Desk(pair.a, pair.bench.clock)
    result = merging.merge(desk, [folder])
    assert (result.accepted, len(result.refused)) == (1, 1)
    assert result.refused[0].path == spoilt
    assert says in result.refused[0].refused_because
    assert pair.people(pair.a) == ["Cleo"]
    assert sorted(one.name for one in folder.iterdir()) == ["a-spoilt.bursar", "b-good.bursar"], "none is moved"
    assert is_sound(pair.a)


def test_a_file_for_somebody_else_is_refused(pair: Pair) -> None:
    pair.person(pair.b, "Bob")
    refusal = pair.refused(pair.bench.send(pair.b, [pair.c]))
    assert "not made for this computer" in str(refusal)


def test_a_file_cannot_be_addressed_anew_in_its_senders_name(pair: Pair) -> None:
    """Who received a file can pass its contents on, but the file is then signed by them and not by the sender."""
    pair.person(pair.b, "Bob")
    data = pair.bench.send(pair.b, [pair.c]).read_bytes()
    theirs = layout_of(data)
    mine = layout_of(pair.bench.send(pair.b, [pair.a]).read_bytes())
    mixed = pair.bench.folder / "mixed.bursar"
    mixed.write_bytes(mine[0] + theirs[1])
    assert "changed after it was made" in str(pair.refused(mixed)) or "cut short" in str(pair.refused(mixed))


def layout_of(data: bytes) -> tuple[bytes, bytes]:
    """The front (with the list of readers) and the rest of a file."""
    length = int.from_bytes(data[10:14], "big")
    return data[: 14 + length], data[14 + length :]


def test_an_unknown_sender_is_refused(pair: Pair) -> None:
    stranger = pair.bench.school("Far Away", "109999")
    with pair.a.connect() as con:
        stranger.add_statements(one for one in st.stored(con) if one.school == pair.a.facts.home)
    refusal = pair.refused(pair.bench.send(stranger, [pair.a]))
    assert "a school you have not met yet" in str(refusal)


def test_a_second_root_for_a_known_school_is_refused_with_the_advice_to_ring(pair: Pair) -> None:
    """Somebody else founds "Bury Hill" under the same URN: its key is not the one that was pinned."""
    with Store_elsewhere(pair) as impostor:
        with pair.a.connect() as con:
            impostor.add_statements(one for one in st.stored(con) if one.school == pair.a.facts.home)
        refusal = pair.refused(pair.bench.send(impostor, [pair.a]))
    assert "different key" in str(refusal)
    assert "Ring Bury Hill" in str(refusal)


class Store_elsewhere:  # noqa: N801 - reads as what it is
    """A register of the same school, founded by somebody else."""

    def __init__(self, pair: Pair) -> None:
        newcomer = registers.Newcomer("Bury Hill", "school", "105220")
        path = pair.bench.path("impostor")
        self.store = registers.found(path, newcomer, practice=True, clock=pair.bench.clock).store

    def __enter__(self) -> Store:
        return self.store

    def __exit__(self, *_: object) -> None:
        self.store.close()


def test_a_known_school_cannot_bring_in_a_second_root_of_another(pair: Pair) -> None:
    with Store_elsewhere(pair) as impostor, impostor.connect() as con:
        frames = [
            body.frame("made", 0), body.frame("have", []),
            body.frame("statements", [one.raw for one in st.stored(con)]), body.frame("end", 0, 0, 0),
        ]  # fmt: skip
    refusal = pair.refused(pair.write(frames, by=pair.bench.keys_of(pair.c)))
    assert "Ring Bury Hill" in str(refusal)


def test_practice_files_never_merge_into_a_real_register(pair: Pair) -> None:
    real = pair.bench.kept(
        registers.found(
            pair.bench.path("real"), registers.Newcomer("St Anne", "school", "105219"), practice=False,
            clock=pair.bench.clock,
        ).store
    )  # fmt: skip
    path = pair.bench.folder / "practice.bursar"
    envelope.write(
        path, kind="exchange", sender=pair.bench.keys_of(pair.b).sign, certificate=b"",
        namespace=pair.b.facts.namespace, recipients=[pair.bench.keys_of(real).box.public], body=[],
    )  # fmt: skip
    with pytest.raises(Refused, match="practice"):
        pair.bench.merge(real, path)


# ---------------------------------------------------------------- what a known school's program may not do
def test_a_good_forged_segment_is_taken_in(pair: Pair) -> None:
    """The forge itself is sound: what follows is refused for what is changed and for nothing else."""
    receipt = pair.bench.merge(pair.a, pair.segment([commit(person("Bob"))]))
    assert receipt.added == 1
    assert pair.people(pair.a) == ["Bob"]
    assert is_sound(pair.a)


def test_a_segment_sealed_by_another_key_is_refused(pair: Pair) -> None:
    path = pair.segment([commit(person("Bob"))], signer=own_keys(pair.bench, pair.c))
    assert "changed after it was made" in str(pair.refused(path))


def test_a_known_school_cannot_write_in_our_name(pair: Pair) -> None:
    ours = layout.StreamMeta(
        pair.a.facts.namespace, pair.a.facts.home, "people", pair.b.facts.writer, b"E" * 16
    )  # B's key, A's stream
    assert "changed after" in str(pair.refused(pair.segment([commit(person("Bob"))], meta=ours)))


def test_a_forwarder_cannot_alter_leave_out_or_put_in(pair: Pair) -> None:
    for name in ("first", "second", "third"):
        pair.person(pair.c, name)
    with pair.c.connect() as con:
        rows = con.exec_driver_sql(
            "SELECT l.body, c.seal, s.meta FROM commit_log l JOIN chain c ON c.cid=(l.pos>>40)"
            " JOIN stream s ON s.sno=c.sno ORDER BY l.pos"
        ).all()
    bodies, seal, meta = [row[0] for row in rows], rows[0][1], rows[0][2]
    changed = bodies[1].replace(b"second", b"sekond")
    assert changed != bodies[1]
    for spoilt in (
        [bodies[0], changed, bodies[2]], [bodies[0], bodies[2]], bodies[:2], [*bodies, bodies[0]],
        [bodies[1], bodies[0], bodies[2]],
    ):  # fmt: skip
        segment: list[object] = ["segment", meta, 1, layout.ZERO_HASH, len(spoilt), seal]
        assert "changed after it was made" in str(pair.refused(pair.with_segment(segment, spoilt)))
    whole: list[object] = ["segment", meta, 1, layout.ZERO_HASH, 3, seal]
    assert pair.bench.merge(pair.a, pair.with_segment(whole, bodies)).added == 3


@pytest.mark.parametrize("start", [0, -1, 1 << 40, (1 << 40) - 1, 1 << 62])
def test_a_number_that_cannot_be_a_place_in_a_stream_is_refused(pair: Pair, start: int) -> None:
    prev = layout.ZERO_HASH if start == 1 else b"p" * 32
    bodies = [commit(person("Bob")), commit(person("Bill"))]
    assert "cannot be read" in str(pair.refused(pair.segment(bodies, start=start, prev=prev)))


def test_a_segment_of_nothing_with_a_wild_number_is_refused(pair: Pair) -> None:
    segment: list[object] = ["segment", pair.meta().packed(), (1 << 63) - 1, b"p" * 32, 0, bytes(64)]
    assert "cannot be read" in str(pair.refused(pair.with_segment(segment, [])))


@pytest.mark.parametrize(
    "ops",
    [
        [person("no act")],
        [layout.pack_operation(Kind.ACT, 3, None, [None, None, None], ["Bob", ""], SALT)],
        [layout.pack_operation(Kind.ACT, 3, bytes(16), None, ["Bob", ""], SALT)],
        [layout.pack_operation(Kind.ACT, 3, bytes(16), [None, None, None], ["Bob"], SALT)],
        [layout.Packed(b"\x95\x06", b"\x92", bytes(32))],
    ],
    ids=["no act", "no row", "no links", "half the words", "cut short"],
)
def test_an_entry_that_does_not_say_who_did_it_is_refused(pair: Pair, ops: list[layout.Packed]) -> None:
    assert "cannot be read" in str(pair.refused(pair.segment([layout.pack_commit(STAMP, None, ops)])))


def _nested(levels: int) -> layout.Packed:
    whole = person("deep")
    deep = b"\x92" + b"\xc4\x0c" + SALT + b"\x91" + b"\x91" * levels + b"\xc0"
    return layout.Packed(whole.stem, deep, layout.head_digest(whole.stem, deep))


@pytest.mark.parametrize("levels", [100, 2_000, 100_000])
def test_an_entry_nested_out_of_reason_is_refused(pair: Pair, levels: int) -> None:
    assert "cannot be read" in str(pair.refused(pair.segment([commit(_nested(levels))])))


def test_an_entry_larger_than_any_entry_is_refused(pair: Pair) -> None:
    large = layout.pack_operation(Kind.CREATE, 2, None, None, ["x" * 70_000], SALT)
    assert "cannot be read" in str(pair.refused(pair.segment([commit(large)])))


def test_ordinary_text_full_of_accents_is_no_nesting(pair: Pair) -> None:
    """The quick look for nesting counts bytes that also occur in text; it may not refuse what is only text."""
    words = "Žluťoučký kůň – 漢字 ".join(["é"] * 300)
    receipt = pair.bench.merge(pair.a, pair.segment([commit(person(words))]))
    assert (receipt.added, receipt.held) == (1, 0)
    assert pair.people(pair.a) == [words]


@pytest.mark.parametrize(
    "frames",
    [
        [body.frame("made", 0)],
        [body.frame("made", 0), body.frame("end", 1, 0, 0)],
        [body.frame("end", 0, 0, 0), body.frame("made", 0)],
        [body.frame("commits", [b"x"]), body.frame("end", 0, 0, 0)],
        [body.frame("have", [[b"short", 1, bytes(32)]]), body.frame("end", 0, 0, 0)],
        [body.frame("statements", [b"\x93"]), body.frame("end", 0, 0, 0)],
        [body.frame("segment", 1, 2, 3), body.frame("end", 0, 0, 0)],
        [b"\x00\x00\x00\x05\x91\xa3end"],
        [b"\xff\xff\xff\xff"],
        [b"\x00\x00\x00\x01\xc1"],
        [b"\x00\x00"],
    ],
)
def test_frames_that_make_no_file_are_refused(pair: Pair, frames: list[bytes]) -> None:
    assert "cannot be read" in str(pair.refused(pair.write(frames)))


def test_a_clock_that_is_years_out_is_no_reason_to_refuse(pair: Pair) -> None:
    stamps = (0, 1, STAMP, (1 << 63) - 1)
    bodies = [commit(person(f"at {n}"), stamp=stamp) for n, stamp in enumerate(stamps)]
    receipt = pair.bench.merge(pair.a, pair.segment(bodies))
    assert (receipt.added, receipt.held, receipt.clock_wrong) == (4, 0, True)
    pair.person(pair.a, "after")
    with looking(pair.a) as con:
        stamp = int.from_bytes(con.execute("SELECT v FROM meta WHERE k='stamp'").fetchone()[0], "big")
    assert (stamp >> 16) <= pair.bench.clock.now_ms() + 24 * 3600 * 1000 + 1, "one wrong clock drags nobody along"


# ---------------------------------------------------------------- cover
LENT = b"the check lent!!"
FIRST = dt.date(2026, 1, 12)


def _lend(pair: Pair, checks: tuple[bytes, ...], days: int) -> st.Statement:
    """A's grant for Bob; said again under the same id when the pack is made again."""
    day = day_number(FIRST)
    grant = Grant(b"G" * 16, pair.a.facts.home, pair.b.facts.home, "Bob", (pair.b.facts.writer,),
                  (pair.bench.keys_of(pair.b).box.public,), checks, day, day + days, day + 18, 6)  # fmt: skip
    facts = st.grant_facts(grant)
    return st.make(st.GRANT, pair.a.facts.namespace, pair.a.facts.home, facts, own_keys(pair.bench, pair.a))


@pytest.fixture
def guest(pair: Pair) -> Store:
    """B's register for covering at A: it writes only under A's grant."""
    a, bench = pair.a, pair.bench
    a.add_statements([_lend(pair, (LENT,), 4)])
    with a.connect() as con:
        known = tuple(st.stored(con))
    founding = Founding(
        b"guest register!!", a.facts.namespace, a.facts.home, "guest", practice=True, writer=pair.b.facts.writer,
        statements=known, cover_channel=cover_channel(b"G" * 16),
    )  # fmt: skip
    around = surroundings(bench, own_keys(bench, pair.b), secrets.token_bytes)
    return bench.kept(Store.create(bench.path("guest"), founding, around))


def _hand_back(pair: Pair, guest: Store) -> Any:
    path = pair.bench.folder / f"return-{pair.files}.bursar"
    pair.files += 1
    sending.send(
        guest, pair.bench.keys_of(pair.b), path, [pair.a.facts.home], QUIET, kind="return",
        only_channel=cover_channel(b"G" * 16),
    )  # fmt: skip
    incoming = pair.bench.receive(pair.a, path)
    return take_in(pair.a, incoming.file, QUIET, "")


def _record(guest: Store, check: bytes, day: dt.date, **more: object) -> bytes:
    with guest.act(ActCode.RECORD_CHECK, who="Bob") as act:
        return act.fact("check_record", {"check_id": check, "done_on": day, "outcome": "satisfactory", **more})


def test_what_a_covering_person_did_inside_the_grant_counts_and_the_rest_is_held(pair: Pair, guest: Store) -> None:
    good = _record(guest, LENT, FIRST)
    _record(guest, b"another check!!!", FIRST)
    _record(guest, LENT, FIRST - dt.timedelta(days=1))
    with guest.act(ActCode.ADD_PERSON, who="Bob") as act:
        act.create("person", {"name": "Bob's friend"})
    receipt = _hand_back(pair, guest)
    assert (receipt.came, receipt.added, receipt.held) == (4, 1, 3)
    with looking(pair.a) as con:
        assert con.execute("SELECT id, done_by IS NULL FROM check_record").fetchall() == [(good, 1)]
        assert con.execute("SELECT count(*) FROM person").fetchone() == (0,)
    assert {reason for *_, reason in held_of(pair.a)} == {
        "not one of the checks lent", "outside the dates lent", "outside the tables lent",
    }  # fmt: skip
    assert is_sound(pair.a)


def test_a_covering_person_can_take_back_their_own_record_and_no_other(pair: Pair, guest: Store) -> None:
    with pair.a.act(ActCode.RECORD_CHECK, who="Dawn") as act:
        ours = act.fact("check_record", {"check_id": LENT, "done_on": FIRST})
    theirs = _record(guest, LENT, FIRST)
    with guest.act(ActCode.CORRECT, who="Bob") as act:
        act.set_aside("check_record", theirs)
    with guest.act(ActCode.CORRECT, who="Bob") as act:
        act.set_seen("check_record", ours, {255: "set aside"}, {255: [ours]})
    _hand_back(pair, guest)
    with looking(pair.a) as con:
        stands = dict(con.execute("SELECT id, standing FROM check_record"))
    assert stands == {ours: "stands", theirs: "set aside"}
    assert is_sound(pair.a)


def test_more_entries_than_were_lent_are_held(pair: Pair, guest: Store) -> None:
    for n in range(8):
        _record(guest, LENT, FIRST, note=str(n))
    receipt = _hand_back(pair, guest)
    assert (receipt.came, receipt.added, receipt.held) == (8, 6, 2)
    with looking(pair.a) as con:
        assert [row[0] for row in con.execute("SELECT note FROM check_record ORDER BY note")] == list("012345")


def test_a_return_reaches_the_schools_other_computer_and_is_judged_alike_there(pair: Pair, guest: Store) -> None:
    second = pair.bench.second(pair.a, "anne-2")
    _record(guest, LENT, FIRST)
    _record(guest, b"another check!!!", FIRST)
    _hand_back(pair, guest)
    pair.bench.exchange(pair.a, second)
    assert tables_of(second) == tables_of(pair.a)
    assert held_of(second) == held_of(pair.a)
    assert sums_of(second) == sums_of(pair.a)
    assert set(commits_of(second)) == set(commits_of(pair.a))


OTHER = b"another check!!!"


def _counted(store: Store) -> list[bytes]:
    with looking(store) as con:
        return [row[0] for row in con.execute("SELECT check_id FROM check_record ORDER BY check_id")]


@pytest.mark.parametrize("when", ["before the return", "after the return", "with the return"])
def test_a_pack_that_is_made_again_lends_all_that_was_ever_lent(pair: Pair, guest: Store, when: str) -> None:
    """The grant is said again with other checks: what either allows counts, whenever the second one is heard of."""
    wider, other = _lend(pair, (OTHER,), 9), pair.bench.second(pair.a, "anne-2")
    _record(guest, LENT, FIRST)
    _record(guest, OTHER, FIRST + dt.timedelta(days=8))
    _record(guest, b"a third check 16", FIRST)
    if when == "before the return":
        pair.a.add_statements([wider])
    if when == "with the return":
        guest.add_statements([wider])
    receipt = _hand_back(pair, guest)
    if when == "after the return":
        assert (_counted(pair.a), receipt.held) == ([LENT], 2)
        pair.bench.exchange(pair.a, other)
        pair.a.add_statements([wider])
    assert _counted(pair.a) == sorted([LENT, OTHER])
    assert len(held_of(pair.a)) == 1
    assert is_sound(pair.a)
    pair.bench.exchange(pair.a, other)
    assert tables_of(other) == tables_of(pair.a)
    assert held_of(other) == held_of(pair.a)
    assert is_sound(other)
