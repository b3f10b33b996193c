"""Group deals read: the list, one deal with everything about it, and every way to share it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bursar_desk.domain import apportion, apportion_rows, words
from bursar_desk.domain.apportion import Member, Part
from bursar_desk.domain.deal_stage import Stage
from bursar_desk.domain.service_kinds import words_of
from bursar_desk.services import agreements, deals_facts, deals_findings, deals_rows, deals_ways, deals_words
from bursar_desk.services.deals_shapes import (
    DealLine,
    DealSchool,
    DealTotals,
    DealView,
    OfferLine,
    StageMark,
    VersionLine,
    WayLine,
)
from bursar_desk.services.plain_text import one_line, paragraphs

if TYPE_CHECKING:
    from bursar_desk.domain.apportion_rows import Stored
    from bursar_desk.services.deals_facts import Held, OneDeal
    from bursar_desk.services.desk import Desk
    from db.queries.deals import OfferRow, SharingRow

_ORDER = (Stage.DECIDE, Stage.QUOTES, Stage.PROPOSED, Stage.SIGNED, Stage.RUNNING, Stage.ENDED)
_STEPS = (Stage.PROPOSED, Stage.QUOTES, Stage.DECIDE, Stage.SIGNED, Stage.RUNNING)


def listing(desk: Desk, *, every: bool = False, on: dt.date | None = None) -> list[DealLine]:
    """Return the deals held here, what schools decide first; ended ones only with ``every``."""
    day = on or desk.today
    held = deals_facts.read(desk)
    lines = []
    for row in held.deals:
        one = deals_facts.one_deal(held, row, day)
        if one.standing.stage is Stage.ENDED and not every:
            continue
        table = deals_rows.table(desk, held, one, day)
        lines.append(line_of(desk, held, one, table.rows, deals_rows.totals(table.rows, table.method, one), day))
    return sorted(
        lines,
        key=lambda x: (_ORDER.index(x.stage), x.row.decide_by or dt.date.max, x.title.casefold(), x.id),
    )


def line_of(
    desk: Desk, held: Held, one: OneDeal, rows: Sequence[DealSchool], totals: DealTotals, day: dt.date
) -> DealLine:
    """Return one deal as the list shows it."""
    row, stage, offer = one.row, one.standing.stage, one.offer
    yearly = _total(one)
    mine = next((each for each in rows if each.school == desk.home), None)
    title = one_line(row.title) or words_of(row.service) or "A group deal"
    if stage is Stage.ENDED:
        until = row.ended_on or row.last
        stage_words = f"Ended {words.short_date(until)}" if until else "Ended"
    else:
        stage_words = deals_words.STAGE_WORDS[stage]
    by = ""
    if stage in (Stage.PROPOSED, Stage.QUOTES, Stage.DECIDE) and row.decide_by is not None:
        by = f"Decide by {words.short_date(row.decide_by)}{', passed' if row.decide_by < day else ''}"
    unknown = yearly is None or (offer is None and one.version is None)
    priced = "no price yet" if unknown or yearly is None else f"{words.money_exact(yearly)} a year"
    unheard = bool(rows) and not any(each.heard for each in rows)
    return DealLine(
        row, title, words_of(row.service), held.schools.name(row.lead or row.school), stage, stage_words,
        deals_words.STAGE_LOOKS[stage], yearly, priced, totals.schools, one.standing.yes,
        deals_words.NO_FILE if unheard else totals.yes_words, by,
        totals.difference, totals.difference_words, _ours(mine), sum(each.dearer for each in rows if each.member),
    )  # fmt: skip


def _ours(mine: DealSchool | None) -> str:
    if mine is None:
        return ""
    pays = f"we would pay {words.money_exact(mine.would_pay)}, " if mine.would_pay is not None else ""
    text = f"{pays}{mine.difference_words or mine.governors_words.lower()}"
    return text[:1].upper() + text[1:]


def _total(one: OneDeal) -> int | None:
    if one.version is not None:
        return max(0, one.version[0].total or 0)
    return max(0, one.offer.yearly or 0) if one.offer is not None else None


def show(desk: Desk, deal: bytes, *, on: dt.date | None = None) -> DealView:
    """Return all of one deal. Raises ``UserError`` when it is not here."""
    day = on or desk.today
    held, one = deals_facts.get(desk, deal, day)
    table = deals_rows.table(desk, held, one, day)
    totals = deals_rows.totals(table.rows, table.method, one)
    versions = tuple(_version(held, one, n, *pair) for n, pair in enumerate(one.versions, 1))
    current = versions[-1] if versions else None
    given = [row.name for row in table.rows if row.given]
    known = agreements.listing(desk, checked=False, on=day)
    return DealView(
        line=line_of(desk, held, one, table.rows, totals, day), stages=_stages(one), headline=_headline(one, totals),
        under=deals_words.under_headline(one.row, one.offer, vat=_vat(one)),
        basis_title=deals_words.basis_title(table.method), rows=table.rows, totals=totals,
        ways=tuple(_ways(held, one, {}, table.rows)), adds_up=_adds_up(current), dearer=_dearer(table.rows),
        fixed_title=_fixed_title(table.method) if current else "",
        fixed_words=_fixed_words(current, given), warnings=tuple(deals_findings.of_deal(known, one, table, day)),
        offers=tuple(_offer(row, one) for row in one.offers), versions=versions, payments=table.payments,
        agreements=tuple(deals_findings.covering(known, one)), ours=one.row.school == desk.home,
        contract=_our_contract(desk, deal),
    )  # fmt: skip


def _our_contract(desk: Desk, deal: bytes) -> bytes | None:
    from db.queries.contracts import contracts

    if desk.is_office:
        return None
    with desk.store.connect() as con:
        return next((one.id for one in contracts(con, desk.home) if one.deal == deal), None)


def _vat(one: OneDeal) -> int:
    if one.version is not None:
        return max(0, one.version[0].vat or 0)
    return max(0, one.offer.vat or 0) if one.offer is not None else 0


def _headline(one: OneDeal, totals: DealTotals) -> str:
    total = _total(one)
    schools = words.count(totals.schools, "school")
    if total is None:
        return f"No price yet, {schools} asked"
    if one.version is None:
        return f"{words.money_exact(total)} a year, not shared yet"
    return f"{words.money_exact(total)} a year, shared by {schools}"


def _stages(one: OneDeal) -> tuple[StageMark, ...]:
    stage = one.standing.stage
    reached = _STEPS.index(stage) if stage in _STEPS else len(_STEPS)
    if stage is Stage.ENDED and one.row.signed_on is None:
        reached = 2 if one.version is not None else 1 if one.offers else 0
    marks = []
    for n, step in enumerate(_STEPS):
        state = "done" if n < reached else "now" if n == reached else "to come"
        said = deals_words.STAGE_WORDS[step]
        if step is Stage.QUOTES:
            said = _quotes(one, said)
        marks.append(StageMark(n + 1, step.value, said, state))
    return tuple(marks)


def _quotes(one: OneDeal, said: str) -> str:
    compared = one.offer.compared if one.offer is not None else ()
    came = sum(_has_price(each) for each in compared)
    return f"{said}, {came} of {len(compared)}" if compared else said


def _has_price(one: Mapping[str, object]) -> bool:
    return isinstance(one.get("yearly"), int)


def _adds_up(current: VersionLine | None) -> str:
    if current is None or current.odd:
        return ""
    return f"The shares add up to {words.money_exact(current.total)} exactly. {current.leftover_words}".strip()


def _dearer(rows: Sequence[DealSchool]) -> tuple[tuple[str, str], ...]:
    found = []
    for row in rows:
        if row.member and row.dearer and row.pays_now is not None and row.would_pay is not None:
            more = words.money_exact(row.would_pay - row.pays_now)
            kept = row.baseline.words if row.baseline else ""
            today = f"Their price today is {kept[0].lower() + kept[1:] if kept[:1].isalpha() else kept}"
            found.append((
                f"{row.name} would pay {more} more than now.", f"{today} Their governors will see this line.",
            ))  # fmt: skip
    return tuple(found)


def _fixed_title(method: str) -> str:
    return {
        "area": "Floor areas are fixed for this deal", "uses": "Uses are fixed for this deal",
        "sites": "Sites are fixed for this deal", "percent": "The per cents are fixed for this deal",
    }.get(method, "Pupils are fixed for this deal")  # fmt: skip


def _fixed_words(current: VersionLine | None, given: Sequence[str]) -> tuple[str, ...]:
    if current is None:
        return ()
    on = f"fixed on {words.plain_date(current.said_on)}" if current.said_on else "fixed"
    source = current.source
    first = f"{source}, {on}." if source else f"{on[:1].upper()}{on[1:]}."
    said = [f"{first} A change makes a new version with a reason."]
    if current.number > 1 and current.why:
        said.append(f"Version {current.number}: {current.why}")
    if given:
        said.append("* Number given by the school, because the register has none.")
    return tuple(said)


def _offer(row: OfferRow, one: OneDeal) -> OfferLine:
    return OfferLine(
        row.id, one_line(row.supplier_name), max(0, row.yearly or 0), max(0, row.vat or 0), max(0, row.once or 0),
        row.months, row.valid_until, row.compared, paragraphs(row.chosen_why), row.buying, row.said_on,
        one_line(row.said_by), paragraphs(row.why), row.files, one.offer is not None and one.offer.id == row.id,
        deals_words.offer_words(row),
    )  # fmt: skip


def _version(held: Held, one: OneDeal, number: int, row: SharingRow, stored: Stored) -> VersionLine:
    return version_line(held, number, row, stored, current=one.version is not None and one.version[0].id == row.id)


def version_line(held: Held, number: int, row: SharingRow, stored: Stored, *, current: bool) -> VersionLine:
    """Return a version of how something is shared, as lists show it."""
    names = {one.school: one.name for one in stored.members}
    split = stored.split
    shares = () if split is None else tuple(
        (one.school, _called(held, one.school, names), one.net, one.vat) for one in split.shares
    )  # fmt: skip
    return VersionLine(
        row.id, number, row.offer, max(0, row.total or 0), max(0, row.vat or 0), row.first, row.last,
        apportion.way_words(stored.parts) or "In a way that is not known", one_line(row.source), row.said_on,
        one_line(row.said_by), paragraphs(row.why), stored.odd, current, shares,
        apportion.leftover_words(split.leftover) if split else "",
    )  # fmt: skip


def _called(held: Held, school: bytes, names: Mapping[bytes, str]) -> str:
    known = held.schools.name(school)
    return one_line(names.get(school)) or known if known == deals_facts.UNKNOWN else known


# --- trying every way -------------------------------------------------------------------------------------------------


def ways(desk: Desk, deal: bytes, *, inputs: Mapping[bytes, Mapping[str, int]]) -> list[WayLine]:
    """Try every way to share the offer that counts; nothing is saved. Empty while there is no price."""
    held, one = deals_facts.get(desk, deal)
    return _ways(held, one, inputs, deals_rows.table(desk, held, one, desk.today).rows)


def _ways(
    held: Held, one: OneDeal, inputs: Mapping[bytes, Mapping[str, int]], rows: Sequence[DealSchool]
) -> list[WayLine]:
    total = _total(one)
    if total is None:
        return []
    members = deals_ways.with_inputs(members_of(held, one), inputs)
    chosen: tuple[Part, ...] = one.version[1].parts if one.version is not None else ()
    now = {row.school: row.pays_now for row in rows if row.pays_now is not None}
    names = {row.school: row.name for row in rows}
    sharing = one.version[0] if one.version is not None else None
    days = apportion_rows.days_of(sharing.first, sharing.last) if sharing is not None else 365
    return deals_ways.tried(deals_ways.Trial(total, _vat(one), members, now, names, days), chosen)


def members_of(held: Held, one: OneDeal) -> list[Member]:
    """Return who would share: those of the version that counts with its numbers, else whoever has not said no."""
    from bursar_desk.domain.deal_stage import Said

    if one.version is not None:
        return [_filled(held, member) for member in one.version[1].members]
    places = one.standing.places.values()
    schools = [place.school for place in places if place.said not in (Said.NO, Said.TAKEN_BACK)]
    return [
        Member(school, held.schools.urn(school), held.schools.numbers(school), name=held.schools.name(school))
        for school in schools
    ]


def _filled(held: Held, member: Member) -> Member:
    """A member with numbers of today beside those that are fixed, so that other ways can be tried."""
    return Member(
        member.school, member.urn, {**held.schools.numbers(member.school), **member.inputs}, member.months, member.days,
        held.schools.name(member.school),
    )  # fmt: skip
