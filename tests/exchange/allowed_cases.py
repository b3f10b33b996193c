"""Random operations, grants and statements for judging: mostly honest, often odd, some of them meant to do harm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bursar_desk.domain import registry
from bursar_desk.domain.grants import Grant
from bursar_desk.domain.identity import derived_row
from db import statements as st
from tests.exchange import slow_allowed as slow

if TYPE_CHECKING:
    from random import Random

NAMESPACE = b"practice-space-1"
A, B, HUB, FAR = (name * 8 for name in (b"Aa", b"Bb", b"Hh", b"Ff"))
SCHOOLS = (A, B, HUB, FAR)
ROOTS = {A: b"r1" * 16, B: b"r2" * 16, HUB: b"r3" * 16, FAR: b"r4" * 16}
KEYS = tuple(bytes([n]) * 32 for n in range(1, 6))
GRANTS = (b"G" * 16, b"g" * 16)
COVERS = tuple("cover/" + one.hex() for one in GRANTS)
CHECKS = (b"check number one", b"check number two", b"check number 3!!")
DAY = 20_450
ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 7, 2**63 - 1, 2**63, -(2**63), 2**64 - 1, 1.0, 255.0, float(DAY), "", "x", "stands",
    "set aside", CHECKS[0].decode(), "y" * 32_768, "y" * 32_769, b"", b"short", CHECKS[0], b"z" * 17, [], [[]], {},
    [CHECKS[0]], {255: "set aside"}, [None], [1, 2, 3], {"a": 1}, -25_568, 84_371,
)  # fmt: skip


def day(chance: Random) -> int:
    """A day, mostly near the one everything turns around."""
    if chance.random() < 0.85:
        return DAY + chance.randint(-2, 8)
    return chance.choice((0, 1, -1, -25_567, -25_568, 84_370, 84_371, 2**63 - 1))


def _fitting(kind: str, chance: Random) -> Any:
    if kind == "date":
        return day(chance)
    choices: dict[str, tuple[Any, ...]] = {
        "text": ("", "x", "done", "danger", "FIRE-04"), "json": ("[]", "{"), "int": (-5, 0, 1, 2**63 - 1),
        "id": CHECKS, "bool": (True, False),
    }  # fmt: skip
    return chance.choice(choices[kind])


def a_cell(column: registry.Column, chance: Random) -> Any:
    """A value for a cell: one in ten is nothing that could stand there."""
    lot = chance.random()
    if lot < 0.1:
        return chance.choice(ODD)
    if lot < 0.2:
        return None
    parts = [None if chance.random() < 0.2 else _fitting(one.type, chance) for one in column.fields]
    return parts if column.is_group else parts[0]


def a_row(table: registry.Table | None, chance: Random) -> Any:
    """The values of a new row, of a lent table mostly as a covering person would enter them."""
    if table is None or chance.random() < 0.04:
        return chance.choice(ODD)
    lent = slow.LENT.get(table.number)
    if lent is not None and chance.random() < 0.5:
        return _honest_row(table, lent, chance)
    values: list[Any] = []
    sparse = chance.random() < 0.7
    for column in table.columns:
        likely = lent is not None and column.number in (lent[2], lent[3])
        values.append(a_cell(column, chance) if likely or not sparse or chance.random() < 0.25 else None)
        if likely and chance.random() < 0.85:
            values[-1] = chance.choice(CHECKS[:2]) if lent is not None and column.number == lent[2] else day(chance)
        if lent is not None and column.number not in lent[1] and chance.random() < 0.8:
            values[-1] = None
    if chance.random() < 0.08:
        del values[chance.randrange(len(values) + 1) :]
    elif chance.random() < 0.08:
        values += [chance.choice(ODD) for _ in range(chance.randrange(1, 3))]
    while values and values[-1] is None and chance.random() < 0.8:
        values.pop()
    return values


def _honest_row(table: registry.Table, lent: tuple[int, frozenset[int], int, int], chance: Random) -> list[Any]:
    values: list[Any] = [None] * len(table.columns)
    for number in sorted(lent[1]):
        if table.columns[number].fields[0].type in ("text", "bool") and chance.random() < 0.5:
            values[number] = _fitting(table.columns[number].fields[0].type, chance)
    if lent[2] != slow.NO_CHECK:
        values[lent[2]] = chance.choice(CHECKS)
    values[lent[3]] = DAY + chance.randint(-1, 6)
    return values


def some_ids(chance: Random) -> Any:
    """What a change or a delete says it saw."""
    if chance.random() < 0.1:
        return chance.choice(ODD)
    odd = chance.choice(ODD) if chance.random() < 0.1 else bytes(16)
    return [chance.choice((*CHECKS, odd)) for _ in range(chance.randrange(3))]


def a_change(table: registry.Table | None, chance: Random) -> tuple[Any, Any]:
    """The values and the links of a change."""
    if chance.random() < 0.06:
        return chance.choice(ODD), some_ids(chance)
    if table is not None and table.is_fact and chance.random() < 0.7:
        numbers: list[Any] = [255]
    else:
        pool = (*range(-1, 18), 254, 255, 256, 200, "255", b"3", 3.0, 255.0)
        numbers = [chance.choice(pool) for _ in range(chance.choice((0, 1, 1, 1, 2)))]
    values: dict[Any, Any] = {}
    links: dict[Any, Any] = {}
    for number in numbers:
        column = table.column_numbered(number) if table is not None and type(number) is int else None
        if column is not None:
            values[number] = a_cell(column, chance)
        else:
            values[number] = chance.choice(("stands", "set aside", "set aside", "sideways", None, 1.5))
        if chance.random() < 0.85:
            links[number] = some_ids(chance)
    return values, links


def an_operation(chance: Random) -> slow.Op:
    """One operation anywhere, honest or not."""
    number = chance.choice((*(5, 6, 8, 46) * 4, 8, 8, *registry.BY_NUMBER, 0, -1, 250))
    table = registry.BY_NUMBER.get(number)
    adds = 1 if table is not None and not table.is_fact else 0
    kind = chance.choice((adds, adds, adds, adds, 2, 2, 3, 0, 1, 5, 9, -1))
    row = None if chance.random() < (0.85 if kind in (0, 1) else 0.08) else chance.choice((*CHECKS, bytes(16)))
    links: Any = None
    if kind == 2:
        values, links = a_change(table, chance)
    else:
        values = a_row(table, chance)
        links = some_ids(chance) if kind == 3 else None
    school = chance.choice((A, A, A, B))
    if table is not None and table.key is not None and kind == 1 and chance.random() < 0.8:
        code = values[0] if table.key and isinstance(values, list) and values else ""
        row = derived_row(NAMESPACE, school, table.name, code if isinstance(code, str) else "")
    own = [table.channel] * 5 if table is not None else []
    lent = [COVERS[0]] * (6 if number in slow.LENT else 1)
    channel = chance.choice((*own, *lent, COVERS[1], "compliance", "people", "private", "admin", "cover/zz", "cover/"))
    return slow.Op(kind, number, row, links, values, chance.randint(1, 6), school, channel, chance.choice(KEYS))


def a_grant(chance: Random) -> Grant:
    """A written permission, as a school may have written it down: also an odd or an empty one."""
    if chance.random() < 0.5:
        return Grant(GRANTS[0], A, B, "Bob", KEYS[:3], (), CHECKS[:2], DAY, DAY + 5, DAY + 30, 5)
    first = day(chance)
    checks = [chance.choice((*CHECKS, *CHECKS, b"", b"short")) for _ in range(chance.choice((0, 1, 2, 2, 3)))]
    return Grant(
        chance.choice(GRANTS), chance.choice((A, A, A, B)), chance.choice((B, B, HUB, FAR)), "Bob",
        tuple(chance.sample(KEYS, chance.randint(1, 4))), (), tuple(checks),
        first, chance.choice((first + 5, first + 5, day(chance))), DAY + 30, chance.choice((0, 1, 3, 5, 500)),
    )  # fmt: skip


# ---------------------------------------------------------------- statements
class Signer:
    """Somebody whose signature nobody asks to see: the trust book takes it that signatures were checked."""

    def __init__(self, public: bytes) -> None:
        self.public = public

    def sign(self, message: bytes) -> bytes:
        del message
        return bytes(64)


def statements(chance: Random) -> list[st.Statement]:
    """Statements as a register may hold them: of the right signers, of wrong ones, about schools it never met."""
    said: list[st.Statement] = []
    for school in SCHOOLS:
        if chance.random() < 0.9:
            facts = {"name": "x", "sort": "school", "urn": "1", "recovery_box": bytes(32), "recovery_sign": bytes(32)}
            said.append(st.make(st.ROOT, NAMESPACE, school, facts, Signer(ROOTS[school])))
    if chance.random() < 0.4:  # an office that settles for A, as it should be
        desk = {"sign": KEYS[4], "box": bytes(32), "label": "PC", "letter": "A"}
        said.append(st.make(st.COMPUTER, NAMESPACE, HUB, desk, Signer(ROOTS[HUB])))
        channels = ["compliance", "people"]
        word = {"subject": HUB, "subject_root": ROOTS[HUB], "channels": channels, "settles": True, "role": "hub"}
        said.append(st.make(st.READER, NAMESPACE, A, word, Signer(ROOTS[A])))
    if chance.random() < 0.5:  # a cover A agreed to
        desk = {"sign": KEYS[0], "box": bytes(32), "label": "PC", "letter": "A"}
        said.append(st.make(st.COMPUTER, NAMESPACE, A, desk, Signer(ROOTS[A])))
        facts = {**st.grant_facts(a_grant(chance)), "id": GRANTS[0], "writers": list(KEYS)}
        said.append(st.make(st.GRANT, NAMESPACE, A, facts, Signer(KEYS[0])))
    for _ in range(chance.randint(2, 9)):
        said.append(_a_word(chance, said))
    chance.shuffle(said)
    return said


def _a_word(chance: Random, before: list[st.Statement]) -> st.Statement:
    school = chance.choice((A, A, A, *SCHOOLS))
    root = Signer(chance.choice([ROOTS[school]] * 8 + [ROOTS[B], KEYS[0]]))
    desk = Signer(chance.choice(KEYS))
    kind = chance.choices((st.COMPUTER, st.READER, st.GRANT, st.REVOKE, st.WITHDRAW), (9, 5, 6, 3, 3))[0]
    seen = [[bytes(16), chance.randint(1, 9), bytes([n]) * 32] for n in range(chance.randrange(3))]
    facts: dict[str, Any]
    if kind == st.COMPUTER:
        facts = {"sign": chance.choice(KEYS), "box": bytes(32), "label": "PC", "letter": "A"}
    elif kind == st.READER:
        subject = chance.choice(SCHOOLS)
        facts = {
            "subject": subject, "subject_root": chance.choice([ROOTS[subject]] * 4 + [b"x" * 32]),
            "role": chance.choice(("hub", "neighbour", "former")),
            "settles": chance.random() < 0.6,
            "channels": chance.choice((["compliance"], ["compliance", "people"], ["private"], [], ["of-tomorrow"])),
        }  # fmt: skip
        facts |= chance.choice(({}, {"said": 5}, {"said": 9}, {"said": 5}, {"said": "9"}, {"said": True}))
    elif kind == st.REVOKE:
        stood_by = [one.hash for one in before if one.kind == st.GRANT and chance.random() < 0.3]
        facts = {"sign": chance.choice(KEYS), "seen": seen, "reason": chance.choice((st.LOST, st.LEFT)), "said": 5}
        facts |= {"grants": stood_by} if stood_by else {}
    elif kind == st.WITHDRAW:
        facts = {"id": chance.choice(GRANTS), "seen": seen, "said": 5}
    else:
        facts = st.grant_facts(a_grant(chance))
    return st.make(kind, NAMESPACE, school, facts, desk if kind in (st.GRANT, st.WITHDRAW) else root)
