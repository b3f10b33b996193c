"""The chain from check to fault to job to evidence, walkable both ways: what is one step away from a record."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import contractors, words

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.links import LinkedRow

KINDS: Final = {
    "school_check": "Check", "check_record": "Record", "defect": "Fault", "asset": "Equipment",
    "contractor": "Contractor", "attendance": "Visit", "permit": "Permit", "drill": "Drill", "evidence": "Evidence",
    "supplier": "Supplier", "contract": "Contract", "buying": "Purchase", "quote": "Quote",
    "service_review": "Service reviewed", "deal": "Group deal", "agreement": "Agreement", "saving": "Saving",
}  # fmt: skip
"""What can be walked to, in the order in which links are listed, and what people call it."""
TABLES: Final = tuple(KINDS)
MOST: Final = 12
"""Links of one kind that are listed; the newest are, where there are more."""


@dataclass(frozen=True, slots=True)
class Link:
    """One step away: the table and id of the row, what it is called, and the day it tells of."""

    kind: str
    id: bytes
    words: str
    day: dt.date | None = None

    @property
    def said(self) -> str:
        """The link as it is listed: ``Fault: Hall door sticks, 3 Nov 2026``."""
        day = f", {words.short_date(self.day)}" if self.day else ""
        return f"{KINDS[self.kind]}: {self.words}{day}"


def of(desk: Desk, table: str, row: bytes) -> tuple[Link, ...]:
    """Return what is linked to a row in either direction, kind by kind, the newest first; nothing for an unknown row.

    Whatever this lists for one row lists that row in turn, unless more than ``MOST`` of a kind hang on it.
    """
    if table not in KINDS:
        return ()
    from db.queries import links as ask

    with desk.store.connect() as con:
        found = [one for one in ask.linked(con, table, row, MOST) if one.table in KINDS]
        details = ask.details(con, found)
        about = {
            "check_record": ask.titles(con, "school_check", _about(found, "check_record")),
            "attendance": ask.titles(con, "contractor", _about(found, "attendance")),
        }
    made = []
    for one in found:
        held = about.get(one.table, {}).get(one.about or b"", "")
        made.append(Link(one.table, one.id, _words(one, held, details.get(one.id, {})), one.day))
    order = list(KINDS)
    made.sort(key=lambda link: (order.index(link.kind), -(link.day or dt.date.min).toordinal(), link.words, link.id))
    counts: dict[str, int] = {}
    kept = []
    for link in made:
        counts[link.kind] = counts.get(link.kind, 0) + 1
        if counts[link.kind] <= MOST:
            kept.append(link)
    return tuple(kept)


def _about(found: list[LinkedRow], table: str) -> list[bytes]:
    return [one.about for one in found if one.table == table and one.about is not None]


def _words(one: LinkedRow, about: str, more: dict[str, str]) -> str:
    """Say what a linked row is, in the words of its kind."""
    if one.table == "check_record":
        outcome = words.OUTCOME_WORDS.get(more.get("outcome", ""), more.get("outcome", ""))
        return ", ".join(part for part in (about, more.get("point", ""), outcome.lower()) if part) or "Record"
    if one.table == "attendance":
        return " of ".join(part for part in (one.name, about) if part) or "Visit"
    if one.table == "permit":
        return f"{contractors.permit_words(more.get('kind', ''))} {one.name}".strip()
    if one.table == "defect":
        return f"{one.name} ({more.get('state', '')})" if more.get("state") else one.name
    return (one.name[:1].upper() + one.name[1:]) or KINDS[one.table]
