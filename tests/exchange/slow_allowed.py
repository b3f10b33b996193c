"""May an entry count? Written a second time from exchange.md (sections 2, 3 and 6), as sets and plain loops.

Nothing of the program's own judgement is used, not even its list of what may be lent: the numbers below are the ones
that were agreed, written out by hand. Two hands that agree on thousands of odd cases are seldom both wrong.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FACT, CREATE, SET, DELETE, ERASE = 0, 1, 2, 3, 4
STANDING = 255
Seen = tuple[bytes, int, bytes]
"""A point of a stream: its key, the number of an entry, the hash of that entry."""

NO_CHECK = -1
LENT: dict[int, tuple[int, frozenset[int], int, int]] = {
    5: (FACT, frozenset(range(24)) - {16}, 0, 1),  # check_record: not the equipment; its check, the day it was done
    6: (FACT, frozenset(range(10)), 0, 1),  # not_done: every column; its check, the day it was said
    8: (CREATE, frozenset((0, 1, 2, 3, 4, 5, 6, 7, 11, 24)), 0, 6),  # defect: no owner, dates, control, cost
    46: (FACT, frozenset(range(10)), NO_CHECK, 0),  # cover_claim: every column; names no check, the day that was worked
}
"""For each table that is lent: the kind that adds to it, the columns, where its check and its day stand."""

DATES = range(-25_567, 84_371)
NUMBERS = range(-(2**63), 2**63)


@dataclass(frozen=True)
class Grant:
    """What a school wrote down for a neighbour."""

    school: bytes
    holder: bytes
    writers: frozenset[bytes]
    checks: tuple[object, ...]
    first: int
    last: int
    most: int


@dataclass(frozen=True)
class Op:
    """One operation with where it stands: its stream's school, channel and writer, and its entry's running number."""

    kind: int
    table: int
    row: bytes | None
    links: Any
    values: Any
    entry: int
    school: bytes
    channel: str
    writer: bytes


@dataclass(frozen=True)
class Said:
    """One statement as it was said: what kind, of which school, by which key, with what facts; ``name`` is its hash."""

    kind: str
    school: bytes
    signer: bytes
    facts: Mapping[str, Any]
    name: bytes


@dataclass
class Certificate:
    """What a set of statements adds up to, for schools that never changed their main key."""

    roots: dict[bytes, bytes] = field(default_factory=dict)
    computers: set[tuple[bytes, bytes]] = field(default_factory=set)
    """(school, computer's key)"""
    settlers: set[tuple[bytes, str, bytes, bytes]] = field(default_factory=set)
    """(school, channel, whoever was asked to settle, key of one of their computers)"""
    readers: dict[tuple[bytes, bytes], list[Said]] = field(default_factory=dict)
    """By (school, whoever it lets read): every word the school's main key said about it."""
    lost: dict[tuple[bytes, bytes], set[Seen]] = field(default_factory=dict)
    lent: dict[tuple[bytes, bytes], set[Grant]] = field(default_factory=dict)
    """By (school, grant id)."""
    doubtful: dict[tuple[bytes, bytes], set[Seen]] = field(default_factory=dict)
    ended: dict[tuple[bytes, bytes], set[Seen]] = field(default_factory=dict)

    def under(self, op: Op) -> list[Grant]:
        """The grants of the school an operation is for, under the number its channel names."""
        for (school, grant_id), grants in self.lent.items():
            if school == op.school and op.channel == cover_channel(grant_id):
                return list(grants)
        return []


def add_up(statements: list[Said]) -> Certificate:
    """Main keys first, then what they certify, then what those computers sign; everything else says nothing."""
    book = Certificate()
    for one in statements:
        if one.kind == "root":
            book.roots[one.school] = one.signer
    by_root = [one for one in statements if book.roots.get(one.school) == one.signer]
    for one in by_root:
        if one.kind == "computer":
            book.computers.add((one.school, one.facts["sign"]))
    for one in by_root:
        if one.kind == "reader":
            _reader(book, one)
    stood_by: set[tuple[bytes, bytes, bytes]] = set()
    for one in by_root:
        key = (one.school, one.facts.get("sign", b""))
        if one.kind == "revoke" and key in book.computers:
            book.lost.setdefault(key, set()).update(_seen(one))
            stood_by |= {(*key, name) for name in one.facts.get("grants", [])}
    by_computer = [one for one in statements if (one.school, one.signer) in book.computers]
    _grants(book, [one for one in by_computer if one.kind == "grant"], stood_by)
    for one in by_computer:
        if one.kind == "withdraw":
            book.ended.setdefault((one.school, one.facts["id"]), set()).update(_seen(one))
    return book


def _seen(one: Said) -> set[Seen]:
    return {(stream, seq, head) for stream, seq, head in one.facts["seen"]}


def _reader(book: Certificate, one: Said) -> None:
    subject = one.facts["subject"]
    book.readers.setdefault((one.school, subject), []).append(one)
    if one.facts["settles"] and book.roots.get(subject) == one.facts["subject_root"]:
        for channel in one.facts["channels"]:
            book.settlers |= {(one.school, channel, subject, key) for owner, key in book.computers if owner == subject}


def _when(one: Said) -> int:
    when = one.facts.get("said")
    return when if type(when) is int else 0


def _grants(book: Certificate, said: list[Said], stood_by: set[tuple[bytes, bytes, bytes]]) -> None:
    """What only lost computers said counts where nobody else speaks for the cover, and is doubtful then."""
    good: dict[tuple[bytes, bytes], set[Grant]] = {}
    poor: dict[tuple[bytes, bytes], set[Grant]] = {}
    for one in said:
        facts, writer, key = one.facts, (one.school, one.signer), (one.school, one.facts["id"])
        grant = Grant(
            one.school, facts["holder_school"], frozenset(facts["writers"]), tuple(facts["checks"]), facts["first"],
            facts["last"], facts["most_entries"],
        )  # fmt: skip
        if writer in book.lost and (*writer, one.name) not in stood_by:
            poor.setdefault(key, set()).add(grant)
            book.doubtful.setdefault(key, set()).update(book.lost[writer])
        else:
            good.setdefault(key, set()).add(grant)
    for key in good:
        book.doubtful.pop(key, None)
    book.lent = {**poor, **good}


def cover_channel(grant_id: bytes) -> str:
    """The channel of one grant."""
    return "cover/" + "".join(f"{byte:02x}" for byte in grant_id)


def right_of(op: Op, book: Certificate) -> str:
    """By what right the stream is written: own, settle, cover, or none."""
    if op.channel in book_covers(book):
        return "cover" if [one for one in book.under(op) if op.writer in one.writers] else "none"
    if (op.school, op.writer) in book.computers:
        return "own"
    if [1 for school, channel, _, key in book.settlers if (school, channel, key) == (op.school, op.channel, op.writer)]:
        return "settle"
    return "none"


def book_covers(book: Certificate) -> set[str]:
    """The channels of every cover anybody spoke of, of the two that the cases use, and of a cover without a number."""
    named = {grant_id for _, grant_id in book.lent} | {b"G" * 16, b"g" * 16, b""}
    return {cover_channel(grant_id) for grant_id in named}


def limit_of(op: Op, book: Certificate) -> tuple[str, frozenset[Seen]] | None:
    """Up to where a stream stands, if not wholly: what happens to later entries, and the points that were seen."""
    if op.channel in book_covers(book):
        for (school, grant_id), seen in book.doubtful.items():
            if school == op.school and cover_channel(grant_id) == op.channel:
                return "held", frozenset(seen)
        for (school, grant_id), seen in book.ended.items():
            if school == op.school and cover_channel(grant_id) == op.channel:
                return "confirm", frozenset(seen)
        return None
    if (op.school, op.writer) in book.computers:
        owners = {op.school}
    else:
        owners = {who for school, channel, who, key in book.settlers
                  if (school, channel, key) == (op.school, op.channel, op.writer)}  # fmt: skip
    if not owners or not all((owner, op.writer) in book.lost for owner in owners):
        return None
    return "held", frozenset().union(*(book.lost[owner, op.writer] for owner in owners))


def may_read(reader: bytes, owner: bytes, channel: str, book: Certificate) -> bool:
    """May a school receive a channel of another? Private things only the school itself."""
    if reader == owner:
        return True
    if channel == "private":
        return False
    if channel in book_covers(book):
        for (school, grant_id), grants in book.lent.items():
            if school == owner and cover_channel(grant_id) == channel and reader in {one.holder for one in grants}:
                return True
        channel = "compliance"
    words = book.readers.get((owner, reader), [])
    newest = max([0, *(_when(one) for one in words)])
    for one in words:
        if _when(one) != newest or one.facts["role"] == "former":
            continue  # of several words the latest count, and who reads no longer reads nothing
        if book.roots.get(reader) == one.facts["subject_root"] and channel in ("admin", "link", *one.facts["channels"]):
            return True
    return False


def allowed(op: Op, grant: Grant) -> bool:
    """Does this grant allow that entry? Named checks, days, columns, kinds and a number of entries; content alone."""
    if op.writer not in grant.writers or op.school != grant.school:
        return False
    if op.table not in LENT:
        return False
    if op.entry > grant.most:
        return False
    adds, columns, check_at, day_at = LENT[op.table]
    if op.kind == SET:
        return adds == FACT and isinstance(op.values, dict) and list(op.values) == [STANDING]
    if op.kind != adds or type(op.values) is not list:
        return False
    for place in range(len(op.values)):
        if op.values[place] is not None and place not in columns:
            return False
    if len(op.values) <= max(check_at, day_at):
        return False
    day = op.values[day_at]
    if check_at != NO_CHECK:
        check = op.values[check_at]
        if not any(type(check) is type(one) and check == one for one in grant.checks):
            return False
    return type(day) is int and grant.first <= day <= grant.last


# ---------------------------------------------------------------- the whole judgement, shapes and all
@dataclass(frozen=True)
class Shape:
    """A table as its shape is written down: number, channel, facts or editable, its cells' types, what names its rows.

    A cell's type is one word, or several for a group. ``named_by`` is None, "" for a school's only row, or the place of
    the code among the cells.
    """

    number: int
    name: str
    channel: str
    is_fact: bool
    cells: tuple[tuple[str, ...], ...]
    named_by: int | str | None


def counts(  # noqa: C901 - one question after the other, as the text asks them
    op: Op, shape: Shape | None, right: str, grants: list[Grant], namespace: bytes
) -> bool:
    """Does an operation count, everything asked: its right, its grant, its channel, its kind, and every value in it?

    What a newer program wrote (another table, another kind) has no effect and is not held back either: it counts as
    allowed, because nothing of it can be seen. Erasing is for a school's own computers, among what is about the school.
    """
    if op.kind == ERASE:
        return right == "own" and op.channel == "admin" and _names_ids(op.links)
    if shape is None or op.kind not in (FACT, CREATE, SET, DELETE):
        return True
    if right == "none":
        return False
    if right == "cover":
        if op.kind != SET and op.row is not None:
            return False
        if not [grant for grant in grants if allowed(op, grant)]:
            return False
    elif op.channel != shape.channel:
        return False
    if right == "settle" and op.kind != SET:
        return False
    if op.kind == FACT:
        return shape.is_fact and _good_row(op, shape)
    if op.kind == CREATE:
        return not shape.is_fact and _good_row(op, shape) and _well_named(op, shape, namespace)
    if op.row is None:
        return False
    if op.kind == DELETE:
        return not shape.is_fact and _names_ids(op.links)
    return _good_change(op, shape)


def _good_row(op: Op, shape: Shape) -> bool:
    if type(op.values) is not list:
        return False
    for place, cell in enumerate(shape.cells):
        if place < len(op.values) and not _good_cell(cell, op.values[place]):
            return False
    return True


def _well_named(op: Op, shape: Shape, namespace: bytes) -> bool:
    """A row two computers of a school may both make is named by school, table and code; any other by its operation."""
    if shape.named_by is None:
        return op.row is None
    code: object = ""
    if isinstance(shape.named_by, int):
        code = op.values[shape.named_by] if shape.named_by < len(op.values) else None
    if type(code) is not str:
        return False
    return op.row == _row_name(namespace, op.school, shape.name, code)


def _row_name(namespace: bytes, school: bytes, table: str, code: str) -> bytes:
    whole = b"bursar.row.1"
    for part in (namespace, school, table.encode(), code.encode()):
        whole += len(part).to_bytes(4, "big") + part
    return hashlib.sha256(whole).digest()[:16]


def _good_change(op: Op, shape: Shape) -> bool:
    if type(op.values) is not dict or type(op.links) is not dict or not op.values:
        return False
    for number in op.values:
        if type(number) is not int or number < 0 or number > STANDING:
            return False
        if number in op.links and not _names_ids(op.links[number]):
            return False
        if shape.is_fact:
            if number != STANDING or op.values[number] not in ("stands", "set aside"):
                return False
        elif number == STANDING:
            return False  # only a fact stands
        elif number < len(shape.cells) and not _good_cell(shape.cells[number], op.values[number]):
            return False
    return True


def _names_ids(links: object) -> bool:
    if type(links) is not list:
        return False
    return not [one for one in links if type(one) is not bytes or len(one) != 16]


def _good_cell(cell: tuple[str, ...], value: object) -> bool:
    if value is None:
        return True
    if len(cell) == 1:
        return _good_value(cell[0], value)
    if type(value) is not list or len(value) != len(cell):
        return False
    return all(part is None or _good_value(kind, part) for kind, part in zip(cell, value, strict=True))


def _good_value(kind: str, value: object) -> bool:
    if kind in ("text", "json"):
        return type(value) is str and len(value) <= 32_768
    if kind == "id":
        return type(value) is bytes and len(value) == 16
    if kind == "bool":
        return type(value) is bool
    return type(value) is int and value in (DATES if kind == "date" else NUMBERS)
