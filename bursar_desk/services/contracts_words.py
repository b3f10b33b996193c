"""Words of contracts for lists and details: decide by, ends, tell them by, notice, decisions, notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words
from bursar_desk.domain.contract_state import ContractStanding, State
from bursar_desk.domain.contract_terms import Terms
from bursar_desk.domain.rates import per_cent
from bursar_desk.domain.same_day import not_taken_back
from bursar_desk.services.contracts_cells import NOTICE_BY, NOTICE_ENDS, RISES
from bursar_desk.services.contracts_decide import WHAT_WORDS
from bursar_desk.services.contracts_shapes import (
    OPTION,
    PUT_OFF,
    RENEWS,
    ROLLS,
    TAKEN_BACK,
    ContractLine,
    DecisionLine,
    NoteLine,
)
from bursar_desk.services.contracts_write import NOTE_KINDS

if TYPE_CHECKING:
    from db.queries.contracts import ContractRow, DecisionRow, NoteRow

_EVERY: Final = {1: "Monthly", 3: "Quarterly", 6: "Half-yearly", 12: "Yearly"}
_TOO_LATE: Final = (State.ROLLED_OVER, State.TOO_LATE)
_RANK: Final = {
    State.ROLLED_OVER: 0, State.TOO_LATE: 0, State.DECIDE_SOON: 1, State.LIVE: 1, State.AGREED: 3,
    State.NOTICE_GIVEN: 3, State.DRAFT: 4, State.CEASED: 5,
}  # fmt: skip


# --- columns of a list -----------------------------------------------------------------------------------------------


def decide_by(
    standing: ContractStanding, terms: Terms, today: dt.date, *, in_deal: bool = False
) -> tuple[dt.date | None, str, str]:
    """Return the day to decide by, its words for a column, and what stands small beside it."""
    state, last = standing.state, standing.last_safe
    if state in _TOO_LATE:
        return None, "Too late", ""
    if in_deal or state in (State.AGREED, State.NOTICE_GIVEN):
        return None, "Agreed", ""
    if state is State.DRAFT:
        return None, "Not yet", ""
    if state is State.CEASED:
        return None, "Ended", ""
    if last is not None:
        day = last.decide_by if last.decide_by is not None and last.decide_by >= today else max(last.serve_by, today)
        if last.serve_by < today:
            return last.closes, words.short_date(last.closes), _until(last.closes, today)
        return day, words.short_date(day), _until(day, today)
    if terms.at_end == ROLLS:
        return None, "Any time", terms.notice.words.rpartition("’")[0] if terms.notice.count else ""
    return None, "Not known", ""


def _until(day: dt.date, today: dt.date) -> str:
    return words.until(day, today)


def ends(standing: ContractStanding, terms: Terms) -> tuple[dt.date | None, str]:
    """Return when it ends and its words: what was settled, the next break, or the end of the present term."""
    term, last = standing.term, standing.last_safe
    day = standing.ends_on or (last.end if last is not None and last.is_break else term.last if term else None)
    if day is not None and not (terms.at_end == ROLLS and term is not None and term.kind == "rolling"):
        return day, words.short_date(day)
    if standing.ends_on is not None:
        return standing.ends_on, words.short_date(standing.ends_on)
    if terms.at_end == ROLLS:
        return None, _EVERY.get(terms.months, f"Every {terms.months} months")
    return None, "Not known"


def tell_by(standing: ContractStanding, terms: Terms) -> tuple[dt.date | None, str]:
    """Return the last safe day and its words; of what was missed the contract's own last day."""
    if standing.missed is not None and standing.state in _TOO_LATE:
        return standing.missed.last_notice, words.short_date(standing.missed.last_notice)
    if standing.state is State.NOTICE_GIVEN:
        return None, "Done"
    if standing.state in (State.CEASED, State.DRAFT):
        return None, ""
    last = standing.last_safe
    if last is not None:
        return last.serve_by, words.short_date(last.serve_by)
    return None, "Any day" if terms.at_end == ROLLS else "Not known"


def state_words(standing: ContractStanding) -> str:
    """Return the word of the chip; one whose last safe day passed but that can still be told says so."""
    last = standing.last_safe
    if standing.state is State.DECIDE_SOON and last is not None and standing.days_left is not None:
        return "Decide today" if standing.days_left <= 0 else standing.state_words
    return standing.state_words


def order(line: ContractLine) -> tuple[int, dt.date]:
    """Return the turn of a line: too late, then by decide-by date, any time, agreed, drafts, ended."""
    rank = 3 if line.in_deal else _RANK.get(line.standing.state, 1)
    if rank == 1 and line.decide_by is None:
        rank = 2
    return rank, line.decide_by or line.ends or dt.date.max


def heading(waits: Sequence[ContractLine], today: dt.date) -> str:
    """``2 to decide by Thursday 3 December``; with several days the first of them."""
    if not waits:
        return "Nothing to decide now"
    days = sorted(one.decide_by or today for one in waits)
    said = words.weekday_date(days[0]) if days[0].year == today.year else words.long_date(days[0])
    if days[0] == days[-1]:
        return f"{words.number(len(waits))} to decide by {said}"
    return f"{words.number(len(waits))} to decide, the first by {said}"


def missing(row: ContractRow, terms: Terms) -> tuple[str, ...]:
    """Say what is not known, so that no last safe day can be worked out."""
    if row.state in ("draft", "ceased"):
        return ()
    said = []
    if terms.last is None and terms.at_end != ROLLS and not terms.written:
        said.append("When the first term ends is not known.")
    if row.first is not None and row.last is not None and row.last < row.first:
        said.append("The last day of its first term lies before the first.")
    if row.supplier is None:
        said.append("Who supplies it is not known.")
    return tuple(said)


# --- sentences of the details ----------------------------------------------------------------------------------------


def headlines(line: ContractLine, terms: Terms) -> tuple[str, str]:
    """Return the two sentences on top: what to do by when, and what it costs not to."""
    standing, last = line.standing, line.standing.last_safe
    if standing.state not in (State.LIVE, State.DECIDE_SOON) or last is None:
        return standing.sentence, ""
    if standing.state is State.DECIDE_SOON and last.serve_by < last.closes and (standing.days_left or 0) < 0:
        return standing.sentence, ""
    if terms.at_end in (RENEWS, ROLLS) or last.is_break:
        top = f"Tell them by {words.long_date(last.serve_by)}."
    elif terms.at_end == OPTION:
        top = f"To extend it, tell them by {words.long_date(last.serve_by)}."
    else:
        top = f"Decide what follows by {words.long_date(last.serve_by)}."
    return top, _stake(line)


def _stake(line: ContractLine) -> str:
    """``Or pay £2,610.00 more, to 31 March 2028.``"""
    last = line.standing.last_safe
    if last is None:
        return ""
    if last.runs_to is None:
        return f"Or it ends on {words.plain_date(last.end)}."
    to = words.plain_date(last.runs_to)
    if line.yearly is None:
        return f"Or it runs to {to}."
    from bursar_desk.domain.date_math import add_days
    from bursar_desk.services.contracts_money import for_months, months_of

    more = for_months(line.yearly, months_of(add_days(last.end, 1), last.runs_to))
    return f"Or pay {words.money_exact(more)} more, to {to}."


def notice_words(terms: Terms) -> str:
    """Return the notice in a sentence of its own; "" where it is not known."""
    if terms.notice.count is None:
        return ""
    said = f"{words.sentence(terms.notice.words)} {NOTICE_BY.get(terms.notice.by, '')}"
    ends_at = NOTICE_ENDS.get(terms.notice_ends, "") if terms.at_end == ROLLS else ""
    return f"{said.rstrip()}{'.' if terms.notice.by in NOTICE_BY else ''}{f' {ends_at}.' if ends_at else ''}"


def at_end_words(terms: Terms) -> str:
    """``Renews by itself for 12 months each time.``"""
    months = words.count(terms.months, "month")
    if terms.at_end == RENEWS:
        return f"Renews by itself for {months} each time."
    if terms.at_end == ROLLS:
        return "Runs on until somebody gives notice."
    if terms.at_end == OPTION:
        left = max(0, terms.options)
        many = "no option" if not left else words.count(left, "option")
        return f"Ends, with {many} to extend it{f' by {months}' if left else ''}{' each' if left > 1 else ''}."
    return "Ends by itself."


def rise_words(row: ContractRow) -> str:
    """Say how its price may rise: ``By a fixed per cent: 3 per cent.``"""
    said = RISES.get(row.rise, row.rise) if row.rise else ""
    if said and row.rise_rate is not None:
        said += f": {per_cent(row.rise_rate)}"
    return words.sentence(". ".join(one for one in (said, row.rise_note) if one))


def reminders_words(standing: ContractStanding) -> str:
    """``Next reminders: 4 and 11 December.``"""
    days = standing.next_alerts[:3]
    if not days:
        return ""
    groups: dict[tuple[int, int], list[str]] = {}
    for day in days:
        groups.setdefault((day.year, day.month), []).append(str(day.day))
    years = {day.year for day in days}
    said = [
        f"{words.listing(found)} {words.MONTHS[month - 1]}{f' {year}' if len(years) > 1 else ''}"
        for (year, month), found in groups.items()
    ]
    return f"Next {'reminder' if len(days) == 1 else 'reminders'}: {words.listing(said)}."


# --- decisions and notes ---------------------------------------------------------------------------------------------


def decision_line(row: DecisionRow, every: Iterable[DecisionRow]) -> DecisionLine:
    """Return a decision in words; it stands until a later word about the same end takes it back."""
    back = all(one.id != row.id for one in not_taken_back(two for two in every if two.term_end == row.term_end))
    said = WHAT_WORDS.get(row.what, row.what.capitalize() or "Decided")
    if row.what == PUT_OFF and row.until is not None:
        said += f" to {words.short_date(row.until)}"
    parts = [f"for the end on {words.short_date(row.term_end)}"] if row.term_end else []
    parts += [f"told on {words.short_date(row.served_on)}{f' by {row.served_how}' if row.served_how else ''}"] \
        if row.served_on else []
    parts += [f"ends on {words.short_date(row.ends_on)}"] if row.ends_on else []
    parts += [f"agreed by {row.agreed_by}"] if row.agreed_by else []
    parts += [f"meeting of {words.short_date(row.meeting_on)}"] if row.meeting_on else []
    parts += [f"minute {row.minute_ref}"] if row.minute_ref else []
    parts += [row.why] if row.why else []
    parts += [f"noted by {row.said_by}{f', {words.short_date(row.said_on)}' if row.said_on else ''}"] \
        if row.said_by else []
    return DecisionLine(row, said, "; ".join(parts), row.what != TAKEN_BACK and not back)


def note_line(row: NoteRow, today: dt.date) -> NoteLine:
    """Return a note with how it stands: a step that is late, a dispute that is open."""
    said = row.words
    if row.rating is not None and 1 <= row.rating <= 5:
        said = f"{row.rating} of 5. {said}"
    kind = NOTE_KINDS.get(row.kind, row.kind.capitalize() or "Note")
    if row.done_on is not None:
        settled = "Settled" if row.kind == "dispute" else "Done"
        return NoteLine(row, kind, said, f"{settled} on {words.short_date(row.done_on)}", "ok")
    if row.due_on is not None:
        look = "overdue" if row.due_on < today else "due_soon"
        return NoteLine(row, kind, said, words.due_words(row.due_on, today), look)
    if row.kind == "dispute":
        return NoteLine(row, kind, said, "Not settled", "due_soon")
    bad = row.rating is not None and row.rating <= 2
    return NoteLine(row, kind, said, "", "overdue" if bad else "ok")
