"""Which checks apply here: answers about the site, single checks ruled in or out, and what is to be looked at again.

An answer decides every row of the catalogue that hangs on it. A check that a person ruled in or out by itself is
theirs: no later answer changes it, and nothing that was put into the Bin comes back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from bursar_desk.domain import catalogue as rules
from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.date_math import add_months
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services import adopting, catalogue
from bursar_desk.services.adopting import Held, answers_in

if TYPE_CHECKING:
    from bursar_desk.domain.catalogue import Applies, CatalogueCheck
    from bursar_desk.services.desk import Desk
    from db.queries.checks import CheckRow
    from db.session import Act

SAFE: Final = "Nothing was changed."
REVIEW_MONTHS: Final = 12
WORDS: Final[Mapping[bool | None, str]] = {True: "yes", False: "no", None: "ask"}
_SAID: Final = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Question:
    """One question about the site with its answer: yes, no, or ask for not answered.

    ``taken`` tells that the answer was only taken for granted; ``checks`` counts the rows of the catalogue that hang on
    it; ``follows`` that another answer settles it.
    """

    code: str
    label: str
    question: str
    help: str
    icon: str
    page: int
    answer: str
    taken: bool
    follows: bool
    why: str
    said_by: str
    said_on: dt.date | None
    review_on: dt.date | None
    checks: int


def questions(desk: Desk, school: bytes | None = None) -> tuple[Question, ...]:
    """Return every question about a site with the school's answer, in the order they are asked."""
    from db.queries.applies import feature_rows

    with desk.store.connect() as con:
        rows = {one.code: one for one in feature_rows(con, school or desk.home)}
    shipped = catalogue.load()
    settled = rules.settled(shipped.features, answers_in(rows.values()))
    hang: dict[str, int] = {}
    for row in shipped.rows:
        for code in row.features:
            hang[code] = hang.get(code, 0) + 1
    found = []
    for one in shipped.features:
        held = rows.get(one.code)
        own = held.answer if held else "ask"
        answer = WORDS[settled.get(one.code)]
        found.append(Question(
            one.code, one.label, one.question, one.help, one.icon, one.page, answer,
            held is not None and not held.said_by and own != "ask", answer != own, held.why if held else "",
            held.said_by if held else "", held.said_on if held else None, held.review_on if held else None,
            hang.get(one.code, 0),
        ))  # fmt: skip
    return tuple(found)


# --- answering -------------------------------------------------------------------------------------------------------


def answer(desk: Desk, said: Mapping[str, bool | None], *, why: str = "", review_on: dt.date | None = None) -> Changes:
    """Answer questions about the site, and let the checks that hang on them follow, all in one act.

    ``said``: feature code to yes, no or None for not sure. What applies now and is not here yet is added; what is not
    needed any more turns grey with who, why and ``review_on`` (a year on by default). Checks ruled in or out by hand
    and checks in the Bin stay as they are, and of the others nothing else is touched. Raises ``UserError``.
    """
    _must_be_school(desk)
    shipped = catalogue.load()
    known = {one.code: one for one in shipped.features}
    unknown = sorted(set(said) - set(known))
    if unknown or not said:
        raise UserError(f"There is no question “{words.listing(unknown)}”.", SAFE, "See “feature list”.")
    held = Held.read(desk)
    before = rules.settled(shipped.features, held.answers)
    after = rules.settled(shipped.features, {**held.answers, **said})
    if all(_said_before(held, code, given) for code, given in said.items()) and not why and review_on is None:
        return Changes(frozenset(), None)
    review = review_on or year_on(desk.today)
    subject = known[next(iter(said))].label if len(said) == 1 else words.count(len(said), "answer")
    with desk.act(ActCode.ANSWER_FEATURES, subject=subject) as act:
        for code, given in said.items():
            _write_answer(desk, act, code, given, why, review)
        writer = _Follow(desk, act, held, after, why, review)
        for row in shipped.rows:
            if not row.every_school and _differs(row, before, after, said):
                writer.row(row)
    return Changes(frozenset(act.tables), act.note.act)


def _differs(row: CatalogueCheck, before: rules.Answers, after: rules.Answers, said: Mapping[str, bool | None]) -> bool:
    moved = any(before.get(code) is not after.get(code) for code in row.features)
    return moved or bool(set(row.features) & set(said))


def _write_answer(
    desk: Desk, act: Act, code: str, given: bool | None, why: str, review: dt.date
) -> None:  # fmt: skip
    values: dict[str, Any] = {
        "answer": WORDS[given], "why": why or None, "said_by": desk.who, "said_on": desk.today,
        "review_on": review if given is False else None,
    }  # fmt: skip
    adopting.put(act, "feature", code, {"code": code, **values})


def _said_before(held: Held, code: str, given: bool | None) -> bool:
    """Whether a person gave this very answer before."""
    row = held.features.get(code)
    return row is not None and row.answer == WORDS[given] and bool(row.said_by)


@dataclass(frozen=True, slots=True)
class _Follow:
    """Lets the checks of one row follow the answers."""

    desk: Desk
    act: Act
    held: Held
    answers: rules.Answers
    why: str
    review: dt.date

    def row(self, row: CatalogueCheck) -> None:
        said = rules.applies(row, self.answers)
        mine = self.held.checks.get(row.code, [])
        if not mine:
            if said == "yes" and not self.held.thrown_away(row.code):
                self.held.add(self.act, row, said, None, catalogue.load().edition)
            return
        for check in mine:
            if not by_hand(check):
                self._follow(check, row, said)

    def _follow(self, check: CheckRow, row: CatalogueCheck, said: Applies) -> None:
        if said == "no":
            reason = f"{rules.reason(row, self.answers, labels())} {self.why}".strip()
            values = {"applies": "no", "why": reason, "said_by": self.desk.who, "review_on": self.review}
        else:
            values = {"applies": said, "why": None, "said_by": None, "review_on": None}
            if check.applies == said:
                return
            if said == "yes" and check.owner is None and check.doer is None:
                found = adopting.who_and_where(row, self.held.people, self.held.places, self.held.manager)
                values |= {name: value for name, value in found.items() if value and getattr(check, name) is None}
        self.act.set("school_check", check.id, values)


def by_hand(check: CheckRow) -> bool:
    """Tell whether a person ruled this check in or out by itself, and not by an answer about the site."""
    if check.applies == "no":
        return not check.why.startswith(rules.NONE_OF_THIS)
    return check.applies == "yes" and bool(check.said_by)


def labels() -> dict[str, str]:
    """Return the short name of every question by its code."""
    return {one.code: one.label for one in catalogue.load().features}


def year_on(day: dt.date) -> dt.date:
    """Return the day on which a "no" of this day is looked at again."""
    return add_months(day, REVIEW_MONTHS)


def _must_be_school(desk: Desk) -> None:
    if desk.is_office or desk.is_guest:
        raise UserError("Which checks apply is said by their own school.", SAFE, "Ask the school to change it.")


# --- one check -------------------------------------------------------------------------------------------------------


def say(
    desk: Desk, check: bytes, said: Literal["yes", "no"], *, why: str = "", review_on: dt.date | None = None
) -> Changes:
    """Rule one check in or out, in one act. No needs a reason and is looked at again, a year on unless ``review_on``.

    Raises ``UserError`` without a reason, for a day that has passed, and for a check that is not this school's.
    """
    _must_be_school(desk)
    reason = " ".join(why.split())
    if said == "no" and not reason:
        raise UserError("Say why this check is not needed.", SAFE, "Type the reason. Governors read it.")
    if review_on is not None and review_on <= desk.today:
        raise UserError("The day to look at it again has passed.", SAFE, "Choose a day still to come.")
    from db.queries.checks import checks

    with desk.store.connect() as con:
        row = next((one for one in checks(con, desk.home, [check])), None)
    if row is None:
        raise UserError("That check is not one of this school.", SAFE, "Choose it from the list.")
    review = (review_on or year_on(desk.today)) if said == "no" else None
    with desk.act(ActCode.CHANGE_CHECK, subject=row.title) as act:
        act.set("school_check", check, {
            "applies": said, "why": reason or None, "said_by": desk.who, "review_on": review,
        })  # fmt: skip
    return Changes(frozenset(act.tables), act.note.act)


@dataclass(frozen=True, slots=True)
class SwitchedOff:
    """A check that is not needed: why, who said so, when it is looked at again; ``feature`` where an answer did it."""

    check: bytes
    code: str
    title: str
    area: str
    required: bool
    why: str
    said_by: str
    review_on: dt.date | None
    by_answer: bool


def switched_off(desk: Desk, school: bytes | None = None) -> tuple[SwitchedOff, ...]:
    """Return the checks of a school that are not needed, those of law and approved code first."""
    from db.queries.checks import checks

    with desk.store.connect() as con:
        rows = [one for one in checks(con, school or desk.home) if one.applies == "no"]
    found = [
        SwitchedOff(
            one.id, one.code, one.title, one.area, one.standing != "recommended", one.why,
            one.said_by, one.review_on, not by_hand(one),
        )
        for one in rows
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.by_answer, not one.required, one.title, one.check)))


@dataclass(frozen=True, slots=True)
class ToReview:
    """Something ruled out whose day to look again has come: a check by its id, or an answer by its code."""

    check: bytes | None
    feature: str
    title: str
    why: str
    said_by: str
    review_on: dt.date


def to_review(desk: Desk) -> tuple[ToReview, ...]:
    """Return what was said not to be needed and is to be looked at again by now, the oldest day first."""
    asked = [
        ToReview(None, one.code, one.label, one.why, one.said_by, one.review_on)
        for one in questions(desk)
        if one.answer == "no" and one.review_on is not None and one.review_on <= desk.today
    ]
    single = [
        ToReview(one.check, "", one.title, one.why, one.said_by, one.review_on)
        for one in switched_off(desk)
        if not one.by_answer and one.review_on is not None and one.review_on <= desk.today
    ]
    return tuple(sorted([*asked, *single], key=lambda one: (one.review_on, one.title)))
