"""The legal due date of each anchor, before closures and plans (rules sections 2 to 5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from bursar_desk.domain.band_change import interval_running
from bursar_desk.domain.date_math import add_days, add_months, days_in_month
from bursar_desk.domain.due import Anchor, Case, Due
from bursar_desk.domain.intervals import Form, Interval, Span
from bursar_desk.domain.local_due import local_date
from bursar_desk.domain.tolerances import MOT, Slack, Tolerance, earliest_day
from bursar_desk.domain.words import count, long_date

if TYPE_CHECKING:
    from bursar_desk.domain.periods import Period


def legal_date(case: Case) -> Due:
    """The legal date alone: no closures, no plan. ``plan_by`` stays ``None``."""
    form = case.rule.form
    if found := local_date(case):
        return found
    if form is Form.EACH:
        return _period_due(case)
    if form is Form.DAILY:
        return _daily_due(case)
    if form in (Form.BEFORE_USE, Form.ON_EVENT) or case.anchor is Anchor.EVENT:
        return _event_due(case)
    if case.anchor is Anchor.FIXED_DATE:
        return _fixed_due(case)
    if case.anchor is Anchor.EXPIRY_DATE:
        return _expiry_due(case)
    return _last_done_due(case)


# --- the five anchors ------------------------------------------------------------------------------------------------


def _with_slack(case: Case, due: Due) -> Due:
    """Add the last day inside the tolerance and the first day a visit counts."""
    legal, slack = due.legal_due, case.tolerance
    if legal is None or slack.kind is Slack.NONE:
        return due
    if slack.kind is Slack.POSTPONEMENT:
        if case.postponed_to is None or case.postponed_to <= legal:
            return due
        because = f"{due.because} The examiner agreed in writing to {long_date(case.postponed_to)}."
        return replace(due, latest=case.postponed_to, because=because)
    latest = legal
    if slack.kind is Slack.MONTHS:
        latest = add_months(legal, slack.after)
        if case.done and due.interval and due.interval.months:
            full = add_months(case.done, due.interval.months + slack.after)
            latest = full if due.interval.after(case.done) == legal else min(full, latest)
    earliest = earliest_day(slack, legal)
    if earliest and slack.kind is Slack.MONTHS and case.done and due.interval and due.interval.months > slack.before:
        earliest = add_months(case.done, due.interval.months - slack.before)
    because = due.because
    if latest != legal:
        because += f" Allowed until {long_date(latest)}."
    return replace(due, latest=latest, earliest=earliest, because=because)


def _no_record(case: Case, interval: Interval | None, note: str) -> Due:
    """Rule D11: first used plus interval; without that, unknown."""
    if case.previous_due:
        because = f"The date that is set is {long_date(case.previous_due)}."
        day = case.series_day or case.previous_due.day
        return _with_slack(
            case, Due(case.previous_due, None, case.previous_due, because, interval=interval, day_number=day)
        )
    if case.printed:
        because = f"The document runs out on {long_date(case.printed)}."
        return Due(case.printed, None, case.printed, because, interval=interval, day_number=case.printed.day)
    if case.first_used and interval:
        legal = interval.after(case.first_used)
        because = (
            f"First used {long_date(case.first_used)}; {interval.words}, counted from then, gives {long_date(legal)}."
        )
        return _with_slack(
            case, Due(legal, None, legal, _join(because, note), interval=interval, day_number=case.first_used.day)
        )
    return Due(None, None, None, "There is no record of when this was last done.", interval=interval)


def _not_needed(case: Case) -> Due:
    return Due(None, None, None, f"At this {case.rule.measure} no check is needed.", needed=False)


def _interval(case: Case) -> tuple[Interval | None, Interval | None, str, date | None]:
    return interval_running(
        case.rule, done=case.done, value=case.value, value_was=case.value_was, value_changed=case.value_changed,
        first_used=case.first_used, own=case.own_interval, doubled=case.doubled,
    )  # fmt: skip


def _last_done_due(case: Case) -> Due:
    started, now, note, changed = _interval(case)
    if case.done is None:
        return _no_record(case, now, note) if now else _not_needed(case)
    if case.in_use_since and case.in_use_since > case.done:
        because = f"In use again since {long_date(case.in_use_since)}, so it is checked before use that day."
        return Due(case.in_use_since, None, case.in_use_since, because, interval=now or started)
    if case.tolerance.kind is Slack.EARLY_RESTARTS and case.previous_due and now:
        legal, number, because = fixed_step(now, case.previous_due, case.series_day, case.done, case.tolerance)
        return _with_slack(case, Due(legal, None, legal, _join(because, note), interval=now, day_number=number))
    counted, because, interval = _counted(case.done, started, now, changed)
    if counted is None:
        return _not_needed(case)
    legal, because = _printed_rules(case, counted, because)
    return _with_slack(case, Due(legal, None, legal, _join(because, note), interval=interval, day_number=case.done.day))


def _counted(
    done: date, started: Interval | None, now: Interval | None, changed: date | None
) -> tuple[date | None, str, Interval | None]:
    """Count from the day done; a band that changed on ``changed`` may bring the date forward (rules section 2)."""
    old = started.after(done) if started else None
    if changed is None or now is None or (old and max(now.after(done), changed) >= old):
        if old is None or started is None:
            return None, "", None
        because = f"Done {long_date(done)}; {started.words}, counted from the day it was done, gives {long_date(old)}."
        return old, because, started
    legal = max(now.after(done), changed)
    because = f"Done {long_date(done)}; from {long_date(changed)} it is {now.words}, so it is due {long_date(legal)}."
    return legal, because, now


def _printed_rules(case: Case, legal: date, because: str) -> tuple[date, str]:
    """Rule D8 for ``last done``: earlier wins; a later one only under a written scheme; a scheme's own date rules."""
    printed = case.printed
    if printed is None or printed == legal:
        return legal, because
    if case.done and printed <= case.done:
        return legal, f"{because} The report's own date, {long_date(printed)}, is no later, so it is not used."
    if printed < legal:
        return printed, f"{because} The report asks for {long_date(printed)}; the earlier day counts."
    if case.rule.form is Form.BY_SCHEME or case.written_scheme:
        return printed, f"The written scheme or report gives {long_date(printed)}, and that date rules."
    return legal, f"{because} The report says {long_date(printed)}, but a later date gives no more time."


def _expiry_due(case: Case) -> Due:
    if case.done is None:
        _, now, note, _ = _interval(case)
        return _no_record(case, now, note) if now or case.printed or case.previous_due else _not_needed(case)
    started, now, note, _ = _interval(case)
    interval = now or started
    if case.printed:
        because = f"The document runs out on {long_date(case.printed)}, and the printed date rules."
        return _with_slack(case, Due(case.printed, None, case.printed, because, interval=interval))
    if interval is None:
        return _not_needed(case)
    if case.tolerance.kind is Slack.MOT:
        legal, because = _after_mot(case, interval)
    elif case.beginning_with:
        legal = add_days(interval.after(case.done), -1)
        because = f"Valid for {interval} beginning with {long_date(case.done)}, so the last day is {long_date(legal)}."
    else:
        legal = interval.after(case.done)
        because = (
            f"Dated {long_date(case.done)} with no end date noted; {interval.words} gives {long_date(legal)}. "
            "Enter the date printed on the document."
        )
    return _with_slack(case, Due(legal, None, legal, _join(because, note), interval=interval))


def _after_mot(case: Case, interval: Interval) -> tuple[date, str]:
    """Up to a month less a day early keeps the anniversary; earlier or late runs a year less a day from the test."""
    done, expiry = case.done, case.previous_due
    if done is None:
        raise AssertionError("asked only with a test")  # pragma: no cover
    if expiry and (earliest := earliest_day(MOT, expiry)) and earliest <= done <= expiry:
        kept = interval.after(expiry, case.series_day)
        because = f"Tested {long_date(done)}, in the month before {long_date(expiry)}, so it runs to {long_date(kept)}."
        return kept, because
    legal = add_days(interval.after(done), -1)
    return legal, f"Tested {long_date(done)}; {interval} beginning with that day end on {long_date(legal)}."


def _fixed_due(case: Case) -> Due:
    started, now, note, _ = _interval(case)
    interval = now or started
    if case.done is None:
        return _no_record(case, interval, note)
    if case.printed and (case.rule.form is Form.BY_SCHEME or case.written_scheme) and case.printed > case.done:
        because = f"The scheme or last report gives {long_date(case.printed)}, and that date rules."
        return _with_slack(
            case, Due(case.printed, None, case.printed, because, interval=interval, day_number=case.printed.day)
        )
    if interval is None:
        return _not_needed(case)
    legal, number, because = fixed_step(interval, case.previous_due, case.series_day, case.done, case.tolerance)
    legal, because = _printed_rules(case, legal, because)
    return _with_slack(case, Due(legal, None, legal, _join(because, note), interval=interval, day_number=number))


def fixed_step(
    interval: Interval, previous: date | None, series_day: int | None, done: date, tolerance: Tolerance
) -> tuple[date, int, str]:
    """One step of a fixed series: the next date, its day number and the sentence.

    Inside the window the day is kept (rules section 4). Before it, the series starts again from the day done. Late, a
    landlord's gas check starts again too; any other fixed day never moves, and dates passed over are missed. With no
    window stated, early is counted from the day done, so that the interval is never passed. A school's own check that
    is counted from the day done starts again when late, too.
    """
    if previous is None:
        legal = interval.after(done)
        because = f"Done {long_date(done)}; {interval.words}, as the start of a fixed series, gives {long_date(legal)}."
        return legal, done.day, because
    number = series_day or previous.day
    kept = interval.after(previous, number)
    late = done.toordinal() - previous.toordinal()
    said = f"Due {long_date(previous)}, done {long_date(done)}"
    earliest = earliest_day(tolerance, previous) or previous
    if late > 0 and tolerance.kind in (Slack.LANDLORD_GAS, Slack.EARLY_RESTARTS):
        legal = interval.after(done)
        because = f"{said}, {count(late, 'day')} late; counting starts again and gives {long_date(legal)}."
        return legal, done.day, because
    if late > 0:
        day = _first_after(previous, number, interval, done)
        return day, number, f"{said}, {count(late, 'day')} late. A fixed day does not move: next {long_date(day)}."
    if done >= earliest:
        return kept, number, f"{said}, inside the time allowed, so the day is kept: {long_date(kept)}."
    legal = min(interval.after(done), kept)
    because = f"{said}, too early to keep that day; {interval.words} from the day done gives {long_date(legal)}."
    return legal, done.day, because


def _first_after(previous: date, number: int, interval: Interval, done: date) -> date:
    """The first date of a series after the day done; a whole number of intervals after ``previous``."""
    months, days = interval.months, max(1, round(interval.days_about))
    if months:
        steps = max(1, ((done.year - previous.year) * 12 + done.month - previous.month) // months)
    else:
        steps = max(1, (done - previous).days // days)
    while True:
        day = add_months(previous, steps * months, number) if months else add_days(previous, steps * days)
        if day > done or day.year == 9999:
            return day
        steps += 1


def _event_due(case: Case) -> Due:
    """No timetable, unless a day is set for the event at hand and it has not been done."""
    if case.previous_due and case.done is None:
        return Due(case.previous_due, None, case.previous_due, f"The day set is {long_date(case.previous_due)}.")
    return Due(None, None, None, f"There is no timetable: it is done {case.rule.words}.")


# --- periods and days ------------------------------------------------------------------------------------------------


def _period_end(case: Case, period: Period) -> date:
    """The last school day of a period, or the day the row names inside that school year."""
    if case.named_day is None or case.rule.span is not Span.SCHOOL_YEAR:
        return period.last_school_day
    month, number = case.named_day
    year = int(period.key[:4]) + (month < 9)
    return date(year, month, min(number, days_in_month(year, month)))


def _period_due(case: Case) -> Due:
    span, calendar = case.rule.span or Span.TERM, case.calendar
    began = case.done or case.first_used
    if began is None or (case.done is None and case.previous_due):
        return _no_record(case, None, "")
    period = calendar.period_at(span, began)
    if case.done is None:
        start = f"First needed {long_date(began)}."
        if _period_end(case, period) < began:  # the day named in that school year had passed
            period = calendar.period_after(span, period)
    elif calendar.period_of(span, case.done, needs_people=case.drill):
        start = f"Done {long_date(case.done)}, which counts for the {period.name}."
        period = calendar.period_after(span, period)
    else:
        start = f"Held {long_date(case.done)} with nobody on site, so it does not count."
    legal = _period_end(case, period)
    because = f"{start} Next is the {period.name}, by {long_date(legal)}."
    if not period.known:
        because += " Its dates are not entered yet, so the usual end stands in."
    if case.printed and case.printed < legal and (case.done is None or case.printed > case.done):
        legal = case.printed
        because += f" The document runs out earlier, on {long_date(legal)}."
    return Due(legal, None, legal, because, period)


def _daily_due(case: Case) -> Due:
    if case.done:
        start, said = add_days(case.done, 1), f"Done {long_date(case.done)}."
    elif case.first_used:
        start, said = case.first_used, f"First needed {long_date(case.first_used)}."
    else:
        return _no_record(case, None, "")
    day = case.calendar.next_day_of(case.days, start)
    if day is None:
        return Due(None, None, None, f"{said} No further school day is known.")
    return Due(day, None, day, f"{said} The next day it is needed is {long_date(day)}.")


def _join(because: str, note: str) -> str:
    return f"{because} {note}" if note else because
