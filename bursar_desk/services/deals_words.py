"""What pages, papers and commands say of group deals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words
from bursar_desk.domain.apportion import AREA, EQUAL, FIXED, PERCENT, PUPILS, SITES, USES, per_cent
from bursar_desk.domain.deal_stage import NO, TAKEN_BACK, YES, Place, Said, Stage
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from db.queries.answers import AnswerRow
    from db.queries.deals import BaselineRow, DealRow, OfferRow

STAGE_WORDS: Final = {
    Stage.PROPOSED: "Proposed", Stage.QUOTES: "Quotes", Stage.DECIDE: "Schools decide", Stage.SIGNED: "Signed",
    Stage.RUNNING: "Running", Stage.ENDED: "Ended",
}  # fmt: skip
STAGE_LOOKS: Final = {
    Stage.PROPOSED: "not_known", Stage.QUOTES: "due_soon", Stage.DECIDE: "due_soon", Stage.SIGNED: "ok",
    Stage.RUNNING: "ok", Stage.ENDED: "not_needed",
}  # fmt: skip
SAID_LOOKS: Final = {
    Said.NOT_YET: "not_known", Said.YES: "ok", Said.CONDITIONS: "due_soon", Said.UNMINUTED: "due_soon",
    Said.EARLIER: "due_soon", Said.NO_PRICE: "due_soon", Said.RAN_OUT: "overdue", Said.NO: "failed",
    Said.TAKEN_BACK: "failed",
}  # fmt: skip
ANSWER_WORDS: Final = {YES: "yes", NO: "no", TAKEN_BACK: "taken back"}
NO_FILE: Final = "No file yet"
NO_PRICE: Final = "no price today is known"
AGREEMENT_KINDS: Final = {"memorandum": "Memorandum of understanding", "data sharing": "Data-sharing agreement"}
COST_KINDS: Final = {
    "pay": "Pay", "software": "Software", "insurance": "Insurance", "travel": "Travel", "training": "Training",
    "meetings": "Meetings", "other": "Something else",
}  # fmt: skip


def brief_day(day: dt.date | None, today: dt.date) -> str:
    """Return a day of this year or the next months as ``10 Nov``, another one with its year."""
    said = words.short_date(day)
    near = day is not None and abs((day - today).days) < 300
    return said.rsplit(" ", 1)[0] if near else said


def governors(place: Place, today: dt.date, *, decide_by: dt.date | None, meeting: dt.date | None) -> str:
    """Return the words of the cell "Governors": "Yes, 10 Nov", "On 3 Dec", "Not yet", "No answer"."""
    word = place.word
    on = f", {brief_day(word.said_on, today)}" if word is not None and word.said_on is not None else ""
    match place.said:
        case Said.NOT_YET if meeting is not None:
            return f"On {brief_day(meeting, today)}"
        case Said.NOT_YET:
            return "No answer" if decide_by is not None and decide_by < today else "Not yet"
        case Said.YES:
            return f"Yes{on}"
        case Said.CONDITIONS:
            return f"Yes, on conditions{on}"
        case Said.UNMINUTED:
            return "Yes, no minute"
        case Said.EARLIER:
            return "Yes to an earlier price"
        case Said.NO_PRICE:
            return "Yes, no price yet"
        case Said.RAN_OUT:
            return f"Ran out, {brief_day(word.until if word else None, today)}"
        case Said.NO:
            return f"No{on}"
        case _:
            return f"Taken back{on}"


def sentence(place: Place, name: str, net: int | None) -> str:
    """Say in one sentence what a school's governors said and whether it counts."""
    word = place.word
    on = f" on {words.plain_date(word.said_on)}" if word is not None and word.said_on is not None else ""
    minute = f", minute {one_line(word.minute_ref)}" if word is not None and word.minute_ref else ""
    what = {
        Said.NOT_YET: f"The governors of {name} have not decided yet.",
        Said.YES: f"The governors of {name} said yes{on}{minute}.",
        Said.CONDITIONS: f"The governors of {name} said yes{on} on a condition. It counts once that is met.",
        Said.UNMINUTED: f"{name} said yes{on}, but no minute is named. It does not count yet.",
        Said.NO_PRICE: f"{name} said yes{on}, but there is no price for it. It does not count yet.",
        Said.RAN_OUT: f"The decision of the governors of {name} ran out. They decide again.",
        Said.NO: f"The governors of {name} said no{on}.",
        Said.TAKEN_BACK: f"The governors of {name} took their yes back{on}.",
        Said.EARLIER: _earlier(place, name, on, net),
    }[place.said]
    if place.notice_odd:
        return f"{what} It gave notice to leave; the deal does not say how long that is."
    if place.leaves_on is not None:
        return f"{what} It leaves and pays until {words.plain_date(place.leaves_on)}."
    if place.asks_from is not None:
        return f"{what} It asks to join from {words.plain_date(place.asks_from)}."
    return f"{what} It joined from {words.plain_date(place.joins_on)}." if place.joins_on is not None else what


def unheard(names: Sequence[str]) -> str:
    """Say that nothing is known of schools no file of which has come."""
    whose = "its" if len(names) == 1 else "their"
    who = words.listing(names) if len(names) <= 3 else f"{len(names)} schools"
    return f"No file of {who} has come yet, so what {whose} governors decided is not known here."


def _earlier(place: Place, name: str, on: str, net: int | None) -> str:
    then = f"{words.money_exact(place.seen_net)}" if place.seen_net is not None else "a price that is not held here"
    now = f"; now it is {words.money_exact(net)}" if net is not None else ""
    return f"The governors of {name} said yes{on} to {then}{now}. It does not count for the new price."


def basis(method: str, inputs: dict[str, int]) -> str:
    """Return the number a share rests on, in words; "not known" where there is none."""
    shown = PUPILS if method in (EQUAL, FIXED) else method
    if shown not in inputs:
        return "not known"
    value = inputs[shown]
    if shown == AREA:
        return f"{words.number(value)} m²"
    return per_cent(value) if shown == PERCENT else words.number(value)


def basis_title(method: str) -> str:
    """Return the head of that column."""
    titles = {AREA: "Floor area", USES: "Uses", SITES: "Sites", PERCENT: "Per cent"}
    return titles.get(method, "Pupils")


def baseline_words(row: BaselineRow) -> str:
    """Say what a school pays today and by which document."""
    if row.yearly is None:
        why = one_line(row.none_why)
        return f"No price today: {why}" if why else "No price today is known."
    said = f"{words.money_exact(row.yearly)} a year"
    document = one_line(row.document)
    if row.dated is None or not document:
        return f"{said}, without a dated document."
    return f"{said}, {document[:1].lower() + document[1:]} of {words.plain_date(row.dated)}."


def decision_words(row: AnswerRow) -> str:
    """Say one decision as a line: "yes, Full governing body, 10 Nov 2026, minute 5/2"."""
    parts = [ANSWER_WORDS.get(row.answer, one_line(row.answer)), one_line(row.body), words.short_date(row.said_on)]
    parts += [f"minute {one_line(row.minute_ref)}"] if row.minute_ref else []
    parts += [f"until {words.short_date(row.until)}"] if row.until else []
    parts += [f"on condition: {one_line(row.conditions)}"] if row.conditions else []
    parts += [one_line(row.why)] if row.why else []
    return ", ".join(one for one in parts if one) + "."


def offer_words(row: OfferRow) -> str:
    """Say an offer as a line."""
    yearly = words.money_exact(max(0, row.yearly or 0))
    vat = f" and {words.money_exact(row.vat)} VAT" if row.vat else ""
    once = f", {words.money_exact(row.once)} once" if row.once else ""
    return f"{one_line(row.supplier_name) or 'A supplier'}: {yearly} a year{vat}{once}."


def term_words(months: int | None, first: dt.date | None, last: dt.date | None) -> str:
    """Return "three years from 1 April 2027"."""
    if months is None and first is not None and last is not None:
        from bursar_desk.domain.date_math import add_days, add_months

        count = (last.year - first.year) * 12 + last.month - first.month + 1
        months = count if add_days(add_months(first, count), -1) == last else None
    small = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    length = ""
    if months is not None and months > 0:
        years, odd = divmod(months, 12)
        length = words.count(months, "month")
        if not odd and years < len(small):
            length = f"{small[years]} year{'s' if years > 1 else ''}"
    begins = f"from {words.plain_date(first)}" if first is not None else ""
    return " ".join(one for one in (length, begins) if one)


def under_headline(row: DealRow, offer: OfferRow | None, *, vat: int) -> str:
    """Return the line below the headline."""
    if offer is None:
        return "No price yet. Each school says what it pays today." if row.signed_on is None else ""
    first = ", ".join(
        one for one in (one_line(offer.supplier_name), term_words(offer.months, row.first, row.last)) if one
    )
    return f"{first}. {'Prices without VAT; VAT is shared on its own.' if vat else 'There is no VAT on it.'}"
