"""What is said of a contract's standing, in plain sentences."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words

if TYPE_CHECKING:
    from bursar_desk.domain.contract_decisions import Decision
    from bursar_desk.domain.contract_terms import Term, Terms
    from bursar_desk.domain.notice_dates import LastSafe

DRAFT: Final = "This is a draft. No reminders are set until it is live."


def ceased(on: date | None) -> str:
    """It was recorded as over."""
    return f"It ended on {words.long_date(on)}." if on else "It has ended."


def ended(on: date, one: Decision | None) -> str:
    """It ended on a day, by notice or by itself."""
    if one is not None:
        return f"Notice was given, and it ended on {words.long_date(on)}."
    return f"It ended by itself on {words.long_date(on)}. If it still runs, record its new term."


def notice_given(ends_on: date, one: Decision) -> str:
    """They were told."""
    told = one.served_on or one.said_on
    when = f" on {words.plain_date(told)}" if told else ""
    return f"Notice was given{when}. It ends on {words.long_date(ends_on)}."


def agreed_undated(end: date) -> str:
    """To stay was agreed, and the term is over without a new one."""
    return f"Its term ended on {words.long_date(end)} and it was agreed to go on. Record the new term."


def agreed(last: LastSafe, one: Decision, terms: Terms) -> str:
    """It was decided to stay at the end that comes next."""
    if last.is_break:
        return f"It was decided not to use the break on {words.long_date(last.end)}."
    what = "extend" if one.what == "extend" or terms.at_end == "option" else "renew"
    if one.what == "let run":
        what = "let it run on"
    elif last.runs_to is None:
        return f"It was agreed to {what} it when it ends on {words.long_date(last.end)}."
    to = f" to {words.long_date(last.runs_to)}" if last.runs_to else ""
    return f"It was agreed to {what if what.startswith('let') else f'{what} it'}{to}."


def too_late(missed: LastSafe) -> str:
    """A break or an option that nobody took in time."""
    day = words.plain_date(missed.last_notice)
    if missed.is_break:
        to = f"Locked in until {words.long_date(missed.runs_to)}." if missed.runs_to else "It has no other end yet."
        return f"Nobody told them by {day}, so the break on {words.plain_date(missed.end)} cannot be used. {to}"
    return f"Nobody told them by {day}, so it is too late to extend it. It ends on {words.long_date(missed.end)}."


def passed(missed: LastSafe, terms: Terms, late: Decision | None) -> str:
    """The last day passed: what it means, and since when. ``late``: they were told, but after it."""
    if missed.is_break or terms.at_end == "option":
        return too_late(missed)
    told = (late.served_on or late.said_on) if late else None
    why = f"Nobody told them by {words.plain_date(missed.last_notice)}"
    if told is not None:
        why = f"They were told on {words.plain_date(told)}, after the last day, {words.plain_date(missed.last_notice)}"
    to = f"it runs to {words.long_date(missed.runs_to)}" if missed.runs_to else "it runs on"
    return f"{why}, so {to}."


def rolled_over(missed: LastSafe, following: LastSafe | None, terms: Terms, late: Decision | None) -> str:
    """The last day passed, and it runs on: since when, until when, and when they can be told next."""
    said = passed(missed, terms, late)
    if following is not None:
        said += f" The next last safe day is {words.long_date(following.serve_by)}. Reminders for it are set."
    return said


def decide(stake: LastSafe, terms: Terms, on: date, plan: str) -> str:
    """What is to be done by when, and what it costs not to."""
    if on > stake.serve_by:
        passed = f"The last safe day was {words.long_date(stake.serve_by)}."
        if terms.at_end == "ends" and not stake.is_break:
            return f"{passed} It ends by itself on {words.long_date(stake.end)}. Record what follows it."
        return f"{passed} They can still be told by {words.long_date(stake.last_notice)}: tell them today, by hand."
    said = f"Tell them by {words.long_date(stake.serve_by)}."
    if terms.at_end == "option" and not stake.is_break:
        said = f"To extend it, tell them by {words.long_date(stake.serve_by)}, or it ends on {_day(stake.end)}."
    elif terms.at_end == "ends" and not stake.is_break:
        said = f"It ends by itself on {words.long_date(stake.end)}. Decide what follows by {_day(stake.serve_by)}."
    elif stake.runs_to is not None:
        said += f" Or it runs to {_day(stake.runs_to)}."
    if plan == "end":
        said = f"It was decided to end it, and they are not told yet. {said}"
    elif plan == "to market":
        said = f"It goes to market. {said}"
    return said


def _day(day: date) -> str:
    return words.plain_date(day)


def live(stake: LastSafe | None, term: Term | None, terms: Terms) -> str:
    """Nothing to do yet."""
    if stake is not None:
        return f"Nothing to do yet. They must be told by {words.long_date(stake.serve_by)}."
    if term is None:
        return "Its dates are not written down, so no reminder can be set."
    if terms.notice.number:
        where = {"month end": ", to the end of a month", "period end": ", to the end of a period"}
        return f"It can end at any time with {terms.notice.words}{where.get(terms.notice_ends, '')}."
    return "It has no fixed end."


def warnings(insured_until: date | None, documents: int | None, terms: Terms, on: date, within: int) -> tuple[str, ...]:
    """What else to see to: insurance that runs out, papers and dates that are missing."""
    out = []
    if insured_until is not None and insured_until < on:
        out.append(f"Their insurance ran out on {words.long_date(insured_until)}.")
    elif insured_until is not None and (insured_until - on).days <= within:
        out.append(f"Their insurance runs out on {words.long_date(insured_until)}.")
    if documents == 0:
        out.append("No document of this contract is kept here.")
    if terms.notice.count is None and terms.at_end != "ends":
        out.append("How much notice it needs is not written down, so no time for it is taken off.")
    if terms.at_end == "renews" and not terms.renew_months:
        out.append("How long it renews for is not written down. A year is taken.")
    return tuple(out)
