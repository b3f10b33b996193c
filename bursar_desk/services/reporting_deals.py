"""The governors’ paper of a group deal from the register: every figure with the code of the record behind it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import deal_stage, words
from bursar_desk.domain.date_math import add_days, add_months
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.mileage import half_up
from bursar_desk.services import deals, deals_facts, deals_money, deals_quotes, deals_words
from bursar_desk.services.plain_text import one_line, paragraphs
from bursar_desk.services.record_codes import code_of

if TYPE_CHECKING:
    from bursar_desk.services.deals_shapes import DealSchool, DealView, OfferLine
    from bursar_desk.services.desk import Desk
    from db.queries.deals import DealRow
    from reports.deal_paper import DealPaper, QuoteShown, SchoolShare

SAFE: Final = "Nothing was made."
JOIN_WORDS: Final = {
    deal_stage.ANY_DAY: "On any day", deal_stage.MONTH_START: "On the first of a month",
    deal_stage.YEAR_START: "On the first day of a year of the deal",
}  # fmt: skip
LEAVE_WORDS: Final = {
    deal_stage.MONTH_END: "to the end of a month", deal_stage.YEAR_END: "to the end of a year of the deal",
}  # fmt: skip
AT_END: Final = {"renews": "then it renews", "rolls": "then it runs on", "option": "with an option to extend"}


def deal_paper(desk: Desk, deal: bytes, school: bytes | None = None) -> DealPaper:
    """Return the paper of a deal for the governors of a school: our own, or in an office the one that is named.

    Raises ``UserError`` where the school is not in the deal, or nothing is priced or shared yet.
    """
    from bursar_desk.services.fingerprints import stamp_of
    from bursar_desk.services.reporting_governors import school_time
    from reports.deal_paper import DealPaper

    view = deals.show(desk, deal)
    mine = _whose(desk, view, school)
    if view.offer is None or mine.would_pay is None:
        raise UserError(
            "There is no share of a price to decide on yet.", SAFE, "Enter the offer and share the cost first."
        )
    return DealPaper(
        view.line.title, _full_name(desk, mine), "governing body", desk.today, _lead(view, mine),
        _proposed(desk, view, view.offer), _money(view, mine), _money_words(view, mine), _shares(view, mine),
        view.basis_title, _share_words(view), _quotes(view.offer), _quote_words(desk, view.offer),
        _interests(desk, view, mine), _facts(view), _leaving(desk, view, mine), _asked(view, mine), code_of(deal),
        school_time(desk), stamp_of(desk, mine.school), desk.practice,
    )  # fmt: skip


def _whose(desk: Desk, view: DealView, school: bytes | None) -> DealSchool:
    found = view.school(school or desk.home)
    if found is None and school is None:
        found = next((one for one in view.rows if one.is_lead), None) or next(iter(view.rows), None)
    if found is None:
        raise UserError("That school is not in this deal.", SAFE, "Name a school of the deal with --school.")
    return found


def _full_name(desk: Desk, mine: DealSchool) -> str:
    root = desk.trust.roots.get(mine.school)
    return root.name if root else mine.name


def _lead(view: DealView, mine: DealSchool) -> str:
    dearer = [one for one in view.rows if one.dearer and one.member]
    if mine.difference is None:
        first = f"Joining would cost us {words.money_exact(mine.would_pay or 0)} a year; no saving can be claimed."
    elif mine.difference < 0:
        first = f"Joining would cost us {words.money_exact(-mine.difference)} a year more than today."
    elif mine.difference == 0:
        first = "Joining would cost us the same as today."
    else:
        first = f"Joining would save us {words.money_exact(mine.difference)} a year."
    if not dearer:
        return first
    return f"{first} {len(dearer)} of the {view.totals.schools} schools would pay more than now."


def _proposed(desk: Desk, view: DealView, offer: OfferLine) -> tuple[str, ...]:
    row = view.row
    who = view.line.lead_name if row.school == row.lead else desk.school_name(row.school)
    whom = f"{who} proposes that {words.count(view.totals.schools, 'school')} buy "
    what = f"{view.line.service_words.lower()} together from {offer.supplier_name or 'one supplier'}"
    term = deals_words.term_words(offer.months, row.first, row.last)
    price = f"The price for all is {words.money_exact(offer.yearly)} a year net and {words.money_exact(offer.vat)} VAT"
    once = f", and {words.money_exact(offer.once)} net once" if offer.once else ""
    valid = f" It holds until {words.long_date(offer.valid_until)}." if offer.valid_until else ""
    said = [f"{whom}{what}{f', {term}' if term else ''}.", f"{price}{once}.{valid} Record {code_of(offer.id)}."]
    scope = one_line(row.scope)
    return (*said, words.sentence(scope)) if scope else tuple(said)


# --- the money --------------------------------------------------------------------------------------------------------


def _money(view: DealView, mine: DealSchool) -> tuple[tuple[str, int | None, int | None, str], ...]:
    base, version = mine.baseline, view.version
    today = "Today"
    if base is not None and base.documented:
        today = f"Today ({base.document} of {words.short_date(base.dated)})"
    elif base is not None and mine.pays_now is not None:
        today = "Today, without a dated document"
    vat_now = base.vat if base is not None and base.vat is not None and base.vat >= 0 else None
    if vat_now is not None and base is not None and mine.pays_now != base.yearly and base.yearly:
        vat_now = half_up(vat_now * (mine.pays_now or 0), base.yearly)
    saved_vat = vat_now - mine.vat if vat_now is not None and mine.vat is not None else None
    number = version.number if version else 1
    last = "What we would save" if (mine.difference or 0) >= 0 else "What it would cost us more, below nought"
    return (
        (today, mine.pays_now, vat_now, code_of(base.id) if base else ""),
        (f"In the deal, by version {number} of how it is shared", mine.would_pay, mine.vat,
         code_of(version.id) if version else ""),
        (last, mine.difference, saved_vat if mine.difference is not None else None, ""),
    )  # fmt: skip


def _money_words(view: DealView, mine: DealSchool) -> tuple[str, ...]:
    said = []
    if mine.difference is None:
        said.append(f"{words.sentence(mine.difference_words or 'no price today is known')}")
    months = _term_months(view)
    if mine.difference is not None and months and months != 12 and mine.months is None and mine.days is None:
        whole = half_up(mine.difference * months, 12)
        said.append(f"Over the {words.count(months, 'month')} of the first term this {words.saving(whole)} net.")
    if mine.once:
        said.append(f"Once, at the start, our share is {words.money_exact(mine.once)} net.")
    if mine.time_words:
        said.append(f"Our share and our price today are for {mine.time_words}.")
    parts = mine.years.get(mine.money_year, ())
    if parts:
        each = "; ".join(
            f"{one.year.words} {words.money_exact(one.net)} net and {words.money_exact(one.vat)} VAT" for one in parts
        )
        said.append(f"By our money years: {each}.")
    return tuple(said)


def _term_months(view: DealView) -> int | None:
    if view.offer is not None and view.offer.months and 0 < view.offer.months <= 600:
        return view.offer.months
    row = view.row
    if row.first is None or row.last is None or row.last < row.first:
        return None
    months = (row.last.year - row.first.year) * 12 + row.last.month - row.first.month + 1
    return months if add_days(add_months(row.first, months), -1) == row.last else None


# --- how it is shared -------------------------------------------------------------------------------------------------


def _shares(view: DealView, mine: DealSchool) -> tuple[SchoolShare, ...]:
    from reports.contract_register import MARKS
    from reports.deal_paper import SchoolShare

    return tuple(
        SchoolShare(
            one.name, one.school == mine.school, f"{one.basis}{'*' if one.given else ''}", one.pays_now, one.would_pay,
            one.vat, one.difference, one.governors_words, MARKS.get(one.governors_look, "question"),
            code_of(one.baseline.id) if one.baseline else "", code_of(one.decision.id) if one.decision else "",
        )
        for one in view.rows if one.member
    )  # fmt: skip


def _share_words(view: DealView) -> tuple[str, ...]:
    version = view.version
    said = []
    if version is not None:
        said.append(f"{version.way_words}. {view.adds_up} Record {code_of(version.id)}.")
    said.append(" ".join(view.fixed_words))
    said += [f"{bold} {rest}" for bold, rest in view.dearer]
    out = [one.name for one in view.rows if not one.member]
    if out:
        said.append(f"Asked and not in this version: {words.listing(out)}.")
    return tuple(one for one in said if one)


# --- quotes -----------------------------------------------------------------------------------------------------------


def _quotes(offer: OfferLine) -> tuple[QuoteShown, ...]:
    from reports.deal_paper import QuoteShown

    wholes = [_whole(each, offer) for each in offer.compared]
    prices = [one for one in wholes if one is not None]
    scores = [one for one in (_number(each.get("score")) for each in offer.compared) if one is not None]
    found = []
    for each, whole in zip(offer.compared, wholes, strict=True):
        score = _number(each.get("score"))
        price, quality = _number(each.get("price_score")), _number(each.get("quality_score"))
        found.append(QuoteShown(
            one_line(each.get("supplier")) or "A supplier", whole, _mark(price), _mark(quality), _mark(score),
            score is not None and score == max(scores), whole is not None and whole == min(prices),
            each.get("chosen") is True, _quote_code(each.get("quote")),
        ))  # fmt: skip
    return tuple(found)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**12 else None


def _whole(one: Mapping[str, Any], offer: OfferLine) -> int | None:
    """Return what a quote comes to for the whole term, net: as it was frozen, else from its price a year."""
    found = _number(one.get("whole"))
    if found is None:
        yearly, once = _number(one.get("yearly")), _number(one.get("once")) or 0
        months = _number(one.get("months")) or offer.months or 0
        found = half_up(yearly * months, 12) + once if yearly is not None and 0 < months <= 600 else None
    return found if found is not None and found >= 0 else None


def _mark(hundredths: int | None) -> str:
    return "" if hundredths is None else f"{hundredths // 100}.{hundredths % 100:02d}"


def _quote_code(text: object) -> str:
    from bursar_desk.domain.apportion_rows import read_id

    return code_of(read_id(text))


def _quote_words(desk: Desk, offer: OfferLine) -> tuple[str, ...]:
    quotes = _quotes(offer)
    best, cheapest = [one for one in quotes if one.best], [one for one in quotes if one.cheapest]
    said = []
    if best and cheapest:
        text = f"Best value: {words.listing([one.supplier for one in best])}. "
        text += f"Cheapest: {words.listing([one.supplier for one in cheapest])}"
        gap = (best[0].whole or 0) - (cheapest[0].whole or 0)
        said.append(f"{text}, {words.money_exact(gap)} less for the whole term." if gap > 0 else f"{text}.")
    said += _weights(desk, offer)
    if offer.chosen_why:
        said.append(f"Why {offer.supplier_name or 'this one'}: {one_line(offer.chosen_why)}")
    return tuple(said)


def _weights(desk: Desk, offer: OfferLine) -> list[str]:
    """Say which weights were fixed and when: from the purchase where it is held, else as they were frozen with it."""
    from db.queries.buying import openings, weights

    frozen = deals_quotes.weighed_words(offer.compared)
    if offer.buying is None:
        return [frozen] if frozen else []
    from bursar_desk.services import buying

    try:
        view = buying.show(desk, offer.buying)
    except UserError:
        kept = "The marks of each person are" if frozen else "Weights, marks and the opening of quotes are"
        return [*([frozen] if frozen else []), f"{kept} kept at the school that buys."]
    if view.weights is None:
        return ["No weights were fixed before quotes were opened."]
    with desk.store.connect() as con:
        fixed = next((one for one in weights(con, buying=[offer.buying]) if one.id == view.weights.id), None)
        held = openings(con, buying=[offer.buying], school=view.line.row.school)
        opened = min((one.on_date for one in held if one.on_date), default=None)
    on = f" on {words.long_date(fixed.said_on)}" if fixed and fixed.said_on else ""
    before = f", before quotes were opened on {words.long_date(opened)}" if opened else ""
    return [f"Weights were fixed{on}{before}: {view.weights.words}. Record {code_of(view.weights.id)}."]


def _interests(desk: Desk, view: DealView, mine: DealSchool) -> tuple[str, ...]:
    """Say what was declared: of our own people by name; of another school that one was, and what was done about it."""
    from db.queries.buying import interests

    keepers = {view.row.lead, view.row.school}
    buying = view.offer.buying if view.offer else None
    with desk.store.connect() as con:
        rows = [
            one for one in interests(con, about=sorted({view.row.id, buying or view.row.id}))
            if one.school in keepers or (one.about != buying and view.school(one.school) is not None)
        ]  # fmt: skip
    said = []
    for one in rows:
        ours = one.school == mine.school
        who = one_line(one.who) or "Somebody" if ours else f"Somebody of {desk.school_name(one.school)}"
        what = "nothing to declare" if one.no_interest else (one_line(one.what) if ours else "") or "an interest"
        steps = f" {words.sentence(one_line(one.steps))}" if one.steps and not one.no_interest else ""
        when = f", {words.short_date(one.said_on)}" if one.said_on else ""
        said.append(f"{who}{when}: {words.sentence(what)}{steps} Record {code_of(one.id)}.")
    return tuple(said) or ("No declaration is held here.",)


# --- term and leaving -------------------------------------------------------------------------------------------------


def _facts(view: DealView) -> tuple[tuple[str, str, str], ...]:
    row = view.row
    days = " to ".join(one for one in (words.short_date(row.first), words.short_date(row.last, "no end")) if one)
    after = AT_END.get(row.at_end, "then it ends" if row.last else "")
    if row.at_end == "renews" and row.renew_months:
        after += f" for {words.count(row.renew_months, 'month')} each time"
    found = [("Term", ", ".join(one for one in (days, after) if one), code_of(row.id))]
    if row.notice is not None and row.notice >= 0:
        unit = (row.notice_unit or "months").removesuffix("s")
        clear = f"clear {unit}" if row.notice_clear else unit
        found.append(
            ("Notice to the supplier", f"{words.count(row.notice, clear)}, given by {view.line.lead_name} for all", "")
        )
    found.append(("If a school leaves", _leave_words(row), ""))
    if row.join_rule:
        found.append(("If a school joins late", JOIN_WORDS.get(row.join_rule, f"At a {row.join_rule}"), ""))
    if row.review_on is not None:
        found.append(("Looked at again", words.long_date(row.review_on), ""))
    return tuple(found)


def _leave_words(row: DealRow) -> str:
    if row.leave_notice is None or row.leave_notice < 0:
        return "It pays to the end of the term"
    said = f"{words.count(row.leave_notice, (row.leave_unit or 'months').removesuffix('s'))} of notice"
    to = LEAVE_WORDS.get(row.leave_rule, "")
    return f"{said}, {to}" if to else said


def _leaving(desk: Desk, view: DealView, mine: DealSchool) -> tuple[str, ...]:
    """Say what would still be owed if we gave notice on the first day we could."""
    _, one = deals_facts.get(desk, view.row.id)
    given = max(desk.today, view.row.first or desk.today)
    last = deal_stage.last_day(one.facts, given)
    if last is None:
        return ("The deal does not say how long the notice to leave is.",)
    net, vat = _owed(mine.would_pay or 0, given, last), _owed(mine.vat or 0, given, last)
    return (
        f"If notice to leave were given on {words.long_date(given)}, we would still owe {words.money_exact(net)} net "
        f"and {words.money_exact(vat)} VAT: our share until {words.long_date(last)}.",
    )


def _owed(yearly: int, first: dt.date, last: dt.date) -> int:
    """Return what a yearly share comes to through a day: whole years, then months of 12 or days of that year."""
    if last < first:
        return 0
    months = 0
    while add_days(add_months(first, months + 1), -1) <= last:
        months += 1
    years, odd = divmod(months, 12)
    if add_days(add_months(first, months), -1) == last:
        return years * yearly + deals_money.for_part(yearly, odd, None, 365)
    begun = add_months(first, 12 * years)
    length = (add_months(first, 12 * (years + 1)) - begun).days
    return years * yearly + deals_money.for_part(yearly, None, (last - begun).days + 1, length)


def _asked(view: DealView, mine: DealSchool) -> tuple[str, ...]:
    said: Sequence[str] = [
        f"To join the group deal “{view.line.title}” at {words.money_exact(mine.would_pay or 0)} a year net and "
        f"{words.money_exact(mine.vat or 0)} VAT."
    ]
    if mine.is_lead:
        said = [*said, "To sign the contract for all schools once their governing bodies have said yes."]
    if view.row.decide_by is not None:
        said = [*said, f"To answer by {words.long_date(view.row.decide_by)}."]
    if mine.decision is not None:
        said = [*said, f"Said before: {paragraphs(mine.decision.words)}"]
    return tuple(said)
