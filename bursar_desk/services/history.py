"""What was done here, taking the last act back, and doing it again: each is itself an act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain import acts
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
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
