"""What may count is judged alike by the program and by a slow second judgement, on thousands of odd entries."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import Connection

from bursar_desk.domain import registry
from bursar_desk.domain.grants import Grant, allowed
from bursar_desk.domain.operations import CHANNELS, ActNote, cover_channel
from db import chains, layout
from db import statements as st
from db.applier import Applier
from db.contexts import StreamContext
from tests.conftest import CAMPAIGN
from tests.exchange import slow_allowed as slow
from tests.exchange.allowed_cases import (
    CHECKS,
    COVERS,
    DAY,
    GRANTS,
    KEYS,
    NAMESPACE,
    SCHOOLS,
    A,
    B,
    a_grant,
    an_operation,
    statements,
)
from tests.storage.workbench import Bench

EXAMPLES = 20_000 if CAMPAIGN else 500
EACH = 20
SEEDS = some.integers(0, 1 << 48)
MANY = settings(max_examples=EXAMPLES)


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """An empty register, for a judge that may want to look something up."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("judge")
        patch.setenv("BURSAR_DESK_LOCAL", str(folder / "local"))
        with Bench.open(folder, patch) as bench, bench.school("St Anne", "105219").connect() as opened:
            yield opened


def slowly(grant: Grant) -> slow.Grant:
    return slow.Grant(
        grant.school, grant.holder_school, frozenset(grant.writers), grant.checks, grant.first, grant.last,
        grant.most_entries,
    )  # fmt: skip


def book_of(said: list[st.Statement]) -> slow.Certificate:
    return slow.add_up([slow.Said(one.kind, one.school, one.signer, one.facts, one.hash) for one in said])


def meta_of(op: slow.Op) -> layout.StreamMeta:
    return layout.StreamMeta(NAMESPACE, op.school, op.channel, op.writer, b"E" * 16)


# ---------------------------------------------------------------- what one grant allows
@given(seed=SEEDS)
@MANY
def test_one_grant_allows_what_the_second_hand_allows(seed: int) -> None:
    chance = random.Random(seed)
    grant = a_grant(chance)
    for _ in range(EACH):
        op = an_operation(chance)
        if op.writer in grant.writers and op.school == grant.school:  # the rest is asked of the trust book, below
            said = allowed(grant, op.kind, op.table, op.values, op.entry)
            assert (said == "") == slow.allowed(op, slowly(grant)), (said, op, grant)


def test_the_second_hand_lends_the_columns_the_program_lends_and_no_other() -> None:
    """A column added to a lent table is out of reach until both lists name it."""
    by_program = {
        registry.BY_NAME[name].number: frozenset(registry.BY_NAME[name].column(one).number for one in columns)
        for name, columns in registry.GRANTABLE.items()
    }
    assert by_program == {number: lent[1] for number, lent in slow.LENT.items()}


# ---------------------------------------------------------------- what statements add up to
@given(seed=SEEDS)
@MANY
def test_a_stream_is_written_by_the_right_and_up_to_the_limit_the_second_hand_finds(seed: int) -> None:
    chance = random.Random(seed)
    said = statements(chance)
    book, mine = st.TrustBook.of(said), book_of(said)
    for _ in range(EACH):
        op = an_operation(chance)
        found = book.writer_of(meta_of(op))
        assert (found[0] if found else "none") == slow.right_of(op, mine), (op, said)
        if found is not None and found[0] == "cover":
            assert {slowly(one) for one in found[1]} == {one for one in mine.under(op) if op.writer in one.writers}
        limit = book.limit_of(meta_of(op))
        assert (None if limit is None else (limit.late, limit.seen)) == slow.limit_of(op, mine), (op, said)


@given(seed=SEEDS)
@MANY
def test_a_channel_is_read_by_whom_the_second_hand_lets_read_it(seed: int) -> None:
    chance = random.Random(seed)
    said = statements(chance)
    book, mine = st.TrustBook.of(said), book_of(said)
    for channel in (*CHANNELS, *COVERS):
        for reader in SCHOOLS:
            for owner in SCHOOLS:
                expected = slow.may_read(reader, owner, channel, mine)
                assert book.may_read(reader, owner, channel) == expected, (reader, owner, channel, said)


# ---------------------------------------------------------------- all of it together
def shape_of(number: int) -> slow.Shape | None:
    table = registry.BY_NUMBER.get(number)
    if table is None:
        return None
    cells = tuple(tuple(one.type for one in column.fields) for column in table.columns)
    key = table.column(table.key).number if table.key else table.key
    return slow.Shape(number, table.name, table.channel, table.is_fact, cells, key)


def judged_by_the_program(con: Connection, op: slow.Op, right: tuple[str, Any]) -> bool | None:
    """Whether the applier lets an operation count, before anything is written; nothing if it cannot be an operation."""
    try:
        packed = layout.pack_operation(op.kind, op.table, op.row, op.links, op.values, b"twelve bytes")
    except (OverflowError, TypeError, msgspec.MsgspecError):
        return None
    context = StreamContext(NAMESPACE, op.school, 1, 1, meta_of(op).key, op.channel, *right)
    note = layout.pack_act(ActNote(bytes(16), 3), b"twelve bytes")
    commit = layout.read_commit(layout.pack_commit(1 << 40, None, [note, packed]))
    pos = 1 << chains.SEQ_BITS | op.entry
    return Applier(con).add_commit(context, pos, commit, layout.commit_digests(commit))


@given(seed=SEEDS)
@MANY
def test_an_entry_counts_where_the_second_hand_lets_it_count(con: Connection, seed: int) -> None:
    chance = random.Random(seed)
    said = statements(chance)
    book, mine = st.TrustBook.of(said), book_of(said)
    for _ in range(EACH):
        op = an_operation(chance)
        found = judged_by_the_program(con, op, book.writer_of(meta_of(op)) or ("none", ()))
        if found is not None:
            expected = slow.counts(op, shape_of(op.table), slow.right_of(op, mine), mine.under(op), NAMESPACE)
            assert found == expected, (op, said)


def test_the_cases_are_neither_all_good_nor_all_bad() -> None:
    """So that the two hands cannot agree by refusing, or by allowing, everything."""
    chance, seen = random.Random(20_270_326), Counter[object]()
    for _ in range(800):
        said = statements(chance)
        mine = book_of(said)
        for _ in range(EACH):
            op = an_operation(chance)
            right, limit = slow.right_of(op, mine), slow.limit_of(op, mine)
            good = slow.counts(op, shape_of(op.table), right, mine.under(op), NAMESPACE)
            seen[right, good] += 1
            seen[limit and limit[0]] += 1
            if right == "cover" and good:
                seen["lent", op.table, op.kind] += 1
    for right in ("own", "settle", "cover"):
        assert min(seen[right, True], seen[right, False]) > 20, (right, seen)
    assert min(seen["held"], seen["confirm"]) > 20, seen
    assert all(seen["lent", table, lent[0]] > 3 for table, lent in slow.LENT.items()), seen


@pytest.mark.parametrize("table", ["check_record", "not_done", "defect", "cover_claim"])
def test_both_hands_let_an_honest_entry_count(table: str) -> None:
    spec = registry.BY_NAME[table]
    grant = Grant(GRANTS[0], A, B, "Bob", (KEYS[0],), (), CHECKS[:1], DAY, DAY + 5, DAY + 9, 4)
    named = slow.LENT[spec.number][2] != slow.NO_CHECK
    values: list[Any] = [CHECKS[0] if named else None, *[None] * 6]
    values[slow.LENT[spec.number][3]] = DAY
    op = slow.Op(0 if spec.is_fact else 1, spec.number, None, None, values, 4, A, cover_channel(GRANTS[0]), KEYS[0])
    assert allowed(grant, op.kind, op.table, values, op.entry) == ""
    assert slow.allowed(op, slowly(grant))
    assert slow.counts(op, shape_of(op.table), "cover", [slowly(grant)], NAMESPACE)
