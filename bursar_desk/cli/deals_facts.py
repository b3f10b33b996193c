"""Group deals as JSON (whole pence, ISO dates, ids) and as lines of text, and how ways and deals are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bursar_desk.cli.frame import Misused, named_one, short

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bursar_desk.services.deals_shapes import (
        BaselineLine,
        DealLine,
        DealSchool,
        DealView,
        DecisionLine,
        PaymentLine,
        VersionLine,
        WayLine,
        YearPart,
    )
    from bursar_desk.services.desk import Desk


def one_deal(desk: Desk, typed: str) -> bytes:
    """Return the deal that was named by its title, part of it, or its id."""
    from bursar_desk.services import deals

    return named_one(typed, list(deals.ids(desk)), "deal", "deal list --all")


def parts_of(typed: str) -> tuple[tuple[str, int], ...]:
    """Read a way: ``pupils``, ``equal=25,pupils=75`` or ``fixed,pupils``. Raises ``Misused``."""
    from bursar_desk.domain.apportion import FIXED, METHODS, WHOLE
    from bursar_desk.domain.typed_money import NotMoney, read_money

    said = [one.partition("=") for one in typed.split(",") if one.strip()]
    weighed = [name.strip() for name, _, _ in said if name.strip() != FIXED]
    found = []
    for name, equals, value in said:
        method = name.strip()
        if method not in METHODS:
            raise Misused(f"“{method}” is not a way to share.", "Nothing was changed.", f"Use: {', '.join(METHODS)}.")
        try:
            share = read_money(value, name="--by") if equals else WHOLE if len(weighed) == 1 else 0
        except NotMoney:
            raise Misused("--by could not be read.", "Nothing was changed.", "Type: equal=25,pupils=75.") from None
        found.append((method, 0 if method == FIXED else share))
    return tuple(found)


def _urn(desk: Desk, school: bytes | None) -> str | None:
    root = desk.trust.roots.get(school or b"")
    return root.urn or root.school.hex() if root else school.hex() if school else None


def line_facts(desk: Desk, one: DealLine) -> dict[str, Any]:
    """Return one deal of the list."""
    return {
        "deal": one.id, "title": one.title, "service": one.row.service, "lead": _urn(desk, one.row.lead),
        "stage": one.stage.value, "yearly": one.yearly, "schools": one.schools, "yes": one.yes, "dearer": one.dearer,
        "decide_by": one.row.decide_by, "difference": one.difference,
    }  # fmt: skip


def deal_facts(desk: Desk, view: DealView) -> dict[str, Any]:
    """Return all of one deal; every figure with the id of its record."""
    row = view.row
    return line_facts(desk, view.line) | {
        "from": row.first, "to": row.last, "signed_on": row.signed_on, "ended_on": row.ended_on,
        "rows": [_school(desk, one) for one in view.rows],
        "total": view.totals.would_pay, "vat": view.totals.vat, "pays_now": view.totals.pays_now,
        "adds_up": view.adds_up, "warnings": [one.words for one in view.warnings],
        "offers": [
            {"offer": one.id, "supplier": one.supplier_name, "yearly": one.yearly, "vat": one.vat, "once": one.once,
             "said_on": one.said_on, "current": one.current, "why": one.why, "compared": list(one.compared)}
            for one in view.offers
        ],
        "versions": [_version(desk, one) for one in view.versions],
        "payments": [payment_facts(desk, one) for one in view.payments],
        "agreements": [{"agreement": one, "words": said} for one, said in view.agreements],
    }  # fmt: skip


def _school(desk: Desk, one: DealSchool) -> dict[str, Any]:
    return {
        "school": _urn(desk, one.school), "name": one.name, "member": one.member, "inputs": dict(one.inputs),
        "given": one.given, "months": one.months, "days": one.days, "pays_now": one.pays_now,
        "would_pay": one.would_pay, "vat": one.vat, "once": one.once, "difference": one.difference,
        "difference_words": one.difference_words, "dearer": one.dearer, "agreed": one.agreed, "said": one.said.value,
        "governors": one.governors_words, "sentence": one.sentence,
        "baseline": _baseline(one.baseline) if one.baseline else None,
        "decision": _decision(one.decision) if one.decision else None,
        "joins_on": one.joins_on, "leaves_on": one.leaves_on, "paid": one.paid, "paid_vat": one.paid_vat,
        "left": one.left, "left_vat": one.left_vat, "years": years_facts(one.years), "money_year": one.money_year,
    }  # fmt: skip


def _baseline(one: BaselineLine) -> dict[str, Any]:
    return {
        "baseline": one.id, "yearly": one.yearly, "vat": one.vat, "dated": one.dated, "document": one.document,
        "documented": one.documented, "why": one.why,
    }  # fmt: skip


def _decision(one: DecisionLine) -> dict[str, Any]:
    return {
        "answer_id": one.id, "answer": one.answer, "on": one.said_on, "body": one.body, "minute": one.minute_ref,
        "until": one.until, "conditions": one.conditions, "conditions_met": one.conditions_met, "counts": one.counts,
        "seen": one.seen,
    }  # fmt: skip


def _version(desk: Desk, one: VersionLine) -> dict[str, Any]:
    return {
        "version": one.id, "number": one.number, "offer": one.offer, "total": one.total, "vat": one.vat,
        "from": one.first, "to": one.last, "way": one.way_words, "source": one.source, "said_on": one.said_on,
        "why": one.why, "odd": one.odd, "current": one.current,
        "shares": [{"school": _urn(desk, school), "net": net, "vat": vat} for school, _, net, vat in one.shares],
    }  # fmt: skip


def payment_facts(desk: Desk, one: PaymentLine) -> dict[str, Any]:
    """Return one payment."""
    return {
        "payment": one.id, "from": _urn(desk, one.school), "to": _urn(desk, one.to_school), "pence": one.pence,
        "vat": one.vat, "on": one.on, "reference": one.reference, "state": one.state,
    }  # fmt: skip


def years_facts(years: Mapping[str, tuple[YearPart, ...]]) -> dict[str, list[dict[str, Any]]]:
    """Return a cost by money year, of both kinds."""
    return {
        kind: [{"from": one.year.first, "to": one.year.last, "months": one.months, "net": one.net, "vat": one.vat}
               for one in found]
        for kind, found in years.items()
    }  # fmt: skip


def way_facts(desk: Desk, one: WayLine) -> dict[str, Any]:
    """Return one way that was tried."""
    return {
        "way": one.code, "words": one.words, "hint": one.hint, "dearer": one.dearer, "lacking": list(one.lacking),
        "chosen": one.chosen, "parts": [{"method": method, "share": share} for method, share in one.parts],
        "shares": [{"school": _urn(desk, school), "net": net, "vat": vat, "difference": gap}
                   for school, net, vat, gap in one.shares],
    }  # fmt: skip


def yes_words(yes: str, difference: str) -> str:
    """Return how many agreed and what is saved, as one sentence."""
    return f"{', '.join(one for one in (yes, difference) if one)}."


def told(view: DealView) -> str:
    """Return a deal as lines."""
    from bursar_desk.domain import words

    said = [f"{short(view.row.id)}  {view.line.title}: {view.line.stage_words}"]
    said += [f"  {view.headline}", f"  {view.under}"]
    for one in view.rows:
        pays = words.money_exact(one.would_pay) if one.would_pay is not None else "no share yet"
        now = words.money_exact(one.pays_now) if one.pays_now is not None else "not known"
        step = f"; {one.step_words}" if one.step_words else ""
        said.append(f"  {one.name}: now {now}, would pay {pays}, {one.difference_words}. {one.governors_words}{step}")
    said += [f"  {yes_words(view.totals.yes_words, view.totals.difference_words)}", f"  {view.adds_up}"]
    said += [f"  ! {bold} {rest}" for bold, rest in view.dearer]
    said += [f"  ! {one.words} {one.detail}".rstrip() for one in view.warnings]
    return "\n".join(line for line in said if line.strip())
