"""The count on Home: how many required checks are up to date, a box for each, and the same count last term."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words
from bursar_desk.domain.calendar import SchoolCalendar
from bursar_desk.domain.status import Word, roll_up
from bursar_desk.services import bank_holidays
from bursar_desk.services.checks import CheckLine
from bursar_desk.services.reporting_areas import counting
from bursar_desk.services.reporting_reasons import has_no_record, is_late
from bursar_desk.services.reporting_terms import Trend, choose, trend
from bursar_desk.services.standing import CheckStanding, standings_at

if TYPE_CHECKING:
    from db.engine import Connection

_TREND: Final[dict[str, str]] = {"better": "Better", "same": "Same", "worse": "Worse"}
_BOX_ORDER: Final = ("ok", "overdue", "failed", "not_known")


@dataclass(frozen=True, slots=True)
class CheckBox:
    """One box of the strip: "ok", "overdue", "failed" or "not_known"."""

    check: bytes
    title: str
    state: str


@dataclass(frozen=True, slots=True)
class LastTerm:
    """The same count at the end of last term, in words: "Better: 46 of 52 at the end of summer term"."""

    done: int
    of: int
    trend: Trend
    sentence: str


@dataclass(frozen=True, slots=True)
class Required:
    """Checks of law and approved codes: how many are up to date, a box for each, counts by word, last term's figure."""

    done: int
    of: int
    boxes: tuple[CheckBox, ...]
    counts: tuple[tuple[str, int, str], ...]
    last_term: LastTerm | None


@dataclass(frozen=True, slots=True)
class SchoolCount:
    """One school of an office: its count and its worst colour; never an average that hides a red."""

    school: bytes
    name: str
    done: int
    of: int
    late: int
    not_known: int
    colour: str
    last_term: LastTerm | None


@dataclass(frozen=True, slots=True)
class Stood:
    """Where one school's checks stood at the end of last term."""

    term: str
    checks: tuple[CheckStanding, ...]


def now_and_then(
    con: Connection, school: bytes | None, schools: Iterable[bytes], known: Mapping[bytes, SchoolCalendar],
    today: dt.date,
) -> tuple[list[CheckStanding], dict[bytes, Stood]]:  # fmt: skip
    """Return where all checks stand, and by school where they stood at the end of its last term.

    Schools that end their terms on the same day are looked up together. One without any record by then has no
    earlier figure.
    """
    ends: dict[dt.date, dict[bytes, str]] = {}
    for one in schools:
        term = choose(known.get(one, nobody()), today, None, None, None)
        ends.setdefault(term.before_stands, {})[one] = term.before_words
    found, *before = standings_at(con, school, [today, *ends], schools=ends)
    by_school: dict[bytes, list[CheckStanding]] = {}
    for listed in before:
        for then in listed:
            by_school.setdefault(then.check.school, []).append(then)
    names = {one: word for named in ends.values() for one, word in named.items()}
    stood = {one: Stood(names[one], tuple(got)) for one, got in by_school.items() if any(t.records for t in got)}
    return found, stood


def nobody() -> SchoolCalendar:
    """Return the calendar of a school that has entered none: it knows the bank holidays."""
    return SchoolCalendar((), bank_holidays.england())


def _compared(now: Sequence[CheckStanding], held: Sequence[Stood]) -> LastTerm | None:
    if not held:
        return None
    before = counting([one for stood in held for one in stood.checks])
    done, of = sum(one.status.in_date for one in before), len(before)
    how = trend(sum(one.status.in_date for one in now), len(now), done, of)
    terms = {stood.term for stood in held}
    when = f"the end of {terms.pop()}" if len(terms) == 1 else "the end of last term"
    return LastTerm(done, of, how, f"{_TREND[how]}: {words.out_of(done, of)} at {when}")


def _state(one: CheckStanding) -> str:
    if one.status.in_date:
        return "ok"
    word = one.status.word
    return word.value if word in (Word.FAILED, Word.NOT_KNOWN) else "overdue"


def required(found: Sequence[CheckStanding], lines: Mapping[bytes, CheckLine], then: Mapping[bytes, Stood]) -> Required:
    """Count the required checks of all the schools looked at; only schools with an earlier figure are compared."""
    counted = counting(found)
    boxes = sorted(
        (CheckBox(one.check.id, lines[one.check.id].title, _state(one)) for one in counted),
        key=lambda box: (_BOX_ORDER.index(box.state), box.title),
    )
    said = {"ok": "OK", "overdue": "overdue", "failed": "failed", "not_known": "not known"}
    numbers = [(state, sum(box.state == state for box in boxes)) for state in _BOX_ORDER]
    return Required(
        sum(box.state == "ok" for box in boxes), len(boxes), tuple(boxes),
        tuple((state, n, f"{words.number(n)} {said[state]}") for state, n in numbers if n or state == "ok"),
        _compared([one for one in counted if one.check.school in then], list(then.values())),
    )  # fmt: skip


def schools(
    found: Sequence[CheckStanding], lines: Mapping[bytes, CheckLine], then: Mapping[bytes, Stood]
) -> tuple[SchoolCount, ...]:
    """Count school by school, the one with most that is late first."""
    made = []
    for school in {one.check.school for one in found}:
        mine = [one for one in found if one.check.school == school]
        counted = counting(mine)
        total = roll_up(one.status for one in counted)
        made.append(
            SchoolCount(
                school, lines[mine[0].check.id].school_name, total.up_to_date, total.applicable,
                sum(is_late(one) for one in counted), sum(has_no_record(one) for one in counted), total.worst.value,
                _compared(counted, [then[school]] if school in then else []),
            )
        )  # fmt: skip
    return tuple(sorted(made, key=lambda one: (-one.late, -one.not_known, one.name)))
