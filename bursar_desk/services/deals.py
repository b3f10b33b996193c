"""Group deals: what is proposed, what each governing body decided, how a cost is shared, who joins, leaves and pays.

The front door for pages, papers and commands; the work is in ``deals_read``, ``deals_ways`` and ``deals_write``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.deals_shapes import DealLine, DealView, VersionLine, WayLine
    from bursar_desk.services.desk import Desk


@dataclass(frozen=True, slots=True)
class NewDeal:
    """What to propose. ``invited``: ids of schools; ``lead`` the school that signs. Notice in ``notice_unit``."""

    title: str
    service: str
    invited: tuple[bytes, ...]
    lead: bytes | None = None
    scope: str = ""
    decide_by: dt.date | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    at_end: str = "ends"
    renew_months: int | None = None
    notice: int | None = None
    notice_unit: str = "months"
    leave_notice: int | None = 6
    leave_unit: str = "months"
    join_rule: str = "month start"
    leave_rule: str = "any day"
    note: str = ""
    buying: bytes | None = None
    review_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class NewOffer:
    """A price for the group: net pence a year, VAT on it in pence. ``compared``: quotes side by side, else frozen from
    ``buying``."""

    supplier_name: str
    yearly: int
    vat: int
    once: int = 0
    months: int | None = None
    valid_until: dt.date | None = None
    compared: tuple[Mapping[str, Any], ...] = ()
    chosen_why: str = ""
    buying: bytes | None = None
    why: str = ""
    files: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class NewBaseline:
    """What our school pays today: net pence a year and VAT by a dated document; or ``none_why`` in place of a price."""

    yearly: int | None = None
    vat: int | None = None
    dated: dt.date | None = None
    document: str = ""
    contract: bytes | None = None
    quality: int | None = None
    why: str = ""
    none_why: str = ""
    files: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class NewSharing:
    """How to share: ``parts`` of (method, share in hundredths of a per cent of what fixed amounts leave).

    ``inputs``: by school, numbers given in place of (or beside) those on record. ``members``: schools, else those of
    the version before without who said no or has left. ``months`` and ``days``: by school, for part of the year.
    """

    parts: tuple[tuple[str, int], ...]
    source: str = ""
    why: str = ""
    members: tuple[bytes, ...] = ()
    inputs: Mapping[bytes, Mapping[str, int]] = field(default_factory=dict)
    months: Mapping[bytes, int] = field(default_factory=dict)
    days: Mapping[bytes, int] = field(default_factory=dict)
    first: dt.date | None = None
    last: dt.date | None = None


def listing(desk: Desk, *, every: bool = False, on: dt.date | None = None) -> list[DealLine]:
    """Return the deals held here, what needs deciding first; ended ones only with ``every``."""
    from bursar_desk.services import deals_read

    return deals_read.listing(desk, every=every, on=on)


def show(desk: Desk, deal: bytes, *, on: dt.date | None = None) -> DealView:
    """Return all of one deal. Raises ``UserError`` when it is not here."""
    from bursar_desk.services import deals_read

    return deals_read.show(desk, deal, on=on)


def ways(desk: Desk, deal: bytes, *, inputs: Mapping[bytes, Mapping[str, int]] | None = None) -> list[WayLine]:
    """Try every way to share the offer that counts; nothing is saved."""
    from bursar_desk.services import deals_read

    return deals_read.ways(desk, deal, inputs=inputs or {})


def try_way(desk: Desk, deal: bytes, new: NewSharing) -> VersionLine:
    """Work out a way without saving it. Raises ``UserError`` when it cannot be shared so."""
    from bursar_desk.services import deals_share

    return deals_share.tried(desk, deal, new)


def propose(desk: Desk, new: NewDeal) -> tuple[DealView, Changes]:
    """Propose a deal to schools. Raises ``UserError`` for what cannot be so."""
    from bursar_desk.services import deals_write

    return deals_write.propose(desk, new)


def change(desk: Desk, deal: bytes, values: Mapping[str, Any]) -> tuple[DealView, Changes]:
    """Change a deal of ours; its terms only while no governing body has said yes to them."""
    from bursar_desk.services import deals_write

    return deals_write.change(desk, deal, values)


def offer(desk: Desk, deal: bytes, new: NewOffer) -> tuple[DealView, Changes]:
    """Put a price before the schools; a second one needs its reason."""
    from bursar_desk.services import deals_write

    return deals_write.offer(desk, deal, new)


def baseline(desk: Desk, deal: bytes, new: NewBaseline) -> tuple[DealView, Changes]:
    """Say what our school pays today. The first price counts; a later one is a new version with its reason."""
    from bursar_desk.services import deals_write

    return deals_write.baseline(desk, deal, new)


def share(desk: Desk, deal: bytes, new: NewSharing) -> tuple[DealView, Changes]:
    """Write a version of how the cost is shared, its inputs as they are today; a second one needs its reason."""
    from bursar_desk.services import deals_share

    return deals_share.share(desk, deal, new)


def decide(
    desk: Desk, deal: bytes, answer: str, *, body: str, minute_ref: str = "", on: dt.date | None = None,
    until: dt.date | None = None, conditions: str = "", why: str = "",
) -> tuple[DealView, Changes]:  # fmt: skip
    """Note what our governing body decided: "yes", "no" or "taken back", of the price as it stands today."""
    from bursar_desk.services import deals_decide

    return deals_decide.decide(
        desk, deal, answer, body=body, minute_ref=minute_ref, on=on, until=until, conditions=conditions, why=why
    )


def conditions_met(desk: Desk, deal: bytes, school: bytes, how: str) -> tuple[DealView, Changes]:
    """Note that what a school's governors asked for is done: their yes then counts. Only who keeps the deal."""
    from bursar_desk.services import deals_decide

    return deals_decide.conditions_met(desk, deal, school, how)


def join(
    desk: Desk, deal: bytes, *, from_day: dt.date, body: str, minute_ref: str, on: dt.date | None = None, why: str = ""
) -> tuple[DealView, Changes]:
    """Ask to join a signed deal from a day, by our governing body's decision."""
    from bursar_desk.services import deals_decide

    return deals_decide.join(desk, deal, from_day=from_day, body=body, minute_ref=minute_ref, on=on, why=why)


def leave(
    desk: Desk, deal: bytes, *, body: str, minute_ref: str, on: dt.date | None = None, from_day: dt.date | None = None,
    why: str = "",
) -> tuple[DealView, Changes]:  # fmt: skip
    """Give notice to leave; the last day it pays for is worked out from the deal's notice."""
    from bursar_desk.services import deals_decide

    return deals_decide.leave(desk, deal, body=body, minute_ref=minute_ref, on=on, from_day=from_day, why=why)


def stay(desk: Desk, deal: bytes, *, why: str = "") -> tuple[DealView, Changes]:
    """Take back our notice to leave, or our wish to join."""
    from bursar_desk.services import deals_decide

    return deals_decide.stay(desk, deal, why=why)


def sign(
    desk: Desk, deal: bytes, *, by: str, on: dt.date | None = None, reference: str = ""
) -> tuple[DealView, Changes]:
    """Note that a deal was signed. Raises ``Refused`` while a school that shares it has not agreed."""
    from bursar_desk.services import deals_write

    return deals_write.sign(desk, deal, by=by, on=on, reference=reference)


def end(desk: Desk, deal: bytes, *, why: str, on: dt.date | None = None) -> tuple[DealView, Changes]:
    """End a deal of ours from a day on."""
    from bursar_desk.services import deals_write

    return deals_write.end(desk, deal, why=why, on=on)


def pay(
    desk: Desk, about: bytes, *, pence: int, vat: int = 0, to_school: bytes | None = None, on: dt.date | None = None,
    reference: str = "", period: str = "", about_table: str = "deal",
) -> Changes:  # fmt: skip
    """Note what our school paid for a deal, an agreement or a cost of the cluster; to its lead unless said."""
    from bursar_desk.services import deals_pay

    return deals_pay.pay(
        desk, about_table, about, pence=pence, vat=vat, to_school=to_school, on=on, reference=reference, period=period
    )


def answer_payment(desk: Desk, payment: bytes, answer: str, why: str = "") -> Changes:
    """Say that money came ("yes"), did not come ("no", with why), or take that back."""
    from bursar_desk.services import deals_pay

    return deals_pay.answer_payment(desk, payment, answer, why)


def own_contract(desk: Desk, deal: bytes) -> tuple[bytes, Changes]:
    """Write our school's own contract from a signed deal we are in. Returns the contract's id."""
    from bursar_desk.services import deals_contract

    return deals_contract.own_contract(desk, deal)


def ids(desk: Desk) -> Sequence[tuple[bytes, str]]:
    """Return (id, title) of every deal held here."""
    from db.queries.deals import deals

    with desk.store.connect() as con:
        return [(one.id, one.title) for one in deals(con)]
