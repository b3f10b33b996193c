"""Whom we pay and have no contract for: what ledgers suggest, and what a person says to it. On own computers only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import service_kinds, words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.ledger_months import NOT_NAMED
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.supplier_names import may_be_person, same_name

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.buying import SpendRow
    from db.queries.contracts import ContractRow, SupplierRow
    from db.session import Act

SAFE: Final = "Nothing was changed."
REGULAR: Final = 3
"""From so many months with payments on, payments are regular."""
NO_CONTRACT, BELONGS, DRAFTED = "not a contract", "contract", "draft"
SAID_WORDS: Final = {
    NO_CONTRACT: "Not a contract", BELONGS: "Belongs to a contract", DRAFTED: "Draft contract made",
}  # fmt: skip
_HINTS: Final = (
    "renewal", "annual", "subscription", "licence", "license", "service agreement", "service plan", "service contract",
    "maintenance contract", "sla", "lease", "rental", "support contract", "quarterly",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spend:
    """Payments to one supplier over all ledgers. ``key`` is its name as compared; money in pence, refunds taken off.

    ``yearly`` is what was paid in the twelve months that end with the last month of all ledgers. ``contract`` is the
    one it belongs to, ``said`` what a person said, ``suggested`` whether it looks like a contract nobody recorded.
    """

    key: str
    called: str
    count: int
    pence: int
    yearly: int
    months: int
    first: dt.date | None
    last: dt.date | None
    what: str
    service: str
    person: bool
    why: str = ""
    said: str = ""
    supplier: bytes | None = None
    contract: bytes | None = None
    sources: tuple[str, ...] = ()

    @property
    def suggested(self) -> bool:
        """Whether it looks like a contract that nobody recorded."""
        return bool(self.why) and not self.said and self.contract is None

    @property
    def service_words(self) -> str:
        """The service it seems to be, in words; "" where nothing gives it away."""
        return service_kinds.words_of(self.service) if self.service else ""

    @property
    def yearly_words(self) -> str:
        """What was paid in a year, in words."""
        return words.money(self.yearly)


@dataclass(frozen=True, slots=True)
class Spending:
    """What ledgers show: all suppliers, most paid first; ``hidden`` suggestions may name people and wait to be asked.

    ``files`` are the ledgers brought in, ``period`` says which months they cover.
    """

    suppliers: tuple[Spend, ...]
    suggestions: tuple[Spend, ...]
    hidden: int
    files: tuple[str, ...]
    period: str

    @property
    def sentence(self) -> str:
        """Say how many suggestions there are."""
        if not self.suppliers:
            return "No ledger was brought in yet."
        many = words.count(len(self.suggestions), "supplier")
        told = f"{many} we pay and have no contract for" if self.suggestions else "No supplier without a contract found"
        return f"{told}. Ledgers: {self.period}."


@dataclass(slots=True)
class _Sum:
    key: str
    called: str = ""
    what: str = ""
    most: int = -1
    months: dict[str, tuple[int, int]] = field(default_factory=dict)
    first: dt.date | None = None
    last: dt.date | None = None
    sources: set[str] = field(default_factory=set)

    def add(self, month: str, one: SpendRow) -> None:
        """Add one month of one file."""
        count, pence = self.months.get(month, (0, 0))
        self.months[month] = (count + (one.count or 0), pence + (one.pence or 0))
        if (one.count or 0) > self.most:
            self.most, self.what, self.called = one.count or 0, one.what or self.what, one.called or self.called
        self.first = min((day for day in (self.first, one.first) if day), default=None)
        self.last = max((day for day in (self.last, one.last) if day), default=None)
        self.sources.add(one.source.rpartition(" #")[0] or one.source)


def spending(desk: Desk, *, people: bool = False) -> Spending:
    """Return what ledgers show. ``people``: also suggest those whose name may be a person's."""
    from db.queries.buying import spends
    from db.queries.contracts import contracts, suppliers

    with desk.store.connect() as con:
        rows = spends(con, desk.home)
        held = [one for one in contracts(con, desk.home) if one.state != "ceased"]
        firms = [one for one in suppliers(con, desk.home) if one.left_on is None]
    sums, said = _added(rows)
    known = _by_name(firms)
    of_supplier: dict[bytes, list[bytes]] = {}
    for one in held:
        if one.supplier is not None:
            of_supplier.setdefault(one.supplier, []).append(one.id)
    ids = {one.id for one in held}
    end = max((month for one in sums.values() for month in one.months), default="")
    found = [_spend(one, said.get(one.key), known.get(one.key), of_supplier, ids, end) for one in sums.values()]
    found.sort(key=lambda one: (-one.yearly, one.key))
    wanted = [one for one in found if one.suggested]
    shown = tuple(one for one in wanted if people or not one.person)
    files = tuple(sorted({name for one in sums.values() for name in one.sources}))
    return Spending(tuple(found), shown, len(wanted) - len(shown), files, _period(sums.values()))


def _added(rows: Sequence[SpendRow]) -> tuple[dict[str, _Sum], dict[str, SpendRow]]:
    """Add up the months of all files; return them and what a person said, each by the name as compared."""
    sums: dict[str, _Sum] = {}
    said: dict[str, SpendRow] = {}
    for one in rows:
        key, _, rest = one.name.partition("|")
        month = rest.partition("|")[0]
        if month:
            sums.setdefault(key, _Sum(key)).add(month, one)
        elif key:
            said[key] = one
    return sums, said


def _by_name(firms: Sequence[SupplierRow]) -> dict[str, SupplierRow]:
    return {same_name(name): one for one in firms for name in (*(str(other) for other in one.also), one.name)}


def _spend(
    one: _Sum, told: SpendRow | None, firm: SupplierRow | None, of_supplier: Mapping[bytes, list[bytes]],
    ids: set[bytes], end: str,
) -> Spend:  # fmt: skip
    supplier = told.supplier if told and told.supplier else firm.id if firm else None
    contract = told.contract if told and told.contract in ids else None
    if contract is None and supplier is not None:
        contract = next(iter(of_supplier.get(supplier, ())), None)
    said = told.said if told else ""
    if said in (BELONGS, DRAFTED) and contract is None:
        said = ""  # what it belonged to is gone, so it is asked again
    since = _months_before(end, 11)
    yearly = sum(pence for month, (_count, pence) in one.months.items() if month >= since)
    return Spend(
        one.key, one.called or one.key, sum(count for count, _ in one.months.values()),
        sum(pence for _, pence in one.months.values()), yearly, len(one.months), one.first, one.last, one.what,
        service_kinds.guess(one.what, one.called), one.key == NOT_NAMED or may_be_person(one.called), _why(one), said,
        supplier, contract, tuple(sorted(one.sources)),
    )  # fmt: skip


def _months_before(month: str, count: int) -> str:
    if not month:
        return ""
    number = int(month[:4]) * 12 + int(month[5:7]) - 1 - count
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def _why(one: _Sum) -> str:
    """Say why payments look like a contract: regular, again a year later, or by their own words."""
    paid = sorted(month for month, (_count, pence) in one.months.items() if pence > 0)
    if one.key == NOT_NAMED:
        return ""
    if len(paid) >= REGULAR:
        return f"Paid in {len(paid)} months."
    if any(_months_before(later, gap) == month for month in paid for later in paid for gap in (11, 12, 13)):
        return "Paid again a year later."
    said = f" {one.what.casefold()} "
    if paid and any(f" {hint}" in said.replace("(", " ").replace("-", " ") for hint in _HINTS):
        return f"The ledger says “{one.what}”."
    return ""


def _period(sums: Iterable[_Sum]) -> str:
    months = sorted({month for one in sums for month in one.months})
    if not months:
        return ""
    first, last = (words.month_year(dt.date.fromisoformat(f"{one}-01")) for one in (months[0], months[-1]))
    return first if first == last else f"{first} to {last}"


# --- what a person says ----------------------------------------------------------------------------------------------


def not_a_contract(desk: Desk, key: str) -> Changes:
    """Say that payments to a supplier belong to no contract: it is suggested no more. Raises ``UserError``."""
    one = _found(desk, key)
    with desk.act(ActCode.SORT_SPEND, subject=one.called) as act:
        _say(desk, act, one, {"said": NO_CONTRACT, "contract": None})
    return Changes(frozenset(act.tables), act.note.act)


def belongs_to(desk: Desk, key: str, contract: bytes) -> Changes:
    """Say to which contract payments belong; its supplier goes by this name from now on. Raises ``UserError``."""
    one = _found(desk, key)
    row = next((each for each in _contracts(desk) if each.id == contract), None)
    if row is None:
        raise UserError("There is no such contract here.", SAFE, "Look at the list of contracts.")
    with desk.act(ActCode.SORT_SPEND, subject=one.called) as act:
        _say(desk, act, one, {"said": BELONGS, "contract": contract, "supplier": row.supplier})
    return Changes(frozenset(act.tables), act.note.act)


def draft_contract(desk: Desk, key: str) -> tuple[bytes, Changes]:
    """Make a draft contract of payments, with its supplier if that is new; return its id. Raises ``UserError``.

    What was paid stands in its note and not as its price: a ledger does not say what was agreed.
    """
    one = _found(desk, key)
    if one.contract is not None:
        raise UserError(f"There is a contract with {one.called} already.", SAFE, "Open it in the list of contracts.")
    title = f"{one.service_words}, {one.called}" if one.service_words else f"Contract with {one.called}"
    days = f"{words.short_date(one.first)} to {words.short_date(one.last)}"
    paid = f"{words.count(one.count, 'payment')} in {words.count(one.months, 'month')}"
    note = f"Suggested by a ledger: {paid}, {words.money_exact(one.pence)} from {days}."
    note += "\nTo complete: price, first and last day, notice, what happens at the end."
    values: dict[str, Any] = {
        "title": title[:120], "state": "draft", "note": note, "said_by": desk.who,
        "came_from": f"{', '.join(one.sources)[:100]}, payments to {one.called[:80]}",
    }  # fmt: skip
    if one.service:
        values["service"] = one.service
    with desk.act(ActCode.SORT_SPEND, subject=one.called) as act:
        supplier = one.supplier or act.create("supplier", {"name": one.called[:200]})
        contract = act.create("contract", values | {"supplier": supplier})
        _say(desk, act, one, {"said": DRAFTED, "contract": contract, "supplier": supplier})
    return contract, Changes(frozenset(act.tables), act.note.act)


def ask_again(desk: Desk, key: str) -> Changes:
    """Take back what was said of a supplier: it may be suggested again. Raises ``UserError``."""
    one = _found(desk, key)
    if not one.said:
        raise UserError(f"Nothing was said of {one.called}.", SAFE, "Choose another supplier.")
    with desk.act(ActCode.SORT_SPEND, subject=one.called) as act:
        _say(desk, act, one, {"said": None, "contract": None, "supplier": None})
    return Changes(frozenset(act.tables), act.note.act)


def _found(desk: Desk, key: str) -> Spend:
    """Return a supplier of the ledgers by its name, however it is written."""
    wanted = same_name(key)
    one = next((each for each in spending(desk).suppliers if each.key in (key, wanted)), None)
    if one is None:
        raise UserError(f"No ledger names “{key[:120]}”.", SAFE, "Look at the list of suppliers paid.")
    return one


def _contracts(desk: Desk) -> list[ContractRow]:
    from db.queries.contracts import contracts

    with desk.store.connect() as con:
        return contracts(con, desk.home)


def _say(desk: Desk, act: Act, one: Spend, values: Mapping[str, Any]) -> None:
    """Write what a person says into the supplier's own row, which has no figures and is named by its name alone."""
    from db.queries.buying import spends

    with desk.store.connect() as con:
        had = next((row for row in spends(con, desk.home) if row.name == one.key), None)
    told = {**values, "said_by": desk.who, "said_on": desk.today}
    if had is not None:
        act.set("spend", had.id, told)
        return
    kept = {name: value for name, value in told.items() if value is not None}
    row = act.session.derived(desk.home, "spend", one.key)
    act.create("spend", {"name": one.key, "called": one.called, **kept}, row=row)


def contract_choices(desk: Desk) -> tuple[tuple[str, str], ...]:
    """Return the contracts payments may belong to, as (id in hex, words), by title."""
    held = [one for one in _contracts(desk) if one.state != "ceased" and one.school == desk.home]
    return tuple((one.id.hex(), one.title[:80]) for one in sorted(held, key=lambda one: one.title.casefold()))
