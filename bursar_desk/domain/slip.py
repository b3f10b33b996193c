"""How far a check may be put off, and when a second person must agree."""

from __future__ import annotations

from datetime import date
from typing import Final

from bursar_desk.domain.errors import UserError
from bursar_desk.domain.words import count, long_date

MOST_SLIP_DAYS: Final = 28
"""Four weeks, the grace recommended checks have and the time a document may be awaited: what waits longer is not put
off but not done, and needs its reason in the record."""
SLIP_PARTS: Final = 4
"""A quarter of its interval at most, as for the grace of recommended checks: a weekly check slips a day."""
ALONE_DAYS: Final = 7
"""Up to a week one person decides. What slips further is agreed by a second one, so that nobody lets it slide alone."""
AGREED_PAST_LAW: Final = frozenset({"PRES-01"})
"""The written scheme of a pressure system may be put back once, agreed in writing by the competent person and told to
the authority before the date (rules section 3). Every other legal date stands."""


def most_slip(interval_days: float | None) -> int:
    """The most days a check may slip; at least one."""
    if interval_days is None:
        return MOST_SLIP_DAYS
    return max(1, min(MOST_SLIP_DAYS, int(interval_days / SLIP_PARTS)))


def check_slip(
    *, title: str, code: str, legal_due: date | None, until: date, today: date, required: bool,
    interval_days: float | None, by: str, agreed_by: str,
) -> None:  # fmt: skip
    """Raise ``UserError`` where a check may not be put off to a day.

    Moving the plan up to the due date is nobody's concern; a slip is what goes past it. What is late already stays
    late; it gets a day it is planned for, and the slip is counted from today.
    """
    agreed = agreed_by.strip()
    if agreed and agreed.casefold() == by.strip().casefold():
        raise UserError("The second person has to be somebody else.", "Nothing was changed.", "Enter who agreed.")
    if legal_due is not None and until <= legal_due:
        return
    late = legal_due is None or legal_due < today
    if required and not late and (code not in AGREED_PAST_LAW or not agreed):
        remedy = "Choose a day before that, or record why it was not done."
        if code in AGREED_PAST_LAW:
            remedy = "Enter who agreed it in writing: the competent person."
        raise UserError(f"{title} is required by {long_date(legal_due or until)}.", "Nothing was changed.", remedy)
    slip = (until - (today if late or legal_due is None else legal_due)).days
    most = MOST_SLIP_DAYS if late or code in AGREED_PAST_LAW else most_slip(interval_days)
    if slip > most:
        raise UserError(
            f"That is {count(slip, 'day')} later; {count(most, 'day')} is the most.", "Nothing was changed.",
            "Choose an earlier day, or record that it was not done and why.",
        )  # fmt: skip
    if slip > ALONE_DAYS and not agreed:
        raise UserError(
            f"More than {count(ALONE_DAYS, 'day')} needs a second person.", "Nothing was changed.",
            "Enter who agreed, or choose an earlier day.",
        )  # fmt: skip
