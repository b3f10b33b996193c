"""To settle: both values side by side, who wrote each and when; one click settles, and travels like any change."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bursar_desk.domain import registry, words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.stamps import wall_ms

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection


@dataclass(frozen=True, slots=True)
class Rival:
    """One of the current values of a cell: what it says, who wrote it, when, on which computer."""

    op: bytes
    value: Any
    said: str
    who: str
    at_ms: int
    computer: str
    school: str
    ours: bool
    shown: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell with two or more current values."""

    id: str
    school: bytes
    school_name: str
    table: str
    row: bytes
    column: int
    what: str
    field: str
    rivals: tuple[Rival, ...]

    @property
    def sentence(self) -> str:
        """Return the difference in plain words."""
        told = "; ".join(f"{r.who or 'somebody'} at {r.school} wrote “{r.said}”" for r in self.rivals)
        return f"{self.school_name}: {self.what}, {self.field}. {told}."


_FIELDS = {
    "how_to": "how to do it",
    "why": "why it applies",
    "doer": "who does it", "owner": "who answers for it", "rule+anchor+weekday": "how often", "title": "name",
    "first+last": "days", "starts+ends": "hours", "state": "state", "risk": "risk", "target_on": "target date",
    "note": "note", "applies": "whether it applies",
}  # fmt: skip


def listing(desk: Desk) -> list[Difference]:
    """Return what is to settle, by school."""
    from db.heads import current_heads
    from db.queries.exchange import open_conflicts

    with desk.store.connect() as con:
        found = open_conflicts(con)
        keys = [(row, tab, col) for row, tab, col, _ in found]
        heads = current_heads(con, keys) if keys else {}
        return [_difference(desk, con, key, school, heads[key]) for key, (*_, school) in zip(keys, found, strict=True)]


def _difference(
    desk: Desk, con: Connection, key: tuple[bytes, int, int], school: bytes, heads: list[Any]
) -> Difference:
    from bursar_desk.domain.shown import choose
    from db.heads import column_of
    from db.queries.exchange import name_of

    row, tab, number = key
    table = registry.BY_NUMBER[tab]
    column = column_of(table, number)
    if column is None:
        raise UserError("A newer Bursar Desk wrote this.", "Nothing was changed.", "Update Bursar Desk to settle it.")
    shown = choose(column, heads).op
    rivals = [_rival(desk, con, key, column, head, shown) for head in heads]
    rivals.sort(key=lambda one: (not one.ours, one.at_ms, one.op))
    name = f"{row.hex()}.{tab}.{number}"
    what = name_of(con, table, row)
    return Difference(
        name, school, desk.school_name(school), table.name, row, number, what, _FIELDS.get(column.name, column.name),
        tuple(rivals),
    )  # fmt: skip


def _rival(
    desk: Desk, con: Connection, key: tuple[bytes, int, int], column: registry.Column, head: Any, shown: bytes
) -> Rival:
    from db.history import acts_at
    from db.queries.exchange import places_of

    past = next(iter(acts_at(con, places_of(con, key[0], head.op))), None)
    writer = past.writer if past else b""
    home = desk.trust.school_of_writer(writer)
    labels = [c.label for cs in desk.trust.computers.values() for c in cs if c.sign == writer]
    return Rival(
        head.op, head.value, _said(con, column, head.value), past.note.who if past else "", wall_ms(head.stamp),
        labels[0] if labels else "", desk.school_name(home) if home else "", writer == desk.store.facts.writer,
        head.op == shown,
    )  # fmt: skip


def _said(con: Connection, column: registry.Column, value: Any) -> str:
    if column.is_group:
        cells = value if isinstance(value, list) else []
        return ", ".join(_one(con, f.type, v) for f, v in zip(column.fields, cells, strict=False) if v is not None)
    return _one(con, column.fields[0].type, value)


def _one(con: Connection, kind: str, value: Any) -> str:
    from db.derived import date_of
    from db.queries.exchange import person_name

    if value is None:
        return "nothing"
    if kind == "date" and isinstance(value, int):
        return words.long_date(date_of(value))
    if kind == "id" and isinstance(value, bytes):
        return person_name(con, value) or "somebody else"
    if kind == "bool":
        return "yes" if value else "no"
    return str(value)


def settle(desk: Desk, difference: str, keep: str) -> Changes:
    """Keep one of the values: "ours", "theirs", or the first letters of an operation's id. It replaces all of them."""
    found = next((one for one in listing(desk) if one.id == difference or one.id.startswith(difference)), None)
    if found is None:
        raise UserError("That difference is settled already.", "Nothing was changed.", "See “conflicts list”.")
    chosen = _chosen(found, keep)
    with desk.act(ActCode.SETTLE, subject=f"{found.what}, {found.field}") as act:
        act.set_seen(
            found.table, found.row, {found.column: chosen.value}, {found.column: [r.op for r in found.rivals]},
            school=found.school,
        )  # fmt: skip
    return Changes(frozenset(act.tables), act.note.act)


def _chosen(found: Difference, keep: str) -> Rival:
    ours = [one for one in found.rivals if one.ours]
    theirs = [one for one in found.rivals if not one.ours]
    named = [one for one in found.rivals if one.op.hex().startswith(keep)]
    if keep == "ours" and ours:
        return ours[-1]
    if keep == "theirs" and theirs:
        return theirs[-1]
    if len(named) == 1:
        return named[0]
    ids = ", ".join(one.op.hex()[:20] for one in found.rivals)
    raise UserError(
        f"“{keep}” is not one of the values.", "Nothing was changed.", f"Say ours, theirs, or one of: {ids}."
    )


def settle_again(desk: Desk, one: Difference, rival: Rival) -> Changes:
    """Choose once more after a choice was taken back: the cell holds one value by then, which this one replaces."""
    with desk.act(ActCode.SETTLE, subject=f"{one.what}, {one.field}") as act:
        seen = act.session.heads(one.row, registry.BY_NAME[one.table], one.column)
        act.set_seen(one.table, one.row, {one.column: rival.value}, {one.column: seen}, school=one.school)
    return Changes(frozenset(act.tables), act.note.act)


def settle_all_theirs(desk: Desk, school: bytes) -> Changes:
    """Use theirs for everything that is to settle with one school: one act, one step back."""
    mine = [one for one in listing(desk) if one.school == school]
    with desk.act(ActCode.SETTLE, subject=words.count(len(mine), "difference")) as act:
        for one in mine:
            chosen = _chosen(one, "theirs") if any(not r.ours for r in one.rivals) else one.rivals[-1]
            act.set_seen(
                one.table, one.row, {one.column: chosen.value}, {one.column: [r.op for r in one.rivals]}, school=school
            )
    return Changes(frozenset(act.tables), act.note.act)


def clock_words(at_ms: int) -> str:
    """Return a moment as people write it: "Friday 20 November 2026, 08:41"."""
    from zoneinfo import ZoneInfo

    from bursar_desk.clock import SCHOOL_ZONE

    at = dt.datetime.fromtimestamp(at_ms / 1000, ZoneInfo(SCHOOL_ZONE))
    return f"{words.long_date(at.date())}, {words.clock(at)}"
