"""Walking round the site with a list of questions: printed in two orders, kept as one record."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services.keying_lines import NO, Entry
from bursar_desk.services.sheets import WALK_BY_PLACE, WALK_BY_THEME, SheetLine

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.keying import KeyedIn, KeyLine, Sheet
    from db.queries.sheets import WalkRow

KIND = "premises"
ORDERS = ("place", "theme")


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the walk; ``code`` is permanent, ``yes`` is always the good answer."""

    code: str
    theme: str
    place: str
    ask: str
    fault: str


@dataclass(frozen=True, slots=True)
class WalkList:
    """The questions, with the order in which places are walked and themes are read."""

    name: str
    places: tuple[str, ...]
    themes: tuple[str, ...]
    questions: tuple[Question, ...]

    def by_place(self) -> list[Question]:
        """Return the questions in walking order."""
        return sorted(self.questions, key=lambda one: (self.places.index(one.place), self.themes.index(one.theme)))

    def by_theme(self) -> list[Question]:
        """Return the questions theme by theme, within each in walking order."""
        return sorted(self.questions, key=lambda one: (self.themes.index(one.theme), self.places.index(one.place)))


@cache
def load(kind: str = KIND) -> WalkList:
    """Return the packaged questions of a walk."""
    return msgspec.json.decode(files("resources").joinpath("walks", f"{kind}.json").read_bytes(), type=WalkList)


def walk_lines(order: str) -> list[SheetLine]:
    """Return the lines of the form in one of its two orders; the heading of each group stands as its place."""
    if order not in ORDERS:
        raise UserError(f"“{order}” is not an order.", "Nothing was made.", f"Use one of: {', '.join(ORDERS)}.")
    found = load()
    listed = found.by_place() if order == "place" else found.by_theme()
    return [
        SheetLine(
            None, "", "", None, one.ask, one.place if order == "place" else one.theme, question=one.code,
            good=one.theme if order == "place" else one.place,
        )
        for one in listed
    ]  # fmt: skip


def kind_of(order: str) -> str:
    """Return the kind of sheet that an order makes."""
    return WALK_BY_PLACE if order == "place" else WALK_BY_THEME


def record_walk(
    desk: Desk, sheet: Sheet, entries: Sequence[Entry], on: dt.date, by: str, faults: frozenset[int]
) -> KeyedIn:
    """Record a walk as one act: its answers, and a fault for each line of ``faults`` that was answered with no.

    Raises ``UserError`` for a day to come or when every line is there already.
    """
    from bursar_desk.services.keying import KeyedIn, already_words

    if on > desk.today:
        raise UserError(
            f"{words.long_date(on)} has not come yet.", "Nothing was changed.", "Enter the day of the walk."
        )
    pairs = [(line, one) for one in sorted(entries, key=lambda e: e.line) if (line := sheet.line(one.line))]
    fresh = [(line, one) for line, one in pairs if not line.already]
    already = tuple(line.number for line, _ in pairs if line.already)
    if not fresh:
        raise UserError("All of these lines are already recorded.", "Nothing was changed.", "Key in another sheet.")
    person = desk.person
    wrong = [(line, one) for line, one in fresh if one.result == NO]
    with desk.act(ActCode.LOG_WALK, subject=f"{words.short_date(on)}, {words.count(len(fresh), 'answer')}") as act:
        act.fact("walk", {
            "kind": KIND, "on_date": on, "said_by": by, "person": person.id if person else None, "sheet": sheet.code,
            "answers": json.dumps([_kept(line, one) for line, one in fresh], ensure_ascii=False),
        })  # fmt: skip
        made = [
            act.create("defect", {
                "title": _fault(line), "risk": "medium", "state": "reported", "raised_on": on, "raised_by": by,
                "note": one.note or None,
            })
            for line, one in wrong if line.number in faults
        ]  # fmt: skip
    said = [f"{words.count(len(fresh), 'answer')} recorded."]
    said += [f"{words.count(len(made), 'fault')} reported."] if made else []
    said += [already_words(already)] if already else []
    changes = Changes(frozenset(act.tables), act.note.act)
    return KeyedIn((), tuple(made), 0, already, changes, " ".join(said))


def _kept(line: KeyLine, entry: Entry) -> dict[str, object]:
    return {"question": line.question, "line": line.number, "answer": entry.result, "note": entry.note}


def _fault(line: KeyLine) -> str:
    found = next((one for one in load().questions if one.code == line.question), None)
    return found.fault if found else line.what


def past(desk: Desk, first: dt.date | None = None, last: dt.date | None = None) -> list[WalkRow]:
    """Return the walks recorded between two days, oldest first."""
    from db.queries.sheets import walks

    with desk.store.connect() as con:
        return walks(con, desk.home, first, last)
