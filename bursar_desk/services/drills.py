"""Drills: how long it took, who was missing, what was found; counted for each term of each school."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.checks import Outcome
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes

if TYPE_CHECKING:
    from bursar_desk.domain.calendar import SchoolCalendar
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.recording import NewDefect
    from db.queries.checks import CheckRow
    from db.queries.drills import DrillRow
    from db.session import Act
    from reports.drill_form import DrillForm

SAFE: Final = "Nothing was changed."
KINDS: Final = {"fire": "Fire drill", "lockdown": "Lockdown drill"}
CHECKS: Final = {"fire": "FIRE-19", "lockdown": "SECU-07"}
"""The check of the catalogue that a drill is a record of."""
LONGEST = 4 * 3600
"""Seconds; an evacuation that takes longer is a slip of the pen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDrill:
    """A drill as it went. ``minute`` after midnight; ``seconds`` from the alarm until everybody was accounted for.

    ``faults``: what is to be put right, each a fault with an owner. ``outcome``: by default passed, passed with
    actions when something was found, failed when anybody was missing.
    """

    on: dt.date
    kind: str = "fire"
    minute: int | None = None
    seconds: int | None = None
    headcount: int | None = None
    missing: int | None = None
    route_blocked: str = ""
    issues: str = ""
    actions: str = ""
    led_by: str = ""
    outcome: str = ""
    faults: Sequence[NewDefect] = ()


@dataclass(frozen=True, slots=True)
class DrillLogged:
    """What logging a drill did; ``record`` is None where the school has no such check."""

    drill: bytes
    record: bytes | None
    defects: tuple[bytes, ...]
    changes: Changes
    sentence: str


def problems(new: NewDrill, today: dt.date) -> dict[str, str]:
    """Return what to put right in what was typed, by field."""
    found: dict[str, str] = {}
    if new.kind not in KINDS:
        found["kind"] = f"Choose one of: {', '.join(KINDS)}"
    if new.on > today:
        found["on"] = f"{words.long_date(new.on)} has not come yet"
    elif new.on.year < 1990:
        found["on"] = "That day is too long ago"
    if new.seconds is not None and not 0 < new.seconds <= LONGEST:
        found["seconds"] = "That time cannot be right. Type minutes and seconds, such as 3:40"
    for name, said in (("headcount", "The headcount"), ("missing", "The number missing")):
        value = getattr(new, name)
        if value is not None and not 0 <= value <= 20000:
            found[name] = f"{said} cannot be right"
    if new.headcount is not None and new.missing is not None and new.missing > new.headcount:
        found["missing"] = "More are missing than there were people"
    if new.minute is not None and not 0 <= new.minute < 24 * 60:
        found["minute"] = "That is no time of day"
    if new.outcome and new.outcome not in set(Outcome):
        found["outcome"] = f"Choose one of: {', '.join(Outcome)}"
    return found


def read_seconds(typed: str) -> int | None:
    """Read minutes and seconds as people type them: "3:40", "3.40", "4 min", "220 s"; None when it is not a time."""
    text = typed.strip().casefold().replace(".", ":")
    for unit, times in (("seconds", 1), ("secs", 1), ("sec", 1), ("s", 1), ("minutes", 60), ("mins", 60), ("min", 60),
                        ("m", 60)):  # fmt: skip
        number = text.removesuffix(unit).strip()
        if number != text and number.isascii() and number.isdigit():
            return int(number[:6]) * times
    minutes, colon, seconds = text.partition(":")
    plain = minutes.isascii() and minutes.isdigit() and len(minutes) <= 4
    if plain and colon and len(seconds) == 2 and seconds.isascii() and seconds.isdigit() and int(seconds) < 60:
        return int(minutes) * 60 + int(seconds)
    return int(minutes) * 60 if plain and not colon else None


def seconds_words(seconds: int | None) -> str:
    """Return a length of time as minutes and seconds, "3:40"; empty for none."""
    return "" if seconds is None else f"{seconds // 60}:{seconds % 60:02d}"


def log(desk: Desk, new: NewDrill) -> DrillLogged:
    """Log a drill and record its check in one act. Raises ``UserError`` for what cannot be."""
    wrong = problems(new, desk.today)
    if wrong:
        raise UserError(f"{next(iter(wrong.values()))}.", SAFE, "Put it right, then save again.")
    check = _check(desk, new.kind)
    with desk.act(ActCode.LOG_DRILL, subject=KINDS[new.kind]) as act:
        record = act.fact("check_record", _record(desk, new, check)) if check else None
        drill = act.fact("drill", _drill(desk, new, record))
        wanted = list(new.faults) or _of_failure(new)
        faults = tuple(_fault(desk, act, new, check, record, fault) for fault in wanted)
    sentence = f"{KINDS[new.kind]} logged."
    if check is None:
        sentence += " It is not among your checks, so none was marked done."
    if faults:
        sentence += f" {words.count(len(faults), 'fault')} reported."
    return DrillLogged(drill, record, faults, Changes(frozenset(act.tables), act.note.act), sentence)


def _check(desk: Desk, kind: str) -> CheckRow | None:
    from db.queries.checks import checks

    with desk.store.connect() as con:
        listed = [one for one in checks(con, desk.home) if one.code == CHECKS[kind] and one.applies != "no"]
    return next(iter(listed), None)


def _record(desk: Desk, new: NewDrill, check: CheckRow) -> dict[str, Any]:
    from bursar_desk.clock import utc_offset_minutes

    found = new.issues.strip() or new.route_blocked.strip() or new.faults
    outcome = new.outcome or (
        Outcome.UNSATISFACTORY if new.missing else Outcome.SATISFACTORY_WITH_ACTIONS if found else Outcome.SATISFACTORY
    )
    parts = [
        f"Out in {seconds_words(new.seconds)}" if new.seconds is not None else "",
        f"{new.headcount} counted" if new.headcount is not None else "",
        f"{new.missing} missing" if new.missing else "", new.issues.strip(),
    ]  # fmt: skip
    return {
        "check_id": check.id, "done_on": new.on, "done_minute": new.minute, "outcome": str(outcome),
        "utc_offset": utc_offset_minutes(desk.clock.now_ms()), "done_by": new.led_by.strip() or desk.who,
        "person": desk.person.id if desk.person and not new.led_by.strip() else None, "recorded_by": desk.who,
        "note": ". ".join(part for part in parts if part) or None, "evidence": "none",
    }  # fmt: skip


def _of_failure(new: NewDrill) -> list[NewDefect]:
    """A drill that failed opens a fault, as every check does: somebody must see to it."""
    from bursar_desk.services.recording import NewDefect

    if not new.missing and new.outcome != Outcome.UNSATISFACTORY:
        return []
    said = f"{words.count(new.missing, 'person', 'people')} missing" if new.missing else "failed"
    return [NewDefect(f"{KINDS[new.kind]}: {said}", "high", new.issues)]


def _drill(desk: Desk, new: NewDrill, record: bytes | None) -> dict[str, Any]:
    return {
        "kind": new.kind, "on_date": new.on, "minute": new.minute, "seconds": new.seconds,
        "headcount": new.headcount, "missing": new.missing, "route_blocked": new.route_blocked.strip() or None,
        "issues": new.issues.strip() or None, "actions": new.actions.strip() or None,
        "led_by": new.led_by.strip() or None, "said_by": desk.who, "record": record,
    }  # fmt: skip


def _fault(
    desk: Desk, act: Act, new: NewDrill, check: CheckRow | None, record: bytes | None, fault: NewDefect
) -> bytes:
    if not fault.title.strip():
        raise UserError("A fault needs a few words.", SAFE, "Say what is wrong.")
    return act.create("defect", {
        "check_id": check.id if check else None, "record": record, "place": check.place if check else None,
        "title": fault.title.strip(), "risk": fault.risk, "state": "reported", "raised_on": new.on,
        "raised_by": new.led_by.strip() or desk.who, "note": fault.note.strip() or None,
        "target_on": fault.target_on, "owner": check.owner if check else None,
    })  # fmt: skip


def listing(desk: Desk, *, school: bytes | None = None, kind: str = "", every_school: bool = False) -> list[DrillRow]:
    """Return the drills that were logged, the latest first."""
    from db.queries.drills import drills

    _known(kind)
    whose = None if every_school or (desk.is_office and school is None) else (school or desk.home)
    with desk.store.connect() as con:
        return list(reversed(drills(con, whose, kind, last=desk.today)))


@dataclass(frozen=True, slots=True)
class TermCount:
    """How many drills a school held in a term; one is the target (rules section 5), "late" once the term is over."""

    school: bytes
    school_name: str
    term: str
    first: dt.date
    last: dt.date
    held: int
    over: bool

    @property
    def word(self) -> str:
        """Return where it stands in a word."""
        return "Held" if self.held else "Missed" if self.over else "Still to hold"


def per_term(desk: Desk, *, kind: str = "fire", school: bytes | None = None, terms: int = 3) -> list[TermCount]:
    """Return the count for the latest terms of each school, oldest first; schools by name.

    A drill counts only on a day with people on site, as the check itself does. Terms come from each school's calendar.
    """
    from bursar_desk.services.standing import calendars
    from db.queries import checks as ask
    from db.queries.drills import drills

    _known(kind)
    if desk.is_guest:
        return []  # a cover pack brings no drills: nothing is known of those that were held
    whose = school or (None if desk.is_office else desk.home)
    with desk.store.connect() as con:
        found = drills(con, whose, kind, last=desk.today)
        known = calendars(con, whose)
        # a drill recorded as its check alone, on paper or before this log was kept, was held all the same
        logged = {row.record for row in found}
        alone = [
            (check.school, record.done_on)
            for check in ask.checks(con, whose)
            if check.code == CHECKS[kind]
            for record in ask.records(con, school=check.school, check=check.id, last=desk.today)
            if record.id not in logged
        ]
    made: list[TermCount] = []
    for one in sorted(known, key=desk.school_name):
        # a day counts once: two computers may each have logged the one drill
        days = {row.on for row in found if row.school == one} | {on for whose_it_is, on in alone if whose_it_is == one}
        made += _counts(one, desk.school_name(one), known[one], sorted(days), desk.today)[-terms:]
    return made


def _counts(
    school: bytes, name: str, calendar: SchoolCalendar, days: Sequence[dt.date], today: dt.date
) -> list[TermCount]:
    began = [one for one in calendar.terms_between(today - dt.timedelta(days=500), today) if one.first <= today]
    return [
        TermCount(
            school, name, term.name[:1].upper() + term.name[1:], term.first, term.last_school_day,
            sum(term.first <= day <= term.last_school_day and calendar.staff_in(day) for day in days),
            term.last_school_day < today,
        )
        for term in began
    ]  # fmt: skip


def _known(kind: str) -> None:
    if kind and kind not in KINDS:
        raise UserError(f"“{kind}” is not a kind of drill.", "Nothing was made.", f"Use one of: {', '.join(KINDS)}.")


def form(desk: Desk, kind: str = "fire") -> DrillForm:
    """Return the blank form to fill in at the assembly point."""
    from bursar_desk.services.reporting_governors import school_time
    from reports.drill_form import DrillForm

    _known(kind)
    return DrillForm(KINDS[kind], desk.name, school_time(desk), desk.practice)
