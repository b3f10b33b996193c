"""What cannot be said of a check, field by field and in words; the same for the form and for whoever writes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain.areas import AREAS
from bursar_desk.domain.due import Anchor
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.habits import Choice, Habit, Which, may_shape
from bursar_desk.domain.intervals import Form, Interval, Rule, allow_own_interval, parse_rule
from bursar_desk.domain.steps import Step, StepKind
from bursar_desk.services.check_edit_shapes import EVIDENCE, NewCheck, anchor_for, is_own, steps_in
from bursar_desk.services.standing_facts import anchor_of, rule_of

if TYPE_CHECKING:
    from db.queries.checks import CheckRow

LONGEST_TITLE: Final = 120
MOST_POINTS: Final = 500
MOST_STEPS: Final = 60
_OWN_FORMS: Final = (Form.EVERY, Form.EACH, Form.DAILY, Form.BEFORE_USE, Form.ON_EVENT)


def problems(new: NewCheck, was: CheckRow | None = None, titles: Collection[str] = ()) -> dict[str, str]:
    """Return what cannot be so, by field. ``titles``: those of the other checks in its place, in small letters."""
    found = _names(new, was, titles) | _people(new) | _points(new) | _steps(new)
    found |= _times_of_own(new) if is_own(was) else _times_of_theirs(new, was)
    if new.evidence_needed not in EVIDENCE:
        found["evidence_needed"] = f"“{new.evidence_needed}” is not something that can be asked for"
    if new.lead_days is not None and not 0 <= new.lead_days <= 366:
        found["lead_days"] = "Type days from 0 to 366"
    return found


def _names(new: NewCheck, was: CheckRow | None, titles: Collection[str]) -> dict[str, str]:
    found = {}
    title = " ".join(new.title.split())
    if not title:
        found["title"] = "Type what the check is called"
    elif len(title) > LONGEST_TITLE:
        found["title"] = f"Use at most {LONGEST_TITLE} letters"
    elif title.casefold() in titles and (was is None or title.casefold() != was.title.casefold()):
        found["title"] = f"“{title}” is in that place already"
    if new.area not in {one.code for one in AREAS} and (was is None or new.area != was.area):
        found["area"] = "Choose the area it counts in"
    return found


def _people(new: NewCheck) -> dict[str, str]:
    if new.deputy is not None and new.doer is None:
        return {"deputy": "Say who does it first; the deputy stands in for them"}
    if new.deputy is not None and new.deputy == new.doer:
        return {"deputy": "Choose somebody else than who does it"}
    return {}


def _points(new: NewCheck) -> dict[str, str]:
    named = [one.strip() for one in new.points]
    if any(not one for one in named):
        return {"points": "Give every point a name"}
    if len({one.casefold() for one in named}) != len(named):
        return {"points": "Each point needs a name of its own"}
    if len(named) > MOST_POINTS:
        return {"points": f"Use at most {MOST_POINTS} points"}
    return {}


def _steps(new: NewCheck) -> dict[str, str]:
    steps = steps_in(new)
    if len({one.name.casefold() for one in steps}) != len(steps):
        return {"steps": "Each reading needs a name of its own"}
    if len(steps) > MOST_STEPS:
        return {"steps": f"Use at most {MOST_STEPS} readings"}
    wrong = next((said for one, raw in zip(steps, new.steps, strict=True) if (said := _step(one, raw))), "")
    return {"steps": wrong} if wrong else {}


def _step(step: Step, raw: Mapping[str, Any]) -> str:
    if not str(raw.get("name") or "").strip():
        return "Give every reading a name"
    tops = [one for one in (step.high, step.under) if one is not None]
    if step.low is not None and tops and step.low > min(tops):
        return f"{step.name}: the lowest good number is above the highest"
    if step.kind is StepKind.CHOICE and len(set(step.choices)) < 2:
        return f"{step.name}: name at least two answers to choose from"
    return ""


# --- how often -------------------------------------------------------------------------------------------------------


def _times_of_own(new: NewCheck) -> dict[str, str]:
    """A check of the school's own: any plain rhythm, on any day."""
    found = {}
    if new.own_every or new.own_why or new.own_by:
        found["own_every"] = "This is the school’s own check: change how often it is done"
    try:
        rule = parse_rule(new.every)
    except UserError as problem:
        return found | {"every": problem.title}
    if rule.form not in _OWN_FORMS or rule.while_in_use:
        return found | {"every": "A check of your own repeats by days, weeks, months, years, terms or on an event"}
    said = _habit_fits(rule, anchor_for(rule, new.choice), new.habit)
    if not said and new.choice is Choice.SAME_DAY and rule.form is Form.EVERY and new.habit.starts is None:
        found["starts"] = "Type the first day; the others are counted from it"
    return found | ({"habit": said} if said else {})


def _times_of_theirs(new: NewCheck, was: CheckRow | None) -> dict[str, str]:
    """A check of the catalogue: its rule stays; the day is moved inside it, and its own time obeys the rule."""
    if was is None:
        return {}
    found = {}
    rule, anchor = rule_of(was.rule), anchor_of(was.anchor)
    if rule_of(new.every) != rule:
        found["every"] = "How often the rule asks stays; give the school’s own time beside it"
    if new.area != was.area:
        found["area"] = "The area of a check from the list we ship stays"
    if said := _habit_fits(rule, anchor, new.habit):
        found["habit"] = said
    return found | _own_time(new, rule)


def _own_time(new: NewCheck, rule: Rule) -> dict[str, str]:
    if not new.own_every.strip():
        return {"own_every": "Type the school’s own time, or leave the reason out"} if new.own_why else {}
    own = read_own(new.own_every)
    if own is None:
        return {"own_every": "Type it like “3 months” or “2 years”"}
    if rule.interval is None:
        return {"own_every": f"This check is done {rule.words}; it has no time that could be changed"}
    try:
        allow_own_interval(rule, own, "decided")
    except UserError as problem:
        return {"own_every": f"{problem.title.rstrip('.')}, so choose a shorter time"}
    if own.days_about <= rule.interval.days_about:
        return {}
    found = {}
    if not new.own_why.strip():
        found["own_why"] = f"A time longer than {rule.interval} needs the reason from your risk assessment"
    if not new.own_by.strip():
        found["own_by"] = "Say who decided it"
    return found


def read_own(text: str) -> Interval | None:
    """Return a time such as "2 years"; nothing for anything else."""
    try:
        rule = parse_rule(f"every {' '.join(text.split()).removeprefix('every ')}")
    except UserError:
        return None
    return None if rule.while_in_use else rule.interval


def _habit_fits(rule: Rule, anchor: Anchor, habit: Habit) -> str:
    if not habit.shapes_days:
        return ""
    if not may_shape(rule, anchor):
        return f"A check done {rule.words} has no days of its own"
    months = rule.interval is not None and bool(rule.interval.months)
    if habit.which is Which.NTH_WEEKDAY and not months:
        return "The first or last weekday of a month goes with months and years"
    if habit.which is Which.WEEK_OF_TERM and rule.form is not Form.EACH:
        return "A week of term goes with checks done once each term"
    if habit.which is Which.HALF_TERM and rule.form is Form.DAILY:
        return "Once each half term does not go with every school day"
    return ""


def must_be_right(found: Mapping[str, str]) -> None:
    """Raise ``UserError`` with the first of them; the rest follow as what to do."""
    if found:
        first, *rest = (f"{said.rstrip('.')}." for said in found.values())
        raise UserError(first, "Nothing was changed.", " ".join(rest) or "Put it right, then save again.")
