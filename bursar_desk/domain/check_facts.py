"""What is known of one school's check on one day, and the due dates that follow from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from bursar_desk.domain import checks
from bursar_desk.domain.anchors import fixed_step, legal_date
from bursar_desk.domain.calendar import NO_CALENDAR, SchoolCalendar
from bursar_desk.domain.checks import Completion, Outcome, Standing
from bursar_desk.domain.date_math import add_days
from bursar_desk.domain.due import Anchor, Case, Due
from bursar_desk.domain.habits import Habit
from bursar_desk.domain.intervals import Form, Interval, Number, Rule, Span
from bursar_desk.domain.recurrence import due_of
from bursar_desk.domain.tolerances import Slack, Tolerance, tolerance_for
from bursar_desk.domain.words import long_date

if TYPE_CHECKING:
    from datetime import date

    from bursar_desk.domain.calendar import Period

Applies = Literal["yes", "no", "ask"]
_LOOK_BACK: Final = 3660  # days; missed periods before that no longer matter to anybody


@dataclass(frozen=True, slots=True)
class DefectFact:
    """An open fault: ``danger`` now, ``hard_stop`` the last day it may be used, ``target`` the day to mend it by.

    ``safe_until``: the last day of what was done meanwhile; until then a danger that it holds is none.
    """

    danger: bool
    hard_stop: date | None = None
    target: date | None = None
    safe_until: date | None = None


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """Everything the status of one check depends on; dates are days, and what a code fixes is looked up by ``code``.

    ``completions``: oldest first; all of them for fixed dates, at least the latest two otherwise (all for history and
    missed periods). Those dated after the day asked about are passed over. Re-tests are marked on the completion.
    ``first_due``: the date that is set before the first completion (deadline, scheme, event at hand).
    ``failure_put_right``: the day on which every fault of the last failure was closed.
    ``closed_skips``: due days marked ``site closed``; they count for the codes of rules section 4 only.
    ``evidence_awaited_since``: the visit whose document is missing. ``out_of_use``: isolated since; ``interim`` is the
    measure written beside a life-safety system. ``weekday``: Monday 0, the school's own habit; it moves only the plan.
    ``tolerance`` and ``disruptive``: ``None`` takes what the catalogue gives the code. ``local``: a check of the
    school's own, whose ``habit`` sets the day. ``lead_days``: its own due-soon window. ``ends_on``: its last day.
    ``in_force_from`` is ``date.max`` while no day has been set. ``remarks`` are sentences to say beside the status
    (what could not be used, how far a round has got). ``part_failed``: a point of the round under way that failed and
    has not been put right, with its day.
    """

    code: str
    rule: Rule
    anchor: Anchor
    standing: Standing = Standing.STATUTORY
    applies: Applies = "yes"
    completions: tuple[Completion, ...] = ()
    tolerance: Tolerance | None = None
    value: Number | None = None
    value_was: Number | None = None
    value_changed: date | None = None
    first_used: date | None = None
    first_due: date | None = None
    own_interval: Interval | None = None
    doubled: bool = False
    open_defects: tuple[DefectFact, ...] = ()
    failure_put_right: date | None = None
    evidence_awaited_since: date | None = None
    out_of_use: date | None = None
    interim: str = ""
    occupied: bool = True
    in_force_from: date | None = None
    in_use: bool = True
    in_use_since: date | None = None
    closed_skips: frozenset[date] = frozenset()
    locked_away: bool = False
    food_on_inset: bool = False
    put_off_to: date | None = None
    postponed_to: date | None = None
    weekday: int | None = None
    written_scheme: bool = False
    disruptive: bool | None = None
    habit: Habit | None = None
    local: bool = False
    lead_days: int | None = None
    ends_on: date | None = None
    remarks: tuple[str, ...] = ()
    part_failed: tuple[str, date] | None = None


def counted(facts: CheckFacts, today: date, calendar: SchoolCalendar) -> tuple[Completion, ...]:
    """The completions that move the due date: dated up to today, no re-tests, drills only with people on site."""
    drill = facts.code in checks.DRILLS
    return tuple(
        completion
        for completion in facts.completions
        if completion.done <= today and not completion.retest and (not drill or calendar.staff_in(completion.done))
    )


def case_of(
    facts: CheckFacts, last: Completion | None, calendar: SchoolCalendar, today: date | None = None
) -> Case:  # fmt: skip
    """The case of the next due date after ``last``; a fixed series or MOT adds its previous date by itself."""
    code, rule = facts.code, facts.rule
    tolerance = _tolerance(facts)
    done, printed = (last.done, last.printed) if last else (None, None)
    return Case(
        rule=rule,
        anchor=facts.anchor,
        calendar=calendar,
        done=done,
        previous_due=None if last else set_day(facts),
        printed=printed,
        value=facts.value,
        value_was=facts.value_was,
        value_changed=facts.value_changed,
        tolerance=tolerance,
        first_used=facts.first_used,
        own_interval=facts.own_interval,
        doubled=facts.doubled,
        beginning_with=code in checks.BEGINNING_WITH,
        written_scheme=facts.written_scheme,
        disruptive=code in checks.DISRUPTIVE if facts.disruptive is None else facts.disruptive,
        drill=code in checks.DRILLS,
        named_day=checks.NAMED_DAYS.get(code) if rule.span is Span.SCHOOL_YEAR else None,
        days=checks.daily_kinds(code, food_on_inset=facts.food_on_inset),
        closed_site=checks.may_close(code, locked_away=facts.locked_away),
        closed_skips=facts.closed_skips,
        term_only=code in checks.TERM_WEEKS_ONLY,
        postponed_to=facts.postponed_to,
        in_use_since=facts.in_use_since if rule.while_in_use else None,
        weekday=facts.weekday,
        put_off_to=facts.put_off_to,
        habit=facts.habit,
        local=facts.local,
        done_times=_done_times(facts, last),
        required=facts.standing is not Standing.RECOMMENDED,
        today=today,
    )


def set_day(facts: CheckFacts) -> date | None:
    """The date that is set before the first completion: a deadline, the catalogue's own day, or commencement."""
    commencement = facts.in_force_from if facts.anchor is Anchor.FIXED_DATE else None
    return facts.first_due or checks.SET_DAYS.get(facts.code) or commencement


def _tolerance(facts: CheckFacts) -> Tolerance:
    if facts.tolerance is not None:
        return facts.tolerance
    early = facts.habit.early_days if facts.habit and facts.local else 0
    if early:
        keeps = facts.anchor is not Anchor.LAST_DONE
        return Tolerance(Slack.EARLY_DAYS if keeps else Slack.EARLY_RESTARTS, early)
    return tolerance_for(facts.code)


def _done_times(facts: CheckFacts, last: Completion | None) -> int:
    """How often it was done since its habit starts, up to ``last``."""
    if last is None or facts.habit is None or facts.habit.starts is None:
        return 0
    return sum(facts.habit.starts <= one.done <= last.done and not one.retest for one in facts.completions)


def _series(facts: CheckFacts, case: Case, done: tuple[Completion, ...]) -> tuple[date | None, int | None]:
    """Walk a series up to its last completion: the date that one was due, and the day number to keep."""
    due = set_day(facts)
    shaped = facts.local and facts.habit is not None and facts.habit.shapes_days
    if due is None and shaped:
        due = legal_date(replace(case, done=None, printed=None)).legal_due
    number = due.day if due else None
    fixed = facts.anchor is Anchor.FIXED_DATE and facts.rule.form is not Form.BY_VALUE  # the quick way, no sentences
    fixed = fixed and not shaped
    for completion in done[:-1]:
        step = replace(case, done=completion.done, printed=completion.printed, previous_due=due, series_day=number)
        interval = _length(facts) if fixed and completion.printed is None else None
        if interval:
            due, number, _ = fixed_step(interval, due, number, completion.done, case.tolerance)
        else:
            found = legal_date(step)
            due, number = found.legal_due, found.day_number
    return due, number


def needs_all(facts: CheckFacts) -> bool:
    """Tell whether the next date hangs on every completion there was: a fixed series, an MOT, an early window."""
    if facts.rule.form in (Form.BEFORE_USE, Form.ON_EVENT):
        return False
    early = facts.local and facts.habit is not None and facts.habit.early_days > 0
    if facts.rule.form in (Form.EACH, Form.DAILY):
        return early and facts.habit is not None and facts.habit.shapes_days
    mot = facts.anchor is Anchor.EXPIRY_DATE and _tolerance(facts).kind is Slack.MOT
    times = facts.local and facts.habit is not None and facts.habit.times is not None
    return facts.anchor is Anchor.FIXED_DATE or mot or early or times


def _length(facts: CheckFacts) -> Interval | None:
    return facts.own_interval or facts.rule.interval


def _with_previous(facts: CheckFacts, case: Case, done: tuple[Completion, ...]) -> Case:
    """Add the date the last completion was due, where the next date depends on it."""
    if done and needs_all(facts):
        due, number = _series(facts, case, done)
        return replace(case, previous_due=due, series_day=number)
    return case


def due_after(
    facts: CheckFacts, done: tuple[Completion, ...], calendar: SchoolCalendar, today: date | None = None
) -> Due:
    """The next due date after these completions; ``today`` keeps the plan from lying in the past."""
    case = _with_previous(facts, case_of(facts, done[-1] if done else None, calendar, today), done)
    if today is None:
        return _ending(facts, due_of(case))
    due = _ending(facts, due_of(case))
    if due.plan_by and due.legal_due and due.plan_by < today <= due.legal_due and case.put_off_to is None:
        return due_of(replace(case, not_before=today))
    return due


def _ending(facts: CheckFacts, due: Due) -> Due:
    """A school's own check that ends has no date after its last day; one that law asks for keeps its date till then."""
    if facts.local and facts.ends_on and due.legal_due and due.legal_due > facts.ends_on:
        return Due(None, None, None, f"It ends on {long_date(facts.ends_on)}, so nothing more is due.", ended=True)
    return due


def due_series(facts: CheckFacts, today: date, calendar: SchoolCalendar = NO_CALENDAR, n: int = 3) -> tuple[date, ...]:
    """The next ``n`` due dates if each is done on its day and a late one today; fewer where there is no timetable.

    To show what saving would do, add the completion to the facts first.
    """
    done = counted(facts, today, calendar)
    found: list[date] = []
    for _ in range(n):
        legal = due_after(replace(facts, put_off_to=None), done, calendar).legal_due
        if legal is None or (found and legal <= found[-1]):
            break
        found.append(legal)
        next_time = add_days(legal, 1) if facts.code in checks.BEGINNING_WITH else legal
        done = (*done, Completion(max(next_time, today), Outcome.SATISFACTORY))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class PastDone:
    """One line of the history: when it was due then and the days late (negative: early; ``None``: no date)."""

    completion: Completion
    due: date | None
    days_late: int | None
    on_time: bool


def history_of(facts: CheckFacts, today: date, calendar: SchoolCalendar = NO_CALENDAR) -> tuple[PastDone, ...]:
    """Every completion with the date it was due then; lateness stays for ever (rules section 4)."""
    done = counted(facts, today, calendar)
    lines: list[PastDone] = []
    for place, completion in enumerate(done):
        then = replace(facts, put_off_to=None, in_use_since=None)
        due = due_after(then, done[:place], calendar)
        late = late_by(due.legal_due, completion.done) if due.legal_due else None
        lines.append(PastDone(completion, due.legal_due, late, was_on_time(due.latest, completion.done)))
    return tuple(lines)


def late_by(due: date, done: date) -> int:
    """Days after its due date; 0 on the day, negative when early. ``words.done_late`` says it."""
    return done.toordinal() - due.toordinal()


def was_on_time(latest: date | None, done: date) -> bool:
    """Done no later than the last permitted day; without a date it cannot be late."""
    return latest is None or done <= latest


def missed_periods(
    facts: CheckFacts, done: tuple[Completion, ...], today: date, calendar: SchoolCalendar
) -> tuple[Period, ...]:
    """Periods that ended without a completion, since the first one known or first use; none for other rules.

    The last ten years are looked at. A drill in April clears the red of March but the miss stays here (section 5).
    """
    span = facts.rule.span
    if facts.rule.form is not Form.EACH or span is None:
        return ()
    began = min((day for day in (done[0].done if done else None, facts.first_used) if day), default=None)
    if began is None:
        return ()
    began = max(began, add_days(today, -_LOOK_BACK))
    met = {calendar.period_at(span, completion.done).key for completion in done}
    past = calendar.periods_between(span, began, add_days(today, -1))
    return tuple(period for period in past if period.last_school_day < today and period.key not in met)
