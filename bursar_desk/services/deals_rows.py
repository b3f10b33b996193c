"""The rows of a deal, one for each school: what it pays now, would pay, and what its governing body said."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain import apportion_rows, deal_stage, words
from bursar_desk.domain.apportion import Member, code_order
from bursar_desk.domain.deal_stage import Place, Said
from bursar_desk.services import deals_money, deals_words
from bursar_desk.services.deals_facts import word_of
from bursar_desk.services.deals_shapes import BaselineLine, DealSchool, DealTotals, DecisionLine, PaymentLine, YearPart
from bursar_desk.services.plain_text import one_line, paragraphs

if TYPE_CHECKING:
    from bursar_desk.services.deals_facts import Held, OneDeal
    from bursar_desk.services.desk import Desk
    from db.queries.answers import AnswerRow
    from db.queries.deals import BaselineRow

_BODIES = ("govern", "board", "trust")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a deal with the payments they were worked out from."""

    rows: tuple[DealSchool, ...]
    payments: tuple[PaymentLine, ...]
    method: str


def table(desk: Desk, held: Held, one: OneDeal, on: dt.date) -> Table:
    """Return the row of every school of a deal: members first, by name."""
    version = one.version
    members = {member.school: member for member in version[1].members} if version else {}
    split = version[1].split if version else None
    method = apportion_rows.main_method(version[1].parts) if version else "pupils"
    payments = tuple(deals_money.payment_lines(one.payments, held.receipts, held.schools))
    ordered = sorted(members.values(), key=code_order)
    nets = [(split.of(member.school) if split else None) for member in ordered]
    once = one.offer.once if one.offer is not None and split is not None else None
    shared_once = deals_money.once_shares(once or 0, [share.net if share else 0 for share in nets])
    once_of = {member.school: pence for member, pence in zip(ordered, shared_once, strict=True)}
    given = apportion_rows.given_by(version[0].members) if version else {}
    rows = []
    for place in one.standing.places.values():
        member = members.get(place.school)
        inputs = dict(member.inputs) if member is not None else held.schools.numbers(place.school)
        asked = _Row(desk, held, one, on, place, member, method, inputs, payments)
        shown = "pupils" if method in ("equal", "fixed") else method
        rows.append(asked.line(once_of.get(place.school) if once else None, shown in given.get(place.school, ())))
    rows.sort(key=lambda row: (not row.member, row.name.casefold(), row.urn, row.school))
    return Table(tuple(rows), payments, method)


@dataclass(frozen=True, slots=True)
class _Row:
    """One school's row on its way."""

    desk: Desk
    held: Held
    deal: OneDeal
    on: dt.date
    place: Place
    member: Member | None
    method: str
    inputs: dict[str, int]
    payments: tuple[PaymentLine, ...]

    def line(self, once: int | None, given: bool) -> DealSchool:
        """Return the row."""
        place, school, schools = self.place, self.place.school, self.held.schools
        version = self.deal.version
        first, last = (version[0].first, version[0].last) if version else (None, None)
        share = version[1].split.of(school) if version and version[1].split else None
        net, vat = (share.net, share.vat) if share else (None, None)
        baselines = tuple(self._baseline(row) for row in self.deal.baselines if row.school == school)
        counted = next((row for row in baselines if row.counts), None)
        now = self._pays_now(counted)
        difference = now - net if now is not None and net is not None else None
        said, counts = _difference(difference, counted)
        decisions = tuple(self._decision(row) for row in self.deal.answers if row.school == school)
        paid = deals_money.paid_for(self.payments, school, first, last)
        owes = self.deal.row.lead is not None and self.deal.row.lead != school and share is not None
        months = self.member.months if self.member else None
        days = self.member.days if self.member else None
        is_whole = days is None and (months is None or months == 12)
        heard = school == self.desk.home or school in schools.rows or place.said is not Said.NOT_YET
        return DealSchool(
            school=school, urn=schools.urn(school), name=self._name(), member=place.member,
            basis=deals_words.basis(self.method, self.inputs), given=given, pays_now=now, would_pay=net, vat=vat,
            once=once, difference=difference if counts else None, difference_words=said,
            dearer=difference is not None and difference < 0,
            governors_words=deals_words.governors(
                place, self.on, decide_by=self.deal.row.decide_by, meeting=self._meeting()
            ) if heard else deals_words.NO_FILE,
            governors_look=deals_words.SAID_LOOKS[place.said], agreed=place.agreed, said=place.said,
            sentence=deals_words.sentence(place, self._name(), net) if heard else deals_words.unheard([self._name()]),
            baseline=counted, baselines=baselines,
            decision=next((row for row in decisions if place.word is not None and row.id == place.word.id), None),
            decisions=decisions, inputs=self.inputs, months=months, days=days,
            time_words="" if is_whole else (words.count(days, "day") if days is not None else f"{months} of 12 months"),
            joins_on=place.joins_on, leaves_on=place.leaves_on, step_words=self._step_words(), steps=place.moves,
            paid=paid.net, paid_vat=paid.vat, left=(net or 0) - paid.net if owes else None,
            left_vat=(vat or 0) - paid.vat if owes else None, years=self._years(net, vat, first, last, months, days),
            money_year=schools.money_year(school), is_lead=self.deal.row.lead == school,
            decides_here=school == self.desk.home, asks=place.asks_from is not None,
            heard=heard,
        )  # fmt: skip

    def _name(self) -> str:
        known = self.held.schools.name(self.place.school)
        from bursar_desk.services.deals_facts import UNKNOWN

        silent = self.deal.row.school == self.desk.home and self.place.school not in self.held.schools.rows
        said = one_line(self.member.name) if self.member is not None else ""
        return said if said and (known == UNKNOWN or silent) else known

    def _pays_now(self, counted: BaselineLine | None) -> int | None:
        """What it pays now, for the same stretch of the year."""
        if counted is None or counted.yearly is None:
            return None
        if self.member is None or self.deal.version is None:
            return counted.yearly
        sharing = self.deal.version[0]
        length = apportion_rows.days_of(sharing.first, sharing.last)
        return deals_money.for_part(counted.yearly, self.member.months, self.member.days, length)

    def _baseline(self, row: BaselineRow) -> BaselineLine:
        counted = self.deal.counted(row.school)
        documented = row.dated is not None and bool(one_line(row.document))
        return BaselineLine(
            row.id, row.school, row.yearly, row.vat, row.dated, one_line(row.document), row.said_on,
            one_line(row.said_by), paragraphs(row.why), paragraphs(row.none_why),
            counted is not None and counted.id == row.id, documented, row.files, deals_words.baseline_words(row),
            row.quality, row.contract,
        )  # fmt: skip

    def _decision(self, row: AnswerRow) -> DecisionLine:
        place = self.place
        current = place.word is not None and place.word.id == row.id
        note = self.deal.met.get(row.id)
        said = place.said if current else deal_stage.judge_word(
            word_of(row), self.deal.read_versions, self.deal.standing.current, frozenset(self.deal.met), self.on
        )  # fmt: skip
        seen = self._seen(row)
        return DecisionLine(
            row.id, row.school, row.answer, said, current and place.agreed, row.said_on, one_line(row.said_by),
            one_line(row.body), one_line(row.minute_ref), row.until, paragraphs(row.conditions),
            paragraphs(note.why) if note else "", paragraphs(row.why), row.seen, seen,
            deals_words.decision_words(row),
        )  # fmt: skip

    def _seen(self, row: AnswerRow) -> str:
        for n, (sharing, stored) in enumerate(self.deal.versions, 1):
            if sharing.id == row.seen:
                share = stored.split.of(row.school) if stored.split else None
                return f"version {n}" + (f", {words.money_exact(share.net)} a year" if share else "")
        offer = next((one for one in self.deal.offers if one.id == row.seen), None)
        return deals_words.offer_words(offer).rstrip(".") if offer else ""

    def _meeting(self) -> dt.date | None:
        """The next meeting of the school's governors that is known here."""
        found = [
            one.on_date for one in self.held.meetings
            if one.school == self.place.school and one.on_date is not None and one.on_date >= self.on
            and any(word in one.body.casefold() for word in _BODIES)
        ]  # fmt: skip
        return min(found, default=None)

    def _step_words(self) -> str:
        place = self.place
        if place.notice_odd:
            return "Gave notice; its last day is not known"
        if place.leaves_on is not None:
            word = "Left" if place.leaves_on < self.on else "Leaves"
            return f"{word}, pays until {words.short_date(place.leaves_on)}"
        if place.asks_from is not None:
            return f"Asks to join from {words.short_date(place.asks_from)}"
        return f"Joined from {words.short_date(place.joins_on)}" if place.joins_on is not None else ""

    def _years(
        self, net: int | None, vat: int | None, first: dt.date | None, last: dt.date | None, months: int | None,
        days: int | None,
    ) -> dict[str, tuple[YearPart, ...]]:  # fmt: skip
        if net is None or vat is None or first is None:
            return {}
        begins = max(first, self.place.joins_on or first)
        ends = min(last, self.place.leaves_on or last) if last is not None else None
        whole = None
        if days is None:
            whole = 12 if months is None else months
            whole = None if begins != first and begins.day != first.day else whole
        return dict(deals_money.money_years(net, vat, begins, ends, whole))


def _difference(difference: int | None, counted: BaselineLine | None) -> tuple[str, bool]:
    """Return the words of a difference and whether it may be claimed: no saving without a dated document."""
    if counted is None:
        return deals_words.NO_PRICE, False
    if difference is None:
        return "", False
    if difference > 0 and not counted.documented:
        return "no dated document, no saving claimed", False
    pence = words.money_exact(abs(difference))
    if difference == 0:
        return "costs the same", True
    return (f"saves {pence}" if difference > 0 else f"costs {pence} more"), True


def totals(rows: tuple[DealSchool, ...], method: str, one: OneDeal) -> DealTotals:
    """Return the last row of the table, over the schools that share the cost."""
    inside = [row for row in rows if row.member] or list(rows)
    nets = [row.would_pay for row in inside if row.would_pay is not None]
    now = [row.pays_now for row in inside if row.pays_now is not None]
    gaps = [row.difference for row in inside if row.difference is not None]
    shown = "pupils" if method in ("equal", "fixed") else method
    numbers = [row.inputs[shown] for row in inside if shown in row.inputs]
    difference = sum(gaps) if gaps else None
    said = "" if difference is None else _together(difference)
    if difference is not None and len(gaps) < len(inside):
        said += f" ({len(gaps)} of {len(inside)} schools)"
    known = len(numbers) == len(inside) and numbers
    return DealTotals(
        len(inside), deals_words.basis(method, {shown: sum(numbers)}) if known else "", sum(now) if now else None,
        sum(nets) if nets else None, sum(row.vat for row in inside if row.vat is not None) if nets else None,
        difference, said, len(gaps), one.standing.yes, f"{one.standing.yes} of {one.standing.of} yes",
    )  # fmt: skip


def _together(difference: int) -> str:
    pence = words.money_exact(abs(difference))
    return "costs the same" if not difference else f"saves {pence}" if difference > 0 else f"costs {pence} more"
