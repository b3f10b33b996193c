"""What a school settles for itself once and keeps: one way to read a setting and one to change it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.operations import Changes

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk


def value(desk: Desk, name: str, missing: Any = None) -> Any:
    """Return a setting of the home school, or ``missing``."""
    from db.queries.settings import settings

    with desk.store.connect() as con:
        return settings(con, desk.home).get(name, (b"", missing))[1]


def choose(desk: Desk, name: str, chosen: Any, *, subject: str) -> Changes:
    """Keep a setting: plain numbers, words or lists of them. ``subject`` names it in the history."""
    from db.queries.settings import settings

    with desk.store.connect() as con:
        known = settings(con, desk.home).get(name)
    text = json.dumps(chosen, ensure_ascii=False)
    with desk.act(ActCode.CHANGE_SETTING, subject=subject) as act:
        if known is None:
            row = act.session.derived(desk.home, "setting", name)
            act.create("setting", {"name": name, "value": text}, row=row)
        else:
            act.set("setting", known[0], {"value": text})
    return Changes(frozenset(act.tables), act.note.act)
