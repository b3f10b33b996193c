"""Switching a check off because it does not apply here, with a reason and a day to look again; and bringing it back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.date_math import add_months
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk

SAFE = "Nothing was changed."


def review_day(today: dt.date) -> dt.date:
    """Return the day on which a check that was switched off is looked at again, unless somebody says another."""
    return add_months(today, 12)


def switch_off(desk: Desk, check: bytes, *, why: str, review_on: dt.date, said_by: str = "") -> Changes:
    """Note that a check does not apply here: its row turns grey and its history stays. One act.

    ``said_by`` is whoever is acting unless named. Raises ``UserError`` without a reason, for a day to look again that
    is not to come or lies more than five years ahead, and for a check that is switched off already.
    """
    from bursar_desk.services.recording_rules import known_checks

    row = known_checks(desk, [check])[check]
    if row.applies == "no":
        raise UserError(f"{row.title} is switched off already.", SAFE, "Bring it back first.")
    if not why.strip():
        raise UserError("Say why it does not apply here.", SAFE, "For example: we have no lift.")
    if not desk.today < review_on <= add_months(desk.today, 60):
        raise UserError("The day to look again must come within five years.", SAFE, "Choose another day.")
    values = {"applies": "no", "why": why.strip(), "review_on": review_on, "said_by": said_by.strip() or desk.who}
    return _write(desk, check, row.title, values)


def bring_back(desk: Desk, check: bytes) -> Changes:
    """Let a check apply again; its dates go on from what was last done. Raises ``UserError`` when it does already."""
    from bursar_desk.services.recording_rules import known_checks

    row = known_checks(desk, [check])[check]
    if row.applies == "yes":
        raise UserError(f"{row.title} applies already.", SAFE, "See it in the list.")
    if row.asset is not None and row.ends_on is not None:
        raise UserError(f"{row.title} ended with its equipment.", SAFE, "Add the equipment again under Places.")
    return _write(
        desk, check, row.title, {"applies": "yes", "why": None, "review_on": None, "said_by": desk.who}
    )


def _write(desk: Desk, check: bytes, title: str, values: dict[str, Any]) -> Changes:
    with desk.act(ActCode.CHANGE_CHECK, subject=title) as act:
        act.set("school_check", check, values)
    return Changes(frozenset(act.tables), act.note.act)
