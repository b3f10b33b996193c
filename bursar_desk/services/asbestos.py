"""The asbestos register: what is where, in what state, when it is looked at again; read before anybody drills."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain.asset_kinds import kind_of
from bursar_desk.domain.assets import day_of, material_score, number_of, score_words
from bursar_desk.domain.date_math import add_months
from bursar_desk.domain.errors import UserError
from bursar_desk.services.assets import AssetLine, listing
from bursar_desk.services.places import node, tree_of

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from reports.asbestos_list import AsbestosPaper

KIND = "asbestos"
RECHECK = "ASBE-02"


@dataclass(frozen=True, slots=True)
class AsbestosItem:
    """One item; ``around``: it was entered for a place around the one asked about, such as the whole building.

    ``score`` is the material score of 2 to 12, None while a part of it is missing. ``again`` is the last day of the
    next look: that of its own check, else counted from the last look.
    """

    line: AssetLine
    place: str
    product: str
    amount: str
    score: int | None
    score_words: str
    access: str
    action: str
    presumed: bool
    looked_on: dt.date | None
    again: dt.date | None
    late: bool
    around: bool = False


def items(desk: Desk, place: bytes | None = None, *, school: bytes | None = None) -> list[AsbestosItem]:
    """Return the items in walking order; with a place: those in it, in its rooms, and in what it is a part of."""
    whose = school or desk.home
    found = listing(desk, school=whose, kind=KIND)
    if place is None:
        return [_item(one, desk.today) for one in found]
    with desk.store.connect() as con:
        nodes = tree_of(con, whose, gone=True)
    above = set(node(nodes, place).above)
    below = {one.id for one in nodes if one.id == place or place in one.above}
    return [
        _item(one, desk.today, around=one.row.place not in below)
        for one in found
        if one.row.place is None or one.row.place in below or one.row.place in above
    ]


def _item(line: AssetLine, today: dt.date, *, around: bool = False) -> AsbestosItem:
    facts, kind = line.row.facts, kind_of(KIND)

    def choice(name: str) -> str:
        fact = kind.fact(name)
        return dict(fact.choices).get(facts.get(name, ""), "") if fact else ""

    looked = day_of(facts, "looked_on")
    own = next((one for one in line.checks if one.code == RECHECK and one.colour != "grey"), None)
    looked = max((day for day in (looked, own.last_done if own else None) if day), default=None)
    again = own.legal_due if own is not None and own.last_done is not None else _after(looked, number_of_months(facts))
    score = material_score(facts)
    return AsbestosItem(
        line, ", ".join(reversed(line.path[-2:])) or line.where, facts.get("product", "") or line.row.name,
        facts.get("amount", ""), score, score_words(score), choice("access"), choice("action"),
        facts.get("presumed") == "yes", looked, again, again is None or again < today, around,
    )  # fmt: skip


def number_of_months(facts: Mapping[str, str]) -> int:
    """Return after how many months an item is looked at again: 12 at most, whatever was typed."""
    months = number_of(facts, "months")
    return 12 if months is None else max(1, min(12, int(months)))


def _after(day: dt.date | None, months: int) -> dt.date | None:
    return add_months(day, months) if day is not None else None


def paper(desk: Desk, place: bytes | None = None, *, job: str = "") -> AsbestosPaper:
    """Return the list to print, with the page that a contractor signs before the work.

    ``job``: the work it is printed for, in a few words. A register without items says so plainly. Raises ``UserError``
    where the register of the site is not held: an empty list under its name would be a danger.
    """
    if desk.is_guest or desk.is_office:
        raise UserError("The asbestos list is not held here.", "Nothing was made.", "Ask the school itself to see it.")
    from bursar_desk.services.reporting_governors import school_time
    from reports.asbestos_list import AsbestosLine, AsbestosPaper

    where = "the whole school"
    if place is not None:
        with desk.store.connect() as con:
            where = node(tree_of(con, desk.home, gone=True), place).where
    lines = tuple(
        AsbestosLine(
            one.place, one.product, one.amount, one.score_words, one.access,
            one.action + (" (presumed, not sampled)" if one.presumed else ""), one.looked_on, one.again, one.late,
            one.line.row.number,
        )
        for one in items(desk, place)
    )  # fmt: skip
    return AsbestosPaper(desk.name, where, lines, school_time(desk), desk.practice, job.strip())


__all__ = ["AsbestosItem", "items", "paper"]
