"""The savings ledger: what each school saved or lost against dated documents; the cluster is their sum."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import money_years, service_kinds
from bursar_desk.domain import savings_rules as rules
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services.people import must_manage
from bursar_desk.services.plain_text import one_line, paragraphs
from bursar_desk.services.savings_shapes import (
    ClusterSavings,
    LeftOut,
    NewSaving,
    SavingLine,
    SchoolSavings,
    Sums,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bursar_desk.services.desk import Desk
    from bursar_desk.services.savings_deals import DealSaving
    from db.engine import Connection
    from db.queries.buying import SavingRow
    from db.queries.schools import SchoolRow

__all__ = [
    "ClusterSavings", "LeftOut", "NewSaving", "SavingLine", "SchoolSavings", "Sums", "add", "change", "cluster",
    "confirm", "get", "governors_line", "rule_of", "school_savings",
    "sums_of",
]  # fmt: skip
SAFE: Final = "Nothing was changed."
_TWICE: Final = "The figures of the deal say it already, so it is not counted twice."


# --- reading ----------------------------------------------------------------------------------------------------------


def school_savings(desk: Desk, school: bytes | None = None, on: dt.date | None = None) -> SchoolSavings:
    """Return the ledger of one school (our own by default) as it stands on a day (today)."""
    with desk.store.connect() as con:
        return _ledger(_Read(desk, con, on or desk.today), school or desk.home)


def cluster(desk: Desk, on: dt.date | None = None) -> ClusterSavings:
    """Return every school held here with its own figures, by name, and their sum."""
    with desk.store.connect() as con:
        read = _Read(desk, con, on or desk.today)
        ledgers = [_ledger(read, one) for one in read.schools]
    found = tuple(sorted(ledgers, key=lambda one: (one.name, one.school)))
    return ClusterSavings(read.day, found, sum((one.sums for one in found), Sums()))


def get(desk: Desk, saving: bytes, on: dt.date | None = None) -> SavingLine:
    """Return one line by its id. Raises ``UserError`` when it is not here, or does not count."""
    view = cluster(desk, on)
    for ledger in view.schools:
        for line in ledger.lines:
            if line.id == saving:
                return line
        for left in ledger.left_out:
            if left.id == saving:
                raise UserError(f"“{left.title}” is not counted as a saving.", SAFE, left.why)
    raise UserError("That saving is not in this register.", SAFE, "See “saving list”.")


def governors_line(desk: Desk, con: Connection, school: bytes, day: dt.date) -> tuple[int | None, str]:
    """Return what a school saved in its present money year up to a day in pence, and what it is in a sentence.

    Below nought it cost more. Pence are None where no line of the ledger counts.
    """
    ledger = _ledger(_Read(desk, con, day), school)
    if not ledger.lines:
        return None, "No savings are written down."
    if not ledger.kind:
        return ledger.sums.so_far, "Altogether so far, by contracts and deals, against what was paid before."
    year = money_years.year_of(ledger.kind, day)
    pence = 0
    for line in ledger.lines:
        spread = rules.by_years(rule_of(line), day, ledger.kind)
        pence += sum(part for found, part in spread if found == year)
    return pence, f"In {year.words} so far, by contracts and deals, against what was paid before."


def rule_of(line: SavingLine) -> rules.Saving:
    """Return a line as the rules reckon with it."""
    return rules.Saving(
        line.id, line.school, line.kind, line.first, line.last, line.before, line.after, line.deal, line.derived
    )


class _Read:
    """What the register holds of savings, read once for all schools."""

    def __init__(self, desk: Desk, con: Connection, day: dt.date) -> None:
        from bursar_desk.services.savings_deals import deal_savings
        from db.queries.buying import savings
        from db.queries.contracts import contracts
        from db.queries.deals import deals
        from db.queries.schools import schools

        self.desk, self.day = desk, day
        self.known = {one.school: one for one in schools(con)}
        self.rows: dict[bytes, list[SavingRow]] = {}
        for row in savings(con):
            self.rows.setdefault(row.school, []).append(row)
        self.derived: dict[bytes, list[DealSaving]] = {}
        for one in deal_savings(desk, day):
            self.derived.setdefault(one.school, []).append(one)
        self.of_contract = {one.id: one.deal for one in contracts(con) if one.deal is not None}
        self.deals = {one.id: one.title for one in deals(con)}

    @property
    def schools(self) -> list[bytes]:
        """Every school there is anything of; an office is none."""
        office = {self.desk.home} if self.desk.is_office else set()
        return sorted((set(self.known) | set(self.rows) | set(self.derived)) - office)

    def name(self, school: bytes) -> str:
        """Return what a school is called."""
        row: SchoolRow | None = self.known.get(school)
        return (row.short_name or row.name if row else "") or self.desk.school_name(school)

    def kind(self, school: bytes) -> str:
        """Return the kind of a school's money year, "" when it is not known."""
        row = self.known.get(school)
        return money_years.kind_of(row.employer) if row else ""

    def deal_of(self, row: SavingRow) -> bytes | None:
        """Return the deal a saving belongs to, named by itself or by its contract."""
        return row.deal or (self.of_contract.get(row.contract) if row.contract else None)


def _ledger(read: _Read, school: bytes) -> SchoolSavings:
    lines: list[SavingLine] = []
    left: list[LeftOut] = []
    for row in read.rows.get(school, ()):
        why = rules.lacks(_stated(row))
        if why:
            left.append(LeftOut(row.id, school, row.title or "A saving without a name", why))
        else:
            lines.append(_entered(read, row))
    for one in read.derived.get(school, ()):
        if one.why_not:
            left.append(LeftOut(one.id, school, one.title, one.why_not))
        else:
            lines.append(_worked_out(read, one))
    _, twice = rules.counted([rule_of(one) for one in lines])
    gone = {one.id for one in twice}
    left += [LeftOut(one.id, school, one.title, _TWICE) for one in lines if one.id in gone]
    kept = [one for one in lines if one.id not in gone]
    kept.sort(key=lambda one: (one.once, one.first, one.title, one.id))
    sums = sums_of(kept)
    return SchoolSavings(school, read.name(school), read.kind(school), read.day, tuple(kept), tuple(left), sums)


def sums_of(lines: Sequence[SavingLine]) -> Sums:
    """Return the sums of some lines."""
    sure = {
        level: sum(one.whole for one in lines if one.confidence == level)
        for level in (rules.CONFIRMED, rules.ESTIMATE, rules.WORKED_OUT)
    }
    return Sums(
        sum(one.each for one in lines if one.running), sum(one.each for one in lines if one.once),
        sum(one.so_far for one in lines), sum(one.whole for one in lines),
        sum(one.whole for one in lines if not one.once), sure[rules.CONFIRMED], sure[rules.ESTIMATE],
        sure[rules.WORKED_OUT], rules.added(one.years for one in lines),
    )  # fmt: skip


def _stated(row: SavingRow) -> rules.Stated:
    return rules.Stated(
        row.kind, row.first, row.last, row.before, row.before_on, row.before_document, row.after, row.after_from
    )


def _entered(read: _Read, row: SavingRow) -> SavingLine:
    deal = read.deal_of(row)
    line = SavingLine(
        row.id, row.school, read.name(row.school), row.title or "A saving without a name", row.service,
        service_kinds.words_of(row.service), row.kind, row.first or rules.EARLIEST, row.last, rules.EARLIEST,
        row.before or 0, row.before_on or rules.EARLIEST, row.before_document, row.after or 0, row.after_from, 0, 0, 0,
        (), False, rules.confidence(row.said_by, row.confirmed_by, row.confirmed_on), row.said_by, row.said_on,
        row.confirmed_by, row.confirmed_on, row.how, row.note, deal, read.deals.get(deal or b"", ""), row.contract,
    )  # fmt: skip
    return _reckoned(read, line)


def _worked_out(read: _Read, one: DealSaving) -> SavingLine:
    line = SavingLine(
        one.id, one.school, read.name(one.school), one.title, one.service, service_kinds.words_of(one.service),
        one.kind, one.first, one.last, rules.EARLIEST, one.before, one.before_on, one.before_document, one.after,
        one.after_from, 0, 0, 0, (), False, rules.WORKED_OUT, one.said_by, one.said_on, deal=one.deal,
        deal_title=read.deals.get(one.deal, ""), contract=one.contract, derived=True, records=one.records,
    )  # fmt: skip
    return _reckoned(read, line)


def _reckoned(read: _Read, line: SavingLine) -> SavingLine:
    """Return a line with its sums worked out."""
    rule, kind = rule_of(line), read.kind(line.school)
    through = rules.until(rule, read.day, kind)
    return replace(
        line, through=through, each=rule.each, so_far=rules.amount(rule, read.day), whole=rules.amount(rule, through),
        years=rules.by_years(rule, through, kind) if kind else (), running=rules.in_force(rule, read.day),
    )  # fmt: skip


# --- writing ----------------------------------------------------------------------------------------------------------


def add(desk: Desk, new: NewSaving) -> tuple[SavingLine, Changes]:
    """Write a saving of our own school down. Raises ``UserError`` without a dated baseline document."""
    _may_write(desk)
    values = _values(desk, new)
    with desk.act(ActCode.ADD_SAVING, subject=values["title"]) as act:
        row = act.create("saving", values | {"said_by": desk.who, "said_on": desk.today})
    return get(desk, row), Changes(frozenset(act.tables), act.note.act)


def change(desk: Desk, saving: bytes, **news: Any) -> tuple[SavingLine, Changes]:
    """Change a saving entered by hand: any field of ``NewSaving``.

    A confirmation goes when money, days or papers change.
    Raises ``UserError`` for what cannot be so, and for another school's saving.
    """
    _may_write(desk)
    row = _own_row(desk, saving)
    before = NewSaving(
        row.title, row.kind, row.before or 0, row.before_on, row.before_document, row.after or 0, row.after_from,
        row.first or desk.today, row.last, row.service, row.contract, row.deal, row.how, row.note,
    )  # fmt: skip
    after = replace(before, **news)
    values = _values(desk, after, besides=saving)
    loose = {"title", "service", "how", "note"}
    if any(getattr(before, one.name) != getattr(after, one.name) for one in fields(NewSaving) if one.name not in loose):
        values |= {"confirmed_by": None, "confirmed_on": None, "said_by": desk.who, "said_on": desk.today}
    with desk.act(ActCode.CHANGE_SAVING, subject=values["title"]) as act:
        act.set("saving", saving, values)
    return get(desk, saving), Changes(frozenset(act.tables), act.note.act)


def confirm(desk: Desk, saving: bytes, by: str = "", on: dt.date | None = None) -> tuple[SavingLine, Changes]:
    """Let somebody other than who said it confirm a saving. Raises ``UserError`` for the same person."""
    _may_write(desk)
    row = _own_row(desk, saving)
    who, day = one_line(by) or desk.who, on or desk.today
    why = rules.lacks(_stated(row))
    if why:
        raise UserError("What does not count as a saving cannot be confirmed.", SAFE, why)
    if rules.confidence(row.said_by, who, day) != rules.CONFIRMED:
        raise UserError(
            f"{who} wrote this saving down, so somebody else confirms it.", SAFE,
            "Let a governor, the head teacher or another colleague look at both documents.",
        )  # fmt: skip
    if day > desk.today:
        raise UserError("It cannot be confirmed on a day to come.", SAFE, "Leave the day out for today.")
    with desk.act(ActCode.CHANGE_SAVING, subject=row.title) as act:
        act.set("saving", saving, {"confirmed_by": who, "confirmed_on": day})
    return get(desk, saving), Changes(frozenset(act.tables), act.note.act)


def _may_write(desk: Desk) -> None:
    must_manage(desk)
    if desk.is_office:
        raise UserError(
            "The cluster’s savings are the sum of its schools’ own.", SAFE, "Let the school itself write it down."
        )


def _own_row(desk: Desk, saving: bytes) -> SavingRow:
    from db.queries.buying import savings

    with desk.store.connect() as con:
        found = [one for one in savings(con, desk.home) if one.id == saving]
    if not found:
        raise UserError("That saving was not written down by this school.", SAFE, "See “saving list”.")
    return found[0]


def _values(desk: Desk, new: NewSaving, besides: bytes | None = None) -> dict[str, Any]:
    """Return the columns of a saving. Raises ``UserError`` in words for what does not make one."""
    title = one_line(new.title)
    if not title:
        raise UserError("Say what is saved.", SAFE, "Give it a short name, like “Photocopiers”.")
    document, source = one_line(new.before_document), one_line(new.after_from)
    stated = rules.Stated(
        new.kind, new.first, new.last, new.before, new.before_on, document, new.after, source
    )
    if not document or new.before_on is None:
        raise UserError(
            "No saving without a dated baseline document.", SAFE,
            "Name the bill, contract or letter that shows the price before, and the date on it.",
        )  # fmt: skip
    if new.before_on > desk.today:
        raise UserError("The baseline document is dated later than today.", SAFE, "Look at the date on it again.")
    why = rules.lacks(stated)
    if why:
        raise UserError("This cannot be written down as a saving yet.", SAFE, why)
    if new.service and new.service not in service_kinds.BY_CODE:
        raise UserError(f"“{new.service}” is not a service.", SAFE, "Choose one of the list.")
    _not_twice(desk, new, besides)
    return {
        "title": title, "service": new.service or None, "contract": new.contract, "deal": new.deal, "kind": new.kind,
        "first": new.first, "last": new.last, "before": new.before, "before_on": new.before_on,
        "before_document": document, "after": new.after, "after_from": source, "how": one_line(new.how) or None,
        "note": paragraphs(new.note) or None,
    }  # fmt: skip


def _not_twice(desk: Desk, new: NewSaving, besides: bytes | None) -> None:
    """Raise ``UserError`` when the deal a recurring saving belongs to is in the ledger already."""
    from db.queries.contracts import contracts

    deal = new.deal
    if deal is None and new.contract is not None:
        with desk.store.connect() as con:
            deal = next((one.deal for one in contracts(con, desk.home) if one.id == new.contract), None)
    if deal is None or new.kind != rules.RECURRING:
        return
    if any(one.deal == deal and one.derived and one.id != besides for one in school_savings(desk).lines):
        raise UserError(
            "This saving is in the ledger already.", SAFE,
            "It is worked out from the deal’s own baseline and share. Write only one-off money down beside it.",
        )  # fmt: skip
