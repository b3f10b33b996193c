"""A number that has travelled never changes its meaning: the registry against the kept snapshot of the last release."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from bursar_desk.domain import registry, registry_shapes
from bursar_desk.domain.acts import WORDS, ActCode
from bursar_desk.domain.operations import CHANNELS

DATA = Path(__file__).parents[1] / "data"
SNAPSHOTS = sorted(DATA.glob("registry-*.txt"))
KEPT_ACTS = DATA / "acts-1.txt"
HOW_TO_ADD = (
    "Columns were added, which is allowed. Before the first release is out: write registry.snapshot() to "
    "tests/data/registry-1.txt, a line each. After it: raise REGISTRY_VERSION to N, so that every register builds its "
    "lists anew, and write the snapshot to a new tests/data/registry-N.txt; the earlier files stay as they are."
)


def _place(line: str) -> tuple[int, int]:
    """(table number, column number) of a line."""
    words = line.split()
    return int(words[0]), int(words[5 if words[4].startswith("key=") else 4])


def _by_place(lines: list[str]) -> dict[tuple[int, int], str]:
    places = {_place(line): line for line in lines}
    assert len(places) == len(lines), "a number is used twice"
    return places


def changed(kept: list[str], now: list[str]) -> list[str]:
    """What is wrong with ``now`` for somebody whose files were written under ``kept``; additions are not wrong."""
    before, after = _by_place(kept), _by_place(now)
    gone = [f"gone: {before[place]}" for place in before if place not in after]
    other = [
        f"was: {line}; is: {after[place]}" for place, line in before.items() if place in after and after[place] != line
    ]
    tables = {table: max(c for t, c in before if t == table) for table, _ in before}
    between = [
        f"put between kept columns: {after[table, column]}"
        for table, column in after
        if (table, column) not in before and column <= tables.get(table, -1)
    ]
    return gone + other + between


@pytest.mark.parametrize("kept", SNAPSHOTS, ids=lambda path: path.stem)
def test_no_number_changed_its_meaning_since_a_kept_release(kept: Path) -> None:
    assert changed(kept.read_text("utf-8").splitlines(), registry.snapshot()) == []


def test_columns_added_since_the_last_kept_release_are_written_down() -> None:
    last = DATA / f"registry-{registry.REGISTRY_VERSION}.txt"
    assert last in SNAPSHOTS, HOW_TO_ADD
    assert len(SNAPSHOTS) == registry.REGISTRY_VERSION
    added = set(registry.snapshot()) - set(last.read_text("utf-8").splitlines())
    assert not added, f"{HOW_TO_ADD} New: {sorted(added)}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("0 kind:text", "0 kind:int"),  # retyped
        ("1 parent:id", "1 mother:id"),  # renamed, so perhaps another meaning
        ("3 sort:int", None),  # removed
        ("4 note:text", "9 note:text"),  # moved to another number
        ("0 kind:text latest", "0 kind:text safer a,b"),  # shown by another rule
        ("compliance editable key=None 0 kind", "private editable key=None 0 kind"),  # travels elsewhere
        ("editable key=None 0 kind", "fact key=None 0 kind"),
        ("editable key=None 0 kind", "editable key='kind' 0 kind"),
    ],
)
def test_reuse_removal_and_retyping_are_noticed(before: str, after: str | None) -> None:
    kept = [line for line in registry.snapshot() if line.startswith("3 place ")]
    assert any(before in line for line in kept)
    now = [line if after is None else line.replace(before, after) for line in kept]
    if after is None:
        now = [line for line in now if before not in line]
    assert changed(kept, now)


def test_a_column_at_the_end_and_a_new_table_are_allowed() -> None:
    kept = registry.snapshot()
    last = max(column for table, column in map(_place, kept) if table == 3)
    assert changed(kept, [*kept, f"3 place compliance editable key=None {last + 1} colour:text latest"]) == []
    assert changed(kept, [*kept, "250 lift compliance fact key=None 0 seen_on:date latest"]) == []


def test_every_type_and_rule_is_one_that_is_known() -> None:
    types, rules = set(get_args(registry_shapes.ColumnType)), set(get_args(registry_shapes.Shown))
    for table in registry.TABLES:
        assert table.channel in CHANNELS
        for column in table.columns:
            assert column.shown in rules
            assert bool(column.cautious) == (column.shown == "safer")
            assert len(set(column.cautious)) == len(column.cautious)
            assert all(field.type in types for field in column.fields), (table.name, column.name)
            if column.shown == "earlier":
                assert [field.type for field in column.fields] == ["date"]


def test_a_column_is_numbered_by_its_place_and_no_number_or_name_is_used_twice() -> None:
    for table in registry.TABLES:
        assert [column.number for column in table.columns] == list(range(len(table.columns)))
        assert len(table.columns) < registry.STANDING
        names = [field.name for field in table.fields]
        assert len(set(names)) == len(names)
        assert not {"id", "sid", "pos", "standing"} & set(names), "those columns every table has already"
        assert 0 < table.number < 1 << 16
        if table.key:
            assert table.column(table.key).fields[0].type == "text"
    assert len(registry.BY_NUMBER) == len(registry.BY_NAME) == len(registry.TABLES)


def test_what_a_covering_person_may_write_is_there_to_be_written() -> None:
    for name, columns in registry.GRANTABLE.items():
        known = {column.name for column in registry.BY_NAME[name].columns}
        assert set(columns) <= known
        assert registry.BY_NAME[name].key is None, "a row that is named by its code cannot be lent"


def test_the_numbers_of_the_acts_are_permanent() -> None:
    kept = dict(line.split() for line in KEPT_ACTS.read_text("utf-8").splitlines())
    now = {str(code.value): code.name for code in ActCode}
    assert {number: now.get(number) for number in kept} == kept
    assert set(WORDS) == set(ActCode)
