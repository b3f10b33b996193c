"""Quotes of a purchase: asked for, entered with their files, opened by two people, their prices entered then."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import scoring
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services import buying_read
from bursar_desk.services.buying_shapes import BuyingView, QuoteLine
from bursar_desk.services.buying_steps import SAFE, given, running, stop_on, value_problems
from bursar_desk.services.buying_steps_words import needs_weights
from bursar_desk.services.plain_text import one_line, paragraphs

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.session import Act

MOST_FILES: Final = 10


@dataclass(frozen=True, slots=True)
class NewQuote:
    """A quote asked for, or that came: ``came_on`` empty while it is only asked for. ``files`` lie on this computer."""

    supplier_name: str
    supplier: bytes | None = None
    asked_on: dt.date | None = None
    came_on: dt.date | None = None
    came_how: str = ""
    valid_until: dt.date | None = None
    note: str = ""
    files: tuple[Path, ...] = ()


def add_quote(desk: Desk, buying: bytes, new: NewQuote) -> tuple[bytes, Changes]:
    """Enter a quote, its price still closed. Raises ``UserError`` for what cannot be so."""
    row = running(desk, buying)
    name = one_line(new.supplier_name)
    if new.supplier is not None:
        from db.queries.contracts import suppliers

        with desk.store.connect() as con:
            name = next((one.name for one in suppliers(con, desk.home) if one.id == new.supplier), name)
    if not name:
        raise UserError("Say who the quote is from.", SAFE, "Type the name of the supplier.")
    if any(day is not None and day > desk.today for day in (new.asked_on, new.came_on)):
        raise UserError("That day is still to come.", SAFE, "Look at the days again.")
    files = _keep(desk, new.files)
    with desk.act(ActCode.ADD_QUOTE, subject=f"{row.title}: {name}") as act:
        quote = act.create("quote", given({
            "buying": buying, "supplier": new.supplier, "supplier_name": name, "asked_on": new.asked_on,
            "came_on": new.came_on, "came_how": one_line(new.came_how), "valid_until": new.valid_until, "files": files,
            "note": paragraphs(new.note),
        }))  # fmt: skip
    return quote, Changes(frozenset(act.tables), act.note.act)


def _keep(desk: Desk, paths: Sequence[Path], had: Sequence[Mapping[str, Any]] = ()) -> str | None:
    if not paths:
        return None
    if len(paths) + len(had) > MOST_FILES:
        raise UserError(f"{MOST_FILES} files are the most for one quote.", SAFE, "Put them into one PDF.")
    from bursar_desk.services import enclosures

    return json.dumps([*map(dict, had), *(enclosures.take(desk, one).facts() for one in paths)], ensure_ascii=False)


def change_quote(
    desk: Desk, quote: bytes, *, came_on: dt.date | None = None, came_how: str | None = None,
    valid_until: dt.date | None = None, note: str | None = None, files: Sequence[Path] = (),
) -> Changes:  # fmt: skip
    """Note that a quote came, until when it holds, or files that came with it; what is not given stays."""
    view, line = quote_of(desk, quote)
    if came_on is not None and came_on > desk.today:
        raise UserError("That day is still to come.", SAFE, "Look at the day again.")
    made: dict[str, Any] = {} if came_on is None else {"came_on": came_on}
    made |= {} if valid_until is None else {"valid_until": valid_until}
    made |= {} if came_how is None else {"came_how": one_line(came_how) or None}
    made |= {} if note is None else {"note": paragraphs(note) or None}
    made |= {"files": _keep(desk, files, line.row.files)} if files else {}
    if not made:
        raise UserError("Nothing is different.", SAFE, "Say what has changed.")
    with desk.act(ActCode.ADD_QUOTE, subject=f"{view.line.title}: {line.name}") as act:
        act.set("quote", quote, made)
    return Changes(frozenset(act.tables), act.note.act)


def quote_of(desk: Desk, quote: bytes) -> tuple[BuyingView, QuoteLine]:
    """Return a quote of a purchase of ours that still runs, and the purchase. Raises ``UserError`` otherwise."""
    from db.queries.buying import quotes

    with desk.store.connect() as con:
        found = next((one for one in quotes(con, school=desk.home) if one.id == quote), None)
    if found is None or found.buying is None:
        raise UserError("That quote is not one of ours.", SAFE, "Choose one from the list.")
    running(desk, found.buying)
    view = buying_read.show(desk, found.buying)
    return view, next(one for one in view.quotes if one.row.id == quote)


def decline(desk: Desk, quote: bytes, why: str = "", on: dt.date | None = None) -> Changes:
    """Note that a supplier declined, or withdrew what it had sent."""
    view, line = quote_of(desk, quote)
    with desk.act(ActCode.ADD_QUOTE, subject=f"{view.line.title}: {line.name}") as act:
        act.set("quote", quote, {"declined_on": on or desk.today, "declined_why": one_line(why) or None})
    return Changes(frozenset(act.tables), act.note.act)


@dataclass(frozen=True, slots=True)
class Price:
    """What stands in a quote, net pence: ``yearly`` and ``once``; ``vat_rate`` in hundredths of a per cent."""

    yearly: int | None = None
    once: int | None = None
    vat_rate: int | None = None
    months: int | None = None
    valid_until: dt.date | None = None
    unit_price: int | None = None


def open_quotes(desk: Desk, buying: bytes, beside: str, prices: Mapping[bytes, Price] | None = None) -> Changes:
    """Open the quotes that are here together with a witness, and enter their prices, all in one act.

    Quotes that come later are opened by a second opening. Raises ``UserError`` without weights where they are needed,
    without a witness, or when nothing is left to open.
    """
    row = running(desk, buying)
    view = buying_read.show(desk, buying)
    witness = one_line(beside)
    if not witness or scoring.person_key(witness) == scoring.person_key(desk.who):
        raise UserError("Quotes are opened by two people.", SAFE, "Name who is beside you.")
    if needs_weights(row) and view.weights is None:
        raise UserError("How quotes are judged is not fixed yet.", SAFE, "Fix the weights before you open a quote.")
    done = buying_read.opened_in(view.openings)
    waiting = [one.row.id for one in view.quotes if one.live and one.row.id.hex() not in done]
    if not waiting:
        raise UserError("There is no quote to open.", SAFE, "Enter a quote that came first.")
    if any(one not in waiting for one in prices or {}):
        raise UserError("A price is for a quote that is not opened now.", SAFE, "Correct it, then save again.")
    with desk.act(ActCode.OPEN_QUOTES, subject=row.title) as act:
        act.fact("opening", {
            "buying": buying, "on_date": desk.today, "said_by": desk.who, "beside": witness,
            "quotes": json.dumps([one.hex() for one in sorted(waiting)]),
        })  # fmt: skip
        for quote, price in (prices or {}).items():
            _write_price(act, quote, price)
    return Changes(frozenset(act.tables), act.note.act)


def set_price(desk: Desk, quote: bytes, price: Price) -> Changes:
    """Enter or correct what stands in an opened quote. Raises ``UserError`` before it is opened."""
    view, line = quote_of(desk, quote)
    if line.row.id.hex() not in buying_read.opened_in(view.openings):
        raise UserError("This quote is not opened yet.", SAFE, "Prices are entered when quotes are opened.")
    with desk.act(ActCode.OPEN_QUOTES, subject=f"{view.line.title}: {line.name}") as act:
        _write_price(act, quote, price)
    return Changes(frozenset(act.tables), act.note.act)


def _write_price(act: Act, quote: bytes, price: Price) -> None:
    if price.yearly is None and price.once is None:
        raise UserError("Type a price.", SAFE, "A year, or once.")
    stop_on(value_problems(price.yearly or 0, price.months or 0, 0, price.once or 0, price.vat_rate or 0))
    values: dict[str, Any] = {"yearly": price.yearly, "once": price.once, "vat_rate": price.vat_rate}
    for name in ("months", "valid_until", "unit_price"):
        if getattr(price, name) is not None:
            values[name] = getattr(price, name)
    act.set("quote", quote, values)
