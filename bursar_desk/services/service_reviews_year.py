"""A year's review begun: a line for every contract that runs and every service looked at the year before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from bursar_desk.domain import service_kinds
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services import service_reviews
from bursar_desk.services.people import must_manage

if TYPE_CHECKING:
    import datetime as dt

    from bursar_desk.services.desk import Desk
    from db.queries.buying import ReviewRow
    from db.queries.contracts import ContractRow, TermRow


def proposals(desk: Desk, year: int) -> tuple[dict[str, Any], ...]:
    """Return the lines a new year's review would begin with, without those it has already.

    Prices come from the contract's newest term, else from last year with their document; quality, decision and the day
    to opt out are said anew every year.
    """
    from db.queries.contracts import contracts, suppliers, terms

    held = service_reviews.rows(desk, desk.home)
    with desk.store.connect() as con:
        agreed = [one for one in contracts(con, desk.home) if _runs(one, desk.today)]
        names = {one.id: one.name for one in suppliers(con, desk.home)}
        priced = _newest(terms(con, school=desk.home), desk.today)
    before = [one for one in held if one.year == max((x.year or 0 for x in held if (x.year or 0) < year), default=None)]
    old = {one.contract: one for one in before if one.contract is not None}
    made = [_of_contract(one, names, priced.get(one.id), old.get(one.id)) for one in agreed]
    known = {one.id for one in agreed}
    made += [_of_last_year(one) for one in before if one.contract not in known and one.route != service_reviews.STOP]
    there = {_key(_of_last_year(one)) for one in held if one.year == year}
    found: dict[object, dict[str, Any]] = {}
    for values in made:
        found.setdefault(_key(values), values)
    return tuple(values for key, values in found.items() if key not in there)


def start_year(desk: Desk, year: int | None = None) -> tuple[int, Changes]:
    """Begin a year's review of this school, all lines in one act; what is there already stays as it is.

    Returns how many services were added. Raises ``UserError`` when there is nothing to add.
    """
    must_manage(desk)
    if desk.is_office:
        raise UserError("An office buys no services of its own here.", "Nothing was changed.", "Let the school do it.")
    chosen = service_reviews.this_year(desk) if year is None else year
    if chosen not in service_reviews.YEARS:
        raise UserError("That year cannot be reviewed.", "Nothing was changed.", "Type a year like 2026.")
    wanted = proposals(desk, chosen)
    if not wanted:
        raise UserError(
            f"Nothing is to be added to {service_reviews.year_words(chosen)}.", "Nothing was changed.",
            "Enter contracts, or add a service by itself.",
        )  # fmt: skip
    said = {"year": chosen, "said_by": desk.who, "said_on": desk.today}
    with desk.act(ActCode.REVIEW_SERVICE, subject=f"the services of {service_reviews.year_words(chosen)}") as act:
        for values in wanted:
            act.create("service_review", {name: v for name, v in (values | said).items() if v is not None and v != ""})
    return len(wanted), Changes(frozenset(act.tables), act.note.act)


def _key(values: Mapping[str, Any]) -> object:
    return values["contract"] or (values["service"], str(values["title"] or "").casefold())


def _runs(one: ContractRow, today: dt.date) -> bool:
    return one.state == "live" and (one.ceased_on is None or one.ceased_on > today)


def _newest(terms: Iterable[TermRow], today: dt.date) -> dict[bytes, TermRow]:
    """Return the term with a price that began last, of each contract."""
    found: dict[bytes, TermRow] = {}
    for one in terms:
        if one.contract is not None and one.yearly is not None and one.first is not None and one.first <= today:
            found[one.contract] = one
    return found


def _of_contract(
    one: ContractRow, names: Mapping[bytes, str], term: TermRow | None, before: ReviewRow | None
) -> dict[str, Any]:
    price, rate = (term.yearly, term.vat_rate) if term is not None else (one.yearly, one.vat_rate)
    if price is not None and price < 0:
        price = None
    priced_on = term.first if term is not None else one.first
    return {
        "service": one.service if one.service in service_kinds.BY_CODE else service_kinds.OTHER, "title": one.title,
        "provider": names.get(one.supplier or b"", before.provider if before else ""), "supplier": one.supplier,
        "contract": one.id, "price": price, "vat_rate": rate if price is not None else None,
        "priced_on": priced_on if price is not None else None,
        "priced_from": "The contract" if price is not None and priced_on is not None else None,
    }  # fmt: skip


def _of_last_year(one: ReviewRow) -> dict[str, Any]:
    return {
        "service": one.service if one.service in service_kinds.BY_CODE else service_kinds.OTHER, "title": one.title,
        "provider": one.provider, "supplier": one.supplier, "contract": one.contract, "price": one.price,
        "vat_rate": one.vat_rate, "priced_on": one.priced_on, "priced_from": one.priced_from,
    }  # fmt: skip
