"""Undoing a whole merge: an act of its own that travels, sets aside what the file brought, and can be put back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.clock import school_day
from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.undo_merge import Brought

UNDO_DAYS: Final = 30
"""How long a merge can be undone whole (safety bar C6); single entries can be put right for ever."""


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What undoing a merge would do. ``refused_because`` says in a sentence why it cannot be undone; empty if it can.

    ``undone_by_act`` is the act that undid it, while that stands: it can be put back.
    """

    number: int
    sender: str
    at_ms: int
    entries: int
    still_days: int
    sentence: str
    refused_because: str = ""
    undone_by_act: bytes | None = None

    @property
    def possible(self) -> bool:
        """Tell whether it can be undone."""
        return not self.refused_because


def can_undo(desk: Desk, number: int) -> UndoPlan:
    """Say what undoing one merge would do, and whether it still can be. Raises ``UserError`` for an unknown number."""
    from db.undo_merge import undoing_act

    with desk.store.connect() as con:
        brought = _brought(desk, number)
        act = undoing_act(con, number, desk.home)
    sender = desk.school_name(brought.school)
    days = (school_day(desk.clock.now_ms()) - school_day(brought.at)).days
    still = max(0, UNDO_DAYS - days)
    count = words.count(brought.entries, "entry", "entries")
    sentence = (
        f"{count} from {sender}, merged on {words.long_date(school_day(brought.at))}, would have no effect any more. "
        "They stay in the history, and you can put them back."
    )
    why = _why_not(desk, brought, act, still)
    return UndoPlan(number, sender, brought.at, brought.entries, still, sentence, why, act)


def _brought(desk: Desk, number: int) -> Brought:
    from db.undo_merge import plan

    with desk.store.connect() as con:
        found = plan(con, number)
    if found is None:
        raise UserError(f"There is no receipt {number}.", "Nothing was changed.", "See “receipts”.")
    return found


def _why_not(desk: Desk, brought: Brought, act: bytes | None, still: int) -> str:
    if act is not None:
        return "This merge was undone already."
    if desk.is_guest:
        return "The register of a cover pack has no merges of its own."
    if not brought.entries:
        return "This file brought nothing new, so there is nothing to undo."
    if not still:
        return f"It was merged more than {UNDO_DAYS} days ago. Put single entries right instead."
    return ""


def undo_merge(desk: Desk, number: int) -> Changes:
    """Set everything one merge brought aside, in one act that travels. Raises ``UserError`` when it cannot be."""
    from db.undo_merge import set_aside

    found = can_undo(desk, number)
    if not found.possible:
        raise UserError(found.refused_because, "Nothing was changed.", "See “receipts”.")
    brought = _brought(desk, number)
    said = f"the file of {found.sender}, merged on {words.plain_date(school_day(brought.at))}"
    with desk.act(ActCode.UNDO_MERGE, subject=said) as act:
        set_aside(act, brought, said)
    return _all_tables(act.note.act)


def put_back(desk: Desk, number: int) -> Changes:
    """Take the undoing of a merge back: what the file brought counts again. Raises ``UserError`` when it counts."""
    from bursar_desk.services import history

    found = can_undo(desk, number)
    if found.undone_by_act is None:
        raise UserError("This merge was not undone.", "Nothing was changed.", "See “receipts”.")
    _, changes = history.undo(desk, found.undone_by_act.hex())
    return _all_tables(changes.act)


def _all_tables(act: bytes | None) -> Changes:
    """Entries that count or not may have touched anything."""
    from bursar_desk.domain import registry

    return Changes(frozenset(registry.BY_NAME), act)
