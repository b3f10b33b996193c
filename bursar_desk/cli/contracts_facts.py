"""A contract as JSON (ids, ISO dates, pence) and in words, with the arithmetic of its last safe day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bursar_desk.cli.frame import short

if TYPE_CHECKING:
    from bursar_desk.domain.notice_dates import LastSafe
    from bursar_desk.services.contracts_shapes import ContractLine, ContractView


def line_facts(one: ContractLine) -> dict[str, Any]:
    """Return one line of the list."""
    standing = one.standing
    return {
        "contract": one.id, "school": one.school, "school_name": one.school_name, "title": one.title,
        "supplier": one.row.supplier, "supplier_name": one.supplier_name, "service": one.row.service,
        "state": standing.state.value, "state_words": one.state_words, "waits": one.waits, "yearly": one.yearly,
        "vat": one.vat, "decide_by": one.decide_by, "decide_by_words": one.decide_by_words, "ends": one.ends,
        "ends_words": one.ends_words, "tell_by": one.tell_by, "tell_by_words": one.tell_by_words,
        "sentence": standing.sentence, "in_deal": one.in_deal, "deal": one.row.deal, "ran_on": one.ran_on,
        "odd": one.odd, "orphan_checks": one.orphan_checks, "orphan_equipment": one.orphan_assets,
    }  # fmt: skip


def line_words(one: ContractLine, *, with_school: bool = False) -> str:
    """Return one line of the list in words."""
    where = f", {one.school_name}" if with_school else ""
    price = f"  {one.yearly_words} a year" if one.yearly_words else "  no price"
    ends = f"ends {one.ends_words}" if one.ends else f"runs {one.ends_words.lower()}"
    by = f" (tell them by {one.tell_by_words})" if one.tell_by is not None else ""
    return (
        f"{one.decide_by_words:12}  {one.state_words:12}  {one.title}{where}, {one.supplier_name or 'no supplier'}"
        f"{price}  {ends}{by}  {short(one.id)}"
    )


def _safe(one: LastSafe | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "end": one.end, "last_notice": one.last_notice, "tell_by": one.serve_by, "decide_by": one.decide_by,
        "runs_to": one.runs_to, "is_break": one.is_break, "by_letter": one.by_letter,
        "steps": [{"number": s.number, "words": s.words, "detail": s.detail, "day": s.day} for s in one.steps],
    }  # fmt: skip


def view_facts(view: ContractView) -> dict[str, Any]:
    """Return all of one contract."""
    row, money = view.line.row, view.money
    return line_facts(view.line) | {
        "scope": row.scope, "owner": row.owner, "owner_name": view.line.owner_name, "reference": row.reference,
        "first": row.first, "last": row.last, "at_end": row.at_end, "renew_months": row.renew_months,
        "options": row.options, "notice": row.notice, "notice_unit": row.notice_unit, "notice_clear": row.notice_clear,
        "notice_by": row.notice_by, "notice_ends": row.notice_ends, "breaks": list(row.breaks), "rise": row.rise,
        "rise_rate": row.rise_rate, "lease": row.lease, "lease_consent": row.lease_consent, "note": row.note,
        "headline": view.headline, "stake": view.stake, "last_safe": _safe(view.line.standing.last_safe),
        "missed": _safe(view.line.standing.missed), "reminders": list(view.line.standing.next_alerts),
        "warnings": view.warnings,
        "terms": [
            {"term": one.row.id if one.row else None, "first": one.term.first, "last": one.term.last,
             "yearly": one.yearly, "vat": one.vat, "rise": one.change, "per_pupil": one.per_pupil,
             "tell_by": one.tell_by, "entered": one.entered, "now": one.now, "source": one.source}
            for one in view.history
        ],
        "coming": [
            {"first": term.first, "last": term.last, "tell_by": safe.serve_by if safe else None,
             "decide_by": safe.decide_by if safe else None}
            for term, safe in view.coming
        ],
        "decisions": [
            {"decision": one.id, "what": one.row.what, "term_end": one.row.term_end, "said_on": one.row.said_on,
             "agreed_by": one.row.agreed_by, "minute": one.row.minute_ref, "served_on": one.row.served_on,
             "ends_on": one.row.ends_on, "until": one.row.until, "stands": one.stands, "words": one.words}
            for one in view.decisions
        ],
        "notes": [
            {"note": one.id, "kind": one.row.kind, "on": one.row.on_date, "words": one.row.words,
             "rating": one.row.rating, "due_on": one.row.due_on, "done_on": one.row.done_on}
            for one in view.notes
        ],
        "serves": [
            {"table": one.table, "row": one.id, "code": one.code, "title": one.title, "also": one.also,
             "orphan": one.orphan}
            for one in view.serves
        ],
        "whole_life": {"net": money.life_net, "vat": money.life_vat, "months": money.life_months},
        "unit_price": money.unit_price, "unit": money.unit, "per_pupil": money.per_pupil,
        "money_years": [
            {"year": one.year.words, "months": one.months, "net": one.net, "vat": one.vat} for one in money.years
        ],
        "documents": [one.id for one in view.documents],
    }  # fmt: skip


def view_words(view: ContractView) -> str:
    """Return all of one contract in words: the day first, then how it was worked out."""
    from bursar_desk.domain import words

    line = view.line
    price = f", {line.yearly_words} a year" if line.yearly_words else ""
    vat = "" if line.vat is None else " and no VAT" if line.vat == 0 else f" and {words.money_exact(line.vat)} VAT"
    told = [f"{line.title}, {line.supplier_name or 'no supplier'}{price}{vat}. {line.state_words}."]
    told += [one for one in (view.headline, view.stake) if one]
    steps = (line.standing.last_safe or line.standing.missed)
    if steps is not None:
        told.append("How we worked it out")
        told += [
            f"  {one.number}  {one.words}: {words.long_date(one.day) if one.day else 'not known'}"
            f"{f' ({one.detail})' if one.detail else ''}"
            for one in steps.steps
        ]
    told += [one for one in (view.at_end_words, view.notice_words, view.rise_words, view.reminders_words) if one]
    told += ["Terms", *(_term(one) for one in view.history)] if view.history else []
    told += ["Decisions"] if view.decisions else []
    for one in view.decisions:
        gone = "" if one.stands or one.row.what == "taken back" else " (taken back)"
        told.append(f"  {one.words}{gone}: {one.details}")
    told += ["How it goes"] if view.notes else []
    told += [f"  {one.kind_words}: {one.words}{f' ({one.due_words})' if one.due_words else ''}" for one in view.notes]
    told += [f"If it ends, nobody looks after: {one.title}." for one in view.orphans]
    return "\n".join([*told, *view.warnings])


def _term(one: Any) -> str:
    from bursar_desk.domain import words

    price = words.money_exact(one.yearly) if one.yearly is not None else "no price"
    more = f", {one.change_words}" if one.change_words else ""
    return f"  {one.words}: {price} a year{more}{' (now)' if one.now else ''}"


def one_told(view: ContractView, said: str) -> str:
    """Return what is said after a change: the act, then by when to tell them."""
    told = [said, *([view.headline] if view.headline else [])]
    told += [view.stake] if view.stake else []
    return " ".join([*told, *view.line.odd])
