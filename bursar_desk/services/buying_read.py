"""Purchases as they stand: read from the register, judged by the rules, put into words."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import quote_rules, scoring, service_kinds, thresholds, words
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.quote_rules import Band, Held
from bursar_desk.domain.scoring import Declared, Fixed, Mark, Offer, Result
from bursar_desk.domain.thresholds import Bought, Value
from bursar_desk.services.buying_rules import bands
from bursar_desk.services.buying_shapes import STOPPED, BuyingLine, BuyingView, QuoteLine
from bursar_desk.services.buying_steps_words import (
    STAGE_WORDS,
    next_words,
    route_lines,
    stage_of,
    steps_of,
    warnings_of,
)

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.buying import BuyingRow, InterestRow, MarkRow, OpeningRow, QuoteRow, WeightsRow

TABLES: Final = ("buying", "weights", "quote", "opening", "mark", "interest", "setting", "contract", "deal", "supplier")
MOST_VAT: Final = 10_000


def value_of(row: BuyingRow) -> Value:
    """Return what a purchase is worth; what other computers sent below nothing or out of reach counts as nothing."""
    return Value(
        _least(row.yearly), min(_least(row.months), thresholds.MOST_MONTHS),
        min(_least(row.option_months), thresholds.MOST_MONTHS), _least(row.once), min(_least(row.vat_rate), MOST_VAT),
        row.open_ended,
    )  # fmt: skip


def _least(value: int | None) -> int:
    return max(0, value or 0)


def whole_price(row: QuoteRow, length: int) -> Fraction | None:
    """Return what a quote costs for the length of the purchase in net pence: one length for all, so that they compare.

    Nothing while no price is known, and for a price below nothing.
    """
    if (row.yearly is None and row.once is None) or (row.yearly or 0) < 0 or (row.once or 0) < 0:
        return None
    return Fraction((row.yearly or 0) * length, 12) + (row.once or 0)


def length_of(value: Value) -> int:
    """Return the months quotes are compared over: the whole length with options, a year where none was said."""
    return value.length or 12


@dataclass(frozen=True, slots=True)
class Read:
    """All rows of some purchases, by purchase."""

    weights: Mapping[bytes, tuple[WeightsRow, ...]]
    fixed: Mapping[bytes, Fixed]
    quotes: Mapping[bytes, tuple[QuoteRow, ...]]
    openings: Mapping[bytes, tuple[OpeningRow, ...]]
    ever_opened: Mapping[bytes, tuple[bytes, ...]]
    marks: Mapping[bytes, tuple[MarkRow, ...]]
    interests: Mapping[bytes, tuple[InterestRow, ...]]
    suppliers: Mapping[bytes, str]
    contracts: Mapping[bytes, str]
    deals: Mapping[bytes, str]


def read(desk: Desk, rows: Collection[BuyingRow]) -> Read:
    """Read everything about some purchases, each table once. What another school wrote about them counts nowhere."""
    from db.queries import buying as asked
    from db.queries import buying_log, contracts, deals

    home = {one.id: one.school for one in rows}
    ids = set(home)
    with desk.store.connect() as con:
        said = asked.weights(con, buying=ids)
        found = (
            asked.quotes(con, buying=ids), asked.openings(con, buying=ids), asked.marks(con, buying=ids),
        )  # fmt: skip
        interests = [one for one in asked.interests(con, about=ids) if one.about_table == "buying"]
        ever = buying_log.openings_ever(con, ids)
        fixed = {}
        for row in rows:
            first = min((scoring.moment_of(one) for one in ever.get(row.id, ())), default=None)
            known = {
                one: scoring.weights_of(one, price, _objects(parts))
                for one, about, price, parts in buying_log.weights_ever(con, [row.id])
                if about == row.id and buying_log.stood_at(con, one, first)
            }
            fixed[row.id] = scoring.fixed_weights(known, ever.get(row.id, ()))
        suppliers = {one.id: one.name for one in contracts.suppliers(con)}
        titles = {one.id: one.title for one in contracts.contracts(con)}
        dealt = {one.id: one.title for one in deals.deals(con)}
    quotes, openings, marks = (_by(part, home) for part in found)
    about: dict[bytes, tuple[InterestRow, ...]] = {}
    for one in interests:
        if one.about is not None and home.get(one.about) == one.school:
            about[one.about] = (*about.get(one.about, ()), one)
    return Read(_by(said, home), fixed, quotes, openings, ever, marks, about, suppliers, titles, dealt)


def _by(rows: Iterable[object], home: Mapping[bytes, bytes]) -> dict[bytes, tuple]:  # type: ignore[type-arg]
    found: dict[bytes, tuple] = {}  # type: ignore[type-arg]
    for one in rows:
        about = one.buying  # type: ignore[attr-defined]
        if about in home and home[about] == one.school:  # type: ignore[attr-defined]
            found[about] = (*found.get(about, ()), one)
    return found


def _objects(text: str) -> list[Mapping[str, object]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


# --- one purchase ----------------------------------------------------------------------------------------------------


def rows_of(desk: Desk, school: bytes | None = None) -> list[BuyingRow]:
    """Return purchases: of one school, of this school, or of all schools an office holds."""
    from db.queries.buying import purchases

    whose = school or (None if desk.is_office else desk.home)
    with desk.store.connect() as con:
        return purchases(con, whose)


def row_of(desk: Desk, buying: bytes) -> BuyingRow:
    """Return one purchase held here. Raises ``UserError`` when there is none."""
    from db.queries.buying import purchases

    with desk.store.connect() as con:
        found = next((one for one in purchases(con) if one.id == buying), None)
    if found is None:
        raise UserError("That purchase is not held here.", "Nothing was changed.", "Choose one from the list.")
    return found


def listing(desk: Desk, school: bytes | None = None, *, every: bool = False) -> tuple[BuyingLine, ...]:
    """Return purchases that run, latest first; ``every`` also those that are chosen or stopped, after them."""
    lines = (one.line for one in views(desk, school))
    return tuple(one for one in lines if every or one.stage not in ("chosen", STOPPED))


def show(desk: Desk, buying: bytes) -> BuyingView:
    """Return all about one purchase. Raises ``UserError`` when it is not held here."""
    row = row_of(desk, buying)
    return _view(desk, row, read(desk, [row]), rows_of(desk, row.school))


def views(desk: Desk, school: bytes | None = None) -> tuple[BuyingView, ...]:
    """Return all about every purchase: those that run first, of these the latest."""
    rows = rows_of(desk, school)
    held = read(desk, rows)
    made = [_view(desk, row, held, rows) for row in rows]
    return tuple(sorted(made, key=lambda one: (
        one.line.stage in ("chosen", STOPPED), -(one.line.row.started_on or desk.today).toordinal(), one.line.title,
        one.line.row.id,
    )))  # fmt: skip


def result_of(
    row: BuyingRow, held: Read, *, length: int
) -> tuple[Result | None, tuple[bytes, ...], tuple[QuoteRow, ...]]:
    """Return how quotes were judged, the cheapest ones, and the live ones; nothing of it before quotes are opened."""
    live = tuple(one for one in held.quotes.get(row.id, ()) if one.declined_on is None and one.came_on is not None)
    if not held.openings.get(row.id):
        return None, (), live
    opened = opened_in(held.openings[row.id])
    offers = [Offer(one.id, whole_price(one, length) if one.id.hex() in opened else None) for one in live]
    prices = {one.id: one.price for one in offers if one.price is not None}
    lowest = min(prices.values(), default=None)
    cheapest = tuple(sorted(key for key, price in prices.items() if price == lowest))
    fixed = held.fixed[row.id].weights
    marks = [
        Mark(m.id, m.quote, m.part, m.score, m.said_by)
        for m in held.marks.get(row.id, ()) if m.quote is not None and m.score is not None
    ]  # fmt: skip
    return (scoring.judge(fixed, offers, marks) if fixed and offers else None), cheapest, live


def opened_in(openings: Iterable[OpeningRow]) -> set[str]:
    """Return the ids of the quotes that were opened, in hex."""
    return {one for each in openings for one in each.quotes if isinstance(one, str)}


def declared(rows: Iterable[InterestRow]) -> list[Declared]:
    """Return declarations as the rules read them."""
    return [Declared(one.id, one.who, one.no_interest, one.what, one.steps) for one in rows]


def _view(desk: Desk, row: BuyingRow, held: Read, every: Sequence[BuyingRow]) -> BuyingView:
    value, started = value_of(row), row.started_on or desk.today
    judged = thresholds.judge(row.kind, started, [value])
    band = quote_rules.band_for(bands(desk, row.school), judged.net, reaches=judged.reaches)
    result, cheapest, live = result_of(row, held, length=length_of(value))
    quotes = _quote_lines(desk, row, held, result, length_of(value))
    openings = held.openings.get(row.id, ())
    fixed = held.fixed[row.id]
    needed = _needed(row, band)
    first = _needs_first(desk, row, Held(len(live), needed, row.fewer_why, row.approved_by, band.approver, row.route),
                         result, held, bool(openings))  # fmt: skip
    stage = stage_of(row, fixed, quotes, openings, result, first)
    line = BuyingLine(
        row, desk.school_name(row.school), row.title or "A purchase without a name",
        service_kinds.words_of(row.service), words.money(judged.gross_pence), _rule_words(row, band), len(live),
        needed, stage, STAGE_WORDS[stage], next_words(stage, row, fixed, needed),
    )  # fmt: skip
    named = {one.row.id: one for one in quotes}
    near = thresholds.near(row.id, started, _bought(row, every))
    return BuyingView(
        line, judged, band, thresholds.arithmetic(value), route_lines(row, judged, held.deals, desk.today),
        warnings_of(desk, row, value, judged, near, quotes, bands(desk, row.school)),
        steps_of(row, line, fixed, quotes, openings, result, first), fixed.weights,
        fixed.weights.words if fixed.weights else "", _late_words(row, held), quotes, openings,
        held.marks.get(row.id, ()), held.interests.get(row.id, ()), result,
        tuple(named[one] for one in (result.top if result else ()) if one in named),
        tuple(named[one] for one in cheapest if one in named), first,
        held.contracts.get(row.contract or b"", ""), held.deals.get(row.deal or b"", ""),
    )  # fmt: skip


def _rule_words(row: BuyingRow, band: Band) -> str:
    who = f", {band.approver} approves" if band.approver else ""
    if row.route == quote_rules.FRAMEWORK:
        return f"Framework{who}"
    return f"{band.words}{who}"


def _needed(row: BuyingRow, band: Band) -> int:
    """Return how many quotes are needed: a framework with direct award needs one, a tender as many as the last band."""
    if row.route == quote_rules.FRAMEWORK and row.call_off != "mini competition":
        return 1
    return band.quotes


def _bought(row: BuyingRow, every: Sequence[BuyingRow]) -> list[Bought]:
    return [
        Bought(one.id, one.title, one.started_on, value_of(one))
        for one in every
        if one.school == row.school and row.service not in ("", service_kinds.OTHER) and one.service == row.service
        and one.started_on is not None and one.state != STOPPED
    ]  # fmt: skip


def _needs_first(
    desk: Desk, row: BuyingRow, have: Held, result: Result | None, held: Read, opened: bool
) -> tuple[str, ...]:
    said = []
    if not opened:
        said.append("Open the quotes together with a witness.")
    if row.route == quote_rules.FRAMEWORK:
        past = row.framework_until is not None and row.framework_until < desk.today
        said += quote_rules.framework_missing(row.framework_ref, past, row.framework_checked)
        said += [one for one in have.missing if have.needed > 1]
    else:
        said += have.missing
    if result is not None and any(one.total is None for one in result.scored):
        said.append("Mark every part of every quote.")
    everybody = result.markers if result else ()
    missing = scoring.undeclared(everybody, declared(held.interests.get(row.id, ())))
    if missing:
        said.append(f"{words.listing(missing)} marked and must say whether there is an interest to declare.")
    return tuple(said)


def _late_words(row: BuyingRow, held: Read) -> tuple[str, ...]:
    """Return what was said about weights after quotes were opened: shown, and never counted."""
    late = set(held.fixed[row.id].late)
    found = []
    for one in held.weights.get(row.id, ()):
        made = scoring.weights_of(one.id, one.price, one.parts)
        if one.id in late:
            what = made.words if made else "weights that make no sense"
            found.append(f"{what}: said by {one.said_by or 'somebody'} after quotes were opened, so they do not count.")
        elif made is None:
            found.append(f"Weights said by {one.said_by or 'somebody'} make no sense, so they do not count.")
    return tuple(found)


# --- quotes ----------------------------------------------------------------------------------------------------------


def _quote_lines(
    desk: Desk, row: BuyingRow, held: Read, result: Result | None, length: int
) -> tuple[QuoteLine, ...]:
    openings = held.openings.get(row.id, ())
    first = min(openings, key=lambda one: one.id, default=None)
    in_time = {one for one in first.quotes if isinstance(one, str)} if first else set()
    opened = opened_in(openings)
    lines = []
    for one in held.quotes.get(row.id, ()):
        shown = one.id.hex() in opened
        state = _state(one, late=bool(openings) and one.id.hex() not in in_time)
        whole = whole_price(one, length) if shown else None
        price = thresholds.half_up(whole) if whole is not None else None
        past = one.valid_until is not None and one.valid_until < (row.awarded_on or desk.today)
        lines.append(QuoteLine(
            one, held.suppliers.get(one.supplier or b"", "") or one.supplier_name or "A supplier without a name", state,
            price, _price_words(one, price, length, shown=shown), _valid_words(one, past=past), past,
            _files(desk, one), result.of(one.id) if result else None, one.id == row.chosen,
        ))  # fmt: skip
    ranks = {line.row.id: (line.scored.rank or 99) if line.scored else 99 for line in lines}
    return tuple(sorted(lines, key=lambda each: (not each.live, ranks[each.row.id], each.name.casefold(),
                                                 each.row.id)))  # fmt: skip


def _state(one: QuoteRow, *, late: bool) -> str:
    if one.declined_on is not None:
        return "withdrawn" if one.came_on is not None else "declined"
    if one.came_on is None:
        return "asked"
    return "came late" if late else "came"


def _price_words(one: QuoteRow, whole: int | None, length: int, *, shown: bool) -> str:
    if one.came_on is None:
        return ""
    if not shown:
        return "Hidden until quotes are opened"
    if whole is None:
        return "No price yet"
    parts = [f"{words.money(one.yearly)} a year"] if one.yearly else []
    parts += [f"{words.money(one.once)} once"] if one.once else []
    return f"{words.money(whole)} for {words.count(length, 'month')}" + (f": {words.listing(parts)}" if parts else "")


def _valid_words(one: QuoteRow, *, past: bool) -> str:
    if one.valid_until is None:
        return ""
    return f"{'Held until' if past else 'Holds until'} {words.short_date(one.valid_until)}"


def _files(desk: Desk, one: QuoteRow) -> tuple:  # type: ignore[type-arg]
    if not one.files:
        return ()
    from bursar_desk.services import enclosures
    from db.queries.messages import enclosures_of

    return enclosures.of_rows(desk, enclosures_of(json.dumps(list(one.files))))
