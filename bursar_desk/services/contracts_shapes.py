"""What lists and forms show of contracts, suppliers and meetings; money in whole pence, net unless it says VAT."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bursar_desk.domain.contract_state import ContractStanding
    from bursar_desk.domain.contract_terms import Term, Terms
    from bursar_desk.domain.money_years import MoneyYear
    from bursar_desk.domain.notice_dates import LastSafe
    from bursar_desk.services.evidence_lines import EvidenceLine
    from db.queries.contracts import ContractRow, DecisionRow, MeetingRow, NoteRow, SupplierRow, TermRow

ENDS, RENEWS, ROLLS, OPTION = "ends", "renews", "rolls", "option"
DRAFT, LIVE, CEASED = "draft", "live", "ceased"
NOTICE_GIVEN, RENEW, EXTEND, LET_RUN = "notice given", "renew", "extend", "let run"
TO_MARKET, END, PUT_OFF, TAKEN_BACK = "to market", "end", "put off", "taken back"
DECISIONS = (NOTICE_GIVEN, RENEW, EXTEND, LET_RUN, TO_MARKET, END, PUT_OFF, TAKEN_BACK)
"""What can be decided for the end of a term, in the order in which forms offer it."""


@dataclass(frozen=True, slots=True)
class SupplierLine:
    """One supplier: what we buy from it in all. ``yearly`` net pence a year over its live contracts.

    ``insured_look``: ok, due_soon, overdue or not_known. ``like``: others of the same school that may be the same firm.
    """

    row: SupplierRow
    school_name: str
    contracts: int
    yearly: int
    titles: tuple[str, ...]
    insured_words: str
    insured_look: str
    contractor_name: str = ""
    like: tuple[bytes, ...] = ()

    @property
    def id(self) -> bytes:
        """The row."""
        return self.row.id

    @property
    def school(self) -> bytes:
        """Whose supplier it is."""
        return self.row.school

    @property
    def name(self) -> str:
        """What the firm is called."""
        return self.row.name


@dataclass(frozen=True, slots=True)
class NewSupplier:
    """What is known of a supplier; only the name is needed. ``insured_for`` in pence; None and "" mean not known."""

    name: str
    also: tuple[str, ...] = ()
    contact: str = ""
    phone: str = ""
    email: str = ""
    account: str = ""
    company_number: str = ""
    insured_until: dt.date | None = None
    insured_for: int | None = None
    contractor: bytes | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting of governors or a committee; ``papers_by`` is the day its papers are due."""

    row: MeetingRow
    body: str
    on: dt.date
    papers_by: dt.date | None
    words: str
    past: bool

    @property
    def id(self) -> bytes:
        """The row."""
        return self.row.id


@dataclass(frozen=True, slots=True)
class ContractLine:
    """One contract as a list shows it. Words of dates fit a column ("3 Dec 2026", "Any time"); ``look`` a status code.

    ``yearly`` and ``vat`` are pence a year of the present term. ``decide_in`` stands small beside the date ("in 13
    days"). ``waits``: it needs a decision. ``ran_on`` says in two sentences that it ran on and until when. ``odd``
    says what is missing or cannot be, so that no date could be worked out.
    """

    row: ContractRow
    school_name: str
    title: str
    supplier_name: str
    service_words: str
    owner_name: str
    yearly: int | None
    vat: int | None
    yearly_words: str
    standing: ContractStanding
    decide_by: dt.date | None
    decide_by_words: str
    decide_in: str
    ends: dt.date | None
    ends_words: str
    tell_by: dt.date | None
    tell_by_words: str
    state_words: str
    look: str
    waits: bool
    in_deal: bool = False
    deal_title: str = ""
    ran_on: str = ""
    insured_words: str = ""
    odd: tuple[str, ...] = ()
    orphan_checks: int = 0
    orphan_assets: int = 0

    @property
    def id(self) -> bytes:
        """The row."""
        return self.row.id

    @property
    def school(self) -> bytes:
        """Whose contract it is."""
        return self.row.school

    @property
    def orphans_words(self) -> str:
        """``1 check has no supplier`` if it ends; "" when nothing is left over."""
        from bursar_desk.domain import words

        parts = [words.count(self.orphan_checks, "check")] if self.orphan_checks else []
        parts += [words.count(self.orphan_assets, "piece of equipment", "pieces of equipment")] \
            if self.orphan_assets else []
        many = self.orphan_checks + self.orphan_assets > 1
        return f"{words.listing(parts)} {'have' if many else 'has'} no supplier" if parts else ""


@dataclass(frozen=True, slots=True)
class Board:
    """The page of contracts: lines by decide-by, its heading, totals of the live ones, and what ran on."""

    lines: tuple[ContractLine, ...]
    heading: str
    to_decide: int
    ends_this_year: int
    yearly: int
    vat: int
    unpriced: int
    ran_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermLine:
    """One term as it was, is or will be, with its price and how that changed.

    ``change`` is the rise in hundredths of a per cent against the term before, ``per_pupil`` pence; None where it
    cannot be told. ``entered``: somebody wrote this term down; otherwise it follows from the rule.
    """

    term: Term
    words: str
    yearly: int | None
    vat: int | None
    change: int | None
    change_words: str
    per_pupil: int | None
    rise_words: str
    source: str
    tell_by: dt.date | None
    entered: bool
    now: bool
    row: TermRow | None = None


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """What was decided for the end of a term, in words; ``stands`` is false once it was taken back."""

    row: DecisionRow
    words: str
    details: str
    stands: bool

    @property
    def id(self) -> bytes:
        """The row."""
        return self.row.id


@dataclass(frozen=True, slots=True)
class NoteLine:
    """How it goes: performance, a dispute, a step of leaving it; ``look`` a status code, ``due_words`` of a step."""

    row: NoteRow
    kind_words: str
    words: str
    due_words: str
    look: str

    @property
    def id(self) -> bytes:
        """The row."""
        return self.row.id


@dataclass(frozen=True, slots=True)
class Served:
    """A check ("school_check") or piece of equipment ("asset") a contract keeps up; ``code`` of a check.

    ``also`` names the other live contracts that serve it; without any it is left over when this one ends.
    """

    table: str
    id: bytes
    code: str
    title: str
    also: tuple[str, ...] = ()

    @property
    def orphan(self) -> bool:
        """Tell whether nobody would look after it any more."""
        return not self.also


@dataclass(frozen=True, slots=True)
class YearCost:
    """What falls in one money year: months counted, pence net and VAT."""

    year: MoneyYear
    months: int
    net: int
    vat: int


@dataclass(frozen=True, slots=True)
class Money:
    """The money of a contract in pence. ``life_*`` over the whole first term and its options (48 months without end).

    ``unit_price`` for like-for-like ("per device"), given or worked out; ``years`` by money year, empty for a school
    whose money year nobody has noted.
    """

    yearly: int | None
    vat: int | None
    life_net: int | None
    life_vat: int | None
    life_months: int
    life_words: str
    unit: str
    unit_price: int | None
    unit_words: str
    per_pupil: int | None
    years: tuple[YearCost, ...]


@dataclass(frozen=True, slots=True)
class ContractView:
    """All of one contract. ``headline`` and ``stake`` are the two sentences on top; ``coming`` this and later terms.

    ``warnings`` are plain sentences: insurance run out, a lease that needs consent, what the last safe day lacks.
    """

    line: ContractLine
    terms: Terms | None
    headline: str
    stake: str
    notice_words: str
    at_end_words: str
    rise_words: str
    reminders_words: str
    history: tuple[TermLine, ...]
    coming: tuple[tuple[Term, LastSafe | None], ...]
    decisions: tuple[DecisionLine, ...]
    notes: tuple[NoteLine, ...]
    serves: tuple[Served, ...]
    money: Money
    documents: tuple[EvidenceLine, ...]
    warnings: tuple[str, ...]

    @property
    def orphans(self) -> tuple[Served, ...]:
        """What has no supplier once this ends."""
        return tuple(one for one in self.serves if one.orphan)


@dataclass(frozen=True, slots=True)
class NewContract:
    """A contract as a letter gives it: ``title``, whom, the first term, what happens at its end, notice, price.

    ``supplier`` by id or ``supplier_name`` (found by name, or added in the same act). The first term ends on ``last``
    or after ``months``. ``tell_by`` is the date the letter itself gives. ``more`` holds any other column of the
    registry's contract by its name (``contracts.COLUMNS``).
    """

    title: str
    supplier: bytes | None = None
    supplier_name: str = ""
    service: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    months: int | None = None
    at_end: str = ENDS
    renew_months: int | None = None
    options: int | None = None
    notice: int | None = None
    notice_unit: str = "months"
    notice_clear: bool = False
    notice_by: str = "received"
    yearly: int | None = None
    vat_rate: int | None = None
    tell_by: dt.date | None = None
    draft: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewTerm:
    """One term to write down: from when, until when, at what price, and the date its letter gives."""

    first: dt.date
    last: dt.date | None = None
    yearly: int | None = None
    vat_rate: int | None = None
    rise_words: str = ""
    tell_by: dt.date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Deciding:
    """What goes with a decision. ``on`` today by default; ``agreed_by`` and ``minute_ref`` say who agreed to it.

    ``served_on`` and ``served_how`` for notice given; ``ends_on`` where the supplier confirmed another end; ``until``
    of what is put off; ``term`` the new term and price of a renewal or an extension.
    """

    on: dt.date | None = None
    agreed_by: str = ""
    minute_ref: str = ""
    meeting_on: dt.date | None = None
    served_on: dt.date | None = None
    served_how: str = ""
    ends_on: dt.date | None = None
    until: dt.date | None = None
    why: str = ""
    term: NewTerm | None = None
    term_end: dt.date | None = None
