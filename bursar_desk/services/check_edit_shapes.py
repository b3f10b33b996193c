"""What a person can say of a check: the shape the form fills in, read from a row and put back into one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain.checks import Standing
from bursar_desk.domain.due import Anchor
from bursar_desk.domain.habits import Choice, Habit, read_habit, to_json
from bursar_desk.domain.intervals import Form, Rule
from bursar_desk.domain.items import EACH
from bursar_desk.domain.steps import Step, StepKind, parse_step
from bursar_desk.services.standing_facts import anchor_of, rule_of, settled_of

if TYPE_CHECKING:
    from bursar_desk.services.standing_facts import Settled
    from db.queries.checks import CheckRow

OWN_CODE: Final = "OWN"
"""The code of every check that a school added; the row is kept as ``OWN/<a number nobody else has>``."""
EVIDENCE: Final = {
    "": "Nothing more", "note": "A note", "file": "A file or photo", "file and number": "A file, and the number on it",
}  # fmt: skip
"""What must be there before a check counts as done, and how people say it."""


@dataclass(frozen=True, slots=True)
class NewCheck:
    """A check as it is typed. ``every`` is a rule of the grammar; ``choice`` how it counts (a school's own only).

    ``each``: every point has its turn each time, else one after the other. ``steps`` are kept as the register has
    them. ``own_every`` ("2 years"), ``own_why`` and ``own_by``: the school's own time for a check of the catalogue.
    ``lead_days``: its own days for "due soon". ``evidence_needed``: a key of ``EVIDENCE``.
    """

    title: str = ""
    area: str = ""
    every: str = "every 1 week"
    choice: Choice = Choice.SAME_DAY
    habit: Habit = field(default_factory=Habit)
    place: bytes | None = None
    asset: bytes | None = None
    owner: bytes | None = None
    doer: bytes | None = None
    deputy: bytes | None = None
    points: tuple[str, ...] = ()
    each: bool = False
    steps: tuple[Mapping[str, Any], ...] = ()
    evidence_needed: str = ""
    second_person: bool = False
    lead_days: int | None = None
    skill: str = ""
    how_to: str = ""
    own_every: str = ""
    own_why: str = ""
    own_by: str = ""

    @property
    def rule(self) -> Rule:
        """How often, read."""
        return rule_of(self.every)


def anchor_for(rule: Rule, choice: Choice) -> Anchor:
    """What the next date of a school's own check is counted from."""
    if rule.form in (Form.EACH, Form.DAILY):
        return Anchor.CALENDAR_PERIOD
    if rule.form in (Form.BEFORE_USE, Form.ON_EVENT):
        return Anchor.EVENT
    return choice.anchor


def is_own(row: CheckRow | None) -> bool:
    """Tell whether a check is the school's own, which no law, code or catalogue asks for."""
    return row is None or settled_of(row, {}).local


def of_row(row: CheckRow) -> NewCheck:
    """What is said of a check now. A way to repeat that cannot be read counts as none."""
    habit, _ = read_habit(row.habit)
    counted = Choice.AFTER_DONE if anchor_of(row.anchor) is Anchor.LAST_DONE else Choice.SAME_DAY
    return NewCheck(
        title=row.title, area=row.area, every=row.rule, choice=counted, habit=habit or Habit(), place=row.place,
        asset=row.asset, owner=row.owner, doer=row.doer, deputy=row.deputy, points=row.points,
        each=row.points_mode == EACH, steps=row.readings, evidence_needed=row.evidence_needed,
        second_person=row.second_person, lead_days=row.lead_days, skill=row.skill, how_to=row.how_to,
        own_every=row.own_every, own_why=row.own_why, own_by=row.own_by,
    )  # fmt: skip


def cells(new: NewCheck, *, own: bool) -> dict[str, Any]:
    """A check as the columns of its row; ``own`` also the rule and what it is counted from. Nothing is ``None``."""
    made: dict[str, Any] = {
        "title": new.title, "area": new.area, "habit": _json(to_json(new.habit)) if new.habit != Habit() else None,
        "place": new.place, "asset": new.asset, "owner": new.owner, "doer": new.doer, "deputy": new.deputy,
        "points": _json(list(new.points)) if new.points else None, "points_mode": EACH if new.each else None,
        "readings": _json([dict(one) for one in new.steps]) if new.steps else None,
        "evidence_needed": new.evidence_needed or None, "second_person": new.second_person or None,
        "lead_days": new.lead_days, "skill": new.skill or None, "how_to": new.how_to or None,
        "own_every": new.own_every or None, "own_why": new.own_why or None, "own_by": new.own_by or None,
    }  # fmt: skip
    if own:
        made |= {"rule": new.rule.text, "anchor": anchor_for(new.rule, new.choice).value}
    return made


def as_row(new: NewCheck, was: CheckRow | None) -> CheckRow:
    """The row there would be if this were saved; for a new check one with an empty id."""
    from dataclasses import replace

    from db.queries.checks import CheckRow

    plain = CheckRow(
        b"", b"", OWN_CODE, new.title, new.area, new.every, "", None, Standing.RECOMMENDED.value, "yes", "", None, None,
        None, None, None, None, (), (), "", "",
    )  # fmt: skip
    row = was or plain
    own = is_own(was)
    return replace(
        row, title=new.title, area=new.area, rule=new.rule.text if own else row.rule,
        anchor=anchor_for(new.rule, new.choice).value if own else row.anchor, habit=to_json(new.habit), place=new.place,
        asset=new.asset, owner=new.owner, doer=new.doer, deputy=new.deputy, points=new.points,
        points_mode=EACH if new.each else "", readings=tuple(dict(one) for one in new.steps),
        evidence_needed=new.evidence_needed, second_person=new.second_person, lead_days=new.lead_days, skill=new.skill,
        how_to=new.how_to, own_every=new.own_every, own_why=new.own_why, own_by=new.own_by,
    )  # fmt: skip


def settled(new: NewCheck, was: CheckRow | None, things: Mapping[bytes, Any]) -> Settled:
    """What the rules make of it."""
    return settled_of(as_row(new, was), things)


def spec_of(step: Step, was: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A step as the register keeps it; what a newer program wrote beside it in ``was`` stays."""
    kept = {name: value for name, value in (was or {}).items() if name not in _SAID}
    bad = step.bad & set(step.choices)
    choices = [{"word": one, "bad": True} if one in bad else one for one in step.choices]
    said: dict[str, Any] = {
        "name": step.name, "unit": step.unit, "low": _number(step.low), "high": _number(step.high),
        "under": _number(step.under), "kind": "" if step.kind is StepKind.NUMBER else step.kind.value,
        "choices": choices, "photo": step.photo, "advice": step.advice,
    }  # fmt: skip
    return kept | {name: value for name, value in said.items() if value not in (None, "", [], False)}


_SAID: Final = ("name", "unit", "low", "high", "under", "kind", "choices", "photo", "advice")


def steps_in(new: NewCheck) -> tuple[Step, ...]:
    """The steps, read."""
    return tuple(parse_step(one) for one in new.steps)


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
