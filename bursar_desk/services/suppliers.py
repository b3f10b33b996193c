"""Suppliers: whom a school buys from, what in all, until when each is insured, and which names are one firm."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.supplier_likeness import company_number, near
from bursar_desk.domain.supplier_names import same_name
from bursar_desk.services.contracts_shapes import ContractLine, NewSupplier, SupplierLine
from bursar_desk.services.people import must_manage
from bursar_desk.services.plain_text import one_line, paragraphs

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.contracts import SupplierRow

SAFE: Final = "Nothing was changed."
FACTS: Final = tuple(NewSupplier.__dataclass_fields__)
_TEXTS: Final = ("name", "contact", "phone", "email", "account", "company_number")
_LONGEST: Final = 200
_SOON: Final = 60
_BEGINS: Final = dt.date(1990, 1, 1)
_NAMING: Final = ("contract", "quote", "service_review", "spend")
"""Tables whose rows name a supplier."""


# --- reading ---------------------------------------------------------------------------------------------------------


def listing(desk: Desk, school: bytes | None = None, *, left: bool = False) -> list[SupplierLine]:
    """Return the suppliers of this school, another one, or all of an office, by name, with what is bought from each.

    Those no longer used only with ``left``.
    """
    from bursar_desk.services import contracts

    rows, firms = _held(desk, school)
    bought: dict[bytes, list[ContractLine]] = {}
    for one in contracts.listing(desk, school):
        if one.row.supplier is not None:
            bought.setdefault(one.row.supplier, []).append(one)
    by_name = _by_key(rows)
    lines = []
    for row in rows:
        if not left and row.left_on is not None and row.left_on <= desk.today:
            continue
        mine = [one for one in bought.get(row.id, []) if one.row.state != "draft"]
        said, look = insured(row, firms.get(row.contractor or b""), desk.today)
        like = [other.id for key in _keys(row) for other in by_name[row.school, key] if other.id != row.id]
        lines.append(SupplierLine(
            row, desk.school_name(row.school), len(mine), sum(one.yearly or 0 for one in mine),
            tuple(one.title for one in mine), said, look,
            firms[row.contractor][0] if row.contractor in firms else "", tuple(dict.fromkeys(like)),
        ))  # fmt: skip
    return sorted(lines, key=lambda one: (one.name.casefold(), one.school_name, one.id))


def _held(desk: Desk, school: bytes | None) -> tuple[list[SupplierRow], dict[bytes, tuple[str, dt.date | None]]]:
    """Return suppliers, and the firms that attend by id: what each is called and until when it is insured."""
    from db.queries import contracts as ask
    from db.queries.contractors import contractors

    whose = school or (None if desk.is_office else desk.home)
    with desk.store.connect() as con:
        rows = ask.suppliers(con, whose)
        linked = any(one.contractor is not None for one in rows)
        firms = {one.id: (one.name, one.insured_until) for one in contractors(con, whose)} if linked else {}
    return rows, firms


def _keys(row: SupplierRow) -> list[str]:
    """Return by what a firm is known again: its company number and its names."""
    if row.left_on is not None:
        return []
    names = [row.name, *(one for one in row.also if isinstance(one, str))]
    number = company_number(row.company_number)
    return [*([f"#{number}"] if number else []), *(key for key in dict.fromkeys(map(same_name, names)) if key)]


def _by_key(rows: Sequence[SupplierRow]) -> dict[tuple[bytes, str], list[SupplierRow]]:
    found: dict[tuple[bytes, str], list[SupplierRow]] = {}
    for row in rows:
        for key in _keys(row):
            found.setdefault((row.school, key), []).append(row)
    return found


def insured(row: SupplierRow, firm: tuple[str, dt.date | None] | None, today: dt.date) -> tuple[str, str]:
    """Say until when a supplier is insured, and its look; the firm that attends speaks where the supplier does not."""
    until = row.insured_until or (firm[1] if firm else None)
    if until is None:
        return "", "not_known"
    if until < today:
        return f"Insurance ran out on {words.short_date(until)}", "overdue"
    return f"Insured until {words.short_date(until)}", "due_soon" if (until - today).days <= _SOON else "ok"


def get(desk: Desk, supplier: bytes) -> SupplierLine:
    """Return one supplier. Raises ``UserError`` when it is not here."""
    for one in listing(desk, left=True):
        if one.id == supplier:
            return one
    raise UserError("That supplier is not in this register.", SAFE, "See “supplier list”.")


def find(desk: Desk, typed: str) -> SupplierLine:
    """Return the one supplier of that name, other name, part of a name or id. Raises ``UserError`` naming who fits."""
    known = listing(desk, left=True)
    in_use = [one for one in known if one.row.left_on is None]
    found = _meant(in_use, typed) or _meant(known, typed)
    ours = [one for one in found if one.school == desk.home]
    found = ours if len(ours) == 1 else found
    if len(found) == 1:
        return found[0]
    if found:
        which = "; ".join(f"{one.name} ({one.id.hex()[:20]})" for one in found[:8])
        raise UserError(f"“{typed}” may be one of several.", SAFE, f"Use the id of one: {which}.")
    names = ", ".join(sorted({one.name for one in known})[:12]) or "none yet"
    raise UserError(f"“{typed}” is not one supplier here.", SAFE, f"There are: {names}.")


def _meant(known: Sequence[SupplierLine], typed: str) -> list[SupplierLine]:
    """Return who may be meant: by name or id, else by another name, the beginning of an id, a part of the name."""
    wanted, key = typed.casefold().strip(), same_name(typed)
    exact = [one for one in known if wanted and wanted in (one.name.casefold(), one.id.hex())]
    same = exact or [one for one in known if key and key in _keys(one.row)]
    ids = same or [one for one in known if len(wanted) >= 6 and one.id.hex().startswith(wanted)]
    return ids or [one for one in known if wanted and wanted in one.name.casefold()]


def alike(desk: Desk, name: str, number: str = "") -> list[tuple[SupplierLine, str]]:
    """Return our suppliers that may be the firm of this name, surest first, and why: for a person to say yes to.

    Why is "number", "same" (one name but for Ltd, marks and case) or "near".
    """
    key, wanted = same_name(name), company_number(number)
    found = []
    for one in listing(desk, desk.home):
        keys = _keys(one.row)
        if wanted and f"#{wanted}" in keys:
            found.append((0, one, "number"))
        elif key and key in keys:
            found.append((1, one, "same"))
        elif any(near(name, called) for called in (one.name, *(a for a in one.row.also if isinstance(a, str)))):
            found.append((2, one, "near"))
    found.sort(key=lambda pair: (pair[0], pair[1].name.casefold(), pair[1].id))
    return [(one, why) for _, one, why in found]


# --- writing ---------------------------------------------------------------------------------------------------------


def add(desk: Desk, new: NewSupplier, *, another: bool = False) -> tuple[bytes, Changes]:
    """Add a supplier. Raises ``UserError`` for one that is here under that name or company number.

    ``another`` says that it is another firm all the same.
    """
    must_manage(desk)
    values = {name: value for name, value in asdict(new).items() if value not in (None, "", ())}
    tidy = cells(desk, values, None, another=another)
    with desk.act(ActCode.ADD_SUPPLIER, subject=str(tidy["name"])) as act:
        row = act.create("supplier", tidy)
    return row, Changes(frozenset(act.tables), act.note.act)


def change(desk: Desk, supplier: bytes, values: Mapping[str, Any], *, another: bool = False) -> Changes:
    """Change facts by name (``FACTS``); None or "" takes one out. Raises ``UserError`` for what cannot be."""
    unknown = set(values) - set(FACTS)
    if unknown:
        raise KeyError(f"a supplier has no {sorted(unknown)}")
    row = _ours(desk, supplier).row
    tidy = cells(desk, values, row, another=another)
    before = {name: _stored(getattr(row, name)) for name in tidy}
    new = {name: value for name, value in tidy.items() if (value or None) != (before[name] or None)}
    if not new:
        raise UserError("That is how it stands already.", SAFE, "Change something, then save.")
    return _set(desk, row, new)


def leave(desk: Desk, supplier: bytes, on: dt.date | None = None) -> Changes:
    """Say that we buy nothing from them any more; refused while a contract with them runs. The history stays."""
    line = _ours(desk, supplier)
    if line.titles:
        titles = words.listing(list(line.titles[:4]))
        raise UserError(
            f"{line.name} still has {words.count(len(line.titles), 'contract')} here: {titles}.", SAFE,
            "End those first, or give them another supplier.",
        )  # fmt: skip
    return _set(desk, line.row, {"left_on": on or desk.today})


def come_back(desk: Desk, supplier: bytes) -> Changes:
    """Buy from them again."""
    return _set(desk, _ours(desk, supplier).row, {"left_on": None})


def same(desk: Desk, keep: bytes, other: bytes) -> Changes:
    """Say that two suppliers are one firm: what named ``other`` names ``keep`` from now on, as one act.

    The other name is kept among the names of the one that stays; its row stays too, as no longer used.
    """
    from db.queries import buying as bought
    from db.queries import contracts as ask

    stays, goes = _ours(desk, keep).row, _ours(desk, other).row
    if stays.id == goes.id:
        raise UserError("That is one supplier, not two.", SAFE, "Choose the other one as well.")
    with desk.store.connect() as con:
        found: dict[str, Sequence[Any]] = {
            "contract": ask.contracts(con, desk.home), "quote": bought.quotes(con, school=desk.home),
            "service_review": bought.reviews(con, desk.home), "spend": bought.spends(con, desk.home),
        }  # fmt: skip
    also = [*(one for one in stays.also if isinstance(one, str)), goes.name]
    also += [one for one in goes.also if isinstance(one, str)]
    told: dict[str, Any] = {"also": json.dumps([one for one in dict.fromkeys(also) if one != stays.name])}
    for name in ("contact", "phone", "email", "account", "company_number", "insured_until", "contractor"):
        if not getattr(stays, name) and getattr(goes, name):
            told[name] = getattr(goes, name)
    with desk.act(ActCode.CHANGE_SUPPLIER, subject=f"{goes.name} is {stays.name}") as act:
        act.set("supplier", stays.id, told)
        gone = f"The same as {stays.name}."
        note = "\n".join(one for one in (goes.note, gone) if one)
        act.set("supplier", goes.id, {"left_on": desk.today, "note": note})
        for table in _NAMING:
            for row in found[table]:
                if row.supplier == goes.id:
                    act.set(table, row.id, {"supplier": stays.id})
    return Changes(frozenset(act.tables), act.note.act)


def _set(desk: Desk, row: SupplierRow, values: Mapping[str, Any]) -> Changes:
    with desk.act(ActCode.CHANGE_SUPPLIER, subject=row.name) as act:
        act.set("supplier", row.id, values)
    return Changes(frozenset(act.tables), act.note.act)


def _ours(desk: Desk, supplier: bytes) -> SupplierLine:
    must_manage(desk)
    line = get(desk, supplier)
    if line.school != desk.home:
        raise UserError("That supplier is another school’s.", SAFE, "They change it there.")
    return line


def _stored(value: Any) -> Any:
    return json.dumps(list(value)) if isinstance(value, tuple) and value else value


def cells(desk: Desk, values: Mapping[str, Any], row: SupplierRow | None, *, another: bool = False) -> dict[str, Any]:
    """Return cells without spare blanks. Raises ``UserError`` for what cannot be, and for a firm that is here."""
    out: dict[str, Any] = {
        name: one_line(value) or None if name in _TEXTS else paragraphs(value) or None if name == "note" else value
        for name, value in values.items()
    }
    for name in _TEXTS:
        if len(out.get(name) or "") > _LONGEST:
            raise UserError(f"That is too long: {_LONGEST} characters are the most.", SAFE, "Shorten it.")
    if "also" in out:
        also = [said for said in map(one_line, out["also"] or ()) if said]
        out["also"] = json.dumps(list(dict.fromkeys(also))) if also else None
    if out.get("company_number"):
        out["company_number"] = company_number(out["company_number"])
    name = str(out.get("name", row.name if row else "") or "")
    if not name:
        raise UserError("A supplier needs a name.", SAFE, "Type the name of the firm.")
    until = out.get("insured_until")
    if until is not None and until < _BEGINS:
        raise UserError(f"{words.long_date(until)} is too long ago.", SAFE, "Check the year.")
    if (out.get("insured_for") or 0) < 0:
        raise UserError("They cannot be insured for less than nothing.", SAFE, "Type the sum in pounds.")
    if not another and ("name" in out or out.get("company_number")):
        _must_be_new(desk, name, out.get("company_number") or "", row)
    return out


def _must_be_new(desk: Desk, name: str, number: str, row: SupplierRow | None) -> None:
    """Raise ``UserError`` when another supplier has this name or number already."""
    rows, _ = _held(desk, desk.home)
    wanted = {same_name(name), *([f"#{number}"] if number else [])} - {""}
    for one in rows:
        if (row is None or one.id != row.id) and wanted & set(_keys(one)):
            why = "the same company number" if f"#{number}" in _keys(one) else "that name"
            raise UserError(
                f"{one.name} is here already with {why}.", SAFE, "Use it, or say that this is another firm."
            )
