"""Do the simulation and the reference notice anything? Faults are planted on purpose, and each has to be found."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bursar_desk.exchange import sending
from db import applier, chains, heads, take_in
from tests.exchange.simulation import Company
from tests.exchange.test_simulation import SHAPES, story
from tests.storage.histories import Maker, Yard, files_of, reference, state_of
from tests.storage.workbench import QUIET, Bench

STORIES = 600
HISTORIES = 200


@pytest.fixture(scope="module")
def companies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Company]]:
    with pytest.MonkeyPatch.context() as patch:
        gathered = {}
        base = tmp_path_factory.mktemp("companies")
        patch.setenv("BURSAR_DESK_LOCAL", str(base / "local"))
        for name, (hub, neighbours, _) in SHAPES.items():
            folder = base / name
            folder.mkdir()
            with Bench.open(folder, patch) as bench:
                gathered[name] = Company.gather(bench, hub=hub, neighbours=neighbours)
        yield gathered


# ---------------------------------------------------------------- faults in what travels
def _counters_without_hashes(patch: pytest.MonkeyPatch) -> None:
    """Trust the number of entries a reader names and not their hash."""

    def holding(con: Connection, held: Sequence[chains.ChainRow], seq: int, head: bytes) -> chains.ChainRow | None:
        return next((chain for chain in held if chain.start_seq <= seq <= chain.head_seq), None)

    patch.setattr(sending, "_holding", holding)


def _acknowledgements_only_grow(patch: pytest.MonkeyPatch) -> None:
    """Never forget what a peer once held, although peers are restored from backups."""

    def note(con: Connection, file: take_in.CheckedFile) -> None:
        rows = [(file.sender, have.stream, have.head, have.seq) for have in file.have or ()]
        if rows:
            con.exec_driver_sql("INSERT OR IGNORE INTO peer_have VALUES (?,?,?,?)", rows)

    patch.setattr(take_in, "_note_have", note)


def _gaps_are_acknowledged(patch: pytest.MonkeyPatch) -> None:
    """Say that a line is held although its beginning has not arrived."""

    def any_line(con: Connection, sno: int) -> list[chains.ChainRow]:
        return [chain for chain in chains.chains_of(con, sno) if chain.head_seq >= chain.start_seq]

    patch.setattr(chains, "rooted", any_line)


def _forks_are_dropped(patch: pytest.MonkeyPatch) -> None:
    """Take an entry for known when the line held has one at its place, whichever it is."""
    holding = chains._Walk.next_holding

    def same_place(self: chains._Walk, on: chains.ChainRow | None, seq: int, prev: bytes, wanted: bytes) -> Any:
        if on is not None and seq <= on.head_seq:
            return on
        return holding(self, on, seq, prev, wanted)

    patch.setattr(chains._Walk, "next_holding", same_place)


def _only_to_the_first_reader(patch: pytest.MonkeyPatch) -> None:
    """Send what the first of several computers lacks instead of what any of them lacks."""
    everybody = sending._all_acknowledged
    patch.setattr(sending, "_all_acknowledged", lambda *words: everybody(*words)[:1])


@pytest.mark.campaign
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    "plant",
    [
        _counters_without_hashes, _acknowledgements_only_grow, _gaps_are_acknowledged, _forks_are_dropped,
        _only_to_the_first_reader,
    ],
)
def test_the_stories_notice_a_fault_in_what_travels(
    plant: Callable[[pytest.MonkeyPatch], None], companies: dict[str, Company], tmp_path: Path
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        plant(patch)
        for seed in range(STORIES):
            try:
                story(seed, companies, tmp_path)
            except AssertionError:
                return
    pytest.fail(f"{plant.__name__} went unnoticed in {STORIES} stories")


# ---------------------------------------------------------------- faults in the merge
def _a_change_before_its_row_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(applier.Applier, "_orphans", lambda _self, _rows: set())


def _the_second_making_of_a_row_is_ignored(patch: pytest.MonkeyPatch) -> None:
    insert = applier.Applier._insert_births

    def first_only(self: applier.Applier, todo: Any) -> None:
        todo.derived.clear()
        insert(self, todo)

    patch.setattr(applier.Applier, "_insert_births", first_only)


def _a_delete_hides_what_it_never_saw(patch: pytest.MonkeyPatch) -> None:
    see = heads._see

    def any_delete(con: Any, rows: Any, births: Any, seen: Any, current: Any) -> None:
        everything = {key: {head.op for k, hs in current.items() if k[:2] == key for head in hs} for key in seen}
        see(con, rows, births, everything, current)

    patch.setattr(heads, "_see", any_delete)


def _the_fastest_clock_wins_a_hazard(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(heads, "choose", lambda _, rivals: max(rivals, key=lambda head: (head.stamp, head.op)))


def _the_last_to_arrive_is_shown(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(heads, "choose", lambda _, rivals: rivals[-1])


def _a_replacement_reaches_every_cell(patch: pytest.MonkeyPatch) -> None:
    """Let a change replace values of other cells of its row, too."""
    find = heads._heads

    def wide(con: Connection, wanted: Any, births: Any) -> Any:
        found = find(con, wanted, births)
        for key, rivals in found.items():
            gone = set(con.exec_driver_sql("SELECT op FROM superseded WHERE row=?", (key[0],)).scalars())
            left = [head for head in rivals if head.op not in gone]
            found[key] = left or rivals
        return found

    patch.setattr(heads, "_heads", wide)


def _equal_values_are_a_conflict(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(heads, "in_conflict", lambda rivals: len(rivals) > 1)


def _rights_are_not_asked_for(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(applier, "allowed", lambda *_: "")


@pytest.mark.parametrize(
    "plant",
    [
        _a_change_before_its_row_is_forgotten, _the_second_making_of_a_row_is_ignored,
        _a_delete_hides_what_it_never_saw, _the_fastest_clock_wins_a_hazard, _the_last_to_arrive_is_shown,
        _a_replacement_reaches_every_cell, _equal_values_are_a_conflict, _rights_are_not_asked_for,
    ],
)
def test_the_reference_notices_a_fault_in_the_merge(
    plant: Callable[[pytest.MonkeyPatch], None], tmp_path: Path
) -> None:
    with Yard.open(tmp_path) as yard, pytest.MonkeyPatch.context() as patch:
        plant(patch)
        for seed in range(HISTORIES):
            chance = random.Random(seed)
            maker = Maker(yard.cast, chance)
            maker.grow(30)
            store = yard.fresh()
            for file in files_of(maker.lines, chance, parts=4):
                take_in.take_in(store, file, QUIET, "")
            expected, found = reference(store), state_of(store)
            yard.discard(store)
            if found != expected:
                return
    pytest.fail(f"{plant.__name__} went unnoticed in {HISTORIES} histories")
