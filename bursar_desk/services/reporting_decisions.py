"""What a report lists as overdue and what it asks governors to decide: from records only, priced only where known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.domain.checks import Standing, overdue_words
from bursar_desk.domain.status import Word
from bursar_desk.services.reporting_areas import counting
from bursar_desk.services.reporting_reasons import NO_REASON, Reason, has_no_record, is_late, late_since
from reports.governors_data import DecisionRow, OverdueRow

if TYPE_CHECKING:
    from bursar_desk.services.standing import CheckStanding
    from db.queries.checks import DefectRow, PutOffRow

MOST_ALONE = 3
"""More checks without a record than this are asked about together: a new school must not drown its governors."""
_ENDINGS = {
    Word.FAILED: ": not safe or failed",
    Word.EVIDENCE_AWAITED: ": no document",
    Word.OUT_OF_USE: ": out of use",
}


def overdue_rows(
    now: Sequence[CheckStanding], reasons: Mapping[bytes, Reason], names: Mapping[bytes, str], as_at: dt.date
) -> tuple[OverdueRow, ...]:
    """Return every required check that is late, failed or without its document, statutory ones first, oldest first.

    With those that have no record they make up exactly what is missing from the count.
    """
    rows = []
    for one in counting(now):
        if not is_late(one):
            continue
        since = late_since(one, as_at)
        reason = reasons.get(one.check.id, NO_REASON)
        what = one.check.title + _ENDINGS.get(one.status.word, "")
        law = one.facts.standing is Standing.STATUTORY
        days = (as_at - since).days
        rows.append(OverdueRow(what, since, days, answers_for(one, names), reason.words or None, reason.new_date, law))
    return tuple(sorted(rows, key=lambda row: (not row.statutory, row.since, row.what)))


def answers_for(one: CheckStanding, names: Mapping[bytes, str]) -> str:
    """Return who must see to a check: whoever does it, else whoever answers for it, else ""."""
    return names.get(one.check.doer or b"") or names.get(one.check.owner or b"", "")


def decision_rows(
    now: Sequence[CheckStanding], put_off: Sequence[PutOffRow], costs: Mapping[bytes, int], as_at: dt.date
) -> tuple[DecisionRow, ...]:
    """Return what the governors are asked to decide, the most dangerous first."""
    counted = counting(now)
    stopped = [one for one in counted if is_late(one) and overdue_words(one.check.code).offer_take_out_of_use]
    faults = [(one, d) for one in now if is_late(one) for d in one.defects if _needs_a_date(d)]
    unknown = [one for one in counted if has_no_record(one) and one.facts.standing is Standing.STATUTORY]
    titles = {one.check.id: one for one in counted}
    return (
        *(_stop(one, costs, as_at) for one in stopped),
        *(_mend(one, defect, costs) for one, defect in faults),
        *_find_out(unknown),
        *(_agree(titles[row.check], row) for row in put_off if row.check in titles and _waits(titles[row.check], row)),
    )


def _waits(one: CheckStanding, row: PutOffRow) -> bool:
    """Only what is still put off is theirs to agree; what was done since is merely counted."""
    return one.facts.put_off_to == row.until


def _needs_a_date(defect: DefectRow) -> bool:
    return defect.risk in ("danger", "high") and defect.target_on is None


def _cost(one: CheckStanding, costs: Mapping[bytes, int]) -> tuple[int | None, str]:
    known = [costs[d.id] for d in one.defects if d.id in costs]
    return (sum(known), "once") if known else (None, "")


def _stop(one: CheckStanding, costs: Mapping[bytes, int], as_at: dt.date) -> DecisionRow:
    pence, often = _cost(one, costs)
    what = f"Have it done, or stop using it: {one.check.title}."
    return DecisionRow(what, overdue_words(one.check.code).sentence, pence, as_at, often)


def _mend(one: CheckStanding, defect: DefectRow, costs: Mapping[bytes, int]) -> DecisionRow:
    pence = costs.get(defect.id)
    since = f" since {words.plain_date(defect.raised_on)}" if defect.raised_on else ""
    why = f"{one.check.title}: open{since}, with no date to put it right."
    what = f"Set a date and pay for: {words.sentence(defect.title)}"
    return DecisionRow(what, why, pence, defect.stop_on, "once" if pence else "")


def _find_out(unknown: Sequence[CheckStanding]) -> tuple[DecisionRow, ...]:
    ordered = sorted(unknown, key=lambda one: one.check.title)
    if len(ordered) <= MOST_ALONE:
        return tuple(
            DecisionRow(f"Have this done: {one.check.title}.", "There is no record that it was ever done.", None, None)
            for one in ordered
        )
    named = words.listing([one.check.title for one in ordered[:MOST_ALONE]])
    what = f"Find the records of {len(ordered)} checks, or have them done."
    return (DecisionRow(what, f"The law asks for them. Among them: {named}.", None, None),)


def _agree(one: CheckStanding, row: PutOffRow) -> DecisionRow:
    what = f"Agree that this was put off: {one.check.title}."
    return DecisionRow(what, words.sentence(row.reason), None, row.until)
