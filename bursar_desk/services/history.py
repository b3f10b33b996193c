"""What was done here, taking the last act back, doing it again, and putting back what once was: each is an act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import acts, registry
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import PRIVATE, Changes, Value
from bursar_desk.domain.stamps import LAST_STAMP
from bursar_desk.services.story_words import Speaker

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.history import PastAct


@dataclass(frozen=True, slots=True)
class Step:
    """What Ctrl+Z or Ctrl+Y would do: "Undo: record a check, Fire alarm test"."""

    act: bytes
    words: str


def undo_step(desk: Desk) -> Step | None:
    """Return what the next undo would take back."""
    past = _next(desk, redo=False)
    return Step(past.note.act, _words(past)) if past else None


def redo_step(desk: Desk) -> Step | None:
    """Return what the next redo would bring back."""
    past = _next(desk, redo=True)
    return Step(past.note.act, past.note.subject) if past else None


def _words(past: PastAct) -> str:
    words = acts.words_of(past.note.code).lower()
    return f"{words}, {past.note.subject}" if past.note.subject else words


def _next(desk: Desk, *, redo: bool) -> PastAct | None:
    from db.history import next_to_redo, next_to_undo, recent

    with desk.store.connect() as con:
        mine = recent(con, desk.store.facts.writer)
    return next_to_redo(mine) if redo else next_to_undo(mine)


def undo(desk: Desk, act: str | None = None) -> tuple[str, Changes]:
    """Take back the last act of this computer, or a named one; return its words and what changed."""
    from db.history import recent

    if act is None:
        past = _next(desk, redo=False)
    else:
        with desk.store.connect() as con:
            past = next(
                (one for one in recent(con, desk.store.facts.writer, 5000) if one.note.act.hex().startswith(act)), None
            )
    if past is None:
        raise UserError(
            "There is nothing to take back.", "Nothing was changed.", "Acts of other computers are put right there."
        )
    return _words(past), _take_back(desk, past, _words(past))


def redo(desk: Desk) -> tuple[str, Changes]:
    """Bring back what the last undo took back."""
    past = _next(desk, redo=True)
    if past is None:
        raise UserError("There is nothing to bring back.", "Nothing was changed.", "Something else was done since.")
    return past.note.subject, _take_back(desk, past, past.note.subject)


def _take_back(desk: Desk, past: PastAct, subject: str) -> Changes:
    from db.history import take_back

    with desk.act(ActCode.UNDO, subject=subject, undoes=past.note.act) as act:
        take_back(act.session.connection, act, past.note, desk.store.facts.writer)
    return Changes(frozenset(act.tables), act.note.act)


def recent(desk: Desk, limit: int = 50) -> list[PastAct]:
    """Return what this computer did last, newest first."""
    from db.history import recent as ask

    with desk.store.connect() as con:
        return ask(con, desk.store.facts.writer, limit)


# --- putting back ----------------------------------------------------------------------------------------------------

NEEDS_REASON: Final = {("school_check", "applies"), ("school_check", "rule+anchor+weekday")}
"""Cells whose change overrides what the catalogue says: the reason is kept with the check, under why it applies."""
REMOVABLE: Final = (
    "defect", "site_note", "out_of_use", "calendar_block", "place", "contractor", "permit", "evidence",
)  # fmt: skip
"""Rows that people may delete; a fact of any kind but these two can be taken out. Equipment is removed, not deleted:
its checks and records stay with it."""
_KEPT: Final = ("undone", "remark")


def put_back(desk: Desk, table: str, row: bytes, column: int, op: bytes, *, reason: str = "") -> Changes:
    """Let a cell show an earlier value again: the one that operation ``op`` gave it. One act, which undo takes back.

    Raises ``UserError`` when the value is not held here, is shown already, belongs to another school, or needs a
    reason and has none.
    """
    from db.row_past import Reader, RowPast

    spec = registry.BY_NAME[table]
    with desk.store.connect() as con:
        school = _may_change(desk, con, spec, row)
        past = RowPast(Reader(con), spec, row)
        value = next((head.value for head in past.values(column) if head.op == op), None)
        known = any(head.op == op for head in past.values(column))
        now = past.at(LAST_STAMP)
        name = Speaker(desk, con).row(spec, row)
    if not known or now is None:
        raise UserError("That value is not held here.", "Nothing was changed.", "Choose another line of the history.")
    if now.values.get(column) == value and len(now.heads.get(column, ())) < 2:
        raise UserError("That is what is shown already.", "Nothing was changed.", "Choose another line of the history.")
    cells: dict[int, Value] = {column: value}
    cells |= _reason_kept(spec, column, reason)
    with desk.act(ActCode.PUT_BACK, subject=_subject(name, reason)) as act:
        seen = {number: act.session.heads(row, spec, number) for number in cells}
        act.set_seen(table, row, cells, seen, school=school)
    return Changes(frozenset(act.tables), act.note.act)


def _reason_kept(spec: registry.Table, column: int, reason: str) -> dict[int, Value]:
    found = spec.column_numbered(column)
    if found is None or (spec.name, found.name) not in NEEDS_REASON:
        return {}
    if not reason.strip():
        raise UserError(
            "Changing whether or how often a check is needed takes a reason.", "Nothing was changed.",
            "Say why in a few words.",
        )  # fmt: skip
    return {spec.column("why").number: reason.strip()}


def restore(desk: Desk, table: str, row: bytes) -> Changes:
    """Bring a deleted row back, or let a fact that was taken out count again. One act, which undo takes back."""
    from db.queries.stories import gone
    from db.row_past import Reader, RowPast

    spec = registry.BY_NAME[table]
    with desk.store.connect() as con:
        school = _may_change(desk, con, spec, row)
        if not gone(con, spec, row):
            raise UserError("That is here already.", "Nothing was changed.", "Look for it in its list.")
        name = Speaker(desk, con).row(spec, row)
        now = RowPast(Reader(con), spec, row).at(LAST_STAMP)
    first = registry.STANDING if spec.is_fact else 0
    value: Value = registry.STANDS if spec.is_fact else (now.values[0] if now is not None else None)
    with desk.act(ActCode.PUT_BACK, subject=name) as act:  # any new value shows a deleted row, so it is given its own
        act.set_seen(table, row, {first: value}, {first: act.session.heads(row, spec, first)}, school=school)
    return Changes(frozenset(act.tables), act.note.act)


def can_take_out(table: str) -> bool:
    """Tell whether rows of a table may be taken out from the history."""
    return table in REMOVABLE or (registry.BY_NAME[table].is_fact and table not in _KEPT)


def take_out(desk: Desk, table: str, row: bytes, reason: str) -> Changes:
    """Take out a record that should not be there: it stays in the history and waits in the Bin. It takes a reason."""
    from db.queries.stories import gone

    spec = registry.BY_NAME[table]
    if not reason.strip():
        raise UserError("Taking something out takes a reason.", "Nothing was changed.", "Say why in a few words.")
    if not can_take_out(table):
        raise UserError(
            "That cannot be taken out.", "Nothing was changed.", "Change it in its own place, or put a value back."
        )
    with desk.store.connect() as con:
        school = _may_change(desk, con, spec, row)
        if gone(con, spec, row):
            raise UserError("That is taken out already.", "Nothing was changed.", "Look in the Bin.")
        name = Speaker(desk, con).row(spec, row)
    with desk.act(ActCode.CORRECT, subject=_subject(name, reason)) as act:
        if spec.is_fact:
            act.set_aside(table, row, school=school)
        else:
            act.delete(table, row, school=school)
    return Changes(frozenset(act.tables), act.note.act)


def _subject(name: str, reason: str) -> str:
    return f"{name}. Reason: {reason.strip()}" if reason.strip() else name


def _may_change(desk: Desk, con: Connection, spec: registry.Table, row: bytes) -> bytes:
    """Return the school of a row that may be put right here. Raises ``UserError`` where it may not."""
    from bursar_desk.services.stories import may_see_private
    from db.queries.stories import school_of_row

    school = school_of_row(con, spec.name, row)
    if school is None:
        raise UserError("That record is not held here.", "Nothing was changed.", "Merge that school’s file first.")
    if school != desk.home:
        raise UserError(
            f"That record belongs to {desk.school_name(school)}.", "Nothing was changed.", "They put it right there."
        )
    if spec.name == "pin":
        raise UserError("A PIN is not put back.", "Nothing was changed.", "Set another one, or take it away.")
    if spec.channel == PRIVATE and not may_see_private(desk):
        raise UserError("Only the business manager can see why someone is away.", "Nothing was changed.", "Ask them.")
    return school
