"""What to remember ahead of a date: each lead time speaks once, and a date that moves speaks again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services import kept_here, settings
from bursar_desk.services.due_dates import due_dates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bursar_desk.services.desk import Desk
    from bursar_desk.services.due_dates import DueDate

LEADS: Final = (84, 28, 7)
"""Days ahead at which a school is reminded until it chooses otherwise: book it, plan it, do it."""
MOST_DAYS: Final = 400
_SAID: Final = "reminded"
_SETTING: Final = "reminder_days"


@dataclass(frozen=True, slots=True)
class Reminder:
    """A check that will be due, ``lead`` days before which it is to be remembered; ``days`` are left.

    ``due`` is what people plan with and what is counted to, ``legal`` the last permitted day.
    """

    check: bytes
    title: str
    school_name: str
    due: dt.date
    lead: int
    days: int
    doer: str
    legal: dt.date

    @property
    def key(self) -> str:
        """Return what names it: a date that moves is another reminder."""
        return f"{self.check.hex()} {self.legal.isoformat()} {self.lead}"

    @property
    def words(self) -> str:
        """Return it as a sentence."""
        when = words.until(self.due, self.due - _days(self.days))
        if self.legal != self.due:
            last = f"the last day for it is {words.long_date(self.legal)}"
            return f"{self.title}: plan it for {words.long_date(self.due)}, {when}; {last}."
        return f"{self.title} is due on {words.long_date(self.due)}, {when}."


def _days(number: int) -> dt.timedelta:
    return dt.timedelta(days=number)


def leads(desk: Desk) -> tuple[int, ...]:
    """Return the school's lead times in days, longest first."""
    kept = settings.value(desk, _SETTING)
    if not isinstance(kept, list):
        return LEADS
    return tuple(sorted({one for one in kept if isinstance(one, int) and 0 < one <= MOST_DAYS}, reverse=True))


def choose_leads(desk: Desk, days: Sequence[int]) -> Changes:
    """Set the lead times; none at all is allowed. Raises ``UserError`` for a number of days that makes no sense."""
    if any(not 0 < one <= MOST_DAYS for one in days):
        raise UserError(
            "A reminder comes 1 to 400 days before the date.", "Nothing was changed.", "Give numbers of days: 84 28 7."
        )
    return settings.choose(desk, _SETTING, sorted(set(days), reverse=True), subject="reminders")


def reached(desk: Desk, among: Sequence[DueDate] | None = None) -> tuple[Reminder, ...]:
    """Return what is to be remembered today and was not said before on this computer, soonest first.

    Of several lead times that were reached since the last look only the shortest speaks. What comes weekly or more
    often has none, and a lead as long as the check's own rhythm is passed over. ``among`` are the next dates of the
    checks where somebody has worked them out already.
    """
    chosen = leads(desk)
    if not chosen:
        return ()
    before = _said(desk)
    out = []
    coming = due_dates(desk, desk.today, desk.today + _days(max(chosen))) if among is None else among
    for one in coming:
        if one.routine or not one.first or one.state != "due" or one.legal is None:
            continue
        left = (one.day - desk.today).days
        spoken = [lead for lead in chosen if lead >= left and lead < one.rhythm]
        if not spoken:
            continue
        line = one.line
        made = Reminder(line.id, line.title, line.school_name, one.day, min(spoken), left, line.doer, one.legal)
        if made.key not in before:
            out.append(made)
    return tuple(sorted(out, key=lambda one: (one.due, one.title)))


def said(desk: Desk, reminders: Sequence[Reminder]) -> None:
    """Note that these were said; raises ``OSError`` when this computer's notes cannot be written."""
    if not reminders:
        return
    kept = _said(desk) | {one.key: one.legal.isoformat() for one in reminders}
    oldest = (desk.today - _days(7)).isoformat()
    kept_here.keep(desk, _SAID, {key: day for key, day in kept.items() if day >= oldest})


def _said(desk: Desk) -> dict[str, Any]:
    found = kept_here.kept(desk, _SAID, {})
    return dict(found) if isinstance(found, dict) else {}
