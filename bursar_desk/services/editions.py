"""A newer edition of the catalogue: what it adds, changes and withdraws beside what this school has; taken or left.

Each check keeps the row it was copied from (``school_check.copied``). A field that no longer reads like its copy is the
school's own and stays. What was left or switched off does not come back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import catalogue as rules
from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services import adopting, catalogue
from bursar_desk.services.adopting import Held
from bursar_desk.services.applies import SAFE, by_hand

if TYPE_CHECKING:
    from bursar_desk.domain.catalogue import Catalogue, CatalogueCheck
    from bursar_desk.services.desk import Desk
    from db.queries.checks import CheckRow
    from db.session import Act

FIELD_WORDS: Final[Mapping[str, str]] = {
    "title": "name", "rule": "how often", "anchor": "counted from", "standing": "standing", "authority": "law or code",
    "applies_when": "when it applies",
}  # fmt: skip
_OWN: Final = ("title", "rule", "anchor", "standing")
"""The fields a school's check keeps as columns of its own; the others are read from the catalogue."""


@dataclass(frozen=True, slots=True)
class FieldNews:
    """One field that reads differently now. ``yours`` is what the school made of it, where that is its own."""

    name: str
    was: str
    now: str
    yours: str | None

    @property
    def words(self) -> str:
        """What the field is called."""
        return FIELD_WORDS[self.name]


@dataclass(frozen=True, slots=True)
class RowNews:
    """One row: ``kind`` is added, changed or withdrawn; ``applies`` of an added one follows the school's answers."""

    kind: str
    code: str
    title: str
    applies: str
    why: str
    fields: tuple[FieldNews, ...] = ()


@dataclass(frozen=True, slots=True)
class EditionNews:
    """What a newer edition brings; nothing in it once all was taken or left."""

    edition: str
    added: tuple[RowNews, ...]
    changed: tuple[RowNews, ...]
    withdrawn: tuple[RowNews, ...]

    @property
    def rows(self) -> tuple[RowNews, ...]:
        """All of it."""
        return (*self.added, *self.changed, *self.withdrawn)

    @property
    def sentence(self) -> str:
        """Say how much there is to look through."""
        if not self.rows:
            return f"You have looked through edition {self.edition}. There is nothing new."
        parts = [
            words.count(len(listed), f"check {kind}", f"checks {kind}")
            for kind, listed in (("added", self.added), ("changed", self.changed), ("withdrawn", self.withdrawn))
            if listed
        ]
        return f"Edition {self.edition}: {words.listing(parts)}."


def order(edition: str) -> tuple[int, ...]:
    """Return an edition such as 2026.10 so that the newer is the larger."""
    return tuple(int(part) if part.isdigit() else 0 for part in edition.split("."))


def _began(held: Held) -> str:
    """Return the edition a school began with: the oldest that any of its checks was copied from."""
    copies = [one.copied.get("edition") for mine in held.checks.values() for one in mine]
    return min((str(one or adopting.FIRST_EDITION) for one in copies), key=order, default=adopting.FIRST_EDITION)


def _settled(held: Held) -> frozenset[str]:
    return frozenset(code for one in held.editions.values() for code in (*one.taken, *one.left))


def compare(desk: Desk, shipped: Catalogue | None = None) -> EditionNews:
    """Return what the shipped catalogue (or another one) says differently from what this school copied."""
    _must_be_school(desk)
    return _compare(Held.read(desk), shipped or catalogue.load())


def _compare(held: Held, shipped: Catalogue) -> EditionNews:
    answers = rules.settled(shipped.features, held.answers)
    labels = {one.code: one.label for one in shipped.features}
    began, settled = order(_began(held)), _settled(held)
    added, changed = [], []
    for row in shipped.rows:
        mine = held.checks.get(row.code, [])
        if not mine:
            fresh = order(row.since) > began and row.code not in settled
            if fresh and not held.thrown_away(row.code):
                said = rules.applies(row, answers)
                added.append(RowNews("added", row.code, row.title, said, rules.reason(row, answers, labels)))
            continue
        if all(one.applies == "no" and by_hand(one) for one in mine):
            continue
        fields = _differences(mine[0], row)
        if fields:
            changed.append(RowNews("changed", row.code, row.title, mine[0].applies, row.authority, fields))
    gone = [
        RowNews("withdrawn", code, mine[0].title, mine[0].applies, "It is no longer in the list of checks.")
        for code, mine in held.checks.items()
        if copied_of(mine[0]) and shipped.get(code) is None and code not in settled
        and any(one.applies != "no" for one in mine)
    ]  # fmt: skip
    return EditionNews(shipped.edition, tuple(added), tuple(changed), tuple(sorted(gone, key=lambda one: one.code)))


def copied_of(check: CheckRow) -> Mapping[str, Any]:
    """Return the row a check was copied from; nothing for a check of the school's own.

    Checks set up before the copy was kept beside them count as copied from edition 2026.1.
    """
    return check.copied or adopting.first_edition().get(check.code, {})


def _differences(check: CheckRow, row: CatalogueCheck) -> tuple[FieldNews, ...]:
    was, now = copied_of(check), adopting.as_copied(row, "")
    own = _own(check)
    found = []
    for name in FIELD_WORDS:
        if name not in was or str(was[name]) == now[name]:
            continue
        mine = own.get(name)
        yours = mine if mine is not None and mine not in (str(was[name]), now[name]) else None
        found.append(FieldNews(name, str(was[name]), now[name], yours))
    return tuple(found)


def _own(check: CheckRow) -> dict[str, str]:
    return {"title": check.title, "rule": check.rule, "anchor": check.anchor, "standing": check.standing}


# --- taking and leaving ----------------------------------------------------------------------------------------------


def take(desk: Desk, codes: Sequence[str], shipped: Catalogue | None = None) -> Changes:
    """Take over what the edition brings for these codes, in one act.

    An added check comes in as the answers about the site have it. Of a changed one only the fields follow that the
    school never changed. A withdrawn one turns grey; its history stays. Raises ``UserError`` for a code that is not in
    the news.
    """
    return _settle(desk, codes, shipped or catalogue.load(), taking=True)


def leave(desk: Desk, codes: Sequence[str], shipped: Catalogue | None = None) -> Changes:
    """Leave these as they are here, in one act; the same news is not shown again."""
    return _settle(desk, codes, shipped or catalogue.load(), taking=False)


def _settle(desk: Desk, codes: Sequence[str], shipped: Catalogue, *, taking: bool) -> Changes:
    _must_be_school(desk)
    held = Held.read(desk)
    news = {one.code: one for one in _compare(held, shipped).rows}
    unknown = [code for code in codes if code not in news]
    if unknown or not codes:
        named = words.listing(unknown) or "Nothing"
        raise UserError(f"{named}: there is no news of that to look through.", SAFE, "See “edition show”.")
    with desk.act(ActCode.LOOK_AT_EDITION, subject=f"Edition {shipped.edition}") as act:
        for code in dict.fromkeys(codes):
            _one(desk, act, held, news[code], shipped, taking=taking)
        _note(desk, act, held, shipped.edition, list(dict.fromkeys(codes)), taking=taking)
    return Changes(frozenset(act.tables), act.note.act)


def _one(desk: Desk, act: Act, held: Held, news: RowNews, shipped: Catalogue, *, taking: bool) -> None:
    if news.kind == "added":
        if taking:
            row = shipped.by_code(news.code)
            said = rules.applies(row, rules.settled(shipped.features, held.answers))
            held.add(act, row, said, news.why if said == "no" else None, shipped.edition)
        return
    for check in held.checks[news.code]:
        if news.kind == "withdrawn":
            if taking:
                why = f"Edition {shipped.edition} no longer lists this check."
                act.set("school_check", check.id, {"applies": "no", "why": why, "said_by": desk.who, "review_on": None})
            continue
        row = shipped.by_code(news.code)
        values: dict[str, Any] = {"copied": adopting.copied_text(row, shipped.edition)}
        act.set("school_check", check.id, values | (_followed(check, row) if taking else {}))


def _followed(check: CheckRow, row: CatalogueCheck) -> dict[str, Any]:
    """Return the columns that follow the new edition: those that still read like their copy."""
    was, own = copied_of(check), _own(check)
    same = {name for name in _OWN if own[name] == str(was.get(name, own[name]))}
    values: dict[str, Any] = {}
    if "title" in same and row.title != check.title:
        values["title"] = row.title
    if "standing" in same and row.standing.value != check.standing:
        values["standing_in_law"] = row.standing.value
    if {"rule", "anchor"} <= same and (row.rule, row.anchor.value) != (check.rule, check.anchor):
        values |= {"rule": row.rule, "anchor": row.anchor.value, "weekday": check.weekday}
    return values


def _note(desk: Desk, act: Act, held: Held, edition: str, codes: list[str], *, taking: bool) -> None:
    row = held.editions.get(edition)
    taken, left = (list(row.taken), list(row.left)) if row else ([], [])
    (taken if taking else left).extend(codes)
    adopting.put(act, "edition", edition, {
        "edition": edition, "looked_on": desk.today, "said_by": desk.who, "taken": json.dumps(taken),
        "left": json.dumps(left),
    })  # fmt: skip


def _must_be_school(desk: Desk) -> None:
    if desk.is_office or desk.is_guest:
        raise UserError("Editions are looked through by the school itself.", SAFE, "Ask the school.")
