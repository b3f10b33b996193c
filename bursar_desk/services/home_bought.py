"""What Home says of buying beside contracts: the services review, and deals and agreements that wait for us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words
from bursar_desk.services.home_needs import NeedsRow

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection

NEAR_DAYS: Final = 14
"""So many days before a service can be opted out of for the last time, the decision presses."""
ROWS: Final = 2
"""How many deals and agreements have a row of their own in a card; more share one."""


@dataclass(frozen=True, slots=True)
class Bought:
    """Rows that press today, and rows to plan ahead."""

    pressing: tuple[NeedsRow, ...] = ()
    ahead: tuple[NeedsRow, ...] = ()


NOTHING_BOUGHT: Final = Bought()


def ask(desk: Desk, con: Connection) -> Bought:
    """Return the rows for whoever runs the register; where nothing is bought one question is all that is asked."""
    from db.queries.counts import bought

    if desk.person is not None and not (desk.is_office or desk.person.manages):
        return NOTHING_BOUGHT
    held = bought(con)
    now, later = _deals(desk, deals="deal" in held, agreed="agreement" in held)
    if "service_review" in held and not desk.is_office:
        more_now, more_later = _review(desk)
        now, later = [*more_now, *now], [*more_later, *later]
    return Bought(tuple(now), tuple(later))


def _deals(desk: Desk, *, deals: bool, agreed: bool) -> tuple[list[NeedsRow], list[NeedsRow]]:
    from bursar_desk.services import deals_home

    if not (deals or agreed):
        return [], []
    found = deals_home.found(desk, deals=deals, agreed=agreed)
    now = [row for presses, row in found if presses]
    return _few(now, "to decide now"), _few([row for presses, row in found if not presses], "to see to")


def _few(found: Sequence[NeedsRow], what: str) -> list[NeedsRow]:
    """Return them, or one row for all where they are many."""
    if len(found) <= ROWS:
        return list(found)
    red = any(one.colour == "red" for one in found)
    more = len(found) - ROWS
    listed = "; ".join(one.title for one in found[:ROWS])
    title = f"{words.number(len(found))} group deals and agreements {what}"
    why = f"{listed}; and {words.number(more)} more."
    return [NeedsRow("Group deals", "red" if red else "amber", title, why, "Open deals", "open_page", page="deals",
                     focus={"part": "deals"})]  # fmt: skip


def _review(desk: Desk) -> tuple[list[NeedsRow], list[NeedsRow]]:
    from bursar_desk.services import service_reviews

    made = service_reviews.review(desk)
    said = service_reviews.nags(desk, made)
    if not said:
        return [], []
    days = [one.opt_out_by for one in made.lines if not one.decided and one.opt_out_by is not None]
    coming = min((one for one in days if one >= desk.today), default=None)
    near = coming is not None and (coming - desk.today).days <= NEAR_DAYS
    chip = f"Decide {words.until(coming, desk.today)}" if near and coming is not None else "Services"
    colour = "red" if any(one < desk.today for one in days) else "amber"
    row = NeedsRow(chip, colour, said[0].rstrip("."), " ".join(said[1:]), "Open services" if near else "Open",
                   "open_page", page="buying", focus={"view": "services"})  # fmt: skip
    return ([row], []) if near else ([], [row])
