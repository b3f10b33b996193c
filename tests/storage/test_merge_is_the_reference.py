"""The register's tables are what the slow reference says, whatever order, grouping and repetition files come in."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from bursar_desk.domain.merge import merge
from db.rebuild import rebuild
from db.statements import Statement
from db.store import Store
from db.take_in import CheckedFile, take_in
from tests.storage.histories import Maker, Yard, as_file, files_of, known_of, reference, state_of, steps_of
from tests.storage.workbench import QUIET, is_sound


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    with Yard.open(tmp_path_factory.mktemp("yard")) as opened:
        yield opened


def agrees(store: Store) -> None:
    """The tables are the reference's."""
    expected, found = reference(store), state_of(store)
    assert found.held == expected.held
    assert found.confirm == expected.confirm
    assert found.rows == expected.rows
    assert found.schools == expected.schools
    assert found.conflicts == expected.conflicts
    assert found.hidden == expected.hidden


def fed(
    yard: Yard, files: list[CheckedFile], chance: random.Random, *, check_midway: bool,
    said: Sequence[Statement] = (),
) -> Store:  # fmt: skip
    """A register that was given files one after the other and heard, at some time, what limits who writes."""
    store = yard.fresh()
    look = chance.randrange(len(files)) if check_midway and files else -1
    hears = chance.randrange(len(files) + 1)
    for n, file in enumerate(files):
        if n == hears:
            store.add_statements(said)
        take_in(store, file, QUIET, "")
        if n == look:
            agrees(store)
    if hears == len(files):
        store.add_statements(said)
    return store


SEEDS = some.integers(0, 1 << 32)


@given(seed=SEEDS, size=some.integers(1, 40))
@example(seed=7, size=40)
def test_order_grouping_and_repetition_do_not_matter(yard: Yard, seed: int, size: int) -> None:
    chance = random.Random(seed)
    maker = Maker(yard.cast, chance)
    maker.grow(size)
    whole = [as_file([line.segment(1, len(line.commits)) for line in maker.lines if line.commits], chance)]
    each = [
        as_file([line.segment(n, n)], chance) for line in maker.lines for n in range(1, len(line.commits) + 1)
    ]
    chance.shuffle(each)
    ways = [whole, each, files_of(maker.lines, chance, parts=4)]
    said = maker.limits()
    stores = [fed(yard, files, chance, check_midway=n == 2, said=said) for n, files in enumerate(ways)]
    states = [state_of(store) for store in stores]
    for store in stores:
        agrees(store)
    assert states[0] == states[1] == states[2]
    for store, state in zip(stores[1:], states[1:], strict=True):
        with store.writing() as con:
            rebuild(con)
        assert state_of(store) == state
    assert is_sound(stores[2])
    again = replace(whole[0], sha256=chance.randbytes(32))
    receipt = take_in(stores[2], again, QUIET, "")
    assert (receipt.fresh, receipt.known) == (0, receipt.came)
    assert state_of(stores[2]) == states[2]
    yard.discard(*stores)


@given(seed=SEEDS)
def test_the_reference_itself_knows_no_order(yard: Yard, seed: int) -> None:
    chance = random.Random(seed)
    maker = Maker(yard.cast, chance)
    maker.grow(15)
    store = fed(yard, files_of(maker.lines, chance, parts=3), chance, check_midway=False)
    steps, _ = steps_of(store)
    known = known_of(store)
    state = merge(steps, known)
    for _ in range(3):
        chance.shuffle(steps)
        assert merge([*steps, *steps[:4]], known) == state
    yard.discard(store)
