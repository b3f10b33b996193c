"""How far a purchase is, step by step, and what is odd about it: the words of purchases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import leases, money_years, quote_rules, thresholds, words
from bursar_desk.services.buying_shapes import DONE, LATER, NOW, STOPPED, StepLine

if TYPE_CHECKING:
    from bursar_desk.domain.quote_rules import Band
    from bursar_desk.domain.scoring import Fixed, Result
    from bursar_desk.domain.thresholds import Bought, Judged, Value
    from bursar_desk.services.buying_shapes import BuyingLine, QuoteLine
    from bursar_desk.services.desk import Desk
    from db.queries.buying import BuyingRow, OpeningRow

STAGE_WORDS: Final = {
    "started": "Started", "waiting": "Waiting for quotes", "in": "Quotes are in", "opened": "Being marked",
    "ready": "Ready to choose", "chosen": "Chosen", STOPPED: "Stopped",
}  # fmt: skip
"""How far a purchase is, by code."""


def stage_of(
    row: BuyingRow, fixed: Fixed, quotes: Sequence[QuoteLine], openings: Sequence[OpeningRow], result: Result | None,
    needs_first: Sequence[str],
) -> str:  # fmt: skip
    """Return how far a purchase is, a key of ``STAGE_WORDS``: a function of its rows alone."""
    if row.state == STOPPED:
        return STOPPED
    if row.chosen is not None and any(one.row.id == row.chosen for one in quotes):
        return "chosen"
    if openings:
        return "opened" if needs_first or (result is not None and not result.complete) else "ready"
    if any(one.live for one in quotes):
        return "in"
    return "waiting" if quotes or fixed.weights else "started"


def needs_weights(row: BuyingRow) -> bool:
    """Tell whether quotes of this way to buy are judged by weights."""
    if row.route == quote_rules.FRAMEWORK:
        return row.call_off == "mini competition"
    return row.route in (quote_rules.QUOTES, quote_rules.TENDER)


def next_words(stage: str, row: BuyingRow, fixed: Fixed, needed: int) -> str:
    """Return what comes next, in a few words."""
    if stage == "started" and needs_weights(row) and fixed.weights is None:
        return "Fix how quotes are judged"
    return {
        "started": "Ask for the price" if needed < 2 else f"Ask for {words.count(needed, 'quote')}",
        "waiting": "Fix how quotes are judged" if needs_weights(row) and fixed.weights is None else "Enter quotes",
        "in": "Open the quotes with a witness", "opened": "Mark, declare interests", "ready": "Choose a quote",
        "chosen": "Make the contract" if row.contract is None else "Nothing", STOPPED: "Nothing",
    }[stage]  # fmt: skip


def steps_of(
    row: BuyingRow, line: BuyingLine, fixed: Fixed, quotes: Sequence[QuoteLine], openings: Sequence[OpeningRow],
    result: Result | None, needs_first: Sequence[str],
) -> tuple[StepLine, ...]:  # fmt: skip
    """Return the steps of a purchase, each done, now or later: the first that is not done is now."""
    weighed = needs_weights(row)
    held = sum(one.live for one in quotes)
    chosen = next((one for one in quotes if one.chosen), None)
    marked = result is not None and result.complete and bool(result.markers or not fixed.weights or
                                                             not fixed.weights.parts)  # fmt: skip
    declared = not any("must say" in one for one in needs_first)
    said = [("value", "Value and rule", True, f"{line.value_words} with VAT: {line.rule_words}")]
    if weighed:
        told = fixed.weights.words if fixed.weights else "Fix how quotes are judged before any is opened"
        said.append(("weights", "How quotes are judged", fixed.weights is not None, told))
    said.append(("quotes", "Quotes", held >= max(1, line.needed) or bool(held and row.fewer_why),
                 f"{held} of {max(1, line.needed)} here" + (f". Fewer, because: {row.fewer_why}" if row.fewer_why
                                                            and held < line.needed else "")))  # fmt: skip
    said.append(("open", "Opened", bool(openings), _opened_words(openings)))
    if weighed:
        people = words.listing(list(result.markers)) if result and result.markers else "Nobody yet"
        left = f", {words.count(len(result.missing), 'mark')} to come" if result and result.missing else ""
        said.append(("marks", "Marks", marked, f"{people}{left}"))
        said.append(("declare", "Interests declared", bool(openings) and declared and marked,
                     "Everybody who marks says what interest there is, or that there is none"))  # fmt: skip
    told = f"{chosen.name}, {words.short_date(row.awarded_on, 'no date')}" if chosen else "Choose, with a reason"
    said.append(("choose", "Chosen", chosen is not None, told))
    now = next((n for n, one in enumerate(said) if not one[2]), len(said))
    ended = row.state == STOPPED
    return tuple(
        StepLine(key, title, DONE if done else NOW if n == now and not ended else LATER, text)
        for n, (key, title, done, text) in enumerate(said)
    )


def _opened_words(openings: Sequence[OpeningRow]) -> str:
    if not openings:
        return "Prices stay hidden until then"
    first = min(openings, key=lambda one: one.id)
    by = words.listing([one for one in (first.said_by, first.beside) if one])
    return f"{words.short_date(first.on_date, 'No date')} by {by or 'somebody'}"


def route_lines(
    row: BuyingRow, judged: Judged, deals: Mapping[bytes, str], today: dt.date
) -> tuple[str, ...]:
    """Return how it is bought: way, framework, publication, order number."""
    said = [f"Way to buy: {quote_rules.ROUTE_WORDS.get(row.route, row.route or 'not chosen yet').lower()}."]
    if row.route == quote_rules.FRAMEWORK:
        until = f", until {words.short_date(row.framework_until)}" if row.framework_until else ""
        said.append(f"Framework: {row.framework or 'without a name'}, reference "
                    f"{row.framework_ref or 'not noted'}{until}.")  # fmt: skip
        done = [quote_rules.CHECKED_WORDS[one].lower() for one in quote_rules.CHECKED if one in row.framework_checked]
        said.append(f"Checked: {words.listing(done)}." if done else "Nothing about the framework is checked yet.")
        said.append(f"How it is used: {quote_rules.CALL_OFF_WORDS.get(row.call_off, 'not said yet').lower()}.")
        if row.framework_until is not None and row.framework_until < today and row.awarded_on is None:
            said.append("The framework has ended.")
    if row.deal is not None:
        name = deals.get(row.deal, "a deal not held here")
        said.append(f"For the group deal “{name}”: the value must be that of all schools together.")
    if row.published:
        said.append(f"Published: {row.published}.")
    elif judged.reaches:
        said.append("Note where the notice was published.")
    if row.order_ref:
        said.append(f"Order: {row.order_ref}.")
    return tuple(said)


def warnings_of(
    desk: Desk, row: BuyingRow, value: Value, judged: Judged, near: Sequence[Bought], quotes: Sequence[QuoteLine],
    bands: Sequence[Band],
) -> tuple[str, ...]:  # fmt: skip
    """Return what a person should look at: splitting, the Act, a lease, prices that no longer hold, unlike VAT."""
    said = []
    if judged.net == 0:
        said.append("No value is entered, so no rule can be told.")
    if judged.reaches and row.route in (quote_rules.DIRECT, quote_rules.QUOTES):
        said.append("Above the figure of the Procurement Act it needs a tender or a framework.")
    said += _splitting(value, judged, near, bands)
    if row.deal is not None:
        said += _of_the_group(desk, row, value)
    lease = leases.warning(row.lease, row.lease_consent, money_years.kind_of(_employer(desk, row.school)))
    said += [lease] if lease else []
    late = [one.name for one in quotes if one.state == "came late"]
    if late:
        said.append(f"{words.listing(late)} came after the others were opened.")
    if row.chosen is None:
        past = [one.name for one in quotes if one.live and one.past]
        if past:
            said.append(f"The price of {words.listing(past)} no longer holds: ask again.")
    rates = {one.row.vat_rate for one in quotes if one.whole is not None and one.row.vat_rate is not None}
    if len(rates) > 1:
        said.append("The quotes have different rates of VAT; prices are compared without VAT.")
    return tuple(said)


def _splitting(value: Value, judged: Judged, near: Sequence[Bought], bands: Sequence[Band]) -> list[str]:
    """Return the warning when purchases of one service within 12 months need more together than one by one."""
    if not near:
        return []
    net, gross = thresholds.together(value, near)
    figure = judged.figure
    reaches = None if figure is None else gross >= figure.pence
    alone = quote_rules.band_for(bands, judged.net, reaches=judged.reaches)
    whole = quote_rules.band_for(bands, net, reaches=reaches)
    names = words.listing([f"“{one.title}”" for one in near])
    total = words.money(thresholds.half_up(gross))
    if reaches and not judged.reaches:
        return [f"Together with {names} within 12 months it is worth {total} with VAT, which reaches the figure of the "
                "Procurement Act. Do not split a purchase to stay below."]  # fmt: skip
    if (whole.quotes, whole.tender) > (alone.quotes, alone.tender):
        return [f"Together with {names} within 12 months it is worth {total} with VAT, which needs "
                f"{whole.words.lower()}. Do not split a purchase to stay below."]  # fmt: skip
    return []


def _of_the_group(desk: Desk, row: BuyingRow, value: Value) -> list[str]:
    """Return the warning when the value is less than what the members of the deal pay today together."""
    from db.queries.deals import baselines

    last = {}
    with desk.store.connect() as con:
        for one in baselines(con, deal=[row.deal or b""]):
            last[one.school] = one
    today = sum(max(0, one.yearly or 0) for one in last.values())
    if len(last) > 1 and today > value.yearly:
        return [f"The {len(last)} schools of the deal pay {words.money(today)} a year together today: the total of all "
                "members counts."]  # fmt: skip
    return []


def _employer(desk: Desk, school: bytes) -> str:
    from bursar_desk.domain.directory import employer_of
    from db.queries.schools import school_row

    with desk.store.connect() as con:
        row = school_row(con, school)
    return "" if row is None else row.employer or employer_of(row.type)


def why_reason(needed: Sequence[str]) -> str:
    """Return why a reason must be given, as a sentence; nothing when none must."""
    return f"Say why you choose it: {words.listing(list(needed))}." if needed else ""
