"""Site briefings: what a covering person is shown before the first shift, and the short one of a later visit."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services.cover_before import POINTS

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk

BRIEF = "brief"


def neighbours(desk: Desk) -> dict[bytes, str]:
    """Return everybody of other schools who is known here, by id."""
    from db.queries.people import people

    with desk.store.connect() as con:
        return {one.id: one.name for one in people(con) if one.school != desk.home and one.here(desk.today)}


def brief(
    desk: Desk, person: bytes, on: dt.date, *, points: Sequence[str] | None = None, short: bool = False,
    id_seen: bool = False, keys_signed: bool = False,
) -> Changes:  # fmt: skip
    """Note that somebody of another school was briefed on our site (rules.md section 14, points 4 and 5).

    Without ``points`` all of them were gone through. A briefing with points left out is kept, and counts as a short
    one: it does not renew the twelve months. Raises ``UserError`` for somebody unknown or of our own, or a later day.
    """
    name = neighbours(desk).get(person)
    if name is None:
        raise UserError("Brief somebody of another school.", "Nothing was changed.", "Choose a neighbour by name.")
    if on > desk.today:
        raise UserError("A briefing is noted once it was given.", "Nothing was changed.", "Check the day.")
    done = list(POINTS if points is None else [one for one in POINTS if one in set(points)])
    whole = not short and len(done) == len(POINTS)
    with desk.act(ActCode.BRIEF_VISITOR, subject=name) as act:
        act.fact("induction", {
            "person": person, "person_name": name, "on_date": on, "given_by": desk.who,
            "kind": None if whole else BRIEF, "points": json.dumps(done, ensure_ascii=False), "id_seen": id_seen,
            "keys_signed": keys_signed,
        })  # fmt: skip
    return Changes(frozenset(act.tables), act.note.act)
