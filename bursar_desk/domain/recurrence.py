"""When a check is next due and the day to plan with, each with its sentence (rules sections 2 to 5)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bursar_desk.domain.anchors import legal_date
from bursar_desk.domain.calendar import NO_CALENDAR, SchoolCalendar
from bursar_desk.domain.date_math import add_days
from bursar_desk.domain.due import Anchor, Case, Due, parse_anchor
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.intervals import Form, Number, Rule, describe, parse_rule
from bursar_desk.domain.local_due import habit_plan
from bursar_desk.domain.tolerances import LANDLORD_GAS, MOT, NO_SLACK, Tolerance
from bursar_desk.domain.words import long_date

if TYPE_CHECKING:
    from datetime import date

    from bursar_desk.domain.habits import Habit

__all__ = ["Anchor", "Case", "Due", "Rule", "Tolerance", "describe", "due_of", "explain", "next_due", "parse_anchor",
           "parse_rule"]  # fmt: skip


def next_due(
    rule: Rule,
    anchor: Anchor,
    *,
    done: date | None,
    calendar: SchoolCalendar = NO_CALENDAR,
    previous_due: date | None = None,
    printed: date | None = None,
    value: Number | None = None,
    tolerance: Tolerance = NO_SLACK,
    series_day: int | None = None,
    first_used: date | None = None,
    value_was: Number | None = None,
    value_changed: date | None = None,
    beginning_with: bool = False,
    written_scheme: bool = False,
    disruptive: bool = False,
) -> Due:
    """The next due date of a check. ``Case`` takes the rarer inputs; see there for what each means."""
    return due_of(
        Case(
            rule, anchor, calendar, done, previous_due, printed, value, value_was, value_changed, tolerance, series_day,
            first_used, beginning_with=beginning_with, written_scheme=written_scheme, disruptive=disruptive,
        )
    )  # fmt: skip


def due_of(case: Case) -> Due:
    """The next due date of a case, with its plan day. Never raises for any combination of facts."""
    due = legal_date(case)
    if due.legal_due is None:
        return due
    return _planned(case, _after_closure(case, due))


# --- closures and planning -------------------------------------------------------------------------------------------


def after_closure(case: Case, legal: date) -> date:
    """The one exception to rule D9: user checks of a shut site become due on the first day back, before pupils."""
    moved = legal
    if not (case.closed_site or case.term_only):
        return moved
    for _ in range(20):
        if case.closed_site and (moved in case.closed_skips or case.calendar.closed_outside_term(moved)):
            back = case.calendar.first_day_back(add_days(moved, 1))
        elif case.term_only and case.calendar.in_holiday(moved):
            back = case.calendar.next_school_day(moved)
        else:
            break
        if back <= moved:
            break
        moved = back
    return moved


def _after_closure(case: Case, due: Due) -> Due:
    legal = due.legal_due
    if legal is None or (moved := after_closure(case, legal)) == legal:
        return due
    why = "term weeks only" if case.term_only and not case.closed_site else "the site is closed then"
    because = f"{due.because} As {why}, it is due {long_date(moved)}, before pupils arrive."
    return replace(due, legal_due=moved, latest=max(moved, due.latest or moved), because=because)


def _planned(case: Case, due: Due) -> Due:
    legal = due.legal_due
    if legal is None:
        return due
    start = case.not_before
    if case.done and (start is None or start <= case.done):
        start = add_days(case.done, 1)
    plan = case.calendar.plan_by(legal, case.disruptive, not_before=start)
    day, why = plan.day, plan.because
    if case.disruptive and case.anchor is Anchor.LAST_DONE and due.interval and (legal - day).days > 6:
        why += f" Done then, it is next due {long_date(due.interval.after(day))}."  # time is lost
    if case.put_off_to:
        day, why = _put_off(case, case.put_off_to, due.latest or legal)
    elif case.habit and case.local:
        day, why = _own_plan(case, legal, day, why)
    elif case.habit and case.habit.shapes_days:
        day, why = habit_plan(case, case.habit, legal, start, (day, why))
    elif case.weekday is not None:
        day, why = _habit_day(case, legal, start, day, why)
    return replace(due, plan_by=day, plan_because=why)


def _put_off(case: Case, until: date, limit: date) -> tuple[date, str]:
    """Rules D9: the plan may move, the date never does; past it only where nothing asks for it, or when it is late."""
    if until <= limit:
        return until, "Put off by the school."
    if not case.required:
        return until, f"Put off by the school, past {long_date(limit)}."
    if case.today and case.today > limit:
        return until, f"It is late since {long_date(limit)}; the school now plans it for {long_date(until)}."
    return limit, f"It cannot be put off past {long_date(limit)}."


def _own_plan(case: Case, legal: date, day: date, why: str) -> tuple[date, str]:
    """A school's own check is planned for the day its habit sets; a day in a holiday was chosen so."""
    return (legal, "") if case.habit and case.habit.shapes_days else (day, why)


def _habit_day(case: Case, legal: date, start: date | None, day: date, why: str) -> tuple[date, str]:
    """The latest of the school's own weekday up to the due date on which the site is open."""
    wanted = add_days(legal, -((legal.weekday() - (case.weekday or 0)) % 7))
    for _ in range(6):
        if start and wanted < start:
            break
        if case.calendar.site_open(wanted) or wanted.weekday() > 4:
            return wanted, "The same day of the week as always."
        wanted = add_days(wanted, -7)
    return day, why


# --- the date engine alone -------------------------------------------------------------------------------------------


def explain(
    rule_text: str,
    anchor_text: str,
    done: date,
    previous: date | None = None,
    printed: date | None = None,
    value: Number | None = None,
    calendar: SchoolCalendar | None = None,
    today: date | None = None,
    first_used: date | None = None,
    habit: Habit | None = None,
) -> Due:
    """The next due date of a rule written in words, with its sentence.

    No catalogue row is named, so the slack is what the catalogue gives that rule with that anchor: 12 months to a
    fixed date is a landlord's gas check, 12 months to an expiry date an MOT; a floor area with an expiry date counts
    "beginning with". With a ``habit`` it is a school's own check, whose day the habit sets. Raises ``UserError`` for a
    rule or anchor it cannot read, or a banded rule without its number.
    """
    rule, anchor = parse_rule(rule_text), parse_anchor(anchor_text)
    if rule.form is Form.BY_VALUE and value is None and not (rule.by_age and first_used):
        raise UserError(
            f"This rule needs a number: {rule.measure}.", "Nothing was worked out.", "Give the number as the value."
        )
    yearly = rule.form is Form.EVERY and rule.interval is not None and rule.interval.months == 12
    tolerance = NO_SLACK
    if yearly and anchor is Anchor.FIXED_DATE and previous:
        tolerance = LANDLORD_GAS
    if yearly and anchor is Anchor.EXPIRY_DATE and previous:
        tolerance = MOT
    whole_days = anchor is Anchor.EXPIRY_DATE and rule.measure.casefold().startswith("floor area")
    return due_of(
        Case(
            rule, anchor, calendar or NO_CALENDAR, done, previous, printed, value, tolerance=tolerance,
            first_used=first_used, beginning_with=whole_days, not_before=today, habit=habit, local=habit is not None,
        )
    )  # fmt: skip
