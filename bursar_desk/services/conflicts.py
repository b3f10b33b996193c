"""To settle: both values side by side, who wrote each and when; one click settles, and travels like any change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import registry, words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes, Value
from bursar_desk.domain.stamps import wall_ms
from bursar_desk.services import field_words

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.origins import Origin, Origins

OURS, THEIRS, BOTH = "ours", "theirs", "both"
_JOINED: Final = "\n"
_LONG_TEXT: Final = frozenset({"note", "words", "how_to", "why", "duties"})
"""Text of whole sentences, of which both can be kept one below the other; of two names only one is right."""


@dataclass(frozen=True, slots=True)
class Rival:
    """One of the current values of a cell: what it says, who wrote it, when, on which computer.

    ``op`` is the operation that holds the value now; who wrote it is who first did, also where a settlement was taken
    back since. ``clock_wrong``: its stamp lies more than 24 hours from its neighbours; it is as good as the other.
    """

    op: bytes
    value: Any
    said: str
    who: str
    at_ms: int
    computer: str
    school: str
    ours: bool
    shown: bool
    clock_wrong: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell with two or more current values.

    ``takes`` says what may be typed instead: "text", "date", "number", "time", "yes or no", "choice" (of ``choices``),
    "person", or "" where only one of the values can be kept. ``both_text``: both can be kept, one below the other.
    """

    id: str
    school: bytes
    school_name: str
    table: str
    row: bytes
    column: int
    what: str
    field: str
    rivals: tuple[Rival, ...]
    takes: str = ""
    choices: tuple[str, ...] = ()
    both_text: bool = False

    @property
    def sentence(self) -> str:
        """Return the difference in plain words."""
        told = "; ".join(f"{r.who or 'somebody'} at {r.school} wrote “{r.said}”{_clock(r)}" for r in self.rivals)
        return f"{self.school_name}: {self.what}, {self.field}. {told}."


def _clock(rival: Rival) -> str:
    return " (the clock of that computer looks wrong)" if rival.clock_wrong else ""


def listing(desk: Desk) -> list[Difference]:
    """Return what is to settle, by school."""
    from db.heads import current_heads
    from db.origins import Origins
    from db.queries.exchange import open_conflicts

    with desk.store.connect() as con:
        found = open_conflicts(con)
        keys = [(row, tab, col) for row, tab, col, _ in found]
        heads = current_heads(con, keys) if keys else {}
        origins = Origins(con, desk.clock.now_ms())
        return [
            _difference(desk, con, origins, key, school, heads[key])
            for key, (*_, school) in zip(keys, found, strict=True)
        ]


def _difference(
    desk: Desk, con: Connection, origins: Origins, key: tuple[bytes, int, int], school: bytes, heads: list[Any]
) -> Difference:
    from bursar_desk.domain.shown import choose
    from db.heads import column_of

    row, tab, number = key
    table = registry.BY_NUMBER[tab]
    column = column_of(table, number)
    if column is None:
        raise UserError("A newer Bursar Desk wrote this.", "Nothing was changed.", "Update Bursar Desk to settle it.")
    shown = choose(column, heads).op
    said = partial(field_words.said, con, column, table=table.name)
    rivals = [_rival(desk, said, origins.of(table, row, number, head), head, shown) for head in heads]
    rivals.sort(key=lambda one: (not one.ours, one.at_ms, one.op))
    takes, choices = _takes(column)
    return Difference(
        f"{row.hex()}.{tab}.{number}", school, desk.school_name(school), table.name, row, number,
        field_words.row_words(con, table, row), field_words.field_words(column.name, table.name), tuple(rivals), takes,
        choices,
        column.name in _LONG_TEXT and all(isinstance(one.value, str) for one in rivals),
    )  # fmt: skip


def _rival(desk: Desk, said: Callable[[Any], str], origin: Origin, head: Any, shown: bytes) -> Rival:
    home = desk.trust.school_of_writer(origin.writer)
    labels = [c.label for cs in desk.trust.computers.values() for c in cs if c.sign == origin.writer]
    return Rival(
        head.op, head.value, said(head.value), origin.who, wall_ms(origin.stamp),
        labels[0] if labels else "", desk.school_name(home) if home else "",
        origin.writer == desk.store.facts.writer, head.op == shown, origin.clock_wrong,
    )  # fmt: skip


# --- what may be typed instead ---------------------------------------------------------------------------------------

_KINDS: Final = {"text": "text", "date": "date", "int": "number", "bool": "yes or no"}
_TIMES: Final = frozenset({"starts", "ends", "opens", "closes", "done_minute"})


def _takes(column: registry.Column) -> tuple[str, tuple[str, ...]]:
    if column.is_group or column.number == registry.STANDING:
        return "", ()
    one = column.fields[0]
    if column.cautious:
        return "choice", column.cautious
    if one.type == "id":
        return ("person", ()) if one.name in ("owner", "doer", "person", "helper_person") else ("", ())
    if one.name in _TIMES:
        return "time", ()
    return _KINDS.get(one.type, ""), ()


def _typed(desk: Desk, found: Difference, typed: str) -> Value:
    """Read a value as a person types it. Raises ``UserError`` or ``NotADate`` when it is not one."""
    from bursar_desk.domain.typed_dates import read_date
    from db.derived import day_number

    text = typed.strip()
    if found.takes in ("text", "choice"):
        if found.takes == "choice" and text not in found.choices:
            listed = ", ".join(found.choices)
            raise UserError(f"“{text}” is not one of: {listed}.", "Nothing was changed.", "Choose one of them.")
        if not text:
            raise UserError("Nothing was typed.", "Nothing was changed.", "Type what it should say.")
        return text
    if found.takes == "date":
        return day_number(read_date(text, today=desk.today, name=found.field))
    if found.takes == "number" and text.lstrip("-").isdecimal():
        return int(text)
    if found.takes == "time" and (minute := _minute(text)) is not None:
        return minute
    if found.takes == "yes or no" and text.casefold() in ("yes", "no"):
        return text.casefold() == "yes"
    if found.takes == "person":
        return desk.find_person(text).id
    if not found.takes:
        name = found.field.capitalize()
        raise UserError(f"{name} cannot be typed here.", "Nothing was changed.", "Keep one of them.")
    raise UserError(f"“{text}” could not be read as a {found.takes}.", "Nothing was changed.", "Type it again.")


def _minute(text: str) -> int | None:
    hours, colon, rest = text.partition(":")
    good = colon and hours.isdecimal() and rest.isdecimal() and len(rest) == 2 and int(hours) < 24 and int(rest) < 60
    return int(hours) * 60 + int(rest) if good else None


# --- settling --------------------------------------------------------------------------------------------------------


def settle(desk: Desk, difference: str, keep: str) -> Changes:
    """Keep one of the values: "ours", "theirs", "both" (text), or the first letters of an operation's id.

    What is kept replaces all of them and travels like any change; taking it back opens the difference again.
    """
    found = _found(desk, difference)
    value = _both(found) if keep == BOTH else _chosen(found, keep).value
    return _settle(desk, found, value)


def settle_value(desk: Desk, difference: str, typed: str) -> Changes:
    """Write something else instead of all the values, as a person types it (``Difference.takes``)."""
    found = _found(desk, difference)
    return _settle(desk, found, _typed(desk, found, typed))


def settle_both_text(desk: Desk, difference: str) -> Changes:
    """Keep both texts, one below the other, ours first."""
    return settle(desk, difference, BOTH)


def _found(desk: Desk, difference: str) -> Difference:
    found = next((one for one in listing(desk) if one.id == difference or one.id.startswith(difference)), None)
    if found is None:
        raise UserError("That difference is settled already.", "Nothing was changed.", "See “conflicts list”.")
    return found


def _settle(desk: Desk, found: Difference, value: Value) -> Changes:
    with desk.act(ActCode.SETTLE, subject=f"{found.what}, {found.field}") as act:
        act.set_seen(
            found.table, found.row, {found.column: value}, {found.column: [r.op for r in found.rivals]},
            school=found.school,
        )  # fmt: skip
    return Changes(frozenset(act.tables), act.note.act)


def _both(found: Difference) -> str:
    if not found.both_text:
        raise UserError("Only one of these can be kept.", "Nothing was changed.", "Say ours or theirs.")
    return _JOINED.join(dict.fromkeys(str(one.value) for one in found.rivals))


def _chosen(found: Difference, keep: str) -> Rival:
    ours = [one for one in found.rivals if one.ours]
    theirs = [one for one in found.rivals if not one.ours]
    named = [one for one in found.rivals if one.op.hex().startswith(keep)]
    if keep == OURS and ours:
        return ours[-1]
    if keep == THEIRS and theirs:
        return theirs[-1]
    if len(named) == 1:
        return named[0]
    ids = ", ".join(one.op.hex()[:20] for one in found.rivals)
    raise UserError(
        f"“{keep}” is not one of the values.", "Nothing was changed.", f"Say ours, theirs, or one of: {ids}."
    )


def settle_again(desk: Desk, one: Difference, rival: Rival) -> Changes:
    """Choose once more, also after a choice was taken back: whatever the cell holds by now is replaced."""
    with desk.act(ActCode.SETTLE, subject=f"{one.what}, {one.field}") as act:
        seen = act.session.heads(one.row, registry.BY_NAME[one.table], one.column)
        act.set_seen(one.table, one.row, {one.column: rival.value}, {one.column: seen}, school=one.school)
    return Changes(frozenset(act.tables), act.note.act)


def settle_all_theirs(desk: Desk, school: bytes) -> Changes:
    """Use theirs for everything that is to settle with one school: one act, one step back."""
    mine = [one for one in listing(desk) if one.school == school]
    if not mine:
        raise UserError("Nothing is to settle with that school.", "Nothing was changed.", "See “conflicts list”.")
    with desk.act(ActCode.SETTLE, subject=words.count(len(mine), "difference")) as act:
        for one in mine:
            chosen = _chosen(one, THEIRS) if any(not r.ours for r in one.rivals) else one.rivals[-1]
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
