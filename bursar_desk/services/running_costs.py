"""What it costs to run the cluster, line by line, shared like a deal; who has paid, and who owes what (W9)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bursar_desk.domain import apportion, apportion_rows, deal_stage, words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.apportion import Member, Part
from bursar_desk.domain.apportion_rows import Stored
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services import deals_facts, deals_guard, deals_money, deals_words
from bursar_desk.services.agreements_shapes import CostShare, RunningCostView
from bursar_desk.services.deals_guard import SAFE
from bursar_desk.services.deals_shapes import PaymentLine, VersionLine
from bursar_desk.services.deals_share import gathered, parts_json
from bursar_desk.services.plain_text import one_line, paragraphs

if TYPE_CHECKING:
    from bursar_desk.services.deals_facts import Schools
    from bursar_desk.services.desk import Desk
    from db.queries.deals import RunningCostRow, SharingRow


@dataclass(frozen=True, slots=True)
class NewCost:
    """One line: net pence and VAT for the days it is for; ``paid_by`` who gets the bill, else who writes it."""

    title: str
    pence: int
    first: dt.date
    last: dt.date
    kind: str = "other"
    vat: int = 0
    paid_by: bytes | None = None
    document: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class NewCostSharing:
    """How to share a line; see ``deals.NewSharing``."""

    parts: tuple[tuple[str, int], ...]
    members: tuple[bytes, ...]
    source: str = ""
    why: str = ""
    inputs: Mapping[bytes, Mapping[str, int]] = field(default_factory=dict)
    months: Mapping[bytes, int] = field(default_factory=dict)
    days: Mapping[bytes, int] = field(default_factory=dict)


def listing(desk: Desk) -> list[RunningCostView]:
    """Return every line held here, earliest first, with each school’s share."""
    from db.queries import deals as queries
    from db.queries.answers import answers

    with desk.store.connect() as con:
        rows = queries.running_costs(con)
        if not rows:
            return []
        ids = [one.id for one in rows]
        sharings, paid = queries.sharings(con, about=ids), queries.payments(con, about=ids)
        receipts, schools = answers(con, "payment"), deals_facts.read_schools(desk, con)
    found = []
    for row in rows:
        named = (row.id, "running_cost", row.school)
        own = [one for one in sharings if (one.about, one.about_table, one.school) == named]
        mine = [one for one in paid if one.about == row.id and one.about_table == "running_cost"]
        found.append(_view(desk, row, own, deals_money.payment_lines(mine, receipts, schools), schools))
    return found


def get(desk: Desk, cost: bytes) -> RunningCostView:
    """Return one line. Raises ``UserError`` when it is not here."""
    for one in listing(desk):
        if one.id == cost:
            return one
    raise UserError("That cost is not in this register.", SAFE, "See “running-cost list”.")


def owed(desk: Desk) -> list[tuple[bytes, str, int, int]]:
    """Return (school, name, net, VAT) of what each school has yet to pay for all lines, by name."""
    found: dict[bytes, tuple[str, int, int]] = {}
    for line in listing(desk):
        for one in line.shares:
            name, net, vat = found.get(one.school, (one.name, 0, 0))
            found[one.school] = (name, net + one.left, vat + one.left_vat)
    return sorted(((school, *rest) for school, rest in found.items()), key=lambda one: (one[1].casefold(), one[0]))


def _view(
    desk: Desk, row: RunningCostRow, own: Sequence[SharingRow], payments: Sequence[PaymentLine], schools: Schools
) -> RunningCostView:
    read_in = {one.id: deals_facts.stored_of(one) for one in own}
    by_id = {one.id: one for one in own}
    ordered = deal_stage.versions_in_order(deals_facts.version_of(one, read_in[one.id]) for one in own)
    versions = tuple(
        _version(n, by_id[one.id], read_in[one.id], schools, current=n == len(ordered))
        for n, one in enumerate(ordered, 1)
    )
    stored = read_in[ordered[-1].id] if ordered else None
    pays_bill = row.paid_by or row.school
    why_not = "Nobody has said how it is shared." if stored is None else stored.odd
    last = by_id[ordered[-1].id] if ordered else None
    pence, vat = max(0, row.pence or 0), max(0, row.vat or 0)
    if last is not None and not why_not and (last.total, last.vat or 0) != (pence, vat):
        why_not = "The cost was changed after it was shared. Share it anew."
    shares = _shares(row, stored, payments, schools, pays_bill) if stored is not None and not stored.odd else ()
    title = one_line(row.title) or "A cost of the cluster"
    kind = deals_words.COST_KINDS.get(row.kind, one_line(row.kind) or "Something else")
    span = f"{words.short_date(row.first)} to {words.short_date(row.last)}" if row.first and row.last else ""
    said = f"{title}: {words.money_exact(pence)}{f' and {words.money_exact(vat)} VAT' if vat else ''}"
    return RunningCostView(
        row.id, row.school, title, row.kind, kind, row.first, row.last, pence, vat, row.paid_by,
        schools.name(pays_bill), one_line(row.document), apportion.way_words(stored.parts) if stored else "", why_not,
        shares, versions, tuple(payments),
        apportion.leftover_words(stored.split.leftover) if stored and stored.split else "",
        f"{said}, {span}." if span else f"{said}.", row.school == desk.home,
    )  # fmt: skip


def _shares(
    row: RunningCostRow, stored: Stored, payments: Sequence[PaymentLine], schools: Schools, pays_bill: bytes
) -> tuple[CostShare, ...]:
    found = []
    members = {one.school: one for one in stored.members}
    for one in stored.split.shares if stored.split else ():
        paid = deals_money.paid_for(payments, one.school, None, None)
        own = one.school == pays_bill
        whole = apportion_rows.time_in(row.first, row.last, None, None).months if row.first and row.last else None
        found.append(CostShare(
            one.school, members[one.school].urn, schools.name(one.school), one.net, one.vat, paid.net, paid.vat,
            0 if own else one.net - paid.net, 0 if own else one.vat - paid.vat,
            deals_money.money_years(one.net, one.vat, row.first, row.last, whole), schools.money_year(one.school),
        ))  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.school)))


def _version(number: int, row: SharingRow, stored: Stored, schools: Schools, *, current: bool) -> VersionLine:
    shares = stored.split.shares if stored.split else ()
    return VersionLine(
        row.id, number, None, max(0, row.total or 0), max(0, row.vat or 0), row.first, row.last,
        apportion.way_words(stored.parts), one_line(row.source), row.said_on, one_line(row.said_by),
        paragraphs(row.why), stored.odd, current,
        tuple((one.school, schools.name(one.school), one.net, one.vat) for one in shares),
        apportion.leftover_words(stored.split.leftover) if stored.split else "",
    )  # fmt: skip


# --- writing ---------------------------------------------------------------------------------------------------------


def add(desk: Desk, new: NewCost) -> tuple[RunningCostView, Changes]:
    """Write down a line of what the cluster costs. Raises ``UserError`` for what cannot be so."""
    deals_guard.must_manage(desk)
    title = one_line(new.title)
    if not title:
        raise UserError("Say what it is for.", SAFE, "For example: Cluster office, travel.")
    if new.kind not in deals_words.COST_KINDS:
        listed = ", ".join(deals_words.COST_KINDS)
        raise UserError(f"“{new.kind}” is not a kind of cost.", SAFE, f"Use one of: {listed}.")
    deals_guard.pence(new.pence, "The cost")
    deals_guard.pence(new.vat, "The VAT")
    deals_guard.two_days(new.first, new.last)
    if new.paid_by is not None and new.paid_by not in desk.trust.roots:
        raise UserError("Who paid is not a school or office we know.", SAFE, "Merge its card first.")
    with desk.act(ActCode.ADD_RUNNING_COST, subject=title) as act:
        row = act.create("running_cost", deals_guard.kept({
            "title": title, "kind": new.kind, "first": new.first, "last": new.last, "pence": new.pence,
            "vat": new.vat or None, "paid_by": new.paid_by, "said_by": one_line(desk.who), "said_on": desk.today,
            "document": one_line(new.document), "note": paragraphs(new.note),
        }))  # fmt: skip
    return get(desk, row), Changes(frozenset(act.tables), act.note.act)


def share(desk: Desk, cost: bytes, new: NewCostSharing) -> tuple[RunningCostView, Changes]:
    """Write a version of how a line of ours is shared, with today’s numbers; a second needs its reason."""
    view = get(desk, cost)
    deals_guard.must_keep(desk, view.owner)
    if view.versions and not new.why.strip():
        raise UserError("That cost is shared already.", SAFE, "Say why it is shared anew.")
    deals_guard.known_schools(desk, new.members)
    with desk.store.connect() as con:
        schools = deals_facts.read_schools(desk, con)
    members, given = gathered(schools, new.members, new.inputs, (), {})
    timed = tuple(_timed(one, new) for one in members)
    parts = tuple(Part(method, part) for method, part in new.parts)
    days = apportion_rows.days_of(view.first, view.last)
    apportion.apportion(view.pence, view.vat, parts, timed, period_days=days)
    with desk.act(ActCode.SHARE_COST, subject=view.title) as act:
        act.fact("sharing", deals_guard.kept({
            "about_table": "running_cost", "about": cost, "total": view.pence, "vat": view.vat, "first": view.first,
            "last": view.last, "parts": parts_json(parts),
            "members": json.dumps(apportion_rows.written(timed, given)), "source": one_line(new.source),
            "said_on": desk.today, "said_by": one_line(desk.who), "why": paragraphs(new.why),
            "version": len(view.versions) + 1,
        }))  # fmt: skip
    return get(desk, cost), Changes(frozenset(act.tables), act.note.act)


def _timed(one: Member, new: NewCostSharing) -> Member:
    if one.school in new.days:
        return replace(one, days=new.days[one.school])
    return replace(one, months=new.months.get(one.school, 12))
