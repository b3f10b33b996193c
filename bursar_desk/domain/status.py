"""Red, amber, green or grey: what one check is today, why, and how a list of them is counted (rules section 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import checks, words
from bursar_desk.domain.calendar import NO_CALENDAR, Period, SchoolCalendar
from bursar_desk.domain.check_facts import (
    CheckFacts,
    DefectFact,
    PastDone,
    counted,
    due_after,
    due_series,
    history_of,
    late_by,
    missed_periods,
    was_on_time,
)
from bursar_desk.domain.checks import Outcome, Standing
from bursar_desk.domain.date_math import add_days
from bursar_desk.domain.due import Anchor, Due
from bursar_desk.domain.intervals import Form
from bursar_desk.domain.words import count, long_date

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bursar_desk.domain.checks import Completion

__all__ = [
    "CheckFacts", "CheckStatus", "Colour", "DefectFact", "PastDone", "Rollup", "Word", "due_series", "history_of",
    "late_by", "roll_up", "status_of", "was_on_time",
]  # fmt: skip


class Colour(StrEnum):
    """The four colour classes."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    GREY = "grey"


class Word(StrEnum):
    """The eight status words, by the codes of ``words.STATUS_WORDS``."""

    OK = "ok"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    FAILED = "failed"
    EVIDENCE_AWAITED = "evidence_awaited"
    NOT_KNOWN = "not_known"
    OUT_OF_USE = "out_of_use"
    NOT_NEEDED = "not_needed"

    @property
    def said(self) -> str:
        """The word on screen: ``Due soon``."""
        return words.STATUS_WORDS[self.value]


@dataclass(frozen=True, slots=True)
class CheckStatus:
    """What one check is today.

    ``days``: positive is days late, counted from the last permitted day (``latest``); negative is days left, to
    ``legal_due`` or, past that and inside the tolerance, to ``latest``; ``None`` where there is no date.
    ``in_date``: counts as up to date. ``because``: why this colour, then how the date came about, then what else is
    to be said; ``why`` and ``due_because`` are the first two alone. ``lead``: days before its date it turns amber.
    """

    colour: Colour
    word: Word
    because: str
    legal_due: date | None = None
    plan_by: date | None = None
    latest: date | None = None
    days: int | None = None
    missed: tuple[Period, ...] = ()
    in_date: bool = False
    plan_because: str = ""
    period: Period | None = None
    why: str = ""
    due_because: str = ""
    lead: int | None = None


_Verdict = tuple[Colour, Word, str]
_EVIDENCE_DAYS: Final = 28
_GRACE_DAYS: Final = 30
_NO_DAY_SET: Final = date.max
_NAMED_DAY_LEAD: Final = 42  # days, as for work once a school year


def status_of(facts: CheckFacts, today: date, calendar: SchoolCalendar = NO_CALENDAR) -> CheckStatus:
    """The status of one check on a day. Never raises for any combination of facts.

    The tests stand in the order of rules section 6 and the first match wins, with one care: an amber found early (the
    grace of a recommended row, a document awaited) never hides a red that a later test finds. ``applies="ask"`` means
    that nobody has said yet whether the check is needed: grey "Not known", outside every count. Checks without a
    timetable (before use, on event) are grey while nothing about them is open, so that they cannot polish the count.
    """
    if grey := _grey(facts, today):
        return CheckStatus(*grey, why=grey[2])
    done = counted(facts, today, calendar)
    due = due_after(facts, done, calendar, today)
    if not due.needed:
        return CheckStatus(Colour.GREY, Word.NOT_NEEDED, due.because, why=due.because)
    missed = missed_periods(facts, done, today, calendar)
    unknown = due.legal_due is None and not done and not due.ended and not _without_timetable(facts)
    legal = today if unknown else due.legal_due  # rule D11: unknown history is due today
    latest = legal if unknown else due.latest
    days = _days(legal, latest, today)
    colour, word, why = _verdict(facts, done, due, today, unknown)
    said = "" if unknown else due.because
    because = " ".join(part for part in (why, said, *facts.remarks) if part)
    in_date = colour is Colour.GREEN or (
        colour is Colour.AMBER and not unknown and word is not Word.FAILED and (days is None or days <= 0)
    )
    return CheckStatus(
        colour, word, because, legal, legal if unknown else due.plan_by, latest, days, missed, in_date,
        due.plan_because, due.period, why, said, _lead(facts, due),
    )  # fmt: skip


def _lead(facts: CheckFacts, due: Due) -> int | None:
    """How many days before its date it turns amber; ``None`` where there is no date."""
    return None if due.legal_due is None else (due.legal_due - amber_from(facts, due, due.legal_due)).days


def _days(legal: date | None, latest: date | None, today: date) -> int | None:
    if legal is None:
        return None
    limit = legal if today <= legal or latest is None else latest
    return today.toordinal() - limit.toordinal()


def _without_timetable(facts: CheckFacts) -> bool:
    return facts.rule.form in (Form.BEFORE_USE, Form.ON_EVENT) or facts.anchor is Anchor.EVENT


# --- the tests in order ----------------------------------------------------------------------------------------------


def _grey(facts: CheckFacts, today: date) -> _Verdict | None:
    """Test 1: not applicable, isolated, not in use or not yet in force."""
    if facts.applies == "no":
        return Colour.GREY, Word.NOT_NEEDED, "This does not apply here."
    if facts.applies == "ask":
        return Colour.GREY, Word.NOT_KNOWN, "Nobody has said yet whether this applies here."
    if facts.in_force_from and facts.in_force_from > today:
        if facts.in_force_from == _NO_DAY_SET:
            return Colour.GREY, Word.NOT_NEEDED, "Not in force yet; no day has been set."
        return Colour.GREY, Word.NOT_NEEDED, f"Not in force before {long_date(facts.in_force_from)}."
    if facts.ends_on and facts.ends_on < today:
        return Colour.GREY, Word.NOT_NEEDED, f"It ended on {long_date(facts.ends_on)}."
    if facts.out_of_use and facts.out_of_use <= today:
        system = checks.LIFE_SAFETY.get(facts.code)
        if system is None or not facts.occupied:
            since = long_date(facts.out_of_use)
            return Colour.GREY, Word.OUT_OF_USE, f"Out of use since {since}. The clock still runs."
    if facts.rule.while_in_use and not facts.in_use:
        return Colour.GREY, Word.NOT_NEEDED, "It is not in use. Check it before it is used again."
    return None


def _verdict(facts: CheckFacts, done: tuple[Completion, ...], due: Due, today: date, unknown: bool) -> _Verdict:
    """Tests 2 to 9: the first red; else the first amber; else green."""
    first_amber: _Verdict | None = None
    for found in (
        _life_safety_off(facts, today),
        _unsafe(facts, today),
        _no_record(facts) if unknown else None,
        _overdue(facts, due, today),
        _failed(facts, today),
        _no_evidence(facts, today),
        _late_repair(facts, today),
        _due_soon(facts, due, today),
    ):
        if found is None:
            continue
        if found[0] is Colour.RED:
            return found
        first_amber = first_amber or found
    if first_amber:
        return first_amber
    if due.legal_due is None:
        return Colour.GREY, Word.NOT_NEEDED, "Nothing is open."
    if not done:
        return Colour.GREEN, Word.OK, "Nothing is due yet."
    return Colour.GREEN, Word.OK, "In date."


def _life_safety_off(facts: CheckFacts, today: date) -> _Verdict | None:
    """Rules section 4: these cannot go grey by isolation while people are in the building."""
    if facts.out_of_use is None or facts.out_of_use > today:
        return None
    system = checks.LIFE_SAFETY.get(facts.code)
    if system is None or not facts.occupied:
        return None
    measure = f"In its place: {words.sentence(facts.interim)}" if facts.interim else "Write down what is done instead."
    why = f"Out of use since {long_date(facts.out_of_use)}; people in the building need the {system}. {measure}"
    return Colour.RED, Word.OUT_OF_USE, why


def _unsafe(facts: CheckFacts, today: date) -> _Verdict | None:
    """Test 2: an open fault marked danger, or a time-limited fault past its day."""
    if not facts.open_defects:
        return None
    if any(defect.danger for defect in facts.open_defects):
        return Colour.RED, Word.FAILED, "An open fault is marked as a danger."
    passed = [defect.hard_stop for defect in facts.open_defects if defect.hard_stop and defect.hard_stop < today]
    if passed:
        return Colour.RED, Word.FAILED, f"A fault had to be put right by {long_date(min(passed))}. Stop using it."
    return None


def _no_record(facts: CheckFacts) -> _Verdict:
    """Test 3: no record; red for law and code, amber for recommended."""
    colour = Colour.AMBER if facts.standing is Standing.RECOMMENDED else Colour.RED
    return colour, Word.NOT_KNOWN, "There is no record of when this was last done."


def _overdue(facts: CheckFacts, due: Due, today: date) -> _Verdict | None:
    """Test 4: past the last permitted day; a recommended row has its grace, a date inside the tolerance is amber."""
    legal, latest = due.legal_due, due.latest
    if legal is None or latest is None or today <= legal:
        return None
    if today <= latest:
        return Colour.AMBER, Word.DUE_SOON, f"In tolerance: due {long_date(legal)}, allowed until {long_date(latest)}."
    late = (today - latest).days
    why = f"Due {long_date(latest)}, so it is {count(late, 'day')} late."
    if facts.standing is not Standing.RECOMMENDED:
        return Colour.RED, Word.OVERDUE, why
    grace = grace_days(due)
    if late <= grace or facts.code in checks.NEVER_RED_FOR_AGE:
        return Colour.AMBER, Word.OVERDUE, why
    return Colour.RED, Word.OVERDUE, f"{why} The {count(grace, 'day')} of grace are over."


def grace_days(due: Due) -> int:
    """The grace of a recommended row in whole days: 30, or a quarter of the interval where that is less."""
    if due.interval:
        return min(_GRACE_DAYS, int(due.interval.days_about / 4))
    if due.period:
        return min(_GRACE_DAYS, (due.period.last_school_day - due.period.first).days // 4)
    return 0


def _failed(facts: CheckFacts, today: date) -> _Verdict | None:
    """Test 5: the last outcome was a fail, not yet put right nor passed on re-test."""
    if facts.part_failed:
        point, day = facts.part_failed
        what = words.quoted(point) if point else "A part of it"
        return Colour.RED, Word.FAILED, f"{what} failed on {long_date(day)} and has not been put right."
    for completion in reversed(facts.completions):
        if completion.done > today:
            continue
        if completion.outcome is not Outcome.UNSATISFACTORY:
            return None
        put_right = facts.failure_put_right
        if put_right and completion.done <= put_right <= today:
            return None
        return Colour.RED, Word.FAILED, f"It failed on {long_date(completion.done)} and has not been put right."
    return None


def _no_evidence(facts: CheckFacts, today: date) -> _Verdict | None:
    """Test 6: a document awaited is amber for 28 days from the visit, then red."""
    since = facts.evidence_awaited_since
    if since is None or since > today:
        return None
    until = add_days(since, _EVIDENCE_DAYS)
    if today <= until:
        return Colour.AMBER, Word.EVIDENCE_AWAITED, f"The document is awaited, until {long_date(until)}."
    return Colour.RED, Word.EVIDENCE_AWAITED, f"No evidence: the document was awaited until {long_date(until)}."


def _late_repair(facts: CheckFacts, today: date) -> _Verdict | None:
    """Test 7: an action past its own target date."""
    lapsed = [fault.safe_until for fault in facts.open_defects if fault.safe_until and fault.safe_until < today]
    if lapsed:
        return Colour.RED, Word.OVERDUE, f"A fault was made safe until {long_date(min(lapsed))}; that day has passed."
    targets = [defect.target for defect in facts.open_defects if defect.target and defect.target < today]
    if not targets:
        return None
    return Colour.RED, Word.OVERDUE, f"An action was to be finished by {long_date(min(targets))}."


def _due_soon(facts: CheckFacts, due: Due, today: date) -> _Verdict | None:
    """Test 8: due within its lead time, or an open action."""
    legal = due.legal_due
    if legal and today >= amber_from(facts, due, legal):
        gap = (legal - today).days
        when = ("today", "tomorrow")[gap] if 0 <= gap < 2 else f"in {count(gap, 'day')}"
        return Colour.AMBER, Word.DUE_SOON, f"Due {long_date(legal)}, {when}."
    if facts.open_defects:
        return Colour.AMBER, Word.DUE_SOON, f"{count(len(facts.open_defects), 'action')} open, none late."
    return None


def amber_from(facts: CheckFacts, due: Due, legal: date) -> date:
    """The first day on which a row is amber for being due soon (the lead times of rules section 6, or its own)."""
    if facts.lead_days is not None:
        return add_days(legal, -max(0, facts.lead_days))
    if due.period and due.period.last_school_day == legal:
        return due.period.amber_from
    expires = facts.anchor is Anchor.EXPIRY_DATE
    interval = due.interval
    if facts.rule.form is Form.DAILY:
        return legal
    if due.period or legal == checks.SET_DAYS.get(facts.code):  # a day named in the catalogue
        return add_days(legal, -_NAMED_DAY_LEAD)
    lead = checks.lead_for(interval, code=facts.code, expires=expires)
    return add_days(legal, -lead.amber - checks.season_days(legal, lead))


# --- counting --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rollup:
    """The honest count of a list. Grey rows are in ``grey`` only.

    ``percent`` of ``up_to_date`` over ``applicable`` is rounded down, so 100 means every row; ``None`` where no row
    applies. ``worst`` is grey then.
    """

    red: int
    amber: int
    green: int
    grey: int
    up_to_date: int
    applicable: int
    percent: int | None
    worst: Colour
    sentence: str


def roll_up(statuses: Iterable[CheckStatus]) -> Rollup:
    """Count a category or a school: the worst status of its applicable rows, with counts."""
    numbers = dict.fromkeys(Colour, 0)
    fresh = 0
    for status in statuses:
        numbers[status.colour] += 1
        fresh += status.in_date
    red, amber, green, grey = (numbers[colour] for colour in Colour)
    applicable = red + amber + green
    worst = next((colour for colour in Colour if numbers[colour]), Colour.GREY)
    percent = 100 * fresh // applicable if applicable else None
    parts = [f"{words.number(numbers[colour])} {colour.value}" for colour in list(Colour)[:3] if numbers[colour]]
    sentence = ", ".join(parts) or "Nothing applies here"
    return Rollup(red, amber, green, grey, fresh, applicable, percent, worst, sentence)
