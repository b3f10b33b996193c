"""Opening balances, write-offs and payments: one school writes them, the other agrees; only then do they count."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain import hours_ledger, words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services import owed
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.owed import EntryLine

_SAFE = "Nothing was changed."
MOST_MINUTES = 5000 * 60
MOST_PENCE = 100_000_000


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What to add: ``minutes`` and ``pence`` as nought or more, and whose debt it is about.

    ``they_owe``: the debt is (or was) the other school's. An opening balance makes it, the other kinds take it away.
    """

    kind: str
    other: bytes
    they_owe: bool
    minutes: int = 0
    pence: int = 0
    on: dt.date | None = None
    why: str = ""
    reference: str = ""


def problems(new: NewEntry, today: dt.date) -> dict[str, str]:
    """Return what to put right, by field."""
    found = {}
    if new.kind not in hours_ledger.KINDS:
        found["kind"] = f"Use one of: {', '.join(hours_ledger.KINDS)}."
    if not 0 <= new.minutes <= MOST_MINUTES:
        found["minutes"] = "Hours must be from 0 to 5,000."
    if not 0 <= new.pence <= MOST_PENCE:
        found["pence"] = f"Money must be from nought to {words.money(MOST_PENCE)}."
    if not new.minutes and not new.pence:
        found["minutes"] = "Enter the hours, the money, or both."
    if new.on is not None and new.on > today:
        found["on"] = f"{words.long_date(new.on)} has not come yet."
    if new.kind == hours_ledger.WRITE_OFF and not new.why.strip():
        found["why"] = "Say why it is written off."
    return found


def add(desk: Desk, new: NewEntry) -> tuple[EntryLine, Changes]:
    """Write an entry; it waits until the other school agrees. Raises ``UserError`` for the first thing to put right."""
    wrong = problems(new, desk.today)
    if wrong:
        raise UserError(next(iter(wrong.values())), _SAFE, "Put it right, then add it again.")
    if desk.is_office:
        raise UserError("An office owes no hours.", _SAFE, "One of the two schools writes it, the other agrees.")
    if new.other == desk.home or new.other not in desk.trust.roots or desk.trust.roots[new.other].sort == "office":
        raise UserError("Choose the other school.", _SAFE, "It must be one whose card we hold.")
    day = new.on or desk.today
    sign = 1 if (new.kind == hours_ledger.OPENING) == new.they_owe else -1
    minutes, pence = sign * new.minutes, sign * new.pence
    _not_twice(desk, new, day, minutes, pence)
    with desk.act(ActCode.LEDGER_ENTRY, subject=desk.school_name(new.other)) as act:
        row = act.fact("hours_entry", {
            "kind": new.kind, "other": new.other, "minutes": minutes, "pence": pence, "on_date": day,
            "why": one_line(new.why) or None, "reference": one_line(new.reference) or None,
            "said_by": one_line(desk.who),
        })  # fmt: skip
    return get(desk, row), Changes(frozenset(act.tables), act.note.act)


def _not_twice(desk: Desk, new: NewEntry, day: dt.date, minutes: int, pence: int) -> None:
    """Both schools may think of the same thing: what the other has written already is agreed to, not written again."""
    for one in owed.read(desk).entries:
        row = one.row
        same = row.kind == new.kind and one.state != "refused" and row.on == day
        mirrored = (row.school, row.other, row.minutes, row.pence) == (new.other, desk.home, -minutes, -pence)
        again = (row.school, row.other, row.minutes, row.pence) == (desk.home, new.other, minutes, pence)
        if same and mirrored:
            raise UserError(f"{one.school_name} has written that already.", _SAFE, "Agree to their entry instead.")
        if same and again:
            raise UserError("That is written already.", _SAFE, f"It waits for {one.other_name}, or counts by now.")


def listing(desk: Desk) -> list[EntryLine]:
    """Return every entry of ours or about us, earliest first; in an office all of them."""
    return [one for one in owed.read(desk).entries if desk.is_office or one.ours or one.for_us]


def get(desk: Desk, row: bytes) -> EntryLine:
    """Return one entry. Raises ``UserError`` when it is not here."""
    for one in listing(desk):
        if one.row.id == row:
            return one
    raise UserError("That entry is not in this register.", _SAFE, "See “cover entry list”.")


def answer(desk: Desk, row: bytes, said: str, why: str = "") -> tuple[EntryLine, Changes]:
    """Agree to what another school wrote ("yes"), refuse it ("no", with why), or take the answer back."""
    line = get(desk, row)
    if said not in ("yes", "no", "taken back"):
        raise UserError(f"“{said}” is not an answer.", _SAFE, "Say yes, no or taken back.")
    if not line.for_us:
        raise UserError(f"{line.other_name} answers that entry.", _SAFE, "It waits until their file arrives.")
    if said == "no" and not why.strip():
        raise UserError("Say why you do not agree.", _SAFE, "A few words are enough.")
    if {"yes": "agreed", "no": "refused", "taken back": "waiting"}[said] == line.state:
        return line, Changes(frozenset())
    with desk.act(ActCode.ANSWER_SCHOOL, subject=line.school_name) as act:
        act.fact("answer", {
            "about_table": "hours_entry", "about": row, "about_school": line.row.school, "answer": said,
            "said_on": desk.today, "said_by": one_line(desk.who), "why": one_line(why) or None,
        })  # fmt: skip
    return get(desk, row), Changes(frozenset(act.tables), act.note.act)


def withdraw(desk: Desk, row: bytes) -> Changes:
    """Take back an entry of ours: it counts nowhere any more."""
    line = get(desk, row)
    if not line.ours:
        raise UserError(f"{line.school_name} wrote that entry.", _SAFE, "Refuse it instead.")
    with desk.act(ActCode.LEDGER_ENTRY, subject=f"taken back: {line.other_name}") as act:
        act.set_aside("hours_entry", row)
    return Changes(frozenset(act.tables), act.note.act)
