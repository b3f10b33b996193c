"""Entering contracts and changing them: their facts, their terms, what they serve, how they go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.date_math import add_days, add_months
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.service_kinds import guess
from bursar_desk.services import suppliers
from bursar_desk.services.contracts_cells import COLUMNS, SAFE, must_be_a_day, term_cells, tidy
from bursar_desk.services.contracts_shapes import (
    CEASED,
    DRAFT,
    ENDS,
    LIVE,
    OPTION,
    ROLLS,
    NewContract,
    NewTerm,
)
from bursar_desk.services.people import must_manage
from bursar_desk.services.plain_text import one_line, paragraphs

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.contracts import ContractRow, NoteRow, TermRow

NOTE_KINDS: Final = {"performance": "How it goes", "dispute": "Dispute", "exit step": "Step of leaving"}
_LONGEST: Final = 1000
_PLAIN: Final = (
    "title", "service", "at_end", "renew_months", "options", "notice", "notice_unit", "notice_by", "yearly", "vat_rate",
)  # fmt: skip


# --- finding rows ----------------------------------------------------------------------------------------------------


def own(desk: Desk, contract: bytes) -> ContractRow:
    """Return one of our own contracts. Raises ``UserError`` for another school's, and for one that is not here."""
    must_manage(desk)
    from db.queries.contracts import contracts

    with desk.store.connect() as con:
        row = next((one for one in contracts(con) if one.id == contract), None)
    if row is None:
        raise UserError("That contract is not in this register.", SAFE, "See “contract list”.")
    if row.school != desk.home:
        raise UserError("That contract is another school’s.", SAFE, "They change it there.")
    return row


def own_term(desk: Desk, term: bytes) -> tuple[TermRow, ContractRow]:
    """Return one of our terms with its contract. Raises ``UserError`` when it is not here."""
    from db.queries.contracts import terms

    with desk.store.connect() as con:
        row = next((one for one in terms(con, school=desk.home) if one.id == term), None)
    if row is None or row.contract is None:
        raise UserError("That term is not one of ours.", SAFE, "See “contract show”.")
    return row, own(desk, row.contract)


# --- the contract ----------------------------------------------------------------------------------------------------


def add(desk: Desk, new: NewContract) -> tuple[bytes, Changes]:
    """Add a contract with its first term and, where the name is new, its supplier, as one act.

    Live at once when its supplier and its end are known; ``draft`` keeps it until they are. Raises ``UserError`` for
    what cannot be so, before anything is written.
    """
    must_manage(desk)
    values = {name: getattr(new, name) for name in _PLAIN} | dict(new.more)
    values["notice_clear"] = new.notice_clear
    values |= {"first": new.first, "last": _first_end(new)}
    if not values["service"]:
        values["service"] = guess(new.title, new.supplier_name)
    if values["notice"] is None:
        values |= {"notice_unit": None, "notice_clear": False}
    firm, made = _supplier(desk, new)
    if firm is not None:
        values["supplier"] = firm
    cells = tidy(desk, {name: value for name, value in values.items() if value not in (None, "", ())}, None)
    if not new.draft:
        _must_be_enough(cells, supplier=firm is not None or made is not None)
    term = _first_term(new, cells)
    with desk.act(ActCode.ADD_CONTRACT, subject=str(cells["title"])) as act:
        if made is not None:
            cells["supplier"] = act.create("supplier", made)
        row = act.create("contract", {**cells, "state": DRAFT if new.draft else LIVE, "said_by": desk.who})
        if term is not None:
            act.create("contract_term", {"contract": row, **term, "said_by": desk.who})
    return row, Changes(frozenset(act.tables), act.note.act)


def _first_end(new: NewContract) -> dt.date | None:
    """Return the last day of the first term, from its length where that is given (rule D2)."""
    if new.months is None:
        return new.last
    if not 1 <= new.months <= 600:
        raise UserError("A term lasts 1 to 600 months.", SAFE, "Look at the number again.")
    if new.first is None:
        raise UserError("Say when it begins.", SAFE, "Its end follows from the number of months.")
    end = add_days(add_months(new.first, new.months), -1)
    if new.last is not None and new.last != end:
        raise UserError(
            f"{words.count(new.months, 'month')} from {words.short_date(new.first)} end on {words.short_date(end)}, "
            f"not on {words.short_date(new.last)}.", SAFE, "Give the end or the number of months.",
        )  # fmt: skip
    return end


def _supplier(desk: Desk, new: NewContract) -> tuple[bytes | None, dict[str, Any] | None]:
    """Return the supplier named, or the cells of one to be added: a name that is only near makes a new one."""
    if new.supplier is not None:
        return new.supplier, None
    name = one_line(new.supplier_name)
    if not name:
        return None, None
    sure = [one for one, why in suppliers.alike(desk, name) if why == "same"]
    if sure:
        return sure[0].id, None
    return None, suppliers.cells(desk, {"name": name}, None)


def _must_be_enough(cells: Mapping[str, Any], *, supplier: bool) -> None:
    """Raise ``UserError`` unless a last safe day can be worked out: nothing may run on because nobody knew its end."""
    as_draft = "Add it, or save it as a draft."
    if not supplier:
        raise UserError("Say who supplies it.", SAFE, as_draft)
    open_ended = cells.get("at_end") == ROLLS
    if cells.get("last") is None and not open_ended:
        raise UserError("Say when the first term ends.", SAFE, as_draft)
    if cells.get("notice") is None and cells.get("at_end", ENDS) not in (ENDS, OPTION):
        raise UserError("Say how much notice it needs.", SAFE, as_draft)


def _first_term(new: NewContract, cells: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the first term as a row of its own where the letter gives a date for telling them."""
    if new.tell_by is None:
        return None
    first = cells.get("first") or new.tell_by
    source = str(new.more.get("came_from") or "The supplier’s letter")
    kept = term_cells(NewTerm(first, cells.get("last"), new.yearly, new.vat_rate, "", new.tell_by, source))
    return kept | {"first": cells.get("first")}


def change(desk: Desk, contract: bytes, values: Mapping[str, Any]) -> Changes:
    """Change columns by name (``COLUMNS``); None or "" takes one out. The history keeps what stood before."""
    row = own(desk, contract)
    cells = tidy(desk, values, row)
    before = tidy_before(row, cells)
    if cells == before:
        raise UserError("That is how it stands already.", SAFE, "Change something, then save.")
    if row.state == LIVE:
        _must_be_enough({**_whole(row), **cells}, supplier=cells.get("supplier", row.supplier) is not None)
    changed = {name for name in cells if cells[name] != before[name]}
    kept = {name: value for name, value in cells.items() if name in _with_groups(changed)}
    with desk.act(ActCode.CHANGE_CONTRACT, subject=row.title) as act:
        act.set("contract", contract, kept)
    return Changes(frozenset(act.tables), act.note.act)


def tidy_before(row: ContractRow, cells: Mapping[str, Any]) -> dict[str, Any]:
    """Return how these cells stand now, in the shape they are written in."""
    import json

    def stored(value: Any) -> Any:
        if isinstance(value, tuple):
            return json.dumps([dict(one) if isinstance(one, Mapping) else one for one in value]) if value else None
        return None if value == "" else value

    return {name: stored(getattr(row, name)) for name in cells}


def _whole(row: ContractRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS}


def _with_groups(names: set[str]) -> set[str]:
    from bursar_desk.services.contracts_cells import GROUPS

    return names | {one for group in GROUPS if names & set(group) for one in group}


def go_live(desk: Desk, contract: bytes) -> Changes:
    """Let a draft count. Raises ``UserError`` while its supplier, end or notice is not known."""
    row = own(desk, contract)
    if row.state == LIVE:
        raise UserError(f"{row.title} counts already.", SAFE, "See “contract show”.")
    _must_be_enough(_whole(row), supplier=row.supplier is not None)
    cells: dict[str, Any] = {"state": LIVE}
    if row.ceased_on is not None or row.ceased_why:
        cells |= {"ceased_on": None, "ceased_why": None}
    return _set(desk, row, cells)


def cease(desk: Desk, contract: bytes, on: dt.date, why: str = "") -> Changes:
    """Say that a contract is over since a day: it ended early, or by itself."""
    row = own(desk, contract)
    must_be_a_day(on)
    if row.first is not None and on < row.first:
        raise UserError("It would be over before it began.", SAFE, "Look at the day again.")
    return _set(desk, row, {"state": CEASED, "ceased_on": on, "ceased_why": one_line(why)[:400] or None})


def _set(desk: Desk, row: ContractRow, cells: Mapping[str, Any]) -> Changes:
    with desk.act(ActCode.CHANGE_CONTRACT, subject=row.title) as act:
        act.set("contract", row.id, cells)
    return Changes(frozenset(act.tables), act.note.act)


def remove(desk: Desk, contract: bytes) -> Changes:
    """Take out a draft that was entered by mistake; what ever counted is ended instead, and stays."""
    row = own(desk, contract)
    if row.state not in (DRAFT, ""):
        raise UserError(f"{row.title} has counted, so it stays.", SAFE, "Say that it has ended instead.")
    with desk.act(ActCode.CHANGE_CONTRACT, subject=f"taken out: {row.title}") as act:
        act.delete("contract", contract)
    return Changes(frozenset(act.tables), act.note.act)


# --- terms -----------------------------------------------------------------------------------------------------------


def add_term(desk: Desk, contract: bytes, term: NewTerm) -> tuple[bytes, Changes]:
    """Write down a term as it was or will be. Raises ``UserError`` for one that begins on the day of another."""
    from db.queries.contracts import terms

    row = own(desk, contract)
    cells = term_cells(term)
    if row.first is not None and term.first < row.first:
        raise UserError(
            f"The contract begins on {words.long_date(row.first)}; no term can begin before.", SAFE,
            "Correct the contract’s first day, or this one.",
        )  # fmt: skip
    with desk.store.connect() as con:
        if any(one.first == term.first for one in terms(con, contract=[contract])):
            raise UserError("That term is written down already.", SAFE, "Change it instead.")
    with desk.act(ActCode.CHANGE_CONTRACT, subject=row.title) as act:
        made = act.create("contract_term", {"contract": contract, **cells, "said_by": desk.who})
    return made, Changes(frozenset(act.tables), act.note.act)


def change_term(desk: Desk, term: bytes, values: Mapping[str, Any]) -> Changes:
    """Change a term that was written down: first, last, yearly, vat_rate, rise_words, tell_by, source."""
    held, row = own_term(desk, term)
    names = NewTerm.__dataclass_fields__
    unknown = set(values) - set(names)
    if unknown:
        raise KeyError(f"a term has no {sorted(unknown)}")
    whole = {name: getattr(held, name) for name in names} | dict(values)
    if whole["first"] is None:
        whole["first"] = whole["tell_by"] or whole["last"] or desk.today
    before = {name: getattr(held, name) or None for name in names}
    cells = term_cells(NewTerm(**whole))
    if not cells.keys() - {name for name in cells if (cells[name] or None) == before[name]}:
        raise UserError("That is how it stands already.", SAFE, "Change something, then save.")
    with desk.act(ActCode.CHANGE_CONTRACT, subject=row.title) as act:
        act.set("contract_term", term, cells)
    return Changes(frozenset(act.tables), act.note.act)


def remove_term(desk: Desk, term: bytes) -> Changes:
    """Take a term out that was written down by mistake; the rule of the contract speaks again."""
    _held, row = own_term(desk, term)
    with desk.act(ActCode.CHANGE_CONTRACT, subject=row.title) as act:
        act.delete("contract_term", term)
    return Changes(frozenset(act.tables), act.note.act)


# --- how it goes -----------------------------------------------------------------------------------------------------


def add_note(
    desk: Desk, contract: bytes, kind: str, text: str, *, on: dt.date | None = None, rating: int | None = None,
    due_on: dt.date | None = None,
) -> tuple[bytes, Changes]:  # fmt: skip
    """Note how a contract goes: performance (1 to 5), a dispute, a step of leaving it with the day it is due."""
    row, day = own(desk, contract), on or desk.today
    if kind not in NOTE_KINDS:
        raise UserError(f"“{kind}” is not a kind of note.", SAFE, f"Use one of: {', '.join(NOTE_KINDS)}.")
    said = paragraphs(text)
    if not said or len(said) > _LONGEST:
        raise UserError("Say it in a few words." if not said else "That is too long.", SAFE, "One sentence is enough.")
    if rating is not None and (kind != "performance" or not 1 <= rating <= 5):
        raise UserError("Rate how it goes from 1 (bad) to 5 (very good).", SAFE, "Leave it out for other notes.")
    if due_on is not None and kind == "performance":
        raise UserError("Only a dispute or a step of leaving has a day it is due.", SAFE, "Leave the day out.")
    if kind == "exit step" and due_on is None:
        raise UserError("Say by when the step is to be done.", SAFE, "Add a day.")
    if day > desk.today:
        raise UserError(f"{words.long_date(day)} has not come yet.", SAFE, "Check the day.")
    with desk.act(ActCode.NOTE_CONTRACT, subject=row.title) as act:
        made = act.create("contract_note", {
            "contract": contract, "kind": kind, "on_date": day, "words": said, "rating": rating, "due_on": due_on,
            "said_by": desk.who,
        })  # fmt: skip
    return made, Changes(frozenset(act.tables), act.note.act)


def finish_note(desk: Desk, note: bytes, on: dt.date | None = None) -> Changes:
    """Say that a step is done or a dispute settled. Raises ``UserError`` when it was already, or is no such note."""
    held, day = _note(desk, note), on or desk.today
    if held.kind == "performance" or held.done_on is not None:
        said = "That is done already." if held.done_on else "Only a dispute or a step of leaving can be done."
        raise UserError(said, SAFE, "See “contract show”.")
    if day > desk.today:
        raise UserError(f"{words.long_date(day)} has not come yet.", SAFE, "Check the day.")
    row = own(desk, held.contract or b"")
    with desk.act(ActCode.NOTE_CONTRACT, subject=row.title) as act:
        act.set("contract_note", note, {"done_on": day, "done_by": desk.who})
    return Changes(frozenset(act.tables), act.note.act)


def _note(desk: Desk, note: bytes) -> NoteRow:
    from db.queries.contracts import notes

    must_manage(desk)
    with desk.store.connect() as con:
        found = next((one for one in notes(con, school=desk.home) if one.id == note), None)
    if found is None:
        raise UserError("That note is not one of ours.", SAFE, "See “contract show”.")
    return found


def set_served(
    desk: Desk, contract: bytes, *, checks: Sequence[bytes] | None = None, assets: Sequence[bytes] | None = None
) -> Changes:
    """Say which checks and equipment a contract keeps up; None leaves them as they are."""
    given = {"checks": checks, "assets": assets}
    return change(desk, contract, {name: tuple(ids) for name, ids in given.items() if ids is not None})
