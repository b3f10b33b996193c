"""Operations no honest program writes: each is held or passed over, and none of them stops the file it came in."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator

import pytest

from bursar_desk.domain import registry
from bursar_desk.domain.operations import Kind, Value
from db import layout
from db.store import Store
from db.take_in import take_in
from tests.storage.histories import DAY, LENT_CHECK, Line, Yard, as_file, op_id, reference, state_of
from tests.storage.workbench import QUIET, held_of, is_sound

SALT = b"twelve bytes"
STAMP = 1_768_212_000_000 << 16
CHANCE = random.Random(3)
DEFECT = registry.BY_NAME["defect"]
RECORD = registry.BY_NAME["check_record"]


class Desk:
    """A register, its school's second computer's stream, and what was laid into it."""

    def __init__(self, yard: Yard) -> None:
        self.cast = yard.cast
        self.store: Store = yard.fresh()
        self.lines = self.cast.lines()
        self.stamp = STAMP

    def lay(self, *ops: layout.Packed, line: int = 1) -> Line:
        """Put operations into a stream as one commit, and take that commit in."""
        self.stamp += 1
        chosen = self.lines[line]
        chosen.add(self.stamp, list(ops), CHANCE.randbytes(12))
        size = len(chosen.commits)
        take_in(self.store, as_file([chosen.segment(size, size)], CHANCE), QUIET, "")
        return chosen

    def defect(self) -> bytes:
        """A defect as the second computer made it."""
        op = layout.pack_operation(Kind.CREATE, DEFECT.number, None, None, [None, None, None, "gate"], SALT)
        self.lay(op)
        return op_id(self.lines[1].meta.key, self.stamp, op.digest)

    def reasons(self) -> set[str]:
        return {reason for _, _, reason in held_of(self.store)}

    def agrees(self) -> bool:
        assert state_of(self.store) == reference(self.store)
        return is_sound(self.store)


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    with Yard.open(tmp_path_factory.mktemp("yard")) as opened:
        yield opened


@pytest.fixture
def desk(yard: Yard) -> Iterator[Desk]:
    opened = Desk(yard)
    yield opened
    opened.store.close()


def change(row: bytes, cells: object, links: object, table: int = DEFECT.number) -> layout.Packed:
    return layout.pack_operation(Kind.SET, table, row, links, cells, SALT)


@pytest.mark.parametrize("key", ["4", b"4", 1.5, True, -1, 256, 1 << 40])
def test_a_cell_that_has_no_number_is_held_and_does_not_stop_the_file(desk: Desk, key: object) -> None:
    row = desk.defect()
    desk.lay(change(row, {key: "high"}, {key: []}))
    assert desk.reasons() == {"a change that names no cell"}
    assert desk.agrees()


def test_only_a_fact_can_be_set_aside(desk: Desk) -> None:
    row = desk.defect()
    desk.lay(change(row, {registry.STANDING: registry.SET_ASIDE}, {registry.STANDING: [row]}))
    assert desk.reasons() == {"only a fact stands or is set aside"}
    assert desk.agrees()


def test_a_kind_below_all_kinds_is_passed_over_and_deletes_nothing(desk: Desk) -> None:
    row = desk.defect()
    desk.lay(layout.pack_operation(-1, DEFECT.number, row, [row], None, SALT))
    assert not state_of(desk.store).hidden
    assert desk.agrees()


def test_text_that_could_be_read_as_bytes_is_no_id(desk: Desk) -> None:
    row = desk.defect()
    desk.lay(change(row, {0: base64.b64encode(b"sixteen byte ids").decode()}, {0: [row]}))
    assert desk.reasons() == {"values that make no sense here"}
    assert state_of(desk.store).rows["defect", row]["check_id"] is None
    assert desk.agrees()


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("check_record", {"done_on": "2026-01-01"}),
        ("check_record", {"done_on": 84_371}),
        ("check_record", {"done_on": -25_568}),
        ("check_record", {"check_id": b"short"}),
        ("check_record", {"done_minute": 1 << 63}),
        ("check_record", {"done_minute": 1.0}),
        ("check_record", {"note": "n" * 32_769}),
        ("check_record", {"note": 5}),
        ("person", {"unlocks": 1}),
        ("person", {"starts": [1]}),
        ("person", {"starts": [1, 2, 3]}),
        ("person", {"starts": 5}),
    ],
)
def test_a_value_of_another_type_is_held_with_its_reason(desk: Desk, table: str, values: dict[str, Value]) -> None:
    spec = registry.BY_NAME[table]
    row = [values.get(column.fields[0].name) for column in spec.columns]
    kind = Kind.FACT if spec.is_fact else Kind.CREATE
    desk.lay(layout.pack_operation(kind, spec.number, None, None, row, SALT), line=2 if table == "person" else 1)
    assert desk.reasons() == {"values that make no sense here"}
    assert not [key for key in state_of(desk.store).rows if key[0] == table]
    assert desk.agrees()


def test_values_missing_at_the_end_are_empty_and_extra_ones_are_passed_over(desk: Desk) -> None:
    short = layout.pack_operation(Kind.CREATE, DEFECT.number, None, None, [None, None, None, "gate"], SALT)
    values = [None, None, None, "roof", *[None] * (len(DEFECT.columns) - 4), {"new": 1}]
    longer = layout.pack_operation(Kind.CREATE, DEFECT.number, None, None, values, SALT)
    desk.lay(short, longer)
    assert sorted(str(row["title"]) for row in state_of(desk.store).rows.values()) == ["gate", "roof"]
    assert desk.agrees()


def test_a_column_of_a_newer_program_is_kept_without_effect(desk: Desk) -> None:
    row = desk.defect()
    desk.lay(change(row, {200: "colour", 3: "roof"}, {200: [], 3: [row]}))
    assert not desk.reasons()
    assert state_of(desk.store).rows["defect", row]["title"] == "roof"
    with desk.store.connect() as con:
        assert con.exec_driver_sql("SELECT count(*) FROM cell_op WHERE cell & 255 = 200").scalar() == 1
    assert desk.agrees()


def test_an_entry_in_the_wrong_channel_is_held(desk: Desk) -> None:
    desk.lay(layout.pack_operation(Kind.CREATE, DEFECT.number, None, None, [None] * 3 + ["x"], SALT), line=2)
    assert desk.reasons() == {"in the wrong channel"}
    assert desk.agrees()


def test_another_school_cannot_touch_our_rows(desk: Desk) -> None:
    """It may write what it likes into its own stream: our rows are out of its reach, whatever it names."""
    row = desk.defect()
    before = state_of(desk.store)
    desk.lay(change(row, {3: "theirs"}, {3: [row]}), line=6)
    desk.lay(layout.pack_operation(Kind.DELETE, DEFECT.number, row, [row], None, SALT), line=6)
    after = state_of(desk.store)
    assert (after.rows, after.hidden, after.conflicts) == (before.rows, before.hidden, before.conflicts)
    assert desk.agrees()


def test_another_school_cannot_name_a_row_as_ours(desk: Desk) -> None:
    check = registry.BY_NAME["school_check"]
    from bursar_desk.domain.identity import derived_row

    row = derived_row(desk.cast.namespace, desk.cast.a, "school_check", "FIRE-04")
    desk.lay(layout.pack_operation(Kind.CREATE, check.number, row, None, ["FIRE-04"], SALT), line=6)
    assert desk.reasons() == {"a row that is not this school's to name"}
    assert desk.agrees()


def test_an_office_that_settles_can_change_and_nothing_else(desk: Desk) -> None:
    row = desk.defect()
    desk.lay(change(row, {4: "high"}, {4: [row]}), line=3)
    assert state_of(desk.store).rows["defect", row]["risk"] == "high"
    desk.lay(layout.pack_operation(Kind.DELETE, DEFECT.number, row, [row], None, SALT), line=3)
    desk.lay(layout.pack_operation(Kind.CREATE, DEFECT.number, None, None, [None] * 3 + ["new"], SALT), line=3)
    assert desk.reasons() == {"more than this office was asked to do"}
    assert len(held_of(desk.store)) == 2
    assert desk.agrees()


def _twice(yard: Yard, op: layout.Packed, line: int) -> list[Store]:
    """Our operation, and a copy of it in another stream under the same stamp, in both orders of arrival."""
    stores = []
    for order in (1, -1):
        lines = yard.cast.lines()
        for one in (lines[1], lines[line]):
            one.add(STAMP + 5, [op], SALT)
        segments = [one.segment(1, 1) for one in (lines[1], lines[line])][::order]
        store = yard.fresh()
        for segment in segments:
            take_in(store, as_file([segment], CHANCE), QUIET, "")
        stores.append(store)
    return stores


@pytest.mark.parametrize("line", [6, 4, 7], ids=["another school's", "a covering person's", "our own of another epoch"])
@pytest.mark.parametrize("table", [DEFECT, RECORD], ids=["row", "fact"])
def test_a_copy_of_our_entry_in_another_stream_takes_nothing_from_us(
    yard: Yard, table: registry.Table, line: int
) -> None:
    """Whoever reads an entry can copy its bytes; the copy is an entry of the copier's own and not ours."""
    kind = Kind.FACT if table.is_fact else Kind.CREATE
    values: list[Value] = [LENT_CHECK, DAY] if table.is_fact else [LENT_CHECK, None, None, "x", None, None, DAY]
    stores = _twice(yard, layout.pack_operation(kind, table.number, None, None, values, SALT), line)
    states = [state_of(store) for store in stores]
    assert states[0] == states[1]
    ours = [key for key, school in states[0].schools.items() if school == yard.cast.a]
    assert len(ours) == (1 if line == 6 else 2)
    for store in stores:
        assert state_of(store) == reference(store)
        assert is_sound(store)
        store.close()
