"""Clocks that are wrong: 95 years ahead, in 2001, put back, standing still, and the two nights they are changed."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.clock import FixedClock, utc_offset_minutes
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.stamps import DRIFT_MS, LAST_STAMP, wall_ms
from bursar_desk.services import conflicts, merging, registers
from bursar_desk.services.desk import Desk
from db import statements as st
from db.store import Store
from tests.storage.workbench import Bench, commits_in, commits_of, is_sound, looking, sums_of, tables_of

AHEAD = FixedClock.at(dt.date(2121, 1, 12)).ms
LONG_AGO = FixedClock.at(dt.date(2001, 1, 12)).ms


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with Bench.open(tmp_path, monkeypatch) as opened:
        yield opened


def with_clock(store: Store, ms: int) -> FixedClock:
    """Let a computer have a clock of its own."""
    clock = FixedClock(ms)
    store.around.clock = clock
    return clock


def two_computers(bench: Bench, wrong: int) -> tuple[Store, Store, bytes]:
    """A school whose second computer has a wrong clock, and a fault that both know."""
    office = bench.school("St Anne", "105219")
    hall = bench.second(office, "hall")
    with office.act(ActCode.REPORT_DEFECT, who="Terry") as act:
        gate = act.create("defect", {"title": "gate", "note": "0"})
    bench.exchange(office, hall)
    with_clock(hall, wrong)
    return office, hall, gate


def write(store: Store, gate: bytes, words: str) -> None:
    with store.act(ActCode.CHANGE_DEFECT, who=store.path.stem) as act:
        act.set("defect", gate, {"note": words})


def shown(store: Store) -> str:
    with looking(store) as con:
        return str(con.execute("SELECT note FROM defect").fetchone()[0])


def stamps(store: Store) -> list[int]:
    """The stamps of this computer's own entries, in the order they were written."""
    return [one.stamp for meta, _, _, one in commits_in(store) if meta.writer == store.facts.writer]


# ---------------------------------------------------------------- 95 years off
@pytest.mark.parametrize("wrong", [AHEAD, LONG_AGO], ids=["95 years ahead", "in 2001"])
def test_a_clock_far_off_never_wins_over_what_was_knowingly_written(bench: Bench, wrong: int) -> None:
    office, hall, gate = two_computers(bench, wrong)
    write(hall, gate, "by the wrong clock")
    bench.exchange(hall, office)
    assert shown(office) == "by the wrong clock", "it replaced what it saw, whatever its clock says"
    write(office, gate, "by the right clock")
    bench.exchange(office, hall)
    assert shown(office) == shown(hall) == "by the right clock"
    write(hall, gate, "wrong again")
    bench.exchange(hall, office)
    assert shown(office) == "wrong again"
    assert conflicts.listing(Desk(office, bench.clock)) == []


@pytest.mark.parametrize("wrong", [AHEAD, LONG_AGO], ids=["95 years ahead", "in 2001"])
def test_a_rival_by_a_clock_far_off_is_a_difference_and_no_silent_winner(bench: Bench, wrong: int) -> None:
    office, hall, gate = two_computers(bench, wrong)
    write(hall, gate, "by the wrong clock")
    write(office, gate, "by the right clock")
    bench.rounds(office, hall)
    (found,) = conflicts.listing(Desk(office, bench.clock))
    assert {rival.said for rival in found.rivals} == {"by the wrong clock", "by the right clock"}
    assert shown(office) == shown(hall)
    conflicts.settle_value(Desk(office, bench.clock), found.id, "settled")
    bench.exchange(office, hall)
    assert shown(office) == shown(hall) == "settled"
    assert tables_of(office) == tables_of(hall)


def test_a_clock_95_years_ahead_is_not_followed(bench: Bench) -> None:
    office, hall, gate = two_computers(bench, AHEAD)
    write(hall, gate, "by the wrong clock")
    bench.exchange(hall, office)
    write(office, gate, "by the right clock")
    assert wall_ms(stamps(hall)[-1]) == AHEAD
    assert wall_ms(stamps(office)[-1]) <= bench.clock.ms + DRIFT_MS, "no more than a day is followed"
    bench.clock.move_on(3 * DRIFT_MS)
    write(office, gate, "three days later")
    assert wall_ms(stamps(office)[-1]) == bench.clock.ms, "and after that day the clock is right again"


def test_a_clock_95_years_ahead_is_said_in_the_receipt(bench: Bench) -> None:
    office, hall, gate = two_computers(bench, AHEAD)
    write(hall, gate, "by the wrong clock")
    result = merging.merge(Desk(office, bench.clock), [bench.send(hall, [office])]).files[0]
    assert [note for note in result.notes if "The clock of a computer at St Anne looks wrong" in note]
    assert result.added == 1, "said, and never a reason to refuse"


def test_a_clock_in_2001_is_said_in_the_receipt(bench: Bench) -> None:
    office, hall, gate = two_computers(bench, LONG_AGO)
    write(hall, gate, "by the wrong clock")
    result = merging.merge(Desk(office, bench.clock), [bench.send(hall, [office])]).files[0]
    assert [note for note in result.notes if "The clock of a computer at St Anne looks wrong" in note]
    assert result.added == 1


def test_a_wrong_clock_is_said_wherever_in_the_file_its_entries_lie(bench: Bench) -> None:
    office, hall, gate = two_computers(bench, AHEAD)
    write(hall, gate, "by the wrong clock")
    bench.exchange(hall, office)
    for n in range(5):
        other = bench.second(office, f"other-{n}")
        bench.exchange(office, other)
        write(other, gate, str(n))
        bench.exchange(other, office)
    neighbour = bench.office("Cluster")
    bench.introduce(office, hub=neighbour)
    assert bench.exchange(office, neighbour).clock_wrong


def test_a_right_clock_is_not_called_wrong_however_late_its_file_comes(bench: Bench) -> None:
    office, hall, gate = two_computers(bench, bench.clock.ms)
    write(hall, gate, "in time")
    file = bench.send(hall, [office])
    for late in (0, 60_000, 400 * DRIFT_MS):
        copy = bench.copied(office, f"late-{late}")
        with_clock(copy, bench.clock.ms + late)
        assert not bench.merge(copy, file).clock_wrong


# ---------------------------------------------------------------- clocks put back, standing still, at their ends
def test_a_clock_put_back_keeps_the_order_of_what_was_written(bench: Bench) -> None:
    office = bench.school("St Anne", "105219")
    clock = with_clock(office, bench.clock.ms)
    with office.act(ActCode.REPORT_DEFECT) as act:
        gate = act.create("defect", {"title": "gate", "note": "0"})
    for n, move in enumerate((0, -3_600_000, -10 * 365 * DRIFT_MS, 0, 5)):
        clock.move_on(move)
        write(office, gate, str(n))
        assert shown(office) == str(n)
    given = stamps(office)
    assert given == sorted(set(given)), "each later than the one before"


@pytest.mark.parametrize("ms", [0, (1 << 47) - 1, 1 << 47], ids=["zero", "the last millisecond", "beyond it"])
def test_stamps_at_the_ends_of_time_travel_and_merge_like_any_other(bench: Bench, ms: int) -> None:
    office = bench.school("St Anne", "105219")
    hall = bench.second(office, "hall")
    with_clock(hall, ms)
    with office.act(ActCode.REPORT_DEFECT) as act:
        gate = act.create("defect", {"title": "gate", "note": "0"})
    for n in range(3):
        with hall.act(ActCode.RECORD_CHECK, who="Terry") as act:
            act.fact("check_record", {"done_on": dt.date(2026, 1, 12), "note": str(n)})
    given = stamps(hall)
    assert given == sorted(given)
    assert 0 < given[0] <= given[-1] <= LAST_STAMP
    bench.rounds(office, hall)
    write(hall, gate, "from the end of time")
    bench.exchange(hall, office)
    write(office, gate, "from today")
    bench.rounds(office, hall)
    assert shown(office) == shown(hall) == "from today"
    assert sums_of(office) == sums_of(hall)
    assert tables_of(office) == tables_of(hall)
    assert is_sound(office)
    assert is_sound(hall)


def test_equal_stamps_on_three_computers_are_settled_alike_in_every_order(bench: Bench) -> None:
    office = bench.school("St Anne", "105219")
    others = [bench.second(office, name) for name in ("hall", "yard")]
    with office.act(ActCode.REPORT_DEFECT) as act:
        gate = act.create("defect", {"title": "gate", "note": "0"})
    for other in others:
        bench.exchange(office, other)
    for n, store in enumerate((office, *others)):
        store.around.clock = FixedClock(bench.clock.ms + DRIFT_MS)
        write(store, gate, f"rival {n}")
    assert len({stamps(store)[-1] for store in (office, *others)}) == 1
    bare = bench.second(office, "bare")
    with office.connect() as con:
        known = st.stored(con)
    for store in (*others, bare):
        store.add_statements(known)
    files = [bench.send(store, [office], everything=True) for store in (office, *others)]
    data = bare.path.read_bytes()
    seen = []
    for n, order in enumerate(itertools.permutations(files)):
        bench.path(f"bare-{n}").write_bytes(data)
        one = bench.reopened(bench.path(f"bare-{n}"))
        for file in order:
            bench.merge(one, file)
        seen.append((shown(one), tables_of(one), sums_of(one)))
    assert all(one == seen[0] for one in seen)


# ---------------------------------------------------------------- the nights the clocks are changed
@pytest.mark.parametrize(
    ("night", "first", "second"),
    [(dt.date(2026, 10, 25), 60, 0), (dt.date(2026, 3, 29), 0, 60)],
    ids=["an hour twice", "an hour missing"],
)
def test_what_is_recorded_in_the_night_the_clocks_change_keeps_its_order_and_its_day(
    bench: Bench, night: dt.date, first: int, second: int
) -> None:
    office = bench.school("St Anne", "105219")
    hall = bench.second(office, "hall")
    bench.exchange(office, hall)
    begin = int(dt.datetime(night.year, night.month, night.day, 0, 30, tzinfo=dt.UTC).timestamp()) * 1000
    offsets = []
    for n in range(8):
        store = (office, hall)[n % 2]
        clock = with_clock(store, begin + n * 15 * 60_000)
        offsets.append(utc_offset_minutes(clock.ms))
        with store.act(ActCode.RECORD_CHECK, who="Terry") as act:
            act.fact(
                "check_record",
                {"done_on": clock.today(), "done_minute": 90, "utc_offset": offsets[-1], "note": str(n)},
            )
    assert offsets == sorted(offsets, reverse=first > second)
    assert {offsets[0], offsets[-1]} == {first, second}
    bench.rounds(office, hall)
    with looking(office) as con:
        rows = con.execute("SELECT note, done_on FROM check_record ORDER BY id").fetchall()
    assert [note for note, _ in rows] == [str(n) for n in range(8)], "by the order they were written in"
    assert {day for _, day in rows} == {(night - dt.date(1970, 1, 1)).days}
    assert commits_of(office).keys() == commits_of(hall).keys()
    assert tables_of(office) == tables_of(hall)


def test_a_register_opened_with_a_wrong_clock_goes_on_when_the_clock_is_put_right(bench: Bench) -> None:
    office = bench.school("St Anne", "105219")
    with_clock(office, AHEAD)
    with office.act(ActCode.REPORT_DEFECT) as act:
        gate = act.create("defect", {"title": "gate", "note": "0"})
    office.close()
    office = bench.kept(registers.open_store(office.path, clock=bench.clock))
    write(office, gate, "by the right clock")
    assert shown(office) == "by the right clock"
    assert stamps(office) == sorted(stamps(office))
    assert is_sound(office)
