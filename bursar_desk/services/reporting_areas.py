"""The areas of the governors' report: how each stands, how it stood at the end of last term, the one thing to say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bursar_desk.domain import areas
from bursar_desk.domain.checks import Outcome, Standing
from bursar_desk.domain.intervals import Form
from bursar_desk.domain.status import Colour, Word
from bursar_desk.services import catalogue
from bursar_desk.services.reporting_reasons import late_since
from bursar_desk.services.reporting_terms import trend
from reports.governors_data import AreaRow
from reports.wording import near_day

if TYPE_CHECKING:
    from bursar_desk.services.standing import CheckStanding

_KNOWN = {one.code for one in areas.AREAS}
_COLOURS = {Colour.RED: 0, Colour.AMBER: 1, Colour.GREEN: 2, Colour.GREY: 3}
_WORDS = {Word.FAILED: 0, Word.OVERDUE: 1, Word.OUT_OF_USE: 2, Word.EVIDENCE_AWAITED: 3, Word.NOT_KNOWN: 4}


def area_code(one: CheckStanding) -> str:
    """Return the area a check counts in. A word from elsewhere that names none never drops a check out of the count."""
    if one.check.area in _KNOWN:
        return one.check.area
    row = catalogue.load().get(one.check.code)
    return areas.area_of(row.code, row.category).code if row else areas.FIRST_AID.code


def counting(found: Sequence[CheckStanding]) -> list[CheckStanding]:
    """Return the applicable checks of law and approved codes: those "48 of 52" speaks of."""
    return [one for one in found if one.required and one.status.colour is not Colour.GREY]


def area_rows(
    now: Sequence[CheckStanding], then: Sequence[CheckStanding] | None, as_at: dt.date
) -> tuple[AreaRow, ...]:
    """Return all ten areas in their fixed order; ``then`` is where things stood last term, or nothing."""
    counted = counting(now)
    before = counting(then) if then is not None else None
    return tuple(_area_row(area, counted, before, as_at) for area in areas.AREAS)


def _area_row(
    area: areas.Area, now: Sequence[CheckStanding], then: Sequence[CheckStanding] | None, as_at: dt.date
) -> AreaRow:
    mine = [one for one in now if area_code(one) == area.code]
    done = sum(one.status.in_date for one in mine)
    theirs = [one for one in then if area_code(one) == area.code] if then is not None else None
    last = sum(one.status.in_date for one in theirs) if theirs is not None else None
    last_of = len(theirs) if theirs is not None else None
    compared = trend(done, len(mine), last, last_of) if last is not None and last_of is not None else None
    if not mine:
        return AreaRow(area.name, Word.NOT_NEEDED.said, "grey", 0, 0, compared, last, "Nothing is required", last_of)
    worst = min(mine, key=_pressing)
    return AreaRow(
        area.name, worst.status.word.said, worst.status.colour.value, done, len(mine), compared, last,
        comment(worst, as_at), last_of,
    )  # fmt: skip


def _pressing(one: CheckStanding) -> tuple[int, int, bool, dt.date, str]:
    status = one.status
    day = status.legal_due or dt.date.max
    law = one.facts.standing is not Standing.STATUTORY
    # A daily look is due every day: among what is merely due soon it says least.
    word = _WORDS.get(status.word, 9) + (one.facts.rule.form is Form.DAILY and status.colour is Colour.AMBER)
    return (_COLOURS[status.colour], word, law, day, one.check.title)


def comment(one: CheckStanding, as_at: dt.date) -> str:
    """Return the one line beside an area: its most pressing check and the day that matters about it."""
    title, status = one.check.title, one.status
    if status.word is Word.NOT_KNOWN:
        return f"No record of {_lower(title)}"
    if status.colour is Colour.RED:
        since = near_day(late_since(one, as_at), as_at)
        if status.word is Word.FAILED and one.last is not None and one.last.outcome == Outcome.UNSATISFACTORY:
            return f"{title} failed {since}"
        if status.word is Word.FAILED:
            return f"{title}: unsafe since {since}"
        if status.word is Word.OUT_OF_USE:
            return f"{title}: out of use since {since}"
        if status.word is Word.EVIDENCE_AWAITED:
            return f"{title}: no document since {since}"
        return f"{title}, due {since}"
    if status.word is Word.EVIDENCE_AWAITED:
        return f"{title}: document awaited"
    if status.legal_due is None:
        return title
    day = near_day(status.legal_due, as_at)
    return f"{title} due {day}" if status.colour is Colour.AMBER else f"Next: {_lower(title)} {day}"


def _lower(title: str) -> str:
    """Return a title within a sentence; words in capitals, such as CO2, stay as they are."""
    first = title.split(" ", 1)[0]
    return title if len(first) > 1 and not first[1:].islower() else title[:1].lower() + title[1:]
