"""Headings of other people's contract registers and payment ledgers, and where their tables lie on a sheet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bursar_desk.domain.date_cells import Figures, Number, Plain, classify
from bursar_desk.domain.import_rows import KINDS, Table, Wanted, is_repeated, map_columns, plain, titles_of
from bursar_desk.domain.money_cells import Money, read_money_cell

ADDS_UP: Final = re.compile(r"(?:grand |sub ?|page |overall )?totals?(?: .{0,40})?|brought forward|carried forward|sum")
"""What a line says that adds up others, in plain small letters."""

CONTRACTS: Final = (
    Wanted("title", "Title", "text", (
        "contract title", "contract name", "contract", "title of agreement", "contract description", "service title",
        "name of contract", "agreement", "agreement title", "subject", "what", "name", "goods service",
        "goods or service", "goods services", "product", "subscription", "licence", "item",
    ), example="Grounds maintenance"),
    Wanted("supplier", "Supplier", "text", (
        "supplier name", "awarded supplier", "contractor", "provider", "company", "vendor", "contractor name",
        "name of supplier", "supplier s", "suppliers", "company name", "service provider", "awarded to", "with",
        "vendor name", "provider name", "successful supplier", "supplier organisation name",
    ), True, "Green Acre Ltd"),
    Wanted("reference", "Reference", "text", (
        "contract reference", "contract ref", "ref", "reference number", "ref no", "contract number", "contract no",
        "contract id", "award id", "notice id", "id", "ocid", "agreement number", "unique reference", "register no",
    ), example="C-014"),
    Wanted("value", "Value", "money", (
        "annual value", "annual cost", "value per year", "cost per annum", "value pa", "annual contract value",
        "yearly cost", "price a year", "cost a year", "annual amount", "annual spend", "awarded value",
        "contract value", "total value", "value amount", "total contract value", "value of contract", "cost",
        "price", "amount", "contract cost", "estimated value", "value gbp", "contract sum", "total cost",
        "whole life value", "net value",
    ), example="£12,400 a year + VAT"),
    Wanted("first", "Starts", "date", (
        "start", "start date", "contract start", "contract start date", "from", "commencement date", "commencement",
        "contractperiod startdate", "date from", "begins", "begin date", "effective date", "contract commencement date",
        "date started", "contract from",
    ), example="1 Apr 2026"),
    Wanted("last", "Ends", "date", (
        "end", "end date", "contract end", "contract end date", "expiry", "expiry date", "expires", "to", "until",
        "contractperiod enddate", "date to", "finish", "finish date", "termination date", "contract expiry",
        "contract expiry date", "completion date", "contract to", "ends on", "current end date",
    ), example="31 Mar 2029"),
    Wanted("length", "Length", "text", (
        "term", "contract term", "contract length", "duration", "contract period", "period", "length of contract",
        "initial term", "term of contract",
    ), example="3 years"),
    Wanted("notice", "Notice", "text", (
        "notice period", "notice required", "notice months", "notice days", "notice weeks", "termination notice",
        "notice period months", "notice period days", "cancellation notice", "period of notice",
    ), example="3 months"),
    Wanted("renewal", "What happens at the end", "text", (
        "renewal", "renewal type", "auto renew", "auto renewal", "automatic renewal", "renews", "extension",
        "extension options", "option to extend", "extensions", "at end", "renewal terms", "extension option",
        "options to extend", "rollover", "roll over",
    ), example="Renews for 12 months"),
    Wanted("service", "Service", "text", (
        "category", "service area", "service category", "type of service", "contract type", "type", "cpv description",
        "department",
    ), example="Grounds maintenance"),
    Wanted("owner", "Owner", "text", (
        "contract owner", "contract manager", "responsible officer", "lead officer", "responsible", "managed by",
        "budget holder", "lead", "officer", "person responsible", "contact officer", "responsible person",
    )),
    Wanted("scope", "What it covers", "text", (
        "description", "scope", "details", "what it covers", "contract details", "description of goods and services",
        "summary", "purpose",
    )),
    Wanted("company_number", "Company number", "text", (
        "company no", "registration number", "company registration number", "companies house number", "company reg no",
    )),
    Wanted("status", "Status", "text", ("contract status", "state", "current status")),
    Wanted("buyer", "Bought by", "text", (
        "buyer name", "organisation", "buyer", "authority", "organisation name", "school", "contracting authority",
        "department name", "organisationlabel", "council",
    )),
    Wanted("note", "Note", "text", ("notes", "comments", "comment", "remarks")),
)  # fmt: skip

LEDGER: Final = (
    Wanted("supplier", "Supplier", "text", (
        "supplier name", "payee", "payee name", "supplier final", "beneficiary", "vendor", "vendor name", "name",
        "creditor", "creditor name", "beneficiary name", "merchant", "merchant name", "paid to", "supplier name final",
        "redacted supplier name", "supplier beneficiary name", "account name", "trading partner",
        "supplier beneficiary", "name of supplier", "company", "contractor", "organisation name",
    ), True, "Green Acre Ltd"),
    Wanted("amount", "Amount", "money", (
        "net amount", "net", "amount net", "amount excluding vat", "amount excl vat", "amount ex vat", "net value",
        "amount paid", "amount", "value", "total", "payment amount", "invoice amount", "net amount gbp", "amount gbp",
        "paid amount", "net invoice amount", "transaction amount", "line amount", "invoice value", "total amount",
        "amount paid net", "net total", "net gbp", "gbp", "sum", "cost", "payment", "gross", "gross amount",
        "invoice line amount", "distribution amount", "amount of payment",
    ), True, "475.00"),
    Wanted("date", "Paid on", "done", (
        "payment date", "paid date", "date paid", "date of payment", "paid", "date", "transaction date", "pay date",
        "effective date", "posting date", "posted date", "invoice date", "doc date", "inv date", "document date",
        "cleared date", "ledger date", "gl date", "tax date", "cheque date", "date of transaction", "trans date",
        "payment date final", "month",
    ), True, "26 Mar 2026"),
    Wanted("what", "What for", "text", (
        "description", "details", "line description", "expenditure category", "narrative", "purpose",
        "purpose of expenditure", "purpose of spend", "account detail", "subjective description", "expense type",
        "expenditure type", "transaction description", "invoice description", "item text", "category", "account",
        "nominal description", "goods", "subjective", "detailed expense type", "summary of purpose", "reason",
        "description of expenditure", "merchant category", "service area", "service",
    )),
)  # fmt: skip

BUYING: Final[Mapping[str, tuple[Wanted, ...]]] = {"contracts": CONTRACTS, "ledger": LEDGER}
EVERY_KIND: Final[Mapping[str, tuple[Wanted, ...]]] = {**KINDS, **BUYING}
_NEEDED: Final = {"contracts": (), "ledger": ("supplier", "amount")}

_NOT_NAMES: Final = (
    r"\b(?:no|number|id|ref|reference|code|type|address|contact|email|phone|postcode|sme|vat|classification|category"
    r"|date|amount)\b"
)
_BY_WORDS: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "contracts": {
        "supplier": (r"\b(?:supplier|contractor|provider|vendor|company)s?\b", _NOT_NAMES),
        "first": (r"\b(?:start\w*|commence\w*|begin\w*|from)\b", r"\bnotice\b"),
        "last": (r"\b(?:end|ends|ending|expir\w*|finish\w*|terminat\w*|until)\b", r"\b(?:notice|option|extension)\b"),
        "value": (r"\b(?:value|amount|cost|price|sum)\b", r"\b(?:vat amount|saving\w*|type|band|low|high|basis)\b"),
        "notice": (r"\bnotice\b", r"\b(?:date|type|id|url|link|by)\b"),
        "renewal": (r"\b(?:renew\w*|extension|extend\w*|roll\w*)\b", r"\b(?:date|value|cost)\b"),
        "reference": (r"\b(?:ref|reference|contract (?:no|number|id))\b", r"\bframework\b"),
        "owner": (r"\b(?:owner|manager|officer|responsible|holder)\b", r"\b(?:email|phone)\b"),
        "title": (r"\b(?:title|contract|agreement|goods|service)\b", r"\b(?:date|no|number|value|type|period|term)\b"),
        "length": (r"\b(?:duration|length|term)\b", r"\bnotice\b"),
    },
    "ledger": {
        "supplier": (r"\b(?:supplier|payee|beneficiary|vendor|creditor|merchant|paid to)\b", _NOT_NAMES),
        "amount": (r"\b(?:amount|net|value|total|gbp|sum|cost|spend|expenditure|paid|£)\b",
                   r"\b(?:date|vat|ref|no|number|type|category|code|area|description|irrecoverable|recoverable)\b"),
        "date": (r"\b(?:date|month|paid|posted|cleared)\b", r"\b(?:birth|amount|to|by|ref)\b"),
        "what": (r"\b(?:description|details?|purpose|narrative|category|expense|expenditure|subjective)\b",
                 r"\b(?:code|no|number|id|date|amount)\b"),
    },
}  # fmt: skip
_SHOWN_BY: Final = 30  # cells of a column that are looked at to see what it holds


@dataclass(frozen=True, slots=True)
class Section:
    """One table on a sheet: the rows from ``start`` up to ``stop`` (counted from 0) by the headings of ``table``.

    ``inherited``: it has no headings of its own and is read by those before it.
    """

    sheet: str
    number: int
    start: int
    stop: int
    table: Table
    inherited: bool = False


def columns_of(row: Sequence[object], below: Sequence[Sequence[object]], kind: str) -> dict[str, int]:
    """Say which column holds what: by whole headings first, then by single words where the cells below bear it out."""
    wanted = BUYING[kind]
    names = [plain(cell) if isinstance(cell, str) else "" for cell in row]
    found = {
        name: place for name, place in map_columns(row, wanted).items() if _fits(_type(wanted, name), below, place)
    }
    again = map_columns([None if n in found.values() else cell for n, cell in enumerate(row)], wanted)
    for name, place in again.items():
        if name not in found and _fits(_type(wanted, name), below, place):
            found[name] = place
    for name, (is_in, not_in) in _BY_WORDS[kind].items():
        if name in found:
            continue
        for place, said in enumerate(names):
            taken = place in found.values() or not said
            fits = not taken and re.search(is_in, said) and not re.search(not_in, said)
            if fits and _fits(_type(wanted, name), below, place, strict=True):
                found[name] = place
                break
    return found


def _type(wanted: Sequence[Wanted], name: str) -> str:
    return next(one.type for one in wanted if one.name == name)


def _fits(kind: str, below: Sequence[Sequence[object]], place: int, *, strict: bool = False) -> bool:
    """Whether the cells below a heading hold what it should: a column of dates is never read as money."""
    cells = [row[place] for row in below if place < len(row) and row[place] is not None][:_SHOWN_BY]
    if kind == "money":
        right = sum(_is_money(one) for one in cells)
        return not cells or right * 2 >= len(cells) or (not strict and not any(isinstance(one, date) for one in cells))
    if kind in ("date", "done"):
        right = sum(isinstance(classify(one), Figures | Plain | Number) for one in cells)
        return not cells or right * 2 >= len(cells) or (not strict and not sum(_is_money(one) for one in cells) > right)
    return not strict or not cells or any(isinstance(one, str) for one in cells)


def _is_money(cell: object) -> bool:
    if isinstance(cell, str) and isinstance(classify(cell), Figures | Plain):
        return False
    return read_money_cell(cell).state is Money.READ


def _may_be_heading(row: Sequence[object]) -> bool:
    """Whether a row may be headings: nothing but words, at least two, none that begins with a figure."""
    words = [cell for cell in row if cell is not None]
    if len(words) < 2:
        return False
    return all(isinstance(one, str) and not one.lstrip(" £-(")[:1].isdigit() and len(one) < 120 for one in words)


def sections_of(name: str, number: int, rows: Sequence[Sequence[object]], kind: str,
                before: Section | None = None) -> list[Section]:  # fmt: skip
    """Find the tables of one sheet: every row of headings begins one; without any, those of the sheet before count."""
    found: list[tuple[int, Table]] = []
    for place, row in enumerate(rows):
        if not _may_be_heading(row) or (found and is_repeated(row, found[-1][1].titles)):
            continue
        below = rows[place + 1 : place + 1 + 2 * _SHOWN_BY]
        columns = columns_of(row, below, kind)
        if _is_head(columns, kind) and (not found or _all_known(row, columns, found[-1][1])):
            found.append((place, Table(place, columns, titles_of(row))))
    if not found and before is not None and _alike(rows, before.table):
        return [Section(name, number, 0, len(rows), Table(-1, before.table.columns, before.table.titles), True)]
    if not found:
        return []
    ends = [place for place, _table in found[1:]] + [len(rows)]
    return [Section(name, number, place + 1, end, table) for (place, table), end in zip(found, ends, strict=True)]


def _is_head(columns: Mapping[str, int], kind: str) -> bool:
    if kind == "ledger":
        return set(_NEEDED[kind]) <= set(columns)
    named = {"supplier", "title", "reference"} & set(columns)
    return bool(named) and len(columns) >= 2


def _all_known(row: Sequence[object], columns: Mapping[str, int], before: Table) -> bool:
    """Whether a later row is headings again: several of its words stood in the headings above."""
    again = {plain(one) for one in before.titles if one} & {plain(cell) for cell in row if cell is not None}
    return len(again) >= 2 and len(columns) >= 2


def _alike(rows: Sequence[Sequence[object]], table: Table) -> bool:
    """Whether a sheet without headings has its dates and sums in the columns of the one before."""
    for name, kind in (("date", "done"), ("first", "date"), ("amount", "money")):
        place = table.columns.get(name)
        if place is not None:
            body = [row for row in rows if sum(cell is not None for cell in row) > 2]
            if not body or not _fits(kind, body, place, strict=True):
                return False
    return bool({"amount", "first"} & set(table.columns))
