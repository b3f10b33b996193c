"""What is not as it should be with a deal, in sentences: what nags on its page and on Home."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bursar_desk.domain import deal_stage, words
from bursar_desk.domain.deal_stage import Said, Stage
from bursar_desk.services import deals_words
from bursar_desk.services.deals_facts import word_of
from bursar_desk.services.deals_shapes import DealSchool, Finding
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.services.agreements_shapes import AgreementView
    from bursar_desk.services.deals_facts import OneDeal
    from bursar_desk.services.deals_rows import Table

_BEFORE = (Stage.PROPOSED, Stage.QUOTES, Stage.DECIDE)
_AFTER = (Stage.SIGNED, Stage.RUNNING)


def covering(known: Sequence[AgreementView], one: OneDeal) -> list[tuple[bytes, str]]:
    """Return the agreements that speak of a deal or have all its schools as parties."""
    members = {place.school for place in one.standing.places.values() if place.member}
    return [
        (found.id, f"{found.title}: {found.state_words}")
        for found in known
        if found.deal == one.row.id or (found.deal is None and members and members <= {p.school for p in found.parties})
    ]


def of_deal(known: Sequence[AgreementView], one: OneDeal, table: Table, on: dt.date) -> Iterator[Finding]:
    """Return what needs somebody, the gravest first."""
    stage = one.standing.stage
    if stage is Stage.ENDED:
        return
    rows = {row.school: row for row in table.rows}
    silent = [row.name for row in table.rows if not row.heard]
    if silent:
        yield Finding(deals_words.unheard(silent), "It comes with their files.", "not_known", about=one.row.id)
    yield from _signed(one, rows)
    yield from _sharing(one, on)
    yield from _moving(one, rows, on)
    if stage in _BEFORE:
        yield from _before(one, table, on)
    else:
        yield from _after(one, table, on)
    if stage in (Stage.DECIDE, *_AFTER):
        yield from _without_memorandum(known, one, rows)
    if one.row.review_on is not None and one.row.review_on < on:
        title = f"The review of {words.plain_date(one.row.review_on)} is overdue."
        yield Finding(title, look="overdue", about=one.row.id)


def _signed(one: OneDeal, rows: dict[bytes, DealSchool]) -> Iterator[Finding]:
    for school in one.standing.unbound:
        row = rows[school]
        if not row.heard:
            continue
        yield Finding(
            f"It was signed, and the governors of {row.name} have not agreed.",
            f"{row.name} is not bound by it. {row.sentence}", "failed", school, one.row.id,
        )  # fmt: skip
    for row in rows.values():
        place = one.standing.places[row.school]
        if place.bound and not place.member and (place.leaves_on is None):
            yield Finding(f"{row.name} is in the deal, but shares no cost in this version.",
                          "Share it anew.", "overdue", row.school, one.row.id)  # fmt: skip
        if place.bound and place.seen_net is not None and row.would_pay is not None and row.would_pay > place.seen_net:
            more = words.money_exact(row.would_pay - place.seen_net)
            yield Finding(
                f"{row.name} pays {more} more than its governors agreed to.",
                f"They agreed to {words.money_exact(place.seen_net)}.", "overdue", row.school, one.row.id,
            )  # fmt: skip


def _sharing(one: OneDeal, on: dt.date) -> Iterator[Finding]:
    if one.version is None:
        return
    sharing, stored = one.version
    if stored.odd:
        yield Finding("How the cost is shared cannot be worked out.", stored.odd, "failed", about=sharing.id)
    if one.newer is not None:
        yield Finding("A newer price is not shared yet.", deals_words.offer_words(one.newer), about=one.newer.id)
    offer = one.offer
    if offer is None:
        yield Finding("The price that is shared is not held here.", "It comes with a later file.", about=sharing.id)
    elif stored.split is not None and (offer.yearly, offer.vat or 0) != (sharing.total, sharing.vat or 0):
        yield Finding(
            f"{words.money_exact(sharing.total or 0)} is shared, the offer is {words.money_exact(offer.yearly or 0)}.",
            "", "overdue", about=sharing.id,
        )  # fmt: skip
    if one.standing.stage is Stage.RUNNING and sharing.last is not None and sharing.last < on:
        yield Finding(f"The cost is shared until {words.plain_date(sharing.last)}. Share the next year.",
                      look="overdue", about=sharing.id)  # fmt: skip


def _moving(one: OneDeal, rows: dict[bytes, DealSchool], on: dt.date) -> Iterator[Finding]:
    sharing = one.version[0] if one.version is not None else None
    for place in one.standing.places.values():
        row = rows[place.school]
        if place.asks_from is not None and not place.bound:
            yield Finding(f"{row.name} asks to join from {words.plain_date(place.asks_from)}.",
                          "A new version with it sets its price.", school=row.school, about=one.row.id)  # fmt: skip
        if place.notice_odd:
            yield Finding(f"{row.name} gave notice, and the deal does not say how long that is.", "", "overdue",
                          row.school, one.row.id)  # fmt: skip
        if place.leaves_on is None or sharing is None or place.leaves_on < (sharing.first or dt.date.min):
            continue
        if place.member and row.months in (None, 12) and row.days is None and place.leaves_on < (sharing.last or on):
            yield Finding(
                f"{row.name} leaves and pays until {words.plain_date(place.leaves_on)}.",
                "Share the cost anew: the others pay what is left.", school=row.school, about=one.row.id,
            )  # fmt: skip


def _before(one: OneDeal, table: Table, on: dt.date) -> Iterator[Finding]:
    row = one.row
    open_ones = [each.name for each in table.rows if each.said is Said.NOT_YET and (each.member or one.version is None)]
    if row.decide_by is not None and row.decide_by < on and open_ones:
        yield Finding(f"{words.listing(open_ones)} had to decide by {words.plain_date(row.decide_by)}.", "",
                      "overdue", about=row.id)  # fmt: skip
    for each in table.rows:
        if each.said in (Said.CONDITIONS, Said.UNMINUTED, Said.EARLIER, Said.RAN_OUT, Said.NO_PRICE):
            detail = f"Condition: {each.decision.conditions}" if each.decision and each.said is Said.CONDITIONS else ""
            about = each.decision.id if each.decision else row.id
            yield Finding(each.sentence, detail, school=each.school, about=about)
    without = [each.name for each in table.rows if each.member and each.pays_now is None and each.heard]
    if without:
        verb = "has" if len(without) == 1 else "have"
        yield Finding(f"{words.listing(without)} {verb} not said what {'it pays' if len(without) == 1 else 'they pay'} "
                      "today.", "No saving is claimed for them.", "not_known", about=row.id)  # fmt: skip
    if one.offer is not None and one.offer.valid_until is not None and one.offer.valid_until < on:
        yield Finding(f"The offer held until {words.plain_date(one.offer.valid_until)}.", "Ask for it again.",
                      "overdue", about=one.offer.id)  # fmt: skip


def _after(one: OneDeal, table: Table, on: dt.date) -> Iterator[Finding]:
    last = deal_stage.last_words(map(word_of, one.answers), one.row.id, on)
    for row in table.rows:
        word = last.get(row.school)
        if word is not None and word.until is not None and word.until < on and row.member:
            yield Finding(f"The decision of the governors of {row.name} held until {words.plain_date(word.until)}.",
                          "They decide again, or it gives notice.", "overdue", row.school, word.id)  # fmt: skip
        elif word is not None and word.answer in (deal_stage.NO, deal_stage.TAKEN_BACK) and row.member:
            yield Finding(f"The governors of {row.name} said {word.answer} after it was signed.",
                          "It stays bound until its notice runs out.", "overdue", row.school, word.id)  # fmt: skip


def _without_memorandum(
    known: Sequence[AgreementView], one: OneDeal, rows: dict[bytes, DealSchool]
) -> Iterator[Finding]:
    inside = {
        party.school for found in known if found.state == "agreed" and found.deal in (None, one.row.id)
        for party in found.parties if found.kind == "memorandum" and party.agreed
    }  # fmt: skip
    missing = [one_line(row.name) for row in rows.values() if row.member and row.heard and row.school not in inside]
    if missing:
        yield Finding(f"No agreed memorandum covers {words.listing(missing)}.", "Add one, and let each governing body "
                      "decide.", "due_soon", about=one.row.id)  # fmt: skip
