"""What people do about a purchase: start it, change it, fix how its quotes are judged, stop it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import leases, quote_rules, scoring, service_kinds, thresholds, words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.scoring import Part
from bursar_desk.services import buying_read
from bursar_desk.services.buying_shapes import STOPPED, BuyingView
from bursar_desk.services.people import must_manage
from bursar_desk.services.plain_text import one_line, paragraphs

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.buying import BuyingRow

SAFE: Final = "Nothing was changed."
_GROUPS: Final = (
    ("approved_by", "approved_on"), ("lease", "lease_consent"), ("framework", "framework_ref", "framework_until"),
)  # fmt: skip
"""Columns that are written together."""
VALUE_CELLS: Final = ("yearly", "months", "option_months", "once", "vat_rate", "open_ended")


@dataclass(frozen=True, slots=True)
class NewBuying:
    """A purchase to start: money in net pence, lengths in months, ``vat_rate`` in hundredths of a per cent.

    ``more`` holds other columns of the registry's purchase by name: framework, approval, publication, lease, note.
    """

    title: str
    service: str = ""
    kind: str = thresholds.GOODS
    yearly: int = 0
    months: int = 12
    option_months: int = 0
    once: int = 0
    vat_rate: int = 2000
    open_ended: bool = False
    route: str = ""
    started_on: dt.date | None = None
    quotes_by: dt.date | None = None
    contract: bytes | None = None
    deal: bytes | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


COLUMNS: Final = (
    "framework", "framework_ref", "framework_until", "framework_checked", "call_off", "fewer_why", "approved_by",
    "approved_on", "published", "order_ref", "specification", "note", "lease", "lease_consent", "quotes_by", "route",
    "title", "service", "kind", "deal", "contract", *VALUE_CELLS,
)  # fmt: skip
"""What can be changed of a purchase once it is started, by name."""


def problems(new: NewBuying) -> dict[str, str]:
    """Return what is wrong with a purchase, by field; empty when it can be started."""
    found: dict[str, str] = {}
    if not one_line(new.title):
        found["title"] = "Say what you want to buy."
    if new.kind not in thresholds.KINDS:
        found["kind"] = "Choose goods and services, works or light touch."
    if new.service and new.service not in service_kinds.BY_CODE:
        found["service"] = "Choose a service from the list."
    if new.route and new.route not in quote_rules.ROUTES:
        found["route"] = "Choose direct, quotes, tender or framework."
    found |= value_problems(new.yearly, new.months, new.option_months, new.once, new.vat_rate)
    return found


def value_problems(yearly: int, months: int, option_months: int, once: int, vat_rate: int) -> dict[str, str]:
    found = {}
    for name, pence in (("yearly", yearly), ("once", once)):
        if not 0 <= pence <= quote_rules.MOST_PENCE:
            found[name] = "Type a sum of money, not less than nothing."
    for name, count in (("months", months), ("option_months", option_months)):
        if not 0 <= count <= thresholds.MOST_MONTHS:
            found[name] = "Type a number of months, 0 to 1200."
    if not 0 <= vat_rate <= buying_read.MOST_VAT:
        found["vat_rate"] = "Type VAT as per cent, 0 to 100."
    return found


def stop_on(found: Mapping[str, str]) -> None:
    for said in found.values():
        raise UserError(said, SAFE, "Correct it, then save again.")


def start(desk: Desk, new: NewBuying) -> tuple[BuyingView, Changes]:
    """Start a purchase; without a way to buy it is the one the school's rule asks for. Raises ``UserError``."""
    must_manage(desk)
    if desk.is_office:
        raise UserError("An office buys nothing of its own here.", SAFE, "Let the school that leads start it.")
    stop_on(problems(new))
    day = new.started_on or desk.today
    value = thresholds.Value(
        new.yearly, new.months, new.option_months, new.once, new.vat_rate, open_ended=new.open_ended
    )  # fmt: skip
    judged = thresholds.judge(new.kind, day, [value])
    from bursar_desk.services.buying_rules import bands

    band = quote_rules.band_for(bands(desk), judged.net, reaches=judged.reaches)
    usual = quote_rules.TENDER if band.tender else quote_rules.DIRECT if band.quotes < 2 else quote_rules.QUOTES
    values: dict[str, Any] = {
        "title": one_line(new.title), "service": new.service or None, "kind": new.kind, "started_on": day,
        "contract": new.contract, "deal": new.deal, "route": new.route or usual, "quotes_by": new.quotes_by,
        "yearly": new.yearly, "months": new.months, "option_months": new.option_months, "once": new.once,
        "vat_rate": new.vat_rate, "open_ended": new.open_ended, "state": "open", "said_by": desk.who,
    }  # fmt: skip
    values |= _tidy({name: value for name, value in new.more.items() if name not in values})
    with desk.act(ActCode.START_BUYING, subject=values["title"]) as act:
        row = act.create("buying", {name: one for name, one in values.items() if one is not None})
    return buying_read.show(desk, row), Changes(frozenset(act.tables), act.note.act)


def from_contract(desk: Desk, contract: bytes) -> NewBuying:
    """Return a purchase filled in from a contract that ends. Raises ``UserError`` when it is not one of ours."""
    from db.queries.contracts import contracts

    with desk.store.connect() as con:
        one = next((row for row in contracts(con, desk.home) if row.id == contract), None)
    if one is None:
        raise UserError("That contract is not one of ours.", SAFE, "Choose one from the list.")
    months = 12
    if one.first is not None and one.last is not None and one.last > one.first:
        end = one.last + dt.timedelta(days=1)
        months = max(1, (end.year - one.first.year) * 12 + end.month - one.first.month)
    service = one.service if one.service in service_kinds.BY_CODE else ""
    kept = {"specification": one.scope, "lease": one.lease, "lease_consent": one.lease_consent}
    return NewBuying(
        one.title, service, thresholds.GOODS, max(0, one.yearly or 0), min(months, thresholds.MOST_MONTHS),
        max(0, one.options or 0) * max(0, one.renew_months or 0) if one.at_end == "option" else 0, 0,
        min(max(0, 2000 if one.vat_rate is None else one.vat_rate), buying_read.MOST_VAT), open_ended=False,
        contract=contract, more={name: value for name, value in kept.items() if value},
    )  # fmt: skip


def _tidy(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return columns as they are written. Raises ``UserError`` for a name or a value that cannot be."""
    made: dict[str, Any] = {}
    for name, value in values.items():
        if name not in COLUMNS:
            raise UserError(f"A purchase has no “{name}”.", SAFE, "Choose one of its fields.")
        if isinstance(value, str):
            value = paragraphs(value) if name in ("specification", "note") else one_line(value)
        elif name == "framework_checked":
            value = json.dumps([one for one in quote_rules.CHECKED if one in (value or ())])
        made[name] = value
    if made.get("lease") and made["lease"] not in leases.BY_CODE:
        raise UserError("That is no kind of lease.", SAFE, "Choose one from the list.")
    for name, known in (
        ("kind", thresholds.KINDS), ("route", quote_rules.ROUTES), ("call_off", ("", *quote_rules.CALL_OFFS)),
        ("lease_consent", leases.CONSENTS), ("service", ("", *service_kinds.BY_CODE)),
    ):  # fmt: skip
        if name in made and made[name] is not None and made[name] not in known:
            raise UserError(f"“{made[name]}” cannot be chosen here.", SAFE, "Choose one from the list.")
    return made


def ours(desk: Desk, buying: bytes) -> BuyingRow:
    """Return one of our own purchases that still runs. Raises ``UserError`` otherwise."""
    must_manage(desk)
    row = buying_read.row_of(desk, buying)
    if row.school != desk.home:
        raise UserError(f"That purchase is {desk.school_name(row.school)}’s.", SAFE, "Only they can change it.")
    return row


def running(desk: Desk, buying: bytes) -> BuyingRow:
    row = ours(desk, buying)
    if row.state == STOPPED:
        raise UserError("This purchase was stopped.", SAFE, "Undo that first, or start another.")
    if row.chosen is not None:
        raise UserError("A quote is chosen already.", SAFE, "Undo the choice first.")
    return row


def change(desk: Desk, buying: bytes, values: Mapping[str, Any]) -> tuple[BuyingView, Changes]:
    """Change fields of a purchase by name (``COLUMNS``). Its value and kind stay once quotes are opened."""
    row = ours(desk, buying)
    made = _tidy(values)
    if "title" in made and not made["title"]:
        raise UserError("Say what you want to buy.", SAFE, "Correct it, then save again.")
    view = buying_read.show(desk, buying)
    frozen = {"kind", "route", *VALUE_CELLS} & set(made)
    if view.opened and frozen:
        raise UserError("Quotes were opened, so the value and the way to buy stay.", SAFE, "Start another purchase.")
    if set(made) & set(VALUE_CELLS):
        made = {name: getattr(row, name) for name in VALUE_CELLS} | made
        numbers = [made[name] or 0 for name in ("yearly", "months", "option_months", "once", "vat_rate")]
        stop_on(value_problems(*numbers))
    for together in _GROUPS:
        if set(made) & set(together):
            made = {name: getattr(row, name) or None for name in together} | made
    if "approved_by" in made and made["approved_by"] and made.get("approved_on") is None:
        made["approved_on"] = desk.today
    if made.get("approved_on") is not None and made["approved_on"] > desk.today:
        raise UserError("That day is still to come.", SAFE, "Note it once they have approved.")
    with desk.act(ActCode.CHANGE_BUYING, subject=row.title) as act:
        act.set("buying", buying, {name: value if value != "" else None for name, value in made.items()})
    return buying_read.show(desk, buying), Changes(frozenset(act.tables), act.note.act)


def stop(desk: Desk, buying: bytes, why: str) -> Changes:
    """Stop a purchase without choosing; say why."""
    row = running(desk, buying)
    said = one_line(why)
    if not said:
        raise UserError("Say why it stops.", SAFE, "For example: we stay with the council.")
    note = f"{row.note}\nStopped on {words.plain_date(desk.today)}: {said}".strip()
    with desk.act(ActCode.CHANGE_BUYING, subject=row.title) as act:
        act.set("buying", buying, {"state": STOPPED, "note": note})
    return Changes(frozenset(act.tables), act.note.act)


# --- weights ---------------------------------------------------------------------------------------------------------


def set_weights(desk: Desk, buying: bytes, price: int, parts: Sequence[Part], why: str = "") -> Changes:
    """Fix how quotes are judged. Raises ``UserError`` once any quote was opened, even if that was taken back."""
    from db.queries.buying_log import openings_ever

    row = running(desk, buying)
    with desk.store.connect() as con:
        if openings_ever(con, [buying]):
            raise UserError(
                "Quotes were opened, so how they are judged stays as it was.", SAFE,
                "Stop this purchase and start another if it was wrong.",
            )  # fmt: skip
    tidy = scoring.checked_weights(price, parts)
    kept = json.dumps([{"name": one.name, "weight": one.weight} for one in tidy], ensure_ascii=False)
    with desk.act(ActCode.SET_WEIGHTS, subject=row.title) as act:
        act.fact("weights", given({
            "buying": buying, "price": price, "parts": kept, "said_by": desk.who, "said_on": desk.today,
            "why": one_line(why),
        }))  # fmt: skip
    return Changes(frozenset(act.tables), act.note.act)


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None and value != ""}
